"""Turns: work that one process at a time does for all, such as planning."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.session import Database

SPACE = 7105  # of our advisory locks that have a name; any number, the same in every process


@contextmanager
def turn(database: Database, name: str) -> Iterator[bool]:
    """True while this process, and no other, has the turn of that name; False where another has it.

    PostgreSQL takes it back at once from a process that dies. On SQLite there is one sender, whose turn it always is.
    """
    if database.is_sqlite:
        yield True
        return
    key = {"space": SPACE, "name": zlib.crc32(name.encode()) & 0x7FFFFFFF}
    # Outside any transaction: a long turn must not keep the server from clearing away old rows.
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:space, :name)"), key).scalar_one())
        try:
            yield mine
        finally:
            if mine:
                _end(connection, key)


def _end(connection: Connection, key: dict[str, int]) -> None:
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:space, :name)"), key)
    except DBAPIError:
        connection.invalidate()  # the server has it back with the lost connection; it must not return to the pool
