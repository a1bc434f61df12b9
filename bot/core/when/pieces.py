"""The pieces a time expression is made of, and the rules by which each language spells them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto


class Half(Enum):
    """The half of the day that a clock time names itself."""

    UNSAID = auto()  # 3:00, three o'clock
    MORNING = auto()  # am
    AFTERNOON = auto()  # pm
    WHOLE = auto()  # a 24-hour clock: 03:00, 15:00


class Part(StrEnum):
    """A part of the day, with or without a clock time beside it."""

    EARLY = "early"  # 凌晨
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True)
class Shift:
    """A day that many days and months from today."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday (Monday is 0) of the week that many weeks on, or the coming one (`week` None).

    `next_week_or_coming`: said so that people differ ("next Thursday").
    """

    index: int
    week: int | None = None
    next_week_or_coming: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day of a month; without a month, of the coming one that has it, or of the month `months_on` from now."""

    day: int
    month: int | None = None
    year: int | None = None
    years_on: int | None = None
    months_on: int | None = None


@dataclass(frozen=True, slots=True)
class Slashed:
    """Two numbers of which one is the day and one the month."""

    first: int
    second: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock."""

    hour: int
    minute: int = 0
    half: Half = Half.UNSAID


@dataclass(frozen=True, slots=True)
class Later:
    """A time that many minutes from now."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A time given with its offset from UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Vague:
    """A stretch of days that is no visit's time: next week, the end of the month."""


Value = Shift | Weekday | Calendar | Slashed | Clock | Part | Later | Fixed | Vague
Build = Callable[[re.Match[str]], Sequence[Value] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A spelling and what it means. `follows`: only directly after another piece ("Thursday *morning*")."""

    pattern: re.Pattern[str]
    build: Build
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, from `start` to before `end`, that a rule has read."""

    start: int
    end: int
    values: tuple[Value, ...]
    follows: bool = False


# Letters and figures that are written with spaces between words; Chinese is not.
LETTER = "a-z0-9\u00b5-\u024f\u0370-\u1fff"
_WORD_END = rf"(?![{LETTER}])(?![.'’/:-][{LETTER}])"


def rule(pattern: str, build: Build, *, follows: bool = False) -> Rule:
    """The rule for this spelling; the pattern is matched against normalised lower-case text."""
    return Rule(re.compile(pattern), build, follows)


def word(pattern: str, build: Build, *, follows: bool = False) -> Rule:
    """The rule for a spelling that ends with a word: not in "Monday.com", "Friday's" or "10:30pmx"."""
    return rule(rf"(?:{pattern}){_WORD_END}", build, follows=follows)


def fixed(pattern: str, *values: Value, follows: bool = False) -> Rule:
    """The rule for a spelling that always means the same."""
    return rule(pattern, lambda _match: values, follows=follows)


def fixed_word(pattern: str, *values: Value, follows: bool = False) -> Rule:
    """The rule for a spelling that ends with a word and always means the same."""
    return word(pattern, lambda _match: values, follows=follows)
