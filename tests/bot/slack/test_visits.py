"""Visits: each text ends in a visit, a question, or a sentence that says what to do; the card follows the visit."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.account import CardTime
from storage.tables import NudgeRow, VisitRow
from tests.coach import BERLIN, CHICAGO, SHANGHAI, Coach, Person

HEADING = re.compile(r"^.+ · \w{3} \d+ \w{3}, \d\d:\d\d$", re.MULTILINE)


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Each rep has an account in the middle stage."""
    for person in (coach.anna, coach.james):
        person.types("account add Nordhaus")
        person.types("account set Nordhaus stage middle")
    coach.liwei.types("account add 博远")
    coach.liwei.types("account set 博远 阶段 中期")
    return coach


def planned(coach: Coach) -> list[str]:
    """The visits that stand, as local times."""
    zones = {"U1": BERLIN, "U2": SHANGHAI, "U3": CHICAGO}
    standing = [v for v in coach.visits() if v.state == "planned"]
    return [f"{v.at.astimezone(zones[v.rep_id]):%Y-%m-%d %H:%M}" for v in standing]


def cards(person: Person) -> list[str]:
    """The headings of the cards that came."""
    return [line for text in person.got() for line in HEADING.findall(text)]


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("Nordhaus thu 10:00", "2026-03-05 10:00"),
        ("Nordhaus thursday 3pm", "2026-03-05 15:00"),
        ("Nordhaus tomorrow 14:30", "2026-03-05 14:30"),
        ("tomorrow 14:30 Nordhaus", "2026-03-05 14:30"),
        ("Nordhaus 12 March 14:00", "2026-03-12 14:00"),
        ("Nordhaus 2026-03-12 09:15", "2026-03-12 09:15"),
        ("Nordhaus in 3 days at 9am", "2026-03-07 09:00"),
        ("add Nordhaus fri 11:00", "2026-03-06 11:00"),
        ("nordhaus 下周四上午十点", "2026-03-12 10:00"),
    ],
)
def test_a_time_in_english_is_read_as_people_mean_it(coach: Coach, typed: str, at: str) -> None:
    answer = coach.anna.types(f"visit {typed}")
    assert answer.startswith("Nordhaus, ")
    assert "You get a card" in answer
    assert planned(coach) == [at]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("博远 下周四上午十点", "2026-03-12 10:00"),
        ("博远 明天下午3点", "2026-03-05 15:00"),
        ("博远 周五 14:00", "2026-03-06 14:00"),
        ("博远 3月12日上午9点半", "2026-03-12 09:30"),
        ("明天上午10点 博远", "2026-03-05 10:00"),
        ("博远 thu 10:00", "2026-03-05 10:00"),
    ],
)
def test_a_time_in_chinese_is_read_as_people_mean_it(coach: Coach, typed: str, at: str) -> None:
    answer = coach.liwei.types(f"visit {typed}")
    assert answer.startswith("博远，")
    assert "给你卡片" in answer
    assert planned(coach) == [at]


@pytest.mark.parametrize("text", ["Nordhaus 3/4 10:00", "Nordhaus 5/6 10:00"])
def test_a_date_that_reads_two_ways_is_asked_about_and_a_tap_settles_it(coach: Coach, text: str) -> None:
    answer = coach.anna.types(f"visit {text}")
    assert "can mean two things. Which one?" in answer
    assert coach.visits() == []
    label = coach.anna.messages[-1].blocks[-1]["elements"][1]["text"]["text"]
    assert coach.anna.taps(label).startswith("Nordhaus, ")
    assert len(planned(coach)) == 1


def test_3_4_is_the_third_of_april_or_the_fourth_of_march(coach: Coach) -> None:
    answer = coach.james.types("visit Nordhaus 4/5 10:00")
    assert "[Sun 5 Apr, 10:00] [Mon 4 May, 10:00]" in answer
    coach.james.taps("Mon 4 May, 10:00")
    assert planned(coach) == ["2026-05-04 10:00"]


