"""Everything of a workspace goes, from every table, and nothing of another."""

from datetime import UTC, timedelta

import pytest
from sqlmodel import SQLModel, select

from storage import claims, deliveries, installations, purge, reps, visits
from storage.installations import Installation
from storage.keyring import Keyring, new
from storage.session import Database
from storage.tables import NudgeRow, OAuthStateRow, WorkspaceRow
from tests import everything
from tests.factories import NOW as LOCAL_NOW

NOW = LOCAL_NOW.astimezone(UTC)
DAY = timedelta(days=1)
KEYS = Keyring.read(new("k1"))


def installed(team_id: str, **more: object) -> Installation:
    values = {"enterprise_id": None, "org_wide": False, "bot_id": "B1", "bot_user_id": "U0BOT", "bot_token": "xoxb-1"}
    return Installation(id=team_id, installed_at=NOW, **{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def two(database: Database) -> Database:
    """A row of T1 and of T2 in every table there is."""
    with database.write() as session:
        for team_id, word in (("T1", "one"), ("T2", "two")):
            installations.save(session, KEYS, installed(team_id))
            everything.fill(session, team_id, f"U-{word}", word)
            everything.fill_nobodys(session, team_id)
    return database


def per_table(database: Database, team_id: str) -> dict[str, int]:
    tables = [t for t in SQLModel.metadata.sorted_tables if "team_id" in t.c]
    with database.read() as session:
        return {t.name: len(session.execute(t.select().where(t.c.team_id == team_id)).all()) for t in tables}


def leave(database: Database, team_id: str = "T1") -> None:
    with database.write() as session:
        assert installations.remove(session, team_id, NOW) == [team_id]


def test_every_table_loses_its_rows_of_the_workspace_and_no_other(two: Database) -> None:
    had, others = per_table(two, "T1"), per_table(two, "T2")
    assert min(had.values()) == 1, "each table has a row, or it is not tested here"
    leave(two)
    with two.write() as session:
        row = purge.purge(session, "T1", NOW + DAY, "R9", NOW)
        assert row is not None
        assert row.deleted == {name: count for name, count in had.items() if name not in purge.KEPT}
    left = per_table(two, "T1")
    assert {name for name, count in left.items() if count} == purge.KEPT
    assert per_table(two, "T2") == others
    with two.read() as session:
        assert "one-" not in everything.texts(session)


def test_a_workspace_that_came_back_keeps_everything(two: Database) -> None:
    leave(two)
    with two.write() as session:
        assert purge.left_before(session, NOW + DAY) == ["T1"]
        installations.save(session, KEYS, installed("T1"))
        assert purge.purge(session, "T1", NOW + DAY, "R9", NOW) is None
        assert purge.left_before(session, NOW + DAY) == []


def test_nobody_is_purged_before_the_time_is_over(two: Database) -> None:
    leave(two)
    with two.write() as session:
        assert purge.left_before(session, NOW) == []
        assert purge.purge(session, "T1", NOW, "R9", NOW) is None


def test_nothing_is_claimed_planned_or_read_for_a_workspace_that_left(two: Database) -> None:
    def due(database: Database) -> tuple[object, ...]:
        with database.write() as session:
            for row in session.exec(select(NudgeRow)):
                row.state, row.next_try_at, row.lease_until = "planned", NOW, None
            session.flush()
            taken = [claim.nudge.team_id for claim in claims.claim(session, "me", NOW, DAY, 9)]
            session.rollback()
        with database.read() as session:
            return (
                sorted(taken),
                [rep.team_id for rep in reps.everyone(session)],
                [feed.team_id for feed in visits.feeds(session)],
            )

    assert due(two) == (["T1", "T2"], ["T1", "T2"], ["T1", "T2"])
    leave(two)
    assert due(two) == (["T2"], ["T2"], ["T2"])


def test_what_is_in_hand_when_a_workspace_leaves_is_taken_up_when_it_is_back(two: Database) -> None:
    with two.write() as session:
        for row in session.exec(select(NudgeRow)):
            row.state, row.lease_until, row.intent_at = "sending", NOW - DAY, NOW - DAY
    leave(two)
    with two.write() as session:
        assert [c.nudge.team_id for c in claims.claim(session, "me", NOW, DAY, 9)] == ["T2"]
        installations.save(session, KEYS, installed("T1"))
        assert [c.nudge.team_id for c in claims.claim(session, "me", NOW, DAY, 9)] == ["T1"]


# --- sign-ins and organisations -------------------------------------------------------------------------------------


def test_a_sign_in_ends_once_and_is_not_remembered_for_ever(database: Database) -> None:
    with database.write() as session:
        assert not installations.is_spent(session, "secret")
        assert installations.spend(session, "secret", NOW + DAY)
        assert "secret" not in repr(session.get(OAuthStateRow, installations._digest("secret")))
        assert not installations.spend(session, "secret", NOW + DAY)
        assert installations.is_spent(session, "secret")
        assert not installations.is_spent(session, "other")
        installations.forget_expired(session, NOW + DAY)
        assert not installations.is_spent(session, "secret")


def test_an_organisation_serves_its_workspaces_and_an_own_installation_goes_first(database: Database) -> None:
    with database.write() as session:
        installations.save(session, KEYS, installed("E1", enterprise_id="E1", org_wide=True, bot_token="xoxb-org"))
        assert installations.serving(session, "T1") is None
        found = installations.serving(session, "T1", "E1")
        assert found is not None
        assert installations.opened(found, KEYS).bot_token == "xoxb-org"
        installations.come_back(session, "T1", "E1")
        assert installations.serving(session, "T1") is not None
        installations.save(session, KEYS, installed("T1", enterprise_id="E1"))
        found = installations.serving(session, "T1")
        assert found is not None
        assert installations.opened(found, KEYS).bot_token == "xoxb-1"
        assert installations.remove(session, "T1", NOW) == [], "the organisation still serves it"
        assert deliveries.workspace(session, "T1").left_at is None
        assert installations.remove(session, "E1", NOW) == ["T1"]
        assert installations.serving(session, "T1", "E1") is None


def test_a_workspace_that_an_organisation_took_out_stays_out_until_it_is_given_back(database: Database) -> None:
    with database.write() as session:
        installations.save(session, KEYS, installed("E1", enterprise_id="E1", org_wide=True))
        installations.come_back(session, "T1", "E1")
        assert installations.withdraw(session, "T1", NOW)
        assert installations.serving(session, "T1", "E1") is None
        installations.come_back(session, "T1", "E1")
        assert installations.serving(session, "T1", "E1") is not None


def test_an_organisation_that_installs_again_has_its_workspaces_back(database: Database) -> None:
    org = installed("E1", enterprise_id="E1", org_wide=True)
    with database.write() as session:
        installations.save(session, KEYS, org)
        installations.come_back(session, "T1", "E1")
        assert installations.remove(session, "E1", NOW) == ["T1"]
        installations.save(session, KEYS, org)
        session.expire_all()
        assert session.get_one(WorkspaceRow, "T1").left_at is None
        assert installations.serving(session, "T1") is not None


def test_only_one_process_holds_an_installation(database: Database) -> None:
    with database.write() as session:
        installations.save(session, KEYS, installed("T1"))
    with installations.held(database, KEYS, "T1") as first:
        assert first is not None
        with installations.held(database, KEYS, "T1") as second:
            assert (second is None) is not database.is_sqlite  # there only one process renews
        with installations.held(database, KEYS, "T2") as other:
            assert other is None
    with installations.held(database, KEYS, "T1") as again:
        assert again is not None


def test_new_tokens_are_not_kept_for_what_was_removed_meanwhile(database: Database) -> None:
    made = installed("T1", refresh_token="xoxe-1", expires_at=NOW)
    with database.write() as session:
        installations.save(session, KEYS, made)
        assert installations.expiring(session, NOW + DAY) == ["T1"]
        assert installations.expiring(session, NOW) == []
        installations.remove(session, "T1", NOW)
        assert not installations.refreshed(session, KEYS, made, installed("T1", bot_token="xoxb-2"))
        assert installations.expiring(session, NOW + DAY) == []


def test_an_installation_removed_before_is_not_removed_twice(database: Database) -> None:
    with database.write() as session:
        installations.save(session, KEYS, installed("T1"))
        assert installations.remove(session, "T1", NOW, NOW - DAY) == [], "it was installed since"
        assert installations.remove(session, "T1", NOW) == ["T1"]
        assert installations.remove(session, "T1", NOW) == []
        assert installations.remove(session, "T9", NOW) == []
