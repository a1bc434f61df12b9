"""Rehearsal scenes: a short branching talk with a client, each answer with the principle behind it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.core.part import Part, PlayId
from bot.core.playbook import Both

MOST_TURNS = 6
BEST = 2  # the points of the best answer of a turn
WELL, PARTLY = 80, 50  # from so many per cent of the points on, the talk went well, or partly well

Said = Annotated[str, Field(min_length=1, max_length=150)]
Title = Annotated[str, Field(min_length=1, max_length=60)]


class BothSaid(Both):
    """What the rep might say, in both languages: short enough to be read beside others."""

    en: Said
    zh: Said


class BothTitles(Both):
    """A title in both languages that fits a button."""

    en: Title
    zh: Title


class Choice(Part):
    """One thing that the rep might say: 2 points for the best of a turn, 1 for half of it, 0 for the trap.

    `why` is the principle behind the points, in a sentence. Without `next` the talk ends here.
    """

    id: PlayId
    text: BothSaid
    points: Annotated[int, Field(ge=0, le=BEST)]
    why: Both
    next: PlayId | None = None


class Turn(Part):
    """What the client says, and what the rep might answer."""

    id: PlayId
    client: Both
    answers: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=4)]


class Closing(Part):
    """The last words of the coach, by how the talk went."""

    well: Both
    partly: Both
    again: Both


class Scene(Part):
    """A talk to rehearse a play: the first turn opens it, and no path has more than six."""

    play: PlayId
    title: BothTitles
    setting: Both
    turns: Annotated[tuple[Turn, ...], Field(min_length=2, max_length=12)]
    closing: Closing

    def turn(self, turn_id: str) -> Turn | None:
        return next((t for t in self.turns if t.id == turn_id), None)


class Band(StrEnum):
    """How a talk went, by the share of the points that were to be had."""

    WELL = "well"
    PARTLY = "partly"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Score:
    """What was reached so far: the points of the answers given, and how many were given."""

    points: int = 0
    answers: int = 0

    @property
    def most(self) -> int:
        """The points that the best answers would have had."""
        return BEST * self.answers

    @property
    def band(self) -> Band:
        """How the talk went; before the first answer nothing went wrong."""
        reached = 100 * self.points
        if reached >= WELL * self.most:
            return Band.WELL
        return Band.PARTLY if reached >= PARTLY * self.most else Band.AGAIN

    def plus(self, points: int) -> "Score":
        return Score(self.points + points, self.answers + 1)


@dataclass(frozen=True, slots=True)
class Continued:
    """The talk goes on: the client says the words of `turn`."""

    given: Choice
    score: Score
    turn: Turn


@dataclass(frozen=True, slots=True)
class Closed:
    """The talk is over; `closing` fits the score."""

    given: Choice
    score: Score
    closing: Both
    turn: None = None


def answer(scene: Scene, turn_id: str, answer_id: str, score: Score) -> Continued | Closed | None:
    """What follows when an answer is given at a turn; None if the scene has no such turn or answer."""
    turn = scene.turn(turn_id)
    given = next((a for a in turn.answers if a.id == answer_id), None) if turn is not None else None
    if given is None:
        return None
    reached = score.plus(given.points)
    following = scene.turn(given.next) if given.next is not None else None
    if following is None:
        return Closed(given, reached, closing(scene, reached))
    return Continued(given, reached, following)


def best(turn: Turn) -> Choice:
    """The answer with the most points, to show beside one that had fewer."""
    return max(turn.answers, key=lambda choice: choice.points)


def closing(scene: Scene, score: Score) -> Both:
    """The coach's last words for a score."""
    match score.band:
        case Band.WELL:
            return scene.closing.well
        case Band.PARTLY:
            return scene.closing.partly
        case Band.AGAIN:
            return scene.closing.again
