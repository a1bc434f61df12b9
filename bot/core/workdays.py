"""Work days of a company and working hours of a rep.

Comparisons are made in UTC: Python compares two times of one zone by their wall clocks, which is wrong in the hour
that a clock change repeats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import errors

LONGEST_BREAK = 400  # days searched for a work day before giving up
_DAY = timedelta(days=1)


class NoWorkday(errors.Refused):
    """No work day lies within 400 days: the calendar or the rep's days off leave none."""

    code = "no_workday"


@dataclass(frozen=True, slots=True)
class CompanyCalendar:
    """The days a company works; make-up days win over days off, both win over the weekend (Monday is 0)."""

    country: str
    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    weekend: frozenset[int] = frozenset({5, 6})

    def is_workday(self, day: date) -> bool:
        """Whether the company works on this day; in a year that is not known, as far as its days are known."""
        if day in self.working_days:
            return True
        return day not in self.days_off and day.weekday() not in self.weekend

    def is_known(self, year: int) -> bool:
        """Whether the days off and make-up days of this year are published."""
        return year in self.known_years


def next_workday(calendar: CompanyCalendar, day: date, *, inclusive: bool = False) -> date:
    """The first work day after `day` (or `day` itself, if inclusive). Raises NoWorkday."""
    return _first_workday(calendar, day, 1, inclusive)


def previous_workday(calendar: CompanyCalendar, day: date, *, inclusive: bool = False) -> date:
    """The last work day before `day` (or `day` itself, if inclusive). Raises NoWorkday."""
    return _first_workday(calendar, day, -1, inclusive)


def add(calendar: CompanyCalendar, day: date, n: int) -> date:
    """The day `n` working days after `day`, or before it if `n` is negative; `day` itself for 0. Raises NoWorkday."""
    for _ in range(abs(n)):
        day = _first_workday(calendar, day, 1 if n > 0 else -1, inclusive=False)
    return day


def between(calendar: CompanyCalendar, a: date, b: date) -> int:
    """The working days from `a` to `b`, `a` not counted, negative if `b` is earlier.

    It undoes `add`: `between(calendar, a, add(calendar, a, n)) == n`.
    """
    step = 1 if b >= a else -1
    days = (date.fromordinal(n) for n in range(a.toordinal() + step, b.toordinal() + step, step))
    return step * sum(calendar.is_workday(day) for day in days)


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which a zone's clocks show `clock` on `day`.

    A time that a clock change skips is moved forward by the gap; of one that comes twice, the first counts.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).astimezone(zone)


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone lives through this day: a zone that crosses the date line can skip one (Samoa, 2011-12-30)."""
    return at(day, time(12), zone).date() == day


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a rep may be written to: from `start` to `end`, both included, on work days that are not the rep's own.

    Returned times are aware and in the rep's zone. A value remembers the days that it was asked about: planning asks
    of thousands of accounts about the same few weeks.
    """

    start: time
    end: time
    days_off: frozenset[date]
    zone: ZoneInfo
    calendar: CompanyCalendar
    _windows: dict[date, tuple[datetime, datetime] | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _starts: dict[date, datetime] = field(default_factory=dict, init=False, repr=False, compare=False)
    _instants: dict[tuple[date, time], datetime] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise errors.BadInput(
                f"working hours from {self.start:%H:%M} to {self.end:%H:%M} hold no time",
                repair="give a start that is earlier than the end",
                code="working_hours_empty",
            )

    def at(self, day: date, clock: time) -> datetime:
        """The instant of this wall time: past a gap if it is skipped, the first one if it comes twice."""
        known = self._instants.get((day, clock))
        if known is None:
            known = self._instants[day, clock] = at(day, clock, self.zone)
        return known

    def contains(self, instant: datetime) -> bool:
        """Whether the rep is at work then."""
        moment = instant.astimezone(UTC)
        return any(start <= moment <= end for start, end in self._windows_around(moment))

    def next_start(self, instant: datetime) -> datetime:
        """The instant itself if the rep is at work then, else the next start of work. Raises NoWorkday."""
        moment = instant.astimezone(UTC)
        today = self._local_date(moment)
        for day in (today - _DAY, today):  # yesterday: see _windows_around
            window = self._window(day)
            if window and moment <= window[1]:
                return self.at(day, self.start) if moment <= window[0] else moment.astimezone(self.zone)
        known = self._starts.get(today)
        if known is None:
            known = self._starts[today] = self._first_start_after(today)
        return known

    def _first_start_after(self, today: date) -> datetime:
        for day in _days(today + _DAY, 1):
            if self._window(day):
                return self.at(day, self.start)
        raise _no_workday(today)

    def last_end_before(self, instant: datetime, *, spare: timedelta = timedelta(0)) -> datetime:
        """The latest end of work that is not after `instant`. Raises NoWorkday.

        `spare` takes that much off the end, though not beyond the start: time for a message to go out in.
        """
        moment = instant.astimezone(UTC)
        for day in _days(self._local_date(moment) + _DAY, -1):
            window = self._window(day)
            if window and window[1] <= moment:
                return max(window[0], window[1] - spare).astimezone(self.zone)
        raise self._no_workday(instant)

    def _windows_around(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        # A clock set back over midnight shows yesterday's date again, so the neighbours are asked too.
        today = self._local_date(moment)
        for day in (today - _DAY, today, today + _DAY):
            window = self._window(day)
            if window:
                yield window

    def _window(self, day: date) -> tuple[datetime, datetime] | None:
        """The working time of a day in UTC; None where there is none."""
        try:
            return self._windows[day]
        except KeyError:
            return self._windows.setdefault(day, self._new_window(day))

    def _new_window(self, day: date) -> tuple[datetime, datetime] | None:
        if day in self.days_off or not self.calendar.is_workday(day) or not exists(day, self.zone):
            return None
        start, end = (self.at(day, clock).astimezone(UTC) for clock in (self.start, self.end))
        # If the clocks skip the start and not the end, the start may move past it: no work is left that day.
        return (start, end) if start <= end else None

    def _local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _no_workday(self, instant: datetime) -> NoWorkday:
        return _no_workday(self._local_date(instant))


def _first_workday(calendar: CompanyCalendar, day: date, step: int, inclusive: bool) -> date:
    for candidate in _days(day, step):
        if (inclusive or candidate != day) and calendar.is_workday(candidate):
            return candidate
    raise _no_workday(day)


def _days(day: date, step: int) -> Iterator[date]:
    first = day.toordinal()
    for n in range(first, first + step * (LONGEST_BREAK + 1), step):
        if date.min.toordinal() < n < date.max.toordinal():
            yield date.fromordinal(n)


def _no_workday(day: date) -> NoWorkday:
    return NoWorkday(
        f"no work day within {LONGEST_BREAK} days of {day.isoformat()}",
        repair="check the company calendar and the rep's days off",
        params={"day": day.isoformat()},
    )
