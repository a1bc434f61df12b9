"""`/kam export`: everything that is stored of a rep, as one file in their own DM."""

import json
from typing import Any

import pytest

from storage import belongings
from storage.belongings import Owner
from tests import everything
from tests.coach import TEAM, Coach

WORD = "canary7f3a"


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    coach.bob.types("account add Alba")
    return coach


def file_of(coach: Coach) -> dict[str, Any]:
    """The only file in the workspace, read."""
    [held] = coach.space.files.values()
    assert held["done"]
    return dict(json.loads(held["content"]))


def test_the_file_comes_by_dm_and_says_how_much_it_holds(coach: Coach) -> None:
    answer = coach.anna.types("export")
    assert "I put everything I keep about you into one file" in answer
    [comment] = [text for text in coach.anna.dm if "All that I keep about you, as of Wed 4 Mar, 10:00" in text]
    document = file_of(coach)
    assert (document["format"], document["workspace"], document["rep"]) == ("kam-export", TEAM, "U1")
    assert document["made_at"] == "2026-03-04T10:00:00+01:00"
    count = sum(len(part["rows"]) for part in document["parts"].values())
    assert f"{count} entries" in comment


def test_the_file_goes_to_nobody_else(coach: Coach) -> None:
    coach.anna.types("export")
    [shared] = [m for place in coach.space.channels for m in coach.space.messages(place) if m.files]
    assert coach.space.channels[shared.channel].members == ["U1", coach.space.bot_user]


def test_every_part_says_what_it_is_in_the_reps_language(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.liwei.types("export")
    parts = file_of(coach)["parts"]
    assert parts["account"]["what"].startswith("你负责的客户")
    assert all(part["what"] not in (name, "") for name, part in parts.items())


def test_every_table_is_in_it_and_every_column(coach: Coach) -> None:
    with coach.writing() as session:
        everything.fill(session, TEAM, "U77", WORD)
    with coach.bot.base.database.read() as session:
        found = belongings.rows(session, TEAM, "U77")
    for table in belongings.all_tables():
        if belongings.owner(table) is Owner.NOBODY:
            assert belongings.NOBODYS[table.name], "a table that is left out says why"
            continue
        [row] = found[table.name]
        assert set(row) == {c.name for c in table.c}


def test_nothing_of_anybody_else_is_in_it(coach: Coach) -> None:
    with coach.writing() as session:
        everything.fill(session, TEAM, "U77", WORD)
        everything.fill(session, "T0OTHER", "U1", "elsewhere")
    coach.anna.types("export")
    text = json.dumps(file_of(coach), ensure_ascii=False)
    assert "Nordhaus" in text
    for foreign in (WORD, "elsewhere", "Alba", "U6"):
        assert foreign not in text


def test_when_slack_does_not_take_the_file_the_rep_is_told(coach: Coach) -> None:
    coach.refusals_allowed = True
    coach.space.faults.add("files.completeUploadExternal", "http_500", times=9)
    coach.anna.types("export")
    assert any("Slack did not take the file" in text for text in coach.anna.dm)
