"""How long it takes to plan every account of a large database, beside a bare loop that reads and writes as much.

`python -m benchmarks.planning [--accounts N]`: a first plan, which writes every nudge down, and the same again, which
finds them there. The peer reads the same tables with `sqlite3` alone, looks at each account and play, and writes the
very same rows with `executemany`, to a table with the same indexes. Also: the most memory that the planner took.
"""

import argparse
import random
import re
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot import settings, wiring
from bot.clock import TestClock
from bot.core.account import OrderPhase, Stage
from bot.usecases import planning
from bot.usecases.ports import Base
from bot.usecases.silence import NobodyToTell
from storage.tables import (
    AccountRow,
    ContactRow,
    ProblemRow,
    ProblemStepRow,
    PromiseRow,
    RecordRow,
    RepRow,
    VisitRow,
)

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
TEAM = "T1"
A_REP = 40  # accounts
ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/Chicago", "Europe/London", "Asia/Singapore", "America/New_York")
AT_ONCE = 5_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = _base(Path(folder))
        fill(base, chosen.accounts)
        wiring.settle()  # as `kam serve` does when it has started
        before = _megabytes()
        first, new = timed(lambda: planning.plan_everyone(base, NOW))
        after = _megabytes()
        again, _ = timed(lambda: planning.plan_everyone(base, NOW))
        file = Path(folder) / "kam.sqlite3"
        planned = _like_nudge(file)
        raw, rows = timed(lambda: peer(file, len(base.shelf.library.plays), planned))
        base.database.close()
    print(
        f"{chosen.accounts} accounts x {len(base.shelf.library.plays)} plays: {new} nudges planned in {first:.1f} s, "
        f"again in {again:.1f} s; bare loop ({rows} rows) {raw:.1f} s; ratio {first / raw:.1f}; "
        f"memory {before:.0f} MB before, {after:.0f} MB at most"
    )


def timed(work: Callable[[], int]) -> tuple[float, int]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _base(folder: Path) -> Base:
    chosen = settings.Settings(data_dir=folder)
    parts = wiring.Parts(TestClock(NOW, 0.001), NobodyToTell(), lambda job: job())
    return wiring.base(chosen, parts, wiring.database(chosen), wiring.shelf(chosen))


