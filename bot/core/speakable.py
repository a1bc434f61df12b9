"""Whether a line that a rep wrote down may stand in a sentence that is said to the client."""

import re
from collections.abc import Iterable
from typing import Final

from bot.core.account import Language

LONGEST: Final = {Language.EN: 90, Language.ZH: 40}  # characters; more is a note, no part of a sentence
SHORTEST_NAME: Final = 4  # letters of a first word that stands for a whole name: "Hallmann" of "Hallmann Pumpenbau"

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MARKED = re.compile(r"[<>@#\n]|https?:")
# Who speaks of the client like this does not speak to them.
_ABOUT_THEM: Final = {
    Language.EN: re.compile(
        r"\b(they|them|their|theirs|he|him|his|she|her|hers|clients?|customers?|boss|angry|furious|mad|livid|upset|"
        r"annoyed|shout\w*|yell\w*|scream\w*|complain\w*|threat\w*|escalat\w*)\b",
        re.IGNORECASE,
    ),
    Language.ZH: re.compile(r"客户|对方|甲方|[他她]|生气|发火|火大|恼|骂|投诉|抱怨|不满|闹|威胁"),
}


def may_be_said(text: str, language: Language, names: Iterable[str] = ()) -> bool:
    """True if the line says what happened, in the client's language, and says nothing about the client.

    `names` are what the client is called: who is spoken to is not named in the third person.
    """
    line = text.strip()
    if not line or len(line) > LONGEST[language] or _MARKED.search(line):
        return False
    if (_CHINESE.search(line) is not None) is not (language is Language.ZH):
        return False
    folded = line.casefold()
    return not _ABOUT_THEM[language].search(line) and not any(n in folded for name in names for n in _short(name))


def _short(name: str) -> tuple[str, ...]:
    """How a name is written in passing: whole, or by its first word."""
    whole = name.strip().casefold()
    first = whole.partition(" ")[0]
    return tuple(n for n in (whole, first if len(first) >= SHORTEST_NAME else "") if n)
