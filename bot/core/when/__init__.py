"""Reads the time of a visit as a rep types it, in English, in Chinese and mixed.

What it decides where people differ:
- An hour from 1 to 6 without am, pm or a leading zero is in the afternoon (`thu 3` is 15:00, `thu 03:00` is not);
  7 to 12 stand as they are. Beside a year-first date the clock has 24 hours.
- morning is 9:00, afternoon 14:00, evening 18:00, night 20:00.
- A weekday that is today: today if the hour is still ahead, a week on if it is over, a question without an hour.
- `next thursday` is Thursday of next week; a question if the coming one is in this week. 下周四 is always next week's.
- `3/4` is a question unless one of the numbers is past 12. In a zone that writes the month first, that comes first.
- A day without a year is the coming one, but one of the last 60 days is over, not a year off.
- An hour without a day is today, or tomorrow if it is over.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.when import spans
from bot.core.when.reading import (
    Ambiguity,
    Choices,
    Moment,
    NotUnderstood,
    Past,
    Reading,
    Unclear,
    Understood,
)
from bot.core.when.resolve import is_over, resolve

__all__ = [
    "Ambiguity",
    "Choices",
    "Moment",
    "NotUnderstood",
    "Past",
    "Reading",
    "Unclear",
    "Understood",
    "is_over",
    "read",
    "split",
]

LONGEST_TEXT = 4_000


def read(text: str, now: datetime, zone: ZoneInfo) -> Reading:
    """The time that a text names, wherever it stands, and the rest of the text; times are in `zone`.

    `now` is aware. The text's last full expression counts; a day and an hour may stand apart.
    """
    if len(text) > LONGEST_TEXT:
        return NotUnderstood(text, Unclear.TOO_LONG)
    found = spans.find(text)
    span = _best(found)
    if span is None:
        return NotUnderstood(text)
    reading = resolve(span.facts, _said(text, span), now, zone)
    return reading if isinstance(reading, NotUnderstood) else replace(reading, rest=spans.rest(text, span))


def split(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, Reading]:
    """The name and the time of "acme thu 10:00": the longest time at the end or else at the start is split off.

    The name is the whole text if neither end is a time, and empty if all of it is one.
    """
    if len(text) > LONGEST_TEXT:
        return text.strip(), NotUnderstood(text, Unclear.TOO_LONG)
    span = _at_an_end(text)
    if span is None:
        return text.strip(), NotUnderstood(text)
    return spans.rest(text, span), resolve(span.facts, _said(text, span), now, zone)


def _said(text: str, span: spans.Span) -> str:
    return " ".join(text[start:end].strip() for start, end in span.stretches)


def _best(found: list[spans.Span]) -> spans.Span | None:
    if not found:
        return None
    best = max(found, key=lambda span: (span.facts.vague is None, _fullness(span), span.start))
    joined = (spans.join(best, other) or spans.join(other, best) for other in reversed(found) if other is not best)
    return next((span for span in joined if span), best)


def _fullness(span: spans.Span) -> int:
    facts = span.facts
    if facts.later or facts.fixed:
        return 3
    return 2 * facts.has_day + facts.has_hour


def _at_an_end(text: str) -> spans.Span | None:
    found = spans.find(text)
    head = spans.leading(text)
    tail = found[-1] if found and spans.closes(text, found[-1]) else None
    if tail is None or head is None or head.end > tail.start:
        return tail or head
    # 明天华为下午3点 has its day in front; 周六福 下午3点 is a firm's name.
    if head.from_weekday and not text[head.end].isspace():
        return tail
    return spans.join(head, tail) or tail
