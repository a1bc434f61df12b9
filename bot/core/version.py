"""A version of the playbooks: put to use or refused, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.changes import Change


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from: a folder's name or a repository and its commit, who made it, and when.

    Empty or None where that is not known, as of a file that was not committed.
    """

    source: str = ""
    author: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps a version from use: where it stands, what it is, and how to mend it."""

    file: str
    line: int
    message: str
    repair: str
    play: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """`version` names the meaning of all plays; for a refused one it names the files. Times are aware."""

    id: str
    version: str
    origin: Origin
    seen_at: datetime
    refused: bool = False
    changes: Sequence[Change] = ()
    troubles: Sequence[Trouble] = ()
