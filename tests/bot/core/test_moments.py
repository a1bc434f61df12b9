"""When a nudge is due, when it is too late, and when a visit's card and check go out."""

from datetime import date, datetime, time, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.core import moments, raising
from bot.core.cues import Occasion
from bot.core.workdays import CompanyCalendar, WorkingHours
from tests.factories import (
    BERLIN,
    CHICAGO,
    CHINA,
    MANNERS,
    NOW,
    SHANGHAI,
    WEEKDAYS,
    a_local,
    a_situation,
    a_visit,
    some_hours,
)

DUE: TypeAdapter[raising.Due] = TypeAdapter(raising.Due)
UNTIL: TypeAdapter[raising.Until] = TypeAdapter(raising.Until)


def at(instant: datetime | None, zone: ZoneInfo = BERLIN) -> str | None:
    return None if instant is None else f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M}"


def due(spec: dict[str, Any], since: str, hours: WorkingHours | None = None, **bounds: Any) -> str | None:
    hours = hours or some_hours()
    occasion = Occasion(key="k", since=a_local(since, hours.zone), **bounds)
    return at(moments.due(DUE.validate_python(spec), occasion, hours, MANNERS), hours.zone)


AT_ONCE = {"type": "at_once"}
NEXT_MORNING = {"type": "next_working_morning"}
MORNING = {"type": "working_morning"}
TWO_DAYS = {"type": "working_days", "days": 2}
NO_DAYS = {"type": "working_days", "days": 0}
TEN_DAYS = {"type": "days", "days": 10}
EVE = {"type": "visit_eve"}
SAME_DAY = {"type": "same_working_day"}
TUESDAY = {"type": "weekday", "day": "tuesday", "at": "10:00"}
FIRST_TUESDAY = {**TUESDAY, "first_of_month": True}

DUE_TABLE: list[tuple[dict[str, Any], str, str | None]] = [
    (AT_ONCE, "2026-03-04 10:00", "Wed 2026-03-04 10:00"),
    (AT_ONCE, "2026-03-04 18:00", "Wed 2026-03-04 18:00"),
    (AT_ONCE, "2026-03-04 18:01", "Thu 2026-03-05 09:00"),
    (AT_ONCE, "2026-03-04 02:00", "Wed 2026-03-04 09:00"),
    (AT_ONCE, "2026-03-06 23:00", "Mon 2026-03-09 09:00"),
    (AT_ONCE, "2026-03-28 12:00", "Mon 2026-03-30 09:00"),  # over the change to summer time
    (AT_ONCE, "2026-10-24 12:00", "Mon 2026-10-26 09:00"),
    (NEXT_MORNING, "2026-03-04 00:00", "Thu 2026-03-05 09:00"),
    (NEXT_MORNING, "2026-03-04 23:59", "Thu 2026-03-05 09:00"),
    (NEXT_MORNING, "2026-03-06 10:00", "Mon 2026-03-09 09:00"),
    (NEXT_MORNING, "2028-02-28 10:00", "Tue 2028-02-29 09:00"),
    (MORNING, "2026-03-04 00:00", "Wed 2026-03-04 09:00"),
    (MORNING, "2026-03-04 11:00", "Wed 2026-03-04 11:00"),
    (MORNING, "2026-03-04 19:00", "Thu 2026-03-05 09:00"),
    (MORNING, "2026-03-07 00:00", "Mon 2026-03-09 09:00"),
    (TWO_DAYS, "2026-03-04 16:00", "Fri 2026-03-06 09:00"),
    (TWO_DAYS, "2026-03-05 16:00", "Mon 2026-03-09 09:00"),
    (TWO_DAYS, "2026-03-07 16:00", "Tue 2026-03-10 09:00"),
    (NO_DAYS, "2026-03-04 16:00", "Wed 2026-03-04 09:00"),
    (NO_DAYS, "2026-03-07 16:00", "Mon 2026-03-09 09:00"),
    (TEN_DAYS, "2026-03-03 16:00", "Fri 2026-03-13 09:00"),
    (TEN_DAYS, "2026-03-04 16:00", "Mon 2026-03-16 09:00"),
    (TEN_DAYS, "2028-02-19 00:00", "Tue 2028-02-29 09:00"),
    (EVE, "2026-03-04 16:00", None),
    (SAME_DAY, "2026-03-04 08:00", "Wed 2026-03-04 15:00"),
    (SAME_DAY, "2026-03-04 15:00", "Wed 2026-03-04 15:00"),
    (SAME_DAY, "2026-03-04 16:30", "Wed 2026-03-04 16:30"),
    (SAME_DAY, "2026-03-04 18:30", "Thu 2026-03-05 09:00"),
    (SAME_DAY, "2026-03-07 10:00", "Mon 2026-03-09 09:00"),
    (TUESDAY, "2026-03-03 10:00", "Tue 2026-03-03 10:00"),
    (TUESDAY, "2026-03-03 10:01", "Tue 2026-03-10 10:00"),
    (TUESDAY, "2026-03-04 00:00", "Tue 2026-03-10 10:00"),
    (FIRST_TUESDAY, "2026-04-01 00:00", "Tue 2026-04-07 10:00"),
    (FIRST_TUESDAY, "2026-03-03 10:00", "Tue 2026-03-03 10:00"),
    (FIRST_TUESDAY, "2026-03-03 10:01", "Tue 2026-04-07 10:00"),
    (FIRST_TUESDAY, "2026-09-02 00:00", "Tue 2026-10-06 10:00"),  # the 8th is no first Tuesday
    (FIRST_TUESDAY, "2026-07-08 00:00", "Tue 2026-08-04 10:00"),
]


