"""How long `/kam advice` takes until its answer can be read, beside an empty Bolt app in the same run.

`python -m benchmarks.serving [--requests N] [--accounts N]`: signed HTTP, one at a time and 16 at once. The peer is
`ack("hi")` with Bolt's defaults behind the same server. Also: how long from the start of the process to ready.
"""

import argparse
import http.client
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from bot import settings, wiring
from bot.core.account import Account, Language, Stage
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import Mode
from bot.slack.http import HttpServer
from storage import accounts, reps

SECRET = "benchmark-secret"
QUESTIONS = (
    "the client is angry about a late delivery",
    "they praised us in front of their director, what now",
    "客户一直拿我们跟老供应商比，怎么办",
    "we visit too often and they never call us",
    "what is the weather like tomorrow",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--accounts", type=int, default=1000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        space = Workspace(lambda: datetime.now(UTC), [Member("U1", "Ann", tz="Europe/Berlin")])
        with Server(space, port=0) as slack:
            begun = time.perf_counter()
            running = _bot(Path(folder), slack)
            ready = time.perf_counter() - begun
            _fill(running, space.team_id, chosen.accounts)
            peer = _peer(slack)
            print(f"{chosen.accounts} accounts; wired and ready after {ready:.2f} s")
            for at_once in (1, 16):
                ours = _measure(running.http.port, at_once, chosen.requests, space.team_id, has_answer)
                empty = _measure(peer.port, at_once, chosen.requests, space.team_id, lambda body: body == b"hi")
                _tell(at_once, ours, empty)
            peer.stop()
            running.stop()


def has_answer(body: bytes) -> bool:
    return b'"blocks"' in body


def _bot(folder: Path, slack: Server) -> wiring.Running:
    chosen = settings.Settings(
        data_dir=folder,
        mode=Mode.HTTP,
        http_port=0,
        slack_api_url=slack.api_url,
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SECRET),
    )
    running = wiring.Running(chosen)
    running.start(scheduled=False)
    return running


def _fill(running: wiring.Running, team_id: str, count: int) -> None:
    """One rep who is known, with `count` accounts of which the questions name none."""
    now = datetime.now(UTC)
    with running.base.database.write() as session:
        reps.save(session, team_id, "U1", zone="Europe/Berlin", language=Language.EN, profile_at=now, welcomed_at=now)
        for number in range(count):
            owner = "U1" if number < 40 else f"U{number // 40 + 2}"
            account = Account(
                id=f"a{number}", team_id=team_id, rep_id=owner, name=f"Account {number:05}", stage=Stage.MIDDLE
            )
            accounts.add(session, account, now)


def _peer(slack: Server) -> HttpServer:
    app = App(
        signing_secret=SECRET,
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U0", bot_token=slack.bot_token
        ),
    )
    app.command("/kam")(lambda ack: ack("hi"))
    server = HttpServer("127.0.0.1", 0, dict, app)
    server.start()
    return server


def _measure(port: int, at_once: int, count: int, team_id: str, is_answer: Callable[[bytes], bool]) -> list[float]:
    """Seconds of each request, the slowest last; a warm-up first."""
    sign = SignatureVerifier(SECRET)
    serial = iter(range(10**9))

    def ask(number: int) -> float:
        text = QUESTIONS[number % len(QUESTIONS)]
        fields = {
            "command": "/kam",
            "text": f"advice {text}",
            "user_id": "U1",
            "team_id": team_id,
            "channel_id": "D1",
            "trigger_id": f"{port}.{at_once}.{next(serial)}",
            "response_url": f"http://127.0.0.1:{port}/none",
        }
        body = urllib.parse.urlencode(fields)
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign.generate_signature(timestamp=stamp, body=body) or "",
        }
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/slack/events", body, headers)
        answer = connection.getresponse()
        read = answer.read()
        spent = time.perf_counter() - begun
        connection.close()
        assert answer.status == 200, (answer.status, read)
        assert is_answer(read), read
        return spent

    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(ask, range(20)))
        return sorted(threads.map(ask, range(count)))


def _tell(at_once: int, ours: list[float], empty: list[float]) -> None:
    def ms(times: list[float], share: float) -> float:
        return times[min(len(times) - 1, int(len(times) * share))] * 1000

    print(
        f"{at_once:>2} at once: /kam advice p50 {statistics.median(ours) * 1000:.1f} ms, p99 {ms(ours, 0.99):.1f} ms; "
        f"empty Bolt app p50 {statistics.median(empty) * 1000:.1f} ms, p99 {ms(empty, 0.99):.1f} ms; "
        f"ratio p50 {statistics.median(ours) / statistics.median(empty):.2f}, "
        f"p99 {ms(ours, 0.99) / ms(empty, 0.99):.2f}"
    )


if __name__ == "__main__":
    main()
