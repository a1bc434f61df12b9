"""A workspace removes the app: silence at once, tokens gone, data gone after the grace period, back before it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storage import belongings
from storage.tables import AccountRow, InstallationRow, NudgeRow, ReceiptRow, WorkspaceRow
from tests import everything
from tests.tenants import ACME, BRAVO, Firm, ManyCoach

DAY = timedelta(days=1)


@pytest.fixture
def two(many: ManyCoach) -> ManyCoach:
    """Acme and Bravo have installed the app, and in each Anna has a visit tomorrow."""
    for team_id in (ACME, BRAVO):
        many.install(team_id)
        many.firm(team_id).anna.types("account add Nordhaus")
        many.firm(team_id).anna.types("visit Nordhaus tomorrow 15:00")
    return many


def cards(firm: Firm) -> list[str]:
    return [text for text in firm.anna.got() if "Nordhaus · " in text]


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
def test_tokens_go_and_nothing_is_sent_whichever_event_comes_first(two: ManyCoach, first: str) -> None:
    two.acme.srv.uninstall(first=first)
    row = two.acme.installation()
    assert row is not None
    assert (row.bot_token, row.refresh_token, row.expires_at) == ("", None, None)
    assert two.row(WorkspaceRow, team_id=ACME).left_at == two.now
    before = len(two.acme.space.calls())
    two.until("2026-03-05 20:00")
    assert cards(two.acme) == []
    assert len(two.acme.space.calls()) == before
    assert len(cards(two.bravo)) == 1


def test_what_was_planned_waits(two: ManyCoach) -> None:
    two.plan()
    two.acme.srv.uninstall()
    two.until("2026-03-05 20:00")
    assert set(two.fates(team_id=ACME)) == {"planned"}


def test_commands_that_come_late_are_answered_politely_and_keep_nothing(two: ManyCoach) -> None:
    two.acme.srv.uninstall()
    before = two.rows(AccountRow, team_id=ACME)
    assert "not installed in this workspace" in two.acme.anna.types("account add Late")
    two.acme.anna.opens("home")
    assert two.rows(AccountRow, team_id=ACME) == before


def test_a_tap_and_a_form_that_come_late_are_answered_politely(two: ManyCoach) -> None:
    two.acme.anna.types("account add")
    card = two.acme.anna.showing("Add an account")
    two.acme.srv.uninstall()
    assert "not installed" in two.acme.anna.taps("Add an account", on=card)
    assert "not installed" in two.acme.anna.fills(name="Late")
    assert two.rows(AccountRow, team_id=ACME, name="Late") == []


def test_it_is_installed_again_within_the_grace_period_and_all_is_back(two: ManyCoach) -> None:
    two.acme.srv.uninstall()
    two.until("2026-03-04 16:00")
    two.install(ACME)
    assert "Nordhaus" in two.acme.anna.types("account list")
    two.until("2026-03-04 20:00")
    assert len(cards(two.acme)) == 1


def test_what_became_too_late_meanwhile_is_dropped_with_its_rule(two: ManyCoach) -> None:
    two.plan()
    two.acme.srv.uninstall()
    two.until("2026-03-20 09:00")
    two.install(ACME)
    two.until("2026-03-20 12:00")
    assert cards(two.acme) == []
    card = two.row(NudgeRow, team_id=ACME, kind="visit_card")
    assert (card.state, bool(card.rule)) == ("dropped", True)


def test_an_event_of_an_earlier_removal_does_not_remove_what_was_installed_since(two: ManyCoach) -> None:
    events = two.acme.srv.uninstall()
    two.until(two.now + timedelta(hours=1))
    two.install(ACME)
    for event in events:
        two.srv.redeliver(event)
    assert "Nordhaus" in two.acme.anna.types("account list")


def test_tokens_of_people_are_no_concern_of_ours(two: ManyCoach) -> None:
    two.acme.srv.event("tokens_revoked", {"tokens": {"oauth": ["U1"], "bot": []}})
    two.acme.srv.event("tokens_revoked", {"tokens": {"oauth": ["U1"]}})
    assert "Nordhaus" in two.acme.anna.types("account list")


def test_other_processes_refuse_it_within_seconds(two: ManyCoach) -> None:
    """Another process removed it: this one remembers what it looked up for five seconds, no longer."""
    two.acme.anna.types("help")
    with two.writing() as session:
        row = session.get_one(InstallationRow, ACME)
        row.bot_token, row.removed_at = "", two.now
        session.add(row)
    two.clock.move_to(two.now + timedelta(seconds=5))
    assert "not installed" in two.acme.anna.types("help")


def test_a_removal_that_nobody_told_of_is_found(two: ManyCoach) -> None:
    two.srv.grants.revoke_all(two.acme.space)  # the events went out while the bot was down
    two.bot.ticks.clean()
    assert two.row(WorkspaceRow, team_id=ACME).left_at == two.now
    assert two.row(WorkspaceRow, team_id=BRAVO).left_at is None
    assert two.tokens().keys() == {BRAVO}


def test_slack_that_does_not_answer_is_no_removal(two: ManyCoach) -> None:
    two.space.faults.add(method="auth.test", kind="http_500", times=1)
    two.bot.ticks.clean()
    assert two.tokens().keys() == {ACME, BRAVO}


def test_the_data_is_deleted_after_the_grace_period_in_all_tables(two: ManyCoach) -> None:
    with two.writing() as session:
        everything.fill(session, ACME, "U9", "secret-of-acme")
        everything.fill_nobodys(session, ACME)
    two.acme.srv.uninstall()
    two.clock.move_to(two.now + 30 * DAY)
    two.bot.ticks.clean()
    assert two.rows(AccountRow, team_id=ACME), "a day is a day: not before the last is over"
    two.clock.move_to(two.now + timedelta(seconds=1))
    had, kept = counts(two, ACME), counts(two, BRAVO)
    two.bot.ticks.clean()
    left = counts(two, ACME)
    assert {name for name, count in left.items() if count} == {"receipt"}
    [receipt] = two.rows(ReceiptRow, at=two.now)
    assert receipt.deleted == {name: count for name, count in had.items() if count and name != "receipt"}
    assert counts(two, BRAVO) == kept
    for file in two.settings.data_dir.glob("kam.sqlite3*"):
        assert b"secret-of-acme" not in file.read_bytes()


def test_it_is_deleted_once_and_the_app_may_come_again_as_new(two: ManyCoach) -> None:
    two.acme.srv.uninstall()
    two.clock.move_to(two.now + 31 * DAY)
    two.bot.ticks.clean()
    two.bot.ticks.clean()
    assert len(two.rows(ReceiptRow)) == 1
    assert two.rows(WorkspaceRow, team_id=ACME) == []
    two.install(ACME)
    assert "Nordhaus" not in two.acme.anna.types("account list")


def test_the_grace_period_is_a_setting(start_many: Callable[..., ManyCoach]) -> None:
    many = start_many(grace_days=1)
    many.install(ACME)
    many.acme.srv.uninstall()
    many.clock.move_to(many.now + DAY + timedelta(seconds=1))
    many.bot.ticks.clean()
    assert many.rows(WorkspaceRow, team_id=ACME) == []


def test_feeds_and_plans_of_a_workspace_that_left_rest(two: ManyCoach) -> None:
    for firm in (two.acme, two.bravo):
        firm.anna.types("visit Nordhaus 11 March 15:00")
    two.acme.srv.uninstall()
    two.until("2026-03-11 09:00")
    left_at = two.row(WorkspaceRow, team_id=ACME).left_at
    assert all(n.planned_at <= left_at for n in two.rows(NudgeRow, team_id=ACME))
    assert any(n.planned_at > left_at for n in two.rows(NudgeRow, team_id=BRAVO))


def counts(coach: ManyCoach, team_id: str) -> dict[str, int]:
    """How many rows of each table are a workspace's."""
    tables = [table for table in belongings.all_tables() if "team_id" in table.c]
    with coach.bot.base.database.read() as session:
        return {t.name: len(session.execute(t.select().where(t.c.team_id == team_id)).all()) for t in tables}
