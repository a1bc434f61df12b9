"""The short run of the chaos bench: real processes, killed for real. The long one: `make chaos`."""

from pathlib import Path

import pytest

from tests import postgres
from tests.chaos.lives import POST, SHORT_WALK, WALK, Ending
from tests.chaos.run import Run
from tests.chaos.world import Setup, World


def told(run: object) -> str:
    return f"replay with this: {run}"


def test_a_kill_at_each_step_of_a_nudges_way_loses_and_doubles_nothing(tmp_path: Path) -> None:
    setup = Setup("sqlite", nudges=80, kills=len(SHORT_WALK), speed=15)
    with World(setup, tmp_path).up() as world:
        report = Run(world, SHORT_WALK, troubles=False).go()
    assert report.verdict.faults == {}, told(setup)
    assert report.verdict.count("unknown") == 0, told(setup)
    assert report.tally.killed == len(SHORT_WALK)
    assert report.tally.kills["call that did not come"] <= 2
    assert report.verdict.states["sent"] >= setup.nudges


@pytest.mark.postgres
@pytest.mark.skipif(not postgres.is_installed(), reason=postgres.HOW_TO_INSTALL)
def test_three_processes_that_are_killed_while_everything_fails_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    setup = Setup("postgres", 3, nudges=60, kills=6, seed=3, speed=5)
    with World(setup, tmp_path).up() as world:
        report = Run(world, WALK[4:16:2]).go()
    assert report.verdict.faults == {}, told(setup)
    assert report.verdict.count("unknown") <= 1, told(setup)
    assert report.tally.killed >= setup.kills


def test_without_the_look_up_the_same_run_doubles_so_the_bench_is_not_blind(tmp_path: Path) -> None:
    setup = Setup("sqlite", nudges=30, kills=2, speed=30, blind=True)
    with World(setup, tmp_path).up() as world:
        world.tell("fault", method=POST, kind="drop", stored=True, times=8)
        report = Run(world, [Ending("call", POST, 12, "uncommitted")], troubles=False).go()
    assert report.verdict.count("doubled") >= 8
    assert report.verdict.count("lost") == 0
