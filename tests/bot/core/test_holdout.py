"""The hold-out: settled by the pair alone, near its percentage, and never about what has a date or a problem."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import fit, holdout, judgement, simulate, why_not
from bot.core.cadence import Verdict
from bot.core.holdout import LARGEST, Arm
from bot.core.nudge import Fate, Kind, Rule
from bot.core.why_not import Bar
from tests.bot.core import histories
from tests.factories import (
    AS_BEFORE,
    NOW,
    WEEKDAYS,
    a_library,
    a_nudge,
    a_play,
    a_portfolio,
    a_row,
    a_situation,
    some_facts,
)

ROOT = Path(__file__).parents[3]
NAMES = st.text(min_size=1, max_size=20)
IDS = [f"A{n}" for n in range(4000)]


def held_out(percent: int, play: str = "step-back", team: str = "T1") -> set[str]:
    return {i for i in IDS if holdout.arm(team, i, play, percent) is Arm.HELD_OUT}


@given(NAMES, NAMES, NAMES, st.integers(1, LARGEST))
def test_the_same_pair_always_falls_on_the_same_side(team: str, account: str, play: str, percent: int) -> None:
    assert holdout.arm(team, account, play, percent) is holdout.arm(team, account, play, percent)


@given(NAMES, NAMES, NAMES, st.integers(1, LARGEST - 1))
def test_who_is_left_out_stays_so_when_the_share_grows(team: str, account: str, play: str, percent: int) -> None:
    if holdout.arm(team, account, play, percent) is Arm.HELD_OUT:
        assert holdout.arm(team, account, play, percent + 1) is Arm.HELD_OUT


def test_another_process_draws_the_same() -> None:
    code = "from tests.bot.core.test_holdout import held_out; print(','.join(sorted(held_out(10))))"
    env = {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)}
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == ",".join(sorted(held_out(10)))


@pytest.mark.parametrize("percent", [1, 5, 10, 25, 50])
def test_the_share_left_out_is_near_the_percentage(percent: int) -> None:
    share = len(held_out(percent)) / len(IDS)
    spread = (percent / 100 * (1 - percent / 100) / len(IDS)) ** 0.5
    assert abs(share - percent / 100) < 3.5 * spread


def test_each_play_and_each_workspace_draws_anew() -> None:
    mine, other_play, other_team = held_out(50), held_out(50, play="other"), held_out(50, team="T2")
    for other in (other_play, other_team):
        assert 0.2 < len(mine & other) / len(IDS) < 0.3


def test_off_there_is_no_side() -> None:
    assert holdout.arm_of(a_nudge(), AS_BEFORE, 0) is None


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.NUDGE])
def test_only_routine_nudges_have_a_side(kind: Kind) -> None:
    assert holdout.arm_of(a_nudge(kind=kind), AS_BEFORE, LARGEST) is None


@pytest.mark.parametrize("changes", [{"visit_id": "V1"}, {"problem_id": "P1"}, {"cue": "open_request"}])
def test_what_is_tied_to_a_date_or_a_problem_or_waited_for_has_none(changes: dict[str, str]) -> None:
    assert holdout.arm_of(a_nudge(**changes), AS_BEFORE, LARGEST) is None


def test_no_play_on_a_problem_has_one() -> None:
    assert holdout.arm_of(a_nudge(), a_play("x", playbook="own-the-problem"), LARGEST) is None


# --- over random weeks ----------------------------------------------------------------------------------------------


def test_over_random_weeks_it_leaves_out_routine_nudges_and_nothing_else() -> None:
    left_out = sent = 0
    for seed in range(400):
        week = histories.lived(seed, holdout=LARGEST)
        for line in week.lines:
            play = week.library.play(line.nudge.play)
            if line.rule is Rule.HOLDOUT:
                assert line.fate is Verdict.DROP
                assert line.nudge.kind is Kind.NUDGE
                assert line.nudge.problem_id is None
                assert play is not None
                assert holdout.arm_of(line.nudge, play, LARGEST) is Arm.HELD_OUT
                left_out += 1
            elif line.fate is Verdict.SEND and line.nudge.kind is Kind.NUDGE:
                assert play is not None
                assert holdout.arm_of(line.nudge, play, LARGEST) in (Arm.NUDGED, None)
                sent += 1
    assert left_out > 100
    assert sent > 100


def test_with_it_off_random_weeks_are_as_they_were() -> None:
    for seed in range(40):
        before, off = histories.lived(seed), histories.lived(seed, holdout=0)
        assert [(x.at, x.fate, x.rule) for x in before.lines] == [(x.at, x.fate, x.rule) for x in off.lines]


# --- one decision ---------------------------------------------------------------------------------------------------


def pair(arm: Arm) -> str:
    """An account of that side."""
    drawn = (i for i in IDS if holdout.arm("T1", i, AS_BEFORE.id, 10) is arm)
    return next(drawn)


def silent(account_id: str, percent: int = 10) -> judgement.Judgement:
    situation = a_situation(last_contact=NOW - timedelta(days=40))
    [key] = [occasion.key for occasion in fit.occasions(AS_BEFORE, situation)]
    planned = a_nudge(account_id=account_id, play=AS_BEFORE.id, key=key, cue="no_contact_for")
    return judgement.judge(planned, a_library(AS_BEFORE), situation, some_facts(holdout=percent))


def test_a_nudge_that_is_left_out_is_dropped_with_its_rule_and_says_its_side() -> None:
    judged = silent(pair(Arm.HELD_OUT))
    assert (judged.decision.verdict, judged.decision.rule) == (Verdict.DROP, Rule.HOLDOUT)
    assert judged.arm is Arm.HELD_OUT


def test_the_others_are_sent_and_say_theirs() -> None:
    judged = silent(pair(Arm.NUDGED))
    assert (judged.decision.verdict, judged.arm) == (Verdict.SEND, Arm.NUDGED)


def test_switched_off_all_are_sent_and_none_has_a_side() -> None:
    judged = silent(pair(Arm.HELD_OUT), percent=0)
    assert (judged.decision.verdict, judged.arm) == (Verdict.SEND, None)


@pytest.mark.parametrize(("arm", "rule"), [(Arm.HELD_OUT, Rule.HOLDOUT), (Arm.NUDGED, None)])
def test_why_not_says_before_its_moment_that_it_will_not_come(arm: Arm, rule: Rule | None) -> None:
    saturday = NOW + timedelta(days=3)
    situation = a_situation(saturday, last_contact=NOW - timedelta(days=40))
    situation = replace(situation, account=replace(situation.account, id=pair(arm)))
    [found] = why_not.held(a_library(AS_BEFORE), situation, some_facts(holdout=10), {})
    assert found.rule is rule
    assert found.bar is (Bar.RULE if rule else Bar.LATER)


# --- the plan -------------------------------------------------------------------------------------------------------


def test_the_plan_leaves_out_when_asked_and_says_which() -> None:
    start = date(2026, 3, 2)
    rows = a_portfolio(*(a_row(f"Account {n}", f"U{n}") for n in range(30)))
    usual = list(simulate.plan(a_library(AS_BEFORE), rows, start, 60, lambda _: WEEKDAYS))
    less = list(simulate.plan(a_library(AS_BEFORE), rows, start, 60, lambda _: WEEKDAYS, holdout=LARGEST))
    assert Fate.DROPPED not in {line.fate for line in usual}
    dropped = {line.account for line in less if line.fate is Fate.DROPPED}
    assert {line.rule for line in less if line.fate is Fate.DROPPED} == {Rule.HOLDOUT}
    assert 8 <= len(dropped) <= 22
    assert not dropped & {line.account for line in less if line.fate is Fate.PLANNED}
