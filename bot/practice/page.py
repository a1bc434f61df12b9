"""The page's endpoints: people act in a browser through Slack's own protocol."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.practice import deeds, hooks, snapshot
from bot.practice.records import NotPossibleError, SlackError

if TYPE_CHECKING:
    from bot.practice.server import Server

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOK_AGAIN = 0.1  # seconds between two looks at whether anything changed
PNG = b"\x89PNG\r\n\x1a\n"
BEAT = 5.0  # seconds after which the page hears of the clock though nothing changed
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(work: Endpoint) -> Endpoint:
    """The endpoint, taking JSON only, answering what cannot be done with 400, and telling the browser to be strict."""

    async def checked(request: Request) -> Response:
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
        asked = {key: request.query_params.get(key, "") for key in ("user", "channel", "end", "thread")}
        return JSONResponse(await asyncio.to_thread(partial(snapshot.of, srv, **asked)))

    async def act(request: Request) -> Response:
        delivery = deeds.begin(srv, await request.json())
        if delivery is not None and not delivery.done:
            await srv.courier.carry(delivery)
        return JSONResponse(deeds.outcome(delivery))

    async def effect(request: Request) -> Response:
        if srv.page.effect is None:
            return JSONResponse({"ok": False, "error": "nothing here compares playbooks"}, 409)
        return JSONResponse(await asyncio.to_thread(srv.page.effect, await request.json()))

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
        return StreamingResponse(_changes(srv), media_type="text/event-stream")

    async def static(request: Request) -> Response:
        name = request.path_params.get("name", "page.html")
        return FileResponse(STATIC / name) if (STATIC / name).is_file() else PlainTextResponse("no", 404)

    async def file(request: Request) -> Response:
        content = srv.space.files[request.path_params["file_id"]]["content"] or b""
        if content.startswith(PNG):
            return Response(content, media_type="image/png")
        return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": "attachment"})

    return [
        Route("/", guarded(static)),
        Route("/static/{name}", guarded(static)),
        Route("/practice/state", guarded(state)),
        Route("/practice/events", guarded(events)),
        Route("/practice/file/{file_id}", guarded(file)),
        Route("/practice/log", guarded(log)),
        Route("/practice/act", guarded(act), methods=["POST"]),
        Route("/practice/clock", guarded(partial(_clock, srv)), methods=["POST"]),
        Route("/practice/effect", guarded(effect), methods=["POST"]),
        Route("/practice/faults", guarded(faults), methods=["GET", "POST", "DELETE"]),
    ]


async def _clock(srv: "Server", request: Request) -> Response:
    """Moves the clock on, as far as the page asks; one run at a time."""
    wish = await request.json()
    if srv.space.advance is None:
        return JSONResponse({"ok": False, "error": "this workspace follows the real clock"}, 409)
    if wish.get("stop") and srv.page.stop is not None:
        srv.page.stop()
        return JSONResponse({"ok": True})
    if srv.moving:
        return JSONResponse({"ok": False, "error": "the clock is moving already"}, 409)
    zone = srv.space.member(wish["user"]).tz if wish.get("user") else None
    wanted = hooks.target(wish, srv.space.now(), ZoneInfo(zone or "UTC"))
    with srv.on_the_move():
        await asyncio.to_thread(srv.space.advance, wanted)
    return JSONResponse({"ok": True, "now": srv.space.now().isoformat()})


async def _changes(srv: "Server") -> AsyncIterator[str]:
    """A line whenever something changed, and now and then for the clock; the page then asks for the state."""
    known, idle = -1, 0.0
    yield "retry: 500\n\n"
    while not srv.stopping.is_set():
        version = srv.space.version
        if version != known or idle >= BEAT or (srv.moving and idle >= 2 * LOOK_AGAIN):
            beat = {"version": version, "boot": srv.boot, "now": srv.space.now().isoformat(), "moving": srv.moving}
            known, idle = version, 0.0
            yield f"data: {json.dumps(beat)}\n\n"
        try:
            await asyncio.wait_for(srv.stopping.wait(), LOOK_AGAIN)
        except TimeoutError:
            idle += LOOK_AGAIN
