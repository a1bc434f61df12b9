"""Reviews walked from their cards: what is written down, which nudges it ends, and the problem clock on the spot."""

import pytest

from storage.tables import NudgeRow, ProblemRow, RecordRow
from tests.coach import Coach, Person

FIRST = "The first visit after the sale"
EFFECT = "How is it working?"


def sent(coach: Coach, play: str) -> list[NudgeRow]:
    return [n for n in coach.rows(NudgeRow, play=play) if n.state == "sent"]


def with_a_delivery(coach: Coach) -> Person:
    """Anna, whose client Nordhaus has just got what it ordered."""
    anna = coach.anna
    anna.types("account add Nordhaus")
    anna.types("account set Nordhaus stage middle")
    anna.types("account set Nordhaus phase delivered")
    return anna


@pytest.fixture
def delivered(coach: Coach) -> Person:
    """Anna, with the card of the first visit after the sale before her, three working days after the delivery."""
    anna = with_a_delivery(coach)
    coach.until("2026-03-10 10:00")
    assert FIRST in anna.dm[-1]
    return anna


@pytest.fixture
def in_use(coach: Coach) -> Person:
    """Anna, asked a month after the order went into use how it works."""
    anna = coach.anna
    anna.types("account add Nordhaus")
    anna.types("account set Nordhaus phase in use")
    coach.until("2026-04-04 10:00")
    coach.until("2026-04-07 10:00")
    assert EFFECT in anna.dm[-1]
    return anna


# --- the first visit after the sale ---------------------------------------------------------------------------------


def test_a_good_review_is_written_down_and_ends_its_nudge(coach: Coach, delivered: Person) -> None:
    delivered.taps("Think it through")
    delivered.taps("Yes, all of it")
    delivered.taps("No")
    delivered.taps("Satisfied")
    assert coach.row(RecordRow).kind == "delivery_reviewed"
    delivered.taps("Write")
    assert "a second shift" in delivered.fills(text="a second shift")
    coach.until("2026-04-10 18:00")
    assert len(sent(coach, "first-visit-after-the-sale")) == 1
    assert coach.rows(ProblemRow) == []


def test_a_review_held_before_its_nudge_was_due_sends_none(coach: Coach) -> None:
    anna = coach.anna
    anna.types("account add Nordhaus")
    anna.types("account set Nordhaus phase delivered")
    anna.types("advice is everything in the contract delivered, first visit after the sale at Nordhaus")
    anna.taps("Think it through")
    anna.taps("Yes, all of it")
    anna.taps("No")
    anna.taps("Satisfied")
    assert coach.row(RecordRow).kind == "delivery_reviewed"
    coach.until("2026-04-10 18:00")
    assert sent(coach, "first-visit-after-the-sale") == []


def test_badly_opens_the_problem_clock_on_the_spot(coach: Coach, delivered: Person) -> None:
    delivered.taps("Think it through")
    delivered.taps("Yes, all of it")
    shown = delivered.taps("Yes, and they're upset")
    assert "Drop the rest of your agenda." in shown
    assert "Nordhaus: a problem" in shown
    assert "We heard you. I am on it now" in shown, "no line was written: none is said to the client"
    assert "Open since Tue 10 Mar" in shown
    assert "[Done] [Bring the boss in]" in shown
    problem = coach.row(ProblemRow)
    assert (problem.text, problem.raised_by) == ("", "client")
    assert coach.rows(RecordRow) == []


def test_their_words_become_the_problems(coach: Coach, delivered: Person) -> None:
    delivered.taps("Think it through")
    delivered.taps("Yes, all of it")
    delivered.taps("Yes, and they're upset")
    delivered.taps("Their words")
    shown = delivered.fills(text="two pallets wet, nobody called")
    assert "Nordhaus: two pallets wet, nobody called" in shown
    assert "We heard you: two pallets wet, nobody called." in shown
    assert coach.row(ProblemRow).text == "two pallets wet, nobody called"


def test_the_clock_runs_from_there_and_keeps_the_rest_quiet(coach: Coach, delivered: Person) -> None:
    delivered.taps("Think it through")
    delivered.taps("Yes, all of it")
    delivered.taps("Yes, and they're upset")
    assert "tell your boss" in delivered.taps("Done")
    coach.until("2026-03-13 18:00")
    kinds = {n.kind for n in coach.rows(NudgeRow) if n.state == "sent" and n.ended_at > coach.row(ProblemRow).opened_at}
    assert kinds == {"problem"}


