"""Reps, visits, problems, promises, answers: what is written down is read back, in its order and in its zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import Session

from bot.core.account import CardTime, Language
from bot.core.problem import Step
from bot.core.situation import By, RecordKind, VisitState
from storage import accounts, deliveries, history, nudges, replies, reps, situations, visits
from storage.session import Database
from storage.tables import CommitmentRow, DialogueRow, EventLinkRow, FeedRow, SnoozeRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import SHANGHAI, a_nudge, a_problem, a_promise, a_record, a_rep, a_visit, an_account

NOW = LOCAL_NOW.astimezone(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database):
    """A session of a workspace with one account."""
    with database.write() as opened:
        accounts.add(opened, an_account(), NOW)
        yield opened


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_time_given_in_any_zone_comes_back_in_utc(session: Session) -> None:
    visits.add(session, "T1", a_visit(datetime(2026, 3, 5, 10, 0, tzinfo=SHANGHAI)), NOW)
    session.expire_all()
    found = visits.get(session, "T1", "V1")
    assert found is not None
    assert found.at.isoformat() == "2026-03-05T02:00:00+00:00"
    assert found.at.tzinfo is UTC


def test_microseconds_are_kept(session: Session) -> None:
    at = NOW + timedelta(microseconds=123456)
    visits.add(session, "T1", a_visit(at), NOW)
    session.expire_all()
    assert visits.get(session, "T1", "V1") == a_visit(at)


def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    naive = datetime(2026, 3, 5, 10, 0)  # noqa: DTZ001
    with pytest.raises((StatementError, ValueError), match="timezone"), session.begin_nested():
        visits.add(session, "T1", a_visit(naive), NOW)
    with pytest.raises((StatementError, ValueError), match="timezone"), session.begin_nested():
        nudges.plan(session, [a_nudge(due_at=naive)], NOW)


# --- reps -----------------------------------------------------------------------------------------------------------


def test_a_rep_comes_back_as_saved_and_keeps_what_is_not_said_again(session: Session) -> None:
    saved = reps.save(
        session,
        "T1",
        "U1",
        zone=SHANGHAI,
        language=Language.ZH,
        card_time=CardTime.MORNING,
        work_start=time(8, 30),
        days_off=frozenset({date(2026, 3, 6), date(2026, 3, 5)}),
        stopped_plays=frozenset({"step-back"}),
        paused_until=LOCAL_NOW,
    )
    session.expire_all()
    assert reps.get(session, "T1", "U1") == saved
    again = reps.save(session, "T1", "U1", dm_channel="D1")
    assert (again.zone, again.language, again.work_start) == (SHANGHAI, Language.ZH, time(8, 30))
    assert again.days_off == {date(2026, 3, 5), date(2026, 3, 6)}
    assert (again.paused_until, again.dm_channel) == (NOW, "D1")


def test_people_who_left_are_still_of_the_team_but_get_nothing(session: Session) -> None:
    reps.save(session, "T1", "U2", active=False)
    reps.save(session, "T1", "U1")
    reps.save(session, "T2", "U1")
    assert [r.id for r in reps.team(session, "T1")] == ["U1", "U2"]
    assert [(r.team_id, r.id) for r in reps.everyone(session)] == [("T1", "U1"), ("T2", "U1")]


# --- visits ---------------------------------------------------------------------------------------------------------


def test_visits_are_told_in_the_order_of_time(session: Session) -> None:
    for number, days in enumerate((2, 1, 3)):
        visits.add(session, "T1", a_visit(NOW + days * DAY, id=f"V{number}"), NOW)
    visits.update(session, "T1", "V2", state=VisitState.CANCELLED)
    assert [v.id for v in visits.of_account(session, "T1", "A1", NOW)] == ["V1", "V0", "V2"]
    assert [v.id for v in visits.of_rep(session, "T1", "U0ANNA", NOW, NOW + 9 * DAY)] == ["V1", "V0"]
    assert [v.id for v in visits.of_rep(session, "T1", "U0ANNA", NOW + DAY, NOW + 2 * DAY)] == ["V1"]


def test_a_visit_from_a_calendar_is_known_by_its_event_and_outlives_its_feed(session: Session) -> None:
    visits.save_feed(session, FeedRow(id="F1", team_id="T1", rep_id="U0ANNA", url="https://calendar.example/a"))
    session.flush()
    visits.add(session, "T1", a_visit(), NOW, feed_id="F1", feed_key="event 1")
    assert visits.from_feed(session, "T1", "U0ANNA", "event 1") == visits.get(session, "T1", "V1")
    assert list(visits.feed_keys(session, "T1", "F1", NOW)) == ["event 1"]
    visits.delete_feed(session, "T1", "F1")
    session.flush()
    assert visits.feeds(session) == []
    assert visits.get(session, "T1", "V1") is not None
    assert visits.from_feed(session, "T1", "U0ANNA", "event 1") is None


def test_a_rep_is_asked_once_about_an_event(session: Session) -> None:
    row = {"team_id": "T1", "rep_id": "U0ANNA"}
    visits.save_link(session, EventLinkRow(**row, event_key="b"))
    visits.save_link(session, EventLinkRow(**row, event_key="a"))
    visits.save_link(session, EventLinkRow(**row, event_key="asked", asked_at=NOW))
    visits.save_link(session, EventLinkRow(**row, event_key="known", account_id="A1", answered_at=NOW))
    assert [r.event_key for r in visits.unanswered_links(session, "T1", "U0ANNA")] == ["a", "b"]
    known = visits.link(session, "T1", "U0ANNA", "known")
    assert known is not None
    assert known.account_id == "A1"


# --- what happened --------------------------------------------------------------------------------------------------


def test_a_problem_keeps_the_time_of_each_step_and_takes_a_step_once(session: Session) -> None:
    opened = a_problem(NOW, done={Step.OWNED: NOW})
    history.add_problem(session, "T1", opened)
    assert history.take_step(session, "T1", "P1", Step.CLIENT_HEARD, NOW + DAY)
    assert not history.take_step(session, "T1", "P1", Step.CLIENT_HEARD, NOW + 2 * DAY)
    (found,) = history.problems(session, "T1", "A1")
    assert found.done == {Step.OWNED: NOW, Step.CLIENT_HEARD: NOW + DAY}
    assert (found.text, found.opened_at, found.raised_by) == (opened.text, opened.opened_at, opened.raised_by)


def test_a_kept_promise_says_when(session: Session) -> None:
    history.save_promise(session, "T1", a_promise(date(2026, 3, 20)))
    history.save_promise(session, "T1", a_promise(date(2026, 3, 10), id="R2", by=By.THEM))
    history.save_promise(session, "T1", a_promise(date(2026, 3, 20), kept_at=NOW))
    assert history.promises(session, "T1", "A1") == [
        a_promise(date(2026, 3, 10), id="R2", by=By.THEM),
        a_promise(date(2026, 3, 20), kept_at=NOW),
    ]


def test_records_are_told_in_the_order_of_time_from_a_moment_on(session: Session) -> None:
    for days in (1, 3, 2):
        history.add_record(session, "T1", "A1", f"X{days}", a_record(RecordKind.PRAISE, days, text=f"{days}"))
    assert [r.text for r in history.records(session, "T1", "A1")] == ["3", "2", "1"]
    assert [r.text for r in history.records(session, "T1", "A1", NOW - 2 * DAY)] == ["2", "1"]


def test_a_situation_holds_all_facts_on_one_account_in_the_reps_zone(session: Session) -> None:
    accounts.add(session, an_account(id="A2", name="Another"), NOW)
    for account in ("A1", "A2"):
        own = {"id": f"of {account}", "account_id": account}
        visits.add(session, "T1", a_visit(NOW + DAY, **own), NOW)
        visits.add(session, "T1", a_visit(NOW - 200 * DAY, **own | {"id": f"old {account}"}), NOW)
        history.add_problem(session, "T1", a_problem(NOW, **own))
        history.save_promise(session, "T1", a_promise(**own))
        history.add_record(session, "T1", account, f"of {account}", a_record(RecordKind.PRAISE))
        accounts.log_contact(session, "T1", account, By.US, NOW - DAY, "visit")
    account, rep = an_account(), a_rep(zone=SHANGHAI)
    found = situations.load(session, account, rep, NOW, SHANGHAI)
    assert (found.now.isoformat(), found.account, found.rep) == ("2026-03-04T17:00:00+08:00", account, rep)
    assert [v.id for v in found.visits] == ["of A1"]
    assert [p.id for p in found.problems] == ["of A1"]
    assert [p.id for p in found.promises] == ["of A1"]
    assert len(found.records) == 1
    assert (found.last_contact, found.last_contact_by) == (NOW - DAY, By.US)
    assert (found.one_sided_contacts, found.one_sided_since) == (1, NOW - DAY)


# --- what reps answered ---------------------------------------------------------------------------------------------


def a_commitment(name: str = "K1", **changes: object) -> CommitmentRow:
    values = {"team_id": "T1", "rep_id": "U1", "play": "a-play", "wording": 0, "made_at": NOW, "id": name}
    return CommitmentRow(**{**values, **changes})


def test_a_card_is_committed_to_once_and_the_outcome_is_kept(session: Session) -> None:
    nudges.plan(session, [a_nudge(id="N1")], NOW)
    assert replies.commit(session, a_commitment(nudge_id="N1", visit_id="V1"))
    assert not replies.commit(session, a_commitment("K2", nudge_id="N1"))
    assert replies.commit(session, a_commitment("K3", made_at=NOW - DAY))
    assert replies.set_outcome(session, "T1", "K1", "done", NOW + DAY)
    session.flush()
    of_visit = replies.commitment_for_visit(session, "T1", "V1")
    assert of_visit is not None
    assert (of_visit.outcome, of_visit.outcome_at) == ("done", NOW + DAY)
    assert [row.id for row in replies.commitments(session, "T1", "U1")] == ["K3", "K1"]


def test_a_snooze_holds_until_it_ends_or_is_lifted(session: Session) -> None:
    for name, until in (("S1", NOW + 2 * DAY), ("S2", NOW + DAY), ("S3", replies.end_of_time())):
        row = SnoozeRow(id=name, team_id="T1", rep_id="U1", play="a-play", until=until, made_at=NOW)
        replies.snooze(session, row)
    assert [s.id for s in replies.snoozes(session, "T1", "U1", NOW)] == ["S2", "S1", "S3"]
    assert [s.id for s in replies.snoozes(session, "T1", "U1", NOW + DAY)] == ["S1", "S3"]
    assert replies.lift_snooze(session, "T1", "U1", "S3", NOW)
    assert not replies.lift_snooze(session, "T1", "U1", "S3", NOW)
    session.flush()
    assert [s.id for s in replies.snoozes(session, "T1", "U1", NOW)] == ["S2", "S1"]


def test_a_dialogue_comes_back_with_its_script_and_answers(session: Session) -> None:
    script = {"steps": [{"id": "first", "say": "你好"}]}
    values = {"id": "L1", "team_id": "T1", "rep_id": "U1", "play": "a-play", "language": "zh", "started_at": NOW}
    replies.save_dialogue(session, DialogueRow(**values, script=script, answers={"first": "是"}))
    session.expire_all()
    found = replies.dialogue(session, "T1", "L1")
    assert found is not None
    assert (found.script, found.answers) == (script, {"first": "是"})


# --- deliveries -----------------------------------------------------------------------------------------------------


def test_a_delivery_is_new_once_in_each_workspace(session: Session) -> None:
    assert deliveries.first_time(session, "T1", "Ev1", NOW)
    assert not deliveries.first_time(session, "T1", "Ev1", NOW + DAY)
    assert deliveries.first_time(session, "T2", "Ev1", NOW)
