"""The HTTP and WebSocket face of the practice workspace."""

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bot.practice import answers, consent_page, file_methods, page, people_methods, web_api
from bot.practice.faults import Fault
from bot.practice.gate import Gate
from bot.practice.records import SlackError
from bot.practice.web_api import Reply

if TYPE_CHECKING:
    from bot.practice.server import Server

__all__ = ["HttpProtocol", "SocketProtocol", "application", "people_methods"]


def _with_transport(app: Any, transport: Any) -> Any:
    """The ASGI app, able to reach its connection: a fault cuts it off without an answer."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        scope["practice.transport"] = transport
        await app(scope, receive, send)

    return wrapped


class HttpProtocol(H11Protocol):
    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _with_transport(self.app, transport)


class SocketProtocol(WebSocketsSansIOProtocol):
    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _with_transport(self.app, transport)


def application(srv: "Server") -> Starlette:
    async def call(request: Request) -> Response:
        return await _call(srv, request)

    async def link(socket: WebSocket) -> None:
        await srv.sockets.serve(socket)

    async def hook(request: Request) -> Response:
        body = await request.body()
        key = str(request.path_params["key"])
        fault = srv.space.faults.take("response_url")
        if fault is not None:
            return await suffer(fault, request, lambda: _hooked(srv, key, body))
        return _hooked(srv, key, body)

    async def upload(request: Request) -> Response:
        content = await _uploaded(request)
        fault = srv.space.faults.take("upload")
        if fault is not None:
            return await suffer(fault, request, lambda: _stored(srv, request, content))
        return _stored(srv, request, content)

    return Starlette(
        routes=[
            Route("/api/{method}", call, methods=["GET", "POST"]),
            WebSocketRoute("/link/", link),
            Route("/hooks/{key}", hook, methods=["POST"]),
            Route("/upload/v1/{file_id}", upload, methods=["POST"]),
            *consent_page.routes(srv),
            Mount("/", routes=page.routes(srv)),
        ],
        middleware=[Middleware(Gate)],
    )


def _stored(srv: "Server", request: Request, content: bytes) -> Response:
    file_id = str(request.path_params["file_id"])
    space = next((one for one in srv.grants.spaces if file_id in one.files), srv.space)
    status, words = file_methods.receive(space, file_id, content)
    return PlainTextResponse(words, status)


async def _uploaded(request: Request) -> bytes:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for item in form.values():
                if not isinstance(item, str):
                    return await item.read()
        return b""
    return await request.body()


def _hooked(srv: "Server", key: str, body: bytes) -> Response:
    space = next((one for one in srv.grants.spaces if key in one.response_urls), srv.space)
    status, words = answers.take_response_url(space, key, body)
    return PlainTextResponse(words, status)


def _response(reply: Reply) -> Response:
    if isinstance(reply.body, str):
        return PlainTextResponse(reply.body, reply.status, reply.headers)
    return JSONResponse(reply.body, reply.status, reply.headers)


async def _call(srv: "Server", request: Request) -> Response:
    method = str(request.path_params["method"])
    body = await request.body()
    kind = request.headers.get("content-type", "")
    form: dict[str, str] = {}
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as items:
            form = {key: value for key, value in items.items() if isinstance(value, str)}
    try:
        args = web_api.arguments(kind, body, request.query_params, form)
    except SlackError as refused:
        return _response(web_api.error(refused.error))
    authorization = request.headers.get("authorization", "")
    fault = srv.web_api.space_of(args, authorization).faults.take(method)
    if fault is not None and fault.kind == "history_lag":
        args["_lag"] = fault.seconds
        fault = None
    if fault is None:
        return _response(srv.web_api.answer(method, args, authorization, srv.api_url))
    return await suffer(
        fault, request, lambda: _response(srv.web_api.answer(method, args, authorization, srv.api_url)), srv
    )


async def suffer(fault: Fault, request: Request, answer: Any, srv: "Server | None" = None) -> Response:
    """What a fault makes of a call: the effect happens first where the fault says stored."""
    if srv is not None:
        method = str(request.path_params["method"])
        srv.space.note("fault", method=method, fault=fault.kind, stored=fault.stored)
    if fault.kind == "rate_limited":
        return _response(web_api.rate_limited(fault.retry_after))
    if fault.stored:
        answer()
    if fault.kind == "http_500":
        return PlainTextResponse("Internal Server Error", 500)
    if fault.kind in ("internal_error", "fatal_error", "error"):
        return _response(web_api.error(fault.error if fault.kind == "error" else fault.kind))
    if fault.kind == "timeout":
        await _hold(request, fault.seconds, srv)
    return await _cut(request)


async def _hold(request: Request, seconds: float, srv: "Server | None") -> None:
    """Keep the connection open and silent, for no longer than the caller stays."""
    waits: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(asyncio.sleep(seconds)),
        asyncio.ensure_future(_gone(request)),
    ]
    if srv is not None:
        waits.append(asyncio.ensure_future(srv.stopping.wait()))
    _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()


async def _cut(request: Request) -> Response:
    request.scope["practice.transport"].abort()
    await _gone(request)
    return Response()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
