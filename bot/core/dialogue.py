"""Dialogues: where an answer leads."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.playbook import Both, Dialogue, Effect

MOST_TAPS = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """The dialogue goes on at `step`."""

    step: str
    answer: Both | None
    effect: Effect | None
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialogue is over; `hand_over` names the play that takes it on."""

    answer: Both | None
    effect: Effect | None
    answers: Mapping[str, str]
    hand_over: str | None = None
    step: None = None


def answer(script: Dialogue, step_id: str, said: str, answers: Mapping[str, str]) -> Moved | Ended | None:
    """What follows when `said` (a reply's id, or the written text) is answered at a step; None if it cannot be."""
    step = script.step(step_id)
    if step is None:
        return None
    if step.write is not None:
        kept = {**answers, step_id: said.strip()}
        if step.next is None:
            return Ended(step.answer, step.effect, kept)
        return Moved(step.next, step.answer, step.effect, kept)
    reply = next((r for r in step.replies if r.id == said), None)
    if reply is None:
        return None
    if reply.next is None:
        return Ended(reply.answer, reply.effect, dict(answers), reply.hand_over)
    return Moved(reply.next, reply.answer, reply.effect, dict(answers))


def filled(text: str, answers: Mapping[str, str]) -> str:
    """A text with what was written put in; names without an answer stay as they are."""
    for name, value in answers.items():
        text = text.replace("{" + name + "}", value)
    return text