@pytest.mark.parametrize(("spec", "since", "expected"), DUE_TABLE)
def test_a_nudge_is_due(spec: dict[str, Any], since: str, expected: str | None) -> None:
    assert due(spec, since) == expected


def test_every_due_is_in_the_table() -> None:
    types = {get_args(spec.model_fields["type"].annotation)[0] for spec in get_args(get_args(raising.Due)[0])}
    assert types - {"before_due"} == {spec["type"] for spec, _, _ in DUE_TABLE}


@pytest.mark.parametrize(
    ("spec", "since", "expected"),
    [
        (NEXT_MORNING, "2026-02-13 10:00", "Sat 2026-02-14 09:00"),  # made up for
        (NEXT_MORNING, "2026-02-14 10:00", "Tue 2026-02-24 09:00"),
        (TWO_DAYS, "2026-02-13 10:00", "Tue 2026-02-24 09:00"),
        (TUESDAY, "2026-02-15 10:00", "Tue 2026-02-24 09:00"),  # the 17th is off: when work starts again
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(spec: dict[str, Any], since: str, expected: str) -> None:
    assert due(spec, since, some_hours(SHANGHAI, CHINA)) == expected


@pytest.mark.parametrize(
    ("made", "end", "expected"),
    [
        (date(2026, 3, 2), date(2026, 4, 1), "Fri 2026-03-20 09:00"),  # a third of thirty days is left on the 22nd
        (date(2026, 3, 2), date(2026, 3, 31), "Fri 2026-03-20 09:00"),  # ten of twenty-nine days: Saturday
        (date(2026, 3, 2), date(2026, 3, 6), "Wed 2026-03-04 09:00"),  # two working days before
        (date(2026, 3, 5), date(2026, 3, 9), "Thu 2026-03-05 09:00"),  # over the weekend
        (date(2026, 3, 5), date(2026, 3, 6), "Thu 2026-03-05 09:00"),  # never before it was made
        (date(2026, 3, 6), date(2026, 3, 6), "Fri 2026-03-06 09:00"),
        (date(2028, 2, 1), date(2028, 3, 2), "Mon 2028-02-21 09:00"),
    ],
)
def test_a_promise_is_warned_of_with_a_third_of_its_time_left(made: date, end: date, expected: str) -> None:
    spec = {"type": "before_due", "share_left": 0.3333, "working_days": 2}
    assert due(spec, f"{made} 00:00", start=made, end=end) == expected


def test_a_thing_without_a_date_is_not_due_before_it() -> None:
    assert due({"type": "before_due", "share_left": 0.3333, "working_days": 2}, "2026-03-04 00:00") is None


VISIT = (a_visit(a_local("2026-03-06 14:00")),)
WHOLE_DAY = (a_visit(a_local("2026-03-06 00:00"), all_day=True),)


@pytest.mark.parametrize(
    ("spec", "since", "facts", "expected"),
    [
        ({"type": "never"}, "2026-03-04 10:00", {}, None),
        ({"type": "next_contact"}, "2026-03-04 10:00", {}, None),
        ({"type": "delivery"}, "2026-03-04 10:00", {}, None),
        ({"type": "days", "days": 14}, "2026-03-04 10:00", {}, "Thu 2026-03-19 00:00"),
        ({"type": "days", "days": 0}, "2026-03-04 10:00", {}, "Thu 2026-03-05 00:00"),
        ({"type": "days", "days": 1}, "2028-02-28 10:00", {}, "Wed 2028-03-01 00:00"),
        ({"type": "working_days", "days": 5}, "2026-03-04 10:00", {}, "Thu 2026-03-12 00:00"),
        ({"type": "working_days", "days": 1}, "2026-03-06 10:00", {}, "Tue 2026-03-10 00:00"),
        ({"type": "visit"}, "2026-03-04 10:00", {}, None),
        ({"type": "visit"}, "2026-03-04 10:00", {"visits": VISIT}, "Fri 2026-03-06 14:00"),
        ({"type": "visit"}, "2026-03-04 10:00", {"visits": WHOLE_DAY}, "Fri 2026-03-06 18:00"),
        ({"type": "due_date"}, "2026-03-04 10:00", {}, None),
    ],
)
def test_a_nudge_is_too_late_from(
    spec: dict[str, Any], since: str, facts: dict[str, Any], expected: str | None
) -> None:
    occasion = Occasion(key="k", since=a_local(since))
    late = moments.until(UNTIL.validate_python(spec), occasion, a_situation(**facts), some_hours())
    assert at(late) == expected


def test_a_promise_may_still_be_raised_on_its_day() -> None:
    occasion = Occasion(key="k", since=NOW, end=date(2026, 3, 20))
    late = moments.until(UNTIL.validate_python({"type": "due_date"}), occasion, a_situation(), some_hours())
    assert at(late) == "Sat 2026-03-21 00:00"


# --- visits ---------------------------------------------------------------------------------------------------------

LONG_AGO = a_local("2026-01-01 00:00")


def card(visit: str, known: str = "2026-01-02 00:00", *, eve: bool = True, **options: Any) -> str | None:
    hours = options.pop("hours", some_hours())
    planned = a_visit(a_local(visit, hours.zone), **options)
    return at(moments.card(planned, a_local(known, hours.zone), eve, hours, MANNERS), hours.zone)


@pytest.mark.parametrize(
    ("visit", "on_eve", "in_morning"),
    [
        ("2026-03-05 14:00", "Wed 2026-03-04 17:00", "Thu 2026-03-05 09:00"),
        ("2026-03-05 09:01", "Wed 2026-03-04 17:00", "Thu 2026-03-05 09:00"),
        ("2026-03-05 09:00", "Wed 2026-03-04 17:00", "Wed 2026-03-04 17:30"),
        ("2026-03-05 07:00", "Wed 2026-03-04 17:00", "Wed 2026-03-04 17:30"),
        ("2026-03-05 21:00", "Wed 2026-03-04 17:00", "Thu 2026-03-05 09:00"),
        ("2026-03-09 10:00", "Fri 2026-03-06 17:30", "Mon 2026-03-09 09:00"),  # Sunday is no eve
        ("2026-03-07 10:00", "Fri 2026-03-06 17:00", "Fri 2026-03-06 17:30"),  # a visit on a Saturday
        ("2026-03-30 10:00", "Fri 2026-03-27 17:30", "Mon 2026-03-30 09:00"),  # summer time began between
        ("2028-03-01 10:00", "Tue 2028-02-29 17:00", "Wed 2028-03-01 09:00"),
    ],
)
def test_a_card_goes_out_on_the_eve_or_in_the_morning(visit: str, on_eve: str, in_morning: str) -> None:
    assert (card(visit), card(visit, eve=False)) == (on_eve, in_morning)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("2026-03-04 16:59", "Wed 2026-03-04 17:00"),
        ("2026-03-04 17:00", "Wed 2026-03-04 17:00"),
        ("2026-03-04 17:20", "Wed 2026-03-04 17:20"),
        ("2026-03-04 20:00", "Thu 2026-03-05 09:00"),
        ("2026-03-05 11:00", "Thu 2026-03-05 11:00"),
    ],
)
def test_a_visit_added_late_gets_its_card_at_once(known: str, expected: str) -> None:
    assert card("2026-03-05 14:00", known) == expected


