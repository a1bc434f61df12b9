"""What every test may ask for: databases of one's own, and a word about the tests that this machine cannot run."""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from storage import migrate
from storage.session import Database
from tests import postgres
from tests.postgres import Postgres

HOW_TO_INSTALL = {
    "postgres": postgres.HOW_TO_INSTALL,
    "browser": "Chromium is not installed: sudo apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji",
}


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A fresh server with a database `ready` that holds the tables."""
    if not postgres.is_installed():
        pytest.skip(postgres.HOW_TO_INSTALL)
    server = Postgres()
    try:
        server.make()
        server.start()
        server.run("CREATE DATABASE ready")
        _with_tables(server.url("ready")).close()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def _sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the tables."""
    file = tmp_path_factory.mktemp("ready") / "kam.db"
    _with_tables(f"sqlite:///{file}").close()
    return file


def _with_tables(url: str) -> Database:
    database = Database(url)
    migrate.upgrade(database)
    return database


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_ready: Path) -> str:
    """The address of a SQLite file with empty tables."""
    return f"sqlite:///{shutil.copy(_sqlite_ready, tmp_path / 'kam.db')}"


_NUMBERS = count()


def _own_postgres(server: Postgres, template: str) -> Iterator[str]:
    name = f"t{next(_NUMBERS)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a PostgreSQL database with empty tables."""
    yield from _own_postgres(postgres_server, "ready")


@pytest.fixture
def empty_postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    yield from _own_postgres(postgres_server, "template0")


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with empty tables: first SQLite, then PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with empty tables: first SQLite, then PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A SQLite database with empty tables, for tests that are not about the database."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables: first SQLite, then PostgreSQL."""
    on_sqlite = request.param == "sqlite"
    opened = Database(f"sqlite:///{tmp_path}/empty.db" if on_sqlite else request.getfixturevalue("empty_postgres_url"))
    yield opened
    opened.close()


# --- what was not run -----------------------------------------------------------------------------------------------


def _skipped(terminal: TerminalReporter) -> list[str]:
    """The reasons of the tests that were skipped, one a test."""
    reports = terminal.stats.get("skipped", [])
    return [r.longrepr[2].removeprefix("Skipped: ") if isinstance(r.longrepr, tuple) else "" for r in reports]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    reasons = _skipped(terminalreporter)
    if not reasons:
        return
    terminalreporter.section("not run on this machine")
    for reason in sorted(set(reasons)):
        terminalreporter.line(f"{reasons.count(reason)} tests. {reason}")
    if os.environ.get("KAM_CI"):
        terminalreporter.line("KAM_CI is set: a skipped test is a failure.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skip fails the run: there everything can be installed."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("KAM_CI") and isinstance(terminal, TerminalReporter) and _skipped(terminal):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
