"""Cases: accounts that a play must or must not fit, dialogues as (said, answered) pairs, sentences and questions."""

from typing import Annotated, Literal

from pydantic import Field

from bot.core.account import Language, OrderPhase, Stage
from bot.core.nudge import Rule
from bot.core.part import Days, Line, Part, PlayId
from bot.core.problem import RaisedBy


class CaseProblem(Part):
    """A problem of the example, in days before the case's `now` (a Wednesday at ten)."""

    raised_by: RaisedBy = RaisedBy.CLIENT
    opened_days_ago: Days
    fixed_days_ago: Days | None = None
    confirmed_days_ago: Days | None = None


class CaseAccount(Part):
    """The facts of an example. Days are counted from the case's `now`; what is left out is not known."""

    stage: Stage | None = None
    stage_days_ago: Days | None = None
    order_phase: OrderPhase | None = None
    order_days_ago: Days | None = None
    last_contact_days_ago: Days | None = None
    last_contact_by: Literal["us", "them"] | None = None
    one_sided_contacts: Annotated[int, Field(ge=0, le=99)] = 0
    problem: CaseProblem | None = None
    visit_in_days: Annotated[int, Field(ge=0, le=365)] | None = None
    visit_is_review: bool = False
    promise_due_in_days: Annotated[int, Field(ge=-365, le=365)] | None = None
    promise_made_days_ago: Days | None = None
    praise_days_ago: tuple[Days, ...] = ()
    complaints_days_ago: tuple[Days, ...] = ()
    request_days_ago: Days | None = None
    rival_days_ago: Days | None = None
    news_days_ago: Days | None = None
    picture_days_ago: Days | None = None
    delivery_reviewed_days_ago: Days | None = None
    effect_reviewed_days_ago: Days | None = None
    effect_below: bool = False
    new_contact_with_say_days_ago: Days | None = None
    important: tuple[Line, ...] = ()


class FitCase(Part):
    """An example that the play must fit: its cue holds (or it answers when asked) and no guard bars it."""

    name: Line
    account: CaseAccount = CaseAccount()


class UnfitCase(Part):
    """An example that the play must not fit; `rule` names the guard that bars it, where one does.

    With `on_visits` it may not be the point of a visit card there either, which needs no cue.
    """

    name: Line
    account: CaseAccount = CaseAccount()
    rule: Rule | None = None
    on_visits: bool = False


class SaysCase(Part):
    """A sentence that one of the wordings must say to the client, word for word."""

    name: Line
    language: Language
    sentence: Line


class AskedCase(Part):
    """A question that must stand among the play's `asks`."""

    name: Line
    question: Line


class Turn(Part):
    """One exchange: what the rep tapped (the reply's id) or wrote, and how the coach's answer begins."""

    said: Line
    answered: Line


class DialogueCase(Part):
    name: Line
    language: Language
    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=6)]


class Cases(Part):
    """The examples beside a play."""

    play: PlayId
    fits: Annotated[tuple[FitCase, ...], Field(min_length=2)]
    does_not_fit: Annotated[tuple[UnfitCase, ...], Field(min_length=2)]
    dialogues: tuple[DialogueCase, ...] = ()
    says: tuple[SaysCase, ...] = ()
    asked: tuple[AskedCase, ...] = ()
