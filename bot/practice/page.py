"""The plain page: people act in a browser through Slack's own protocol; loopback only, by Host and Origin."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.practice import message_methods, view_methods
from bot.practice.records import Channel, Delivery, Message, NotPossibleError, Payload, SlackError, View

if TYPE_CHECKING:
    from bot.practice.server import Server

STATIC = Path(__file__).parent / "static"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: http: https:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
NEWEST = 300
Endpoint = Callable[[Request], Awaitable[Response]]


def local_only(request: Request) -> bool:
    """True when this machine's own page asks: Host is loopback, and Origin, if sent, is the same place."""
    host = urlsplit(f"//{request.headers.get('host', '')}")
    if host.hostname not in LOOPBACK:
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == f"http://{request.headers['host']}"


def guarded(work: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        if not local_only(request):
            return PlainTextResponse("only this machine's own page may ask", 403)
        if request.method == "POST" and not request.headers.get("content-type", "").startswith("application/json"):
            return PlainTextResponse("send JSON", 415)
        try:
            answer = await work(request)
        except (NotPossibleError, SlackError, KeyError, TypeError, ValueError) as error:
            answer = JSONResponse({"ok": False, "error": str(error)}, 400)
        answer.headers.update(HEADERS)
        return answer

    return checked


def routes(srv: "Server") -> list[Route]:
    async def state(request: Request) -> Response:
        return JSONResponse(snapshot(srv, str(request.query_params.get("user", ""))))

    async def act(request: Request) -> Response:
        delivery = _deed(srv, await request.json())
        if delivery is not None and not delivery.done:
            await srv.courier.carry(delivery)
        return JSONResponse(_outcome(delivery))

    async def clock(request: Request) -> Response:
        if srv.space.advance is None:
            return JSONResponse({"ok": False, "error": "this workspace follows the real clock"}, 409)
        await asyncio.to_thread(srv.space.advance, await request.json())
        return JSONResponse({"ok": True, "now": srv.space.now().isoformat()})

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            srv.space.faults.clear()
        elif request.method == "POST":
            wanted = await request.json()
            for one in wanted if isinstance(wanted, list) else [wanted]:
                await asyncio.to_thread(partial(srv.space.faults.add, **one))
        return JSONResponse({"ok": True, "faults": srv.space.faults.waiting()})

    async def log(request: Request) -> Response:
        with srv.space.lock:
            lines = srv.space.log[int(request.query_params.get("after", 0)) :]
            body = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines)
        return PlainTextResponse(body)

    async def events(request: Request) -> Response:
        return StreamingResponse(_versions(srv), media_type="text/event-stream")

    async def static(request: Request) -> Response:
        name = request.path_params.get("name", "page.html")
        return FileResponse(STATIC / name) if (STATIC / name).is_file() else PlainTextResponse("no", 404)

    return [
        Route("/", guarded(static)),
        Route("/static/{name}", guarded(static)),
        Route("/practice/state", guarded(state)),
        Route("/practice/events", guarded(events)),
        Route("/practice/log", guarded(log)),
        Route("/practice/act", guarded(act), methods=["POST"]),
        Route("/practice/clock", guarded(clock), methods=["POST"]),
        Route("/practice/faults", guarded(faults), methods=["GET", "POST", "DELETE"]),
    ]


async def _versions(srv: "Server") -> AsyncIterator[str]:
    """A line whenever something changed; the page then asks for the state."""
    known = -1
    while not srv.stopping.is_set():
        version = srv.space.version
        if version != known:
            known = version
            yield f"data: {version}\n\n"
        try:
            await asyncio.wait_for(srv.stopping.wait(), 0.15)
        except TimeoutError:
            continue


def _deed(srv: "Server", said: Payload) -> Delivery | None:
    """The envelope for what somebody did on the page."""
    people, user = srv.hands, str(said["user"])
    srv.space.member(user)
    match said["do"]:
        case "slash":
            return people.slash(user, said.get("text", ""), said.get("command", "/kam"), said.get("channel"))
        case "say":
            return people.message(user, said["text"], said.get("channel"), said.get("thread_ts"))
        case "click":
            return people.click(user, said["channel"], said["ts"], said["action_id"], said.get("value"))
        case "click_view":
            people.fill(user, said["view_id"], said.get("values") or {})
            return people.click_view(user, said["view_id"], said["action_id"], said.get("value"))
        case "submit":
            return people.submit(user, said["view_id"], said.get("values"))
        case "close":
            return people.close_view(user, said["view_id"], bool(said.get("clear")))
        case "home":
            return people.open_home(user, said.get("tab", "home"))
        case "shortcut":
            return people.shortcut(user, said["callback_id"])
        case "message_shortcut":
            return people.message_shortcut(user, said["callback_id"], said["channel"], said["ts"])
        case _:
            raise NotPossibleError(f"nobody can {said['do']}")


def _outcome(delivery: Delivery | None) -> Payload:
    if delivery is None:
        return {"ok": True}
    return {
        "ok": not delivery.problems and delivery.error is None,
        "acked": delivery.acked,
        "error": delivery.error,
        "problems": delivery.problems,
        "seconds": round(delivery.seconds, 3),
    }


def snapshot(srv: "Server", user: str) -> Payload:
    """All the page shows to one person."""
    space = srv.space
    with space.lock:
        people = [member for member in space.members.values() if not member.is_bot]
        chosen = user if user in space.members else next((member.id for member in people), "")
        if chosen:
            space.dm_channel(chosen)
        modal = space.modal(chosen)
        home = space.home(chosen)
        return {
            "version": space.version,
            "now": space.now().isoformat(),
            "clock": space.advance is not None,
            "connected": srv.connected() or srv.uses_http,
            "team": space.team_name,
            "bot": {"id": space.bot_user, "name": space.bot_name},
            "user": chosen,
            "people": [asdict(member) for member in people],
            "channels": [_channel(srv, held, chosen) for held in _visible(srv, chosen)],
            "modal": _view(srv, modal) if modal else None,
            "home": _view(srv, home) if home else None,
            "errors": [entry.text for entry in space.seen(chosen)[-5:] if entry.kind == "error"],
        }


def _visible(srv: "Server", user: str) -> list[Channel]:
    return [channel for channel in srv.space.channels.values() if user in channel.members]


def _channel(srv: "Server", channel: Channel, user: str) -> Payload:
    shown = [message for message in channel.messages if not message.deleted and message.ephemeral_to in (None, user)]
    return {
        "id": channel.id,
        "kind": channel.kind,
        "name": srv.space.bot_name if channel.kind == "im" else channel.name,
        "messages": [_message(srv, message) for message in shown[-NEWEST:]],
    }


def _message(srv: "Server", message: Message) -> Payload:
    shown = message_methods.as_slack(srv.space, message)
    author: Any = srv.space.name_of(str(message.user))
    return shown | {
        "author": author,
        "ephemeral": message.ephemeral_to is not None,
        "thread_ts": message.thread_ts,
    }


def _view(srv: "Server", view: View) -> Payload:
    return view_methods.as_slack(srv.space, view) | {"errors": view.errors}
