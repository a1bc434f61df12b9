"""Signs that a routine nudge was of use, as they are seen on both sides of a hold-out.

Each is read from what is written down anyway. What the nudge itself would write down (its dialogue, its credit note)
does not count: the side without it could not have it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.core.account import OrderPhase
from bot.core.estimate import Pair
from bot.core.holdout import Arm
from bot.core.playbook import Play
from bot.core.raising import InUseFor, PhaseEntered, PhaseHalfway
from bot.core.situation import RecordKind


class Sign(StrEnum):
    """What a play's nudge is meant to bring about."""

    CONTACT = "contact"  # anybody reached out, in either direction
    DELIVERY_REVIEW = "delivery_review"
    EFFECT_REVIEW = "effect_review"
    PROMISE = "promise"  # every promise of ours that fell due was kept; says nothing where none did


WITHIN = {
    Sign.CONTACT: timedelta(days=14),
    Sign.DELIVERY_REVIEW: timedelta(days=30),
    Sign.EFFECT_REVIEW: timedelta(days=30),
    Sign.PROMISE: timedelta(days=30),
}
REVIEWS = {Sign.DELIVERY_REVIEW: RecordKind.DELIVERY_REVIEWED, Sign.EFFECT_REVIEW: RecordKind.EFFECT_REVIEWED}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a routine nudge went out, or would have."""

    account_id: str
    rep_id: str
    play: str
    arm: Arm
    at: datetime


@dataclass(frozen=True, slots=True)
class Visited:
    at: datetime
    review: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise of ours; `kept_at` is None where it was not kept."""

    due: date
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What happened at one account: contacts that somebody wrote down, visits that took place, reviews, promises."""

    contacts: Sequence[datetime] = ()
    visits: Sequence[Visited] = ()
    reviews: Sequence[tuple[RecordKind, datetime]] = ()
    promises: Sequence[Owed] = ()


def of_play(play: Play) -> Sign:
    """The sign that a play is measured by; contact where its cue asks for nothing narrower."""
    cue = play.nudge.cue if play.nudge is not None else None
    match cue:
        case PhaseEntered(phase=OrderPhase.DELIVERED):
            return Sign.DELIVERY_REVIEW
        case InUseFor():
            return Sign.EFFECT_REVIEW
        case PhaseHalfway():
            return Sign.PROMISE
        case _:
            return Sign.CONTACT


def seen(sign: Sign, at: datetime, past: Past, now: datetime) -> bool | None:
    """Whether the sign came in its time after `at`; None where that is not over yet, or nothing could show it."""
    until = at + WITHIN[sign]
    if until > now:
        return None
    match sign:
        case Sign.CONTACT:
            return _any_in((*past.contacts, *(v.at for v in past.visits)), at, until)
        case Sign.DELIVERY_REVIEW | Sign.EFFECT_REVIEW:
            return _any_in(_reviews(REVIEWS[sign], past), at, until)
        case Sign.PROMISE:
            return _kept(past.promises, at, until)


def _any_in(times: Iterable[datetime], after: datetime, until: datetime) -> bool:
    return any(after < time <= until for time in times)


def _reviews(kind: RecordKind, past: Past) -> list[datetime]:
    """Visits that were reviews, and those whose check said so; a dialogue's word for it has no visit."""
    visits = {v.at for v in past.visits}
    return [v.at for v in past.visits if v.review] + [at for k, at in past.reviews if k is kind and at in visits]


def _kept(promises: Iterable[Owed], after: datetime, until: datetime) -> bool | None:
    """Days are those of UTC, on both sides alike."""
    first, last = after.astimezone(UTC).date(), until.astimezone(UTC).date()
    due = [p for p in promises if first < p.due <= last]
    kept = (p.kept_at is not None and p.kept_at.astimezone(UTC).date() <= p.due for p in due)
    return all(kept) if due else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Pairs of account and play on both sides, and how many reps they belong to."""

    nudged: tuple[Pair, ...] = ()
    held_out: tuple[Pair, ...] = ()
    reps: int = 0


def sides(moments: Iterable[tuple[Moment, Sign]], pasts: dict[str, Past], now: datetime) -> Sides:
    """What became of the moments of each pair; of moments whose times overlap the first counts alone."""
    good: dict[tuple[str, str, Arm], list[bool]] = {}
    last: dict[tuple[str, str, Arm], datetime] = {}
    reps: set[str] = set()
    for moment, sign in sorted(moments, key=lambda m: m[0].at):
        pair = (moment.account_id, moment.play, moment.arm)
        if pair in last and moment.at < last[pair] + WITHIN[sign]:
            continue
        came = seen(sign, moment.at, pasts.get(moment.account_id, Past()), now)
        if came is None:
            continue
        last[pair] = moment.at
        good.setdefault(pair, []).append(came)
        reps.add(moment.rep_id)
    of = {arm: tuple(Pair(sum(g), len(g)) for (_, _, side), g in good.items() if side is arm) for arm in Arm}
    return Sides(of[Arm.NUDGED], of[Arm.HELD_OUT], len(reps))
