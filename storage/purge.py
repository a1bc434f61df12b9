"""Deleting everything of a workspace that left, over all tables: a new table is covered, or it is noticed."""

from datetime import datetime

from sqlalchemy import CursorResult, delete
from sqlmodel import Session, col, select

from storage import belongings
from storage.tables import ReceiptRow, WorkspaceRow

KEPT = frozenset({"receipt"})  # they prove what was deleted, and name nobody
SHARED = frozenset({"oauth_state", "playbook_version"})  # of no workspace


def left_before(session: Session, before: datetime) -> list[str]:
    """The workspaces that removed the app before then, and whose data is still there."""
    query = select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at) < before)
    return sorted(session.exec(query))


def purge(session: Session, team_id: str, before: datetime, receipt_id: str, now: datetime) -> ReceiptRow | None:
    """Deletes all of a workspace and keeps a receipt; None if it came back, or another process did so."""
    query = select(WorkspaceRow).where(WorkspaceRow.team_id == team_id, col(WorkspaceRow.left_at) < before)
    if session.exec(query.with_for_update()).one_or_none() is None:
        return None
    if session.get_bind().dialect.name == "sqlite":  # or the words stay readable in the file's free pages
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    gone: dict[str, int] = {}
    for table in reversed(belongings.all_tables()):
        if table.name in KEPT | SHARED:
            continue
        done = session.execute(delete(table).where(table.c.team_id == team_id))
        assert isinstance(done, CursorResult)
        if done.rowcount:
            gone[table.name] = done.rowcount
    session.expire_all()
    row = ReceiptRow(id=receipt_id, team_id=team_id, at=now, deleted=dict(sorted(gone.items())), kept={})
    belongings.keep_receipt(session, row)
    return row
