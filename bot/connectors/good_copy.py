"""The good copy: the playbooks of a repository as they were last put to use, on disk for when the host is silent.

`current` is a link to the folder of one revision. It is exchanged by a rename, so whoever looks finds the old copy or
the new one, and never a half.
"""

import json
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import errors
from bot.connectors.archive import Playbooks
from bot.connectors.git_host import Commit

CURRENT = "current"
ABOUT = "about.json"
OLD = 3600  # seconds: another process may be at work on what is younger


@dataclass(frozen=True, slots=True)
class Kept:
    """One revision on disk: its folder of playbooks, its commit, and where they lie in the repository."""

    folder: Path
    commit: Commit
    path: str = ""


@dataclass(frozen=True, slots=True)
class GoodCopy:
    """The copies below one folder; `address` tells whose they are, for another repository has its own."""

    root: Path
    address: str

    @property
    def link(self) -> Path:
        return self.root / CURRENT

    def current(self) -> Kept | None:
        """What was last put to use from this address; None if nothing was."""
        try:
            folder = self.link.resolve(strict=True)
            told = json.loads((folder.parent / ABOUT).read_text("utf-8"))
            at = datetime.fromisoformat(told["at"]) if told["at"] else None
            commit = Commit(told["revision"], told["author"], at, told["title"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Kept(folder, commit, str(told.get("path") or "")) if told.get("address") == self.address else None

    def keep(self, playbooks: Playbooks, commit: Commit, name: str) -> Kept:
        """Writes a revision to disk, whole or not at all, without putting it to use. Raises Unavailable."""
        fresh = self.root / f".{secrets.token_hex(6)}.new"
        top = (playbooks.path.rpartition("/")[2] or name).lstrip(".") or "playbooks"
        try:
            self._write(fresh, fresh / top, playbooks, commit)
            final = self.root / commit.revision
            if final.exists():  # it may be in use just now
                final = self.root / f"{commit.revision}.{secrets.token_hex(3)}"
            fresh.rename(final)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise errors.Unavailable(
                f"the playbooks cannot be written to disk ({error.strerror})",
                repair="Look whether the data folder can be written and has room.",
                code="copy_not_written",
            ) from error
        return Kept(final / top, commit, playbooks.path)

    def use(self, kept: Kept) -> None:
        """Makes a revision the good copy, in one step, and takes away those before it. Raises Unavailable."""
        before = self.link.resolve().parent
        new = self.root / f".{secrets.token_hex(6)}.link"
        try:
            new.symlink_to(kept.folder.relative_to(self.root))
            new.replace(self.link)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise errors.Unavailable(
                f"the playbooks on disk cannot be exchanged ({error.strerror})",
                repair="Look whether the data folder can be written.",
                code="copy_not_written",
            ) from error
        for other in self.root.iterdir():
            if other.name != CURRENT and other != kept.folder.parent and (other == before or _is_old(other)):
                shutil.rmtree(other, ignore_errors=True)

    def forget(self, kept: Kept) -> None:
        """Takes away a revision that was not put to use."""
        if self.link.resolve() != kept.folder:
            shutil.rmtree(kept.folder.parent, ignore_errors=True)

    def _write(self, fresh: Path, top: Path, playbooks: Playbooks, commit: Commit) -> None:
        for path, data in playbooks.files.items():
            file = top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        at = commit.at.isoformat() if commit.at is not None else ""
        told = {"address": self.address, "revision": commit.revision, "author": commit.author, "at": at}
        told |= {"path": playbooks.path}
        (fresh / ABOUT).write_text(json.dumps({**told, "title": commit.title}), "utf-8")


def _is_old(folder: Path) -> bool:
    try:
        return folder.lstat().st_mtime < time.time() - OLD
    except OSError:
        return False
