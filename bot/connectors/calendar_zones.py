"""Time zones as calendars name them: IANA, Windows, a vendor's prefix, an offset, or rules of their own.

The library's lookup keeps the zones that files define in one store for the whole process, so one rep's
feed could change how another's is read. Here a file's zones live as long as its reading.
"""

import functools
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.connectors.calendar_lines import Block

_MOST_LINES = 400
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_RULE_PARTS = {"FREQ", "INTERVAL", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}
_PROBES = tuple(datetime(year, month, 1) for year in (1971, 2026, 2399) for month in (1, 7))  # noqa: DTZ001


def named(name: str, own: Mapping[str, tzinfo]) -> tzinfo | None:
    """The zone called `name`, or None. A known name wins over rules of the same name in the file."""
    name = name.strip().strip('"').strip()
    parts = name.strip("/").split("/")
    for guess in ("/".join(parts[start:]) for start in range(min(len(parts), 8))):
        known = _known().get(guess.casefold())
        if known:
            return zoneinfo.ZoneInfo(known)
    return own.get(name) or _offset(name)


def defined(blocks: Iterable[Block]) -> dict[str, tzinfo]:
    """The zones a file defines by rules, by name; those that cannot be read are left out."""
    found: dict[str, tzinfo] = {}
    for block in blocks:
        names = (line.partition(":")[2].strip() for line in block.lines if line.upper().startswith("TZID"))
        name = next(names, "")
        if not name or block.flaw or name in found or named(name, {}) or len(block.lines) > _MOST_LINES:
            continue
        zone = _built(block)
        if zone is not None:
            found[name] = zone
    return found


@functools.cache
def _known() -> Mapping[str, str]:
    iana = {name.casefold(): name for name in zoneinfo.available_timezones() if name != "localtime"}
    windows = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items() if zone.casefold() in iana}
    return windows | iana


def _offset(name: str) -> tzinfo | None:
    matched = _OFFSET.fullmatch(name)
    if not matched or int(matched[2]) > 14 or int(matched[3] or 0) > 59:
        return None
    shift = timedelta(hours=int(matched[2]), minutes=int(matched[3] or 0))
    return timezone(-shift if matched[1] == "-" else shift)


def _built(block: Block) -> tzinfo | None:
    rules = [line.partition(":")[2].upper() for line in block.lines if line.upper().startswith("RRULE")]
    if not all(map(_is_yearly, rules)):
        return None  # a rule that fires every second would keep the first look-up busy for hours
    # Without its name the zone stays out of the library's store.
    lines = [line for line in block.lines if not line.upper().startswith("TZID")]
    try:
        component = icalendar.Timezone.from_ical("\r\n".join(("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", "")))
        if not isinstance(component, icalendar.Timezone):
            return None
        component["TZID"] = "own"
        zone: tzinfo = component.to_tz(lookup_tzid=False)
        for probe in _PROBES:
            if probe.replace(tzinfo=zone).utcoffset() is None:
                return None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return None
    return zone


def _is_yearly(rule: str) -> bool:
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    many = sum(value.count(",") for value in parts.values())
    return parts.get("FREQ") == "YEARLY" and parts.keys() <= _RULE_PARTS and many <= 12
