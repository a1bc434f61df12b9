"""Playbooks that change while the bot runs: read, checked, learned, and put to use in one step; or refused whole."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import errors, metrics
from bot.content import ownership
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.core.matching import Weights
from bot.core.version import Trouble
from bot.jobs import mishap
from bot.jobs.playbook_sources import Candidate, Source
from bot.log import log
from bot.usecases import planning, playbook_notices, playbook_versions
from bot.usecases.ports import Base

REST = 5.0  # seconds after something that nobody foresaw
STOPS_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How playbooks become what is used."""

    load: Callable[[Path], Loaded]
    train: Callable[[Loaded, Path], Weights]


class Watcher:
    """What is to be shown of it; a page overrides what it wants to know."""

    def reading(self) -> None:
        """A new state is being read."""

    def took(self, loaded: Loaded) -> None:
        """It is in use now."""

    def refused(self, findings: tuple[Finding, ...]) -> None:
        """It is not; the one before stays."""


class Reloader:
    """A thread that waits for new playbooks. `eager`: they are used before the matcher has learned them (seconds).

    `grace` is how long a broken state may stand before anybody hears of it.
    """

    def __init__(
        self,
        source: Source,
        base: Callable[[], Base],
        reading: Reading,
        *,
        watcher: Watcher | None = None,
        eager: bool = False,
        grace: timedelta = timedelta(0),
    ) -> None:
        self._source, self._base, self._reading = source, base, reading
        self._watcher, self._eager, self._grace = watcher or Watcher(), eager, grace
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="playbooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends; what is being fetched is not waited for."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(STOPS_WITHIN)

    def _run(self) -> None:
        self._guarded(self._begin)
        while not self._over.is_set():
            self._guarded(self._step)

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except errors.KamError as error:
            log.warning("playbooks_not_taken", code=error.code)
            self._over.wait(REST)
        except Exception as error:  # noqa: BLE001 - the edge of a thread: the version in use stays
            if not self._over.is_set():
                mishap.note(error, "job", "reload_failed")
                self._over.wait(REST)

    def _begin(self) -> None:
        """Writes down what the bot began with; what changed since then is taken at once."""
        candidate = self._source.now()
        loaded = self._reading.load(candidate.folder)
        base = self._base()
        if loaded.library.version != base.shelf.library.version:
            self.read(candidate)
            return
        troubles = _troubles(loaded.findings)
        version = playbook_versions.adopted(base, loaded.library, candidate.origin, troubles)
        if version is not None and troubles:
            owners = ownership.owners(loaded.findings, candidate.folder, base.shelf.library)
            playbook_notices.tell(base, version, owners)

    def _step(self) -> None:
        candidate = self._source.wait(self._over)
        if candidate is not None and not self._over.is_set():
            self.read(candidate)

    def read(self, candidate: Candidate) -> None:
        """Puts a state to use, or refuses it as a whole."""
        self._watcher.reading()
        findings: tuple[Finding, ...] = ()
        try:
            loaded = self._reading.load(candidate.folder) if not candidate.troubles else None
        except errors.BadInput as error:
            loaded, findings = None, (_unreadable(candidate.folder, error),)
        if loaded is not None and loaded.ok and loaded.library.plays:
            self._take(candidate, loaded)
        else:
            self._refuse(candidate, loaded.findings if loaded is not None else findings)

    def _take(self, candidate: Candidate, loaded: Loaded) -> None:
        base, library = self._base(), loaded.library
        is_new = library.version != base.shelf.library.version
        if self._eager:
            base.shelf.put(library, base.shelf.take()[1])
            learning = threading.Thread(target=self._learn, args=(candidate, loaded), name="learning", daemon=True)
            learning.start()
        else:
            weights = self._reading.train(loaded, candidate.folder)
            if self._over.is_set():
                return
            candidate.use()
            base.shelf.put(library, weights)
        self._watcher.took(loaded)
        metrics.RELOADS.labels("used").inc()
        metrics.PLAYS.set(len(library.plays))
        metrics.PLAY_ERRORS.set(0)
        playbook_versions.adopted(base, library, candidate.origin)
        if is_new:
            planning.replan_everyone(base, base.clock.now())

    def _learn(self, candidate: Candidate, loaded: Loaded) -> None:
        """Trains the matcher after the fact: until then it finds plays by what they said before."""
        try:
            weights = self._reading.train(loaded, candidate.folder)
        except (errors.KamError, OSError) as error:
            log.warning("matcher_not_trained", error=type(error).__name__)
            return
        shelf = self._base().shelf
        if not self._over.is_set() and shelf.library.version == loaded.library.version:
            shelf.put(loaded.library, weights)

    def _refuse(self, candidate: Candidate, findings: tuple[Finding, ...]) -> None:
        self._watcher.refused(findings)
        base = self._base()
        troubles = candidate.troubles or _troubles(findings) or (_EMPTY,)
        metrics.RELOADS.labels("refused").inc()
        metrics.PLAY_ERRORS.set(len(troubles))
        owners = ownership.owners(findings, candidate.folder, base.shelf.library)
        candidate.drop()
        version = playbook_versions.refused(base, candidate.files, candidate.origin, troubles)
        playbook_notices.tell(base, version, owners, self._grace)


_EMPTY = Trouble("", 0, "there are no plays", "look whether the folder is the right one: KAM_PLAYBOOKS")


def _troubles(findings: tuple[Finding, ...]) -> tuple[Trouble, ...]:
    return tuple(Trouble(f.file, f.line, f.message, f.repair, f.play) for f in findings if f.severity == "error")


def _unreadable(folder: Path, error: errors.KamError) -> Finding:
    return Finding(file=folder.name, line=1, message=error.message, repair=error.repair)
