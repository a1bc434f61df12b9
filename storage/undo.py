"""Taking back one change: rows as they were before and after it, column by column.

Planned nudges follow from the facts, so they are put back or taken away, never compared.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Integer, Table, and_, delete, insert, select, update
from sqlmodel import Session, SQLModel, col

from storage import belongings
from storage.tables import UndoRow

LASTS = timedelta(seconds=60)
NARROW = frozenset({"account", "stage_change", "visit"})

Picture = dict[tuple[str, str], dict[str, Any]]  # (table, key) to columns


def look(session: Session, account_ids: Sequence[str], *, wide: bool) -> Picture:
    """The rows of these accounts as they stand: all that name them if `wide`, else the account and its visits."""
    session.flush()
    found: Picture = {}
    for table in belongings.all_tables():
        if table.name != "nudge" and not wide and table.name not in NARROW:
            continue
        which = _of(table, account_ids, wide)
        if which is not None:
            for row in session.execute(select(table).where(which)).mappings():
                values = {name: belongings.plain(value) for name, value in row.items()}
                found[table.name, _key(table, values)] = values
    return found


def look_at_rep(session: Session, team_id: str, rep_id: str) -> Picture:
    """The settings of a rep as they stand."""
    session.flush()
    table = SQLModel.metadata.tables["rep"]
    query = select(table).where(table.c.team_id == team_id, table.c.id == rep_id)
    rows = ({n: belongings.plain(v) for n, v in row.items()} for row in session.execute(query).mappings())
    return {(table.name, _key(table, values)): values for values in rows}


def _of(table: Table, account_ids: Sequence[str], wide: bool) -> ColumnElement[bool] | None:
    if table.name == "account":
        return table.c.id.in_(account_ids)
    if "account_id" not in table.c:
        return _of_parent(table, account_ids) if wide else None
    which: ColumnElement[bool] = table.c.account_id.in_(account_ids)
    return which if wide or table.name != "nudge" else and_(which, table.c.state == "planned")


def _of_parent(table: Table, account_ids: Sequence[str]) -> ColumnElement[bool] | None:
    """The rows that hang on something of the accounts: steps of a problem, changes of a promise."""
    for key in sorted(table.foreign_keys, key=lambda k: k.parent.name):
        parent = key.column.table
        if "account_id" in parent.c and not key.parent.nullable:
            return key.parent.in_(select(key.column).where(parent.c.account_id.in_(account_ids)))
    return None


def _key(table: Table, values: dict[str, Any]) -> str:
    return "\x1f".join(str(values[c.name]) for c in table.primary_key.columns)


def changes(before: Picture, after: Picture) -> list[dict[str, Any]]:
    """What differs: for each row its key, the changed columns before and after (None: the row was not there)."""
    found: list[dict[str, Any]] = []
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place), after.get(place)
        name, key = place
        if name == "nudge" and old is not None and old["state"] == "planned":
            found.append({"table": name, "key": key, "before": old, "after": None})
        elif name == "nudge" and old is None:
            continue
        elif old is None or new is None:
            found.append({"table": name, "key": key, "before": old, "after": new})
        elif old != new:
            names = [n for n in old if old[n] != new[n]]
            found.append(
                {"table": name, "key": key, "before": {n: old[n] for n in names}, "after": {n: new[n] for n in names}}
            )
    return found


def keep(session: Session, row: UndoRow) -> None:
    """Keeps how to take a change back; what nobody can take back any more goes."""
    forget_before(session, row.made_at)
    session.add(row)
    session.flush()


def forget_before(session: Session, now: datetime) -> None:
    """Deletes what nobody can take back any more."""
    session.execute(delete(UndoRow).where(col(UndoRow.made_at) < now - 2 * LASTS))


def get(session: Session, team_id: str, undo_id: str) -> UndoRow | None:
    """The kept change, locked until the transaction ends."""
    query = select(UndoRow).where(col(UndoRow.team_id) == team_id, col(UndoRow.id) == undo_id).with_for_update()
    return session.execute(query).scalar_one_or_none()


def stands(session: Session, kept: UndoRow) -> bool:
    """True if everything that the change left behind is still as it left it."""
    return all(_as_left(session, change) for change in kept.changes if not _is_planned(change))


def _as_left(session: Session, change: dict[str, Any]) -> bool:
    table = SQLModel.metadata.tables[change["table"]]
    row = session.execute(select(table).where(_at(table, change["key"]))).mappings().one_or_none()
    if row is None or change["after"] is None:
        return row is None and change["after"] is None
    return all(belongings.plain(row[name]) == value for name, value in change["after"].items())


def _is_planned(change: dict[str, Any]) -> bool:
    return bool(change["table"] == "nudge" and change["after"] is None)


def take_back(session: Session, kept: UndoRow) -> None:
    """Puts every row back as it was: first what others refer to, then the rest."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for change in kept.changes:
        by_table.setdefault(change["table"], []).append(change)
    _unplan(session, kept)
    for table in reversed(belongings.all_tables()):
        for change in by_table.get(table.name, ()):
            if change["before"] is None:
                session.execute(delete(table).where(_at(table, change["key"])))
    for table in belongings.all_tables():
        for change in by_table.get(table.name, ()):
            if change["before"] is not None:
                _put(session, table, change)
    session.expire_all()


def _unplan(session: Session, kept: UndoRow) -> None:
    """Takes away what was planned since the change and never tried."""
    nudge = SQLModel.metadata.tables["nudge"]
    which = and_(nudge.c.account_id.in_(kept.accounts), nudge.c.state == "planned", nudge.c.attempt == 0)
    session.execute(delete(nudge).where(which, nudge.c.planned_at >= kept.made_at))


def _put(session: Session, table: Table, change: dict[str, Any]) -> None:
    values = {name: _typed(table, name, value) for name, value in change["before"].items()}
    at = _at(table, change["key"])
    if _is_planned(change):
        there = session.execute(select(table.c.state, table.c.intent_at).where(at)).one_or_none()
        if there is not None and (there.state != "dropped" or there.intent_at is not None):
            return
        session.execute(delete(table).where(at))
        session.execute(insert(table).values(values))
    elif change["after"] is None:
        session.execute(insert(table).values(values))
    else:
        session.execute(update(table).where(at).values(values))


def _at(table: Table, key: str) -> ColumnElement[bool]:
    parts = key.split("\x1f")
    columns = table.primary_key.columns
    return and_(*(c == (int(p) if isinstance(c.type, Integer) else p) for c, p in zip(columns, parts, strict=True)))


def _typed(table: Table, name: str, value: Any) -> Any:
    """A value as its column takes it."""
    if not isinstance(value, str):
        return value
    kind = getattr(table.c[name].type, "impl", table.c[name].type)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
