"""Who gets a nudge while a rep is away: the colleague who stands in, or the rep all the same."""

from dataclasses import replace
from datetime import datetime

from bot.core.account import Rep
from bot.core.nudge import Kind
from bot.core.workdays import WorkingHours

CANNOT_WAIT = frozenset({Kind.PROBLEM, Kind.PROMISE})


def receiver(rep: Rep, kind: Kind, now: datetime, hours: WorkingHours, *, stand_in: str | None) -> str:
    """The Slack user id of whom a nudge goes to at `now` (aware): the stand-in's, or the rep's own.

    A stand-in gets problems and promises, on a day that the rep takes off and while the rep has paused the coach.
    `hours` are the rep's. Everything else waits for the rep.
    """
    if stand_in is None or kind not in CANNOT_WAIT:
        return rep.id
    off = now.astimezone(hours.zone).date() in hours.days_off
    paused = rep.paused_until is not None and now < rep.paused_until
    return stand_in if off or paused else rep.id


def planned_by(kind: Kind, hours: WorkingHours, *, stand_in: str | None) -> WorkingHours:
    """The hours by which a nudge of a rep gets its moment: days off do not put off what a stand-in will get."""
    if stand_in is None or kind not in CANNOT_WAIT:
        return hours
    return replace(hours, days_off=frozenset())
