"""Turns: of all processes one at a time does what is done for all, and who dies hands it on."""

import pytest
from sqlalchemy import text

from storage.session import Database
from storage.turns import turn


def test_on_sqlite_it_is_always_the_only_senders_turn(sqlite: Database) -> None:
    with turn(sqlite, "plan") as first, turn(sqlite, "plan") as second:
        assert (first, second) == (True, True)


@pytest.mark.postgres
def test_a_turn_is_one_processs_until_it_ends(postgres_url: str) -> None:
    one, two = Database(postgres_url), Database(postgres_url)
    with turn(one, "plan") as first, turn(two, "plan") as second, turn(two, "clean") as another:
        assert (first, second, another) == (True, False, True)
    with turn(two, "plan") as later:
        assert later
    for database in (one, two):
        database.close()


@pytest.mark.postgres
def test_a_turn_of_a_process_that_died_is_free_at_once(postgres_url: str) -> None:
    one, two = Database(postgres_url), Database(postgres_url)
    with turn(one, "plan") as first:
        assert first
        with two.write() as session:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            session.execute(text(query + " AND datname = current_database()"))
        with turn(two, "plan") as second:
            assert second
    with turn(two, "plan") as again:
        assert again
    for database in (one, two):
        database.close()
