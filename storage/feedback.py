"""What reps said was wrong, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from storage.tables import FeedbackRow


def get(session: Session, team_id: str, feedback_id: str) -> FeedbackRow | None:
    """One of them; for reading only."""
    row = session.get(FeedbackRow, feedback_id)
    if row is None or row.team_id != team_id:
        return None
    session.expunge(row)
    return row


def beginning(session: Session, team_id: str, feedback_id: str) -> list[FeedbackRow]:
    """Those of a workspace whose ids begin like this, two at most; for reading only."""
    begins = col(FeedbackRow.id).startswith(feedback_id, autoescape=True)
    query = select(FeedbackRow).where(FeedbackRow.team_id == team_id, begins).limit(2)
    return list(_read_only(session, list(session.exec(query))))


def newest(session: Session, team_id: str, most: int) -> list[FeedbackRow]:
    """The newest ones of a workspace, newest first; for reading only."""
    query = select(FeedbackRow).where(FeedbackRow.team_id == team_id)
    rows = session.exec(query.order_by(col(FeedbackRow.at).desc(), FeedbackRow.id).limit(most))
    return list(_read_only(session, list(rows)))


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many of one rep's are passed on from an instant on."""

    most: int
    since: datetime


def waiting(
    session: Session, taken_before: datetime, since: datetime, most: int, allowed: Allowance
) -> list[FeedbackRow]:
    """Those that nobody was told of yet and that no process has in hand, oldest first; for reading only.

    Whoever's allowance is used up waits, and holds up nobody else's.
    """
    free = or_(col(FeedbackRow.taken_at).is_(None), col(FeedbackRow.taken_at) < taken_before)
    query = select(FeedbackRow).where(col(FeedbackRow.sent_as).is_(None), free, FeedbackRow.at >= since)
    other = aliased(FeedbackRow)
    same = other.team_id == FeedbackRow.team_id, other.rep_id == FeedbackRow.rep_id
    sent = col(other.sent_as).is_not(None), col(other.taken_at) > allowed.since
    passed_on = select(func.count()).select_from(other).where(*same, *sent).scalar_subquery()
    rows = session.exec(query.where(passed_on < allowed.most).order_by(col(FeedbackRow.at), FeedbackRow.id).limit(most))
    return list(_read_only(session, list(rows)))


def passed_on(session: Session, team_id: str, rep_id: str, since: datetime) -> int:
    """How many of a rep's were passed on since then."""
    query = select(func.count()).select_from(FeedbackRow)
    query = query.where(FeedbackRow.team_id == team_id, FeedbackRow.rep_id == rep_id)
    return session.exec(query.where(col(FeedbackRow.sent_as).is_not(None), col(FeedbackRow.taken_at) > since)).one()


def still_to_pass_on(session: Session, team_id: str, rep_id: str, since: datetime) -> int:
    """How many of what a rep said since then nobody was told of yet."""
    query = select(func.count()).select_from(FeedbackRow)
    query = query.where(FeedbackRow.team_id == team_id, FeedbackRow.rep_id == rep_id)
    return session.exec(query.where(col(FeedbackRow.sent_as).is_(None), FeedbackRow.at >= since)).one()


def take(session: Session, row: FeedbackRow, now: datetime) -> bool:
    """Takes one in hand; False if another process was faster."""
    same = FeedbackRow.taken_at == row.taken_at if row.taken_at is not None else col(FeedbackRow.taken_at).is_(None)
    query = update(FeedbackRow).where(col(FeedbackRow.id) == row.id, col(FeedbackRow.sent_as).is_(None), same)  # type: ignore[arg-type]
    done = session.execute(query.values(taken_at=now))
    return isinstance(done, CursorResult) and done.rowcount == 1


def settle(session: Session, feedback_id: str, sent_as: str, sent_to: dict[str, list[str]] | None = None) -> None:
    """Keeps what became of one, and where each of those who were told can read it (their id → channel and ts)."""
    row = session.get(FeedbackRow, feedback_id)
    if row is not None:
        row.sent_as = sent_as
        row.sent_to = sent_to if sent_to is not None else row.sent_to
        session.add(row)


def decide(session: Session, feedback_id: str, before: str, after: str, now: datetime) -> bool:
    """Keeps that it is now something else; False if it was not (any more) what it should have been before."""
    query = update(FeedbackRow).where(col(FeedbackRow.id) == feedback_id, col(FeedbackRow.sent_as) == before)
    done = session.execute(query.values(sent_as=after, taken_at=now))
    return isinstance(done, CursorResult) and done.rowcount == 1


def open_patches(session: Session, since: datetime) -> list[FeedbackRow]:
    """Those that became a patch and whose rep was not told yet that it is in; for reading only."""
    told = col(FeedbackRow.told_at).is_not(None)
    query = select(FeedbackRow).where(~told, col(FeedbackRow.sent_as).is_not(None), FeedbackRow.at >= since)
    return list(_read_only(session, [row for row in session.exec(query) if row.sent_as not in ("note", "left")]))


def told(session: Session, feedback_id: str, now: datetime) -> bool:
    """Keeps that the rep is told now; False if that was done before."""
    query = update(FeedbackRow).where(col(FeedbackRow.id) == feedback_id, col(FeedbackRow.told_at).is_(None))
    done = session.execute(query.values(told_at=now))
    return isinstance(done, CursorResult) and done.rowcount == 1


def _read_only(session: Session, rows: list[FeedbackRow]) -> Iterator[FeedbackRow]:
    for row in rows:
        session.expunge(row)
        yield row
