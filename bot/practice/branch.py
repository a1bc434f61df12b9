"""One workspace behind the practice server: what its people do, carried to the app."""

from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from bot.practice import hands, people_methods
from bot.practice.deliveries import Courier, Sockets
from bot.practice.records import Delivery, Message, Payload
from bot.practice.workspace import Workspace

T = TypeVar("T")


class House(Protocol):
    """The server that workspaces stand behind."""

    sockets: Sockets
    retry_scale: float

    @property
    def url(self) -> str: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The work's result, once it is done in the server's thread."""
        ...

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begins work in the server's thread."""
        ...

    def hears(self) -> bool:
        """True if the app is there to be told of something."""
        ...

    def revoke_all(self, space: Workspace) -> None:
        """Takes back every token of a workspace."""
        ...


class Branch:
    """A workspace and its people. Every method is synchronous and safe from any thread."""

    def __init__(self, space: Workspace, house: House) -> None:
        self.space, self._house = space, house
        self.courier = Courier(space, house.sockets, house.retry_scale)
        self.hands = hands.Hands(space, lambda: f"{house.url}hooks/")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._house.run(work)

    def echo(self, message: Message) -> None:
        """Slack tells an app of its own messages too."""
        own = message.bot_id == self.space.bot_id and message.ephemeral_to is None
        if own and self.space.echo_own_messages and self._house.hears():
            delivery = self.hands.event("message", hands.message_event(self.space, message))
            self._house.spawn(self.courier.carry(delivery))

    # --- the app's coming and going

    def uninstall(self, *, first: str = "app_uninstalled") -> list[Delivery]:
        """Somebody removes the app: its tokens are worth nothing, and two events tell so, either one first."""
        self._house.revoke_all(self.space)
        bot = {"tokens": {"oauth": [], "bot": [self.space.bot_user]}}
        events: list[tuple[str, Payload]] = [("app_uninstalled", {}), ("tokens_revoked", bot)]
        if first != "app_uninstalled":
            events.reverse()
        return [self.event(kind, payload) for kind, payload in events]

    # --- what people do

    def deliver(self, delivery: Delivery) -> Delivery:
        """The delivery after the app's acknowledgement or the deadline."""
        return delivery if delivery.done else self._run(self.courier.carry(delivery))

    def slash(self, user: str, text: str = "", command: str = "/kam", channel: str | None = None) -> Delivery:
        """A slash command, typed in a channel or (by default) in the conversation with the app."""
        return self.deliver(self.hands.slash(user, text, command, channel))

    def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str | None = None,
        value: Any = None,
        *,
        by_label: str | None = None,
        force: bool = False,
    ) -> Delivery:
        """A click on a button, a choice in a select or an overflow menu of a message.

        `force` lets somebody click who does not see the message. NotPossibleError: there is nothing to click.
        """
        return self.deliver(self.hands.click(user, channel, ts, action_id, value, by_label, force))

    def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str | None = None,
        value: Any = None,
        *,
        by_label: str | None = None,
    ) -> Delivery:
        """The same in a modal or on the Home tab."""
        return self.deliver(self.hands.click_view(user, view_id, action_id, value, by_label))

    def fill(self, user: str, view_id: str, values: dict[str, Any]) -> None:
        """Type into a modal without submitting it."""
        self.hands.fill(user, view_id, values)

    def submit(self, user: str, view_id: str, values: dict[str, Any] | None = None) -> Delivery:
        """A modal submitted with these values: {block_id: {action_id: value}} or {action_id: value}."""
        return self.deliver(self.hands.submit(user, view_id, values))

    def close_view(self, user: str, view_id: str, clear: bool = False) -> Delivery | None:
        """A modal closed (all of them with `clear`); a delivery only when the app asked to be told."""
        delivery = self.hands.close_view(user, view_id, clear)
        return self.deliver(delivery) if delivery else None

    def suggest(self, user: str, view_id: str, action_id: str, typed: str) -> Delivery:
        """What the app offers for an external select; `body` holds the options."""
        return self.deliver(self.hands.suggest(user, view_id, action_id, typed))

    def shortcut(self, user: str, callback_id: str) -> Delivery:
        return self.deliver(self.hands.shortcut(user, callback_id))

    def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Delivery:
        return self.deliver(self.hands.message_shortcut(user, callback_id, channel, ts))

    def message(self, user: str, text: str, channel: str | None = None, thread_ts: str | None = None) -> Delivery:
        """A person's message, by default in their conversation with the app."""
        return self.deliver(self.hands.message(user, text, channel, thread_ts))

    def open_home(self, user: str, tab: str = "home") -> Delivery:
        return self.deliver(self.hands.open_home(user, tab))

    def event(self, kind: str, payload: Payload, user: str | None = None) -> Delivery:
        """Any event; `payload` is its inner event without the type."""
        return self.deliver(self.hands.event(kind, payload, user))

    def change_member(self, user: str, **fields: Any) -> Delivery:
        """A member changed (zone, locale, deactivated), told as `user_change`."""
        member = self.space.change_member(user, **fields)
        shown = people_methods.as_slack(self.space, member, locale=True)
        return self.event("user_change", {"user": shown, "cache_ts": 0})

    def redeliver(self, delivery: Delivery) -> Delivery:
        """The same envelope once more, as Slack's retry sends it; its own delivery comes back."""
        again = Delivery(delivery.kind, delivery.payload, delivery.envelope_id, delivery.user)
        retry = (1, "http_timeout") if delivery.kind == "events_api" else None
        return self._run(self.courier.carry(again, retry))