def test_a_visit_before_work_that_was_added_at_night_is_told_at_once() -> None:
    assert card("2026-03-05 08:00", "2026-03-04 22:00") == "Wed 2026-03-04 22:00"


def test_a_visit_of_a_whole_day_has_its_card_on_the_eve_and_may_still_have_it_on_the_day() -> None:
    assert card("2026-03-05 00:00", all_day=True) == "Wed 2026-03-04 17:00"
    assert card("2026-03-05 00:00", all_day=True, eve=False) == "Thu 2026-03-05 09:00"
    assert card("2026-03-05 00:00", "2026-03-05 12:00", all_day=True) == "Thu 2026-03-05 12:00"


@pytest.mark.parametrize(
    ("visit", "all_day", "expected"),
    [
        ("2026-03-05 14:00", False, "Thu 2026-03-05 15:00"),
        ("2026-03-05 17:00", False, "Thu 2026-03-05 18:00"),
        ("2026-03-05 17:30", False, "Fri 2026-03-06 09:00"),
        ("2026-03-06 19:00", False, "Mon 2026-03-09 09:00"),
        ("2026-03-05 00:00", True, "Thu 2026-03-05 17:00"),
        ("2026-03-07 00:00", True, "Mon 2026-03-09 09:00"),
    ],
)
def test_the_check_comes_an_hour_after_in_working_hours(visit: str, all_day: bool, expected: str) -> None:
    assert at(moments.check(a_visit(a_local(visit), all_day=all_day), some_hours(), MANNERS)) == expected


