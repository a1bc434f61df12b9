"""A bad day by hand: logged from a message, said to the client, told to the boss."""

from datetime import datetime

import pytest

from bot.practice.records import Message
from storage.tables import ProblemRow
from tests.coach import BERLIN, Coach, Person

MESSAGE = "Nordhaus rang: two pumps leak since Friday, Jörg is furious & wants <someone> there"


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    return coach


def log(coach: Coach) -> str:
    """Anna logs what a colleague wrote in a channel."""
    room = coach.space.add_channel("sales", ["U1", "U6"])
    coach.srv.message("U6", MESSAGE, room.id)  # the bot is not in there: it is not told
    message = coach.space.messages(room.id)[-1]
    coach.check(coach.srv.message_shortcut("U1", "log_problem", room.id, message.ts))
    coach.rest()
    return coach.anna.form


def card(coach: Coach) -> Message:
    coach.anna.types("problem list")
    coach.anna.taps("Open")
    return coach.anna.showing("Bring the boss in")


def test_a_message_fills_the_form_in(coach: Coach) -> None:
    assert MESSAGE in log(coach)
    shown = coach.anna.fills()
    assert f"Nordhaus: {MESSAGE}" in shown
    assert coach.row(ProblemRow).text == MESSAGE


def test_what_a_colleague_wrote_about_the_client_is_not_said_to_them(coach: Coach) -> None:
    log(coach)
    said = coach.anna.fills().partition("Say: ")[2].partition("\n")[0]
    assert said.startswith('"We heard you. I am on it now')


def test_what_happened_is_said_and_a_word_each_day_is_promised_with_the_plan(coach: Coach) -> None:
    shown = coach.anna.types("problem Nordhaus two pumps leak")
    assert 'Say: "We heard you: two pumps leak. I am on it now' in shown
    coach.anna.taps("Done")
    coach.anna.taps("Done")
    told = coach.anna.taps("Done")
    assert "This is what happened: two pumps leak." in told
    assert "Until it is mended I report to you every day" in told


def test_a_line_in_another_language_is_not_mixed_into_the_sentence(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus language zh")
    shown = coach.anna.types("problem Nordhaus two pumps leak")
    assert "Say: “您说的，我们听到了。" in shown


def test_the_group_reads_whose_brief_it_is_and_by_whose_clock(coach: Coach) -> None:
    for one in (coach.bob, coach.liwei):
        one.types("help")
    coach.anna.types("problem Nordhaus two pumps leak")
    card(coach)
    coach.anna.taps("Bring the boss in")
    coach.anna.fills(people=["U6"])
    assert coach.bob.got()[-1].endswith("\nAnna asks you in.")
    coach.anna.taps("Bring the boss in")
    coach.anna.fills(people=["U2"])
    assert coach.liwei.got()[-1].endswith("\nAnna asks you in. Times are those of Europe/Berlin.")


def test_the_next_word_is_promised_as_one_says_it(coach: Coach) -> None:
    assert 'you hear from me again by eleven on Wednesday."' in coach.anna.types("problem Nordhaus two pumps leak")
    coach.clock.move_to(datetime(2026, 3, 4, 23, 20, tzinfo=BERLIN))
    shown = coach.anna.types("problem Nordhaus a third pump leaks")
    assert 'you hear from me again by midnight on Thursday."' in shown, "past midnight the day is said too"


@pytest.mark.parametrize("how", [{"is_stranger": True}, {"is_restricted": True}, {}])
def test_no_guest_and_nobody_of_the_clients_own_firm_reads_the_brief(coach: Coach, how: dict[str, bool]) -> None:
    """The list that Slack offers in a shared channel's workspace holds them too."""
    coach.space.change_member("U3", **how) if how else None
    outsider = Person(coach, "U3" if how else "U5")
    coach.anna.types("problem Nordhaus two pumps leak")
    card(coach)
    coach.anna.taps("Bring the boss in")
    said = coach.anna.fills(people=["U6", outsider.id])
    assert "is a guest, an app or from another firm" in said
    assert outsider.got() == coach.bob.got() == []
