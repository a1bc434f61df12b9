"""The schema of a database, brought to the version that this code knows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from bot import errors
from bot.log import log
from storage.session import Database

FOLDER = Path(__file__).with_name("migrations")
logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each step; `database_migrated` is enough
LOCK = 7_105_649_268  # any number, the same in every process


def head() -> str:
    """The newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def history() -> list[str]:
    """Every revision that this code knows, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def current(database: Database) -> str | None:
    """The revision of a database; None if it has no tables of ours yet."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """True if this code has the migration that made a revision."""
    return revision in history()


def is_newer(database: Database) -> bool:
    """True if a newer version of the coach has changed this database since; asks one row, for it is asked often."""
    with database.read() as session:
        revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return revision != _head_once() and not knows(revision)


@cache
def _head_once() -> str:
    """Reading the migrations takes its time."""
    return head()


def is_fresh(database: Database) -> bool:
    """True if a database is at the newest revision, so that this code can work on it."""
    return current(database) == head()


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings a database up to a revision in one transaction; processes that start at once wait for each other.

    Raises BadInput if the database is of a newer version of the coach than this one.
    """
    before = current(database)
    with _alone(database) as connection:
        try:
            command.upgrade(_config(connection), revision)
        except CommandError as error:
            raise errors.BadInput(
                f"The database is at a revision that this version does not know ({error}).",
                repair="Install the version of the coach that last used this database, or restore a backup.",
            ) from error
    if current(database) != before:
        log.info("database_migrated", before=before, revision=current(database))


def downgrade(database: Database, revision: str) -> None:
    """Takes a database down to a revision (`base` drops everything)."""
    with _alone(database) as connection:
        command.downgrade(_config(connection), revision)


def write(message: str) -> Path:
    """The new file that takes a database from the newest revision to today's tables, to be read before it is kept."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/kam.db")
        if list((FOLDER / "versions").glob("*.py")):
            upgrade(database)
        number = f"{len(list((FOLDER / 'versions').glob('*.py'))) + 1:04}"
        with _alone(database) as connection:
            made = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        database.close()
    assert made is not None
    assert not isinstance(made, list)
    file = Path(made.path)
    # SQLite's own name for a type, as read back from a table, is none of PostgreSQL's.
    text_made = file.read_text(encoding="utf-8").replace("sa.DATETIME()", "sqlmodel.sql.sqltypes.UTCDateTime()")
    lines = text_made.splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), encoding="utf-8")
    return file


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """One writing transaction, the only one on the schema.

    SQLite changes a table by copying it; its foreign keys must be off meanwhile, and are looked at before the end.
    """
    with database.engine.connect().execution_options(kam_write=True) as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                yield connection
            return
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise errors.BadInput(f"Rows would point nowhere: {broken[:3]}")
        finally:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Asked of the driver itself: inside a transaction SQLite ignores it."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
