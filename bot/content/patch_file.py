"""A patch as a file that `git apply` takes."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from bot.content.trial import Change

LAST = "\\ No newline at end of file\n"


def unified(changes: Iterable[Change], top: str) -> str:
    """The unified diff of these files; `top` is where the playbook folder lies in its repository."""
    return "".join(line for change in changes for line in _lines(change, path_in(change.path, top)))


def path_in(path: str, top: str) -> str:
    """The path of a file in its repository."""
    return (PurePosixPath(top) / path.split("/", 1)[1]).as_posix()


def top_of(folder: Path) -> str:
    """Where a playbook folder lies in the git checkout that holds it; its own name where none does."""
    whole = folder.resolve()
    for parent in (whole, *whole.parents):
        if (parent / ".git").exists():
            return whole.relative_to(parent).as_posix()
    return whole.name


def _lines(change: Change, path: str) -> Iterator[str]:
    yield f"diff --git a/{path} b/{path}\n"
    for line in difflib.unified_diff(_split(change.before), _split(change.after), f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n{LAST}"


def _split(text: str) -> list[str]:
    """Lines as git counts them: only a line feed ends one."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
