"""Every command of `kam` beside a `kam serve` that is sending, on one SQLite file."""

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.__main__ import services
from bot.cli.app import app
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import ROOT, Settings
from storage import keyring
from storage.session import Database
from tests import coach as coaches
from tests.bot.slack.test_calendar_feed import Feed, feed
from tests.bot.test_processes import EVERYBODY, PEOPLE, TEAM, plan, posted
from tests.bot.test_serve import Served

__all__ = ["feed"]  # a fixture
PLAYBOOKS = ROOT / "playbooks"
SAMPLE = PLAYBOOKS / "examples" / "portfolio.csv"
ICS = ROOT / "tests" / "bot" / "connectors" / "ics" / "google.ics"
# In this order, with what each ends with; `{…}` stands for what the test knows.
CALLS: tuple[tuple[str, int], ...] = (
    ("account import {portfolio}", 0),
    ("account add Nordhaus --rep U01", 0),
    ("account add Suedhaus --rep U01", 0),
    ("account list --rep U01", 0),
    ("account show Nordhaus --rep U01", 0),
    ("contact add Nordhaus 'Wendelin, buyer' --rep U01", 0),
    ("contact list Nordhaus --rep U01", 0),
    ("contact log Nordhaus --rep U01", 0),
    ("visit add Nordhaus '2026-03-09 10:00' --rep U01", 0),
    ("visit list --rep U01", 0),
    ("visit move Nordhaus '2026-03-10 10:00' --rep U01", 0),
    ("visit cancel Nordhaus --rep U01", 0),
    ("visit import {ics} --rep U01", 0),
    ("calendar add {feed} --rep U01", 0),
    ("calendar remove --rep U01", 0),
    ("problem open Nordhaus --text 'the kiln cracked' --rep U01", 0),
    ("problem step Nordhaus --rep U01", 0),
    ("problem close Nordhaus --rep U01", 0),
    ("promise add Nordhaus 'two copies' 2026-03-20 --rep U01", 0),
    ("promise keep Nordhaus --rep U01", 0),
    ("why {nudge} --rep U01", 1),  # a word of the coach has no play behind it
    ("why-not Nordhaus --rep U01", 0),
    ("handover Nordhaus --rep U01", 0),
    ("account merge Suedhaus Nordhaus --rep U01", 0),
    ("export U01", 0),
    ("playbooks", 0),
    ("playbooks report", 0),
    ("playbooks patch", 0),
    ("advise 'they are angry'", 0),
    ("check {playbooks}", 0),
    ("plan --accounts {portfolio} --from 2026-03-02 --days 2", 0),
    ("effect {playbooks} {playbooks} --accounts {portfolio} --from 2026-03-02 --days 1", 0),
    ("demo --headless --days 1", 0),
    ("manifest", 0),
    ("warm", 0),
    ("migrate", 0),
    ("keys new", 0),
    ("keys rotate", 0),
    ("doctor", 0),
    ("backup {folder}/backup", 0),
    ("restore {folder}/backup", 1),  # the database is there
    ("serve", 1),  # one is running
    ("forget U01 --yes", 0),
)
HELD = {"serve": "Another `kam serve` is running", "restore": "is there already"}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that the command line knows, and every group that does something by itself."""
    if not hasattr(group, "commands"):
        yield " ".join(path)
        return
    if group.invoke_without_command:
        yield " ".join(path)
    for name, command in group.commands.items():
        yield from commands(command, (*path, name))


def command_of(call: str) -> str:
    """The longest command that a call begins with."""
    known = [name for name in commands(typer.main.get_command(app)) if f"{call} ".startswith(f"{name} ")]
    return max(known, key=len)


def test_every_command_is_tried() -> None:
    assert sorted({command_of(call) for call, _ in CALLS}) == sorted(commands(typer.main.get_command(app)))


def chosen(practice: Server, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        cache_dir=ROOT / ".kam-cache",
        http_port=0,
        timezone_fallback="UTC",
        slack_api_url=practice.api_url,
        slack_bot_token=SecretStr(practice.bot_token),
        slack_signing_secret=SecretStr(practice.signing_secret),
        encryption_keys=SecretStr(keyring.new("one")),
        mode="http",
        test_clock=True,
        now=datetime(2026, 3, 4, 10, 0, tzinfo=UTC),
        allow_loopback_fetch=True,
    )


def environment(settings: Settings) -> dict[str, str]:
    """The settings as `kam serve` reads them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAM_")}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        value = value.get_secret_value() if isinstance(value, SecretStr) else value
        kept[f"KAM_{name.upper()}"] = value.isoformat() if isinstance(value, datetime) else str(value)
    return kept


def test_every_command_works_beside_a_bot_that_is_sending(tmp_path: Path, feed: Feed) -> None:
    feed.put("one", "Nordhaus", "20260306T090000")
    with Server(Workspace(lambda: datetime.now(UTC), PEOPLE, team_id=TEAM)) as practice:
        settings = chosen(practice, tmp_path / "data")
        served = Served(environment(settings))
        database = Database(settings.database)
        try:
            served.ready()
            [first] = plan(database, 1, "first", ["U01"])
            coaches.wait_until(lambda: first in posted(practice))
            known = {"nudge": first, "feed": feed.url, "folder": tmp_path, "portfolio": SAMPLE, "ics": ICS}
            due = _run_all(settings, database, {**known, "playbooks": PLAYBOOKS})
            coaches.wait_until(lambda: set(posted(practice)) >= due, 60)
            assert set(posted(practice).values()) == {1}
            assert served.process.poll() is None
            assert served.said("database_out") is None
            assert [line for line in served.lines if line["level"] == "error"] == []
        finally:
            served.close()
            database.close()


def _run_all(settings: Settings, database: Database, known: dict[str, Any]) -> set[str]:
    """Runs every call while nudges come due, some a call; the ids of those."""
    due: set[str] = set()
    wrong: list[tuple[str, int, str]] = []
    for number, (call, code) in enumerate(CALLS):
        if command_of(call) != "forget":
            due |= plan(database, 2, str(number), EVERYBODY[1 + number % 30 :])
        built = services(settings)
        done = CliRunner().invoke(app, shlex.split(call.format(**known)), obj=built, catch_exceptions=False)
        if done.exit_code != code or HELD.get(command_of(call), "") not in done.output:
            wrong.append((call, done.exit_code, done.output))
    assert wrong == []
    return due
