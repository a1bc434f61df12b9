"""Which token opens which workspace: the app's own, and those that it got by OAuth, which expire and are revoked."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.practice.records import NotPossibleError, Payload, SlackError
from bot.practice.workspace import Workspace

CODE_LASTS = timedelta(minutes=10)
TOKEN_LASTS = timedelta(hours=12)
MOST_ACTIVE = 2  # tokens of one installation: the newest two


@dataclass(frozen=True)
class OAuthApp:
    """The app as it is registered for others to install; with `rotation` its tokens expire."""

    client_id: str = "111.222"
    client_secret: str = "practice-client-secret"  # noqa: S105 - a practice secret, known to all
    redirect_urls: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    rotation: bool = True


@dataclass
class Grant:
    """One token. `error` is what Slack answers to it once it was revoked."""

    token: str
    spaces: list[Workspace]
    org_wide: bool = False
    expires_at: datetime | None = None
    error: str | None = None


@dataclass
class _Code:
    """What a code stands for, and which address it was sent to."""

    spaces: list[Workspace]
    org_wide: bool
    user: str
    redirect: str
    until: datetime
    used: bool = False


@dataclass
class _Installed:
    """An installation with everything that it was ever given."""

    code: _Code
    grants: list[Grant] = field(default_factory=list)
    refresh: str | None = None


class Grants:
    """Every token of the app, and how it comes by new ones."""

    def __init__(self, space: Workspace, bot_token: str, app: OAuthApp | None) -> None:
        self.space, self.app = space, app
        self.spaces: list[Workspace] = [space]
        self._grants = {bot_token: Grant(bot_token, [space])}
        self._codes: dict[str, _Code] = {}
        self._installed: dict[str, _Installed] = {}

    # --- tokens

    def of(self, token: str) -> Grant:
        """The grant of a token. SlackError: unknown, revoked or expired."""
        grant = self._grants.get(token)
        if grant is None:
            raise SlackError("invalid_auth")
        if grant.error is not None:
            raise SlackError(grant.error)
        if grant.expires_at is not None and self.space.now() >= grant.expires_at:
            raise SlackError("token_expired")
        return grant

    def space_of(self, token: str | None, args: Payload) -> Workspace:
        """The workspace that a call is about: the token's, or of an organisation's the one that its arguments name."""
        grant = self._grants.get(token or "")
        if grant is None:
            return self.space
        return next((space for space in grant.spaces if _is_about(space, args)), grant.spaces[0])

    def revoke(self, token: str) -> None:
        self._grants[token].error = "token_revoked"

    def revoke_all(self, space: Workspace) -> None:
        """Every token of a workspace's own installation; an organisation's serves it no more."""
        for grant in self._grants.values():
            if space not in grant.spaces:
                continue
            if grant.org_wide and len(grant.spaces) > 1:
                grant.spaces.remove(space)
            else:
                grant.error = "token_revoked"
        for held in self._installed.values():
            if space in held.code.spaces and not held.code.org_wide:
                held.refresh = None

    # --- consent

    def consent(self, asked: Payload, spaces: Sequence[Workspace], user: str, allow: bool) -> str:
        """Where the browser is sent after somebody decided. NotPossibleError: Slack shows an error page instead."""
        app, redirect = self._asked(asked)
        state = {"state": asked["state"]} if asked.get("state") else {}
        if not allow:
            return f"{redirect}?{urlencode({'error': 'access_denied', **state})}"
        org_wide = len(spaces) > 1
        if spaces[0].member(user).is_restricted or spaces[0].member(user).is_ultra_restricted:
            raise NotPossibleError("guests cannot install apps")
        code = f"{app.client_id}.{self.space.random.getrandbits(96):024x}"
        until = self.space.now() + CODE_LASTS
        self._codes[code] = _Code(list(spaces), org_wide, user, str(asked.get("redirect_uri") or ""), until)
        return f"{redirect}?{urlencode({'code': code, **state})}"

    def _asked(self, asked: Payload) -> tuple[OAuthApp, str]:
        app = self.app
        if app is None or asked.get("client_id") != app.client_id:
            raise NotPossibleError("Invalid client_id parameter")
        scopes = {scope for scope in str(asked.get("scope") or "").split(",") if scope}
        if not scopes:
            raise NotPossibleError("No scopes requested")
        if not scopes <= app.scopes:
            raise NotPossibleError(f"Invalid permissions requested: {', '.join(sorted(scopes - app.scopes))}")
        wanted = str(asked.get("redirect_uri") or "")
        if not app.redirect_urls or (wanted and not wanted.startswith(app.redirect_urls)):
            raise NotPossibleError("redirect_uri did not match any configured URIs")
        return app, wanted or app.redirect_urls[0]

    # --- oauth.v2.access

    def access(self, args: Payload, authorization: str) -> Payload:
        """New tokens for a code, or for a refresh token; each is good once."""
        self._check_app(args, authorization)
        with self.space.lock:
            if args.get("grant_type") == "refresh_token":
                return self._refresh(str(args.get("refresh_token") or ""))
            if args.get("grant_type") not in (None, "", "authorization_code"):
                raise SlackError("invalid_grant_type")
            return self._exchange(str(args.get("code") or ""), str(args.get("redirect_uri") or ""))

    def _check_app(self, args: Payload, authorization: str) -> None:
        client_id, secret = args.get("client_id"), args.get("client_secret")
        scheme, _, value = authorization.partition(" ")
        if scheme == "Basic":
            try:
                client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                client_id = None
        if self.app is None or client_id != self.app.client_id:
            raise SlackError("invalid_client_id")
        if secret != self.app.client_secret:
            raise SlackError("bad_client_secret")

    def _exchange(self, code: str, redirect: str) -> Payload:
        held = self._codes.get(code)
        if held is None or held.used or self.space.now() >= held.until:
            raise SlackError("invalid_code")
        if redirect != held.redirect:
            raise SlackError("bad_redirect_uri")
        held.used = True
        above = held.spaces[0].enterprise_id
        key = str(above if held.org_wide else held.spaces[0].team_id)
        installed = self._installed.get(key)
        if installed is None or installed.refresh is None:
            installed = self._installed[key] = _Installed(held)
        installed.code = held
        return self._given(installed)

    def _refresh(self, refresh: str) -> Payload:
        found = [one for one in self._installed.values() if one.refresh == refresh]
        if not refresh or not found:
            raise SlackError("invalid_refresh_token")
        return self._given(found[0])

    def _given(self, installed: _Installed) -> Payload:
        app, held = self.app, installed.code
        assert app is not None
        kind = "xoxe.xoxb" if app.rotation else "xoxb"
        token = f"{kind}-{held.spaces[0].team_id}-{self.space.random.getrandbits(96):024x}"
        grant = Grant(token, list(held.spaces), held.org_wide)
        installed.grants.append(grant)
        self._grants[token] = grant
        given: Payload = {"access_token": token, "token_type": "bot", "scope": ",".join(sorted(app.scopes))}
        if app.rotation:
            grant.expires_at = self.space.now() + TOKEN_LASTS
            installed.refresh = f"xoxe-1-{self.space.random.getrandbits(96):024x}"
            given |= {"refresh_token": installed.refresh, "expires_in": int(TOKEN_LASTS.total_seconds())}
            for old in installed.grants[:-MOST_ACTIVE]:
                old.error = old.error or "token_revoked"
        return given | _about(held)


def _about(held: _Code) -> Payload:
    space = held.spaces[0]
    above = {"id": space.enterprise_id, "name": space.enterprise_name} if space.enterprise_id else None
    return {
        "bot_user_id": space.bot_user,
        "app_id": space.app_id,
        "team": None if held.org_wide else {"id": space.team_id, "name": space.team_name},
        "enterprise": above,
        "is_enterprise_install": held.org_wide,
        "authed_user": {"id": held.user},
    }


def _is_about(space: Workspace, args: Payload) -> bool:
    """True if what a call names is in this workspace."""
    if args.get("team_id"):
        return bool(args["team_id"] == space.team_id)
    named: list[Any] = [args.get("channel"), args.get("user"), args.get("user_id"), args.get("channel_id")]
    named += str(args.get("users") or "").split(",")
    for name in (str(one) for one in named if one):
        return name in space.members or name in space.channels
    if args.get("trigger_id"):
        return str(args["trigger_id"]) in space.triggers
    if args.get("view_id"):
        return str(args["view_id"]) in space.views
    return False
