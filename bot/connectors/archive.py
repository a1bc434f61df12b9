"""The playbooks in an archive (tar.gz) of a repository, read with the care that a stranger's file needs.

Everything is read into memory first, within limits; nothing is ever unpacked by the archive's own rules. Files that
are no playbooks are passed over; what no honest archive holds (paths that lead out, links in place of playbooks) is
refused.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from typing_extensions import override

from bot import errors

SUFFIXES = (".yaml", ".yml", ".md")
MOST_FILES = 2_000
MOST_ENTRIES = 20_000
LARGEST_FILE = 1_000_000  # bytes
LARGEST_TREE = 20_000_000
LARGEST_UNPACKED = 200_000_000  # all that the archive holds, playbooks or not
LONGEST_PATH = 200  # bytes
DEEPEST = 12  # folders and the file's own name
CADENCE = "cadence.yaml"

_BROKEN = (tarfile.TarError, EOFError, OSError, ValueError, ArithmeticError, LookupError, TypeError, RecursionError)


class BadArchive(errors.BadContent):
    """An archive that holds no playbooks that can be used."""

    code = "bad_archive"


@dataclass(frozen=True, slots=True)
class Playbooks:
    """The files of one folder of playbooks, by their path in it; `path` is where it lies in the repository."""

    path: str
    files: Mapping[str, bytes]


def read(content: bytes, path: str = "") -> Playbooks:
    """The playbooks in an archive: those in `path`, else in the one folder that holds a cadence.yaml.

    The top folder, which git hosts add, is left out of all paths. Raises BadArchive.
    """
    try:
        files = dict(_files(content))
    except (zlib.error, *_BROKEN) as error:
        raise BadArchive("the archive is damaged", repair="Try again; if it stays, look at the repository.") from error
    found = path or _place(files)
    prefix = f"{found}/" if found else ""
    inside = {name.removeprefix(prefix): data for name, data in files.items() if name.startswith(prefix)}
    if CADENCE not in inside:
        raise BadArchive(
            f"the repository has no {CADENCE} in {path or 'any folder'}",
            repair="Say where the playbooks lie: ADDRESS#BRANCH:FOLDER.",
        )
    return Playbooks(found, inside)


class _Limited(io.RawIOBase):
    """A stream that gives up when more comes out of it than any repository of playbooks holds."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream, self._left = stream, LARGEST_UNPACKED

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._left -= len(data)
        if self._left < 0:
            raise _large(f"the archive holds more than {LARGEST_UNPACKED // 1_000_000} MB")
        return data


def _files(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files that may be playbooks, each once, within all limits."""
    seen: dict[str, int] = {}
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as unpacked, _opened(unpacked) as tar:
        for number, entry in enumerate(tar):
            if number >= MOST_ENTRIES:
                raise _large(f"the archive has more than {MOST_ENTRIES} files")
            name = _name(entry)
            if name is None:
                continue
            if name in seen or any(parent.as_posix() in seen for parent in PurePosixPath(name).parents):
                raise _hostile(name, "stands in the archive twice")
            if entry.size > LARGEST_FILE:
                raise _large(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB")
            seen[name] = entry.size
            if len(seen) > MOST_FILES or sum(seen.values()) > LARGEST_TREE:
                raise _large(f"there are more than {MOST_FILES} files or {LARGEST_TREE // 1_000_000} MB of playbooks")
            stream = tar.extractfile(entry)
            data = stream.read(entry.size) if stream is not None else b""
            if len(data) != entry.size:
                raise EOFError
            yield name, data


def _opened(unpacked: gzip.GzipFile) -> tarfile.TarFile:
    return tarfile.open(fileobj=_Limited(unpacked), mode="r|", encoding="utf-8", errors="surrogateescape")  # type: ignore[call-overload,no-any-return,unused-ignore]


def _name(entry: tarfile.TarInfo) -> str | None:
    """The path of a file below the top folder; None for what nobody reads."""
    parts = entry.name.split("/")
    shown = entry.name[:LONGEST_PATH].encode("ascii", "backslashreplace").decode()
    if entry.name.startswith("/") or ".." in parts:
        raise _hostile(shown, "leads out of the archive")
    below = [part for part in parts if part not in ("", ".")][1:]
    if entry.isdir() or not below or PurePosixPath(below[-1]).suffix.lower() not in SUFFIXES:
        return None
    if any(part.startswith(".") for part in below):
        return None
    if "\\" in entry.name or not entry.name.isprintable():
        raise _hostile(shown, "has a name that not every machine can write")
    if len(entry.name.encode()) > LONGEST_PATH or len(below) > DEEPEST:
        raise _hostile(shown, f"has a path of more than {LONGEST_PATH} bytes or {DEEPEST} folders")
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.issparse():
        raise _hostile(shown, "is a link or no plain file")
    return "/".join(below)


def _place(files: Mapping[str, bytes]) -> str:
    """The folder with a cadence.yaml that lies highest. Raises BadArchive where there are several of them."""
    found = sorted((name.count("/"), name) for name in files if name == CADENCE or name.endswith(f"/{CADENCE}"))
    highest = [name for depth, name in found if depth == found[0][0]]
    if len(highest) > 1:
        raise BadArchive(
            f"several folders hold a {CADENCE}: {', '.join(highest[:3])}",
            repair="Say which is meant: ADDRESS#BRANCH:FOLDER.",
        )
    return highest[0].removesuffix(CADENCE).rstrip("/") if highest else ""


def _large(said: str) -> BadArchive:
    return BadArchive(said, repair="Keep nothing but playbooks in that repository.", code="archive_too_large")


def _hostile(name: str, why: str) -> BadArchive:
    return BadArchive(f"{name} {why}", repair="Take that file out of the repository.", code="archive_unsafe")
