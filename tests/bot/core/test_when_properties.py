"""What holds for every text a rep may type."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core import when

ZONES = [
    ZoneInfo(key)
    for key in (
        "America/New_York",
        "America/Santiago",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "Europe/London",
        "Pacific/Apia",
    )
]
ENGLISH = (
    "thu thursday next this last week tomorrow today noon midnight at on in the of 3 10 31 29 2 hours days 10:00 23:59 "
    "02:30 1:30am 3pm 3/4 13/4 31/4 2026-03-05 2026-02-30 2036-01-01 March feb 5th half past to am pm a month now from"
)
CHINESE = (
    "今天 明天 后天 下 下周 下下周 周 周四 星期天 上午 下午 晚上 凌晨 中午 午夜 十点 10点 三点半 一刻 30分 3月 "
    "5号 三十一号 二〇二六年 三月五日 半小时后 两天后 个月 后 月底 １０：３０ 2026年 9999年"
)
OTHER = "acme 3M 华为 周六福 ， , . : - （ ） 。 @ ! ? 😀 \u200f שלום مرحبا <!channel>"
WORDS = f"{ENGLISH} {CHINESE} {OTHER}".split()

zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
sentences = st.lists(st.sampled_from(WORDS), max_size=9).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
texts = sentences | st.text(max_size=60)


def moments(reading: when.Reading) -> tuple[when.Moment, ...]:
    match reading:
        case when.Understood(moment) | when.Past(moment):
            return (moment,)
        case when.Choices(several):
            return several
        case when.NotUnderstood():
            return ()


def ends(moment: when.Moment) -> datetime:
    """The end of what the moment may mean: a whole day is not over before midnight."""
    return moment.at.astimezone(UTC) + (timedelta(days=1) if moment.all_day else timedelta(0))


@settings(max_examples=1_500, deadline=None)
@given(text=texts, now=instants, zone=zones)
@example(text="9999年12月31日24点", now=datetime(2026, 3, 4, tzinfo=UTC), zone=ZONES[0])
@example(text="1900-01-01T00:00+14:00", now=datetime(2026, 3, 4, tzinfo=UTC), zone=ZONES[0])
def test_every_text_has_an_answer_in_the_reps_zone_on_the_right_side_of_now(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    for reading in (when.read(text, now, zone), when.split(text, now, zone)[1]):
        found = moments(reading)

        assert all(moment.at.tzinfo is zone and moment.at.second == 0 for moment in found)
        assert all(when.is_over(moment, now) == isinstance(reading, when.Past) for moment in found)
        assert isinstance(reading, when.Past) or all(ends(moment) >= now for moment in found)
        if isinstance(reading, when.Choices):
            assert 2 <= len(found) <= 3
            assert len({(moment.at.astimezone(UTC), moment.all_day) for moment in found}) == len(found)


@settings(max_examples=500, deadline=None)
@given(text=sentences, now=instants, zone=zones)
def test_a_reading_written_out_reads_as_itself(text: str, now: datetime, zone: ZoneInfo) -> None:
    for moment in moments(when.read(text, now, zone)):
        written = f"{moment.at:%Y-%m-%d}" if moment.all_day else moment.at.isoformat(timespec="minutes")
        again = moments(when.read(written, now, zone))

        assert [(m.at.astimezone(UTC), m.all_day) for m in again] == [(moment.at.astimezone(UTC), moment.all_day)]


@settings(max_examples=500, deadline=None)
@given(text=sentences, now=instants, zone=zones)
def test_a_text_that_is_all_time_leaves_no_name_and_a_name_is_part_of_the_text(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    name, reading = when.split(text, now, zone)

    assert all(word in text for word in name.split())
    if isinstance(reading, when.NotUnderstood) and reading.reason is when.Unclear.NO_TIME:
        assert name == text.strip()


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(["acme", "3M", "Acme 2", "华为", "周大福", "24/7 Fitness", "שלום"]), now=instants)
@pytest.mark.parametrize(
    "time", ["thu 10:00", "tomorrow 23:59", "下周四上午十点", "3/4 10:00", "next thursday", "in 2 hours"]
)
def test_a_name_before_a_time_never_changes_the_time(time: str, name: str, now: datetime) -> None:
    zone = ZoneInfo("Europe/London")

    assert when.split(f"{name} {time}", now, zone) == (name, when.read(time, now, zone))


PARTS = [
    *("thu ", "1", "1/", "12 ", "10:00-", "2026-", "at ", "in a ", "next week ", "thu 10:00 ", " ", "a "),
    *("下", "十", "周一", "下周的", "三点", "今天10点", "上午", "3月", "111点", "😀", "שלום ", "\u200f"),
]


@pytest.mark.parametrize("part", PARTS)
def test_four_thousand_characters_are_read_in_a_blink(part: str) -> None:
    text = (part * 4_000)[: when.LONGEST_TEXT]
    now = datetime(2026, 3, 4, 9, tzinfo=UTC)

    started = perf_counter()
    when.read(text, now, ZONES[0])
    when.split(text, now, ZONES[0])

    assert perf_counter() - started < 2  # some 0.05 s; a quadratic pattern would take minutes
