"""The thread that delivers: it takes what is due as soon as somebody is free to post it."""

import threading
from collections.abc import Callable

from bot import metrics
from bot.clock import seconds
from bot.jobs import mishap

SHORTEST = 0.05  # seconds between two ticks


class Delivery:
    """Calls `tick` once in `every` seconds, and sooner when `wake` is set, until it is stopped.

    Whatever goes wrong in a tick is logged, and the next one comes. `lag` says how long ago one last came to its end.
    """

    def __init__(self, tick: Callable[[], object], every: float, wake: threading.Event) -> None:
        self._tick, self._every, self._wake = tick, max(SHORTEST, every), wake
        self._stopping = threading.Event()
        self._ended_at = seconds()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        self._ended_at = seconds()
        self._thread.start()

    def lag(self) -> float:
        """Seconds since a tick last came to its end, well or not at all."""
        return seconds() - self._ended_at

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with metrics.ticking("deliver"):
                    self._tick()
                self._ended_at = seconds()
            except Exception as error:  # noqa: BLE001 - the edge of a tick: the next one comes anyway
                mishap.note(error, "tick", "tick_failed", tick="deliver")
            self._stopping.wait(SHORTEST)
            self._wake.wait(self._every - SHORTEST)
            self._wake.clear()

    def stop(self, timeout: float = 1) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)
