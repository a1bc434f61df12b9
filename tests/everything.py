"""A row in every table that holds something of a rep, made from the tables themselves: a new table is not forgotten."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, Table, insert
from sqlmodel import Session

from storage import belongings
from storage.belongings import Owner

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
# Columns whose values the code reads back: they must be what it knows.
KNOWN = {
    ("rep", "zone"): "Europe/Berlin", ("rep", "language"): "en", ("rep", "card_time"): "eve",
    ("rep", "work_start"): "09:00", ("rep", "work_end"): "18:00", ("rep", "days_off"): [], ("rep", "country"): "DE",
    ("account", "stage"): "middle", ("account", "order_phase"): "in_use", ("account", "zone"): "Europe/Berlin",
    ("account", "language"): "en", ("account", "last_contact_by"): "us", ("account", "archived_as"): None,
    ("stage_change", "stage"): "middle", ("contact_log", "by"): "us", ("visit", "state"): "planned",
    ("problem", "raised_by"): "client", ("problem_step", "step"): "owned", ("promise", "by"): "us",
    ("record", "kind"): "news", ("nudge", "kind"): "nudge", ("nudge", "state"): "sent", ("nudge", "rule"): None,
    ("problem", "withdrawn_at"): None,
}  # fmt: skip


def fill(session: Session, team_id: str, rep_id: str, word: str) -> dict[str, int]:
    """Writes a row into every table of persons and accounts, `word` in each text column; counts by table."""
    made: dict[str, dict[str, Any]] = {}
    for table in belongings.all_tables():
        if belongings.owner(table) is Owner.NOBODY:
            continue
        values = {c.name: _value(table, c, team_id, rep_id, word, made) for c in table.c}
        values = {name: value for name, value in values.items() if value is not ...}
        session.execute(insert(table).values(values))
        made[table.name] = values
    return dict.fromkeys(made, 1)


def fill_nobodys(session: Session, team_id: str) -> None:
    """Writes a row of a workspace into every table of nobody that has none of it yet."""
    for table in belongings.all_tables():
        if belongings.owner(table) is not Owner.NOBODY or "team_id" not in table.c:
            continue
        if session.execute(table.select().where(table.c.team_id == team_id)).first() is None:
            values = {c.name: _value(table, c, team_id, "", team_id.lower(), {}) for c in table.c}
            session.execute(insert(table).values({name: v for name, v in values.items() if v is not ...}))


def _value(table: Table, column: Column[Any], team_id: str, rep_id: str, word: str, made: dict[str, Any]) -> Any:
    if column.name == "team_id":
        return team_id
    if column.name == "rep_id" or (table.name, column.name) == ("rep", "id"):
        return rep_id
    if (table.name, column.name) in KNOWN:
        return KNOWN[table.name, column.name]
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    return _typed(table, column, word, made)


def _typed(table: Table, column: Column[Any], word: str, made: dict[str, Any]) -> Any:
    kind = getattr(column.type, "impl", column.type)
    if isinstance(kind, DateTime):
        return LATER if "until" in column.name else NOW
    if isinstance(kind, Date):
        return date(2026, 3, 2)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, JSON):
        return _json(column.name, word)
    if isinstance(kind, Integer):
        return ... if column.primary_key else 1
    if isinstance(kind, Float):
        return 1.0
    if column.name == "account_id":
        return made["account"]["id"]
    return f"{word}-{table.name}-{column.name}"


def _json(name: str, word: str) -> Any:
    if name in ("script", "answers", "scene"):
        return {word: word}
    return [[word, word]] if name in ("facts", "held") else [{word: word}] if name in ("plays", "changes") else [word]


def texts(session: Session) -> str:
    """Everything that stands in any table, as one text."""
    found = [
        {name: belongings.plain(value) for name, value in row.items()}
        for table in belongings.all_tables()
        for row in session.execute(table.select()).mappings()
    ]
    return json.dumps(found, ensure_ascii=False)
