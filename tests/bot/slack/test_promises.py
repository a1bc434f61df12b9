"""Promises both ways: written down, warned in time, and kept, moved or broken with a history."""

from datetime import date

import pytest

from storage.tables import NudgeRow, ProblemRow, PromiseChangeRow, PromiseRow
from tests.coach import SHANGHAI, Coach, Person


@pytest.fixture
def anna(coach: Coach) -> Person:
    coach.anna.types("account add Nordhaus")
    return coach.anna


@pytest.fixture
def liwei(coach: Coach) -> Person:
    coach.liwei.types("account add 博远")
    return coach.liwei


def changes(coach: Coach) -> list[str]:
    return [change.what for change in coach.rows(PromiseChangeRow)]


# --- writing one down -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text", "due", "by"),
    [
        ("Nordhaus by fri: spare parts list", "spare parts list", date(2026, 3, 6), "us"),
        ("Nordhaus: spare parts list by fri", "spare parts list", date(2026, 3, 6), "us"),
        ("nordhaus by 20 March: a test run, with Dana", "a test run, with Dana", date(2026, 3, 20), "us"),
        ("Nordhaus them by 12 March: drawings", "drawings", date(2026, 3, 12), "them"),
        ("Nordhaus 周五前：备件清单", "备件清单", date(2026, 3, 6), "us"),
        ("Nordhaus 对方 下周四前：图纸", "图纸", date(2026, 3, 12), "them"),
        ("Nordhaus 3月20日前给试机报告", "给试机报告", date(2026, 3, 20), "us"),
        ("add Nordhaus tomorrow: call back", "call back", date(2026, 3, 5), "us"),
    ],
)
def test_a_promise_is_written_down_as_it_is_typed(
    coach: Coach, anna: Person, typed: str, text: str, due: date, by: str
) -> None:
    answer = anna.types(f"promise {typed}")
    row = coach.row(PromiseRow)
    assert (row.text, row.due, row.by, row.made) == (text, due, by, date(2026, 3, 4))
    assert text in answer
    assert "Nordhaus" in answer
    assert changes(coach) == ["made"]


def test_the_form_writes_one_down_as_well(coach: Coach, anna: Person) -> None:
    anna.types("promise")
    assert anna.form.startswith("Write down a promise")
    answer = anna.fills(account="Nordhaus", by="They owe it to us", text="drawings", due="2026-03-12")
    assert answer == "Nordhaus owes us by Thu 12 Mar: drawings. On the day it stands in your list for today.\n[Undo]"
    assert coach.row(PromiseRow).by == "them"


def test_an_account_alone_opens_the_form_with_it(anna: Person) -> None:
    anna.types("promise Nordhaus")
    assert "Nordhaus" in anna.form


def test_the_same_promise_twice_is_one(coach: Coach, anna: Person) -> None:
    anna.types("promise Nordhaus by fri: spare parts list")
    assert "I had that already" in anna.types("promise Nordhaus by fri: spare parts list")
    coach.row(PromiseRow)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Nordhaus: spare parts", "By which day? For example: /kam promise Nordhaus by fri: spare parts"),
        ("Nordhaus by fri", "What was promised?"),
        ("Nordhaus by 2 March 2026: parts", "Mon 2 Mar is past"),
        ("Nordhuas by fri: parts", "Did you mean Nordhaus?"),
        ("Nordhaus by 6 March 2029: parts", "more than two years away"),
    ],
)
def test_what_is_missing_is_asked_for(coach: Coach, anna: Person, typed: str, answer: str) -> None:
    assert answer in anna.types(f"promise {typed}")
    assert coach.rows(PromiseRow) == []


def test_a_day_that_can_be_two_is_asked_and_settled_with_a_tap(coach: Coach, anna: Person) -> None:
    anna.writes("/kam promise Nordhaus by 6/4: spare parts")
    anna.taps("Mon 6 Apr")
    assert coach.row(PromiseRow).due == date(2026, 4, 6)


# --- the warning ----------------------------------------------------------------------------------------------------


@pytest.fixture
def warned(coach: Coach, anna: Person) -> Person:
    """Anna, warned on Monday 16 March of what is due on Friday the 20th."""
    anna.types("promise Nordhaus by 20 March: spare parts list")
    coach.until("2026-03-17 12:00")
    return anna


def test_the_warning_comes_in_time_with_three_buttons_and_the_menu(warned: Person) -> None:
    card = warned.dm[-1]
    assert "Due Fri 20 Mar: spare parts list" in card
    assert "[Kept] [New date…] [Can't keep it]" in card
    assert "[I'll do it]" not in card
    assert "Why this?" in card


def test_kept_with_one_tap(coach: Coach, warned: Person) -> None:
    assert warned.taps("Kept") == "Nordhaus, spare parts list: kept. Well done.\n[Undo]"
    assert coach.row(PromiseRow).kept_at is not None
    assert changes(coach) == ["made", "kept"]
    assert coach.row(NudgeRow, kind="promise").answer == "kept"
    assert "spare parts list, kept Tue 17 Mar" in warned.types("promise list")


def test_a_new_day_moves_it_and_keeps_the_old_one_in_the_history(coach: Coach, warned: Person) -> None:
    warned.taps("New date…")
    assert "Which day will hold for certain?" in warned.form
    answer = warned.fills(due="2026-04-10")
    assert "now by Fri 10 Apr, before Fri 20 Mar" in answer
    assert "\"I said Friday, and that won't hold; I am sorry. The new day is Friday the 10th of April, and" in answer
    assert coach.row(PromiseRow).due == date(2026, 4, 10)
    assert changes(coach) == ["made", "moved"]
    warned.types("promise list")
    assert "moved from Fri 20 Mar to Fri 10 Apr" in warned.taps("Open")


