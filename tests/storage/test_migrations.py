"""The migrations make the tables that the code describes, and lose nothing on the way."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlmodel import SQLModel

from bot import errors
from bot.core.situation import By
from storage import accounts, migrate
from storage.session import Database
from tests.factories import NOW, an_account


def index(found: ReflectedIndex) -> tuple[str, str, str]:
    where = {key: str(value) for key, value in found.get("dialect_options", {}).items()}
    return str(found["name"]), f"{found['column_names']} unique={bool(found['unique'])}", str(where)


def described(connection: Connection) -> dict[str, Any]:
    """What a database says of its own tables, in an order that does not depend on how they were made."""
    look = inspect(connection)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)),
            look.get_pk_constraint(name),
            sorted(map(str, look.get_foreign_keys(name))),
            sorted(str(sorted(u.items())) for u in look.get_unique_constraints(name)),
            sorted(map(index, look.get_indexes(name))),
        )
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def test_migrations_and_tables_do_not_differ(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_migrations_make_exactly_what_the_tables_say(empty_database: Database) -> None:
    with empty_database.write() as session:
        connection = session.connection()
        SQLModel.metadata.create_all(connection)
        from_tables = described(connection)
        SQLModel.metadata.drop_all(connection)
    migrate.upgrade(empty_database)
    with empty_database.read() as session:
        assert described(session.connection()) == from_tables


def test_every_migration_goes_up_and_down(empty_database: Database) -> None:
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)
    assert migrate.is_fresh(empty_database)
    while (revision := migrate.current(empty_database)) is not None:
        migrate.downgrade(empty_database, "-1")
        assert migrate.current(empty_database) != revision
    with empty_database.read() as session:
        assert described(session.connection()) == {}
    migrate.upgrade(empty_database)
    assert migrate.is_fresh(empty_database)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.current(database) == migrate.head()


def test_processes_that_start_at_once_all_find_the_tables(empty_database: Database) -> None:
    failures: list[Exception] = []

    def start() -> None:
        own = Database(empty_database.url.render_as_string(hide_password=False))
        try:
            migrate.upgrade(own)
        except Exception as error:  # noqa: BLE001  a thread's failure must reach the test
            failures.append(error)
        own.close()

    threads = [threading.Thread(target=start, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (failures, [thread for thread in threads if thread.is_alive()]) == ([], [])
    assert migrate.is_fresh(empty_database)


def test_a_database_of_a_newer_version_is_refused_with_the_way_out(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not migrate.is_fresh(database)
    with pytest.raises(errors.BadInput, match="9999") as refused:
        migrate.upgrade(database)
    assert "restore a backup" in refused.value.repair


NEXT = '''
"""A later change that SQLite can only make by copying the table."""
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{head}"
def upgrade():
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="blue"))
        table.alter_column("name", existing_type=sa.String(), nullable=True)
{more}
def downgrade():
    with op.batch_alter_table("account") as table:
        table.alter_column("name", existing_type=sa.String(), nullable=False)
        table.drop_column("colour")
'''


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations with one more to be written to this file."""
    folder = Path(shutil.copytree(migrate.FOLDER, tmp_path / "migrations"))
    monkeypatch.setattr(migrate, "FOLDER", folder)
    return folder / "versions" / "next.py"


def an_account_with_a_past(database: Database) -> None:
    with database.write() as session:
        accounts.add(session, an_account(important=("price",)), NOW)
        accounts.log_contact(session, "T1", "A1", By.US, NOW, "told")


def test_an_upgrade_keeps_rows_and_what_points_at_them(database: Database, later: Path) -> None:
    an_account_with_a_past(database)
    later.write_text(NEXT.format(head=migrate.head(), more=""), encoding="utf-8")
    for change in (lambda: migrate.upgrade(database), lambda: migrate.downgrade(database, "-1")):
        change()
        with database.read() as session:
            assert accounts.get(session, "T1", "A1") == an_account(important=("price",))
            assert accounts.contact_log(session, "T1", "A1") == [(NOW, By.US, "told")]


def test_an_upgrade_that_fails_midway_leaves_everything_as_it_was(database: Database, later: Path) -> None:
    an_account_with_a_past(database)
    before = migrate.current(database)
    fails = '    op.execute("INSERT INTO no_such_table VALUES (1)")'
    later.write_text(NEXT.format(head=migrate.head(), more=fails), encoding="utf-8")
    with pytest.raises(Exception, match="no_such_table"):
        migrate.upgrade(database)
    assert migrate.current(database) == before
    with database.read() as session:
        assert "colour" not in {c["name"] for c in inspect(session.connection()).get_columns("account")}
        assert accounts.get(session, "T1", "A1") is not None


def test_an_upgrade_that_would_leave_rows_pointing_nowhere_is_undone(sqlite: Database, later: Path) -> None:
    an_account_with_a_past(sqlite)
    deletes = '    op.execute("DELETE FROM account")'
    later.write_text(NEXT.format(head=migrate.head(), more=deletes), encoding="utf-8")
    with pytest.raises(errors.BadInput, match="point nowhere"):
        migrate.upgrade(sqlite)
    with sqlite.read() as session:
        assert accounts.get(session, "T1", "A1") is not None


def test_a_new_migration_is_written_for_what_the_tables_have_more(later: Path) -> None:
    made = migrate.write("nothing yet")
    assert made.parent == later.parent
    assert made.read_text(encoding="utf-8").count("pass") == 2
