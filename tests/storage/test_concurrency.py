"""Workers, threads and processes beside each other: nothing is taken twice, nothing is lost, nobody is turned away."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.core.account import Language
from bot.core.nudge import Fate
from bot.core.pace import Pace
from bot.core.situation import By
from storage import accounts, claims, deliveries, nudge_history, nudges, paces, reps
from storage.session import Database
from tests.factories import NOW, a_nudge, an_account

LEASE = timedelta(seconds=20)
T = TypeVar("T")


def plan(database: Database, people: int, each: int) -> set[str]:
    planned = [a_nudge(id=f"{rep}-{n}", rep_id=f"U{rep}", key=f"{n}") for rep in range(people) for n in range(each)]
    with database.write() as session:
        nudges.plan(session, planned, NOW)
    return {n.id for n in planned}


def at_once(times: int, work: Callable[[int], T]) -> list[T]:
    """What each of so many threads gets that start at the same moment."""
    gate = threading.Barrier(times)

    def run(number: int) -> T:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_threads_that_claim_at_once_never_share_a_nudge_or_a_rep(database: Database) -> None:
    planned = plan(database, people=20, each=2)

    def claim(number: int) -> list[nudges.Claim]:
        with database.write() as session:
            return claims.claim(session, f"worker {number}", NOW, LEASE, 5)

    taken = [claim for claims in at_once(6, claim) for claim in claims]
    assert len(taken) == 20
    assert {c.nudge.rep_id for c in taken} == {f"U{n}" for n in range(20)}
    assert {c.nudge.id for c in taken} < planned


def test_a_rep_is_busy_for_others_from_the_moment_of_a_claim_that_is_not_committed_yet(database: Database) -> None:
    plan(database, people=1, each=2)
    began, second = threading.Event(), []

    def claim_too() -> None:
        began.set()
        with database.write() as session:
            second.extend(claims.claim(session, "two", NOW, LEASE, 5))

    with database.write() as session:
        first = claims.claim(session, "one", NOW, LEASE, 5)
        session.flush()
        other = threading.Thread(target=claim_too)
        other.start()
        began.wait()
        other.join(0.2)  # it waits for this transaction, or is wrong already
    other.join()
    assert (len(first), second) == (1, [])


def test_a_nudge_that_is_being_ended_late_is_not_taken_again_meanwhile(database: Database) -> None:
    plan(database, people=1, each=1)
    with database.write() as session:
        (late,) = claims.claim(session, "one", NOW, LEASE, 1)
    began, second = threading.Event(), []

    def rescue() -> None:
        began.set()
        with database.write() as session:
            second.extend(claims.claim(session, "two", NOW + 2 * LEASE, LEASE, 1))

    with database.write() as session:
        assert nudges.end(session, late, Fate.SENT, NOW + 2 * LEASE)
        other = threading.Thread(target=rescue)
        other.start()
        began.wait()
        other.join(0.2)  # it passes the nudge over, or waits for this transaction
    other.join()
    assert second == []
    with database.read() as session:
        found = nudge_history.get(session, "T1", late.nudge.id)
    assert found is not None
    assert found.state == "sent"


def test_threads_that_work_the_outbox_end_every_nudge_once(database: Database) -> None:
    planned = plan(database, people=8, each=4)
    left = len(planned)
    ended: list[str] = []

    def work(number: int) -> None:
        while len(ended) < left:
            with database.write() as session:
                taken = claims.claim(session, f"worker {number}", NOW, LEASE, 3, Pace(burst=1000))
            for claim in taken:
                with database.write() as session:
                    assert nudges.end(session, claim, Fate.SENT, NOW)
                ended.append(claim.nudge.id)

    at_once(4, work)
    assert sorted(ended) == sorted(planned)


def test_processes_that_work_the_outbox_end_every_nudge_once(database_url: str, database: Database) -> None:
    planned = plan(database, people=10, each=4)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.storage.claimer", database_url]
    workers = [
        subprocess.Popen([*command, owner], cwd=root, stdout=subprocess.PIPE, text=True) for owner in ("one", "two")
    ]
    said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(said[0] + said[1]) == sorted(planned)


def test_writers_that_read_first_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    with database.write() as session:
        accounts.add(session, an_account(), NOW)

    def log(_: int) -> None:
        for _turn in range(10):
            with database.write() as session:
                accounts.log_contact(session, "T1", "A1", By.US, NOW, "told")

    at_once(6, log)
    with database.read() as session:
        assert session.execute(text("SELECT one_sided_contacts FROM account")).scalar_one() == 60


def test_a_delivery_that_arrives_several_times_at_once_is_acted_on_once(database: Database) -> None:
    def deliver(_: int) -> bool:
        with database.write() as session:
            return deliveries.first_time(session, "T1", "Ev1", NOW)

    assert sorted(at_once(5, deliver)) == [False] * 4 + [True]


def test_a_rep_or_a_workspace_met_by_several_at_once_is_one(database: Database) -> None:
    def meet(_: int) -> None:
        with database.write() as session:
            reps.save(session, "T1", "U1", language=Language.ZH)
            paces.pause(session, "T1", paces.POST, NOW + LEASE, NOW)

    at_once(5, meet)
    with database.read() as session:
        assert [r.id for r in reps.team(session, "T1")] == ["U1"]
        assert paces.paused_until(session, "T1", paces.POST, NOW) == NOW.astimezone(UTC) + LEASE


def test_what_is_decided_for_one_rep_is_decided_one_at_a_time(database: Database) -> None:
    with database.write() as session:
        reps.save(session, "T1", "U1", country="0")

    def count(_: int) -> None:
        with database.write() as session:
            row = reps.lock(session, "T1", "U1")
            assert row is not None
            row.country = str(int(row.country or 0) + 1)

    at_once(6, count)
    with database.read() as session:
        rep = reps.get(session, "T1", "U1")
    assert rep is not None
    assert rep.country == "6"


# --- SQLite's own ways ----------------------------------------------------------------------------------------------


def test_a_write_on_sqlite_begins_by_taking_the_only_pen(sqlite: Database) -> None:
    impatient = Database(f"sqlite:///{sqlite.url.database}")
    with sqlite.write() as session:
        session.connection()
        with impatient.engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout=0")
            other.rollback()
            with pytest.raises(OperationalError, match="database is locked"):
                other.execution_options(kam_write=True).exec_driver_sql("SELECT 1")
    impatient.close()


def test_a_read_on_sqlite_goes_on_beside_a_write(sqlite: Database) -> None:
    plan(sqlite, people=1, each=1)
    with sqlite.write() as session:
        claims.claim(session, "one", NOW, LEASE, 1)
        session.flush()
        with sqlite.read() as reader:
            assert [r.state for r in nudge_history.waiting(reader, "T1", "U0")] == ["planned"]


def test_sqlite_syncs_every_commit_and_minds_foreign_keys(sqlite: Database) -> None:
    for session_of in (sqlite.read, sqlite.write):
        with session_of() as session:
            asked = {n: session.execute(text(f"PRAGMA {n}")).scalar() for n in ("journal_mode", "synchronous")}
            assert asked == {"journal_mode": "wal", "synchronous": 2}
            assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_note_does_not_wait_for_the_disk_and_the_next_write_does(database: Database) -> None:
    asked = text("PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit")
    ways = (database.write, database.note, database.note, database.write)
    told = []
    for way in ways:
        with way() as session:
            told.append(session.execute(asked).scalar_one())
    assert told == ([2, 1, 1, 2] if database.is_sqlite else ["on", "off", "off", "on"])
