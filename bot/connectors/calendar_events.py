"""One event of a calendar file, read and held to its bounds: what `calendar` spreads over the days."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from bot.connectors import calendar_zones
from bot.connectors.calendar_lines import ZONE, Block

YEARS = range(1600, 2400)
_TIMED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", None)
_BARE_COLON = re.compile(r"^([A-Z-]+;(?:[^:\"]*;)?X-TZID=)([^;\"]*:[^;\"]*)((?:;[^:\"]*)?:[0-9TZ,]+)$", re.IGNORECASE)
_EMPTY = re.compile(r"^(?:RDATE|EXDATE)\b[^:]*:\s*$", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?\s*([^\s@:<>]+@[^\s@:<>]+)", re.IGNORECASE)
_MOST_GUESTS = 300
_MOST_DATES = 1_000
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)

Moment = date | datetime


class Broken(Exception):
    """An event cannot be read; `code` is stable, the message is for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as its file states it. Moments are dates, or aware in the event's own zone."""

    position: int
    uid: str
    start: Moment
    end: Moment
    replaces: Moment | None  # the moment in the series that this entry stands for
    onward: bool  # and all after it
    rule: icalendar.vRecur | None
    extra: tuple[Moment, ...]
    without: tuple[Moment, ...]
    sequence: int
    cancelled: bool
    transparent: bool
    summary: str
    location: str
    description: str
    attendees: tuple[str, ...]
    organizer: str

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @property
    def lasts(self) -> timedelta:
        return between(self.start, self.end)


def between(start: Moment, end: Moment) -> timedelta:
    """From `start` to `end`, both of one kind: real time for times, days for dates."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC)
    return date(end.year, end.month, end.day) - date(start.year, start.month, start.day)


def later(start: Moment, by: timedelta) -> Moment:
    """The moment `by` after `start`, in real time for times."""
    if isinstance(start, datetime):
        return (start.astimezone(UTC) + by).astimezone(start.tzinfo)
    return start + by


def uid_of(block: Block) -> str | None:
    """The event's own id as its file spells it, for naming an event that cannot be read."""
    found = (line.partition(":")[2].strip() for line in block.lines if line[:3].upper() == "UID")
    return _bounded_id(next(found, "")) or None


def entry(block: Block, zones: Mapping[str, tzinfo], default_zone: ZoneInfo) -> Entry:
    """The event in `block`. Times without a zone are in `default_zone`. Raises `Broken`."""
    if block.flaw:
        raise Broken("malformed", block.flaw)
    component = _component(block)
    place = _Place(zones, default_zone)
    start = _moment(component, "DTSTART", place)
    if start is None:
        raise Broken("no_start", "it has no start")
    summary = _text(component, "SUMMARY", 200)
    replaced = component.get("RECURRENCE-ID")
    return Entry(
        position=block.position,
        uid=_bounded_id(_text(component, "UID", 10_000)) or _made_up_id(start, summary),
        start=start,
        end=_end(component, start, place),
        replaces=_moment(component, "RECURRENCE-ID", place),
        onward=str(getattr(replaced, "params", {}).get("RANGE", "")).upper() == "THISANDFUTURE",
        rule=_rule(component),
        extra=_moments(component, "RDATE", place),
        without=_moments(component, "EXDATE", place),
        sequence=_number(component),
        cancelled=_text(component, "STATUS", 20).upper() == "CANCELLED",
        transparent=_text(component, "TRANSP", 20).upper() == "TRANSPARENT",
        summary=summary,
        location=_text(component, "LOCATION", 200),
        description=_text(component, "DESCRIPTION", 500),
        attendees=tuple(dict.fromkeys(_addresses(_all(component, "ATTENDEE")[:_MOST_GUESTS]))),
        organizer=next(_addresses(_all(component, "ORGANIZER")), ""),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    zones: Mapping[str, tzinfo]
    default: ZoneInfo

    def aware(self, moment: datetime, params: Mapping[str, Any]) -> datetime:
        if moment.tzinfo is not None:
            return moment
        name = str(params.get(ZONE, ""))
        zone = calendar_zones.named(name, self.zones) if name else self.default
        if zone is None:
            raise Broken("unknown_zone", f"its time zone {name[:60]!r} is not known")
        return moment.replace(tzinfo=zone)


def _component(block: Block) -> icalendar.Event:
    lines = [_BARE_COLON.sub(r'\1"\2"\3', line) for line in block.lines if not _EMPTY.match(line)]
    try:
        component = icalendar.Event.from_ical("\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", "")))
    except _UNREADABLE as error:
        raise Broken("malformed", "it cannot be read") from error
    if not isinstance(component, icalendar.Event):
        raise Broken("malformed", "it cannot be read")
    flawed = sorted(str(name or "one") for name, _ in component.errors if name in _TIMED)
    if flawed:
        raise Broken("malformed", f"its {flawed[0]} line cannot be read")
    return component


