"""Outages: a database that takes nothing for a while, which is no fault of the code and passes.

The log says once that one began, and once that it is over, however many callers stumble over it meanwhile.
"""

import sqlite3
import threading

from sqlalchemy import exc

from bot.clock import seconds
from bot.log import log

AWAY, FULL, BUSY, READ_ONLY, UNWRITABLE = "away", "full", "busy", "read_only", "unwritable"
DAMAGED = "damaged"  # it does not pass by itself, and the code cannot mend it either
SETTLED = 2.0  # seconds without a failure after which it is over: one that flickers is one
SQLITE = {  # by the name of SQLite's error, or what it begins with
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": UNWRITABLE,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": AWAY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}
POSTGRESQL = {  # by SQLSTATE, or what it begins with
    "08": AWAY,
    "57P": AWAY,  # shut down, crashed, or not started yet
    "53100": FULL,
    "53": BUSY,
    "25006": READ_ONLY,
    "58": UNWRITABLE,
    "40P01": BUSY,
    "55P03": BUSY,
}
SAID = {  # what happened, and what to do next
    AWAY: ("The database does not answer.", "Check KAM_DATABASE_URL and that the server runs."),
    FULL: ("The disk of the database is full.", "Make room on it, then try again; nothing is written by half."),
    BUSY: ("The database is busy with somebody else.", "Try again in a minute; if that lasts, look for what holds it."),
    READ_ONLY: (
        "The database can only be read.",
        "Check who may write its file and folder, or that it is the primary.",
    ),
    UNWRITABLE: ("The disk of the database takes no writes.", "Check the disk (`df`, `dmesg`), then try again."),
    DAMAGED: (
        "The database file is damaged.",
        "Stop the coach, keep the file, and restore the last backup: `kam restore`.",
    ),
}


def kind(error: BaseException) -> str | None:
    """Which outage an error speaks of; None where it is a fault of the code, or has nothing to do with a database."""
    if isinstance(error, exc.TimeoutError):  # no connection of the pool came free
        return BUSY
    if not isinstance(error, exc.DBAPIError):
        return None
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _named(SQLITE, getattr(original, "sqlite_errorname", None) or "")
    state = getattr(original, "sqlstate", None)
    found = _named(POSTGRESQL, state or "")
    lost = error.connection_invalidated or (state is None and type(original).__name__ == "OperationalError")
    return found or (AWAY if lost else None)


def _named(kinds: dict[str, str], name: str) -> str | None:
    return next((found for begins, found in kinds.items() if name.startswith(begins)), None)


class Outage:
    """What a database suffers from now, as those who use it have found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kind: str | None = None
        self._began = self._last = 0.0

    @property
    def kind(self) -> str | None:
        """None while all is well."""
        return self._kind

    def failed(self, error: BaseException) -> None:
        """Takes note of what a transaction ended with."""
        found, now = kind(error), seconds()
        if found is None:
            return
        with self._lock:
            first, self._last = self._kind != found, now
            if self._kind is None:
                self._began = now
            self._kind = found
        if first:
            log.error("database_out", kind=found)

    def worked(self, *, wrote: bool) -> None:
        """Takes note of a transaction that ended well; one that only read says nothing of whether writing works."""
        with self._lock:
            now = seconds()
            if self._kind is None or now - self._last < SETTLED or not (wrote or self._kind == AWAY):
                return
            spent = now - self._began
            self._kind = None
        log.info("database_back", seconds=round(spent, 1))
