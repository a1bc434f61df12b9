"""Notes that give credit to somebody at the client."""

from datetime import datetime

from sqlmodel import Session

from storage.tables import CreditNoteRow


def keep(session: Session, row: CreditNoteRow) -> None:
    session.add(row)
    session.flush()


def note(session: Session, team_id: str, note_id: str) -> CreditNoteRow | None:
    """A note; for reading only."""
    row = session.get(CreditNoteRow, note_id)
    if row is None or row.team_id != team_id:
        return None
    session.expunge(row)
    return row


def reword(session: Session, team_id: str, note_id: str, draft: str) -> None:
    row = session.get(CreditNoteRow, note_id)
    if row is not None and row.team_id == team_id:
        row.draft = draft
        session.add(row)


def sent(session: Session, team_id: str, note_id: str, now: datetime) -> bool:
    """Writes down that a note was sent; False if it had been before, or there is no such note."""
    row = session.get(CreditNoteRow, note_id, with_for_update=True)
    if row is None or row.team_id != team_id or row.sent_at is not None:
        return False
    row.sent_at = now
    session.add(row)
    return True
