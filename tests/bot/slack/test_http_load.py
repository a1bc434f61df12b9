"""The HTTP server under load: its loop sleeps while workers send, what is large arrives, what has come is answered."""

import http.client
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typing_extensions import override
from waitress import wasyncore
from waitress.channel import HTTPChannel

from bot.slack.callers import Caller
from bot.slack.http import Environ, HttpServer, Page, Start

ROUNDS = 20
A_ROUND = 12  # turns of the loop that one request costs, generously
PIECE = b"x" * 1_000_000


@contextmanager
def serving(page: Page) -> Iterator[int]:
    """The port of a server that shows a page at /page."""
    server = HttpServer("127.0.0.1", 0, lambda: {"database": True}, pages={"/page": page})
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def fetch(port: int, path: str) -> bytes:
    way = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        way.request("GET", path)
        return way.getresponse().read()
    finally:
        way.close()


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the server's loop has turned since now."""
    turns, turn = 0, wasyncore.poll2

    def count(*given: object) -> None:
        nonlocal turns
        turns += 1
        turn(*given)

    monkeypatch.setattr(wasyncore, "poll2", count)
    return lambda: turns


def test_the_loop_sleeps_while_a_worker_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    send, sending, go_on = HTTPChannel.send, threading.Event(), threading.Event()

    def slow(channel: HTTPChannel, data: bytes, do_close: bool = True) -> int:
        if b"slow" in data:
            sending.set()
            assert go_on.wait(20)
        return int(send(channel, data, do_close))

    monkeypatch.setattr(HTTPChannel, "send", slow)
    turns = counted(monkeypatch)
    answers: list[bytes] = []
    with serving(page([b"slow"])) as port:
        asker = threading.Thread(target=lambda: answers.append(fetch(port, "/page")))
        asker.start()
        assert sending.wait(20)
        before = turns()
        for _ in range(ROUNDS):
            fetch(port, "/healthz")
        assert turns() - before < ROUNDS * A_ROUND
        go_on.set()
        asker.join(20)
    assert answers == [b"slow"]


def test_an_answer_larger_than_what_may_wait_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    start, waits = Caller.__init__, threading.Event()

    class Watched(threading.Condition):
        @override
        def wait(self, timeout: float | None = None) -> bool:
            waits.set()  # from here on the worker needs the loop
            return super().wait(timeout)

    def begin(channel: Caller, *given: Any, **named: Any) -> None:
        start(channel, *given, **named)
        channel.outbuf_lock = Watched()

    monkeypatch.setattr(Caller, "__init__", begin)
    with serving(page([PIECE] * 40)) as port:
        way = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        way.request("GET", "/page")
        assert waits.wait(20)
        assert way.getresponse().read() == PIECE * 40
        way.close()


def test_what_has_come_is_answered_before_the_server_stops() -> None:
    begun, go_on, answers = threading.Semaphore(0), threading.Event(), list[bytes]()

    def show(_environ: Environ, start: Start) -> Iterable[bytes]:
        begun.release()
        assert go_on.wait(20)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = HttpServer("127.0.0.1", 0, lambda: {"database": True}, threads=2, pages={"/page": show})
    server.start()
    askers = [threading.Thread(target=lambda: answers.append(fetch(server.port, "/page"))) for _ in range(6)]
    for asker in askers:
        asker.start()
    assert begun.acquire(timeout=20)
    assert begun.acquire(timeout=20)
    listening, workers = server._server, server._server.task_dispatcher
    wait_for(lambda: len(workers.queue) == 4)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    wait_for(lambda: bool(workers.stop_count) or not listening.accepting)
    go_on.set()
    for thread in (*askers, stopping):
        thread.join(20)
    assert answers == [b"ok"] * 6


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        threading.Event().wait(0.001)


def page(pieces: list[bytes]) -> Page:
    def show(_environ: Environ, start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(sum(map(len, pieces))))])
        return iter(pieces)

    return show
