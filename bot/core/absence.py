"""A step that a rep was told of before they went away is handed on to the stand-in once, as the absence begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.core import nudge, stand_in
from bot.core.account import Rep
from bot.core.nudge import Nudge
from bot.core.situation import Situation
from bot.core.workdays import WorkingHours

MARK = ":absence:"  # in the key of what is handed on, between the key of the step and the absence
DAY = timedelta(days=1)


class Absence(NamedTuple):
    """Days off in a row, or a pause: its name in keys, and when what is open is handed on (aware)."""

    name: str
    begins: datetime


def of(rep: Rep, now: datetime, hours: WorkingHours) -> Absence | None:
    """The absence of today, or days off that begin tomorrow; None where the rep is there.

    Where it began is not known of a pause: it hands on from the next midnight, and one that is over by then does not.
    """
    today = now.astimezone(hours.zone).date()
    off = next((day for day in (today, today + DAY) if day in hours.days_off), None)
    if off is not None:
        first = _first(off, hours)
        return Absence(first.isoformat(), hours.at(first, time(0)))
    midnight = hours.at(today + DAY, time(0))
    if rep.paused_until is None or rep.paused_until <= midnight:
        return None
    return Absence(f"until-{rep.paused_until.astimezone(UTC).date().isoformat()}", midnight)


def _first(day: date, hours: WorkingHours) -> date:
    """The first of the days off in a row; a weekend or a holiday between two of them does not part them."""
    first = day
    for earlier in sorted((d for d in hours.days_off if d < day), reverse=True):
        between = (earlier + n * DAY for n in range(1, (first - earlier).days))
        if any(hours.calendar.is_workday(d) for d in between):
            break
        first = earlier
    return first


def handed_on(step: Nudge, since: datetime, situation: Situation, hours: WorkingHours) -> Nudge | None:
    """The nudge that hands a step on; None where nobody stands in or goes, or it comes there anyway.

    `since` is when the step came up, `hours` are the rep's. That the rep was told is asked when it is due.
    """
    away = of(situation.rep, situation.now, hours) if situation.rep.stand_in is not None else None
    if away is None:
        return None
    told_in = stand_in.planned_by(step.kind, hours, stand_in=situation.rep.stand_in)
    if told_in.next_start(since) >= away.begins:
        return None
    key = f"{step.key}{MARK}{away.name}"
    return replace(
        step,
        id=nudge.identity(step.team_id, step.rep_id, step.account_id, key),
        key=key,
        due_at=max(away.begins, situation.now).astimezone(UTC),
    )


def step_key(key: str) -> str:
    """The key of the step that a nudge is about, whether it is handed on or not."""
    return key.partition(MARK)[0]


def still_holds(planned: Nudge, situation: Situation) -> bool:
    """True for what is not handed on; for what is, while the rep is away and was told of the step before."""
    if MARK not in planned.key:
        return True
    rep, now = situation.rep, situation.now
    away = now.date() in rep.days_off or (rep.paused_until is not None and now < rep.paused_until)
    key = step_key(planned.key)
    return away and any(s.key == key and s.at < planned.due_at and not s.at_stand_in for s in situation.shown)
