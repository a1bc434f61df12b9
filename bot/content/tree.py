"""The files of a playbook tree, read once each; what did not change since last time comes from a cache."""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from bot import errors
from bot.content import yaml_reader
from bot.content.document import Document
from bot.content.findings import Finding

PLAYBOOK = "playbook.yaml"
CADENCE = "cadence.yaml"
NOT_PLAYBOOKS = frozenset({"examples"})


@dataclass(frozen=True)
class Folder:
    """One playbook's files, as read; keys are ids as the file names say them. `path` is as findings show it."""

    path: str
    playbook: Document | None
    plays: Mapping[str, Document]
    cases: Mapping[str, Document]
    scenes: Mapping[str, Document]


@dataclass(frozen=True)
class Tree:
    """All files of a tree; `findings` are about files that nobody reads."""

    path: str
    cadence: Document | None
    folders: tuple[Folder, ...]
    findings: tuple[Finding, ...]


def read(root: Path, cache: Path | None = None) -> Tree:
    """The tree in a folder; findings show paths from the folder's own name on. Raises BadInput if it is no folder.

    A document without findings is kept in the `cache` file under the hash of its bytes; a cache that is missing,
    broken or of another version only costs time.
    """
    reader = _Reader(root, _load(cache) if cache is not None else {})
    try:
        tree = reader.tree()
    except OSError as error:
        raise errors.BadInput(
            f"the playbooks in {root} cannot be read ({error.strerror})",
            repair="give the folder that holds cadence.yaml and the playbooks",
            code="playbooks_unreadable",
        ) from error
    if cache is not None and reader.changed:
        _save(cache, reader.kept)
    return tree


class _Kept(BaseModel):
    """One document in the cache."""

    data: Any
    numbers: tuple[int, ...]


class _Cache(BaseModel):
    """The cache file. A new `format` makes the old one void: raise it when the reader reads differently."""

    format: Literal[1] = 1
    documents: dict[str, _Kept]


def _load(cache: Path) -> dict[str, _Kept]:
    try:
        return _Cache.model_validate_json(cache.read_bytes()).documents
    except (OSError, ValidationError):
        return {}


def _save(cache: Path, kept: dict[str, _Kept]) -> None:
    fresh = cache.with_name(f"{cache.name}.{os.getpid()}.new")
    with contextlib.suppress(OSError):  # a cache that cannot be written only costs time
        cache.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(_Cache(documents=kept).model_dump_json(), encoding="utf-8")
        fresh.replace(cache)


class _Reader:
    def __init__(self, root: Path, known: dict[str, _Kept]) -> None:
        self._root, self._known = root, known
        self._findings: list[Finding] = []
        self.kept: dict[str, _Kept] = {}

    @property
    def changed(self) -> bool:
        return self.kept.keys() != self._known.keys()

    def tree(self) -> Tree:
        inside = [p for p in sorted(self._root.iterdir()) if not p.name.startswith(".")]
        cadence = self._root / CADENCE
        document = self._document(cadence) if cadence.exists() else None
        folders = [p for p in inside if p.is_dir() and not p.is_symlink() and p.name not in NOT_PLAYBOOKS]
        read_ = tuple(self._folder(folder) for folder in folders)
        return Tree(self._shown(self._root), document, read_, tuple(self._findings))

    def _shown(self, path: Path) -> str:
        return (Path(self._root.name) / path.relative_to(self._root)).as_posix()

    def _folder(self, folder: Path) -> Folder:
        playbook: Document | None = None
        plays: dict[str, Document] = {}
        cases: dict[str, Document] = {}
        scenes: dict[str, Document] = {}
        for path in self._yaml_files(folder):
            if path.name == PLAYBOOK:
                playbook = self._document(path)
            elif path.name.endswith(".cases.yaml"):
                cases[path.name.removesuffix(".cases.yaml")] = self._document(path)
            elif path.name.endswith(".scene.yaml"):
                scenes[path.name.removesuffix(".scene.yaml")] = self._document(path)
            else:
                plays[path.stem] = self._document(path)
        return Folder(self._shown(folder), playbook, plays, cases, scenes)

    def _yaml_files(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.suffix == ".yaml" and not path.is_symlink():
                yield path
            elif path.suffix in (".yaml", ".yml"):
                self._findings.append(
                    Finding(
                        severity="warning",
                        file=self._shown(path),
                        line=1,
                        message="this file is not read",
                        repair="use a file of its own whose name ends in .yaml",
                    )
                )

    def _document(self, path: Path) -> Document:
        name = self._shown(path)
        try:
            source = yaml_reader.content(path)
        except OSError:
            return yaml_reader.read(path, name)  # which says why
        key = hashlib.sha256(source).hexdigest()
        known = self._known.get(key)
        if known is not None:
            self.kept[key] = known
            return Document(name, known.data, known.numbers)
        document = yaml_reader.read(source, name)
        if not document.findings:
            self.kept[key] = _Kept(data=document.data, numbers=document.numbers)
        return document
