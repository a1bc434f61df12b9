"""Bots that are born quickly: a process that has read the code already, and is copied for each life.

Most of what a start costs is reading Python's modules and the playbooks, and that says nothing about delivery. What a
copy runs is `kam serve`, otherwise whole, in a process of its own.

The nursery takes JSON lines: `{"environment": …, "log": …, "blind": …}` begins a life and is answered with its pid,
`{}` waits for its end and is answered with its exit code.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot import __main__ as bot
from bot import settings, wiring
from tests.chaos import blindness


def _live(environment: dict[str, str], log: str, blind: bool) -> None:
    """The life of a copy; it never comes back."""
    code = 1
    try:
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(said, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(environment)
        sys.argv = ["kam", "serve"]
        if blind:
            blindness.blind()
        bot.main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _read_once() -> None:
    """Reads the playbooks now, for every life to come."""
    shelf = wiring.shelf(settings.Settings(data_dir=Path(tempfile.gettempdir()) / "kam-chaos-cache"))
    wiring.shelf = lambda _: shelf


def main() -> None:
    _read_once()
    pid = 0
    for line in sys.stdin:
        wish = json.loads(line)
        if wish:
            pid = os.fork()
            if pid == 0:
                _live(**wish)
            print(pid, flush=True)
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            pid = 0
    if pid:
        os.kill(pid, signal.SIGKILL)


class Nursery:
    """One nursery, as the bench sees it: one life at a time."""

    def __init__(self) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAM_", "PYTHONDONTWRITEBYTECODE"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.ROOT,
            env=kept,
            text=True,
        )

    def ask(self, wish: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class BotProcess:
    """One life of a bot, held by a handle that never names another process."""

    def __init__(self, nursery: Nursery, environment: dict[str, str], log: Path, blind: bool) -> None:
        self._nursery, self.log = nursery, log
        log.touch()
        self.pid = nursery.ask({"environment": environment, "log": str(log), "blind": blind})
        self._handle = os.pidfd_open(self.pid)
        self.returncode: int | None = None

    def send(self, number: signal.Signals) -> None:
        if self.returncode is None:
            signal.pidfd_send_signal(self._handle, number)

    def wait_end(self, seconds: float) -> bool:
        """True once it has ended; False after so many seconds."""
        if self.returncode is None and select.select([self._handle], [], [], seconds)[0]:
            self.returncode = self._nursery.ask({})
            os.close(self._handle)
        return self.returncode is not None

    def has_ended(self) -> bool:
        return self.wait_end(0)

    def is_ready(self) -> bool:
        return b'"bot_started"' in self.log.read_bytes()

    def wait_ready(self, seconds: float) -> bool:
        """True once it serves; False when it ended before, or did not get so far."""
        for _ in range(int(seconds / 0.02)):
            if self.is_ready():
                return True
            if self.wait_end(0.02):
                return False
        return False

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.wait_end(30)


if __name__ == "__main__":
    main()
