"""What is stored of whom, found by the tables' own columns: a new table is covered, or it is noticed.

A row belongs to a person (it names the rep), to an account and through it to the rep who keeps it, or to nobody.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Table, and_, delete, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from storage import tables
from storage.tables import AccountRow, NudgeRow, ReceiptRow, RepRow, RoleRow, UndoRow

# Tables that hold nothing of a person: what they hold instead.
NOBODYS = {
    tables.DeliveryRow.__tablename__: "ids of Slack's own deliveries",
    tables.WorkspaceRow.__tablename__: "the workspace",
    tables.InstallationRow.__tablename__: "the tokens of a workspace",
    tables.OAuthStateRow.__tablename__: "sign-ins that are over",
    tables.PlaybookVersionRow.__tablename__: "versions of the playbooks",
    tables.MethodPauseRow.__tablename__: "Slack's pace",
    ReceiptRow.__tablename__: "counts of what was deleted, without a name",
}
OF_ACCOUNTS = frozenset({"account", "visit"})  # they name a rep, and go wherever the account goes


class Owner(StrEnum):
    PERSON = "person"
    ACCOUNT = "account"
    NOBODY = "nobody"


def all_tables() -> Sequence[Table]:
    """Every table, those that others refer to first."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name != "alembic_version"]


def owner(table: Table) -> Owner:
    """Whose the rows of a table are. LookupError: the table must be sorted in here first."""
    if table.name in NOBODYS:
        return Owner.NOBODY
    if table.name not in OF_ACCOUNTS and (table.name == "rep" or "rep_id" in table.c):
        return Owner.PERSON
    if table.name in OF_ACCOUNTS or "account_id" in table.c:
        return Owner.ACCOUNT
    parents = [key.column.table for key in sorted(table.foreign_keys, key=lambda k: k.parent.name)]
    if not parents:
        raise LookupError(f"Nobody knows whose the rows of {table.name!r} are.")
    return owner(parents[0])


def belongs_to(table: Table, team_id: str, rep_id: str) -> ColumnElement[bool]:
    """The rows of a table that are this rep's, directly or through an account. Not for tables of nobody."""
    if table.name == "rep":
        return and_(table.c.team_id == team_id, table.c.id == rep_id)
    if "rep_id" in table.c:
        return and_(table.c.team_id == team_id, table.c.rep_id == rep_id)
    if "account_id" in table.c:
        accounts = SQLModel.metadata.tables["account"]
        mine = select(accounts.c.id).where(belongs_to(accounts, team_id, rep_id))
        return table.c.account_id.in_(mine)
    key = min(table.foreign_keys, key=lambda k: k.parent.name)
    parent = key.column.table
    return key.parent.in_(select(key.column).where(belongs_to(parent, team_id, rep_id)))


def rows(session: Session, team_id: str, rep_id: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored of a rep, by table; times and days as ISO 8601."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in all_tables():
        if owner(table) is Owner.NOBODY:
            continue
        query = select(table).where(belongs_to(table, team_id, rep_id)).order_by(*table.primary_key.columns)
        found[table.name] = [
            {name: plain(value) for name, value in row.items()} for row in session.execute(query).mappings()
        ]
    return found


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def counts(session: Session, team_id: str, rep_id: str, of: Owner | None = None) -> dict[str, int]:
    """How many rows of each table are a rep's; tables without any are left out."""
    found = {}
    for table in all_tables():
        if owner(table) is Owner.NOBODY or (of is not None and owner(table) is not of):
            continue
        query = select(func.count()).select_from(table).where(belongs_to(table, team_id, rep_id))
        if number := session.execute(query).scalar_one():
            found[table.name] = number
    return found


def forget(session: Session, team_id: str, rep_id: str) -> dict[str, int]:
    """Deletes everything of a rep in this transaction and returns how many rows of each table went.

    Where others' rows name the rep (as a manager, as the giver of an account), the name goes. Accounts that shall
    stay must have been handed over before.
    """
    if session.get_bind().dialect.name == "sqlite":  # or the words stay readable in the file's free pages
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    gone: dict[str, int] = {}
    _unname(session, team_id, rep_id, gone)
    for table in reversed(all_tables()):
        if owner(table) is not Owner.NOBODY:
            _cut(session, table, belongs_to(table, team_id, rep_id), gone)
    session.expire_all()
    return dict(sorted(gone.items()))


def _cut(session: Session, table: Table, which: ColumnElement[bool], gone: dict[str, int]) -> None:
    """Deletes rows, and what cannot be without them; what can be without them forgets them."""
    for child in all_tables():
        for key in child.foreign_keys:
            if key.column.table is not table:
                continue
            points = key.parent.in_(select(key.column).where(which))
            if key.parent.nullable:
                session.execute(update(child).where(points).values({key.parent.name: None}))
            else:
                _cut(session, child, points, gone)
    done = session.execute(delete(table).where(which))
    assert isinstance(done, CursorResult)
    if done.rowcount:
        gone[table.name] = gone.get(table.name, 0) + done.rowcount


def _unname(session: Session, team_id: str, rep_id: str, gone: dict[str, int]) -> None:
    """Takes the rep's id out of what belongs to others."""
    of_team = col(AccountRow.team_id) == team_id
    session.execute(update(AccountRow).where(of_team, col(AccountRow.manager) == rep_id).values(manager=None))
    of_team = col(RoleRow.team_id) == team_id
    session.execute(update(RoleRow).where(of_team, col(RoleRow.manager_id) == rep_id).values(manager_id=None))
    session.execute(update(RoleRow).where(of_team, col(RoleRow.set_by) == rep_id).values(set_by=""))
    of_team = col(RepRow.team_id) == team_id
    session.execute(update(RepRow).where(of_team, col(RepRow.stand_in) == rep_id).values(stand_in=None))
    of_team = col(NudgeRow.team_id) == team_id
    session.execute(update(NudgeRow).where(of_team, col(NudgeRow.sent_to) == rep_id).values(sent_to=None))
    undos = session.execute(select(col(UndoRow.id), col(UndoRow.changes)).where(col(UndoRow.team_id) == team_id)).all()
    naming = [key for key, changes in undos if _names(changes, rep_id)]
    _cut(session, SQLModel.metadata.tables["undo"], col(UndoRow.id).in_(naming), gone)
    offers = select(col(NudgeRow.id), col(NudgeRow.facts)).where(
        col(NudgeRow.team_id) == team_id,
        or_(col(NudgeRow.key).startswith("offer:"), col(NudgeRow.key).startswith("standin:")),
    )
    naming = [key for key, facts in session.execute(offers).all() if _names(facts, rep_id)]
    _cut(session, SQLModel.metadata.tables["nudge"], col(NudgeRow.id).in_(naming), gone)


def _names(value: Any, rep_id: str) -> bool:
    """True if a JSON value holds this very id anywhere."""
    if isinstance(value, dict):
        return any(_names(v, rep_id) for v in value.values())
    if isinstance(value, list):
        return any(_names(v, rep_id) for v in value)
    return bool(value == rep_id)


def keep_receipt(session: Session, row: ReceiptRow) -> None:
    session.add(row)
    session.flush()
