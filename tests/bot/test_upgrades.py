"""An upgrade while the old version runs: the old process leaves the work to the new one, and goes on answering."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, inspect

from bot.practice.server import Server
from bot.settings import ROOT
from storage import migrate
from storage.session import Database
from tests import coach as coaches
from tests.bot.test_processes import EVERYBODY, plan, posted, practice, serve, states
from tests.bot.test_serve import Served

__all__ = ["practice", "serve"]  # fixtures
NEXT = '''
"""What a later version might add."""
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{head}"
def upgrade():
    with op.batch_alter_table("nudge") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="blue"))
    op.create_table("rainbow", sa.Column("id", sa.String(), primary_key=True))
def downgrade():
    op.drop_table("rainbow")
    with op.batch_alter_table("nudge") as table:
        table.drop_column("colour")
'''


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The code of a newer version: it has one migration more."""
    app = tmp_path / "newer"
    for folder in ("bot", "storage", "playbooks"):
        shutil.copytree(ROOT / folder, app / folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = app / "storage" / "migrations" / "versions" / "next.py"
    file.write_text(NEXT.format(head=migrate.head()), encoding="utf-8")
    return app


def is_ready(served: Served) -> bool:
    return httpx.get(f"http://127.0.0.1:{served.ready()}/readyz", trust_env=False).status_code == 200


@pytest.mark.postgres
def test_an_old_process_beside_a_new_one_sends_nothing_more_and_still_answers(
    practice: Server, serve: Callable[..., Served], postgres_url: str, newer: Path
) -> None:
    old = serve(KAM_DATABASE_URL=postgres_url)
    database = Database(postgres_url)
    practice.use_http(f"http://127.0.0.1:{old.ready()}/slack/events")
    first = plan(database, 20)
    coaches.wait_until(lambda: states(database)["planned"] < len(first))  # in the midst of it

    new = serve(folder=newer, KAM_DATABASE_URL=postgres_url)
    coaches.wait_until(lambda: old.said("version_outdated"), 60)
    second = plan(database, 20, "two", EVERYBODY[20:])
    new.ready()
    coaches.wait_until(lambda: set(states(database)) == {"sent"}, 60)
    assert posted(practice) == dict.fromkeys(first | second, 1)
    by_old = {line["nudge_id"] for line in old.lines if line["event"] == "nudge_sent"}
    assert by_old & second == set()

    assert is_ready(new)
    assert not is_ready(old)
    assert practice.slash("U01", "account add Nordhaus").acked
    coaches.wait_until(lambda: any("Nordhaus" in seen.text for seen in practice.space.seen("U01")))
    assert practice.slash("U01", "account list").acked
    assert "Nordhaus" in practice.space.seen("U01")[-1].text
    for one in (old, new):
        assert [line["event"] for line in one.lines if line["level"] == "error"] == []
    assert Counter(line["event"] for line in old.lines)["version_outdated"] == 1

    code, told = serve(KAM_DATABASE_URL=postgres_url).ends()  # the old version again
    assert code == 2
    assert "at a revision that this version does not know" in told
    database.close()


def test_an_old_process_leaves_a_newer_database_alone_on_sqlite_too(start_coach: Callable[..., Any]) -> None:
    coach = start_coach()
    plan(coach.bot.base.database, 3, people=("U1", "U3", "U6"))
    coach.clock.move_to(datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
    with coach.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for _ in range(3):
        assert coach.bot.ticks.begin() == coach.bot.ticks.deliver() == 0
    assert coach.posted() == []
    assert len(coach.said("version_outdated")) == 1
    assert coach.anna.types("help")


# --- what an upgrade may change -------------------------------------------------------------------------------------


def columns(connection: Connection) -> dict[tuple[str, str], tuple[str, bool, bool]]:
    """The type of every column, whether it may be empty, and whether the database fills it."""
    look = inspect(connection)
    return {
        (table, column["name"]): (str(column["type"]), column["nullable"], column["default"] is not None)
        for table in look.get_table_names()
        for column in look.get_columns(table)
    }


STOP_FIRST = {"0002"}  # took a column away, before the first release; a later one would have to say so in CHANGELOG.md


def test_what_the_version_before_writes_is_taken_after_an_upgrade(empty_database: Database) -> None:
    """An upgrade adds: what is there stays as it is, and what is new in an old table need not be given."""
    revisions = migrate.history()
    before: dict[tuple[str, str], tuple[str, bool, bool]] = {}
    for revision in revisions:
        migrate.upgrade(empty_database, revision)
        with empty_database.read() as session:
            now = columns(session.connection())
        old_tables = {table for table, _ in before}
        changed = {name for name, kind in before.items() if now.get(name) != kind}
        needed = {
            name
            for name, (_, may_be_empty, filled) in now.items()
            if name not in before and name[0] in old_tables and not (may_be_empty or filled)
        }
        if revision not in STOP_FIRST:
            assert (revision, changed, needed) == (revision, set(), set())
        before = now
