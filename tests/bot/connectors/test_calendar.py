"""Calendar feeds as calendars write them, and as nobody should."""

import itertools
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.timezone import tzp

from bot.connectors import calendar
from bot.connectors.calendar import CalendarError, Event, Feed

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
FILES = sorted((Path(__file__).parent / "ics").glob("*.ics"))


def read(data: bytes, start: str = "2026-11-09", stop: str = "2026-12-09", zone: ZoneInfo = BERLIN) -> Feed:
    return calendar.read(
        data,
        window_from=datetime.fromisoformat(start).replace(tzinfo=zone),
        window_to=datetime.fromisoformat(stop).replace(tzinfo=zone),
        default_zone=zone,
    )


def export(name: str, **window: str) -> Feed:
    return read((Path(__file__).parent / "ics" / f"{name}.ics").read_bytes(), **window)


def made(*events: str, head: str = "") -> bytes:
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n".encode()


def one(event: str, **window: str) -> Event:
    feed = read(made(event), **window)
    assert feed.broken == ()
    (only,) = feed.events
    return only


def starts(feed: Feed) -> list[str]:
    return [f"{event.at:%m-%d %H:%M}" for event in feed.events]


def reason(event: str, head: str = "") -> str:
    feed = read(made(event, head=head))
    assert feed.events == ()
    return feed.broken[0].code


# What the big calendars write


def test_google_series_moves_and_drops_single_times_and_keeps_their_old_keys() -> None:
    weekly = [event for event in export("google").events if event.uid == "4kq1weekly@google.com"]

    assert [(event.recurrence_id, f"{event.at:%m-%d %H:%M}", event.cancelled) for event in weekly] == [
        ("20261116T090000Z", "11-17 14:30", False),
        ("20261123T090000Z", "11-23 10:00", True),
        ("20261130T090000Z", "11-30 10:00", False),
    ]
    assert weekly[2].summary == "Acme weekly: delivery, effect"
    assert weekly[2].location == "Acme HQ, Tor 3"
    assert weekly[2].attendees == ("eva.berg@acme.example",)
    assert weekly[2].organizer == "ann@ours.example"
    assert weekly[2].sequence == 2
    assert "would have to see it?" in weekly[2].description


def test_google_series_stays_at_its_clock_time_over_the_change_of_the_clocks() -> None:
    weekly = export("google", start="2026-10-12", stop="2026-11-09").events

    assert [event.at.isoformat() for event in weekly[1:3]] == ["2026-10-19T10:00:00+02:00", "2026-10-26T10:00:00+01:00"]


def test_google_whole_days_and_utc_times() -> None:
    fair, call = (event for event in export("google").events if event.uid in ("fair@google.com", "utc@google.com"))

    assert (fair.all_day, fair.transparent, f"{fair.at:%m-%d %H:%M}", f"{fair.end:%m-%d %H:%M}") == (
        True,
        True,
        "11-18 00:00",
        "11-20 00:00",
    )
    assert (call.at.isoformat(), call.recurrence_id, call.transparent) == ("2026-11-19T09:30:00+01:00", None, False)


def test_outlook_windows_zones_and_own_zone_rules() -> None:
    feed = export("outlook")
    review, monthly = feed.events

    assert review.at == datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
    assert review.summary == "拜访华信集团：季度回顾"
    assert review.organizer == "li.na@ours.example"
    assert monthly.at == datetime(2026, 12, 7, 9, tzinfo=ZoneInfo("America/New_York"))
    assert [(broken.uid, broken.code) for broken in feed.broken] == [("lost-zone@outlook", "unknown_zone")]


def test_apple_principals_floating_times_and_birthdays_without_a_year() -> None:
    feed = export("apple")
    by_uid = {event.uid: event for event in feed.events}

    assert feed.broken == ()
    visit = by_uid["7F2A1E64-0C57-4D2B-9F4D-2A4B2F0E9F11"]
    assert (visit.summary, visit.attendees) == ("华信 交付复盘", ("eva.berg@acme.example",))
    assert visit.location == "上海市浦东新区世纪大道100号 环球金融中心"
    assert by_uid["floating@apple"].end.isoformat() == "2026-11-27T10:30:00+01:00"
    assert (by_uid["birthday@apple"].recurrence_id, by_uid["birthday@apple"].all_day) == ("20261125", True)
    days = [event.at.day for event in feed.events if event.uid == "daily@apple" and event.at.month == 11]
    assert days == [9, 11, 13, 15, 17, 19, 21, 27, 29]


