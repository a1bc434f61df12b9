"""A small chart as a value: bars of two parts, one bar a week. Whoever draws it decides how it looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.account import Language
from bot.core.team import Week
from bot.core.texts import team as texts
from bot.core.wording import EN_MONTHS


@dataclass(frozen=True, slots=True)
class Bar:
    """`label` stands below it; `plain` says the same in digits only, where the font lacks the words."""

    label: str
    plain: str
    short: int
    long: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`short` and `long` name the two parts of each bar."""

    title: str
    short: str
    long: str
    bars: tuple[Bar, ...]

    @property
    def is_empty(self) -> bool:
        """True where no bar has any height: there is nothing to draw."""
        return not any(bar.short + bar.long for bar in self.bars)


def of_weeks(weeks: Iterable[Week], language: Language) -> Chart:
    """The open problems at the end of each week."""
    bars = tuple(Bar(_label(week, language), f"{_sunday(week):%m-%d}", week.short, week.long) for week in weeks)
    title, short, long = (t.of(language) for t in (texts.CHART, texts.CHART_SHORT, texts.CHART_LONG))
    return Chart(title, short, long, bars)


def _sunday(week: Week) -> date:
    return week.monday + timedelta(days=6)


def _label(week: Week, language: Language) -> str:
    day = _sunday(week)
    return f"{day.month}月{day.day}日" if language is Language.ZH else f"{day.day} {EN_MONTHS[day.month - 1]}"


def in_words(chart: Chart, language: Language) -> str:
    """What the chart shows, for those who do not see it."""
    told = ("；" if language is Language.ZH else "; ").join(
        texts.CHART_BAR.of(language, label=bar.label, count=bar.short + bar.long, long=bar.long) for bar in chart.bars
    )
    return texts.CHART_WORDS.of(language, title=chart.title, told=told)
