"""Deliveries from Slack that were acted on, and the workspaces they come from."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.session import add_missing
from storage.tables import DeliveryRow, RepRow, WorkspaceRow


def first_time(session: Session, team_id: str, key: str, now: datetime) -> bool:
    """True the first time that a delivery is seen; a retry of it gets False."""
    return add_missing(session, DeliveryRow(team_id=team_id, key=key, at=now))


def is_known(session: Session, team_id: str, key: str) -> bool:
    """True if a delivery was acted on before."""
    return session.get(DeliveryRow, (team_id, key)) is not None


def workspace(session: Session, team_id: str) -> WorkspaceRow:
    """The row of a workspace, made if new."""
    row = session.get(WorkspaceRow, team_id)
    if row is None:
        add_missing(session, WorkspaceRow(team_id=team_id))
        row = session.get_one(WorkspaceRow, team_id)
    return row


def left(session: Session) -> set[str]:
    """The workspaces that removed the app: what is planned for them waits, for they may come back."""
    return set(session.exec(select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None))))


def planned(session: Session, team_id: str, now: datetime) -> None:
    """Notes that a workspace was planned."""
    row = workspace(session, team_id)
    row.planned_at = now
    session.add(row)


def not_planned_since(session: Session, before: datetime, now: datetime) -> list[str]:
    """The workspaces that were last planned by then, or never; one planned by a clock that ran ahead counts too."""
    at = {row.team_id: row.planned_at for row in session.exec(select(WorkspaceRow))}
    return [t for t in teams(session) if (last := at.get(t)) is None or last <= before or last > now]


def longest_unplanned(session: Session, now: datetime, since: datetime) -> timedelta:
    """How long ago the workspace was planned that has waited longest; one that never was counts from `since`."""
    at = {row.team_id: row.planned_at for row in session.exec(select(WorkspaceRow))}
    gone = left(session)
    waited = [now - (at.get(team) or since) for team in teams(session) if team not in gone]
    return max([timedelta(), *waited])


def teams(session: Session) -> list[str]:
    """The workspaces that anything is stored of."""
    return sorted(set(session.exec(select(WorkspaceRow.team_id))) | set(session.exec(select(RepRow.team_id))))
