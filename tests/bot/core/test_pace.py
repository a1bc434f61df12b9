"""Slack's pace: buckets fill, overflow and slow down; workspaces take turns."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core import pace
from bot.core.pace import SLACK, Bucket, shares

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NEW = Bucket(0, 0, None)


def after(seconds: float, bucket: Bucket) -> Bucket:
    assert bucket.filled_at is not None
    return pace.filled(bucket, bucket.filled_at + timedelta(seconds=seconds))


def test_a_workspace_begins_with_a_full_bucket_at_the_first_rate() -> None:
    assert pace.filled(NEW, NOW) == Bucket(20, 4, NOW)


def test_an_empty_bucket_fills_at_its_rate_and_never_above_the_brim() -> None:
    empty = Bucket(0, 4, NOW)
    assert round(after(1, empty).tokens, 1) == 4.0
    assert after(3600, empty).tokens == 20


def test_the_rate_grows_a_tenth_a_minute_while_messages_flow_and_not_overnight() -> None:
    bucket = Bucket(0, 4, NOW)
    for _ in range(60):
        bucket = after(1, bucket)
    assert round(bucket.rate, 2) == 4.4
    assert round(after(8 * 3600, bucket).rate, 2) == 4.84
    for _ in range(3600):
        bucket = after(1, bucket)
    assert bucket.rate == 8


def test_a_refusal_empties_the_bucket_and_halves_the_rate_down_to_the_least() -> None:
    bucket = pace.slowed(Bucket(7, 6, NOW), NOW)
    assert (bucket.tokens, bucket.rate) == (0, 3)
    for _ in range(9):
        bucket = pace.slowed(bucket, NOW)
    assert bucket.rate == 0.5
    assert pace.slowed(NEW, NOW).rate == 2


def test_a_clock_that_is_a_little_behind_fills_nothing_and_one_that_went_back_stops_nothing() -> None:
    assert pace.filled(Bucket(3, 4, NOW), NOW - timedelta(seconds=2)).tokens == 3
    bucket = pace.filled(Bucket(0, 4, NOW), NOW - timedelta(hours=1))
    assert (bucket.tokens, bucket.filled_at) == (1, NOW - timedelta(hours=1))


def test_answers_may_overdraw_but_not_for_good() -> None:
    bucket = Bucket(1, 4, NOW)
    for _ in range(99):
        bucket = pace.taken(bucket, 1)
    assert (bucket.tokens, bucket.whole) == (-20, 0)
    assert after(6, bucket).whole == 4


def test_workspaces_take_turns_until_all_is_given() -> None:
    assert shares({"big": 20, "small": 1, "none": 0}, 5) == {"big": 4, "small": 1}
    assert shares({"a": 9, "b": 9, "c": 9}, 2) == {"a": 1, "b": 1}
    assert shares({"a": 2}, 5) == {"a": 2}
    assert shares({}, 5) == {}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), st.integers(0, 60))
def test_nobody_gets_more_than_allowed_and_nobody_two_before_all_got_one(allowed: dict[str, int], limit: int) -> None:
    given_out = shares(allowed, limit)
    assert sum(given_out.values()) == min(limit, sum(allowed.values()))
    for team, most in allowed.items():
        mine = given_out.get(team, 0)
        assert mine <= most
        assert mine == most or mine >= max(given_out.values(), default=0) - 1


@given(st.lists(st.floats(0, 5), max_size=200))
def test_never_more_leaves_a_bucket_than_the_burst_and_the_fastest_rate_allow(waits: list[float]) -> None:
    bucket, sent = pace.filled(NEW, NOW), 0
    for wait in waits:
        bucket = after(wait, bucket)
        sent += bucket.whole
        bucket = pace.taken(bucket, bucket.whole)
    assert sent <= SLACK.burst + SLACK.most * sum(waits) + 1
