"""Slack's pace: how many messages a workspace may get, and how workspaces share what is sent at once.

Slack wants at most one message a second in a conversation, and some hundreds a minute in a workspace; it does not say
how many. So each workspace has a bucket that fills at a rate of its own: slower after Slack's refusal, then faster
again while messages flow.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

CHANNEL_RESTS = timedelta(seconds=1)
GROWTH_SPAN = 60.0  # seconds
AHEAD = timedelta(minutes=1)  # more than clocks of one company differ


@dataclass(frozen=True, slots=True)
class Pace:
    """How messages may flow into one workspace: messages a second at first, at most and at least, and at once."""

    first: float = 4.0
    most: float = 8.0
    least: float = 0.5
    burst: float = 20.0
    growth: float = 1.1  # of the rate, in each minute in which messages flow


SLACK = Pace()


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a workspace may get at `filled_at`: so many messages at once, then `rate` a second."""

    tokens: float
    rate: float
    filled_at: datetime | None

    @property
    def whole(self) -> int:
        """How many messages may go now."""
        return max(0, math.floor(self.tokens))


def filled(bucket: Bucket, now: datetime, pace: Pace = SLACK) -> Bucket:
    """The bucket at `now`. One that was never used is full; one that a clock ahead of all filled begins anew."""
    if bucket.filled_at is None:
        return Bucket(pace.burst, pace.first, now)
    if bucket.filled_at > now + AHEAD:
        return Bucket(1, bucket.rate, now)
    passed = max(0.0, (now - bucket.filled_at).total_seconds())
    rate = min(pace.most, bucket.rate * pace.growth ** (min(passed, GROWTH_SPAN) / GROWTH_SPAN))
    return Bucket(min(pace.burst, bucket.tokens + passed * rate), rate, now)


def taken(bucket: Bucket, count: float, pace: Pace = SLACK) -> Bucket:
    """The bucket with so many messages out of it; answers may overdraw it, and what is queued waits longer then."""
    return replace(bucket, tokens=min(pace.burst, max(-pace.burst, bucket.tokens - count)))


def slowed(bucket: Bucket, now: datetime, pace: Pace = SLACK) -> Bucket:
    """The bucket after Slack refused a message as one too many: empty, and half as fast."""
    rate = bucket.rate if bucket.filled_at is not None else pace.first
    return Bucket(min(0.0, bucket.tokens), max(pace.least, rate / 2), now)


def shares(allowed: Mapping[str, int], limit: int) -> dict[str, int]:
    """How many of `limit` messages each workspace gets: one each in turn, in the order given, until all are given."""
    given: dict[str, int] = {}
    while limit > 0:
        open_now = [team for team, most in allowed.items() if given.get(team, 0) < most]
        if not open_now:
            break
        for team in open_now[:limit]:
            given[team] = given.get(team, 0) + 1
        limit -= len(open_now[:limit])
    return given
