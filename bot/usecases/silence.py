"""The messenger of whoever has nobody to tell."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from bot.core.message import Message
from bot.usecases.ports import Absent, Found, Messenger, NotPosted, Posted, Profile, Unclear, Unreadable


class NobodyToTell(Messenger):
    """The messenger of a command: it posts nothing, for `kam serve` does."""

    @override
    def post(self, team_id: str, to: str, message: Message, nudge_id: str) -> Posted | NotPosted | Unclear:
        return NotPosted("no_messenger")

    @override
    def find(self, team_id: str, channel: str, nudge_id: str, since: datetime) -> Found | Absent | Unreadable:
        return Unreadable("no_messenger")

    @override
    def channel(self, team_id: str, to: str) -> str | None:
        return None

    @override
    def update(self, team_id: str, channel: str, ts: str, message: Message) -> bool:
        return False

    @override
    def group(self, team_id: str, people: list[str], message: Message) -> bool:
        return False

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
        return False

    @override
    def profile(self, team_id: str, user_id: str) -> Profile | None:
        return None

    @override
    def quiet_until(self, team_id: str, people: Sequence[str], now: datetime) -> Mapping[str, datetime | None] | None:
        return None
