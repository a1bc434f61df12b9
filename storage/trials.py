"""What a hold-out decided, and what happened at the accounts afterwards."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.core.holdout import Arm
from bot.core.signs import Moment, Owed, Past, Visited
from bot.core.situation import By, RecordKind, VisitState
from storage.tables import ContactLogRow, NudgeRow, PromiseRow, RecordRow, VisitRow

OF_THE_NUDGE = ("dialogue", "credit")  # sources of a contact that the nudge itself may have written down
REVIEWED = (RecordKind.DELIVERY_REVIEWED.value, RecordKind.EFFECT_REVIEWED.value)
AT_ONCE = 500  # ids in one statement: every database takes so many


def moments(session: Session, team_id: str, since: datetime, until: datetime) -> list[Moment]:
    """The nudges that a hold-out decided on in [since, until), whatever became of those that were to be sent."""
    at = func.coalesce(NudgeRow.intent_at, NudgeRow.ended_at, NudgeRow.due_at)
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, col(NudgeRow.arm).is_not(None), at >= since, at < until)
        .order_by(at, NudgeRow.id)
    )
    return [
        Moment(row.account_id, row.rep_id, row.play, Arm(row.arm or ""), row.intent_at or row.ended_at or row.due_at)
        for row in session.exec(query)
    ]


def pasts(session: Session, team_id: str, account_ids: Collection[str], since: datetime) -> dict[str, Past]:
    """What happened at these accounts since then, by account."""
    ids = sorted(account_ids)
    found: dict[str, Past] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= _pasts(session, team_id, ids[start : start + AT_ONCE], since)
    return found


def _pasts(session: Session, team_id: str, ids: list[str], since: datetime) -> dict[str, Past]:
    def of(table: Any, *conditions: Any, make: Callable[[Any], Any]) -> dict[str, list[Any]]:
        query = select(table).where(table.team_id == team_id, col(table.account_id).in_(ids), *conditions)
        made: dict[str, list[Any]] = defaultdict(list)
        for row in session.exec(query):
            made[row.account_id].append(make(row))
        return made

    log, visit, record, promise = ContactLogRow, VisitRow, RecordRow, PromiseRow
    contacts = of(log, log.at >= since, col(log.source).not_in(OF_THE_NUDGE), make=lambda r: r.at)
    visits = of(
        visit, visit.at >= since, visit.state != VisitState.CANCELLED.value, make=lambda r: Visited(r.at, r.review)
    )
    kinds = col(record.kind).in_(REVIEWED)
    reviews = of(record, record.at >= since, kinds, make=lambda r: (RecordKind(r.kind), r.at))
    promises = of(
        promise, promise.due >= since.date(), promise.by == By.US.value, make=lambda r: Owed(r.due, r.kept_at)
    )
    return {i: Past(contacts=contacts[i], visits=visits[i], reviews=reviews[i], promises=promises[i]) for i in ids}
