"""Finds the parts of a text that say when."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.when import chinese, english, numeric
from bot.core.when.pieces import (
    LETTER,
    Calendar,
    Clock,
    Fixed,
    Later,
    Part,
    Piece,
    Rule,
    Shift,
    Slashed,
    Vague,
    Value,
    Weekday,
)

_FIGURE_RULES = (*numeric.RULES, *english.RULES, *chinese.RULES)
_BETWEEN = re.compile(r"[ ,、;()\-–—的]{0,4}(?:(?:at|on|by|around|about|from|for|the) {1,2}|@ {0,2})?")
_BEFORE = re.compile(rf"(?:(?<![{LETTER}])(?:on|at|for|by|from|around|about)|@|约在|定在|[在于]) {{0,2}}$")
_LETTER = re.compile(rf"[{LETTER}]")
_TRADITIONAL = str.maketrans("週點號兩後這時個鐘間禮過", "周点号两后这时个钟间礼过")
_MOST_PIECES = 7  # as many as Facts has fields
_EDGE = " \t\r\n,:;-–—、，：；("
_AFTER_EDGE = " \t\r\n,:;.!?)、，：；。！？）"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a time expression says; at most one of each."""

    weekday: Weekday | None = None
    date: Shift | Calendar | Slashed | None = None
    part: Part | None = None
    clock: Clock | None = None
    later: Later | None = None
    fixed: Fixed | None = None
    vague: Vague | None = None

    @property
    def has_day(self) -> bool:
        """Whether a day is said."""
        return self.weekday is not None or self.date is not None

    @property
    def has_hour(self) -> bool:
        """Whether an hour or a part of the day is said."""
        return self.part is not None or self.clock is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A time expression: what it says and the stretches of the text that say it.

    `from_weekday`: it begins with a weekday, as some names do (周六福).
    """

    facts: Facts
    stretches: tuple[tuple[int, int], ...]
    from_weekday: bool = False

    @property
    def start(self) -> int:
        """Where its first stretch begins."""
        return self.stretches[0][0]

    @property
    def end(self) -> int:
        """Where its last stretch has ended."""
        return self.stretches[-1][1]


def find(text: str) -> list[Span]:
    """The time expressions of a text, in its order."""
    plain = normalise(text)
    return [span for run in _runs(plain) for span in _cut_from_end(plain, run)]


def leading(text: str) -> Span | None:
    """The longest time expression that the text begins with."""
    plain = normalise(text)
    run = next(_runs(plain), None)
    if not run or plain[: run[0].start].strip(_EDGE):
        return None
    return next((span for n in range(min(len(run), _MOST_PIECES), 0, -1) if (span := _span(plain, run[:n]))), None)


def join(day: Span, hour: Span) -> Span | None:
    """The two as one, if one says only the day and the other only the hour."""
    apart = (day.facts.has_day, day.facts.has_hour, hour.facts.has_day, hour.facts.has_hour)
    if apart != (True, False, False, True) or day.facts.vague or hour.facts.vague:
        return None
    facts = replace(day.facts, part=hour.facts.part, clock=hour.facts.clock)
    return Span(facts, tuple(sorted(day.stretches + hour.stretches)), day.from_weekday)


def rest(text: str, span: Span) -> str:
    """The text without the span."""
    edges = [0, *(edge for stretch in span.stretches for edge in stretch), len(text)]
    around = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return " ".join(part for part in (tidy(piece) for piece in around) if part)


def tidy(text: str) -> str:
    """The text without the marks that tie it to a time beside it."""
    return text.strip().rstrip(_EDGE).lstrip(_AFTER_EDGE)


def closes(text: str, span: Span) -> bool:
    """Whether nothing but punctuation follows the span."""
    return not text[span.end :].strip(_AFTER_EDGE)


def normalise(text: str) -> str:
    """The text in lower case and simplified characters, full-width marks made plain, each in its place."""
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char.isspace() or unicodedata.category(char) in ("Cf", "Cc"):
        return " "
    plain = unicodedata.normalize("NFKC", char).lower().replace("∶", ":").translate(_TRADITIONAL)
    return plain if len(plain) == 1 else char


def _runs(plain: str) -> Iterator[list[Piece]]:
    run: list[Piece] = []
    for piece in _pieces(plain):
        if run and not _BETWEEN.fullmatch(plain, run[-1].end, piece.start):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _pieces(plain: str) -> Iterator[Piece]:
    position = 0
    while position < len(plain):
        piece = _piece(plain, position)
        if piece:
            yield piece
        position = piece.end if piece else position + 1


def _piece(plain: str, position: int) -> Piece | None:
    longest: Piece | None = None
    for rule in _rules(plain, position):
        match = rule.pattern.match(plain, position)
        if match and (longest is None or match.end() > longest.end):
            values = rule.build(match)
            if values:
                longest = Piece(position, match.end(), tuple(values), rule.follows)
    return longest


def _rules(plain: str, position: int) -> Sequence[Rule]:
    char = plain[position]
    if not _LETTER.match(char):
        return chinese.RULES if char >= "〇" else ()
    if _inside_word(plain, position):
        return ()
    return _FIGURE_RULES if char.isdecimal() else english.RULES


def _inside_word(plain: str, position: int) -> bool:
    before = plain[max(0, position - 2) : position]
    if not before:
        return False
    if _LETTER.match(before[-1]) or before[-1] in "#$€£¥":
        return True
    return before[-1] in "./:'’-" and len(before) == 2 and bool(_LETTER.match(before[0]))


def _cut_from_end(plain: str, run: list[Piece]) -> list[Span]:
    spans: list[Span] = []
    while run:
        for first in range(max(0, len(run) - _MOST_PIECES), len(run)):
            span = _span(plain, run[first:])
            if span:
                spans.insert(0, span)
                run = run[:first]
                break
        else:
            run = run[:-1]
    return spans


def _span(plain: str, pieces: list[Piece]) -> Span | None:
    facts = _facts(pieces)
    if facts is None:
        return None
    before = _BEFORE.search(plain, max(0, pieces[0].start - 10), pieces[0].start)
    start = before.start() if before else pieces[0].start
    return Span(facts, ((start, pieces[-1].end),), isinstance(pieces[0].values[0], Weekday))


def _facts(pieces: list[Piece]) -> Facts | None:
    said: dict[str, Value] = {}
    for number, piece in enumerate(pieces):
        if piece.follows and (number == 0 or not {"weekday", "date"} & set(said)):
            return None
        for value in piece.values:
            name = _field(value)
            if name in said:
                return None
            said[name] = value
    if len(said) > 1 and {"later", "fixed"} & set(said):
        return None
    # "High Noon Thursday 10:00": a part of the day that the hour does not stand beside belongs to a name.
    order = [name for name in said if name != "vague"]
    if order[:1] == ["part"] and order[-1] == "clock" and len(order) > 2:
        return None
    return Facts(**said)  # type: ignore[arg-type]  # each value sits under the name of its own type


def _field(value: Value) -> str:
    match value:
        case Weekday():
            return "weekday"
        case Shift() | Calendar() | Slashed():
            return "date"
        case Part():
            return "part"
        case Clock():
            return "clock"
        case Later():
            return "later"
        case Fixed():
            return "fixed"
        case Vague():
            return "vague"
