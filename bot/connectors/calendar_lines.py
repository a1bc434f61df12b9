"""What a calendar file is made of, before anything in it is believed: its events and zones as bundles of
lines.

Cutting the file up here keeps one broken event from taking the others along, and bounds what the libraries
behind ever see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot import errors

MOST_BYTES = 10_000_000
MOST_EVENTS = 20_000
DEEPEST = 12
ZONE = "X-TZID"

_LONGEST_LINE = 20_000
_MOST_LINES = 5_000
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ZONE = re.compile(r"\bTZID(?=\s*=)", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*[;:]")
_WHEN = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_WHAT = frozenset(
    {"UID", "SEQUENCE", "STATUS", "TRANSP", "SUMMARY", "LOCATION", "DESCRIPTION", "ATTENDEE", "ORGANIZER"}
)
_SHIFT = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"})
_DATED = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})
_WANTED = {
    "VEVENT": _WHEN | _WHAT,
    "VTIMEZONE": frozenset({"TZID"}),
    "STANDARD": _SHIFT,
    "DAYLIGHT": _SHIFT,
}


class CalendarError(errors.BadInput):
    """A file is no calendar that can be read; nothing of it was taken."""

    code = "calendar_unreadable"


@dataclass
class Block:
    """One event or zone: its place among its kind (from 1), its unfolded lines, and its flaw, if any."""

    kind: str
    position: int
    lines: list[str] = field(default_factory=list)
    flaw: str = ""


@dataclass
class Content:
    """The parts of a file that matter here. `cancels`: the file calls its events off (METHOD:CANCEL)."""

    events: list[Block] = field(default_factory=list)
    zones: list[Block] = field(default_factory=list)
    cancels: bool = False


def content(data: bytes) -> Content:
    """The events and zones in `data`. Raises `CalendarError`: no calendar, cut off, too large or too deep."""
    if len(data) > MOST_BYTES:
        raise _error("too_large", "the calendar is too large", "Share a smaller one, or one with fewer years.")
    reader = _Reader()
    for line in _lines(data):
        reader.take(line)
    return reader.finish()


def _lines(data: bytes) -> Iterator[str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    # Unfolded as bytes: some exporters fold in the middle of a character.
    text = _FOLD.sub(b"", _CONTROL.sub(b"", data)).decode("utf-8", "replace").removeprefix("\ufeff")
    return (line for line in _BREAK.split(text) if line and not line.isspace())


def _error(code: str, message: str, repair: str) -> CalendarError:
    return CalendarError(message, repair=repair, code=f"calendar_{code}")


class _Reader:
    def __init__(self) -> None:
        self._found = Content()
        self._open: list[str] = []
        self._block: Block | None = None
        self._seen = False

    def take(self, line: str) -> None:
        matched = _NAME.match(line)
        name = matched[1].upper() if matched else ""
        if name == "BEGIN":
            self._begin(line.partition(":")[2].strip().upper())
        elif name == "END":
            self._end(line.partition(":")[2].strip().upper())
        elif name == "METHOD" and self._open == ["VCALENDAR"]:
            self._found.cancels |= line.partition(":")[2].strip().upper() == "CANCEL"
        elif self._block is not None and self._open and name in _WANTED.get(self._open[-1], ()):
            self._keep(self._block, name, line.strip())

    def _begin(self, kind: str) -> None:
        if kind == "VCALENDAR" and not self._open:
            self._seen = True
        elif kind in ("VEVENT", "VTIMEZONE") and self._block is not None:
            self._close(flaw="it has no end")  # the next one begins where this one should have ended
            del self._open[1:]
        if not self._seen or (not self._open and kind != "VCALENDAR"):
            return
        self._open.append(kind)
        if len(self._open) > DEEPEST:
            raise _error("too_deep", "the calendar is nested too deep", "Export it again, or share another.")
        if len(self._open) == 2 and kind in ("VEVENT", "VTIMEZONE"):
            kin = self._found.events if kind == "VEVENT" else self._found.zones
            self._block = Block(kind, len(kin) + 1)
            kin.append(self._block)
            if len(kin) > MOST_EVENTS:
                raise _error("too_many", f"it holds more than {MOST_EVENTS:,} events", "Share a smaller calendar.")
        elif self._block is not None and self._block.kind == "VTIMEZONE":
            self._keep(self._block, "BEGIN", f"BEGIN:{kind}")

    def _end(self, kind: str) -> None:
        if kind not in self._open:
            return
        while (closed := self._open.pop()) != kind:
            pass
        if self._block is None:
            return
        if len(self._open) < 2:
            self._close(flaw="" if closed == self._block.kind else "it has no end")
        elif self._block.kind == "VTIMEZONE":
            self._keep(self._block, "END", f"END:{kind}")

    def _close(self, flaw: str) -> None:
        if self._block is not None:
            self._block.flaw = self._block.flaw or flaw
            self._block = None

    @staticmethod
    def _keep(block: Block, name: str, line: str) -> None:
        if name in ("DESCRIPTION", "SUMMARY", "LOCATION"):
            line = line[:_LONGEST_LINE]
        elif len(line) > _LONGEST_LINE * (10 if name in ("EXDATE", "RDATE") else 1):
            block.flaw = f"its {name} line is too long"
            return
        if len(block.lines) >= _MOST_LINES:
            block.flaw = "it has too many lines"
            return
        # The zone's name travels under another one, so that the library leaves it to us (see `calendar_zones`).
        block.lines.append(_ZONE.sub(ZONE, line) if name in _DATED else line)

    def finish(self) -> Content:
        if not self._seen:
            raise _error(
                "none",
                "this is no calendar",
                "Give the calendar's iCal (ICS) link, not the page that shows it.",
            )
        if self._open:
            raise _error("cut_off", "the calendar breaks off in the middle", "Fetch or export it again.")
        return self._found
