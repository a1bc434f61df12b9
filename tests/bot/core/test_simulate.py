"""The simulation plays the days of simulated reps with the rules of the running bot."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import simulate, simulated_lists
from bot.core.account import OrderPhase, Stage
from bot.core.library import Library
from bot.core.nudge import Fate, Kind, Rule
from bot.core.playbook import Fits, Play
from bot.core.portfolio import PortfolioRow
from bot.core.simulate import PlanLine
from bot.core.situation import By
from bot.core.workdays import CompanyCalendar
from tests.factories import (
    AS_BEFORE,
    BERLIN,
    CHICAGO,
    CHINA,
    CLOSE_THE_LOOP,
    COMPLAINT,
    DIRECTOR,
    FIRST_VISIT,
    HOURS_TO,
    HOW_IS_IT_WORKING,
    LIBRARY,
    MANNERS,
    PROMISES_KEPT,
    SHANGHAI,
    STEP_BACK,
    THINK_AHEAD,
    UNSEEN_WORK,
    WEEKDAYS,
    a_library,
    a_local,
    a_play,
    a_portfolio,
    a_row,
    some_hours,
)

START = date(2026, 3, 2)  # a Monday


def days_before(days: float, hour: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=BERLIN) - timedelta(days=days)


def plan(
    *rows: PortfolioRow,
    library: Library = LIBRARY,
    start: date = START,
    days: int = 30,
    calendar: CompanyCalendar = WEEKDAYS,
    **options: Any,
) -> list[PlanLine]:
    return list(simulate.plan(library, a_portfolio(*rows), start, days, lambda _country: calendar, **options))


def told(lines: Iterable[PlanLine]) -> list[str]:
    """Lines as one reads them: `03-02 09:00 play` and what holds it."""
    return [f"{x.due_at:%m-%d %H:%M} {_named(x)}{f' held: {x.rule}' if x.rule else ''}" for x in lines]


def _named(line: PlanLine) -> str:
    return line.reason.rpartition(", ")[2] if line.cue == "problem_step" else line.play or line.cue


# --- what simulated reps do -----------------------------------------------------------------------------------------


def test_a_silence_is_raised_once_its_days_are_over() -> None:
    row = a_row(last_contact=days_before(11, 15))
    (line,) = plan(row, library=a_library(AS_BEFORE))
    assert told([line]) == ["03-12 09:00 as-before-the-deal"]
    assert line.reason == "no contact since 2026-02-19"
    assert (line.cue, line.fate, line.rule, line.kind) == ("no_contact_for", Fate.PLANNED, None, Kind.NUDGE)


def test_a_visit_has_a_card_on_the_eve_takes_place_and_is_asked_about() -> None:
    row = a_row(stage=None, next_visit=a_local("2026-03-05 10:00"))
    assert told(plan(row)) == ["03-04 17:00 visit", "03-05 11:00 visit"]


def test_a_visit_of_a_whole_day_is_asked_about_in_the_late_afternoon() -> None:
    row = a_row(stage=None, next_visit=a_local("2026-03-05 00:00"), next_visit_all_day=True)
    assert told(plan(row)) == ["03-04 17:00 visit", "03-05 17:00 visit"]


def test_visits_on_one_day_have_a_line_each_at_one_moment() -> None:
    rows = [
        a_row("Early", stage=None, next_visit=a_local("2026-03-05 08:00")),
        a_row("Late", stage=None, next_visit=a_local("2026-03-05 16:00")),
        a_row("Whole", stage=None, next_visit=a_local("2026-03-05 00:00"), next_visit_all_day=True),
    ]
    cards = [line for line in plan(*rows) if line.kind is Kind.VISIT_CARD]
    assert [line.account for line in cards] == ["Early", "Late", "Whole"]
    assert {f"{line.due_at:%m-%d %H:%M}" for line in cards} == {"03-04 17:00"}


def test_a_visit_counts_as_contact_from_us() -> None:
    row = a_row(last_contact=days_before(12), next_visit=a_local("2026-03-05 10:00"))
    lines = plan(row, library=a_library(AS_BEFORE))
    assert told(lines) == [
        "03-04 17:00 as-before-the-deal",
        "03-05 11:00 as-before-the-deal",
        "03-26 09:00 as-before-the-deal",
    ]
    assert lines[-1].reason == "no contact since 2026-03-05"


def test_a_visit_adds_to_the_run_of_contacts_from_us() -> None:
    row = a_row(one_sided_contacts=3, last_contact_by=By.US, next_visit=a_local("2026-03-05 10:00"))
    lines = [x for x in plan(row, library=a_library(STEP_BACK)) if x.kind is Kind.NUDGE]
    assert told(lines) == ["03-06 09:00 step-back held: outranked", "03-09 09:00 step-back"]
    assert lines[1].reason == "4 contacts in a row from us, the last on 2026-03-05"


def test_the_card_says_its_point_and_the_check_is_about_it() -> None:
    delivered = {"order_phase": OrderPhase.DELIVERED, "order_since": date(2026, 3, 2)}
    card, check = plan(
        a_row(next_visit=a_local("2026-03-05 10:00"), **delivered), library=a_library(FIRST_VISIT), days=4
    )
    assert (card.play, card.cue, card.kind) == ("first-visit-after-the-sale", "phase_entered", Kind.VISIT_CARD)
    assert card.reason == "visit on 2026-03-05; order delivered since 2026-03-02"
    assert (check.play, check.cue, check.kind) == ("first-visit-after-the-sale", "visit", Kind.CHECK)
    assert check.reason == "check after the visit on 2026-03-05"


def test_a_visit_just_before_the_start_is_still_asked_about_within_the_days_of_the_run() -> None:
    row = a_row(stage=None, next_visit=a_local("2026-02-27 14:00"))
    assert told(plan(row)) == ["03-02 09:00 visit"]


def test_what_a_card_has_said_is_not_said_again_by_a_nudge() -> None:
    twice = a_play(
        "twice", fits={"on_visits": True}, cue="stage_entered", due={"type": "days", "days": 7}, until="never"
    )
    visited = plan(a_row(stage_since=START, next_visit=a_local("2026-03-05 10:00")), library=a_library(twice))
    assert told(visited) == ["03-04 17:00 twice", "03-05 11:00 twice"]
    assert told(plan(a_row(stage_since=START), library=a_library(twice))) == ["03-09 09:00 twice"]


def test_a_problem_that_opens_at_the_very_moment_of_a_nudge_holds_it() -> None:
    row = a_row(open_problem_since=a_local("2026-03-12 09:00"), last_contact=days_before(11, 15))
    assert told(plan(row, library=a_library(AS_BEFORE), days=11)) == [
        "03-12 09:00 as-before-the-deal held: open_problem",
        "03-12 10:00 next step: client heard",  # said though no play is for it
        "03-12 11:00 next step: boss told",
    ]


@pytest.mark.parametrize("on_way", [True, False])
def test_a_review_of_the_delivery_is_held_at_the_next_visit(on_way: bool) -> None:
    """Without the visit the play is raised; with one before it is due, never."""
    visit = {"next_visit": a_local("2026-03-03 10:00")} if on_way else {}
    row = a_row(stage=None, order_phase=OrderPhase.DELIVERED, order_since=START, **visit)
    routine = [x for x in plan(row, library=a_library(FIRST_VISIT)) if x.kind is Kind.NUDGE]
    assert told(routine) == ([] if on_way else ["03-05 09:00 first-visit-after-the-sale"])


def test_a_review_of_the_effect_is_held_at_the_next_visit_only_once_it_is_due() -> None:
    def routine(in_use_days: int) -> list[str]:
        row = a_row(
            stage=None,
            order_phase=OrderPhase.IN_USE,
            order_since=START - timedelta(days=in_use_days),
            next_visit=a_local("2026-03-05 10:00"),
        )
        lines = plan(row, library=a_library(HOW_IS_IT_WORKING), days=40)
        return told(x for x in lines if x.kind is Kind.NUDGE)

    assert routine(27) == []  # thirty days on the day of the visit
    assert routine(26) == ["03-06 09:00 how-is-it-working held: outranked", "03-09 09:00 how-is-it-working"]


def test_a_problem_takes_its_steps_on_their_target_times() -> None:
    opened = days_before(3, 10)  # Friday ten o'clock: fixed five days later, confirmed after seven
    lines = plan(a_row(open_problem_since=opened), library=a_library(COMPLAINT, CLOSE_THE_LOOP), days=40)
    assert told(lines) == [
        "03-02 09:00 complaint-received",  # nobody has taken it on before the run; the steps that are past follow it
        "03-04 10:00 next step: fixed",
        "03-05 09:00 close-the-loop",  # the working day after it was fixed
        "03-23 09:00 close-the-loop",  # fourteen days after the client's word
    ]
    assert [line.kind for line in lines] == [Kind.PROBLEM] * 4


def test_a_problem_that_opens_at_work_is_told_at_once_and_then_once_a_step_right_before_it_is_taken() -> None:
    row = a_row(open_problem_since=a_local("2026-03-11 10:00"))
    lines = plan(row, library=a_library(COMPLAINT, CLOSE_THE_LOOP), days=16)
    assert told(lines) == [
        "03-11 10:00 complaint-received",
        "03-11 11:00 next step: client heard",
        "03-11 12:00 next step: boss told",
        "03-12 10:00 next step: client told",  # the plan was made at ten in the evening
        "03-16 10:00 next step: fixed",
        "03-17 09:00 close-the-loop",
    ]
    assert lines[1].reason == "problem open since 2026-03-11, next step: client heard"
    assert {line.play for line in lines[:5]} == {"complaint-received"}


def test_a_problem_whose_targets_have_all_passed_is_still_open_and_takes_its_steps_from_the_start() -> None:
    row = a_row(open_problem_since=days_before(60), last_contact=days_before(40))
    lines = plan(row, library=a_library(COMPLAINT, AS_BEFORE))
    assert told(lines) == [
        "03-02 09:00 next step: plan made",  # what comes before it is taken by then
        "03-02 09:00 complaint-received",
        "03-02 09:00 as-before-the-deal held: open_problem",
        "03-02 12:00 next step: client told",
        "03-03 09:00 next step: fixed",
        "03-30 09:00 as-before-the-deal",  # confirmed at midnight of the 9th, three weeks before
    ]
    assert lines[2].nudge != lines[5].nudge, "that nobody was in touch was over with the steps of the problem"
    assert lines[5].reason == "no contact since 2026-03-09"


def test_without_targets_a_problem_stays_open() -> None:
    no_targets = MANNERS.model_copy(update={"problem_targets": ()})
    row = a_row(open_problem_since=days_before(60), last_contact=days_before(40))
    lines = plan(row, library=a_library(AS_BEFORE, manners=no_targets), days=90)
    assert told(lines) == ["03-02 09:00 as-before-the-deal held: open_problem"], "nobody owns it, so no step is next"


def test_a_problem_that_opens_later_silences_from_then_on() -> None:
    order = {"order_phase": OrderPhase.DELIVERED, "order_since": date(2026, 3, 10)}
    row = a_row(open_problem_since=a_local("2026-03-11 08:00"), last_contact=days_before(11, 15), **order)
    lines = plan(row, library=a_library(COMPLAINT, AS_BEFORE, FIRST_VISIT), days=40)
    assert told(lines) == [
        "03-11 09:00 next step: client heard",  # it was owned at half past eight
        "03-11 10:00 next step: boss told",
        "03-13 09:00 first-visit-after-the-sale held: open_problem",
        "03-18 09:00 first-visit-after-the-sale",  # confirmed at eight
        "04-08 09:00 as-before-the-deal",  # not on the 12th: the client had heard from us the day before
    ]


def test_the_steps_with_the_client_are_contacts_and_their_word_ends_a_run_of_ours() -> None:
    opened = {"open_problem_since": a_local("2026-03-11 08:00"), "last_contact": a_local("2026-03-01 11:00")}
    one_sided = {"one_sided_contacts": 3, "last_contact_by": By.US}
    lines = plan(a_row(**opened, **one_sided), library=a_library(STEP_BACK), days=40)
    assert [line.fate for line in lines if line.play == STEP_BACK.id] == [Fate.HELD]
    assert "5 contacts in a row from us, the last on 2026-03-12" in [line.reason for line in lines]


def test_a_stage_that_begins_during_the_run_is_noticed() -> None:
    row = a_row(stage_since=date(2026, 3, 10))
    assert told(plan(row, library=a_library(DIRECTOR))) == ["03-17 09:00 from-star-to-director"]


def test_a_new_quarter_is_noticed() -> None:
    row = a_row(stage=Stage.MATURE)
    assert told(plan(row, library=a_library(THINK_AHEAD), days=45)) == ["04-07 10:00 think-ahead-of-them"]


def test_what_is_missing_for_long_comes_up_again() -> None:
    row = a_row(stage_since=date(2026, 2, 27))
    lines = plan(row, library=a_library(UNSEEN_WORK), days=100)
    assert told(lines) == ["04-17 15:00 unseen-work", "05-29 15:00 unseen-work"]
    assert lines[0].reason == "no praise on record since the stage began on 2026-02-27"


def test_a_promise_is_warned_of_in_time_and_the_cap_is_not_asked() -> None:
    rows = [a_row(name, promise_due=date(2026, 3, 16), promise_text="parts") for name in ("A", "B", "C", "D", "E")]
    lines = [x for x in plan(*rows, library=a_library(PROMISES_KEPT)) if x.cue == "promise_due"]
    assert {f"{line.due_at:%m-%d %H:%M}" for line in lines} == {"03-11 09:00"}
    assert [line.account for line in lines] == ["A", "B", "C", "D", "E"]
    assert lines[0].reason == "promise due on 2026-03-16: parts"


def test_what_became_of_a_promise_is_asked_once_on_the_working_morning_after_its_day() -> None:
    friday = a_row("A", promise_due=date(2026, 3, 6), promise_text="parts")
    trouble = a_row("B", promise_due=date(2026, 3, 9), open_problem_since=a_local("2026-03-02 10:00"))
    asked = [x for x in plan(friday, trouble, library=a_library(PROMISES_KEPT), days=40) if x.cue == "promise_over"]
    assert [f"{x.account} {x.due_at:%m-%d %H:%M} {x.fate}" for x in asked] == [
        "A 03-09 09:00 planned",
        "B 03-10 09:00 planned",
    ], "the problem of B was over by then"
    assert (asked[0].play, asked[0].reason) == ("", "promise was due on 2026-03-06: parts")


def test_a_nudge_on_a_weekday_that_became_known_late_waits_for_the_next_such_day() -> None:
    row = a_row(stage_since=date(2026, 1, 12))  # 45 days were over on 26 February; Friday the 27th is gone
    assert told(plan(row, library=a_library(UNSEEN_WORK), days=12)) == ["03-06 15:00 unseen-work"]


def test_what_is_too_late_soonest_goes_first_then_what_waits_longest() -> None:
    def entered(name: str, until: Any) -> Play:
        return a_play(name, cue="stage_entered", due="working_morning", until=until)

    plays = [entered("a-never", "never"), entered("b-month", {"type": "days", "days": 30})]
    plays.append(entered("c-week", {"type": "days", "days": 7}))
    rows = [a_row("A", stage_since=START), a_row("B", stage=Stage.EARLY, stage_since=START - timedelta(days=1))]
    plays = [play.model_copy(update={"fits": Fits(stages=(Stage.MIDDLE,))}) for play in plays]
    manners = MANNERS.model_copy(update={"per_account_days": 1})
    lines = plan(*rows, library=a_library(*plays, manners=manners), days=7)
    sent = [line.play for line in lines if line.fate is Fate.PLANNED]
    assert sent == ["c-week", "b-month", "a-never"]


def test_of_silences_that_never_end_by_the_clock_the_longest_waiting_goes_first() -> None:
    rows = [a_row("B", last_contact=days_before(30)), a_row("A", last_contact=days_before(20))]
    rows.append(a_row("C", stage=Stage.MATURE, stage_since=START))
    today = a_play(
        "today", fits={"stages": ["mature"]}, cue="stage_entered", due="at_once", until={"type": "days", "days": 3}
    )
    sent = [line for line in plan(*rows, library=a_library(AS_BEFORE, today), days=4) if line.fate is Fate.PLANNED]
    assert [line.account for line in sent] == ["C", "B", "A"]


def test_what_comes_round_again_by_itself_goes_after_what_the_stage_asks_for() -> None:
    every_quarter = a_play("again", cue="quarterly", due="working_morning", until={"type": "days", "days": 90})
    begun = a_play("begun", cue="stage_entered", due="working_morning", until="never")
    rows = [a_row("A"), a_row("B", stage_since=START)]
    lines = plan(*rows, library=a_library(every_quarter, begun), days=1)
    assert [(x.account, x.play) for x in lines if x.fate is Fate.PLANNED] == [("B", "begun")]


def test_pacing_has_its_turn_with_what_the_stages_ask_for() -> None:
    run = {"one_sided_contacts": 4, "last_contact_by": By.US, "last_contact": a_local("2026-03-01 11:00")}
    rows = [a_row("A", last_contact=days_before(30)), a_row("B", **run)]
    lines = plan(*rows, library=a_library(AS_BEFORE, STEP_BACK), days=1)
    assert [(x.account, x.play) for x in lines if x.fate is Fate.PLANNED] == [("B", "step-back")]


def test_nobody_is_told_to_step_back_from_a_visit() -> None:
    run = {"one_sided_contacts": 4, "last_contact_by": By.US, "last_contact": a_local("2026-03-01 11:00")}
    lines = plan(a_row(next_visit=a_local("2026-03-05 10:00"), **run), library=a_library(STEP_BACK))
    held, sent = (x for x in lines if x.kind is Kind.NUDGE)
    assert told([held, sent]) == ["03-02 09:00 step-back held: outranked", "03-09 09:00 step-back"]
    assert held.reason == "4 contacts in a row from us, the last on 2026-03-01"
    assert sent.reason == "5 contacts in a row from us, the last on 2026-03-05", "as it is when it is said"


def test_a_promise_that_a_card_raised_is_not_warned_of_on_the_next_morning() -> None:
    """Its own warning comes two days after the card, and is still in time."""
    row = a_row(promise_due=date(2026, 3, 20), promise_text="parts", next_visit=a_local("2026-03-13 10:00"))
    lines = [x for x in plan(row, library=a_library(PROMISES_KEPT)) if x.cue in ("promise_due", "visit")]
    assert told([x for x in lines if x.kind is not Kind.CHECK]) == [
        "03-12 17:00 promises-kept",
        "03-13 09:00 promises-kept held: said_before",
        "03-16 09:00 promises-kept",
    ]


# --- held and released ----------------------------------------------------------------------------------------------


def test_a_nudge_over_the_cap_is_held_once_and_released_under_the_same_id() -> None:
    rows = [a_row(name, last_contact=days_before(30)) for name in ("A", "B", "C", "D")]
    lines = plan(*rows, library=a_library(AS_BEFORE))
    assert [(x.account, f"{x.due_at:%a %d %H:%M}", x.fate.value, x.rule) for x in lines] == [
        ("A", "Mon 02 09:00", "planned", None),
        ("B", "Mon 02 09:00", "held", Rule.CAP_DAY),
        ("C", "Mon 02 09:00", "held", Rule.CAP_DAY),
        ("D", "Mon 02 09:00", "held", Rule.CAP_DAY),
        ("B", "Tue 03 09:00", "planned", None),
        ("C", "Wed 04 09:00", "planned", None),
    ], "the fourth finds that its sentence was read three times"
    assert {x.nudge for x in lines if x.account == "B"} == {lines[1].nudge}


def test_a_nudge_that_is_too_late_when_looked_at_again_is_never_sent() -> None:
    urgent = a_play("urgent", cue="stage_entered", due="at_once", until={"type": "days", "days": 1})
    rows = [a_row(name, stage_since=START) for name in ("A", "B", "C")]
    assert told(plan(*rows, library=a_library(urgent))) == [
        "03-02 09:00 urgent",
        "03-02 09:00 urgent held: cap_day",
        "03-02 09:00 urgent held: cap_day",
        "03-03 09:00 urgent",
    ]


def test_what_a_contact_ends_is_dropped_without_a_word() -> None:
    rows = [
        a_row("A", last_contact=days_before(30)),
        a_row("B", last_contact=days_before(30), next_visit=a_local("2026-03-02 15:00")),
    ]
    lines = [x for x in plan(*rows, library=a_library(AS_BEFORE), days=14) if x.kind is Kind.NUDGE]
    assert [(x.account, x.fate) for x in lines] == [("A", Fate.PLANNED), ("B", Fate.HELD)]


def test_three_ignored_in_a_row_stop_the_rest() -> None:
    plays = [a_play(f"p{n}", cue="stage_entered", due="working_morning", until="never") for n in range(6)]
    rows = [a_row(f"A{n}", stage_since=START) for n in range(6)]
    manners = MANNERS.model_copy(update={"per_week": 10, "per_day": 1, "per_account_days": 1})
    library = a_library(*plays, manners=manners)
    sent = [x for x in plan(*rows, library=library, days=60, ignore_all=True) if x.fate is Fate.PLANNED]
    assert len(sent) == 3
    assert len([x for x in plan(*rows, library=library, days=60) if x.fate is Fate.PLANNED]) > 10


def test_cards_and_checks_go_on_though_routine_nudges_are_ignored() -> None:
    rows = [a_row(name, last_contact=days_before(40)) for name in "ABC"]
    rows.append(a_row("D", stage=None, next_visit=a_local("2026-03-12 10:00")))
    lines = plan(*rows, library=a_library(AS_BEFORE), ignore_all=True)
    assert [x.kind for x in lines if x.account == "D"] == [Kind.VISIT_CARD, Kind.CHECK]


# --- time -----------------------------------------------------------------------------------------------------------


def test_the_days_are_those_of_each_rep() -> None:
    every_morning = a_play("hello", cue="stage_entered", due="at_once", until="never")
    rows = [a_row("A", "U1", zone=SHANGHAI, stage_since=START), a_row("B", "U2", zone=CHICAGO, stage_since=START)]
    first, second = plan(*rows, library=a_library(every_morning), days=1)
    assert (first.rep, first.due_at.isoformat()) == ("U1", "2026-03-02T09:00:00+08:00")
    assert (second.rep, second.due_at.isoformat()) == ("U2", "2026-03-02T09:00:00-06:00")


@pytest.mark.parametrize("days", [4, 5])
def test_the_last_day_ends_at_midnight(days: int) -> None:
    row = a_row(last_contact=days_before(17, 12))  # due on Friday 6 March
    lines = plan(row, library=a_library(AS_BEFORE), days=days)
    assert told(lines) == (["03-06 09:00 as-before-the-deal"] if days == 5 else [])


@pytest.mark.parametrize(
    ("start", "last", "due"),
    [
        (date(2026, 3, 23), "2026-03-09 12:00", "2026-03-30T09:00:00+02:00"),  # summer time began on the day before
        (date(2026, 10, 19), "2026-10-05 12:00", "2026-10-26T09:00:00+01:00"),  # and ended
        (date(2028, 2, 21), "2028-02-08 12:00", "2028-02-29T09:00:00+01:00"),
    ],
)
def test_clock_changes_and_leap_days_keep_the_morning(start: date, last: str, due: str) -> None:
    (line,) = plan(a_row(last_contact=a_local(last)), library=a_library(AS_BEFORE), start=start, days=14)
    assert line.due_at.isoformat() == due


def test_a_make_up_saturday_is_worked_and_a_holiday_is_not() -> None:
    def due(last: str) -> str:
        row = a_row(zone=SHANGHAI, last_contact=a_local(last, SHANGHAI))
        lines = plan(row, library=a_library(AS_BEFORE), start=date(2026, 2, 9), days=30, calendar=CHINA)
        return told(lines)[0]

    assert due("2026-01-24 12:00") == "02-14 09:00 as-before-the-deal"  # Saturday, made up for
    assert due("2026-01-26 12:00") == "02-24 09:00 as-before-the-deal"  # 16 February is in the holidays
    assert due("2026-02-07 12:00") == "02-28 09:00 as-before-the-deal"


def test_the_card_of_a_visit_after_the_holidays_goes_out_before_them() -> None:
    row = a_row(stage=None, zone=SHANGHAI, next_visit=a_local("2026-02-24 10:00", SHANGHAI))
    lines = plan(row, start=date(2026, 2, 9), calendar=CHINA)
    assert told(lines) == ["02-14 17:30 visit", "02-24 11:00 visit"]


# --- promises of the whole ------------------------------------------------------------------------------------------


def ago(start: date, days: int, hour: int = 0) -> Callable[[Any], datetime]:
    return lambda zone: datetime(start.year, start.month, start.day, hour, tzinfo=zone) - timedelta(days=days)


STARTS = (date(2026, 3, 2), date(2026, 3, 23), date(2026, 10, 19), date(2028, 2, 21), date(2026, 2, 9))
MAYBE = st.none() | st.integers(-25, 25)


@st.composite
def rows_of(draw: st.DrawFn, start: date, reps: int = 2) -> list[PortfolioRow]:
    zones = (BERLIN, SHANGHAI, CHICAGO)

    def day(offset: int | None) -> date | None:
        return None if offset is None else start + timedelta(days=offset)

    def row(number: int) -> PortfolioRow:
        rep = draw(st.integers(0, reps - 1))
        zone = zones[rep]

        def moment(offset: int | None) -> datetime | None:
            found = day(offset)
            hour = draw(st.integers(0, 23))
            return None if found is None else datetime(found.year, found.month, found.day, hour, 30, tzinfo=zone)

        return a_row(
            f"account {number}",
            f"U{rep}",
            zone=zone,
            stage=draw(st.none() | st.sampled_from(Stage)),
            stage_since=day(draw(MAYBE)),
            order_phase=draw(st.none() | st.sampled_from(OrderPhase)),
            order_since=day(draw(st.none() | st.integers(-60, 10))),
            last_contact=moment(draw(st.none() | st.integers(-40, -1))),
            one_sided_contacts=draw(st.integers(0, 6)),
            open_problem_since=moment(draw(st.none() | st.none() | st.integers(-10, 10))),
            problem_confirmed_at=moment(draw(st.none() | st.none() | st.integers(-20, 10))),
            promise_due=day(draw(st.none() | st.integers(1, 40))),
            next_visit=moment(draw(st.none() | st.integers(0, 25))),
            important=draw(st.sampled_from([(), (), ("uptime",)])),
        )

    return [row(number) for number in range(draw(st.integers(1, 8)))]


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[PortfolioRow], date, CompanyCalendar]:
    start = draw(st.sampled_from(STARTS))
    return draw(rows_of(start)), start, draw(st.sampled_from([WEEKDAYS, CHINA]))


def problem_spans(row: PortfolioRow, begin: datetime) -> list[tuple[datetime, datetime]]:
    """From when to when a problem of this row is open, told from the targets alone."""
    opened, confirmed = row.open_problem_since, row.problem_confirmed_at
    spans = []
    if isinstance(confirmed, datetime):
        first = opened if isinstance(opened, datetime) and opened <= confirmed else confirmed
        spans.append((first.astimezone(UTC), confirmed.astimezone(UTC)))
    if isinstance(opened, datetime) and (not isinstance(confirmed, datetime) or confirmed < opened):
        longest = timedelta(hours=max(HOURS_TO.values()))
        end = opened.astimezone(UTC) + longest
        spans.append((opened.astimezone(UTC), end if end > begin else begin.astimezone(UTC) + longest))
    return spans


@settings(max_examples=150, deadline=None)
@given(runs())
def test_the_promises_hold_over_random_portfolios(run: tuple[list[PortfolioRow], date, CompanyCalendar]) -> None:
    rows, start, calendar = run
    lines = plan(*rows, start=start, days=30, calendar=calendar)
    sent = [x for x in lines if x.fate is Fate.PLANNED]
    by_account = {(row.rep, row.account): row for row in rows}
    no_routine_nudge_over_a_cap([x for x in sent if x.kind is Kind.NUDGE])
    for line in sent:
        row = by_account[line.rep, line.account]
        hours = some_hours(row.zone, calendar)
        assert hours.contains(line.due_at)
        begin = hours.at(start, datetime.min.time())
        assert begin <= line.due_at < hours.at(start + timedelta(days=30), datetime.min.time())
        spans = problem_spans(row, begin)
        at = line.due_at.astimezone(UTC)
        if line.kind in (Kind.NUDGE, Kind.PROMISE):
            assert not any(a <= at < b for a, b in spans), "a problem is open"
        if line.play == "step-back":
            fresh = timedelta(days=MANNERS.fresh_problem_days)
            assert not any(a <= at < b + fresh for a, b in spans), "a problem is open or fresh"
            assert row.stage in (Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE)
            assert row.order_phase is not OrderPhase.DELIVERING
            assert not row.important
        if line.kind is Kind.VISIT_CARD:
            assert isinstance(row.next_visit, datetime)
            assert at < row.next_visit.astimezone(UTC)
    each_nudge_is_held_at_most_once_and_then_sent_at_most_once(lines)
    assert lines == sorted(lines, key=lambda x: (x.due_at.astimezone(UTC), x.priority, x.rep, x.account, x.nudge))


def no_routine_nudge_over_a_cap(routine: list[PlanLine]) -> None:
    days = Counter((x.rep, x.due_at.date()) for x in routine)
    weeks = Counter((x.rep, x.due_at.isocalendar()[:2]) for x in routine)
    assert max(days.values(), default=0) <= MANNERS.per_day
    assert max(weeks.values(), default=0) <= MANNERS.per_week
    accounts = defaultdict(list)
    for line in routine:
        accounts[line.rep, line.account].append(line.due_at.astimezone(UTC))
    span = timedelta(days=MANNERS.per_account_days)
    # Seven local days may hold a clock change.
    assert all(b - a >= span - timedelta(hours=1) for times in accounts.values() for a, b in pairwise(times))


def each_nudge_is_held_at_most_once_and_then_sent_at_most_once(lines: list[PlanLine]) -> None:
    seen = defaultdict(list)
    for line in lines:
        seen[line.nudge].append(line.fate)
    assert all(f in ([Fate.PLANNED], [Fate.HELD], [Fate.HELD, Fate.PLANNED]) for f in seen.values())


@settings(max_examples=100, deadline=None)
@given(runs(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_lines_whatever_the_order_of_rows(
    run: tuple[list[PortfolioRow], date, CompanyCalendar], random: Any
) -> None:
    rows, start, calendar = run
    first = plan(*rows, start=start, calendar=calendar)
    random.shuffle(rows)
    assert plan(*rows, start=start, calendar=calendar) == first


@settings(max_examples=50, deadline=None)
@given(runs())
def test_more_days_only_add_lines_at_the_end(run: tuple[list[PortfolioRow], date, CompanyCalendar]) -> None:
    rows, start, calendar = run
    short = plan(*rows, start=start, days=10, calendar=calendar)
    longer = plan(*rows, start=start, days=25, calendar=calendar)
    assert [x for x in longer if x.due_at.date() < start + timedelta(days=10)] == short


@settings(max_examples=50, deadline=None)
@given(runs())
def test_a_visit_that_is_known_in_time_always_gets_its_card(
    run: tuple[list[PortfolioRow], date, CompanyCalendar],
) -> None:
    rows, start, calendar = run
    lines = plan(*rows, start=start, days=30, calendar=calendar)
    cards = {(x.rep, x.account) for x in lines if x.kind is Kind.VISIT_CARD and x.fate is Fate.PLANNED}
    for row in rows:
        if isinstance(row.next_visit, datetime):
            worked_before = some_hours(row.zone, calendar).last_end_before(row.next_visit)
            if worked_before.date() >= start:
                assert (row.rep, row.account) in cards


def test_progress_is_heard_and_ends_at_one() -> None:
    shares: list[float] = []
    rows = [a_row("A", "U1", last_contact=days_before(9)), a_row("B", "U2", next_visit=a_local("2026-03-12 10:00"))]
    plan(*rows, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_an_empty_portfolio_gives_nothing() -> None:
    assert plan() == []


# --- the Monday list ------------------------------------------------------------------------------------------------


def silent_for_long(count: int = 9) -> list[PortfolioRow]:
    return [a_row(account=f"Haus {n}", stage=Stage.MATURE, last_contact=days_before(40 + n)) for n in range(count)]


def test_a_list_takes_a_nudges_place_and_no_line_tells_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three words of the only play are read in the first week; what waits stands on lists from then on."""
    lists: list[tuple[datetime, tuple[str, ...]]] = []
    look_at = simulated_lists.Outbox.look_at

    def seen(outbox: simulated_lists.Outbox, *facts: Any) -> Any:
        found = look_at(outbox, *facts)
        lists.append((facts[-1], tuple(one.id for one in found[1])))
        return found

    monkeypatch.setattr(simulated_lists.Outbox, "look_at", seen)
    lines = plan(*silent_for_long(), library=a_library(AS_BEFORE), days=29)
    named = {f"{at:%m-%d %H:%M}": ids for at, ids in lists if ids}
    assert list(named) == ["03-09 09:00", "03-16 09:00", "03-23 09:00"], "then all rests"
    sent = {line.nudge for line in lines if line.fate is Fate.PLANNED}
    assert len(sent) == 3
    assert not sent & {one for ids in named.values() for one in ids}
    opened = [ids[0] for ids in named.values()]
    assert len(set(opened)) == 3, "what was opened is on no later list"
    assert all(line.kind is not Kind.DIGEST for line in lines)


def test_where_the_cadence_has_room_for_one_message_a_week_it_is_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(simulated_lists.Outbox, "look_at")
    once = a_library(AS_BEFORE, manners=MANNERS.model_copy(update={"per_week": 1}))
    lines = plan(*silent_for_long(), library=once, days=29)
    assert len([line for line in lines if line.fate is Fate.PLANNED]) == 3
