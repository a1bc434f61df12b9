"""Sentences that a new rep reads on the first day, held as they are read aloud: nothing known yet, one bad day."""

from sqlmodel import select

from storage.tables import ProblemRow
from tests.coach import Coach


def test_a_stage_that_is_not_written_down_is_said_so(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    shown = coach.anna.types("why-not Nordhaus")
    assert "and the stage of this account is not written down." in shown
    assert "not known" not in shown.split("/kam")[0]
    coach.liwei.types("account add 博远")
    assert "而这个客户还没写阶段。" in coach.liwei.types("why-not 博远")


def test_a_day_without_need_asks_for_no_idle_call(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    assert "Nothing presses today. A good moment to look two years ahead with one account" in coach.anna.types("advice")
    coach.liwei.types("account add 博远")
    assert "今天没有急事，正好挑一个客户，想想两年后" in coach.liwei.types("建议")


def test_chinese_dates_stand_in_no_second_brackets(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    shown = coach.liwei.types("问题 博远 两托货都湿了")
    assert "下次什么时候回话，3月4日（周三）18:00前" in shown
    for _ in range(6):
        shown = coach.liwei.taps("做了")
    assert "））" not in shown
    held = coach.liwei.types("why-not 博远")
    assert "还没到时候；客户确认 3月4日（周三）" in held
    assert "（周三））" not in held


def test_two_weeks_later_a_problem_without_words_is_named_by_its_day(coach: Coach) -> None:
    for person, account, words, done in (
        (coach.anna, "Nordhaus", "problem Nordhaus wet pallets", "Done"),
        (coach.liwei, "博远", "问题 博远 两托货都湿了", "做了"),
    ):
        person.types(f"account add {account}")
        person.types(words)
        for _ in range(6):
            person.taps(done)
    with coach.writing() as session:
        for row in session.exec(select(ProblemRow)):
            row.text = ""
            session.add(row)
    coach.until("2026-03-19 12:00")
    assert "Nordhaus: the problem of Wed 4 Mar" in coach.anna.dm[-1]
    assert "博远：3月4日（周三）的问题" in coach.liwei.dm[-1]


def test_a_promise_whose_day_is_past_was_due(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("promise Nordhaus by fri: parts list")
    coach.liwei.types("account add 博远")
    coach.liwei.types("承诺 博远 周五前：备件清单")
    assert "Nordhaus: promise due Fri 6 Mar: parts list" in coach.anna.types("advice")
    assert "博远：3月6日（周五）要兑现：备件清单" in coach.liwei.types("建议")
    coach.until("2026-03-09 12:00")
    assert "Nordhaus: promise was due Fri 6 Mar: parts list" in coach.anna.types("advice")
    assert "博远：3月6日（周五）就该兑现：备件清单" in coach.liwei.types("建议")


def test_what_is_said_to_the_client_within_the_hour_can_be_said(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    shown = coach.anna.types("problem Nordhaus the pallets are wet")
    assert 'I am on it now, and you hear from me again by eleven on Wednesday."' in shown
    coach.liwei.types("account add 博远")
    assert "我现在就在处理，周三下午6点前一定再跟您说。”" in coach.liwei.types("问题 博远 两托货都湿了")
