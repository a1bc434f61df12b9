"""A play as it stands in its files: the value, its cases, and where each is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.content.document import Document, Place
from bot.content.findings import Finding, Severity
from bot.core.account import Language
from bot.core.case import Cases
from bot.core.playbook import Both, Play

Kind = Literal["wording", "who", "what", "ask", "answer", "label", "tap", "title", "principle", "evidence", "caveat"]


@dataclass(frozen=True)
class Entry:
    """One play that has the right form."""

    play: Play
    document: Document
    cases: Cases | None = None
    cases_document: Document | None = None

    def finding(self, place: Place, message: str, repair: str, severity: Severity = "error") -> Finding:
        """A finding at a place of the play's file."""
        return self.document.finding(place, message, repair, play=self.play.id, severity=severity)

    def case_finding(self, place: Place, message: str, repair: str) -> Finding:
        """An error at a place of the file with the cases."""
        assert self.cases_document is not None
        return self.cases_document.finding(place, message, repair, play=self.play.id)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a play in one language."""

    place: Place
    language: Language
    kind: Kind
    text: str


def texts(play: Play) -> Iterator[Text]:
    """Every text of a play that people may read, in the order of the file; `asks` are not read by anyone."""
    yield from _both(("title",), "title", play.title)
    yield from _source(play)
    for language in Language:
        for number, wording in enumerate(play.wordings.of(language)):
            for key, text in (("do", wording.do), ("say", wording.say), ("not", wording.avoid)):
                yield Text(("wordings", language.value, number, key), language, "wording", text)
    for number, line in enumerate(play.steps):
        yield from _both(("steps", number, "who"), "who", line.who)
        yield from _both(("steps", number, "what"), "what", line.what)
        yield from _both(("steps", number, "by"), "who", line.by)
    yield from _both(("tap",), "tap", play.tap)
    yield from _dialogue(play)


def _source(play: Play) -> Iterator[Text]:
    yield from _both(("source", "principle"), "principle", play.source.principle)
    if play.source.evidence is not None:
        yield from _both(("source", "evidence", "text"), "evidence", play.source.evidence.text)
        yield from _both(("source", "evidence", "caveat"), "caveat", play.source.evidence.caveat)


def _dialogue(play: Play) -> Iterator[Text]:
    for number, step in enumerate(play.dialogue.steps if play.dialogue is not None else ()):
        place: Place = ("dialogue", "steps", number)
        yield from _both((*place, "ask"), "ask", step.ask)
        yield from _both((*place, "write"), "label", step.write)
        yield from _both((*place, "answer"), "answer", step.answer)
        for n, reply in enumerate(step.replies):
            yield from _both((*place, "replies", n, "label"), "label", reply.label)
            yield from _both((*place, "replies", n, "answer"), "answer", reply.answer)


def _both(place: Place, kind: Kind, both: Both | None) -> Iterator[Text]:
    if both is not None:
        for language in Language:
            yield Text((*place, language.value), language, kind, both.of(language))
