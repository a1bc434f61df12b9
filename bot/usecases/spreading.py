"""Spreading: routine nudges that crowd at one moment are planned for the time that it takes to reach everybody."""

from datetime import datetime

from bot.core import spreading
from bot.core.account import Rep
from bot.log import log
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import crowds, reps
from storage.crowds import Waiting

AT_ONCE = 500  # rows in one transaction


def spread(base: Base, team_id: str, now: datetime) -> int:
    """Spreads the crowded moments to come of one workspace; returns how many nudges moved."""
    with base.database.read() as session:
        moments = crowds.crowded(session, team_id, now, spreading.CROWD)
        people = {rep.id: rep for rep in reps.team(session, team_id)} if moments else {}
    moved = 0
    for at, count in moments.items():
        with base.database.read() as session:
            waiting = crowds.routine(session, team_id, at)
        to = {w.id: _moment(base, people[w.rep_id], w, at, count) for w in waiting if w.rep_id in people}
        changed = [(nudge_id, moment) for nudge_id, moment in to.items() if moment > at]
        for start in range(0, len(changed), AT_ONCE):
            with base.database.write() as session:
                crowds.move(session, team_id, at, dict(changed[start : start + AT_ONCE]))
        moved += len(changed)
    if moved:
        log.info("nudges_spread", team_id=team_id, moved=moved)
    return moved


def _moment(base: Base, rep: Rep, waiting: Waiting, at: datetime, people: int) -> datetime:
    zone = planning.zone_of(base, rep)
    if zone is None:
        return at
    hours = planning.hours_of(base, rep, zone)
    day_ends = hours.at(at.astimezone(zone).date(), hours.end)
    place = spreading.part(rep.team_id, rep.id)
    return spreading.moment(at, spreading.window(people), place, day_ends, waiting.expires_at)
