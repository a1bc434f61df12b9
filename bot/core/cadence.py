"""Cadence: whether a nudge may go to a rep now, must wait, or has lost its moment.

Routine nudges (not asked for, tied to no date and no problem) keep to the caps; all keep to working hours, days
off, pauses and snoozes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from bot.core.account import Rep
from bot.core.manners import Manners
from bot.core.nudge import MONDAY_LIST, Kind, Nudge, Rule
from bot.core.priority import Rank
from bot.core.workdays import NoWorkday, WorkingHours

RECHECK = timedelta(hours=24)
ROUTINE = "routine"  # what a snooze names that holds every routine message and nothing else
ANSWER_TIME = timedelta(hours=20)  # a nudge counts as ignored only after so long


class Verdict(StrEnum):
    SEND = "send"
    HOLD = "hold"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a due nudge. `until` is when a held one is looked at again."""

    verdict: Verdict
    rule: Rule | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A nudge that this rep has had; `answered` is True once any button of it was tapped.

    Of a Monday list, `cue` says so; `lines` are the ids of the nudges that it named, `accounts` those they are about.
    """

    at: datetime
    kind: Kind
    account_id: str
    play: str
    wording: int
    answered: bool = False
    cue: str = ""
    lines: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def is_routine(self) -> bool:
        """True if it counts toward the caps of the day and of the week."""
        return self.kind is Kind.NUDGE or self.cue == MONDAY_LIST


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A wish to hear nothing until then: of one account, of one play, or (neither given) of anything."""

    until: datetime
    account_id: str | None = None
    play: str | None = None

    def covers(self, planned: Nudge) -> bool:
        account = self.account_id is None or self.account_id == planned.account_id
        play = self.play is None or self.play == planned.play
        return account and play


@dataclass(frozen=True, slots=True, kw_only=True)
class RepFacts:
    """What cadence reads about one rep: settings, what was sent in the last months, snoozes, do-not-disturb."""

    rep: Rep
    hours: WorkingHours
    sent: Sequence[Sent] = ()
    snoozes: Sequence[Snooze] = ()
    quiet_until: datetime | None = None  # Slack's do-not-disturb schedule, while it is on
    holdout: int = 0  # percent of the pairs of account and play whose routine nudges are left out


SEND = Decision(Verdict.SEND)


def for_routine(facts: RepFacts) -> RepFacts:
    """The facts as routine messages see them: to want nothing routine is to want none of them."""
    wishes = [replace(s, play=None) if s.play == ROUTINE else s for s in facts.snoozes]
    return replace(facts, snoozes=wishes)


def decide(
    planned: Nudge, facts: RepFacts, barred: Rule | None, holds: bool, now: datetime, manners: Manners
) -> Decision:
    """Whether to send a due nudge now.

    `barred` is the guard that bars it, `holds` whether its occasion is still there with today's facts. Where no work
    day is left to wait for, it is held without an end.
    """
    try:
        return _decide(planned, facts, barred, holds, now, manners)
    except NoWorkday:
        return Decision(Verdict.HOLD, Rule.DAY_OFF)


def _decide(
    planned: Nudge, facts: RepFacts, barred: Rule | None, holds: bool, now: datetime, manners: Manners
) -> Decision:
    now = now.astimezone(UTC)  # spans are counted in hours: a local day may have 23 or 25
    if not facts.rep.active:
        return Decision(Verdict.DROP, Rule.PAUSED)
    if planned.expires_at is not None and now >= planned.expires_at:
        return Decision(Verdict.DROP, Rule.TOO_LATE)
    if not holds:
        return Decision(Verdict.DROP, Rule.RECENT_CONTACT if planned.cue == "no_contact_for" else Rule.TOO_LATE)
    if barred is not None:
        return Decision(Verdict.HOLD, barred, _tomorrow(facts.hours, now))
    return _wishes(planned, facts, now) or _hours(facts, now) or _caps(planned, facts, now, manners) or SEND


def _wishes(planned: Nudge, facts: RepFacts, now: datetime) -> Decision | None:
    paused = facts.rep.paused_until
    if paused is not None and now < paused:
        return Decision(Verdict.HOLD, Rule.PAUSED, paused)
    if planned.play in facts.rep.stopped_plays or planned.cue in facts.rep.stopped_plays:
        return Decision(Verdict.DROP, Rule.SNOOZED)
    ends = [s.until for s in facts.snoozes if now < s.until and s.covers(planned)]
    if ends:
        return Decision(Verdict.HOLD, Rule.SNOOZED, max(ends))
    if facts.quiet_until is not None and now < facts.quiet_until:
        return Decision(Verdict.HOLD, Rule.DO_NOT_DISTURB, facts.quiet_until)
    return None


def _hours(facts: RepFacts, now: datetime) -> Decision | None:
    hours = facts.hours
    local = now.astimezone(hours.zone)
    if hours.contains(local):
        return None
    day_off = local.date() in hours.days_off or not hours.calendar.is_workday(local.date())
    rule = Rule.DAY_OFF if day_off else Rule.QUIET_HOURS
    return Decision(Verdict.HOLD, rule, hours.next_start(local).astimezone(UTC))


