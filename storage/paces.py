"""Slack's pace as every process keeps it: buckets, what a conversation needs to rest, and what Slack asked to wait for.

A claim holds the buckets of the workspaces that it serves until it is committed; whoever answers a person directly
takes from them without waiting.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core import pace
from bot.core.pace import Bucket, Pace
from storage import deliveries
from storage.session import add_missing
from storage.tables import MethodPauseRow, RepRow, WorkspaceRow

POST = "chat.postMessage"
HISTORY = "conversations.history"
LOOKING = "look_up"  # our own rest between look-ups: unlike what Slack asked for, it holds nothing that was claimed
LONGEST = timedelta(hours=1)  # a pause that ends later was written by a clock that is wrong


# --- the buckets of workspaces --------------------------------------------------------------------------------------


def buckets(session: Session, teams: Sequence[str], now: datetime, given: Pace) -> dict[str, Bucket]:
    """The buckets of these workspaces as they are now, held until the transaction ends; longest not served first."""
    rows = {row.team_id: row for row in session.exec(_held(teams))}
    for team_id in teams:
        if team_id not in rows:
            deliveries.workspace(session, team_id)
            rows[team_id] = session.exec(_held([team_id])).one()
    order = sorted(rows.values(), key=lambda row: (row.refilled_at is not None, row.refilled_at or now, row.team_id))
    return {row.team_id: pace.filled(_bucket(row), now, given) for row in order}


def _held(teams: Sequence[str]) -> SelectOfScalar[WorkspaceRow]:
    query = select(WorkspaceRow).where(col(WorkspaceRow.team_id).in_(teams)).order_by(WorkspaceRow.team_id)
    return query.with_for_update().execution_options(populate_existing=True)


def _bucket(row: WorkspaceRow) -> Bucket:
    return Bucket(row.tokens, row.rate, row.refilled_at)


def keep(session: Session, team_id: str, bucket: Bucket) -> None:
    """Writes down a bucket that this transaction holds."""
    row = session.get_one(WorkspaceRow, team_id)
    row.tokens, row.rate, row.refilled_at = bucket.tokens, bucket.rate, bucket.filled_at
    session.add(row)


def take(session: Session, team_id: str, count: float, given: Pace = pace.SLACK) -> None:
    """Takes messages out of a bucket without asking, or (below zero) gives back what was not sent."""
    row = _row(session, team_id)
    if row.refilled_at is not None:
        row.tokens = pace.taken(_bucket(row), count, given).tokens
        session.add(row)


# --- what Slack asked to wait for -----------------------------------------------------------------------------------


def pause(session: Session, team_id: str, method: str, until: datetime, now: datetime) -> None:
    """Keeps Slack's `Retry-After` for one method in one workspace; the longest of several counts.

    One for posts also makes the workspace's pace slower, once for each pause.
    """
    first = add_missing(session, MethodPauseRow(team_id=team_id, method=method, until=until))
    row = session.get_one(MethodPauseRow, (team_id, method), with_for_update=True)
    new = first or not now < row.until <= now + LONGEST
    row.until = until if new else max(until, row.until)
    session.add(row)
    if new and method == POST:
        keep(session, team_id, pace.slowed(_bucket(_row(session, team_id)), now))


def _row(session: Session, team_id: str) -> WorkspaceRow:
    """A workspace's row as it is now, held until the transaction ends."""
    deliveries.workspace(session, team_id)
    return session.exec(_held([team_id])).one()


def paused_until(session: Session, team_id: str, method: str, now: datetime) -> datetime | None:
    """Until when a method is not to be called in a workspace; None if it may be called now."""
    row = session.get(MethodPauseRow, (team_id, method))
    return row.until if row is not None and now < row.until <= now + LONGEST else None


def paused_teams(session: Session, method: str, now: datetime) -> set[str]:
    """The workspaces in which a method is not to be called now."""
    query = select(MethodPauseRow.team_id).where(
        MethodPauseRow.method == method, col(MethodPauseRow.until) > now, col(MethodPauseRow.until) <= now + LONGEST
    )
    return set(session.exec(query))


# --- conversations --------------------------------------------------------------------------------------------------


def resting(session: Session, team_id: str, now: datetime) -> set[str]:
    """The reps whose DM had a message within the last second."""
    since, wrong = now - pace.CHANNEL_RESTS, now + timedelta(minutes=1)
    query = select(RepRow.id).where(
        RepRow.team_id == team_id, col(RepRow.posted_at) > since, col(RepRow.posted_at) < wrong
    )
    return set(session.exec(query))


def reserve(session: Session, team_id: str, rep_id: str, now: datetime) -> datetime:
    """The moment at which a message may go into a rep's DM: now, or a second after the one before it.

    It is theirs then: whoever asks next gets a later one. Somebody who is no rep is kept no record of.
    """
    query = select(RepRow).where(RepRow.team_id == team_id, RepRow.id == rep_id).with_for_update()
    row = session.exec(query).one_or_none()
    if row is None:
        return now
    last = row.posted_at
    at = now if last is None or last > now + timedelta(minutes=1) else max(now, last + pace.CHANNEL_RESTS)
    row.posted_at = at
    session.add(row)
    return at
