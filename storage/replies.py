"""What reps answered: commitments and outcomes, snoozes, feedback, dialogues in flight."""

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Insert, insert
from sqlmodel import Session, SQLModel, col, select

from bot.core.cadence import Snooze
from storage.tables import AdviceRow, CommitmentRow, DialogueRow, FeedbackRow, SnoozeRow


def commit(session: Session, row: CommitmentRow) -> bool:
    """Keeps a commitment; False if this card was committed to before."""
    same = select(CommitmentRow.id).where(CommitmentRow.nudge_id == row.nudge_id)
    if row.nudge_id is not None and session.exec(same).first() is not None:
        return False
    session.add(row)
    session.flush()
    return True


def commitment_for_visit(session: Session, team_id: str, visit_id: str) -> CommitmentRow | None:
    query = select(CommitmentRow).where(CommitmentRow.team_id == team_id, CommitmentRow.visit_id == visit_id)
    row = session.exec(query.order_by(col(CommitmentRow.made_at).desc())).first()
    if row is not None:
        session.expunge(row)
    return row


def commitments(session: Session, team_id: str, rep_id: str) -> list[CommitmentRow]:
    """A rep's commitments, oldest first."""
    query = select(CommitmentRow).where(CommitmentRow.team_id == team_id, CommitmentRow.rep_id == rep_id)
    rows = list(session.exec(query.order_by(col(CommitmentRow.made_at), CommitmentRow.id)))
    for row in rows:
        session.expunge(row)
    return rows


def commitments_on(session: Session, team_id: str, account_id: str) -> list[CommitmentRow]:
    """The commitments on one account, oldest first, whoever made them; for reading only."""
    query = select(CommitmentRow).where(CommitmentRow.team_id == team_id, CommitmentRow.account_id == account_id)
    rows = list(session.exec(query.order_by(col(CommitmentRow.made_at), CommitmentRow.id)))
    for row in rows:
        session.expunge(row)
    return rows


def set_outcome(session: Session, team_id: str, commitment_id: str, outcome: str, now: datetime) -> bool:
    row = session.get(CommitmentRow, commitment_id)
    if row is None or row.team_id != team_id:
        return False
    row.outcome, row.outcome_at = outcome, now
    session.add(row)
    return True


def snooze(session: Session, row: SnoozeRow) -> None:
    session.add(row)
    session.flush()


def snoozes(session: Session, team_id: str, rep_id: str, now: datetime) -> list[SnoozeRow]:
    """A rep's snoozes that still hold, soonest end first."""
    query = (
        select(SnoozeRow)
        .where(SnoozeRow.team_id == team_id, SnoozeRow.rep_id == rep_id)
        .where(col(SnoozeRow.until) > now, col(SnoozeRow.lifted_at).is_(None))
        .order_by(col(SnoozeRow.until), SnoozeRow.id)
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def snooze_of(row: SnoozeRow) -> Snooze:
    return Snooze(until=row.until, account_id=row.account_id, play=row.play)


def lift_snooze(session: Session, team_id: str, rep_id: str, snooze_id: str, now: datetime) -> bool:
    row = session.get(SnoozeRow, snooze_id)
    if row is None or (row.team_id, row.rep_id) != (team_id, rep_id) or row.lifted_at is not None:
        return False
    row.lifted_at = now
    session.add(row)
    return True


def feedback(session: Session, row: FeedbackRow) -> None:
    session.add(row)
    session.flush()


def dialogue(session: Session, team_id: str, dialogue_id: str) -> DialogueRow | None:
    row = session.get(DialogueRow, dialogue_id)
    return row if row is not None and row.team_id == team_id else None


def save_dialogue(session: Session, row: DialogueRow) -> None:
    session.add(row)
    session.flush()


def end_of_time() -> datetime:
    """An end for a snooze that the rep lifts by hand."""
    return datetime(9999, 1, 1, tzinfo=UTC)


def keep_advice(session: Session, row: AdviceRow) -> None:
    session.execute(_insert_advice(), row.model_dump())


@cache
def _insert_advice() -> Insert:
    """Made once, and bare: it is written for each question that anybody asks."""
    return insert(SQLModel.metadata.tables["advice"])


def advice(session: Session, team_id: str, rep_id: str, advice_id: str) -> AdviceRow | None:
    """The advice that a rep was given; for reading only."""
    row = session.get(AdviceRow, advice_id)
    if row is None or (row.team_id, row.rep_id) != (team_id, rep_id):
        return None
    session.expunge(row)
    return row


def advised(session: Session, team_id: str, rep_id: str, play: str, since: datetime) -> list[tuple[datetime, int]]:
    """When a play came first in an answer to this rep since then, oldest first, and in which wording it was opened."""
    query = (
        select(AdviceRow)
        .where(AdviceRow.team_id == team_id, AdviceRow.rep_id == rep_id, AdviceRow.at >= since)
        .order_by(col(AdviceRow.at), AdviceRow.id)
    )
    return [(row.at, row.wording) for row in session.exec(query) if row.plays and row.plays[0]["id"] == play]


def tap_advice(session: Session, team_id: str, advice_id: str) -> None:
    """Keeps that the question before a pacing play was answered with yes."""
    row = session.get(AdviceRow, advice_id)
    if row is not None and row.team_id == team_id:
        row.tapped = True
        session.add(row)
