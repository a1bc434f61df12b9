"""What a subcommand is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.account import Rep
from bot.core.message import Reply
from bot.core.wording import Text
from bot.usecases.ports import Base


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody asked for something: who, with which words or value, when."""

    base: Base
    rep: Rep
    text: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`/kam NAME …`: other names for it, how to write it, what it does in one line, and the function that does it.

    `words` are its own subcommands. `asks` is True where any other words are for it too: what happened, what was
    promised; a misspelt word is then looked for only where it stands alone.
    """

    name: str
    aliases: tuple[str, ...]
    usage: Text
    summary: Text
    handle: Callable[[Act], Reply]
    words: tuple[str, ...] = ()
    asks: bool = False


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest."""
    word, _, rest = text.strip().partition(" ")
    return word, rest.strip()
