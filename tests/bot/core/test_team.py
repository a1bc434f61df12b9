"""What a manager sees: facts in bands of age, figures in the order of names and of nothing else."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import asked, team
from bot.core.account import OrderPhase
from bot.core.asked import SECONDS, Asked, Moment
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.nudge import Kind
from bot.core.problem import Step
from bot.core.raising import InUseFor
from bot.core.situation import By, RecordKind
from bot.core.team import Age, Figures, OpenProblem, Spell
from tests.factories import BERLIN, NOW, a_promise, a_record, an_account

TODAY = NOW.date()
SINCE = NOW - team.SPAN


def a_line(account: str = "Alba", days: int = 0, **changes: Any) -> OpenProblem:
    return OpenProblem(
        **{"account": account, "rep_id": "U1", "rep": "Anna", "step": Step.FIXED, "days": days, **changes}
    )


# --- order ----------------------------------------------------------------------------------------------------------

FIGURES = st.builds(
    Figures,
    rep_id=st.sampled_from(["U1", "U2", "U3", "U4"]),
    name=st.sampled_from(["Anna", "anna", "李伟", "Zoë", ""]),
    reviews_held=st.integers(0, 9),
    reviews_due=st.integers(0, 9),
    promises_kept=st.integers(0, 9),
    promises_open=st.integers(0, 9),
    promises_broken=st.integers(0, 9),
    seconds=st.tuples(*[st.integers(0, 999)] * 4),
)


@given(
    st.lists(FIGURES, unique_by=lambda f: f.rep_id),
    st.lists(FIGURES, min_size=4, max_size=4),
    st.randoms(note_method_calls=False),
)
def test_no_figure_moves_a_rep_up_or_down(reps: list[Figures], others: list[Figures], chance: random.Random) -> None:
    """The same people with any other figures, in any order: the same order."""
    changed = [
        Figures(
            rep_id=r.rep_id, name=r.name, reviews_held=o.reviews_held, promises_kept=o.promises_kept, seconds=o.seconds
        )
        for r, o in zip(reps, others, strict=False)
    ]
    chance.shuffle(changed)
    assert [r.rep_id for r in team.in_order(changed)] == [r.rep_id for r in team.in_order(reps)]


@given(st.lists(st.builds(a_line, st.sampled_from(["Alba", "Nordhaus", "博远"]), st.integers(0, 30)), max_size=8))
def test_in_a_band_problems_stand_by_account_whatever_their_age(problems: list[OpenProblem]) -> None:
    for age, those in team.by_age(problems).items():
        assert [p.account.casefold() for p in those] == sorted(p.account.casefold() for p in those)
        assert {p.age for p in those} == {age}
    assert sum(map(len, team.by_age(problems).values())) == len(problems)


@pytest.mark.parametrize(
    ("days", "age"), [(0, Age.NEW), (1, Age.NEW), (2, Age.DAYS), (7, Age.DAYS), (8, Age.LONG), (90, Age.LONG)]
)
def test_a_problem_is_in_the_band_of_its_age(days: int, age: Age) -> None:
    assert a_line(days=days).age is age


def test_the_longest_band_comes_first() -> None:
    assert list(team.by_age([a_line("A", 0), a_line("B", 40), a_line("C", 5)])) == [Age.LONG, Age.DAYS, Age.NEW]


def test_days_are_counted_by_the_calendar_of_who_asks() -> None:
    late = datetime(2026, 3, 3, 23, 30, tzinfo=BERLIN)
    assert team.days_open(late, late + timedelta(hours=1), BERLIN) == 1
    assert team.days_open(late, late + timedelta(minutes=10), BERLIN) == 0


# --- reviews and promises -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "days_ago", "reviewed", "due"),
    [
        (OrderPhase.DELIVERED, 3, None, True),
        (OrderPhase.DELIVERED, -1, None, False),
        (OrderPhase.DELIVERED, 3, RecordKind.DELIVERY_REVIEWED, False),
        (OrderPhase.DELIVERED, 3, RecordKind.EFFECT_REVIEWED, True),
        (OrderPhase.IN_USE, 29, None, False),
        (OrderPhase.IN_USE, 30, None, True),
        (OrderPhase.IN_USE, 30, RecordKind.EFFECT_REVIEWED, False),
        (OrderPhase.DELIVERING, 60, None, False),
        (None, 60, None, False),
    ],
)
def test_a_review_is_due(phase: OrderPhase | None, days_ago: int, reviewed: RecordKind | None, due: bool) -> None:
    account = an_account(order_phase=phase, order_since=TODAY - timedelta(days=days_ago))
    records = [a_record(reviewed, days_ago=1)] if reviewed is not None else []
    assert team.review_due(account, records, TODAY, BERLIN) is due


def test_a_review_of_the_last_order_does_not_count_for_this_one() -> None:
    account = an_account(order_phase=OrderPhase.DELIVERED, order_since=TODAY - timedelta(days=3))
    assert team.review_due(account, [a_record(RecordKind.DELIVERY_REVIEWED, days_ago=40)], TODAY, BERLIN)


def test_the_effect_is_due_when_the_shipped_plays_ask_for_it(shipped: tuple[Library, Weights]) -> None:
    cues = [play.nudge.cue for play in shipped[0].plays if play.nudge is not None]
    assert {cue.days for cue in cues if isinstance(cue, InUseFor)} == {team.EFFECT_DUE.days}


def test_reviews_count_within_the_span() -> None:
    records = [
        a_record(RecordKind.DELIVERY_REVIEWED, 1),
        a_record(RecordKind.EFFECT_REVIEWED, 89),
        a_record(RecordKind.EFFECT_REVIEWED, 91),
        a_record(RecordKind.PRAISE, 1),
    ]
    assert team.reviews_held(records, SINCE) == 2


def test_promises_of_ours_are_kept_open_or_broken() -> None:
    old, new = NOW - timedelta(days=100), NOW - timedelta(days=2)
    made = [
        a_promise(kept_at=new),
        a_promise(kept_at=old),
        a_promise(broken_at=new),
        a_promise(),
        a_promise(by=By.THEM),
        a_promise(by=By.THEM, kept_at=new),
    ]
    assert team.promises(made, SINCE) == (1, 1, 1)


# --- the weeks of the chart -----------------------------------------------------------------------------------------


def test_a_week_counts_what_was_open_when_it_ended() -> None:
    def at(day: int) -> datetime:
        return datetime(2026, 3, day, 12, tzinfo=BERLIN)

    mondays = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]
    spells = [Spell(at(1), None), Spell(at(8), at(10)), Spell(at(10), at(11)), Spell(at(16), at(23))]
    weeks = team.week_ends(spells, mondays, BERLIN)
    assert [(w.short, w.long) for w in weeks] == [(1, 1), (0, 1), (1, 1)]


# --- seconds asked --------------------------------------------------------------------------------------------------


def test_every_kind_has_its_seconds() -> None:
    assert set(SECONDS) == set(Asked)
    assert all(seconds > 0 for seconds in SECONDS.values())


@pytest.mark.parametrize(
    ("kind", "cue", "further", "what"),
    [
        (Kind.VISIT_CARD, "visit", False, Asked.CARD),
        (Kind.VISIT_CARD, "visit", True, Asked.LINE),
        (Kind.CHECK, "visit", False, Asked.CHECK),
        (Kind.PROBLEM, "problem_step", False, Asked.CARD),
        (Kind.DIGEST, "event_unplaced", False, Asked.QUESTION),
        (Kind.DIGEST, asked.TEAM_WEEK, False, Asked.DIGEST),
    ],
)
def test_a_message_asks_for(kind: Kind, cue: str, further: bool, what: Asked) -> None:
    assert asked.of_message(kind, cue, further) is what


def test_seconds_stand_in_the_week_they_were_asked_in() -> None:
    weeks = asked.weeks_before(TODAY)
    assert weeks == (date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23))
    moments = [
        Moment(Asked.CARD, date(2026, 2, 23)),
        Moment(Asked.TAP, date(2026, 3, 1), 3),
        Moment(Asked.FORM, date(2026, 3, 2)),
        Moment(Asked.CHECK, date(2026, 2, 2)),
        Moment(Asked.CHECK, date(2026, 2, 1)),
    ]
    assert asked.seconds_by_week(moments, weeks) == (5, 0, 0, 21)


def test_a_local_day_is_the_reps_own() -> None:
    assert asked.local_day(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), BERLIN) == date(2026, 3, 2)


def test_a_review_that_is_noted_by_a_tap_and_in_a_talk_is_one_review() -> None:
    records = [a_record(RecordKind.DELIVERY_REVIEWED, days) for days in (40, 10, 9, 4)]
    records.append(a_record(RecordKind.EFFECT_REVIEWED, 9))
    assert team.reviews_held(records, SINCE) == 3
