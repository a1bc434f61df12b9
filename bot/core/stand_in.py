"""Who gets a nudge while a rep is away: the colleague who stands in, or the rep all the same."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.account import Rep
from bot.core.cadence import RepFacts
from bot.core.nudge import Kind
from bot.core.workdays import NoWorkday, WorkingHours

CANNOT_WAIT = frozenset({Kind.PROBLEM, Kind.PROMISE})
FOR_GOOD = 9000  # a pause that ends in such a year has no end


def is_away(rep: Rep, now: datetime, hours: WorkingHours) -> bool:
    """True on a day that the rep takes off, and while the rep has paused the coach; not on weekends and holidays."""
    off = now.astimezone(hours.zone).date() in hours.days_off
    return off or (rep.paused_until is not None and now < rep.paused_until)


def receiver(rep: Rep, kind: Kind, now: datetime, hours: WorkingHours, *, stand_in: str | None) -> str:
    """The Slack user id of whom a nudge goes to at `now` (aware): the stand-in's, or the rep's own.

    A stand-in gets problems and promises, on a day that the rep takes off and while the rep has paused the coach.
    `hours` are the rep's. Everything else waits for the rep.
    """
    if stand_in is None or kind not in CANNOT_WAIT:
        return rep.id
    return stand_in if is_away(rep, now, hours) else rep.id


def planned_by(kind: Kind, hours: WorkingHours, *, stand_in: str | None) -> WorkingHours:
    """The hours by which a nudge of a rep gets its moment: days off do not put off what a stand-in will get."""
    if stand_in is None or kind not in CANNOT_WAIT:
        return hours
    return replace(hours, days_off=frozenset())


def reader(kind: Kind, rep: RepFacts, other: RepFacts | None, now: datetime) -> RepFacts:
    """The facts of whoever reads a nudge of `rep` at `now`, for cadence to judge by; `other` is the stand-in.

    A stand-in who is away too gets nothing. What the rep said of an account or a play holds for the stand-in as well;
    the stand-in's own wish to hear nothing at all does too.
    """
    if other is None or kind not in CANNOT_WAIT:
        return rep
    if not is_away(rep.rep, now, rep.hours):
        return replace(rep, hours=planned_by(kind, rep.hours, stand_in=other.rep.id))
    if not _is_there(other, now):
        return rep
    snoozes = [s for s in rep.snoozes if s.account_id is not None or s.play is not None]
    snoozes += [s for s in other.snoozes if s.account_id is None and s.play is None]
    return replace(other, rep=replace(other.rep, stopped_plays=rep.rep.stopped_plays), snoozes=snoozes)


def _is_there(facts: RepFacts, now: datetime) -> bool:
    return facts.rep.active and not is_away(facts.rep, now, facts.hours)


def back_at(facts: RepFacts, now: datetime) -> datetime | None:
    """When somebody who is away works again (UTC); None where the pause, or their days off, have no end."""
    paused = facts.rep.paused_until
    if paused is not None and paused.year >= FOR_GOOD:
        return None
    try:
        return facts.hours.next_start(max(now, paused) if paused is not None else now).astimezone(UTC)
    except NoWorkday:
        return None


def look_again(until: datetime, rep: RepFacts, other: RepFacts | None, now: datetime) -> datetime:
    """When what is held until then is looked at again: sooner where the rep or the stand-in is back before."""
    if other is None or not is_away(rep.rep, now, rep.hours):
        return until
    away = [rep] if _is_there(other, now) or not other.rep.active else [rep, other]
    ends = [until, *(back_at(each, now) for each in away)]
    return min(end for end in ends if end is not None and end > now)
