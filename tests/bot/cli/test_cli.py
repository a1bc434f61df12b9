"""`kam`: what each command answers, as text and as JSON, and how it ends."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from bot.__main__ import services
from bot.cli.app import app
from bot.settings import Settings

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "playbooks" / "examples" / "portfolio.csv"
ICS = ROOT / "tests" / "bot" / "connectors" / "ics"
NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")  # a Monday
PLAY_FIELDS = ["id", "score", "needs_tap", "do", "say", "not", "source"]
ANSWER_FIELDS = ["plays", "abstained", "ask", "topics", "held"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, str]:
        """What `--json` says is wrong; it has a repair, and people read the same on standard error."""
        error: dict[str, str] = self.json["error"]
        assert list(error) == ["code", "message", "repair"]
        assert error["repair"]
        assert self.err.strip()
        return error


Kam = Callable[..., Ran]


@pytest.fixture
def kam(tmp_path: Path) -> Iterator[Kam]:
    """Runs a command on a database of its own; what is logged stays off its output."""
    chosen = Settings(data_dir=tmp_path / "data", test_clock=True, now=NOW)
    with capture_logs():
        built = services(chosen)

        def run(*words: str | Path) -> Ran:
            done = CliRunner().invoke(app, [str(word) for word in words], obj=built, catch_exceptions=False)
            return Ran(done.exit_code, done.stdout, done.stderr)

        yield run
        built.base().database.close()


@pytest.fixture
def team(kam: Kam) -> Kam:
    """The same, with the sample portfolio in it."""
    assert kam("account", "import", SAMPLE, "--team", "T1").code == 0
    return kam


def as_anna(kam: Kam, *words: str | Path) -> Ran:
    return kam(*words, "--rep", "U0ANNA", "--json")


def text(ran: Ran) -> str:
    """What a rep would read."""
    assert (ran.code, list(ran.json)) == (0, ["text"]), ran
    return str(ran.json["text"])


# --- called wrongly -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dance"], "No such command"),
        (["account", "show"], "Missing argument"),
        (["account", "list"], "Missing option '--rep'"),
        (["promise", "add", "Acme", "two copies", "5.1.2026", "--rep", "U1"], "5.1.2026"),
        (["demo", "--days", "0"], "--days"),
        (["advise"], "Neither a text nor a file"),
        (["advise", "x", "--batch", "y"], "Both"),
    ],
)
def test_what_is_called_wrongly_exits_2_and_says_so_in_json_too(kam: Kam, words: list[str], said: str) -> None:
    ran = kam(*words, "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage")
    assert said in ran.error["message"]
    plain = kam(*words)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err


def test_an_argument_that_is_no_utf_8_exits_2(kam: Kam) -> None:
    ran = kam("account", "add", os.fsdecode(b"\xff"), "--rep", "U1", "--json")
    assert (ran.code, ran.error["code"]) == (2, "bad_input")


def test_no_workspace_yet_says_how_to_name_one(kam: Kam) -> None:
    ran = kam("account", "list", "--rep", "U1", "--json")
    assert ran.code == 2
    assert "--team" in ran.error["repair"]


def test_a_mistyped_workspace_is_refused_and_not_made(team: Kam) -> None:
    ran = as_anna(team, "account", "list", "--team", "T2")
    assert (ran.code, ran.error["code"]) == (1, "unknown_team")
    assert "T1" in ran.error["repair"]
    assert as_anna(team, "account", "list").code == 0


# --- accounts and their portfolio -------------------------------------------------------------------------------------


def test_import_keeps_good_rows_names_bad_ones_and_exits_1(kam: Kam, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    rows = ["Acme,U1,Europe/Berlin,middle", "Bolt,U1,Europe/Berlin,sleepy", ",U1,Europe/Berlin,", "Core,U2,Mars/Base,"]
    file.write_text("\n".join(["account,rep,timezone,stage", *rows]), encoding="utf-8")
    ran = kam("account", "import", file, "--team", "T1", "--json")
    assert (ran.code, ran.json["imported"]) == (1, 1)
    assert [(bad["line"], bad["column"]) for bad in ran.json["bad"]] == [(3, "stage"), (4, "account"), (5, "timezone")]
    assert all(bad["message"] and bad["repair"] for bad in ran.json["bad"])
    assert "Acme: middle" in text(kam("account", "list", "--rep", "U1", "--json"))
    plain = kam("account", "import", file, "--team", "T1")
    assert (plain.code, plain.out) == (1, "1 account imported.\n")
    assert f"{file}:3: stage: " in plain.err


def test_import_of_an_unknown_column_or_a_missing_file_exits_2_and_keeps_nothing(kam: Kam, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account,rep,timezone,mood\nAcme,U1,Europe/Berlin,good\n", encoding="utf-8")
    ran = kam("account", "import", file, "--team", "T1", "--json")
    assert ran.code == 2
    assert "mood" in ran.error["message"]
    gone = kam("account", "import", tmp_path / "gone.csv", "--team", "T1", "--json")
    assert (gone.code, gone.error["code"]) == (2, "portfolio_unreadable")


def test_the_sample_portfolio_is_imported_whole_and_again_without_doubles(kam: Kam) -> None:
    for _ in range(2):
        ran = kam("account", "import", SAMPLE, "--team", "T1", "--json")
        assert (ran.code, ran.json) == (0, {"imported": 40, "bad": []})
    assert text(as_anna(kam, "account", "list")).startswith("Your accounts (8)")


def test_an_account_is_added_listed_and_shown(team: Kam) -> None:
    assert text(as_anna(team, "account", "add", "Acme Steel")).startswith("Acme Steel is in.")
    assert "- Acme Steel: stage not known" in text(as_anna(team, "account", "list"))
    assert "next visit Thu 5 Mar, 10:00" in text(as_anna(team, "account", "show", "Hallmann"))
    again = as_anna(team, "account", "add", "acme steel")
    assert (again.code, again.error["code"]) == (1, "account_exists")


def test_an_unknown_account_exits_1_with_the_nearest_names(team: Kam) -> None:
    ran = as_anna(team, "account", "show", "Halman Pumpenbau")
    assert (ran.code, ran.error["code"]) == (1, "unknown_account")
    assert "Did you mean Hallmann Pumpenbau?" in ran.error["repair"]
    plain = team("account", "show", "Halman Pumpenbau", "--rep", "U0ANNA")
    assert (plain.code, plain.out, plain.err) == (1, "", ran.error["repair"] + "\n")


# --- contacts, visits, calendars --------------------------------------------------------------------------------------


def test_contacts_are_added_listed_and_logged(team: Kam) -> None:
    said = text(as_anna(team, "contact", "add", "Hallmann", "Wang Li, purchasing, boss Zhao Min"))
    assert said == "Wang Li at Hallmann Pumpenbau: noted."
    assert "- Wang Li, purchasing, reports to Zhao Min" in text(as_anna(team, "contact", "list", "Hallmann"))
    assert "reached out to you" in text(as_anna(team, "contact", "log", "Hallmann", "--by", "them"))
    assert "last contact Mon 2 Mar" in text(as_anna(team, "account", "show", "Hallmann"))


def test_a_visit_is_added_moved_listed_and_cancelled(team: Kam) -> None:
    assert text(as_anna(team, "visit", "add", "Veltheim", "wed 10:00")).startswith(
        "Veltheim Antriebe, Wed 4 Mar, 10:00"
    )
    moved = text(as_anna(team, "visit", "move", "Veltheim", "下周四上午十点"))
    assert "Thu 12 Mar, 10:00" in moved
    listed = text(as_anna(team, "visit", "list"))
    assert "- Thu 12 Mar, 10:00: Veltheim Antriebe" in listed
    assert "write to me here" not in listed
    assert "Cancelled" in text(as_anna(team, "visit", "cancel", "Veltheim"))
    gone = as_anna(team, "visit", "cancel", "Veltheim")
    assert (gone.code, gone.error["code"]) == (1, "no_visit")


def test_a_time_that_can_mean_two_exits_2_with_both_and_adds_nothing(team: Kam) -> None:
    ran = as_anna(team, "visit", "add", "Veltheim", "3/4 10:00")
    assert (ran.code, ran.error["code"]) == (2, "ambiguous")
    assert "4 Mar, 10:00" in ran.error["repair"]
    assert "3 Apr, 10:00" in ran.error["repair"]
    assert "Veltheim" not in text(as_anna(team, "visit", "list"))


@pytest.mark.parametrize(("when", "code"), [("yesterday 10:00", "when_past"), ("13:99", "when_not_understood")])
def test_a_time_that_cannot_be_is_refused(team: Kam, when: str, code: str) -> None:
    ran = as_anna(team, "visit", "add", "Veltheim", when)
    assert (ran.code, ran.error["code"]) == (1, code)


def test_visits_are_imported_from_a_calendar_file(team: Kam) -> None:
    said = text(as_anna(team, "visit", "import", ICS / "google.ics"))
    assert said.startswith("The file is read. Visits found: ")
    assert "connected" not in said
    gone = as_anna(team, "visit", "import", ICS / "gone.ics")
    assert gone.code == 2
    assert "gone.ics" in gone.error["message"]


def test_a_calendar_needs_an_https_address(team: Kam) -> None:
    ran = as_anna(team, "calendar", "add", "http://example.com/a.ics")
    assert ran.code == 1
    assert "https" in ran.error["repair"]
    assert text(as_anna(team, "calendar", "remove")).startswith("No calendar yet.")


# --- problems, promises, why ------------------------------------------------------------------------------------------


def test_a_problem_takes_its_steps_and_is_closed_once(team: Kam) -> None:
    words = ("problem", "open", "Ostermoor", "--text", "gearbox late", "--raised-by", "us")
    assert text(as_anna(team, *words)).endswith("next, tell your boss.")
    assert text(as_anna(team, "problem", "step", "Ostermoor")).endswith("next, make a plan that holds.")
    assert "the client has confirmed" in text(as_anna(team, "problem", "close", "Ostermoor"))
    again = as_anna(team, "problem", "close", "Ostermoor")
    assert (again.code, again.error["code"]) == (1, "no_problem")


def test_a_promise_is_written_down_and_kept(team: Kam) -> None:
    assert "by Fri 20 Mar: two copies" in text(as_anna(team, "promise", "add", "Ostermoor", "two copies", "2026-03-20"))
    assert (
        text(as_anna(team, "promise", "keep", "Ostermoor", "--text", "two")) == "Ostermoor Logistik: kept. two copies"
    )
    gone = as_anna(team, "promise", "keep", "Ostermoor")
    assert (gone.code, gone.error["code"]) == (1, "no_promise")


def test_why_of_an_unknown_nudge_exits_1(team: Kam) -> None:
    ran = as_anna(team, "why", "0123")
    assert (ran.code, ran.error["code"]) == (1, "card_gone")


# --- advice -----------------------------------------------------------------------------------------------------------


def test_advice_is_a_document_with_the_fields_of_the_contract(kam: Kam) -> None:
    ran = kam("advise", "the client is angry about a late delivery and shouts at us", "--open-problem", "--json")
    assert (ran.code, list(ran.json)) == (0, ANSWER_FIELDS)
    assert 1 <= len(ran.json["plays"]) <= 3
    assert all(list(play) == PLAY_FIELDS for play in ran.json["plays"])
    scores = [play["score"] for play in ran.json["plays"]]
    assert scores == sorted(scores, reverse=True)
    assert ran.json["plays"][0]["id"] == "complaint-received"
    assert (ran.json["abstained"], ran.json["topics"]) == (False, [])


def test_advice_answers_in_the_language_of_the_text_or_the_one_asked_for(kam: Kam) -> None:
    words = "货要晚到，客户还不知道"
    zh, en = kam("advise", words, "--json"), kam("advise", words, "--lang", "en", "--json")
    assert any("一" <= c <= "鿿" for c in zh.json["plays"][0]["do"])
    assert not any("一" <= c <= "鿿" for c in en.json["plays"][0]["do"])


@pytest.mark.parametrize("words", ["", "🎉🎉", "what is the capital of France"])
def test_advice_abstains_with_topics_and_exit_0(kam: Kam, words: str) -> None:
    ran = kam("advise", words, "--json")
    assert (ran.code, ran.json["abstained"], ran.json["plays"]) == (0, True, [])
    assert ran.json["topics"]


def test_a_stage_that_does_not_exist_exits_2_and_lists_those_that_do(kam: Kam) -> None:
    ran = kam("advise", "they shout", "--stage", "sleepy", "--json")
    assert (ran.code, ran.error["code"]) == (2, "unknown_value")
    assert "winning, introduction, early, middle, plateau, mature" in ran.error["repair"]


def test_a_batch_answers_good_lines_names_bad_ones_and_exits_1(kam: Kam, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    good = {"id": 1, "text": "the client is angry", "stage": None, "open_problem": True}
    split = {"id": "zh", "text": "客户很生气\u2028他们在吼我们", "lang": "zh"}  # a line break only to some
    bad = ["not json", "[1]", '{"id": 2}', '{"text": "x"}', '{"id": 3, "text": "x", "stage": "sleepy"}']
    bad += [
        '{"id": 4, "text": "x", "open_problem": "yes"}',
        '{"id": "\\ud800", "text": "x"}',
        '{"id": NaN, "text": "x"}',
    ]
    lines = [json.dumps(good), "", *bad, json.dumps(split, ensure_ascii=False)]
    file.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    ran = kam("advise", "--batch", file, "--json")
    assert ran.code == 1
    first, *wrong, last = ran.lines
    assert list(first) == list(last) == ["id", *ANSWER_FIELDS]
    assert (first["id"], last["id"]) == (1, "zh")
    assert [line["id"] for line in wrong] == [None, None, 2, None, 3, 4, None, None]
    assert all(list(line) == ["id", "error"] and line["error"] for line in wrong)
    assert "Line 3: " in ran.err


def test_a_batch_without_bad_lines_exits_0_and_one_that_is_not_there_2(kam: Kam, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "a", "text": "the client is angry"}\n', encoding="utf-8")
    assert kam("advise", "--batch", file, "--json").code == 0
    gone = kam("advise", "--batch", tmp_path / "gone.jsonl", "--json")
    assert gone.code == 2
    assert "gone.jsonl" in gone.error["message"]


# --- check, plan, manifest --------------------------------------------------------------------------------------------


def test_check_of_the_shipped_playbooks_holds_and_of_no_folder_exits_2(kam: Kam, tmp_path: Path) -> None:
    ran = kam("check", "--json")
    assert (ran.code, list(ran.json)) == (0, ["ok", "plays", "cases", "findings"])
    assert ran.json["ok"]
    gone = kam("check", tmp_path / "gone", "--json")
    assert (gone.code, list(gone.json["error"])) == (2, ["code", "message", "repair"])


def test_plan_gives_the_same_lines_twice(kam: Kam) -> None:
    words = ("plan", "--accounts", SAMPLE, "--from", "2026-03-02", "--days", "3", "--json")
    first, again = kam(*words), kam(*words)
    assert (first.code, first.out) == (0, again.out)
    assert first.lines


def test_the_manifest_is_that_of_the_file_and_with_an_address_that_of_http(kam: Kam) -> None:
    assert kam("manifest").json == json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    http = kam("manifest", "--url", "https://kam.example.com")
    assert http.json == json.loads((ROOT / "manifest.http.json").read_text(encoding="utf-8"))
    plain = kam("manifest", "--url", "http://kam.example.com")
    assert (plain.code, plain.out) == (2, "")
    assert "https" in plain.err


# --- the program itself -----------------------------------------------------------------------------------------------


def program(folder: Path, *words: str | Path, **settings: str) -> Ran:
    """`python -m bot` as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAM_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=ROOT,
        env={**kept, "KAM_DATA_DIR": str(folder), **settings},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_migrate_makes_the_database_and_logs_on_standard_error_only(tmp_path: Path) -> None:
    newest = max(file.name[:4] for file in (ROOT / "storage/migrations/versions").glob("[0-9]*.py"))
    ran = program(tmp_path, "migrate", "--json")
    assert (ran.code, ran.json) == (0, {"revision": newest})
    assert "event" in json.loads(ran.err.splitlines()[0])
    assert (tmp_path / "kam.sqlite3").exists()
    again = program(tmp_path, "migrate")
    assert (again.code, again.out) == (0, f"The database is at {newest}.\n")


