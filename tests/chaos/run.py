"""One run: bots that die, a world that fails, and what the checker says in the end."""

import itertools
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.chaos import evidence
from tests.chaos.checker import Limits, Verdict, check
from tests.chaos.feeder import STRANGERS, Feeder
from tests.chaos.lives import Ending, Tally, Worker, any_ending, count_open
from tests.chaos.nursery import BotProcess
from tests.chaos.troubles import Troubles
from tests.chaos.world import Setup, World

SETTLING = 15.0  # the speed of the clock once nothing goes wrong: posts keep Slack's pace, and few a second go
STALL = 90  # seconds at the end without any progress, after which what is left counts as stuck
JUMP_EVERY = 12  # lives of a worker between two jumps of the clock
CODES = {0, 1, -signal.SIGKILL}  # stopped, refused to start with a sentence, killed


@dataclass
class Report:
    """What a run came to."""

    setup: Setup
    verdict: Verdict
    tally: Tally
    complaints: Counter[str]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything is as it must be: nothing wrong, at most one in a thousand unknown, no crash."""
        rare = self.verdict.count("unknown") <= self.verdict.nudges / 1000
        return not self.verdict.faults and rare and set(self.tally.exits) <= CODES

    def as_json(self) -> dict[str, Any]:
        """Everything that was counted, and the ids with which something is wrong."""
        return {
            "name": self.setup.name,
            "seed": self.setup.seed,
            "seconds": round(self.seconds),
            "nudges": self.verdict.nudges,
            "messages": self.verdict.messages,
            "kills": self.tally.killed,
            "states": self.verdict.states,
            "counts": self.verdict.counts,
            "wrong": {**self.verdict.faults, "unknown": self.verdict.wrong["unknown"]},
            "killed": dict(self.tally.kills.most_common()),
            "exits": self.tally.exits,
            "troubles": dict(self.tally.done.most_common()),
            "complaints": dict(self.complaints.most_common()),
            "holds": self.holds,
        }


class Run:
    """Lets bots live and die in a world until `kills` are reached, then lets them finish, then looks.

    `endings` gives the lives of a worker; without it they are chosen by chance, from the seed.
    """

    def __init__(self, world: World, endings: Sequence[Ending] | None = None, *, troubles: bool = True) -> None:
        self.world, self.setup, self.given, self.troubled = world, world.setup, endings, troubles
        self.tally = Tally()
        self.feeder = Feeder(world, str(self.setup.seed))
        self.workers = [Worker(world, n, self._endings(n), self.tally, self._between(n)) for n in range(self._count)]
        self._barrier = threading.Barrier(self._count, action=self._jump)
        self._chance = random.Random(f"{self.setup.seed}:clock")

    @property
    def _count(self) -> int:
        return self.setup.processes

    def _endings(self, worker: int) -> Iterator[Ending]:
        if self.given is not None:
            yield from self.given[worker :: self._count]
            self._barrier.abort()
            return
        chance = random.Random(f"{self.setup.seed}:worker:{worker}")
        share = -(-self.setup.kills // self._count)
        while sum(self.tally.kills.values()) < self.setup.kills and share > -self.setup.kills:
            share -= 1
            yield any_ending(chance)
        self._barrier.abort()

    def _between(self, worker: int) -> Callable[[], None]:
        """Before every so many lives all workers meet, none of them alive, and the clock of the world jumps."""
        lives = itertools.count(1)

        def meet() -> None:
            if self.troubled and next(lives) % JUMP_EVERY == 0:
                with suppress(threading.BrokenBarrierError):  # one of them has finished: no more jumps
                    self._barrier.wait(120)

        return meet

    def _jump(self) -> None:
        seconds = self._chance.choice((-40, -5, 20, 90, 400))
        self.world.jump(seconds)
        self.tally.add(self.tally.done, f"clock: {'back' if seconds < 0 else 'on'}")

    # --- the run

    def go(self) -> Report:
        """Raises what a thread of the run stumbled over."""
        began = time.monotonic()
        self.feeder.accounts()
        self.feeder.strangers()
        self.feeder.feed(min(self.setup.nudges, 30))
        troubles = Troubles(self.world, self.workers, self.tally, str(self.setup.seed))
        for thread in (*self.workers, *([troubles] if self.troubled else [])):
            thread.start()
        self._feed_on()
        troubles.enough.set()
        for thread in (*self.workers, *([troubles] if self.troubled else [])):
            thread.join()
            if thread.failure is not None:
                raise thread.failure
        until = self._settle()
        return self._report(until, time.monotonic() - began)

    def _feed_on(self) -> None:
        """Feeds in step with the kills, so that every life has something to send."""
        lives = self.setup.kills if self.given is None else len(self.given)
        while any(worker.is_alive() for worker in self.workers):
            passed = (sum(self.tally.exits.values()) + 1) / max(lives, 1)
            want = min(self.setup.nudges, int(self.setup.nudges * passed) + 40)
            if want > len(self.feeder.planned):
                self.feeder.feed(want - len(self.feeder.planned))
            if len(self.feeder.visits) < 60 * passed:
                self.feeder.visit()
            time.sleep(0.1)

    def _settle(self) -> "Limits":
        """With nothing going wrong any more, waits until nothing that is due is left."""
        self.world.tell("clear")
        self.world.hasten(SETTLING)
        missing = self.setup.nudges - len(self.feeder.planned)
        if missing > 0:
            self.feeder.feed(missing)
        bots = [self.world.spawn(n) for n in range(self._count)]
        last = max((n.due_at for n in self.feeder.planned), default=self.world.clock.now())
        least, moved = self.setup.nudges * 2, time.monotonic()
        while time.monotonic() < moved + STALL:
            until, left = self.world.clock.now(), count_open(self.world)
            if until > last and left == 0 and all(bot.is_ready() for bot in bots):
                break
            if left < least:
                least, moved = left, time.monotonic()
            time.sleep(0.2)
        for bot in bots:
            self._stop(bot)
        return Limits(until, strangers=[STRANGERS])

    def _stop(self, bot: BotProcess) -> None:
        bot.send(signal.SIGTERM)
        if not bot.wait_end(15):
            bot.kill()
        assert bot.returncode is not None
        self.tally.exits[bot.returncode] += 1

    def _report(self, limits: Limits, seconds: float) -> Report:
        posts = evidence.stored(self.world.ledger, self.world.team_id)
        with self.world.reading() as session:
            rows = evidence.rows(session)
        verdict = check(self.feeder.planned, posts, rows, limits, self.feeder.visits)
        logs = sorted(self.world.folder.glob("bot-*.log"))
        return Report(self.setup, verdict, self.tally, evidence.complaints(logs), seconds)
