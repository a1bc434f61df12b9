"""Slow clients: whoever sends a byte now and then, or takes no answer, keeps nobody else out, however many they are."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from bot.slack import callers
from tests.bot.slack.test_http_edge import ask, command, signed
from tests.coach import Coach

LONG = 30.0  # seconds after which a test gives up
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
SLOW = {
    "says nothing": b"",
    "half a first line": b"POST /slack/ev",
    "headers without end": HEAD,
    "a body that is announced only": HEAD + b"Content-Length: 900000\r\n\r\n",
    "a body in pieces without end": HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n",
}


class Crowd:
    """Connections that never end a request; each sends one more byte whenever they are told to trickle."""

    def __init__(self, port: int, number: int, begin: bytes) -> None:
        self.lines = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(number)]
        for line in self.lines:
            with suppress(OSError):
                line.sendall(begin)

    def trickle(self) -> None:
        for line in self.lines:
            with suppress(OSError):
                line.sendall(b"a")

    def left(self) -> int:
        """How many of them the server still holds open."""
        return sum(not is_closed(line) for line in self.lines)


def is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(100_000) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        with suppress(OSError):
            line.setblocking(True)


MakeCrowd = Callable[[int, bytes], Crowd]


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna is known."""
    coach.anna.types("account add Nordhaus")
    return coach


@pytest.fixture
def crowd(coach: Coach) -> Iterator[MakeCrowd]:
    """Makes crowds, and sees them off."""
    with ExitStack() as stack:

        def make(number: int, begin: bytes) -> Crowd:
            made = Crowd(coach.bot.http.port, number, begin)
            for line in made.lines:
                stack.callback(line.close)
            return made

        yield make


def is_served(coach: Coach, trigger: str) -> None:
    body = command("help", trigger)
    status, said = ask(coach, body, signed(coach, body))
    assert status == 200
    assert b"What I can do" in said
    way = http.client.HTTPConnection("127.0.0.1", coach.bot.http.port, timeout=10)
    way.request("GET", "/healthz")
    assert way.getresponse().status == 200
    way.close()


@pytest.mark.parametrize("begin", SLOW.values(), ids=SLOW)
def test_many_slow_clients_keep_nobody_out(coach: Coach, crowd: MakeCrowd, begin: bytes) -> None:
    slow = crowd(130, begin)
    for turn in range(3):
        slow.trickle()
        is_served(coach, f"{turn}.1")


def test_more_slow_clients_than_are_served_at_once_keep_nobody_out(coach: Coach, crowd: MakeCrowd) -> None:
    slow = crowd(callers.MOST + 100, SLOW["headers without end"])
    slow.trickle()
    is_served(coach, "1.1")
    assert until(lambda: slow.left() < callers.MOST + 1)


def test_whoever_kept_us_waiting_longest_makes_room(crowd: MakeCrowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "MOST", 3)
    slow = crowd(4, SLOW["headers without end"])
    assert until(lambda: slow.left() == 3)
    assert is_closed(slow.lines[0])


@pytest.mark.parametrize("begin", list(SLOW.values())[1:], ids=list(SLOW)[1:])
def test_a_request_that_is_not_whole_in_time_is_ended_though_bytes_keep_coming(
    coach: Coach, crowd: MakeCrowd, monkeypatch: pytest.MonkeyPatch, begin: bytes
) -> None:
    monkeypatch.setattr(callers, "PATIENCE", 0.5)
    slow = crowd(3, begin)

    def trickled() -> bool:
        slow.trickle()
        return slow.left() == 0

    assert until(trickled)


def test_a_connection_that_sends_whole_requests_is_kept(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request begins in the piece that ends the one before it."""
    monkeypatch.setattr(callers, "PATIENCE", 0.5)
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", coach.bot.http.port), 10) as line:
        line.sendall(one[:9])
        began = time.monotonic()
        while time.monotonic() - began < 3 * callers.PATIENCE:
            line.sendall(one[9:] + one[:9])
            assert answer_on(line).startswith(b"HTTP/1.1 200")


def test_an_answer_that_nobody_takes_is_dropped(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "PATIENCE", 0.5)
    asked = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.settimeout(LONG)
        line.connect(("127.0.0.1", coach.bot.http.port))
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            line.sendall(asked * 1_000)
    is_served(coach, "1.1")


def test_what_is_being_worked_on_is_not_ended(coach: Coach, crowd: MakeCrowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its work takes longer than a client's patience may, and newcomers press in."""
    monkeypatch.setattr(callers, "PATIENCE", 0.1)
    monkeypatch.setattr(callers, "MOST", 2)
    held = threading.Event()

    def slowly(environ: dict[str, object], start: Callable[..., object]) -> list[bytes]:
        assert held.wait(LONG)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    monkeypatch.setitem(coach.bot.http._pages, "/slow", slowly)  # type: ignore[index]
    with socket.create_connection(("127.0.0.1", coach.bot.http.port), LONG) as line:
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        slow = crowd(10, SLOW["headers without end"])
        assert until(lambda: slow.left() == 0)
        held.set()
        assert answer_on(line, b"done")


def answer_on(line: socket.socket, end: bytes = b"}") -> bytes:
    said = b""
    while not said.endswith(end):
        piece = line.recv(1_000)
        assert piece, "the connection was ended"
        said += piece
    return said


def until(holds: Callable[[], bool]) -> bool:
    """True as soon as something holds, False if it never does."""
    ends = time.monotonic() + LONG
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.02)
    return False
