"""The practice workspace's state: people, conversations, messages, views, and what each person saw.

Pure state behind one lock, safe to use from any thread; nothing here talks to a network.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bot.practice import render
from bot.practice.faults import Faults
from bot.practice.rates import Rates
from bot.practice.records import (
    Channel,
    Member,
    Message,
    NotPossibleError,
    Payload,
    Seen,
    SeenKind,
    SlackError,
    View,
)
from bot.practice.roster import Roster

SCOPES = (
    "commands,chat:write,users:read,im:history,im:read,im:write,mpim:write,mpim:read,mpim:history,channels:read,"
    "channels:history,groups:read,groups:history,dnd:read,team:read,files:write"
)
STACK = 3


class Workspace(Roster):
    """One Slack workspace with one installed app.

    `now` gives the workspace's clock (aware, UTC): message times and response urls follow it. `monotonic`
    gives real seconds: trigger ids live three of them. `advance` is called by the page's clock buttons. `scopes`
    are the app's granted scopes; `enterprise_id` is its organisation, if it is in one; `enforce_rates` answers 429
    to a second message a second in one conversation and to more calls of a method in a minute than Slack promises to
    take; `log_path` receives every stored message and call as a JSON line.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        members: Iterable[Member] = (),
        *,
        team_id: str = "T0PRACTICE",
        team_name: str = "Practice",
        enterprise_id: str | None = None,
        org_installed: bool = False,
        seed: int = 0,
        channels: Iterable[Channel] = (),
        scopes: str = SCOPES,
        enforce_rates: bool = False,
        echo_own_messages: bool = True,
        deactivated_error: str | None = None,
        log_path: Path | None = None,
        advance: Callable[[Payload], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(now, seed, log_path, monotonic)
        self.team_id, self.team_name = team_id, team_name
        self.enterprise_id, self.enterprise_name = enterprise_id, "Practice organisation"
        self.org_installed = org_installed  # the app is in the whole organisation, not in this workspace by itself
        self.app_id, self.bot_id, self.bot_name = "A0PRACTICE", "B0PRACTICE", "kam"
        self.scopes = frozenset(scopes.split(","))
        self.enforce_rates, self.echo_own_messages = enforce_rates, echo_own_messages
        self.deactivated_error, self.advance = deactivated_error, advance
        self.faults = Faults()
        self.rates = Rates()
        self.members: dict[str, Member] = {member.id: member for member in members}
        self.members[self.bot_user] = Member(self.bot_user, self.bot_name, is_bot=True)
        self.channels: dict[str, Channel] = {channel.id: channel for channel in channels}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.files: dict[str, Payload] = {}
        self.read: dict[tuple[str, str], str] = {}
        self.on_message: Callable[[Message], None] = lambda message: None

    def count_call(self, method: str) -> None:
        """Counts a call of a method. SlackError `ratelimited` where rates are enforced and it is one too many."""
        if self.enforce_rates:
            with self.lock:
                self.rates.take(method, self.now())

    def messages(self, channel: str) -> list[Message]:
        """A conversation's messages that are not deleted, ephemeral ones too, oldest first."""
        with self.lock:
            return [message for message in self.channels[channel].messages if not message.deleted]

    def dm(self, user: str) -> list[Message]:
        """The messages between a person and the app."""
        return self.messages(self.dm_channel(user).id)

    def modal(self, user: str) -> View | None:
        """The modal on top of what a person has open."""
        with self.lock:
            stack = self.stacks.get(user) or []
            return self.views[stack[-1]] if stack else None

    def home(self, user: str) -> View | None:
        with self.lock:
            return self.views.get(self.homes.get(user, ""))

    def mark_read(self, user: str, channel: str, ts: str) -> None:
        """A person has seen a conversation up to a message."""
        if float(ts) > float(self.read.get((user, channel), 0)):
            with self.change():
                self.read[(user, channel)] = ts

    def show_message(self, message: Message, kind: SeenKind) -> None:
        readers = self.readers(self.channels[message.channel])
        for user in [message.ephemeral_to] if message.ephemeral_to else readers:
            zone = self.members[user].tz
            text = render.message(message.text, message.blocks, zone=zone, name_of=self.name_of)
            names = [f"[file: {file['title'] or file['name']}]" for file in message.files]
            self.show(user, kind, "\n".join([text, *names]) if text else "\n".join(names), message=message)

    def store(self, message: Message, *, shown: bool = True) -> Message:
        """The message in its conversation, logged, and shown to those who may read it."""
        with self.change():
            self.channels[message.channel].messages.append(message)
            self._name_blocks(message.blocks)
            kept = {key: value for key, value in asdict(message).items() if value}
            self.note("stored", message=kept)
            if shown:
                self.show_message(message, "ephemeral" if message.ephemeral_to else "post")
        self.on_message(message)
        return message

    def find_message(self, channel: str, ts: str) -> Message:
        with self.lock:
            held = self.channels.get(channel)
            for message in reversed(held.messages if held else []):
                if message.ts == ts and not message.deleted:
                    return message
        raise NotPossibleError(f"no message {ts} in {channel}")

    def rewrite(self, message: Message, fields: Payload) -> None:
        """A message changed in place, shown again to its readers."""
        with self.change():
            for key, value in fields.items():
                setattr(message, key, value)
            message.state = {}
            self._name_blocks(message.blocks)
            self.note("updated", channel=message.channel, ts=message.ts, text=message.text)
            self.show_message(message, "update")

    def remove(self, message: Message) -> None:
        with self.change():
            message.deleted = True
            self.note("deleted", channel=message.channel, ts=message.ts)
            readers = self.readers(self.channels[message.channel])
            for user in [message.ephemeral_to] if message.ephemeral_to else readers:
                self.show(user, "delete", "", message=message)

    def _name_blocks(self, blocks: list[Payload]) -> None:
        """Slack gives a block or an element without an id one of its own."""
        for block in blocks:
            block.setdefault("block_id", f"b{self.random.getrandbits(20):05x}")
            for part in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
                if isinstance(part, dict) and block["type"] in ("actions", "section", "input"):
                    part.setdefault("action_id", f"a{self.random.getrandbits(20):05x}")

    def new_view(self, user: str, body: Payload, previous: View | None = None) -> View:
        with self.change():
            self._name_blocks(body["blocks"])
            view_id = self.new_id("V")
            root = previous.root_id if previous else view_id
            view = View(view_id, user, body, self._hash(), root, previous.id if previous else None)
            self.views[view_id] = view
            return view

    def open_modal(self, user: str, body: Payload) -> View:
        """A new modal in front of a person; what they had open is gone."""
        with self.change():
            self.close_all(user)
            view = self.new_view(user, body)
            self.stacks[user] = [view.id]
            self.show_view(view)
            return view

    def push_modal(self, user: str, body: Payload) -> View:
        with self.change():
            stack = self.stacks.get(user) or []
            if not stack:
                raise SlackError("not_found")
            if len(stack) >= STACK:
                raise SlackError("push_limit_reached")
            view = self.new_view(user, body, self.views[stack[-1]])
            stack.append(view.id)
            self.show_view(view)
            return view

    def replace_view(self, view: View, body: Payload) -> None:
        """New content in an open view; what was typed stays where block_id and action_id are the same."""
        with self.change():
            self._name_blocks(body["blocks"])
            names = {(block["block_id"], (block.get("element") or {}).get("action_id")) for block in body["blocks"]} | {
                (block["block_id"], part.get("action_id"))
                for block in body["blocks"]
                for part in [*(block.get("elements") or []), block.get("accessory") or {}]
            }
            view.state = {
                block_id: {action: value for action, value in held.items() if (block_id, action) in names}
                for block_id, held in view.state.items()
            }
            view.body, view.hash, view.errors = body, self._hash(), {}
            self.show_view(view)

    def show_view(self, view: View) -> None:
        text = render.view(view.body, zone=self.members[view.user].tz, name_of=self.name_of)
        self.show(view.user, "modal" if view.kind == "modal" else "home", text, view=view)
        self.note("view", user=view.user, view=view.id, type=view.kind)

    def close_top(self, user: str) -> None:
        with self.change():
            stack = self.stacks.get(user) or []
            if stack:
                self.views[stack.pop()].open = False

    def close_all(self, user: str) -> None:
        with self.change():
            for view_id in self.stacks.pop(user, []):
                self.views[view_id].open = False

    def publish_home(self, user: str, body: Payload) -> View:
        with self.change():
            held = self.home(user)
            if held is not None:
                self.replace_view(held, body)
                return held
            view = self.new_view(user, body)
            self.homes[user] = view.id
            self.show_view(view)
            return view

    def _hash(self) -> str:
        return f"{int(self.now().timestamp())}.{self.random.getrandbits(32):08x}"


__all__ = ["Channel", "Member", "Message", "NotPossibleError", "Seen", "SlackError", "Workspace"]
