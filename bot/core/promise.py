"""The history of a promise: every change, dated and kept."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class What(StrEnum):
    """What may happen to a promise."""

    MADE = "made"
    MOVED = "moved"  # renegotiated: another day, agreed before the old one
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `before` and `after` are the days it was and is due; `note` is why it was not kept."""

    what: What
    at: datetime
    before: date | None = None
    after: date | None = None
    note: str = ""
