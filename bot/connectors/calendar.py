"""What a calendar feed says about a stretch of days: single and repeating events, by time.

Whatever the bytes are, `read` gives a feed or a `CalendarError`; what it cannot read of a calendar is
listed as broken, and the rest stays.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.connectors import calendar_events, calendar_lines, calendar_series, calendar_zones
from bot.connectors.calendar_events import Broken, Entry, Moment
from bot.connectors.calendar_lines import Block, CalendarError
from bot.connectors.calendar_series import Occurrence

__all__ = ["BrokenEvent", "CalendarError", "Event", "Feed", "read"]

MOST_IN_ALL = 20_000
MOST_SERIES = 2_000

_ON = re.compile(
    r"^(DTSTART|DTEND)\b[^:]*:(\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:T\d{6}Z?)?$", re.IGNORECASE
)
_SPREADS = ("RRULE", "RDATE", "RECURRENCE-ID", "DURATION")


@dataclass(frozen=True, slots=True)
class Event:
    """One time at which something takes place, in the reader's zone.

    (`uid`, `recurrence_id`) names it for good: the second is None for what takes place once, else the
    moment that the series gave it, also after it was moved (UTC, `20261124T020000Z`; whole days
    `20261124`). A whole day runs from 00:00 to the 00:00 after its last day.
    """

    uid: str
    recurrence_id: str | None
    at: datetime
    end: datetime
    all_day: bool
    summary: str
    location: str
    attendees: tuple[str, ...]
    organizer: str
    description: str
    cancelled: bool
    sequence: int
    transparent: bool


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """An event that was left out: its id if any, its place in the file (from 1), a stable code, a reason."""

    uid: str | None
    position: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The events of a window, by time, and what could not be read, by place in the file."""

    events: tuple[Event, ...]
    broken: tuple[BrokenEvent, ...]


def read(data: bytes, *, window_from: datetime, window_to: datetime, default_zone: ZoneInfo) -> Feed:
    """The events that touch [`window_from`, `window_to`), both aware; cancelled ones are among them, marked.

    Times without a zone are in `default_zone`, and all times come back in it. One of a series that was
    moved out of the window is there with its new time as long as its old one is inside. Raises
    `CalendarError` when `data` is no whole calendar.
    """
    content = calendar_lines.content(data)
    window = _Window(window_from.astimezone(default_zone), window_to.astimezone(default_zone), default_zone)
    series, broken = _entries(content, window)
    events: list[Event] = []
    live = 0
    for uid, entries in series.items():
        live += any(calendar_series.is_live(entry, window.start) for entry in entries)
        found, flawed = _spread(entries, window) if live <= MOST_SERIES else ([], [])
        broken.extend(flawed)
        if live > MOST_SERIES or len(events) + len(found) > MOST_IN_ALL:
            broken.append(BrokenEvent(uid, entries[0].position, "too_many", "the calendar holds too much to read"))
            continue
        events.extend(_event(occurrence, window, content.cancels) for occurrence in found)
    events.sort(key=lambda event: (event.at.astimezone(UTC), event.uid, event.recurrence_id or ""))
    return Feed(tuple(events), tuple(sorted(broken, key=lambda one: one.position)))


@dataclass(frozen=True, slots=True)
class _Window:
    start: datetime
    stop: datetime
    zone: ZoneInfo

    def instant(self, moment: Moment) -> datetime:
        aware = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), self.zone)
        return aware.astimezone(UTC)  # in one zone, Python compares clock faces and not instants

    def touches(self, start: Moment, end: Moment) -> bool:
        first, last = self.instant(start), self.instant(end)
        return first < self.stop and (last > self.start or first >= self.start)

    def holds(self, moment: Moment) -> bool:
        return self.start.astimezone(UTC) <= self.instant(moment) < self.stop.astimezone(UTC)


def _entries(content: calendar_lines.Content, window: _Window) -> tuple[dict[str, list[Entry]], list[BrokenEvent]]:
    zones = calendar_zones.defined(content.zones)
    series: dict[str, list[Entry]] = defaultdict(list)
    broken: list[BrokenEvent] = []
    times_named = Counter(map(calendar_events.uid_of, content.events))
    for block in content.events:
        uid = calendar_events.uid_of(block)
        if times_named[uid] == 1 and _is_far(block, window):
            continue
        try:
            entry = calendar_events.entry(block, zones, window.zone)
            series[entry.uid].append(entry)
        except Broken as error:
            broken.append(BrokenEvent(uid, block.position, error.code, error.reason))
    return series, broken


def _is_far(block: Block, window: _Window) -> bool:
    """True for an event that plainly lies outside: years of old ones need not be read."""
    if block.flaw or any(line.upper().startswith(_SPREADS) for line in block.lines):
        return False
    days = {matched[1].upper(): matched[2] for line in block.lines if (matched := _ON.match(line))}
    if "DTSTART" not in days:
        return False
    early, late = window.start - timedelta(days=2), window.stop + timedelta(days=2)
    return days["DTSTART"] > f"{late:%Y%m%d}" or max(days.values()) < f"{early:%Y%m%d}"


def _spread(entries: Sequence[Entry], window: _Window) -> tuple[list[Occurrence], list[BrokenEvent]]:
    """The times of one series inside the window. Of two versions of one event the later one holds."""
    versions = sorted(entries, key=lambda entry: (entry.sequence, entry.position))
    core = next((entry for entry in reversed(versions) if entry.replaces is None), None)
    latest = {_key(calendar_series.key_of(entry, core)): entry for entry in versions if entry.replaces is not None}
    changed = sorted(latest.values(), key=lambda entry: entry.position)
    broken: list[BrokenEvent] = []
    if core is not None and calendar_series.is_live(core, window.start):
        try:
            found = calendar_series.occurrences(core, changed, window.start, window.stop)
            return _inside(found, window), []
        except Broken as error:
            broken.append(BrokenEvent(core.uid, core.position, error.code, error.reason))
            core = None
    once = core is not None and not calendar_series.repeats(core) and _key(core.start) not in latest
    single = [core] if core is not None and once else []
    found = [
        Occurrence(entry, calendar_series.key_of(entry, core) or entry.start, entry.start, entry.end)
        for entry in [*single, *changed]
    ]
    return _inside(found, window), broken


def _inside(found: Sequence[Occurrence], window: _Window) -> list[Occurrence]:
    """Those of `found` that the window takes, no two with one key: a changed one before the rule's own."""
    taken: dict[str, Occurrence] = {}
    for one in sorted(found, key=lambda one: one.entry.replaces is None):
        moved_out = one.entry.replaces is not None and window.holds(one.key)
        if moved_out or window.touches(one.start, one.end):
            taken.setdefault(_key(one.key), one)
    return list(taken.values())


def _key(moment: Moment | None) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return moment.strftime("%Y%m%d") if moment else ""


def _event(found: Occurrence, window: _Window, cancels: bool) -> Event:
    entry = found.entry
    once = entry.replaces is None and not calendar_series.repeats(entry)
    return Event(
        uid=entry.uid,
        recurrence_id=None if once else _key(found.key),
        at=window.instant(found.start).astimezone(window.zone),
        end=window.instant(found.end).astimezone(window.zone),
        all_day=entry.all_day,
        summary=entry.summary,
        location=entry.location,
        attendees=entry.attendees,
        organizer=entry.organizer,
        description=entry.description,
        cancelled=entry.cancelled or cancels,
        sequence=entry.sequence,
        transparent=entry.transparent,
    )
