"""When a repeating event takes place inside a window.

The library expands; what it is given is bounded first. A rule's search runs from its start, so a rule that
fires every second, or one that never matches, would keep it busy for minutes: only the shapes that
calendars write are taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import recurring_ical_events

from bot.connectors.calendar_events import Broken, Entry, Moment, between, later

MOST = 2_000
_MOST_PERIODS = 10_000
_LONGEST = timedelta(days=400)
_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_COMMON = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYHOUR", "BYMINUTE", "BYSECOND"}
_SHAPES: Mapping[str, tuple[set[str], ...]] = {
    "DAILY": (set(), {"BYDAY"}),
    "WEEKLY": (set(), {"BYDAY"}),
    "MONTHLY": (set(), {"BYDAY"}, {"BYMONTHDAY"}, {"BYDAY", "BYSETPOS"}),
    "YEARLY": (
        set(),
        {"BYMONTH"},
        {"BYMONTH", "BYMONTHDAY"},
        {"BYMONTH", "BYDAY"},
        {"BYMONTH", "BYDAY", "BYSETPOS"},
    ),
}
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which `entry` takes place; `key` is the moment that the series gives it, moved or not."""

    entry: Entry
    key: Moment
    start: Moment
    end: Moment


def repeats(entry: Entry) -> bool:
    """True when the event has more than one date by rule or by list."""
    return entry.rule is not None or bool(entry.extra)


def is_live(entry: Entry, window_from: datetime) -> bool:
    """True when the event repeats and may do so still at `window_from`: years of ended series need no search."""
    until = entry.rule.get("UNTIL") if entry.rule is not None else None
    last = until[0] if isinstance(until, list) and until else until
    if entry.extra or not isinstance(last, date):
        return repeats(entry)
    return date(last.year, last.month, last.day) >= window_from.date() - entry.lasts - timedelta(days=2)


def occurrences(core: Entry, changed: Sequence[Entry], window_from: datetime, window_to: datetime) -> list[Occurrence]:
    """The times of the series `core`, with `changed` in place of those they stand for. Raises `Broken`.

    A changed one whose old time lies in the window is among them even where its new time lies outside.
    """
    if core.lasts > _LONGEST:
        raise Broken("too_long", "it repeats and lasts longer than a year")
    parts = [core, *changed]
    calendar = icalendar.Calendar()
    for index, part in enumerate(parts):
        calendar.add_component(_component(part, core, index, window_to))
    try:
        found = recurring_ical_events.CalendarQuery(calendar).between(window_from, window_to)
        held = [_occurrence(component, parts, core) for component in found]
    except _UNREADABLE as error:
        raise Broken("bad_rule", "its repetition cannot be read") from error
    if len(held) > MOST:
        raise Broken("too_many", f"it takes place more than {MOST:,} times")
    return [*held, *_moved_out(core, changed, held, window_from, window_to)]


def key_of(changed: Entry, core: Entry | None) -> Moment | None:
    """The moment that `changed` stands for, in the series' own kind: a date for whole days, else a time."""
    key = changed.replaces
    if key is None or core is None or isinstance(key, datetime) != core.all_day:
        return key
    if isinstance(core.start, datetime):
        return datetime.combine(key, core.start.timetz())
    return key.date() if isinstance(key, datetime) else key


def _moved_out(
    core: Entry, changed: Sequence[Entry], held: Sequence[Occurrence], start: datetime, stop: datetime
) -> Iterator[Occurrence]:
    there = {occurrence.entry.position for occurrence in held}
    without = {_instant(moment, start) for moment in core.without}
    for entry in changed:
        key = key_of(entry, core)
        if key is None or entry.position in there or _instant(key, start) in without:
            continue
        if start <= _instant(key, start) < stop:
            yield Occurrence(entry, key, entry.start, entry.end)


def _instant(moment: Moment, like: datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), like.tzinfo)


def _component(part: Entry, core: Entry, index: int, window_to: datetime) -> icalendar.Event:
    component = icalendar.Event()
    component["UID"] = part.uid
    component["X-INDEX"] = str(index)
    component["SEQUENCE"] = part.sequence
    component["DTSTART"] = icalendar.vDDDTypes(part.start)
    component["DTEND"] = icalendar.vDDDTypes(part.end)
    if part is not core:
        component["RECURRENCE-ID"] = icalendar.vDDDTypes(key_of(part, core) or part.start)
        component["RECURRENCE-ID"].params.update({"RANGE": "THISANDFUTURE"} if part.onward else {})
        return component
    if core.rule is not None:
        component["RRULE"] = icalendar.vRecur.from_ical(_rule(core.rule, core.start, window_to))
    if core.extra:
        component["RDATE"] = icalendar.vDDDLists([_alike(moment, core.start) for moment in core.extra])
    if core.without:
        component["EXDATE"] = [icalendar.vDDDLists([moment]) for moment in core.without]
    return component


