"""Playbooks and plays: the closed, typed form of what managers write in YAML.

Everything a play may say stands here; `playbooks/schema.json` is made from these classes.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.core.account import Language, OrderPhase, Stage
from bot.core.part import Line, Part, PlayId
from bot.core.raising import NudgeSpec

PACING = "pace-deliberately"
OWN_THE_PROBLEM = "own-the-problem"


class Both(Part):
    """One text in both languages."""

    en: Line
    zh: Line

    def of(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class Status(StrEnum):
    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    RETIRED = "retired"


# --- what a play says ---------------------------------------------------------------------------------------------


class Wording(Part):
    """One way to put it: one action, one sentence ready to say to the client, one trap."""

    do: Line
    say: Line
    avoid: Annotated[str, Field(min_length=1, max_length=300, alias="not")]


class Wordings(Part):
    """Three wordings in each language, so that nobody reads the same sentence twice in two months."""

    en: Annotated[tuple[Wording, ...], Field(min_length=3, max_length=3)]
    zh: Annotated[tuple[Wording, ...], Field(min_length=3, max_length=3)]

    def of(self, language: Language) -> tuple[Wording, ...]:
        return self.zh if language is Language.ZH else self.en


class StepLine(Part):
    """One line of how it is done: who does what, by when."""

    who: Both
    what: Both
    by: Both


class Article(StrEnum):
    THREE_STEPS = "three-steps"
    FIVE_HABITS = "five-habits"


class Evidence(Part):
    """A figure or a case that backs the principle; never without its caveat."""

    text: Both
    caveat: Both


class Source(Part):
    """Where a play comes from, and the principle it carries."""

    article: Article
    section: Annotated[int, Field(ge=1, le=5)]
    principle: Both
    evidence: Evidence | None = None


class LeftOut(Part):
    """Accounts that a play leaves out: those at this stage whose order is in this phase."""

    stage: Stage
    order_phase: OrderPhase


class Fits(Part):
    """When a play fits; an empty list means all, but for the exceptions."""

    stages: tuple[Stage, ...] = ()
    order_phases: tuple[OrderPhase, ...] = ()
    but_not: tuple[LeftOut, ...] = ()
    on_visits: bool = False  # may be the point of a visit card when nothing more pressing is due

    def leaves_out(self, stage: Stage | None, phase: OrderPhase | None) -> bool:
        """True if there is an exception for this stage with this order phase."""
        return any((one.stage, one.order_phase) == (stage, phase) for one in self.but_not)


class Effect(StrEnum):
    """What a reply in a dialogue does besides answering."""

    COMMIT = "commit"
    OPEN_PROBLEM = "open_problem"
    LOG_CONTACT = "log_contact"
    LOG_PRAISE = "log_praise"
    DELIVERY_REVIEWED = "delivery_reviewed"
    EFFECT_REVIEWED = "effect_reviewed"
    EFFECT_BELOW = "effect_below"
    LOG_PICTURE = "log_picture"
    LOG_NEWS = "log_news"


class Reply(Part):
    """One button of a dialogue. Without `next` the dialogue ends here, or goes over to another play (`hand_over`)."""

    id: PlayId
    label: Both
    answer: Both | None = None
    next: PlayId | None = None
    effect: Effect | None = None
    hand_over: PlayId | None = None


class DialogueStep(Part):
    """One question: with two to four replies, or (`write`) a line that the rep writes in a small window.

    `{name}` in later texts stands for what was written at the step of that id.
    """

    id: PlayId
    ask: Both
    replies: Annotated[tuple[Reply, ...], Field(max_length=4)] = ()
    write: Both | None = None  # the label of the field
    answer: Both | None = None  # what is answered to what was written
    next: PlayId | None = None  # after writing
    effect: Effect | None = None  # of writing


class Dialogue(Part):
    """A short talk of at most four taps; the first step opens it."""

    steps: Annotated[tuple[DialogueStep, ...], Field(min_length=1, max_length=8)]

    def step(self, step_id: str) -> DialogueStep | None:
        return next((s for s in self.steps if s.id == step_id), None)


class Asks(Part):
    """How reps put it: what the matcher learns from."""

    en: tuple[Line, ...] = ()
    zh: tuple[Line, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        return self.zh if language is Language.ZH else self.en


class Play(Part):
    """One play: what to do, say and avoid in one situation. `playbook` is the folder that holds it."""

    id: PlayId
    playbook: PlayId
    status: Status
    owner: Line
    review: date
    title: Both
    fits: Fits = Fits()
    source: Source
    nudge: NudgeSpec | None = None
    wordings: Wordings
    steps: Annotated[tuple[StepLine, ...], Field(min_length=3, max_length=8)]
    tap: Both | None = None  # asked before a pacing play opens
    dialogue: Dialogue | None = None
    asks: Asks = Asks()

    @property
    def pacing(self) -> bool:
        return self.playbook == PACING


class Playbook(Part):
    """A folder of plays on one habit or step."""

    id: PlayId
    title: Both
    summary: Both
    order: Annotated[int, Field(ge=1, le=99)]
