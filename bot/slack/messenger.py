"""The way to people over Slack's Web API.

A post is made once: Slack knows no idempotency key, so what is not sure to have failed is reported as unclear.
"""

import http.client
import re
import ssl
import urllib.error
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from typing_extensions import override

from bot import errors, metrics
from bot.clock import Clock
from bot.core.account import Language
from bot.core.message import Message
from bot.log import log
from bot.slack import blocks, paced
from bot.slack.paced import PacedClient, Paces, PausedError
from bot.usecases.ports import Absent, Found, Messenger, NotPosted, Posted, Profile, Unclear, Unreadable

EVENT_TYPE = "kam_nudge"
POST_SECONDS = 5
READ_SECONDS = 10
SOON = timedelta(seconds=5)
LONG_PAUSE = timedelta(minutes=5)
PAGE = 15
PAGES = 4
LONGEST_ALT = 1000  # characters of a picture told in words; more is `alt_txt_too_large`

UNCLEAR = frozenset({"internal_error", "fatal_error", "service_unavailable"})
# What an admin can mend: nothing is lost by it, the whole workspace waits.
TEAM_WIDE = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "invalid_auth",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
PASSING = {
    "message_limit_exceeded": LONG_PAUSE,
    "team_added_to_org": LONG_PAUSE,
    "request_timeout": SOON,
}
_WORD = re.compile(r"[a-z0-9_]+")
BROKEN = (OSError, http.client.HTTPException, ValueError, LookupError, AttributeError, TypeError)
"""What slack_sdk lets through where the line or the answer is broken; the last three: an answer of no known shape."""


def posting_client(token: str, base_url: str, seconds: int = POST_SECONDS) -> WebClient:
    """A client that sends each request once: the SDK's default would post again after a lost connection."""
    return WebClient(token, base_url=base_url, timeout=seconds, retry_handlers=[])


def reading_client(token: str, base_url: str) -> WebClient:
    """A client for calls that may be repeated."""
    return WebClient(token, base_url=base_url, timeout=READ_SECONDS)


