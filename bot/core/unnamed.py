"""Names taken out of a text before others read it: those of clients, and of the people there."""

import re
from collections.abc import Iterable, Iterator

from bot.core.account import Language

INSTEAD = {Language.EN: "the client", Language.ZH: "客户"}
HAN = re.compile(r"[㐀-鿿]")
TITLES = "总|经理|主任|处长|科长|院长|厂长|所长|部长|老师|工程师|工|姐|哥|总监"
LEGAL_FORM = re.compile(
    r"[\s,]+(?:GmbH|AG|SE|KG|Ltd|Limited|Inc|LLC|Corp|Co|PLC|plc|S\.?A|B\.?V|Pty)\.?(?:[\s&]+(?:Co|KG)\.?)*$|"
    r"(?:股份有限公司|有限责任公司|有限公司|集团|公司)$"
)
SHORTEST_WORD = 4  # letters of one word of a name that may stand for the whole
SHORTEST_HAN = 4  # characters of a Chinese firm's name whose first two may stand for it


def without(text: str, names: Iterable[str], language: Language) -> str:
    """The text with each of these names, with or without its legal form, replaced by a word for the client."""
    names = list(names)
    short = (LEGAL_FORM.sub("", name) for name in names)
    return _replaced(text, (re.escape(name) for name in _longest_first([*names, *short])), language)


def standing_in(text: str, firms: Iterable[str], people: Iterable[str]) -> list[str]:
    """Those names that stand in the text in full, with or without a legal form; of people no single Latin word."""
    said = text.casefold()
    whole = {name for name in people if " " in name.strip() or HAN.search(name)} | set(firms)
    return sorted(name for name in whole if LEGAL_FORM.sub("", name).strip().casefold() in said)


def without_any(text: str, accounts: Iterable[str], people: Iterable[str], language: Language) -> str:
    """The same, and what may stand for a name: one word of it, the first characters of a Chinese one, 王总 for 王强.

    It may take out too much: whoever wrote the text reads it again.
    """
    accounts, people = list(accounts), list(people)
    shorter = [*_words(accounts), *_words(people)]
    patterns = [re.escape(name) for name in _longest_first([*accounts, *people])]
    patterns += [re.escape(word) for word in _longest_first(shorter)]
    patterns += [f"{name[0]}(?:{TITLES})" for name in people if HAN.match(name)]
    return _replaced(text, patterns, language)


def _replaced(text: str, patterns: Iterable[str], language: Language) -> str:
    given, word = text, INSTEAD[language]
    for pattern in patterns:
        latin = re.match(r"\w", pattern) and not HAN.search(pattern)
        whole = rf"(?<!\w){pattern}(?!\w)" if latin else pattern
        text = re.sub(whole, lambda found: _word(found, language), text, flags=_case(pattern))
    if text == given:
        return given
    return re.sub(rf"({word})(?:\s*{word})+", r"\1", text, flags=re.IGNORECASE)


def _word(found: re.Match[str], language: Language) -> str:
    """The word for the client, with a capital where a sentence begins."""
    before = found.string[: found.start()].rstrip("\"'“‘ ")
    word = INSTEAD[language]
    return word[:1].upper() + word[1:] if not before or before[-1] in ".!?" else word


def _case(pattern: str) -> re.RegexFlag:
    """One capital word is a name only as it is written: "Paper" is, "paper" is not."""
    return re.IGNORECASE if "\\ " in pattern else re.NOFLAG


def _longest_first(names: Iterable[str]) -> list[str]:
    known = {name.strip() for name in names}
    return sorted((name for name in known if len(name) > 1), key=lambda name: (-len(name), name))


def _words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if HAN.search(name):
            if len(name) >= SHORTEST_HAN:
                yield name[:2]
        else:
            yield from (w for w in re.findall(r"\w+", name) if len(w) >= SHORTEST_WORD and w[0].isupper())
