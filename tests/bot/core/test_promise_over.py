"""When what became of a promise is asked: its day is over, somebody is at work, and nothing is settled yet."""

from datetime import date
from typing import Any

import pytest

from bot.core import judgement, promise_over
from bot.core.cadence import Snooze, Verdict
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.situation import By
from tests.factories import (
    BERLIN,
    CHINA,
    NOW,
    SHANGHAI,
    WEEKDAYS,
    a_library,
    a_local,
    a_problem,
    a_promise,
    a_rep,
    a_situation,
    some_facts,
    some_hours,
)

FRIDAY = date(2026, 3, 6)


def asked(due: date, now: str = "2026-03-04 10:00", **changes: Any) -> list[str]:
    """When the question is due and when it is too late."""
    zone, hours = changes.pop("zone", BERLIN), changes.pop("hours", {})
    situation = a_situation(a_local(now, zone), promises=(a_promise(due, **changes),), rep=a_rep(zone=zone))
    found = list(promise_over.nudges(situation, some_hours(zone, **hours)))
    assert all(n.expires_at is not None for n in found)
    return [
        f"{n.due_at.astimezone(zone):%m-%d %H:%M} to {n.expires_at.astimezone(zone):%m-%d %H:%M}"  # type: ignore[union-attr]
        for n in found
    ]


@pytest.mark.parametrize(
    ("due", "more", "when"),
    [
        (date(2026, 3, 5), {}, "03-06 09:00 to 03-19 18:00"),
        (FRIDAY, {}, "03-09 09:00 to 03-20 18:00"),
        (date(2026, 3, 7), {}, "03-09 09:00 to 03-21 18:00"),
        (FRIDAY, {"by": By.THEM}, "03-09 09:00 to 03-20 18:00"),
        (FRIDAY, {"hours": {"days_off": frozenset({date(2026, 3, 9)})}}, "03-10 09:00 to 03-20 18:00"),
        (date(2026, 3, 27), {}, "03-30 09:00 to 04-10 18:00"),  # the clocks change in between
    ],
)
def test_it_is_due_on_the_working_morning_after_the_day(due: date, more: dict[str, Any], when: str) -> None:
    assert asked(due, **more) == [when]


def test_a_make_up_saturday_is_a_working_morning_and_a_holiday_is_none() -> None:
    china = {"zone": SHANGHAI, "hours": {"calendar": CHINA}}
    assert asked(date(2026, 2, 13), "2026-02-10 10:00", **china) == ["02-14 09:00 to 02-27 18:00"]
    assert asked(date(2026, 2, 14), "2026-02-10 10:00", **china) == ["02-24 09:00 to 02-28 18:00"]


def test_a_day_that_passed_before_it_was_known_is_asked_about_at_the_next_working_moment_for_two_weeks() -> None:
    assert asked(date(2026, 2, 20), "2026-03-04 10:20") == ["03-04 10:20 to 03-06 18:00"]
    assert asked(date(2026, 2, 20), "2026-03-06 20:00") == []
    assert asked(date(2026, 2, 1)) == []


@pytest.mark.parametrize("settled", [{"kept_at": NOW}, {"broken_at": NOW}])
def test_what_is_settled_is_not_asked_about(settled: dict[str, Any]) -> None:
    assert asked(FRIDAY, **settled) == []


# --- when its moment has come -----------------------------------------------------------------------------------------

MONDAY = "2026-03-09 09:00"


def planned() -> Nudge:
    [found] = promise_over.nudges(a_situation(promises=(a_promise(FRIDAY),)), some_hours())
    assert found.kind is Kind.PROMISE
    return found


def judged(now: str = MONDAY, rep: Any = None, snoozes: Any = (), due: date = FRIDAY, **of_account: Any) -> str:
    facts = {"promises": (a_promise(due, **of_account.pop("promise", {})),), **of_account}
    situation = a_situation(a_local(now), **facts)
    about = some_facts(rep=rep or a_rep(), snoozes=snoozes)
    decision = judgement.judge(planned(), a_library(), situation, about).decision
    return f"{decision.verdict} {decision.rule}" if decision.rule else str(decision.verdict)


def test_it_goes_out_while_the_promise_is_open() -> None:
    assert judged() == Verdict.SEND


def test_it_is_dropped_where_it_was_settled_or_moved_meanwhile() -> None:
    assert judged(promise={"kept_at": NOW}) == f"drop {Rule.TOO_LATE}"
    assert judged(promise={"broken_at": NOW}) == f"drop {Rule.TOO_LATE}"
    assert judged(due=date(2026, 3, 20)) == f"drop {Rule.TOO_LATE}"
    assert judged("2026-03-23 09:00") == f"drop {Rule.TOO_LATE}"


def test_it_waits_for_an_open_problem_a_pause_a_snooze_and_working_hours() -> None:
    assert judged(problems=(a_problem(),)) == f"hold {Rule.OPEN_PROBLEM}"
    assert judged(rep=a_rep(paused_until=a_local("2026-03-12 09:00"))) == f"hold {Rule.PAUSED}"
    assert judged(snoozes=[Snooze(until=a_local("2026-03-12 09:00"), account_id="A1")]) == f"hold {Rule.SNOOZED}"
    assert judged("2026-03-09 20:00") == f"hold {Rule.QUIET_HOURS}"


def test_who_does_not_want_to_be_asked_is_not() -> None:
    assert judged(rep=a_rep(stopped_plays=frozenset({promise_over.CUE}))) == f"drop {Rule.SNOOZED}"


def test_no_day_off_puts_it_off_where_a_stand_in_will_get_it() -> None:
    rep = a_rep(stand_in="U0BERT")
    hours = some_hours(calendar=WEEKDAYS, days_off=frozenset({date(2026, 3, 9)}))
    [found] = promise_over.nudges(a_situation(rep=rep, promises=(a_promise(FRIDAY),)), hours)
    assert f"{found.due_at.astimezone(BERLIN):%m-%d %H:%M}" == "03-09 09:00"
