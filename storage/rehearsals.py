"""Rehearsals in flight."""

from sqlmodel import Session

from storage.tables import RehearsalRow


def get(session: Session, team_id: str, rehearsal_id: str) -> RehearsalRow | None:
    row = session.get(RehearsalRow, rehearsal_id, with_for_update=True)
    return row if row is not None and row.team_id == team_id else None


def save(session: Session, row: RehearsalRow) -> None:
    session.add(row)
    session.flush()
