"""A nudge: one unasked message, with its moment and its fate."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MONDAY_LIST: Final = "monday_list"  # the cue of a rep's list of what waits; it counts toward the caps as well


class Kind(StrEnum):
    """What sort of message it is; only `nudge`, and the Monday list, is routine and counts toward the caps."""

    WELCOME = "welcome"
    VISIT_CARD = "visit_card"
    CHECK = "check"
    NUDGE = "nudge"
    DIGEST = "digest"
    PROBLEM = "problem"
    PROMISE = "promise"


class Fate(StrEnum):
    """What became of a nudge, as people read it."""

    PLANNED = "planned"
    SENT = "sent"
    HELD = "held"
    DROPPED = "dropped"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """Why a nudge was held or dropped, or a play barred."""

    OPEN_PROBLEM = "open_problem"
    FRESH_PROBLEM = "fresh_problem"
    TRUST_NOT_FORMED = "trust_not_formed"
    IMPORTANT_MATTER = "important_matter"
    SLOWS_SERVICE = "slows_service"
    CAP_DAY = "cap_day"
    CAP_WEEK = "cap_week"
    CAP_ACCOUNT = "cap_account"
    QUIET_HOURS = "quiet_hours"
    DAY_OFF = "day_off"
    DO_NOT_DISTURB = "do_not_disturb"
    SNOOZED = "snoozed"
    PAUSED = "paused"
    IGNORED_THREE = "ignored_three"
    RECENT_CONTACT = "recent_contact"
    SAID_BEFORE = "said_before"
    TOO_LATE = "too_late"
    PLAY_CHANGED = "play_changed"
    OUTRANKED = "outranked"
    HOLDOUT = "holdout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One nudge as planned. `key` names its occasion: one occasion gives one nudge, however often it is planned.

    `expires_at` is the moment past which it would do nothing; it is dropped then.
    """

    id: str
    team_id: str
    rep_id: str
    account_id: str
    kind: Kind
    play: str
    key: str
    cue: str
    due_at: datetime
    expires_at: datetime | None
    priority: int
    visit_id: str | None = None
    problem_id: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


def word(
    team_id: str,
    rep_id: str,
    key: str,
    cue: str,
    due_at: datetime,
    expires_at: datetime | None = None,
    *,
    priority: int,
    account_id: str = "",
    facts: tuple[tuple[str, str], ...] = (),
) -> Nudge:
    """A question or a word of the coach itself to somebody, on no play: the same key is said once to each."""
    return Nudge(
        id=identity(team_id, rep_id, "", key),
        team_id=team_id,
        rep_id=rep_id,
        account_id=account_id,
        kind=Kind.DIGEST,
        play="",
        key=key,
        cue=cue,
        due_at=due_at,
        expires_at=expires_at,
        priority=priority,
        facts=facts,
    )


def identity(team_id: str, rep_id: str, account_id: str, occasion: str) -> str:
    """The id of the nudge for one occasion: the same occasion always gives the same id, and it tells nothing."""
    text = "\x1f".join((team_id, rep_id, account_id, occasion))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
