"""The practice workspace's server: Web API, sockets, uploads and the page, on a thread of its own.

with Server(Workspace(members=[...])) as srv:
    srv.wait_connected(5)
    srv.slash(user="U1", text="help")
"""

import asyncio
import contextlib
import secrets
import socket
import threading
from collections.abc import Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from typing_extensions import override

from bot.practice import routes
from bot.practice.branch import Branch
from bot.practice.deliveries import SignedHttp, Sockets, Transport
from bot.practice.grants import Grants, OAuthApp
from bot.practice.hooks import Hooks
from bot.practice.records import NotPossibleError, Payload
from bot.practice.web_api import Tokens, WebApi
from bot.practice.workspace import Workspace

T = TypeVar("T")


class _Uvicorn(uvicorn.Server):
    """Uvicorn that leaves at once when told to: connections are cut, calls in progress are cancelled."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.leaving = asyncio.Event()

    @override
    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.leaving.wait(), 1)
                self.should_exit = True

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        for taken in sockets or []:
            taken.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Server(Branch):
    """A running practice workspace, and others beside it. Every method is synchronous and safe from any thread.

    `ack_seconds` is the real time the app has to acknowledge; `retry_scale` shortens the waits between an event's
    tries (0 = at once). Envelopes go over the app's sockets until `use_http` says otherwise. `page` is what the page
    shows besides Slack's own. `oauth` is the app as others may install it; `add` puts another workspace behind the
    same address, whose people act through the `Branch` that comes back.
    """

    def __init__(
        self,
        space: Workspace,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tokens: Tokens | None = None,
        ack_seconds: float = 3.0,
        retry_scale: float = 1.0,
        page: Hooks | None = None,
        oauth: OAuthApp | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.tokens = tokens or Tokens()
        self.ack_seconds, self.retry_scale = ack_seconds, retry_scale
        self.sockets = Sockets(space, ack_seconds)
        self.grants = Grants(space, self.tokens.bot, oauth)
        self.web_api = WebApi(space, self.tokens, self._new_socket_url, self.grants)
        self.branches: list[Branch] = [self]
        super().__init__(space, self)
        self.page = page or Hooks()
        self.boot = secrets.token_hex(4)
        self.moving = False
        self.stopping = asyncio.Event()
        self._http: SignedHttp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._uvicorn: _Uvicorn | None = None

    # --- starting and stopping

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"

    @property
    def api_url(self) -> str:
        return f"{self.url}api/"

    @property
    def bot_token(self) -> str:
        return self.tokens.bot

    @property
    def app_token(self) -> str:
        return self.tokens.app

    @property
    def signing_secret(self) -> str:
        return self.tokens.signing_secret

    def start(self) -> Self:
        """The server, listening; port 0 has become a real one."""
        listener = socket.create_server((self.host, self.port), backlog=512)
        self.port = listener.getsockname()[1]
        self.space.faults.socket = lambda kind: self.disconnect(kind)
        for branch in self.branches:
            branch.space.on_message = branch.echo
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="practice-workspace", daemon=True)
        self._thread.start()
        self._ready.wait(10)
        return self

    def _serve(self, listener: socket.socket) -> None:
        config = uvicorn.Config(
            routes.application(self),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            http=routes.HttpProtocol,
            ws=routes.SocketProtocol,
            timeout_keep_alive=75,
        )
        self._uvicorn = _Uvicorn(config)

        async def main(server: _Uvicorn) -> None:
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(self._ready.set)
            await server.serve(sockets=[listener])

        with listener, contextlib.closing(self.space):
            asyncio.run(main(self._uvicorn))

    def stop(self) -> None:
        """End the server; open connections are cut."""
        if self._thread is None or self._uvicorn is None:
            return
        self._run(self._wind_down(self._uvicorn))
        self._thread.join(10)
        self._thread = self._loop = None

    async def _wind_down(self, server: _Uvicorn) -> None:
        self.stopping.set()
        for branch in self.branches:
            await branch.courier.close()
        if self._http is not None:
            await self._http.close()
        server.leaving.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            work.close()
            raise NotPossibleError("the practice workspace is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        if self._loop is None:
            work.close()
        else:
            asyncio.run_coroutine_threadsafe(work, self._loop)

    def hears(self) -> bool:
        up = self._loop is not None and not self.stopping.is_set()
        return up and (self.connected() or self._http is not None)

    def revoke_all(self, space: Workspace) -> None:
        self.grants.revoke_all(space)

    # --- the app's side

    def _new_socket_url(self) -> str:
        ticket = self.space.new_id("ticket")
        self.sockets.tickets.add(ticket)
        return f"ws://{self.host}:{self.port}/link/?ticket={ticket}&app_id={self.space.app_id}"

    @property
    def uses_http(self) -> bool:
        return self.courier.transport is not self.sockets

    def connected(self) -> bool:
        return bool(self.sockets.connections)

    def wait_connected(self, timeout: float = 10.0) -> bool:
        """True once a socket is up; False after `timeout` seconds."""
        return self.space.wait_for(self.connected, timeout)

    def use_http(self, request_url: str, *, verify: bool = True) -> None:
        """From now on envelopes go to this request url, signed. NotPossibleError: it fails Slack's challenge."""
        transport = SignedHttp(self.space, request_url, self.signing_secret, self.ack_seconds)
        if verify:
            self._run(transport.verify())
        self._http = transport
        self._carry_by(transport)

    def use_sockets(self) -> None:
        self._carry_by(self.sockets)

    def _carry_by(self, transport: Transport) -> None:
        for branch in self.branches:
            branch.courier.transport = transport

    def add(self, space: Workspace) -> Branch:
        """Another workspace behind the same address; the app is not in it before somebody installs it."""
        space.random.seed(space.team_id)  # ids differ from those of the others
        branch = Branch(space, self)
        branch.courier.transport = self.courier.transport
        space.on_message = branch.echo
        self.branches.append(branch)
        self.grants.spaces.append(space)
        return branch

    def consent(self, asked: Payload, team_id: str, user: str, *, allow: bool = True) -> str:
        """Somebody decides on Slack's page; where the browser goes then. `team_id` may be an organisation's."""
        spaces = [one for one in self.grants.spaces if team_id in (one.team_id, one.enterprise_id)]
        if not spaces:
            raise NotPossibleError(f"no workspace {team_id}")
        return self.grants.consent(asked, spaces, user, allow)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send every connection away: `warning`, `refresh_requested`, or `close_socket` (cut off)."""
        self._run(self.sockets.disconnect(reason))

    # --- the page's side

    @contextlib.contextmanager
    def on_the_move(self) -> Iterator[None]:
        """The page says that the clock moves, and lets nobody else move it."""
        self._tell_moving(True)
        try:
            yield
        finally:
            self._tell_moving(False)

    def _tell_moving(self, moving: bool) -> None:
        with self.space.change():
            self.moving = moving
