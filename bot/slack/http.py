"""The HTTP edge: Slack's deliveries (in HTTP mode), whether the process lives, and whether it is ready."""

import io
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from time import monotonic, sleep
from typing import Any

import waitress
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from waitress import wasyncore
from waitress.server import BaseWSGIServer, MultiSocketServer

from bot import errors
from bot.log import log
from bot.slack import callers, garbled

Environ = dict[str, Any]
Start = Callable[..., Any]
Ready = Callable[[], dict[str, bool]]
Page = Callable[[Environ, Start], Iterable[bytes]]
LARGEST = 1_000_000
DRAIN_SECONDS, SHUTDOWN_SECONDS, STOP_SECONDS = 2, 3, 2
LONGEST_STAMP = 11  # digits of a time in seconds
INSIDE = "/metrics"  # for those who reach this port themselves, not for whoever a proxy lets through
PROXIES = ("Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "X-Client-IP",
           "X-Original-Forwarded-For", "X-Envoy-External-Address", "CF-Connecting-IP", "True-Client-IP")  # fmt: skip
FORWARDED = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in PROXIES)
SSL_CHECK = b"ssl_check=1"


class HttpServer:
    """Listens on one address. `app` and `secret`, with which Slack signs, are given in HTTP mode only.

    Without a secret Bolt alone decides what was signed.

    `ready` says what works now; `pages` are what else it shows, by path.
    """

    def __init__(
        self,
        host: str,
        port: int,
        ready: Ready,
        app: App | None = None,
        secret: str = "",
        threads: int = 16,
        pages: Mapping[str, Page] | None = None,
    ) -> None:
        self._ready, self._pages = ready, pages or {}
        self._slack = SlackRequestHandler(app, path="/slack/events") if app is not None else None
        self._verifier = SignatureVerifier(secret) if secret else None
        self._sockets: dict[int, Any] = {}
        try:
            server = waitress.create_server(
                self._answer,
                map=self._sockets,
                host=host,
                port=port,
                threads=threads,
                ident="",
                max_request_body_size=LARGEST,
                clear_untrusted_proxy_headers=False,  # they are looked at, and trusted for nothing
                **callers.LIMITS,
            )
        except OSError as error:
            said = f"Nothing can listen on {host}, port {port} ({error.strerror or 'no such address'})."
            raise errors.Unavailable(
                said, repair="Stop what holds it, or set KAM_HTTP_HOST and KAM_HTTP_PORT."
            ) from error
        callers.watch(self._sockets)
        assert isinstance(server, BaseWSGIServer | MultiSocketServer)
        self._server = server
        self._thread = threading.Thread(target=server.run, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port it really listens on."""
        if isinstance(self._server, MultiSocketServer):
            return int(self._server.effective_listen[0][1])
        return int(self._server.effective_port)

    def start(self) -> None:
        self._thread.start()
        log.info("http_listening", port=self.port)

    def stop(self) -> None:
        """Answers what has come, takes no more, then closes every connection and ends its threads."""
        until, workers = monotonic() + DRAIN_SECONDS, self._server.task_dispatcher
        listening = None
        for each in [s for s in self._sockets.values() if isinstance(s, BaseWSGIServer)]:
            each.accepting, listening = False, each
        while workers.queue and monotonic() < until:  # by itself, waitress would drop what no thread has begun
            sleep(0.005)
        workers.shutdown(timeout=SHUTDOWN_SECONDS)
        if listening is None or not self._thread.is_alive():
            wasyncore.close_all(self._sockets, ignore_all=True)
            return
        trigger = listening.trigger
        with trigger.lock:  # or somebody else's pull runs it, and closes the trigger before it is pulled here
            trigger.thunks.append(lambda: wasyncore.close_all(self._sockets, ignore_all=True))
            trigger.pull_trigger()
        self._thread.join(STOP_SECONDS)

    def _answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        match environ.get("PATH_INFO"):
            case "/healthz":
                return _json(start, "200 OK", {"live": True})
            case "/readyz":
                works = self._ready()
                return _json(start, "200 OK" if all(works.values()) else "503 Service Unavailable", works)
            case "/slack/events" if self._slack is not None:
                return self._deliver(environ, start)
            case str(path) if path in self._pages and not (path == INSIDE and any(h in environ for h in FORWARDED)):
                return self._pages[path](environ, start)
            case _:
                return _json(start, "404 Not Found", {"error": "not_found"})

    def _deliver(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Hands a delivery to Bolt. Nothing is read of one that Slack did not sign; what nobody can read is refused."""
        if environ.get("REQUEST_METHOD") != "POST":
            return _json(start, "404 Not Found", {"error": "not_found"})
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if SSL_CHECK in body.split(b"&"):  # it comes unsigned and wants nothing but an answer
            start("200 OK", [("Content-Length", "0")])
            return [b""]
        if not self._is_signed(environ, body):
            return _json(start, "401 Unauthorized", {"error": "invalid_request"})
        assert self._slack is not None
        try:
            answer: Iterable[bytes] = self._slack({**environ, "wsgi.input": io.BytesIO(body)}, start)
        except garbled.ERRORS as error:
            log.warning("delivery_unreadable", error=type(error).__name__)
            return _json(start, "400 Bad Request", {"error": "unreadable"})
        return answer

    def _is_signed(self, environ: Environ, body: bytes) -> bool:
        if self._verifier is None:
            return True
        stamp, signature = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""), environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= LONGEST_STAMP and signature.isascii()):
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        return self._verifier.is_valid(text, stamp, signature)


def _json(start: Start, status: str, document: object) -> list[bytes]:
    body = json.dumps(document).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
