"""Which plays are worth a closer look on an account: whoever plans many accounts asks this first.

A play that is left out gives no nudge; `fit.planned` finds the same among all plays, only slower.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple, assert_never

from bot.core import beginnings, fit, priority, raising, stand_in
from bot.core.account import OrderPhase, Stage
from bot.core.moments import Moments
from bot.core.playbook import Play
from bot.core.situation import RecordKind, Situation

PROBLEM, VISIT, PROMISE, CONTACT = "problem", "visit", "promise", "contact"  # facts, beside the kinds of records
NOTHING: frozenset[str] = frozenset()


class Candidate(NamedTuple):
    """A play for a stage and an order phase: of the facts in `wants`, if any are there, an account must have one.

    `day` tells when its cue began, where its moment follows from that day and the rep's hours alone.
    """

    play: Play
    spec: raising.NudgeSpec
    wants: frozenset[str]
    day: Callable[[Any, Situation], date | None] | None


class Shortlist:
    """The plays of a library, sorted by the stage and the order phase that they are for."""

    def __init__(self, plays: Iterable[Play]) -> None:
        self._plays = tuple(plays)
        self._known: dict[tuple[Stage | None, OrderPhase | None], tuple[Candidate, ...]] = {}

    def of(self, situation: Situation, moments: Moments) -> list[Play]:
        """The plays that may give a nudge on this account within the horizon of the moments, in their order."""
        facts = _facts(situation)
        return [
            play
            for play, spec, wants, day in self._candidates(situation.account.stage, situation.account.order_phase)
            if not (wants and wants.isdisjoint(facts))
            and (day is None or moments.may_come(spec, day(spec.cue, situation), situation))
        ]

    def _candidates(self, stage: Stage | None, phase: OrderPhase | None) -> tuple[Candidate, ...]:
        if (stage, phase) not in self._known:
            found = (_candidate(play, stage, phase) for play in self._plays)
            self._known[stage, phase] = tuple(candidate for candidate in found if candidate is not None)
        return self._known[stage, phase]


def _facts(s: Situation) -> set[str]:
    found: set[str] = {record.kind for record in s.records}
    there = ((PROBLEM, s.problems), (VISIT, s.visits), (PROMISE, s.promises), (CONTACT, s.contacts))
    found.update(name for name, facts in there if facts)
    return found


def _candidate(play: Play, stage: Stage | None, phase: OrderPhase | None) -> Candidate | None:
    """None if the play gives no nudge on any account of this stage and order phase."""
    spec = play.nudge
    if spec is None:
        return None
    if isinstance(spec.cue, raising.ProblemOpened):  # whatever else it is for, it gives the steps of a problem a name
        return Candidate(play, spec, frozenset({PROBLEM}), None)
    if isinstance(spec.due, raising.VisitEve) or not fit.for_these(play, stage, phase):
        return None
    wants = _wants(spec.cue, stage, phase)
    return Candidate(play, spec, wants, _day(play, spec, stage)) if wants is not None else None


def _day(play: Play, spec: raising.NudgeSpec, stage: Stage | None) -> Callable[[Any, Situation], date | None] | None:
    if isinstance(spec.until, raising.UntilVisit) or priority.kind(play) in stand_in.CANNOT_WAIT:
        return None  # the moment follows from a visit, or from who stands in
    if isinstance(spec.cue, raising.PraiseDown) and stage is Stage.PLATEAU:
        return beginnings.stage
    return beginnings.OF.get(type(spec.cue))


def _wants(cue: raising.Cue, stage: Stage | None, phase: OrderPhase | None) -> frozenset[str] | None:
    """Of which facts one must be there for the cue to hold in this stage and order phase; None if it never does."""
    match cue:
        case raising.ProblemOpened() | raising.ProblemFixed():
            return frozenset({PROBLEM})
        case raising.ReviewVisit():
            return frozenset({VISIT})
        case raising.PromiseDue():
            return frozenset({PROMISE})
        case raising.PraiseLogged():
            return frozenset({RecordKind.PRAISE})
        case raising.EffectBelow():
            return frozenset({RecordKind.EFFECT_REVIEWED})
        case raising.OpenRequest():
            return frozenset({RecordKind.REQUEST})
        case raising.RivalNamed():
            return frozenset({RecordKind.RIVAL})
        case raising.StageEntered():
            return NOTHING if stage is not None else None
        case raising.PhaseEntered():
            return NOTHING if phase is cue.phase else None
        case raising.PhaseHalfway():
            return NOTHING if phase is OrderPhase.DELIVERING else None
        case raising.InUseFor():
            return NOTHING if phase is OrderPhase.IN_USE else None
        case raising.NextNeed():
            return NOTHING if phase is OrderPhase.RENEWING else frozenset({RecordKind.EFFECT_REVIEWED})
        case raising.NewContactWithSay():
            return NOTHING if phase is OrderPhase.RENEWING else frozenset({CONTACT})
        case raising.PraiseDown():
            return NOTHING if stage is Stage.PLATEAU else frozenset({RecordKind.COMPLAINT})
        case raising.OneSidedContacts() | raising.NoContactFor() | raising.NoneSince() | raising.Quarterly():
            return NOTHING
        case _:
            assert_never(cue)
