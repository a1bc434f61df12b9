"""How English spells days and times."""

import re
from collections.abc import Sequence

from bot.core.when import numeric
from bot.core.when.pieces import (
    Build,
    Calendar,
    Clock,
    Half,
    Later,
    Part,
    Rule,
    Shift,
    Vague,
    Value,
    Weekday,
    fixed_word,
    word,
)

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: number for number, word in enumerate(_WORDS)} | {"a": 1, "an": 1}
_HOUR = rf"(?:[0-9]{{1,2}}|{'|'.join(_WORDS[1:])})"
_COUNT = rf"(?:[0-9]{{1,3}}|an?|{'|'.join(_WORDS[1:])})"

_DAYS = "mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_DAY = rf"({_DAYS})\.?"
_DAY_INDEX = {name: index for index, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTH = rf"({_MONTHS})\.?"
_MONTH_NUMBER = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_NTH = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_ORDINAL = r"([0-9]{1,2})(?:st|nd|rd|th)"
_OF_YEAR = r"(?:,? {1,2}((?:19|20|21)[0-9]{2})(?![:.h0-9]))?"

_PARTS = {
    "morning": Part.MORNING,
    "lunch": Part.NOON,
    "lunchtime": Part.NOON,
    "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING,
    "night": Part.NIGHT,
}
_PART = rf"({'|'.join(sorted(_PARTS, key=len, reverse=True))})"
_UNIT = r"(m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?|months?)"
_AFTER_NEXT = r"(?:the )?week after next"


def _number(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(word)


def _weekday(week: int | None = None, *, asked: bool = False) -> Build:
    return lambda match: (Weekday(_DAY_INDEX[match[1][:3]], week, asked),)


def _month_first(match: re.Match[str]) -> Sequence[Value]:
    return (Calendar(int(match[2]), _MONTH_NUMBER[match[1][:3]], numeric.full_year(match[3])),)


def _day_first(match: re.Match[str]) -> Sequence[Value]:
    return (Calendar(int(match[1]), _MONTH_NUMBER[match[2][:3]], numeric.full_year(match[3])),)


def _ahead(match: re.Match[str]) -> Sequence[Value]:
    return _span(_number(match[1]), match[2])


def _span(count: int, unit: str) -> Sequence[Value]:
    if unit.startswith("month"):
        return (Shift(months=count),)
    match unit[0]:
        case "m":
            return (Later(count),)
        case "h":
            return (Later(60 * count),)
        case "d":
            return (Shift(count),)
        case _:
            return (Shift(7 * count),)


def _decimal_hours(match: re.Match[str]) -> Sequence[Value]:
    return (Later(60 * _number(match[1]) + 6 * int(match[2])),)


def _hour_and_a_half(match: re.Match[str]) -> Sequence[Value]:
    return (Later(60 * _number(match[1]) + 30),)


def _around(match: re.Match[str]) -> Sequence[Value]:
    minutes = {"half": 30, "quarter": 15}.get(match[1]) or _number(match[1])
    hour = numeric.clock(str(_number(match[3])), None, match[4])
    if match[2] == "past":
        return (Clock(hour.hour, minutes, hour.half),)
    if hour.hour == 12 and hour.half is not Half.UNSAID:  # quarter to 12am is 11:45 pm
        hour = Clock(12, 0, Half.AFTERNOON if hour.half is Half.MORNING else Half.MORNING)
    return (Clock((hour.hour - 2) % 12 + 1, 60 - minutes, hour.half),)


def _oclock(match: re.Match[str]) -> Sequence[Value]:
    return (Clock(_number(match[1])),)


def _bare_hour(match: re.Match[str]) -> Sequence[Value]:
    return (numeric.clock(match[1], None, None),)


def _part(match: re.Match[str]) -> Sequence[Value]:
    return (_PARTS[match[1]],)


def _part_of_today(match: re.Match[str]) -> Sequence[Value]:
    return (Shift(0), _PARTS[match[1]])


RULES: tuple[Rule, ...] = (
    fixed_word(r"today", Shift(0)),
    fixed_word(r"tomorrow|tomm?orr?ow|tmrw?|tmw", Shift(1)),
    fixed_word(r"(?:the )?day after tomorrow", Shift(2)),
    fixed_word(r"yesterday", Shift(-1)),
    fixed_word(r"(?:the )?day before yesterday", Shift(-2)),
    fixed_word(r"tonight", Shift(0), Part.EVENING),
    word(rf"this {_PART}", _part_of_today),
    word(rf"(?:this coming |this |coming )?{_DAY}", _weekday()),
    word(rf"next {_DAY}", _weekday(asked=True)),
    word(rf"last {_DAY}", _weekday(-1)),
    word(rf"next week[ ,]{{0,2}}(?:on )?{_DAY}", _weekday(1)),
    word(rf"{_DAY},? (?:of )?next week", _weekday(1)),
    word(rf"this week[ ,]{{0,2}}(?:on )?{_DAY}", _weekday(0)),
    word(rf"{_DAY},? (?:of )?this week", _weekday(0)),
    word(rf"{_AFTER_NEXT}[ ,]{{0,2}}(?:on )?{_DAY}", _weekday(2)),
    word(rf"{_DAY},? (?:of )?{_AFTER_NEXT}", _weekday(2)),
    word(rf"{_MONTH} {{0,2}}(?:the )?{_NTH}{_OF_YEAR}", _month_first),
    word(rf"(?:the )?{_NTH} {{0,2}}(?:of )?{_MONTH}{_OF_YEAR}", _day_first),
    word(rf"(?:on )?the {_ORDINAL}(?: of this month)?", lambda m: (Calendar(int(m[1])),)),
    word(rf"(?:the )?{_ORDINAL} of next month", lambda m: (Calendar(int(m[1]), months_on=1),)),
    word(rf"next month on the {_ORDINAL}", lambda m: (Calendar(int(m[1]), months_on=1),)),
    word(rf"in ({_COUNT}) ?{_UNIT}(?: time)?", _ahead),
    word(rf"({_COUNT}) ?{_UNIT} from now", _ahead),
    word(r"in ([0-9]{1,2})\.([0-9]) ?h(?:(?:ou)?rs?)?", _decimal_hours),
    word(rf"in ({_COUNT}) (?:hours?|hrs?) and a half", _hour_and_a_half),
    word(rf"in ({_COUNT}) and a half (?:hours?|hrs?)", _hour_and_a_half),
    fixed_word(r"(?:in )?(?:half an|a half) hour(?: from now)?", Later(30)),
    fixed_word(r"in (?:a )?quarter of an hour", Later(15)),
    word(rf"(half|quarter|ten|five|twenty|[0-9]{{1,2}}) (past|to) ({_HOUR})(?: ?([ap])\.?m\.?)?", _around),
    word(rf"(?:at )?({_HOUR}) ?o['’]?clock", _oclock),
    word(rf"at ([0-9]{{1,2}})(?:\.([0-9]{{2}}))?(){numeric.UNTIL}", numeric.clock_values),
    word(rf"at ({'|'.join(_WORDS[1:])})", _oclock),
    word(r"([0-9]{1,2})(?= {0,2}(?:$|[,;!?]))", _bare_hour, follows=True),
    fixed_word(r"(?:12 )?(?:noon|midday)", Part.NOON),
    fixed_word(r"(?:12 )?midnight", Part.MIDNIGHT),
    word(rf"in the {_PART}", _part),
    word(_PART, _part, follows=True),
    fixed_word(r"(?:next|this) (?:week|month|quarter|year)|(?:this |next |the |over the )?weekend", Vague()),
    fixed_word(rf"{_AFTER_NEXT}|(?:at )?(?:the )?end of (?:the |next |this )?(?:week|month|year|quarter)", Vague()),
)
