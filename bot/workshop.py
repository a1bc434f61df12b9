"""The playbook workshop of the demo: shows what becomes of playbooks as they are edited.

Edits are put to use at once, as in `kam serve`, only sooner. Where the folder has errors, the last good version stays
in use and the findings of `kam check` are shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from typing_extensions import override

from bot.content import loader
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.core import changes
from bot.core.account import Language
from bot.core.changes import Change
from bot.core.library import Library
from bot.core.playbook import Play
from bot.jobs import playbooks
from bot.jobs.reload import Reloader, Watcher
from bot.settings import Settings
from bot.usecases.ports import Base

Payload = dict[str, Any]
SETTLE = 0.2  # seconds
MOST_CHANGES = 30


@dataclass(frozen=True)
class Bench:
    """What stands in the workshop: the library in use, and what is wrong in the folder."""

    library: Library
    findings: tuple[Finding, ...]
    reading: bool = False


class Workshop(Watcher):
    """Watches the folder of the settings. `changed` is called whenever the page should show something else."""

    def __init__(self, settings: Settings, today: Callable[[], date], changed: Callable[[], None]) -> None:
        self.settings, self.today, self.changed = settings, today, changed
        self.folder = playbooks.folder(settings)
        first = loader.load(self.folder, cache=settings.cache / "playbooks.json", today=today())
        self.first = first.library
        self.bench = Bench(first.library, first.findings)
        self._reloader: Reloader | None = None

    def start(self, base: Callable[[], Base]) -> None:
        """Begins to watch; what is good goes to the shelf of `base`."""
        self._reloader = playbooks.reloader(self.settings, base, self.today, watcher=self, settle=SETTLE, eager=True)
        self._reloader.start()

    def stop(self) -> None:
        if self._reloader is not None:
            self._reloader.stop()

    @override
    def reading(self) -> None:
        self._show(Bench(self.bench.library, self.bench.findings, reading=True))

    @override
    def took(self, loaded: Loaded) -> None:
        self._show(Bench(loaded.library, loaded.findings))

    @override
    def refused(self, findings: tuple[Finding, ...]) -> None:
        self._show(Bench(self.bench.library, findings))

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
            "changes": [_shown(c, bench.library) for c in changes.between(self.first, bench.library)][:MOST_CHANGES],
        }


def _shown(change: Change, library: Library) -> Payload:
    """One change as the page wants it, with a question that leads to the play."""
    play = library.play(change.play)
    return {
        "play": change.play or "cadence.yaml",
        "kind": change.kind.value,
        "titles": {language.value: change.title(language) or "cadence.yaml" for language in Language},
        "lines": [{"before": line.before, "after": line.after} for line in change.lines],
        "asks": {language.value: f"/kam advice {_ask(play, language)}" for language in Language} if play else {},
    }


def _ask(play: Play, language: Language) -> str:
    """Words that should lead to a play."""
    return next(iter(play.asks.of(language)), play.title.of(language))
