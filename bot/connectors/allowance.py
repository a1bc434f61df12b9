"""How often a service lets itself be asked, as its answers say: when to come back, and how much is left till then.

Facts: docs.github.com/rest (rate limits: `x-ratelimit-…`, 403 or 429 when nothing is left), docs.gitlab.com (rate
limits: `RateLimit-…`, 429). Both give the end of the period as seconds of the epoch; it is held against the answer's
own `Date`, so a clock of ours that is wrong does not matter.
"""

import time
from email.utils import parsedate_to_datetime

import httpx

LONGEST_WAIT = 24 * 3600.0
_NAMES = ("x-ratelimit-", "ratelimit-")


def is_spent(status: int, headers: httpx.Headers) -> bool:
    """True for an answer that is a no only because too much was asked."""
    return status == 429 or (status == 403 and ("retry-after" in headers or _left(headers) == 0))


def seconds_to_wait(headers: httpx.Headers) -> float | None:
    """How long the service wants to be left alone, in seconds and at most a day; None where it does not say.

    That is what `Retry-After` says, and where nothing is left, the time until there is again, whichever is longer.
    """
    asked = headers.get("retry-after", "").strip()
    found = [float(asked)] if asked.isascii() and asked.isdecimal() else []
    if asked and not found and (at := _date(asked)) is not None:
        found.append(max(0.0, at - _now(headers)))
    if _left(headers) == 0 and (until := _until(headers)) is not None:
        found.append(until)
    return min(max(found), LONGEST_WAIT) if found else None


def seconds_between(headers: httpx.Headers) -> float:
    """The seconds between two questions that make what is left last until there is more; 0 where nothing is said."""
    left, until = _left(headers), _until(headers)
    return min(until / max(left, 1), LONGEST_WAIT) if left is not None and until is not None else 0.0


def _left(headers: httpx.Headers) -> int | None:
    return _number(headers, "remaining")


def _until(headers: httpx.Headers) -> float | None:
    """The seconds until the period is over."""
    at = _number(headers, "reset")
    return max(0.0, at - _now(headers)) if at is not None else None


def _number(headers: httpx.Headers, what: str) -> int | None:
    for name in _NAMES:
        said = headers.get(f"{name}{what}", "").strip()
        if said.isascii() and said.isdecimal() and len(said) < 16:
            return int(said)
    return None


def _now(headers: httpx.Headers) -> float:
    at = _date(headers.get("date", ""))
    return at if at is not None else time.time()


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
