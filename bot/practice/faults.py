"""Faults on request: what the workspace shall do wrong, on which method, how often, after how many calls."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

Kind = Literal[
    "rate_limited",
    "http_500",
    "internal_error",
    "fatal_error",
    "error",
    "timeout",
    "drop",
    "history_lag",
    "close_socket",
    "refresh_requested",
    "warning",
]
SOCKET_KINDS = ("close_socket", "refresh_requested", "warning")


@dataclass
class Fault:
    """One thing to do wrong.

    `method` is a Web API method, `response_url`, `upload`, or `*`. The first `after` calls pass, the next
    `times` fail. `stored`: it takes effect before it fails. `seconds`: how long a timeout
    holds the connection, or how far history lags behind on the workspace's clock. `error`: Slack's word for
    kind `error`.
    """

    method: str
    kind: Kind
    times: int = 1
    after: int = 0
    stored: bool = False
    retry_after: int = 30
    seconds: float = 35.0
    error: str = "internal_error"


class Faults:
    """The faults still to come, safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self.socket: Callable[[str], None] = lambda kind: None

    def add(
        self,
        method: str = "*",
        kind: Kind = "internal_error",
        *,
        times: int = 1,
        after: int = 0,
        stored: bool = False,
        retry_after: int = 30,
        seconds: float = 35.0,
        error: str = "internal_error",
    ) -> Fault:
        """A fault that is armed; a socket kind happens at once, to every connection.

        ValueError: an unknown kind.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"unknown fault: {kind}; known: {', '.join(get_args(Kind))}")
        fault = Fault(method, kind, times, after, stored, retry_after, seconds, error)
        if kind in SOCKET_KINDS:
            self.socket(kind)
        else:
            with self._lock:
                self._waiting.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """The fault this call shall suffer, counted down; None when it shall pass."""
        with self._lock:
            for fault in self._waiting:
                if fault.method not in (method, "*"):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]
