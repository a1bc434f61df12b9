"""Sentences that are made in English (checks, git hosts, calendars), in the language of whoever reads them in Slack."""

import re
import string
from collections.abc import Iterator
from functools import cache

from bot.core.account import Language
from bot.core.texts import feeds, findings, findings_plays
from bot.core.wording import Text

LONGEST = 1_000  # characters; what is longer stays as it is
DEEPEST = 3  # a part of a sentence may be one that is known itself
_ALL = (
    *findings.FILES,
    *findings.YAML,
    *findings.KEYS,
    *findings.ARCHIVE,
    *findings.GIT,
    *findings_plays.RULES,
    *findings_plays.TEXTS,
    *findings_plays.DIALOGUES,
    *findings_plays.SCENES,
    *findings_plays.CASES,
    *feeds.ADDRESS,
    *feeds.HOST,
    *feeds.CALENDAR,
)


def in_language(sentence: str, language: Language, depth: int = DEEPEST) -> str:
    """The sentence in that language; as it is where nobody wrote it down."""
    if language is Language.EN or len(sentence) > LONGEST or not depth:
        return sentence
    for pattern, text in _patterns():
        if (found := pattern.fullmatch(sentence)) is not None:
            parts = {name: in_language(part, language, depth - 1) for name, part in found.groupdict().items()}
            return text.of(language, **parts)
    return sentence


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Text], ...]:
    """Each text with what it looks like when filled in; the ones that say most by themselves first."""
    ordered = sorted(_ALL, key=lambda text: -sum(len(literal) for literal, _ in _pieces(text.en)))
    return tuple((re.compile("".join(_pattern(text.en)), re.DOTALL), text) for text in ordered)


def _pieces(template: str) -> Iterator[tuple[str, str | None]]:
    for literal, name, _, _ in string.Formatter().parse(template):
        yield literal, name


def _pattern(template: str) -> Iterator[str]:
    for literal, name in _pieces(template):
        yield re.escape(literal)
        if name is not None:
            yield f"(?P<{name}>.*?)"
