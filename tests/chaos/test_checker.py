"""The checker finds each kind of wrong, and finds nothing where nothing is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.checker import FATAL, Limits, Planned, Row, Stored, Verdict, check

DUE = datetime(2026, 3, 4, 10, tzinfo=UTC)
OVER = DUE + timedelta(hours=1)
END = DUE + timedelta(hours=2)


def a_plan(**changes: Any) -> Planned:
    return Planned(**{"id": "n", "team_id": "T1", "rep_id": "U1", "due_at": DUE, "expires_at": OVER, **changes})


def a_message(**changes: Any) -> Stored:
    return Stored(**{"nudge_id": "n", "team_id": "T1", "rep_id": "U1", "ts": "1.1", "at": DUE, **changes})


def a_row(**changes: Any) -> Row:
    whole = {"id": "n", "team_id": "T1", "rep_id": "U1", "state": "sent", "due_at": DUE, "expires_at": OVER}
    return Row(**{**whole, "next_try_at": DUE, "ended_at": DUE, "ts": "1.1", **changes})


def dropped(**changes: Any) -> Row:
    return a_row(**{"state": "dropped", "rule": "too_late", "ended_at": OVER, "ts": None, **changes})


def held(**changes: Any) -> Row:
    later = END + timedelta(hours=1)
    return a_row(**{"state": "planned", "rule": "quiet_hours", "next_try_at": later, "ended_at": None, **changes})


def found(messages: list[Stored], rows: list[Row], **more: Any) -> Verdict:
    return check([a_plan()], messages, rows, Limits(END), **more)


def test_a_true_history_has_nothing_wrong() -> None:
    for messages, row in (([a_message()], a_row()), ([], dropped()), ([], held())):
        verdict = found(messages, [row])
        assert (verdict.faults, verdict.count("unknown")) == ({}, 0)


def test_an_unknown_fate_is_honest_and_counted() -> None:
    for messages in ([], [a_message()]):
        verdict = found(messages, [a_row(state="unknown", ts=None)])
        assert (verdict.faults, verdict.count("unknown")) == ({}, 1)


def test_a_message_that_carries_several_nudges_is_one_message() -> None:
    verdict = found([a_message()], [a_row(), a_row(id="m", message_of="n")])
    assert verdict.faults == {}


LATE = a_message(at=OVER + timedelta(minutes=5))
WRONGS = [
    ("lost", [], []),
    ("lost", [], [a_row()]),
    ("lost", [], [a_row(id="n", message_of="somebody else")]),
    ("doubled", [a_message(), a_message(ts="2.2")], [a_row()]),
    ("early", [a_message(at=DUE - timedelta(milliseconds=1))], [a_row()]),
    ("late_unsaid", [LATE], [a_row()]),
    ("unexpected", [a_message(), a_message(nudge_id="x")], [a_row()]),
    ("misdirected", [a_message(team_id="T2")], [a_row()]),
    ("misdirected", [a_message(rep_id="U2")], [a_row()]),
    ("false_fate", [a_message()], [dropped()]),
    ("false_fate", [a_message()], [a_row(state="failed", ts=None)]),
    ("false_fate", [a_message()], [a_row(ts="9.9")]),
    ("false_fate", [a_message()], [held()]),
    ("stuck", [], [a_row(state="planned", ts=None)]),
    ("stuck", [], [a_row(state="claimed", ts=None)]),
    ("stuck", [], [a_row(state="sending", ts=None, next_try_at=END + timedelta(days=1))]),
    ("failed", [], [a_row(state="failed", ts=None)]),
    ("dropped_without_reason", [], [dropped(rule=None)]),
    ("dropped_without_reason", [], [dropped(ended_at=OVER - timedelta(minutes=1))]),
]


@pytest.mark.parametrize(("what", "messages", "rows"), WRONGS)
def test_each_kind_of_wrong_is_found(what: str, messages: list[Stored], rows: list[Row]) -> None:
    assert what in found(messages, rows).faults


def test_no_kind_of_wrong_is_left_untried() -> None:
    assert {what for what, _, _ in WRONGS} == set(FATAL)


def test_a_nudge_of_another_workspace_may_have_any_fate_but_reach_nobody_here() -> None:
    for row in (a_row(team_id="T2", state="failed", ts=None), a_row(team_id="T2", state="planned", ts=None)):
        limits = Limits(END, strangers=["T2"])
        assert check([a_plan(team_id="T2")], [], [row], limits).faults == {}
        assert check([a_plan(team_id="T2")], [a_message()], [row], limits).faults == {"misdirected": ["n"]}


def test_a_visit_has_exactly_one_card() -> None:
    card = a_row(kind="visit_card", visit_id="v")
    assert found([a_message()], [card], visits=["v"]).faults == {}
    assert found([a_message()], [card], visits=["w"]).faults == {"lost": ["w"]}
    twice = found([a_message(), a_message(nudge_id="m")], [card, a_row(id="m", kind="visit_card", visit_id="v")])
    assert "doubled" not in twice.faults
    twice = found([a_message()], [card, dropped(id="m", kind="visit_card", visit_id="v")], visits=["v"])
    assert twice.faults == {"doubled": ["v"]}