def test_feishu_lines_folded_inside_a_character_and_zones_with_a_bare_colon() -> None:
    talk, cancelled = export("feishu").events

    assert talk.summary == "华信集团二期项目需求沟通会（线下，请提前十五分钟到一楼大厅登记并领取访客证）"
    assert talk.location == "华信大厦 18层 会议室A"
    assert (cancelled.cancelled, cancelled.sequence) == (True, 4)
    assert cancelled.at == datetime(2026, 11, 26, 14, tzinfo=SHANGHAI)


def test_dingtalk_offset_zone_and_an_end_given_as_a_day() -> None:
    feed = export("dingtalk", stop="2027-02-01")

    assert [event.at.astimezone(SHANGHAI).isoformat() for event in feed.events] == [
        f"2026-{day}T15:00:00+08:00" for day in ("11-27", "12-04", "12-11", "12-18", "12-25")
    ]
    assert feed.events[0].summary == "拜访华信：催还款,顺便谈续约"


def test_a_broken_event_leaves_the_good_ones_in_place() -> None:
    feed = export("broken")

    assert [event.uid for event in feed.events] == ["good-1", "good-2"]
    assert [(broken.uid, broken.position, broken.code) for broken in feed.broken] == [
        ("no-start", 2, "no_start"),
        ("bad-date", 3, "malformed"),
        ("backwards", 4, "ends_early"),
        ("each-second", 5, "bad_rule"),
        ("no-end", 6, "malformed"),
        (None, 7, "malformed"),
        ("year-9999", 8, "bad_date"),
    ]
    assert all(broken.reason for broken in feed.broken)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_same_file_reads_the_same_with_any_line_ends_and_however_often(file: Path) -> None:
    data = file.read_bytes()
    feed = read(data)

    assert read(data) == feed
    assert read(data.replace(b"\r\n", b"\n")) == feed
    assert read(data.replace(b"\r\n", b"\r")) == feed
    assert read(b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf")) == feed
    assert list(feed.events) == sorted(feed.events, key=lambda event: (event.at, event.uid, event.recurrence_id or ""))


# Time


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20261120T100000Z", "2026-11-20T11:00:00+01:00"),
        ("DTSTART:20261120T100000", "2026-11-20T10:00:00+01:00"),
        ("DTSTART;TZID=America/New_York:20261120T100000", "2026-11-20T16:00:00+01:00"),
        ("DTSTART;TZID=america/new_york:20261120T100000", "2026-11-20T16:00:00+01:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Shanghai:20261120T100000", "2026-11-20T03:00:00+01:00"),
        ("DTSTART;TZID=Tokyo Standard Time:20261120T100000", "2026-11-20T02:00:00+01:00"),
        ("DTSTART;TZID=UTC:20261120T100000", "2026-11-20T11:00:00+01:00"),
        ("DTSTART;X-A=1;TZID=UTC+8:20261120T100000", "2026-11-20T03:00:00+01:00"),
        ("DTSTART;VALUE=DATE:20261120", "2026-11-20T00:00:00+01:00"),
        ("dtstart;tzid=Asia/Tokyo:20261120T100000", "2026-11-20T02:00:00+01:00"),
    ],
)
def test_each_way_to_write_a_time(start: str, expected: str) -> None:
    assert one(f"UID:1\n{start}").at.isoformat() == expected


def test_a_time_that_the_clocks_skip_is_read_as_the_hour_after() -> None:
    event = one("UID:1\nDTSTART;TZID=Europe/Berlin:20260329T023000", start="2026-03-20", stop="2026-04-01")

    assert event.at.isoformat() == "2026-03-29T03:30:00+02:00"


