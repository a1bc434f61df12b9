"""What goes wrong around the bots while they live and die: Slack, the database, the disk."""

import itertools
import random
import resource
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg

from tests.chaos.lives import LOOK, POST, QUIET, Tally, Worker
from tests.chaos.world import World

EVERY = 8  # messages between two troubles
CUT = 6  # seconds that a call hangs: longer than the time-out of a post
LAG = 20  # seconds that history may lag behind, on the clock of the run: less than the last look-up allows
SLOW = 3  # a clock on which a lease lasts longer than the time-out of a post, which is real
UNCLEAR = ("drop", "http_500", "internal_error", "fatal_error")


class Troubles(threading.Thread):
    """Makes a trouble for every so many messages until it is told to leave off. Every trouble passes."""

    def __init__(self, world: World, workers: list[Worker], tally: Tally, seed: str) -> None:
        super().__init__(name="troubles")
        self.world, self.workers, self.tally = world, workers, tally
        self.random = random.Random(f"{seed}:troubles")
        self.enough = threading.Event()
        self.failure: BaseException | None = None
        self._read, self._count = 0, 0

    def _messages(self) -> int:
        """How many messages the workspace has stored so far."""
        with self.world.ledger.open("rb") as ledger:
            ledger.seek(self._read)
            new = ledger.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        self._count += whole.count(b'"kind": "stored"')
        return self._count

    def run(self) -> None:
        try:
            for made in itertools.count():
                while self._messages() < made * EVERY:
                    if self.enough.wait(0.2):
                        return
                self.make_one()
        except BaseException as error:  # noqa: BLE001 - told to the run, which fails with it
            self.failure = error

    def make_one(self) -> None:
        kinds: dict[Callable[[], str], int] = {
            self._unclear: 30,
            self._too_many: 3,
            self._slow: 3 if self.world.setup.speed <= SLOW else 0,
            self._history: 12,
            self._quiet: 5,
            self._start: 2,
            self._socket: 12,
        }
        if self.world.postgres is None:
            kinds |= {self._locked: 8, self._disk_full: 8}
        else:
            kinds |= {self._terminate: 10, self._stop_database: 2}
        chosen = self.random.choices(list(kinds), list(kinds.values()))[0]
        self.tally.add(self.tally.done, chosen())

    # --- Slack

    def _fault(self, method: str, kind: str, **more: object) -> None:
        self.world.tell("fault", method=method, kind=kind, **more)

    def _unclear(self) -> str:
        kind, stored = self.random.choice(UNCLEAR), self.random.random() < 0.5
        self._fault(POST, kind, stored=stored, after=self.random.randint(0, 5))
        return f"post: {kind}, {'stored' if stored else 'not stored'}"

    def _slow(self) -> str:
        stored = self.random.random() < 0.5
        self._fault(POST, "timeout", stored=stored, seconds=CUT)
        return f"post: time-out, {'stored' if stored else 'not stored'}"

    def _too_many(self) -> str:
        self._fault(POST, "rate_limited", retry_after=self.random.randint(1, 4))
        return "post: 429 with Retry-After"

    def _history(self) -> str:
        kind = self.random.choice(("history_lag", "http_500", "drop", "rate_limited"))
        self._fault(LOOK, kind, times=self.random.randint(1, 2), seconds=LAG, retry_after=2)
        return f"history: {kind}"

    def _quiet(self) -> str:
        self._fault(QUIET, self.random.choice(("http_500", "drop", "internal_error")))
        return "do-not-disturb: no answer"

    def _start(self) -> str:
        self._fault("auth.test", "http_500")
        return "start: Slack does not answer"

    def _socket(self) -> str:
        kind = self.random.choice(("close_socket", "refresh_requested", "warning"))
        self._fault("*", kind)
        return f"socket: {kind}"

    # --- the database

    def _locked(self) -> str:
        with self.world.database.write():
            time.sleep(self.random.uniform(0.2, 1.5))
        return "database: locked by another"

    def _disk_full(self) -> str:
        """No file of the process may grow for a while, nor be written: its writes fail as on a full disk."""
        worker = self.random.choice(self.workers)
        bot = worker.bot
        if bot is not None:
            with suppress(ProcessLookupError):
                _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
                resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, hard))
                time.sleep(self.random.uniform(0.3, 1.0))
                resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))
        return "disk: takes no writes"

    def _terminate(self) -> str:
        assert self.world.postgres is not None
        with suppress(psycopg.Error):
            self.world.postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'kam'")
        return "database: every session ended"

    def _stop_database(self) -> str:
        assert self.world.postgres is not None
        mode = self.random.choice(("fast", "immediate"))
        self.world.postgres.stop(mode)  # type: ignore[arg-type]
        time.sleep(self.random.uniform(0.1, 1.0))
        self.world.postgres.start()
        return f"database: stopped ({mode}) and started"
