"""`kam export`, `forget`, `why-not`, `handover`, `account merge`: the same as in Slack, for whoever runs the bot."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.test_cli import Kam, Ran, as_anna, kam, team, text

__all__ = ["kam", "team"]  # fixtures

REP = "U0ANNA"


def test_export_prints_everything_of_one_rep_as_one_document(team: Kam) -> None:
    ran = team("export", REP)
    assert ran.code == 0
    document = ran.json
    assert list(document) == ["format", "version", "made_at", "workspace", "rep", "parts"]
    assert (document["rep"], document["workspace"]) == (REP, "T1")
    accounts = document["parts"]["account"]
    assert accounts["what"].startswith("The firms you keep")
    assert {row["rep_id"] for row in accounts["rows"]} == {REP}
    assert len(accounts["rows"]) == 8
    assert json.loads(team("export", REP, "--json").out) == document


def test_forget_wants_a_yes(team: Kam) -> None:
    ran = team("forget", REP, "--json")
    assert (ran.code, ran.error["code"], ran.error["repair"]) == (2, "not_confirmed", "Add --yes.")
    assert len(team("export", REP).json["parts"]["account"]["rows"]) == 8


def test_forget_deletes_and_prints_a_receipt(team: Kam) -> None:
    ran = team("forget", REP, "--yes", "--json")
    assert (ran.code, list(ran.json)) == (0, ["receipt", "at", "deleted", "kept"])
    assert ran.json["deleted"]["account"] == 8
    assert ran.json["deleted"]["rep"] == 1
    assert ran.json["kept"] == {}
    again = team("export", REP)
    assert (again.code, again.error["code"]) == (1, "unknown_rep")


def test_forget_leaves_no_name_in_the_file(team: Kam, tmp_path: Path) -> None:
    names = [row["name"] for row in team("export", REP).json["parts"]["account"]["rows"]]
    team("forget", REP, "--yes")
    files = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("kam.sqlite3*"))
    assert [name for name in names if name.encode() in files] == []


def test_accounts_can_stay_with_the_manager(team: Kam) -> None:
    ran = team("forget", REP, "--yes", "--keep-accounts")
    assert ran.code == 0
    assert "Stayed with the firm, without your name" in ran.out
    assert "accounts: 8" in ran.out


@pytest.mark.parametrize("command", [("export", "U0NOBODY"), ("forget", "U0NOBODY", "--yes", "--json")])
def test_asking_for_somebody_unknown_makes_no_row(team: Kam, command: tuple[str, ...]) -> None:
    for _ in range(2):
        assert team(*command).error["code"] == "unknown_rep"


def first_account(ran: Ran) -> str:
    return str(ran.json["parts"]["account"]["rows"][0]["name"])


def test_why_not_says_what_is_held_back(team: Kam) -> None:
    name = first_account(team("export", REP))
    assert name in text(as_anna(team, "why-not", name))


def test_handover_prints_the_pack_with_its_gaps(team: Kam) -> None:
    pack = text(as_anna(team, "handover", first_account(team("export", REP))))
    assert "what the next one should know" in pack
    assert ": not known" in pack


def test_two_accounts_become_one(team: Kam) -> None:
    rows = team("export", REP).json["parts"]["account"]["rows"]
    one, other = rows[0]["name"], rows[1]["name"]
    assert f"{one} is now part of {other}" in text(as_anna(team, "account", "merge", one, other))
    assert one in text(as_anna(team, "account", "show", one))
