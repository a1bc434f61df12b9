"""The practice workspace as a process of its own, with a gallows: it kills a bot's process at a given call.

Commands come as JSON lines on standard input; the first line of standard output says the port. Each bot process
has its own base address, `/w0/api/`, `/w1/api/`, so that it is known who calls.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bot.practice import routes
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace

HOLD_SECONDS = 0.15  # how long a process finds the database locked before it is killed


class SharedClock:
    """The time of the run, the same in every process of this machine, and faster than real time.

    It shows `start` when the machine's monotonic clock shows `zero`.
    """

    def __init__(self, start: datetime, zero: float, speed: float) -> None:
        self.set(start, zero, speed)

    def set(self, start: datetime, zero: float, speed: float) -> None:
        self._set = start, zero, speed

    def now(self) -> datetime:
        start, zero, speed = self._set
        return start + timedelta(seconds=(time.monotonic() - zero) * speed)


@dataclass
class KillPlan:
    """Kill worker `worker` at its n-th call of a method from now.

    `when`: `before` anything is stored, once it is `stored` but not answered, when it is `answered`, or
    `uncommitted`: answered while the database takes no write, so that what became of it is not written down.
    """

    worker: int
    method: str
    nth: int
    when: str


class Gallows:
    """An ASGI app around the workspace's that knows which worker calls, and kills it at the planned call."""

    def __init__(self, app: Any, server: "SlackProcess") -> None:
        self.app, self.server = app, server

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith("/w"):
            await self.app(scope, receive, send)
            return
        worker, _, rest = path[2:].partition("/")
        scope = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}
        plan = self.server.take(int(worker), path.rpartition("/")[2])
        if plan is None:
            await self.app(scope, receive, send)
        else:
            await self._execute(plan, scope, receive, send)

    async def _execute(self, plan: KillPlan, scope: Any, receive: Any, send: Any) -> None:
        if plan.when == "before":
            while (await receive()).get("more_body"):
                pass
            self.server.kill(plan)
            return
        kept: list[Any] = []

        async def keep(message: Any) -> None:
            kept.append(message)

        await self.app(scope, receive, keep)
        if plan.when == "stored":
            self.server.kill(plan)
            return
        lock = self.server.database_locked() if plan.when == "uncommitted" else None
        if lock is not None:
            await asyncio.to_thread(lock.__enter__)
        try:
            for message in kept:
                with suppress(OSError):
                    await send(message)
            if lock is not None:
                await asyncio.sleep(HOLD_SECONDS)
            self.server.kill(plan)
        finally:
            if lock is not None:
                await asyncio.to_thread(lock.__exit__, None, None, None)


class SlackProcess:
    """The workspace, its server, and who is to be killed when."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.clock = SharedClock(datetime.fromisoformat(options["start"]), options["zero"], options["speed"])
        self.database = str(options["database"])
        members = [Member(f"U{n:05}", f"Rep {n}", tz="Europe/Berlin") for n in range(options["reps"])]
        self.space = Workspace(
            self.clock.now,
            members,
            enforce_rates=True,
            echo_own_messages=False,
            log_path=Path(options["ledger"]),
            seed=options["seed"],
        )
        self._plans: list[KillPlan] = []
        self._processes: dict[int, int] = {}  # worker → pidfd: it never names another process
        self._lock = threading.Lock()
        original = routes.application
        routes.application = lambda srv: Gallows(original(srv), self)  # type: ignore[assignment,return-value]
        self.server = Server(self.space)

    def take(self, worker: int, method: str) -> KillPlan | None:
        """The plan that this call fulfils."""
        with self._lock:
            for plan in self._plans:
                if plan.worker == worker and plan.method in (method, "*"):
                    plan.nth -= 1
                    if plan.nth <= 0:
                        self._plans.remove(plan)
                        return plan
        return None

    def kill(self, plan: KillPlan) -> None:
        with self._lock, suppress(ProcessLookupError, KeyError):
            signal.pidfd_send_signal(self._processes[plan.worker], signal.SIGKILL)
            self.space.note("killed", worker=plan.worker, method=plan.method, when=plan.when)

    @contextmanager
    def database_locked(self) -> Iterator[None]:
        """While this lasts nobody else can change a nudge."""
        if self.database.startswith("sqlite"):
            file = self.database.removeprefix("sqlite:///")
            with closing(sqlite3.connect(file, timeout=20, check_same_thread=False)) as held:
                held.execute("BEGIN IMMEDIATE")
                yield
            return
        with psycopg.connect(self.database) as locked:
            locked.execute("LOCK TABLE nudge IN EXCLUSIVE MODE")
            yield

    def obey(self, command: dict[str, Any]) -> None:
        match command.pop("do"):
            case "worker":
                with self._lock:
                    worker = int(command["worker"])
                    held = self._processes.pop(worker, None)
                    if held is not None:
                        os.close(held)
                    self._plans = [plan for plan in self._plans if plan.worker != worker]
                    with suppress(ProcessLookupError):
                        self._processes[worker] = os.pidfd_open(int(command["pid"]))
            case "kill":
                with self._lock:
                    self._plans.append(KillPlan(**command))
            case "fault":
                self.space.faults.add(**command)
            case "clear":
                self.space.faults.clear()
            case "clock":
                self.clock.set(datetime.fromisoformat(command["start"]), command["zero"], command["speed"])
            case other:
                raise ValueError(f"unknown command: {other}")


def main() -> None:
    process = SlackProcess(json.loads(sys.argv[1]))
    with process.server as server:
        print(json.dumps({"port": server.port, "team": process.space.team_id}), flush=True)
        for line in sys.stdin:
            process.obey(json.loads(line))


if __name__ == "__main__":
    main()
