"""On which day a cue began, for cues that count in days: at the midnight of that day their occasion begins.

Each function returns None where its cue does not hold.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.core import raising
from bot.core.account import OrderPhase, Stage
from bot.core.situation import RecordKind, Situation


def stage(_: raising.StageEntered | raising.PraiseDown, s: Situation) -> date | None:
    since = s.account.stage_since
    return since if s.account.stage is not None and since is not None and since <= s.today else None


def phase(cue: raising.PhaseEntered, s: Situation) -> date | None:
    since = s.account.order_since
    if s.account.order_phase is not cue.phase or since is None or since > s.today:
        return None
    if cue.first_order and s.account.stage is not Stage.INTRODUCTION:
        return None
    reviewed = s.latest(RecordKind.DELIVERY_REVIEWED) if cue.phase is OrderPhase.DELIVERED else None
    return None if reviewed is not None and s.day_of(reviewed.at) >= since else since


def halfway(cue: raising.PhaseHalfway, s: Situation) -> date | None:
    if s.account.order_phase is not OrderPhase.DELIVERING or s.account.order_since is None:
        return None
    return s.account.order_since + timedelta(days=cue.usual_days // 2)


def in_use(cue: raising.InUseFor, s: Situation) -> date | None:
    account, reviewed = s.account, s.latest(RecordKind.EFFECT_REVIEWED)
    if account.order_phase is not OrderPhase.IN_USE or account.order_since is None:
        return None
    if reviewed is not None and s.day_of(reviewed.at) >= account.order_since:
        return None
    return account.order_since + timedelta(days=cue.days)


def silence(cue: raising.NoContactFor, s: Situation) -> date | None:
    return s.day_of(s.last_contact) + timedelta(days=cue.days) if s.last_contact is not None else None


def none_since(cue: raising.NoneSince, s: Situation) -> date | None:
    """Comes back every `days` for as long as nothing is written down; a picture that was never drawn is due at once."""
    last = s.latest(RecordKind(cue.kind))
    start = s.day_of(last.at) if last is not None else s.account.stage_since
    if start is None or start > s.today:
        return None
    periods = (s.today - start).days // max(cue.days, 1)
    never_drawn = last is None and cue.kind == "picture"
    return start + timedelta(days=cue.days * (periods if never_drawn else max(periods, 1)))


def quarter(_: raising.Quarterly, s: Situation) -> date:
    return date(s.today.year, 3 * ((s.today.month - 1) // 3) + 1, 1)


OF: Mapping[type[raising.Cue], Callable[[Any, Situation], date | None]] = {
    raising.StageEntered: stage,
    raising.PhaseEntered: phase,
    raising.PhaseHalfway: halfway,
    raising.InUseFor: in_use,
    raising.NoContactFor: silence,
    raising.NoneSince: none_since,
    raising.Quarterly: quarter,
}
