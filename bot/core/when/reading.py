"""What a time as a rep typed it may turn out to be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Ambiguity(StrEnum):
    """Why one text has several readings."""

    DAY_OR_MONTH = "day_or_month"  # 3/4
    WHICH_WEEK = "which_week"  # "next Thursday" on a Wednesday, "Thursday" on a Thursday
    WHICH_MIDNIGHT = "which_midnight"  # "Thursday midnight"
    WEEKDAY_OR_DATE = "weekday_or_date"  # "Thursday 6 March", and the 6th is a Friday


class Unclear(StrEnum):
    """Why a text has no reading."""

    NO_TIME = "no_time"  # nothing in it is a day or a time
    NO_SUCH_DATE = "no_such_date"  # 31 April
    NO_SUCH_TIME = "no_such_time"  # 25:00
    TOO_VAGUE = "too_vague"  # "next week"
    TOO_FAR = "too_far"  # more than five years off
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in the rep's time zone; an all-day one stands at the start of its day.

    `shifted`: the clocks skip the time that was asked for, and it was moved forward by the gap.
    """

    at: datetime
    all_day: bool
    shifted: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """One reading that is not over; `rest` is the text around the time."""

    moment: Moment
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Two or three readings, the likeliest first; none is over."""

    moments: tuple[Moment, ...]
    reason: Ambiguity
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """A time that is over."""

    moment: Moment
    rest: str = ""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No time can be read; `text` is what was looked at."""

    text: str
    reason: Unclear = Unclear.NO_TIME


Reading = Understood | Choices | Past | NotUnderstood


class Unreadable(Exception):  # it is a reason on its way to a NotUnderstood, and never leaves the package
    """A time expression that no moment fits."""

    def __init__(self, reason: Unclear) -> None:
        super().__init__(reason)
        self.reason = reason
