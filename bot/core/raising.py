"""When a play is raised: its cue, its moment, and when it is too late. Closed lists of typed fields."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from bot.core.account import OrderPhase
from bot.core.part import Days, Part
from bot.core.problem import RaisedBy

# --- cues: the facts that make a play worth raising; a closed list ------------------------------------------------


class ProblemOpened(Part):
    """A problem was opened and is not fixed; `raised_by` says who found it, or that the fault is shared."""

    type: Literal["problem_opened"]
    raised_by: RaisedBy


class ProblemFixed(Part):
    """A problem is fixed; the client has not confirmed it yet, or confirmed it `again_after_days` ago."""

    type: Literal["problem_fixed"]
    again_after_days: Days = 14


class ReviewVisit(Part):
    """A visit marked as review is ahead; with `problem_within_days`, only if there was a problem since."""

    type: Literal["review_visit"]
    problem_within_days: Days | None = None


class PraiseLogged(Part):
    """The rep logged praise from the client; with `effect_reviewed`, only if the effect was reviewed too."""

    type: Literal["praise_logged"]
    effect_reviewed: bool = False


class StageEntered(Part):
    """The account entered its present stage."""

    type: Literal["stage_entered"]


class OneSidedContacts(Part):
    """The last `at_least` contacts all came from us."""

    type: Literal["one_sided_contacts"]
    at_least: Annotated[int, Field(ge=2, le=20)]


class PhaseEntered(Part):
    """The order is in `phase`; with `first_order`, only in the stage where orders begin."""

    type: Literal["phase_entered"]
    phase: OrderPhase
    first_order: bool = False


class PhaseHalfway(Part):
    """The delivery is halfway: half of `usual_days` has passed since it began."""

    type: Literal["delivering_halfway"]
    usual_days: Annotated[int, Field(ge=2, le=365)] = 30


class PromiseDue(Part):
    """A promise of ours is open and its date comes."""

    type: Literal["promise_due"]


class InUseFor(Part):
    """The last order has been in use for `days` and its effect was not reviewed."""

    type: Literal["in_use_for"]
    days: Days


class EffectBelow(Part):
    """The review of the effect says that the result is below what we promised."""

    type: Literal["effect_below"]


class NextNeed(Part):
    """The effect was reviewed in this order, or the order is renewing."""

    type: Literal["next_need"]


class NewContactWithSay(Part):
    """A contact with a say came within `within_days`, or the order is renewing."""

    type: Literal["new_contact_with_say"]
    within_days: Days = 30


class NoContactFor(Part):
    """Nobody reached out for `days`."""

    type: Literal["no_contact_for"]
    days: Days


class NoneSince(Part):
    """Nothing of `kind` was written down for `days` (counted from the stage's start where there is none)."""

    type: Literal["none_since"]
    kind: Literal["praise", "news", "picture"]
    days: Days


class Quarterly(Part):
    """Once a quarter."""

    type: Literal["quarterly"]


class OpenRequest(Part):
    """The client asked for something and has no answer yet."""

    type: Literal["open_request"]


class PraiseDown(Part):
    """Over `days` praise fell and complaints rose, or the account was set to `plateau`."""

    type: Literal["praise_down"]
    days: Days = 60


class RivalNamed(Part):
    """A rival or the supplier before us was named."""

    type: Literal["rival_named"]


Cue = Annotated[
    ProblemOpened
    | ProblemFixed
    | ReviewVisit
    | PraiseLogged
    | StageEntered
    | OneSidedContacts
    | PhaseEntered
    | PhaseHalfway
    | PromiseDue
    | InUseFor
    | EffectBelow
    | NextNeed
    | NewContactWithSay
    | NoContactFor
    | NoneSince
    | Quarterly
    | OpenRequest
    | PraiseDown
    | RivalNamed,
    Field(discriminator="type"),
]


# --- when a nudge is due, and when it is too late ------------------------------------------------------------------


class AtOnce(Part):
    """At once (inside quiet hours: when they end)."""

    type: Literal["at_once"]


class NextWorkingMorning(Part):
    """At the start of the next working day after the cue."""

    type: Literal["next_working_morning"]


class WorkingMorning(Part):
    """At the start of the day of the cue, or of the next working day."""

    type: Literal["working_morning"]


class InWorkingDays(Part):
    """`days` working days after the cue, in the morning."""

    type: Literal["working_days"]
    days: Annotated[int, Field(ge=0, le=60)]
    or_visit_eve: bool = False


class InDays(Part):
    """`days` days after the cue, in the morning."""

    type: Literal["days"]
    days: Days
    or_visit_eve: bool = False


class VisitEve(Part):
    """On the card of the next visit, nowhere else."""

    type: Literal["visit_eve"]


class SameWorkingDay(Part):
    """In the afternoon of the same working day (at once where it is later)."""

    type: Literal["same_working_day"]


class WeekdayAt(Part):
    """On the next such weekday at that time; with `first_of_month`, on the first of its kind in a month only."""

    type: Literal["weekday"]
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
    at: time
    first_of_month: bool = False


class BeforeDue(Part):
    """Before a date: when `share_left` of the time is left, at least `working_days` ahead."""

    type: Literal["before_due"]
    share_left: Annotated[float, Field(gt=0, lt=1)]
    working_days: Annotated[int, Field(ge=1, le=30)]


Due = Annotated[
    AtOnce
    | NextWorkingMorning
    | WorkingMorning
    | InWorkingDays
    | InDays
    | VisitEve
    | SameWorkingDay
    | WeekdayAt
    | BeforeDue,
    Field(discriminator="type"),
]


class Never(Part):
    """It is never too late."""

    type: Literal["never"]


class AfterDays(Part):
    """Too late so many days after the cue."""

    type: Literal["days"]
    days: Days


class AfterWorkingDays(Part):
    """Too late so many working days after the cue."""

    type: Literal["working_days"]
    days: Annotated[int, Field(ge=1, le=60)]


class UntilVisit(Part):
    """Too late once the visit begins."""

    type: Literal["visit"]


class UntilDueDate(Part):
    """Too late once the date has come."""

    type: Literal["due_date"]


class UntilDelivery(Part):
    """Too late once the order is delivered."""

    type: Literal["delivery"]


class UntilContact(Part):
    """Too late with the next contact."""

    type: Literal["next_contact"]


Until = Annotated[
    Never | AfterDays | AfterWorkingDays | UntilVisit | UntilDueDate | UntilDelivery | UntilContact,
    Field(discriminator="type"),
]


class NudgeSpec(Part):
    """The nudge that a play gives; a play without one only answers when asked."""

    cue: Cue
    due: Due
    until: Until
