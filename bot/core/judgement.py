"""What becomes of a nudge that is due: guards, cadence, wording and, for a visit card, its one point.

The running bot and the simulation ask this one function, so that what `kam plan` shows is what reps get.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core import cadence, fit, holdout, promise_over
from bot.core.cadence import Decision, RepFacts, Verdict
from bot.core.fit import Point
from bot.core.holdout import Arm
from bot.core.library import Library
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.playbook import Play
from bot.core.situation import Situation

SHOWN_LATELY = timedelta(days=14)
MOMENT = timedelta(days=7)  # a routine nudge that waits longer for fresh words has lost its moment
WITHOUT_PLAY = (fit.PROBLEM_STEP, promise_over.CUE)  # the cues of what says no play
JUST_SAID = timedelta(days=2)  # a promise that a visit's card raised waits so long for its own warning


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision, and what would be said: `play` is None on a card without a point.

    `arm` is set where a hold-out decided too: on the side of `held_out` the nudge is dropped.
    """

    decision: Decision
    play: Play | None = None
    wording: int | None = None
    point: Point | None = None
    arm: Arm | None = None


def judge(
    planned: Nudge, library: Library, situation: Situation, facts: RepFacts, checked_play: str | None = None
) -> Judgement:
    """What to do with a due nudge at `situation.now`. `checked_play` is what the visit's card was about."""
    now, manners = situation.now, library.manners
    play = library.play(checked_play or "" if planned.kind is Kind.CHECK else planned.play)
    holds = fit.still_holds(planned, library.plays, situation)
    barred = fit.bar(planned, play, situation, manners)
    decision = cadence.decide(planned, facts, barred, holds, now, manners)
    if situation.account.archived_as is not None:
        return Judgement(Decision(Verdict.DROP, Rule.TOO_LATE), play)
    if _is_of_another_version(planned, play):
        return Judgement(Decision(Verdict.DROP, Rule.PLAY_CHANGED), play)
    if decision.verdict is not Verdict.SEND or planned.cue in WITHOUT_PLAY:
        return Judgement(decision, play)
    if planned.kind is Kind.VISIT_CARD:
        return _card(library, situation, facts)
    if play is None or planned.kind is Kind.CHECK:
        return Judgement(decision, play)
    return _said(planned, play, library, situation, facts)


def _is_of_another_version(planned: Nudge, play: Play | None) -> bool:
    """True for a nudge of a play that is gone, or that is raised by something else since it was planned."""
    if planned.kind in (Kind.VISIT_CARD, Kind.CHECK) or planned.cue in WITHOUT_PLAY:
        return False  # these go out without a play, and choose it when they do
    return play is None or play.nudge is None or play.nudge.cue.type != planned.cue


def _said(planned: Nudge, play: Play, library: Library, situation: Situation, facts: RepFacts) -> Judgement:
    now, manners = situation.now.astimezone(UTC), library.manners
    routine = planned.kind is Kind.NUDGE
    if routine and any(s.play == play.id and s.at > now - SHOWN_LATELY for s in situation.shown):
        return Judgement(Decision(Verdict.DROP, Rule.SAID_BEFORE), play)
    if planned.kind is Kind.PROMISE and (carded := _on_a_card(play, situation)) is not None:
        until = _next_morning(carded + JUST_SAID, facts)
        return Judgement(Decision(Verdict.HOLD, Rule.SAID_BEFORE, until), play)
    wording = cadence.wording(play.id, situation.account.name, facts, now, manners)
    if wording is None and routine:
        until = cadence.wording_free_at(play.id, facts, now, manners)
        if until > now + MOMENT:
            return Judgement(Decision(Verdict.DROP, Rule.SAID_BEFORE), play)
        return Judgement(Decision(Verdict.HOLD, Rule.SAID_BEFORE, until), play)
    if wording is None:  # a problem or a promise cannot wait for fresh words
        wording = oldest_wording(play.id, facts)
    arm = holdout.arm_of(planned, play, facts.holdout)  # last: both sides are what would have been said now
    if arm is Arm.HELD_OUT:
        return Judgement(Decision(Verdict.DROP, Rule.HOLDOUT), play, arm=arm)
    return Judgement(cadence.SEND, play, wording, arm=arm)


def _next_morning(at: datetime, facts: RepFacts) -> datetime:
    """The first start of a working day from then on: what could wait two days need not come at the end of one."""
    hours = facts.hours
    day = at.astimezone(hours.zone).date()
    starts = (hours.at(day + timedelta(days=n), hours.start) for n in range(2))
    return hours.next_start(next(start for start in starts if start >= at)).astimezone(UTC)


def _on_a_card(play: Play, situation: Situation) -> datetime | None:
    """When a visit's card raised this play in the last two days; None where it may have been about another promise."""
    if len(fit.occasions(play, situation)) > 1:
        return None
    since = situation.now.astimezone(UTC) - JUST_SAID
    cards = (s.at.astimezone(UTC) for s in situation.shown if s.play == play.id and s.key.startswith("card:"))
    return max((at for at in cards if at > since), default=None)


def oldest_wording(play_id: str, facts: RepFacts, count: int = 3) -> int:
    """The wording of a play that this rep read longest ago."""
    read = {s.wording: s.at for s in facts.sent if s.play == play_id}
    never = datetime.min.replace(tzinfo=facts.hours.zone)
    return min(range(count), key=lambda i: (read.get(i, never), i))


def _card(library: Library, situation: Situation, facts: RepFacts) -> Judgement:
    for point in fit.points(library.plays, situation, facts.hours, library.manners):
        if point.play.id in facts.rep.stopped_plays:
            continue
        wording = cadence.wording(point.play.id, situation.account.name, facts, situation.now, library.manners)
        if wording is None and situation.open_problems():
            wording = oldest_wording(point.play.id, facts)
        if wording is not None:
            return Judgement(cadence.SEND, point.play, wording, point)
    return Judgement(cadence.SEND)
