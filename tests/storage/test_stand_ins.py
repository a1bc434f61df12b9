"""Stand-ins, and rows that keep to their workspace: what the database must hold, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.nudge import Fate, Kind
from bot.core.situation import RecordKind
from storage import accounts, belongings, claims, history, nudge_history, nudges, pictures, reps, undo, visits
from storage.nudges import Said
from storage.session import Database
from storage.tables import CreditNoteRow, NudgeRow, RepRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import a_nudge, a_problem, a_promise, a_record, a_visit, an_account

NOW = LOCAL_NOW.astimezone(UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A workspace with one account of Anna's, for whom Bert stands in."""
    with database.write() as opened:
        accounts.add(opened, an_account(), NOW)
        reps.save(opened, "T1", "U0ANNA", stand_in="U0BERT")
        reps.save(opened, "T1", "U0BERT")
        yield opened


def went(session: Session, stand_in: str | None, **changes: Any) -> NudgeRow:
    """A nudge that was sent, to the stand-in if there is one."""
    planned = a_nudge(kind=Kind.PROBLEM, problem_id="P1", **changes)
    nudges.plan(session, [planned], NOW)
    [claim] = claims.claim(session, "me", NOW, timedelta(minutes=1), 1)
    assert nudges.intend(session, claim, NOW, Said("p", 1, "en"), stand_in=stand_in)
    assert nudges.end(session, claim, Fate.SENT, NOW, channel="D1", ts="1.1")
    row = nudge_history.get(session, "T1", planned.id)
    assert row is not None
    return row


def test_a_rep_comes_back_with_the_stand_in_and_is_found_by_them(session: Session) -> None:
    anna = reps.get(session, "T1", "U0ANNA")
    assert anna is not None
    assert anna.stand_in == "U0BERT"
    assert reps.stood_in_for_by(session, "T1", "U0BERT") == [anna]
    assert reps.stood_in_for_by(session, "T2", "U0BERT") == []


def test_what_went_to_a_stand_in_is_found_by_both_and_read_by_neither(session: Session) -> None:
    row = went(session, "U0BERT")
    assert [r.id for r in nudge_history.to_stand_in(session, "T1", "U0BERT", "U0ANNA")] == [row.id]
    assert nudge_history.to_stand_in(session, "T1", "U0BERT", "U0CARL") == []
    assert [r.id for r in nudge_history.at_stand_in(session, "T1", "U0ANNA", NOW)] == [row.id]
    for who in ("U0ANNA", "U0BERT"):
        latest = nudge_history.latest_sent(session, "T1", who)
        assert latest is not None
        assert latest.id == row.id
        assert nudge_history.sent_to(session, "T1", who, NOW - timedelta(days=1)) == []


def test_what_goes_to_the_rep_after_all_names_no_stand_in(session: Session) -> None:
    nudges.plan(session, [a_nudge(kind=Kind.PROBLEM)], NOW)
    [claim] = claims.claim(session, "me", NOW, timedelta(minutes=1), 1)
    nudges.intend(session, claim, NOW, Said("p", 1, "en"), stand_in="U0BERT")
    nudges.retry(session, claim, NOW, "resent")
    [again] = claims.claim(session, "me", NOW, timedelta(minutes=1), 1)
    nudges.intend(session, again, NOW, Said("p", 1, "en"))
    row = nudge_history.get(session, "T1", again.nudge.id)
    assert row is not None
    assert row.sent_to is None


def test_forgetting_the_stand_in_takes_the_name_out_of_what_is_the_reps(session: Session) -> None:
    row = went(session, "U0BERT")
    belongings.forget(session, "T1", "U0BERT")
    assert session.get_one(RepRow, ("T1", "U0ANNA")).stand_in is None
    kept = nudge_history.get(session, "T1", row.id)
    assert kept is not None
    assert kept.sent_to is None


def test_settings_are_taken_back_column_by_column(session: Session) -> None:
    before = undo.look_at_rep(session, "T1", "U0ANNA")
    reps.save(session, "T1", "U0ANNA", stand_in=None, days_off=["2026-05-04"], paused_until=NOW)
    [change] = undo.changes(before, undo.look_at_rep(session, "T1", "U0ANNA"))
    assert change["before"] == {"stand_in": "U0BERT", "days_off": [], "paused_until": None}
    assert set(change["after"]) == {"stand_in", "days_off", "paused_until"}


# --- rows keep to their workspace -----------------------------------------------------------------------------------

OTHER = "T2"


@pytest.mark.parametrize(
    "write",
    [
        lambda s: history.add_problem(s, OTHER, a_problem(done={})),
        lambda s: history.save_promise(s, OTHER, a_promise()),
        lambda s: history.add_record(s, OTHER, "A1", "N1", a_record(RecordKind.NEWS)),
        lambda s: visits.add(s, OTHER, a_visit(), NOW),
        lambda s: (
            s.add(
                CreditNoteRow(
                    id="C1", team_id=OTHER, rep_id="U9", account_id="A1", who="W", draft="d", record_id="r", made_at=NOW
                )
            ),
            s.flush(),
        ),
    ],
    ids=["problem", "promise", "record", "visit", "credit note"],
)
def test_what_hangs_on_an_account_of_another_workspace_is_refused(session: Session, write: Any) -> None:
    with pytest.raises(LookupError, match="A1"), session.begin_nested():
        write(session)
    session.expunge_all()
    assert history.problems(session, OTHER, "A1") == []
    assert history.promises(session, OTHER, "A1") == []
    assert history.records(session, OTHER, "A1") == []


def test_a_promise_cannot_be_taken_into_another_workspace(session: Session) -> None:
    history.save_promise(session, "T1", a_promise())
    with pytest.raises(LookupError), session.begin_nested():
        history.save_promise(session, OTHER, replace(a_promise(), text="stolen"))
    session.expire_all()
    [kept] = history.promises(session, "T1", "A1")
    assert kept == a_promise()


def test_what_is_of_the_same_workspace_is_kept(session: Session) -> None:
    history.add_problem(session, "T1", a_problem())
    history.save_promise(session, "T1", a_promise())
    history.add_record(session, "T1", "A1", "N1", a_record(RecordKind.NEWS))
    assert len(history.problems(session, "T1", "A1")) == len(history.promises(session, "T1", "A1")) == 1
    assert pictures.newest(session, "T1", "A1") is None