def test_an_unreadable_database_address_exits_2(tmp_path: Path) -> None:
    ran = program(tmp_path, "migrate", "--json", KAM_DATABASE_URL="abacus://x")
    assert ran.code == 2
    assert "KAM_DATABASE_URL" in ran.error["repair"]


def test_a_wrong_setting_exits_2_and_is_named_without_its_value(tmp_path: Path) -> None:
    ran = program(tmp_path, "migrate", KAM_MODE="pigeon", KAM_SLACK_API_URL="https://secret.example.com/")
    assert (ran.code, ran.out) == (2, "")
    assert "KAM_MODE" in ran.err
    assert "KAM_SLACK_API_URL" in ran.err
    assert "secret.example.com" not in ran.err


def test_the_test_clock_is_refused_outside_tests(tmp_path: Path) -> None:
    ran = program(tmp_path, "serve", KAM_NOW="2026-03-02T08:00:00+00:00")
    assert ran.code == 2
    assert "KAM_TEST_CLOCK" in ran.err


def test_serve_without_a_token_says_where_to_find_one(tmp_path: Path) -> None:
    ran = program(tmp_path, "serve")
    assert ran.code == 2
    assert "KAM_SLACK_BOT_TOKEN" in ran.err
    assert "xoxb-" in ran.err


def test_help_names_every_command(tmp_path: Path) -> None:
    ran = program(tmp_path, "--help", NO_COLOR="1")
    assert ran.code == 0
    named = set(re.findall(r"^│ (\w+)", ran.out, flags=re.MULTILINE))
    assert {"serve", "demo", "advise", "check", "plan", "migrate", "manifest", "account", "visit", "why"} <= named
