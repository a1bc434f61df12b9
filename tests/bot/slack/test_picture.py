"""The two-year picture: drawn backward, shown, asked about once a quarter, cited on cards."""

import pytest

from storage.tables import NudgeRow, PictureRow, RecordRow
from tests.coach import Coach, Person

ANSWERS = {
    "two_years": "They call us before they call for bids",
    "year": "Scrap is down by a third",
    "half": "Their quality lead and ours meet monthly",
    "quarter": "One line measured, with figures both believe",
    "month": "Ask Dana for the scrap figures",
}


@pytest.fixture
def anna(coach: Coach) -> Person:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    return coach.anna


@pytest.fixture
def drawn(anna: Person) -> Person:
    anna.types("picture Nordhaus")
    anna.fills(**ANSWERS)
    return anna


def test_five_questions_step_back_from_two_years_to_this_month(anna: Person) -> None:
    anna.types("picture Nordhaus")
    form = anna.form
    places = [form.index(mark) for mark in ("24 months", "12 months", "6 months", "this quarter", "this month:")]
    assert places == sorted(places)


def test_a_picture_is_kept_and_shown(coach: Coach, drawn: Person) -> None:
    assert coach.row(PictureRow).answers == ANSWERS
    assert coach.row(RecordRow).kind == "picture"
    assert "I ask once a quarter whether it still holds." in drawn.dm[-1]
    shown = drawn.types("picture nordhaus")
    for text in (*ANSWERS.values(), "In two years", "Drawn Wed 4 Mar", "[Still true] [Change it]"):
        assert text in shown


def test_all_pictures_in_a_list(drawn: Person) -> None:
    drawn.types("account add Meyer")
    listed = drawn.types("picture")
    assert "Nordhaus: Ask Dana for the scrap figures" in listed
    assert "Meyer: not drawn yet" in listed
    drawn.taps("Draw it")
    assert "Meyer: start at the far end" in drawn.form


def test_changing_it_keeps_the_old_one(coach: Coach, drawn: Person) -> None:
    drawn.types("picture Nordhaus")
    drawn.taps("Change it")
    assert "They call us before they call for bids" in drawn.form
    drawn.fills(month="Visit the second plant")
    assert [p.answers["month"] for p in sorted(coach.rows(PictureRow), key=lambda p: p.at)] == [
        ANSWERS["month"],
        "Visit the second plant",
    ]
    assert "Visit the second plant" in drawn.types("picture Nordhaus")


# --- once a quarter -------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(coach: Coach, drawn: Person) -> Person:
    """Anna, asked on the first Tuesday after a quarter."""
    drawn.types("contact log Nordhaus them")
    coach.until("2026-07-08 10:00")
    return drawn


def test_without_a_picture_the_nudge_is_the_plays_own(coach: Coach, anna: Person) -> None:
    coach.until("2026-04-08 10:00")
    cards = [text for text in anna.dm if "Plan back from two years ahead" in text]
    assert "[I'll do it] [Another] [Not this time]" in cards[-1]


def test_the_question_shows_the_picture_and_two_buttons(asked: Person) -> None:
    [card] = [text for text in asked.dm if "Is it still true?" in text]
    assert "Nordhaus in two years" in card
    assert ANSWERS["two_years"] in card
    assert "[Still true] [Change it]" in card
    assert "[I'll do it]" not in card


def test_still_true_is_dated_and_the_clock_begins_anew(coach: Coach, asked: Person) -> None:
    answer = asked.taps("Still true", on=asked.showing("Still true"))
    assert "Good, it stands." in answer
    assert ANSWERS["month"] in answer
    assert coach.row(PictureRow).confirmed_at is not None
    assert [r.kind for r in coach.rows(RecordRow)] == ["picture", "picture"]
    assert "confirmed" in asked.types("picture Nordhaus")
    nudge = max(coach.rows(NudgeRow, play="plan-back-from-two-years", state="sent"), key=lambda n: n.ended_at)
    assert nudge.answer == "still_true"


def test_change_it_on_the_card_answers_the_nudge(coach: Coach, asked: Person) -> None:
    asked.taps("Change it")
    asked.fills(month="Visit the second plant")
    nudge = max(coach.rows(NudgeRow, play="plan-back-from-two-years", state="sent"), key=lambda n: n.ended_at)
    assert nudge.answer == "changed_it"


def test_a_picture_changed_meanwhile_is_not_confirmed_unseen(coach: Coach, asked: Person) -> None:
    card = asked.showing("Still true")
    asked.types("picture Nordhaus")
    asked.taps("Change it")
    asked.fills(month="Visit the second plant")
    assert "changed meanwhile" in asked.taps("Still true", on=card)
    assert all(p.confirmed_at is None for p in coach.rows(PictureRow))


# --- on cards -------------------------------------------------------------------------------------------------------


def test_a_visits_card_cites_this_months_step(coach: Coach, drawn: Person) -> None:
    drawn.types("visit Nordhaus tomorrow 10:00")
    coach.until("2026-03-04 17:30")
    assert "This month: Ask Dana for the scrap figures" in drawn.dm[-1]


def test_a_month_later_it_is_the_next_step(coach: Coach, drawn: Person) -> None:
    coach.until("2026-04-20 10:00")
    drawn.types("visit Nordhaus tomorrow 10:00")
    coach.until("2026-04-20 17:30")
    assert "Your next step: Ask Dana for the scrap figures" in drawn.dm[-1]


def test_the_dialogue_of_the_play_draws_the_same_picture(coach: Coach, anna: Person) -> None:
    coach.until("2026-04-08 10:00")
    anna.taps("Think it through")
    anna.taps("Not yet")
    for text in ("They call us first", "One line measured", "Ask Dana"):
        anna.taps("Write")
        anna.fills(text=text)
    assert coach.row(PictureRow).answers == {
        "two_years": "They call us first",
        "quarter": "One line measured",
        "month": "Ask Dana",
    }
    assert coach.row(RecordRow).text == "Ask Dana"
    assert "They call us first" in anna.types("picture Nordhaus")


def test_somebody_elses_picture_is_refused(coach: Coach, drawn: Person) -> None:
    assert "I know no account" in coach.bob.types("picture Nordhaus")


def test_a_chinese_rep_reads_chinese(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.types("account add 博远")
    liwei.types("picture 博远")
    assert "24个月后，合作顺当的一天：他们为什么庆幸有我们？" in liwei.form
    liwei.fills(two_years="招标前先找我们", month="向小郑要报废数据")
    assert "记下了，每季度我问一次还作不作数。" in liwei.dm[-1]
    liwei.types("visit 博远 明天上午十点")
    coach.until("2026-03-04 17:30")
    assert "这个月：向小郑要报废数据" in liwei.dm[-1]
