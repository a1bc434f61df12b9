"""Who gets a nudge while a rep is away: the colleague who stands in, or the rep all the same."""

from datetime import datetime

from bot.core.account import Rep
from bot.core.nudge import Kind
from bot.core.workdays import WorkingHours

CANNOT_WAIT = frozenset({Kind.PROBLEM, Kind.PROMISE})


def receiver(rep: Rep, kind: Kind, now: datetime, hours: WorkingHours, *, stand_in: str | None) -> str:
    """The Slack user id of whom a nudge goes to at `now` (aware): the stand-in's, or the rep's own.

    A stand-in gets problems and promises, on a day that the rep takes off (not on one that nobody works) and while
    the rep has paused the coach. `hours` are the rep's. Everything else waits for the rep.
    """
    if stand_in is None or kind not in CANNOT_WAIT:
        return rep.id
    day = now.astimezone(hours.zone).date()
    off = day in hours.days_off and hours.calendar.is_workday(day)
    paused = rep.paused_until is not None and now < rep.paused_until
    return stand_in if off or paused else rep.id
