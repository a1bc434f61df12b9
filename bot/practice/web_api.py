"""The Web API: a call by name with its arguments and token comes back as Slack's answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.practice import file_methods, message_methods, people_methods, view_methods
from bot.practice.grants import Grants
from bot.practice.records import Payload, SlackError
from bot.practice.workspace import Workspace

Method = Callable[[Workspace, Payload], Payload]

METHODS: dict[str, Method] = {
    "auth.test": people_methods.auth_test,
    "users.info": people_methods.users_info,
    "users.list": people_methods.users_list,
    "dnd.info": people_methods.dnd_info,
    "dnd.teamInfo": people_methods.dnd_team_info,
    "team.info": people_methods.team_info,
    "bots.info": people_methods.bots_info,
    "conversations.open": people_methods.conversations_open,
    "conversations.info": people_methods.conversations_info,
    "conversations.history": message_methods.conversations_history,
    "conversations.replies": message_methods.conversations_replies,
    "chat.postMessage": message_methods.post_message,
    "chat.update": message_methods.update,
    "chat.postEphemeral": message_methods.post_ephemeral,
    "chat.delete": message_methods.delete,
    "views.open": view_methods.views_open,
    "views.push": view_methods.views_push,
    "views.update": view_methods.views_update,
    "views.publish": view_methods.views_publish,
    "blocks.validate": view_methods.blocks_validate,
    "files.getUploadURLExternal": file_methods.get_upload_url,
    "files.completeUploadExternal": file_methods.complete_upload,
}
SCOPES = {
    "users.info": "users:read",
    "users.list": "users:read",
    "bots.info": "users:read",
    "dnd.info": "dnd:read",
    "dnd.teamInfo": "dnd:read",
    "team.info": "team:read",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.delete": "chat:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
SECRET = frozenset({"token", "client_secret", "refresh_token", "code"})  # not to be logged
OPEN_TO_ALL = frozenset({"blocks.validate", "api.test"})
_JSON_ARGUMENTS = ("blocks", "attachments", "metadata", "view", "message", "files")


@dataclass
class Reply:
    """What goes back over HTTP."""

    body: Payload | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tokens:
    """The tokens the workspace accepts."""

    bot: str = "xoxb-practice"
    app: str = "xapp-practice"
    signing_secret: str = "practice-signing-secret"  # noqa: S105 - a practice secret, known to all


def error(word: str, **more: Any) -> Reply:
    return Reply({"ok": False, "error": word, **more})


def rate_limited(seconds: int) -> Reply:
    return Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


def arguments(content_type: str, body: bytes, query: Mapping[str, str], form: Mapping[str, str]) -> Payload:
    """A call's arguments, whichever way they came; JSON inside strings is read.

    SlackError: `invalid_json`, `json_not_object`, or `invalid_<argument>_format`.
    """
    found: Payload = {**query, **form}
    if content_type.startswith("application/json") and body:
        try:
            loaded = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(loaded, dict):
            raise SlackError("json_not_object")
        found |= loaded
    for name in _JSON_ARGUMENTS:
        if isinstance(found.get(name), str):
            try:
                found[name] = json.loads(found[name])
            except ValueError:
                raise SlackError(f"invalid_{name}_format") from None
    return {key: value for key, value in found.items() if value is not None}


class WebApi:
    """The methods of every workspace behind its tokens; `authorization` is the header of that name."""

    def __init__(self, space: Workspace, tokens: Tokens, socket_url: Callable[[], str], grants: Grants) -> None:
        self.space, self.tokens, self.socket_url, self.grants = space, tokens, socket_url, grants

    def space_of(self, args: Payload, authorization: str) -> Workspace:
        """The workspace that a call is about."""
        return self.grants.space_of(_token(args, authorization), args)

    def answer(self, method: str, args: Payload, authorization: str, base_url: str) -> Reply:
        """Slack's answer to one call; everything but faults is decided here."""
        given = {key: value for key, value in args.items() if key not in SECRET}
        space = self.space_of(args, authorization)
        if method == "oauth.v2.access":
            reply = self._access(args, authorization)
        else:
            reply = self._answer(space, method, {**given, "_base_url": base_url}, _token(args, authorization))
        body = reply.body if isinstance(reply.body, dict) else {}
        space.note(
            "call",
            method=method,
            ok=bool(body.get("ok")),
            error=body.get("error"),
            args=given,
            ts=body.get("ts"),
        )
        reply.headers.setdefault("x-oauth-scopes", ",".join(sorted(space.scopes)))
        return reply

    def _access(self, args: Payload, authorization: str) -> Reply:
        try:
            return Reply({"ok": True, **self.grants.access(args, authorization)})
        except SlackError as refused:
            return error(refused.error)

    def _answer(self, space: Workspace, method: str, args: Payload, token: str | None) -> Reply:
        refusal = self._token_refusal(method, token)
        if refusal is not None:
            return refusal
        if method == "apps.connections.open":
            return Reply({"ok": True, "url": self.socket_url()})
        if method == "auth.revoke":
            really = str(args.get("test", "")).lower() not in ("1", "true")
            if really:
                self.grants.revoke(str(token))
            return Reply({"ok": True, "revoked": really})
        if method == "api.test":
            return Reply({"ok": True})
        needed = SCOPES.get(method)
        if needed and needed not in space.scopes:
            return error("missing_scope", needed=needed, provided=",".join(sorted(space.scopes)))
        try:
            space.count_call(method)
            return Reply({"ok": True, **METHODS[method](space, args), **self._installed(method, str(token))})
        except SlackError as refused:
            if refused.error == "ratelimited":
                return rate_limited(int(refused.more["retry_after"]))
            return error(refused.error, **refused.more)

    def _token_refusal(self, method: str, token: str | None) -> Reply | None:
        known = method in METHODS or method in ("apps.connections.open", "auth.revoke", "api.test")
        if not known:
            return error("unknown_method", req_method=method)
        if method in OPEN_TO_ALL:
            return None
        if not token:
            return error("not_authed")
        opens = method == "apps.connections.open"
        if token == self.tokens.app:
            return None if opens else error("not_allowed_token_type")
        try:
            self.grants.of(token)
        except SlackError as refused:
            return error(refused.error)
        return error("not_allowed_token_type") if opens else None

    def _installed(self, method: str, token: str) -> Payload:
        """What `auth.test` says besides, of a token for a whole organisation."""
        if method != "auth.test":
            return {}
        return {"is_enterprise_install": self.grants.of(token).org_wide}


def _token(args: Payload, authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    return value if scheme == "Bearer" and value else args.get("token")
