"""What waits for the Monday lists of a simulated rep: the outbox as far as lists read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import fit, monday_list
from bot.core.account import Rep
from bot.core.cadence import Decision, RepFacts, Sent, Verdict
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.situation import Situation
from bot.core.workdays import WorkingHours


def planned(rep: Rep, hours: WorkingHours, manners: Manners, begin: datetime, end: datetime) -> Iterator[Nudge]:
    """The lists of the weeks between two instants, where the cadence has room for them."""
    week = begin.date() - timedelta(days=begin.weekday())
    while week < end.date() and monday_list.has_room(manners):
        found = monday_list.planned(rep, hours, week)
        if found is not None and found.due_at >= begin:
            yield found
        week += monday_list.WEEK


def sent(planned: Nudge, lines: Sequence[Nudge], at: datetime) -> Sent:
    """A list as cadence remembers it."""
    ids, accounts = tuple(n.id for n in lines), tuple(n.account_id for n in lines)
    return Sent(
        at=at, kind=planned.kind, account_id="", play="", wording=-1, cue=planned.cue, lines=ids, accounts=accounts
    )


@dataclass(slots=True)
class Outbox:
    """A rep's routine nudges: those planned, those dropped because their words were read, those opened on a list."""

    planned: dict[str, Nudge] = field(default_factory=dict)
    read: dict[str, Nudge] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)

    def plan(self, nudge: Nudge) -> None:
        if nudge.kind is Kind.NUDGE:
            self.planned[nudge.id] = nudge

    def decide(self, nudge: Nudge, decision: Decision) -> None:
        """Keeps what became of a nudge that was due."""
        if decision.verdict is Verdict.HOLD:
            return
        known = self.planned.pop(nudge.id, None)
        if known is not None and decision.rule is Rule.SAID_BEFORE:
            self.read[nudge.id] = known

    def open(self, nudge_id: str) -> None:
        """A line was opened: its nudge comes no more, neither as a card nor on a list."""
        self.opened.add(nudge_id)
        self.planned.pop(nudge_id, None)
        self.read.pop(nudge_id, None)

    def look_at(
        self, due: Nudge, situations: Mapping[str, Situation], library: Library, facts: RepFacts, now: datetime
    ) -> tuple[Decision, tuple[Nudge, ...]]:
        """What to do with a list that is due, and what it names: nothing where it is not sent."""
        decision = monday_list.decide(due, facts, now, library.manners)
        if decision.verdict is not Verdict.SEND:
            return decision, ()
        found = [(n, True) for n in self.planned.values() if n.due_at <= now]
        found += [(n, False) for n in self.read.values()]
        fresh = [(fit.refreshed(n, library.plays, situations[n.account_id]), alive) for n, alive in found]
        waits = monday_list.waiting(fresh, situations, library, facts)
        made = monday_list.made(waits, facts, now, library.manners)
        return decision, tuple(one.nudge for one in made.lines) if made is not None else ()
