"""A rep types when a visit is; the coach reads it, asks, or says why it cannot."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core import when

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 3, 4, 9, 0)  # noqa: DTZ001  # every test gives it a zone


def read(text: str, zone: ZoneInfo = LONDON, now: datetime = WEDNESDAY) -> str:
    return shown(when.read(text, now.replace(tzinfo=zone), zone))


def shown(reading: when.Reading) -> str:
    match reading:
        case when.Understood(moment):
            return day_and_hour(moment)
        case when.Past(moment):
            return f"past {day_and_hour(moment)}"
        case when.Choices(moments, reason):
            return " or ".join(day_and_hour(moment) for moment in moments) + f" ({reason})"
        case when.NotUnderstood(_, reason):
            return reason.value


def day_and_hour(moment: when.Moment) -> str:
    hour = "" if moment.all_day else f" {moment.at:%H:%M}"
    return f"{moment.at:%a %Y-%m-%d}{hour}{' shifted' if moment.shifted else ''}"


ENGLISH = [
    ("thu 10:00", "Thu 2026-03-05 10:00"),
    ("Thu. 10:00", "Thu 2026-03-05 10:00"),
    ("thurs 10.30am", "Thu 2026-03-05 10:30"),
    ("thursday 10am", "Thu 2026-03-05 10:00"),
    ("THURSDAY AT 10 AM", "Thu 2026-03-05 10:00"),
    ("on thursday at ten", "Thu 2026-03-05 10:00"),
    ("10:00 on thursday", "Thu 2026-03-05 10:00"),
    ("thu 10", "Thu 2026-03-05 10:00"),
    ("thu 3", "Thu 2026-03-05 15:00"),
    ("thu 3:30", "Thu 2026-03-05 15:30"),
    ("thu 03:30", "Thu 2026-03-05 03:30"),
    ("thu 3am", "Thu 2026-03-05 03:00"),
    ("thu 7", "Thu 2026-03-05 07:00"),
    ("thu 12am", "Thu 2026-03-05 00:00"),
    ("thu 12pm", "Thu 2026-03-05 12:00"),
    ("thu 12:30", "Thu 2026-03-05 12:30"),
    ("thu 24:00", "Fri 2026-03-06 00:00"),
    ("thu 14h30", "Thu 2026-03-05 14:30"),
    ("thu 2-3pm", "Thu 2026-03-05 14:00"),
    ("thu 11-1pm", "Thu 2026-03-05 11:00"),
    ("thu 10:00-11:00", "Thu 2026-03-05 10:00"),
    ("tomorrow", "Thu 2026-03-05"),
    ("tmrw 9", "Thu 2026-03-05 09:00"),
    ("tomorrow 23:59", "Thu 2026-03-05 23:59"),
    ("day after tomorrow", "Fri 2026-03-06"),
    ("today", "Wed 2026-03-04"),
    ("today at 3pm", "Wed 2026-03-04 15:00"),
    ("tonight", "Wed 2026-03-04 18:00"),
    ("tonight at 8", "Wed 2026-03-04 20:00"),
    ("this afternoon", "Wed 2026-03-04 14:00"),
    ("fri afternoon", "Fri 2026-03-06 14:00"),
    ("fri morning", "Fri 2026-03-06 09:00"),
    ("tomorrow evening at 7", "Thu 2026-03-05 19:00"),
    ("friday at 4 in the afternoon", "Fri 2026-03-06 16:00"),
    ("noon", "Wed 2026-03-04 12:00"),
    ("noon tomorrow", "Thu 2026-03-05 12:00"),
    ("midnight", "Thu 2026-03-05 00:00"),
    ("today midnight", "Thu 2026-03-05 00:00"),
    ("half past 3", "Wed 2026-03-04 15:30"),
    ("quarter to ten tomorrow", "Thu 2026-03-05 09:45"),
    ("quarter to 1 tomorrow", "Thu 2026-03-05 12:45"),
    ("20 past 2", "Wed 2026-03-04 14:20"),
    ("10 o'clock", "Wed 2026-03-04 10:00"),
    ("8:00", "Thu 2026-03-05 08:00"),
    ("in 2 hours", "Wed 2026-03-04 11:00"),
    ("in an hour and a half", "Wed 2026-03-04 10:30"),
    ("in half an hour", "Wed 2026-03-04 09:30"),
    ("in 1.5 hours", "Wed 2026-03-04 10:30"),
    ("90 minutes from now", "Wed 2026-03-04 10:30"),
    ("in 3 days", "Sat 2026-03-07"),
    ("in two weeks at 10:00", "Wed 2026-03-18 10:00"),
    ("in a month", "Sat 2026-04-04"),
    ("next monday", "Mon 2026-03-09"),
    ("next week tuesday", "Tue 2026-03-10"),
    ("tuesday next week, 2pm", "Tue 2026-03-10 14:00"),
    ("the week after next, monday", "Mon 2026-03-16"),
    ("wed 10:00", "Wed 2026-03-04 10:00"),
    ("wed 8:00", "Wed 2026-03-11 08:00"),
    ("2026-03-05 14:00", "Thu 2026-03-05 14:00"),
    ("2026-03-05T14:00", "Thu 2026-03-05 14:00"),
    ("2026-03-05 2:30", "Thu 2026-03-05 02:30"),
    ("2026-03-05T14:00+08:00", "Thu 2026-03-05 06:00"),
    ("2026-03-05T14:00:00Z", "Thu 2026-03-05 14:00"),
    ("2026/3/5", "Thu 2026-03-05"),
    ("5.3.2026 9:00", "Thu 2026-03-05 09:00"),
    ("5 March 2pm", "Thu 2026-03-05 14:00"),
    ("5th of March", "Thu 2026-03-05"),
    ("March 5th", "Thu 2026-03-05"),
    ("mar 5, 2027", "Fri 2027-03-05"),
    ("5 march 2027 14:00", "Fri 2027-03-05 14:00"),
    ("thursday 5 march", "Thu 2026-03-05"),
    ("the 15th at 4pm", "Sun 2026-03-15 16:00"),
    ("the 3rd", "Fri 2026-04-03"),
    ("the 3rd of next month", "Fri 2026-04-03"),
    ("2 January", "Sat 2027-01-02"),
    ("13/4", "Mon 2026-04-13"),
    ("4/13", "Mon 2026-04-13"),
    ("3/3/2027", "Wed 2027-03-03"),
    ("5/5 10:00", "Tue 2026-05-05 10:00"),
]

CHINESE = [
    ("今天", "Wed 2026-03-04"),
    ("今晚8点", "Wed 2026-03-04 20:00"),
    ("明早", "Thu 2026-03-05 09:00"),
    ("明天上午10点", "Thu 2026-03-05 10:00"),
    ("明天10点", "Thu 2026-03-05 10:00"),
    ("明天１０：３０", "Thu 2026-03-05 10:30"),
    ("明天下午３点", "Thu 2026-03-05 15:00"),
    ("后天", "Fri 2026-03-06"),
    ("後天下午三點", "Fri 2026-03-06 15:00"),
    ("大后天", "Sat 2026-03-07"),
    ("下周四上午十点", "Thu 2026-03-12 10:00"),
    ("下个星期四上午十点", "Thu 2026-03-12 10:00"),
    ("下週四上午十點", "Thu 2026-03-12 10:00"),
    ("下周的周四", "Thu 2026-03-12"),
    ("下周日", "Sun 2026-03-15"),
    ("下下周一", "Mon 2026-03-16"),
    ("这周五", "Fri 2026-03-06"),
    ("本周五晚7点", "Fri 2026-03-06 19:00"),
    ("周五", "Fri 2026-03-06"),
    ("周5下午", "Fri 2026-03-06 14:00"),
    ("星期天", "Sun 2026-03-08"),
    ("礼拜天", "Sun 2026-03-08"),
    ("周三十点", "Wed 2026-03-04 10:00"),
    ("周五十二点半", "Fri 2026-03-06 12:30"),
    ("下周一一点", "Mon 2026-03-09 13:00"),
    ("星期五三点", "Fri 2026-03-06 15:00"),
    ("周三早上八点", "Wed 2026-03-11 08:00"),
    ("下午3点", "Wed 2026-03-04 15:00"),
    ("下午三点半", "Wed 2026-03-04 15:30"),
    ("三点一刻", "Wed 2026-03-04 15:15"),
    ("三点三刻", "Wed 2026-03-04 15:45"),
    ("差一刻三点", "Wed 2026-03-04 14:45"),
    ("15点30分", "Wed 2026-03-04 15:30"),
    ("15时30分", "Wed 2026-03-04 15:30"),
    ("十点零五分", "Wed 2026-03-04 10:05"),
    ("明天三点五十", "Thu 2026-03-05 15:50"),
    ("二十点二十分", "Wed 2026-03-04 20:20"),
    ("10:30", "Wed 2026-03-04 10:30"),
    ("晚上8点", "Wed 2026-03-04 20:00"),
    ("晚上12点", "Thu 2026-03-05 00:00"),
    ("凌晨2点", "Thu 2026-03-05 02:00"),
    ("中午", "Wed 2026-03-04 12:00"),
    ("中午1点", "Wed 2026-03-04 13:00"),
    ("明天中午12点半", "Thu 2026-03-05 12:30"),
    ("上午10点到11点", "Wed 2026-03-04 10:00"),
    ("3月5号", "Thu 2026-03-05"),
    ("三月五日下午两点", "Thu 2026-03-05 14:00"),
    ("十二月三十一日", "Thu 2026-12-31"),
    ("2026年3月5日", "Thu 2026-03-05"),
    ("二〇二六年三月五日", "Thu 2026-03-05"),
    ("3月5日（周四）上午9:30", "Thu 2026-03-05 09:30"),
    ("明年3月5日", "Fri 2027-03-05"),
    ("15号下午4点", "Sun 2026-03-15 16:00"),
    ("3号", "Fri 2026-04-03"),
    ("下个月3号", "Fri 2026-04-03"),
    ("半小时后", "Wed 2026-03-04 09:30"),
    ("一个半小时后", "Wed 2026-03-04 10:30"),
    ("两小时以后", "Wed 2026-03-04 11:00"),
    ("30分钟后", "Wed 2026-03-04 09:30"),
    ("两天后", "Fri 2026-03-06"),
    ("三天后下午3点", "Sat 2026-03-07 15:00"),
    ("两周后", "Wed 2026-03-18"),
    ("一个月后", "Sat 2026-04-04"),
    ("thu 上午10点", "Thu 2026-03-05 10:00"),
    ("下周四 10am", "Thu 2026-03-12 10:00"),
]

ASKED = [
    ("next thursday", "Thu 2026-03-12 or Thu 2026-03-05 (which_week)"),
    ("next thursday 9am", "Thu 2026-03-12 09:00 or Thu 2026-03-05 09:00 (which_week)"),
    ("wednesday", "Wed 2026-03-11 or Wed 2026-03-04 (which_week)"),
    ("3/4 10:00", "Fri 2026-04-03 10:00 or Wed 2026-03-04 10:00 (day_or_month)"),
    ("3-4 10:00", "Fri 2026-04-03 10:00 or Wed 2026-03-04 10:00 (day_or_month)"),
    ("６／７", "Mon 2026-07-06 or Sun 2026-06-07 (day_or_month)"),
    ("thu midnight", "Thu 2026-03-05 00:00 or Fri 2026-03-06 00:00 (which_midnight)"),
    ("thursday 6 march", "Fri 2026-03-06 or Thu 2026-03-05 (weekday_or_date)"),
    ("3月6日周四", "Fri 2026-03-06 or Thu 2026-03-05 (weekday_or_date)"),
]

REFUSED = [
    ("", "no_time"),
    ("10", "no_time"),
    ("acme", "no_time"),
    ("may", "no_time"),
    ("monday.com", "no_time"),
    ("每周五", "no_time"),
    ("29 feb", "no_such_date"),
    ("31 april", "no_such_date"),
    ("2月30日", "no_such_date"),
    ("2026-02-29", "no_such_date"),
    ("13/13", "no_such_date"),
    ("thu 25:00", "no_such_time"),
    ("thu 10:75", "no_such_time"),
    ("上午15点", "no_such_time"),
    ("next week", "too_vague"),
    ("下周", "too_vague"),
    ("月底", "too_vague"),
    ("周末", "too_vague"),
    ("end of the month", "too_vague"),
    ("2036-01-01", "too_far"),
    ("9999年12月31日24点", "too_far"),
    ("thu " * 1_001, "too_long"),
]

OVER = [
    ("yesterday", "past Tue 2026-03-03"),
    ("today 8:59", "past Wed 2026-03-04 08:59"),
    ("昨天下午3点", "past Tue 2026-03-03 15:00"),
    ("上周四", "past Thu 2026-02-26"),
    ("这周一", "past Mon 2026-03-02"),
    ("last friday", "past Fri 2026-02-27"),
    ("2026-03-04 08:00", "past Wed 2026-03-04 08:00"),
    ("2025-03-05", "past Wed 2025-03-05"),
    ("1 march", "past Sun 2026-03-01"),
    ("1/3/2026", "past Sun 2026-03-01"),
]


@pytest.mark.parametrize(("text", "reading"), ENGLISH + CHINESE)
def test_a_time_with_one_reading_is_understood(text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(("text", "readings"), ASKED)
def test_a_time_with_two_readings_is_asked_about_the_likeliest_first(text: str, readings: str) -> None:
    assert read(text) == readings


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_text_without_a_reading_says_why(text: str, reason: str) -> None:
    assert read(text) == reason


@pytest.mark.parametrize(("text", "reading"), OVER)
def test_a_time_that_is_over_is_said_to_be_over(text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK, SHANGHAI], ids=str)
@pytest.mark.parametrize(("text", "reading"), [row for row in ENGLISH + CHINESE if "T14:00" not in row[0]])
def test_the_wall_clock_is_the_same_in_every_zone(text: str, reading: str, zone: ZoneInfo) -> None:
    found = when.read(text, WEDNESDAY.replace(tzinfo=zone), zone)

    assert isinstance(found, when.Understood)
    assert found.moment.at.tzinfo is zone
    assert day_and_hour(found.moment) == reading


@pytest.mark.parametrize(
    ("zone", "first"), [(LONDON, "Fri 2026-04-03"), (NEW_YORK, "Wed 2026-03-04"), (SHANGHAI, "Wed 2026-03-04")], ids=str
)
def test_where_the_month_is_written_first_it_is_offered_first(zone: ZoneInfo, first: str) -> None:
    assert read("3/4 10:00", zone).startswith(f"{first} 10:00 or ")


NIGHTS = [
    # clocks go forward
    ("America/New_York", "2026-03-07 12:00", "2026-03-08 02:30", "2026-03-08T03:30:00-04:00", True),
    ("America/New_York", "2026-03-07 12:00", "tomorrow 2:30am", "2026-03-08T03:30:00-04:00", True),
    ("America/New_York", "2026-03-07 12:00", "明天凌晨2点", "2026-03-08T03:00:00-04:00", True),
    ("America/New_York", "2026-03-07 12:00", "tomorrow 1:59am", "2026-03-08T01:59:00-05:00", False),
    ("America/New_York", "2026-03-07 12:00", "tomorrow 3am", "2026-03-08T03:00:00-04:00", False),
    ("Europe/London", "2026-03-28 12:00", "tomorrow 01:30", "2026-03-29T02:30:00+01:00", True),
    ("Australia/Lord_Howe", "2026-10-03 12:00", "tomorrow 02:15", "2026-10-04T02:45:00+11:00", True),
    ("Africa/Cairo", "2026-04-23 12:00", "tomorrow 00:30", "2026-04-24T01:30:00+03:00", True),
    ("Africa/Cairo", "2026-04-23 12:00", "tomorrow", "2026-04-24T01:00:00+03:00", False),
    ("America/Santiago", "2026-09-05 12:00", "midnight", "2026-09-06T01:00:00-03:00", True),
    # clocks go back
    ("America/New_York", "2026-10-31 12:00", "tomorrow 1:30am", "2026-11-01T01:30:00-04:00", False),
    ("Europe/London", "2026-10-24 12:00", "tomorrow 01:30", "2026-10-25T01:30:00+01:00", False),
    ("America/Santiago", "2026-04-04 12:00", "today 23:30", "2026-04-04T23:30:00-03:00", False),
    # hours are counted on a stopwatch, days on the calendar
    ("America/New_York", "2026-03-08 01:00", "in 2 hours", "2026-03-08T04:00:00-04:00", False),
    ("America/New_York", "2026-11-01 00:30", "in 2 hours", "2026-11-01T01:30:00-05:00", False),
    ("America/New_York", "2026-03-07 12:00", "in 1 day at noon", "2026-03-08T12:00:00-04:00", False),
]


@pytest.mark.parametrize(("zone_name", "now", "text", "at", "shifted"), NIGHTS)
def test_on_a_night_when_the_clocks_change(zone_name: str, now: str, text: str, at: str, shifted: bool) -> None:
    zone = ZoneInfo(zone_name)

    reading = when.read(text, datetime.fromisoformat(now).replace(tzinfo=zone), zone)

    assert isinstance(reading, when.Understood)
    assert reading.moment.at.isoformat() == at
    assert reading.moment.shifted is shifted


def test_a_time_in_the_first_of_two_equal_hours_is_over_in_the_second() -> None:
    second_half_past_one = datetime(2026, 11, 1, 1, 30, fold=1)  # noqa: DTZ001  # read() gives it a zone

    assert read("today 1:45am", NEW_YORK, second_half_past_one) == "past Sun 2026-11-01 01:45"


def test_a_day_that_a_zone_skips_is_no_date() -> None:
    apia = ZoneInfo("Pacific/Apia")

    assert read("tomorrow", apia, datetime(2011, 12, 29, 9)) == "no_such_date"  # noqa: DTZ001
    assert read("明天10点", apia, datetime(2011, 12, 29, 9)) == "no_such_date"  # noqa: DTZ001


LEAP = [
    ("2028-01-10", "29 feb", "Tue 2028-02-29"),
    ("2027-12-01", "29 feb", "Tue 2028-02-29"),
    ("2028-03-10", "2月29日", "past Tue 2028-02-29"),
    ("2028-12-01", "29 feb", "no_such_date"),
    ("2026-09-20", "5 march", "Fri 2027-03-05"),
    ("2027-01-10", "20 december", "past Sun 2026-12-20"),
    ("2027-01-10", "1 november", "Mon 2027-11-01"),
    ("2026-12-20", "5号", "Tue 2027-01-05"),
    ("2026-01-31", "in a month", "Sat 2026-02-28"),
    ("2026-03-20", "3/4", "Fri 2026-04-03"),
    ("2026-05-10", "3/4", "past Fri 2026-04-03"),
    ("2026-10-10", "3/4", "Sat 2027-04-03 or Thu 2027-03-04 (day_or_month)"),
    ("2026-03-08", "next tuesday", "Tue 2026-03-10"),
    ("2026-03-08", "下周二", "Tue 2026-03-10"),
    ("2026-03-05", "next thursday", "Thu 2026-03-12"),
    ("2026-12-30", "下周四", "Thu 2027-01-07"),
]


@pytest.mark.parametrize(("today", "text", "reading"), LEAP)
def test_the_year_and_the_week_that_are_meant(today: str, text: str, reading: str) -> None:
    assert read(text, now=datetime.fromisoformat(f"{today}T09:00")) == reading


RESTS = [
    ("thu 10:00 with Li", "with Li"),
    ("see Li on thu at 10:00, bring samples", "see Li bring samples"),
    ("下周四上午十点拜访华为", "拜访华为"),
    ("明天跟李总见面，下午3点", "跟李总见面"),
    ("tomorrow", ""),
]


@pytest.mark.parametrize(("text", "rest"), RESTS)
def test_what_is_not_the_time_is_handed_back(text: str, rest: str) -> None:
    reading = when.read(text, WEDNESDAY.replace(tzinfo=LONDON), LONDON)

    assert isinstance(reading, when.Understood)
    assert reading.rest == rest


SPLITS = [
    ("acme thu 10:00", "acme", "Thu 2026-03-05 10:00"),
    ("thu 10:00 acme", "acme", "Thu 2026-03-05 10:00"),
    ("tomorrow acme 3pm", "acme", "Thu 2026-03-05 15:00"),
    ("acme on thursday at 3pm", "acme", "Thu 2026-03-05 15:00"),
    ("acme, tomorrow.", "acme", "Thu 2026-03-05"),
    ("Acme Inc. (thu 10:00)", "Acme Inc.", "Thu 2026-03-05 10:00"),
    ("acme – thu 10:00!", "acme", "Thu 2026-03-05 10:00"),
    ("3M tomorrow", "3M", "Thu 2026-03-05"),
    ("Acme 2 thu 3pm", "Acme 2", "Thu 2026-03-05 15:00"),
    ("7 11 tomorrow", "7 11", "Thu 2026-03-05"),
    ("24/7 Fitness thu 10:00", "24/7 Fitness", "Thu 2026-03-05 10:00"),
    ("Monday.com fri 3pm", "Monday.com", "Fri 2026-03-06 15:00"),
    ("Friday's tomorrow", "Friday's", "Thu 2026-03-05"),
    ("Sun thu 10:00", "Sun", "Thu 2026-03-05 10:00"),
    ("Good Morning thu 10:00", "Good Morning", "Thu 2026-03-05 10:00"),
    ("Café Été tomorrow", "Café Été", "Thu 2026-03-05"),
    ("华为下周四上午十点", "华为", "Thu 2026-03-12 10:00"),
    ("华为，明天", "华为", "Thu 2026-03-05"),
    ("明天华为下午3点", "华为", "Thu 2026-03-05 15:00"),
    ("明天 10点 华为", "华为", "Thu 2026-03-05 10:00"),
    ("周大福 明天10点", "周大福", "Thu 2026-03-05 10:00"),
    ("周六福 下午3点", "周六福", "Wed 2026-03-04 15:00"),
    ("三一重工 5号", "三一重工", "Thu 2026-03-05"),
    ("3号仓库 明天", "3号仓库", "Thu 2026-03-05"),
    ("acme 3/4 10:00", "acme", "Fri 2026-04-03 10:00 or Wed 2026-03-04 10:00 (day_or_month)"),
    ("acme next week", "acme", "too_vague"),
    ("acme feb 30", "acme", "no_such_date"),
    ("acme yesterday", "acme", "past Tue 2026-03-03"),
    ("Acme 2", "Acme 2", "no_time"),
    ("acme 3-5 14:00", "acme", "Sun 2026-05-03 14:00 or Thu 2026-03-05 14:00 (day_or_month)"),
    ("Studio 3-5 thu", "Studio 3-5", "Thu 2026-03-05"),
    ("acme 10", "acme 10", "no_time"),
    ("", "", "no_time"),
    ("thu 10:00", "", "Thu 2026-03-05 10:00"),
]


@pytest.mark.parametrize(("text", "name", "reading"), SPLITS)
def test_a_name_and_a_time_are_told_apart(text: str, name: str, reading: str) -> None:
    found, time = when.split(text, WEDNESDAY.replace(tzinfo=LONDON), LONDON)

    assert (found, shown(time)) == (name, reading)
