"""The gate of the practice workspace: only this machine's own programs and page may come in, at every endpoint."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
REFUSED = PlainTextResponse("only this machine's own page may ask", 403)
POLICY_VIOLATION = 1008
CONSENT = "/oauth/v2/authorize"


class Gate:
    """An ASGI app behind a check of Host, Origin and Sec-Fetch-Site."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        linked = scope.get("path") == CONSENT and scope.get("method") == "GET"  # the app's own page links there
        if scope["type"] not in ("http", "websocket") or is_local(Headers(scope=scope), linked=linked):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await REFUSED(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})


def is_local(headers: Headers, *, linked: bool = False) -> bool:
    """True when Host is loopback, and Origin, if sent, is the same place: no other site drives it, by any name.

    `linked`: another page may lead there, for it only shows something.
    """
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return False
    if host not in LOOPBACK:
        return False
    if not linked and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"http://{headers['host']}"
