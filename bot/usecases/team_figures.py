"""What a team view and a digest are made of: loaded for all reps of a team at once."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core import asked, team
from bot.core import problem as steps
from bot.core.account import Account, Rep
from bot.core.asked import Asked
from bot.core.problem import Problem, Step
from bot.core.team import Figures, OpenProblem, Team
from bot.usecases.ports import Base
from storage import asked as stored_asked
from storage import reps
from storage import team as stored

AT_ONCE = 40  # names asked of Slack in one go


def load(base: Base, team_id: str, rep_ids: Collection[str], zone: ZoneInfo, now: datetime) -> Team:
    """All that is shown of these reps; days and weeks are told in the asker's `zone`.

    Whoever has left is among them while accounts are still theirs.
    """
    with base.database.read() as session:
        people = [r for r in reps.team(session, team_id) if r.id in set(rep_ids)]
        kept = stored.keeping(session, team_id, [r.id for r in people])
        here = [r for r in people if r.active or kept[r.id].live]
        known = {r.id: r.name or r.id for r in here}
        found = problems(session, team_id, known, zone, now)
        weeks = _weeks(base, session, team_id, here, now.astimezone(zone))
    if not all(r.name for r in here):
        base.later(lambda: learn_names(base))
    figures = [_figures(r.id, known[r.id], kept[r.id], weeks[r.id], now, zone) for r in here]
    return Team(reps=team.in_order(figures), problems=tuple(found))


def names(session: Session, team_id: str, rep_ids: Collection[str]) -> dict[str, str]:
    """The names of these reps; the id where Slack has not said one yet."""
    return {r.id: r.name or r.id for r in reps.team(session, team_id) if r.id in set(rep_ids)}


def _figures(
    rep_id: str, name: str, kept: stored.Keeping, weeks: tuple[int, ...], now: datetime, zone: ZoneInfo
) -> Figures:
    since = now - team.SPAN
    held = sum(team.reviews_held(records, since) for records in kept.reviews.values())
    today = now.astimezone(zone).date()
    due = sum(team.review_due(account, kept.reviews.get(account.id, []), today, zone) for account in kept.live)
    done, open_now, broken = team.promises(kept.promises, since)
    return Figures(
        rep_id=rep_id,
        name=name,
        reviews_held=held,
        reviews_due=due,
        promises_kept=done,
        promises_open=open_now,
        promises_broken=broken,
        seconds=weeks,
    )


def _weeks(
    base: Base, session: Session, team_id: str, people: Iterable[Rep], now: datetime
) -> dict[str, tuple[int, ...]]:
    """The seconds asked of each rep in the last whole weeks before `now`, in the zone of who asks."""
    zones = {r.id: r.zone or base.fallback_zone or ZoneInfo("UTC") for r in people}
    since = now.astimezone(UTC) - timedelta(weeks=asked.WEEKS + 1)
    moments = stored_asked.of(session, team_id, zones, since)
    mondays = asked.weeks_before(now.date())
    return {rep_id: asked.seconds_by_week(moments[rep_id], mondays) for rep_id in zones}


def problems(
    session: Session, team_id: str, names: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> list[OpenProblem]:
    """The open problems of these reps (id to name), in no order."""
    found = stored.open_problems(session, team_id, names)
    return [_seen(account, problem, names[account.rep_id], zone, now) for account, problem in found]


def _seen(account: Account, problem: Problem, name: str, zone: ZoneInfo, now: datetime) -> OpenProblem:
    return OpenProblem(
        account=account.name,
        rep_id=account.rep_id,
        rep=name,
        step=steps.next_step(problem) or Step.CONFIRMED,
        days=team.days_open(problem.opened_at, now, zone),
    )


def form_filled(base: Base, rep: Rep, name: str, now: datetime) -> None:
    """Counts a form that a message asked for, unless another row tells of it."""
    zone = rep.zone or base.fallback_zone
    if name in asked.FORMS and zone is not None:
        with base.database.write() as session:
            stored_asked.note(session, rep.team_id, rep.id, asked.local_day(now, zone), Asked.FORM)


# --- names ------------------------------------------------------------------------------------------------------------


def learn_names(base: Base) -> None:
    """Asks Slack for names of reps whom the coach knows by id only: some at a time, beginning elsewhere each time."""
    with base.database.read() as session:
        nameless = stored.nameless(session)
    start = int(base.clock.now().timestamp()) // 600 % len(nameless) if nameless else 0
    for team_id, rep_id in [*nameless[start:], *nameless[:start]][:AT_ONCE]:
        profile = base.messenger.profile(team_id, rep_id)
        if profile is None:  # not known, or Slack does not answer: the next round begins elsewhere
            return
        if profile.name:
            with base.database.write() as session:
                reps.note(session, team_id, rep_id, name=profile.name)
