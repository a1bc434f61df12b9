"""Spreading: when more reps have something due at one moment than Slack lets through, routine nudges give way.

A rep's offset is always the same part of the window, whatever the nudge: so of one rep's nudges the most important
still comes first.
"""

import hashlib
from datetime import datetime, timedelta

from bot.core.pace import SLACK

CROWD = int(SLACK.burst)  # so many go out at once
LONGEST = timedelta(hours=2)


def window(people: int, per_second: float = SLACK.first) -> timedelta:
    """How long it takes to reach so many people; nothing where they are no crowd, two hours at most."""
    return min(LONGEST, timedelta(seconds=people / per_second)) if people > CROWD else timedelta()


def part(team_id: str, rep_id: str) -> float:
    """A rep's place in every window, from 0 to 1: it never changes and tells nothing."""
    digest = hashlib.blake2b(f"{team_id}\x1f{rep_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def moment(due: datetime, given: timedelta, place: float, day_ends: datetime, expires: datetime | None) -> datetime:
    """When a routine nudge is due instead, to the second: never after the rep's day, and never near its own end."""
    ends = [due + given, day_ends - timedelta(minutes=30)]
    if expires is not None:
        ends.append(due + (expires - due) / 2)
    room = max(timedelta(), min(ends) - due)
    return due + timedelta(seconds=int(room.total_seconds() * place))
