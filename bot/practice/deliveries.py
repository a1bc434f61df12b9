"""Envelopes to the app, over its sockets or signed HTTP: sent, acknowledged or not, retried as Slack does."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.practice import answers
from bot.practice.records import Delivery, NotPossibleError, Payload
from bot.practice.workspace import Workspace

RETRIES = ((0.0, 1), (60.0, 2), (300.0, 3))
MOST_SOCKETS = 10
WARNING_SECONDS = 10.0


GONE = (RuntimeError, OSError, WebSocketDisconnect)


class DeliveryError(Exception):
    """The app did not acknowledge; `reason` is Slack's word for why."""

    def __init__(self, reason: str, *, no_retry: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.no_retry = reason, no_retry


class Transport(Protocol):
    async def send(self, delivery: Delivery, retry: tuple[int, str] | None) -> Any:
        """The body of the app's acknowledgement. DeliveryError: there was none in time."""


class Sockets:
    """The app's open connections: each envelope goes to any one of them."""

    def __init__(self, space: Workspace, deadline: float) -> None:
        self.space, self.deadline = space, deadline
        self.connections: list[WebSocket] = []
        self.tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Payload]] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection until it closes: greet, and take in acknowledgements. An address serves once."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self.tickets:
            await socket.close()
            return
        self.tickets.remove(ticket)
        await socket.accept()
        if len(self.connections) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        with self.space.change():
            self.connections.append(socket)
        try:
            await socket.send_json(self._hello())
            async for text in socket.iter_text():
                self._take(text)
        except GONE:
            self.space.note("socket_lost")
        finally:
            with self.space.change():
                if socket in self.connections:
                    self.connections.remove(socket)

    def _hello(self) -> Payload:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "practice", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.space.app_id},
        }

    def _take(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            self.space.note("odd_frame", text=text[:200])
            return
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting is None or waiting.done():
            self.space.note("late_ack", envelope=answer.get("envelope_id"))
        else:
            waiting.set_result(answer)

    async def send(self, delivery: Delivery, retry: tuple[int, str] | None) -> Any:
        if not self.connections:
            raise DeliveryError("connection_failed")
        socket = self.space.random.choice(self.connections)
        accepts = delivery.kind != "events_api"
        envelope: Payload = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": accepts,
        }
        if delivery.kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._waiting[delivery.envelope_id] = waiting
        try:
            await socket.send_text(json.dumps(envelope))
            answer = await asyncio.wait_for(waiting, self.deadline)
        except TimeoutError:
            raise DeliveryError("timeout") from None
        except GONE:
            raise DeliveryError("connection_failed") from None
        finally:
            self._waiting.pop(delivery.envelope_id, None)
        return answer.get("payload") if accepts else None

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go, or cut it off (`close_socket`).

        After `refresh_requested` Slack closes the connection at once, after `warning` some ten seconds later.
        """
        for socket in list(self.connections):
            if reason != "close_socket":
                info = {"host": "practice", "approximate_connection_time": 18060}
                with contextlib.suppress(*GONE):
                    await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": info})
            if reason != "warning":
                with self.space.change():
                    if socket in self.connections:
                        self.connections.remove(socket)
            cut = socket.scope["practice.transport"].abort
            if reason == "close_socket":
                cut()
            elif reason == "refresh_requested":
                with contextlib.suppress(*GONE):
                    await socket.close()
            else:
                asyncio.get_running_loop().call_later(WARNING_SECONDS, cut)


class SignedHttp:
    """The app's request url: every request signed, form-encoded where Slack's are."""

    def __init__(self, space: Workspace, url: str, secret: str, deadline: float) -> None:
        self.space, self.url, self.secret, self.deadline = space, url, secret, deadline
        self.client = httpx.AsyncClient(trust_env=False)

    def headers(self, body: str, content_type: str, retry: tuple[int, str] | None) -> dict[str, str]:
        stamp = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        found = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        if retry is not None:
            found |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return found

    @staticmethod
    def encoded(kind: str, payload: Payload) -> tuple[str, str]:
        """The body and content type of a request."""
        form = "application/x-www-form-urlencoded"
        if kind == "slash_commands":
            return urlencode(payload), form
        if kind == "interactive":
            return urlencode({"payload": json.dumps(payload)}), form
        return json.dumps(payload), "application/json"

    async def post(self, kind: str, payload: Payload, retry: tuple[int, str] | None = None) -> httpx.Response:
        body, content_type = self.encoded(kind, payload)
        try:
            return await asyncio.wait_for(
                self.client.post(
                    self.url,
                    content=body.encode(),
                    headers=self.headers(body, content_type, retry),
                    timeout=self.deadline + 1,
                ),
                self.deadline,
            )
        except TimeoutError:
            raise DeliveryError("http_timeout") from None
        except httpx.HTTPError:
            raise DeliveryError("connection_failed") from None

    async def send(self, delivery: Delivery, retry: tuple[int, str] | None) -> Any:
        answer = await self.post(delivery.kind, delivery.payload, retry)
        right = answer.is_success if delivery.kind == "events_api" else answer.status_code == 200
        if not right:
            raise DeliveryError("http_error", no_retry=answer.headers.get("x-slack-no-retry") == "1")
        if not answer.content or delivery.kind == "events_api":
            return None
        if answer.headers.get("content-type", "").startswith("application/json"):
            try:
                return answer.json()
            except ValueError:
                raise DeliveryError("http_error") from None
        return answer.text

    async def verify(self) -> None:
        """The request url answers Slack's challenge. NotPossibleError: it does not."""
        challenge = f"{self.space.random.getrandbits(96):024x}"
        payload = {"type": "url_verification", "token": "practice-verification", "challenge": challenge}
        answer = await self.post("events_api", payload)
        if answer.status_code != 200 or challenge not in answer.text:
            raise NotPossibleError(f"{self.url} did not answer the url_verification challenge")

    async def close(self) -> None:
        await self.client.aclose()


