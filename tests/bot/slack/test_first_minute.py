"""The first minute with the coach: whatever a person does first, they are welcomed once and nothing is lost."""

import re

import pytest

from storage.tables import AccountRow, NudgeRow, RepRow
from tests.coach import NEW_YORK, Coach

HELLO = "Hello, I coach key-account work"
QUESTION = "the shipment will be two weeks late and they don't know yet"
HAN = re.compile("[一-鿿]")


def test_kam_alone_welcomes_in_the_dm_and_shows_what_there_is(either: Coach) -> None:
    answer = either.anna.types()
    assert HELLO in answer
    assert "What I can do" in answer
    assert "/kam visit acme thu 10:00" in answer


def test_a_question_as_the_very_first_words_is_answered(either: Coach) -> None:
    answer = either.anna.types(f"advice {QUESTION}")
    assert HELLO in answer
    assert "Say:" in answer


def test_an_account_added_as_the_very_first_act_is_kept(coach: Coach) -> None:
    assert "Nordhaus is in." in coach.anna.types("account add Nordhaus")
    assert coach.row(AccountRow).name == "Nordhaus"


def test_the_form_opens_even_for_somebody_new(coach: Coach) -> None:
    coach.anna.types("account add")
    assert coach.anna.form.startswith("Add an account")


def test_opening_the_messages_tab_welcomes(coach: Coach) -> None:
    assert HELLO in coach.anna.opens("messages")


def test_opening_the_home_tab_welcomes_and_shows_it(coach: Coach) -> None:
    answer = coach.anna.opens("home")
    assert HELLO in answer
    assert "You have no accounts yet" in coach.anna.home


def test_words_in_the_dm_are_welcomed_and_answered(either: Coach) -> None:
    answer = either.anna.writes(QUESTION)
    assert HELLO in answer
    assert "Say:" in answer


def test_nobody_is_welcomed_twice(coach: Coach) -> None:
    anna = coach.anna
    for act in (anna.types, anna.opens, lambda: anna.opens("home"), lambda: anna.writes("hello"), anna.types):
        act()
    assert sum(HELLO in text for text in anna.got()) == 1


def test_the_welcome_says_what_is_stored_and_who_sees_it(coach: Coach) -> None:
    answer = coach.anna.opens()
    assert "never your private answers" in answer
    assert "/kam settings" in answer


def test_the_button_of_the_welcome_adds_the_first_account(coach: Coach) -> None:
    coach.anna.opens()
    coach.anna.taps("Add an account")
    assert "Nordhaus is in." in coach.anna.fills(name="Nordhaus", stage="middle")


@pytest.mark.parametrize("act", ["types", "writes"])
def test_a_guest_is_refused_in_a_sentence_and_not_kept(coach: Coach, act: str) -> None:
    answer = getattr(coach.guest, act)("help")
    assert answer == "Only people of this workspace can use me; guests ask their host."
    assert coach.rows(RepRow) == []


def test_a_guest_who_opens_the_app_is_not_written_to(coach: Coach) -> None:
    coach.guest.opens("messages")
    coach.guest.opens("home")
    assert coach.guest.got() == []
    assert coach.rows(RepRow) == []


def test_while_slack_does_not_say_who_asks_they_are_answered_all_the_same(coach: Coach) -> None:
    coach.space.faults.add("users.info", "http_500", times=9)
    assert "Nordhaus is in." in coach.anna.types("account add Nordhaus")
    assert "What I can do" in coach.anna.writes("help")


def test_once_slack_says_again_who_asks_zone_and_language_are_theirs(coach: Coach) -> None:
    coach.space.faults.add("users.info", "http_500", times=2)
    coach.liwei.types("help")
    coach.space.faults.clear()
    assert "我能做什么" in coach.liwei.types("help")
    assert coach.row(RepRow).zone == "Asia/Shanghai"


# --- no time zone ---------------------------------------------------------------------------------------------------


def test_without_a_time_zone_the_rep_is_asked_and_gets_nothing_until_they_say(coach: Coach) -> None:
    nomad = coach.nomad
    assert "I send nothing until I know it. Where do you work?" in nomad.opens()
    nomad.types("account add Nordhaus")
    assert "I need your time zone first" in nomad.types("visit Nordhaus tomorrow 10:00")
    before = len(nomad.got())
    coach.until("2026-03-06 18:00")
    assert len(nomad.got()) == before
    assert coach.rows(NudgeRow) == []


def test_the_zone_is_set_with_one_tap_and_then_the_card_comes(coach: Coach) -> None:
    nomad = coach.nomad
    nomad.opens()
    nomad.types("account add Nordhaus")
    assert "America/New_York" in nomad.taps("America/New York")
    assert "You get a card today 17:00" in nomad.types("visit Nordhaus tomorrow 10:00")
    coach.until("2026-03-04 17:00", NEW_YORK)
    assert "Nordhaus · Thu 5 Mar, 10:00" in nomad.dm[-1]


def test_the_zone_set_by_text_holds_over_what_slack_says_later(coach: Coach) -> None:
    coach.nomad.types("settings timezone America/New York")
    coach.srv.change_member("U4", tz="Europe/Berlin")
    coach.rest()
    assert "America/New_York" in coach.nomad.types("settings")


def test_a_zone_that_does_not_exist_is_asked_for_again(coach: Coach) -> None:
    for wrong in ("Middle/Earth", "../../etc/passwd", "Europe", "x" * 300, "\0"):
        assert "I know no time zone" in coach.nomad.types(f"settings timezone {wrong}")


def test_a_zone_that_slack_learns_later_is_taken_over(coach: Coach) -> None:
    coach.nomad.types()
    coach.srv.change_member("U4", tz="Asia/Tokyo")
    coach.rest()
    assert "Asia/Tokyo" in coach.nomad.types("settings")


# --- Chinese --------------------------------------------------------------------------------------------------------


def test_a_chinese_rep_reads_chinese_everywhere(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.opens("home")
    for text in (
        "", "help", "account", "account add 博远", "account set 博远 stage 中期", "account set 博远 阶段 xyz",
        "account show 博远", "account 没有这家", "visit 博远 明天上午十点", "visit 博远 昨天", "visit", "visit 博远",
        "contact list 博远", "contact", "calendar", "calendar add x", "settings", "settings 语言 klingon", "why",
        "advice", "advice 博远", "advice 今天天气", "advice 客户投诉交货晚了，很生气", "account archive 博远",
        "account restore 博远",
    ):  # fmt: skip
        answer = liwei.types(text)
        assert HAN.search(answer), (text, answer)
        for line in answer.splitlines():
            assert HAN.search(line) or not re.search("[a-z]", line), (text, line)
    assert all(HAN.search(text) for text in liwei.got())


def test_the_language_can_be_chosen_against_slack(coach: Coach) -> None:
    assert "Saved." in coach.liwei.types("settings 语言 english")
    assert "What I can do" in coach.liwei.types("help")


def test_somebody_who_leaves_gets_nothing_any_more(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("visit Nordhaus tomorrow 10:00")
    before = len(coach.anna.got())
    coach.srv.change_member("U1", deleted=True)
    coach.until("2026-03-05 18:00")
    assert len(coach.anna.got()) == before
