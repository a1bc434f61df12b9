"""What the coach asks of a rep's time: fixed seconds for each kind of interaction. Nobody is timed.

Only what the coach began counts: what a rep asks for by a command costs nothing here. docs/howto/team.md shows the
table, and a test holds it against this one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.nudge import MONDAY_LIST, Kind

TEAM_WEEK: Final = "team_week"  # the cue of the weekly digest to a manager
WEEKS = 4
FORMS: Final = frozenset({"boss", "event", "lesson", "problem_words"})
"""Forms that a message asks for and that no other row tells of: they are counted when they are sent."""


class Asked(StrEnum):
    """A kind of interaction that the coach began."""

    CARD = "card"  # a card, a Monday list or a message on a problem, a promise or a routine point is read
    LINE = "line"  # a further visit in the same message
    CHECK = "check"  # the question after a visit is read
    QUESTION = "question"  # a question of housekeeping is read
    DIGEST = "digest"  # a manager reads the weekly digest
    TAP = "tap"  # the tap that answers a message
    REPLY = "reply"  # a tap in a dialogue that a card opened
    FORM = "form"  # a form that a message asked for is filled in


SECONDS: Final = {
    Asked.CARD: 15,
    Asked.LINE: 4,
    Asked.CHECK: 5,
    Asked.QUESTION: 10,
    Asked.DIGEST: 30,
    Asked.TAP: 2,
    Asked.REPLY: 6,
    Asked.FORM: 30,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something was asked of a rep then, `count` times."""

    kind: Asked
    day: date
    count: int = 1


def of_message(kind: Kind, cue: str, further: bool) -> Asked:
    """What a message that was sent asks for; `further` means that it came as a line of another's message."""
    if further:
        return Asked.LINE
    if cue == TEAM_WEEK:
        return Asked.DIGEST
    if cue == MONDAY_LIST:
        return Asked.CARD
    return {Kind.CHECK: Asked.CHECK, Kind.DIGEST: Asked.QUESTION}.get(kind, Asked.CARD)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_before(today: date, count: int = WEEKS) -> tuple[date, ...]:
    """The Mondays of the last whole weeks, oldest first."""
    this = monday(today)
    return tuple(this - timedelta(weeks=n) for n in range(count, 0, -1))


def seconds_by_week(moments: Iterable[Moment], mondays: Iterable[date]) -> tuple[int, ...]:
    """The seconds asked in each of these weeks; what lies outside them does not count."""
    totals = dict.fromkeys(mondays, 0)
    for moment in moments:
        week = monday(moment.day)
        if week in totals:
            totals[week] += SECONDS[moment.kind] * moment.count
    return tuple(totals.values())
