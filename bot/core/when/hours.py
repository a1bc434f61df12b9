"""The hours that a time expression may mean."""

from dataclasses import dataclass
from datetime import time

from bot.core.when.pieces import Clock, Half, Part
from bot.core.when.reading import Unclear, Unreadable
from bot.core.when.spans import Facts

_USUAL = {
    Part.MORNING: 9,
    Part.NOON: 12,
    Part.AFTERNOON: 14,
    Part.EVENING: 18,
    Part.NIGHT: 20,
}


@dataclass(frozen=True, slots=True)
class Hour:
    """A wall time, on the day itself or that many days later."""

    clock: time
    days_on: int = 0


def find(facts: Facts) -> list[Hour]:
    """The hours that the facts may mean, none if they name none. Raises Unreadable."""
    if facts.part is Part.MIDNIGHT and (facts.clock is None or facts.clock.hour in (0, 12)):
        midnight = Hour(time()), Hour(time(), 1)
        return list(midnight) if facts.has_day else [midnight[0]]
    if facts.clock is None:
        return [_usual(facts.part)] if facts.part else []
    clock = facts.clock
    if not (0 <= clock.minute <= 59 and 0 <= clock.hour <= 24) or (clock.hour == 24 and clock.minute):
        raise Unreadable(Unclear.NO_SUCH_TIME)
    if clock.hour == 24:
        return [Hour(time(), 1)]
    hour, days_on = _hour(clock, facts.part)
    return [Hour(time(hour, clock.minute), days_on)]


def _usual(part: Part) -> Hour:
    if part not in _USUAL:
        raise Unreadable(Unclear.TOO_VAGUE)
    return Hour(time(_USUAL[part]))


def _hour(clock: Clock, part: Part | None) -> tuple[int, int]:
    """The hour from 0 to 23, and how many days later it falls."""
    if clock.half in (Half.MORNING, Half.AFTERNOON):
        return _twelve_hours(clock), 0
    if part is not None:
        return _beside(part, clock.hour)
    if clock.half is Half.UNSAID and 1 <= clock.hour <= 6:
        return clock.hour + 12, 0  # nobody visits a client at three in the morning
    return clock.hour, 0


def _twelve_hours(clock: Clock) -> int:
    afternoon = clock.half is Half.AFTERNOON
    if clock.hour > 12 or clock.hour == 0:
        if afternoon == (clock.hour == 0):
            raise Unreadable(Unclear.NO_SUCH_TIME)
        return clock.hour
    return clock.hour % 12 + (12 if afternoon else 0)


def _beside(part: Part, hour: int) -> tuple[int, int]:
    fits = {
        Part.EARLY: {12: (0, 0)} | {n: (n, 0) for n in range(7)},
        Part.MORNING: {n: (n, 0) for n in range(1, 13)},
        Part.NOON: {n: (n, 0) for n in (10, 11, 12, 13, 14)} | {1: (13, 0), 2: (14, 0)},
        Part.AFTERNOON: {n: (n % 12 + 12, 0) for n in range(1, 13)} | {n: (n, 0) for n in range(13, 20)},
        Part.EVENING: _late(4),
        Part.NIGHT: _late(6),
        Part.MIDNIGHT: {},
    }
    if hour not in fits[part]:
        raise Unreadable(Unclear.NO_SUCH_TIME)
    return fits[part][hour]


def _late(small_hours: int) -> dict[int, tuple[int, int]]:
    evening = {n: (n % 12 + 12, 0) for n in range(small_hours + 1, 12)} | {n: (n, 0) for n in range(17, 24)}
    return evening | {12: (0, 1), 0: (0, 1)} | {n: (n, 1) for n in range(1, small_hours + 1)}
