"""The Slack app: every command, tap, form and event comes in here, and leaves answered.

A listener decides and answers; what is slow goes to the pool of `base.later`. No exception leaves a listener: a
refusal becomes a sentence in the asker's language, anything else a reference that the rep can quote.
"""

import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot import errors
from bot import log as logs
from bot.core.account import Language, Rep
from bot.core.message import Message, Reply, plain
from bot.core.texts import talk
from bot.log import log
from bot.slack import acts, blocks, messenger, modals
from bot.slack.commands import router
from bot.slack.commands.base import Act
from bot.usecases import home, people
from bot.usecases.ports import Asker, Base
from storage import deliveries

Payload = dict[str, Any]
ANY = re.compile(".*", re.DOTALL)
HAN = re.compile("[一-鿿]")
MODAL_TIMEOUT = 2  # seconds; a trigger lives three


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, and its tokens."""

    team_id: str
    bot_id: str
    bot_user_id: str
    bot_token: str


@dataclass(frozen=True, slots=True)
class Connection:
    """How the app reaches Slack."""

    identity: Identity
    api_url: str
    signing_secret: str = ""


def connect(base: Base, connection: Connection) -> App:
    """The Bolt app with every listener. Nothing is asked of Slack here or before an answer leaves."""
    identity = connection.identity
    client = WebClient(token=identity.bot_token, base_url=connection.api_url, timeout=MODAL_TIMEOUT, retry_handlers=[])
    app = App(
        client=WebClient(base_url=connection.api_url, timeout=MODAL_TIMEOUT, retry_handlers=[]),
        signing_secret=connection.signing_secret,
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
            bot_token=identity.bot_token,
        ),
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
        request_verification_enabled=bool(connection.signing_secret),
    )
    listeners = Listeners(base, connection, client)
    app.command(ANY)(listeners.command)
    app.action(ANY)(listeners.action)
    app.view(ANY)(listeners.submission)
    app.view_closed(ANY)(lambda ack: ack())
    app.shortcut(ANY)(listeners.shortcut)
    app.event("app_home_opened")(listeners.home_opened)
    app.event("user_change")(listeners.user_changed)
    app.event("message")(listeners.message)
    return app


class Listeners:
    """One method for each kind of thing that Slack delivers."""

    def __init__(self, base: Base, connection: Connection, client: WebClient) -> None:
        self.base, self.connection, self.client = base, connection, client
        self._in_hand: set[str] = set()
        self._lock = threading.Lock()
        self._homes: set[str] = set()

    # --- deliveries -------------------------------------------------------------------------------------------------

    def command(self, ack: Ack, body: Payload) -> None:
        """`/kam …`: the answer goes out with the acknowledgement, seen only by the asker."""
        asker, text = self._asker(body), str(body.get("text") or "")

        def work(rep: Rep) -> Reply:
            return router.run(Act(self.base, rep, text, self.base.clock.now()))

        def first(work: Callable[[Rep], Reply]) -> None:
            reply = self._settle(asker, work, text)
            if reply is not None and reply.form is not None:
                reply = self._open(reply, body)
            if reply is not None and reply.message is not None:
                ack(response_type="ephemeral", **blocks.render(reply.message))
            else:
                ack()

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def action(self, ack: Ack, body: Payload) -> None:
        """A tap: acknowledged at once; the answer follows in the place of the message, or below it."""
        asker = self._asker(body)
        tapped = (body.get("actions") or [{}])[0]
        name = blocks.action_of(str(tapped.get("action_id") or ""))
        value = _value(tapped)

        def work(rep: Rep) -> Reply:
            tap = acts.TAPS.get(name)
            if tap is None:
                raise errors.Refused(f"No act {name!r}.", code="card_gone")
            return tap(Act(self.base, rep, value, self.base.clock.now()))

        def first(work: Callable[[Rep], Reply]) -> None:
            reply = self._settle(asker, work)
            if reply is not None and reply.form is not None:
                reply = self._open(reply, body)
            ack()
            if reply is not None and reply.message is not None:
                self._answer_tap(asker, body, reply)

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def shortcut(self, ack: Ack, body: Payload) -> None:
        """A shortcut from the menu of a message or of Slack itself: it opens its form."""
        asker = self._asker(body)
        text = _unescaped(str((body.get("message") or {}).get("text") or ""))

        def work(rep: Rep) -> Reply:
            open_form = acts.SHORTCUTS.get(str(body.get("callback_id")))
            if open_form is None:
                raise errors.Refused("No such shortcut.", code="card_gone")
            return open_form(Act(self.base, rep, text, self.base.clock.now()))

        def first(work: Callable[[Rep], Reply]) -> None:
            reply = self._settle(asker, work)
            if reply is not None and reply.form is not None:
                self._open(reply, body)
            ack()
            if reply is not None and reply.message is not None:
                self._tell(asker, body, reply.message)

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def submission(self, ack: Ack, body: Payload) -> None:
        """A form that was sent: what is wrong stands at its field, else the form closes and the answer follows."""
        asker, view = self._asker(body), body.get("view") or {}

        def work(rep: Rep) -> Reply:
            submit = acts.FORMS.get(str(view.get("callback_id")))
            if submit is None:
                raise errors.Refused("No such form.", code="card_gone")
            return submit(Act(self.base, rep, modals.subject(view), self.base.clock.now()), modals.filled(view))

        def first(work: Callable[[Rep], Reply]) -> None:
            try:
                reply = self._done(asker, work)
            except errors.Refused as error:
                ack(response_action="errors", errors={_first_input(view): _sentence(error, self._language(asker))})
                return
            ack()
            if reply is not None and reply.message is not None:
                self._answer_form(asker, view, reply)

        self._handle(ack, asker, body.get("trigger_id") or view.get("hash"), work, body, first)

    def home_opened(self, ack: Ack, body: Payload) -> None:
        """The Home tab or the Messages tab was opened: shows the one, welcomes once in the other."""
        event = body.get("event") or {}
        asker = Asker(self.connection.identity.team_id, str(event.get("user")))
        ack()
        self._later(body, lambda: self._show_home(asker, event.get("tab") != "messages"))

    def user_changed(self, ack: Ack, body: Payload) -> None:
        """Somebody's zone, language or state changed; only people whom the coach knows matter."""
        user = (body.get("event") or {}).get("user") or {}
        asker = Asker(self.connection.identity.team_id, str(user.get("id")))
        ack()
        self._later(body, lambda: self._meet_again(asker, bool(user.get("deleted"))))

    def message(self, ack: Ack, body: Payload) -> None:
        """Words in the DM work like `/kam advice`; other bots, edits and channels are none of ours."""
        event = body.get("event") or {}
        ack()
        if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype") or not event.get("user"):
            return
        asker = Asker(self.connection.identity.team_id, str(event["user"]))
        channel, text = str(event.get("channel")), _unescaped(str(event.get("text") or ""))
        self._later(body, lambda: self._answer_words(asker, channel, text))

    # --- handling ---------------------------------------------------------------------------------------------------

    def _handle(
        self,
        ack: Ack,
        asker: Asker,
        key: object,
        work: Callable[[Rep], Reply],
        body: Payload,
        first: Callable[[Callable[[Rep], Reply]], None],
    ) -> None:
        """Runs a listener's work once, whatever is delivered twice, and lets nothing escape."""
        try:
            if key and not self._is_new(asker, str(key)):
                ack()
                return
            if people.known(self.base, asker) is None:
                ack()
                self.base.later(lambda: self._introduce(asker, work, body))
                return
            first(work)
            self._refresh_home(asker)
        except Exception as error:  # noqa: BLE001 - the one place: nothing may leave a listener
            message = self._failure(error, self._language(asker))
            if "command" in body:
                ack(response_type="ephemeral", **blocks.render(message))
                return
            ack()
            self._tell(asker, body, message)

    def _is_new(self, asker: Asker, key: str) -> bool:
        with self.base.database.write() as session:
            return deliveries.first_time(session, asker.team_id, key, self.base.clock.now())

    def _later(self, body: Payload, work: Callable[[], None]) -> None:
        """Runs an event's work once: a retry is passed over while the first is at work and after it is done."""
        key, team_id = str(body.get("event_id")), self.connection.identity.team_id
        with self._lock:
            if key in self._in_hand:
                return
            self._in_hand.add(key)

        def run() -> None:
            try:
                with self.base.database.read() as session:
                    if deliveries.is_known(session, team_id, key):
                        return
                work()
                with self.base.database.write() as session:
                    deliveries.first_time(session, team_id, key, self.base.clock.now())
            except errors.Refused as error:
                log.info("event_refused", code=error.code)
            except Exception as error:  # noqa: BLE001 - as in _handle
                self._failure(error, Language.EN)
            finally:
                with self._lock:
                    self._in_hand.discard(key)

        self.base.later(run)

    def _settle(
        self, asker: Asker, work: Callable[[Rep], Reply], text: str = "", met: Rep | None = None
    ) -> Reply | None:
        """The work's reply; a refusal becomes one too."""
        try:
            return self._done(asker, work, met)
        except errors.Refused as error:
            return Reply(plain(_sentence(error, self._language(asker, text))))

    def _done(self, asker: Asker, work: Callable[[Rep], Reply], met: Rep | None = None) -> Reply | None:
        rep = people.known(self.base, asker) or met
        return work(rep) if rep is not None else None

    def _introduce(self, asker: Asker, work: Callable[[Rep], Reply], body: Payload) -> None:
        """Meets a new rep, welcomes them, and then does what they asked for."""
        reply = self._answered(asker, work, str(body.get("text") or ""))
        if reply is not None and reply.form is not None:
            reply = self._open(reply, body)
        if reply is not None and reply.message is not None:
            self._respond(body.get("response_url"), Reply(reply.message), ephemeral=True)

    def _answered(self, asker: Asker, work: Callable[[Rep], Reply], text: str) -> Reply | None:
        """The reply to somebody who may be new; whatever goes wrong, it is a sentence."""
        try:
            met = None
            if people.known(self.base, asker) is None:
                met = people.meet(self.base, asker, self.base.clock.now()).rep
                self._welcome(met)
            return self._settle(asker, work, text, met)
        except errors.Refused as error:
            return Reply(plain(_sentence(error, self._language(asker, text))))
        except Exception as error:  # noqa: BLE001 - as in _handle
            return Reply(self._failure(error, self._language(asker, text)))

    def _failure(self, error: Exception, language: Language) -> Message:
        reference = logs.reference()
        log.error("listener_failed", reference=reference, exc_info=error)
        return plain(talk.FAILED.of(language, reference=reference))

    # --- answers ----------------------------------------------------------------------------------------------------

    def _open(self, reply: Reply, body: Payload) -> Reply | None:
        """Opens a form while its trigger lives; it carries where to answer later. Where it fails, says so."""
        assert reply.form is not None
        container = body.get("container") or {}
        private = {"url": body.get("response_url"), "replace": bool(container.get("message_ts"))}
        view = modals.render(reply.form, private if private["url"] else {})
        try:
            self.client.views_open(trigger_id=str(body.get("trigger_id")), view=view)
        except (SlackClientError, *messenger.BROKEN) as error:
            log.warning("form_not_opened", error=type(error).__name__)
            return Reply(plain(talk.FORM_NOT_OPENED.of(self._language(self._asker(body)))))
        return None

    def _answer_tap(self, asker: Asker, body: Payload, reply: Reply) -> None:
        channel = str((body.get("container") or {}).get("channel_id") or (body.get("channel") or {}).get("id") or "")
        url = body.get("response_url")
        if url:
            ephemeral = bool((body.get("container") or {}).get("is_ephemeral")) or not channel.startswith("D")
            self.base.later(lambda: self._respond(url, reply, ephemeral=ephemeral))
        elif reply.message is not None:
            message = reply.message
            self.base.later(lambda: self._post(asker, message))

    def _answer_form(self, asker: Asker, view: Payload, reply: Reply) -> None:
        private = modals.private(view)
        url, message = private.get("url"), reply.message
        assert message is not None
        if url:
            shown = Reply(message, replace=reply.replace and bool(private.get("replace")))
            self.base.later(lambda: self._respond(str(url), shown, ephemeral=True))
        else:
            self.base.later(lambda: self._post(asker, message))

    def _tell(self, asker: Asker, body: Payload, message: Message) -> None:
        """Says something to whoever tapped, beside the message that they tapped on."""
        url = body.get("response_url")
        if url:
            self.base.later(lambda: self._respond(url, Reply(message), ephemeral=True))
        else:
            self.base.later(lambda: self._post(asker, message))

    def _respond(self, url: object, reply: Reply, *, ephemeral: bool) -> None:
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
        host = urlsplit(url).netloc
        return host in ("hooks.slack.com", "hooks.slack-gov.com", urlsplit(self.connection.api_url).netloc)

    def _post(self, asker: Asker, message: Message) -> None:
        """Answers in the DM of the asker."""
        try:
            self.client.chat_postMessage(
                channel=asker.user_id, unfurl_links=False, unfurl_media=False, **blocks.render(message)
            )
        except (SlackClientError, *messenger.BROKEN) as error:
            log.warning("answer_not_posted", error=type(error).__name__)

    def _answer_words(self, asker: Asker, channel: str, text: str) -> None:
        now = self.base.clock.now()
        reply = self._answered(asker, lambda rep: router.words(Act(self.base, rep, text, now)), text)
        if reply is not None and reply.message is not None:
            self._post(Asker(asker.team_id, channel), reply.message)

    def _welcome(self, rep: Rep) -> None:
        """Welcomes a rep once, and not before Slack has said who they are: in their language, knowing their zone."""
        if people.known(self.base, Asker(rep.team_id, rep.id)) is None:
            return
        message = people.welcome(self.base, rep, self.base.clock.now())
        if message is not None:
            self._post(Asker(rep.team_id, rep.id), message)

    # --- the Home tab -----------------------------------------------------------------------------------------------

    def _show_home(self, asker: Asker, publish: bool) -> None:
        if people.known(self.base, asker) is None:
            people.meet(self.base, asker, self.base.clock.now())
        rep = people.known(self.base, asker)
        if rep is None:
            return
        self._welcome(rep)
        if publish:
            with self._lock:
                self._homes.add(asker.user_id)
            self._publish(rep)

    def _refresh_home(self, asker: Asker) -> None:
        with self._lock:
            opened = asker.user_id in self._homes
        rep = people.known(self.base, asker) if opened else None
        if rep is not None:
            self.base.later(lambda: self._publish(rep))

    def _publish(self, rep: Rep) -> None:
        current = people.known(self.base, Asker(rep.team_id, rep.id)) or rep
        view = blocks.home(home.view(self.base, current, self.base.clock.now()))
        try:
            self.client.views_publish(user_id=rep.id, view=view)
        except (SlackClientError, *messenger.BROKEN) as error:
            log.warning("home_not_shown", error=type(error).__name__)

    def _meet_again(self, asker: Asker, left: bool) -> None:
        if people.known(self.base, asker) is None:
            return
        if left:
            people.gone(self.base, asker)
        else:
            people.meet(self.base, asker, self.base.clock.now())

    # --- who --------------------------------------------------------------------------------------------------------

    def _asker(self, body: Payload) -> Asker:
        user = body.get("user_id") or (body.get("user") or {}).get("id")
        return Asker(self.connection.identity.team_id, str(user))

    def _language(self, asker: Asker, text: str = "") -> Language:
        rep = None
        with suppress(Exception):  # the database itself may be what fails
            rep = people.known(self.base, asker)
        if rep is not None:
            return rep.language
        return Language.ZH if HAN.search(text) else Language.EN


def _value(tapped: Payload) -> str:
    """What was chosen: the value of a button, or of the option of a menu."""
    option = tapped.get("selected_option") or {}
    return str(option.get("value") or tapped.get("value") or "")


def _sentence(error: errors.Refused, language: Language) -> str:
    text = talk.REFUSALS.get(error.code) or talk.REFUSALS["refused"]
    return text.of(language, **error.params)


def _first_input(view: Payload) -> str:
    return next((str(b["block_id"]) for b in view.get("blocks") or [] if b.get("type") == "input"), "text")


def _unescaped(text: str) -> str:
    """A typed message as it was typed: Slack escapes three characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