class Courier:
    """Carries envelopes: one try for what a person waits for, Slack's retries for events."""

    def __init__(self, space: Workspace, transport: Transport, retry_scale: float) -> None:
        self.space, self.transport, self.retry_scale = space, transport, retry_scale
        self.tasks: set[asyncio.Task[None]] = set()

    async def carry(self, delivery: Delivery, retry: tuple[int, str] | None = None) -> Delivery:
        """The delivery after its first try; an event's further tries go on in the background."""
        count = self.space.seen_count()
        with self.space.change():
            self.space.deliveries.append(delivery)
        reason = await self._try(delivery, retry)
        delivery.seen = self.space.seen_since(count, delivery.user) if delivery.user else []
        if reason is not None and delivery.kind == "events_api" and retry is None:
            task = asyncio.get_running_loop().create_task(self._retry(delivery, reason))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        else:
            with self.space.change():
                delivery.done = True
        return delivery

    async def _try(self, delivery: Delivery, retry: tuple[int, str] | None) -> str | None:
        """None once acknowledged, else Slack's reason; `no_retry` when the app asked for none."""
        started = time.monotonic()
        delivery.attempts += 1
        try:
            delivery.body = await self.transport.send(delivery, retry)
        except DeliveryError as failed:
            delivery.seconds = time.monotonic() - started
            late = failed.reason in ("timeout", "http_timeout")
            answers.take_failure(self.space, delivery, "operation_timeout" if late else "dispatch_failed")
            return "no_retry" if failed.no_retry else failed.reason
        delivery.seconds = time.monotonic() - started
        delivery.acked, delivery.error = True, None
        self.space.note("acked", envelope=delivery.envelope_id, type=delivery.kind, attempt=delivery.attempts)
        self._take_body(delivery)
        return None

    def _take_body(self, delivery: Delivery) -> None:
        if delivery.kind == "slash_commands":
            answers.take_command_ack(self.space, delivery)
        elif delivery.payload.get("type") == "view_submission":
            answers.take_submission_ack(self.space, delivery)
        elif delivery.body and delivery.payload.get("type") != "block_suggestion":
            self.space.refuse("ack", "unexpected_body", [], {"body": delivery.body})

    async def _retry(self, delivery: Delivery, reason: str) -> None:
        for delay, attempt in RETRIES:
            if delivery.acked or reason == "no_retry":
                break
            await asyncio.sleep(delay * self.retry_scale)
            reason = await self._try(delivery, (attempt, reason)) or ""
        with self.space.change():
            delivery.done = True

    async def close(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


Carry = Callable[[Delivery], Delivery]
