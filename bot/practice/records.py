"""What the practice workspace keeps: people, conversations, messages, views, and what each person saw."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Payload = dict[str, Any]
SeenKind = Literal["post", "ephemeral", "update", "modal", "home", "delete", "error"]


@dataclass(frozen=True)
class Member:
    """A person (or bot) of the workspace, as `users.info` tells of them.

    `dnd_start` and `dnd_end` are local times such as "22:00".
    """

    id: str
    name: str
    tz: str | None = "UTC"
    locale: str | None = "en-US"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    email: str | None = None
    title: str = ""
    dnd_start: str | None = None
    dnd_end: str | None = None
    home_team: str | None = None  # of somebody from elsewhere, in a shared channel


@dataclass
class Channel:
    """A conversation: kind `im` (with the app), `mpim`, `channel` or `private`."""

    id: str
    kind: Literal["im", "mpim", "channel", "private"]
    name: str
    members: list[str]
    is_archived: bool = False
    messages: "list[Message]" = field(default_factory=list)
    last_ts: int = 0
    posted_at: datetime | None = None

    @property
    def people(self) -> list[str]:
        return list(self.members)


@dataclass
class Message:
    """One message of a conversation; `ephemeral_to` names its only reader when it is ephemeral."""

    channel: str
    ts: str
    text: str = ""
    user: str | None = None
    bot_id: str | None = None
    blocks: list[Payload] = field(default_factory=list)
    attachments: list[Payload] = field(default_factory=list)
    metadata: Payload | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    edited: str | None = None
    deleted: bool = False
    files: list[Payload] = field(default_factory=list)
    state: Payload = field(default_factory=dict)


@dataclass
class View:
    """A modal or a Home tab, with what the person typed into it so far (`state`)."""

    id: str
    user: str
    body: Payload
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Payload = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True

    @property
    def kind(self) -> str:
        return str(self.body["type"])

    @property
    def blocks(self) -> list[Payload]:
        blocks: list[Payload] = self.body["blocks"]
        return blocks


@dataclass(frozen=True)
class Seen:
    """Something one person saw; `text` is all that is shown, buttons as `[label]`."""

    at: datetime
    to: str
    channel: str | None
    ts: str | None
    kind: SeenKind
    text: str
    blocks: list[Payload] = field(default_factory=list)
    metadata: Payload | None = None
    view_id: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Something the app sent that Slack would not show; `where` is a method, `ack` or `response_url`."""

    at: datetime
    where: str
    error: str
    findings: list[Payload]
    payload: Payload


@dataclass
class Trigger:
    """A trigger id: `born` on the monotonic clock; single use."""

    id: str
    user: str
    born: float
    used: bool = False
    view_id: str | None = None


@dataclass
class ResponseUrl:
    """Where an interaction may be answered: at most five times within thirty minutes."""

    key: str
    user: str
    channel: str
    born: datetime
    message_ts: str | None = None
    uses: int = 0


@dataclass
class Delivery:
    """One envelope to the app and what became of it.

    `acked` is true once the app answered in time and rightly; `seconds` counts from sending to the answer or
    the deadline; `body` is the answer's payload; `seen` is what the acting person saw by then; `error` is
    Slack's word for what went wrong; `problems` are a form's own complaints, when nothing was sent at all.
    """

    kind: str
    payload: Payload
    envelope_id: str
    user: str | None = None
    acked: bool = False
    seconds: float = 0.0
    body: Any = None
    seen: list[Seen] = field(default_factory=list)
    attempts: int = 0
    error: str | None = None
    problems: dict[str, str] = field(default_factory=dict)
    done: bool = False


class SlackError(Exception):
    """Slack's answer is an error: its word, and what else the answer says."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class NotPossibleError(Exception):
    """A person could not have done this in Slack: no such button, no such message, not visible to them."""
