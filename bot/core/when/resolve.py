"""What a time expression means on a given day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from bot.core import workdays
from bot.core.when import days, hours
from bot.core.when.reading import (
    Ambiguity,
    Choices,
    Moment,
    NotUnderstood,
    Past,
    Reading,
    Unclear,
    Understood,
    Unreadable,
)
from bot.core.when.spans import Facts

_FIRST_YEAR = 1970
_YEARS_AHEAD = 5
_FAR_OFF = timedelta(days=180)


def resolve(facts: Facts, text: str, now: datetime, zone: ZoneInfo) -> Reading:
    """What the facts mean at `now` in this zone; `text` is what they were read from."""
    try:
        return _resolve(facts, now.astimezone(zone), zone)
    except Unreadable as unreadable:
        return NotUnderstood(text, unreadable.reason)


def _resolve(facts: Facts, now: datetime, zone: ZoneInfo) -> Reading:
    if facts.vague:
        raise Unreadable(Unclear.TOO_VAGUE)
    if facts.fixed:
        return _judge([_timed(facts.fixed.at, now, zone)], None, now)
    if facts.later:
        return _judge([_timed(now.astimezone(UTC) + timedelta(minutes=facts.later.minutes), now, zone)], None, now)
    said_days, said_hours = days.find(facts, now.date(), zone), hours.find(facts)
    at_hours: list[hours.Hour | None] = [*said_hours] or [None]
    moments = [_on(day, hour, said_days.step_on, now, zone) for day, hour in product(said_days.days, at_hours)]
    midnights = Ambiguity.WHICH_MIDNIGHT if len(at_hours) > 1 else None
    return _judge(moments, said_days.reason or midnights, now)


def _judge(moments: list[Moment], reason: Ambiguity | None, now: datetime) -> Reading:
    ahead = tuple(dict.fromkeys(moment for moment in moments if not is_over(moment, now)))
    if len(ahead) < len(moments) and all(moment.at - now > _FAR_OFF for moment in ahead):
        # None is ahead, or "3/4" late in April: a slip is likelier than a visit next March.
        return Past(next(moment for moment in moments if is_over(moment, now)))
    if len(ahead) == 1 or reason is None:
        return Understood(ahead[0])
    return Choices(ahead[:3], reason)


def is_over(moment: Moment, now: datetime) -> bool:
    """Whether the moment has passed; an all-day one passes when its day ends."""
    if moment.all_day:
        return moment.at.date() < now.astimezone(moment.at.tzinfo).date()
    return moment.at.astimezone(UTC) < now.astimezone(UTC)


def _on(day: date, hour: hours.Hour | None, step_on: timedelta | None, now: datetime, zone: ZoneInfo) -> Moment:
    moment = _moment(day, hour, now, zone)
    return _moment(day + step_on, hour, now, zone) if step_on and is_over(moment, now) else moment


def _moment(day: date, hour: hours.Hour | None, now: datetime, zone: ZoneInfo) -> Moment:
    _check_year(day.year, now)
    day += timedelta(days=hour.days_on if hour else 0)
    if not workdays.exists(day, zone):
        raise Unreadable(Unclear.NO_SUCH_DATE)
    clock = hour.clock if hour else time()
    at = workdays.at(day, clock, zone)
    return Moment(at, all_day=hour is None, shifted=hour is not None and at.time() != clock)


def _timed(instant: datetime, now: datetime, zone: ZoneInfo) -> Moment:
    _check_year(instant.year, now)
    return Moment(instant.astimezone(zone).replace(second=0, microsecond=0), all_day=False)


def _check_year(year: int, now: datetime) -> None:
    if not _FIRST_YEAR <= year <= now.year + _YEARS_AHEAD:
        raise Unreadable(Unclear.TOO_FAR)
