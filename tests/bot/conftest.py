"""A coach for each test; what the tests share is built once and never changed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from bot import wiring
from bot.core.library import Library
from bot.core.matching import Weights
from bot.settings import Mode, Settings
from bot.usecases.ports import Shelf
from storage import migrate
from storage.session import Database
from tests import coach as coaches
from tests import tenants
from tests.coach import Coach
from tests.tenants import ManyCoach

StartCoach = Callable[..., Coach]


@pytest.fixture(scope="session")
def _sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the tables of the code; that migrations make the same is for storage's own tests."""
    file = tmp_path_factory.mktemp("ready") / "kam.db"
    database = Database(f"sqlite:///{file}")
    SQLModel.metadata.create_all(database.engine)
    with database.write() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrate.head()})
    database.close()
    return file


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, Weights]:
    """The shipped playbooks and the matcher that learned from them."""
    return wiring.shelf(Settings(data_dir=tmp_path_factory.mktemp("data"))).take()


@pytest.fixture
def start_coach(
    tmp_path: Path, _sqlite_ready: Path, shipped: tuple[Library, Weights], monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartCoach]:
    """Starts coaches, with other settings than usual; reading the playbooks and making tables was done before."""
    monkeypatch.setattr(wiring, "shelf", lambda _: Shelf(*shipped))
    monkeypatch.setattr(wiring, "database", lambda settings: Database(settings.database))
    with ExitStack() as stack:
        count = iter(range(9))

        def start(mode: Mode = Mode.HTTP, **changes: Any) -> Coach:
            folder = tmp_path / str(next(count))
            folder.mkdir()
            return stack.enter_context(coaches.running(folder, _sqlite_ready, mode, **changes))

        yield start


@pytest.fixture
def start_many(
    tmp_path: Path, _sqlite_ready: Path, shipped: tuple[Library, Weights], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ManyCoach]]:
    """Starts coaches for many workspaces, with other settings than usual."""
    monkeypatch.setattr(wiring, "shelf", lambda _: Shelf(*shipped))
    monkeypatch.setattr(wiring, "database", lambda settings: Database(settings.database))
    with ExitStack() as stack:
        count = iter(range(9))

        def start(**changes: Any) -> ManyCoach:
            folder = tmp_path / f"many{next(count)}"
            folder.mkdir()
            return stack.enter_context(tenants.running(folder, _sqlite_ready, **changes))

        yield start


@pytest.fixture
def many(start_many: Callable[..., ManyCoach]) -> ManyCoach:
    """A running coach for many workspaces, that none has installed yet."""
    return start_many()


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """A running coach that nobody has spoken to; over signed HTTP, which starts ten times as fast as Socket Mode."""
    return start_coach()


@pytest.fixture(params=["http", "socket"])
def either(start_coach: StartCoach, request: pytest.FixtureRequest) -> Coach:
    """The same over each transport."""
    return start_coach(Mode(request.param))


@pytest.fixture
def over_socket(start_coach: StartCoach) -> Coach:
    """The same over Socket Mode."""
    return start_coach(Mode.SOCKET)
