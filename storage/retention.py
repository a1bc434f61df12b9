"""How long things are kept: one table, and the job that goes by it, a few rows at a time.

Only what has ended is touched. A nudge is never deleted, for its row is what keeps it from coming twice: of an old one
all goes but which, when and what became of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Date, Text, and_, cast, delete, or_, select, tuple_, update
from sqlmodel import SQLModel

from storage.nudges import ENDED
from storage.session import Database

AT_ONCE = 500  # rows of one transaction
MOST = 20  # transactions for one rule in one round; what is left waits for the next


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes of one table, so many days after the moment in `since` (none: it has not ended, and stays).

    `days` None: as the admin set. `emptied`: these columns are emptied, and the row stays.
    """

    table: str
    since: str
    days: int | None = None
    emptied: Mapping[str, Any] = field(default_factory=dict)


OF_NUDGES: Mapping[str, Any] = {"facts": [], "channel": None, "ts": None, "error": None, "answer": None, "owner": None}
RULES = (
    Rule("delivery", "at", 2),
    Rule("method_pause", "until", 1),
    Rule("rehearsal", "ended_at", 30),
    Rule("advice", "at", 180),
    Rule("nudge", "ended_at", emptied=OF_NUDGES),
    Rule("dialogue", "ended_at"),
    Rule("feedback", "at"),
    Rule("asked", "day"),
    Rule("snooze", "until"),
    Rule("credit_note", "sent_at"),
    Rule("event_link", "answered_at", emptied={"summary": ""}),
)


def tidy(database: Database, now: datetime, keep: timedelta) -> dict[str, int]:
    """Lets go of what is older than its rule says; how many rows by table. `keep` is what the admin set."""
    return {rule.table: count for rule in RULES if (count := _by(rule, database, now, keep))}


def _by(rule: Rule, database: Database, now: datetime, keep: timedelta) -> int:
    before = now - (keep if rule.days is None else timedelta(days=rule.days))
    total = 0
    for _ in range(MOST):
        count = _some(rule, database, before)
        total += count
        if count < AT_ONCE:
            break
    return total


def _some(rule: Rule, database: Database, before: datetime) -> int:
    """Some rows, in one transaction; how many."""
    table = SQLModel.metadata.tables[rule.table]
    key = list(table.primary_key)
    change = update(table).values(**rule.emptied) if rule.emptied else delete(table)
    with database.write() as session:
        if database.is_sqlite:  # or the words stay readable in the file's free pages
            session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        found = session.execute(select(*key).where(and_(*_old(rule, before))).limit(AT_ONCE)).all()
        if not found:
            return 0
        done = session.execute(change.where(tuple_(*key).in_([tuple(row) for row in found])))
        assert isinstance(done, CursorResult)
        return done.rowcount


def _old(rule: Rule, before: datetime) -> Iterator[ColumnElement[bool]]:
    """What must hold of a row: it has ended, long enough ago, and holds something that is to go."""
    table = SQLModel.metadata.tables[rule.table]
    since = table.c[rule.since]
    limit: date | datetime = before.date() if isinstance(since.type, Date) else before
    yield since < limit
    if rule.table == "nudge":
        yield table.c.state.in_(ENDED)
    if rule.emptied:
        yield or_(*(_holds(table.c[name], empty) for name, empty in rule.emptied.items()))


def _holds(column: ColumnElement[Any], empty: object) -> ColumnElement[bool]:
    if empty is None:
        return column.is_not(None)
    return cast(column, Text) != ("[]" if empty == [] else empty)
