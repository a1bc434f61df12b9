"""The playbook workshop of the demo: watches a folder of playbooks, and puts what was changed to use at once.

Where the folder has errors, the last good version stays in use and the findings of `kam check` are shown.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bot import errors, wiring
from bot.content import loader
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.core.account import Language
from bot.core.library import Library
from bot.core.playbook import Play, Wording
from bot.log import log
from bot.settings import Settings
from bot.usecases.ports import Shelf

Payload = dict[str, Any]
LOOK_EVERY = 0.3  # seconds between two looks at the folder
MOST_LINES = 12
MOST_CHANGES = 30


@dataclass(frozen=True)
class Bench:
    """What stands in the workshop: the library in use, and what is wrong in the folder."""

    library: Library
    findings: tuple[Finding, ...]
    reading: bool = False


class Workshop:
    """Reads the folder of the settings again whenever a file in it changes.

    `changed` is called after each reading, and before it, when the page should say so.
    """

    def __init__(self, settings: Settings, today: Callable[[], date], changed: Callable[[], None]) -> None:
        self.settings, self.today, self.changed = settings, today, changed
        self.folder = settings.playbooks
        self._own = settings.model_copy(
            update={"cache_dir": settings.data_dir / "cache"}
        )  # drafts stay out of the cache
        self._stamp = stamp(self.folder)
        first = self._load()
        self.first = first.library
        self.bench = Bench(first.library, first.findings)
        self._shelf: Callable[[], Shelf] | None = None
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="playbooks", daemon=True)

    def start(self, shelf: Callable[[], Shelf]) -> None:
        """Begins to watch; what is good goes to the shelf that `shelf` gives."""
        self._shelf = shelf
        self._watcher.start()

    def stop(self) -> None:
        self._over.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            try:
                now = stamp(self.folder)
            except OSError:  # the folder is just being moved or replaced: look again
                continue
            if now != self._stamp:
                self._stamp = now
                self._read()

    def _read(self) -> None:
        self._show(Bench(self.bench.library, self.bench.findings, reading=True))
        try:
            loaded = self._load()
            if loaded.ok and loaded.library.plays and self._shelf is not None:
                shelf = self._shelf()
                shelf.put(loaded.library, shelf.take()[1])
                self._show(Bench(loaded.library, loaded.findings))
                threading.Thread(target=self._learn, args=(shelf, loaded), name="learning", daemon=True).start()
            else:
                self._show(Bench(self.bench.library, loaded.findings))
        except (errors.KamError, OSError) as error:
            log.warning("playbooks_unreadable", error=str(error))
            repair = error.repair if isinstance(error, errors.KamError) else "Look whether the folder is still there"
            found = Finding(file=self.folder.name, line=1, message=str(error), repair=repair)
            self._show(Bench(self.bench.library, (found,)))

    def _learn(self, shelf: Shelf, loaded: Loaded) -> None:
        """Trains the matcher, which takes seconds: until then it finds plays by what they said before."""
        try:
            weights = wiring.weights(self._own, loaded, self.folder)
        except (errors.KamError, OSError) as error:
            log.warning("matcher_not_trained", error=str(error))
            return
        if not self._over.is_set() and shelf.library.version == loaded.library.version:
            shelf.put(loaded.library, weights)

    def _load(self) -> Loaded:
        return loader.load(self.folder, cache=self.settings.cache / "playbooks.json", today=self.today())

    def _show(self, bench: Bench) -> None:
        self.bench = bench
        self.changed()

    def report(self) -> Payload:
        """What the page shows of it."""
        bench = self.bench
        return {
            "folder": str(self.folder),
            "plays": len(bench.library.plays),
            "version": bench.library.version,
            "reading": bench.reading,
            "findings": [finding.as_json() for finding in bench.findings],
            "changes": changes(self.first, bench.library)[:MOST_CHANGES],
        }


def stamp(folder: Path) -> frozenset[tuple[str, int, int]]:
    """What tells one state of a folder's YAML from another: names, times and sizes."""
    found = set()
    for file in folder.rglob("*.yaml"):
        try:
            status = file.stat()
        except FileNotFoundError:  # replaced just now: the next look sees the new one
            continue
        found.add((str(file), status.st_mtime_ns, status.st_size))
    return frozenset(found)


def changes(before: Library, after: Library) -> list[Payload]:
    """Which plays are new, gone or changed, and the sentences in which they differ."""
    old, new = ({play.id: play for play in library.plays} for library in (before, after))
    differ = [play for play in sorted(old.keys() | new.keys()) if old.get(play) != new.get(play)]
    return [_change(old.get(play), new.get(play)) for play in differ]


def _change(before: Play | None, after: Play | None) -> Payload:
    play = after or before
    assert play is not None
    return {
        "play": play.id,
        "kind": "added" if before is None else "removed" if after is None else "reworded",
        "titles": {language.value: play.title.of(language) for language in Language},
        "lines": list(_lines(before, after))[:MOST_LINES] if before and after else [],
        "asks": {language.value: f"/kam advice {_ask(play, language)}" for language in Language} if after else {},
    }


def _ask(play: Play, language: Language) -> str:
    """Words that should lead to a play."""
    return next(iter(play.asks.of(language)), play.title.of(language))


def _lines(before: Play, after: Play) -> Iterator[Payload]:
    for language in Language:
        told = zip_longest(_sentences(before, language), _sentences(after, language), fillvalue="")
        yield from ({"before": old, "after": new} for old, new in told if old != new)


def _sentences(play: Play, language: Language) -> list[str]:
    steps = [step.what.of(language) for step in play.steps]
    return [play.title.of(language), *(line for w in play.wordings.of(language) for line in _said(w)), *steps]


def _said(wording: Wording) -> tuple[str, str, str]:
    return wording.do, wording.say, wording.avoid
