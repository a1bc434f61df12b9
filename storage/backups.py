"""Backups: one file that holds a whole database, made while others write, and put into a place where nothing is yet.

Of SQLite it is a SQLite file, of PostgreSQL an archive of pg_dump.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, inspect, make_url

from bot import errors
from storage import health, migrate
from storage.session import Database

SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
HELPFUL = "Set KAM_DATABASE_URL to a database of the same kind as the backup."
NO_BACKUP = "Give a file that `kam backup` made."
LONGEST = 24 * 3600  # seconds


def save(url: str, file: Path) -> int:
    """Writes a backup and returns its size in bytes. Nothing is there under its name until it is whole.

    Refused: the file is there, or there is no database. Unavailable: pg_dump is missing or does not succeed.
    """
    if file.exists():
        raise errors.Refused(f"{file} is there already.", repair="Give another name, or move it away first.")
    with _whole(file) as part:
        source = health.file_of(url)
        if source is None:
            _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}"])
        else:
            if not source.exists():
                raise errors.Refused("There is no database yet.", repair="Check KAM_DATABASE_URL and KAM_DATA_DIR.")
            _copy(source, part)
    return file.stat().st_size


def load(url: str, file: Path) -> None:
    """Puts a backup into a database that has no tables yet. Nothing is there until all is.

    BadInput: the file is no backup, is damaged, or is of a newer version of the coach. Refused: the database is there.
    """
    kind = _kind(file)
    target = health.file_of(url)
    if (kind == SQLITE) != (target is not None):
        raise errors.Refused("The backup is of another kind of database.", repair=HELPFUL)
    if target is None:
        _load_postgresql(url, file)
        return
    if any(target.with_name(target.name + more).exists() for more in ("", "-wal", "-shm")):
        raise errors.Refused(
            f"{target} is there already.", repair="Stop the coach and move it away: a restore never overwrites."
        )
    _check(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _whole(target) as part:
        _copy(file, part)


def _kind(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            begins = opened.read(16)
    except OSError as error:
        raise errors.BadInput(f"{file} cannot be read ({error.strerror}).", repair=NO_BACKUP) from error
    found = next((kind for kind in (SQLITE, POSTGRESQL) if begins.startswith(kind)), None)
    if found is None:
        raise errors.BadInput(f"{file} is no backup.", repair=NO_BACKUP)
    return found


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file beside it to write to, for its owner only; it gets its name when the block ends well."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)  # of a run that broke off; whatever else lies there is not written through
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, file)
    except OSError as error:
        raise errors.Unavailable(
            f"{file} cannot be written ({error.strerror}).", repair="Check the folder, its rights and the room on it."
        ) from error
    finally:
        part.unlink(missing_ok=True)


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _copy(source: Path, target: Path) -> None:
    """Copies a database as it is at one moment, while others read and write it."""
    try:
        with closing(_reading(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            found = new.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise errors.Unavailable(f"The database cannot be copied ({error}).", repair="Run `kam doctor`.") from error
    finally:
        for more in ("-journal", "-wal", "-shm"):
            target.with_name(target.name + more).unlink(missing_ok=True)
    if found != "ok":
        raise errors.Unavailable(f"The database is damaged ({found}).", repair="Run `kam doctor`.")


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=10)


def _check(file: Path) -> None:
    """Raises BadInput where a backup is damaged, or of a newer version than this one."""
    try:
        with closing(_reading(file)) as opened:
            found = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
            revision = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise errors.BadInput(f"{file} is damaged ({error}).", repair="Take an older backup.") from error
    if found != "ok":
        raise errors.BadInput(f"{file} is damaged ({found}).", repair="Take an older backup.")
    _known(revision[0] if revision else "")


def _known(revision: str) -> None:
    if not migrate.knows(revision):
        raise errors.BadInput(
            f"The backup is of a version of the coach that this one does not know (revision {revision or 'none'}).",
            repair="Install the version that made it, or a newer one.",
        )


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _load_postgresql(url: str, file: Path) -> None:
    version = _run("pg_restore", None, ["--data-only", "--table=alembic_version", "--file=-", str(file)])
    found = re.search(r"^COPY [^\n]*alembic_version[^\n]*\n([^\n\\]+)\n", version, re.MULTILINE)
    _known(found[1] if found else "")
    with closing(Database(url)) as target:
        target.reach()
        if inspect(target.engine).get_table_names():
            raise errors.Refused(
                "The database has tables already.", repair="Make an empty one: a restore never overwrites."
            )
    whole = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", url, [*whole, str(file)])


def _run(program: str, url: str | None, arguments: list[str]) -> str:
    """Runs one of PostgreSQL's programs; its output. The password goes by the environment, where nobody else reads."""
    there = _program(program)
    if there is None:
        raise errors.Unavailable(
            f"{program} is not installed here.",
            repair="Install PostgreSQL's client (Debian: postgresql-client), or back up where the server runs.",
        )
    command, environment = [there, *arguments], dict(os.environ)
    if url is not None:
        address = make_url(url)
        if address.password:
            environment["PGPASSWORD"] = str(address.password)
        command += [f"--dbname={_plain(address)}"]
    done = subprocess.run(  # noqa: S603 - the program of that name, and the admin's own settings
        command, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    if done.returncode != 0:
        said = next(iter(done.stderr.strip().splitlines()), "")
        raise errors.Unavailable(
            f"{program} did not succeed ({said})." if said else f"{program} did not succeed.",
            repair="It must be at least as new as the server; check KAM_DATABASE_URL, and who may read all tables.",
        )
    return done.stdout


def _plain(address: URL) -> str:
    """The address as PostgreSQL's programs take it, without the password."""
    bare = URL.create("postgresql", address.username, None, address.host, address.port, address.database, address.query)
    return bare.render_as_string(hide_password=False)


def _program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs; Debian keeps some off the PATH."""
    with suppress(StopIteration):
        return shutil.which(name) or next(
            str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        )
    return None
