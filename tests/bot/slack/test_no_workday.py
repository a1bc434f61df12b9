"""A rep whose days off leave no working day is not planned for, reads a calm sentence, and can do everything else."""

from datetime import timedelta

import pytest

from storage.tables import AccountRow, ProblemRow, PromiseRow, RepRow, VisitRow
from tests.coach import TEAM, Coach, Person

CALM = "Your days off leave no working day for more than a year. Change them: /kam settings"
WRONG = ("went wrong", "出错")


@pytest.fixture
def anna(coach: Coach) -> Person:
    """Anna, who keeps Nordhaus and Alba and has days off for more than a year."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account add Alba")
    coach.anna.types("visit Alba thu 15:00")
    coach.anna.types("promise Alba by 13 March: a price")
    with coach.writing() as session:
        row = session.get_one(RepRow, (TEAM, "U1"))
        start = coach.now.date()
        row.days_off = [(start + timedelta(days=n)).isoformat() for n in range(-410, 420)]
        session.add(row)
    return coach.anna


@pytest.mark.parametrize(
    "typed",
    [
        "", "help", "advice", "advice the client is angry", "advice Nordhaus", "account add Sudhafen",
        "account Nordhaus",
        "account set Nordhaus stage middle", "account set Nordhaus phase delivered", "account archive Nordhaus won",
        "account list", "visit Nordhaus fri 10:00", "visit Nordhaus fri", "visit list", "visit move Alba fri 11:00",
        "visit cancel Alba", "promise Nordhaus by fri: parts", "promise Nordhaus them by fri: parts", "promise list",
        "problem Nordhaus wrong valves", "problem list", "note Nordhaus praise they liked it",
        "note Nordhaus request a price", "contact add Nordhaus Wang Li, purchasing", "contact log Nordhaus us",
        "picture Nordhaus", "credit", "rehearse", "calendar", "why", "team",
        "pause 3 days", "pause off", "playbooks", "handover Nordhaus", "export", "settings", "settings off 2026-03-05",
        "settings card morning", "settings hours 8-16", "settings language zh", "settings standin <@U6|bob>",
        "account merge Nordhaus into Alba", "account rename Nordhaus to Nordhaven",
    ],
)  # fmt: skip
def test_whatever_they_type_is_answered(coach: Coach, anna: Person, typed: str) -> None:
    answer = anna.types(typed)
    assert answer or anna.form
    assert not any(wrong in answer for wrong in WRONG), answer
    assert "Your settings" in answer or "no working day" not in answer, answer


def test_what_they_write_down_is_kept(coach: Coach, anna: Person) -> None:
    anna.types("visit Nordhaus fri 10:00")
    anna.types("promise Nordhaus by fri: parts")
    anna.types("problem Nordhaus wrong valves")
    anna.types("account add Sudhafen")
    assert [len(coach.rows(table)) for table in (VisitRow, PromiseRow, ProblemRow, AccountRow)] == [2, 2, 1, 3]


def test_the_settings_the_home_tab_and_why_not_say_why_nothing_comes(coach: Coach, anna: Person) -> None:
    assert CALM in anna.types("settings")
    assert CALM in anna.types("why-not Alba")
    anna.opens("home")
    assert CALM in anna.home
    assert "Nordhaus" in anna.home


def test_nothing_comes_and_nothing_goes_wrong_and_a_free_day_brings_it_back(coach: Coach, anna: Person) -> None:
    before = len(anna.got())
    coach.until("2026-03-08 12:00")
    assert len(anna.got()) == before
    assert {line["code"] for line in coach.said("rep_not_planned")} == {"no_workday"}
    with coach.writing() as session:
        session.get_one(RepRow, (TEAM, "U1")).days_off = []
    anna.types("settings card eve")
    assert CALM not in anna.types("settings")
    coach.until("2026-03-12 12:00")
    assert any("a price" in text for text in anna.got()[before:])


def test_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    with coach.writing() as session:
        row = session.get_one(RepRow, (TEAM, "U2"))
        row.days_off = [(coach.now.date() + timedelta(days=n)).isoformat() for n in range(-410, 420)]
        session.add(row)
    assert "按你的休息日，一年多都没有工作日。" in coach.liwei.types("设置")
    assert "出错" not in coach.liwei.types("promise 博远 周五前：备件清单")
