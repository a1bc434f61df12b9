"""Who is whose boss."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.tables import AccountRow, RoleRow, WorkspaceRow


def manager_of(session: Session, team_id: str, rep_id: str) -> str | None:
    """The rep's manager: as an admin said, else the one that most of the rep's accounts name; None if neither."""
    row = session.get(RoleRow, (team_id, rep_id))
    if row is not None and row.manager_id:
        return row.manager_id
    query = select(AccountRow.manager).where(AccountRow.team_id == team_id, AccountRow.rep_id == rep_id)
    named = sorted(m for m in session.exec(query) if m and m != rep_id)
    return max(named, key=named.count) if named else None


def below(session: Session, team_id: str, manager_id: str) -> list[str]:
    """Everybody of whom somebody is the manager, or the manager's manager, in a fixed order."""
    above = _managers(session, team_id)
    found: set[str] = set()
    reached = {manager_id}
    while reached:
        reached = {rep for rep, manager in above.items() if manager in reached} - found - {manager_id}
        found |= reached
    return sorted(found)


def managers(session: Session) -> list[tuple[str, str]]:
    """Everybody who is somebody's manager, as (workspace, id), but for workspaces that removed the app."""
    left = session.exec(select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None)))
    of_accounts: SelectOfScalar[str] = select(AccountRow.team_id).distinct()
    teams = {*session.exec(select(RoleRow.team_id)), *session.exec(of_accounts)} - set(left)
    return sorted({(team_id, m) for team_id in teams for m in _managers(session, team_id).values()})


def _managers(session: Session, team_id: str) -> dict[str, str]:
    """Each rep's manager, as `manager_of` says, for the whole workspace at once."""
    query = (
        select(AccountRow.rep_id, AccountRow.manager, func.count())
        .where(AccountRow.team_id == team_id, col(AccountRow.manager).is_not(None), AccountRow.manager != "")
        .where(AccountRow.manager != AccountRow.rep_id)
        .group_by(col(AccountRow.rep_id), col(AccountRow.manager))
    )
    named: dict[str, tuple[int, str]] = {}
    for rep_id, manager, count in sorted(session.exec(query), key=lambda row: (row[0], -row[2], row[1] or "")):
        named.setdefault(rep_id, (count, manager or ""))
    return {rep: manager for rep, (_, manager) in named.items()} | dict(of_team(session, team_id))


def set_manager(
    session: Session, team_id: str, rep_id: str, manager_id: str | None, set_by: str, now: datetime
) -> None:
    row = session.get(RoleRow, (team_id, rep_id)) or RoleRow(team_id=team_id, rep_id=rep_id, set_at=now)
    row.manager_id, row.set_by, row.set_at = manager_id, set_by, now
    session.add(row)
    session.flush()


def of_team(session: Session, team_id: str) -> list[tuple[str, str]]:
    """Every rep with a manager, and who that is."""
    query = select(RoleRow).where(RoleRow.team_id == team_id, col(RoleRow.manager_id).is_not(None))
    return [(row.rep_id, row.manager_id or "") for row in session.exec(query.order_by(RoleRow.rep_id))]


def is_boss(session: Session, team_id: str, manager_id: str, rep_id: str) -> bool:
    """True if somebody is above a rep, however many steps up."""
    seen: set[str] = set()
    above: str | None = rep_id
    while above is not None and above not in seen:
        seen.add(above)
        row = session.get(RoleRow, (team_id, above))
        above = row.manager_id if row is not None else None
        if above == manager_id:
            return True
    return False


def is_manager(session: Session, team_id: str, person_id: str) -> bool:
    """True if somebody is a manager: as an admin said, or as an account names them."""
    said = select(RoleRow).where(RoleRow.team_id == team_id, RoleRow.manager_id == person_id)
    named = select(AccountRow).where(AccountRow.team_id == team_id, AccountRow.manager == person_id)
    return session.exec(said.limit(1)).first() is not None or session.exec(named.limit(1)).first() is not None
