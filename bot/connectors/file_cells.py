"""One cell of a portfolio file: from text to a value, or what is wrong with it."""

import difflib
import functools
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.core import workdays
from bot.core.account import Language, OrderPhase, Stage
from bot.core.situation import By

LONGEST_NAME = 120  # characters
LONGEST_TEXT = 1000
MOST_CONTACTS = 999
YEARS = range(1970, 2200)

E = TypeVar("E", bound=StrEnum)

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:T| +)(\d{1,2}:\d{2}.*))?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(eq=False)
class Unreadable(Exception):
    """A cell cannot be read."""

    message: str
    repair: str


def readers(zone: ZoneInfo) -> dict[str, Callable[[str], Any]]:
    """How each column is read that says something of the account; times without an offset are local to `zone`."""
    moment = functools.partial(_moment, zone=zone)
    return {
        "stage": functools.partial(_one_of, kind=Stage),
        "stage_since": _day,
        "account_timezone": zone_named,
        "account_language": language,
        "order_phase": functools.partial(_one_of, kind=OrderPhase),
        "order_since": _day,
        "last_contact": moment,
        "last_contact_by": functools.partial(_one_of, kind=By),
        "one_sided_contacts": _count,
        "open_problem_since": moment,
        "problem_confirmed_at": moment,
        "promise_due": _day,
        "promise_text": _text,
        "next_visit": moment,
        "important": _listed,
        "contact": name,
        "contact_boss": name,
        "manager": name,
    }


def name(text: str) -> str:
    """The text on one line. Raises Unreadable if it is too long for a name or holds what is not text."""
    return _plain(" ".join(text.split()), LONGEST_NAME)


def _text(text: str) -> str:
    return _plain(text, LONGEST_TEXT)


def _plain(text: str, longest: int) -> str:
    if _CONTROL.search(text):
        raise Unreadable("it holds a character that is not text", "type the cell anew")
    if len(text) > longest:
        raise Unreadable(f"{len(text)} characters are too long", f"shorten it to {longest}")
    return text


def _listed(text: str) -> tuple[str, ...]:
    matters = (matter.strip() for matter in _text(text).replace("；", ";").split(";"))
    return tuple(dict.fromkeys(matter for matter in matters if matter))


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        raise Unreadable(f"{text[:40]!r} is not a count", f"give a whole number from 0 to {MOST_CONTACTS}")
    return int(text)


def _one_of(text: str, kind: type[E]) -> E:
    choices = [member.value for member in kind]
    if text.lower() not in choices:
        raise Unreadable(f"{text[:40]!r} is not known here", f"give one of {', '.join(choices)}")
    return kind(text.lower())


def language(text: str) -> Language:
    """The language of that code. Raises Unreadable."""
    return _one_of(text, Language)


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone_named(text: str) -> ZoneInfo:
    """The time zone of that name. Raises Unreadable."""
    if text in _zones():
        return ZoneInfo(text)
    near = difflib.get_close_matches(text, sorted(_zones()), n=1)
    repair = f"did you mean {near[0]}?" if near else "give a name such as Europe/Berlin or Asia/Shanghai"
    raise Unreadable(f"{text[:40]!r} is not a time zone", repair)


def is_bare_date(text: str) -> bool:
    """True for a date without a time of day."""
    match = _DATE.fullmatch(text)
    return match is not None and match[4] is None


def _day(text: str) -> date:
    return _parts(text, "2026-03-10")[0]


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a date-time, local to `zone` where it has no offset; of a bare date, its first."""
    example = "2026-03-10 or 2026-03-10 14:30"
    day, clock = _parts(text, example)
    try:
        at = time.fromisoformat(clock if clock[2] == ":" else "0" + clock)
    except ValueError as error:
        raise _not_a_date(text, example) from error
    if at.tzinfo is None:
        return workdays.at(day, at, zone)
    return datetime.combine(day, at).astimezone(UTC).astimezone(zone)


def _parts(text: str, example: str) -> tuple[date, str]:
    """The date and the time of day as written."""
    match = _DATE.fullmatch(text)
    try:
        if match is not None and int(match[1]) in YEARS:
            return date(int(match[1]), int(match[2]), int(match[3])), match[4] or "00:00"
    except ValueError:
        pass
    raise _not_a_date(text, example)


def _not_a_date(text: str, example: str) -> Unreadable:
    return Unreadable(f"{text[:40]!r} is not a date that can be read one way only", f"write it as {example}")
