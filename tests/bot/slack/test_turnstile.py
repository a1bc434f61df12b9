"""The turnstile: who comes first works first, few at a time, and who waits for somebody far away holds up nobody."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from slack_sdk import WebClient

from bot.core.message import Reply
from bot.settings import Mode
from bot.slack import turnstile
from bot.slack.commands import router
from bot.slack.commands.base import Act
from bot.slack.paced import PacedClient, Paces
from bot.slack.turnstile import Turnstile
from tests.bot.conftest import StartCoach
from tests.coach import Coach

FOR_EVER = 60


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        threading.Event().wait(0.001)


@contextmanager
def ended(threads: list[threading.Thread]) -> Iterator[None]:
    """All of them have ended afterwards."""
    yield
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def come(line: Turnstile, work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        with line:
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_comes_first_works_first() -> None:
    line, order, threads = Turnstile(1, FOR_EVER), list[int](), list[threading.Thread]()
    with ended(threads), line:
        for number in range(9):
            threads.append(come(line, lambda n=number: order.append(n)))  # type: ignore[misc]
            wait_for(lambda n=number: line.waiting == n + 1)  # type: ignore[misc]
    assert order == list(range(9))


def test_who_comes_as_a_place_is_left_is_no_quicker_than_who_waits() -> None:
    line, order, threads = Turnstile(1, FOR_EVER), list[str](), list[threading.Thread]()
    with ended(threads):
        with line:
            threads.append(come(line, lambda: order.append("waited")))
            wait_for(lambda: line.waiting == 1)
        with line:
            order.append("came late")
    assert order == ["waited", "came late"]


def test_who_has_waited_long_goes_in_although_all_places_are_taken() -> None:
    line, order, threads = Turnstile(1, 0.01), list[str](), list[threading.Thread]()
    with line:
        with ended(threads):
            threads.append(come(line, lambda: order.append("went in")))
        assert order == ["went in"]
    assert line.waiting == 0


def test_more_than_the_places_never_work_at_once() -> None:
    line, inside, most = Turnstile(2, FOR_EVER), list[int](), 0

    def work() -> None:
        nonlocal most
        inside.append(1)
        most = max(most, len(inside))
        threading.Event().wait(0.001)
        inside.pop()

    threads = [come(line, work) for _ in range(12)]
    with ended(threads):
        pass
    assert most == 2


def test_a_call_to_slack_leaves_the_place_to_the_next(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    line, threads = Turnstile(1, FOR_EVER), list[threading.Thread]()
    client = PacedClient(WebClient("xoxb-1"), "T1", Paces(coach.bot.base.database, coach.clock))

    def slack(*_: object, **__: object) -> None:
        with ended(threads):
            threads.append(come(line, lambda: None))

    monkeypatch.setattr(WebClient, "api_call", slack)
    with line:
        client.api_call("views.open")
        last = come(line, lambda: None)
        wait_for(lambda: line.waiting == 1)  # it has its place again
    last.join(20)
    assert len(threads) == 1


@pytest.mark.parametrize("mode", Mode)
def test_two_deliveries_are_worked_at_at_a_time(
    start_coach: StartCoach, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    monkeypatch.setattr(turnstile, "PATIENCE", FOR_EVER)
    coach, run, inside, most = start_coach(mode), router.run, list[int](), list[int]()
    coach.anna.types("advice")

    def watched(act: Act) -> Reply:
        inside.append(1)
        most.append(len(inside))
        if len(most) <= 2:  # until all others stand in line
            wait_for(lambda: len(most) > 2 or turnstile._here.turnstile.waiting == 4)
        try:
            return run(act)
        finally:
            inside.pop()

    monkeypatch.setattr(router, "run", watched)
    acked: list[bool] = []
    threads = [threading.Thread(target=lambda: acked.append(coach.srv.slash("U1", "advice").acked)) for _ in range(6)]
    for thread in threads:
        thread.start()
    with ended(threads):
        pass
    assert acked == [True] * 6
    assert max(most) == 2
