"""Connections to the HTTP server: a slow one is ended, and where there are too many, whoever kept us waiting longest.

Waitress gives a request to a thread only when all of it is there, so slow clients hold no thread. But by itself it
serves a hundred connections, takes no more, and ends none that sends a byte now and then: a hundred clients that
trickle would keep everybody out, Slack too. Here a request, once begun, is there whole within seconds, an answer is
taken within seconds, and somebody new always gets in.
"""

from time import monotonic
from typing import Any

from typing_extensions import override
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer

MOST = 400  # connections at once; each costs a file, and a little of every turn of the server's loop
PATIENCE = 10.0  # seconds for a request from its first byte on, and for taking an answer; Slack itself gives up after 3
IDLE = 120  # seconds that a connection may wait between requests; longer than most proxies keep one
LIMITS: dict[str, Any] = {
    "channel_timeout": IDLE,
    "connection_limit": 2 * MOST,  # never reached: `MOST` holds
    "asyncore_use_poll": True,  # `select` fails on files numbered above 1,023
    "max_request_header_size": 32_768,
    "inbuf_overflow": 65_536,  # bytes of a body that are kept in memory; the rest goes to a file
}
ANSWER, ANOTHER = "answer", "another"  # what a client may owe besides the rest of a request


class Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """One request. A head that nobody can read is refused; waitress itself breaks on some, and logs whose they are."""

    @override
    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a length of thousands of digits, an address that is none
            raise ParsingError("The head of the request cannot be read") from error


class Caller(HTTPChannel):  # type: ignore[misc]  # as above
    """One connection."""

    parser_class = Request

    def __init__(self, server: BaseWSGIServer, *args: Any, **more: Any) -> None:
        self._owed: object = ANOTHER
        self._since, self._has_to_go = monotonic(), False
        super().__init__(server, *args, **more)
        others = [each for each in server.active_channels.values() if each is not self and not each._has_to_go]
        waiting = [each for each in others if not each.requests]
        if len(others) >= MOST and waiting:  # it ends before the next round: now its file may still be asked about
            min(waiting, key=lambda each: each._since)._has_to_go = True

    @override
    def readable(self) -> bool:
        """True if more may be read; asked once in each round of the loop, and so the place to lose patience."""
        owed, now = self._owes(), monotonic()
        if owed is not self._owed:
            self._owed, self._since = owed, now
        is_late = owed not in (None, ANOTHER) and now - self._since > PATIENCE
        if is_late or self._has_to_go:
            self.handle_close()
            return False
        return bool(super().readable())

    @override
    def writable(self) -> bool:
        """True if the loop has something to do here: to send what no worker sends, or to close.

        A worker sends its answer itself. In the middle of that, waitress calls the connection writable; so is the
        socket, but the worker has the lock. The loop then turns and turns, and keeps the interpreter from the worker
        until it is forced off it (5 ms): with 64 questions at once, 670,000 turns where 5,000 do.
        """
        if self._fileno is None:  # what is closed is asked about once more
            return False
        at_work = self.requests and self.total_outbufs_len <= self.adj.outbuf_high_watermark  # above, a worker waits
        return bool(self.will_close or self.close_when_flushed or (self.total_outbufs_len and not at_work))

    def _owes(self) -> object:
        """What the client is to do: take its answer, send the rest of this request, or another; None while we work."""
        if self.requests:
            return None
        if self.total_outbufs_len:
            return ANSWER
        return self.request if self.request is not None else ANOTHER


def watch(sockets: dict[int, Any]) -> None:
    """Lets every listening socket of a server treat its connections so."""
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Caller
