"""Why not: what is held back on an account, by which rule, on which facts, until when, and what would free it."""

from datetime import timedelta

import pytest

from storage.tables import AccountRow, NudgeRow
from tests.coach import Coach


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    return coach


def quiet_for(coach: Coach, days: int, account: str = "Nordhaus") -> None:
    """The last contact was so many days ago, by us, after five of ours in a row."""
    with coach.writing() as session:
        row = session.get_one(AccountRow, coach.row(AccountRow, name=account).id)
        row.last_contact, row.last_contact_by = coach.now - timedelta(days=days), "us"
        row.one_sided_contacts, row.one_sided_since = 5, coach.now - timedelta(days=days + 5)
        row.stage_since = (coach.now - timedelta(days=200)).date()


def lines(answer: str) -> list[str]:
    return [line for line in answer.splitlines() if line.startswith(("•", "-"))]


def test_an_open_problem_is_named_first_with_its_day_and_what_ends_it(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.anna.types("problem Nordhaus wrong valves came")
    answer = coach.anna.types("why-not Nordhaus")
    assert "Nordhaus: what I hold back, and why" in answer
    first = lines(answer)[0]
    assert "a problem is open on this account (opened Wed 4 Mar)" in first
    assert "Free once the client says it is over." in first


def test_at_most_six_lines_are_told(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.anna.types("account set Nordhaus important price, delivery, people")
    coach.anna.types("promise Nordhaus by fri: spare parts list")
    coach.until("2026-03-09 12:00")
    assert 1 <= len(lines(coach.anna.types("why-not Nordhaus"))) <= 6


def test_pacing_is_held_before_trust_is_formed_and_says_from_when_on(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.anna.types("account set Nordhaus stage early")
    answer = coach.anna.types("why-not Nordhaus")
    assert "and this account is at early" in answer


def test_what_a_client_calls_important_is_named(coach: Coach) -> None:
    quiet_for(coach, 1)
    coach.anna.types("account set Nordhaus important delivery dates")
    answer = coach.anna.types("why-not Nordhaus")
    assert "the client calls a matter here important (important to them delivery dates)" in answer


def test_a_pause_holds_everything_until_its_day(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.anna.types("pause until fri")
    first = lines(coach.anna.types("why-not Nordhaus"))[0]
    assert "Everything here: nudges are paused." in first
    assert "Until Fri 6 Mar" in first
    assert "/kam pause off" in first


def test_after_todays_nudge_the_cap_says_when_the_next_may_come(coach: Coach) -> None:
    coach.anna.types("account add Alba")
    coach.anna.types("account set Alba stage middle")
    quiet_for(coach, 30)
    coach.until("2026-03-04 12:00")
    [sent] = [n for n in coach.rows(NudgeRow, state="sent") if n.kind == "nudge"]
    assert sent.account_id == coach.row(AccountRow, name="Nordhaus").id
    assert "you had it on Wed 4 Mar" in coach.anna.types("why-not Nordhaus")
    quiet_for(coach, 30, "Alba")
    answer = coach.anna.types("why-not Alba")
    assert "one nudge a day is enough (had on Wed 4 Mar). Until Thu 5 Mar, 09:00." in answer


def test_what_is_still_to_come_is_told_with_its_moment(coach: Coach) -> None:
    quiet_for(coach, 15)
    answer = coach.anna.types("why-not Nordhaus")
    assert "its moment is still to come" in answer
    assert "Due " in answer


def test_an_account_that_is_put_away_says_how_to_get_it_back(coach: Coach) -> None:
    coach.anna.types("account archive Nordhaus")
    answer = coach.anna.types("why-not Nordhaus")
    assert "the account is put away" in answer
    assert "/kam account restore Nordhaus" in answer


def test_a_stopped_play_says_so(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.until("2026-03-05 12:00")
    coach.anna.taps("Stop these")
    answer = coach.anna.types("why-not Nordhaus")
    assert "you stopped it. /kam settings brings it back." in answer


def test_from_why_this_one_tap_leads_to_why_nothing_else(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.until("2026-03-05 12:00")
    assert "[Why not something else?]" in coach.anna.types("why")
    assert "Nordhaus: what I hold back, and why" in coach.anna.taps("Why not something else?")


def test_an_account_with_nothing_waiting_says_that_too(coach: Coach) -> None:
    coach.anna.types("account add Alba")
    answer = coach.anna.types("why-not Alba")
    assert "Alba" in answer
    assert "hold" in answer


def test_an_unknown_account_gets_its_neighbours(coach: Coach) -> None:
    assert "Did you mean Nordhaus" in coach.anna.types("why-not Nordhuas")


def test_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.liwei.types("account set 博远 阶段 中期")
    coach.liwei.types("problem 博远 送错了阀门")
    answer = coach.liwei.types("为什么不 博远")
    for line in answer.splitlines():
        assert not any(word in line.split() for word in ("the", "and", "until", "opened"))
    assert "博远" in answer


# --- the pause --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pause 3 days", "Quiet until Sat 7 Mar"),
        ("pause until fri", "Quiet until Fri 6 Mar"),
        ("pause for 2 weeks", "Quiet until Wed 18 Mar"),
        ("pause till 20 march", "Quiet until Fri 20 Mar"),
        ("pause 3天", "Quiet until Sat 7 Mar"),
        ("pause 到周五", "Quiet until Fri 6 Mar"),
    ],
)
def test_a_pause_is_read_as_people_write_it(coach: Coach, text: str, told: str) -> None:
    assert told in coach.anna.types(text)


def test_a_pause_is_seen_in_the_settings_and_ends_with_one_tap(coach: Coach) -> None:
    coach.anna.types("pause 3 days")
    assert "paused until Sat" in coach.anna.types("settings")
    assert "I am back" in coach.anna.taps("Nudges on again")
    assert "Nudges: on" in coach.anna.types("settings")


def test_pause_alone_asks_how_long(coach: Coach) -> None:
    answer = coach.anna.types("pause")
    assert "[3 days] [A week] [Until I say so]" in answer
    assert "Quiet until you call me back" in coach.anna.taps("Until I say so")
    assert "I am back" in coach.anna.types("pause off")


def test_while_paused_nothing_comes_and_after_it_things_go_on(coach: Coach) -> None:
    quiet_for(coach, 30)
    coach.anna.types("pause until mon")
    before = len(coach.anna.got())
    coach.until("2026-03-08 20:00")
    assert len(coach.anna.got()) == before
    coach.until("2026-03-10 18:00")
    assert len(coach.anna.got()) > before


@pytest.mark.parametrize("text", ["pause banana", "pause yesterday"])
def test_a_pause_that_cannot_be_read_changes_nothing(coach: Coach, text: str) -> None:
    answer = coach.anna.types(text)
    assert "I cannot read" in answer or "over already" in answer
    assert "Nudges: on" in coach.anna.types("settings")
