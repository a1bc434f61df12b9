"""`--team`: a command about one workspace shows and changes nothing of another, whatever names it is given."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer.main
from sqlmodel import SQLModel, select

from bot import wiring
from bot.cli.app import app
from bot.settings import Settings
from storage import reps
from tests import everything
from tests.bot.cli.test_cli import Kam, kam
from tests.test_docs import command_line

__all__ = ["kam"]  # fixtures

OURS, REP = "firstword", "U0ANNA"
ABOUT_A_TEAM = sorted(
    (words, tuple(a for a in arguments if a)) for words, arguments, o in command_line() if "--team" in o
)
WORDS: dict[str, tuple[str, ...]] = {
    "name": (f"{OURS}-account-name",),
    "account": (f"{OURS}-account-name", f"{OURS}-account-id"),
    "into": (f"{OURS}-account-name",),
    "nudge": (f"{OURS}-nudge-id",),
    "rep": (REP,),
    "details": ("Wang Li, purchasing",),
    "when": ("2026-03-20 10:00",),
    "text": ("a sample",),
    "due": ("2026-03-20",),
    "url": ("https://calendar.example/a.ics",),
}


def rows(folder: Path, team_id: str) -> dict[str, list[str]]:
    database = wiring.database(Settings(data_dir=folder / "data"))
    with database.read() as session:
        tables = [t for t in SQLModel.metadata.sorted_tables if "team_id" in t.c]
        found = {t.name: sorted(map(repr, session.execute(select(t).where(t.c.team_id == team_id)))) for t in tables}
    database.close()
    return found


@pytest.fixture
def two(kam: Kam, tmp_path: Path) -> Kam:
    """T1 has a row in every table, T2 has only a rep of the same id."""
    database = wiring.database(Settings(data_dir=tmp_path / "data"))
    with database.write() as session:
        everything.fill(session, "T1", REP, OURS)
        reps.save(session, "T2", REP)
    database.close()
    return kam


def call(words: str, arguments: tuple[str, ...], team: str) -> list[str]:
    """A command with everything that it needs, told names and ids of T1."""
    command: Any = typer.main.get_command(app)
    for word in words.split()[1:]:
        command = command.commands[word]
    options = {flag for p in command.params if p.param_type_name == "option" for flag in p.opts}
    told = [*words.split()[1:], *(WORDS.get(a, (str(CARDS),))[0] for a in arguments), "--team", team]
    told += ["--rep", REP] if "--rep" in options else []
    told += ["--yes"] if "--yes" in options else []
    return told + (["--json"] if "--json" in options else [])


CARDS = Path(__file__).parents[3] / "playbooks" / "examples" / "portfolio.csv"


@pytest.mark.parametrize(("words", "arguments"), ABOUT_A_TEAM, ids=[words for words, _ in ABOUT_A_TEAM])
def test_a_command_about_another_workspace_shows_and_changes_nothing(
    two: Kam, tmp_path: Path, words: str, arguments: tuple[str, ...]
) -> None:
    before = rows(tmp_path, "T1")
    told = call(words, arguments, "T2")
    ran = two(*told)
    assert rows(tmp_path, "T1") == before
    said = ran.out + ran.err
    for word in sorted({word for word in told if word}, key=len, reverse=True):  # a name before what is part of it
        said = said.replace(word, "")
    assert OURS not in said


@pytest.mark.parametrize("words", ["kam account list", "kam export", "kam account show"])
def test_at_home_the_same_commands_show_it(two: Kam, words: str) -> None:
    """Or the test above would prove nothing."""
    arguments = next(a for w, a in ABOUT_A_TEAM if w == words)
    assert f"{OURS}-" in json.dumps(two(*call(words, arguments, "T1")).json).replace(f"{OURS}-account-name", OURS + "-")
