"""A situation: all facts that rules may read on one account at one `now`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.account import Account, Contact, Rep
from bot.core.problem import Problem, Step


class By(StrEnum):
    """Who reached out."""

    US = "us"
    THEM = "them"


class RecordKind(StrEnum):
    """What a rep may write down about an account; each is dated and kept."""

    PRAISE = "praise"  # `done_at` once the credit was given to somebody at the client
    COMPLAINT = "complaint"
    REQUEST = "request"  # something the client asked for; `done_at` once answered
    RIVAL = "rival"  # a rival or predecessor was named
    NEWS = "news"  # we told them news worth their time
    DELIVERY_REVIEWED = "delivery_reviewed"
    EFFECT_REVIEWED = "effect_reviewed"  # `answer` is `below` when the result is below what we promised
    PICTURE = "picture"  # the two-year picture was drawn or confirmed


class VisitState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit at `at` (an instant; the start of the local day when `all_day`)."""

    id: str
    account_id: str
    rep_id: str
    at: datetime
    all_day: bool = False
    review: bool = False
    state: VisitState = VisitState.PLANNED
    title: str = ""
    carded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something owed by a date: by us, or (`by` = them) what we may ask of the client."""

    id: str
    account_id: str
    text: str
    due: date
    made: date
    by: By = By.US
    kept_at: datetime | None = None
    broken_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True until it is kept, or given up."""
        return self.kept_at is None and self.broken_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    kind: RecordKind
    at: datetime
    text: str = ""
    answer: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A nudge that was sent on this account."""

    play: str
    key: str
    at: datetime
    at_stand_in: bool = False  # it went to whoever stood in, not to the rep


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All facts on one account at `now` (aware, in the rep's zone). Collections are in time order."""

    now: datetime
    rep: Rep
    account: Account
    visits: tuple[Visit, ...] = ()
    problems: tuple[Problem, ...] = ()
    promises: tuple[Promise, ...] = ()
    records: tuple[Record, ...] = ()
    contacts: tuple[Contact, ...] = ()
    last_contact: datetime | None = None
    last_contact_by: By | None = None
    one_sided_contacts: int = 0
    one_sided_since: datetime | None = None
    shown: tuple[Shown, ...] = ()

    @property
    def today(self) -> date:
        return self.now.date()

    def day_of(self, at: datetime) -> date:
        """The day of an instant where the rep is."""
        return at.astimezone(self.now.tzinfo).date()

    def latest(self, kind: RecordKind) -> Record | None:
        """The newest record of that kind, if there is one."""
        return next((r for r in reversed(self.records) if r.kind is kind), None)

    def open_problems(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.confirmed_at is None)

    def next_visit(self) -> Visit | None:
        """The first planned visit that is not over."""
        ahead = (v for v in self.visits if v.state is VisitState.PLANNED and visit_is_ahead(v, self.now))
        return next(ahead, None)


def in_touch(steps: Collection[Step]) -> By | None:
    """Who reached out when these steps of a problem were taken: the client who confirms, else us; None for the others.

    Steps that are written down together are one contact.
    """
    if Step.CONFIRMED in steps:
        return By.THEM
    return By.US if {Step.CLIENT_HEARD, Step.CLIENT_TOLD} & set(steps) else None


def visit_is_ahead(visit: Visit, now: datetime) -> bool:
    """True until a visit has begun; an all-day visit lasts until its day is over in the zone of `now`."""
    if visit.all_day:
        return visit.at.astimezone(now.tzinfo).date() >= now.date()
    return visit.at > now
