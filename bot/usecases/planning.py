"""Planning: the nudges that follow from today's facts, written down before anybody is told anything."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core import fit
from bot.core.account import Account, Rep
from bot.core.moments import Moments
from bot.core.nudge import Nudge
from bot.core.playbook import Play
from bot.core.shortlist import Shortlist
from bot.core.situation import Situation
from bot.core.workdays import NoWorkday, WorkingHours
from bot.log import log
from bot.usecases.ports import Base
from storage import accounts, deliveries, nudges, reps, situations, situations_of_many
from storage.situations_of_many import People

HORIZON = timedelta(hours=36)
REPS_AT_ONCE = 20  # some hundred accounts: few queries, and no lock is held for long

_hours = lru_cache(maxsize=256)(WorkingHours)  # reps who share their hours share what those remember of the days


def zone_of(base: Base, rep: Rep) -> ZoneInfo | None:
    """The rep's zone, or the fallback that the admin set; None where neither is known: nothing is planned then."""
    return rep.zone or base.fallback_zone


def hours_of(base: Base, rep: Rep, zone: ZoneInfo) -> WorkingHours:
    return _hours(rep.work_start, rep.work_end, rep.days_off, zone, base.calendar_of(rep.country))


def plan_account(base: Base, session: Session, account: Account, rep: Rep, now: datetime) -> int:
    """Writes down what is due on one account within the horizon; returns how many nudges are new.

    A rep whose days leave no work gets nothing; what else they do goes on.
    """
    zone = zone_of(base, rep)
    if zone is None or account.archived_as is not None or not rep.active:
        return 0
    library = base.shelf.library
    situation = situations.load(session, account, rep, now, zone)
    moments = Moments(now, hours_of(base, rep, zone), library.manners, now + HORIZON)
    try:
        found = list(_due(library.plays, situation, moments))
    except NoWorkday:
        log.warning("rep_not_planned", team_id=rep.team_id, rep_id=rep.id, code=NoWorkday.code)
        return 0
    return nudges.plan(session, found, now)


def changed(base: Base, session: Session, account: Account, now: datetime) -> None:
    """To be called in the transaction that changes a fact of an account: plans anew, looks again at what is held."""
    rep = reps.get(session, account.team_id, account.rep_id)
    if rep is None:
        return
    plan_account(base, session, account, rep, now)
    nudges.wake(session, account.team_id, account.id, now)
    base.wake.set()


def replan(base: Base, session: Session, rep: Rep, now: datetime) -> None:
    """To be called when a rep's zone, hours or wishes changed: what is still to come gets its new moment."""
    nudges.unplan(session, rep.team_id, rep.id, now)
    for account in accounts.of_rep(session, rep.team_id, rep.id):
        plan_account(base, session, account, rep, now)
    nudges.wake_rep(session, rep.team_id, rep.id, now)
    for keeper in reps.stood_in_for_by(session, rep.team_id, rep.id):  # what waited for this stand-in to be back
        nudges.wake_rep(session, rep.team_id, keeper.id, now)
    base.wake.set()


def replan_everyone(base: Base, now: datetime) -> None:
    """To be called when the playbooks changed: what is still to come gets its new moment, or goes."""
    with base.database.read() as session:
        people = reps.everyone(session)
    for rep in people:
        if zone_of(base, rep) is not None:
            with base.database.write() as session:
                nudges.unplan(session, rep.team_id, rep.id, now)
                nudges.wake_rep(session, rep.team_id, rep.id, now)
    plan_everyone(base, now)
    base.wake.set()


def _due(plays: Iterable[Play], situation: Situation, moments: Moments) -> Iterator[Nudge]:
    """What is due within the horizon of the moments."""
    return (n for n in fit.planned(plays, situation, moments) if moments.by is None or n.due_at <= moments.by)


def to_plan(base: Base, now: datetime, every: timedelta) -> list[str]:
    """The workspaces that were not planned for so long."""
    with base.database.read() as session:
        return deliveries.not_planned_since(session, now - every, now)


def plan_everyone(base: Base, now: datetime, teams: Collection[str] | None = None) -> int:
    """Plans every account of every active rep, one transaction for some reps; returns how many nudges are new.

    `teams`: only of these workspaces.
    """
    with base.database.read() as session:
        everyone = [rep for rep in reps.everyone(session) if teams is None or rep.team_id in teams]
    zoned = [(rep, zone) for rep in everyone if (zone := zone_of(base, rep)) is not None]
    this_round, new = _Round(base, now), 0
    for team_id, members in groupby(zoned, key=lambda pair: pair[0].team_id):
        people = {rep.id: (rep, zone) for rep, zone in members}
        for some in _parts(people):
            with base.database.write() as session:
                new += nudges.plan(session, list(this_round.found(session, team_id, some)), now)
        with base.database.write() as session:
            deliveries.planned(session, team_id, now)
    return new


def _parts(people: People) -> Iterator[People]:
    names = list(people)
    for start in range(0, len(names), REPS_AT_ONCE):
        yield {name: people[name] for name in names[start : start + REPS_AT_ONCE]}


class _Round:
    """One round of planning: what was worked out for one account serves the next."""

    def __init__(self, base: Base, now: datetime) -> None:
        self._base, self._library, self._now = base, base.shelf.library, now
        self._shortlist = Shortlist(self._library.plays)
        self._moments: dict[WorkingHours, Moments] = {}

    def found(self, session: Session, team_id: str, people: People) -> Iterator[Nudge]:
        """What is due within the horizon on every account of these reps; one whose days leave no work gets nothing."""
        moments = {name: self._moments_of(rep, zone) for name, (rep, zone) in people.items()}
        never_at_work: set[str] = set()
        for situation in situations_of_many.of_reps(session, team_id, people, self._now):
            name = situation.account.rep_id
            if name in never_at_work:
                continue
            try:
                plays = self._shortlist.of(situation, moments[name])
                found = list(_due(plays, situation, moments[name]))
            except NoWorkday:
                never_at_work.add(name)
                log.warning("rep_not_planned", team_id=team_id, rep_id=name, code=NoWorkday.code)
                continue
            yield from found

    def _moments_of(self, rep: Rep, zone: ZoneInfo) -> Moments:
        hours = hours_of(self._base, rep, zone)
        fresh = Moments(self._now, hours, self._library.manners, self._now + HORIZON)
        return self._moments.setdefault(hours, fresh)