def test_a_day_without_a_midnight_is_still_that_day() -> None:
    event = calendar.read(
        made("UID:1\nDTSTART;VALUE=DATE:20260424"),
        window_from=datetime(2026, 4, 20, tzinfo=ZoneInfo("Africa/Cairo")),
        window_to=datetime(2026, 4, 30, tzinfo=ZoneInfo("Africa/Cairo")),
        default_zone=ZoneInfo("Africa/Cairo"),
    ).events[0]

    assert event.at.isoformat() == "2026-04-24T01:00:00+03:00"


def test_a_duration_is_real_time_also_in_the_night_the_clocks_change() -> None:
    event = one(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20261025T010000\nDURATION:PT3H", start="2026-10-20", stop="2026-10-30"
    )

    assert event.end - event.at.astimezone(ZoneInfo("UTC")) == timedelta(hours=3)


def test_the_window_takes_what_touches_it_and_not_what_ends_as_it_begins() -> None:
    feed = read(
        made(
            "UID:before\nDTSTART:20261108T220000\nDTEND:20261109T000000",
            "UID:into\nDTSTART:20261108T220000\nDTEND:20261109T000100",
            "UID:at\nDTSTART:20261109T000000",
            "UID:last\nDTSTART:20261208T235900",
            "UID:after\nDTSTART:20261209T000000",
            "UID:long\nDTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261110",
        )
    )

    assert [event.uid for event in feed.events] == ["long", "into", "at", "last"]


