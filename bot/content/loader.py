"""Loads a playbook tree: what holds goes into the library, what does not is told in findings.

`kam check`, start-up and reload all load through here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.content import cases as case_runs
from bot.content import lint, repairs, scenes, tree
from bot.content.document import Document
from bot.content.entry import Entry
from bot.content.findings import Finding, Unsound
from bot.content.scenes import SceneEntry
from bot.content.tree import Folder, Tree
from bot.core.case import Cases
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.playbook import Play, Playbook
from bot.core.scene import Scene


@dataclass(frozen=True)
class Loaded:
    """A library of all plays that hold, the cases of each by its id, and what is wrong, by file and line.

    `entries` say where each play of the library is written.
    """

    library: Library
    cases: Mapping[str, Cases]
    findings: tuple[Finding, ...]
    entries: Mapping[str, Entry]

    @property
    def ok(self) -> bool:
        """True if there are no errors; warnings are let through."""
        return not any(f.severity == "error" for f in self.findings)


def load(folder: Path, *, strict: bool = False, cache: Path | None = None, today: date | None = None) -> Loaded:
    """The playbooks in a folder. A play with any error is left out and told; the rest is there.

    `strict` raises Unsound on any error. `cache` is a file that spares reading unchanged YAML again. `today` is only
    needed to hear about reviews that are past. Raises BadInput where the folder cannot be read.
    """
    loaded = judge(tree.read(folder, cache), today)
    if strict and not loaded.ok:
        raise Unsound(loaded.findings)
    return loaded


def judge(files: Tree, today: date | None = None) -> Loaded:
    """The same of a tree that was read already, or that is one only in thought."""
    manners, found = _manners(files)
    playbooks: list[Playbook] = []
    entries: list[Entry] = []
    for folder in files.folders:
        playbook, wrong = _playbook(folder)
        found += wrong
        read = [_entry(folder, stem, document) for stem, document in folder.plays.items()]
        found += [f for _, findings in read for f in findings] + list(_orphans(folder))
        if playbook is not None:
            playbooks.append(playbook)
            entries += [entry for entry, _ in read if entry is not None]
    stems = {stem for folder in files.folders for stem in folder.plays}
    found += lint.findings(entries, today, stems)
    found += [f for entry in entries for f in case_runs.findings(entry, manners)]
    kept = _without_errors(entries, found)
    rehearsals, wrong = _scenes(files, entries, {entry.play.id for entry in kept})
    found += wrong
    library = _library(playbooks, [entry.play for entry in kept], manners, rehearsals)
    cases = {entry.play.id: entry.cases for entry in kept if entry.cases is not None}
    findings = tuple(sorted(set(files.findings) | set(found)))
    return Loaded(library, cases, findings, {entry.play.id: entry for entry in kept})


def _without_errors(entries: Iterable[Entry], found: Iterable[Finding]) -> list[Entry]:
    broken = {f.file for f in found if f.severity == "error"}
    return [
        entry
        for entry in entries
        if entry.document.name not in broken
        and (entry.cases_document is None or entry.cases_document.name not in broken)
    ]


def _scenes(files: Tree, entries: Iterable[Entry], plays: set[str]) -> tuple[list[Scene], list[Finding]]:
    """The scenes that hold, of plays that hold; and what is wrong with any."""
    read = [_scene(folder, stem, document) for folder in files.folders for stem, document in folder.scenes.items()]
    found = [finding for _, findings in read for finding in findings]
    told = [entry for entry, _ in read if entry is not None]
    found += scenes.findings(told, entries)
    broken = {f.file for f in found if f.severity == "error"}
    return [e.scene for e in told if e.document.name not in broken and e.scene.play in plays], found


def _scene(folder: Folder, stem: str, document: Document) -> tuple[SceneEntry | None, list[Finding]]:
    scene, wrong = repairs.validate(Scene, document, stem)
    found = [*_named(document.findings, stem), *wrong]
    if stem not in folder.plays:
        message = f"there is no play `{stem}` beside this scene"
        found.append(document.finding((), message, f"write {stem}.yaml, or delete this file", play=stem))
    elif scene is not None and scene.play != stem:
        message = f"the scene is for `{scene.play}`, the file's name says `{stem}`"
        found.append(document.finding(("play",), message, f"write `play: {stem}`", play=stem))
    return (SceneEntry(scene, document) if scene is not None else None), found


def _library(
    playbooks: Iterable[Playbook], plays: Iterable[Play], manners: Manners, rehearsals: Iterable[Scene]
) -> Library:
    in_order = tuple(sorted(playbooks, key=lambda playbook: (playbook.order, playbook.id)))
    by_id = tuple(sorted(plays, key=lambda play: play.id))
    by_play = tuple(sorted(rehearsals, key=lambda scene: scene.play))
    library = Library(version="", playbooks=in_order, plays=by_id, manners=manners, scenes=by_play)
    return replace(library, version=version(library))


def version(library: Library) -> str:
    """A short name for what a library means: comments, the order of keys and the layout of files do not change it."""
    values = [*library.playbooks, *library.plays, library.manners, *library.scenes]
    text = json.dumps([value.model_dump(mode="json", by_alias=True) for value in values], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _manners(files: Tree) -> tuple[Manners, list[Finding]]:
    if files.cadence is None:
        message, repair = (
            "there is no cadence.yaml, so the numbers built in hold",
            "write it, even if it is only `per_day: 1`",
        )
        path = f"{files.path}/{tree.CADENCE}"
        return Manners(), [Finding(severity="warning", file=path, line=1, message=message, repair=repair)]
    manners, wrong = repairs.validate(Manners, files.cadence)
    return manners or Manners(), [*files.cadence.findings, *wrong]


def _playbook(folder: Folder) -> tuple[Playbook | None, list[Finding]]:
    name = folder.path.rpartition("/")[2]
    if folder.playbook is None:
        path = f"{folder.path}/{tree.PLAYBOOK}"
        message = "the file is missing, so none of this folder's plays are used"
        return None, [
            Finding(file=path, line=1, message=message, repair=f"write it: id: {name}, title, summary, order")
        ]
    playbook, wrong = repairs.validate(Playbook, folder.playbook)
    found = [*folder.playbook.findings, *wrong]
    if playbook is not None and playbook.id != name:
        message = f"the id is `{playbook.id}`, the folder's name is `{name}`"
        found.append(folder.playbook.finding(("id",), message, f"write `id: {name}`"))
    return (None if found else playbook), found


def _entry(folder: Folder, stem: str, document: Document) -> tuple[Entry | None, list[Finding]]:
    name = folder.path.rpartition("/")[2]
    play, found = repairs.validate(Play, document, stem, playbook=name)
    found = [*_named(document.findings, stem), *found]
    beside = folder.cases.get(stem)
    if beside is None:
        repair = f"write {stem}.cases.yaml: two examples that fit, two that do not"
        found.append(document.finding((), "the play has no cases", repair, play=stem))
        return (Entry(play, document) if play is not None else None), found
    cases, wrong = repairs.validate(Cases, beside, stem)
    found += [*_named(beside.findings, stem), *wrong]
    if cases is not None and cases.play != stem:
        message = f"the cases are for `{cases.play}`, the file's name says `{stem}`"
        found.append(beside.finding(("play",), message, f"write `play: {stem}`", play=stem))
    return (Entry(play, document, cases, beside) if play is not None else None), found


def _named(found: Iterable[Finding], play: str) -> Iterator[Finding]:
    return (replace(finding, play=play) for finding in found)


def _orphans(folder: Folder) -> Iterator[Finding]:
    for stem, document in folder.cases.items():
        if stem not in folder.plays:
            message = f"there is no play `{stem}` beside these cases"
            yield document.finding((), message, f"write {stem}.yaml, or delete this file", play=stem)