def test_words_written_in_the_talk_are_the_problems_at_once(coach: Coach, delivered: Person) -> None:
    delivered.types("advice the delivery at Nordhaus went badly, they told me at the review visit")
    delivered.taps("Think it through")
    delivered.taps("Write")
    delivered.fills(text="two pallets wet")
    shown = delivered.taps("Yes, still here")
    assert "Nordhaus: two pallets wet" in shown
    assert "[Their words]" not in shown
    assert coach.row(ProblemRow).text == "two pallets wet"


def test_a_second_talk_does_not_open_a_second_problem(coach: Coach, delivered: Person) -> None:
    for _ in range(2):
        delivered.taps("Think it through", on=next(m for m in delivered.messages if FIRST in delivered.read(m)))
        delivered.taps("Yes, all of it")
        delivered.taps("Yes, and they're upset")
    coach.row(ProblemRow)


def test_without_an_account_the_form_asks_for_it(coach: Coach) -> None:
    anna = coach.anna
    anna.types("account add Nordhaus")
    anna.types("account add Meyer")
    anna.types("advice the delivery went badly, they told me at the review visit")
    anna.taps("Think it through")
    anna.taps("Write")
    anna.fills(text="two pallets wet")
    anna.taps("Yes, still here")
    assert coach.rows(ProblemRow) == []
    anna.taps("Log a client problem")
    assert "two pallets wet" in anna.form
    anna.fills(account="Meyer")
    assert coach.row(ProblemRow).text == "two pallets wet"


@pytest.fixture
def visited(coach: Coach) -> Person:
    """Anna, asked how her first visit after the sale went."""
    anna = with_a_delivery(coach)
    anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-05 11:30")
    assert "how did it go?" in anna.dm[-1]
    return anna


@pytest.mark.parametrize("tap", ["Done", "Did it differently"])
def test_after_the_visit_one_tap_more_says_what_they_said(coach: Coach, visited: Person, tap: str) -> None:
    assert "[What did they say?]" in visited.taps(tap)
    assert "Was everything in the contract delivered?" in visited.taps("What did they say?")
    visited.taps("Yes, all of it")
    assert "[Done] [Bring the boss in]" in visited.taps("Yes, and they're upset")
    assert coach.row(ProblemRow).raised_by == "client"


@pytest.mark.parametrize("tap", ["Not this time", "No visit"])
def test_a_review_that_was_not_held_is_not_asked_about(visited: Person, tap: str) -> None:
    assert "What did they say?" not in visited.taps(tap)


# --- the review of the effect ---------------------------------------------------------------------------------------


def test_a_good_effect_is_written_down_and_ends_its_nudge(coach: Coach, in_use: Person) -> None:
    in_use.taps("Think it through")
    in_use.taps("As we said, or better")
    in_use.taps("Those who use it daily")
    record = coach.row(RecordRow)
    assert (record.kind, record.answer) == ("effect_reviewed", "good")
    coach.until("2026-05-29 18:00")
    assert len(sent(coach, "how-is-it-working")) == 1


def test_below_leads_to_its_own_play_at_once(coach: Coach, in_use: Person) -> None:
    in_use.taps("Think it through")
    shown = in_use.taps("Below what we said")
    assert "ask for three days on site" in shown.casefold() or "three days" in shown
    record = coach.row(RecordRow)
    assert (record.kind, record.answer) == ("effect_reviewed", "below")
    coach.until("2026-04-21 18:00")
    assert len(sent(coach, "how-is-it-working")) == 1
    assert len(sent(coach, "results-below-promise")) == 1


def test_anger_about_the_effect_opens_the_clock(coach: Coach, in_use: Person) -> None:
    in_use.types("advice Nordhaus is angry that the results are below what we promised")
    in_use.taps("Think it through", on=next(m for m in in_use.messages if EFFECT in in_use.read(m)))
    in_use.taps("Below what we said")
    in_use.types("advice results at Nordhaus are below what we promised")
    in_use.taps("Think it through")
    shown = in_use.taps("They're angry about it")
    assert "Then it's a problem first and a review later." in shown
    assert "[Done] [Bring the boss in]" in shown


def test_a_chinese_rep_reads_chinese(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.types("account add 博远")
    liwei.types("account set 博远 订单 已交付")
    coach.until("2026-03-10 10:00")
    liwei.taps("一起想一想")
    liwei.taps("都齐了")
    shown = liwei.taps("有，客户还在生气")
    assert "博远：有问题" in shown
    assert "您说的，我们听到了。" in shown
    assert "） " not in shown, "the bracket has its gap"
    liwei.taps("客户的原话")
    assert "博远：两托货都湿了" in liwei.fills(text="两托货都湿了")
