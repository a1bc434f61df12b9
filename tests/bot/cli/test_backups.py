"""`kam backup` and `kam restore`: the same outbox on the other side, and nothing sent twice, on both databases."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.__main__ import services
from bot.cli.app import app
from bot.settings import Settings
from storage import backups, belongings, migrate
from storage.session import Database
from storage.tables import NudgeRow
from tests.bot.conftest import StartCoach
from tests.coach import Coach, a_moment


@pytest.fixture(scope="module")
def _sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that migrations made: a backup says which."""
    file = tmp_path_factory.mktemp("ready") / "kam.db"
    with closing(Database(f"sqlite:///{file}")) as opened:
        migrate.upgrade(opened)
    return file


def kam(chosen: Settings, *words: str | Path) -> Result:
    built = services(chosen)
    done = CliRunner().invoke(app, [str(word) for word in words], obj=built, catch_exceptions=False)
    if words[0] == "restore" and done.exit_code == 0:
        built.database().close()
    return done


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """All that a database holds, by table."""
    with closing(Database(url)) as opened, opened.read() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in belongings.all_tables()
        }


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The address of a database with tables (empty for the coach's own file), and of one without any."""
    if request.param == "sqlite":
        return "", f"sqlite:///{tmp_path}/fresh/folder/kam.sqlite3"
    return request.getfixturevalue("postgres_url"), request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def coach(places: tuple[str, str], start_coach: StartCoach) -> Coach:
    """A coach whose rep Anna has two visits tomorrow and one the day after."""
    coach = start_coach(database_url=places[0])
    coach.anna.opens()
    for name in ("Acme", "Brauerei", "Chemie"):
        coach.anna.types(f"account add {name}")
    coach.anna.types("visit Acme tomorrow 10:00")
    coach.anna.types("visit Brauerei tomorrow 14:00")
    coach.anna.types("visit Chemie fri 10:00")
    coach.plan()
    return coach


def move(coach: Coach, to: str) -> Result:
    """The coach goes on with another database, into which the backup is restored."""
    coach.stop()
    coach.settings = coach.settings.model_copy(update={"database_url": to, "now": coach.now})
    done = kam(coach.settings, "restore", coach.settings.data_dir / "backup", "--json")
    if coach.srv._http is not None:
        coach.srv._run(coach.srv._http.close())
    coach.start()
    return done


def back_up(coach: Coach) -> None:
    done = kam(coach.settings, "backup", coach.settings.data_dir / "backup", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["bytes"] > 10_000


# --- round trip -----------------------------------------------------------------------------------------------------


def test_a_restore_gives_the_same_rows_and_the_same_outbox(coach: Coach, places: tuple[str, str]) -> None:
    before = rows(coach.settings.database)
    assert len(before["nudge"]) >= 3
    back_up(coach)
    done = move(coach, places[1])
    after = rows(places[1])
    assert {**after, "workspace": []} == {**before, "workspace": []}
    told = json.loads(done.stdout)
    assert (done.exit_code, told["planned"], told["looked_up"]) == (0, len(before["nudge"]), 0)
    with closing(Database(places[1])) as opened:
        assert migrate.is_fresh(opened)


def test_what_was_sent_after_the_backup_is_not_sent_again(coach: Coach, places: tuple[str, str]) -> None:
    back_up(coach)
    coach.until("2026-03-04 18:00")
    sent = coach.posted()
    assert sent
    cards = [n.id for n in coach.rows(NudgeRow, state="sent", kind="visit_card")]
    assert len(cards) == 2  # in one message
    told = json.loads(move(coach, places[1]).stdout)
    assert told["looked_up"] >= 2
    coach.until("2026-03-04 19:00")
    assert coach.posted() == sent
    assert {n.state for n in coach.rows(NudgeRow) if n.id in cards} == {"sent"}


def test_what_came_due_meanwhile_and_was_not_sent_goes_out_once(coach: Coach, places: tuple[str, str]) -> None:
    back_up(coach)
    coach.clock.move_to(a_moment("2026-03-04 17:20"))  # the machine is lost before the evening's card
    before = coach.posted()
    move(coach, places[1])
    coach.until("2026-03-04 17:40")
    new = coach.posted()[len(before) :]
    assert len(new) == len(set(new)) == 1
    coach.until("2026-03-06 12:00")
    assert len(coach.posted()) == len(set(coach.posted()))


@pytest.mark.parametrize("posted", [True, False])
def test_what_was_being_sent_at_the_backup_is_looked_up_first(
    coach: Coach, places: tuple[str, str], posted: bool
) -> None:
    coach.until("2026-03-04 16:59")
    before = len(coach.posted())
    if posted:
        coach.until("2026-03-04 17:01")
    with coach.writing() as session:
        due = session.execute(select(NudgeRow).where(NudgeRow.kind == "visit_card").order_by(NudgeRow.due_at))
        row = min((r for (r,) in due), key=lambda r: (r.state != "sent", r.due_at, r.message_of or ""))
        row.state, row.owner, row.intent_at, row.ended_at, row.ts = "sending", "gone", coach.now, None, None
        row.lease_until = coach.now + timedelta(seconds=20)
        name = row.id
    back_up(coach)
    move(coach, places[1])
    coach.until("2026-03-04 17:30")
    assert coach.posted()[before:].count(name) <= 1
    assert coach.row(NudgeRow, id=name).state == "sent"
    assert len(coach.posted()) == len(set(coach.posted()))


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, sqlite_url: str) -> Settings:
    """The settings of a coach on a SQLite file of its own."""
    return Settings(data_dir=tmp_path / "data", database_url=sqlite_url)


def error(done: Result) -> tuple[int, str]:
    return done.exit_code, json.loads(done.stdout)["error"]["message"]


def test_a_backup_overwrites_nothing_and_is_for_its_owner_only(own: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    assert kam(own, "backup", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, said = error(kam(own, "backup", file, "--json"))
    assert (code, "is there already" in said) == (1, True)
    assert sorted(f.name for f in tmp_path.iterdir() if "backup" in f.name) == ["backup"]


def test_a_backup_of_nothing_or_into_a_folder_that_is_not_there_is_refused(own: Settings, tmp_path: Path) -> None:
    nothing = own.model_copy(update={"database_url": f"sqlite:///{tmp_path}/none.db"})
    assert error(kam(nothing, "backup", tmp_path / "b", "--json")) == (1, "There is no database yet.")
    code, said = error(kam(own, "backup", tmp_path / "none" / "b", "--json"))
    assert (code, "cannot be written" in said) == (1, True)
    assert not (tmp_path / "b").exists()


def test_a_restore_overwrites_nothing(own: Settings, tmp_path: Path) -> None:
    assert kam(own, "backup", tmp_path / "b").exit_code == 0
    code, said = error(kam(own, "restore", tmp_path / "b", "--json"))
    assert (code, "is there already" in said) == (1, True)


@pytest.mark.postgres
def test_a_restore_overwrites_no_tables(postgres_url: str, tmp_path: Path) -> None:
    on_server = Settings(data_dir=tmp_path, database_url=postgres_url)
    assert kam(on_server, "backup", tmp_path / "b").exit_code == 0
    code, said = error(kam(on_server, "restore", tmp_path / "b", "--json"))
    assert (code, said) == (1, "The database has tables already.")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, "is damaged"),
        (_newer, "does not know"),
        (lambda file: file.write_text("a letter"), "is no backup"),
        (Path.unlink, "cannot be read"),
    ],
)
def test_what_is_no_whole_backup_of_this_version_is_not_restored(
    own: Settings, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    file = tmp_path / "b"
    assert kam(own, "backup", file).exit_code == 0
    harm(file)
    fresh = own.model_copy(update={"database_url": f"sqlite:///{tmp_path}/fresh.db"})
    code, message = error(kam(fresh, "restore", file, "--json"))
    assert (code, said in message) == (2, True), message
    assert not list(tmp_path.glob("fresh.db*"))


@pytest.mark.postgres
def test_a_damaged_or_newer_archive_is_not_restored(postgres_url: str, empty_postgres_url: str, tmp_path: Path) -> None:
    on_server, file = Settings(data_dir=tmp_path, database_url=postgres_url), tmp_path / "b"
    with closing(Database(postgres_url)) as opened, opened.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert kam(on_server, "backup", file).exit_code == 0
    fresh = Settings(data_dir=tmp_path, database_url=empty_postgres_url)
    code, message = error(kam(fresh, "restore", file, "--json"))
    assert (code, "does not know" in message) == (2, True)
    _cut(file)
    assert error(kam(fresh, "restore", file, "--json"))[0] == 1


def test_a_backup_of_the_other_kind_of_database_is_refused(own: Settings, tmp_path: Path) -> None:
    assert kam(own, "backup", tmp_path / "b").exit_code == 0
    server = own.model_copy(update={"database_url": "postgresql://kam:hunter2@127.0.0.1:1/kam"})
    code, said = error(kam(server, "restore", tmp_path / "b", "--json"))
    assert (code, said) == (1, "The backup is of another kind of database.")


def test_without_pg_dump_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_program", lambda _: None)
    server = Settings(data_dir=tmp_path, database_url="postgresql://kam:hunter2@127.0.0.1:1/kam")
    code, said = error(kam(server, "backup", tmp_path / "b", "--json"))
    assert (code, said) == (1, "pg_dump is not installed here.")


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="PostgreSQL is not installed: apt-get install postgresql")
def test_a_server_that_is_away_is_told_without_the_password(tmp_path: Path) -> None:
    server = Settings(data_dir=tmp_path, database_url="postgresql://kam:hunter2@127.0.0.1:1/kam")
    done = kam(server, "backup", tmp_path / "b", "--json")
    assert done.exit_code == 1
    assert "hunter2" not in done.output
    assert not list(tmp_path.glob("b*"))
