"""No pattern of ours takes long over a text that was made to keep it busy: while one is matched nobody is answered."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import bot
import storage
from bot.core import text

LONG = 1_500  # characters; what grows with the square of them stays far below the limit, with the cube far above
SECONDS = 0.4  # of work
PIECES = (
    "@", "a", "1", " ", "\t", "\u3000", "-", ".", ":", "/", "<", "|", ",", "\n", "=", "_", "&", "#", "'", '"', "(", "[",
    "a ", "1 ", "a.", "1.", "1:", "a-", "a@", "a,", "a'", "a/", "<a", "<@", "<@U1|", "http://", "<http://a|", "&amp;",
    "年", "月", "一", "周", "下周", "上午", "星期", "我们", "at ", "on ", "by ", "in ", "next ", "monday ", "1 days ",
    "tree/", "{",
)  # fmt: skip


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern that a module of ours holds by a name, alone or in a collection."""
    found: dict[str, re.Pattern[Any]] = {}
    for package in (bot, storage):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith("__main__") and ".practice" not in info.name:
                for name, value in vars(importlib.import_module(info.name)).items():
                    found |= {f"{info.name}.{name}{n}": p for n, p in enumerate(within(value))}
    return found


def within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from within(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from within(each)


@contextmanager
def in_time(what: str) -> Iterator[None]:
    """Fails what needs more of the processor than it may; a match stops for a signal."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"{what} takes too long")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


FOUND = patterns()


def test_the_patterns_are_found() -> None:
    assert len(FOUND) > 70
    assert text._LINK in FOUND.values()


@pytest.mark.parametrize("name", FOUND)
def test_no_pattern_is_kept_busy(name: str) -> None:
    pattern = FOUND[name]
    for piece in PIECES:
        for end in ("", "!"):
            long = (piece * LONG)[:LONG] + end
            with in_time(f"{name} on {piece!r}"):
                pattern.search(long.encode() if isinstance(pattern.pattern, bytes) else long)


@pytest.mark.parametrize("piece", PIECES)
def test_no_question_keeps_the_coach_busy(piece: str) -> None:
    with in_time(repr(piece)):
        text.pieces(text.normalise((piece * text.LONGEST * 40)[: text.LONGEST * 40]))


def test_a_character_that_stands_for_many_makes_no_question_longer() -> None:
    with in_time("one character for eighteen"):
        assert len(text.normalise("\ufdfa" * text.LONGEST * 4)) == text.LONGEST
