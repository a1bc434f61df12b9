"""Checks on dialogues: every reference leads somewhere, every path ends well and in at most four taps."""

from collections.abc import Iterator, Mapping

from bot.content.document import Place
from bot.content.entry import Entry
from bot.content.findings import Finding
from bot.content.sentences import BRACES
from bot.core.account import Language
from bot.core.playbook import Both, DialogueStep

TAPS = 4
STEPS: Place = ("dialogue", "steps")


def findings(entry: Entry) -> Iterator[Finding]:
    """Everything that is wrong with the dialogue of a play; nothing where there is none."""
    if entry.play.dialogue is None:
        return
    steps = {step.id: step for step in reversed(entry.play.dialogue.steps)}
    places = {step.id: number for number, step in reversed(list(enumerate(entry.play.dialogue.steps)))}
    for number, step in enumerate(entry.play.dialogue.steps):
        if places[step.id] != number:
            yield entry.finding((*STEPS, number, "id"), f"two steps are called `{step.id}`", "give one another id")
        yield from _form(entry, number, step)
        yield from _references(entry, number, step, steps)
    yield from _reach(entry, steps, places)
    yield from _paths(entry, steps, places)


def nexts(step: DialogueStep) -> tuple[str, ...]:
    """The ids of the steps that may come next."""
    found = [reply.next for reply in step.replies] + [step.next]
    return tuple(dict.fromkeys(n for n in found if n is not None))


def _form(entry: Entry, number: int, step: DialogueStep) -> Iterator[Finding]:
    place: Place = (*STEPS, number)
    if step.write is not None:
        if step.replies:
            yield entry.finding(place, "the step has both `replies` and `write`", "keep one of the two")
        if step.next is None and step.answer is None:
            yield entry.finding(place, "the dialogue ends here without an answer", "add `answer:` {en, zh} to the step")
        return
    if len(step.replies) < 2:
        yield entry.finding(place, f"the step has {len(step.replies)} replies", "give two to four replies, or `write`")
    for key in ("next", "answer"):
        if getattr(step, key) is not None:
            yield entry.finding(
                (*place, key), f"`{key}` of a step goes with `write`", f"give each reply its own `{key}`"
            )
    ids = [reply.id for reply in step.replies]
    for n, reply in enumerate(step.replies):
        inner: Place = (*place, "replies", n)
        if reply.id in ids[:n]:
            yield entry.finding((*inner, "id"), f"two replies are called `{reply.id}`", "give one another id")
        if reply.next is None and reply.answer is None:
            message = f"the dialogue ends at the reply `{reply.id}` without an answer"
            yield entry.finding(inner, message, "add `answer:` {en, zh}: what to do or say now")


def _references(entry: Entry, number: int, step: DialogueStep, steps: Mapping[str, DialogueStep]) -> Iterator[Finding]:
    targets: list[tuple[Place, str | None]] = [((*STEPS, number, "next"), step.next)]
    targets += [((*STEPS, number, "replies", n, "next"), reply.next) for n, reply in enumerate(step.replies)]
    for place, target in targets:
        if target is not None and target not in steps:
            yield entry.finding(place, f"there is no step `{target}`", f"write one of: {', '.join(sorted(steps))}")


def _reach(entry: Entry, steps: Mapping[str, DialogueStep], places: Mapping[str, int]) -> Iterator[Finding]:
    assert entry.play.dialogue is not None
    reached: set[str] = set()
    waiting = [entry.play.dialogue.steps[0].id]
    while waiting:
        if (step_id := waiting.pop()) in steps and step_id not in reached:
            reached.add(step_id)
            waiting.extend(nexts(steps[step_id]))
    for step_id in steps.keys() - reached:
        message = f"no reply leads to the step `{step_id}`"
        yield entry.finding(
            (*STEPS, places[step_id]), message, f"write `next: {step_id}` at a reply, or delete the step"
        )


def _paths(entry: Entry, steps: Mapping[str, DialogueStep], places: Mapping[str, int]) -> Iterator[Finding]:
    """Findings on what lies on a path: too many taps, circles, and names of lines not written yet."""
    assert entry.play.dialogue is not None
    found: dict[tuple[str, str, str], Finding] = {}
    waiting: list[tuple[str, ...]] = [(entry.play.dialogue.steps[0].id,)]
    while waiting:
        path = waiting.pop()
        step = steps[path[-1]]
        for finding in _unwritten(entry, places[step.id], step, _written(steps, path)):
            found.setdefault((finding.step, str(finding.line), finding.message), finding)
        for target in nexts(step):
            if (wrong := _too_long(entry, places, path, target)) is not None:
                found.setdefault((step.id, target, wrong.message), wrong)
            elif target in steps:
                waiting.append((*path, target))
    yield from found.values()


def _too_long(entry: Entry, places: Mapping[str, int], path: tuple[str, ...], target: str) -> Finding | None:
    place: Place = (*STEPS, places[path[-1]])
    if target in path:
        return entry.finding(place, f"the dialogue goes round: `{target}` comes again", "end it here with an answer")
    if len(path) >= TAPS:
        message = f"`{target}` would be tap {len(path) + 1}"
        return entry.finding(place, message, f"end here with an answer: a dialogue has at most {TAPS} taps")
    return None


def _written(steps: Mapping[str, DialogueStep], path: tuple[str, ...]) -> set[str]:
    return {step_id for step_id in path[:-1] if steps[step_id].write is not None}


def _unwritten(entry: Entry, number: int, step: DialogueStep, written: set[str]) -> Iterator[Finding]:
    own = {step.id} if step.write is not None else set()
    texts: list[tuple[Place, Both | None, set[str]]] = [
        (("ask",), step.ask, written),
        (("answer",), step.answer, written | own),
    ]
    texts += [(("replies", n, "answer"), reply.answer, written) for n, reply in enumerate(step.replies)]
    for place, both, names in texts:
        for language in Language if both is not None else ():
            assert both is not None
            for name in BRACES.findall(both.of(language)):
                if name not in names and name != "account":
                    where: Place = (*STEPS, number, *place, language.value)
                    repair = f"name a step before it that has `write` ({', '.join(sorted(names)) or 'there is none'})"
                    yield entry.finding(where, f"`{{{name}}}` is not written yet when this is said", repair)
