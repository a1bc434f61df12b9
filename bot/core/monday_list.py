"""The Monday list: once a week a rep reads what waits behind the caps, or only because its words were read already.

It is the routine message of its day and one of those of its week: what will come as a card all the same does not stand
on it. docs/decisions/0014 says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.core import cadence, holdout, judgement, nudge
from bot.core.account import Rep
from bot.core.cadence import Decision, RepFacts, Verdict
from bot.core.holdout import Arm
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.nudge import MONDAY_LIST, Kind, Nudge, Rule
from bot.core.priority import Rank
from bot.core.situation import Situation
from bot.core.workdays import WorkingHours

WEEK = timedelta(days=7)
SHOWN = 5
TIMES = 2  # what was named so often, and never opened, rests
RESTS = timedelta(days=28)
NEW = timedelta(days=7)  # who had nothing from the coach before that is new, and gets no list yet
NEVER = datetime.max.replace(tzinfo=UTC)
WAITS = frozenset({Rule.CAP_DAY, Rule.CAP_WEEK, Rule.SAID_BEFORE})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: its nudge, the account's name, and whether it would come by itself were there room."""

    nudge: Nudge
    account: str
    comes: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What a list says: its lines, the most pressing first, and how many more wait."""

    lines: tuple[Waiting, ...]
    more: int


def planned(rep: Rep, hours: WorkingHours, week: date) -> Nudge | None:
    """The list of the week of that Monday: at the first start of work in it, until the end of that day; None where no
    day of the week is worked. Raises NoWorkday."""
    start = hours.next_start(hours.at(week, time(0)))
    if start.date() >= week + WEEK:
        return None
    due, over = start.astimezone(UTC), hours.at(start.date() + timedelta(days=1), time(0)).astimezone(UTC)
    facts = (("week", week.isoformat()),)
    key = f"monday:{week.isoformat()}"
    return nudge.word(rep.team_id, rep.id, key, MONDAY_LIST, due, over, priority=Rank.DELIVERY_REVIEW, facts=facts)


def has_room(manners: Manners) -> bool:
    """True where the caps leave room for a list beside a card: where one message a week is enough, it is a card."""
    return manners.per_day > 0 and manners.per_week > 1


def decide(planned: Nudge, facts: RepFacts, now: datetime, manners: Manners) -> Decision:
    """Whether a list that is due may go to the rep now."""
    if not facts.rep.monday_list:
        return Decision(Verdict.DROP, Rule.SNOOZED)
    before = now.astimezone(UTC) - NEW  # spans are counted in hours: a local week may have one more or less
    is_new = not any(s.at <= before for s in facts.sent)
    if is_new or not has_room(manners):
        return Decision(Verdict.DROP, Rule.TOO_LATE)
    decision = cadence.decide(planned, cadence.for_routine(facts), None, holds=True, now=now, manners=manners)
    if decision.verdict is Verdict.SEND and cadence.lists_ignored(facts, now, manners):
        return Decision(Verdict.DROP, Rule.IGNORED_THREE)
    return decision


def waiting(
    nudges: Iterable[tuple[Nudge, bool]], situations: Mapping[str, Situation], library: Library, facts: RepFacts
) -> tuple[Waiting, ...]:
    """What waits on a rep's accounts, the most pressing first.

    `nudges` are routine ones whose moment has come, each with whether it is still planned: what was dropped because
    its words had all been read waits as well. `situations` are those of their accounts, by id. What a guard, a wish,
    a visit, a word of the last week on the account or the hold-out keeps back is not among it.
    """
    facts = cadence.for_routine(facts)
    found = (
        one
        for planned, alive in nudges
        if (situation := situations.get(planned.account_id)) is not None
        and (one := _waits(planned, alive, situation, library, facts)) is not None
    )
    return tuple(
        sorted(found, key=lambda w: (w.nudge.priority, w.nudge.due_at, _oldest(w.nudge), w.account, w.nudge.id))
    )


def _oldest(planned: Nudge) -> date:
    """The earliest day that its facts tell of: what has lasted longest is the most pressing."""
    days = (_day(value) for _, value in planned.facts)
    return min((day for day in days if day is not None), default=date.max)


def _waits(planned: Nudge, alive: bool, situation: Situation, library: Library, facts: RepFacts) -> Waiting | None:
    play, now = library.play(planned.play), situation.now
    if planned.kind is not Kind.NUDGE or play is None or planned.due_at > now or situation.open_problems():
        return None
    if holdout.arm_of(planned, play, facts.holdout) is Arm.HELD_OUT:
        return None
    lately = now.astimezone(UTC) - timedelta(days=library.manners.said_again_days)
    if any(shown.play == play.id and shown.at > lately for shown in situation.shown):
        return None  # the rep read it about this very account
    decision = judgement.judge(planned, library, situation, facts).decision
    if decision.verdict is not Verdict.SEND and decision.rule not in WAITS:
        return None
    return Waiting(planned, situation.account.name, alive and decision.verdict is Verdict.SEND)


def _day(value: str) -> date | None:
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def made(waits: Sequence[Waiting], facts: RepFacts, now: datetime, manners: Manners) -> Made | None:
    """The list of this week, a line an account; None where nothing waits but what will come as a card.

    The first few that would come by themselves do, as cards: they are no news twice. A single line is worth a message
    only in a week without a card.
    """
    carded = _carded(waits, manners.per_week - 1)
    left: dict[str, Waiting] = {}
    for one in waits:
        if one.nudge.account_id not in carded and not _rests(one.nudge.id, facts, now):
            left.setdefault(one.nudge.account_id, one)
    if not left or (len(left) == 1 and carded):
        return None
    lines = tuple(left.values())
    return Made(lines[:SHOWN], max(0, len(lines) - SHOWN))


def _carded(waits: Sequence[Waiting], room: int) -> set[str]:
    """The accounts that will get a card this week, as far as is known: each of another play."""
    plays: set[str] = set()
    accounts: set[str] = set()
    for one in sorted(waits, key=_turn):
        fresh = one.nudge.play not in plays and one.nudge.account_id not in accounts
        if one.comes and fresh and len(accounts) < room:
            accounts.add(one.nudge.account_id)
            plays.add(one.nudge.play)
    return accounts


def _turn(one: Waiting) -> tuple[int, datetime, datetime, str]:
    """What goes first where several could go: as nudges are taken that are due."""
    return one.nudge.priority, one.nudge.expires_at or NEVER, one.nudge.due_at, one.nudge.id


def _rests(nudge_id: str, facts: RepFacts, now: datetime) -> bool:
    named = [s.at for s in facts.sent if nudge_id in s.lines]
    return len(named) >= TIMES and max(named) > now.astimezone(UTC) - RESTS
