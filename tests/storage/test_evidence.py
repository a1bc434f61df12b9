"""What was done with plays is counted per rep, on SQLite and PostgreSQL."""

from datetime import UTC, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.evidence import Deed, Use
from bot.core.nudge import Rule
from storage import accounts, evidence
from storage.session import Database
from storage.tables import AdviceRow, CommitmentRow, FeedbackRow, NudgeRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import an_account

NOW = LOCAL_NOW.astimezone(UTC)
DAY = timedelta(days=1)
NUMBERS = count()


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        accounts.add(opened, an_account(), NOW)
        yield opened


def a_nudge(session: Session, **changes: Any) -> str:
    row = {"id": f"n{next(NUMBERS)}", "team_id": "T1", "rep_id": "U1", "account_id": "A1", "kind": "nudge", "key": "k"}
    times = {"due_at": NOW - DAY, "next_try_at": NOW - DAY, "planned_at": NOW - DAY, "ended_at": NOW - DAY}
    row |= {"play": "step-back", "state": "sent"}
    session.add(NudgeRow(**{**row, **times, **changes}))
    session.flush()
    return str({**row, **changes}["id"])


def found(session: Session, **more: Any) -> dict[tuple[str, Deed, Rule | None], int]:
    uses: list[Use] = evidence.uses(session, "T1", NOW - 30 * DAY, NOW, NOW, **more)
    return {(u.rep_id, u.deed, u.rule): u.count for u in uses}


def test_what_was_sent_counts_as_shown_and_without_an_answer_as_ignored(session: Session) -> None:
    a_nudge(session)
    a_nudge(session, answered_at=NOW, answer="commit")
    a_nudge(session, answered_at=NOW, answer="skip")
    a_nudge(session, answered_at=NOW, answer="counted")
    assert found(session) == {
        ("U1", Deed.SHOWN, None): 4,
        ("U1", Deed.IGNORED, None): 2,
        ("U1", Deed.SKIPPED, None): 1,
    }


def test_what_came_an_hour_ago_is_not_ignored_yet(session: Session) -> None:
    a_nudge(session, ended_at=NOW - timedelta(hours=1))
    assert found(session) == {("U1", Deed.SHOWN, None): 1}


def test_who_says_that_a_card_is_wrong_has_not_ignored_it(session: Session) -> None:
    nudge_id = a_nudge(session)
    at = NOW - DAY
    session.add(
        FeedbackRow(id="f", team_id="T1", rep_id="U1", play="step-back", nudge_id=nudge_id, text="no", at=at, facts={})
    )
    session.flush()
    assert found(session) == {("U1", Deed.SHOWN, None): 1, ("U1", Deed.WRONG, None): 1}


def test_what_is_held_or_dropped_counts_by_its_rule(session: Session) -> None:
    a_nudge(session, state="planned", rule="cap_day")
    a_nudge(session, state="dropped", rule="cap_day")
    a_nudge(session, state="dropped", rule="holdout")
    a_nudge(session, state="planned")
    assert found(session) == {("U1", Deed.HELD, Rule.CAP_DAY): 2, ("U1", Deed.HELD_OUT, None): 1}


def test_checks_and_other_workspaces_and_other_days_do_not_count(session: Session) -> None:
    a_nudge(session, kind="check")
    a_nudge(session, team_id="T2")
    a_nudge(session, ended_at=NOW - 31 * DAY)
    assert found(session) == {}


def test_a_commitment_counts_with_what_became_of_it(session: Session) -> None:
    for number, outcome in enumerate(("done", "changed", "not", "no_visit", None)):
        session.add(
            CommitmentRow(
                id=f"c{number}", team_id="T1", rep_id="U1", play="step-back", wording=0, made_at=NOW - DAY,
                outcome=outcome,
            )
        )  # fmt: skip
    session.flush()
    assert found(session) == {
        ("U1", Deed.COMMITTED, None): 5,
        ("U1", Deed.DONE, None): 1,
        ("U1", Deed.CHANGED, None): 1,
        ("U1", Deed.NOT_DONE, None): 1,
    }


def test_a_question_counts_for_the_play_that_opened_its_answer(session: Session) -> None:
    plays = [{"id": "step-back"}, {"id": "other"}]
    session.add(AdviceRow(id="a", team_id="T1", rep_id="U1", plays=plays, held=[["h", "open_problem"]], at=NOW - DAY))
    session.flush()
    assert found(session) == {("U1", Deed.ASKED, None): 1, ("U1", Deed.HELD, Rule.OPEN_PROBLEM): 1}


def test_only_the_reps_who_are_asked_for_count(session: Session) -> None:
    a_nudge(session)
    a_nudge(session, rep_id="U2")
    assert {rep for rep, _, _ in found(session, rep_ids={"U2"})} == {"U2"}
