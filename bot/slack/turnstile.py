"""A turnstile: few threads at work at once, the others in the order in which they came.

Python runs one thread at a time. When many compute at once, each pays for it whenever it comes back from a call to the
database: it waits for all the others (5 ms for each that does not stop by itself), and whoever holds the writer's lock
meanwhile lets everybody wait. So deliveries are worked at two at a time, one beside the one that waits for the disk.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from typing_extensions import override

PLACES = 2
PLACES_AFAR = 6  # where the database is a server: most of them wait for it
PATIENCE = 0.5  # seconds; who has a place for so long waits for something, and then another one may work meanwhile

_here = threading.local()


class Turnstile:
    """Lets `places` threads in, the next one in line when one leaves. Whoever waited `patience` seconds goes in too."""

    def __init__(self, places: int, patience: float) -> None:
        self._places, self._patience = places, patience
        self._lock, self._inside = threading.Lock(), 0
        self._line: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    def __enter__(self) -> None:
        self._come()
        _here.turnstile = self

    def __exit__(self, *_: object) -> None:
        _here.turnstile = None
        self._go()

    def _come(self) -> None:
        with self._lock:
            if self._inside < self._places and not self._line:
                self._inside += 1
                return
            turn = threading.Event()
            self._line.append(turn)
        if turn.wait(self._patience):
            return
        with self._lock:
            if not turn.is_set():
                self._line.remove(turn)
                self._inside += 1

    def _go(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._line and self._inside < self._places:
                self._inside += 1  # the place is handed over, so that nobody who comes now is quicker
                self._line.popleft().set()


@contextmanager
def aside() -> Iterator[None]:
    """Leaves the place to the next in line while this thread, if it has one, waits for somebody far away."""
    turnstile: Turnstile | None = getattr(_here, "turnstile", None)
    if turnstile is None:
        yield
        return
    turnstile.__exit__()
    try:
        yield
    finally:
        turnstile.__enter__()


class OrderlyApp(App):
    """Bolt's app, which works at deliveries in the order in which they came, a few at a time."""

    def __init__(self, *, afar: bool, **named: Any) -> None:
        self._turnstile = Turnstile(PLACES_AFAR if afar else PLACES, PATIENCE)
        super().__init__(**named)

    @override
    def dispatch(self, req: BoltRequest) -> BoltResponse:
        with self._turnstile:
            return super().dispatch(req)
