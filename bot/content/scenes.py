"""Checks on rehearsal scenes: they end, in at most six turns, each turn has one best answer, and the texts hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.content import entry, sentences
from bot.content.document import Document, Place
from bot.content.entry import Entry
from bot.content.findings import Finding, Severity
from bot.core import scene
from bot.core.account import Language
from bot.core.playbook import Both
from bot.core.scene import BEST, MOST_TURNS, Scene, Turn

TELLTALE = 3  # from so many turns on, best answers that all stand in one place, or are all the longest, are told by it


@dataclass(frozen=True)
class SceneEntry:
    """One scene that has the right form, and where it is written."""

    scene: Scene
    document: Document

    def finding(self, place: Place, message: str, repair: str, severity: Severity = "error") -> Finding:
        """A finding at a place of the scene's file."""
        return self.document.finding(place, message, repair, play=self.scene.play, severity=severity)


def findings(entries: Iterable[SceneEntry], plays: Iterable[Entry]) -> tuple[Finding, ...]:
    """Errors and warnings about these scenes; a sentence that stands in one of the plays may not stand in them."""
    seen = {sentences.same(text.text): one.document.name for one in plays for text in entry.texts(one.play)}
    found: list[Finding] = []
    for one in sorted(entries, key=lambda known: known.document.name):
        turns = {turn.id: turn for turn in reversed(one.scene.turns)}
        found += [*_form(one, turns), *_reach(one, turns), *_paths(one, turns), *_best(one)]
        for place, language, text in texts(one.scene):
            found += _sentence(one, place, language, text)
            found += _twice(one, place, text, seen)
    return tuple(found)


def texts(scene: Scene) -> Iterator[tuple[Place, Language, str]]:
    """Every text of a scene with its place, in the order of the file."""
    boths: list[tuple[Place, Both]] = [(("title",), scene.title), (("setting",), scene.setting)]
    for number, turn in enumerate(scene.turns):
        boths.append((("turns", number, "client"), turn.client))
        for n, choice in enumerate(turn.answers):
            place: Place = ("turns", number, "answers", n)
            boths += [((*place, "text"), choice.text), ((*place, "why"), choice.why)]
    boths += [(("closing", key), both) for key, both in scene.closing]
    for where, both in boths:
        for language in Language:
            yield (*where, language.value), language, both.of(language)


# --- where answers lead --------------------------------------------------------------------------------------------


def _form(one: SceneEntry, turns: Mapping[str, Turn]) -> Iterator[Finding]:
    for number, turn in enumerate(one.scene.turns):
        if turns[turn.id] is not turn:
            yield one.finding(("turns", number, "id"), f"two turns are called `{turn.id}`", "give one another id")
        ids = [choice.id for choice in turn.answers]
        for n, choice in enumerate(turn.answers):
            place: Place = ("turns", number, "answers", n)
            if choice.id in ids[:n]:
                yield one.finding((*place, "id"), f"two answers are called `{choice.id}`", "give one another id")
            if choice.next is not None and choice.next not in turns:
                repair = f"write one of: {', '.join(sorted(turns))}; or leave `next` out to end"
                yield one.finding((*place, "next"), f"there is no turn `{choice.next}`", repair)


def nexts(turn: Turn) -> tuple[str, ...]:
    """The ids of the turns that may come next."""
    return tuple(dict.fromkeys(choice.next for choice in turn.answers if choice.next is not None))


def _reach(one: SceneEntry, turns: Mapping[str, Turn]) -> Iterator[Finding]:
    reached: set[str] = set()
    waiting = [one.scene.turns[0].id]
    while waiting:
        if (turn_id := waiting.pop()) in turns and turn_id not in reached:
            reached.add(turn_id)
            waiting.extend(nexts(turns[turn_id]))
    for number, turn in enumerate(one.scene.turns):
        if turn.id not in reached:
            repair = f"write `next: {turn.id}` at an answer, or delete the turn"
            yield one.finding(("turns", number), f"no answer leads to the turn `{turn.id}`", repair)


def _paths(one: SceneEntry, turns: Mapping[str, Turn]) -> Iterator[Finding]:
    """Findings on circles and on talks that are too long, each told once."""
    places = {turn.id: number for number, turn in reversed(list(enumerate(one.scene.turns)))}
    told: set[tuple[str, str]] = set()
    waiting: list[tuple[str, ...]] = [(one.scene.turns[0].id,)]
    while waiting:
        path = waiting.pop()
        for target in nexts(turns[path[-1]]):
            if target in turns and target not in path and len(path) < MOST_TURNS:
                waiting.append((*path, target))
            elif target in turns and (path[-1], target) not in told:
                told.add((path[-1], target))
                yield one.finding(("turns", places[path[-1]]), *_never_over(path, target))


def _never_over(path: tuple[str, ...], target: str) -> tuple[str, str]:
    if target in path:
        return f"the talk goes round: `{target}` comes again", "let it end here: leave `next` out"
    return f"`{target}` would be turn {len(path) + 1}", f"end earlier: a talk has at most {MOST_TURNS} turns"


# --- what answers are worth ----------------------------------------------------------------------------------------


def _best(one: SceneEntry) -> Iterator[Finding]:
    places: set[int] = set()
    for number, turn in enumerate(one.scene.turns):
        best = [n for n, choice in enumerate(turn.answers) if choice.points == BEST]
        places.update(best)
        if len(best) != 1:
            message = f"{len(best)} answers have {BEST} points"
            yield one.finding(("turns", number, "answers"), message, "give the best answer 2, each other one 0 or 1")
    if len(places) == 1 and len(one.scene.turns) >= TELLTALE:
        message = f"the best answer always stands at place {min(places) + 1}"
        yield one.finding(("turns",), message, "change the order of the answers here and there", "warning")
    for language in Language:
        if len(one.scene.turns) >= TELLTALE and all(_best_is_longest(turn, language) for turn in one.scene.turns):
            message = f"the best answer is always the longest ({language})"
            yield one.finding(("turns",), message, "shorten some, or lengthen some traps", "warning")


def _best_is_longest(turn: Turn, language: Language) -> bool:
    best = scene.best(turn).text.of(language)
    return all(len(choice.text.of(language)) <= len(best) for choice in turn.answers)


# --- texts ---------------------------------------------------------------------------------------------------------


def _sentence(one: SceneEntry, place: Place, language: Language, text: str) -> Iterator[Finding]:
    for message, repair, severity in sentences.wrong(text, language):
        yield one.finding(place, message, repair, severity)
    if (figures := sentences.win_back(text)) is not None:
        yield one.finding(place, *figures)
    if "{" in text or "}" in text:
        yield one.finding(place, "nothing is filled in here", "write the scene's own names, without { }")


def _twice(one: SceneEntry, place: Place, text: str, seen: dict[str, str]) -> Iterator[Finding]:
    key = sentences.same(text)
    if key in seen:
        yield one.finding(place, f"the same sentence stands in {seen[key]}", "say it in another way")
    seen.setdefault(key, f"{one.document.name}, line {one.document.line_of(place)}")
