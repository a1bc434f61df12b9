"""Where a folder of playbooks comes from: its last commit where it is checked out and clean, else its files' time."""

from datetime import UTC, datetime
from pathlib import Path

from bot import errors
from bot.content import revision
from bot.core.version import Origin

_FORMAT = "--format=%h%x00%an%x00%cI"


def of_folder(folder: Path) -> Origin:
    """The last commit that touched the folder; without one, or with changes that nobody committed, the newest file."""
    found = _commit(folder)
    if found is not None:
        return found
    times = [file.stat().st_mtime for file in folder.rglob("*.yaml") if file.is_file()]
    return Origin(folder.name, "", datetime.fromtimestamp(max(times), UTC) if times else None)


def _commit(folder: Path) -> Origin | None:
    if not folder.is_dir():
        return None
    try:
        changed = revision.git(folder, "status", "--porcelain", "--untracked-files=normal", "--", ".")
        told = revision.git(folder, "log", "-1", _FORMAT, "--", ".") if changed == b"" else None
    except errors.BadInput:  # there is no git here
        return None
    parts = (told or b"").decode("utf-8", "replace").strip().split("\0")
    if len(parts) != 3:
        return None
    short, author, at = parts
    return Origin(f"{folder.name} @ {short}", author, datetime.fromisoformat(at))
