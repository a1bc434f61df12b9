"""Planning: the nudges that follow from today's facts, written down before anybody is told anything."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core import fit
from bot.core.account import Account, Rep
from bot.core.workdays import WorkingHours
from bot.usecases.ports import Base
from storage import accounts, nudges, reps, situations

HORIZON = timedelta(hours=36)


def zone_of(base: Base, rep: Rep) -> ZoneInfo | None:
    """The rep's zone, or the fallback that the admin set; None where neither is known: nothing is planned then."""
    return rep.zone or base.fallback_zone


def hours_of(base: Base, rep: Rep, zone: ZoneInfo) -> WorkingHours:
    return WorkingHours(
        start=rep.work_start,
        end=rep.work_end,
        days_off=rep.days_off,
        zone=zone,
        calendar=base.calendar_of(rep.country),
    )


def plan_account(base: Base, session: Session, account: Account, rep: Rep, now: datetime) -> int:
    """Writes down what is due on one account within the horizon; returns how many nudges are new."""
    zone = zone_of(base, rep)
    if zone is None or account.archived_as is not None or not rep.active:
        return 0
    library = base.shelf.library
    situation = situations.load(session, account, rep, now, zone)
    found = fit.nudges(library.plays, situation, hours_of(base, rep, zone), library.manners)
    return nudges.plan(session, [n for n in found if n.due_at <= now + HORIZON], now)


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


def plan_everyone(base: Base, now: datetime) -> int:
    """Plans every account of every active rep, one transaction a rep; returns how many nudges are new."""
    with base.database.read() as session:
        people = reps.everyone(session)
    new = 0
    for rep in people:
        if zone_of(base, rep) is None:
            continue
        with base.database.write() as session:
            for account in accounts.of_rep(session, rep.team_id, rep.id):
                new += plan_account(base, session, account, rep, now)
    return new
