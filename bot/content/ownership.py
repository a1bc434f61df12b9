"""Who owns what is wrong: the owner that a broken play names, or named before it broke."""

import re
from collections.abc import Iterable
from pathlib import Path

from bot.content.findings import Finding
from bot.core.library import Library

_OWNER = re.compile(r"""^owner:\s*["']?([^\s"'#]+)""", re.MULTILINE)
_MOST = 100_000  # characters read of a file


def owners(findings: Iterable[Finding], folder: Path, library: Library) -> list[str]:
    """The owners of the plays with errors, as the files name them, else as `library` knew them; each once, in order."""
    found = (_owner(finding, folder, library) for finding in findings if finding.severity == "error")
    return sorted({owner for owner in found if owner})


def _owner(finding: Finding, folder: Path, library: Library) -> str:
    known = library.play(finding.play) if finding.play else None
    file = folder.parent / finding.file
    beside = file.parent / f"{finding.play}.yaml" if finding.play else file
    for path in (file, beside):
        try:
            written = _OWNER.search(path.read_text("utf-8", errors="replace")[:_MOST])
        except OSError:
            continue
        if written is not None:
            return written[1]
    return known.owner if known is not None else ""
