"""The portfolio file is read whole: bad rows are told with line and repair, the others are kept."""

import contextlib
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.connectors import files
from bot.core.account import Language, OrderPhase, Stage
from bot.core.portfolio import CLEAR, Portfolio, PortfolioRow
from bot.core.situation import By
from tests.factories import BERLIN, SHANGHAI

SAMPLE = Path(__file__).parents[3] / "playbooks" / "examples" / "portfolio.csv"
FULL = (
    "account,rep,stage,stage_since,timezone,language,account_timezone,account_language,order_phase,order_since,"
    "last_contact,last_contact_by,one_sided_contacts,open_problem_since,problem_confirmed_at,promise_due,promise_text,"
    "next_visit,important,contact,contact_boss,manager\n"
    "江澜水务,U1,middle,2025-07-01,Europe/Berlin,en,Asia/Shanghai,zh,in_use,2026-01-05,"
    "2026-02-10 09:30,us,4,2026-02-20,2026-01-02T08:00+08:00,2026-03-20,备件清单,"
    "2026-03-05,a; b ;；c,方致远,郝国梁,U0MEILIN\n"
)


def read(*rows: str, header: str = "account,rep,timezone", fallback: ZoneInfo | None = None) -> Portfolio:
    return files.read("\n".join([header, *rows]), fallback=fallback)


def cell(column: str, text: str) -> PortfolioRow:
    """The row of Acme with one more cell, which must be good."""
    result = read(f'Acme,U1,Europe/Berlin,"{text}"', header=f"account,rep,timezone,{column}")
    assert result.bad == ()
    return result.rows[0]


def complaint(*rows: str, header: str = "account,rep,timezone") -> tuple[int, str, str]:
    """The one thing wrong: its line, column, and all its words."""
    (bad,) = read(*rows, header=header).bad
    return bad.line, bad.column, f"{bad.message}; {bad.repair}"


def refusal(content: bytes | str) -> errors.BadInput:
    with pytest.raises(errors.BadInput) as caught:
        files.read(content)
    assert caught.value.repair
    return caught.value


def test_every_column_is_read_into_its_type() -> None:
    (row,) = files.read(FULL).rows
    assert row == PortfolioRow(
        line=2,
        account="江澜水务",
        rep="U1",
        zone=BERLIN,
        rep_language=Language.EN,
        timezone=BERLIN,
        language=Language.EN,
        stage=Stage.MIDDLE,
        stage_since=date(2025, 7, 1),
        account_timezone=SHANGHAI,
        account_language=Language.ZH,
        order_phase=OrderPhase.IN_USE,
        order_since=date(2026, 1, 5),
        last_contact=datetime(2026, 2, 10, 9, 30, tzinfo=BERLIN),
        last_contact_by=By.US,
        one_sided_contacts=4,
        open_problem_since=datetime(2026, 2, 20, tzinfo=BERLIN),
        problem_confirmed_at=datetime(2026, 1, 2, 1, 0, tzinfo=BERLIN),
        promise_due=date(2026, 3, 20),
        promise_text="备件清单",
        next_visit=datetime(2026, 3, 5, tzinfo=BERLIN),
        next_visit_all_day=True,
        important=("a", "b", "c"),
        contact="方致远",
        contact_boss="郝国梁",
        manager="U0MEILIN",
    )


def test_columns_may_come_in_any_order_and_a_bom_is_accepted() -> None:
    result = files.read("\ufefftimezone,rep,account\r\nAsia/Shanghai,U1,临沅医院\r\n".encode())
    assert [(row.account, row.rep, row.zone) for row in result.rows] == [("临沅医院", "U1", SHANGHAI)]


def test_an_unknown_column_is_refused_with_the_nearest_name() -> None:
    error = refusal("account,rep,timezon\nAcme,U1,Europe/Berlin\n")
    assert (error.code, "timezon" in error.message, "timezone" in error.repair) == ("unknown_column", True, True)
    assert "account" in refusal("account,rep,xyzzy\n").repair


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "no_header"),
        ("\n\n", "no_header"),
        ("account,timezone\nAcme,UTC\n", "missing_column"),
        ("rep,timezone\nU1,UTC\n", "missing_column"),
        ("account,rep,rep\n", "repeated_column"),
        ("account,rep,\nAcme,U1,\n", "unknown_column"),
        ("account;rep;timezone\nAcme;U1;UTC\n", "portfolio_delimiter"),
        ("account\trep\nAcme\tU1\n", "portfolio_delimiter"),
        ('account,rep\n"Acme" Ltd,U1\n', "portfolio_quoting"),
        ('account,rep\n"Acme,U1\n', "portfolio_quoting"),
        ("account,rep\n临沅医院,U1\n".encode("utf-16"), "portfolio_encoding"),
        ("account,rep\nAcme,U1\n".encode("utf-16-le"), "portfolio_encoding"),
        ("account,rep\n临沅医院,U1\n".encode("gbk"), "portfolio_encoding"),
        (b"account,rep\n\xff\xfe\xfa,U1\n", "portfolio_encoding"),
        (b"account,rep\n" + b"x" * files.LARGEST, "portfolio_large"),
        ("account,rep\n" + "Acme,U1\n" * (files.MOST_ROWS + 1), "portfolio_large"),
    ],
)
def test_what_spoils_the_whole_file_is_refused_with_a_repair(content: bytes | str, code: str) -> None:
    assert refusal(content).code == code