def _alike(moment: Moment, start: Moment) -> Moment:
    if isinstance(start, datetime) and not isinstance(moment, datetime):
        return datetime.combine(moment, start.timetz())
    if isinstance(moment, datetime) and not isinstance(start, datetime):
        return moment.date()
    return moment


def _occurrence(component: Any, parts: Sequence[Entry], core: Entry) -> Occurrence:
    part = parts[int(component["X-INDEX"])]
    start, end = component["DTSTART"].dt, component["DTEND"].dt
    if part is core:
        return Occurrence(part, start, start, end)
    key = key_of(part, core)
    if part.onward and key is not None and start != part.start:
        return Occurrence(part, later(start, between(part.start, key)), start, end)
    return Occurrence(part, key or start, start, end)


def _rule(rule: icalendar.vRecur, start: Moment, window_to: datetime) -> str:
    values = {str(name).upper(): value if isinstance(value, list) else [value] for name, value in rule.items()}
    frequency = str(values.get("FREQ", [""])[0]).upper()
    if frequency not in _SHAPES:
        raise Broken("bad_rule", "it repeats more often than daily, or in no known way")
    if values.keys() - _COMMON not in _SHAPES[frequency] or not _is_sound(frequency, values):
        raise Broken("bad_rule", "it repeats in a way that is not read here")
    since = (window_to.date() - date(start.year, start.month, start.day)).days
    if since / _DAYS[frequency] / _whole(values, "INTERVAL") > _MOST_PERIODS:
        raise Broken("bad_rule", "its first date is too long ago")
    dropped = {"UNTIL"} if isinstance(start, datetime) else {"UNTIL", "BYHOUR", "BYMINUTE", "BYSECOND"}
    parts = [f"{name}={','.join(map(str, value))}" for name, value in values.items() if name not in dropped]
    until = [f"UNTIL={_until(moment, start)}" for moment in values.get("UNTIL", [])]
    return ";".join(parts + until)


def _whole(values: Mapping[str, list[Any]], name: str) -> int:
    value = values.get(name, [1])
    return value[0] if len(value) == 1 and isinstance(value[0], int) and 0 < value[0] < 100_000 else 0


def _is_sound(frequency: str, values: Mapping[str, list[Any]]) -> bool:
    """True when every part is in range and the rule is sure to match again, so that searches end."""
    single = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYHOUR", "BYMINUTE", "BYSECOND")
    if any(len(values[name]) != 1 for name in single if name in values) or {"COUNT", "UNTIL"} <= values.keys():
        return False
    if any(not _whole(values, name) for name in ("INTERVAL", "COUNT")) or any(len(v) > 62 for v in values.values()):
        return False
    interval, days = _whole(values, "INTERVAL"), values.get("BYMONTHDAY", [])
    months, places = values.get("BYMONTH", []), values.get("BYSETPOS", [])
    most = max(5, 4 * len(values.get("BYDAY", [])))  # each weekday comes at least four times a month
    if frequency == "DAILY" and "BYDAY" in values and interval % 7 == 0:
        return False
    if any(not isinstance(month, int) or not 1 <= month <= 12 for month in months):
        return False
    if any(not 1 <= abs(day) <= 31 for day in days) or any(not 1 <= abs(place) <= most for place in places):
        return False
    if any(abs(day) > 28 for day in days) and (interval % 12 == 0 if frequency == "MONTHLY" else interval > 1):
        return False
    if not _are_days(values.get("BYDAY", []), counted=bool(places)):
        return False
    longest = max((_LONGEST_MONTHS[month - 1] for month in months), default=31)
    return not days or min(map(abs, days)) <= longest


def _are_days(days: Sequence[object], counted: bool) -> bool:
    """True for plain days, and where no BYSETPOS counts them again for days like -1FR, but not for both mixed."""
    plain = all(isinstance(day, str) and re.fullmatch(r"[A-Za-z]{2}", day) for day in days)
    placed = all(isinstance(day, str) and re.fullmatch(r"[+-]?[1-5][A-Za-z]{2}", day) for day in days)
    return plain or (placed and not counted)


def _until(moment: object, start: Moment) -> str:
    if not isinstance(moment, date) or moment.year < 1600:
        raise Broken("bad_rule", "the end of its repetition is no date")
    if not isinstance(start, datetime):
        return moment.strftime("%Y%m%d")
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(23, 59, 59))
    if moment.year >= 2400:
        moment = moment.replace(year=2399)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=start.tzinfo)
    return aware.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
