"""Nudges that went out: what they said, what was answered, what a rep has had."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, and_, or_, update
from sqlmodel import Session, col, select

from bot.core.asked import TEAM_WEEK
from bot.core.cadence import Sent
from bot.core.nudge import MONDAY_LIST, Fate, Kind
from bot.core.situation import Shown
from storage.nudges import PLANNED
from storage.tables import NudgeRow


def get(session: Session, team_id: str, nudge_id: str) -> NudgeRow | None:
    """The whole row, cut loose from the session; for reading only."""
    row = session.get(NudgeRow, nudge_id)
    if row is None or row.team_id != team_id:
        return None
    session.expunge(row)
    return row


def in_message(session: Session, team_id: str, nudge_id: str) -> list[NudgeRow]:
    """The nudges that went out in one message: the lead first, then by visit."""
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, or_(col(NudgeRow.id) == nudge_id, col(NudgeRow.message_of) == nudge_id))
        .order_by(col(NudgeRow.message_of).is_not(None), col(NudgeRow.expires_at), NudgeRow.id)
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def card_of_visit(session: Session, team_id: str, visit_id: str) -> NudgeRow | None:
    """The card that was sent for a visit; for reading only."""
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, NudgeRow.visit_id == visit_id, NudgeRow.kind == Kind.VISIT_CARD.value)
        .where(NudgeRow.state == Fate.SENT.value)
        .order_by(col(NudgeRow.ended_at).desc())
    )
    row = session.exec(query).first()
    if row is not None:
        session.expunge(row)
    return row


def latest_sent(session: Session, team_id: str, rep_id: str, account_id: str | None = None) -> NudgeRow | None:
    """The newest nudge on an account or the team of a rep, or that they had as a stand-in; of one account if given.

    For reading only.
    """
    query = select(NudgeRow).where(NudgeRow.team_id == team_id, NudgeRow.state == Fate.SENT.value)
    if account_id:
        query = query.where(NudgeRow.account_id == account_id)
    else:
        query = query.where(or_(col(NudgeRow.account_id) != "", col(NudgeRow.cue).in_((TEAM_WEEK, MONDAY_LIST))))
    query = query.order_by(col(NudgeRow.ended_at).desc(), NudgeRow.id)
    found = [session.exec(query.where(whose)).first() for whose in (NudgeRow.rep_id == rep_id, _went_to(rep_id))]
    rows = [row for row in found if row is not None]
    for row in rows:
        session.expunge(row)
    return max(rows, key=lambda row: row.ended_at or row.due_at, default=None)


def _went_to(stand_in: str) -> ColumnElement[bool]:
    return and_(col(NudgeRow.sent_to).is_not(None), col(NudgeRow.sent_to) == stand_in)


def at_stand_in(session: Session, team_id: str, rep_id: str, since: datetime) -> list[NudgeRow]:
    """What went to stand-ins instead of this rep since then, oldest first; for reading only."""
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, NudgeRow.rep_id == rep_id, NudgeRow.state == Fate.SENT.value)
        .where(col(NudgeRow.sent_to).is_not(None), col(NudgeRow.ended_at) >= since)
        .order_by(col(NudgeRow.ended_at), NudgeRow.id)
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def to_stand_in(session: Session, team_id: str, stand_in: str, keeper: str) -> list[NudgeRow]:
    """What a stand-in had for the keeper of an account, oldest first; for reading only."""
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, _went_to(stand_in), NudgeRow.rep_id == keeper)
        .where(col(NudgeRow.state).in_((Fate.SENT.value, "sending", Fate.UNKNOWN.value)))
        .order_by(col(NudgeRow.intent_at), NudgeRow.id)
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def reword(session: Session, team_id: str, nudge_id: str, play: str, wording: int) -> None:
    """Keeps what a sent card says now, after its rep asked for another point."""
    query = update(NudgeRow).where(col(NudgeRow.id) == nudge_id, col(NudgeRow.team_id) == team_id)
    session.execute(query.values(play=play, wording=wording))


def answer(session: Session, team_id: str, nudge_id: str, what: str, now: datetime) -> bool:
    """Keeps the first tap on a message; False if it was answered before or does not exist."""
    query = (
        update(NudgeRow)
        .where(
            col(NudgeRow.id) == nudge_id,
            col(NudgeRow.team_id) == team_id,
            col(NudgeRow.answered_at).is_(None),
        )
        .values(answered_at=now, answer=what)
    )
    result = session.execute(query)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def sent_to(session: Session, team_id: str, rep_id: str, since: datetime) -> list[Sent]:
    """What a rep has had since then, oldest first; what is being sent counts as had.

    What a stand-in had instead does not count, for neither of them.
    """
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, NudgeRow.rep_id == rep_id, col(NudgeRow.intent_at) >= since)
        .where(col(NudgeRow.sent_to).is_(None))
        .where(col(NudgeRow.state).in_(("sending", "sent", "unknown")))
        .order_by(col(NudgeRow.intent_at), NudgeRow.id)
    )
    rows = list(session.exec(query))
    lines = {row.id: tuple(v for n, v in row.facts if n == "line") for row in rows if row.cue == MONDAY_LIST}
    about = _accounts_of(session, {one for ids in lines.values() for one in ids})
    return [
        Sent(
            at=row.intent_at or row.due_at,
            kind=Kind(row.kind),
            account_id=row.account_id,
            play=row.play,
            wording=row.wording if row.wording is not None else -1,
            answered=row.answered_at is not None,
            cue=row.cue,
            lines=lines.get(row.id, ()),
            accounts=tuple(about[one] for one in lines.get(row.id, ()) if one in about),
        )
        for row in rows
    ]


def _accounts_of(session: Session, nudge_ids: Collection[str]) -> dict[str, str]:
    """The accounts that these nudges are about."""
    if not nudge_ids:
        return {}
    query = select(NudgeRow.id, NudgeRow.account_id).where(col(NudgeRow.id).in_(sorted(nudge_ids)))
    return dict(session.exec(query).all())


def shown_on(session: Session, team_id: str, account_id: str, since: datetime) -> list[Shown]:
    """The nudges sent on one account since then, oldest first."""
    query = (
        select(NudgeRow.play, NudgeRow.key, NudgeRow.ended_at, NudgeRow.sent_to)
        .where(NudgeRow.team_id == team_id, NudgeRow.account_id == account_id, NudgeRow.state == Fate.SENT.value)
        .where(col(NudgeRow.ended_at) >= since)
        .order_by(col(NudgeRow.ended_at), NudgeRow.id)
    )
    return [
        Shown(play=play, key=key, at=at, at_stand_in=sent_to is not None)
        for play, key, at, sent_to in session.exec(query)
        if at is not None
    ]


def waiting(session: Session, team_id: str, rep_id: str) -> Sequence[NudgeRow]:
    """A rep's nudges that are planned or held, soonest first; for reading only."""
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, NudgeRow.rep_id == rep_id, PLANNED)
        .order_by(col(NudgeRow.next_try_at), col(NudgeRow.priority), col(NudgeRow.id))
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def of_account(session: Session, team_id: str, rep_id: str, account_id: str) -> list[NudgeRow]:
    """A rep's nudges on one account, whatever became of them, oldest first; for reading only."""
    query = select(NudgeRow).where(
        NudgeRow.team_id == team_id, NudgeRow.rep_id == rep_id, NudgeRow.account_id == account_id
    )
    rows = list(session.exec(query.order_by(col(NudgeRow.due_at), NudgeRow.id)))
    for row in rows:
        session.expunge(row)
    return rows


def count_as_answered(session: Session, team_id: str, rep_id: str, now: datetime) -> None:
    """Counts every sent nudge of a rep as answered: they said what they want instead."""
    query = (
        update(NudgeRow)
        .where(col(NudgeRow.team_id) == team_id, col(NudgeRow.rep_id) == rep_id)
        .where(col(NudgeRow.state) == Fate.SENT.value, col(NudgeRow.answered_at).is_(None))
        .values(answered_at=now, answer="counted")
    )
    session.execute(query)
