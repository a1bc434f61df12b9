"""A database that came back from a backup: what may have been sent since then is looked up before it is sent."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from bot.core.nudge import Kind
from storage.nudges import IN_HAND, PLANNED
from storage.tables import DeliveryRow, NudgeRow, RepRow, VisitRow, WorkspaceRow

# Looks that meet no answer before a nudge is given up begin below nothing: ten minutes without Slack lose none.
FIRST_LOOK = -40


def as_of(session: Session) -> datetime | None:
    """The last moment of which a database knows: nothing that happened by then is missing. None: it is empty."""
    moments = [
        session.exec(select(func.max(column))).one()
        for column in (
            NudgeRow.planned_at,
            NudgeRow.ended_at,
            NudgeRow.intent_at,
            WorkspaceRow.planned_at,
            DeliveryRow.at,
        )
    ]
    return max((at for at in moments if at is not None), default=None)


def look_up_first(session: Session, since: datetime, now: datetime) -> int:
    """Lets everything that may have been posted after `since` be looked up before anything is done; how many.

    That is what was in hand then, and what was planned and due by now: no nudge is posted before its moment.
    """
    open_then: ColumnElement[bool] = or_(IN_HAND, and_(PLANNED, col(NudgeRow.next_try_at) <= now))
    rows = list(session.exec(select(NudgeRow).where(open_then)))
    for lead, others in _cards(session, rows):
        for row in others:
            row.message_of = lead.id
    for row in rows:
        begun = row.intent_at is not None
        row.state, row.owner, row.lease_until = "sending", None, now - timedelta(seconds=1)
        if not begun:
            row.intent_at, row.looked_up, row.error = since, FIRST_LOOK, None
        session.add(row)
    return len(rows)


def still_to_come(session: Session) -> int:
    """How many nudges are planned."""
    return session.exec(select(func.count()).select_from(NudgeRow).where(PLANNED)).one()


def _cards(session: Session, rows: list[NudgeRow]) -> list[tuple[NudgeRow, list[NudgeRow]]]:
    """Visit cards that went out in one message, if they went out: of one rep, due at once, for visits of one day."""
    cards = [row for row in rows if row.kind == Kind.VISIT_CARD.value and row.intent_at is None]
    together: dict[object, list[NudgeRow]] = defaultdict(list)
    for row in cards:
        rep = session.get(RepRow, (row.team_id, row.rep_id))
        visit = session.get(VisitRow, row.visit_id or "")
        zone = ZoneInfo(rep.zone) if rep is not None and rep.zone else ZoneInfo("UTC")
        day = visit.at.astimezone(zone).date() if visit is not None else None
        together[row.team_id, row.rep_id, row.due_at, day].append(row)
    ordered = [sorted(some, key=lambda r: (r.expires_at is None, r.expires_at, r.id)) for some in together.values()]
    return [(first, others) for first, *others in ordered if others]
