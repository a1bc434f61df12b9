"""Who reads a nudge: its rep, or while they are away their stand-in; and what must be asked of Slack before."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core import cadence, stand_in
from bot.core.account import Rep
from bot.core.cadence import RepFacts
from bot.core.nudge import Kind, Nudge
from bot.usecases import planning, quiet, stand_ins
from bot.usecases.ports import Base
from storage import holdouts, nudge_history, replies, reps

SENT_BACK = timedelta(days=61)


def facts_of(base: Base, session: Session, rep: Rep, now: datetime) -> RepFacts | None:
    """What cadence reads about one rep; None while their time zone is not known."""
    zone = planning.zone_of(base, rep)
    if zone is None:
        return None
    return RepFacts(
        rep=rep,
        hours=planning.hours_of(base, rep, zone),
        sent=nudge_history.sent_to(session, rep.team_id, rep.id, now - SENT_BACK),
        snoozes=[replies.snooze_of(row) for row in replies.snoozes(session, rep.team_id, rep.id, now)],
        quiet_until=reps.quiet_until(session, rep.team_id, rep.id),
        holdout=holdouts.of_team(session, rep.team_id).percent,
    )


def stand_in_of(base: Base, session: Session, rep: Rep, kind: Kind, now: datetime) -> RepFacts | None:
    """What cadence reads about whoever stands in for a rep, for a kind that may go to them; None if nobody does."""
    if rep.stand_in is None or kind not in stand_in.CANNOT_WAIT:
        return None
    other = reps.get(session, rep.team_id, rep.stand_in)
    return facts_of(base, session, other, now) if other is not None else None


def held_until(decision: cadence.Decision, rep: RepFacts, other: RepFacts | None, now: datetime) -> cadence.Decision:
    """The decision, looked at again as soon as the rep or the stand-in is back."""
    if decision.verdict is not cadence.Verdict.HOLD or decision.until is None:
        return decision
    return replace(decision, until=stand_in.look_again(decision.until, rep, other, now))


# --- what only Slack knows --------------------------------------------------------------------------------------------


def ask_before(base: Base, planned: Nudge) -> dict[str, str]:
    """Reads do-not-disturb schedules and the names to be told, outside any transaction.

    The names are by Slack id, and are not kept.
    """
    now = base.clock.now()
    quiet.refresh(base, planned.team_id, planned.rep_id)
    with base.database.read() as session:
        rep = reps.get(session, planned.team_id, planned.rep_id)
        wanted = stand_ins.names_wanted(session, planned)
    if rep is not None and rep.stand_in is not None and _may_go(base, rep, planned.kind, now):
        quiet.refresh(base, rep.team_id, rep.stand_in)
        wanted = wanted | {rep.id}
    profiles = {key: base.messenger.profile(planned.team_id, key) for key in sorted(wanted)}
    return {key: profile.name for key, profile in profiles.items() if profile is not None and profile.name}


def _may_go(base: Base, rep: Rep, kind: Kind, now: datetime) -> bool:
    zone = planning.zone_of(base, rep)
    return (
        zone is not None
        and kind in stand_in.CANNOT_WAIT
        and stand_in.is_away(rep, now, planning.hours_of(base, rep, zone))
    )
