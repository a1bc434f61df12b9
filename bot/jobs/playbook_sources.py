"""Where playbooks come from while the bot runs: a folder that is watched, or a git host that is asked again."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import watchfiles

from bot import errors
from bot.connectors import archive
from bot.connectors.client import FetchError
from bot.connectors.git_host import Commit, Repository
from bot.connectors.good_copy import GoodCopy, Kept
from bot.content import provenance
from bot.core.version import Origin, Trouble
from bot.log import log

LONGEST_PAUSE = 3600.0  # seconds
LOOK_AGAIN = 2.0  # seconds; a watch may miss what a look sees: folders that were exchanged, disks of other machines
Stamp = frozenset[tuple[str, int, int]]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A state of the playbooks that was not looked at yet. `files` names its bytes.

    `use` is to be called when it is put to use, `drop` when it is refused. `troubles` stand for what cannot be read.
    """

    folder: Path
    origin: Origin
    files: str
    use: Callable[[], None] = _nothing
    drop: Callable[[], None] = _nothing
    troubles: tuple[Trouble, ...] = ()


class Source(Protocol):
    """Somewhere playbooks come from."""

    def now(self) -> Candidate:
        """What is there now, without asking anybody far away."""
        ...

    def wait(self, over: threading.Event) -> Candidate | None:
        """The next new state, as soon as there is one; None once `over` is set."""
        ...


# --- a folder -------------------------------------------------------------------------------------------------------


class FolderSource:
    """A folder. A change counts once nothing has moved for `settle` seconds: a checkout writes one file at a time."""

    def __init__(self, folder: Path, settle: float = 1.0) -> None:
        self._folder, self._settle = folder, settle
        self._seen = stamp(folder)
        self._watch: Generator[object, None, None] | None = None
        self._watched: tuple[int, int] | None = None

    def now(self) -> Candidate:
        return Candidate(self._folder, provenance.of_folder(self._folder), contents(self._folder))

    def wait(self, over: threading.Event) -> Candidate | None:
        try:
            while not over.is_set():
                if stamp(self._folder) != self._seen:
                    self._seen = self._settled(over)
                    return self.now()
                self._sleep(over)
        finally:
            if over.is_set():
                self._close()
        return None

    def _settled(self, over: threading.Event) -> Stamp:
        before, after = None, stamp(self._folder)
        while before != after and not over.wait(self._settle):
            before, after = after, stamp(self._folder)
        return after

    def _sleep(self, over: threading.Event) -> None:
        """Returns when something moved in the folder, or after a while."""
        try:
            status = self._folder.stat()
            if self._watch is None or self._watched != (status.st_dev, status.st_ino):
                self._close()
                self._watched = (status.st_dev, status.st_ino)
                self._watch = watchfiles.watch(
                    self._folder,
                    watch_filter=None,
                    debounce=200,
                    stop_event=over,
                    rust_timeout=int(LOOK_AGAIN * 1000),
                    yield_on_timeout=True,
                    raise_interrupt=False,
                )
            next(self._watch, None)
        except OSError:  # the folder is just being exchanged, or the machine has no watches left: look again
            self._close()
            over.wait(LOOK_AGAIN)

    def _close(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self._watch = None


def stamp(folder: Path) -> Stamp:
    """What tells one state of a folder's YAML from another: names, times and sizes."""
    found = set()
    try:
        for file in folder.rglob("*.y*ml"):
            status = file.stat()
            found.add((str(file), status.st_mtime_ns, status.st_size))
    except OSError:  # replaced just now: the next look sees the new one
        found.add(("", secrets.randbits(60), 0))
    return frozenset(found)


def contents(folder: Path) -> str:
    """A short name for the bytes of a folder's YAML, the same on every machine."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(folder.rglob("*.y*ml")):
        try:
            data = file.read_bytes()
        except OSError:
            continue
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


# --- a git host -----------------------------------------------------------------------------------------------------


class HostSource:
    """A repository on a git host, asked every `seconds`; where it does not answer, ever more rarely, up to an hour."""

    def __init__(self, repository: Repository, copies: GoodCopy, seconds: float) -> None:
        self._repository, self._copies, self._seconds = repository, copies, seconds
        kept = copies.current()
        self._known, self._etag = kept.commit.revision if kept is not None else "", ""
        self._chance = secrets.SystemRandom()
        self._failures = 0
        self.pause = 0.0  # seconds until the next question

    def now(self) -> Candidate:
        """The good copy; without one it is fetched and becomes it. Raises a KamError where that fails."""
        kept = self._copies.current()
        if kept is not None:
            return self._candidate(kept)
        found = self.look()
        if found is None or found.troubles:
            said = found.troubles[0] if found is not None else None
            raise errors.Unavailable(
                said.message if said is not None else "The git host has no playbooks.",
                repair=said.repair if said is not None else "Check KAM_PLAYBOOKS.",
            )
        found.use()
        return found

    def wait(self, over: threading.Event) -> Candidate | None:
        while not over.wait(self.pause):
            try:
                found = self.look()
            except errors.KamError as error:
                self._failed(error)
                continue
            self._failures, self.pause = 0, self._until_next()
            if found is not None:
                return found
        return None

    def _until_next(self) -> float:
        """Seconds: the set time, or longer where what the host still allows would not last, at most an hour."""
        wanted = max(self._seconds, min(self._repository.pace, LONGEST_PAUSE))
        return wanted * self._chance.uniform(0.9, 1.1)

    def look(self) -> Candidate | None:
        """What is newer than what was looked at last, on disk already; None if nothing is. Raises a KamError."""
        fetched = self._repository.archive(self._etag or None, self._known)
        if fetched is None:
            return None
        commit = self._commit(fetched.revision)
        try:
            read = archive.read(fetched.content, self._repository.address.path)
        except archive.BadArchive as error:
            trouble = Trouble("", 0, error.message, error.repair)
            candidate = Candidate(self._copies.root, self._origin(commit), fetched.revision, troubles=(trouble,))
        else:
            candidate = self._candidate(self._copies.keep(read, commit, self._repository.address.name))
        self._known, self._etag = fetched.revision, fetched.etag or ""
        return candidate

    def _commit(self, revision: str) -> Commit:
        try:
            return self._repository.commit(revision)
        except FetchError as error:
            log.info("commit_not_told", code=error.code)
            return Commit(revision, "", None, "")

    def _candidate(self, kept: Kept) -> Candidate:
        return Candidate(
            kept.folder,
            self._origin(kept.commit),
            kept.commit.revision,
            use=lambda: self._use(kept),
            drop=lambda: self._copies.forget(kept),
        )

    def _use(self, kept: Kept) -> None:
        try:
            self._copies.use(kept)
        except errors.KamError:
            self._known = self._etag = ""  # to be tried again
            raise

    def _origin(self, commit: Commit) -> Origin:
        return Origin(f"{self._repository.address.web} @ {commit.revision[:7]}", commit.author, commit.at)

    def _failed(self, error: errors.KamError) -> None:
        """Waits twice as long as last time, up to an hour, unless the host asks for more; never all at one moment."""
        self._failures += 1
        longest = min(self._seconds * 2 ** min(self._failures, 20), LONGEST_PAUSE)
        asked = error.wait if isinstance(error, FetchError) else None
        self.pause = max(longest * self._chance.uniform(0.75, 1), asked or 0)
        log.warning("playbooks_not_fetched", code=error.code, again_in=round(self.pause), copy=bool(self._known))
