"""Undo: for a minute after each change of an account, one tap puts everything back exactly as it was."""

from datetime import timedelta

import pytest

from bot import errors
from bot.usecases import people, undo
from bot.usecases.ports import Asker
from storage.tables import AccountRow, ContactRow, NudgeRow, ProblemRow, PromiseRow, StageChangeRow, UndoRow, VisitRow
from tests.coach import TEAM, Coach

EVERYTHING = (AccountRow, ContactRow, ProblemRow, PromiseRow, StageChangeRow, VisitRow)


@pytest.fixture
def coach(coach: Coach) -> Coach:
    anna = coach.anna
    for text in (
        "account add Nordhaus",
        "account set Nordhaus stage middle",
        "account add Nordhaus Pumps",
        "contact add Nordhaus Wang Li, purchasing, boss Zhao Min",
        "visit Nordhaus fri 10:00",
        "problem Nordhaus wrong valves came",
        "promise Nordhaus by fri: spare parts list",
    ):
        anna.types(text)
    coach.clock.move_to(coach.now + timedelta(minutes=5))
    return coach


def stored(coach: Coach) -> list[str]:
    return sorted(repr(row.model_dump()) for table in EVERYTHING for row in coach.rows(table))


def planned(coach: Coach) -> list[str]:
    return sorted(n.id for n in coach.rows(NudgeRow, state="planned"))


CHANGES = (
    "account rename Nordhaus Pumps to Southhouse",
    "account set Nordhaus stage plateau",
    "account set Nordhaus phase delivered",
    "account set Nordhaus important price, delivery",
    "account archive Nordhaus lost",
    "account merge Nordhaus into Nordhaus Pumps",
    "visit move Nordhaus fri 14:00",
    "visit cancel Nordhaus",
    "visit Nordhaus mon 9:00",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_taken_back_exactly(coach: Coach, change: str) -> None:
    before, to_come = stored(coach), planned(coach)
    answer = coach.anna.types(change)
    assert "[Undo]" in answer
    assert stored(coach) != before
    assert "Undone: all is as it was before." in coach.anna.taps("Undo")
    assert stored(coach) == before
    assert planned(coach) == to_come


def test_after_a_minute_it_is_too_late_and_nothing_happens(coach: Coach) -> None:
    coach.anna.types("account archive Nordhaus lost")
    after = stored(coach)
    coach.clock.move_to(coach.now + timedelta(seconds=61))
    assert "more than a minute ago" in coach.anna.taps("Undo")
    assert stored(coach) == after


def test_at_the_last_second_it_still_works(coach: Coach) -> None:
    coach.anna.types("account archive Nordhaus lost")
    coach.clock.move_to(coach.now + timedelta(seconds=59))
    assert "Undone" in coach.anna.taps("Undo")


def test_what_was_changed_once_more_is_left_alone(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus stage plateau")
    first = coach.anna.showing("Undo")
    coach.anna.types("account set Nordhaus stage mature")
    answer = coach.anna.taps("Undo", on=first)
    assert "Something there has changed since" in answer
    assert coach.row(AccountRow, name="Nordhaus").stage == "mature"


def test_another_change_elsewhere_does_not_stand_in_the_way(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus Pumps stage early")
    first = coach.anna.showing("Undo")
    coach.anna.types("account set Nordhaus stage mature")
    assert "Undone" in coach.anna.taps("Undo", on=first)
    assert coach.row(AccountRow, name="Nordhaus Pumps").stage is None
    assert coach.row(AccountRow, name="Nordhaus").stage == "mature"


def test_a_second_tap_undoes_nothing_more(coach: Coach) -> None:
    coach.anna.types("account archive Nordhaus lost")
    undo_id = coach.row(UndoRow).id
    coach.anna.taps("Undo")
    coach.anna.types("account archive Nordhaus won")
    base = coach.bot.base
    anna = people.known(base, Asker(TEAM, "U1"))
    assert anna is not None
    with pytest.raises(errors.Refused) as refused:
        undo.back(base, anna, undo_id, coach.now)
    assert refused.value.code == "undo_used"
    assert coach.row(AccountRow, name="Nordhaus").archived_as == "won"


def test_nobody_undoes_what_somebody_else_did(coach: Coach) -> None:
    coach.anna.types("account archive Nordhaus lost")
    first = coach.anna.showing("Undo")
    coach.bob.types("account add Alba")
    coach.srv.click("U6", first.channel, first.ts, by_label="Undo", force=True)
    coach.rest()
    assert "for somebody else" in coach.bob.got()[-1]
    assert coach.row(AccountRow, name="Nordhaus").archived_as == "lost"


def test_old_undos_are_not_hoarded(coach: Coach) -> None:
    for stage in ("early", "middle", "plateau", "mature"):
        coach.anna.types(f"account set Nordhaus stage {stage}")
        coach.clock.move_to(coach.now + timedelta(minutes=3))
    assert len(coach.rows(UndoRow)) == 1


def test_a_merged_account_is_found_by_its_old_name_and_holds_everything(coach: Coach) -> None:
    answer = coach.anna.types("account merge Nordhaus into Nordhaus Pumps")
    assert "Nordhaus is now part of Nordhaus Pumps" in answer
    shown = coach.anna.types("account show Nordhaus")
    assert "Wang Li" in shown
    assert "spare parts list" in shown
    assert "problem open" in shown
    assert "next visit" in shown
    kept = coach.row(AccountRow, name="Nordhaus Pumps")
    assert {r.account_id for r in coach.rows(VisitRow)} == {kept.id}
    assert coach.row(AccountRow, archived_as="other").name == "Nordhaus → Nordhaus Pumps"


def test_contacts_of_both_accounts_become_one_person(coach: Coach) -> None:
    coach.anna.types("contact add Nordhaus Pumps wang li, wang@pumps.example")
    coach.anna.types("account merge Nordhaus into Nordhaus Pumps")
    contact = coach.row(ContactRow)
    assert (contact.role, contact.email, contact.boss) == ("purchasing", "wang@pumps.example", "Zhao Min")


def test_an_account_cannot_be_merged_into_itself(coach: Coach) -> None:
    assert "one account already" in coach.anna.types("account merge Nordhaus into Nordhaus")
