"""The Slack app: every command, tap, form and event comes in here, and leaves answered.

A listener decides and answers; what is slow goes to the pool of `base.later`. No exception leaves a listener: a
refusal becomes a sentence in the asker's language, anything else a reference that the rep can quote.
"""

import logging
import re
import threading
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import errors, metrics
from bot import log as logs
from bot.clock import seconds
from bot.core.account import Language, Rep
from bot.core.message import Message, Reply, plain
from bot.core.texts import talk
from bot.log import log
from bot.slack import acts, blocks, errands, garbled, modals, removals
from bot.slack.answers import Answers, Connection
from bot.slack.commands import router
from bot.slack.commands.base import Act
from bot.slack.turnstile import OrderlyApp
from bot.usecases import offers, people, team_figures
from bot.usecases.ports import Asker, Base
from storage import deliveries, outage

Payload = dict[str, Any]
EVENTS = {"app_home_opened": "home_opened", "message": "message", "user_change": "user_changed"}  # and who hears each
ANY = re.compile(".*", re.DOTALL)


def connect(base: Base, connection: Connection) -> App:
    """The Bolt app with every listener. Nothing is asked of Slack here or before an answer leaves."""
    app = OrderlyApp(
        afar=not base.database.is_sqlite,
        client=WebClient(base_url=connection.api_url, retry_handlers=[]),
        signing_secret=connection.signing_secret,
        # Bolt gets no token: each listener asks `tenants` whose request it is, which costs no call.
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id=None),
        ignoring_self_events_enabled=False,  # `message` passes over every bot
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
        request_verification_enabled=bool(connection.signing_secret),
    )
    app.error(garbled.answer)
    listeners = Listeners(base, connection)
    app.command(ANY)(listeners.command)
    app.action(ANY)(listeners.action)
    app.view(ANY)(listeners.submission)
    app.view_closed(ANY)(lambda ack: ack())
    app.shortcut(ANY)(listeners.shortcut)
    for event, method in EVENTS.items():
        app.event(event)(getattr(listeners, method))
    if connection.can_leave:
        removals.listen(app, base, connection.tenants)
    return app


