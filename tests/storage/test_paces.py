"""Slack's pace, shared by all who post: turns, tokens, pauses and the second between two messages."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from bot.core.nudge import Fate, Nudge
from bot.core.pace import Pace
from storage import claims, nudges, paces, reps
from storage.nudges import Claim, Said
from storage.session import Database
from storage.tables import WorkspaceRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import a_nudge

NOW = LOCAL_NOW.astimezone(UTC)
LEASE = timedelta(seconds=20)
SECOND = timedelta(seconds=1)
SAID = Said("as-before-the-deal", 2, "en")


def due(team: str, rep: str, **changes: object) -> Nudge:
    names = {"id": f"{team}-{rep}", "key": f"{team}-{rep}", "due_at": NOW}
    return a_nudge(team_id=team, rep_id=rep, **{**names, **changes})


def plan(database: Database, *planned: Nudge) -> None:
    with database.write() as session:
        nudges.plan(session, planned, NOW)


def claim(database: Database, at: datetime = NOW, limit: int = 50, pace: Pace | None = None) -> list[Claim]:
    with database.write() as session:
        return claims.claim(session, "one", at, LEASE, limit, *([pace] if pace else []))


def end_all(database: Database, taken: list[Claim], at: datetime = NOW) -> None:
    with database.write() as session:
        for one in taken:
            nudges.end(session, one, Fate.SENT, at)


def workspace(database: Database, team: str) -> WorkspaceRow:
    with database.read() as session:
        row = session.exec(select(WorkspaceRow).where(WorkspaceRow.team_id == team)).one()
        session.expunge(row)
        return row


def test_a_workspace_gets_its_burst_and_then_as_many_as_flow_in(database: Database) -> None:
    plan(database, *(due("T1", f"U{n:02}") for n in range(60)))
    assert len(claim(database)) == 20
    assert claim(database) == []
    assert len(claim(database, NOW + SECOND)) == 4
    assert len(claim(database, NOW + 3 * SECOND)) == 8


def test_what_is_given_back_can_be_had_at_once(database: Database) -> None:
    plan(database, *(due("T1", f"U{n:02}") for n in range(30)))
    claim(database)
    with database.write() as session:
        paces.take(session, "T1", -3)
    assert len(claim(database)) == 3


def test_an_answer_to_a_person_never_waits_and_what_is_queued_waits_for_it(database: Database) -> None:
    plan(database, *(due("T1", f"U{n:02}") for n in range(30)))
    claim(database)
    with database.write() as session:
        for _ in range(6):
            paces.take(session, "T1", 1)
    assert claim(database, NOW + SECOND) == []
    assert len(claim(database, NOW + 2 * SECOND)) == 2


def test_a_large_workspace_does_not_starve_small_ones(database: Database) -> None:
    small = [f"T{n:02}" for n in range(9)]
    plan(database, *(due("BIG", f"U{n:03}", priority=0) for n in range(200)), *(due(team, "U1") for team in small))
    taken = claim(database, limit=12)
    assert {c.nudge.team_id for c in taken} == {"BIG", *small}
    assert sum(c.nudge.team_id == "BIG" for c in taken) == 3  # what the others did not want


def test_workspaces_take_turns_when_there_are_more_than_a_claim_can_serve(database: Database) -> None:
    plan(database, *(due(f"T{team}", f"U{n}") for team in range(4) for n in range(3)))
    order = [claim(database, NOW, limit=1)[0].nudge.team_id]
    order += [claim(database, NOW + n * SECOND / 100, limit=1)[0].nudge.team_id for n in range(1, 8)]
    assert order == ["T0", "T1", "T2", "T3", "T0", "T1", "T2", "T3"]


def test_nothing_is_taken_for_a_workspace_that_slack_asked_to_wait_for(database: Database) -> None:
    plan(database, due("T1", "U1"), due("T2", "U1"))
    with database.write() as session:
        paces.pause(session, "T1", paces.POST, NOW + 30 * SECOND, NOW)
    taken = claim(database)
    assert [c.nudge.team_id for c in taken] == ["T2"]
    end_all(database, taken)
    assert claim(database, NOW + 29 * SECOND) == []
    assert [c.nudge.team_id for c in claim(database, NOW + 30 * SECOND)] == ["T1"]


def test_a_pause_is_of_one_method_and_one_workspace_and_the_longest_counts(database: Database) -> None:
    with database.write() as session:
        paces.pause(session, "T1", "views.publish", NOW + 30 * SECOND, NOW)
        paces.pause(session, "T1", "views.publish", NOW + 10 * SECOND, NOW)
        assert paces.paused_until(session, "T1", "views.publish", NOW) == NOW + 30 * SECOND
        assert paces.paused_until(session, "T1", "views.publish", NOW + 30 * SECOND) is None
        assert paces.paused_until(session, "T1", paces.POST, NOW) is None
        assert paces.paused_until(session, "T2", "views.publish", NOW) is None


def test_a_pause_of_a_clock_that_ran_ahead_does_not_last_for_days(database: Database) -> None:
    plan(database, due("T1", "U1"))
    with database.write() as session:
        paces.pause(session, "T1", paces.POST, NOW + timedelta(days=3), NOW + timedelta(days=3))
    assert len(claim(database)) == 1


def test_several_refusals_in_one_pause_slow_a_workspace_down_once(database: Database) -> None:
    plan(database, due("T1", "U1"))
    claim(database)
    with database.write() as session:
        for late in range(3):
            paces.pause(session, "T1", paces.POST, NOW + 30 * SECOND, NOW + late * SECOND)
    assert (workspace(database, "T1").rate, workspace(database, "T1").tokens) == (2, 0)


def test_a_conversation_rests_a_second_between_two_messages(database: Database) -> None:
    with database.write() as session:
        reps.save(session, "T1", "U1")
    plan(database, due("T1", "U1"))
    with database.write() as session:
        assert paces.reserve(session, "T1", "U1", NOW) == NOW
    assert claim(database, NOW + 0.9 * SECOND) == []
    assert len(claim(database, NOW + SECOND)) == 1


def test_those_who_want_to_post_into_one_conversation_get_a_second_each(database: Database) -> None:
    with database.write() as session:
        reps.save(session, "T1", "U1")
        given = [paces.reserve(session, "T1", "U1", NOW) for _ in range(3)]
        assert given == [NOW, NOW + SECOND, NOW + 2 * SECOND]
        assert paces.reserve(session, "T1", "U1", NOW + 9 * SECOND) == NOW + 9 * SECOND
        assert paces.reserve(session, "T1", "nobody we know", NOW) == NOW


def test_reads_of_histories_are_few_and_spread(database: Database) -> None:
    plan(database, *(due("T1", f"U{n:02}") for n in range(15)))
    taken = claim(database)
    with database.write() as session:
        for one in taken:
            nudges.intend(session, one, NOW, SAID)
    later = NOW + LEASE + SECOND
    assert len(claim(database, later)) == claims.LOOKUPS
    with database.read() as session:  # our own rest is no wish of Slack's: what was claimed may be read
        assert paces.paused_until(session, "T1", paces.HISTORY, later) is None
    assert claim(database, later + 11 * SECOND) == []
    assert len(claim(database, later + 12 * SECOND)) == 5


def test_all_that_was_in_one_message_is_looked_up_as_one(database: Database) -> None:
    """Otherwise the lead, sent again, would stand for what was not sent again."""
    plan(database, due("T1", "U1"), due("T1", "U1", id="second", key="second"))
    (lead,) = claim(database)
    with database.write() as session:
        (other,) = claims.claim_those(session, ["second"], "one", NOW + LEASE)
        nudges.intend(session, lead, NOW, SAID)
        nudges.intend(session, other, NOW, SAID, lead=lead.nudge.id)
    (again,) = claim(database, NOW + LEASE + SECOND)
    assert {again.nudge.id, *(c.nudge.id for c in again.companions)} == {"T1-U1", "second"}


def test_ninety_nine_small_workspaces_do_not_wait_for_one_with_ten_thousand_due(sqlite: Database) -> None:
    """A claim for each quarter of a second, of as many as sixteen posters can take."""
    chance = random.Random(7)
    plan(sqlite, *(due("BIG", f"U{n:05}", priority=0) for n in range(10_000)))
    small = [
        due(f"T{n:02}", f"U{m}", due_at=NOW + timedelta(seconds=chance.uniform(0, 20)))
        for n in range(99)
        for m in (1, 2)
    ]
    plan(sqlite, *small)
    late: list[float] = []
    big = 0
    for step in range(100):
        now = NOW + step * SECOND / 4
        taken = claim(sqlite, now, limit=32)
        late += [(now - c.nudge.due_at).total_seconds() for c in taken if c.nudge.team_id != "BIG"]
        big += sum(c.nudge.team_id == "BIG" for c in taken)
        end_all(sqlite, taken, now)
    assert len(late) == len(small)
    assert sorted(late)[int(len(late) * 0.99)] <= 2
    assert big >= 100  # and it has its own pace all the while


# --- speed ----------------------------------------------------------------------------------------------------------

LARGE = re.compile(r"(?:Seq Scan on|SCAN) (?:nudge|rep)\b(?! USING)|SEARCH nudge USING INDEX nudge_rep_ended")


def plans_of(database: Database, work: Callable[[Session], object]) -> list[tuple[str, str]]:
    """Every question that the work asks the database, as it is really sent, and how the database means to answer it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, _x: object, _m: object) -> None:
        asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.write() as session:
            work(session)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    word = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        found = [(s, v) for s, v in asked if s.lstrip().startswith(("SELECT", "WITH")) and "advisory" not in s]
        return [(s, "\n".join(str(tuple(r)) for r in connection.exec_driver_sql(f"{word} {s}", v))) for s, v in found]


@pytest.mark.parametrize(
    "work",
    [
        lambda session: claims.claim(session, "one", NOW, LEASE, 20),
        nudges.next_due,
        lambda session: nudges.backlog(session, NOW),
    ],
    ids=["claim", "next due", "backlog"],
)
@pytest.mark.parametrize("analysed", [False, True], ids=["fresh", "analysed"])
def test_no_tick_reads_a_whole_table(database: Database, work: Callable[[Session], object], analysed: bool) -> None:
    with database.write() as session:  # as many as make a planner think
        for team in range(4):
            rows = [due(f"T{team}", f"U{n % 200}", due_at=NOW + n * SECOND, id=f"{team}-{n}") for n in range(1500)]
            nudges.plan(session, rows, NOW)
            for n in range(200):
                reps.save(session, f"T{team}", f"U{n}", posted_at=NOW - timedelta(days=n))
    if analysed or not database.is_sqlite:  # PostgreSQL does so by itself
        with database.write() as session:
            session.connection().exec_driver_sql("ANALYZE")
    found = plans_of(database, work)
    assert found
    assert [pair for pair in found if LARGE.search(pair[1])] == []
