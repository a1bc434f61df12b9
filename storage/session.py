"""Connections and transactions, the same for SQLite and PostgreSQL."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, exc, inspect, literal_column, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel, create_engine

from bot import errors
from storage import outage

# A server that is gone without a word is noticed within a minute, and so is a process that is, by the server.
ALIVE = {"connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
ALIVE |= {"tcp_user_timeout": 30_000}


@contextmanager
def answering() -> Iterator[None]:
    """Raises Unavailable where the database takes nothing meanwhile, without its address or password."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        told = outage.SAID.get(outage.kind(error) or "")
        if told is None:
            raise
        message, repair = told
        raise errors.Unavailable(message, repair=repair) from error


class Database:
    """One database. `read()` and `write()` each give one transaction; `write()` commits when the block ends well.

    On SQLite a write begins IMMEDIATE: a deferred one that reads first fails at once under contention.
    """

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.engine = _engine(self.url)
        self._writer = self.engine.execution_options(kam_write=True)
        self._noter = self.engine.execution_options(kam_write=True, kam_note=True)
        self.outage = outage.Outage()
        # SQLite takes one writer; its own waiting sleeps and is unfair, so threads of one process queue here first.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def reach(self) -> None:
        """Connects once. Raises Unavailable where the database does not answer, without its address or password."""
        with answering():
            self.engine.connect().close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._watched(wrote=False), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._watched(wrote=True), self._turn, Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def note(self) -> Iterator[Session]:
        """A write that does not wait for the disk: a crash of the process loses nothing, a power cut the last ones.

        For what costs nobody anything then: which deliveries were seen, which advice a button belongs to.
        """
        with self._watched(wrote=True), self._turn, Session(self._noter) as session, session.begin():
            if not self.is_sqlite:
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            yield session

    def try_to_write(self) -> None:
        """Writes what is there already, so that an outage is known to be over. Raises what stands in the way."""
        with self.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = version_num"))

    @contextmanager
    def _watched(self, *, wrote: bool) -> Iterator[None]:
        try:
            yield
        except (exc.DBAPIError, exc.TimeoutError) as error:
            self.outage.failed(error)
            raise
        self.outage.worked(wrote=wrote)

    def tidy(self) -> None:
        """Writes SQLite's log into its file and empties it, so that what was deleted stands in neither."""
        if not self.is_sqlite:
            return
        with self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


@event.listens_for(Session, "before_flush")
def _refuse_other_workspaces(session: Any, _context: Any, _instances: Any) -> None:
    """Before rows are written: what hangs on an account is of the account's workspace. LookupError: it is not."""
    accounts = SQLModel.metadata.tables["account"]
    for row in session.new | session.dirty:
        account_id = getattr(row, "account_id", None)
        if account_id is None or not row.__table__.c.account_id.foreign_keys:
            continue
        attributes = inspect(row).attrs
        if not (attributes.account_id.history.has_changes() or attributes.team_id.history.has_changes()):
            continue
        found = session.execute(select(accounts.c.team_id).where(accounts.c.id == account_id)).scalar_one_or_none()
        if found is not None and found != row.team_id:
            raise LookupError(account_id)


def add_missing(session: Session, row: SQLModel) -> bool:
    """Adds a row unless there is one of its key; False if there is, however close the two came to each other."""
    query = _insert_missing(str(type(row).__tablename__), session.get_bind().dialect.name)
    return session.execute(query, row.model_dump()).first() is not None


@cache
def _insert_missing(table: str, dialect: str) -> ReturningInsert[Any]:
    """Made once for each table, which is bare: nothing for the session to watch."""
    kind = postgresql if dialect == "postgresql" else sqlite
    query: postgresql.Insert | sqlite.Insert = kind.insert(SQLModel.metadata.tables[table]).on_conflict_do_nothing()
    return query.returning(literal_column("1"))


def _read_json(text: str) -> Any:
    """What a JSON column holds; most hold nothing, and a portfolio has two of them for each account."""
    return [] if text == "[]" else json.loads(text)


def _url(text: str) -> URL:
    url = make_url(text)
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise errors.BadInput(
            f"The database address starts with {url.drivername!r}.",
            repair="Use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME in KAM_DATABASE_URL.",
        )
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        opened = {"timeout": 10, "check_same_thread": False}
        engine = create_engine(url, hide_parameters=True, connect_args=opened, json_deserializer=_read_json)
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10, connect_args=ALIVE
    )


def _make_private(_dialect: Any, _record: Any, arguments: list[Any], _more: Any) -> None:
    """A new file is its owner's alone; what SQLite puts beside it has the same rights. One that is there stays so."""
    with suppress(OSError):  # it is there, or SQLite says what is wrong
        os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event says which kind of transaction it is
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    write, synchronous = options.get("kam_write", False), "NORMAL" if options.get("kam_note", False) else "FULL"
    if write and connection.info.get("synchronous", "FULL") != synchronous:  # cannot be changed once it has begun
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
