"""A PostgreSQL server for tests: fresh, in a folder of its own, behind a socket."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psycopg

HOW_TO_INSTALL = "PostgreSQL is not installed: sudo apt-get install postgresql"


def program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs; Debian keeps them off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


def is_installed() -> bool:
    return program("initdb") is not None and program("pg_ctl") is not None


def _run_as_nobody(*command: str | Path) -> None:
    """Runs a program that refuses to be run by root."""
    prefix = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server behind a socket in its own folder. Nothing it says is kept: it runs without fsync."""

    # A short path: that of a socket has at most 107 bytes.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kam-pg-", dir="/tmp")))

    def url(self, name: str) -> str:
        return f"postgresql:///{name}?host={self.folder}&user=kam"

    def run(self, statement: str) -> None:
        with psycopg.connect(f"dbname=postgres host={self.folder} user=kam", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make(self) -> None:
        """Makes the cluster's files. AssertionError where PostgreSQL is not installed."""
        initdb = program("initdb")
        assert initdb is not None, HOW_TO_INSTALL
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        data = self.folder / "data"
        _run_as_nobody(initdb, "-D", data, "-U", "kam", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c max_connections=100 -k {self.folder} -F"
        self._control("-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: Literal["fast", "immediate"] = "immediate") -> None:
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str | Path) -> None:
        pg_ctl = program("pg_ctl")
        assert pg_ctl is not None, HOW_TO_INSTALL
        _run_as_nobody(pg_ctl, "-D", self.folder / "data", *arguments)

    def remove(self) -> None:
        """Stops the server and deletes its folder."""
        with suppress(subprocess.CalledProcessError):  # it was not running
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
