"""Checks on what replies do besides answering: plays that take over, and what is written down."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.content import dialogues
from bot.content.document import Place
from bot.content.entry import Entry
from bot.content.findings import Finding
from bot.core.part import Part
from bot.core.playbook import OWN_THE_PROBLEM, DialogueStep, Effect, Play, Reply, Status
from bot.core.raising import EffectBelow, NextNeed, PraiseLogged

ABOUT_PROBLEMS = frozenset({"it-went-badly"})  # speaks while a problem is open, beside the plays of own-the-problem
OUTCOMES = frozenset({Effect.EFFECT_REVIEWED, Effect.EFFECT_BELOW})

# What a play's own dialogue must not write down, for it would call the same play again.
CALLS_AGAIN: Mapping[type[Part], Effect] = {
    PraiseLogged: Effect.LOG_PRAISE,
    EffectBelow: Effect.EFFECT_BELOW,
    NextNeed: Effect.EFFECT_REVIEWED,
}


def findings(entries: Iterable[Entry], files: Collection[str]) -> Iterator[Finding]:
    """Everything that is wrong with effects and hand-overs; `files` are ids of plays that are there but do not hold."""
    entries = tuple(entries)
    plays = {entry.play.id: entry.play for entry in entries}
    for entry in entries:
        for number, step in enumerate(entry.play.dialogue.steps if entry.play.dialogue is not None else ()):
            place: Place = (*dialogues.STEPS, number)
            if step.effect is not None and step.write is None:
                yield entry.finding(
                    (*place, "effect"), "`effect` of a step goes with `write`", "give each reply its own `effect`"
                )
            for n, reply in enumerate(step.replies):
                yield from _hand_over(entry, (*place, "replies", n, "hand_over"), reply, plays, files)
        yield from _calls_again(entry)
        yield from _written_twice(entry)


def _calls_again(entry: Entry) -> Iterator[Finding]:
    """Findings on replies that would make the cue of their own play hold anew."""
    if entry.play.nudge is None or entry.play.dialogue is None:
        return
    own = CALLS_AGAIN.get(type(entry.play.nudge.cue))
    for number, step in enumerate(entry.play.dialogue.steps):
        for place, effect, _ in _ways(step, (*dialogues.STEPS, number)):
            if effect is not None and effect is own:
                message = f"`{effect}` is what this play speaks on: it would come again after each such talk"
                yield entry.finding(place, message, "write `commit`, or leave `effect` out")


def _hand_over(
    entry: Entry, place: Place, reply: Reply, plays: Mapping[str, Play], files: Collection[str]
) -> Iterator[Finding]:
    if reply.hand_over is None:
        return
    if reply.next is not None:
        yield entry.finding(place, "`hand_over` goes with the last reply only", "delete `next`, or `hand_over`")
    target = plays.get(reply.hand_over)
    if target is None:
        if reply.hand_over not in files:
            repair = "write the id of a play: the name of its file"
            yield entry.finding(place, f"there is no play `{reply.hand_over}`", repair)
    elif (why := _cannot_take_over(entry.play, reply, target)) is not None:
        yield entry.finding(place, f"`{target.id}` cannot take over here: {why}", "name another play, or none")


def _cannot_take_over(play: Play, reply: Reply, target: Play) -> str | None:
    if target.id == play.id:
        return "it is this play itself"
    if target.status is Status.RETIRED:
        return "it is retired"
    if target.pacing:
        return "a pacing play opens only after its own question"
    silenced = target.playbook != OWN_THE_PROBLEM and target.id not in ABOUT_PROBLEMS
    if reply.effect is Effect.OPEN_PROBLEM and silenced:
        return f"with a problem open only `{OWN_THE_PROBLEM}` and `it-went-badly` speak"
    return None


# --- written down once ---------------------------------------------------------------------------------------------


def _written_twice(entry: Entry) -> Iterator[Finding]:
    """Findings on talks in which one thing is written down twice, or one that contradicts another."""
    if entry.play.dialogue is None:
        return
    numbers = {step.id: number for number, step in reversed(list(enumerate(entry.play.dialogue.steps)))}
    told: set[Place] = set()
    waiting: list[tuple[tuple[str, ...], frozenset[Effect]]] = [((entry.play.dialogue.steps[0].id,), frozenset())]
    while waiting:
        path, before = waiting.pop()
        step = entry.play.dialogue.steps[numbers[path[-1]]]
        for place, effect, target in _ways(step, (*dialogues.STEPS, numbers[step.id])):
            if effect is not None and (clash := _clash(effect, before)) is not None and place not in told:
                told.add(place)
                repair = "keep the one that the rep's answers bear out at the end"
                yield entry.finding(place, f"`{effect}` comes after `{clash}` in the same talk", repair)
            known = target is not None and target in numbers and target not in path and len(path) < dialogues.TAPS
            if known and target is not None:
                waiting.append(((*path, target), before | {effect} if effect is not None else before))


def _ways(step: DialogueStep, place: Place) -> Iterator[tuple[Place, Effect | None, str | None]]:
    if step.write is not None:
        yield (*place, "effect"), step.effect, step.next
    for n, reply in enumerate(step.replies):
        yield (*place, "replies", n, "effect"), reply.effect, reply.next


def _clash(effect: Effect, before: frozenset[Effect]) -> Effect | None:
    """What was written down before that this repeats or contradicts."""
    if effect in before:
        return effect
    return next(iter(before & OUTCOMES), None) if effect in OUTCOMES else None