def test_zones_of_one_file_do_not_leak_into_another() -> None:
    head = (
        "BEGIN:VTIMEZONE\nTZID:Our Zone\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{0}\nTZOFFSETTO:{0}\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    event = "UID:1\nDTSTART;TZID=Our Zone:20261120T100000"

    east = read(made(event, head=head.format("+0300"))).events[0]
    west = read(made(event, head=head.format("-0300"))).events[0]

    assert west.at - east.at == timedelta(hours=6)
    assert reason(event) == "unknown_zone"
    assert tzp.timezone("Our Zone") is None


def test_a_zone_that_follows_its_events_counts_too() -> None:
    head = "BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\n"
    tail = f"{head}END:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR".encode()
    data = made("UID:1\nDTSTART;TZID=Z:20261120T100000").replace(b"END:VCALENDAR", tail)

    assert starts(read(data)) == ["11-20 08:00"]


# Series

WEEKLY = (
    "UID:w\nDTSTART;TZID=Europe/Berlin:20261102T100000\nDTEND;TZID=Europe/Berlin:20261102T110000\nRRULE:FREQ=WEEKLY"
)


def changed(old: str, new: str, more: str = "") -> str:
    return f"UID:w\nRECURRENCE-ID;TZID=Europe/Berlin:{old}\nDTSTART;TZID=Europe/Berlin:{new}\n{more}"


def test_a_time_moved_out_of_the_window_is_told_as_moved_and_not_as_gone() -> None:
    feed = read(made(WEEKLY, changed("20261116T100000", "20270301T090000")))

    assert ("20261116T090000Z", "2027-03-01") in [
        (event.recurrence_id, f"{event.at:%Y-%m-%d}") for event in feed.events
    ]


def test_a_time_moved_into_the_window_comes_with_its_old_key() -> None:
    feed = read(made(WEEKLY, changed("20270301T100000", "20261117T090000")))

    assert ("20270301T090000Z", "11-17 09:00") in [
        (event.recurrence_id, f"{event.at:%m-%d %H:%M}") for event in feed.events
    ]


def test_the_later_version_of_a_change_holds_wherever_it_stands_in_the_file() -> None:
    older = changed("20261116T100000", "20261116T120000", "SEQUENCE:1")
    newer = changed("20261116T100000", "20261116T150000", "SEQUENCE:2")

    for versions in itertools.permutations([WEEKLY, older, newer]):
        assert starts(read(made(*versions), stop="2026-11-23")) == ["11-09 10:00", "11-16 15:00"]


def test_a_change_for_all_that_follow_gives_each_its_own_key() -> None:
    onward = "UID:w\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261116T100000\n"
    feed = read(made(WEEKLY, onward + "DTSTART;TZID=Europe/Berlin:20261116T140000"))

    assert [(event.recurrence_id, f"{event.at:%m-%d %H:%M}") for event in feed.events] == [
        ("20261109T090000Z", "11-09 10:00"),
        ("20261116T090000Z", "11-16 14:00"),
        ("20261123T090000Z", "11-23 14:00"),
        ("20261130T090000Z", "11-30 14:00"),
        ("20261207T090000Z", "12-07 14:00"),
    ]


def test_a_single_time_of_a_series_one_was_invited_to_stands_alone() -> None:
    event = one(changed("20261116T100000", "20261116T120000"))

    assert (event.recurrence_id, f"{event.at:%H:%M}") == ("20261116T090000Z", "12:00")


def test_a_change_named_by_its_day_alone_is_found() -> None:
    feed = read(made(WEEKLY, "UID:w\nRECURRENCE-ID;VALUE=DATE:20261116\nDTSTART:20261116T150000Z"), stop="2026-11-23")

    assert starts(feed) == ["11-09 10:00", "11-16 16:00"]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5", ["11-09", "11-11", "11-16"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=MO", ["11-16"]),
        ("FREQ=DAILY;BYDAY=MO,TU;UNTIL=20261111", ["11-09", "11-10"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-15,12", ["11-12", "11-16"]),
        ("FREQ=MONTHLY;BYDAY=2TU", ["11-10"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-11", ["11-16"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", []),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=3TU", ["11-17"]),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=13;", ["11-13"]),
        ("FREQ=DAILY;UNTIL=20261109T093000Z", ["11-09"]),
    ],
)
def test_rules_that_calendars_write(rule: str, days: list[str]) -> None:
    event = f"UID:1\nDTSTART;TZID=Europe/Berlin:20261102T100000\nRRULE:{rule}"
    feed = read(made(event), stop="2026-11-18")

    assert feed.broken == ()
    assert [f"{found.at:%m-%d}" for found in feed.events] == days


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1000000",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9;BYMINUTE=1,2,3,4,5,6,7,8,9",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=5",
        "FREQ=NEVER",
        "FREQ=MONTHLY;BYDAY=MO,-1FR",
        "FREQ=DAILY;COUNT=3;UNTIL=20261130T000000Z",
        "COUNT=3",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=19",
        "nonsense",
        "FREQ=DAILY\nRRULE:FREQ=WEEKLY",
    ],
)
def test_rules_that_would_never_end_or_mean_nothing_are_broken_at_once(rule: str) -> None:
    began = time.perf_counter()

    assert reason(f"UID:1\nDTSTART:20261102T100000Z\nRRULE:{rule}") in ("bad_rule", "malformed")
    assert time.perf_counter() - began < 0.5


def test_whole_days_ignore_hours_in_their_rule() -> None:
    event = one("UID:1\nDTSTART;VALUE=DATE:20261120\nRRULE:FREQ=YEARLY;BYHOUR=9;BYMINUTE=0")

    assert (event.all_day, event.recurrence_id) == (True, "20261120")


def test_a_series_of_more_than_two_thousand_times_is_broken() -> None:
    feed = read(made("UID:1\nDTSTART:20200101T100000Z\nRRULE:FREQ=DAILY"), start="2020-01-01", stop="2026-12-31")

    assert (feed.events, feed.broken[0].code) == ((), "too_many")


def test_hundreds_of_hostile_series_end_soon() -> None:
    rule = "DTSTART;TZID=Europe/Berlin:20000102T100000\nRRULE:FREQ=DAILY;INTERVAL=6;BYDAY=TU"
    began = time.perf_counter()
    read(made(*(f"UID:{number}\n{rule}" for number in range(300))))

    assert time.perf_counter() - began < 10


def test_a_zone_that_changes_every_second_is_not_known() -> None:
    head = (
        "BEGIN:VTIMEZONE\nTZID:Mad\nBEGIN:STANDARD\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY\nTZOFFSETFROM:+0300\n"
        "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
    )

    assert reason("UID:1\nDTSTART;TZID=Mad:20261120T100000", head=head) == "unknown_zone"


