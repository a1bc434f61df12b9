"""Clients that keep Slack's pace: what Slack asked to wait for is waited for, by every process and every method."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from typing_extensions import override

from bot import metrics
from bot.clock import Clock
from bot.slack import turnstile
from storage import paces
from storage.session import Database

PAUSE = timedelta(seconds=30)  # after a 429 that does not say how long
LONGEST_PAUSE = 3600
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})


class PausedError(SlackClientError):
    """Slack asked not to call this method before `until`; nothing was sent."""

    def __init__(self, method: str, until: datetime) -> None:
        super().__init__(f"{method} is paused")
        self.until = until


class Paces:
    """What every process knows of Slack's pace, in the database that they share."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self.clock = database, clock

    def paused_until(self, team_id: str, method: str) -> datetime | None:
        with self._database.read() as session:
            return paces.paused_until(session, team_id, method, self.clock.now())

    def pause(self, team_id: str, method: str, span: timedelta) -> None:
        metrics.WAITS.inc()
        metrics.WAITED.inc(span.total_seconds())
        now = self.clock.now()
        with self._database.write() as session:
            paces.pause(session, team_id, method, now + span, now)

    def reserve(self, team_id: str, rep_id: str | None) -> None:
        """Takes a message out of the workspace's bucket without asking, and waits until the rep's DM has rested."""
        at = now = self.clock.now()
        with self._database.write() as session:
            paces.take(session, team_id, 1)
            if rep_id is not None:
                at = paces.reserve(session, team_id, rep_id, now)
        self.clock.rest(at - now)


class PacedClient(WebClient):
    """A client of one workspace that makes no call which Slack asked to wait with.

    `way` gives the token, the address, the time-out and the retries. Where the wait is no longer than `patience` the
    client waits; otherwise it raises PausedError.
    """

    def __init__(self, way: WebClient, team_id: str, known: Paces, patience: timedelta = timedelta()) -> None:
        token, handlers = str(way.token), way.retry_handlers
        super().__init__(token, base_url=way.base_url, timeout=way.timeout, retry_handlers=handlers)
        self._team_id, self._known, self._patience = team_id, known, patience

    @override
    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        until = self._known.paused_until(self._team_id, api_method)
        if until is not None:
            wait = until - self._known.clock.now()
            if wait > self._patience:
                raise PausedError(api_method, until)
            with turnstile.aside():
                self._known.clock.rest(wait)
        try:
            with turnstile.aside():
                return super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if is_rate_limit(error):
                self._known.pause(self._team_id, api_method, retry_after(error.response.headers))
            raise


def is_rate_limit(error: SlackApiError) -> bool:
    data = error.response.data if isinstance(error.response, SlackResponse) else error.response
    word = data.get("error") if isinstance(data, dict) else None
    return error.response.status_code == 429 or word in RATE_LIMITED


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """How long Slack asks to wait."""
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return timedelta(seconds=min(max(int(given), 1), LONGEST_PAUSE)) if given.isdecimal() else PAUSE
