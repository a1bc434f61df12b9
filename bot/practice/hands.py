"""What people do in Slack: type, click, choose, submit, close; each becomes an envelope to the app."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bot.practice import message_methods, payloads, view_methods
from bot.practice.records import Channel, Delivery, Message, NotPossibleError, Payload, View
from bot.practice.workspace import Workspace

Values = dict[str, Any]
REQUIRED = "Please complete this required field."


class Hands:
    """The people's side of a workspace; `hooks` gives the address response urls start with."""

    def __init__(self, space: Workspace, hooks: Callable[[], str]) -> None:
        self.space, self.hooks = space, hooks

    def _envelope(self, kind: str, payload: Payload, user: str | None) -> Delivery:
        return Delivery(kind, payload, self.space.new_id("E"), user)

    def slash(self, user: str, text: str, command: str, channel: str | None) -> Delivery:
        with self.space.lock:
            place = self._place(user, channel)
            payload = payloads.slash(self.space, user, command, text, place, self.hooks())
            return self._envelope("slash_commands", payload, user)

    def _place(self, user: str, channel: str | None) -> Channel:
        if channel is None:
            return self.space.dm_channel(user)
        found = self.space.channels.get(channel)
        if found is None or user not in found.members:
            raise NotPossibleError(f"{user} is not in {channel}")
        return found

    def _message(self, user: str, channel: str, ts: str, force: bool) -> Message:
        message = self.space.find_message(channel, ts)
        visible = user in self.space.channels[channel].members and message.ephemeral_to in (None, user)
        if not (visible or force):
            raise NotPossibleError(f"{user} does not see message {ts} of {channel}")
        return message

    def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str | None = None,
        value: Any = None,
        by_label: str | None = None,
        force: bool = False,
    ) -> Delivery:
        """A click in a message. NotPossibleError: not there, or not visible to them (unless `force`)."""
        with self.space.lock:
            message = self._message(user, channel, ts, force)
            blocks = message.blocks + [block for part in message.attachments for block in part.get("blocks") or []]
            action = self._act(blocks, message.state, action_id, value, by_label)
            payload = payloads.message_action(self.space, user, message, action, self.hooks())
            return self._envelope("interactive", payload, user)

    def _act(
        self, blocks: list[Payload], state: Payload, action_id: str | None, value: Any, label: str | None
    ) -> Payload:
        block, part, option = payloads.find_part(blocks, action_id, value, label)
        stamp = f"{self.space.now().timestamp():.6f}"
        payloads.fill_initial(blocks, state)
        action = payloads.action(block, part, value, option, stamp)
        held = state.get(block["block_id"], {})
        if part["action_id"] in held:
            held[part["action_id"]] = payloads.element_state(part, value, option)
        return action

    def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str | None = None,
        value: Any = None,
        by_label: str | None = None,
    ) -> Delivery:
        with self.space.lock:
            view = self._view(user, view_id)
            action = self._act(view.blocks, view.state, action_id, value, by_label)
            return self._envelope("interactive", payloads.view_action(self.space, user, view, action), user)

    def _view(self, user: str, view_id: str) -> View:
        view = self.space.views.get(view_id)
        if view is None or view.user != user or not view.open:
            raise NotPossibleError(f"{user} has no open view {view_id}")
        return view

    def fill(self, user: str, view_id: str, values: Values) -> View:
        """A view with these values typed in, by action id or by block id and action id."""
        with self.space.change():
            view = self._view(user, view_id)
            payloads.fill_initial(view.blocks, view.state)
            given = _by_action(values)
            for block in view.blocks:
                for part in [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]:
                    action_id = part.get("action_id") if isinstance(part, dict) else None
                    key = next((k for k in ((block["block_id"], action_id), (None, action_id)) if k in given), None)
                    if isinstance(part, dict) and action_id and key is not None:
                        state = payloads.element_state(part, given.pop(key))
                        view.state.setdefault(block["block_id"], {})[action_id] = state
            if given:
                raise NotPossibleError(f"the view has no field for {sorted(str(key) for key in given)}")
            return view

    def submit(self, user: str, view_id: str, values: Values | None) -> Delivery:
        """A form submitted; when Slack itself would not send it, `problems` says why and nothing is sent."""
        with self.space.lock:
            view = self.fill(user, view_id, values or {})
            if self.space.stacks.get(user, [None])[-1] != view_id:
                raise NotPossibleError(f"{view_id} is not the modal on top")
            delivery = self._envelope("interactive", payloads.view_submission(self.space, user, view), user)
            delivery.problems = form_problems(view)
            if delivery.problems:
                with self.space.change():
                    view.errors = dict(delivery.problems)
                    delivery.done = True
            return delivery

    def close_view(self, user: str, view_id: str, clear: bool) -> Delivery | None:
        """A modal closed; an envelope only when the app asked to be told."""
        with self.space.lock:
            view = self._view(user, view_id)
            clear = clear or bool(view.body.get("clear_on_close"))
            if clear:
                self.space.close_all(user)
            else:
                self.space.close_top(user)
            if not view.body.get("notify_on_close"):
                return None
            payload = payloads.view_closed(self.space, user, view, clear)
            return self._envelope("interactive", payload, user)

    def shortcut(self, user: str, callback_id: str) -> Delivery:
        return self._envelope("interactive", payloads.shortcut(self.space, user, callback_id), user)

    def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Delivery:
        with self.space.lock:
            message = self._message(user, channel, ts, False)
            payload = payloads.message_shortcut(self.space, user, callback_id, message, self.hooks())
            return self._envelope("interactive", payload, user)

    def suggest(self, user: str, view_id: str, action_id: str, typed: str) -> Delivery:
        """Typing into an external select: the app is asked for options; they are the delivery's body."""
        with self.space.lock:
            view = self._view(user, view_id)
            block, part, _ = payloads.find_part(view.blocks, action_id, None, None)
            payload = payloads.view_action(self.space, user, view, {}) | {
                "type": "block_suggestion",
                "action_id": part["action_id"],
                "block_id": block["block_id"],
                "value": typed,
            }
            del payload["actions"], payload["trigger_id"]
            return self._envelope("interactive", payload, user)

    def event(self, kind: str, fields: Payload, user: str | None = None) -> Delivery:
        return self._envelope("events_api", payloads.event(self.space, kind, fields), user)

    def message(self, user: str, text: str, channel: str | None, thread_ts: str | None) -> Delivery:
        """A person's message, stored, and told to the app where it is a member; `text` as typed."""
        with self.space.lock:
            place = self._place(user, channel)
            escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            message = Message(place.id, self.space.new_ts(place), text=escaped, user=user, thread_ts=thread_ts)
            self.space.store(message, shown=False)
            fields = message_event(self.space, message)
            fields |= {"client_msg_id": f"{self.space.random.getrandbits(128):032x}"}
            delivery = self.event("message", fields, user)
            delivery.done = self.space.bot_user not in place.members
            return delivery

    def open_home(self, user: str, tab: str) -> Delivery:
        with self.space.lock:
            home = self.space.home(user)
            fields: Payload = {"user": user, "channel": self.space.dm_channel(user).id, "tab": tab}
            if home is not None and tab == "home":
                fields["view"] = view_methods.as_slack(self.space, home)
            return self.event("app_home_opened", fields, user)


