"""One workspace sees and changes nothing of another, even where it knows the ids."""

import contextlib
import importlib
import inspect
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

from bot.core.account import Contact
from bot.core.problem import Step
from bot.core.situation import By, RecordKind
from storage import accounts, deliveries, history, nudge_history, nudges, purge, replies, reps, visits
from storage.session import Database
from storage.tables import CommitmentRow, DialogueRow, EventLinkRow, FeedbackRow, FeedRow, SnoozeRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import a_nudge, a_problem, a_promise, a_record, a_visit, an_account

NOW = LOCAL_NOW.astimezone(UTC)
LONG_AGO, FAR = NOW - timedelta(days=999), NOW + timedelta(days=999)
REP = "U0ANNA"


@pytest.fixture
def session(database: Database):
    """A session of a database in which workspace T1 has one of everything."""
    with database.write() as opened:
        _fill(opened)
        yield opened


def _fill(session: Session) -> None:
    owner: dict[str, Any] = {"team_id": "T1", "rep_id": REP}
    reps.save(session, "T1", REP, paused_until=NOW)
    accounts.add(session, an_account(stage_since=NOW.date(), aliases=("NH",)), NOW)
    accounts.save_contact(session, "T1", Contact(id="C1", account_id="A1", name="Frau Weber"))
    accounts.log_contact(session, "T1", "A1", By.US, NOW, "visit")
    visits.save_feed(session, FeedRow(id="F1", url="https://calendar.example/a", **owner))
    session.flush()
    visits.add(session, "T1", a_visit(), NOW, feed_id="F1", feed_key="event")
    visits.save_link(session, EventLinkRow(**owner, event_key="event"))
    history.add_problem(session, "T1", a_problem(NOW, done={Step.OWNED: NOW}))
    history.save_promise(session, "T1", a_promise())
    history.add_record(session, "T1", "A1", "X1", a_record(RecordKind.PRAISE))
    nudges.plan(session, [a_nudge(id="N1", visit_id="V1")], NOW)
    said = {"play": "a-play"}
    replies.commit(
        session, CommitmentRow(id="K1", nudge_id="N1", visit_id="V1", wording=0, made_at=NOW, **owner, **said)
    )
    replies.snooze(session, SnoozeRow(id="S1", until=FAR, made_at=NOW, **owner))
    replies.feedback(session, FeedbackRow(id="B1", text="odd", at=NOW, **owner, **said))
    replies.save_dialogue(session, DialogueRow(id="L1", language="en", script={}, started_at=NOW, **owner, **said))
    deliveries.first_time(session, "T1", "Ev1", NOW)
    session.flush()


READS: dict[str, Callable[[Session, str], Any]] = {
    "a rep": lambda s, t: reps.get(s, t, REP),
    "the team": lambda s, t: reps.team(s, t),
    "a rep's lock": lambda s, t: reps.lock(s, t, REP),
    "an account": lambda s, t: accounts.get(s, t, "A1"),
    "a rep's accounts": lambda s, t: accounts.of_rep(s, t, REP, archived=True),
    "an account by name": lambda s, t: accounts.by_name(s, t, REP, "Nordhaus"),
    "an account by alias": lambda s, t: accounts.by_name(s, t, REP, "nh"),
    "stages": lambda s, t: accounts.stage_changes(s, t, "A1"),
    "contacts": lambda s, t: accounts.contacts(s, t, "A1"),
    "the contact log": lambda s, t: accounts.contact_log(s, t, "A1"),
    "a visit": lambda s, t: visits.get(s, t, "V1"),
    "an account's visits": lambda s, t: visits.of_account(s, t, "A1", LONG_AGO),
    "a rep's visits": lambda s, t: visits.of_rep(s, t, REP, LONG_AGO, FAR),
    "a visit by its event": lambda s, t: visits.from_feed(s, t, REP, "event"),
    "feeds": lambda s, t: visits.feeds(s, t, REP),
    "a link": lambda s, t: visits.link(s, t, REP, "event"),
    "open links": lambda s, t: visits.unanswered_links(s, t, REP),
    "problems": lambda s, t: history.problems(s, t, "A1"),
    "promises": lambda s, t: history.promises(s, t, "A1"),
    "records": lambda s, t: history.records(s, t, "A1"),
    "a nudge": lambda s, t: nudge_history.get(s, t, "N1"),
    "a message": lambda s, t: nudge_history.in_message(s, t, "N1"),
    "waiting nudges": lambda s, t: nudge_history.waiting(s, t, REP),
    "a commitment": lambda s, t: replies.commitment_for_visit(s, t, "V1"),
    "commitments": lambda s, t: replies.commitments(s, t, REP),
    "snoozes": lambda s, t: replies.snoozes(s, t, REP, NOW),
    "a dialogue": lambda s, t: replies.dialogue(s, t, "L1"),
}


