"""Installed once for a whole organisation: each workspace is its own, people of other firms are not coached."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.texts import installing as texts
from bot.slack import tenants
from storage.tables import AccountRow, InstallationRow, RepRow, WorkspaceRow
from tests.coach import PEOPLE
from tests.tenants import ACME, BRAVO, ManyCoach

NORTH, SOUTH, ORG = "T0NORTH", "T0SOUTH", "E0ORG"
SOUTHERNERS = tuple(replace(person, id=person.id.replace("U", "U9")) for person in PEOPLE)


@pytest.fixture
def org(many: ManyCoach) -> ManyCoach:
    """An organisation of two workspaces that has installed the app."""
    many.add(NORTH, enterprise_id=ORG, org_installed=True)
    many.add(SOUTH, SOUTHERNERS, enterprise_id=ORG, org_installed=True)
    assert "It is now in Practice organisation" in many.install(ORG, "U1").text
    return many


def test_each_workspace_of_an_organisation_is_its_own(org: ManyCoach) -> None:
    north, south = org.firm(NORTH), org.firm(SOUTH)
    north.anna.types("account add Nordhaus")
    southerner = south.anna
    southerner.id = "U91"
    assert "Nordhaus" not in southerner.types("account list")
    southerner.opens("home")
    north.anna.opens("home")
    assert southerner.home
    assert "Nordhaus" in north.anna.home
    assert [row.team_id for row in org.rows(AccountRow)] == [NORTH]
    assert {row.team_id: row.enterprise_id for row in org.rows(WorkspaceRow)} == {NORTH: ORG, SOUTH: ORG}
    row = org.row(InstallationRow)
    assert (row.team_id, row.org_wide) == (ORG, True)


def test_nudges_reach_people_of_every_workspace(org: ManyCoach) -> None:
    north = org.firm(NORTH)
    north.anna.types("account add Nordhaus")
    north.anna.types("visit Nordhaus tomorrow 15:00")
    org.until("2026-03-05 20:00")
    assert [text for text in north.anna.got() if "Nordhaus · " in text]


def test_an_organisation_removes_the_app_and_all_its_workspaces_are_left(org: ManyCoach) -> None:
    for team_id in (NORTH, SOUTH):
        person = org.firm(team_id).anna
        person.id = "U1" if team_id == NORTH else "U91"
        person.types("help")
    org.firm(NORTH).srv.uninstall()
    assert {row.team_id for row in org.rows(WorkspaceRow) if row.left_at} == {NORTH, SOUTH}
    assert "not installed" in org.firm(NORTH).anna.types("help")


def test_an_organisation_takes_the_app_from_one_workspace_and_gives_it_back(org: ManyCoach) -> None:
    north = org.firm(NORTH)
    north.anna.types("account add Nordhaus")
    org.firm(SOUTH).srv.event("team_access_revoked", {"team_ids": [NORTH]})
    assert "not installed" in north.anna.types("account list")
    north.srv.event("team_access_granted", {"team_ids": [NORTH]})
    assert "Nordhaus" in north.anna.types("account list")


def test_what_an_organisation_took_before_it_gave_does_not_count_when_it_is_heard_late(org: ManyCoach) -> None:
    north = org.firm(NORTH)
    north.anna.types("account add Nordhaus")
    late = north.srv.hands.event("team_access_revoked", {"team_ids": [NORTH]})
    org.clock.move_to(org.clock.now() + timedelta(minutes=1))
    north.srv.event("team_access_granted", {"team_ids": [NORTH]})
    org.check(north.srv.deliver(late))
    assert "Nordhaus" in north.anna.types("account list")


def test_what_an_organisation_gave_before_it_took_does_not_count_when_it_is_heard_late(org: ManyCoach) -> None:
    north, south = org.firm(NORTH), org.firm(SOUTH)
    north.anna.types("account add Nordhaus")
    late = south.srv.hands.event("team_access_granted", {"team_ids": [NORTH]})
    org.clock.move_to(org.clock.now() + timedelta(minutes=1))
    south.srv.event("team_access_revoked", {"team_ids": [NORTH]})
    org.check(south.srv.deliver(late))
    assert "not installed" in north.anna.types("account list")


def test_what_an_organisation_took_before_it_installed_anew_does_not_count_when_it_is_heard_late(
    org: ManyCoach,
) -> None:
    north = org.firm(NORTH)
    late = org.firm(SOUTH).srv.hands.event("team_access_revoked", {"team_ids": [NORTH]})
    org.clock.move_to(org.clock.now() + timedelta(minutes=1))
    org.install(ORG, "U1")
    org.check(org.firm(SOUTH).srv.deliver(late))
    assert "not installed" not in north.anna.types("account list")


def test_a_workspace_that_was_never_heard_of_and_taken_away_is_served_after_a_new_installation(org: ManyCoach) -> None:
    org.firm(SOUTH).srv.event("team_access_revoked", {"team_ids": [NORTH]})
    org.clock.move_to(org.clock.now() + timedelta(minutes=1))
    assert "not installed" in org.firm(NORTH).anna.types("account list")
    org.install(ORG, "U1")
    assert "not installed" not in org.firm(NORTH).anna.types("account list")


def test_a_stranger_in_a_shared_channel_is_refused_kindly_and_not_kept(many: ManyCoach) -> None:
    many.install(ACME)
    many.acme.anna.types("account add")
    welcome = many.acme.anna.showing("Add an account")
    many.acme.space.change_member("U1", home_team="T0OTHER", is_stranger=True)
    before = len(many.rows(RepRow))
    said = many.acme.anna.taps("Add an account", on=welcome)
    assert texts.REFUSALS["stranger"].en in said
    assert texts.REFUSALS["stranger"].zh in said
    assert len(many.rows(RepRow)) == before


def test_a_strangers_command_is_refused_even_where_slack_does_not_say_where_they_are_from(many: ManyCoach) -> None:
    many.install(ACME)
    many.acme.space.change_member("U1", is_stranger=True)
    assert "What I can do" not in many.acme.anna.types("help")
    assert many.rows(RepRow) == []


# --- what payloads say ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"team_id": "T1", "user_id": "U1"}, "T1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}}, "T1"),
        ({"team": None, "user": {"id": "U1", "team_id": "T2"}}, "T2"),
        ({"team": "T1"}, "T1"),
        ({"team": {"id": "T1"}, "view": {"app_installed_team_id": "T3"}}, "T3"),
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team_id": "T9", "authorizations": [{"team_id": None, "is_enterprise_install": True}]}, "T9"),
        ({"team_id": "T9", "authorizations": [{"team_id": "E1"}]}, "T9"),
        ({"team_id": "E1"}, ""),
        ({}, ""),
        ({"team": 7, "authorizations": ["odd"], "view": None}, ""),
    ],
)
def test_where_it_happens_is_read_from_whatever_slack_sends(body: dict[str, object], place: str) -> None:
    assert tenants.place(body) == place


@pytest.mark.parametrize(
    ("body", "installation"),
    [
        ({"team_id": "T1", "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}]}, "T1"),
        ({"team_id": "T1", "authorizations": [{"enterprise_id": "E1", "is_enterprise_install": True}]}, "E1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}, "E1"),
        ({"team_id": "T1", "enterprise_id": "E1"}, "T1"),
    ],
)
def test_which_installation_was_removed(body: dict[str, object], installation: str) -> None:
    assert tenants.removed(body) == installation


def test_bravo_is_not_served_because_acme_is(many: ManyCoach) -> None:
    many.install(ACME)
    assert "not installed" in many.bravo.anna.types("help")
    assert many.rows(WorkspaceRow, team_id=BRAVO) == []
