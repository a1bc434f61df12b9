"""Work days of a company and working hours of a rep hold in every zone and on every night."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot import errors
from bot.core import workdays

PLAIN = workdays.CompanyCalendar("GB")
# The national holiday of 2026, with a make-up Saturday before and a Sunday after.
CHINA = workdays.CompanyCalendar(
    "CN",
    days_off=frozenset(date(2026, 10, day) for day in (1, 2, 5, 6, 7)),
    working_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    known_years=frozenset({2026}),
)
FRIDAY_WEEKEND = workdays.CompanyCalendar("SA", weekend=frozenset({4, 5}))
NEVER = workdays.CompanyCalendar("XX", weekend=frozenset(range(7)))

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Santiago",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
]
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2009, 1, 1), date(2030, 1, 1))
instants = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


@st.composite
def calendars(draw: st.DrawFn) -> workdays.CompanyCalendar:
    weekend = draw(st.sampled_from([{5, 6}, {4, 5}, {6}, set()]))
    off = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20))
    make_up = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=5))
    return workdays.CompanyCalendar("XX", off, make_up, frozenset({2026}), frozenset(weekend))


@st.composite
def working_hours(draw: st.DrawFn) -> workdays.WorkingHours:
    start, end = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
    days_off = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=10))
    return workdays.WorkingHours(start, end, days_off, draw(zones), draw(calendars()))


def nine_to_five(zone: str = "Europe/London", calendar: workdays.CompanyCalendar = PLAIN) -> workdays.WorkingHours:
    return workdays.WorkingHours(time(9), time(17), frozenset(), ZoneInfo(zone), calendar)


def instant(text: str, zone: str = "Europe/London") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        (PLAIN, date(2026, 3, 6), True),
        (PLAIN, date(2026, 3, 7), False),
        (FRIDAY_WEEKEND, date(2026, 3, 6), False),
        (FRIDAY_WEEKEND, date(2026, 3, 8), True),
        (CHINA, date(2026, 9, 20), True),  # a Sunday made up for
        (CHINA, date(2026, 10, 10), True),
        (CHINA, date(2026, 10, 5), False),
        (CHINA, date(2026, 10, 8), True),
    ],
)
def test_a_make_up_day_is_a_workday_and_a_holiday_is_not(
    calendar: workdays.CompanyCalendar, day: date, works: bool
) -> None:
    assert calendar.is_workday(day) is works


def test_a_year_that_is_not_published_is_not_known() -> None:
    assert CHINA.is_known(2026)
    assert not CHINA.is_known(2027)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the make-up Saturday
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
    ],
)
def test_days_are_counted_over_a_golden_week(day: date, n: int, expected: date) -> None:
    assert workdays.add(CHINA, day, n) == expected


def test_the_neighbouring_workdays_leave_the_day_out_unless_asked() -> None:
    friday, saturday, monday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)

    assert workdays.next_workday(PLAIN, friday) == monday
    assert workdays.next_workday(PLAIN, friday, inclusive=True) == friday
    assert workdays.next_workday(PLAIN, saturday, inclusive=True) == monday
    assert workdays.previous_workday(PLAIN, monday) == friday
    assert workdays.previous_workday(PLAIN, monday, inclusive=True) == monday


@given(calendar=calendars(), day=st.dates(date(2025, 12, 1), date(2026, 4, 1)), n=st.integers(-40, 40))
def test_between_undoes_add_and_add_lands_on_a_workday(calendar: workdays.CompanyCalendar, day: date, n: int) -> None:
    there = workdays.add(calendar, day, n)

    assert workdays.between(calendar, day, there) == n
    assert n == 0 or calendar.is_workday(there)


@given(calendar=calendars(), a=st.dates(date(2025, 12, 1), date(2026, 4, 1)), b=st.integers(0, 90))
def test_between_counts_every_workday_once(calendar: workdays.CompanyCalendar, a: date, b: int) -> None:
    after = [a + timedelta(n) for n in range(1, b + 1)]

    assert workdays.between(calendar, a, a + timedelta(b)) == sum(map(calendar.is_workday, after))


def test_a_calendar_without_workdays_is_refused_not_searched_for_ever() -> None:
    hours, day, moment = nine_to_five(calendar=NEVER), date(2026, 3, 4), instant("2026-03-04T10:00")
    searches: list[Callable[[], object]] = [
        lambda: workdays.next_workday(NEVER, day),
        lambda: workdays.previous_workday(NEVER, day),
        lambda: workdays.add(NEVER, day, 1),
        lambda: hours.next_start(moment),
        lambda: hours.last_end_before(moment),
        lambda: workdays.next_workday(NEVER, date.max),
        lambda: workdays.previous_workday(NEVER, date.min),
    ]

    for search in searches:
        with pytest.raises(workdays.NoWorkday, match="no work day within 400 days"):
            search()


def test_a_break_of_a_year_is_still_bridged() -> None:
    year_off = frozenset(date(2026, 1, 1) + timedelta(n) for n in range(365))
    hours = workdays.WorkingHours(time(9), time(17), year_off, ZoneInfo("Europe/London"), PLAIN)

    assert hours.next_start(instant("2026-01-01T10:00")) == instant("2027-01-01T09:00")


def test_working_hours_without_time_are_refused() -> None:
    with pytest.raises(errors.BadInput, match="hold no time"):
        workdays.WorkingHours(time(17), time(9), frozenset(), ZoneInfo("Europe/London"), PLAIN)


@pytest.mark.parametrize(
    ("at", "next_start", "last_end"),
    [
        ("2026-03-04T08:59", "2026-03-04T09:00", "2026-03-03T17:00"),
        ("2026-03-04T09:00", "2026-03-04T09:00", "2026-03-03T17:00"),
        ("2026-03-04T12:34", "2026-03-04T12:34", "2026-03-03T17:00"),
        ("2026-03-04T17:00", "2026-03-04T17:00", "2026-03-04T17:00"),
        ("2026-03-04T17:01", "2026-03-05T09:00", "2026-03-04T17:00"),
        ("2026-03-08T10:00", "2026-03-09T09:00", "2026-03-06T17:00"),
    ],
)
def test_what_falls_outside_waits_for_work_or_comes_before_its_end(at: str, next_start: str, last_end: str) -> None:
    hours = nine_to_five()

    assert hours.next_start(instant(at)) == instant(next_start)
    assert hours.last_end_before(instant(at)) == instant(last_end)


def test_some_time_before_the_end_of_work_can_be_spared_but_not_more_than_there_is() -> None:
    hours = nine_to_five()

    assert hours.last_end_before(instant("2026-03-08T10:00"), spare=timedelta(minutes=30)) == instant(
        "2026-03-06T16:30"
    )
    assert hours.last_end_before(instant("2026-03-08T10:00"), spare=timedelta(days=2)) == instant("2026-03-06T09:00")


def test_the_reps_own_day_off_wins_over_a_make_up_day() -> None:
    hours = workdays.WorkingHours(time(9), time(17), frozenset({date(2026, 10, 10)}), ZoneInfo("Asia/Shanghai"), CHINA)

    assert hours.next_start(instant("2026-10-10T10:00", "Asia/Shanghai")) == instant(
        "2026-10-12T09:00", "Asia/Shanghai"
    )


def test_a_moment_given_in_another_zone_is_answered_in_the_reps() -> None:
    start = nine_to_five("Asia/Shanghai").next_start(datetime(2026, 3, 3, 20, 0, tzinfo=UTC))

    assert start.isoformat() == "2026-03-04T09:00:00+08:00"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "at"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T03:30:00-04:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T01:30:00-04:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-04T02:40:00+11:00"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), "2026-04-24T01:00:00+03:00"),
        ("America/Santiago", date(2026, 9, 6), time(0, 15), "2026-09-06T01:15:00-03:00"),
        ("Asia/Shanghai", date(2026, 3, 8), time(2, 30), "2026-03-08T02:30:00+08:00"),
    ],
)
def test_a_skipped_time_moves_on_and_a_repeated_one_is_the_first(zone: str, day: date, clock: time, at: str) -> None:
    assert nine_to_five(zone).at(day, clock).isoformat() == at


def test_a_day_that_samoa_skipped_has_no_working_hours() -> None:
    samoa = workdays.WorkingHours(time(9), time(17), frozenset(), ZoneInfo("Pacific/Apia"), PLAIN)

    start = samoa.next_start(instant("2011-12-29T18:00", "Pacific/Apia"))

    assert start.isoformat() == "2012-01-02T09:00:00+14:00"  # Friday the 30th never was


def test_hours_whose_end_is_moved_past_midnight_still_hold_then() -> None:
    everyday = workdays.CompanyCalendar("XX", weekend=frozenset())
    hours = workdays.WorkingHours(time(9), time(23, 45), frozenset(), ZoneInfo("America/Toronto"), everyday)
    # On 30 March 1919 the clocks went from 23:30 to 00:30.
    past_midnight = instant("1919-03-31T00:40", "America/Toronto")

    assert hours.contains(past_midnight)
    assert hours.next_start(past_midnight) == past_midnight


def test_hours_that_a_clock_change_skips_from_their_start_are_left_out() -> None:
    everyday = workdays.CompanyCalendar("XX", weekend=frozenset())
    hours = workdays.WorkingHours(time(0, 1), time(1), frozenset(), ZoneInfo("America/Santiago"), everyday)

    start = hours.next_start(instant("2026-09-05T23:00", "America/Santiago"))

    assert start.isoformat() == "2026-09-07T00:01:00-03:00"  # the 6th begins at 01:00


@settings(deadline=None)
@given(hours=working_hours(), moment=instants)
def test_no_answer_lies_outside_working_hours(hours: workdays.WorkingHours, moment: datetime) -> None:
    start, end = hours.next_start(moment), hours.last_end_before(moment)

    assert end.astimezone(UTC) <= moment <= start.astimezone(UTC)
    for answer in (start, end):
        assert hours.contains(answer)
        assert hours.calendar.is_workday(answer.date())
        assert answer.date() not in hours.days_off
    assert hours.contains(moment) == (start == moment)
    assert hours.next_start(start) == start
    assert hours.last_end_before(end) == end


@settings(deadline=None)
@given(hours=working_hours(), moment=instants, later=st.timedeltas(timedelta(0), timedelta(days=10)))
def test_a_later_moment_never_has_an_earlier_answer(
    hours: workdays.WorkingHours, moment: datetime, later: timedelta
) -> None:
    first, second = hours.next_start(moment), hours.next_start(moment + later)
    assert first.astimezone(UTC) <= second.astimezone(UTC)
    first, second = hours.last_end_before(moment), hours.last_end_before(moment + later)
    assert first.astimezone(UTC) <= second.astimezone(UTC)


@settings(deadline=None)
@given(hours=working_hours(), moment=instants)
def test_away_from_clock_changes_the_wall_clock_decides(hours: workdays.WorkingHours, moment: datetime) -> None:
    local = moment.astimezone(hours.zone)
    around = {(moment + timedelta(hours=n)).astimezone(hours.zone).utcoffset() for n in range(-30, 31)}
    assume(len(around) == 1)

    works = hours.calendar.is_workday(local.date()) and local.date() not in hours.days_off
    assert hours.contains(moment) == (works and hours.start <= local.time() <= hours.end)


# Nights of clock changes, where the minute-by-minute walk has most to find.
NIGHTS = [
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/London", "2026-03-29"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Africa/Cairo", "2026-04-24"),
    ("Africa/Cairo", "2026-10-30"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Asia/Shanghai", "2026-03-08"),
]


@settings(max_examples=12, deadline=None)
@given(start=st.integers(0, 10 * 60), length=st.integers(1, 240), offset=st.integers(-8 * 60, 8 * 60))
@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_walking_minute_by_minute_finds_the_same(zone: str, day: str, start: int, length: int, offset: int) -> None:
    everyday = workdays.CompanyCalendar("XX", weekend=frozenset())
    opens, closes = time(*divmod(start, 60)), time(*divmod(start + length, 60))
    hours = workdays.WorkingHours(opens, closes, frozenset(), ZoneInfo(zone), everyday)
    moment = instant(f"{day}T03:00", zone).astimezone(UTC) + offset * MINUTE

    forward = moment
    while not hours.contains(forward):
        forward += MINUTE
    back = moment
    while not (hours.contains(back) and not hours.contains(back + timedelta(seconds=1))):
        back -= MINUTE

    assert hours.next_start(moment).astimezone(UTC) == forward
    assert hours.last_end_before(moment).astimezone(UTC) == back


@given(day=days, clock=clocks, zone=zones)
def test_a_wall_time_is_itself_or_later_by_a_gap(day: date, clock: time, zone: ZoneInfo) -> None:
    at = workdays.at(day, clock, zone)
    moved = at.replace(tzinfo=None) - datetime.combine(day, clock)

    assert timedelta(0) <= moved <= (timedelta(days=1) if str(zone) == "Pacific/Apia" else timedelta(hours=1))
    assert at.fold == 0
