"""Days and moments as they are said aloud, in both languages."""

from datetime import date

import pytest

from bot.core.account import Language
from bot.core.wording import bare_day, spoken_day, spoken_moment
from tests.factories import a_local

WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("day", "english", "chinese"),
    [
        (date(2026, 3, 4), "today", "今天"),
        (date(2026, 3, 5), "tomorrow", "明天"),
        (date(2026, 3, 6), "Friday", "后天"),
        (date(2026, 3, 10), "Tuesday", "3月10号"),
        (date(2026, 3, 11), "Wednesday the 11th of March", "3月11号"),
        (date(2026, 2, 27), "Friday", "2月27号"),
        (date(2026, 4, 1), "Wednesday the 1st of April", "4月1号"),
        (date(2026, 5, 2), "Saturday the 2nd of May", "5月2号"),
        (date(2026, 5, 13), "Wednesday the 13th of May", "5月13号"),
        (date(2026, 5, 23), "Saturday the 23rd of May", "5月23号"),
    ],
)
def test_a_day(day: date, english: str, chinese: str) -> None:
    assert spoken_day(day, Language.EN, WEDNESDAY) == english
    assert spoken_day(day, Language.ZH, WEDNESDAY) == chinese


@pytest.mark.parametrize(
    ("at", "english", "chinese"),
    [
        ("2026-03-04 11:00", "eleven on Wednesday", "周三上午11点"),
        ("2026-03-04 10:30", "half past ten on Wednesday", "周三上午10点半"),
        ("2026-03-04 12:00", "noon on Wednesday", "周三中午12点"),
        ("2026-03-04 12:30", "12:30 on Wednesday", "周三中午12点半"),
        ("2026-03-05 14:30", "half past two on Thursday", "周四下午2点半"),
        ("2026-03-05 19:00", "seven on Thursday", "周四晚上7点"),
        ("2026-03-05 08:20", "08:20 on Thursday", "周四早上8点20分"),
        ("2026-03-06 00:00", "midnight on Friday", "周五凌晨0点"),
    ],
)
def test_a_moment(at: str, english: str, chinese: str) -> None:
    now = a_local("2026-03-04 10:00")
    assert spoken_moment(a_local(at), Language.EN, now) == english
    assert spoken_moment(a_local(at), Language.ZH, now) == chinese


def test_a_day_for_brackets_brings_none_of_its_own() -> None:
    assert bare_day(date(2025, 3, 4), Language.ZH, WEDNESDAY) == "2025年3月4日"
    assert bare_day(date(2025, 3, 4), Language.EN, WEDNESDAY) == "Tue 4 Mar 2025"