class Listeners:
    """One method for each kind of thing that Slack delivers."""

    def __init__(self, base: Base, connection: Connection) -> None:
        self.base = base
        self.answers = Answers(base, connection)
        self._in_hand: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    # --- deliveries -------------------------------------------------------------------------------------------------

    def command(self, ack: Ack, body: Payload) -> None:
        """`/kam …`: the answer goes out with the acknowledgement, seen only by the asker."""
        asker, text = self._admit(ack, body), blocks.clean(str(body.get("text") or ""))
        if asker is None:
            return

        def work(rep: Rep) -> Reply:
            return router.run(Act(self.base, rep, text, self.base.clock.now()))

        def first(act: Callable[[], Reply]) -> None:
            reply = self.answers.open_form(asker, self._settle(asker, act, text), body)
            if reply.then is not None:
                reply = self._in_time(asker, reply, reply.then, body)
            if reply.message is not None:
                ack(response_type="ephemeral", **blocks.render(reply.message))
            else:
                ack()

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def action(self, ack: Ack, body: Payload) -> None:
        """A tap: acknowledged at once; the answer follows in the place of the message, or below it."""
        asker = self._admit(ack, body)
        if asker is None:
            return
        tapped: Payload = next(iter(body.get("actions") or ()), {})
        name = blocks.action_of(str(tapped.get("action_id") or ""))
        value = _value(tapped)

        def work(rep: Rep) -> Reply:
            tap = acts.TAPS.get(name)
            if tap is None or len(value) > blocks.BUTTON_VALUE:  # we never made it
                raise errors.Refused(f"No act {name!r}.", code="card_gone")
            return tap(Act(self.base, rep, value, self.base.clock.now()))

        def first(act: Callable[[], Reply]) -> None:
            try:
                reply = act()
            except errors.Refused as error:
                ack()
                self.answers.tell(asker, body, plain(_sentence(error, self.answers.language(asker))))
                return
            reply = self.answers.open_form(asker, reply, body)
            ack()
            if reply.message is not None or reply.home_page is not None:
                self.answers.answer_tap(asker, body, reply)

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def shortcut(self, ack: Ack, body: Payload) -> None:
        """A shortcut from the menu of a message or of Slack itself: it opens its form."""
        asker = self._admit(ack, body)
        if asker is None:
            return
        text = _unescaped(str((body.get("message") or {}).get("text") or ""))

        def work(rep: Rep) -> Reply:
            open_form = acts.SHORTCUTS.get(str(body.get("callback_id")))
            if open_form is None:
                raise errors.Refused("No such shortcut.", code="card_gone")
            return open_form(Act(self.base, rep, text, self.base.clock.now()))

        def first(act: Callable[[], Reply]) -> None:
            reply = self.answers.open_form(asker, self._settle(asker, act), body)
            ack()
            if reply.message is not None:
                self.answers.tell(asker, body, reply.message)

        self._handle(ack, asker, body.get("trigger_id"), work, body, first)

    def submission(self, ack: Ack, body: Payload) -> None:
        """A form that was sent: what is wrong stands at its field, else the form closes and the answer follows."""
        asker, view = self._admit(ack, body), body.get("view") or {}
        if asker is None:
            return

        def work(rep: Rep) -> Reply:
            submit = acts.FORMS.get(str(view.get("callback_id")))
            if submit is None:
                raise errors.Refused("No such form.", code="card_gone")
            subject = blocks.clean(modals.subject(view))
            reply = submit(Act(self.base, rep, subject, self.base.clock.now()), modals.filled(view))
            team_figures.form_filled(self.base, rep, str(view.get("callback_id")), self.base.clock.now())
            return reply

        def first(act: Callable[[], Reply]) -> None:
            try:
                reply = act()
                shown = modals.render(reply.form, modals.private(view)) if reply.form is not None else None
            except errors.Refused as error:
                field = _field(view, error.params.get("field", ""))
                ack(response_action="errors", errors={field: _sentence(error, self.answers.language(asker))})
                return
            if shown is not None:
                ack(response_action="update", view=shown)
                return
            ack()
            if reply.message is not None:
                self.answers.answer_form(asker, view, reply)

        self._handle(ack, asker, body.get("trigger_id") or view.get("hash"), work, body, first)

    def home_opened(self, ack: Ack, body: Payload) -> None:
        """The Home tab or the Messages tab was opened: shows the one, welcomes once in the other."""
        event, asker = body.get("event") or {}, self._admit(ack, body)
        ack()
        if asker is not None:
            self._later(asker, body, lambda: self.answers.show_home(asker, event.get("tab") != "messages"))

    def user_changed(self, ack: Ack, body: Payload) -> None:
        """Somebody's zone, language or state changed; only people whom the coach knows matter."""
        user, asker = (body.get("event") or {}).get("user") or {}, self._admit(ack, body)
        ack()
        if asker is not None:
            self._later(asker, body, lambda: self._meet_again(asker, bool(user.get("deleted"))))

    def message(self, ack: Ack, body: Payload) -> None:
        """Words in the DM work like `/kam advice`; other bots, edits and channels are none of ours."""
        event = body.get("event") or {}
        if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype") or not event.get("user"):
            ack()
            return
        asker = self._admit(ack, body)
        ack()
        channel, text = str(event.get("channel")), _unescaped(str(event.get("text") or ""))
        if asker is not None:
            self._later(asker, body, lambda: self._answer_words(asker, channel, text))

    # --- who may come in ---------------------------------------------------------------------------------------------

    def _admit(self, ack: Ack, body: Payload) -> Asker | None:
        """Who asks; None, and politely answered, where the coach does not serve them."""
        try:
            return self.answers.asker(body)
        except errors.Refused as error:
            log.info("asker_refused", code=error.code)
            message = plain("\n".join(_sentence(error, language) for language in Language))
        except Exception as error:  # noqa: BLE001 - as in _handle
            message = self._failure(error, None)
        if "command" in body:
            ack(response_type="ephemeral", **blocks.render(message))
        elif body.get("type") == "view_submission":
            ack(response_action="errors", errors={_field(body.get("view") or {}): message.summary})
        else:
            ack()
            self.answers.turn_away(body, message)
        return None

    # --- handling ---------------------------------------------------------------------------------------------------

    def _handle(
        self,
        ack: Ack,
        asker: Asker,
        key: object,
        work: Callable[[Rep], Reply],
        body: Payload,
        first: Callable[[Callable[[], Reply]], None],
    ) -> None:
        """Runs a listener's work once, whatever is delivered twice, and lets nothing escape."""
        began = seconds()
        try:
            if key and not self._is_new(asker, str(key)):
                ack()
                return
            rep = people.known(self.base, asker)
            if rep is None:
                ack()
                self.base.later(lambda: self._introduce(asker, work, body))
                return
            first(lambda: work(rep))
        except Exception as error:  # noqa: BLE001 - the one place: nothing may leave a listener
            self._apologise(ack, asker, body, error)
        else:
            self._refresh_home(asker)
        finally:
            metrics.ACKS.labels(_kind(body)).observe(seconds() - began)

    def _apologise(self, ack: Ack, asker: Asker, body: Payload, error: Exception) -> None:
        """Says what went wrong; a form that could not be kept stays open, with all that was typed."""
        message = self._failure(error, self.answers.known_language(asker))
        if "command" in body:
            ack(response_type="ephemeral", **blocks.render(message))
        elif body.get("type") == "view_submission" and outage.kind(error) is not None:
            ack(response_action="errors", errors={_field(body.get("view") or {}): message.summary})
        else:
            ack()
            self.answers.tell(asker, body, message)

    def _refresh_home(self, asker: Asker) -> None:
        try:
            self.answers.refresh_home(asker)
        except Exception as error:  # noqa: BLE001 - what was asked is done and answered already
            self._failure(error, Language.EN)

    def _is_new(self, asker: Asker, key: str) -> bool:
        with self.base.database.note() as session:
            return deliveries.first_time(session, asker.team_id, blocks.clean(key), self.base.clock.now())

    def _later(self, asker: Asker, body: Payload, work: Callable[[], None]) -> None:
        """Runs an event's work once: a retry is passed over while the first is at work and after it is done."""
        key, team_id = blocks.clean(str(body.get("event_id"))), asker.team_id
        with self._lock:
            if (team_id, key) in self._in_hand:
                return
            self._in_hand.add((team_id, key))

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
                    self._in_hand.discard((team_id, key))

        self.base.later(run)

    def _settle(self, asker: Asker, act: Callable[[], Reply], text: str = "") -> Reply:
        """The reply to an act; a refusal becomes one too."""
        try:
            return act()
        except errors.Refused as error:
            return Reply(plain(_sentence(error, self.answers.language(asker, text))))

    def _in_time(self, asker: Asker, reply: Reply, then: Callable[[], Message], body: Payload) -> Reply:
        """What came of slow work, or what is said meanwhile: then the rest follows by itself."""
        text = str(body.get("text") or "")

        def follow(rest: Reply) -> None:
            self.answers.respond(body.get("response_url"), rest, ephemeral=True)
            self._refresh_home(asker)

        done = errands.run(self.base.later, lambda: self._answered(asker, lambda _: Reply(then()), text), follow)
        return done or reply

    def _introduce(self, asker: Asker, work: Callable[[Rep], Reply], body: Payload) -> None:
        """Meets a new rep, welcomes them, and then does what they asked for."""
        reply = self.answers.open_form(asker, self._answered(asker, work, str(body.get("text") or "")), body)
        if reply.message is not None:
            self.answers.respond(body.get("response_url"), Reply(reply.message), ephemeral=True)

    def _answered(self, asker: Asker, work: Callable[[Rep], Reply], text: str) -> Reply:
        """The reply to somebody who may be new; whatever goes wrong, it is a sentence."""
        try:
            known = people.known(self.base, asker)
            rep = known or people.meet(self.base, asker, self.base.clock.now()).rep
            if known is None:
                self.answers.welcome(rep)
                rep = people.known(self.base, asker) or rep
            return self._settle(asker, lambda: errands.whole(work(rep)), text)
        except errors.Refused as error:
            return Reply(plain(_sentence(error, self.answers.language(asker, text))))
        except Exception as error:  # noqa: BLE001 - as in _handle
            return Reply(self._failure(error, self.answers.known_language(asker, text)))

    def _failure(self, error: Exception, language: Language | None) -> Message:
        """What the asker reads. An outage of the database passes and needs no reference; the database logs it itself.

        Where nobody can say which language theirs is, they read it in both.
        """
        if outage.kind(error) is not None:
            return plain("\n".join(talk.NO_RECORDS.of(one) for one in Language if language in (None, one)))
        language = language or Language.EN
        reference = logs.reference()
        metrics.FAILURES.labels("listener").inc()
        log.error("listener_failed", reference=reference, exc_info=error)
        return plain(talk.FAILED.of(language, reference=reference))

    def _answer_words(self, asker: Asker, channel: str, text: str) -> None:
        now = self.base.clock.now()
        reply = self._answered(asker, lambda rep: router.words(Act(self.base, rep, text, now)), text)
        if reply.message is not None:
            self.answers.post(asker, reply.message, channel)

    def _meet_again(self, asker: Asker, left: bool) -> None:
        if left:
            offers.left(self.base, asker)  # also of somebody who never wrote: a portfolio file may name them
        elif people.known(self.base, asker) is not None:
            people.meet(self.base, asker, self.base.clock.now())


def _kind(body: Payload) -> str:
    """What was delivered, as metrics name it."""
    names = {"block_actions": "tap", "view_submission": "form", "message_action": "shortcut", "shortcut": "shortcut"}
    return "command" if "command" in body else names.get(str(body.get("type")), "other")


def _value(tapped: Payload) -> str:
    """What was chosen: the value of a button, or of the option of a menu."""
    option = tapped.get("selected_option") or {}
    return blocks.clean(str(option.get("value") or tapped.get("value") or ""))


def _sentence(error: errors.Refused, language: Language) -> str:
    text = talk.REFUSALS.get(error.code) or talk.REFUSALS["refused"]
    return text.of(language, **error.params)


def _field(view: Payload, wanted: str = "") -> str:
    """The field that a refusal names, else the first."""
    fields = [str(b["block_id"]) for b in view.get("blocks") or [] if b.get("type") == "input"]
    return wanted if wanted in fields else next(iter(fields), "text")


def _unescaped(text: str) -> str:
    """A typed message as it was typed: Slack escapes three characters."""
    return blocks.clean(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