def _caps(planned: Nudge, facts: RepFacts, now: datetime, manners: Manners) -> Decision | None:
    if planned.kind is not Kind.NUDGE and planned.cue != MONDAY_LIST:
        return None
    routine = [s for s in facts.sent if s.kind is Kind.NUDGE]
    if _all_ignored(routine, now, manners):
        return Decision(Verdict.HOLD, Rule.IGNORED_THREE, _tomorrow(facts.hours, now))
    zone = facts.hours.zone
    today = now.astimezone(zone).date()
    days = [s.at.astimezone(zone).date() for s in facts.sent if s.is_routine]
    if sum(1 for day in days if day == today) >= manners.per_day:
        return Decision(Verdict.HOLD, Rule.CAP_DAY, _tomorrow(facts.hours, now))
    if sum(1 for day in days if day.isocalendar()[:2] == today.isocalendar()[:2]) >= manners.per_week:
        monday = today + timedelta(days=7 - today.weekday())
        start = facts.hours.next_start(facts.hours.at(monday, facts.hours.start))
        return Decision(Verdict.HOLD, Rule.CAP_WEEK, start.astimezone(UTC))
    if _pressing(planned, facts, now, manners):
        return Decision(Verdict.HOLD, Rule.OUTRANKED, _tomorrow(facts.hours, now))
    span = timedelta(days=manners.per_account_days)
    mine = [s.at for s in routine if s.account_id == planned.account_id and s.at > now - span]
    if mine:
        start = facts.hours.next_start(max(mine).astimezone(UTC) + span)
        return Decision(Verdict.HOLD, Rule.CAP_ACCOUNT, start.astimezone(UTC))
    named = [s.at for s in facts.sent if planned.id in s.lines and s.at > now - span]
    if named:  # what stood on a list is not said again at once
        start = facts.hours.next_start(max(named).astimezone(UTC) + span)
        return Decision(Verdict.HOLD, Rule.SAID_BEFORE, start.astimezone(UTC))
    return _same_advice(planned, facts, routine, now, manners)


def _all_ignored(sent: Sequence[Sent], now: datetime, manners: Manners) -> bool:
    """True if the last few in a row went unanswered; one that came just now may still be."""
    last = [s for s in sent if s.answered or s.at <= now - ANSWER_TIME][-manners.ignored_in_a_row :]
    return len(last) == manners.ignored_in_a_row and not any(s.answered for s in last)


def lists_ignored(facts: RepFacts, now: datetime, manners: Manners) -> bool:
    """True if the rep tapped on none of the last Monday lists, so many in a row."""
    return _all_ignored([s for s in facts.sent if s.cue == MONDAY_LIST], now.astimezone(UTC), manners)


def _pressing(planned: Nudge, facts: RepFacts, now: datetime, manners: Manners) -> bool:
    """True if something else has the rep's ear: a problem or a promise today, or a word on the same account lately."""
    zone, since = facts.hours.zone, now - timedelta(hours=manners.after_other_hours)
    today = now.astimezone(zone).date()
    for sent in facts.sent:
        if sent.kind is Kind.NUDGE:
            continue
        same_day = sent.at.astimezone(zone).date() == today
        if same_day and sent.kind in (Kind.PROBLEM, Kind.PROMISE):
            return True
        about = planned.account_id in (sent.account_id, *sent.accounts)
        if planned.account_id and about and (same_day or sent.at > since):
            return True
    return False


def _same_advice(
    planned: Nudge, facts: RepFacts, routine: Sequence[Sent], now: datetime, manners: Manners
) -> Decision | None:
    """Holds the same advice in other words, whichever account it is about, if it can wait.

    A review that is due on two accounts is no repeat, nor are two accounts that hear nothing from us.
    """
    if planned.priority < Rank.STAGE or planned.cue == "no_contact_for":
        return None
    span = timedelta(days=manners.per_play_days)
    said = [s.at for s in routine if s.play == planned.play and s.at > now - span]
    if not said:
        return None
    start = facts.hours.next_start(max(said).astimezone(UTC) + span).astimezone(UTC)
    can_wait = planned.expires_at is None or start < planned.expires_at
    return Decision(Verdict.HOLD, Rule.SAID_BEFORE, start) if can_wait else None


def _tomorrow(hours: WorkingHours, now: datetime) -> datetime:
    """The next start of work after the local day of `now`."""
    day = now.astimezone(hours.zone).date() + timedelta(days=1)
    return hours.next_start(hours.at(day, time(0))).astimezone(UTC)


def wording(play: str, seed: str, facts: RepFacts, now: datetime, manners: Manners, count: int = 3) -> int | None:
    """Which wording of a play this rep has not read for two months; None if all were read.

    Wordings rotate from a start that depends on `seed` (the account), so that two accounts differ.
    """
    since = now.astimezone(UTC) - timedelta(days=manners.said_again_days)
    read = {s.wording for s in facts.sent if s.play == play and s.at > since}
    start = sum(seed.encode()) % count
    return next((i for i in ((start + k) % count for k in range(count)) if i not in read), None)


def wording_free_at(play: str, facts: RepFacts, now: datetime, manners: Manners) -> datetime:
    """When the first of a play's wordings may be read again by this rep."""
    span = timedelta(days=manners.said_again_days)
    latest: dict[int, datetime] = {}
    for sent in facts.sent:
        if sent.play == play and sent.at > now.astimezone(UTC) - span:
            latest[sent.wording] = max(sent.at, latest.get(sent.wording, sent.at))
    free = min(latest.values(), default=now).astimezone(UTC) + span
    return facts.hours.next_start(free).astimezone(UTC)
