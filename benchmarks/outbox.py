"""How long a tick takes to claim 100 due nudges among a thousand rows and among a million.

`python -m benchmarks.outbox [--rows N]`: the median of some claims on SQLite. The peer is APScheduler's own job store
on SQLite: finding 100 due jobs among as many, and taking them out of the store as its scheduler does.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot import settings, wiring
from bot.core.pace import Pace
from storage import claims
from storage.session import Database

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
DUE, ROUNDS, AT_ONCE = 100, 9, 10_000
WIDE = Pace(first=1000, most=1000, burst=1000)  # what is measured is the claim, not Slack's pace


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    chosen = parser.parse_args()
    few, many = ours(1_000), ours(chosen.rows)
    print(
        f"claiming {DUE}: among 1,000 rows {few * 1000:.1f} ms, among {chosen.rows:,} {many * 1000:.1f} ms; "
        f"ratio {many / few:.2f}"
    )
    few, many = peer(1_000), peer(chosen.rows)
    print(f"APScheduler's store: {few * 1000:.1f} ms and {many * 1000:.1f} ms; ratio {many / few:.2f}")


def _median(work: Callable[[], object], between: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
        between()
    return statistics.median(spent)


def ours(rows: int) -> float:
    """Seconds of a claim; what was claimed is put back in between."""
    with tempfile.TemporaryDirectory() as folder:
        database = wiring.database(settings.Settings(data_dir=Path(folder)))
        with database.write() as session:
            fill(session, rows)
        taken: list[claims.Claim] = []

        def claim() -> None:
            with database.write() as session:
                taken.extend(claims.claim(session, "bench", NOW, timedelta(seconds=20), DUE, WIDE))

        def put_back() -> None:
            assert len(taken) == DUE, len(taken)
            taken.clear()
            _as_before(database)

        found = _median(claim, put_back)
        database.close()
        return found


def fill(session: Session, rows: int) -> None:
    """`DUE` of them due, of different reps, the others over the next year and, half of them, long since sent."""
    table = SQLModel.metadata.tables["nudge"]
    batch: list[dict[str, Any]] = []
    for row in _rows(rows):
        batch.append(row)
        if len(batch) == AT_ONCE:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        due = number < DUE
        at = NOW - timedelta(seconds=number) if due else NOW + timedelta(seconds=60 + number * 31)
        sent = not due and number % 2 == 0
        yield {
            "id": f"n{number}",
            "team_id": "T1",
            "rep_id": f"U{number % 5000}",
            "account_id": f"a{number % 20000}",
            "kind": "nudge",
            "play": "a-play",
            "key": str(number),
            "cue": "",
            "facts": [],
            "due_at": at,
            "priority": number % 6,
            "state": "sent" if sent else "planned",
            "ended_at": NOW - timedelta(days=3) if sent else None,
            "next_try_at": at,
            "attempt": 0,
            "looked_up": 0,
            "planned_at": NOW,
        }


def _as_before(database: Database) -> None:
    with database.write() as session:
        table = SQLModel.metadata.tables["nudge"]
        session.execute(
            table.update().where(table.c.state == "claimed").values(state="planned", owner=None, lease_until=None)
        )
        paces = SQLModel.metadata.tables["workspace"]
        session.execute(paces.update().values(refilled_at=None))


def peer(rows: int) -> float:
    """Seconds to find the due jobs of a store and take them out, one by one, as APScheduler does."""
    with tempfile.TemporaryDirectory() as folder:
        store = SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")
        scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="UTC")
        scheduler.start(paused=True)
        job = scheduler.add_job(print, "date", run_date=NOW + timedelta(days=36500))
        with store.engine.connect() as connection:
            state = connection.execute(store.jobs_t.select()).one().job_state
        scheduler.remove_job(job.id)
        with store.engine.begin() as connection:
            found = ({"id": f"j{n}", "next_run_time": _at(n), "job_state": state} for n in range(rows))
            batch: list[dict[str, Any]] = []
            for one in found:
                batch.append(one)
                if len(batch) == AT_ONCE:
                    connection.execute(store.jobs_t.insert(), batch)
                    batch = []
            if batch:
                connection.execute(store.jobs_t.insert(), batch)

        def tick() -> None:
            due = store.get_due_jobs(NOW)
            assert len(due) == DUE, len(due)
            for number in range(DUE):
                store.remove_job(f"j{number}")

        def put_back() -> None:
            with store.engine.begin() as connection:
                again = [{"id": f"j{n}", "next_run_time": _at(n), "job_state": state} for n in range(DUE)]
                connection.execute(store.jobs_t.insert(), again)

        spent = _median(tick, put_back)
        scheduler.shutdown()
        return spent


def _at(number: int) -> float:
    return (NOW - timedelta(seconds=number) if number < DUE else NOW + timedelta(seconds=60 + number * 31)).timestamp()


if __name__ == "__main__":
    main()
