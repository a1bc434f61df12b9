"""The outbox: planned once, claimed once, ended once, whoever fails in between."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.nudge import Fate, Kind, Nudge, Rule, identity
from storage import claims, nudge_history, nudges
from storage.nudges import Claim, Said
from storage.session import Database
from storage.tables import NudgeRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import a_nudge

NOW = LOCAL_NOW.astimezone(UTC)
LEASE = timedelta(seconds=20)
SAID = Said("as-before-the-deal", 2, "en")
SOON = timedelta(seconds=1)


def of(rep: str, occasion: str = "a visit", **changes: Any) -> Nudge:
    return a_nudge(id=identity("T1", rep, "A1", occasion), rep_id=rep, key=occasion, **changes)


def plan(database: Database, *planned: Nudge) -> int:
    with database.write() as session:
        return nudges.plan(session, planned, NOW)


def claim(database: Database, at: datetime = NOW, owner: str = "one", limit: int = 10) -> list[Claim]:
    with database.write() as session:
        return claims.claim(session, owner, at, LEASE, limit)


def claimed(database: Database, *planned: Nudge) -> Claim:
    """Plans these and claims the first that comes."""
    plan(database, *planned or (a_nudge(),))
    return claim(database)[0]


def change(database: Database, what: Callable[..., bool], of_claim: Claim, *rest: Any, **named: Any) -> bool:
    with database.write() as session:
        return what(session, of_claim, *rest, **named)


def row(database: Database, nudge_id: str) -> NudgeRow:
    with database.read() as session:
        found = nudge_history.get(session, "T1", nudge_id)
    assert found is not None
    return found


def sent(database: Database, of_claim: Claim, at: datetime = NOW) -> None:
    assert change(database, nudges.intend, of_claim, at, SAID)
    assert change(database, nudges.end, of_claim, Fate.SENT, at, channel="D1", ts="1.0")


# --- plan -----------------------------------------------------------------------------------------------------------


def test_planning_the_same_occasion_again_adds_nothing(database: Database) -> None:
    assert plan(database, of("U1"), of("U2")) == 2
    assert plan(database, of("U1"), of("U3")) == 1
    assert plan(database) == 0


def test_an_occasion_given_twice_in_one_plan_counts_once(database: Database) -> None:
    assert plan(database, of("U1"), of("U1")) == 1


def test_planning_again_leaves_a_nudge_that_has_its_fate_alone(database: Database) -> None:
    taken = claimed(database)
    sent(database, taken)
    assert plan(database, a_nudge(due_at=NOW + timedelta(days=1))) == 0
    assert row(database, taken.nudge.id).state == "sent"


def test_a_nudge_comes_back_as_it_was_planned(database: Database) -> None:
    planned = a_nudge(
        facts=(("days", "21"), ("last", "2026-02-01")), visit_id="V1", problem_id="P1", expires_at=NOW + LEASE
    )
    assert claimed(database, planned).nudge == planned


def test_a_plan_may_be_larger_than_what_one_statement_can_name(sqlite: Database) -> None:
    with sqlite.write() as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        many = [of("U1", f"occasion {n}") for n in range(1_200)]
        assert nudges.plan(session, many, NOW) == 1_200
        assert nudges.plan(session, [*many, of("U1", "one more")], NOW) == 1


# --- claim ----------------------------------------------------------------------------------------------------------


def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    plan(database, a_nudge(due_at=NOW))
    assert claim(database, NOW - timedelta(microseconds=1)) == []
    assert len(claim(database, NOW)) == 1


def test_the_most_important_comes_first_then_the_longest_due(database: Database) -> None:
    plan(
        database,
        of("U1", priority=5, due_at=NOW),
        of("U2", priority=5, due_at=NOW - SOON),
        of("U3", priority=0, due_at=NOW),
    )
    assert [c.nudge.rep_id for c in claim(database, limit=2)] == ["U3", "U2"]


def test_a_rep_gets_one_at_a_time_and_the_most_important_of_theirs(database: Database) -> None:
    plan(database, of("U1", "routine", priority=5), of("U1", "problem", priority=0), of("U2"))
    assert [c.nudge.key for c in claim(database)] == ["problem", "a visit"]


def test_a_rep_of_whom_something_is_in_hand_is_passed_over(database: Database) -> None:
    first = claimed(database, of("U1", "first", priority=1), of("U1", "second", priority=2))
    assert claim(database, NOW + SOON, owner="two") == []
    sent(database, first)
    assert [c.nudge.key for c in claim(database, NOW + SOON, owner="two")] == ["second"]


def test_people_of_the_same_id_in_two_workspaces_do_not_hold_each_other_up(database: Database) -> None:
    plan(database, of("U1"), a_nudge(id="other", team_id="T2", rep_id="U1"))
    assert {c.nudge.team_id for c in claim(database)} == {"T1", "T2"}


def test_one_rep_with_a_long_queue_does_not_keep_others_out_for_good(database: Database) -> None:
    plan(database, *(of("U1", f"{n}", priority=0) for n in range(50)), of("U2", priority=9))
    taken = claim(database, limit=2) + claim(database, limit=2)
    assert [c.nudge.rep_id for c in taken] == ["U1", "U2"]


def test_a_claim_is_taken_again_only_when_its_lease_is_over(database: Database) -> None:
    first = claimed(database)
    assert claim(database, NOW + LEASE, owner="two") == []
    (second,) = claim(database, NOW + LEASE + SOON, owner="two")
    assert (second.nudge, second.owner, second.attempt) == (first.nudge, "two", 2)


def test_what_may_have_been_posted_is_looked_at_before_anything_new(database: Database) -> None:
    first = claimed(database, of("U1", priority=9))
    change(database, nudges.intend, first, NOW, SAID)
    plan(database, of("U2", priority=0))
    later = claim(database, NOW + LEASE + SOON, owner="two")
    assert [(c.nudge.rep_id, c.intent_at) for c in later] == [("U1", NOW), ("U2", None)]


# --- the guard ------------------------------------------------------------------------------------------------------

ENDINGS: dict[str, Callable[[Database, Claim], bool]] = {
    "intend": lambda d, c: change(d, nudges.intend, c, NOW, SAID),
    "end": lambda d, c: change(d, nudges.end, c, Fate.SENT, NOW, channel="D1", ts="9.9"),
    "hold": lambda d, c: change(d, nudges.hold, c, Rule.SNOOZED, NOW),
    "retry": lambda d, c: change(d, nudges.retry, c, NOW, "timeout"),
    "doubt": lambda d, c: change(d, nudges.doubt, c, NOW, 1),
    "follow": lambda d, c: change(d, nudges.follow, c, "another"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_worker_that_lost_its_lease_changes_nothing_any_more(database: Database, name: str) -> None:
    lost = claimed(database)
    claim(database, NOW + LEASE + SOON, owner="two")
    before = row(database, lost.nudge.id).model_dump()
    assert not ENDINGS[name](database, lost)
    assert row(database, lost.nudge.id).model_dump() == before


@pytest.mark.parametrize("name", ENDINGS)
def test_a_worker_that_took_its_own_nudge_again_cannot_use_its_old_claim(database: Database, name: str) -> None:
    old = claimed(database)
    claim(database, NOW + LEASE + SOON)
    assert not ENDINGS[name](database, old)


@pytest.mark.parametrize("name", ENDINGS)
def test_a_nudge_that_has_its_fate_keeps_it(database: Database, name: str) -> None:
    taken = claimed(database)
    sent(database, taken)
    before = row(database, taken.nudge.id).model_dump()
    assert not ENDINGS[name](database, taken)
    assert row(database, taken.nudge.id).model_dump() == before


# --- what a worker may do with a claim ------------------------------------------------------------------------------


def test_a_sent_nudge_says_what_was_sent_where_and_when(database: Database) -> None:
    taken = claimed(database)
    said = Said("step-back", 1, "zh", "one_sided_contacts", (("times", "4"),))
    assert change(database, nudges.intend, taken, NOW, said, lead="another")
    assert row(database, taken.nudge.id).state == "sending"
    assert change(database, nudges.end, taken, Fate.SENT, NOW + SOON, channel="D1", ts="17.5")
    found = row(database, taken.nudge.id)
    assert (found.state, found.intent_at, found.ended_at) == ("sent", NOW, NOW + SOON)
    assert (found.play, found.wording, found.language, found.message_of) == ("step-back", 1, "zh", "another")
    assert (found.cue, found.facts) == ("one_sided_contacts", [["times", "4"]])
    assert (found.channel, found.ts, found.lease_until) == ("D1", "17.5", None)


def test_a_dropped_nudge_keeps_the_rule_that_dropped_it(database: Database) -> None:
    taken = claimed(database)
    change(database, nudges.end, taken, Fate.DROPPED, NOW, rule=Rule.TOO_LATE)
    found = row(database, taken.nudge.id)
    assert (found.state, found.rule, found.ts) == ("dropped", "too_late", None)


def test_a_held_nudge_comes_back_when_its_rule_ends_and_stays_due_as_it_was(database: Database) -> None:
    taken = claimed(database)
    until = NOW + timedelta(hours=3)
    assert change(database, nudges.hold, taken, Rule.QUIET_HOURS, until)
    assert claim(database, until - SOON) == []
    found = row(database, taken.nudge.id)
    assert (found.state, found.rule, found.due_at, found.next_try_at) == ("planned", "quiet_hours", NOW, until)
    (again,) = claim(database, until)
    assert (again.rule, again.attempt) == (Rule.QUIET_HOURS, 2)


def test_a_nudge_that_was_surely_not_posted_is_tried_afresh(database: Database) -> None:
    taken = claimed(database)
    change(database, nudges.intend, taken, NOW, SAID)
    assert change(database, nudges.retry, taken, NOW + LEASE, "timeout")
    assert claim(database, NOW + LEASE - SOON) == []
    (again,) = claim(database, NOW + LEASE)
    assert (again.intent_at, again.looked_up, again.attempt) == (None, 0, 2)
    assert row(database, taken.nudge.id).error == "timeout"


def test_a_post_in_doubt_is_looked_up_later_and_holds_its_rep_until_then(database: Database) -> None:
    taken = claimed(database, of("U1", "first", priority=0), of("U1", "second"))
    change(database, nudges.intend, taken, NOW, SAID)
    look_at = NOW + timedelta(seconds=5)
    assert change(database, nudges.doubt, taken, look_at, 1)
    assert claim(database, look_at) == []
    (again,) = claim(database, look_at + SOON, owner="two")
    assert (again.nudge.key, again.intent_at, again.looked_up) == ("first", NOW, 1)


def test_a_stopping_worker_gives_back_what_it_has_in_hand(database: Database) -> None:
    plan(database, of("U1"), of("U2"), of("U3"))
    first, second = claim(database, limit=2)
    (other,) = claim(database, owner="two", limit=1)
    change(database, nudges.intend, first, NOW, SAID)
    with database.write() as session:
        assert nudges.release(session, "one", NOW) == 2
    again = claim(database, NOW + SOON, owner="three")
    assert {(c.nudge.rep_id, c.intent_at) for c in again} == {
        (first.nudge.rep_id, NOW),
        (second.nudge.rep_id, None),
    }
    assert row(database, other.nudge.id).owner == "two"


def test_the_only_sender_takes_everything_over_at_once_when_it_starts(database: Database) -> None:
    taken = claimed(database, of("U1"), of("U2"))
    change(database, nudges.intend, taken, NOW, SAID)
    with database.write() as session:
        assert nudges.take_over(session, NOW) == 2
    again = claim(database, NOW, owner="two")
    assert [(c.nudge, c.intent_at is None) for c in again] == [(taken.nudge, False), (again[1].nudge, True)]


def test_a_transaction_that_fails_leaves_the_outbox_as_it_was(database: Database) -> None:
    plan(database, a_nudge())

    def fails() -> None:
        with database.write() as session:
            claims.claim(session, "one", NOW, LEASE, 10)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert len(claim(database)) == 1


# --- several cards in one message -----------------------------------------------------------------------------------


def test_the_other_cards_of_an_evening_go_out_in_the_first_ones_message(database: Database) -> None:
    card = {"kind": Kind.VISIT_CARD, "priority": 1}
    lead = claimed(
        database,
        of("U1", "first", **card | {"priority": 0}, expires_at=NOW + LEASE),
        of("U1", "third", **card, expires_at=NOW + 3 * LEASE),
        of("U1", "second", **card, expires_at=NOW + 2 * LEASE),
        of("U1", "tomorrow", **card, due_at=NOW + timedelta(days=1)),
        of("U1", "no card"),
        of("U2", "another's", **card),
    )
    with database.write() as session:
        others = claims.siblings(session, lead.nudge, NOW)
        assert [n.key for n in others] == ["second", "third"]
        taken = claims.claim_those(session, [n.id for n in others], "one", NOW + LEASE)
        assert [c.nudge.key for c in taken] == ["second", "third"]
        assert claims.claim_those(session, [n.id for n in others], "two", NOW + LEASE) == []
        for one in taken:
            assert nudges.intend(session, one, NOW, SAID, lead=lead.nudge.id)
            assert nudges.end(session, one, Fate.SENT, NOW, channel="D1", ts="1.0")
        assert [r.key for r in nudge_history.in_message(session, "T1", lead.nudge.id)] == ["first", "second", "third"]


def test_a_claim_that_follows_another_can_be_put_on_its_own_again(database: Database) -> None:
    taken = claimed(database)
    assert change(database, nudges.follow, taken, "another")
    assert row(database, taken.nudge.id).message_of == "another"
    assert change(database, nudges.follow, taken, None)
    assert row(database, taken.nudge.id).message_of is None


# --- what is read off it --------------------------------------------------------------------------------------------


def test_only_the_first_tap_on_a_message_counts(database: Database) -> None:
    taken = claimed(database)
    with database.write() as session:
        assert nudge_history.answer(session, "T1", taken.nudge.id, "commit", NOW)
        assert not nudge_history.answer(session, "T1", taken.nudge.id, "not_now", NOW)
        assert not nudge_history.answer(session, "T1", "no such nudge", "commit", NOW)
    assert row(database, taken.nudge.id).answer == "commit"


def test_what_a_rep_has_had_is_told_oldest_first_and_counts_what_is_being_sent(database: Database) -> None:
    first = claimed(database, of("U1", "first", priority=0), of("U1", "second", priority=1), of("U1", "third"))
    sent(database, first, NOW - timedelta(hours=1))
    (second,) = claim(database)
    change(database, nudges.intend, second, NOW, SAID)
    with database.write() as session:
        nudge_history.answer(session, "T1", first.nudge.id, "commit", NOW)
        had = nudge_history.sent_to(session, "T1", "U1", NOW - timedelta(days=1))
        assert [(s.at, s.wording, s.answered) for s in had] == [(NOW - timedelta(hours=1), 2, True), (NOW, 2, False)]
        assert [s.at for s in nudge_history.sent_to(session, "T1", "U1", NOW)] == [NOW]
        assert [
            (s.play, s.key, s.at) for s in nudge_history.shown_on(session, "T1", "A1", NOW - timedelta(days=1))
        ] == [("as-before-the-deal", "first", NOW - timedelta(hours=1))]


def test_the_newest_sent_nudge_and_the_card_of_a_visit_are_found(database: Database) -> None:
    older = claimed(database, of("U1", "older", kind=Kind.VISIT_CARD, visit_id="V1", priority=0), of("U1", "newer"))
    sent(database, older, NOW)
    (newer,) = claim(database)
    sent(database, newer, NOW + SOON)
    with database.read() as session:
        latest = nudge_history.latest_sent(session, "T1", "U1")
        card = nudge_history.card_of_visit(session, "T1", "V1")
        assert latest is not None
        assert card is not None
        assert (latest.key, card.key) == ("newer", "older")
        assert nudge_history.latest_sent(session, "T1", "U1", "A2") is None
        assert nudge_history.card_of_visit(session, "T1", "V2") is None


def test_a_reworded_card_says_its_new_point(database: Database) -> None:
    taken = claimed(database)
    sent(database, taken)
    with database.write() as session:
        nudge_history.reword(session, "T1", taken.nudge.id, "step-back", 1)
    assert (row(database, taken.nudge.id).play, row(database, taken.nudge.id).wording) == ("step-back", 1)


@pytest.mark.parametrize("whose", ["account", "rep"])
def test_what_is_held_is_looked_at_again_when_a_fact_changes(database: Database, whose: str) -> None:
    held = claimed(database, of("U1", "held", priority=0))
    change(database, nudges.hold, held, Rule.OPEN_PROBLEM, NOW + timedelta(days=3))
    plan(database, of("U1", "in a week", due_at=NOW + timedelta(days=7)))
    with database.write() as session:
        if whose == "account":
            nudges.wake(session, "T1", "A1", NOW + SOON)
        else:
            nudges.wake_rep(session, "T1", "U1", NOW + SOON)
        waiting = nudge_history.waiting(session, "T1", "U1")
    assert [(r.key, r.next_try_at) for r in waiting] == [
        ("held", NOW + SOON),
        ("in a week", NOW + timedelta(days=7)),
    ]


def test_the_nudges_a_rep_left_unanswered_can_be_counted_as_answered(database: Database) -> None:
    sent(database, claimed(database, of("U1")))
    with database.write() as session:
        nudge_history.count_as_answered(session, "T1", "U1", NOW)
        assert [s.answered for s in nudge_history.sent_to(session, "T1", "U1", NOW)] == [True]


def test_the_next_moment_is_the_first_planned_or_the_first_lease_to_end(database: Database) -> None:
    with database.read() as session:
        assert nudges.next_due(session) is None
    plan(database, of("U1", due_at=NOW + timedelta(hours=1)))
    with database.read() as session:
        assert nudges.next_due(session) == NOW + timedelta(hours=1)
    plan(database, of("U2"))
    claim(database)
    with database.read() as session:
        assert nudges.next_due(session) == NOW + LEASE


def test_the_backlog_tells_how_many_wait_and_how_long(database: Database) -> None:
    plan(database, of("U1"), of("U2", due_at=NOW + timedelta(minutes=4)), of("U3", due_at=NOW + timedelta(days=1)))
    with database.read() as session:
        assert nudges.backlog(session, NOW + timedelta(minutes=5)) == (2, timedelta(minutes=5))
        assert nudges.backlog(session, NOW - SOON) == (0, timedelta())
