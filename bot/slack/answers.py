"""Answers: how a reply reaches the person who asked, and the Home tab."""

import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot import errors
from bot.core.account import Language, Rep
from bot.core.message import Message, Reply, plain
from bot.core.texts import cards, talk
from bot.log import log
from bot.slack import blocks, messenger, modals
from bot.slack.paced import PacedClient, Paces
from bot.slack.tenants import Tenants
from bot.usecases import home, people
from bot.usecases.ports import Asker, Base

Payload = dict[str, Any]
HAN = re.compile("[一-鿿]")


FORM_SECONDS = 2  # a trigger lives three
POST_WAITS, HOME_WAITS = timedelta(seconds=30), timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Connection:
    """How the app reaches Slack."""

    tenants: Tenants
    api_url: str
    signing_secret: str = ""
    can_leave: bool = False  # workspaces install and remove the app


class Answers:
    """The ways back to people: forms, response URLs, the DM, the Home tab."""

    def __init__(self, base: Base, connection: Connection) -> None:
        self.base, self.connection = base, connection
        self.paces = Paces(base.database, base.clock)
        self._lock = threading.Lock()
        self._homes: set[Asker] = set()
        self._pages: dict[Asker, int] = {}

    def client(self, team_id: str, patience: timedelta = timedelta()) -> WebClient:
        """Slack, as the bot of a workspace; each call is made once, and waits so long if Slack asked for it.

        Refused where the app is not installed.
        """
        token = self.connection.tenants.identity(team_id).bot_token
        way = WebClient(token, base_url=self.connection.api_url, timeout=FORM_SECONDS, retry_handlers=[])
        return PacedClient(way, team_id, self.paces, patience)

    # --- answers ----------------------------------------------------------------------------------------------------

    def open_form(self, asker: Asker, reply: Reply, body: Payload) -> Reply:
        """What is left to say once the form of a reply, if it has one, is open; it carries where to answer later.

        A form opens while its trigger lives; where that fails, the rest says so.
        """
        if reply.form is None:
            return reply
        container = body.get("container") or {}
        private = {"url": body.get("response_url"), "replace": bool(container.get("message_ts"))}
        try:
            view = modals.render(reply.form, private if private["url"] else {})
        except errors.Refused:
            return Reply(plain(cards.GONE.of(self.language(asker))))
        try:
            self.client(asker.team_id).views_open(trigger_id=str(body.get("trigger_id")), view=view)
        except (errors.Refused, SlackClientError, *messenger.BROKEN) as error:
            log.warning("form_not_opened", error=type(error).__name__)
            return Reply(plain(talk.FORM_NOT_OPENED.of(self.language(asker))))
        return Reply()

    def answer_tap(self, asker: Asker, body: Payload, reply: Reply) -> None:
        """Answers below or in place of the message that was tapped; on the Home tab, the tab itself answers."""
        if (body.get("view") or {}).get("type") == "home" and (reply.replace or reply.home_page is not None):
            self._pages[asker] = reply.home_page or 0
            return
        if reply.message is None:  # a page of the Home tab, asked for from somewhere else
            return
        channel = str((body.get("container") or {}).get("channel_id") or (body.get("channel") or {}).get("id") or "")
        url = body.get("response_url")
        if url:
            ephemeral = bool((body.get("container") or {}).get("is_ephemeral")) or not channel.startswith("D")
            self.base.later(lambda: self.respond(url, reply, ephemeral=ephemeral))
        else:
            message = reply.message
            self.base.later(lambda: self.post(asker, message))

    def answer_form(self, asker: Asker, view: Payload, reply: Reply) -> None:
        private = modals.private(view)
        url, message = private.get("url"), reply.message
        assert message is not None
        if url:
            shown = Reply(message, replace=reply.replace and bool(private.get("replace")))
            self.base.later(lambda: self.respond(str(url), shown, ephemeral=True))
        else:
            self.base.later(lambda: self.post(asker, message))

    def tell(self, asker: Asker, body: Payload, message: Message) -> None:
        """Says something to whoever tapped, beside the message that they tapped on."""
        url = body.get("response_url")
        if url:
            self.base.later(lambda: self.respond(url, Reply(message), ephemeral=True))
        else:
            self.base.later(lambda: self.post(asker, message))

    def turn_away(self, body: Payload, message: Message) -> None:
        """Says something to somebody who is not served: only where Slack gave an address to answer at."""
        url = body.get("response_url")
        if url:
            self.base.later(lambda: self.respond(url, Reply(message), ephemeral=True))

    def respond(self, url: object, reply: Reply, *, ephemeral: bool) -> None:
        """Answers through a response URL; only Slack's own host, or the API's, is ever called."""
        assert reply.message is not None
        if not isinstance(url, str) or not self._is_slack(url):
            log.warning("response_url_refused")
            return
        kind = "ephemeral" if ephemeral else "in_channel"
        body = {"replace_original": reply.replace, "response_type": kind, **blocks.render(reply.message)}
        try:
            answer = WebhookClient(url, timeout=5, retry_handlers=[]).send_dict(body)
        except messenger.BROKEN as error:
            log.warning("response_not_sent", error=type(error).__name__)
            return
        if answer.status_code != 200:
            log.warning("response_refused", status=answer.status_code)

    def _is_slack(self, url: str) -> bool:
        way, api = urlsplit(url)[:2], urlsplit(self.connection.api_url)[:2]
        return way in (("https", "hooks.slack.com"), ("https", "hooks.slack-gov.com"), api)

    def post(self, asker: Asker, message: Message, channel: str | None = None) -> None:
        """Answers in the DM of the asker: before anything that is queued, but never two messages in one second."""
        try:
            self.paces.reserve(asker.team_id, asker.user_id)
            self.client(asker.team_id, POST_WAITS).chat_postMessage(
                channel=channel or asker.user_id, unfurl_links=False, unfurl_media=False, **blocks.render(message)
            )
        except (errors.Refused, SlackClientError, *messenger.BROKEN) as error:
            log.warning("answer_not_posted", error=type(error).__name__)

    def welcome(self, rep: Rep) -> None:
        """Welcomes a rep once, and not before Slack has said who they are: in their language, knowing their zone."""
        if people.known(self.base, Asker(rep.team_id, rep.id)) is None:
            return
        message = people.welcome(self.base, rep, self.base.clock.now())
        if message is not None:
            self.post(Asker(rep.team_id, rep.id), message)

    # --- the Home tab -----------------------------------------------------------------------------------------------

    def show_home(self, asker: Asker, publish: bool) -> None:
        if people.known(self.base, asker) is None:
            people.meet(self.base, asker, self.base.clock.now())
        rep = people.known(self.base, asker)
        if rep is None:
            return
        self.welcome(rep)
        if publish:
            with self._lock:
                self._homes.add(asker)
            self.publish(rep)

    def refresh_home(self, asker: Asker) -> None:
        with self._lock:
            opened = asker in self._homes
        rep = people.known(self.base, asker) if opened else None
        if rep is not None:
            self.base.later(lambda: self.publish(rep))

    def publish(self, rep: Rep) -> None:
        asker = Asker(rep.team_id, rep.id)
        current = people.known(self.base, asker) or rep
        page = self._pages.get(asker, 0)
        view = blocks.home(home.view(self.base, current, self.base.clock.now(), page))
        try:
            self.client(rep.team_id, HOME_WAITS).views_publish(user_id=rep.id, view=view)
        except (errors.Refused, SlackClientError, *messenger.BROKEN) as error:
            log.warning("home_not_shown", error=type(error).__name__)

    def asker(self, body: Payload) -> Asker:
        """Who asks, where. Refused (`not_installed`, `stranger`) where the coach does not serve them."""
        return self.connection.tenants.asker(body)

    def language(self, asker: Asker, text: str = "") -> Language:
        return self.known_language(asker, text) or Language.EN

    def known_language(self, asker: Asker, text: str = "") -> Language | None:
        """The asker's language, or that of a Chinese text; None where neither says so."""
        rep = None
        with suppress(Exception):  # the database itself may be what fails
            rep = people.known(self.base, asker)
        if rep is not None:
            return rep.language
        return Language.ZH if HAN.search(text) else None
