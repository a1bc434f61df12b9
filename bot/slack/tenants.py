"""Whose request it is, and with which token it is answered: of one workspace, or of every installed one.

Nothing here asks Slack. Where many workspaces are served, an installation is looked up in the database and
remembered for some seconds, so that a removed one is refused soon in every process.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from typing_extensions import override

from bot import errors
from bot.clock import Clock
from bot.usecases.ports import Asker
from storage import installations
from storage.keyring import Keyring
from storage.session import Database

Payload = dict[str, Any]
REMEMBERED = timedelta(seconds=5)
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in a workspace, and its token there."""

    team_id: str
    bot_id: str
    bot_user_id: str
    bot_token: str = field(repr=False)
    installed_by: str = ""


class Tenants(Protocol):
    """The workspaces that are served."""

    def asker(self, body: Payload) -> Asker:
        """Who asks, and in which workspace. Refused (`not_installed`, `stranger`) where they are not served."""
        ...

    def identity(self, team_id: str) -> Identity:
        """The bot in a workspace. Refused (`not_installed`) where it is not, or not any more."""
        ...

    def forget(self) -> None:
        """Looks up again what it remembers: an installation came or went."""
        ...


class OneWorkspace(Tenants):
    """The workspace of the token in the settings. Only its own people are served; what goes out goes nowhere else."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    @override
    def asker(self, body: Payload) -> Asker:
        if enterprise(body) is None:  # in an organisation a person's own workspace may be another, or none
            for said in (place(body), home(body)):
                if said and said != self.team_id:
                    raise errors.Refused(f"Somebody of {said} asks in {self.team_id}.", code="stranger")
        return Asker(self._identity.team_id, user(body))

    @override
    def identity(self, team_id: str) -> Identity:
        if team_id != self.team_id:
            raise _not_installed(team_id)
        return self._identity

    @property
    def team_id(self) -> str:
        return self._identity.team_id

    @override
    def forget(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found, and when; `identity` is None for a workspace that is not served."""

    at: datetime
    identity: Identity | None
    org_wide: bool = False


class InstalledWorkspaces(Tenants):
    """Every workspace that installed the app, or whose organisation did."""

    def __init__(self, database: Database, keys: Keyring, clock: Clock) -> None:
        self._database, self._keys, self._now = database, keys, clock.now
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], _Looked] = {}

    @override
    def asker(self, body: Payload) -> Asker:
        team_id = place(body)
        looked = self._look(team_id, enterprise(body))
        if looked.identity is None:
            raise _not_installed(team_id)
        own = home(body)
        if own is not None and own != team_id and not looked.org_wide:
            raise errors.Refused(f"Somebody of {own} asks in {team_id}.", code="stranger")
        return Asker(team_id, user(body))

    @override
    def identity(self, team_id: str) -> Identity:
        found = self._look(team_id, None).identity
        if found is None:
            raise _not_installed(team_id)
        return found

    def installer(self, team_id: str) -> str | None:
        """Who installed the app in a workspace; None where that is not known."""
        found = self._look(team_id, None).identity
        return found.installed_by or None if found is not None else None

    @override
    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _look(self, team_id: str, enterprise_id: str | None) -> _Looked:
        key, now = (team_id, enterprise_id or ""), self._now()
        with self._lock:
            known = self._known.get(key)
        if known is not None and now - REMEMBERED < known.at <= now:
            return known
        looked = self._looked_up(team_id, enterprise_id, now)
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = looked
        return looked

    def _looked_up(self, team_id: str, enterprise_id: str | None, now: datetime) -> _Looked:
        with self._database.read() as session:
            row = installations.serving(session, team_id, enterprise_id)
            if row is None:
                return _Looked(now, None)
            is_new = row.org_wide and not installations.is_placed(session, team_id, row.enterprise_id)
            found = installations.opened(row, self._keys)
        if is_new:  # a workspace of the organisation that was not heard of before
            with self._database.write() as session:
                installations.come_back(session, team_id, found.enterprise_id)
        return _Looked(
            now, Identity(team_id, found.bot_id, found.bot_user_id, found.bot_token, found.installed_by), found.org_wide
        )


def _not_installed(team_id: str) -> errors.Refused:
    return errors.Refused(f"The app is not installed in {team_id}.", code="not_installed")


# --- what a payload says --------------------------------------------------------------------------------------------


def user(body: Payload) -> str:
    """Who did it; of an event, whom it is about. It is the text "None" where the payload does not say."""
    event = body.get("event") or {}
    said = body.get("user_id") or body.get("user") or event.get("user")
    return str(said.get("id") if isinstance(said, dict) else said)


def place(body: Payload) -> str:
    """The workspace in which something happens; empty where the payload does not say.

    With an installation for a whole organisation several fields may be null, or name the organisation (`E…`).
    """
    said = (
        (body.get("view") or {}).get("app_installed_team_id"),
        _authorization(body).get("team_id"),
        _id(body.get("team")),
        body.get("team_id"),
        _person(body).get("team_id"),
    )
    return next((str(team) for team in said if _is_workspace(team)), "")


def home(body: Payload) -> str | None:
    """The workspace that the asker belongs to; None where the payload does not say."""
    event = body.get("event") or {}
    said = (_person(body).get("team_id"), event.get("user_team"), event.get("source_team"))
    return next((str(team) for team in said if _is_workspace(team)), None)


def enterprise(body: Payload) -> str | None:
    """The organisation that a workspace belongs to; None for most."""
    said = body.get("enterprise_id") or _id(body.get("enterprise")) or _authorization(body).get("enterprise_id")
    return str(said) if said else None


def removed(body: Payload) -> str:
    """Which installation an event about removal is of: the organisation's where it was for all of it."""
    own = _authorization(body)
    org_wide = own.get("is_enterprise_install") if own else body.get("is_enterprise_install")
    if org_wide in (True, "true"):
        return enterprise(body) or ""
    return place(body)


def _authorization(body: Payload) -> Payload:
    first = next(iter(body.get("authorizations") or []), None)
    return first if isinstance(first, dict) else {}


def _person(body: Payload) -> Payload:
    said = body.get("user")
    return said if isinstance(said, dict) else {}


def _id(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value


def _is_workspace(team: object) -> bool:
    return isinstance(team, str) and bool(team) and not team.startswith("E")