def test_gbk_is_named_and_the_line_is_told() -> None:
    error = refusal("account,rep\nAcme,U1\n临沅医院,U1\n".encode("gbk"))
    assert "GBK" in error.message
    assert "line 3" in error.message
    assert "UTF-8" in error.repair


def test_the_most_rows_are_still_read() -> None:
    rows = "".join(f"A{n},U1,UTC\n" for n in range(files.MOST_ROWS))
    assert len(files.read("account,rep,timezone\n" + rows).rows) == files.MOST_ROWS


def test_bad_rows_are_told_and_the_others_kept() -> None:
    result = read("Acme,U1,Europe/Berlin", ",U1,", "Bolt,,Europe/Berlin", "Core,U1,")
    assert [row.account for row in result.rows] == ["Acme", "Core"]
    assert [(bad.line, bad.column) for bad in result.bad] == [(3, "account"), (4, "rep")]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    result = read("Acme,U1,UTC,soon,loud,x", header="account,rep,timezone,stage_since,stage,one_sided_contacts")
    assert {bad.column for bad in result.bad} == {"stage_since", "stage", "one_sided_contacts"}
    assert all(bad.repair for bad in result.bad)


def test_the_line_told_is_the_first_of_the_row_though_cells_hold_line_breaks() -> None:
    header = "account,rep,timezone,promise_due,promise_text"
    line, column, _ = complaint('A,U1,UTC,2026-03-20,"one\ntwo\nthree"', "B,U1,Mars,,", header=header)
    assert (line, column) == (5, "timezone")


def test_blank_lines_and_short_rows_are_no_fault() -> None:
    result = read("", "Acme,U1,Europe/Berlin", ",,", "Bolt,U1")
    assert [(row.account, row.line) for row in result.rows] == [("Acme", 3), ("Bolt", 5)]


def test_a_row_with_too_many_cells_is_bad() -> None:
    line, _, words = complaint("Acme, Inc,U1,Europe/Berlin", header="account,rep,timezone")
    assert line == 2
    assert "4 cells" in words


@pytest.mark.parametrize(
    ("second", "column"), [("Asia/Shanghai,en", "timezone"), ("Europe/Berlin,zh", "language"), (",zh", "language")]
)
def test_rows_of_one_rep_must_agree(second: str, column: str) -> None:
    header = "account,rep,timezone,language"
    line, named, words = complaint("A,U1,Europe/Berlin,en", f"B,U1,{second}", "C,U2,Asia/Shanghai,zh", header=header)
    assert (line, named) == (3, column)
    assert "line 2" in words


def test_what_one_row_says_of_a_rep_holds_for_the_others() -> None:
    result = read("A,U1,", "B,U1,Asia/Shanghai")
    assert [row.zone for row in result.rows] == [SHANGHAI, SHANGHAI]
    assert [row.timezone for row in result.rows] == [None, SHANGHAI]


def test_a_rep_without_a_zone_is_bad_unless_a_fallback_or_a_known_zone_helps() -> None:
    assert complaint("Acme,U1,")[1] == "timezone"
    assert complaint("Acme,U1", header="account,rep")[1] == "timezone"
    assert read("Acme,U1,", fallback=BERLIN).rows[0].zone is BERLIN
    known = files.read("account,rep,timezone\nAcme,U1,Europe/Berlin\n", zones={"U1": SHANGHAI})
    assert known.rows[0].zone is SHANGHAI


def test_the_same_account_twice_for_one_rep_is_bad_however_it_is_spelt() -> None:
    line, column, words = complaint("Acme Ltd,U1,UTC", "ＡＣＭＥ  ltd,U1,", "Acme Ltd,U2,UTC")
    assert (line, column) == (3, "account")
    assert "line 2" in words


def test_a_dash_clears_and_an_empty_cell_leaves() -> None:
    assert cell("important", "-").important is CLEAR
    assert cell("important", "").important is None
    assert cell("next_visit", "-").next_visit is CLEAR
    assert complaint("-,U1,UTC")[1] == "account"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+49 40 123", "@SUM(A1)", "-5% rebate", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    assert cell("contact", text).contact == text


def test_quoted_cells_keep_commas_quotes_and_line_breaks() -> None:
    (row,) = files.read('account,rep,timezone\r\n"Acme, ""the"" Co",U1,UTC\r\n').rows
    assert row.account == 'Acme, "the" Co'


