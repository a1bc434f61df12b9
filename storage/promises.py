"""Single promises and their history."""

from sqlmodel import Session, col, select

from bot.core.promise import Change, What
from bot.core.situation import Promise
from storage import history
from storage.tables import PromiseChangeRow, PromiseRow


def get(session: Session, team_id: str, promise_id: str) -> Promise | None:
    row = session.get(PromiseRow, promise_id)
    if row is None or row.team_id != team_id:
        return None
    return next((p for p in history.promises(session, team_id, row.account_id) if p.id == promise_id), None)


def save(session: Session, team_id: str, promise: Promise, change: Change) -> None:
    """Keeps a promise as it is now, and what changed."""
    history.save_promise(session, team_id, promise)
    session.add(
        PromiseChangeRow(
            team_id=team_id,
            promise_id=promise.id,
            what=change.what.value,
            at=change.at,
            due_before=change.before,
            due_after=change.after,
            note=change.note,
        )
    )
    session.flush()


def changes(session: Session, team_id: str, promise_id: str) -> list[Change]:
    """What happened to a promise, oldest first."""
    query = select(PromiseChangeRow).where(
        PromiseChangeRow.team_id == team_id, PromiseChangeRow.promise_id == promise_id
    )
    return [
        Change(what=What(r.what), at=r.at, before=r.due_before, after=r.due_after, note=r.note)
        for r in session.exec(query.order_by(col(PromiseChangeRow.id)))
    ]
