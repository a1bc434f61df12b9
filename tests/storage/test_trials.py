"""What a hold-out decided and what followed is read back, on SQLite and PostgreSQL."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.holdout import Arm
from bot.core.signs import Moment, Owed, Past, Visited
from bot.core.situation import By, RecordKind, VisitState
from storage import accounts, history, holdouts, trials, visits
from storage.session import Database
from storage.tables import ContactLogRow, NudgeRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import a_promise, a_record, a_visit, an_account

NOW = LOCAL_NOW.astimezone(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        for number in (1, 2):
            accounts.add(opened, an_account(id=f"A{number}", name=f"Haus {number}"), NOW)
        yield opened


def a_row(nudge_id: str, **changes: Any) -> NudgeRow:
    values = {"id": nudge_id, "team_id": "T1", "rep_id": "U1", "account_id": "A1", "kind": "nudge", "play": "step-back"}
    times = {"due_at": NOW - 5 * DAY, "next_try_at": NOW, "planned_at": NOW - 5 * DAY, "key": nudge_id}
    return NudgeRow(**{**values, **times, **changes})


def test_moments_are_those_of_both_sides_at_the_time_when_it_was_decided(session: Session) -> None:
    session.add(a_row("sent", state="sent", arm="nudged", intent_at=NOW - 2 * DAY, ended_at=NOW - DAY))
    session.add(a_row("out", state="dropped", arm="held_out", rule="holdout", ended_at=NOW - DAY, account_id="A2"))
    session.add(a_row("failed", state="failed", arm="nudged", intent_at=NOW - 3 * DAY))
    session.add(a_row("before", state="sent", intent_at=NOW - 2 * DAY))
    session.add(a_row("other", state="sent", arm="nudged", intent_at=NOW - 2 * DAY, team_id="T2"))
    session.add(a_row("early", state="sent", arm="nudged", intent_at=NOW - 20 * DAY))
    session.flush()
    assert trials.moments(session, "T1", NOW - 10 * DAY, NOW) == [
        Moment("A1", "U1", "step-back", Arm.NUDGED, NOW - 3 * DAY),
        Moment("A1", "U1", "step-back", Arm.NUDGED, NOW - 2 * DAY),
        Moment("A2", "U1", "step-back", Arm.HELD_OUT, NOW - DAY),
    ]


def test_what_the_nudge_itself_writes_down_is_no_contact(session: Session) -> None:
    for number, source in enumerate(("rep", "visit", "dialogue", "credit", "")):
        at = NOW - number * DAY
        session.add(ContactLogRow(team_id="T1", account_id="A1", at=at, by="us", source=source))
    session.flush()
    found = trials.pasts(session, "T1", ["A1", "A2"], NOW - 30 * DAY)
    assert sorted(found["A1"].contacts) == [NOW - 4 * DAY, NOW - DAY, NOW]
    assert found["A2"] == Past(contacts=[], visits=[], reviews=[], promises=[])


def test_visits_that_were_called_off_and_promises_of_theirs_do_not_count(session: Session) -> None:
    visits.add(session, "T1", a_visit(NOW - DAY, review=True), NOW)
    visits.add(session, "T1", a_visit(NOW - 2 * DAY, id="V2"), NOW)
    visits.update(session, "T1", "V2", state=VisitState.CANCELLED.value)
    history.save_promise(session, "T1", a_promise(date(2026, 3, 3), kept_at=NOW))
    history.save_promise(session, "T1", a_promise(date(2026, 3, 3), id="R2", by=By.THEM))
    history.add_record(session, "T1", "A1", "r1", a_record(RecordKind.DELIVERY_REVIEWED))
    history.add_record(session, "T1", "A1", "r2", a_record(RecordKind.PRAISE))
    found = trials.pasts(session, "T1", ["A1"], NOW - 30 * DAY)["A1"]
    assert found.visits == [Visited(NOW - DAY, review=True)]
    assert found.promises == [Owed(date(2026, 3, 3), NOW)]
    assert [kind for kind, _ in found.reviews] == [RecordKind.DELIVERY_REVIEWED]


def test_switching_it_off_keeps_since_when_it_was_on_and_another_size_begins_anew(session: Session) -> None:
    assert holdouts.of_team(session, "T1").percent == 0
    assert holdouts.switch(session, "T1", 10, NOW).since == NOW
    assert holdouts.switch(session, "T1", 0, NOW + DAY).since == NOW
    assert holdouts.switch(session, "T1", 20, NOW + 2 * DAY).since == NOW + 2 * DAY
    assert holdouts.switch(session, "T1", 20, NOW + 3 * DAY).since == NOW + 2 * DAY