@pytest.mark.parametrize(
    ("text", "instant", "all_day"),
    [
        ("2026-03-05", "2026-03-05T00:00+01:00", True),
        ("2026/3/5", "2026-03-05T00:00+01:00", True),
        ("2026-03-05 14:30", "2026-03-05T14:30+01:00", False),
        ("2026/3/5 9:30", "2026-03-05T09:30+01:00", False),
        ("2026-03-05T14:30:15", "2026-03-05T14:30:15+01:00", False),
        ("2026-03-05T14:30+08:00", "2026-03-05T07:30+01:00", False),
        ("2026-03-05T14:30Z", "2026-03-05T15:30+01:00", False),
        ("2026-03-05 00:00", "2026-03-05T00:00+01:00", False),
        ("2026-03-29 02:30", "2026-03-29T03:30+02:00", False),  # the clock skips it
        ("2026-10-25 02:30", "2026-10-25T02:30+02:00", False),  # comes twice: the first
        ("2028-02-29 10:00", "2028-02-29T10:00+01:00", False),
    ],
)
def test_a_visit_is_local_to_the_rep_and_a_bare_date_is_a_whole_day(text: str, instant: str, all_day: bool) -> None:
    row = cell("next_visit", text)
    assert isinstance(row.next_visit, datetime)
    assert row.next_visit.isoformat() == datetime.fromisoformat(instant).isoformat()
    assert row.next_visit.tzinfo is BERLIN
    assert row.next_visit_all_day is all_day


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("next_visit", "3/4/2026"),
        ("next_visit", "tomorrow"),
        ("next_visit", "2026-02-29"),
        ("next_visit", "2026-03-05 25:00"),
        ("next_visit", "20260305"),
        ("next_visit", "0001-01-01"),
        ("stage_since", "2026-13-01"),
        ("last_contact_by", "me"),
        ("stage", "lost"),
        ("order_phase", "using"),
        ("language", "de"),
        ("account_language", "fr"),
        ("account_timezone", "Shanghai"),
        ("account_timezone", "../../etc/passwd"),
        ("one_sided_contacts", "-1"),
        ("one_sided_contacts", "2.5"),
        ("one_sided_contacts", "1000"),
        ("promise_text", "spare parts"),
        ("contact_boss", "Dr. Vogt"),
        ("contact", "a\x07b"),
        ("contact", "x" * 121),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(column: str, text: str) -> None:
    line, named, words = complaint(f"Acme,U1,Europe/Berlin,{text}", header=f"account,rep,timezone,{column}")
    assert (line, named) == (2, column)
    assert not words.endswith("; ")


def test_a_misspelt_zone_gets_the_nearest_name() -> None:
    assert "Asia/Shanghai" in complaint("Acme,U1,Asia/Shangai")[2]


@pytest.mark.parametrize("text", ["MIDDLE", "Middle"])
def test_case_does_not_matter_in_choices_nor_in_the_header(text: str) -> None:
    (row,) = files.read(f"Account, REP ,timezone,Stage\nAcme,U1,UTC,{text}\n").rows
    assert row.stage is Stage.MIDDLE


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(errors.BadInput, match="cannot read"):
            files.load(path)


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("account,rep,timezone\nAcme,U1,UTC\n", encoding="utf-8-sig")
    assert [row.account for row in files.load(path).rows] == ["Acme"]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    for content in (noise, b"account,rep,timezone\n" + noise):
        with contextlib.suppress(errors.BadInput):
            assert all(bad.line > 1 for bad in files.read(content, fallback=BERLIN).bad)


@given(st.lists(st.tuples(st.sampled_from(files.COLUMNS[2:]), st.text(max_size=30)), max_size=5))
def test_no_cell_breaks_the_reader(cells: list[tuple[str, str]]) -> None:
    values = dict(cells)
    quoted = ",".join('"' + text.replace('"', '""') + '"' for text in values.values())
    content = f"account,rep,{','.join(values)}\nAcme,U1,{quoted}\n" if values else "account,rep\nAcme,U1\n"
    result = files.read(content, fallback=BERLIN)
    assert len(result.rows) == (0 if result.bad else 1)


def test_the_sample_portfolio_is_whole() -> None:
    sample = files.load(SAMPLE)
    assert sample.bad == ()
    assert len(sample.rows) == 40
    languages = {row.rep: row.rep_language for row in sample.rows}
    assert languages == {
        "U0ANNA": Language.EN,
        "U0JAMES": Language.EN,
        "U0PRIYA": Language.EN,
        "U0LIWEI": Language.ZH,
        "U0CHENJIE": Language.ZH,
    }
    assert {row.manager for row in sample.rows} == {"U0MEILIN"}
    assert {row.stage for row in sample.rows} == set(Stage)
    assert {row.order_phase for row in sample.rows} >= set(OrderPhase)
    start, end = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 4, 14, tzinfo=UTC)
    visits = [row.next_visit for row in sample.rows if isinstance(row.next_visit, datetime)]
    assert all(start <= at < end for at in visits)
    days = [(row.rep, row.next_visit.date()) for row in sample.rows if isinstance(row.next_visit, datetime)]
    assert len(days) > len(set(days)), "several visits of one rep on one day"
