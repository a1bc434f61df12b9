"""Who is in the practice workspace, and the conversations they have."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.practice.ledger import Ledger
from bot.practice.records import Channel, Member, SlackError


class Roster(Ledger):
    """People and conversations."""

    bot_user = "U0PRACTICE"
    members: dict[str, Member]
    channels: dict[str, Channel]

    def member(self, user: str) -> Member:
        found = self.members.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def name_of(self, user: str) -> str:
        found = self.members.get(user)
        return found.name if found else user

    def change_member(self, user: str, **fields: Any) -> Member:
        with self.change():
            self.members[user] = replace(self.member(user), **fields)
            return self.members[user]

    def dm_channel(self, user: str) -> Channel:
        """The conversation between a person and the app, opened if need be."""
        with self.lock:
            self.member(user)
            channel_id = f"D{user[1:]}"
            if channel_id not in self.channels:
                self.channels[channel_id] = Channel(channel_id, "im", "directmessage", [user, self.bot_user])
            return self.channels[channel_id]

    def group_dm(self, users: Iterable[str]) -> Channel:
        with self.lock:
            people = sorted({*users, self.bot_user})
            for channel in self.channels.values():
                if channel.kind == "mpim" and sorted(channel.members) == people:
                    return channel
            names = "--".join(self.name_of(user).lower().replace(" ", "") for user in people)
            channel = Channel(self.new_id("G"), "mpim", f"mpdm-{names}-1", people)
            self.channels[channel.id] = channel
            return channel

    def add_channel(self, name: str, members: Iterable[str], *, private: bool = False) -> Channel:
        """A new channel; the app is in it only when its `bot_user` is among the members."""
        with self.change():
            channel = Channel(self.new_id("C"), "private" if private else "channel", name, list(members))
            self.channels[channel.id] = channel
            return channel

    def readers(self, channel: Channel) -> list[str]:
        """The people who see what is posted: members who are neither bots nor deactivated."""
        members = [self.members[user] for user in channel.members if user in self.members]
        return [member.id for member in members if not member.is_bot and not member.deleted]

    def new_ts(self, channel: Channel) -> str:
        """The next message time of a conversation: of the workspace's clock, unique and increasing."""
        micros = int(self.now().timestamp() * 1_000_000)
        channel.last_ts = max(micros, channel.last_ts) + 100
        return f"{channel.last_ts // 1_000_000}.{channel.last_ts % 1_000_000:06d}"
