"""A real Bolt app on the practice workspace, over Socket Mode and over signed HTTP."""

import gc
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.practice.server import Server
from bot.practice.workspace import Member, Workspace

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
LEE = Member("U1", "Li Wei", tz="Asia/Shanghai", locale="zh-CN", dnd_start="22:00", dnd_end="08:00")
ANN = Member("U2", "Ann", tz="Europe/Berlin", locale="en-US", is_admin=True)
GONE = Member("U3", "Gone", deleted=True)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Bench:
    """One workspace, one app; `does` says what the app does, `heard` keeps what reached it."""

    space: Workspace
    srv: Server
    clock: Clock
    client: WebClient
    does: dict[str, Callable[..., Any]] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for heard, body, _ in self.heard if heard == kind]


def workspace(clock: Clock, **more: Any) -> Workspace:
    return Workspace(now=clock, members=[LEE, ANN, GONE], **more)


def bolt_app(bench: Bench) -> App:
    quiet = logging.getLogger("practice.tests")
    quiet.setLevel(logging.CRITICAL)
    app = App(
        client=WebClient(bench.srv.bot_token, base_url=bench.srv.api_url),
        signing_secret=bench.srv.signing_secret,
        process_before_response=True,
        logger=quiet,
    )

    def listener(kind: str, answers: bool = True) -> Callable[..., None]:
        def listen(ack: Any, body: Any, respond: Any, client: Any, context: Any, request: Any) -> None:
            bench.heard.append((kind, body, request.headers))
            default = (lambda ack, **_: ack()) if answers else (lambda **_: None)
            bench.does.get(kind, default)(ack=ack, body=body, respond=respond, client=client)

        return listen

    anything = re.compile(".*")
    app.command("/kam")(listener("command"))
    app.action(anything)(listener("action"))
    app.shortcut(anything)(listener("shortcut"))
    app.view(anything)(listener("view"))
    app.view_closed(anything)(listener("closed"))
    app.options(anything)(listener("options"))
    app.event("message")(listener("message", answers=False))
    app.event("app_home_opened")(listener("home", answers=False))
    app.event("user_change")(listener("user_change", answers=False))
    return app


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def _over_http(bench: Bench) -> Iterator[Bench]:
    app = SlackRequestHandler(bolt_app(bench))
    with make_server("127.0.0.1", 0, app, _Threaded, _Quiet) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        bench.srv.use_http(f"http://127.0.0.1:{http.server_port}/slack/events")
        yield bench
        http.shutdown()
        thread.join()


def _over_sockets(bench: Bench) -> Iterator[Bench]:
    handler = SocketModeHandler(bolt_app(bench), bench.srv.app_token)
    handler.connect()
    assert bench.srv.wait_connected(5)
    yield bench
    handler.client.closed = True
    handler.client.auto_reconnect_enabled = handler.client.default_auto_reconnect_enabled = False
    bench.srv.disconnect("close_socket")  # or websocket-client may wait out a ping for its own close
    handler.client.message_queue.put("")  # or closing waits a second for the next message
    handler.close()
    del handler
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK forgets a socket when it changes them
        gc.collect()


def _bench() -> Iterator[Bench]:
    clock = Clock()
    space = workspace(clock, echo_own_messages=False)
    with Server(space, ack_seconds=0.5, retry_scale=0) as srv:
        yield Bench(space, srv, clock, WebClient(srv.bot_token, base_url=srv.api_url))


@pytest.fixture(scope="session", params=["socket", "http"])
def _shared(request: pytest.FixtureRequest) -> Iterator[Bench]:
    for bench in _bench():
        yield from (_over_sockets if request.param == "socket" else _over_http)(bench)


@pytest.fixture
def bench(_shared: Bench) -> Bench:
    """The app over each transport, forgetting what an earlier test told it."""
    _shared.does.clear()
    _shared.heard.clear()
    _shared.space.refusals.clear()
    _shared.space.close_all("U1")
    return _shared


@pytest.fixture
def alone() -> Iterator[Bench]:
    """A workspace of one's own with no app connected, only a Web API client."""
    yield from _bench()


@pytest.fixture
def on_socket() -> Iterator[Bench]:
    """An app of one's own over Socket Mode."""
    for bench in _bench():
        yield from _over_sockets(bench)
