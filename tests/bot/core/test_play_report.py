"""The rules of the report on plays: each with what makes it hold, and what just does not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.core import play_report
from bot.core.estimate import Estimate, TooLittle
from bot.core.evidence import Deed, Figures
from bot.core.play_report import RULES, Ground, Proposal, Standing
from tests.factories import a_play

TODAY = date(2026, 3, 2)
GOOD = {"shown": 30, "committed": 20, "done": 14, "not": 2}


def a_standing(status: str = "stable", review: str = "2027-05-31", effect: Any = None, **counts: int) -> Standing:
    """A play whose figures are told, with these counts."""
    figures = Figures("p", told=True, counts={Deed(name): count for name, count in counts.items()})
    return Standing(a_play("p", status=status, review=review), figures, TODAY, effect)


def an_effect(low: float, high: float) -> Estimate:
    return Estimate(nudged=0.6, held_out=0.5, difference=(low + high) / 2, low=low, high=high)


@pytest.mark.parametrize(
    ("standing", "proposal", "ground"),
    [
        (a_standing(**GOOD), Proposal.KEEP, Ground.WORKS),
        (a_standing(**GOOD, effect=an_effect(-0.3, -0.01)), Proposal.RETIRE, Ground.HURTS),
        (a_standing(**GOOD, effect=an_effect(-0.3, 0.01)), Proposal.KEEP, Ground.WORKS),
        (a_standing(**GOOD, effect=TooLittle.WIDE), Proposal.KEEP, Ground.WORKS),
        (a_standing(**GOOD, wrong=3), Proposal.MEND, Ground.WRONG),
        (a_standing(**GOOD, wrong=2), Proposal.KEEP, Ground.WORKS),
        (a_standing(shown=31, committed=20, wrong=3), Proposal.KEEP, Ground.WORKS),
        (a_standing(shown=5, asked=5, wrong=3), Proposal.MEND, Ground.WRONG),
        (a_standing(shown=20, ignored=12, committed=0), Proposal.RETIRE, Ground.UNUSED),
        (a_standing(shown=20, ignored=12, committed=1), Proposal.MEND, Ground.IGNORED),
        (a_standing(shown=20, ignored=11, committed=0), Proposal.KEEP, Ground.WORKS),
        (a_standing(shown=19, ignored=19, committed=0), Proposal.KEEP, Ground.LITTLE_USE),
        (a_standing(shown=30, committed=20, done=5, **{"not": 5}), Proposal.MEND, Ground.NOT_DONE),
        (a_standing(shown=30, committed=20, done=6, **{"not": 5}), Proposal.KEEP, Ground.WORKS),
        (a_standing(shown=30, committed=20, done=4, **{"not": 5}), Proposal.KEEP, Ground.WORKS),
        (a_standing("experimental", **GOOD), Proposal.PROMOTE, Ground.DONE_WELL),
        (a_standing("experimental", **GOOD, wrong=2), Proposal.KEEP, Ground.WORKS),
        (a_standing("experimental", shown=30, done=3, changed=3, **{"not": 4}), Proposal.PROMOTE, Ground.DONE_WELL),
        (a_standing("experimental", shown=30, done=5, **{"not": 4}), Proposal.KEEP, Ground.WORKS),
        (a_standing("experimental", shown=30, effect=an_effect(0.01, 0.4)), Proposal.PROMOTE, Ground.HELPS),
        (a_standing("stable", shown=30, effect=an_effect(0.01, 0.4)), Proposal.KEEP, Ground.WORKS),
        (a_standing(**GOOD, review="2026-03-02"), Proposal.KEEP, Ground.REVIEW_OVER),
        (a_standing(**GOOD, review="2026-03-03"), Proposal.KEEP, Ground.WORKS),
        (a_standing(**GOOD, review="2026-01-01", wrong=9), Proposal.MEND, Ground.WRONG),
    ],
)
def test_the_first_rule_that_holds_decides(standing: Standing, proposal: Proposal, ground: Ground) -> None:
    found = play_report.judge(standing)
    assert (found.proposal, found.ground) == (proposal, ground)


def test_a_play_that_few_reps_saw_is_judged_by_its_review_date_alone() -> None:
    hidden = replace(a_standing(), figures=Figures("p", told=False))
    assert play_report.judge(hidden).ground is Ground.FEW_REPS
    over = replace(hidden, play=a_play("p", review="2026-03-01"))
    assert play_report.judge(over).ground is Ground.REVIEW_OVER


def test_a_play_that_nobody_saw_by_its_review_date_is_to_be_retired() -> None:
    figures = Figures("p", told=False, nobody=True)
    over = Standing(a_play("p", review="2026-03-01"), figures, TODAY)
    found = play_report.judge(over)
    assert (found.proposal, found.ground) == (Proposal.RETIRE, Ground.UNSEEN)
    assert play_report.judge(replace(over, play=a_play("p"))).ground is Ground.FEW_REPS


def test_there_is_one_rule_for_each_ground_in_their_order() -> None:
    assert [ground for _, _, ground in RULES[:-3]] == list(Ground)[:-3]
    assert {ground for _, _, ground in RULES} == set(Ground)


def test_the_most_pressing_stands_first_and_retired_plays_are_left_out() -> None:
    plays = [
        a_play("a-fine"),
        a_play("b-over", review="2026-01-01"),
        a_play("c-wrong"),
        a_play("d-gone", status="retired"),
        a_play("e-worse"),
    ]
    seen = {Deed.SHOWN: 30, Deed.COMMITTED: 9}
    figures = {play.id: Figures(play.id, told=True, counts=seen) for play in plays}
    figures["c-wrong"] = Figures("c-wrong", told=True, counts={**seen, Deed.WRONG: 9})
    found = play_report.findings(plays, figures, {"e-worse": an_effect(-0.4, -0.1)}, TODAY)
    assert [f.standing.play.id for f in found] == ["e-worse", "c-wrong", "b-over", "a-fine"]
    assert [f.needs_a_decision for f in found] == [True, True, True, False]