def test_after_a_move_the_next_warning_waits_for_its_time(coach: Coach, warned: Person) -> None:
    warned.taps("New date…")
    warned.fills(due="2026-04-10")
    coach.until("2026-03-30 12:00")
    assert sum("spare parts list" in text and "[Kept]" in text for text in warned.dm) == 0
    coach.until("2026-04-08 12:00")
    assert "Due Fri 10 Apr: spare parts list" in warned.dm[-1]


@pytest.mark.parametrize(
    ("due", "answer"), [("2026-03-20", "due on that day already"), ("2026-03-16", "Mon 16 Mar is past")]
)
def test_a_day_that_is_no_new_one_is_said_at_the_field(coach: Coach, warned: Person, due: str, answer: str) -> None:
    warned.taps("New date…")
    warned.fills(due=due)
    assert answer in warned.form or answer in "\n".join(warned.got()[-2:])
    assert changes(coach) == ["made"]


def test_broken_asks_why_and_offers_the_talk_that_fits(coach: Coach, warned: Person) -> None:
    warned.taps("Can't keep it")
    assert "What stands in the way?" in warned.form
    answer = warned.fills(why="the supplier has none left.")
    assert "not kept (the supplier has none left)" in answer
    assert "[They don't know yet] [They know, and are upset]" in answer
    change = coach.rows(PromiseChangeRow)[-1]
    assert (change.what, change.note) == ("broken", "the supplier has none left.")
    assert coach.row(PromiseRow).broken_at is not None
    assert "Nordhaus: spare parts list, given up Tue 17 Mar" in warned.types("promise list")
    assert "[" in warned.taps("They don't know yet")


def test_a_broken_promise_is_warned_of_no_more(coach: Coach, anna: Person) -> None:
    anna.types("promise Nordhaus by 20 March: spare parts list")
    anna.types("promise list")
    anna.taps("Open")
    anna.taps("Can't keep it")
    anna.fills(why="none left")
    coach.until("2026-03-21 12:00")
    assert not any("[Kept]" in text for text in anna.dm)


def test_a_second_tap_is_told_what_happened(coach: Coach, warned: Person) -> None:
    card = warned.showing("Kept")
    warned.types("promise list")
    warned.taps("Open")
    warned.taps("Kept", on=card)
    assert warned.taps("Can't keep it") == "That one is settled already: kept Tue 17 Mar."
    assert changes(coach) == ["made", "kept"]


def test_somebody_elses_promise_is_refused(coach: Coach, warned: Person) -> None:
    coach.bob.types("help")
    card = warned.showing("Kept")
    promise = coach.row(PromiseRow)
    coach.check(coach.srv.click("U6", card.channel, card.ts, by_label="Kept", force=True))
    coach.rest()
    assert coach.row(PromiseRow) == promise


# --- what they owe --------------------------------------------------------------------------------------------------


def test_what_they_owe_stands_in_todays_list_on_its_day_and_sends_nothing_then(coach: Coach, anna: Person) -> None:
    anna.types("promise Nordhaus them by 12 March: drawings")
    assert "drawings" not in anna.types("advice")
    before = len(anna.dm)
    coach.until("2026-03-12 12:00")
    assert len(anna.dm) == before
    assert "ask for what they promised by today: drawings" in anna.types("advice")
    anna.opens("home")
    assert "drawings" in anna.home
    assert coach.rows(NudgeRow, kind="promise", state="sent") == []


def test_what_they_owe_has_words_of_its_own(coach: Coach, anna: Person) -> None:
    anna.types("promise Nordhaus them by 12 March: drawings")
    assert "We may ask for" in anna.types("promise list Nordhaus")
    card = anna.taps("Open")
    assert "[It came] [New date…] [Let it go]" in card
    assert anna.taps("It came") == "Nordhaus, drawings: it came.\n[Undo]"


# --- Chinese --------------------------------------------------------------------------------------------------------


def test_a_chinese_rep_reads_chinese_throughout(coach: Coach, liwei: Person) -> None:
    answer = liwei.types("promise 博远 3月20日前：备件清单")
    assert answer == "博远，3月20日（周五）前：备件清单。我会赶在还来得及商量的时候提醒你。\n[撤销]"
    coach.until("2026-03-17 12:00", SHANGHAI)
    assert "[兑现了] [改日子……] [兑现不了]" in liwei.dm[-1]
    liwei.taps("改日子……")
    answer = liwei.fills(due="2026-03-27")
    assert "从3月20日（周五）改到3月27日（周五）。今天就告诉客户，别等到那天。" in answer
    assert "说：“备件清单的事，上回跟您说的是3月20号，赶不上了，对不住。3月27号一定给您，" in answer


def test_a_broken_promise_becomes_the_problem_in_its_own_words(coach: Coach, warned: Person) -> None:
    warned.taps("Can't keep it")
    warned.fills(why="none left")
    warned.taps("They know, and are upset")
    walk_to_the_problem(warned)
    assert coach.row(ProblemRow).text.startswith("spare parts list")


def walk_to_the_problem(person: Person) -> None:
    """Takes the first reply that is there until a problem is open."""
    for _ in range(4):
        text = person.dm[-1]
        if "Next:" in text or not person.messages:
            return
        line = next(line for line in reversed(text.splitlines()) if line.startswith("["))
        label = line[1 : line.index("]")]
        person.taps(label)
        if label == "Write":
            person.fills(text="it is late")