class SlackMessenger(Messenger):
    """Reaches the people of every team that has a token.

    `client_of` gives any client of a team: its token and address are used, its time-out and retries are not. It
    raises an error of the tree in `bot.errors` for a team that has no token (any more). `known` is what all processes
    know of Slack's pace; without it nobody else posts.
    """

    def __init__(
        self,
        client_of: Callable[[str], WebClient],
        clock: Clock,
        post_seconds: int = POST_SECONDS,
        known: Paces | None = None,
    ) -> None:
        self._client_of, self._clock, self._post_seconds, self._known = client_of, clock, post_seconds, known

    def _paced(self, team_id: str, way: WebClient) -> WebClient:
        return PacedClient(way, team_id, self._known) if self._known is not None else way

    def _rest(self, team_id: str, people: Sequence[str]) -> None:
        """A message that somebody waits for goes at once, but counts, and lets their DM rest."""
        if self._known is not None:
            self._known.reserve(team_id, people[0] if len(people) == 1 else None)

    @override
    def post(self, team_id: str, to: str, message: Message, nudge_id: str) -> Posted | NotPosted | Unclear:
        try:
            given = self._client_of(team_id)
        except errors.KamError as error:
            return NotPosted(error.code, self._clock.now() + LONG_PAUSE, team_wide=True)
        client = self._paced(team_id, posting_client(str(given.token), given.base_url, self._post_seconds))
        try:
            answer = client.chat_postMessage(
                channel=to,
                **blocks.render(message),
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": nudge_id}},
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
            )
            return _posted(answer)
        except (SlackClientError, *BROKEN) as error:
            found = outcome(error, self._clock.now())
            metrics.SLACK_ERRORS.labels(_label(found.error)).inc()
            return found

    @override
    def find(self, team_id: str, channel: str, nudge_id: str, since: datetime) -> Found | Absent | Unreadable:
        asked: dict[str, Any] = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE}
        cursor: str | None = None
        for _ in range(PAGES):
            answer = self._read(
                team_id, WebClient.conversations_history, **asked, include_all_metadata=True, cursor=cursor
            )
            if isinstance(answer, str):
                return Unreadable(answer)
            for message in answer.get("messages") or []:
                if _nudge_of(message) == nudge_id:
                    return Found(str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Absent()
        return Unreadable("too_many_messages")

    @override
    def channel(self, team_id: str, to: str) -> str | None:
        answer = self._read(team_id, WebClient.conversations_open, users=to)
        return None if isinstance(answer, str) else (answer.get("channel") or {}).get("id")

    @override
    def update(self, team_id: str, channel: str, ts: str, message: Message) -> bool:
        shown = blocks.render(message)
        return not isinstance(
            self._read(team_id, WebClient.chat_update, channel=channel, ts=ts, **shown, parse="none"), str
        )

    @override
    def group(self, team_id: str, people: list[str], message: Message) -> bool:
        answer = self._read(team_id, WebClient.conversations_open, users=",".join(people))
        channel = None if isinstance(answer, str) else (answer.get("channel") or {}).get("id")
        if not channel:
            return False
        self._rest(team_id, people)
        return not isinstance(
            self._read(team_id, WebClient.chat_postMessage, channel=channel, **blocks.render(message)), str
        )

    @override
    def upload(
        self,
        team_id: str,
        to: str,
        name: str,
        content: bytes,
        comment: str,
        thread: str | None = None,
        *,
        title: str = "",
        alt: str = "",
    ) -> bool:
        channel = self.channel(team_id, to)
        if channel is None:
            return False
        file: dict[str, Any] = {"filename": name, "title": title or name, "content": content, "thread_ts": thread}
        file["alt_txt"] = alt[:LONGEST_ALT] or None
        self._rest(team_id, [to])
        sent = self._read(
            team_id, WebClient.files_upload_v2, channel=channel, initial_comment=blocks.fallback(comment), **file
        )
        return not isinstance(sent, str)

    @override
    def profile(self, team_id: str, user_id: str) -> Profile | None:
        answer = self._read(team_id, WebClient.users_info, user=user_id, include_locale=True)
        if isinstance(answer, str) or not isinstance(answer.get("user"), dict):
            return None
        return _profile(answer["user"])

    @override
    def quiet_until(self, team_id: str, people: Sequence[str], now: datetime) -> Mapping[str, datetime | None] | None:
        answer = self._read(team_id, WebClient.dnd_teamInfo, team_id=team_id, users=list(people))
        if answer == "user_not_visible" and len(people) > 1:  # one of them spoils it: then only who is asked for
            answer = self._read(team_id, WebClient.dnd_teamInfo, team_id=team_id, users=list(people[:1]))
        if isinstance(answer, str) or not isinstance(answer.get("users"), dict):
            return None
        return {person: _quiet_until(said, now) for person, said in answer["users"].items()}

    def _read(self, team_id: str, method: Callable[..., SlackResponse], /, **arguments: Any) -> Mapping[str, Any] | str:
        """What Slack answers to a call that may be repeated, or the word for why it does not."""
        try:
            given = self._client_of(team_id)
            way = self._paced(team_id, reading_client(str(given.token), given.base_url))
            found = method(way, **arguments).data
            return found if isinstance(found, dict) else "no_object"
        except errors.KamError as error:
            word = error.code
        except PausedError:
            word = "ratelimited"
        except SlackApiError as error:
            word = error_word(error.response)
        except (SlackClientError, *BROKEN) as error:
            word = type(error).__name__
        metrics.SLACK_ERRORS.labels(_label(word)).inc()
        log.info("slack_call_failed", method=method.__name__, team_id=team_id, error=word)
        return word


# --- what became of a post ------------------------------------------------------------------------------------------


def _posted(answer: SlackResponse) -> Posted | Unclear:
    channel, ts = answer.get("channel"), answer.get("ts")
    return Posted(str(channel), str(ts)) if channel and ts else Unclear("no_ts")


def outcome(error: Exception, now: datetime) -> NotPosted | Unclear:
    """What an error says of the post that met it: surely not posted, or nobody knows yet."""
    if isinstance(error, PausedError):
        return NotPosted("ratelimited", error.until, team_wide=True)
    if isinstance(error, SlackApiError):
        return _refused(error.response, now)
    if isinstance(error, urllib.error.URLError) and _never_left(error.reason):
        return NotPosted("not_connected", now + SOON)
    if isinstance(error, SlackClientError):  # refused before anything was sent
        return NotPosted(type(error).__name__, now + SOON)
    return Unclear(type(error).__name__)


def _never_left(reason: object) -> bool:
    """True where the connection was not made; one that broke while the request was written may have carried it."""
    if isinstance(reason, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return False
    return not isinstance(reason, ConnectionError) or isinstance(reason, ConnectionRefusedError)


def _refused(answer: SlackResponse, now: datetime) -> NotPosted | Unclear:
    word = error_word(answer)
    if answer.status_code == 429 or word in paced.RATE_LIMITED:
        return NotPosted("ratelimited", now + paced.retry_after(answer.headers), team_wide=True)
    if answer.status_code >= 500 or word in UNCLEAR or not _WORD.fullmatch(word):
        return Unclear(word if _WORD.fullmatch(word) else f"status_{answer.status_code}")
    if word in TEAM_WIDE:
        return NotPosted(word, now + LONG_PAUSE, team_wide=True)
    if word in PASSING:
        return NotPosted(word, now + PASSING[word], team_wide=word != "request_timeout")
    return NotPosted(word)


def error_word(answer: Any) -> str:
    """Slack's word for an error; empty where the answer holds none."""
    data = answer.data if isinstance(answer, SlackResponse) else answer
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _label(word: str) -> str:
    """A word as a label: whatever else Slack may answer, the names of metrics stay few."""
    return word if _WORD.fullmatch(word) and len(word) < 50 else "other"


# --- what an answer says --------------------------------------------------------------------------------------------


def _nudge_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}).get("id") if metadata.get("event_type") == EVENT_TYPE else None


def _profile(person: Mapping[str, Any]) -> Profile:
    about = person.get("profile") or {}
    email = about.get("email") or ""
    return Profile(
        zone=_zone(person.get("tz")),
        language=Language.ZH if str(person.get("locale") or "").lower().startswith("zh") else Language.EN,
        deleted=bool(person.get("deleted")),
        guest=any(person.get(key) for key in ("is_restricted", "is_ultra_restricted", "is_stranger")),
        bot=bool(person.get("is_bot")) or person.get("id") == "USLACKBOT",
        email_domain=email.rpartition("@")[2].lower() or None,
        name=str(about.get("display_name") or about.get("real_name") or person.get("real_name") or ""),
    )


def _quiet_until(said: Mapping[str, Any], now: datetime) -> datetime | None:
    """The end of a do-not-disturb schedule that is on now."""
    if not said.get("dnd_enabled"):
        return None
    start, end = said.get("next_dnd_start_ts") or 0, said.get("next_dnd_end_ts") or 0
    return datetime.fromtimestamp(end, UTC) if start <= now.timestamp() < end else None


def _zone(name: object) -> str | None:
    """The name of a zone that this machine knows; None for any other."""
    try:
        return ZoneInfo(str(name)).key if name else None
    except (KeyError, ValueError, OSError):
        return None
