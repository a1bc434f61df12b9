"""The hold-out of a workspace: how large it is, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage import deliveries
from storage.tables import WorkspaceRow


@dataclass(frozen=True, slots=True)
class Holdout:
    """`percent` is 0 where it is off; `since` is when it was last switched on, kept when it is switched off."""

    percent: int = 0
    since: datetime | None = None


def of_team(session: Session, team_id: str) -> Holdout:
    row = session.get(WorkspaceRow, team_id)
    return Holdout(row.holdout_percent, row.holdout_since) if row is not None else Holdout()


def switch(session: Session, team_id: str, percent: int, now: datetime) -> Holdout:
    """Sets the percentage, 0 for off. Another size begins anew: only what comes from then on counts."""
    row = deliveries.workspace(session, team_id)
    if percent not in (0, row.holdout_percent):
        row.holdout_since = now
    row.holdout_percent = percent
    session.add(row)
    session.flush()
    return Holdout(row.holdout_percent, row.holdout_since)
