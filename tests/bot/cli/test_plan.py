"""`kam plan` prints what the planner would send, as JSON lines or for people."""

import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import plan
from bot.content import loader
from bot.core.workdays import CompanyCalendar
from tests.factories import LIBRARY, MANNERS, THINK_AHEAD, a_library

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "playbooks" / "examples" / "portfolio.csv"
START = date(2026, 3, 2)
HEADER = "account,rep,timezone,stage,last_contact,next_visit"
FIELDS = ["nudge", "due_at", "rep", "account", "play", "cue", "reason", "fate", "rule"]


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(path: Path, days: int = 30, **options: Any) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    options = {"as_json": True, "library": LIBRARY, "start": START, **options}
    library, start = options.pop("library"), options.pop("start")
    code = plan.run(library, path, start, days, out=out, err=err, **options)
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    """Two accounts of one rep in Shanghai: one gone quiet, one that is visited."""
    path = tmp_path / "accounts.csv"
    rows = [
        "江澜水务,U1,Asia/Shanghai,middle,2026-02-12 10:00,",
        "临沅医院,U1,Asia/Shanghai,,,2026-03-05 14:00",
    ]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


def test_each_line_is_a_document_with_the_fields_of_the_contract(accounts: Path) -> None:
    ran = run(accounts)
    assert (ran.code, ran.err) == (0, "")
    assert [list(line) for line in ran.lines] == [FIELDS] * 3
    (quiet,) = [line for line in ran.lines if line["account"] == "江澜水务"]
    assert {key: quiet[key] for key in FIELDS[1:]} == {
        "due_at": "2026-03-05T09:00:00+08:00",
        "rep": "U1",
        "account": "江澜水务",
        "play": "as-before-the-deal",
        "cue": "no_contact_for",
        "reason": "no contact since 2026-02-12",
        "fate": "planned",
        "rule": None,
    }


def test_the_lines_come_in_order_and_chinese_is_written_as_it_is(accounts: Path) -> None:
    ran = run(accounts)
    assert [line["due_at"] for line in ran.lines] == [
        "2026-03-04T17:00:00+08:00",
        "2026-03-05T09:00:00+08:00",
        "2026-03-05T15:00:00+08:00",
    ]
    assert "江澜水务" in ran.out


def test_a_bad_row_is_told_on_standard_error_and_the_others_are_planned(accounts: Path) -> None:
    with accounts.open("a", encoding="utf-8") as file:
        file.write("\nBad,U1,Asia/Shangai,middle,,\n")
    ran = run(accounts)
    assert ran.code == 1
    assert len(ran.lines) == 3
    assert f"{accounts}:4: timezone:" in ran.err
    assert "Asia/Shanghai" in ran.err


@pytest.mark.parametrize("as_json", [True, False])
def test_an_unreadable_file_exits_2_and_says_what_to_do(tmp_path: Path, as_json: bool) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("account,rep\n临沅医院,U1\n".encode("gbk"))
    ran = run(path, as_json=as_json)
    assert ran.code == 2
    if as_json:
        (document,) = ran.lines
        assert set(document["error"]) == {"code", "message", "repair"}
        assert document["error"]["code"] == "portfolio_encoding"
        assert ran.err == ""
    else:
        assert ran.out == ""
        assert "UTF-8" in ran.err


@pytest.mark.parametrize(("start", "days"), [(START, 0), (START, -1), (START, 10**6), (date(1, 1, 1), 30)])
def test_a_span_that_cannot_be_planned_exits_2(accounts: Path, start: date, days: int) -> None:
    ran = run(accounts, days, start=start)
    assert ran.code == 2
    assert ran.lines[0]["error"]["repair"]


def test_an_unknown_country_in_the_cadence_exits_2(accounts: Path) -> None:
    library = a_library(THINK_AHEAD, manners=MANNERS.model_copy(update={"country": "XX"}))
    assert run(accounts, library=library).lines[0]["error"]["code"] == "unknown_country"


def test_the_company_calendar_of_the_cadence_holds(accounts: Path) -> None:
    """In China the 23rd of February 2026 is still a holiday and Saturday the 28th is worked."""
    library = a_library(*LIBRARY.plays, manners=MANNERS.model_copy(update={"country": "CN"}))
    accounts.write_text(f"{HEADER}\nA,U1,Asia/Shanghai,middle,2026-01-27,\nB,U1,Asia/Shanghai,middle,2026-02-07,\n")
    ran = run(accounts, library=library, start=date(2026, 2, 17))
    assert [line["due_at"][:10] for line in ran.lines] == ["2026-02-24", "2026-02-28"]


def test_a_calendar_may_be_given(accounts: Path) -> None:
    sundays = CompanyCalendar("x", weekend=frozenset({0, 1, 2, 3}))
    sent = [line for line in run(accounts, calendar_of=lambda _country: sundays).lines if line["fate"] == "planned"]
    assert {datetime.fromisoformat(line["due_at"]).weekday() for line in sent} == {4}


def test_people_read_a_table_by_rep_and_week(accounts: Path) -> None:
    ran = run(accounts, as_json=False)
    assert ran.code == 0
    assert "U1: week of Mon 2 Mar 2026" in ran.out
    row = next(line for line in ran.out.splitlines() if "no contact since" in line)
    assert row.split() == [
        "Thu",
        "5",
        "Mar",
        "09:00",
        "江澜水务",
        "as-before-the-deal",
        "no",
        "contact",
        "since",
        "2026-02-12",
    ]


def test_names_are_text_and_no_markup(accounts: Path) -> None:
    accounts.write_text(f"{HEADER}\n[red]=1+1[/red],U1,UTC,middle,2026-02-01,\n")
    assert "[red]=1+1[/red]" in run(accounts, as_json=False).out


def test_nothing_to_send_is_said(accounts: Path) -> None:
    accounts.write_text(HEADER)
    assert "Nothing" in run(accounts, as_json=False).out
    assert run(accounts).out == ""


# --- the sample and the shipped playbooks ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Any:
    return loader.load(ROOT / "playbooks").library


def test_the_sample_gives_the_same_bytes_twice(shipped: Any) -> None:
    first, second = run(SAMPLE, 90, library=shipped), run(SAMPLE, 90, library=shipped)
    assert first.code == 0
    assert first.out == second.out


def test_the_sample_shows_every_kind_of_rule_a_file_can_show(shipped: Any) -> None:
    lines = run(SAMPLE, 90, library=shipped).lines
    rules = {line["rule"] for line in lines if line["fate"] == "held"}
    guards = {"open_problem", "fresh_problem", "important_matter", "slows_service"}
    assert rules >= guards | {"cap_day", "cap_week", "cap_account", "said_before"}
    planned = {line["play"] for line in lines if line["fate"] == "planned"}
    assert planned >= {"complaint-received", "close-the-loop", "promises-kept", "step-back", "as-before-the-deal"}
    assert {line["rep"] for line in lines} == {"U0ANNA", "U0JAMES", "U0PRIYA", "U0LIWEI", "U0CHENJIE"}


def test_the_first_days_of_the_sample_have_something_for_every_rep(shipped: Any) -> None:
    lines = run(SAMPLE, 7, library=shipped).lines
    assert len({line["rep"] for line in lines if line["fate"] == "planned"}) == 5


def test_no_reason_falls_back_to_bare_facts(shipped: Any) -> None:
    for line in run(SAMPLE, 90, library=shipped).lines:
        assert "_" not in line["reason"]
        assert "{" not in line["reason"]
        assert line["cue"].replace("_", " ") + ":" not in line["reason"]