def test_next_thursday_on_a_wednesday_is_asked_about(coach: Coach) -> None:
    assert "[Thu 12 Mar, 10:00]" in coach.anna.types("visit Nordhaus next thursday 10:00")
    coach.anna.taps("Thu 12 Mar, 10:00")
    assert planned(coach) == ["2026-03-12 10:00"]


def test_a_visit_without_an_hour_is_for_the_whole_day(coach: Coach) -> None:
    assert coach.anna.types("visit Nordhaus fri").startswith("Nordhaus, Fri 6 Mar.")
    assert coach.row(VisitRow).all_day


@pytest.mark.parametrize("text", ["yesterday 10:00", "today 9:00", "2 March 10:00", "昨天上午十点"])
def test_a_time_that_is_over_says_so_and_how_to_log_what_took_place(coach: Coach, text: str) -> None:
    answer = coach.anna.types(f"visit Nordhaus {text}")
    assert "is over. Which day did you mean?" in answer
    assert "/kam contact log Nordhaus us" in answer
    assert coach.visits() == []


@pytest.mark.parametrize("text", ["when the cows come home", "25:99", "31 February 10:00", "明年那个时候吧", "😀"])
def test_a_time_that_cannot_be_read_is_quoted_with_an_example(coach: Coach, text: str) -> None:
    answer = coach.anna.types(f"visit Nordhaus {text}")
    assert answer.startswith(("I cannot read ", "I know no account"))
    assert "thu 10:00" in answer or "/kam account add" in answer
    assert coach.visits() == []


def test_no_time_is_asked_for(coach: Coach) -> None:
    assert coach.anna.types("visit Nordhaus").startswith("When? For example: /kam visit Nordhaus thu 10:00")


def test_no_account_is_asked_for(coach: Coach) -> None:
    answer = coach.anna.types("visit thu 10:00")
    assert answer == "Which account? For example: /kam visit Acme thu 10:00"


def test_a_visit_years_away_is_doubted(coach: Coach) -> None:
    assert "more than a year and a half away" in coach.anna.types("visit Nordhaus 2031-03-12 10:00")
    assert coach.visits() == []


@pytest.mark.parametrize(
    ("who", "zone", "name", "night"),
    [
        ("U1", BERLIN, "Nordhaus", "2026-03-05 23:59"),
        ("U2", SHANGHAI, "博远", "2026-03-05 23:59"),
        ("U3", CHICAGO, "Nordhaus", "2026-03-05 23:59"),
    ],
)
def test_tomorrow_typed_a_minute_before_midnight_is_the_reps_own_tomorrow(
    coach: Coach, who: str, zone: ZoneInfo, name: str, night: str
) -> None:
    coach.clock.move_to(datetime.fromisoformat(night).replace(tzinfo=zone))
    Person(coach, who).types(f"visit {name} tomorrow 15:00")
    assert planned(coach) == ["2026-03-06 15:00"]


def test_tomorrow_at_23_59_is_tomorrow_night(coach: Coach) -> None:
    for person, name in ((coach.anna, "Nordhaus"), (coach.liwei, "博远"), (coach.james, "Nordhaus")):
        person.types(f"visit {name} tomorrow 23:59")
    assert planned(coach) == ["2026-03-05 23:59"] * 3


def test_an_hour_that_the_clock_change_skips_is_moved_and_said(coach: Coach) -> None:
    answer = coach.anna.types("visit Nordhaus 2026-03-29 02:30")
    assert "The clocks change that night" in answer
    assert "so I wrote down Sun 29 Mar, 03:30" in answer
    assert "Sun 29 Mar does not exist" not in answer
    assert planned(coach) == ["2026-03-29 03:30"]


# --- moving and cancelling ------------------------------------------------------------------------------------------