# What is no calendar, and what is hostile


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "calendar_none"),
        (b"<!doctype html><title>Sign in</title>", "calendar_none"),
        (b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "calendar_none"),
        (made("UID:1\nDTSTART:20261120T100000Z")[:-20], "calendar_cut_off"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 100_000, "calendar_too_deep"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 20_001, "calendar_too_many"),
        (b"x" * 10_000_001, "calendar_too_large"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_a_repair(data: bytes, code: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read(data)

    assert (caught.value.code, bool(caught.value.repair)) == (code, True)


def test_an_empty_calendar_is_a_calendar() -> None:
    assert read(made()) == Feed((), ())


def test_a_file_that_calls_its_events_off_marks_them_cancelled() -> None:
    feed = read(made("UID:1\nDTSTART:20261120T100000Z", head="METHOD:CANCEL\n"))

    assert [event.cancelled for event in feed.events] == [True]


def test_texts_are_bounded_and_free_of_control_characters() -> None:
    event = one(
        f"UID:{'u' * 5_000}\nDTSTART:20261120T100000Z\nSUMMARY:a\0b\x1b[31m {'s' * 9_000}\nDESCRIPTION:{'d' * 90_000}\n"
        + "\n".join(f"ATTENDEE:mailto:{n}@x.example" for n in range(1_000))
    )

    assert (len(event.uid) <= 200, len(event.summary), len(event.description), len(event.attendees)) == (
        True,
        200,
        500,
        300,
    )
    assert event.summary.startswith("ab[31m s")


def test_an_event_without_an_id_gets_the_same_one_each_time() -> None:
    event = "DTSTART:20261120T100000Z\nSUMMARY:Acme"

    assert one(event).uid == one(event).uid != one("DTSTART:20261121T100000Z\nSUMMARY:Acme").uid


LINES = st.sampled_from(
    [
        *sorted({line for file in FILES for line in file.read_bytes().split(b"\r\n")}),
        b"RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
        b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        b"RDATE;VALUE=PERIOD:20261120T100000Z/PT1H,20261121T100000Z/20261121T110000Z",
        b"RDATE;VALUE=DATE:20261120,20261121",
        b"EXDATE:20261120",
        b"DURATION:-P99999999999D",
        b"DURATION:P1W",
        b"DTSTART:00010101T000000",
        b"DTSTART;TZID=:20261120T100000",
        b"DTSTART;TZID=../../etc/passwd:20261120T100000",
        b'DTSTART;TZID="a,b",c:20261120T100000',
        b"RECURRENCE-ID:20261120",
        b'DTEND;X-A="b:c";TZID=/mozilla.org/20070129_1/America/New_York;tzid=Asia/Tokyo:20261120T100000',
        b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261120T100000Z",
        b"SEQUENCE:99999999999999999999",
        b"TZOFFSETTO:+9999",
    ]
)


def is_answered(data: bytes) -> bool:
    """True when the bytes give a feed, or an error that says what to do; anything else raises."""
    try:
        read(data)
    except CalendarError as error:
        return bool(error.repair)
    return True


@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_feed_or_a_calendar_error(data: bytes) -> None:
    assert is_answered(data)
    assert is_answered(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + data + b"\nEND:VEVENT\nEND:VCALENDAR\n")


@given(st.lists(LINES, max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_shuffle_of_real_lines_gives_a_feed_or_a_calendar_error(lines: list[bytes]) -> None:
    event = b"\n".join([b"BEGIN:VEVENT", b"UID:1", b"DTSTART:20261120T100000Z", *lines, b"END:VEVENT"])
    for whole in (b"\n".join(lines), event):
        assert is_answered(b"BEGIN:VCALENDAR\n" + whole + b"\nEND:VCALENDAR\n")


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=200, deadline=None)
def test_any_damage_to_a_real_file_gives_a_feed_or_a_calendar_error(file: Path, data: st.DataObject) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    assert is_answered(bytes(content))
