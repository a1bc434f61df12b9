"""`kam serve` as a process of its own: it gets ready, stops when told, and refuses what it must not do."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot import errors, settings
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import Mode
from bot.wiring import Running
from tests import coach as coaches

READY, STOP = 60, 10  # seconds; reading the playbooks on a busy machine takes some


class Served:
    """A process that serves, and what it logs."""

    def __init__(self, environment: dict[str, str], before: Sequence[str] = (), folder: Path = settings.ROOT) -> None:
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "bot", "serve"],
            env=environment, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.lines: list[dict[str, Any]] = []
        self.plain: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            try:
                self.lines.append(json.loads(raw))
            except ValueError:
                self.plain.append(raw.decode())

    def said(self, event: str) -> dict[str, Any] | None:
        return next((line for line in self.lines if line.get("event") == event), None)

    def ready(self) -> int:
        """Its port, once it says that it has started."""
        coaches.wait_until(lambda: self.said("bot_started") or self.process.poll() is not None, READY)
        started = self.said("bot_started")
        assert started is not None, (self.plain, str(self.lines)[-1500:])
        return int(started["port"])

    def ends(self, seconds: float = READY) -> tuple[int, str]:
        """Its exit code and all that it said that is no log line."""
        code = self.process.wait(seconds)
        self._reader.join()
        assert self.process.stdout is not None
        return code, self.process.stdout.read().decode() + "".join(self.plain)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def practice() -> Iterator[Server]:
    space = Workspace(lambda: datetime.now(UTC), coaches.PEOPLE, team_id=coaches.TEAM)
    with Server(space) as srv:
        yield srv


@pytest.fixture
def environment(practice: Server, tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KAM_")}
    return kept | {
        "KAM_DATA_DIR": str(tmp_path / "data"),
        "KAM_HTTP_PORT": "0",
        "KAM_SLACK_API_URL": practice.api_url,
        "KAM_SLACK_BOT_TOKEN": practice.bot_token,
        "KAM_SLACK_APP_TOKEN": practice.app_token,
    }


@pytest.fixture
def serve(environment: dict[str, str]) -> Iterator[Any]:
    started: list[Served] = []

    def start(**more: str) -> Served:
        started.append(Served({**environment, **more}))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_it_gets_ready_answers_sends_by_its_own_clock_and_stops_when_told(practice: Server, serve: Any) -> None:
    """One process for many questions: starting one takes seconds."""
    served = serve(KAM_TEST_CLOCK="1", KAM_NOW="2026-03-04T08:00:00+00:00", KAM_CLOCK_SPEED="600")
    url = f"http://127.0.0.1:{served.ready()}"
    assert practice.wait_connected(10)
    coaches.wait_until(lambda: httpx.get(f"{url}/readyz", trust_env=False).status_code == 200)
    assert httpx.get(f"{url}/readyz", trust_env=False).json() == {"database": True, "slack": True, "delivery": True}
    assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    assert httpx.get(f"{url}/slack/events", trust_env=False).status_code == 404  # Socket Mode takes nothing here

    assert practice.slash("U1", "help").acked
    assert practice.space.wait_for(lambda: any("What I can do" in s.text for s in practice.space.seen("U1")), 20)
    for text in ("account add Nordhaus", "visit Nordhaus today 16:00"):
        assert practice.slash("U1", text).acked
    posted = practice.space.wait_for(lambda: any("Nordhaus · " in s.text for s in practice.space.seen("U1")), 20)
    assert posted, [line["event"] for line in served.lines]

    second = serve()
    code, said = second.ends()
    assert code == 1
    assert "Another `kam serve` is running on this data folder." in said
    assert "Traceback" not in said

    practice.disconnect("close_socket")
    assert practice.wait_connected(20)

    began = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    code, said = served.ends(STOP)
    assert (code, said) == (0, "")
    assert time.monotonic() - began < STOP
    assert served.said("bot_stopped") is not None
    wrong = [line["event"] for line in served.lines if line["level"] == "error"]
    assert [event for event in wrong if "to remote host was lost" not in event] == []  # the socket that was cut


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"KAM_NOW": "2026-03-04T08:00:00+00:00"}, 2, "KAM_TEST_CLOCK=1"),
        ({"KAM_SLACK_BOT_TOKEN": "xoxb-wrong"}, 1, "Slack does not accept the bot (invalid_auth)"),
        ({"KAM_SLACK_API_URL": "http://127.0.0.1:9/api/"}, 1, "Slack does not answer"),
        ({"KAM_SLACK_APP_TOKEN": "xapp-wrong"}, 1, "Slack does not open a socket"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_its_exit_code(
    serve: Any, more: dict[str, str], code: int, words: str
) -> None:
    ended, said = serve(**more).ends()
    assert words in said
    assert ended == code
    assert "Traceback" not in said
    assert "-wrong" not in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KAM_NOW", "2026-03-04T08:00:00+00:00", "KAM_TEST_CLOCK=1"),
        ("KAM_NOW", "2026-03-04T08:00:00", "it needs an offset"),
        ("KAM_CLOCK_SPEED", "60", "KAM_TEST_CLOCK=1"),
        ("KAM_ALLOW_LOOPBACK_FETCH", "1", "KAM_TEST_CLOCK=1"),
        ("KAM_SLACK_API_URL", "https://slack.com/", "it must end in /api/"),
        ("KAM_TIMEZONE_FALLBACK", "Middle/Earth", "KAM_TIMEZONE_FALLBACK"),
        ("KAM_MODE", "pigeon", "KAM_MODE"),
        ("KAM_HTTP_PORT", "99999", "KAM_HTTP_PORT"),
        ("KAM_PRIVATE_HOSTS", "https://git.example", "names of hosts"),
        ("KAM_PRIVATE_HOSTS", "*.example", "names of hosts"),
        ("KAM_PRIVATE_CA", "/nowhere/ca.pem", "file with certificates"),
        ("KAM_PRIVATE_CA", __file__, "file with certificates"),
    ],
)
def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(errors.BadInput) as raised:
        settings.read()
    assert words in raised.value.message


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("slack_bot_token", Mode.SOCKET),
        ("slack_app_token", Mode.SOCKET),
        ("slack_signing_secret", Mode.HTTP),
    ],
)
def test_a_token_that_is_missing_is_asked_for_by_name(
    practice: Server, tmp_path: Path, shipped: object, name: str, mode: Mode
) -> None:
    chosen = coaches.settings(tmp_path, practice, mode).model_copy(update={name: SecretStr("")})
    running = Running(chosen)
    with pytest.raises(errors.BadInput, match=f"KAM_{name.upper()} is not set"):
        running.start(scheduled=False)


def test_a_port_that_is_taken_is_said_in_a_sentence(serve: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended, said = serve(KAM_HTTP_PORT=port).ends()
    assert ended == 1
    assert f"Nothing can listen on 127.0.0.1, port {port}" in said
    assert "Something went wrong inside" not in said


def test_a_damaged_database_is_said_in_a_sentence(serve: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kam.sqlite3").write_bytes(b"SQLite format 3\0" + b"Z" * 50_000)
    ended, said = serve().ends()
    assert ended == 1
    assert "The database file is damaged." in said
    assert "kam restore" in said


def test_over_http_what_is_signed_is_answered(practice: Server, serve: Any) -> None:
    served = serve(KAM_MODE="http", KAM_SLACK_SIGNING_SECRET=practice.signing_secret)
    port = served.ready()
    practice.use_http(f"http://127.0.0.1:{port}/slack/events")  # answers Slack's challenge
    assert practice.slash("U1", "help").acked
    assert httpx.post(f"http://127.0.0.1:{port}/slack/events", data={"x": "y"}, trust_env=False).status_code == 401
    served.process.send_signal(signal.SIGINT)
    assert served.ends(STOP)[0] == 0
