"""The app is removed from a workspace: Slack says so in two events, in any order, or for some of an organisation's.

What they say is done before they are acknowledged: if it cannot be, Slack tells again.
"""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App

from bot.slack import tenants
from bot.slack.tenants import Tenants
from bot.usecases import installing
from bot.usecases.ports import Base
from storage import installations

Payload = dict[str, Any]
EVENTS = {  # each event that is heard here, and the method that does what it says
    "app_uninstalled": "uninstalled",
    "tokens_revoked": "revoked",
    "team_access_revoked": "taken_away",
    "team_access_granted": "given",
}


def listen(app: App, base: Base, served: Tenants) -> None:
    """Lets the app hear what is removed, and what an organisation gives and takes."""
    removals = Removals(base, served)
    for event, method in EVENTS.items():
        app.event(event)(getattr(removals, method))


class Removals:
    """One method for each event."""

    def __init__(self, base: Base, served: Tenants) -> None:
        self._base, self._served = base, served

    def uninstalled(self, ack: Ack, body: Payload) -> None:
        installing.leave(self._base, tenants.removed(body), self._base.clock.now(), _when(body))
        self._done(ack)

    def revoked(self, ack: Ack, body: Payload) -> None:
        """Tokens of people matter to nobody here; the bot's own is how the app reaches Slack."""
        gone = set(((body.get("event") or {}).get("tokens") or {}).get("bot") or [])
        installation_id = tenants.removed(body)
        with self._base.database.read() as session:
            ours = installations.bot_user(session, installation_id)
        if ours in gone:
            installing.leave(self._base, installation_id, self._base.clock.now(), _when(body))
        self._done(ack)

    def taken_away(self, ack: Ack, body: Payload) -> None:
        installing.leave_places(self._base, _teams(body), tenants.enterprise(body), self._base.clock.now(), _when(body))
        self._done(ack)

    def given(self, ack: Ack, body: Payload) -> None:
        installing.come_back(self._base, _teams(body), tenants.enterprise(body), _when(body))
        self._done(ack)

    def _done(self, ack: Ack) -> None:
        self._served.forget()
        ack()


def _when(body: Payload) -> datetime | None:
    """When it happened, to the second, as Slack says."""
    at = body.get("event_time")
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None


def _teams(body: Payload) -> list[str]:
    return [str(team) for team in (body.get("event") or {}).get("team_ids") or []]
