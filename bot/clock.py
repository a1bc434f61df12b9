"""The clock: the only reader of the time of day, and the only one that can be set for a test or a demo."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from typing_extensions import override


class Clock(Protocol):
    """Gives the present instant, aware and in UTC."""

    def now(self) -> datetime: ...

    def rest(self, span: timedelta) -> None:
        """Lets this thread wait until so much time has passed."""
        ...


def seconds() -> float:
    """Seconds of a clock that nobody sets: only the difference of two readings says something."""
    return time.monotonic()


class SystemClock(Clock):
    @override
    def now(self) -> datetime:
        return datetime.now(UTC)

    @override
    def rest(self, span: timedelta) -> None:
        time.sleep(max(0.0, span.total_seconds()))


class TestClock(Clock):
    """A clock that starts at `start`, runs `speed` times as fast as the real one (0: it stands), and can be moved on.

    It never goes back.
    """

    __test__ = False  # not a test, whatever its name

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._at, self._speed, self._since = start.astimezone(UTC), speed, time.monotonic()
        self._lock = threading.Lock()

    @override
    def now(self) -> datetime:
        with self._lock:
            return self._reading()

    @override
    def rest(self, span: timedelta) -> None:
        """On a clock that stands, or all but stands, nobody waits: whoever moves it says when time has passed."""
        if self._speed >= 1:
            time.sleep(max(0.0, span.total_seconds() / self._speed))

    def move_to(self, instant: datetime) -> None:
        """Moves on to an instant; one that is past changes nothing."""
        with self._lock:
            self._at = max(self._reading(), instant.astimezone(UTC))
            self._since = time.monotonic()

    def _reading(self) -> datetime:
        return self._at + timedelta(seconds=(time.monotonic() - self._since) * self._speed)
