"""What a manager sees of a team: business facts, never an answer, and no order but by name.

Figures never decide where a rep stands: lines are sorted by name alone, problems by account and rep within their age.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.account import Account, OrderPhase
from bot.core.problem import Step
from bot.core.situation import By, Promise, Record, RecordKind

SPAN: Final = timedelta(days=90)  # how far back reviews and promises are counted
ONE_REVIEW: Final = timedelta(days=7)  # noted again so soon, by a tap and in a talk, it is the same review
EFFECT_DUE: Final = timedelta(days=30)  # in use for so long, the effect is to be reviewed
WEEKS: Final = 8  # in the chart


class Age(StrEnum):
    """How long a problem has been open, longest first."""

    LONG = "long"  # more than seven days
    DAYS = "days"  # two to seven
    NEW = "new"  # since today or yesterday


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProblem:
    """An open problem as a manager sees it: where, whose, what is next, and for how many days."""

    account: str
    rep_id: str
    rep: str
    step: Step
    days: int

    @property
    def age(self) -> Age:
        if self.days > 7:
            return Age.LONG
        return Age.DAYS if self.days > 1 else Age.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One rep's figures. `seconds` are those asked in each of the last whole weeks, oldest first."""

    rep_id: str
    name: str
    reviews_held: int = 0
    reviews_due: int = 0
    promises_kept: int = 0
    promises_open: int = 0
    promises_broken: int = 0
    seconds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """All that is shown of some reps."""

    reps: tuple[Figures, ...]
    problems: tuple[OpenProblem, ...] = ()


def in_order(reps: Iterable[Figures]) -> tuple[Figures, ...]:
    """Reps by name; nothing that is counted decides."""
    return tuple(sorted(reps, key=lambda r: (r.name.casefold(), r.rep_id)))


def by_age(problems: Iterable[OpenProblem]) -> dict[Age, list[OpenProblem]]:
    """Problems in the bands of their age, longest first; in each by account, then by rep. Empty bands are left out."""
    held: dict[Age, list[OpenProblem]] = {age: [] for age in Age}
    for problem in sorted(problems, key=lambda p: (p.account.casefold(), p.rep.casefold(), p.rep_id, p.days)):
        held[problem.age].append(problem)
    return {age: found for age, found in held.items() if found}


def days_open(opened_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """The days from the day it was opened to today, in that zone."""
    return max((now.astimezone(zone).date() - opened_at.astimezone(zone).date()).days, 0)


# --- reviews and promises -------------------------------------------------------------------------------------------

REVIEWS: Final = (RecordKind.DELIVERY_REVIEWED, RecordKind.EFFECT_REVIEWED)


def review_due(account: Account, records: Iterable[Record], today: date, zone: ZoneInfo) -> bool:
    """Whether a review of the delivery or of the effect is due on an account and was not held yet."""
    phase, since = account.order_phase, account.order_since
    if since is None or phase not in (OrderPhase.DELIVERED, OrderPhase.IN_USE):
        return False
    kind = RecordKind.DELIVERY_REVIEWED if phase is OrderPhase.DELIVERED else RecordKind.EFFECT_REVIEWED
    due = since if phase is OrderPhase.DELIVERED else since + EFFECT_DUE
    held = any(r.kind is kind and r.at.astimezone(zone).date() >= since for r in records)
    return due <= today and not held


def reviews_held(records: Collection[Record], since: datetime) -> int:
    """How many reviews an account had: what is noted of one kind twice within a week counts once."""
    held = 0
    for kind in REVIEWS:
        last: datetime | None = None
        for at in sorted(r.at for r in records if r.kind is kind and r.at >= since):
            held += last is None or at - last > ONE_REVIEW
            last = at
    return held


def promises(made: Iterable[Promise], since: datetime) -> tuple[int, int, int]:
    """How many of our promises were kept since then, are open now, and were broken since then."""
    ours = [p for p in made if p.by is By.US]
    kept = sum(1 for p in ours if p.kept_at is not None and p.kept_at >= since)
    broken = sum(1 for p in ours if p.broken_at is not None and p.broken_at >= since)
    return kept, sum(1 for p in ours if p.is_open), broken


# --- the weeks of the chart -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spell:
    """The time in which one problem was open; `end` is None while it is."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """The problems that were open when a week ended: `short` for at most seven days, `long` for more."""

    monday: date
    short: int
    long: int


def week_ends(spells: Sequence[Spell], mondays: Iterable[date], zone: ZoneInfo) -> tuple[Week, ...]:
    """How many problems were open at midnight after each week's Sunday."""
    found = []
    for monday in mondays:
        end = datetime.combine(monday + timedelta(days=7), datetime.min.time(), zone)
        open_then = [s for s in spells if s.start < end and (s.end is None or s.end >= end)]
        long = sum(1 for s in open_then if end - s.start > timedelta(days=7))
        found.append(Week(monday, len(open_then) - long, long))
    return tuple(found)
