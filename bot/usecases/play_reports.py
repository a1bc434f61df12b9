"""The report on plays: what it says of a workspace, and the message that owners get once a month.

It goes out through the outbox like any other message: its id is that of the owner and the month, so that it comes
once, however many processes plan it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.core import estimate, evidence, moments, nudge, play_report, signs
from bot.core.account import Rep
from bot.core.estimate import Estimate, TooLittle
from bot.core.evidence import FEWEST_REPS
from bot.core.library import Library
from bot.core.message import Message, Reply
from bot.core.nudge import Nudge
from bot.core.play_report import Finding
from bot.core.playbook import Play
from bot.core.priority import Rank
from bot.core.signs import Moment, Sides
from bot.core.workdays import NoWorkday
from bot.log import log
from bot.usecases import planning, report_cards
from bot.usecases.ports import Base
from storage import evidence as uses
from storage import holdouts, nudges, reps, roles, trials
from storage.holdouts import Holdout

CUE = "playbook_report"
LATEST = timedelta(days=1)  # after its morning: who comes to the coach later waits for the next month
LASTS = timedelta(days=7)  # one that is held, by a pause or days off, comes within a week or not at all
SPAN = timedelta(days=play_report.SPAN_DAYS)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of every play; `overall` is the effect of all routine nudges together, None without a hold-out."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    holdout: Holdout
    overall: Estimate | TooLittle | None


def of_team(base: Base, team_id: str, until: datetime) -> Report:
    """The report on a workspace as of `until`: the figures of ninety days, the effect since the hold-out began."""
    with base.database.read() as session:
        return _made(session, base.shelf.library, team_id, until)


def _made(session: Session, library: Library, team_id: str, until: datetime) -> Report:
    since = until - SPAN
    figures = evidence.figures(uses.uses(session, team_id, since, until, until))
    holdout = holdouts.of_team(session, team_id)
    effects, overall = _effects(session, library, team_id, holdout, until)
    found = play_report.findings(library.plays, figures, effects, until.date())
    return Report(since, until, found, holdout, overall)


def _effects(
    session: Session, library: Library, team_id: str, holdout: Holdout, until: datetime
) -> tuple[dict[str, Estimate | TooLittle], Estimate | TooLittle | None]:
    """The effect of each play's routine nudges, and of all together."""
    if holdout.since is None or holdout.since >= until:
        return {}, None
    found = trials.moments(session, team_id, holdout.since, until)
    pasts = trials.pasts(session, team_id, {m.account_id for m in found}, holdout.since - SPAN)

    def effect(of: Iterable[Moment]) -> Estimate | TooLittle:
        signed = [(m, signs.of_play(play)) for m in of if (play := library.play(m.play)) is not None]
        return _compared(signs.sides(signed, pasts, until))

    each = {play: effect(m for m in found if m.play == play) for play in sorted({m.play for m in found})}
    return each, effect(found)


def _compared(sides: Sides) -> Estimate | TooLittle:
    if sides.reps < FEWEST_REPS:
        return TooLittle.FEW_REPS
    return estimate.compare(sides.nudged, sides.held_out)


def asked(base: Base, rep: Rep, now: datetime) -> Reply:
    """The whole report, for managers, admins and owners of plays. Refuses others: it is about the team, not them."""
    with base.database.read() as session:
        manages = bool(roles.below(session, rep.team_id, rep.id))
    owns = any(play.owner == rep.id for play in base.shelf.library.plays)
    if not (manages or owns or rep.id in base.admins_of(rep.team_id)):
        raise errors.Refused("No manager, admin or owner.", code="no_play_report")
    return Reply(report_cards.whole(of_team(base, rep.team_id, now), rep.language))


# --- once a month ---------------------------------------------------------------------------------------------------


def plan(base: Base, now: datetime) -> int:
    """Writes down the messages of this month's first working morning; returns how many are new."""
    with base.database.read() as session:
        people = reps.everyone(session)
    here: dict[str, set[str]] = defaultdict(set)
    for rep in people:
        here[rep.team_id].add(rep.id)
    plays = base.shelf.library.plays
    admins = {team_id: base.admins_of(team_id) for team_id in here}
    owners = [rep for rep in people if _plays_of(rep, plays, here[rep.team_id], admins[rep.team_id])]
    found = [n for rep in owners for n in _near(base, rep, now)]
    if not found:
        return 0
    with base.database.write() as session:
        return nudges.plan(session, found, now)


def _plays_of(rep: Rep, plays: Iterable[Play], here: Collection[str], admins: Collection[str]) -> list[str]:
    """The plays that somebody owns; to an admin those too whose owner nobody here is."""
    return [play.id for play in plays if play.owner == rep.id or (rep.id in admins and play.owner not in here)]


def _near(base: Base, rep: Rep, now: datetime) -> list[Nudge]:
    """The messages to an owner whose moment is near; none where no zone is known, or no day is a work day."""
    zone = planning.zone_of(base, rep)
    try:
        return list(_messages(base, rep, zone, now)) if zone is not None else []
    except NoWorkday:  # the others get theirs
        log.warning("report_not_planned", team_id=rep.team_id, rep_id=rep.id, code=NoWorkday.code)
        return []


def _messages(base: Base, rep: Rep, zone: ZoneInfo, now: datetime) -> Iterable[Nudge]:
    """That of this month, and on its eve that of the next, while it is not too late."""
    hours = planning.hours_of(base, rep, zone)
    for first in sorted({at.astimezone(zone).date().replace(day=1) for at in (now, now + planning.HORIZON)}):
        due = moments.morning(first, hours)
        if due - planning.HORIZON <= now < due + LATEST:
            key = f"report:{first:%Y-%m}"
            facts = (("month", first.isoformat()),)
            yield nudge.word(rep.team_id, rep.id, key, CUE, due, due + LASTS, priority=Rank.PACING, facts=facts)


def message(base: Base, session: Session, rep: Rep, planned: Nudge, now: datetime) -> Message | None:
    """The month's message to an owner; None where there is nothing to say about their plays."""
    library = base.shelf.library
    here = {r.id for r in reps.everyone(session) if r.team_id == rep.team_id}
    mine = _plays_of(rep, library.plays, here, base.admins_of(rep.team_id))
    report = _made(session, library, rep.team_id, now)
    found = tuple(f for f in report.findings if f.standing.play.id in mine)
    if not any(f.needs_a_decision or f.standing.figures.told for f in found):
        return None
    month = datetime.fromisoformat(dict(planned.facts)["month"]).date()
    return report_cards.monthly(replace(report, findings=found), rep.language, month)
