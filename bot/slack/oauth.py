"""Slack's side of installing: the address that asks for consent, and tokens for a code, for a refresh token."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import errors
from bot.clock import Clock
from bot.slack import manifest, messenger, paced
from bot.usecases import installing
from storage.installations import Installation

SECONDS = 10
# Slack says no for good: asking again cannot help.
DEAD = frozenset({"account_inactive", "invalid_auth", "invalid_refresh_token", "token_expired", "token_revoked"})
GONE = frozenset({"account_inactive", "app_uninstalled", "team_access_not_granted", "token_revoked"})


class OAuth:
    """The app as Slack knows it: its client id and secret."""

    def __init__(self, client_id: str, client_secret: str, api_url: str, clock: Clock) -> None:
        self.client_id, self._secret, self._api_url, self._clock = client_id, client_secret, api_url, clock

    def consent_url(self, state: str) -> str:
        """Where Slack asks whether the app may come, and for what."""
        scopes = ",".join(sorted(scope.name for scope in manifest.SCOPES))
        asked = urlencode({"client_id": self.client_id, "scope": scopes, "user_scope": "", "state": state})
        return f"{self._api_url.removesuffix('api/')}oauth/v2/authorize?{asked}"

    def exchange(self, code: str) -> Installation:
        """The installation that a code stands for. Refused: Slack does not take it; Unavailable: no answer."""
        found = self._installation(self._ask(code=code))
        return replace(found, bot_id=self._bot(found.bot_token))

    def renew(self, held: Installation) -> Installation:
        """The same with new tokens. A refresh token is good once, so this is asked once only."""
        try:
            answer = self._ask(grant_type="refresh_token", refresh_token=held.refresh_token)
        except errors.Refused as error:
            if error.code not in DEAD:
                raise errors.Unavailable(error.message, code=error.code) from error
            raise
        refresh, ends = answer.get("refresh_token"), self._ends(answer)
        return installing.with_tokens(held, str(answer["access_token"]), str(refresh) if refresh else None, ends)

    def is_gone(self, held: Installation) -> bool:
        """True if Slack says that the app was removed: the event that told so may have been missed."""
        try:
            self._client(held.bot_token).auth_test()
        except SlackApiError as error:
            return messenger.error_word(error.response) in GONE
        except (SlackClientError, *messenger.BROKEN):
            return False
        return False

    def _client(self, token: str | None = None) -> WebClient:
        return WebClient(token, base_url=self._api_url, timeout=SECONDS, retry_handlers=[])

    def _ask(self, **arguments: Any) -> Mapping[str, Any]:
        try:
            answer = (
                self._client().oauth_v2_access(client_id=self.client_id, client_secret=self._secret, **arguments).data
            )
        except SlackApiError as error:
            word = messenger.error_word(error.response) or f"status_{error.response.status_code}"
            kind = errors.Unavailable if _may_pass(error) else errors.Refused
            raise kind(f"Slack does not give a token ({word}).", code=word) from error
        except (SlackClientError, *messenger.BROKEN) as error:
            raise errors.Unavailable(f"Slack does not answer ({type(error).__name__}).") from error
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise errors.Unavailable("Slack's answer holds no token.", code="no_token")
        return answer

    def _bot(self, token: str) -> str:
        try:
            return str(self._client(token).auth_test().get("bot_id") or "")
        except SlackApiError as error:
            raise errors.Refused(
                "Slack does not take its own token.", code=messenger.error_word(error.response)
            ) from error
        except (SlackClientError, *messenger.BROKEN) as error:
            raise errors.Unavailable(f"Slack does not answer ({type(error).__name__}).") from error

    def _installation(self, answer: Mapping[str, Any]) -> Installation:
        team, above = answer.get("team") or {}, answer.get("enterprise") or {}
        org_wide = bool(answer.get("is_enterprise_install"))
        installed = (above if org_wide else team).get("id")
        if not installed or answer.get("token_type") != "bot":
            raise errors.Refused("Slack's answer names no workspace or no bot.", code="not_a_bot")
        return Installation(
            id=str(installed),
            enterprise_id=str(above["id"]) if above.get("id") else None,
            org_wide=org_wide,
            bot_id="",
            bot_user_id=str(answer.get("bot_user_id") or ""),
            bot_token=str(answer["access_token"]),
            installed_at=self._clock.now(),
            scopes=str(answer.get("scope") or ""),
            refresh_token=str(answer["refresh_token"]) if answer.get("refresh_token") else None,
            expires_at=self._ends(answer),
            installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
            name=str((above if org_wide else team).get("name") or ""),
            app_id=str(answer.get("app_id") or ""),
        )

    def _ends(self, answer: Mapping[str, Any]) -> datetime | None:
        seconds = answer.get("expires_in")
        return self._clock.now() + timedelta(seconds=int(seconds)) if seconds else None


def _may_pass(error: SlackApiError) -> bool:
    word = messenger.error_word(error.response)
    return error.response.status_code >= 429 or word in paced.RATE_LIMITED | messenger.UNCLEAR or not word
