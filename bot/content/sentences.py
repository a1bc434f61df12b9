"""Checks on the texts of plays: their length, their language, their punctuation, and that none stands twice."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.content import entry
from bot.content.document import Place
from bot.content.entry import Entry, Text
from bot.content.findings import Finding, Severity
from bot.core import wording
from bot.core.account import Language
from bot.core.playbook import Status

CARD_WORDS, CARD_CHARACTERS = 40, 80
STEP_WORDS, STEP_CHARACTERS = 25, 50
LABEL_CHARACTERS = {Language.EN: 30, Language.ZH: 15}
ASKS_WANTED = 30

ONCE = frozenset({"wording", "what", "ask", "answer", "tap", "principle", "evidence"})
MAY_NAME_ACCOUNT = frozenset({"wording", "what", "tap", "ask", "answer"})

HAN = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"(?<=[\u3400-\u9fff])[,?!;:]|[,?!;](?=[\u3400-\u9fff])")
FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
WIN_BACK = re.compile(r"\b(60|95)\s*([%％]|per\s?cent)|百分之(六十|九十五)|九成五|六成", re.IGNORECASE)
BRACES = re.compile(r"\{([^{}]*)\}")


def findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Everything that is wrong with the texts of these plays."""
    entries = tuple(entries)
    for one in entries:
        yield from _lengths(one)
        yield from _asks(one)
        for text in entry.texts(one.play):
            yield from _form(one, text)
            yield from _placeholders(one, text)
    yield from _twice(entries)
    yield from _asks_twice(entries)


def same(text: str) -> str:
    """What is left of a text without case, spaces and punctuation: two texts with the same rest are one text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _size(text: str, language: Language) -> int:
    return wording.count_words(text) if language is Language.EN else wording.count_characters(text)


def _unit(language: Language) -> str:
    return "words" if language is Language.EN else "characters"


def _lengths(one: Entry) -> Iterator[Finding]:
    for language in Language:
        for number, said in enumerate(one.play.wordings.of(language)):
            limit = CARD_WORDS if language is Language.EN else CARD_CHARACTERS
            size = _size(f"{said.do} {said.say} {said.avoid}", language)
            if size > limit:
                message = f"do, say and not have {size} {_unit(language)} together"
                place: Place = ("wordings", language.value, number)
                yield one.finding(place, message, f"cut {size - limit}: a card holds {limit} {_unit(language)}")
    for text in entry.texts(one.play):
        if text.kind == "label" and len(text.text) > (limit := LABEL_CHARACTERS[text.language]):
            yield one.finding(
                text.place, f"the label has {len(text.text)} characters", f"cut it to {limit}: a button is small"
            )
        if text.kind == "what":
            limit = STEP_WORDS if text.language is Language.EN else STEP_CHARACTERS
            if (size := _size(text.text, text.language)) > limit:
                message = f"this line of the steps has {size} {_unit(text.language)}"
                yield one.finding(text.place, message, f"cut it to {limit}, or make two lines of it", "warning")


def wrong(text: str, language: Language) -> Iterator[tuple[str, str, Severity]]:
    """What is wrong with how a text is written in its language: message, repair, severity."""
    if text != text.strip() or "\n" in text:
        yield "the text has spaces around it or a line break in it", 'write it on one line, in "…"', "error"
    if language is Language.EN and HAN.search(text):
        yield "there are Chinese characters in the English text", "write it in English here", "error"
    if language is Language.ZH and not HAN.search(text):
        yield "the Chinese text holds no Chinese", "write it in Chinese here", "error"
    elif language is Language.ZH and (found := HALF_WIDTH.search(text)):
        yield f"`{found.group()}` in Chinese text is half-width", "write ，？！；： as in Chinese print", "warning"


def full_width(text: str) -> str:
    """A Chinese text with the punctuation of Chinese print."""
    return HALF_WIDTH.sub(lambda found: FULL_WIDTH[found.group()], text)


def win_back(text: str) -> tuple[str, str] | None:
    """Message and repair where a text tells the win-back figures, which only evidence may."""
    if not WIN_BACK.search(text):
        return None
    message = "the win-back figures (60 % and 95 %) may stand in `evidence` only, with their caveat"
    return message, "say instead: how today is handled shows whether they can rely on us"


def _form(one: Entry, text: Text) -> Iterator[Finding]:
    for message, repair, severity in wrong(text.text, text.language):
        yield one.finding(text.place, message, repair, severity)
    if text.kind not in ("evidence", "caveat") and (figures := win_back(text.text)) is not None:
        yield one.finding(text.place, *figures)


def _placeholders(one: Entry, text: Text) -> Iterator[Finding]:
    # What the steps of a dialogue may name is checked with the dialogue.
    names = BRACES.findall(text.text)
    if {"{", "}"} & set(BRACES.sub("", text.text)):
        yield one.finding(text.place, "there is a single { or }", "write {account} with both, or leave it out")
    if text.kind in ("ask", "answer"):
        return
    allowed = ["account"] if text.kind in MAY_NAME_ACCOUNT else []
    for name in names:
        if name not in allowed:
            repair = "write {account}, or leave it out" if allowed else "leave it out: nothing is filled in here"
            yield one.finding(text.place, f"`{{{name}}}` cannot be filled in here", repair)


def _twice(entries: Iterable[Entry]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for one in entries:
        for text in entry.texts(one.play):
            key = same(text.text)
            if text.kind not in ONCE or not key:
                continue
            if key in seen:
                yield one.finding(text.place, f"the same sentence stands in {seen[key]}", "say it in another way")
            seen.setdefault(key, _written(one, text.place))


def _asks_twice(entries: Iterable[Entry]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for one in entries:
        for language in Language:
            for number, ask in enumerate(one.play.asks.of(language)):
                place: Place = ("asks", language.value, number)
                if (key := same(ask)) in seen:
                    yield one.finding(place, f"the same ask stands in {seen[key]}", "keep the one that fits better")
                seen.setdefault(key, _written(one, place))


def _written(one: Entry, place: Place) -> str:
    return f"{one.document.name}, line {one.document.line_of(place)}"


def _asks(one: Entry) -> Iterator[Finding]:
    for language in Language:
        asks = one.play.asks.of(language)
        if len(asks) < ASKS_WANTED and one.play.status is not Status.RETIRED:
            message = f"there are {len(asks)} `asks` in {_name(language)}"
            repair = f"add {ASKS_WANTED - len(asks)} more: how reps would type it, each in another style"
            yield one.finding(("asks", language.value), message, repair, "warning")
        for number, ask in enumerate(asks):
            if (HAN.search(ask) is not None) is (language is Language.EN):
                message = f"this ask does not look {_name(language)}"
                repair = "put it into the other list (mixed lines go to zh)"
                yield one.finding(("asks", language.value, number), message, repair, "warning")


def _name(language: Language) -> str:
    return "English" if language is Language.EN else "Chinese"
