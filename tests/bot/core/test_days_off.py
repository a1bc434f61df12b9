"""Days off as people type them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core import days_off

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=ZONE)


def days(*of_march: int) -> frozenset[date]:
    return frozenset(date(2026, 3, day) for day in of_march)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", days(5)),
        ("fri", days(6)),
        ("2026-03-05..2026-03-09", days(5, 6, 7, 8, 9)),
        ("2026-03-05 to 2026-03-06", days(5, 6)),
        ("tomorrow - fri", days(3, 4, 5, 6)),
        ("3月5日到3月7日", days(5, 6, 7)),
        ("3月5日至7日", days(5, 6, 7)),
        ("5 March, 9 March", days(5, 9)),
        ("3月5日、3月9日", days(5, 9)),
        ("5 March and 9 March", days(5, 9)),
    ],
)
def test_a_day_several_or_a_span_is_read(text: str, expected: frozenset[date]) -> None:
    assert days_off.read(text, NOW, ZONE) == expected


@pytest.mark.parametrize(
    "text", ["", "bananas", "5 March bananas", "2026-03-09..2026-03-05", "2026-03-05..2026-12-31", "1 to 2 to 3"]
)
def test_nothing_is_guessed_of_what_is_no_day(text: str) -> None:
    assert days_off.read(text, NOW, ZONE) is None
