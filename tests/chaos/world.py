"""The world of a run: a folder, a database, the practice workspace in its own process, and bots that are started."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlmodel import Session

from bot import settings
from bot.practice.web_api import Tokens
from storage import migrate
from storage.session import Database
from storage.tables import RepRow
from tests.chaos.nursery import BotProcess, Nursery
from tests.chaos.slack_process import SharedClock
from tests.postgres import Postgres

Backend = Literal["sqlite", "postgres"]
START = "2026-03-04T09:00:00+00:00"  # a Wednesday, ten o'clock in Berlin
REPS = 100


@dataclass(frozen=True, slots=True)
class Setup:
    """What one run is made of. `speed`: how fast its clock runs; lives and Slack's time-outs stay real."""

    backend: Backend
    processes: int = 1
    nudges: int = 200
    kills: int = 10
    seed: int = 1
    speed: float = 3.0
    blind: bool = False

    @property
    def name(self) -> str:
        return f"{self.backend} x {self.processes}" + (" without the look-up" if self.blind else "")


class World:
    """Everything that outlives a bot's process."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        self.setup, self.folder = setup, folder
        self.zero, self.speed = time.monotonic(), setup.speed
        self.clock = SharedClock(datetime.fromisoformat(START), self.zero, self.speed)
        self.ledger = folder / "ledger.jsonl"
        self.postgres = Postgres() if setup.backend == "postgres" else None
        self.url = self.postgres.url("kam") if self.postgres is not None else f"sqlite:///{folder}/data/kam.sqlite3"
        self._log_count = 0

    @contextmanager
    def up(self) -> Iterator["World"]:
        """The world, ready for bots; gone afterwards, but for the ledger and the logs in its folder."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        try:
            if self.postgres is not None:
                self.postgres.make()
                self.postgres.start()
                self.postgres.run("CREATE DATABASE kam")
            self.database = Database(self.url)
            migrate.upgrade(self.database)
            self._open_slack()
            self.nurseries = [Nursery() for _ in range(self.setup.processes)]
            self._people()
            yield self
        finally:
            self._close()

    def _open_slack(self) -> None:
        options = {
            "start": START,
            "zero": self.zero,
            "speed": self.setup.speed,
            "database": self.url,
            "reps": REPS,
            "ledger": str(self.ledger),
            "seed": self.setup.seed,
        }
        command = [sys.executable, "-m", "tests.chaos.slack_process", json.dumps(options)]
        self.slack = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.ROOT, env=self._plain(), text=True
        )
        assert self.slack.stdout is not None
        told = json.loads(self.slack.stdout.readline())
        self.port, self.team_id = int(told["port"]), str(told["team"])

    def _people(self) -> None:
        """Reps who work round the clock: the hours of work are not what is tried here."""
        with self.database.write() as session:
            for n in range(REPS):
                session.add(self._rep(n))

    def _rep(self, n: int) -> RepRow:
        return RepRow(
            team_id=self.team_id, id=f"U{n:05}", zone="Europe/Berlin", work_start="00:00", work_end="23:59", country=""
        )

    def tell(self, do: str, **more: Any) -> None:
        """Gives the workspace's process a command."""
        assert self.slack.stdin is not None
        self.slack.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.slack.stdin.flush()

    def jump(self, seconds: float) -> None:
        """Moves the clock of the world, with the workspace's; bots read it when they start."""
        self._set_clock(self.clock.now() + timedelta(seconds=seconds), self.speed)

    def hasten(self, speed: float) -> None:
        """Lets the clock run faster from now on: for bots that are still to start."""
        self._set_clock(self.clock.now(), max(speed, self.speed))

    def _set_clock(self, start: datetime, speed: float) -> None:
        zero, self.speed = time.monotonic(), speed
        self.clock.set(start, zero, speed)
        self.tell("clock", start=start.isoformat(), zero=zero, speed=speed)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.database.read() as session:
            yield session

    # --- bots

    def _plain(self) -> dict[str, str]:
        left_out = ("KAM_", "PYTHONDONTWRITEBYTECODE")
        return {k: v for k, v in os.environ.items() if not k.startswith(left_out)}

    def _environment(self, worker: int) -> dict[str, str]:
        tokens = Tokens()
        return {
            "KAM_DATA_DIR": str(self.folder / "data"),
            "KAM_DATABASE_URL": self.url,
            "KAM_HTTP_PORT": "0",
            "KAM_SLACK_API_URL": f"http://127.0.0.1:{self.port}/w{worker}/api/",
            "KAM_SLACK_BOT_TOKEN": tokens.bot,
            "KAM_SLACK_APP_TOKEN": tokens.app,
            "KAM_TEST_CLOCK": "1",
            "KAM_NOW": self.clock.now().isoformat(),
            "KAM_CLOCK_SPEED": str(self.speed),
        }

    def spawn(self, worker: int) -> BotProcess:
        """A new life of a worker; the workspace knows whom it would kill."""
        self._log_count += 1
        log = self.folder / f"bot-{worker}-{self._log_count:04}.log"
        bot = BotProcess(self.nurseries[worker], self._environment(worker), log, self.setup.blind)
        self.tell("worker", worker=worker, pid=bot.pid)
        return bot

    def _close(self) -> None:
        with suppress(AttributeError):
            for nursery in self.nurseries:
                nursery.close()
        with suppress(AttributeError):
            self.database.close()
        with suppress(AttributeError, BrokenPipeError):
            assert self.slack.stdin is not None
            self.slack.stdin.close()
            self.slack.wait(20)
            assert self.slack.stdout is not None
            self.slack.stdout.close()
        if self.postgres is not None:
            self.postgres.remove()
