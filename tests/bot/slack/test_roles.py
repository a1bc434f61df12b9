"""Who is whose boss, and what becomes of the accounts of somebody who leaves."""

import pytest

from storage.tables import AccountRow, NudgeRow, RepRow, RoleRow, VisitRow
from tests.bot.conftest import StartCoach
from tests.coach import Coach


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """Bob is the admin; Anna keeps two accounts, James knows the coach."""
    coach = start_coach(admins="U6")
    for person in (coach.anna, coach.bob, coach.james):
        person.types("help")
    for text in ("account add Nordhaus", "account add Alba", "visit Nordhaus tomorrow 10:00"):
        coach.anna.types(text)
    return coach


def set_manager(coach: Coach, rep: str, manager: str) -> str:
    coach.bob.types("settings roles")
    return coach.bob.fills(rep=[rep], manager=[manager])


def leaves(coach: Coach, user: str) -> None:
    coach.srv.change_member(user, deleted=True)
    coach.rest()
    coach.deliver()


def test_an_admin_says_whose_manager_is_who(coach: Coach) -> None:
    assert "Saved. Their accounts are offered to this manager" in set_manager(coach, "U1", "U3")
    row = coach.row(RoleRow)
    assert (row.rep_id, row.manager_id, row.set_by) == ("U1", "U3", "U6")


def test_others_cannot(coach: Coach) -> None:
    assert "Only an admin can set this" in coach.anna.types("settings roles")
    assert coach.anna.form == ""


def test_nobody_becomes_their_own_boss_not_even_by_a_detour(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    set_manager(coach, "U3", "U6")
    for rep, manager in (("U1", "U1"), ("U6", "U1"), ("U3", "U1")):
        assert "Nobody can be their own boss" in set_manager(coach, rep, manager)
    assert len(coach.rows(RoleRow)) == 2


def test_a_manager_can_be_taken_away_again(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    coach.bob.types("settings roles")
    assert "no manager" in coach.bob.fills(rep=["U1"])
    assert coach.row(RoleRow).manager_id is None


def test_a_leavers_nudges_stop_and_the_manager_is_offered_the_accounts(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    before = len(coach.anna.got())
    leaves(coach, "U1")
    coach.until("2026-03-05 18:00")
    assert len(coach.anna.got()) == before
    [offer] = [text for text in coach.james.dm if "has left" in text]
    assert "Anna has left. 2 accounts need somebody: Alba, Nordhaus." in offer
    assert "[Take them] [Give to…]" in offer


def test_a_leaver_who_was_imported_and_never_wrote_is_noticed_too(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    with coach.writing() as session:
        session.get_one(RepRow, ("T0PRACTICE", "U1")).profile_at = None  # as after `kam account import`
    leaves(coach, "U1")
    coach.until("2026-03-05 18:00")
    assert any("Anna has left. 2 accounts need somebody" in text for text in coach.james.dm)
    assert not coach.row(RepRow, id="U1").active


def test_of_a_leavers_accounts_those_in_trouble_are_named(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    coach.anna.types("problem Nordhaus two pumps leak")
    leaves(coach, "U1")
    coach.until("2026-03-05 18:00")
    [offer] = [text for text in coach.james.dm if "has left" in text]
    assert "A problem is open there: Nordhaus. Somebody should ring first." in offer


def test_the_manager_takes_them_with_one_tap(coach: Coach) -> None:
    set_manager(coach, "U1", "U3")
    leaves(coach, "U1")
    coach.until("2026-03-04 16:00")
    assert "Alba, Nordhaus: yours now." in coach.james.taps("Take them")
    assert {a.rep_id for a in coach.rows(AccountRow)} == {"U3"}
    assert coach.row(VisitRow).rep_id == "U3"
    coach.until("2026-03-05 18:00")
    assert any("Nordhaus · Thu 5 Mar" in text for text in coach.james.dm)


def test_the_manager_gives_them_to_somebody_who_says_yes(coach: Coach) -> None:
    set_manager(coach, "U1", "U6")
    leaves(coach, "U1")
    coach.bob.taps("Give to…")
    assert "I ask them now." in coach.bob.fills(people=["U3"])
    coach.until("2026-03-04 16:00")
    assert "Bob would like to hand you Alba, Nordhaus." in coach.james.dm[-1]
    coach.james.taps("Take it on")
    assert {a.rep_id for a in coach.rows(AccountRow)} == {"U3"}
    assert "Taken on: Alba, Nordhaus, with visits" in coach.bob.dm[-1]


def test_while_the_chosen_one_cannot_take_them_the_offer_stays_with_the_manager(coach: Coach) -> None:
    set_manager(coach, "U1", "U6")
    leaves(coach, "U1")
    coach.bob.taps("Give to…")
    coach.bob.fills(people=["U5"])
    assert any("cannot take" in text for text in coach.bob.dm)
    assert "yours now" in coach.bob.taps("Take them")


def test_without_a_manager_an_admin_is_asked(coach: Coach) -> None:
    leaves(coach, "U1")
    assert any("Anna has left" in text for text in coach.bob.dm)


def test_the_manager_of_the_portfolio_counts_where_no_admin_said_otherwise(coach: Coach) -> None:
    with coach.writing() as session:
        for account in coach.rows(AccountRow):
            session.get_one(AccountRow, account.id).manager = "U3"
    leaves(coach, "U1")
    coach.until("2026-03-04 16:00")
    assert any("Anna has left" in text for text in coach.james.dm)
    assert not any("Anna has left" in text for text in coach.bob.dm)


def test_a_manager_who_never_wrote_to_the_coach_is_asked_too(coach: Coach) -> None:
    set_manager(coach, "U1", "U2")
    leaves(coach, "U1")
    coach.until("2026-03-05 09:00")
    assert any("Anna离开了" in text for text in coach.liwei.dm)


def test_a_leaver_without_accounts_troubles_nobody(coach: Coach) -> None:
    leaves(coach, "U3")
    assert coach.rows(NudgeRow, rep_id="U6") == []
    assert coach.row(RepRow, id="U3").active is False


def test_leaving_twice_offers_once(coach: Coach) -> None:
    leaves(coach, "U1")
    leaves(coach, "U1")
    assert sum("has left" in text for text in coach.bob.dm) == 1
