"""When a nudge is due and when it is too late, from a play's spec and one occasion."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, assert_never

from bot.core import raising, workdays
from bot.core.cues import Occasion
from bot.core.manners import Manners
from bot.core.situation import Situation, Visit
from bot.core.workdays import WorkingHours

EVE = timedelta(days=3)  # the eve of a visit begins less than this before it, whatever the clocks do
LAST = datetime.max.replace(tzinfo=UTC) - EVE
READING_TIME = timedelta(minutes=30)  # before the end of work, so that a card is read and not found at the door
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


class Moment(NamedTuple):
    """When a nudge is wanted, when it is due (at work, and not before now), and when it would do nothing any more."""

    wanted: datetime
    due: datetime
    expires: datetime | None


class Moments:
    """The moments of nudges at one `now` in one rep's hours.

    With `by`, what is due later is of no interest. What was worked out is remembered: accounts by the thousand share
    their dates.
    """

    def __init__(self, now: datetime, hours: WorkingHours, manners: Manners, by: datetime | None = None) -> None:
        self.now, self.hours, self.manners, self.by = now.astimezone(UTC), hours, manners, by
        self._known: dict[tuple[int, datetime], Moment | None] = {}  # of occasions that began with a day
        self._days: dict[tuple[int, date], bool] = {}
        self._others: dict[WorkingHours, Moments] = {}
        self._first: datetime | None = None
        self._far: datetime | None = LAST if by is None else None

    def within(self, hours: WorkingHours) -> "Moments":
        """The same in other hours."""
        if hours == self.hours:
            return self
        return self._others.setdefault(hours, Moments(self.now, hours, self.manners, self.by))

    def of(self, spec: raising.NudgeSpec, occasion: Occasion, situation: Situation) -> Moment | None:
        """The moment of a nudge on an occasion; None where there is none, it is past, or too far off."""
        key = (id(spec), occasion.since)
        return self._known[key] if key in self._known else self._work_out(spec, occasion, situation)

    def may_come(self, spec: raising.NudgeSpec, day: date | None, situation: Situation) -> bool:
        """False only if there is no moment for an occasion that began with this day, or if there is none (None)."""
        if day is None:
            return False
        known = self._days.get((id(spec), day))
        if known is None:
            began = Occasion(key="", since=self.hours.at(day, time(0)))
            moment = self._known[id(spec), began.since] = self._work_out(spec, began, situation)
            known = self._days[id(spec), day] = moment is not None
        return known

    def _work_out(self, spec: raising.NudgeSpec, occasion: Occasion, situation: Situation) -> Moment | None:
        weekly = isinstance(spec.due, raising.WeekdayAt)
        expires = until(spec.until, occasion, situation, self.hours) if not weekly else None
        if expires is not None and expires <= self.now:
            return None
        wanted = due(spec.due, occasion, self.hours, self.manners)
        if wanted is None or (self.by is not None and wanted > self.by):
            return None
        if weekly:  # the weekday may be weeks off: its days of grace begin there
            expires = until(spec.until, occasion, situation, self.hours, max(occasion.since, wanted))
            if wanted < self.now:  # it keeps to its weekday even when it became known late
                wanted = due(spec.due, occasion, self.hours, self.manners, self.now) or wanted
        at = wanted if wanted >= self.now else self._soonest()
        if (expires is not None and expires <= at) or (self.by is not None and at > self.by):
            return None
        return Moment(wanted, at, expires)

    def is_far(self, visit: Visit) -> bool:
        """True if neither the card nor the check of a visit can be due within the horizon.

        The card goes out on the eve, or at the end of the last working window before that: a whole window lies between.
        """
        if self._far is None:
            self._far = self._end_of_next_window() + EVE
        return visit.at > self._far

    def _end_of_next_window(self) -> datetime:
        """The end of the first working window that begins after the horizon; beyond all time where there is none."""
        assert self.by is not None
        day = self.by.astimezone(self.hours.zone).date() + timedelta(days=1)
        try:
            begins = self.hours.next_start(self.hours.at(day, time(0)))
        except workdays.NoWorkday:
            return LAST
        return self.hours.at(begins.date(), self.hours.end)

    def _soonest(self) -> datetime:
        """The first moment at work from now on."""
        if self._first is None:
            self._first = self.hours.next_start(self.now)
        return self._first


def morning(day: date, hours: WorkingHours) -> datetime:
    """The start of work on `day`, or on the next day that is worked."""
    return hours.next_start(hours.at(day, hours.start))


def due(
    spec: raising.Due, occasion: Occasion, hours: WorkingHours, manners: Manners, since: datetime | None = None
) -> datetime | None:
    """The instant at which a nudge is due; None for one that only rides on a visit card.

    `since` is given where it counts from another instant than that at which the occasion began.
    """
    since = (since or occasion.since).astimezone(hours.zone)
    day = since.date()
    match spec:
        case raising.AtOnce():
            return hours.next_start(since)
        case raising.NextWorkingMorning():
            return morning(day + timedelta(days=1), hours)
        case raising.WorkingMorning():
            return max(morning(day, hours), hours.next_start(since))
        case raising.InWorkingDays():
            return morning(workdays.add(hours.calendar, day, spec.days), hours)
        case raising.InDays():
            return morning(day + timedelta(days=spec.days), hours)
        case raising.VisitEve():
            return None
        case raising.SameWorkingDay():
            return hours.next_start(max(since, hours.at(day, manners.afternoon_at)))
        case raising.WeekdayAt():
            return _weekday(spec, since, hours)
        case raising.BeforeDue():
            return _before_due(spec, occasion, hours)
        case _:
            assert_never(spec)


def _weekday(spec: raising.WeekdayAt, since: datetime, hours: WorkingHours) -> datetime:
    wanted = WEEKDAYS.index(spec.day)
    day = since.date()
    day += timedelta(days=(wanted - day.weekday()) % 7)
    for _ in range(10):
        if not spec.first_of_month or day.day <= 7:
            at = hours.at(day, spec.at)
            if at >= since:
                return hours.next_start(at)
        day += timedelta(days=7)
    raise AssertionError("every month has a first weekday")


def _before_due(spec: raising.BeforeDue, occasion: Occasion, hours: WorkingHours) -> datetime | None:
    if occasion.end is None:
        return None
    start = occasion.start or occasion.since.date()
    left = timedelta(days=round((occasion.end - start).days * spec.share_left))
    latest = workdays.add(hours.calendar, occasion.end, -spec.working_days)
    day = min(occasion.end - left, latest)
    if not hours.calendar.is_workday(day):
        day = workdays.previous_workday(hours.calendar, day)
    return morning(max(day, start), hours)


def until(
    spec: raising.Until, occasion: Occasion, situation: Situation, hours: WorkingHours, since: datetime | None = None
) -> datetime | None:
    """The instant past which a nudge does nothing; None where it is never too late by the clock alone.

    "Too late with the next contact" and "once delivered" are not instants: the cue itself ends then. `since` as in
    `due`.
    """
    day = (since or occasion.since).astimezone(hours.zone).date()
    match spec:
        case raising.Never() | raising.UntilDelivery() | raising.UntilContact():
            return None
        case raising.AfterDays():
            return hours.at(day + timedelta(days=spec.days + 1), time(0))
        case raising.AfterWorkingDays():
            return hours.at(workdays.add(hours.calendar, day, spec.days) + timedelta(days=1), time(0))
        case raising.UntilVisit():
            visit = situation.next_visit()
            return visit_begins(visit, hours) if visit is not None else None
        case raising.UntilDueDate():
            return hours.at(occasion.end + timedelta(days=1), time(0)) if occasion.end else None
        case _:
            assert_never(spec)


def visit_begins(visit: Visit, hours: WorkingHours) -> datetime:
    """When a visit begins; for one without an hour, the end of its working day: until then a card may help."""
    if visit.all_day:
        return hours.at(visit.at.astimezone(hours.zone).date(), hours.end)
    return visit.at


def card(visit: Visit, known_at: datetime, eve: bool, hours: WorkingHours, manners: Manners) -> datetime:
    """When the card of a visit is due: on the eve or in the morning, inside working hours, before the visit.

    Where that falls outside, it goes to the end of the last working window before. A visit that became known
    later than that gets its card at once, or when work starts if that is still before the visit.
    """
    begins = visit_begins(visit, hours)
    day = visit.at.astimezone(hours.zone).date()
    wanted = hours.at(day - timedelta(days=1), manners.eve_at) if eve else hours.at(day, hours.start)
    if not hours.contains(wanted) or wanted >= begins:
        wanted = hours.last_end_before(min(wanted, begins), spare=READING_TIME)
    if known_at <= wanted:
        return wanted.astimezone(UTC)
    start = hours.next_start(known_at)
    return (start if start < begins else known_at).astimezone(UTC)


def check(visit: Visit, hours: WorkingHours, manners: Manners) -> datetime:
    """When the check after a visit is due: an hour after it began (late afternoon for one without an hour)."""
    if visit.all_day:
        at = hours.at(visit.at.astimezone(hours.zone).date(), manners.all_day_check_at)
    else:
        at = visit.at + timedelta(minutes=manners.check_after_minutes)
    return hours.next_start(at).astimezone(UTC)