SPANS = {
    BERLIN: (datetime(2026, 3, 20), datetime(2026, 11, 10)),  # noqa: DTZ001
    SHANGHAI: (datetime(2026, 2, 1), datetime(2026, 3, 10)),  # noqa: DTZ001
    CHICAGO: (datetime(2028, 2, 20), datetime(2028, 3, 20)),  # noqa: DTZ001
}


@st.composite
def visits(draw: st.DrawFn) -> tuple[datetime, datetime, bool, bool, WorkingHours]:
    zone = draw(st.sampled_from(sorted(SPANS, key=str)))
    begins = draw(st.datetimes(*SPANS[zone])).replace(tzinfo=zone)
    known = begins - timedelta(minutes=draw(st.integers(1, 60 * 24 * 12)))
    calendar: CompanyCalendar = CHINA if zone is SHANGHAI else WEEKDAYS
    start = draw(st.sampled_from([time(0), time(7, 30), time(9), time(13)]))
    hours = some_hours(zone, calendar, start=start, end=draw(st.sampled_from([time(13, 20), time(18), time(23, 59)])))
    return begins, known, draw(st.booleans()), draw(st.booleans()), hours


@settings(max_examples=500, deadline=None)
@given(visits())
def test_a_card_is_before_its_visit_and_inside_working_hours_when_known_in_time(
    case: tuple[datetime, datetime, bool, bool, WorkingHours],
) -> None:
    begins, known, eve, all_day, hours = case
    visit = a_visit(moments.workdays.at(begins.date(), time(0), hours.zone) if all_day else begins, all_day=all_day)
    over = moments.visit_begins(visit, hours)
    if known >= over:
        return
    card_at = moments.card(visit, known, eve, hours, MANNERS)
    assert known.astimezone(card_at.tzinfo) <= card_at < over.astimezone(card_at.tzinfo)
    if hours.next_start(known) < over:  # some working time is left before the visit
        assert hours.contains(card_at)


SPECS = st.sampled_from([AT_ONCE, NEXT_MORNING, MORNING, TWO_DAYS, TEN_DAYS, SAME_DAY, TUESDAY, FIRST_TUESDAY])


@settings(max_examples=300, deadline=None)
@given(SPECS, visits())
def test_every_due_moment_is_in_working_hours_and_not_before_its_day(
    spec: dict[str, Any], case: tuple[datetime, datetime, bool, bool, WorkingHours]
) -> None:
    since, _, _, _, hours = case
    moment = moments.due(DUE.validate_python(spec), Occasion(key="k", since=since), hours, MANNERS)
    assert moment is not None
    assert hours.contains(moment)
    assert moment.astimezone(hours.zone).date() >= since.date()
