"""Slack's limits on calls: so many of one method a minute, and what is refused says how long to wait.

Slack promises no numbers above these ("50+", "several hundred a minute"), so whoever keeps to them is safe.
"""

import math
from collections import deque
from datetime import datetime, timedelta

from bot.practice.records import SlackError

MINUTE = timedelta(minutes=1)
TIER_2, TIER_3, TIER_4 = 20, 50, 100
A_MINUTE = {
    "auth.test": 600,
    "chat.postMessage": 300,
    "chat.postEphemeral": TIER_4,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "dnd.info": TIER_3,
    "dnd.teamInfo": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


class Rates:
    """The calls of the last minute, by method, on the workspace's clock."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[datetime]] = {}

    def take(self, method: str, now: datetime) -> None:
        """Counts a call. SlackError `ratelimited` where it is one too many; such a call does not count."""
        most, calls = A_MINUTE.get(method), self._calls.setdefault(method, deque())
        if most is None:
            return
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= most:
            wait = (calls[0] + MINUTE - now).total_seconds()
            raise SlackError("ratelimited", retry_after=max(1, math.ceil(wait)))
        calls.append(now)
