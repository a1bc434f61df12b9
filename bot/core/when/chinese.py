"""How Chinese spells days and times."""

import re
from collections.abc import Sequence

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
    fixed,
    rule,
)

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERALS = "〇零一二两三四五六七八九十廿"
# A numeral begins where no other numeral ends, but for the one of a weekday: 周三十点 is Wednesday at ten.
_NUMERAL = rf"(?:(?<![第每{_NUMERALS}])|(?<=[周期拜][一二三四五六]))[{_NUMERALS}]{{1,3}}"
_NUMBER = rf"((?<![0-9])[0-9]{{1,3}}|{_NUMERAL})"
_YEAR = r"([0-9]{4}|[〇零一二三四五六七八九]{4})"
_OF_YEAR = rf"(?:{_YEAR} ?年 ?|(去年|今年|明年|后年)的? ?)?"
_YEARS_ON = {"去年": -1, "今年": 0, "明年": 1, "后年": 2}
_MONTHS_ON = {"上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAYS = {char: index for index, char in enumerate("一二三四五六日")} | {"天": 6}
_PARTS = {
    Part.EARLY: "凌晨",
    Part.MORNING: "早上|早晨|清早|清晨|一早|上午",
    Part.NOON: "中午|正午|午间",
    Part.AFTERNOON: "下午|午后",
    Part.EVENING: "傍晚|晚上|晚间|夜里",
    Part.NIGHT: "半夜|深夜",
    Part.MIDNIGHT: "午夜|零时",
}
# Not a date or a time, but the start of something else: 3号楼, 十点多, 5日游.
_NOT_DAY = r"(?![楼樓线線店厂廠院馆館仓倉门門游报報内内前后後])"
_MINUTES = rf"([0-9]{{1,2}}|[{_NUMERALS}]{{1,3}})"
_CLOCK = (
    rf"{_NUMBER} ?[点时](?![间候多])(?:[钟整])?"
    rf"(?: ?(半)| ?([一三])刻| ?{_MINUTES} ?分(?!钟)"
    rf"| ?{_MINUTES}(?![{_NUMERALS}0-9 ]{{0,2}}[个人位名家号日天月年刻分小:点]))?"
)
_UNTIL = rf"(?: ?(?:-|–|—|~|到|至) ?{_MINUTES} ?[点时](?:半|[一三]刻|{_MINUTES}分?)?)?"


def number(text: str) -> int | None:
    """The number in these figures or numerals (up to 99 in numerals); None if they make none."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return _digits(text) if len(text) == 1 or text[0] in "零〇" else None
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def _digits(text: str) -> int:
    return int("".join(str(_DIGITS[char]) if char in _DIGITS else char for char in text))


def _date(match: re.Match[str]) -> Sequence[Value] | None:
    year, years_on, month_text, day_text = match.groups()
    month, day = number(month_text), number(day_text)
    if month is None or day is None:
        return None
    return (Calendar(day, month, _digits(year) if year else None, _YEARS_ON.get(years_on)),)


def _day_of_month(match: re.Match[str]) -> Sequence[Value] | None:
    day = number(match[2])
    return None if day is None else (Calendar(day, months_on=_MONTHS_ON[match[1]] if match[1] else None),)


def _weekday(match: re.Match[str]) -> Sequence[Value]:
    weeks, day = match[1], match[2]
    index = _WEEKDAYS[day] if day in _WEEKDAYS else int(day) - 1
    if not weeks:
        return (Weekday(index),)
    return (Weekday(index, {"上": -1, "这": 0, "本": 0}.get(weeks, len(weeks))),)


def _clock(match: re.Match[str]) -> Sequence[Value] | None:
    hour = number(match[1])
    minute = _minute(match[2], match[3], match[4] or match[5])
    if hour is None or minute is None:
        return None
    return (Clock(hour, minute, Half.WHOLE if hour > 12 or hour == 0 or match[1].startswith("0") else Half.UNSAID),)


def _minute(half: str | None, quarters: str | None, minutes: str | None) -> int | None:
    if half:
        return 30
    if quarters:
        return 15 * _DIGITS[quarters]
    return number(minutes) if minutes else 0


def _minutes_before(match: re.Match[str]) -> Sequence[Value] | None:
    hour, minutes = number(match[2]), 15 if match[1] == "一刻" else number(match[1][:-1])
    if hour is None or minutes is None or not (2 <= hour <= 24 and 0 < minutes < 60):
        return None
    return (Clock(hour - 1, 60 - minutes, Half.WHOLE if hour > 13 else Half.UNSAID),)


def _later(minutes: int, extra: int = 0) -> Build:
    def build(match: re.Match[str]) -> Sequence[Value] | None:
        count = number(match[1])
        return None if count is None else (Later(minutes * count + extra),)

    return build


def _days_on(days: int) -> Build:
    def build(match: re.Match[str]) -> Sequence[Value] | None:
        count = number(match[1])
        return None if count is None else (Shift(days * count),)

    return build


def _months_on(match: re.Match[str]) -> Sequence[Value] | None:
    count = number(match[1])
    return None if count is None else (Shift(months=count),)


_AFTER = r" ?(?:之|以)?后"

RULES: tuple[Rule, ...] = (
    fixed(r"今[天日儿]", Shift(0)),
    fixed(r"明[天日儿]", Shift(1)),
    fixed(r"后天", Shift(2)),
    fixed(r"大后天", Shift(3)),
    fixed(r"昨[天日儿]", Shift(-1)),
    fixed(r"前天", Shift(-2)),
    fixed(r"大前天", Shift(-3)),
    fixed(r"今早", Shift(0), Part.MORNING),
    fixed(r"今晚", Shift(0), Part.EVENING),
    fixed(r"明早", Shift(1), Part.MORNING),
    fixed(r"明晚", Shift(1), Part.EVENING),
    fixed(r"昨晚", Shift(-1), Part.EVENING),
    *(fixed(spelling, part) for part, spelling in _PARTS.items()),
    fixed(r"早", Part.MORNING, follows=True),
    fixed(r"晚", Part.EVENING, follows=True),
    rule(
        rf"(?:(下{{1,3}}|这|本|上) ?个? ?)?(?<![每几{_NUMERALS}]){_WEEK} ?(?:的? ?{_WEEK} ?)?"
        r"([一二三四五六日天]|[1-7](?![0-9:/点时个号月天]))",
        _weekday,
    ),
    rule(rf"{_OF_YEAR}{_NUMBER} ?月(?:份|的)? ?{_MINUTES} ?[号日]{_NOT_DAY}", _date),
    rule(rf"{_OF_YEAR}([0-9]{{1,2}}) ?月 ?([0-9]{{1,2}})(?![0-9 ]{{0,2}}[号日天个点时年:])", _date),
    rule(rf"(?:(下下|下|这|本|上) ?个?月的? ?)?{_NUMBER} ?[号日]{_NOT_DAY}", _day_of_month),
    rule(_CLOCK + _UNTIL, _clock),
    rule(rf"差((?:{_MINUTES[1:-1]})分|一刻){_MINUTES}点", _minutes_before),
    rule(rf"{_NUMBER} ?分钟?{_AFTER}", _later(1)),
    rule(rf"{_NUMBER} ?个? ?(?:小时|钟头){_AFTER}", _later(60)),
    rule(rf"{_NUMBER} ?个半 ?(?:小时|钟头){_AFTER}", _later(60, 30)),
    fixed(rf"半个?(?:小时|钟头){_AFTER}", Later(30)),
    fixed(rf"一刻钟{_AFTER}", Later(15)),
    rule(rf"{_NUMBER} ?[天日]{_AFTER}", _days_on(1)),
    rule(rf"{_NUMBER} ?个? ?{_WEEK}{_AFTER}", _days_on(7)),
    fixed(rf"半个月{_AFTER}", Shift(15)),
    rule(rf"{_NUMBER} ?个月{_AFTER}", _months_on),
    fixed(rf"(?:(?:下{{1,3}}|这|本) ?个? ?)?(?:{_WEEK}末|(?:月|季|年|周)(?:底|末|初))|月中", Vague()),
    fixed(rf"(?:下{{1,3}}|这|本) ?个? ?(?:{_WEEK}|月|季度)|过几天|过两天|改天", Vague()),
)
