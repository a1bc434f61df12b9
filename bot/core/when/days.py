"""The days that a time expression may mean."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.core.when.pieces import Calendar, Shift, Slashed, Weekday
from bot.core.when.reading import Ambiguity, Unclear, Unreadable
from bot.core.when.spans import Facts

# "5 March" on 20 March is a slip; on 20 September it is next year's.
_JUST_OVER = timedelta(days=60)
_MONTH_FIRST = frozenset(
    [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Detroit",
        "America/Boise",
        "America/Anchorage",
        "America/Indiana/Indianapolis",
        "America/Kentucky/Louisville",
        "Pacific/Honolulu",
        "Asia/Shanghai",
        "Asia/Chongqing",
        "Asia/Urumqi",
        "Asia/Taipei",
        "Asia/Tokyo",
        "Asia/Seoul",
        "Asia/Manila",
    ]
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days meant, the likeliest first, and why there are several.

    `step_on`: how much later a day is meant if its hour is over by now (a Thursday a week, a bare hour a day).
    """

    days: tuple[date, ...]
    reason: Ambiguity | None = None
    step_on: timedelta | None = None


def find(facts: Facts, today: date, zone: ZoneInfo) -> Days:
    """The days that the facts may mean, today if they name none. Raises Unreadable."""
    if facts.date is None:
        return _weekday(facts.weekday, today, facts.has_hour) if facts.weekday else Days((today,), None, timedelta(1))
    days = _dates(facts.date, today, zone)
    if facts.weekday is None:
        return days
    agreeing = tuple(day for day in days.days if day.weekday() == facts.weekday.index)
    if agreeing:
        return Days(agreeing, days.reason)
    return Days((*days.days, *_weekday(facts.weekday, today, facts.has_hour).days)[:3], Ambiguity.WEEKDAY_OR_DATE)


def _weekday(weekday: Weekday, today: date, has_hour: bool) -> Days:
    coming = today + timedelta((weekday.index - today.weekday()) % 7)
    if weekday.week is not None:
        monday = today - timedelta(today.weekday())
        return Days((monday + timedelta(weekday.index + 7 * weekday.week),))
    if weekday.next_week_or_coming:
        after_today = coming if coming > today else coming + timedelta(7)
        next_week = today + timedelta(7 + weekday.index - today.weekday())
        return Days(tuple(dict.fromkeys((next_week, after_today))), Ambiguity.WHICH_WEEK)
    if coming == today and not has_hour:
        return Days((today + timedelta(7), today), Ambiguity.WHICH_WEEK)
    return Days((coming,), None, timedelta(7))


def _dates(said: Shift | Calendar | Slashed, today: date, zone: ZoneInfo) -> Days:
    match said:
        case Shift():
            return Days((_months_on(today, said.months) + timedelta(said.days),))
        case Calendar():
            return Days((_calendar_day(said, today),))
        case Slashed():
            return _slashed(said, today, zone)


def _slashed(said: Slashed, today: date, zone: ZoneInfo) -> Days:
    pairs = [(said.first, said.second), (said.second, said.first)]
    if zone.key in _MONTH_FIRST:
        pairs.reverse()
    days = []
    for day, month in dict.fromkeys(pairs):
        try:
            days.append(_calendar_day(Calendar(day, month, said.year), today))
        except Unreadable:
            continue
    if not days:
        raise Unreadable(Unclear.NO_SUCH_DATE)
    return Days(tuple(days), Ambiguity.DAY_OR_MONTH)


def _calendar_day(said: Calendar, today: date) -> date:
    if said.month is None:
        return _day_of_month(said, today)
    if said.year is not None:
        return _date(said.year, said.month, said.day)
    if said.years_on is not None:
        return _date(today.year + said.years_on, said.month, said.day)
    lately = today - _JUST_OVER
    years = (lately.year, lately.year + 1)
    year = next(year for year in years if (year, said.month, said.day) >= (lately.year, lately.month, lately.day))
    return _date(year, said.month, said.day)


def _day_of_month(said: Calendar, today: date) -> date:
    months_on = said.months_on if said.months_on is not None else int(said.day < today.day)
    first = _months_on(today.replace(day=1), months_on)
    return _date(first.year, first.month, said.day)


def _months_on(day: date, months: int) -> date:
    if not months:
        return day
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(Unclear.NO_SUCH_DATE) from None