def message_event(space: Workspace, message: Message) -> Payload:
    """The event about a stored message, a person's or the app's own."""
    kinds = {"im": "im", "mpim": "mpim", "channel": "channel", "private": "group"}
    shown = message_methods.as_slack(space, message)
    shown |= {
        "channel": message.channel,
        "channel_type": kinds[space.channels[message.channel].kind],
        "team": space.team_id,
    }
    del shown["type"]
    return shown


def _by_action(values: Values) -> dict[tuple[str | None, str], Any]:
    found: dict[tuple[str | None, str], Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) and "type" not in value and "text" not in value:  # neither a state nor an option
            found |= {(key, action_id): state for action_id, state in value.items()}
        else:
            found[(None, key)] = value
    return found


def form_problems(view: View) -> dict[str, str]:
    """What Slack's own form would complain about before sending anything, by block id."""
    found = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        part = block["element"]
        state = view.state.get(block["block_id"], {}).get(part["action_id"], {})
        value = next((item for key, item in state.items() if key != "type"), None)
        words = _complaint(part, value, bool(block.get("optional")))
        if words:
            found[block["block_id"]] = words
    return found


def _complaint(part: Payload, value: Any, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else REQUIRED
    low, high = part.get("min_length"), part.get("max_length")
    if part["type"] == "plain_text_input" and isinstance(value, str):
        if low is not None and len(value) < low:
            return f"Please use at least {low} characters."
        if len(value) > (high or 3000):
            return f"Please use no more than {high or 3000} characters."
    if part["type"] == "email_text_input" and "@" not in str(value):
        return "Please enter a valid email address."
    if part["type"] == "url_text_input" and not urlsplit(str(value)).scheme:
        return "Please enter a valid URL."
    if part["type"] == "number_input":
        return _number_complaint(part, str(value))
    return None


def _number_complaint(part: Payload, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not part.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    low, high = part.get("min_value"), part.get("max_value")
    if (low is not None and number < float(low)) or (high is not None and number > float(high)):
        return f"Please enter a number between {low} and {high}."
    return None
