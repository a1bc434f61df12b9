"""How long `/kam advice` takes until its answer can be read, beside other Bolt apps in the same run.

`python -m benchmarks.serving [--requests N] [--accounts N]`: over signed HTTP and over Socket Mode, at 1, 16 and 64 at
once. The peers: `ack("hi")` with Bolt's defaults (*empty*), and the same with the reads that an answer needs, in
SQLAlchemy Core (*reads*). Each app is a process of its own; this one is Slack. Also: the start, and the memory.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import create_engine, select

from bot import settings, wiring
from bot.clock import SystemClock
from bot.core.account import Account, Language, Stage
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import Mode
from bot.slack.http import HttpServer
from storage import accounts, reps
from storage.session import Database
from storage.tables import AccountRow, RepRow

SECRET = "benchmark-secret"
REP = "U1"
AT_ONCE = (1, 16, 64)
A_REP = 40  # accounts
QUESTIONS = (
    "the client is angry about a late delivery",
    "they praised us in front of their director, what now",
    "客户一直拿我们跟老供应商比，怎么办",
    "we visit too often and they never call us",
    "what is the weather like tomorrow",
)


@dataclass(frozen=True)
class Where:
    """What an app must know of the workspace and the database."""

    folder: Path
    mode: Mode
    team_id: str
    api_url: str
    bot_token: str
    app_token: str
    with_reads: bool = False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--accounts", type=int, default=10_000)
    chosen = parser.parse_args()
    for mode in Mode:
        with tempfile.TemporaryDirectory() as folder:
            _measure_mode(mode, Path(folder), chosen.accounts, chosen.requests)


def _measure_mode(mode: Mode, folder: Path, stored: int, requests: int) -> None:
    """Ours and both peers, one after the other on the same machine, with the same load."""
    found: dict[str, dict[int, list[float]]] = {}
    for name, app, with_reads in (("ours", ours, False), ("empty", peer, False), ("reads", peer, True)):
        space = Workspace(lambda: datetime.now(UTC), [Member(REP, "Ann", tz="Europe/Berlin")])
        with Server(space, port=0) as slack:
            if name == "ours":
                _fill(folder, space.team_id, stored)
            where = Where(
                folder, mode, space.team_id, slack.api_url, slack.bot_token, slack.app_token, with_reads=with_reads
            )
            begun = time.perf_counter()
            process, told = _started(app, where)
            port, wired = told.recv()
            ready = time.perf_counter() - begun
            ask = _over_http(port, space.team_id) if mode is Mode.HTTP else _over_socket(slack)
            found[name] = {at_once: _load(ask, at_once, requests) for at_once in AT_ONCE}
            if name == "ours":
                told.send("memory")
                memory = told.recv()
                start = f"ready {ready:.2f} s after its process began, {wired:.2f} s of it wiring"
                print(f"{mode.value}: {stored} accounts; {start}; {memory:.0f} MB at the end")
            told.send("stop")
            process.join(20)
    for at_once in AT_ONCE:
        _tell(at_once, *(found[name][at_once] for name in ("ours", "empty", "reads")))


def _started(app: Callable[[Where, Connection], None], where: Where) -> tuple[BaseProcess, Connection]:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=app, args=(where, there), daemon=True)
    process.start()
    return process, here


def _tell(at_once: int, mine: list[float], empty: list[float], reads: list[float]) -> None:
    def ms(times: list[float], share: float) -> float:
        return times[min(len(times) - 1, int(len(times) * share))] * 1000

    shown = "; ".join(
        f"{name} p50 {statistics.median(times) * 1000:.1f}, p99 {ms(times, 0.99):.1f} ms"
        for name, times in (("/kam advice", mine), ("empty", empty), ("reads", reads))
    )
    half, tail = statistics.median(mine) / statistics.median(empty), ms(mine, 0.99) / ms(reads, 0.99)
    print(f"{at_once:>2} at once: {shown}; p50 {half:.2f} x empty, p99 {tail:.2f} x reads")


# --- the apps, each in a process of its own -------------------------------------------------------------------------


def ours(where: Where, told: Connection) -> None:
    begun = time.perf_counter()
    chosen = settings.Settings(
        data_dir=where.folder,
        mode=where.mode,
        http_port=0,
        slack_api_url=where.api_url,
        slack_bot_token=SecretStr(where.bot_token),
        slack_app_token=SecretStr(where.app_token),
        slack_signing_secret=SecretStr(SECRET),
        log_level="ERROR",
    )
    running = wiring.Running(chosen)
    running.start(scheduled=False)
    told.send((running.http.port, time.perf_counter() - begun))
    _wait(told)
    running.stop()


def peer(where: Where, told: Connection) -> None:
    """A Bolt app with Bolt's defaults that answers "hi", after the reads of an answer where it is told to."""
    app = App(
        client=WebClient(base_url=where.api_url),
        signing_secret=SECRET,
        request_verification_enabled=where.mode is Mode.HTTP,
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None, team_id=where.team_id, bot_id="B1", bot_user_id="U0", bot_token=where.bot_token
        ),
    )
    read = _reads(where) if where.with_reads else lambda _user: None

    def answer(ack: Any, body: dict[str, Any]) -> None:
        read(body["user_id"])
        ack("hi")

    app.command("/kam")(answer)
    if where.mode is Mode.HTTP:
        server = HttpServer("127.0.0.1", 0, dict, app)
        server.start()
        told.send((server.port, 0.0))
        _wait(told)
        server.stop()
    else:
        handler = SocketModeHandler(app, where.app_token)
        handler.connect()  # type: ignore[no-untyped-call]
        told.send((0, 0.0))
        _wait(told)


