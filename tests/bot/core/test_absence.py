"""An absence: when it begins, what it is called, and which step of a problem is handed on then."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.core import absence, fit
from bot.core.nudge import Nudge
from bot.core.problem import Step
from bot.core.situation import Shown
from tests.factories import MANNERS, NOW, a_local, a_problem, a_rep, a_situation, some_hours

OFF = frozenset({date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)})  # Thursday, Friday and Monday
OWNED_AT = NOW - timedelta(days=2)
STEP = "problem:P1:step:client_heard"


@pytest.mark.parametrize(
    ("now", "name", "begins"),
    [
        ("2026-03-03 10:00", None, None),
        ("2026-03-04 10:00", "2026-03-05", "2026-03-05 00:00"),  # they begin tomorrow
        ("2026-03-05 10:00", "2026-03-05", "2026-03-05 00:00"),
        ("2026-03-06 10:00", "2026-03-05", "2026-03-05 00:00"),
        ("2026-03-09 10:00", "2026-03-05", "2026-03-05 00:00"),  # a weekend between does not part them
        ("2026-03-10 10:00", None, None),
    ],
)
def test_days_off_in_a_row_are_one_absence(now: str, name: str | None, begins: str | None) -> None:
    found = absence.of(a_rep(days_off=OFF), a_local(now), some_hours(days_off=OFF))
    assert found == (absence.Absence(name, a_local(begins)) if name and begins else None)


@pytest.mark.parametrize(("days", "there"), [(None, False), (0.5, False), (1, True), (9, True)])
def test_a_pause_is_an_absence_from_the_next_midnight_if_it_is_not_over_by_then(
    days: float | None, there: bool
) -> None:
    until = NOW + timedelta(days=days) if days is not None else None
    found = absence.of(a_rep(paused_until=until), NOW, some_hours())
    assert (found is not None) is there
    if found is not None:
        assert found.begins == a_local("2026-03-05 00:00")


def planned(stand_in: str | None, since: Any = OWNED_AT, shown: tuple[Shown, ...] = ()) -> tuple[list[Nudge], Any]:
    rep = a_rep(stand_in=stand_in, days_off=OFF)
    problem = a_problem(since, done={Step.OWNED: since})
    situation = a_situation(rep=rep, problems=(problem,), shown=shown)
    found = fit.nudges((), situation, some_hours(days_off=OFF), MANNERS)
    return [n for n in found if absence.MARK in n.key], situation


def test_a_step_that_came_up_before_is_handed_on_as_the_absence_begins() -> None:
    [one], _ = planned("U0BERT")
    assert one.key == f"{STEP}:absence:2026-03-05"
    assert (one.due_at, dict(one.facts)["step"]) == (a_local("2026-03-05 00:00"), "client_heard")
    assert absence.step_key(one.key) == STEP


def test_nothing_is_handed_on_where_nobody_stands_in_or_the_step_comes_up_within_the_absence() -> None:
    assert planned(None)[0] == []
    assert planned("U0BERT", since=a_local("2026-03-04 17:59"))[0] == []


@pytest.mark.parametrize(
    ("shown", "holds"),
    [
        ([], False),
        ([Shown(play="", key=STEP, at=NOW)], True),
        ([Shown(play="", key=STEP, at=NOW, at_stand_in=True)], False),
        ([Shown(play="", key="problem:P2:step:client_heard", at=NOW)], False),
        ([Shown(play="", key=STEP, at=a_local("2026-03-05 09:00"))], False),
    ],
)
def test_what_is_handed_on_holds_only_where_the_rep_was_told_before(shown: list[Shown], holds: bool) -> None:
    [one], situation = planned("U0BERT", shown=tuple(shown))
    later = replace(situation, now=a_local("2026-03-05 09:30"))
    assert fit.still_holds(one, (), later) is holds
    assert not fit.still_holds(one, (), replace(situation, now=a_local("2026-03-10 09:30"))), "the rep is back"
