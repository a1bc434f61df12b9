"""Processes beside each other, processes that are told to stop, and a database that goes away meanwhile."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.core.nudge import Kind, Nudge, identity
from bot.jobs.delivery import Delivery
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import ROOT
from storage import nudges, reps
from storage.session import Database
from storage.tables import NudgeRow
from tests import coach as coaches
from tests.bot.test_serve import Served
from tests.coach import Coach

PEOPLE = [Member(f"U{n:02}", f"Rep {n}", tz="UTC") for n in range(40)]
EVERYBODY = [member.id for member in PEOPLE]
TEAM = coaches.TEAM


@pytest.fixture
def practice() -> Iterator[Server]:
    with Server(Workspace(lambda: datetime.now(UTC), PEOPLE, team_id=TEAM)) as srv:
        yield srv


@pytest.fixture
def serve(practice: Server, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts `kam serve`; at once, whatever the day and hour: everybody works around the clock."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KAM_")}
    known = {
        "KAM_DATA_DIR": str(tmp_path / "data"),
        "KAM_HTTP_PORT": "0",
        "KAM_MODE": "http",
        "KAM_SLACK_SIGNING_SECRET": practice.signing_secret,
        "KAM_SLACK_API_URL": practice.api_url,
        "KAM_SLACK_BOT_TOKEN": practice.bot_token,
        "KAM_TEST_CLOCK": "1",
        "KAM_NOW": "2026-03-04T10:00:00+00:00",
    }
    started: list[Served] = []

    def start(folder: Path = ROOT, **more: str) -> Served:
        started.append(Served({**kept, **known, **more}, folder=folder))
        return started[-1]

    yield start
    for one in started:
        one.close()


def plan(database: Database, count: int, key: str = "one", people: Sequence[str] = EVERYBODY) -> set[str]:
    due = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    made = [
        Nudge(
            id=identity(TEAM, rep, "", key), team_id=TEAM, rep_id=rep, account_id="", kind=Kind.DIGEST,
            play="", key=key, cue="ignored_three", due_at=due, expires_at=due + timedelta(hours=7), priority=5,
        )
        for rep in people[:count]
    ]  # fmt: skip
    with database.write() as session:
        for rep in people[:count]:
            reps.save(session, TEAM, rep, zone="UTC")
        nudges.plan(session, made, due)
    return {n.id for n in made}


def posted(practice: Server) -> Counter[str]:
    lines = practice.space.stored()
    ids = [((line["message"].get("metadata") or {}).get("event_payload") or {}).get("id") for line in lines]
    return Counter(i for i in ids if i)


def states(database: Database) -> Counter[str]:
    with database.read() as session:
        return Counter(row.state for row in session.exec(nudges.select(NudgeRow)))


@pytest.mark.postgres
def test_two_processes_share_the_work_and_one_takes_over_what_a_killed_one_held(
    practice: Server, serve: Callable[..., Served], postgres_url: str
) -> None:
    database = Database(postgres_url)
    pair = [serve(KAM_DATABASE_URL=postgres_url) for _ in range(2)]
    for one in pair:
        one.ready()
    first = plan(database, 40)
    coaches.wait_until(lambda: set(posted(practice)) == first, 40)
    assert set(posted(practice).values()) == {1}
    assert all(one.said("nudge_sent") is not None for one in pair)
    planned = [line for one in pair for line in one.lines if line["event"] == "nudges_planned"]
    assert len(planned) <= 2  # once when each started

    practice.space.faults.add("chat.postMessage", "timeout", times=1, seconds=30)
    second = plan(database, 1, "two")
    [nudge_id] = second
    coaches.wait_until(lambda: states(database)["sending"] == 1, 10)
    with database.read() as session:
        holder = session.get_one(NudgeRow, nudge_id).owner
    mine = [one for one in pair if one.said("bot_started")]
    assert holder is not None
    for one in mine[:1]:
        one.process.kill()
    third = plan(database, 30, "three")
    coaches.wait_until(lambda: set(posted(practice)) >= third, 60)
    assert max(posted(practice).values()) == 1
    mine[1].process.send_signal(signal.SIGTERM)
    assert mine[1].ends(12)[0] == 0
    database.close()


def test_a_process_that_is_told_to_stop_ends_in_ten_seconds_though_slack_never_answers(
    practice: Server, serve: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve()
    served.ready()
    practice.space.faults.add("chat.postMessage", "timeout", times=99, seconds=60)
    database = Database(f"sqlite:///{tmp_path}/data/kam.sqlite3")
    plan(database, 40)
    coaches.wait_until(lambda: states(database)["sending"] > 0, 10)
    began = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.ends(15)[0] == 0
    assert time.monotonic() - began < 10.5
    with database.read() as session:
        left = [r for r in session.exec(nudges.select(NudgeRow)) if r.state == "claimed"]
    assert left == []  # given back, at once
    assert states(database)["planned"] > 0
    database.close()


def test_a_process_that_is_told_to_stop_while_it_starts_stops(serve: Callable[..., Served]) -> None:
    for wait in (0.4, 0.8, 1.2, 1.6):
        served = serve()
        time.sleep(wait)
        served.process.send_signal(signal.SIGTERM)
        code, said = served.ends(12)
        assert code in (0, -signal.SIGTERM), said
        assert "Traceback" not in said


# --- the database goes away ------------------------------------------------------------------------------------------


def beat(tick: Callable[[], object]) -> Delivery:
    delivery = Delivery(tick, 0.05, threading.Event())
    delivery.start()
    return delivery


@pytest.mark.postgres
def test_the_delivery_lives_through_lost_connections(postgres_url: str) -> None:
    database, other, found = Database(postgres_url), Database(postgres_url), []
    plan(database, 1)

    def tick() -> None:
        with database.read() as session:
            session.execute(text("SELECT pg_sleep(0.02)"))
            found.append(nudges.anything_due(session, datetime.now(UTC)))

    delivery = beat(tick)
    for _ in range(5):
        time.sleep(0.1)
        with other.write() as session:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            session.execute(text(query + " AND datname = current_database()"))
    count = len(found)
    coaches.wait_until(lambda: len(found) > count + 2, 10)
    assert delivery.lag() < 5
    delivery.stop()
    database.close()
    other.close()


def test_a_disk_that_takes_nothing_more_holds_the_backlog_and_doubles_nothing(
    start_coach: Callable[..., Coach],
) -> None:
    coach = start_coach()
    database = coach.bot.base.database
    plan(database, 3, people=("U1", "U3", "U6"))
    coach.clock.move_to(datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
    coach.allowed_errors = {"database_out"}

    def read_only(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    def again(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA query_only = OFF")

    event.listen(database.engine, "checkout", read_only)
    delivery = beat(coach.bot.ticks.deliver)
    coaches.wait_until(lambda: len(coach.said("tick_failed")) > 2)
    assert coach.posted() == []
    event.remove(database.engine, "checkout", read_only)
    event.listen(database.engine, "checkout", again)
    coaches.wait_until(lambda: states(database)["sent"] == 3)
    delivery.stop()
    event.remove(database.engine, "checkout", again)
    assert set(Counter(coach.posted()).values()) == {1}