def fill(base: Base, count: int, seed: int = 1) -> None:
    """Accounts as they are met: every stage and phase, a contact log, a visit here, a promise or a problem there."""
    drawn = random.Random(seed)
    with base.database.write() as session:
        _insert(session, RepRow, (_rep(n) for n in range(-(-count // A_REP))))
        _insert(session, AccountRow, (_account(n, drawn) for n in range(count)))
        _insert(session, ContactRow, (_contact(n) for n in range(count)))
        _insert(session, VisitRow, (_visit(n, drawn) for n in range(0, count, 3)))
        _insert(session, PromiseRow, (_promise(n, drawn) for n in range(0, count, 5)))
        _insert(session, RecordRow, (_record(n, drawn) for n in range(0, count, 2)))
        _insert(session, ProblemRow, (_problem(n, drawn) for n in range(0, count, 20)))
        _insert(session, ProblemStepRow, (_step(n, drawn) for n in range(0, count, 40)))


def _insert(session: Session, table: type[SQLModel], rows: Iterator[SQLModel]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row.model_dump())
        if len(batch) == AT_ONCE:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _rep(number: int) -> RepRow:
    row = RepRow(team_id=TEAM, id=f"U{number}", zone=ZONES[number % len(ZONES)], profile_at=NOW, welcomed_at=NOW)
    off = [NOW.date().isoformat()] if number % 5 == 0 else []
    return row.model_copy(update={"days_off": off, "stand_in": "U1" if number % 10 == 0 else None})


def _days_ago(drawn: random.Random, most: int) -> date:
    return (NOW - timedelta(days=drawn.randint(0, most))).date()


def _account(number: int, drawn: random.Random) -> AccountRow:
    last = NOW - timedelta(days=drawn.randint(0, 60), hours=drawn.randint(0, 9))
    from_us = drawn.random() < 0.6
    return AccountRow(
        id=f"a{number}",
        team_id=TEAM,
        rep_id=f"U{number // A_REP}",
        name=f"Account {number:06}",
        name_key=f"account {number:06}",
        stage=drawn.choice(list(Stage)).value,
        stage_since=_days_ago(drawn, 400),
        order_phase=drawn.choice(list(OrderPhase)).value,
        order_since=_days_ago(drawn, 120),
        last_contact=last,
        last_contact_by="us" if from_us else "them",
        one_sided_contacts=drawn.randint(0, 5) if from_us else 0,
        one_sided_since=last if from_us else None,
        created_at=NOW - timedelta(days=400),
    )


def _contact(number: int) -> ContactRow:
    has_say, since = number % 4 == 0, (NOW - timedelta(days=number % 90)).date()
    row = ContactRow(id=f"c{number}", team_id=TEAM, account_id=f"a{number}", name=f"Contact {number}")
    return row.model_copy(update={"has_say": has_say, "since": since})


def _visit(number: int, drawn: random.Random) -> VisitRow:
    at = NOW + timedelta(days=drawn.randint(-5, 40), hours=drawn.randint(0, 8))
    rep = f"U{number // A_REP}"
    return VisitRow(id=f"v{number}", team_id=TEAM, account_id=f"a{number}", rep_id=rep, at=at, created_at=NOW)


def _promise(number: int, drawn: random.Random) -> PromiseRow:
    due = (NOW + timedelta(days=drawn.randint(-10, 60))).date()
    made = _days_ago(drawn, 30)
    return PromiseRow(id=f"p{number}", team_id=TEAM, account_id=f"a{number}", text="a test report", due=due, made=made)


def _record(number: int, drawn: random.Random) -> RecordRow:
    kind = drawn.choice(["praise", "complaint", "request", "news", "delivery_reviewed", "effect_reviewed"])
    at = NOW - timedelta(days=drawn.randint(0, 200))
    return RecordRow(id=f"r{number}", team_id=TEAM, account_id=f"a{number}", kind=kind, at=at)


def _problem(number: int, drawn: random.Random) -> ProblemRow:
    at, raised_by = NOW - timedelta(days=drawn.randint(0, 20)), drawn.choice(["client", "us", "both"])
    return ProblemRow(id=f"b{number}", team_id=TEAM, account_id=f"a{number}", opened_at=at, raised_by=raised_by)


def _step(number: int, drawn: random.Random) -> ProblemStepRow:
    step = drawn.choice(["owned", "fixed", "confirmed"])
    return ProblemStepRow(problem_id=f"b{number}", step=step, team_id=TEAM, at=NOW - timedelta(hours=number % 300))


# --- the peer -------------------------------------------------------------------------------------------------------

FACTS = (
    "SELECT * FROM account ORDER BY id",
    "SELECT * FROM contact ORDER BY account_id",
    "SELECT * FROM visit ORDER BY account_id",
    "SELECT * FROM promise ORDER BY account_id",
    "SELECT * FROM record ORDER BY account_id",
    "SELECT problem.*, step FROM problem LEFT JOIN problem_step ON problem_id = problem.id ORDER BY account_id",
)


def _like_nudge(file: Path) -> list[tuple[Any, ...]]:
    """The rows that were planned. Beside their table lies `peer` now, empty, with the same columns and indexes."""
    with sqlite3.connect(file) as connection:
        made = connection.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'nudge' AND sql IS NOT NULL")
        for (statement,) in made.fetchall():
            connection.execute(re.sub(r"\b(INDEX|TABLE|ON) (ix_)?\"?nudge", r"\1 \2peer", statement))
        return connection.execute("SELECT * FROM nudge").fetchall()


def peer(file: Path, plays: int, planned: list[tuple[Any, ...]]) -> int:
    """Reads every fact, looks at each account and play, writes what was planned; returns how many rows."""
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        accounts, *others = (connection.execute(query).fetchall() for query in FACTS)
        of: dict[str, list[sqlite3.Row]] = {}
        for rows in others:
            for row in rows:
                of.setdefault(row["account_id"], []).append(row)
        found = [pair for account in accounts for pair in _looked_at(account, of.get(account["id"], []), plays)]
        assert len(found) >= len(planned)
        wanted = ", ".join("?" * len(planned[0]))
        connection.executemany(f"INSERT INTO peer VALUES ({wanted}) ON CONFLICT DO NOTHING", planned)
    return len(planned)


def _looked_at(account: sqlite3.Row, facts: list[sqlite3.Row], plays: int) -> Iterator[tuple[str, int]]:
    """Two comparisons for each play: the least that deciding could cost."""
    stage, since, known = account["stage"], account["stage_since"], len(facts)
    for play in range(plays):
        if (stage is not None and since is not None) or known > play:
            yield account["id"], play


if __name__ == "__main__":
    main()
