"""Slack's page on which somebody lets an app into a workspace, or does not."""

from html import escape
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.practice.records import NotPossibleError, SlackError

if TYPE_CHECKING:
    from bot.practice.server import Server

PATH = "/oauth/v2/authorize"
ASKED = ("client_id", "scope", "user_scope", "state", "redirect_uri")
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}


def routes(srv: "Server") -> list[Route]:
    async def ask(request: Request) -> Response:
        return HTMLResponse(_page(srv, request), headers=HEADERS)

    async def decide(request: Request) -> Response:
        async with request.form() as form:
            given = {key: value for key, value in form.items() if isinstance(value, str)}
        team, _, user = given.get("who", "").partition("/")
        try:
            where = srv.consent(given, team, user, allow=given.get("allow") == "yes")
        except (NotPossibleError, SlackError) as refused:
            return HTMLResponse(f"<h1>{escape(str(refused))}</h1>", 400, headers=HEADERS)
        return RedirectResponse(where, 302)

    return [Route(PATH, ask, methods=["GET"]), Route(PATH, decide, methods=["POST"])]


def _page(srv: "Server", request: Request) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(request.query_params.get(name, ""))}">' for name in ASKED
    )
    people = [(space, member) for space in srv.grants.spaces for member in space.members.values() if not member.is_bot]
    options = "".join(
        f'<option value="{space.team_id}/{member.id}">{escape(f"{space.team_name}: {member.name}")}</option>'
        for space, member in people
    )
    scopes = escape(request.query_params.get("scope", "").replace(",", ", "))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Let the app in?</title>'
        "<style>body{font:16px sans-serif;max-width:36rem;margin:3rem auto}button{font:inherit}</style>"
        f"<h1>kam is requesting permission to access a workspace</h1><p>{scopes}</p><form method=post>{hidden}"
        f"<p><select name=who>{options}</select></p><button name=allow value=yes>Allow</button> "
        "<button name=allow value=no>Cancel</button></form></html>"
    )
