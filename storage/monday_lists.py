"""What the Monday list is made of, and what is kept of it: the nudges that a list named stand in its facts."""

from datetime import datetime

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from bot.core.nudge import MONDAY_LIST, Fate, Kind, Nudge, Rule
from storage.nudges import PLANNED, nudge_of
from storage.tables import NudgeRow

LINE = "line"  # the name of a fact of a list: one nudge that it names


def candidates(session: Session, team_id: str, rep_id: str, now: datetime, since: datetime) -> list[tuple[Nudge, bool]]:
    """A rep's routine nudges whose moment has come: those still planned (True), and those dropped since then only
    because their words had been read (False); what was opened on a list is not among them."""
    read = and_(
        col(NudgeRow.state) == Fate.DROPPED.value,
        col(NudgeRow.rule) == Rule.SAID_BEFORE.value,
        col(NudgeRow.ended_at) >= since,
    )
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, NudgeRow.rep_id == rep_id, NudgeRow.kind == Kind.NUDGE.value)
        .where(col(NudgeRow.due_at) <= now, col(NudgeRow.answered_at).is_(None), or_(PLANNED, read))
        .order_by(NudgeRow.id)
    )
    return [(nudge_of(row), row.state == Fate.PLANNED.value) for row in session.exec(query)]


def line(session: Session, team_id: str, list_id: str, nudge_id: str) -> Nudge | None:
    """The nudge that a list names; None if it does not."""
    listed, row = session.get(NudgeRow, list_id), session.get(NudgeRow, nudge_id)
    if listed is None or row is None or row.team_id != team_id or [LINE, nudge_id] not in listed.facts:
        return None
    return nudge_of(row)


def opened(session: Session, team_id: str, nudge_id: str, now: datetime) -> None:
    """Keeps that a line was opened: its nudge does not come as a card any more, nor stand on another list."""
    here = update(NudgeRow).where(col(NudgeRow.id) == nudge_id, col(NudgeRow.team_id) == team_id)
    session.execute(here.where(col(NudgeRow.answered_at).is_(None)).values(answered_at=now, answer="opened"))
    dropped = {"state": Fate.DROPPED.value, "rule": Rule.SAID_BEFORE.value, "ended_at": now}
    session.execute(here.where(PLANNED).values(**dropped))


def count_as_answered(session: Session, team_id: str, rep_id: str, now: datetime) -> None:
    """Counts every list of a rep as answered: they said whether they want more."""
    query = (
        update(NudgeRow)
        .where(col(NudgeRow.team_id) == team_id, col(NudgeRow.rep_id) == rep_id, col(NudgeRow.cue) == MONDAY_LIST)
        .where(col(NudgeRow.state) == Fate.SENT.value, col(NudgeRow.answered_at).is_(None))
        .values(answered_at=now, answer="counted")
    )
    session.execute(query)
