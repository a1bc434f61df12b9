"""What is read for a team: who is below whom, what is open, what was asked; of one workspace and of its reps only."""

from datetime import UTC, date, timedelta

import pytest
from sqlmodel import Session

from bot.core.asked import Asked, Moment
from bot.core.nudge import Fate, Kind
from bot.core.problem import Step
from bot.core.situation import RecordKind
from storage import accounts, asked, deliveries, history, nudge_history, nudges, replies, reps, roles, team
from storage.session import Database
from storage.tables import DialogueRow, NudgeRow
from tests.factories import BERLIN, SHANGHAI, a_nudge, a_problem, a_promise, a_record, an_account
from tests.factories import NOW as LOCAL_NOW

NOW = LOCAL_NOW.astimezone(UTC)
SINCE = NOW - timedelta(weeks=5)
ZONES = {"U1": BERLIN, "U2": SHANGHAI}


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        for number in ("1", "2"):
            rep = f"U{number}"
            reps.save(opened, "T1", rep, name=f"Rep {number}")
            accounts.add(opened, an_account(id=f"A{number}", rep_id=rep, name=f"Firm {number}"), NOW)
        yield opened


def _sent(session: Session, nudge_id: str, **changes: object) -> None:
    kind = changes.pop("kind", Kind.VISIT_CARD)
    nudges.plan(session, [a_nudge(id=nudge_id, kind=kind, account_id="A1", rep_id="U1", team_id="T1")], NOW)
    row = session.get_one(NudgeRow, nudge_id)
    row.state, row.ended_at = Fate.SENT.value, NOW
    for name, value in changes.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


# --- who is below whom ----------------------------------------------------------------------------------------------


def test_a_manager_has_everybody_below_however_far(session: Session) -> None:
    for below, above in (("U1", "U2"), ("U2", "U3"), ("U3", "U4")):
        roles.set_manager(session, "T1", below, above, "U9", NOW)
    assert roles.below(session, "T1", "U4") == ["U1", "U2", "U3"]
    assert roles.below(session, "T1", "U2") == ["U1"]
    assert roles.below(session, "T1", "U1") == []
    assert roles.below(session, "T2", "U4") == []


def test_a_circle_in_a_portfolio_ends(session: Session) -> None:
    accounts.update(session, "T1", "A1", NOW, manager="U2")
    accounts.update(session, "T1", "A2", NOW, manager="U1")
    assert roles.below(session, "T1", "U1") == ["U2"]


def test_the_portfolios_manager_counts_until_an_admin_says_otherwise(session: Session) -> None:
    accounts.update(session, "T1", "A1", NOW, manager="U8")
    assert roles.below(session, "T1", "U8") == ["U1"]
    roles.set_manager(session, "T1", "U1", "U7", "U9", NOW)
    assert roles.below(session, "T1", "U8") == []
    assert roles.managers(session) == [("T1", "U7")]


def test_the_manager_of_most_accounts_counts_as_in_manager_of(session: Session) -> None:
    for number, manager in enumerate(("U8", "U7", "U7", "U1", "")):
        accounts.add(session, an_account(id=f"B{number}", rep_id="U1", name=f"B{number}", manager=manager), NOW)
    assert roles.manager_of(session, "T1", "U1") == "U7"
    assert roles.below(session, "T1", "U7") == ["U1"]


# --- accounts -------------------------------------------------------------------------------------------------------


def test_a_rep_keeps_reviews_and_promises_of_their_accounts(session: Session) -> None:
    history.add_record(session, "T1", "A1", "X1", a_record(RecordKind.EFFECT_REVIEWED))
    history.add_record(session, "T1", "A1", "X2", a_record(RecordKind.PRAISE))
    history.save_promise(session, "T1", a_promise())
    found = team.keeping(session, "T1", ["U1", "U2"])
    assert [a.name for a in found["U1"].live] == ["Firm 1"]
    assert [r.kind for r in found["U1"].reviews["A1"]] == [RecordKind.EFFECT_REVIEWED]
    assert len(found["U1"].promises) == 1
    assert not found["U2"].promises
    assert not team.keeping(session, "T2", ["U1"])["U1"].live


def test_what_is_open_on_an_account_that_was_put_away_is_not_told(session: Session) -> None:
    history.save_promise(session, "T1", a_promise())
    history.save_promise(session, "T1", a_promise(id="R2", kept_at=NOW))
    history.add_problem(session, "T1", a_problem(NOW))
    accounts.update(session, "T1", "A1", NOW, archived_as="lost", archived_at=NOW)
    assert [p.id for p in team.keeping(session, "T1", ["U1"])["U1"].promises] == ["R2"]
    assert team.open_problems(session, "T1", ["U1"]) == []


def test_a_problem_is_open_until_the_client_confirms_or_it_is_withdrawn(session: Session) -> None:
    history.add_problem(session, "T1", a_problem(NOW, done={Step.OWNED: NOW}))
    history.add_problem(session, "T1", a_problem(NOW, id="P2", account_id="A2", done={Step.CONFIRMED: NOW}))
    history.add_problem(session, "T1", a_problem(NOW, id="P3"))
    history.withdraw(session, "T1", "P3", NOW)
    [(account, problem)] = team.open_problems(session, "T1", ["U1", "U2"])
    assert (account.name, problem.id, problem.done, problem.text) == ("Firm 1", "P1", {Step.OWNED: NOW}, "")
    assert team.open_problems(session, "T1", ["U2"]) == []
    assert team.open_problems(session, "T2", ["U1"]) == []


