"""Accounts, the reps who keep them, and the contacts there."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


class Stage(StrEnum):
    """Where the relationship with an account stands; an account has exactly one, or none is known yet."""

    WINNING = "winning"
    INTRODUCTION = "introduction"
    EARLY = "early"
    MIDDLE = "middle"
    PLATEAU = "plateau"
    MATURE = "mature"


class OrderPhase(StrEnum):
    """Where the current order stands; the cycle starts again with every order."""

    DELIVERING = "delivering"
    DELIVERED = "delivered"
    IN_USE = "in_use"
    RENEWING = "renewing"


class CardTime(StrEnum):
    """When a rep wants the card before a visit."""

    EVE = "eve"
    MORNING = "morning"


class ArchivedAs(StrEnum):
    WON = "won"
    LOST = "lost"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """A person who keeps accounts. Times of day are in the rep's own zone; `zone` is None until it is known."""

    id: str
    team_id: str
    zone: ZoneInfo | None
    language: Language
    card_time: CardTime = CardTime.EVE
    work_start: time = time(9, 0)
    work_end: time = time(18, 0)
    days_off: frozenset[date] = frozenset()
    country: str | None = None
    paused_until: datetime | None = None
    stopped_plays: frozenset[str] = frozenset()
    active: bool = True
    dm_channel: str | None = None
    email_domain: str | None = None
    stand_in: str | None = None  # the Slack id of whom problems and promises go to while the rep is away
    name: str = ""  # as colleagues see it; empty until Slack has said it
    team_digest: bool = True  # whether a manager wants the weekly one
    monday_list: bool = True  # whether the rep wants the list of what waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A client firm that a rep keeps for years."""

    id: str
    team_id: str
    rep_id: str
    name: str
    stage: Stage | None = None
    stage_since: date | None = None
    order_phase: OrderPhase | None = None
    order_since: date | None = None
    zone: ZoneInfo | None = None
    language: Language | None = None
    important: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    manager: str | None = None
    archived_as: ArchivedAs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at the client: `has_say` means that they decide or help to decide; `boss` is whom they report to."""

    id: str
    account_id: str
    name: str
    role: str = ""
    email: str = ""
    boss: str = ""
    has_say: bool = False
    since: date | None = None
