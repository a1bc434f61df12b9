"""Dates and times in figures, the same in every language."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.core.when.pieces import Calendar, Clock, Fixed, Half, Rule, Slashed, Value, word

_YEAR = r"(?:19|20|21)[0-9]{2}"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?"
_HALF = r" ?([ap])\.?m(?:\.|(?![a-z0-9]))"
# The end of a visit may be typed, but is not kept: "10:00-11:00", "10am to 11".
UNTIL = (
    r"(?: {0,2}(?:-|–|—|~|to|until|till|到|至) {0,2}[0-9]{1,2}(?::[0-9]{2})?(?: ?[ap]\.?m\.?)?(?![a-z0-9:点點月/]))?"
)


def clock(hour: str, minute: str | None, half: str | None) -> Clock:
    """The time in these figures; a leading zero or an hour past 12 means a 24-hour clock."""
    if half:
        return Clock(int(hour), int(minute or 0), Half.MORNING if half == "a" else Half.AFTERNOON)
    whole = hour.startswith("0") or int(hour) > 12
    return Clock(int(hour), int(minute or 0), Half.WHOLE if whole else Half.UNSAID)


def full_year(text: str | None) -> int | None:
    """The year in these figures, two of them meaning this century; None for none."""
    if not text:
        return None
    return int(text) + 2000 if len(text) == 2 else int(text)


def _year_first(match: re.Match[str]) -> Sequence[Value]:
    date = Calendar(int(match["day"]), int(match["month"]), int(match["year"]))
    if not match["hour"]:
        return (date,)
    # Beside a year-first date people write the 24-hour clock.
    return (date, Clock(int(match["hour"]), int(match["minute"]), Half.WHOLE))


def _with_offset(match: re.Match[str]) -> Sequence[Value] | None:
    try:
        return (Fixed(datetime.fromisoformat(match[0].replace(" ", "T").upper())),)
    except ValueError:
        return None


def _day_first(match: re.Match[str]) -> Sequence[Value]:
    return (Calendar(int(match[1]), int(match[2]), full_year(match[3])),)


def _slashed(match: re.Match[str]) -> Sequence[Value]:
    return (Slashed(int(match[1]), int(match[2]), full_year(match[3])),)


def clock_values(match: re.Match[str]) -> Sequence[Value]:
    """The time in a match's three groups: hour, minute, half."""
    return (clock(*match.groups()),)


def _clock_24(match: re.Match[str]) -> Sequence[Value]:
    return (Clock(int(match[1]), int(match[2] or 0), Half.WHOLE),)


def _hour_half(match: re.Match[str]) -> Sequence[Value]:
    return (clock(match[1], None, match[2]),)


def _hours_half(match: re.Match[str]) -> Sequence[Value]:
    # "2-3pm" starts at 14:00, "11-1pm" at 11:00.
    same_half = int(match[1]) % 12 <= int(match[2]) % 12
    return (clock(match[1], None, match[3] if same_half else None),)


RULES: tuple[Rule, ...] = (
    word(
        rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}[t ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?:z|[+-][0-9]{{2}}:?[0-9]{{2}})",
        _with_offset,
    ),
    *(
        word(
            rf"(?P<year>{_YEAR}){mark}(?P<month>[0-9]{{1,2}}){mark}(?P<day>[0-9]{{1,2}})"
            rf"(?:(?:t|,? {{1,3}}(?:at )?)(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})"
            rf"(?::[0-9]{{2}})?(?! ?[ap]\.?m){UNTIL})?",
            _year_first,
        )
        for mark in ("-", "/", r"\.")
    ),
    word(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.({_YEAR}|[0-9]{{2}})", _day_first),
    word(rf"([0-9]{{1,2}})/([0-9]{{1,2}})(?:/({_YEAR}|[0-9]{{2}}))?", _slashed),
    # "3-4" may be part of a name or a stretch of hours, unless an hour follows.
    word(r"([0-9]{1,2})-([0-9]{1,2})()(?= {1,2}(?:at )?[0-9]{1,2}(?:[:点]| ?[ap]\.?m))", _slashed),
    word(rf"{_CLOCK}(?:{_HALF})?{UNTIL}", clock_values),
    word(rf"([0-9]{{1,2}})\.([0-9]{{2}}){_HALF}{UNTIL}", clock_values),
    word(rf"([0-9]{{1,2}}){_HALF}{UNTIL}", _hour_half),
    word(rf"([0-9]{{1,2}}) ?[-–] ?([0-9]{{1,2}}){_HALF}", _hours_half),
    word(r"([0-9]{1,2})h([0-9]{2})?", _clock_24),
)
