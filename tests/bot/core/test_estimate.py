"""The estimate of a hold-out: its interval holds the truth as often as it says, and too little is called too little."""

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import evidence as trials
from bot.core import estimate
from bot.core.estimate import FEWEST_PAIRS, WIDEST, Estimate, Pair, TooLittle

RUNS = 1000
HERE = trials.TRIALS[::2]  # `python -m benchmarks.evidence` prints them all, beside other ways to make an interval
OF_2000_ACCOUNT_WEEKS = [t for t in trials.TRIALS if t.pairs in (150, 580)]


@pytest.mark.parametrize("trial", HERE, ids=str)
def test_the_interval_holds_the_truth_in_93_to_97_of_100_runs(trial: trials.Trial) -> None:
    held = [
        low - 1e-9 <= truth <= high + 1e-9
        for good, moments, out, truth in trials.runs(trial, RUNS + 200)
        if min(out.sum(), (~out).sum()) >= FEWEST_PAIRS
        for low, high in [trials.chosen(good, moments, out)]
    ][:RUNS]
    assert 0.93 <= sum(held) / len(held) <= 0.97


@pytest.mark.parametrize("trial", OF_2000_ACCOUNT_WEEKS[::6], ids=str)
def test_after_2000_account_weeks_too_little_is_the_answer_in_less_than_a_fifth(trial: trials.Trial) -> None:
    answers = [trials.answer(good, moments, out) for good, moments, out, _ in trials.runs(trial, 300)]
    assert sum(isinstance(answer, TooLittle) for answer in answers) <= 60


def pairs(*shares: tuple[int, int, int]) -> list[Pair]:
    """So many pairs with so many good of so many moments."""
    return [Pair(good, moments) for count, good, moments in shares for _ in range(count)]


def test_fewer_than_ten_pairs_on_a_side_are_too_little() -> None:
    many, few = pairs((50, 1, 2)), pairs((5, 1, 1), (4, 0, 1))
    assert estimate.compare(many, few) is TooLittle.FEW_PAIRS
    assert estimate.compare(few, many) is TooLittle.FEW_PAIRS
    assert isinstance(estimate.compare(many, [*few, Pair(1, 1)]), Estimate)


def test_an_interval_wider_than_60_points_is_too_little() -> None:
    mixed = pairs((5, 1, 1), (5, 0, 1))
    assert estimate.compare(mixed, mixed) is TooLittle.WIDE
    [narrow] = [estimate.compare(mixed * 6, mixed * 6)]
    assert isinstance(narrow, Estimate)
    assert narrow.high - narrow.low <= WIDEST


def test_a_clear_gain_is_called_one_and_a_clear_loss_too() -> None:
    good, bad = pairs((40, 3, 3), (10, 2, 3)), pairs((40, 0, 3), (10, 1, 3))
    gain, loss = estimate.compare(good, bad), estimate.compare(bad, good)
    assert isinstance(gain, Estimate)
    assert isinstance(loss, Estimate)
    assert gain.helps
    assert not gain.hurts
    assert loss.hurts
    assert isclose(gain.difference, -loss.difference)


def test_a_pair_with_many_moments_counts_no_more_than_one_with_few() -> None:
    found = estimate.compare(pairs((10, 1, 1), (10, 0, 9)), pairs((20, 1, 2)))
    assert isinstance(found, Estimate)
    assert found.nudged == found.held_out == 0.5


def test_where_every_pair_is_the_same_the_interval_still_has_a_width() -> None:
    found = estimate.compare(pairs((30, 1, 1)), pairs((30, 1, 1)))
    assert isinstance(found, Estimate)
    assert found.low < 0 < found.high


SHARES = st.lists(st.sampled_from([0.0, 0.2, 0.25, 0.5, 2 / 3, 1.0]), min_size=10, max_size=25)


@settings(max_examples=60)
@given(SHARES, SHARES)
def test_the_estimate_lies_in_its_interval_which_lies_between_minus_and_plus_one(
    nudged: list[float], held_out: list[float]
) -> None:
    found, turned = estimate.interval(nudged, held_out), estimate.interval(held_out, nudged)
    assert -1 - 1e-9 <= found.low <= found.difference <= found.high <= 1 + 1e-9
    assert isclose(turned.low, -found.high, abs_tol=1e-9)


@pytest.mark.parametrize(("degrees", "quantile"), [(5, 2.571), (10, 2.228), (18, 2.101), (30, 2.042), (150, 1.976)])
def test_students_quantile_is_that_of_the_tables(degrees: int, quantile: float) -> None:
    assert abs(estimate.student(degrees) - quantile) < 0.0015