def _reads(where: Where) -> Callable[[str], None]:
    """Who asks, and what the asker's accounts are called: what any answer must know."""
    engine = create_engine(f"sqlite:///{where.folder / 'kam.sqlite3'}", connect_args={"check_same_thread": False})
    rep, account = RepRow.__table__.c, AccountRow.__table__.c  # type: ignore[attr-defined]
    person = select(*RepRow.__table__.columns)  # type: ignore[attr-defined]
    names = select(account.id, account.name, account.aliases, account.domains)

    def read(user: str) -> None:
        with engine.connect() as connection:
            connection.execute(person.where(rep.team_id == where.team_id, rep.id == user)).one()
            mine = names.where(account.team_id == where.team_id, account.rep_id == user)
            assert len(connection.execute(mine.order_by(account.name_key, account.id)).all()) == A_REP

    return read


def _wait(told: Connection) -> None:
    while told.recv() == "memory":
        told.send(_megabytes())


def _megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _fill(folder: Path, team_id: str, count: int) -> None:
    """One rep who is known, with some of `count` accounts; the questions name none of them."""
    database = wiring.database(settings.Settings(data_dir=folder))
    now = SystemClock().now()
    with database.write() as session:
        reps.save(session, team_id, REP, zone="Europe/Berlin", language=Language.EN, profile_at=now, welcomed_at=now)
        for number in range(count):
            owner = f"U{number // A_REP + 1}"
            stage = Stage.MIDDLE
            account = Account(id=f"a{number}", team_id=team_id, rep_id=owner, name=f"Account {number:05}", stage=stage)
            accounts.add(session, account, now)
    Database.close(database)


# --- the load ---------------------------------------------------------------------------------------------------------

Ask = Callable[[int], float]


def _load(ask: Ask, at_once: int, count: int) -> list[float]:
    """Seconds of each request, the slowest last; a warm-up first."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(ask, range(max(20, 2 * at_once))))
        return sorted(threads.map(ask, range(count)))


def _over_socket(slack: Server) -> Ask:
    assert slack.wait_connected(10)

    def ask(number: int) -> float:
        delivery = slack.slash(REP, f"advice {QUESTIONS[number % len(QUESTIONS)]}")
        assert delivery.acked, delivery.error
        return delivery.seconds

    return ask


def _over_http(port: int, team_id: str) -> Ask:
    sign, lock = SignatureVerifier(SECRET), threading.Lock()
    serial = iter(range(10**9))
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def send(request: bytes) -> tuple[float, bytes]:
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        spent = time.perf_counter() - begun
        writer.close()
        return spent, answer

    def ask(number: int) -> float:
        with lock:
            trigger = f"{port}.{next(serial)}"
        request = _signed(sign, team_id, QUESTIONS[number % len(QUESTIONS)], trigger)
        spent, answer = asyncio.run_coroutine_threadsafe(send(request), loop).result()
        assert b" 200 " in answer[:20], answer
        assert answer.endswith(b"hi") or b'"blocks"' in answer, answer
        return spent

    return ask


def _signed(sign: SignatureVerifier, team_id: str, text: str, trigger: str) -> bytes:
    fields = {
        "command": "/kam",
        "text": f"advice {text}",
        "user_id": REP,
        "team_id": team_id,
        "channel_id": "D1",
        "trigger_id": trigger,
        "response_url": "http://127.0.0.1:1/none",
    }
    body, stamp = urllib.parse.urlencode(fields), str(int(time.time()))
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: {sign.generate_signature(timestamp=stamp, body=body)}\r\n\r\n"
    )
    return (head + body).encode()


if __name__ == "__main__":
    main()
