"""What Slack delivers: twice, late, in any order; each is acted on once and acknowledged in time."""

import pytest

from storage.tables import AccountRow, ContactLogRow, NudgeRow, RepRow, VisitRow
from tests.coach import Coach


def test_the_same_command_delivered_twice_acts_once(either: Coach) -> None:
    either.anna.types()
    once = either.srv.slash("U1", "account add Nordhaus")
    again = either.check(either.srv.redeliver(once))
    either.rest()
    assert len(either.rows(AccountRow)) == 1
    assert not again.body


def test_the_first_command_of_all_delivered_twice_acts_once(coach: Coach) -> None:
    once = coach.srv.slash("U1", "account add Nordhaus")
    coach.check(coach.srv.redeliver(once))
    coach.rest()
    assert len(coach.rows(AccountRow)) == 1
    assert sum("Hello" in text for text in coach.anna.got()) == 1


def test_the_same_form_delivered_twice_acts_once(coach: Coach) -> None:
    coach.anna.types("account add")
    view = coach.space.modal("U1")
    assert view is not None
    coach.srv.fill("U1", view.id, {"name": {"value": {"type": "plain_text_input", "value": "Nordhaus"}}})
    once = coach.check(coach.srv.submit("U1", view.id))
    coach.check(coach.srv.redeliver(once))
    coach.rest()
    assert len(coach.rows(AccountRow)) == 1


def test_an_event_that_slack_retries_is_answered_once(either: Coach) -> None:
    either.anna.types()
    event = either.srv.message("U1", "help")
    for _ in range(3):
        either.check(either.srv.redeliver(event))
    either.rest()
    assert sum(text.startswith("What I can do") for text in either.anna.got()[2:]) == 1


def test_a_retry_that_comes_after_a_restart_is_passed_over(coach: Coach) -> None:
    coach.anna.types()
    event = coach.srv.message("U1", "help")
    coach.rest()
    before = len(coach.anna.got())
    coach.restart()
    coach.check(coach.srv.redeliver(event))
    coach.rest()
    assert len(coach.anna.got()) == before


def test_two_messages_are_both_answered_even_if_they_say_the_same(coach: Coach) -> None:
    coach.anna.types()
    before = len(coach.anna.got())
    coach.anna.writes("help")
    coach.anna.writes("help")
    assert len(coach.anna.got()) == before + 2


def test_events_in_any_order_leave_the_same_rep(coach: Coach) -> None:
    for act in ("change", "home", "words", "command"):
        match act:
            case "change":
                coach.srv.change_member("U1", tz="Europe/Paris")
            case "home":
                coach.srv.open_home("U1", "home")
            case "words":
                coach.srv.message("U1", "hello")
            case _:
                coach.srv.slash("U1", "help")
    coach.rest()
    assert coach.row(RepRow).zone == "Europe/Paris"
    assert sum("Hello, I coach" in text for text in coach.anna.got()) == 1


def test_what_other_bots_write_and_what_is_edited_is_none_of_its_business(coach: Coach) -> None:
    coach.anna.types()
    before = len(coach.anna.got())
    channel = coach.space.dm_channel("U1").id
    shared = {"channel": channel, "channel_type": "im", "text": "help", "ts": "1.000001"}
    for more in (
        {"bot_id": "B9", "user": "U1"},
        {"subtype": "message_changed", "message": {"user": "U1", "text": "help"}},
        {"subtype": "message_deleted"},
        {"user": "U1", "channel_type": "channel"},
        {},
    ):
        coach.check(coach.srv.event("message", {**shared, **more}))
    coach.rest()
    assert len(coach.anna.got()) == before


def test_events_without_a_body_do_no_harm(coach: Coach) -> None:
    for kind in ("message", "app_home_opened", "user_change"):
        coach.check(coach.srv.event(kind, {}))
    coach.rest()
    assert "What I can do" in coach.anna.types()


def test_a_lost_socket_is_opened_again_and_nothing_is_lost(over_socket: Coach) -> None:
    coach = over_socket
    coach.anna.types()
    coach.srv.disconnect("refresh_requested")
    assert coach.srv.wait_connected(45)  # the client looks after its sockets every ten seconds
    assert "Nordhaus is in." in coach.anna.types("account add Nordhaus")


def test_its_own_posts_come_back_and_are_not_answered(either: Coach) -> None:
    either.space.echo_own_messages = True
    either.anna.types("account add Nordhaus")
    either.anna.types("visit Nordhaus today 14:00")
    either.deliver()
    either.rest()
    assert len([m for m in either.anna.messages if m.metadata]) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "views.open", "response_url"])
def test_slack_failing_on_an_answer_hurts_nothing_that_was_asked(coach: Coach, method: str) -> None:
    coach.anna.types("account add Nordhaus")
    coach.space.faults.add(method, "http_500", times=1)
    coach.anna.writes("help")
    coach.anna.types("account add")
    coach.anna.types("contact log Nordhaus")
    coach.space.faults.clear()
    assert len(coach.rows(ContactLogRow)) == 1
    assert "What I can do" in coach.anna.types()


def test_a_form_that_slack_does_not_open_is_said(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    coach.space.faults.add("views.open", "http_500", times=2)
    assert "Please try again." in coach.anna.types("account add")
    assert "Please try again." in coach.anna.taps("Change the account")


def test_a_visit_is_planned_once_by_two_commands_at_the_same_time(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    for _ in range(2):
        coach.srv.slash("U1", "visit Nordhaus thu 10:00")
    coach.rest()
    assert len(coach.rows(VisitRow)) == 1
    assert len(coach.rows(NudgeRow, kind="visit_card")) == 1
