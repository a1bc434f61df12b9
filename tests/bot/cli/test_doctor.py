"""`kam doctor`: what holds, what to look at and what is broken, from nothing there to everything there."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, SQLModel
from typer.testing import CliRunner, Result

from bot import checkup
from bot.checkup import database, machine, playbooks, slack
from bot.cli.app import app
from bot.core.checkup import Check, State
from bot.jobs import playbooks as sources
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import ROOT, Mode, Settings
from bot.slack import manifest
from storage import installations, keyring, migrate
from storage.installations import Installation
from storage.keyring import Keyring
from storage.session import Database
from storage.tables import NudgeRow, WorkspaceRow
from tests import githosts
from tests.bot.conftest import StartCoach
from tests.postgres import Postgres

SCOPES = frozenset(scope.name for scope in manifest.SCOPES)


def settings(folder: Path, **changes: Any) -> Settings:
    return Settings(data_dir=folder / "data", cache_dir=folder / "cache", **{"http_port": 0, **changes})


def states(chosen: Settings) -> dict[str, str]:
    return {check.name: check.state.value for check in checkup.examine(chosen)}


def said(chosen: Settings, name: str) -> str:
    part = slack if name in ("token", "scopes", "deliveries") else database
    found = next(check for check in part.examine(chosen) if check.name == name)
    assert (found.repair == "") == (found.state is State.OK)
    return f"{found.state}: {found.message} {found.repair}"


def with_tables(chosen: Settings) -> Database:
    opened = Database(chosen.database)
    migrate.upgrade(opened)
    return opened


@pytest.fixture
def server() -> Any:
    with Server(Workspace(lambda: datetime.now(UTC), (), scopes=",".join(SCOPES))) as running:
        yield running


def reaching(server: Server, folder: Path, **changes: Any) -> Settings:
    """The settings of a coach in the practice workspace."""
    tokens = server.tokens
    given = {
        "slack_api_url": server.api_url,
        "slack_bot_token": SecretStr(tokens.bot),
        "slack_app_token": SecretStr(tokens.app),
    }
    return settings(folder, **{**given, **changes})


# --- as a whole -----------------------------------------------------------------------------------------------------


def test_with_nothing_there_it_says_what_is_missing_and_makes_nothing(tmp_path: Path) -> None:
    found = states(settings(tmp_path, playbooks=tmp_path / "none"))
    assert found["database"] == "look"
    assert found["playbooks"] == found["token"] == "broken"
    assert not (tmp_path / "data").exists()


def test_with_no_network_and_no_database_server_it_says_so_without_a_password(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
        chosen = settings(
            tmp_path,
            slack_bot_token=SecretStr("xoxb-1"),
            slack_api_url=f"http://{nobody}/api/",
            database_url=f"postgresql://kam:hunter2@{nobody}/kam",
        )
        found = list(checkup.examine(chosen))
    assert {c.name: c.state for c in found if c.name in ("database", "token")} == {
        "database": State.BROKEN,
        "token": State.BROKEN,
    }
    assert "hunter2" not in str(found)


def test_where_everything_holds_all_is_well(tmp_path: Path, server: Server) -> None:
    chosen = reaching(server, tmp_path)
    with_tables(chosen).close()
    found = states(chosen)
    assert {"token", "scopes", "clock", "deliveries", "database", "delivery", "planning", "zones", "disk"} <= set(found)
    assert set(found.values()) == {"ok"}, found


def test_the_command_shows_a_line_each_and_ends_with_1_where_something_is_broken(tmp_path: Path) -> None:
    def examine() -> Iterator[Check]:
        return checkup.examine(settings(tmp_path))

    shown = run(examine)
    assert shown.exit_code == 1
    assert "broken token" in shown.stdout
    assert "Copy the xoxb-… token" in shown.stdout
    told = run(examine, "--json")
    assert told.exit_code == 1
    document = json.loads(told.stdout)
    assert document["ok"] is False
    assert {"check": "token", "state": "broken"}.items() <= document["checks"][-1].items()


def run(examine: Any, *more: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *more], obj=SimpleNamespace(doctor=examine), catch_exceptions=False)


# --- Slack ----------------------------------------------------------------------------------------------------------


def test_a_token_that_slack_refuses_is_broken_with_slacks_word(tmp_path: Path, server: Server) -> None:
    found = said(reaching(server, tmp_path, slack_bot_token=SecretStr("xoxb-wrong")), "token")
    assert found.startswith("broken")
    assert "invalid_auth" in found


def test_an_app_token_that_slack_refuses_is_broken(tmp_path: Path, server: Server) -> None:
    found = said(reaching(server, tmp_path, slack_app_token=SecretStr("xapp-wrong")), "deliveries")
    assert found.startswith("broken")
    assert "xapp-wrong" not in found


def test_over_http_the_signing_secret_is_needed_instead(tmp_path: Path, server: Server) -> None:
    chosen = reaching(server, tmp_path, mode=Mode.HTTP, slack_app_token=SecretStr(""))
    assert said(chosen, "deliveries").startswith("broken")
    signed = chosen.model_copy(update={"slack_signing_secret": SecretStr("s")})
    assert said(signed, "deliveries").startswith("ok")


def test_a_scope_that_is_missing_is_broken_and_one_too_many_is_to_be_looked_at() -> None:
    assert slack.scopes(set(SCOPES)).state is State.OK
    lacking = slack.scopes(set(SCOPES) - {"dnd:read"})
    assert (lacking.state, "dnd:read" in lacking.message) == (State.BROKEN, True)
    more = slack.scopes(set(SCOPES) | {"channels:read"})
    assert (more.state, "channels:read" in more.message) == (State.LOOK, True)


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (60, "look"), (-60, "look"), (290, "broken")])
def test_a_clock_that_is_wrong_is_found_by_slacks_answer(tmp_path: Path, seconds: int, state: str) -> None:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    assert slack.clock(settings(tmp_path), f"{at:%a, %d %b %Y %H:%M:%S} GMT").state == state


def test_an_answer_without_a_time_is_no_error(tmp_path: Path) -> None:
    assert slack.clock(settings(tmp_path), "").state is State.LOOK


@pytest.mark.parametrize("mode", list(Mode))
def test_what_the_manifest_declares_is_heard_in_each_mode(tmp_path: Path, mode: Mode) -> None:
    assert slack.declared(settings(tmp_path, mode=mode)).state is State.OK
    many = settings(tmp_path, mode=Mode.HTTP, slack_client_id="1.2")
    assert slack.declared(many).state is State.OK


def test_an_event_that_is_declared_and_not_heard_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack.listeners, "EVENTS", {"message": "message"})
    found = slack.declared(settings(tmp_path))
    assert (found.state, "user_change" in found.message) == (State.BROKEN, True)


def test_installations_that_slack_knows_no_more_are_named(tmp_path: Path, server: Server) -> None:
    key = keyring.new("old")
    chosen = settings(
        tmp_path,
        mode=Mode.HTTP,
        slack_api_url=server.api_url,
        slack_client_id="1.2",
        slack_client_secret=SecretStr("s"),
        encryption_keys=SecretStr(key),
    )
    opened = with_tables(chosen)
    now = datetime.now(UTC)
    with opened.write() as session:
        held = Installation("T7", None, False, "B1", "U1", "xoxb-gone", now, scopes=",".join(SCOPES - {"dnd:read"}))
        installations.save(session, Keyring.read(key), held)
    opened.close()
    assert "T7" in said(chosen, "token")
    assert said(chosen, "scopes").startswith("look")
    assert said(chosen, "keys").startswith("ok")
    new = keyring.new("new")
    assert said(chosen.model_copy(update={"encryption_keys": SecretStr(f"{new},{key}")}), "keys").startswith("look")
    lost = chosen.model_copy(update={"encryption_keys": SecretStr(new)})
    assert said(lost, "keys").startswith("broken: Tokens are encrypted with the key 'old'")


# --- the database ---------------------------------------------------------------------------------------------------


def test_a_damaged_file_is_broken_and_names_the_restore(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with_tables(chosen).close()
    file = chosen.data_dir / "kam.sqlite3"
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'nudge_due'").fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
    with file.open("r+b") as raw_file:
        raw_file.seek((page - 1) * size)
        raw_file.write(b"\xff" * size)
    found = said(chosen, "database")
    assert found.startswith("broken: The database file is damaged")
    assert "kam restore" in found


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    chosen.data_dir.mkdir()
    (chosen.data_dir / "kam.sqlite3").write_bytes(b"not a database, but long enough" * 100)
    assert said(chosen, "database").startswith("broken: The database file is damaged.")


def test_an_older_schema_is_to_be_migrated_and_a_newer_one_is_broken(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    opened = with_tables(chosen)
    migrate.downgrade(opened, "0001")
    assert said(chosen, "database").startswith("look")
    with opened.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    assert said(chosen, "database").startswith("broken: The database is of a newer version")


@pytest.mark.postgres
def test_postgresql_is_looked_into_and_a_read_only_one_is_broken(
    tmp_path: Path, postgres_url: str, postgres_server: Postgres
) -> None:
    chosen = settings(tmp_path, database_url=postgres_url)
    assert said(chosen, "database").startswith("ok")
    name = postgres_url.partition("///")[2].partition("?")[0]
    postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert said(chosen, "database").startswith("broken: The database can be read and not written")


@pytest.mark.parametrize(("minutes", "state"), [(0, "ok"), (2, "look"), (10, "broken")])
def test_what_is_due_and_waits_is_found(tmp_path: Path, minutes: int, state: str) -> None:
    chosen = settings(tmp_path)
    opened = with_tables(chosen)
    due = datetime.now(UTC) - timedelta(minutes=minutes)
    with opened.write() as session:
        add(session, NudgeRow(**planned("n1"), due_at=due, next_try_at=due, planned_at=due))
    opened.close()
    assert said(chosen, "delivery").startswith(state)


def test_what_was_put_back_after_an_error_is_to_be_looked_at_and_what_a_rule_holds_is_not(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    opened = with_tables(chosen)
    due, again = datetime.now(UTC) - timedelta(minutes=9), datetime.now(UTC) + timedelta(minutes=3)
    held = {**planned("n1"), "due_at": due, "next_try_at": again, "planned_at": due, "rule": "quiet_hours"}
    with opened.write() as session:
        add(session, NudgeRow(**held))
    with opened.write() as session:
        add(session, NudgeRow(**{**held, "id": "n3", "key": "n3", "error": "ratelimited"}))
    assert said(chosen, "delivery").startswith("ok")
    with opened.write() as session:
        add(session, NudgeRow(**{**held, "id": "n2", "key": "n2", "error": "token_revoked"}))
    opened.close()
    assert said(chosen, "delivery").startswith("look: 1 wait for another try after an error.")


def test_a_workspace_that_nobody_plans_is_found_and_one_that_left_is_not_missed(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    opened = with_tables(chosen)
    old = datetime.now(UTC) - timedelta(hours=1)
    with opened.write() as session:
        add(session, WorkspaceRow(team_id="T1", planned_at=old, left_at=old))
    assert said(chosen, "planning").startswith("ok")
    with opened.write() as session:
        add(session, WorkspaceRow(team_id="T2", planned_at=old))
    opened.close()
    assert said(chosen, "planning").startswith("look: Not planned within half an hour: T2.")


def add(session: Session, row: SQLModel) -> None:
    session.add(row)


def planned(name: str) -> dict[str, Any]:
    return {"id": name, "team_id": "T1", "rep_id": "U1", "account_id": "a", "kind": "nudge", "key": name}


# --- the machine and the playbooks ----------------------------------------------------------------------------------


def test_a_port_that_something_else_holds_is_broken_and_a_free_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        monkeypatch.setattr(machine, "PORT_SECONDS", 0.2)
        assert machine.port("127.0.0.1", number).state is State.BROKEN
    assert machine.port("127.0.0.1", number).state is State.OK


def test_a_port_where_the_coach_answers_is_well(start_coach: StartCoach) -> None:
    coach = start_coach()
    found = machine.port("127.0.0.1", coach.bot.http.port)
    assert (found.state, "is ready" in found.message) == (State.OK, True)


def test_old_rules_of_time_zones_are_to_be_looked_at() -> None:
    assert machine.zones(2026).state is State.OK
    assert machine.zones(2099).state is State.LOOK


def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.disk(tmp_path / "not" / "yet").state is State.OK
    monkeypatch.setattr(machine, "TOO_LITTLE", 10**18)
    assert machine.disk(tmp_path).state is State.BROKEN


def test_the_git_host_of_the_playbooks_is_asked(tmp_path: Path) -> None:
    with githosts.running("github") as host:
        first = host.push_folder(ROOT / "playbooks")
        theirs = {"playbooks": host.address, "test_clock": True, "allow_loopback_fetch": True}
        chosen = settings(tmp_path, git_token=SecretStr(host.token), **theirs)
        assert playbooks.git_host(chosen) == Check(
            "git host", State.OK, f"It answers; the newest commit is {first[:7]}."
        )
        sources.folder(chosen)  # the good copy
        second = host.push({"README.md": "no playbooks"})
        found = playbooks.git_host(chosen)
        assert (found.state, second[:7] in found.message, first[:7] in found.message) == (State.LOOK, True, True)
        host.faults.append((403, {"X-RateLimit-Remaining": "0"}))
        assert playbooks.git_host(chosen).message == "127.0.0.1 was asked too often."
        refused = playbooks.git_host(chosen.model_copy(update={"git_token": SecretStr("old")}))
        assert refused.state is State.BROKEN
        assert "KAM_GIT_TOKEN" in refused.repair
    gone = playbooks.git_host(chosen)
    assert (gone.state, "127.0.0.1" in gone.message) == (State.BROKEN, True)


def test_make_up_days_that_are_not_published_yet_are_told(shipped: tuple[Any, Any]) -> None:
    library = shipped[0]
    chinese = replace(library, manners=library.manners.model_copy(update={"country": "CN"}))
    assert playbooks.holidays(chinese, 2024).state is State.OK
    first = next(
        found for year in range(2025, 2040) if (found := playbooks.holidays(chinese, year)).state is State.LOOK
    )
    assert first.message.startswith("Days off and make-up days of CN are not known yet for 20")
