"""What is asked again and again takes as many steps among many nudges as among few: time would tell less surely."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

from sqlalchemy import event, text
from sqlmodel import Session

from benchmarks.outbox import DUE, NOW, WIDE, fill
from storage import claims, nudges, replies
from storage.nudges import nudge_of
from storage.session import Database
from storage.tables import NudgeRow

FEW, MANY = 2_000, 40_000
LEASE = timedelta(seconds=20)


def claim(session: Session) -> None:
    assert len(claims.claim(session, "me", NOW, LEASE, DUE, WIDE)) == DUE


def next_due(session: Session) -> None:
    assert nudges.next_due(session) is not None


def backlog(session: Session) -> None:
    assert nudges.backlog(session, NOW)[0] == DUE


def siblings(session: Session) -> None:
    claims.siblings(session, nudge_of(session.get_one(NudgeRow, "n1")), NOW)


WORK: tuple[Callable[[Session], object], ...] = (claim, next_due, backlog, siblings)
WORK += (
    lambda session: nudges.put_back(session, NOW),
    lambda session: nudges.release(session, "me", NOW),
    lambda session: nudges.take_over(session, NOW),
    lambda session: nudges.wake(session, "T1", "a1", NOW),
    lambda session: nudges.wake_rep(session, "T1", "U1", NOW),
    lambda session: nudges.unplan(session, "T1", "U1", NOW),
)


@contextmanager
def filled(database: Database, rows: int) -> Iterator[Database]:
    with database.write() as session:
        fill(session, rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:  # as its own housekeeping would
            connection.execute(text("VACUUM ANALYZE nudge"))
    yield database
    with database.write() as session:
        session.execute(text("DELETE FROM nudge"))


def steps(database: Database, work: Callable[[Session], object]) -> int:
    """Steps of SQLite's machine, or rows that PostgreSQL read; whatever was changed is undone."""
    with Session(database.engine) as session:
        count = _of_sqlite(session, work) if database.is_sqlite else _of_postgresql(session, work)
        session.rollback()
        return count


def _of_sqlite(session: Session, work: Callable[[Session], object]) -> int:
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    found = count()
    raw.set_progress_handler(lambda: next(found) and 0, 10)
    try:
        work(session)
    finally:
        raw.set_progress_handler(None, 0)
    return next(found) * 10


READ = text("SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'nudge'")


def _of_postgresql(session: Session, work: Callable[[Session], object]) -> int:
    work(session)
    session.flush()
    return int(session.execute(READ).scalar_one())


def test_the_commitment_on_a_visit_is_found_by_its_index(sqlite: Database) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with sqlite.read() as session:
        event.listen(sqlite.engine, "before_cursor_execute", note)
        replies.commitment_for_visit(session, "T1", "v1")
        event.remove(sqlite.engine, "before_cursor_execute", note)
        [told] = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}", ("T1", "v1")).all()[:1]
    assert "ix_commitment_visit_id" in told[3]


def test_nothing_that_is_asked_often_grows_with_the_table(database: Database) -> None:
    with filled(database, FEW) as few:
        before = [steps(few, work) for work in WORK]
    with filled(database, MANY) as many:
        after = [steps(many, work) for work in WORK]
    grown = [(n, old, new) for n, (old, new) in enumerate(zip(before, after, strict=True)) if new > 2 * max(old, 500)]
    assert grown == []
