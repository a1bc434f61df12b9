"""Why a play is not raised on an account now: the rule that holds it, the facts, and until when.

It asks the same judgement as the nudges themselves, with today's facts.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.core import cues, fit, holdout, judgement, priority, promise_over
from bot.core.account import OrderPhase
from bot.core.cadence import RepFacts, Verdict
from bot.core.holdout import Arm
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.playbook import Play
from bot.core.raising import VisitEve
from bot.core.situation import By, RecordKind, Situation

AHEAD = timedelta(days=45)
WEEK = timedelta(days=7)
LATELY = timedelta(days=30)  # what lost its moment longer ago is no answer to "why not now"
Facts = tuple[tuple[str, str], ...]


class Bar(StrEnum):
    """What keeps a play back, where it is no rule."""

    ARCHIVED = "archived"
    RULE = "rule"
    STOPPED = "stopped"
    STAGE = "stage"
    PHASE = "phase"
    EXCEPTION = "exception"
    WITH_VISIT = "with_visit"
    LISTED = "listed"
    SENT = "sent"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Held:
    """Plays that one thing keeps back; without plays it holds for the whole account. `until` is None if no day is set.

    `facts` are names and ISO values, as the facts of a nudge.
    """

    bar: Bar
    plays: tuple[str, ...]
    rule: Rule | None = None
    until: datetime | None = None
    facts: Facts = ()


WORST = (
    Rule.OPEN_PROBLEM, Rule.FRESH_PROBLEM, Rule.PAUSED, Rule.SNOOZED, Rule.IGNORED_THREE, Rule.TRUST_NOT_FORMED,
    Rule.SLOWS_SERVICE, Rule.IMPORTANT_MATTER, Rule.CAP_ACCOUNT, Rule.CAP_WEEK, Rule.CAP_DAY, Rule.SAID_BEFORE,
    Rule.DO_NOT_DISTURB, Rule.DAY_OFF, Rule.QUIET_HOURS, Rule.RECENT_CONTACT, Rule.TOO_LATE, Rule.PLAY_CHANGED,
    Rule.OUTRANKED, Rule.HOLDOUT,
)  # fmt: skip
BARS = (
    Bar.ARCHIVED,
    Bar.RULE,
    Bar.STOPPED,
    Bar.WITH_VISIT,
    Bar.LISTED,
    Bar.LATER,
    Bar.STAGE,
    Bar.PHASE,
    Bar.EXCEPTION,
    Bar.SENT,
)


def held(
    library: Library,
    situation: Situation,
    facts: RepFacts,
    states: Mapping[str, Nudge | None],
    left_out: Collection[str] = (),
) -> list[Held]:
    """Everything that keeps plays of this account back now, worst first; what shares its reason stands together.

    `states` are the nudges stored for the account: None for one that has had its fate. `left_out` are those that the
    hold-out dropped.
    """
    if situation.account.archived_as is not None:
        return [Held(Bar.ARCHIVED, ())]
    found = [*_wishes(situation, facts)]
    for play in sorted(library.plays, key=lambda p: (priority.turn(p), p.id)):
        if (bar := _bar(play, library, situation, facts, states, left_out)) is not None:
            found.append(bar)
    found += _promises(library, situation, facts, states)
    return sorted(_together(found), key=_badness)


def _promises(
    library: Library, situation: Situation, facts: RepFacts, states: Mapping[str, Nudge | None]
) -> Iterator[Held]:
    """What keeps back the questions on promises whose day has passed; their cue stands for a play."""
    this = (promise_over.CUE,)
    for fresh in promise_over.nudges(situation, facts.hours):
        planned = states.get(fresh.id, fresh)
        if planned is None or not promise_over.still_asks(planned, situation):
            continue
        if promise_over.CUE in facts.rep.stopped_plays:
            yield Held(Bar.STOPPED, this)
        elif planned.due_at > situation.now:
            yield Held(Bar.LATER, this, None, planned.due_at, planned.facts)
        elif (held := judgement.judge(planned, library, situation, facts).decision).rule is not None:
            yield Held(Bar.RULE, this, held.rule, held.until, _facts_of(held.rule, situation, facts))


def _badness(bar: Held) -> tuple[bool, int, int, datetime]:
    rule = WORST.index(bar.rule) if bar.rule is not None else 0
    over = bar.bar is Bar.SENT or bar.rule in (Rule.TOO_LATE, Rule.RECENT_CONTACT)
    return over, BARS.index(bar.bar), rule, bar.until or datetime.max.replace(tzinfo=UTC)


def _together(found: list[Held]) -> list[Held]:
    """What shares its reason as one; a play whose moment is to come stands alone."""
    groups: dict[tuple[object, ...], Held] = {}
    for bar in found:
        elsewhere = bar.bar in (Bar.STAGE, Bar.PHASE, Bar.EXCEPTION)
        key = (bar.bar, bar.rule, bar.until, () if elsewhere else bar.facts, bar.plays if bar.bar is Bar.LATER else ())
        same = groups.get(key, replace(bar, plays=(), facts=()))
        facts = tuple(dict.fromkeys((*same.facts, *bar.facts)))
        groups[key] = replace(bar, plays=(*same.plays, *bar.plays), facts=facts)
    return list(groups.values())


def _wishes(situation: Situation, facts: RepFacts) -> list[Held]:
    """What holds whatever is due: an open problem, and what the rep asked for."""
    found = []
    if situation.open_problems():
        found.append(Held(Bar.RULE, (), Rule.OPEN_PROBLEM, None, _facts_of(Rule.OPEN_PROBLEM, situation, facts)))
    paused = facts.rep.paused_until
    if paused is not None and situation.now < paused:
        found.append(Held(Bar.RULE, (), Rule.PAUSED, paused))
    ends = [
        s.until
        for s in facts.snoozes
        if situation.now < s.until and s.play is None and s.account_id in (None, situation.account.id)
    ]
    if ends:
        found.append(Held(Bar.RULE, (), Rule.SNOOZED, max(ends)))
    return found


def _bar(
    play: Play,
    library: Library,
    situation: Situation,
    facts: RepFacts,
    states: Mapping[str, Nudge | None],
    left_out: Collection[str],
) -> Held | None:
    if play.nudge is None or not (live := cues.occasions(play.nudge.cue, situation)):
        return None
    if not fit.fits(play, situation):
        return _nearly(play, situation)
    if play.id in facts.rep.stopped_plays:
        return Held(Bar.STOPPED, (play.id,))
    nudges = [
        n
        for n in fit.nudges([play], situation, facts.hours, library.manners)
        if n.play == play.id and n.cue != fit.PROBLEM_STEP
    ]
    if not nudges:
        visit = situation.next_visit()
        rides = isinstance(play.nudge.due, VisitEve) or getattr(play.nudge.due, "or_visit_eve", False)
        if rides and visit is not None:
            return Held(Bar.WITH_VISIT, (play.id,), facts=(("visit", visit.at.isoformat()),))
        lately = any(situation.now - LATELY <= o.since <= situation.now for o in live)
        return Held(Bar.RULE, (play.id,), Rule.TOO_LATE) if lately and not rides else None
    planned = min(nudges, key=lambda n: n.due_at)
    if planned.id in left_out:
        return Held(Bar.RULE, (play.id,), Rule.HOLDOUT)
    if (listed := _on_a_list(planned, facts, situation)) is not None:
        return Held(Bar.LISTED, (play.id,), facts=(("sent", listed.isoformat()),))
    if planned.id in states and states[planned.id] is None:
        return _had(play, situation) or _judged(planned, play, library, situation, facts)
    return _judged(states.get(planned.id) or planned, play, library, situation, facts)


def _on_a_list(planned: Nudge, facts: RepFacts, situation: Situation) -> datetime | None:
    """When the nudge stood on a Monday list in the last seven days; not where a guard has risen since."""
    if situation.open_problems():
        return None
    since = situation.now.astimezone(UTC) - WEEK
    return max((s.at for s in facts.sent if planned.id in s.lines and s.at > since), default=None)


def _judged(planned: Nudge, play: Play, library: Library, situation: Situation, facts: RepFacts) -> Held | None:
    """What the judgement says of a nudge now; of one whose moment is to come only the guard counts."""
    judged = judgement.judge(planned, library, situation, facts)
    barred = fit.bar(planned, play, situation, library.manners)
    if barred is not None:
        ends = _guard_ends(barred, situation, library.manners)
        return Held(Bar.RULE, (play.id,), barred, ends, _facts_of(barred, situation, facts))
    if holdout.arm_of(planned, play, facts.holdout) is Arm.HELD_OUT:  # said before its moment: it will not come
        return Held(Bar.RULE, (play.id,), Rule.HOLDOUT)
    if planned.due_at > situation.now:
        if planned.due_at > situation.now + AHEAD:
            return None
        return Held(Bar.LATER, (play.id,), None, planned.due_at, planned.facts)
    decision = judged.decision
    if decision.verdict is Verdict.SEND or decision.rule is None:
        return None
    return Held(Bar.RULE, (play.id,), decision.rule, decision.until, _facts_of(decision.rule, situation, facts))


def _nearly(play: Play, situation: Situation) -> Held | None:
    """Its cue is there, but the account stands elsewhere."""
    stage, phase = situation.account.stage, situation.account.order_phase
    if play.fits.stages and stage not in play.fits.stages:
        wanted = tuple(("wanted", s.value) for s in play.fits.stages)
        return Held(Bar.STAGE, (play.id,), facts=((("stage", stage.value),) if stage else ()) + wanted)
    if play.fits.order_phases and phase not in play.fits.order_phases:
        wanted = tuple(("wanted", p.value) for p in play.fits.order_phases)
        return Held(Bar.PHASE, (play.id,), facts=((("order_phase", phase.value),) if phase else ()) + wanted)
    if stage is not None and phase is not None and play.fits.leaves_out(stage, phase):
        return Held(Bar.EXCEPTION, (play.id,), facts=(("stage", stage.value), ("order_phase", phase.value)))
    return None


def _had(play: Play, situation: Situation) -> Held | None:
    shown = [s.at for s in situation.shown if s.play == play.id]
    return Held(Bar.SENT, (play.id,), facts=(("sent", max(shown).isoformat()),)) if shown else None


def _guard_ends(rule: Rule, situation: Situation, manners: Manners) -> datetime | None:
    """When a guard lets go by itself; None where somebody must do something first."""
    if rule is not Rule.FRESH_PROBLEM:
        return None
    closed = [p.confirmed_at for p in situation.problems if p.confirmed_at is not None]
    return max(closed) + timedelta(days=manners.fresh_problem_days)


def _facts_of(rule: Rule, s: Situation, facts: RepFacts) -> Facts:
    """The facts behind a rule, with their dates."""
    match rule:
        case Rule.OPEN_PROBLEM:
            return tuple(("opened", _day(p.opened_at, s)) for p in s.open_problems())
        case Rule.FRESH_PROBLEM:
            return tuple(("confirmed", _day(p.confirmed_at, s)) for p in s.problems if p.confirmed_at is not None)[-1:]
        case Rule.TRUST_NOT_FORMED:
            stage = (("stage", s.account.stage.value),) if s.account.stage is not None else ()
            since = (("stage_since", s.account.stage_since.isoformat()),) if s.account.stage_since is not None else ()
            return (*stage, *since)
        case Rule.IMPORTANT_MATTER:
            return tuple(("important", matter) for matter in s.account.important)
        case Rule.SLOWS_SERVICE:
            return _waiting(s)
        case Rule.CAP_DAY | Rule.CAP_WEEK | Rule.IGNORED_THREE:
            sent = [x.at for x in facts.sent if x.kind is Kind.NUDGE]
            count = {Rule.CAP_DAY: 1}.get(rule, 3)
            return tuple(("sent", _day(at, s)) for at in sent[-count:])
        case Rule.CAP_ACCOUNT:
            sent = [x.at for x in facts.sent if x.kind is Kind.NUDGE and x.account_id == s.account.id]
            return tuple(("sent", _day(at, s)) for at in sent[-1:])
        case Rule.RECENT_CONTACT if s.last_contact is not None:
            return (("last_contact", _day(s.last_contact, s)),)
        case _:
            return ()


def _waiting(s: Situation) -> Facts:
    """What the client waits for."""
    found: list[tuple[str, str]] = []
    if s.account.order_phase is OrderPhase.DELIVERING:
        since = s.account.order_since
        found.append(("delivering_since", since.isoformat()) if since else ("order_phase", "delivering"))
    found += [("request", _day(r.at, s)) for r in s.records if r.kind is RecordKind.REQUEST and r.done_at is None]
    found += [("due", p.due.isoformat()) for p in s.promises if p.by is By.US and p.kept_at is None]
    return tuple(found[:3])


def _day(at: datetime, situation: Situation) -> str:
    return at.astimezone(situation.now.tzinfo).date().isoformat()
