"""How things are said: a text in both languages, dates as people write them, words for what the core names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.account import Language


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages, each written for its readers. `{names}` are filled in by `of`."""

    en: str
    zh: str

    def of(self, language: Language, /, **values: object) -> str:
        """The text in that language with its names filled in; a missing name is an error of ours (KeyError)."""
        return (self.zh if language is Language.ZH else self.en).format_map(values)


EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ZH_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, language: Language, today: date | None = None) -> str:
    """A day as people write it; the year is told where it is not this one."""
    year = today is not None and value.year != today.year
    if language is Language.ZH:
        return (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日（{ZH_DAYS[value.weekday()]}）"
    text = f"{EN_DAYS[value.weekday()]} {value.day} {EN_MONTHS[value.month - 1]}"
    return text + (f" {value.year}" if year else "")


def bare_day(value: date, language: Language, today: date) -> str:
    """A day that may stand in brackets: a Chinese one without its weekday, which has brackets of its own."""
    return day(value, language, today).partition("（")[0]


def near_day(value: date, language: Language, today: date) -> str:
    """A day as people say it: today, tomorrow, else its date."""
    if value == today:
        return "今天" if language is Language.ZH else "today"
    if value == today + timedelta(days=1):
        return "明天" if language is Language.ZH else "tomorrow"
    return day(value, language, today)


def moment(at: datetime, language: Language, now: datetime, all_day: bool = False) -> str:
    """A moment in the zone of `now`: the day, and the time of day unless it is a whole day."""
    local = at.astimezone(now.tzinfo)
    text = near_day(local.date(), language, now.date())
    if all_day:
        return text
    if language is Language.ZH:
        return f"{text}{local:%H:%M}"
    return f"{text} {local:%H:%M}" if text in ("today", "tomorrow") else f"{text}, {local:%H:%M}"


def exact(at: datetime, language: Language, now: datetime, all_day: bool = False) -> str:
    """A moment that stays true when it is read later: its date, never "tomorrow"."""
    local = at.astimezone(now.tzinfo)
    text = day(local.date(), language, now.date())
    if all_day:
        return text
    return f"{text}{local:%H:%M}" if language is Language.ZH else f"{text}, {local:%H:%M}"


EN_WHOLE_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EN_WHOLE_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
EN_HOURS = (
    "midnight", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "noon",
)  # fmt: skip
ZH_PARTS = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))  # each up to an hour
NEAR = timedelta(days=6)  # a weekday alone names the day


def spoken_day(value: date, language: Language, today: date) -> str:
    """A day as it is said aloud: by its weekday where that is within six days, else by its date too."""
    if language is Language.ZH:
        known = {0: "今天", 1: "明天", 2: "后天"}.get((value - today).days)
        return known or f"{value.month}月{value.day}号"
    if value in (today, today + timedelta(days=1)):
        return near_day(value, language, today)
    name = EN_WHOLE_DAYS[value.weekday()]
    if abs(value - today) <= NEAR:
        return name
    return f"{name} the {_ordinal(value.day)} of {EN_WHOLE_MONTHS[value.month - 1]}"


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def spoken_moment(at: datetime, language: Language, now: datetime) -> str:
    """A moment as it is said aloud, with its weekday, so that it is true the next day too: "eleven on Wednesday"."""
    local = at.astimezone(now.tzinfo)
    if language is Language.ZH:
        part = next(name for end, name in ZH_PARTS if local.hour < end)
        minutes = {0: "", 30: "半"}.get(local.minute, f"{local.minute}分")
        return f"{ZH_DAYS[local.weekday()]}{part}{local.hour - 12 if local.hour > 12 else local.hour}点{minutes}"
    hour = EN_HOURS[local.hour if local.hour <= 12 else local.hour - 12]
    if local.minute == 30 and 0 < local.hour != 12:
        hour = f"half past {hour}"
    elif local.minute:
        hour = f"{local:%H:%M}"
    return f"{hour} on {EN_WHOLE_DAYS[local.weekday()]}"


def listed(items: list[str], language: Language) -> str:
    """Several things in one sentence, joined by "or"."""
    if len(items) < 2:
        return "".join(items)
    if language is Language.ZH:
        return "、".join(items[:-1]) + "或" + items[-1]
    return ", ".join(items[:-1]) + " or " + items[-1]


def count_words(text: str) -> int:
    return len(text.split())


def count_characters(text: str) -> int:
    """How long a Chinese text is: every character but white space."""
    return sum(1 for c in text if not c.isspace())