def test_a_spell_ends_with_the_clients_word_or_with_the_account(session: Session) -> None:
    day = timedelta(days=1)
    history.add_problem(session, "T1", a_problem(NOW - 9 * day, done={Step.CONFIRMED: NOW - 2 * day}))
    history.add_problem(session, "T1", a_problem(NOW - 90 * day, id="P2", done={Step.CONFIRMED: NOW - 80 * day}))
    history.add_problem(session, "T1", a_problem(NOW - 3 * day, id="P3", account_id="A2"))
    accounts.update(session, "T1", "A2", NOW, archived_as="lost", archived_at=NOW - day)
    found = sorted(team.spells(session, "T1", ["U1", "U2"], NOW - 56 * day), key=lambda s: s.start)
    assert [(s.start, s.end) for s in found] == [(NOW - 9 * day, NOW - 2 * day), (NOW - 3 * day, NOW - day)]
    assert team.spells(session, "T2", ["U1"], NOW - 56 * day) == []


# --- what was asked -------------------------------------------------------------------------------------------------


def _asked(session: Session) -> list[tuple[Asked, int]]:
    found = asked.of(session, "T1", ZONES, SINCE)
    assert found["U2"] == []
    return sorted((m.kind, m.count) for m in found["U1"])


def test_a_message_is_read_and_its_answer_is_a_tap(session: Session) -> None:
    _sent(session, "N1", answered_at=NOW, answer="commit")
    _sent(session, "N2", message_of="N1")
    _sent(session, "N3", kind=Kind.CHECK)
    assert _asked(session) == [(Asked.CARD, 1), (Asked.CHECK, 1), (Asked.LINE, 1), (Asked.TAP, 1)]


def test_an_answer_by_form_counts_as_a_form_and_one_that_was_only_counted_as_nothing(session: Session) -> None:
    _sent(session, "N1", answered_at=NOW, answer="moved")
    _sent(session, "N2")
    nudge_history.count_as_answered(session, "T1", "U1", NOW)
    assert _asked(session) == [(Asked.CARD, 1), (Asked.CARD, 1), (Asked.FORM, 1)]


def test_what_went_to_a_stand_in_asked_the_stand_in(session: Session) -> None:
    _sent(session, "N1", sent_to="U2")
    found = asked.of(session, "T1", ZONES, SINCE)
    assert (found["U1"], [m.kind for m in found["U2"]]) == ([], [Asked.CARD])
    assert asked.of(session, "T1", {"U1": BERLIN}, SINCE) == {"U1": []}


def test_what_was_not_sent_or_long_ago_asked_nothing(session: Session) -> None:
    _sent(session, "N1", state=Fate.DROPPED.value)
    _sent(session, "N2", ended_at=SINCE - timedelta(days=1))
    assert _asked(session) == []


def test_a_dialogue_counts_where_a_message_began_it(session: Session) -> None:
    values = {
        "team_id": "T1",
        "rep_id": "U1",
        "play": "x",
        "language": "en",
        "script": {},
        "started_at": NOW,
        "taps": 3,
    }
    replies.save_dialogue(session, DialogueRow(id="D1", nudge_id="N1", **values))
    replies.save_dialogue(session, DialogueRow(id="D2", **values))
    session.flush()
    assert _asked(session) == [(Asked.REPLY, 3)]


def test_one_tap_takes_a_step_and_those_before_it(session: Session) -> None:
    history.add_problem(session, "T1", a_problem(NOW, done={Step.OWNED: NOW}))
    later = NOW + timedelta(hours=1)
    for step in (Step.CLIENT_HEARD, Step.BOSS_TOLD):
        history.take_step(session, "T1", "P1", step, later)
    history.take_step(session, "T1", "P1", Step.PLAN_MADE, later + timedelta(hours=1))
    assert _asked(session) == [(Asked.TAP, 1), (Asked.TAP, 1)]


def test_steps_that_a_portfolio_brought_were_no_taps(session: Session) -> None:
    earlier = NOW - timedelta(days=3)
    history.add_problem(session, "T1", a_problem(earlier, done={Step.OWNED: earlier, Step.CLIENT_HEARD: earlier}))
    assert _asked(session) == []


def test_forms_add_up_by_the_day(session: Session) -> None:
    for day in (date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 4)):
        asked.note(session, "T1", "U1", day, Asked.FORM)
    asked.note(session, "T2", "U1", date(2026, 3, 4), Asked.FORM)
    assert asked.of(session, "T1", ZONES, SINCE)["U1"] == [
        Moment(Asked.FORM, date(2026, 3, 3), 2),
        Moment(Asked.FORM, date(2026, 3, 4), 1),
    ]


def test_those_without_a_name_are_known(session: Session) -> None:
    reps.save(session, "T1", "U3")
    reps.save(session, "T1", "U4", active=False)
    reps.save(session, "T3", "U5")
    assert team.nameless(session) == [("T1", "U3"), ("T3", "U5")]
    deliveries.workspace(session, "T3").left_at = NOW
    session.flush()
    assert team.nameless(session) == [("T1", "U3")]


def test_a_workspace_that_removed_the_app_has_no_managers(session: Session) -> None:
    roles.set_manager(session, "T1", "U1", "U2", "U9", NOW)
    assert roles.managers(session) == [("T1", "U2")]
    deliveries.workspace(session, "T1").left_at = NOW
    session.flush()
    assert roles.managers(session) == []
