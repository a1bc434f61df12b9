"""What one version of the playbooks changed against another, as people ask: which plays, and which sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from bot.core.account import Language
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.playbook import Dialogue, Play, Wording

MOST_LINES = 12
RULES = {"playbook", "status", "fits", "nudge"}
CARE = {"owner", "review"}


class Kind(StrEnum):
    """What happened to a play; `tended`: only who cares for it, or when it is looked at again."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"
    TENDED = "tended"
    CADENCE = "cadence"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence before and after; either is empty where there was none. Settings have no language."""

    before: str
    after: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one play; `play` and titles are empty for cadence.yaml. `rules`: it also comes otherwise."""

    play: str
    kind: Kind
    titles: tuple[str, str] = ("", "")  # English, Chinese
    lines: tuple[Line, ...] = ()
    rules: bool = False

    def title(self, language: Language) -> str:
        return self.titles[1 if language is Language.ZH else 0]


def between(before: Library, after: Library) -> list[Change]:
    """All changes, cadence first, then by play; empty where two versions mean the same to people."""
    old, new = ({play.id: play for play in library.plays} for library in (before, after))
    found = [_change(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    return [change for change in (_cadence(before.manners, after.manners), *found) if change is not None]


def _change(before: Play | None, after: Play | None) -> Change | None:
    play = after or before
    if before == after or play is None:
        return None
    titles = (play.title.en, play.title.zh)
    if before is None or after is None:
        return Change(play.id, Kind.ADDED if before is None else Kind.REMOVED, titles)
    differ = {name for name in Play.model_fields if getattr(before, name) != getattr(after, name)}
    rules = bool(differ & RULES)
    if differ - RULES - CARE:
        return Change(play.id, Kind.REWORDED, titles, tuple(_lines(before, after))[:MOST_LINES], rules)
    return Change(play.id, Kind.MOVED if rules else Kind.TENDED, titles, rules=rules)


def _cadence(before: Manners, after: Manners) -> Change | None:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    lines = [Line(f"{key}: {old[key]}", f"{key}: {new[key]}") for key in old if old[key] != new.get(key)]
    return Change("", Kind.CADENCE, lines=tuple(lines)) if lines else None


def _lines(before: Play, after: Play) -> Iterator[Line]:
    """The sentences that differ, each beside the one in whose place it stands."""
    for language in Language:
        old, new = list(_sentences(before, language)), list(_sentences(after, language))
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what != "equal":
                pairs = zip_longest(old[a:b], new[c:d], fillvalue="")
                yield from (Line(one, other, language) for one, other in pairs)


def _sentences(play: Play, language: Language) -> Iterator[str]:
    """All that a rep reads of a play, and how it is asked for."""
    yield play.title.of(language)
    for wording in play.wordings.of(language):
        yield from _said(wording)
    for step in play.steps:
        yield from (step.who.of(language), step.what.of(language), step.by.of(language))
    if play.tap is not None:
        yield play.tap.of(language)
    if play.dialogue is not None:
        yield from _talk(play.dialogue, language)
    yield play.source.principle.of(language)
    yield from play.asks.of(language)


def _said(wording: Wording) -> tuple[str, str, str]:
    return wording.do, wording.say, wording.avoid


def _talk(dialogue: Dialogue, language: Language) -> Iterator[str]:
    for step in dialogue.steps:
        texts = (step.ask, step.write, step.answer, *(t for r in step.replies for t in (r.label, r.answer)))
        yield from (text.of(language) for text in texts if text is not None)
