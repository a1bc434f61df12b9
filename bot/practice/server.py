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

from bot.practice import hands, routes
from bot.practice.deliveries import Courier, SignedHttp, Sockets
from bot.practice.hooks import Hooks
from bot.practice.records import Delivery, Message, NotPossibleError, Payload
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


class Server:
    """A running practice workspace. Every method is synchronous and safe from any thread.

    `ack_seconds` is the real time the app has to acknowledge; `retry_scale` shortens the waits between an event's
    tries (0 = at once). Envelopes go over the app's sockets until `use_http` says otherwise. `page` is what the page
    shows besides Slack's own.
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
    ) -> None:
        self.space, self.host, self.port = space, host, port
        self.tokens = tokens or Tokens()
        self.ack_seconds, self.retry_scale = ack_seconds, retry_scale
        self.sockets = Sockets(space, ack_seconds)
        self.courier = Courier(space, self.sockets, retry_scale)
        self.web_api = WebApi(space, self.tokens, self._new_socket_url)
        self.hands = hands.Hands(space, lambda: f"{self.url}hooks/")
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
        self.space.on_message = self._echo
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
        await self.courier.close()
        if self._http is not None:
            await self._http.close()
        server.leaving.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            work.close()
            raise NotPossibleError("the practice workspace is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

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
        self.courier.transport = transport

    def use_sockets(self) -> None:
        self.courier.transport = self.sockets

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send every connection away: `warning`, `refresh_requested`, or `close_socket` (cut off)."""
        self._run(self.sockets.disconnect(reason))

    def _echo(self, message: Message) -> None:
        """Slack tells an app of its own messages too."""
        own = message.bot_id == self.space.bot_id and message.ephemeral_to is None
        if not (own and self.space.echo_own_messages) or self._loop is None or self.stopping.is_set():
            return
        if not (self.connected() or self._http):
            return
        fields = hands.message_event(self.space, message)
        delivery = self.hands.event("message", fields)
        asyncio.run_coroutine_threadsafe(self.courier.carry(delivery), self._loop)

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

    # --- the people's side

    def deliver(self, delivery: Delivery) -> Delivery:
        """The delivery after the app's acknowledgement or the deadline."""
        return delivery if delivery.done else self._run(self.courier.carry(delivery))

    def slash(self, user: str, text: str = "", command: str = "/kam", channel: str | None = None) -> Delivery:
        """A slash command, typed in a channel or (by default) in the conversation with the app."""
        return self.deliver(self.hands.slash(user, text, command, channel))

    def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str | None = None,
        value: Any = None,
        *,
        by_label: str | None = None,
        force: bool = False,
    ) -> Delivery:
        """A click on a button, a choice in a select or an overflow menu of a message.

        `force` lets somebody click who does not see the message. NotPossibleError: there is nothing to click.
        """
        return self.deliver(self.hands.click(user, channel, ts, action_id, value, by_label, force))

    def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str | None = None,
        value: Any = None,
        *,
        by_label: str | None = None,
    ) -> Delivery:
        """The same in a modal or on the Home tab."""
        return self.deliver(self.hands.click_view(user, view_id, action_id, value, by_label))

    def fill(self, user: str, view_id: str, values: dict[str, Any]) -> None:
        """Type into a modal without submitting it."""
        self.hands.fill(user, view_id, values)

    def submit(self, user: str, view_id: str, values: dict[str, Any] | None = None) -> Delivery:
        """A modal submitted with these values: {block_id: {action_id: value}} or {action_id: value}."""
        return self.deliver(self.hands.submit(user, view_id, values))

    def close_view(self, user: str, view_id: str, clear: bool = False) -> Delivery | None:
        """A modal closed (all of them with `clear`); a delivery only when the app asked to be told."""
        delivery = self.hands.close_view(user, view_id, clear)
        return self.deliver(delivery) if delivery else None

    def suggest(self, user: str, view_id: str, action_id: str, typed: str) -> Delivery:
        """What the app offers for an external select; `body` holds the options."""
        return self.deliver(self.hands.suggest(user, view_id, action_id, typed))

    def shortcut(self, user: str, callback_id: str) -> Delivery:
        return self.deliver(self.hands.shortcut(user, callback_id))

    def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Delivery:
        return self.deliver(self.hands.message_shortcut(user, callback_id, channel, ts))

    def message(self, user: str, text: str, channel: str | None = None, thread_ts: str | None = None) -> Delivery:
        """A person's message, by default in their conversation with the app."""
        return self.deliver(self.hands.message(user, text, channel, thread_ts))

    def open_home(self, user: str, tab: str = "home") -> Delivery:
        return self.deliver(self.hands.open_home(user, tab))

    def event(self, kind: str, payload: Payload, user: str | None = None) -> Delivery:
        """Any event; `payload` is its inner event without the type."""
        return self.deliver(self.hands.event(kind, payload, user))

    def change_member(self, user: str, **fields: Any) -> Delivery:
        """A member changed (zone, locale, deactivated), told as `user_change`."""
        member = self.space.change_member(user, **fields)
        shown = routes.people_methods.as_slack(self.space, member, locale=True)
        return self.event("user_change", {"user": shown, "cache_ts": 0})

    def redeliver(self, delivery: Delivery) -> Delivery:
        """The same envelope once more, as Slack's retry sends it; its own delivery comes back."""
        again = Delivery(delivery.kind, delivery.payload, delivery.envelope_id, delivery.user)
        retry = (1, "http_timeout") if delivery.kind == "events_api" else None
        return self._run(self.courier.carry(again, retry))
