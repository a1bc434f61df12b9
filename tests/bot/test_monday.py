"""Monday at nine: thousands have something due in one workspace, at a pace that Slack keeps with 429."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot import wiring
from bot.clock import TestClock
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.message import Message
from bot.core.nudge import Kind, Nudge, identity
from bot.practice import message_methods
from bot.practice.records import Member, SlackError
from bot.practice.workspace import Workspace
from bot.settings import Settings
from bot.slack import blocks
from bot.usecases import nudges, spreading
from bot.usecases.ports import Base, NotPosted, Posted, Shelf
from bot.usecases.silence import NobodyToTell
from storage import nudges as outbox
from storage import reps
from storage.session import Database
from storage.tables import NudgeRow
from tests.factories import a_nudge

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
SECOND = timedelta(seconds=1)
SOON, LATER = timedelta(minutes=6), timedelta(hours=8)


class Slack(NobodyToTell):
    """Slack's limits without the network: the practice workspace's own methods, called directly."""

    def __init__(self, clock: TestClock, people: int) -> None:
        self.clock, self.asked, self.refused = clock, 0, 0
        self.order: list[str] = []
        members = [Member(f"U{n:04}", f"Rep {n}") for n in range(people)]
        self.space = Workspace(clock.now, members, team_id="T1", enforce_rates=True)

    def post(self, team_id: str, to: str, message: Message, nudge_id: str) -> Any:
        self.asked += 1
        try:
            self.space.count_call("chat.postMessage")
            sent = message_methods.post_message(self.space, {"channel": to, **blocks.render(message)})
        except SlackError as error:
            self.refused += 1
            again = self.clock.now() + error.more["retry_after"] * SECOND
            return NotPosted("ratelimited", again, team_wide=True)
        self.order.append(nudge_id)
        return Posted(sent["channel"], sent["ts"])

    def quiet_until(self, team_id: str, people: Any, now: datetime) -> Any:
        self.space.count_call("dnd.teamInfo")  # raises if the coach asked too often
        assert len(people) <= 50
        return dict.fromkeys(people)


def of(number: int) -> Nudge:
    """Every fifth is pressing; every fifth loses its moment soon."""
    rep = f"U{number:04}"
    return Nudge(
        id=identity("T1", rep, "", "monday"),
        team_id="T1",
        rep_id=rep,
        account_id="",
        kind=Kind.DIGEST,
        play="",
        key="monday",
        cue="ignored_three",
        due_at=NINE,
        expires_at=NINE + (SOON if number % 5 == 1 else LATER),
        priority=1 if number % 5 == 0 else 5,
    )


def office(database: Database, shipped: tuple[Library, Weights], people: int) -> tuple[Base, Slack, TestClock]:
    clock = TestClock(NINE - timedelta(minutes=1), 0)
    slack = Slack(clock, people)
    parts = wiring.Parts(clock, slack, lambda job: job())
    base = wiring.base(Settings(), parts, database, Shelf(*shipped))
    with database.write() as session:
        for n in range(people):
            reps.save(session, "T1", f"U{n:04}", zone="Europe/Berlin")
    return base, slack, clock


@pytest.mark.parametrize("people", [5000])
def test_five_thousand_are_reached_in_order_of_importance_at_slacks_pace(
    sqlite: Database, shipped: tuple[Library, Weights], people: int
) -> None:
    _monday(sqlite, shipped, people)


@pytest.mark.postgres
def test_so_it_is_on_postgresql(postgres_url: str, shipped: tuple[Library, Weights]) -> None:
    database = Database(postgres_url)
    try:
        _monday(database, shipped, 1000)
    finally:
        database.close()


def _monday(database: Database, shipped: tuple[Library, Weights], people: int) -> None:
    base, slack, clock = office(database, shipped, people)
    planned = {n.id: n for n in map(of, range(people))}
    with database.write() as session:
        outbox.plan(session, list(planned.values()), clock.now())
    with capture_logs() as lines:
        while clock.now() < NINE + timedelta(minutes=people / 60):  # a second for each at the very least
            for claim in nudges.take(base, "one"):
                nudges.handle(base, claim)
            clock.move_to(clock.now() + SECOND)
    with database.read() as session:
        rows = {row.id: row for row in session.exec(outbox.select(NudgeRow))}
    states = Counter(row.state for row in rows.values())
    assert states["sent"] + states["dropped"] == people, states
    assert sorted(slack.order) == sorted(i for i, row in rows.items() if row.state == "sent")  # once each
    assert slack.refused <= slack.asked / 100, (slack.refused, slack.asked)

    sent = [rows[i] for i in slack.order]
    assert all(row.ended_at < row.expires_at for row in sent)
    assert all(row.ended_at >= row.due_at for row in sent)
    dropped = {row.id for row in rows.values() if row.state == "dropped"}
    assert {rows[i].rule for i in dropped} <= {"too_late"}
    assert bool(dropped) == (people > 3000)  # so many that not all could be reached in time
    assert {line["nudge_id"] for line in lines if line["event"] == "nudge_dropped"} == dropped
    assert all(planned[i].expires_at == NINE + SOON for i in dropped)

    order = [(row.priority, row.expires_at) for row in sent]
    assert sum(a > b for a, b in pairwise(order)) <= slack.refused + 1  # but what was put back
    span = (max(row.ended_at for row in sent) - NINE).total_seconds()
    assert len(sent) / span > 3


def test_routine_nudges_of_a_crowd_are_planned_over_the_time_it_takes_and_pressing_ones_are_not(
    database: Database, shipped: tuple[Library, Weights]
) -> None:
    base, _, clock = office(database, shipped, 200)
    crowd = [
        a_nudge(id=f"{kind}-{n}-{k}", team_id="T1", rep_id=f"U{n:04}", key=f"{k}", kind=kind, due_at=NINE)
        for n in range(200)
        for kind, k in ((Kind.NUDGE, 1), (Kind.NUDGE, 2), (Kind.PROMISE, 1))
    ]
    with database.write() as session:
        outbox.plan(session, crowd, clock.now())
    assert spreading.spread(base, "T1", clock.now()) > 380
    with database.read() as session:
        rows = session.exec(outbox.select(NudgeRow)).all()
    assert {row.due_at for row in rows if row.kind == "promise"} == {NINE}
    routine = {row.id: row.due_at for row in rows if row.kind == "nudge"}
    assert all(NINE <= at <= NINE + timedelta(seconds=50) for at in routine.values())
    assert max(Counter(routine.values()).values()) <= 30
    assert all(routine[f"nudge-{n}-1"] == routine[f"nudge-{n}-2"] for n in range(200))  # a rep's stay together
    assert spreading.spread(base, "T1", clock.now()) == 0
