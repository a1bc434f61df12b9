"""Crowds: moments at which more reps of a workspace have something due than can be reached at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, func, select

from bot.core.nudge import MONDAY_LIST, Kind
from storage.nudges import PLANNED
from storage.tables import NudgeRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A routine nudge that waits for a crowded moment."""

    id: str
    rep_id: str
    expires_at: datetime | None


def crowded(session: Session, team_id: str, after: datetime, above: int) -> dict[datetime, int]:
    """The moments after this one at which more reps than so many have something due, and how many have."""
    people = func.count(func.distinct(NudgeRow.rep_id))
    query = (
        select(NudgeRow.next_try_at, people)
        .where(NudgeRow.team_id == team_id, PLANNED, col(NudgeRow.next_try_at) > after)
        .group_by(col(NudgeRow.next_try_at))
        .having(people > above)
    )
    return dict(session.exec(query).all())


def routine(session: Session, team_id: str, at: datetime) -> list[Waiting]:
    """The routine nudges and lists that wait for that moment."""
    is_routine = or_(col(NudgeRow.kind) == Kind.NUDGE.value, col(NudgeRow.cue) == MONDAY_LIST)
    query = select(NudgeRow.id, NudgeRow.rep_id, NudgeRow.expires_at).where(
        NudgeRow.team_id == team_id, PLANNED, NudgeRow.next_try_at == at, is_routine
    )
    return [Waiting(*row) for row in session.exec(query)]


def move(session: Session, team_id: str, at: datetime, moved: Mapping[str, datetime]) -> None:
    """Moves nudges from one moment to others; one that waits for another reason by now stays where it is.

    What was never tried becomes due then; `due_at` of what was held stays, so that lateness can be measured.
    """
    for nudge_id, to in moved.items():
        here = update(NudgeRow).where(col(NudgeRow.team_id) == team_id, col(NudgeRow.id) == nudge_id)
        here = here.where(PLANNED, col(NudgeRow.next_try_at) == at)
        session.execute(here.where(col(NudgeRow.due_at) == at, col(NudgeRow.attempt) == 0).values(due_at=to))
        session.execute(here.values(next_try_at=to))