def _all(component: icalendar.Event, name: str) -> list[Any]:
    value = component.get(name, [])
    return value if isinstance(value, list) else [value]


def _only(component: icalendar.Event, name: str) -> Any:
    values = _all(component, name)
    if len(values) > 1:
        raise Broken("malformed", f"it has more than one {name}")
    return values[0] if values else None


def _moment(component: icalendar.Event, name: str, place: _Place) -> Moment | None:
    value = _only(component, name)
    return None if value is None else _bounded(value.dt, value.params, name, place)


def _bounded(moment: object, params: Mapping[str, Any], name: str, place: _Place) -> Moment:
    if isinstance(moment, tuple):
        moment = moment[0]  # a period: its start
    if not isinstance(moment, date):
        raise Broken("malformed", f"its {name} is no date")
    if moment.year not in YEARS:
        raise Broken("bad_date", f"its {name} is in the year {moment.year}")
    return place.aware(moment, params) if isinstance(moment, datetime) else moment


def _moments(component: icalendar.Event, name: str, place: _Place) -> tuple[Moment, ...]:
    values = [(single, value.params) for value in _all(component, name) for single in value.dts]
    if len(values) > _MOST_DATES:
        raise Broken("too_many", f"it has more than {_MOST_DATES:,} dates")
    return tuple(_bounded(single.dt, params, name, place) for single, params in values)


def _end(component: icalendar.Event, start: Moment, place: _Place) -> Moment:
    end = _moment(component, "DTEND", place)
    lasts = _only(component, "DURATION")
    usual = timedelta() if isinstance(start, datetime) else timedelta(days=1)
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        length = lasts.dt if lasts is not None else usual
        if not isinstance(length, timedelta) or abs(length) > timedelta(days=36_500):
            raise Broken("malformed", "its DURATION cannot be read")
        end = later(start, length)
    if between(start, end) < timedelta():
        raise Broken("ends_early", "it ends before it starts")
    return end if between(start, end) >= usual else later(start, usual)


def _rule(component: icalendar.Event) -> icalendar.vRecur | None:
    value = _only(component, "RRULE")
    if value is not None and not isinstance(value, icalendar.vRecur):
        raise Broken("malformed", "its RRULE line cannot be read")
    return value


def _number(component: icalendar.Event) -> int:
    value = _all(component, "SEQUENCE")
    return min(max(value[0], 0), 2**31 - 1) if value and isinstance(value[0], int) else 0


def _text(component: icalendar.Event, name: str, longest: int) -> str:
    values = _all(component, name)
    return " ".join(str(values[0]).split())[:longest] if values else ""


def _addresses(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        params = getattr(value, "params", {})
        if str(params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE"):
            continue
        matched = _MAIL.fullmatch(str(value).strip()) or _MAIL.fullmatch(str(params.get("EMAIL", "")).strip())
        if matched:
            yield matched[1].lower()[:254]


def _bounded_id(uid: str) -> str:
    return uid if len(uid) <= 200 else f"{uid[:160]}~{hashlib.sha256(uid.encode()).hexdigest()[:32]}"


def _made_up_id(start: Moment, summary: str) -> str:
    return "none-" + hashlib.sha256(f"{start.isoformat()} {summary}".encode()).hexdigest()[:32]
