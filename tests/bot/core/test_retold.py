"""Sentences that are made in English are found again in the reader's language, with what was filled in."""

import re
import string

import pytest

from bot.core import retold
from bot.core.account import Language
from bot.core.wording import Text

FILLED = {"count": 3, "most": 40, "line": 12, "status": 503, "number": 9}


def filled(text: Text) -> dict[str, object]:
    names = {name for _, name, _, _ in string.Formatter().parse(text.en) if name is not None}
    return {name: FILLED.get(name, f"x-{name}") for name in names}


@pytest.mark.parametrize("text", retold._ALL, ids=lambda text: text.en[:50])
def test_a_sentence_is_found_by_its_own_words(text: Text) -> None:
    values = filled(text)
    assert retold.in_language(text.of(Language.EN, **values), Language.ZH) == text.of(Language.ZH, **values)
    assert retold.in_language(text.of(Language.EN, **values), Language.EN) == text.of(Language.EN, **values)


def test_a_part_that_is_known_is_told_in_the_same_language() -> None:
    said = retold.in_language("`step-back` cannot take over here: it is retired", Language.ZH)
    assert said == "`step-back` 在这里接不了手：它已经停用"
    assert retold.in_language("`title` is several keys, not a text", Language.ZH) == "`title` 是 一组键，应该是文字"


def test_what_nobody_wrote_down_stays_as_it_is() -> None:
    assert retold.in_language("the moon is full", Language.ZH) == "the moon is full"
    long = "`" + "a` is `" * 1_000
    assert retold.in_language(long, Language.ZH) == long


def test_no_sentence_is_there_twice() -> None:
    shapes = [re.sub(r"{\w+}", "{}", text.en) for text in retold._ALL]
    assert sorted({shape for shape in shapes if shapes.count(shape) > 1}) == []
