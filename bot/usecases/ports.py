"""What the use cases need from outside, as small ports, and the base that they all work on."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.core.account import Language
from bot.core.chart import Chart
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.message import Message
from bot.core.workdays import CompanyCalendar
from storage.session import Database


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person; `zone` is None where it does not say."""

    zone: str | None
    language: Language
    deleted: bool = False
    guest: bool = False
    bot: bool = False
    email_domain: str | None = None
    name: str = ""  # as colleagues see it


@dataclass(frozen=True, slots=True)
class Posted:
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class NotPosted:
    """Surely not posted. `again_at` is set where trying later may help; `team_wide` where it holds for all posts."""

    error: str
    again_at: datetime | None = None
    team_wide: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Posted or not: nobody knows yet."""

    error: str


@dataclass(frozen=True, slots=True)
class Found:
    ts: str


@dataclass(frozen=True, slots=True)
class Absent:
    pass


@dataclass(frozen=True, slots=True)
class Unreadable:
    error: str


class Messenger(Protocol):
    """The way to people."""

    def post(self, team_id: str, to: str, message: Message, nudge_id: str) -> Posted | NotPosted | Unclear:
        """Posts once, never twice on its own; the id travels in the message's metadata. Never raises."""
        ...

    def find(self, team_id: str, channel: str, nudge_id: str, since: datetime) -> Found | Absent | Unreadable:
        """Looks for a posted nudge by the id in its metadata."""
        ...

    def channel(self, team_id: str, to: str) -> str | None:
        """The DM channel of a person; None if Slack does not say now."""
        ...

    def update(self, team_id: str, channel: str, ts: str, message: Message) -> bool:
        """Replaces a message of ours; False if that was not possible."""
        ...

    def group(self, team_id: str, people: list[str], message: Message) -> bool:
        """Opens a group conversation with these people and posts there; False if that was not possible."""
        ...

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
        """Puts a file into the DM of a person, below the message `thread` if one is named; False if not possible.

        `alt` tells a picture in words.
        """
        ...

    def profile(self, team_id: str, user_id: str) -> Profile | None:
        """What Slack says of a person; None if it does not answer."""
        ...

    def quiet_until(self, team_id: str, people: Sequence[str], now: datetime) -> Mapping[str, datetime | None] | None:
        """When the do-not-disturb schedule of each person ends, if it is on now; None if Slack does not answer.

        Slack answers for fifty people at once.
        """
        ...


class FeedReader(Protocol):
    """Fetches a calendar feed. Raises errors of the tree in `bot.errors`."""

    def __call__(self, url: str, etag: str | None, last_modified: str | None, /) -> "FeedAnswer": ...


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """`body` is None where the feed has not changed since the last time."""

    body: bytes | None
    etag: str | None = None
    last_modified: str | None = None


class Shelf:
    """The library and its weights in use now; a new version is put in as one step."""

    def __init__(self, library: Library, weights: Weights) -> None:
        self._held, self._lock = (library, weights), threading.Lock()

    def take(self) -> tuple[Library, Weights]:
        return self._held

    @property
    def library(self) -> Library:
        return self._held[0]

    def put(self, library: Library, weights: Weights) -> None:
        with self._lock:
            self._held = (library, weights)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the playbooks in use are written, and how a change of them is tried out and proposed.

    `top` is where the folder lies in its repository. `teach` trains a matcher (seconds). `propose` takes a branch,
    whole files by their paths in the repository, a title and a text; None where there is no git host. `is_copy` where
    the folder is a copy of what lies on a git host: the next version takes its place.
    """

    folder: Callable[[], Path]
    top: Callable[[], str]
    cache: Path | None = None
    teach: Callable[[Library], Weights] | None = None
    propose: Callable[[str, Mapping[str, str], str, str], str] | None = None
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """What every use case works on."""

    database: Database
    shelf: Shelf
    clock: Clock
    new_id: Callable[[], str]
    calendar_of: Callable[[str | None], CompanyCalendar]
    messenger: Messenger
    read_feed: FeedReader
    later: Callable[[Callable[[], None]], None]  # runs slow work soon, in its own bounded pool
    fallback_zone: ZoneInfo | None = None
    draw: Callable[[Chart], bytes | None] = lambda _chart: None  # a picture as PNG; None where it cannot be drawn
    admins: frozenset[str] = frozenset()  # Slack user ids; with many workspaces each behind its workspace, `T1/U1`
    installer_of: Callable[[str], str | None] = lambda _team: None  # who installed the app in a workspace
    only: str | None = None  # the one workspace that this process has a token of; None: every one that installed it
    sources: Sources | None = None  # None where nobody changes playbooks from Slack
    wake: threading.Event = field(default_factory=threading.Event)  # set when something may be due at once

    def admins_of(self, team_id: str) -> frozenset[str]:
        """The Slack user ids of a workspace's admins: those of the settings, and whoever installed the app there."""
        named = (admin.rpartition("/") for admin in self.admins)
        installer = self.installer_of(team_id)
        return frozenset(user for team, _, user in named if team in ("", team_id)) | (
            {installer} if installer else set()
        )


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks."""

    team_id: str
    user_id: str
