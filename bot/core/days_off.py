"""The days off that somebody names: a day, several, or from one to another."""

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core import when

LONGEST: Final = 60  # days; who is away for longer pauses the messages

_AND = re.compile(r"[,;，；、]|\s+and\s+|\s*和\s*", re.IGNORECASE)
_TO = re.compile(r"\s*(?:\.{2,}|…|[~～–—]+|\s-+\s|\s(?:to|till|until)\s|到|至)\s*", re.IGNORECASE)


def read(text: str, now: datetime, zone: ZoneInfo) -> frozenset[date] | None:
    """The days of "fri", "4 May, 6 May" or "2026-05-04 to 2026-05-08"; None where part of the text is no day."""
    found: set[date] = set()
    for part in _AND.split(text.strip()):
        days = _part(part, now, zone)
        if days is None:
            return None
        found |= days
    return frozenset(found)


def _part(text: str, now: datetime, zone: ZoneInfo) -> set[date] | None:
    ends = [_day(end, now, zone) for end in _TO.split(text.strip())]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or first is None or last is None:
        return None
    if len(ends) == 2 and last < first:  # "3月30日到2日": the day of a month is read without the first
        return None
    span = (last - first).days
    return {first + timedelta(days=n) for n in range(span + 1)} if span < LONGEST else None


def _day(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The one day that a text is; None where there is more in it, or several may be meant."""
    reading = when.read(text, now, zone)
    if not isinstance(reading, when.Understood) or reading.rest.strip():
        return None
    return reading.moment.at.date()
