"""Guards remove plays, above all YAML."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import guards, judgement
from bot.core.account import OrderPhase, Stage
from bot.core.cadence import Verdict
from bot.core.nudge import Rule
from bot.core.problem import Problem, Step
from bot.core.situation import By, RecordKind, Situation
from tests.factories import (
    AS_BEFORE,
    COMPLAINT,
    MANNERS,
    NOW,
    STEP_BACK,
    a_library,
    a_nudge,
    a_problem,
    a_promise,
    a_record,
    a_situation,
    some_facts,
)

MINUTE = timedelta(minutes=1)


def confirmed(ago: timedelta) -> Problem:
    return a_problem(NOW - timedelta(days=90), done={Step.CONFIRMED: NOW - ago})


def fixed_only() -> Problem:
    return a_problem(done={Step.FIXED: NOW - MINUTE})


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        (None, {}),
        (Rule.OPEN_PROBLEM, {"problems": (a_problem(),)}),
        (Rule.OPEN_PROBLEM, {"problems": (confirmed(timedelta(days=60)), a_problem())}),
        (Rule.OPEN_PROBLEM, {"problems": (fixed_only(),)}),
        (Rule.FRESH_PROBLEM, {"problems": (confirmed(MINUTE),)}),
        (Rule.FRESH_PROBLEM, {"problems": (confirmed(timedelta(days=14) - MINUTE),)}),
        (None, {"problems": (confirmed(timedelta(days=14)),)}),
        (Rule.TRUST_NOT_FORMED, {"stage": None}),
        (Rule.TRUST_NOT_FORMED, {"stage": Stage.WINNING}),
        (Rule.TRUST_NOT_FORMED, {"stage": Stage.INTRODUCTION}),
        (Rule.TRUST_NOT_FORMED, {"stage": Stage.EARLY}),
        (None, {"stage": Stage.MIDDLE}),
        (None, {"stage": Stage.PLATEAU}),
        (None, {"stage": Stage.MATURE}),
        (Rule.IMPORTANT_MATTER, {"important": ("uptime",)}),
        (Rule.SLOWS_SERVICE, {"records": (a_record(RecordKind.REQUEST),)}),
        (None, {"records": (a_record(RecordKind.REQUEST, done_at=NOW),)}),
        (None, {"records": (a_record(RecordKind.PRAISE),)}),
        (Rule.SLOWS_SERVICE, {"order_phase": OrderPhase.DELIVERING}),
        (None, {"order_phase": OrderPhase.DELIVERED}),
        (Rule.SLOWS_SERVICE, {"promises": (a_promise(date(2026, 3, 18)),)}),
        (Rule.SLOWS_SERVICE, {"promises": (a_promise(date(2026, 1, 1)),)}),
        (None, {"promises": (a_promise(date(2026, 3, 19)),)}),
        (None, {"promises": (a_promise(date(2026, 3, 5), kept_at=NOW),)}),
        (None, {"promises": (a_promise(date(2026, 3, 5), by=By.THEM),)}),
    ],
)
def test_unasked_pacing_is_barred_by(rule: Rule | None, facts: dict[str, Any]) -> None:
    assert guards.bar_unasked(STEP_BACK, a_situation(**facts), MANNERS) is rule


def test_managers_may_keep_pacing_away_for_longer_after_a_problem() -> None:
    patient = MANNERS.model_copy(update={"fresh_problem_days": 30})
    situation = a_situation(problems=(confirmed(timedelta(days=29)),))
    assert guards.bar_unasked(STEP_BACK, situation, patient) is Rule.FRESH_PROBLEM
    assert guards.bar_unasked(STEP_BACK, situation, MANNERS) is None


def test_the_gravest_reason_is_told() -> None:
    situation = a_situation(stage=Stage.EARLY, important=("uptime",), problems=(a_problem(),))
    assert guards.bar_unasked(STEP_BACK, situation, MANNERS) is Rule.OPEN_PROBLEM


def test_an_open_problem_silences_other_plays_but_not_its_own() -> None:
    situation = a_situation(problems=(a_problem(),))
    assert guards.bar_unasked(AS_BEFORE, situation, MANNERS) is Rule.OPEN_PROBLEM
    assert guards.bar_unasked(COMPLAINT, situation, MANNERS) is None
    over = a_situation(problems=(confirmed(MINUTE),), stage=None, important=("uptime",))
    assert guards.bar_unasked(AS_BEFORE, over, MANNERS) is None


@pytest.mark.parametrize(
    ("rule", "facts", "text"),
    [
        (None, {}, "may I wait?"),
        (Rule.OPEN_PROBLEM, {"problems": (a_problem(),)}, ""),
        (Rule.FRESH_PROBLEM, {"problems": (confirmed(MINUTE),)}, ""),
        (Rule.TRUST_NOT_FORMED, {"stage": Stage.EARLY}, ""),
        (Rule.SLOWS_SERVICE, {"order_phase": OrderPhase.DELIVERING}, ""),
        (None, {"important": ("uptime",)}, "they want a rebate"),
        (Rule.IMPORTANT_MATTER, {"important": ("uptime",)}, "is it wise to hold back the UPTIME report?"),
        (Rule.IMPORTANT_MATTER, {"important": ("院感指标",)}, "院感指标的数据要不要缓一缓给"),
        (None, {"important": (" ",)}, "a blank matter is none"),
    ],
)
def test_pacing_that_was_asked_for_is_barred_by(rule: Rule | None, facts: dict[str, Any], text: str) -> None:
    assert guards.bar_asked(STEP_BACK, a_situation(**facts), MANNERS, text) is rule


def test_nothing_else_is_barred_when_asked_for() -> None:
    situation = a_situation(stage=None, problems=(a_problem(),), important=("uptime",))
    assert guards.bar_asked(AS_BEFORE, situation, MANNERS, "uptime") is None


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any account on which the cue of pacing holds, with any facts beside it."""
    days = st.floats(0, 40, allow_nan=False)

    def past() -> datetime:
        return NOW - timedelta(days=draw(days))

    problems = tuple(
        a_problem(NOW - timedelta(days=60), id=f"P{n}", done={Step.CONFIRMED: past()} if draw(st.booleans()) else {})
        for n in range(draw(st.integers(0, 2)))
    )
    promises = tuple(
        a_promise(NOW.date() + timedelta(days=draw(st.integers(-20, 40))), kept_at=NOW if draw(st.booleans()) else None)
        for _ in range(draw(st.integers(0, 2)))
    )
    records = tuple(
        a_record(draw(st.sampled_from(RecordKind)), draw(days), done_at=NOW if draw(st.booleans()) else None)
        for _ in range(draw(st.integers(0, 2)))
    )
    return a_situation(
        stage=draw(st.none() | st.sampled_from(Stage)),
        order_phase=draw(st.none() | st.sampled_from(OrderPhase)),
        important=draw(st.sampled_from([(), ("uptime",)])),
        problems=problems,
        promises=promises,
        records=records,
        last_contact=NOW - timedelta(days=1),
        last_contact_by=By.US,
        one_sided_contacts=4,
        one_sided_since=NOW - timedelta(days=9),
    )


def may_pace(s: Situation) -> bool:
    """The guard as the catalogue says it, written a second time."""
    two_weeks = timedelta(days=14)
    quiet = all(p.confirmed_at is not None and s.now - p.confirmed_at >= two_weeks for p in s.problems)
    trusted = s.account.stage in (Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE)
    asked = any(r.kind is RecordKind.REQUEST and r.done_at is None for r in s.records)
    owed = any(p.kept_at is None and p.due - s.today <= two_weeks for p in s.promises)
    waiting = asked or owed or s.account.order_phase is OrderPhase.DELIVERING
    return quiet and trusted and not waiting and not s.account.important


@settings(max_examples=400, deadline=None)
@given(situations())
def test_a_pacing_nudge_goes_out_exactly_where_no_guard_holds(situation: Situation) -> None:
    planned = a_nudge(play="step-back", cue="one_sided_contacts", key="one_sided:2026-02-23")
    anywhere = STEP_BACK.model_copy(update={"fits": STEP_BACK.fits.model_copy(update={"stages": ()})})
    judged = judgement.judge(planned, a_library(anywhere), situation, some_facts())
    assert (judged.decision.verdict is Verdict.SEND) == may_pace(situation)
