"""The playbooks of the settings: read, learned, and followed while the bot runs."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from bot import errors, metrics
from bot.connectors import git_host
from bot.connectors.good_copy import GoodCopy
from bot.content import loader, patch_file, training
from bot.content.loader import Loaded
from bot.core.library import Library
from bot.core.matching import Weights
from bot.jobs.playbook_sources import FolderSource, HostSource, Source
from bot.jobs.reload import Reading, Reloader, Watcher
from bot.log import log
from bot.settings import Settings
from bot.usecases.ports import Base, Sources

GRACE = timedelta(minutes=1)  # who saves half a change mends it by then
DRAFTS_KEPT = 3


def source(settings: Settings, settle: float = 1.0) -> Source:
    """Where the playbooks come from. Raises BadInput where the address cannot be used."""
    address = settings.playbooks_address
    if not address:
        return FolderSource(settings.playbooks_folder, settle)
    return HostSource(repository(settings), GoodCopy(settings.playbooks_copies, address), settings.playbooks_seconds)


def repository(settings: Settings) -> git_host.Repository:
    """The repository of the settings' address, asked on the way that they allow. Raises BadInput where it is none."""
    address, token = settings.playbooks_address, settings.git_token.get_secret_value()
    way = git_host.way(address, settings.private_names, settings.private_ca)
    return git_host.of(address, token, allow_loopback=settings.allow_loopback_fetch, way=way)


def revision(settings: Settings) -> str:
    """The commit of the good copy; empty where there is none."""
    kept = GoodCopy(settings.playbooks_copies, settings.playbooks_address).current()
    return kept.commit.revision if kept is not None else ""


def folder(settings: Settings) -> Path:
    """The folder with the playbooks; of a repository the good copy, fetched where there is none yet."""
    return source(settings).now().folder if settings.playbooks_address else settings.playbooks_folder


def content(settings: Settings, folder_: Path | None = None) -> Loaded:
    """The playbooks; a play that does not hold is left out, and said so in the log."""
    loaded = loader.load(folder_ or folder(settings), cache=settings.cache / "playbooks.json")
    for finding in loaded.findings:
        if finding.severity == "error":
            log.error("play_left_out", file=finding.file, line=finding.line, message=finding.message)
    metrics.PLAYS.set(len(loaded.library.plays))
    metrics.PLAY_ERRORS.set(sum(finding.severity == "error" for finding in loaded.findings))
    if not loaded.library.plays:
        raise errors.BadContent("No play could be read.", repair="Run `kam check` and mend what it names.")
    return loaded


def weights(settings: Settings, loaded: Loaded, folder_: Path | None = None) -> Weights:
    """The matcher's weights, from the cache, else trained now (seconds)."""
    lines = training.read_out_of_scope((folder_ or folder(settings)) / "out_of_scope.yaml")
    return training.ready(loaded.library, lines, *dict.fromkeys((settings.cache, settings.drafts)))


def reloader(
    settings: Settings,
    base: Callable[[], Base],
    today: Callable[[], date],
    *,
    watcher: Watcher | None = None,
    settle: float = 1.0,
    eager: bool = False,
) -> Reloader:
    """What puts changed playbooks to use. What it learns stays out of the cache that was built at set-up."""
    drafts = settings.drafts

    def load(changed: Path) -> Loaded:
        return loader.load(changed, cache=drafts / "playbooks.json", today=today())

    def train(loaded: Loaded, changed: Path) -> Weights:
        lines = training.read_out_of_scope(changed / "out_of_scope.yaml")
        learned = training.ready(loaded.library, lines, drafts)
        _forget_old(drafts)
        return learned

    grace = timedelta(0) if settings.playbooks_address else GRACE
    reading = Reading(load, train)
    return Reloader(source(settings, settle), base, reading, watcher=watcher, eager=eager, grace=grace)


def sources(settings: Settings) -> Sources:
    """Where the playbooks in use are written; of a repository with a token, also the way to propose a change."""
    cache = settings.drafts / "playbooks.json"

    def teach(library: Library) -> Weights:
        return training.train(library, training.read_out_of_scope(settings.playbooks_folder / "out_of_scope.yaml"))

    address, token = settings.playbooks_address, settings.git_token.get_secret_value()
    if not address:
        top = partial(patch_file.top_of, settings.playbooks_folder)
        return Sources(lambda: settings.playbooks_folder, top, cache, teach)
    copies = GoodCopy(settings.playbooks_copies, address)
    theirs = repository(settings)

    def propose(branch: str, files: Mapping[str, str], title: str, body: str) -> str:
        kept = copies.current()
        if kept is None or theirs.archive(known=kept.commit.revision) is not None:  # it would undo what is newer
            repair = "Try again in some minutes, when they are in use."
            raise errors.Refused("There are newer playbooks on the git host.", repair=repair, code="newer_playbooks")
        return theirs.propose(branch, files, title, body)

    def inside() -> str:
        kept = copies.current()
        return kept.path if kept is not None else ""

    return Sources(lambda: settings.playbooks_folder, inside, cache, teach, propose if token else None, is_copy=True)


def _forget_old(drafts: Path) -> None:
    """Keeps the last weights only: each has some ten megabytes."""
    with contextlib.suppress(OSError):  # another process tidies up too
        found = sorted(drafts.glob("weights-*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in found[DRAFTS_KEPT:]:
            file.unlink(missing_ok=True)
