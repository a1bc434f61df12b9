"""Files of a database: whose they are."""

import os
import stat
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage import deliveries
from storage.session import Database


@pytest.fixture
def _open_to_all() -> object:
    """New files would be everybody's to read, as they are on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def written(file: Path) -> Database:
    database = Database(f"sqlite:///{file}")
    SQLModel.metadata.create_all(database.engine)
    with database.write() as session:
        deliveries.workspace(session, "T1")
    return database


@pytest.mark.usefixtures("_open_to_all")
def test_a_new_database_is_read_by_its_owner_only_and_so_is_what_lies_beside_it(tmp_path: Path) -> None:
    database = written(tmp_path / "kam.db")
    assert modes(tmp_path) == {"kam.db": 0o600, "kam.db-wal": 0o600, "kam.db-shm": 0o600}
    database.close()


@pytest.mark.usefixtures("_open_to_all")
def test_rights_that_somebody_chose_for_a_database_stay(tmp_path: Path) -> None:
    file = tmp_path / "kam.db"
    written(file).close()
    file.chmod(0o640)
    database = written(file)
    assert modes(tmp_path)["kam.db"] == 0o640
    database.close()


def test_a_database_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite://", "sqlite:///:memory:"):
        database = Database(url)
        database.reach()
        database.close()
    assert list(tmp_path.iterdir()) == []
