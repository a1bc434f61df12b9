"""Playbooks as they stand in files, and as they would be after a change; nothing is written here."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content import loader, tree, yaml_reader
from bot.content.document import Document
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.content.tree import Tree
from bot.core.library import Library
from bot.core.matching import Weights


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a patch; `path` begins with the name of the playbook folder."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Playbooks:
    """The playbooks that a patch is for, as their files stand now."""

    folder: Path
    files: Tree
    loaded: Loaded
    teach: Callable[[Library], Weights] | None = None

    def text(self, document: Document) -> str:
        """The text of a file, to the letter."""
        inside = document.name.split("/", 1)[1]
        return (self.folder / inside).read_bytes().decode("utf-8")


def read(folder: Path, cache: Path | None = None, teach: Callable[[Library], Weights] | None = None) -> Playbooks:
    """The playbooks in a folder; `teach` trains a matcher (seconds), which only questions need."""
    files = tree.read(folder, cache)
    return Playbooks(folder, files, loader.judge(files), teach)


def after(playbooks: Playbooks, changes: Iterable[Change]) -> Loaded:
    """The playbooks as they would be."""
    read_ = {c.path: yaml_reader.read(c.after.encode(), c.path) for c in changes}
    folders = tuple(
        replace(
            folder,
            plays={stem: read_.get(d.name, d) for stem, d in folder.plays.items()},
            cases={stem: read_.get(d.name, d) for stem, d in folder.cases.items()},
        )
        for folder in playbooks.files.folders
    )
    return loader.judge(replace(playbooks.files, folders=folders))


def new(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """What is found after and was not before; lines may have moved."""
    known = Counter(map(_kind, before))
    return [f for f in sorted(after, key=lambda f: f.severity) if not _taken(known, _kind(f))]


def _taken(known: Counter[tuple[str, str, str]], kind: tuple[str, str, str]) -> bool:
    known[kind] -= 1
    return known[kind] >= 0


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.file, finding.step, "".join(c for c in finding.message if not c.isdigit())
