"""Whoever speaks with the client about a problem is in touch with them: it counts as a contact, as a visit does."""

import pytest

from storage.tables import AccountRow, ContactLogRow
from tests.coach import Coach, Person


@pytest.fixture
def anna(coach: Coach) -> Person:
    """Anna, with a problem at Nordhaus that the client told her of."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("problem Nordhaus wrong valves came")
    return coach.anna


def contacts(coach: Coach) -> list[tuple[str, str]]:
    return [(row.by, row.source) for row in coach.rows(ContactLogRow)]


def test_each_step_with_the_client_counts_once_and_their_word_is_theirs(coach: Coach, anna: Person) -> None:
    counted = []
    for _ in range(6):  # heard, boss, plan, told, fixed, confirmed
        anna.taps("Done")
        counted.append(contacts(coach))
    ours, theirs = ("us", "problem"), ("them", "problem")
    assert counted == [[ours], [ours], [ours], [ours, ours], [ours, ours], [ours, ours, theirs]]
    row = coach.row(AccountRow)
    assert (row.last_contact, row.last_contact_by, row.one_sided_contacts) == (coach.now, "them", 0)


def test_a_second_tap_on_a_step_counts_nothing(coach: Coach, anna: Person) -> None:
    card = anna.showing("Done")
    anna.taps("Done", on=card)
    coach.check(coach.srv.click("U1", card.channel, card.ts, by_label="Done", force=True))
    coach.rest()
    assert len(contacts(coach)) <= 2
    assert len({row.at for row in coach.rows(ContactLogRow)}) <= 1


def test_what_the_client_knows_is_no_silence_two_days_later(coach: Coach, anna: Person) -> None:
    for _ in range(6):
        anna.taps("Done")
    coach.until("2026-03-07 12:00")
    assert "nobody was in touch" not in anna.types("why-not Nordhaus")
    assert not [text for text in anna.got() if "No contact" in text]