def test_the_same_visit_typed_twice_is_one(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    assert coach.anna.types("visit Nordhaus thu 10:00") == "Nordhaus, tomorrow 10:00: I had that already."
    assert len(planned(coach)) == 1


def test_a_moved_visit_takes_its_card_and_its_check_along(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    assert coach.anna.types("visit move Nordhaus mon 14:00").startswith("Moved: Nordhaus, now Mon 9 Mar, 14:00.")
    coach.until("2026-03-05 18:00")
    assert cards(coach.anna) == []
    coach.until("2026-03-09 18:00")
    assert cards(coach.anna) == ["Nordhaus · Mon 9 Mar, 14:00"]
    assert coach.anna.dm[-1].startswith("Nordhaus: how did it go?")
    assert sum("how did it go?" in text for text in coach.anna.got()) == 1


def test_a_visit_moved_after_its_card_gets_a_new_one(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 18:00")
    coach.anna.types("visit move Nordhaus fri 10:00")
    coach.until("2026-03-05 18:00")
    assert cards(coach.anna) == ["Nordhaus · Thu 5 Mar, 10:00", "Nordhaus · Fri 6 Mar, 10:00"]


def test_a_cancelled_visit_takes_its_card_and_its_check_along(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    assert coach.anna.types("visit cancel Nordhaus").startswith("Cancelled: Nordhaus, tomorrow 10:00.")
    before = len(coach.anna.got())
    coach.until("2026-03-06 18:00")
    assert len(coach.anna.got()) == before
    assert coach.fates(visit_id=coach.visits()[0].id) == ["dropped", "dropped"]


def test_of_several_visits_the_one_to_cancel_is_asked_for(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.types("visit Nordhaus fri 10:00")
    assert coach.anna.types("visit cancel Nordhaus").startswith("Which Nordhaus visit?")
    assert coach.anna.taps("Fri 6 Mar, 10:00").startswith("Cancelled: Nordhaus, Fri 6 Mar, 10:00.")
    assert planned(coach) == ["2026-03-05 10:00"]
    assert coach.anna.types("visit cancel Nordhaus tomorrow").startswith("Cancelled: ")


def test_nothing_to_move_or_cancel_says_so(coach: Coach) -> None:
    for text in ("visit cancel Nordhaus", "visit move Nordhaus fri 10:00"):
        assert coach.anna.types(text) == "There is no visit to Nordhaus ahead."


def test_a_button_for_a_visit_that_is_gone_says_so(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.anna.types("visit cancel Nordhaus")
    question = coach.anna.showing("Fri 6 Mar, 10:00")
    coach.anna.types("visit cancel Nordhaus fri")
    assert coach.anna.taps("Fri 6 Mar, 10:00", on=question) == "That visit is no longer planned."


def test_the_list_shows_what_is_ahead(coach: Coach) -> None:
    assert coach.anna.types("visit").startswith("No visits ahead.")
    coach.anna.types("visit Nordhaus thu 10:00")
    assert "• tomorrow 10:00: Nordhaus" in coach.anna.types("visit list")


# --- when the card comes --------------------------------------------------------------------------------------------


def sent_at(coach: Coach) -> list[str]:
    rows = [n for n in coach.rows(NudgeRow, kind="visit_card") if n.state == "sent"]
    return sorted(f"{n.ended_at.astimezone(BERLIN):%a %H:%M}" for n in rows)


def test_the_card_comes_on_the_eve_at_five(coach: Coach) -> None:
    assert "You get a card today 17:00." in coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-05 12:00")
    assert sent_at(coach) == ["Wed 17:00"]


def test_the_card_comes_in_the_morning_for_those_who_want_it_then(coach: Coach) -> None:
    coach.anna.types("settings card morning")
    assert "You get a card tomorrow 09:00." in coach.anna.types("visit Nordhaus thu 15:00")
    coach.until("2026-03-05 16:30")
    assert sent_at(coach) == ["Thu 09:00"]


@pytest.mark.parametrize(("first", "then", "when"), [("eve", "morning", "Thu 09:00"), ("morning", "eve", "Wed 17:00")])
def test_a_card_already_planned_follows_a_change_of_the_setting(
    coach: Coach, first: CardTime, then: CardTime, when: str
) -> None:
    coach.anna.types(f"settings card {first}")
    coach.anna.types("visit Nordhaus thu 15:00")
    coach.anna.types(f"settings card {then}")
    coach.until("2026-03-05 14:00")
    assert sent_at(coach) == [when]


def test_a_card_already_planned_follows_a_change_of_zone(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus fri 15:00")
    coach.srv.change_member("U1", tz="America/Chicago")
    coach.rest()
    coach.until("2026-03-06 14:00")
    assert sent_at(coach) == ["Fri 00:00"]  # 17:00 on Thursday in Chicago


def test_a_card_for_monday_comes_at_the_end_of_work_on_friday(coach: Coach) -> None:
    assert "You get a card Fri 6 Mar, 17:30." in coach.anna.types("visit Nordhaus mon 10:00")
    coach.until("2026-03-09 09:30")
    assert sent_at(coach) == ["Fri 17:30"]


def test_a_visit_added_late_gets_its_card_at_once(coach: Coach) -> None:
    assert "You get a card at once." in coach.anna.types("visit Nordhaus today 14:00")
    coach.deliver()
    assert cards(coach.anna) == ["Nordhaus · Wed 4 Mar, 14:00"]


def test_a_visit_added_at_night_for_the_morning_gets_its_card_when_work_begins(coach: Coach) -> None:
    coach.until("2026-03-04 22:00")
    assert "You get a card tomorrow 09:00" in coach.anna.types("visit Nordhaus tomorrow 11:00")
    coach.until("2026-03-05 10:00")
    assert sent_at(coach) == ["Thu 09:00"]


def test_a_card_that_would_fall_on_a_day_off_comes_before_it(coach: Coach) -> None:
    coach.anna.types("settings off 2026-03-05")
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-06 09:30")
    assert sent_at(coach) == ["Wed 17:30"]


def test_the_visits_of_a_day_share_one_dm_and_open_one_another(coach: Coach) -> None:
    for name in ("Südbau", "Westwerk"):
        coach.anna.types(f"account add {name}")
        coach.anna.types(f"account set {name} stage plateau")
    for text in ("Westwerk thu 15:00", "Nordhaus thu 10:00", "Südbau thu 13:00"):
        coach.anna.types(f"visit {text}")
    before = len(coach.anna.messages)
    coach.until("2026-03-04 18:00")
    assert len(coach.anna.messages) == before + 1
    shared = coach.anna.messages[-1]
    text = coach.anna.read(shared)
    assert text.startswith("Nordhaus · Thu 5 Mar, 10:00\nDo: ")
    assert text.index("Südbau · Thu 5 Mar, 13:00: ") < text.index("Westwerk · Thu 5 Mar, 15:00: ")
    assert text.count("[Open]") == 2
    coach.anna.taps("Open", on=shared)
    opened = coach.anna.read(shared)
    assert opened.startswith("Südbau · Thu 5 Mar, 13:00\nDo: ")
    assert "✓ When I am at Südbau, I do it." in coach.anna.taps("I'll do it", on=shared)
    coach.anna.taps("Open", on=shared)
    assert coach.anna.read(shared).startswith("Nordhaus · Thu 5 Mar, 10:00\nDo: ")
    assert "✓ When I am at Nordhaus, I do it." in coach.anna.taps("I'll do it", on=shared)


def test_an_account_without_a_stage_still_gets_a_card(coach: Coach) -> None:
    coach.anna.types("account add Ohne")
    coach.anna.types("visit Ohne thu 10:00")
    coach.until("2026-03-04 18:00")
    assert "Ohne · Thu 5 Mar, 10:00" in coach.anna.dm[-1]
