"""A playbook tree as a git revision has it, put into a temporary folder.

Only what the local repository holds is read; nothing is checked out, fetched or run. Links and submodules stay out.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot import errors

MOST_FILES = 2_000
LARGEST_FILE = 1_000_000  # bytes
LARGEST_TREE = 20_000_000
DEEPEST = 4  # folders and the file's own name
PATIENCE = 60  # seconds for one call of git
SUFFIXES = (".yaml", ".yml")

# Nothing is fetched, asked or written, whatever the repository's own settings say.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")


@dataclass(frozen=True, slots=True)
class _File:
    path: PurePosixPath  # from the tree's own folder on
    blob: str
    size: int


@contextmanager
def tree(spec: str, playbooks: Path) -> Iterator[Path]:
    """The folder of a playbook tree: `spec` itself if it is one, else the tree of that git revision, until the end.

    A revision is a name or a hash, in the repository of the working folder, else in that of `playbooks`; its tree lies
    where `playbooks` does, or where `REVISION:PATH` says. Raises BadInput where there is no such folder, revision or
    tree, or where it is too large.
    """
    if spec and Path(spec).is_dir():
        yield Path(spec)
        return
    revision, _, path = spec.partition(":")
    root = _repository(playbooks, spec)
    inside = _clean(path, spec) if path else _place(playbooks, root)
    commit = _commit(root, revision, spec)
    files = _files(root, commit, inside, spec)
    with tempfile.TemporaryDirectory(prefix="kam-") as folder:
        top = Path(folder) / (PurePosixPath(inside).name or root.name)
        top.mkdir()
        _write(root, files, top)
        yield top


# --- which tree -----------------------------------------------------------------------------------------------------


def _repository(playbooks: Path, spec: str) -> Path:
    """The repository of the working folder, else that of the playbooks."""
    for start in (Path.cwd(), playbooks):
        if start.is_dir() and (found := git(start, "rev-parse", "--show-toplevel")) is not None:
            return Path(found.decode().strip())
    raise errors.BadInput(
        f"there is no folder {spec}, and this is no git repository either",
        repair="give the folder of the playbooks, or run this inside the repository that keeps them",
        code="not_a_repository",
    )


def _place(playbooks: Path, root: Path) -> str:
    """Where the playbooks lie in the repository; `playbooks` where they lie elsewhere."""
    try:
        place = playbooks.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return "playbooks"
    return "" if place == "." else place


def _clean(path: str, spec: str) -> str:
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\x00" in path:
        raise errors.BadInput(
            f"the path in {spec} leads out of the repository",
            repair="write REVISION:PATH with a path from the repository's top folder",
            code="bad_path",
        )
    return "/".join(parts)


def _commit(root: Path, revision: str, spec: str) -> str:
    found = None
    if revision and "\x00" not in revision:
        found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        raise errors.BadInput(
            f"there is neither a folder nor a git revision {spec}",
            repair=f"look at `git branch -a`; one that is only on the server comes with: git fetch origin {revision}",
            code="revision_unknown",
        )
    return found.decode().strip()


# --- its files ------------------------------------------------------------------------------------------------------


def _files(root: Path, commit: str, inside: str, spec: str) -> list[_File]:
    """The YAML files of the tree, in order of their paths."""
    listed = git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{inside}")
    entries = [e for e in (listed or b"").decode("utf-8", "surrogateescape").split("\0") if e]
    if not entries:
        raise errors.BadInput(
            f"{spec} has no folder {inside or 'of playbooks'}",
            repair="say where the playbooks lie: REVISION:PATH",
            code="no_playbooks_in_revision",
        )
    found = [file for entry in entries if (file := _file(entry)) is not None]
    _check_size(found, spec)
    return found


def _file(entry: str) -> _File | None:
    """A file that may belong to a tree of playbooks; None for links, submodules and what nobody reads."""
    about, _, path = entry.partition("\t")
    mode, _, blob, size = about.split()
    place = PurePosixPath(path)
    if not mode.startswith("100") or place.suffix not in SUFFIXES or len(place.parts) > DEEPEST:
        return None
    if any(part in ("", ".", "..") or part.startswith(".") for part in place.parts):
        return None
    return _File(place, blob, int(size))


def _check_size(files: list[_File], spec: str) -> None:
    large = next((f for f in files if f.size > LARGEST_FILE), None)
    if large is not None:
        said = f"{large.path} in {spec} is larger than {LARGEST_FILE // 1_000_000} MB"
    elif len(files) > MOST_FILES:
        said = f"{spec} has more than {MOST_FILES} files of playbooks"
    elif sum(f.size for f in files) > LARGEST_TREE:
        said = f"the playbooks in {spec} are larger than {LARGEST_TREE // 1_000_000} MB"
    else:
        return
    raise errors.BadInput(said, repair="keep nothing but playbooks in that folder", code="playbooks_large")


def _write(root: Path, files: list[_File], top: Path) -> None:
    wanted = "".join(f"{file.blob}\n" for file in files).encode()
    rest = git(root, "cat-file", "--batch", given=wanted)
    if rest is None:
        raise errors.BadInput(
            "git cannot read the files of that revision",
            repair="fetch it with its files (no partial clone), then try again",
            code="revision_unreadable",
        )
    at = 0
    for file in files:  # each is a line that names it, its bytes and a line end
        start = rest.index(b"\n", at) + 1
        target = top.joinpath(*file.path.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(rest[start : start + file.size])
        at = start + file.size + 1


def git(folder: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What git answers, None where it refuses."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program without a shell; options end before what was given
            [*_GIT, *words],
            cwd=folder,
            input=given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            start_new_session=True,  # without a terminal: it can ask for nothing
        )
    except FileNotFoundError as error:
        raise errors.BadInput(
            "git is not installed", repair="install git, or give two folders", code="no_git"
        ) from error
    except subprocess.TimeoutExpired as error:
        message = f"git did not answer within {PATIENCE} s"
        raise errors.BadInput(message, repair="try again, or give two folders", code="git_timeout") from error
    return done.stdout if done.returncode == 0 else None
