"""The hold-out in Slack: an admin switches it, everybody may read what it leaves out, and asking is never held out."""

from datetime import timedelta

import pytest

from bot.core import holdout
from bot.core.holdout import Arm
from storage.tables import AccountRow, NudgeRow, WorkspaceRow
from tests.bot.conftest import StartCoach
from tests.coach import TEAM, Coach

PLAY = "as-before-the-deal"
TITLE = "Signed, and still as keen as before"
LEFT_OUT = "left out on purpose, to see whether such nudges help"


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """Bob is the admin; Anna keeps twelve accounts."""
    coach = start_coach(admins="U6")
    coach.bob.types("help")
    for number in range(12):
        coach.anna.types(f"account add Haus {number:02}")
    coach.anna.types("settings")
    return coach


def about_the_play(answer: str) -> str:
    """The line of an answer that names the play; empty if there is none."""
    return next((line for line in answer.splitlines() if TITLE in line), "")


def arms(coach: Coach, percent: int) -> dict[str, Arm]:
    return {a.name: holdout.arm(TEAM, a.id, PLAY, percent) for a in coach.rows(AccountRow)}


def silent(coach: Coach, name: str) -> None:
    """A middle account that nobody has talked to for a month."""
    with coach.writing() as session:
        row = session.get_one(AccountRow, coach.row(AccountRow, name=name).id)
        row.last_contact, row.last_contact_by = coach.now - timedelta(days=30), "us"
    coach.anna.types(f"account set {name} stage middle")


def of(coach: Coach, arm: Arm) -> str:
    return next(name for name, side in arms(coach, 50).items() if side is arm)


def test_it_is_off_until_an_admin_switches_it_on(coach: Coach) -> None:
    assert "It is off: no nudge is left out." in coach.anna.types("settings holdout")
    answer = coach.bob.types("settings holdout 10 %")
    assert "It is on since Wed 4 Mar, at 10 %." in answer
    assert "Never left out: problems, promises, visit cards" in answer
    row = coach.row(WorkspaceRow)
    assert (row.holdout_percent, row.holdout_since) == (10, coach.now)
    assert "It is off" in coach.bob.types("settings holdout off")
    assert coach.row(WorkspaceRow).holdout_percent == 0


def test_another_size_begins_anew_and_the_same_size_does_not(coach: Coach) -> None:
    coach.bob.types("settings holdout 10")
    begun = coach.now
    coach.until("2026-03-05 10:00")
    coach.bob.types("settings holdout 10")
    assert coach.row(WorkspaceRow).holdout_since == begun
    coach.bob.types("settings holdout 20")
    assert coach.row(WorkspaceRow).holdout_since == coach.now


def test_nobody_else_can(coach: Coach) -> None:
    assert "Only an admin can set this" in coach.anna.types("settings holdout 10")
    assert coach.anna.types("settings").count("Hold-out") == 0


@pytest.mark.parametrize("value", ["0.5", "51", "ten", "-3", "1000000000000"])
def test_a_share_that_does_not_fit_is_quoted_and_nothing_changes(coach: Coach, value: str) -> None:
    answer = coach.bob.types(f"settings holdout {value}")
    assert f'"{value}" does not fit. Please write a share from 1 to 50' in answer
    assert not [row for row in coach.rows(WorkspaceRow) if row.holdout_percent]


def test_everybody_sees_in_their_settings_that_it_is_on(coach: Coach) -> None:
    coach.bob.types("settings holdout 10")
    assert "Hold-out, 10 %: a few routine nudges are left out on purpose." in coach.anna.types("settings")
    coach.liwei.types("help")
    assert "从3月4日" in coach.liwei.types("settings 对照")


def test_a_nudge_that_is_left_out_never_comes_and_why_not_says_so(coach: Coach) -> None:
    coach.bob.types("settings holdout 50")
    name = of(coach, Arm.HELD_OUT)
    silent(coach, name)
    assert LEFT_OUT in about_the_play(coach.anna.types(f"why-not {name}"))
    coach.until("2026-03-09 12:00")
    [row] = coach.rows(NudgeRow, play=PLAY)
    assert (row.state, row.rule, row.arm) == ("dropped", "holdout", "held_out")
    assert not any(name in text and "Do:" in text for text in coach.anna.dm)
    answer = coach.anna.types(f"why-not {name}")
    assert LEFT_OUT in about_the_play(answer)
    assert f"Ask me and you get it: /kam advice {name}" in about_the_play(answer)


def test_the_other_side_is_nudged_as_ever(coach: Coach) -> None:
    coach.bob.types("settings holdout 50")
    name = of(coach, Arm.NUDGED)
    silent(coach, name)
    coach.until("2026-03-09 12:00")
    [row] = coach.rows(NudgeRow, play=PLAY)
    assert (row.state, row.arm) == ("sent", "nudged")


def test_what_is_left_out_uses_up_no_cap(coach: Coach) -> None:
    coach.bob.types("settings holdout 50")
    left_out, nudged = of(coach, Arm.HELD_OUT), of(coach, Arm.NUDGED)
    for name in (left_out, nudged):
        silent(coach, name)
    coach.until("2026-03-05 18:00")
    assert sorted(row.state for row in coach.rows(NudgeRow, play=PLAY)) == ["dropped", "sent"]


def test_a_promise_and_a_problem_on_the_same_account_still_come(coach: Coach) -> None:
    coach.bob.types("settings holdout 50")
    name = of(coach, Arm.HELD_OUT)
    coach.anna.types(f"promise {name} by fri: spare parts")
    coach.anna.types(f"visit {name} mon 10:00")
    coach.until("2026-03-09 14:00")
    coach.anna.types(f"problem {name} wrong valves came")
    coach.until("2026-03-10 12:00")
    sent = {row.kind for row in coach.rows(NudgeRow) if row.state == "sent"}
    assert {"promise", "visit_card", "check", "problem"} <= sent
    assert not coach.rows(NudgeRow, rule="holdout")


def test_asking_is_never_held_out(coach: Coach) -> None:
    coach.bob.types("settings holdout 50")
    name = of(coach, Arm.HELD_OUT)
    silent(coach, name)
    assert TITLE in coach.anna.types(f"advice {name}")
    assert TITLE in coach.anna.types(f"advice we have not talked to {name} for weeks")


def test_a_number_without_end_is_no_share_either(coach: Coach) -> None:
    assert "does not fit. Please write a share from 1 to 50" in coach.bob.types("settings holdout " + "9" * 2_900)
