"""The lives of a bot's process, and how each ends: nearly always by SIGKILL, at a moment that was chosen before."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import func, select

from storage.tables import NudgeRow
from tests.chaos.nursery import BotProcess
from tests.chaos.world import World

FIRST_START = 90  # seconds: the first life may train the matcher
STARTED_IN = 0.4  # seconds that a start takes where nobody else works; on a busy machine lives last longer
PATIENCE = 2.5  # seconds that an ending may wait for its moment, before the process is killed all the same
LEASE, LAST_LOOK = 20, 45  # seconds on the clock of the run: the product's own, see bot/usecases/outgoing.py
STOP_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Ending:
    """How a life ends.

    `start`: while it starts. `random`: at any moment after. `call`: at its n-th call of a method of Slack's.
    `state`: as soon as the database shows something. `freeze`: stopped for longer than its lease, let go, killed.
    `term`: asked to stop, not killed.
    """

    kind: Literal["start", "random", "call", "state", "freeze", "term"]
    what: str = ""
    nth: int = 1
    when: str = ""
    after: float = 0.0

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.kind, self.what, self.when) if part)


POST, LOOK, QUIET = "chat.postMessage", "conversations.history", "dnd.info"
WALK: Sequence[Ending] = (
    Ending("start", after=0.05),
    Ending("start", after=0.25),
    Ending("call", "auth.test", when="before"),
    Ending("call", "apps.connections.open", when="answered"),
    Ending("state", "planned"),
    Ending("state", "claimed"),
    Ending("call", QUIET, when="before"),
    Ending("call", QUIET, when="uncommitted"),
    Ending("state", "sending"),
    Ending("call", POST, when="before"),
    Ending("call", POST, nth=2, when="stored"),
    Ending("call", POST, nth=3, when="answered"),
    Ending("call", POST, nth=2, when="uncommitted"),
    Ending("call", LOOK, when="before"),
    Ending("call", LOOK, when="uncommitted"),
    Ending("random", after=0.3),
)
"""Every step of a nudge's way once, in order: start, plan, claim, look, intent, post, answer, fate, look-up."""

SHORT_WALK: Sequence[Ending] = (
    *(ending for ending in WALK if ending.nth > 1 or ending.kind == "state"),
    Ending("start", after=0.25),
    Ending("call", QUIET, when="before"),
    Ending("call", POST, when="before"),
    Ending("call", LOOK, when="uncommitted"),
)
"""The steps that tell most, for a run of seconds."""


def any_ending(chance: random.Random) -> Ending:
    """An ending for the long run; killed in the middle of a post more often than elsewhere."""
    kind = chance.choices(("start", "random", "call", "state", "freeze", "term"), (12, 25, 45, 12, 3, 3))[0]
    match kind:
        case "start":
            return Ending("start", after=chance.uniform(0, 0.4))
        case "random" | "freeze":
            return Ending(kind, after=chance.uniform(0, 1.5))
        case "state":
            return Ending("state", chance.choice(("planned", "claimed", "sending")))
        case "call":
            method = chance.choices((POST, LOOK, QUIET), (7, 3, 1))[0]
            when = chance.choice(("before", "stored", "answered", "uncommitted"))
            return Ending("call", method, chance.randint(1, 30 if method == POST else 3), when)
        case _:
            return Ending("term", after=chance.uniform(0, 0.8))


@dataclass
class Tally:
    """What happened in a run, counted by all its threads."""

    kills: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, of: Counter[str], name: str) -> None:
        with self.lock:
            of[name] += 1

    @property
    def killed(self) -> int:
        with self.lock:
            return sum(self.kills.values())


class Worker(threading.Thread):
    """Lives one life after the other until told that it is enough."""

    def __init__(
        self, world: World, number: int, endings: Iterator[Ending], tally: Tally, between: Callable[[], None]
    ) -> None:
        super().__init__(name=f"worker-{number}")
        self.world, self.number, self.endings, self.tally, self.between = world, number, endings, tally, between
        self.bot: BotProcess | None = None
        self.pace = 1.0  # how much slower this machine is than it might be
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for ending in self.endings:
                self.between()
                self.live(ending)
        except BaseException as error:  # noqa: BLE001 - told to the run, which fails with it
            self.failure = error
        finally:
            if self.bot is not None:
                self.bot.kill()

    def live(self, ending: Ending) -> None:
        """One life, from the start to the end that was chosen for it."""
        began = time.monotonic()
        self.bot = self.world.spawn(self.number)
        if ending.what == LOOK and not self._seen("sending"):  # nothing to look up: it would be waited for in vain
            ending = replace(ending, what=POST)
        if ending.kind == "call":
            self.world.tell("kill", worker=self.number, method=ending.what, nth=ending.nth, when=ending.when)
        if ending.kind == "start":
            self.bot.wait_end(ending.after)
        elif self.bot.wait_ready(FIRST_START):
            self.pace = min(max((time.monotonic() - began) / STARTED_IN, 1), 4)
            self._await(ending, self.bot)
        self._end(ending, self.bot)

    def _await(self, ending: Ending, bot: BotProcess) -> None:
        match ending.kind:
            case "call":
                bot.wait_end(PATIENCE * self.pace)
            case "state":
                self._watch(ending.what, bot)
            case "freeze":
                bot.wait_end(ending.after * self.pace)
                self._freeze(bot)
            case _:
                bot.wait_end(ending.after * self.pace)

    def _watch(self, state: str, bot: BotProcess) -> None:
        """Waits until the database shows a nudge in a state that was not in it before; for planned: a new row."""
        end, before = time.monotonic() + PATIENCE * self.pace, self._seen(state)
        while time.monotonic() < end and not bot.has_ended():
            if self._seen(state) - before:
                return
            time.sleep(0.004)

    def _seen(self, state: str) -> set[str]:
        query = select(NudgeRow.id)
        query = query.where(NudgeRow.kind != "digest") if state == "planned" else query.where(NudgeRow.state == state)
        with suppress(SQLAlchemyError), self.world.reading() as session:
            return set(session.exec(query))
        return set()

    def _freeze(self, bot: BotProcess) -> None:
        """Stops the process for longer than its lease, but not so long that others may send once more."""
        bot.send(signal.SIGSTOP)
        self.tally.add(self.tally.done, "frozen longer than the lease")
        time.sleep((LEASE + LAST_LOOK) / 2 / self.world.setup.speed)
        bot.send(signal.SIGCONT)
        bot.wait_end(0.5)

    def _end(self, ending: Ending, bot: BotProcess) -> None:
        if ending.kind == "term" and not bot.has_ended():
            bot.send(signal.SIGTERM)
            assert bot.wait_end(STOP_WITHIN), f"it did not stop within {STOP_WITHIN} seconds: {bot.log}"
        fell = bot.has_ended()
        if not fell:
            bot.kill()
        code = bot.returncode
        assert code is not None
        if code == -signal.SIGKILL:
            chosen = fell or ending.kind in ("start", "random", "freeze", "state")
            self.tally.add(self.tally.kills, ending.name if chosen else "call that did not come")
        with self.tally.lock:
            self.tally.exits[code] += 1


def count_open(world: World) -> int:
    """How many nudges of the workspace that are due have no fate yet."""
    query = select(func.count()).where(NudgeRow.state.in_(("planned", "claimed", "sending")))  # type: ignore[attr-defined]
    with world.reading() as session:
        mine = query.where(NudgeRow.team_id == world.team_id, NudgeRow.next_try_at <= world.clock.now())
        return session.exec(mine).one()