@pytest.mark.parametrize("what", READS)
def test_another_workspace_reads_nothing(session: Session, what: str) -> None:
    assert READS[what](session, "T1"), "the workspace itself reads it"
    session.expire_all()
    assert not READS[what](session, "T2")


WRITES: dict[str, Callable[[Session, str], Any]] = {
    "an account": lambda s, t: accounts.update(s, t, "A1", NOW, name="Taken"),
    "the contact log": lambda s, t: accounts.log_contact(s, t, "A1", By.THEM, FAR, "x"),
    "the run of contacts": lambda s, t: accounts.set_contact_summary(s, t, "A1", FAR, By.THEM, 9),
    "a visit": lambda s, t: visits.update(s, t, "V1", title="Taken"),
    "a step": lambda s, t: history.take_step(s, t, "P1", Step.CLIENT_HEARD, NOW),
    "an answer": lambda s, t: nudge_history.answer(s, t, "N1", "commit", NOW),
    "what a card says": lambda s, t: nudge_history.reword(s, t, "N1", "step-back", 3),
    "an outcome": lambda s, t: replies.set_outcome(s, t, "K1", "done", NOW),
    "a snooze": lambda s, t: replies.lift_snooze(s, t, REP, "S1", NOW),
}


def _rows(session: Session) -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = SQLModel.metadata.sorted_tables
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


@pytest.mark.parametrize("what", WRITES)
def test_another_workspace_changes_nothing(session: Session, what: str) -> None:
    before = _rows(session)
    with contextlib.suppress(LookupError):
        assert not WRITES[what](session, "T2")
    session.flush()
    session.expire_all()
    assert _rows(session) == before
    WRITES[what](session, "T1")
    session.flush()
    assert _rows(session) != before, "the workspace itself changes it"


# What takes neither a workspace nor a row that names its own: each walks all workspaces, is of none, or is called with
# an id that was found for its workspace in the same transaction.
OF_ALL = {
    "feedback.decide", "feedback.open_patches", "feedback.settle",
    "feedback.told", "feedback.waiting",
    "claims.claim", "claims.claim_those",
    "deliveries.left", "deliveries.not_planned_since", "deliveries.longest_unplanned", "nudges.put_back",
    "deliveries.teams", "installations.spend", "installations.is_spent", "installations.forget_expired",
    "installations.forget_removed", "installations.get", "installations.bot_user", "installations.everywhere",
    "installations.expiring", "installations.check", "nudges.release", "nudges.take_over", "nudges.anything_due",
    "nudges.next_due", "nudges.backlog", "paces.buckets", "paces.paused_teams", "purge.left_before", "reps.everyone",
    "roles.managers", "team.nameless", "undo.look", "undo.forget_before", "visits.is_connected",
    "installations.under_old_keys", "restored.as_of", "restored.look_up_first", "restored.still_to_come",
}  # fmt: skip
NAMES_ITS_OWN = {"account", "claim", "lead", "row", "feed", "nudges", "kept", "made", "was", "held", "team_id"}
SHARED = {"playbook_versions"}  # the same for every workspace


def test_whatever_asks_the_database_says_of_which_workspace() -> None:
    unbound = set()
    for file in Path(accounts.__file__).parent.glob("[a-z]*.py"):
        module = importlib.import_module(f"storage.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            told = list(inspect.signature(function).parameters)
            own = function.__module__ == module.__name__ and not name.startswith("_") and file.stem not in SHARED
            if own and told[:1] == ["session"] and not NAMES_ITS_OWN & set(told):
                unbound.add(f"{file.stem}.{name}")
    assert unbound <= OF_ALL, "give it the workspace, or say here why it needs none"


def test_every_table_says_of_which_workspace_a_row_is() -> None:
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in purge.SHARED]
    assert [table.name for table in tables if "team_id" not in table.columns or table.columns["team_id"].nullable] == []
