"""Reads one YAML 1.2 file into plain values that remember their lines; what is wrong comes back as findings.

Only the part of YAML that people need for playbooks is read: no anchors and aliases, no tags, no directives, one
document, each key once. The size, the depth and the number of values are bounded before anything is built from them.
"""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.reader import ReaderError

from bot.content import syntax
from bot.content.document import Document, Value
from bot.content.findings import Finding

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000

CONSTANTS: Mapping[str, bool | None] = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]")


def read(source: Path | bytes, name: str) -> Document:
    """The document in a file (or in bytes), called `name` in findings; bad content never raises."""
    if isinstance(source, Path):
        try:
            source = content(source)
        except OSError as error:
            return _unread(name, 1, f"the file cannot be read ({error.strerror})", "check that it is a readable file")
    if len(source) > MAX_BYTES:
        return _unread(name, 1, "the file is larger than 64 KB", "split it: one play a file, and fewer `asks`")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return _unread(name, line, "the text is not UTF-8", "save the file as UTF-8 in your editor")
    return _parse(text, name)


def content(path: Path) -> bytes:
    """The bytes of a file, up to one more than may be read. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _unread(name: str, line: int, message: str, repair: str) -> Document:
    return Document(name, None, findings=(Finding(file=name, line=line, message=message, repair=repair),))


def _parse(text: str, name: str) -> Document:
    builder = _Builder(text, name)
    try:
        data = builder.document()
    except _TooMuchError as error:
        builder.report(error.line, str(error), "make it simpler: a play needs far less")
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        builder.report(line, "there is a character that cannot be shown", "delete it and type the text again")
    except MarkedYAMLError as error:
        builder.report(*syntax.explain(error))
    except (YAMLError, ValueError, OverflowError, IndexError) as error:
        # ruamel lets a few of these through, for escapes such as "\UFFFFFFFF"
        builder.report(builder.line, f"this is not YAML ({error})", syntax.LOOK_AROUND)
    else:
        return Document(name, data, tuple(builder.numbers), tuple(sorted(builder.findings)))
    return Document(name, None, findings=tuple(sorted(builder.findings)))


class _TooMuchError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Builder:
    """Builds values straight from ruamel's events, which come one by one and in constant memory."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []
        self.numbers: list[int] = []
        self.nodes = 0
        self.line = 1
        self._events: Iterator[events.Event] = YAML(typ="safe", pure=True).parse(text)

    def report(self, line: int, message: str, repair: str) -> None:
        self.findings.append(Finding(file=self.name, line=line, message=message, repair=repair))

    def document(self) -> Value:
        self._next()  # the start of the stream
        start = self._next()
        if not isinstance(start, events.DocumentStartEvent):
            self.report(1, "the file is empty", "write the content, or delete the file")
            return None
        if start.version is not None or start.tags:
            self.report(1, "lines that begin with % are not read", "delete the line that begins with %")
        data = self._value(self._next(), None, 1)
        self._next()  # the end of the document
        after = self._next()
        if not isinstance(after, events.StreamEndEvent):
            self.report(_line(after), "a second document begins here", "delete the `---`: one document a file")
        return data

    def _next(self) -> events.Event:
        event = next(self._events)
        self.line = _line(event)
        return event

    def _value(self, event: events.Event, line: int | None, depth: int) -> Value:
        line = line or _line(event)
        self.numbers.append(line)
        self.nodes += 1
        if depth > MAX_DEPTH:
            self._stop(f"values are nested more than {MAX_DEPTH} deep")
        if self.nodes > MAX_NODES:
            self._stop(f"the file holds more than {MAX_NODES} values")
        if isinstance(event, events.AliasEvent):
            self.report(
                line, "`*name` (an alias) is not read here", 'write the text out; put text that begins with * in "…"'
            )
            return None
        self._refuse_extras(event, line)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(depth)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(depth)
        assert isinstance(event, events.ScalarEvent)
        return self._scalar(event, line)

    def _stop(self, message: str) -> NoReturn:
        raise _TooMuchError(self.line, message)

    def _refuse_extras(self, event: events.Event, line: int) -> None:
        if getattr(event, "anchor", None) is not None:
            self.report(line, "`&name` (an anchor) is not read here", 'delete it; put text that begins with & in "…"')
        explicit = getattr(event, "tag", None)
        if explicit is not None:
            self.report(line, f"`{explicit}` (a tag) is not read here", 'delete it; put text that begins with ! in "…"')

    def _mapping(self, depth: int) -> Value:
        found: dict[str, Value] = {}
        first: dict[str, int] = {}
        while not isinstance(key := self._next(), events.MappingEndEvent):
            line, kept = _line(key), len(self.numbers)
            name = self._key(key, line, depth)
            del self.numbers[kept:]
            value = self._value(self._next(), line, depth + 1)
            if name is not None and name not in found:
                found[name], first[name] = value, line
                continue
            del self.numbers[kept:]
            if name is not None:
                self.report(
                    line, f"`{name}` stands here a second time (first on line {first[name]})", "keep one of the two"
                )
        return found

    def _key(self, event: events.Event, line: int, depth: int) -> str | None:
        if isinstance(event, events.ScalarEvent):
            self._refuse_extras(event, line)
            return str(self._clean(event.value, line))
        self._value(event, line, depth + 1)
        self.report(
            line, "a key must be a plain word", 'write `key: text`, and put text that begins with [ or { in "…"'
        )
        return None

    def _sequence(self, depth: int) -> Value:
        found: list[Value] = []
        while not isinstance(item := self._next(), events.SequenceEndEvent):
            found.append(self._value(item, None, depth + 1))
        return found

    def _scalar(self, event: events.ScalarEvent, line: int) -> Value:
        text = self._clean(event.value, line)
        plain, _quoted = event.implicit
        return resolve(text) if plain else text

    def _clean(self, text: str, line: int) -> str:
        if UNPRINTABLE.search(text):
            self.report(line, "there is a character that cannot be shown", "delete it and type the text again")
            return UNPRINTABLE.sub("", text)
        return text


def resolve(text: str) -> Value:
    """What an unquoted word means: null, true, false and numbers as in YAML 1.2.

    All else is text: dates, `yes`, `10:00`.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _line(event: events.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if isinstance(mark, StringMark) else 1
