"""Slack's wish to wait is kept by every call, and by every process that shares the database."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.clock import TestClock
from bot.core.message import plain
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.slack.messenger import SlackMessenger
from bot.slack.paced import PacedClient, Paces, PausedError
from bot.usecases.ports import NotPosted, Posted
from storage import paces, reps
from storage.session import Database
from tests.coach import START

SECOND = timedelta(seconds=1)


class Office:
    """A workspace and two processes that post into it."""

    def __init__(self, srv: Server, database: Database, clock: TestClock) -> None:
        self.srv, self.space, self.clock = srv, srv.space, clock
        self.way = WebClient(srv.bot_token, base_url=srv.api_url, retry_handlers=[])
        self.known = [Paces(database, clock), Paces(Database(database.url.render_as_string(False)), clock)]
        self.one, self.two = (SlackMessenger(lambda _: self.way, clock, known=known) for known in self.known)

    def later(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))

    def client(self, patience: timedelta = timedelta()) -> PacedClient:
        return PacedClient(self.way, "T1", self.known[1], patience)


@pytest.fixture
def office(sqlite: Database):  # type: ignore[no-untyped-def]
    clock = TestClock(START, 0)
    with Server(Workspace(clock.now, [Member("U1", "Anna")], team_id="T1")) as srv:
        yield Office(srv, sqlite, clock)


def test_a_refused_post_pauses_posts_in_that_workspace_for_all_processes(office: Office) -> None:
    office.space.faults.add("chat.postMessage", "rate_limited", retry_after=90)
    until = office.clock.now() + 90 * SECOND
    assert office.one.post("T1", "U1", plain("hi"), "n1") == NotPosted("ratelimited", until, team_wide=True)
    assert office.two.post("T1", "U1", plain("hi"), "n2") == NotPosted("ratelimited", until, team_wide=True)
    assert len(office.space.calls("chat.postMessage")) == 0  # the second did not even ask
    assert isinstance(office.two.post("T2", "U1", plain("hi"), "n2"), Posted)
    office.later(90)
    assert isinstance(office.two.post("T1", "U1", plain("hi"), "n2"), Posted)


def test_a_method_that_is_paused_stops_no_other(office: Office) -> None:
    office.space.faults.add("conversations.history", "rate_limited", retry_after=60)
    channel = office.space.dm_channel("U1").id
    assert str(office.one.find("T1", channel, "n1", START)) == "Unreadable(error='ratelimited')"
    asked = len(office.space.log)
    assert str(office.two.find("T1", channel, "n1", START)) == "Unreadable(error='ratelimited')"
    assert len(office.space.log) == asked
    assert isinstance(office.two.post("T1", "U1", plain("hi"), "n1"), Posted)


def test_a_client_says_until_when_it_must_not_ask_or_waits_if_that_is_soon(office: Office) -> None:
    office.known[0].pause("T1", "views.publish", 5 * SECOND)
    with pytest.raises(PausedError) as refused:
        office.client().api_call("views.publish")
    assert refused.value.until == office.clock.now() + 5 * SECOND
    rested: list[timedelta] = []
    office.clock.rest = rested.append  # type: ignore[method-assign]
    view = {"type": "home", "blocks": []}
    assert office.client(5 * SECOND).api_call("views.publish", json={"user_id": "U1", "view": view})["ok"]
    assert rested == [5 * SECOND]


def test_an_answer_counts_and_lets_the_conversation_rest(office: Office, sqlite: Database) -> None:
    rested: list[timedelta] = []
    office.clock.rest = rested.append  # type: ignore[method-assign]
    with sqlite.write() as session:
        reps.save(session, "T1", "U1")
    office.known[0].reserve("T1", "U1")
    office.known[1].reserve("T1", "U1")
    assert rested == [timedelta(), SECOND]
    with sqlite.read() as session:
        assert paces.resting(session, "T1", office.clock.now()) == {"U1"}
