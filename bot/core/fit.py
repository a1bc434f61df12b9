"""Which plays fit a situation, and the nudges that follow from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.core import absence, cues, guards, moments, nudge, priority, promise_over, stand_in
from bot.core import problem as problems
from bot.core.account import CardTime, OrderPhase, Stage
from bot.core.cues import Occasion
from bot.core.manners import Manners
from bot.core.moments import Moment, Moments
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.playbook import Play, Status
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.raising import ProblemOpened, VisitEve
from bot.core.situation import Situation, Visit, VisitState
from bot.core.workdays import WorkingHours

CHECK_WINDOW = timedelta(days=3)
PROBLEM_STEP = "problem_step"  # the cue of a message about one step of a problem
VISIT_NEAR = timedelta(days=7)
VISIT_EVE = timedelta(hours=36)  # from the morning of the day before
VISIT_SOON = timedelta(days=3)  # what is said so shortly before a visit can be said there
VISIT_AHEAD = timedelta(days=14)  # a review that is due waits so long for a visit that is planned
AFTER_VISIT = timedelta(days=3)  # what waits for a visit must have a working day left after it
STAGE = "stage"  # the cue of a point that no fact but the stage asked for


@dataclass(frozen=True, slots=True)
class Point:
    """The one point of a visit card: the play, why it was chosen, and what it went before."""

    play: Play
    cue: str
    key: str
    facts: tuple[tuple[str, str], ...]
    outranked: tuple[str, ...]


def fits(play: Play, situation: Situation) -> bool:
    """True if the play is for this stage and this order phase.

    Where the stage is not known, pacing fits as far as this goes: its guard holds it then, and says why.
    """
    return for_these(play, situation.account.stage, situation.account.order_phase)


def for_these(play: Play, stage: Stage | None, phase: OrderPhase | None) -> bool:
    """True if the play is for accounts of this stage and order phase."""
    if play.status is Status.RETIRED or (play.fits.order_phases and phase not in play.fits.order_phases):
        return False
    if play.fits.stages and stage not in play.fits.stages and not (stage is None and play.pacing):
        return False
    return not play.fits.leaves_out(stage, phase)


def occasions(play: Play, situation: Situation) -> tuple[Occasion, ...]:
    """The occasions on which this play may be raised on this account now; guards are not asked here."""
    if play.nudge is None or not fits(play, situation):
        return ()
    return cues.occasions(play.nudge.cue, situation)


def nudges(plays: Iterable[Play], situation: Situation, hours: WorkingHours, manners: Manners) -> Iterator[Nudge]:
    """Every nudge that today's facts give for one account, with its moment; caps and guards are asked when due.

    A nudge whose moment has passed but that is not too late yet is due at the next working moment.
    """
    return planned(plays, situation, Moments(situation.now, hours, manners))


def planned(plays: Iterable[Play], situation: Situation, moments: Moments) -> Iterator[Nudge]:
    """The same, for whoever plans many accounts and keeps the moments.

    With a horizon, some of what is due after it may be told all the same: visits, promises, steps of a problem.
    """
    hours, manners = moments.hours, moments.manners
    for play in plays:
        for occasion in occasions(play, situation):
            if (found := _nudge(play, occasion, situation, moments)) is not None:
                yield found
    if situation.problems:
        yield from _step_nudges(plays, situation, moments)
    if situation.promises:
        yield from promise_over.nudges(situation, hours, moments.by)
    for visit in situation.visits:
        if not moments.is_far(visit):
            yield from _visit_nudges(visit, situation, hours, manners)


def _step_nudges(plays: Iterable[Play], situation: Situation, moments: Moments) -> Iterator[Nudge]:
    """One message a step of an open problem, at the step's target; the first and the last are a play's own.

    A step that the rep was told of goes to their stand-in once more as they leave.
    """
    account = situation.account
    hours = stand_in.planned_by(Kind.PROBLEM, moments.hours, stand_in=situation.rep.stand_in)
    for problem in situation.open_problems():
        step = problems.next_step(problem)
        if step in (None, Step.OWNED, Step.CONFIRMED):
            continue
        target = problems.target(problem, step, moments.manners.step_hours)
        key = f"problem:{problem.id}:step:{step.value}"
        planned = Nudge(
            id=nudge.identity(account.team_id, account.rep_id, account.id, key),
            team_id=account.team_id,
            rep_id=account.rep_id,
            account_id=account.id,
            kind=Kind.PROBLEM,
            play=problem_play(plays, problem.raised_by),
            key=key,
            cue=PROBLEM_STEP,
            due_at=hours.next_start(max(target, situation.now)).astimezone(UTC),
            expires_at=None,
            priority=priority.Rank.PROBLEM,
            problem_id=problem.id,
            facts=(("opened", situation.day_of(problem.opened_at).isoformat()), ("step", step.value)),
        )
        yield planned
        came_up = max(target, *problem.done.values(), problem.opened_at)
        again = absence.handed_on(planned, came_up, situation, moments.hours)
        if again is not None:
            yield again


def problem_play(plays: Iterable[Play], raised_by: RaisedBy) -> str:
    """The play for a problem that was found by them, by us, or is shared; empty where no play is for it."""
    for play in plays:
        cue = play.nudge.cue if play.nudge is not None else None
        if isinstance(cue, ProblemOpened) and cue.raised_by is raised_by:
            return play.id
    return ""


def _nudge(play: Play, occasion: Occasion, situation: Situation, moments: Moments) -> Nudge | None:
    assert play.nudge is not None
    if situation.rep.stand_in is not None:
        moments = moments.within(
            stand_in.planned_by(priority.kind(play), moments.hours, stand_in=situation.rep.stand_in)
        )
    moment = moments.of(play.nudge, occasion, situation)
    if moment is None or _comes_with_a_visit(play, moment, situation):
        return None
    account = situation.account
    return Nudge(
        id=nudge.identity(account.team_id, account.rep_id, account.id, f"{play.id}:{occasion.key}"),
        team_id=account.team_id,
        rep_id=account.rep_id,
        account_id=account.id,
        kind=priority.kind(play),
        play=play.id,
        key=occasion.key,
        cue=play.nudge.cue.type,
        due_at=moment.due.astimezone(UTC),
        expires_at=moment.expires.astimezone(UTC) if moment.expires is not None else None,
        priority=priority.turn(play),
        problem_id=occasion.problem_id,
        facts=occasion.facts,
    )


def _comes_with_a_visit(play: Play, moment: Moment, situation: Situation) -> bool:
    """True if a visit is near whose card will raise this play: once is enough."""
    assert play.nudge is not None
    if not getattr(play.nudge.due, "or_visit_eve", False) or (visit := situation.next_visit()) is None:
        return False
    near = visit.at <= max(moment.wanted, situation.now) + VISIT_AHEAD
    return near and (moment.expires is None or visit.at < moment.expires)


def _visit_nudges(visit: Visit, situation: Situation, hours: WorkingHours, manners: Manners) -> Iterator[Nudge]:
    if visit.state is VisitState.CANCELLED:
        return
    day = visit.at.astimezone(hours.zone).date()
    begins = moments.visit_begins(visit, hours)
    stamp = visit.at.astimezone(UTC).isoformat()
    facts = (("visit", stamp),)
    if not visit.carded and begins > situation.now:
        eve = situation.rep.card_time is CardTime.EVE
        due = moments.card(visit, situation.now, eve, hours, manners)
        yield _dated(Kind.VISIT_CARD, f"card:{visit.id}:{stamp}", due, begins, visit, situation, facts)
    check = moments.check(visit, hours, manners)
    over = hours.at(day + timedelta(days=1 + manners.check_expires_days), hours.start)
    asked = hours.next_start(max(check, situation.now))
    if check >= situation.now - CHECK_WINDOW and visit.state is VisitState.PLANNED and over > asked:
        yield _dated(Kind.CHECK, f"check:{visit.id}:{stamp}", asked, over, visit, situation, facts)


def _dated(
    kind: Kind,
    key: str,
    due: datetime,
    expires: datetime,
    visit: Visit,
    situation: Situation,
    facts: tuple[tuple[str, str], ...],
) -> Nudge:
    account = situation.account
    return Nudge(
        id=nudge.identity(account.team_id, account.rep_id, account.id, key),
        team_id=account.team_id,
        rep_id=account.rep_id,
        account_id=account.id,
        kind=kind,
        play="",
        key=key,
        cue="visit",
        due_at=due.astimezone(UTC),
        expires_at=expires.astimezone(UTC),
        priority=priority.Rank.DATED,
        visit_id=visit.id,
        facts=facts,
    )


def points(plays: Iterable[Play], situation: Situation, hours: WorkingHours, manners: Manners) -> tuple[Point, ...]:
    """What the card of the next visit may be about, best first.

    First plays with a live cue by rank, then plays that the stage asks for; among equals the one shown longest ago.
    An open problem leaves only its own plays.
    """
    found = [p for play in plays if (p := _point(play, situation, hours, manners)) is not None]
    found.sort(key=lambda p: (p.cue == STAGE, priority.rank(p.play), _last_shown(p.play, situation), p.play.id))
    ids = tuple(p.play.id for p in found)
    return tuple(replace(p, outranked=ids[i + 1 :]) for i, p in enumerate(found))


def _point(play: Play, situation: Situation, hours: WorkingHours, manners: Manners) -> Point | None:
    if play.pacing or guards.bar_unasked(play, situation, manners) is not None:
        return None
    live = _live(play, situation, hours) if _rides_on_visits(play, situation) else None
    if live is not None and play.nudge is not None:
        return Point(play, play.nudge.cue.type, live.key, live.facts, ())
    problem = _under_way(play, situation)
    if problem is not None:
        facts = (("opened", situation.day_of(problem.opened_at).isoformat()),)
        return Point(play, PROBLEM_STEP, f"problem:{problem.id}", facts, ())
    if play.fits.on_visits and fits(play, situation):
        stage = situation.account.stage
        return Point(play, STAGE, "", (("stage", stage.value),) if stage is not None else (), ())
    return None


def _under_way(play: Play, situation: Situation) -> Problem | None:
    """The open problem that this play is for, taken on but not fixed: a visit is about that and nothing else."""
    cue = play.nudge.cue if play.nudge is not None else None
    if not isinstance(cue, ProblemOpened):
        return None
    unfixed = (p for p in situation.open_problems() if p.fixed_at is None)
    return next((p for p in unfixed if p.raised_by is cue.raised_by), None)


def _live(play: Play, situation: Situation, hours: WorkingHours) -> Occasion | None:
    """The first occasion that has begun by the next visit and is not over yet."""
    assert play.nudge is not None
    visit = situation.next_visit()
    by = max(situation.now, visit.at) if visit is not None else situation.now
    for occasion in occasions(play, situation):
        until = moments.until(play.nudge.until, occasion, situation, hours)
        if occasion.since <= by and (until is None or until > situation.now):
            return occasion
    return None


def _rides_on_visits(play: Play, situation: Situation) -> bool:
    """True if a visit is a place to raise this play: it says so, or what it is about has a date or is due."""
    if play.nudge is None:
        return False
    rank, due = priority.rank(play), play.nudge.due
    if rank is priority.Rank.PROBLEM and situation.open_problems():
        return True
    dated = rank in (priority.Rank.DATED, priority.Rank.DELIVERY_REVIEW, priority.Rank.EFFECT_REVIEW)
    return dated or isinstance(due, VisitEve) or getattr(due, "or_visit_eve", False)


def _last_shown(play: Play, situation: Situation) -> datetime:
    return max((s.at for s in situation.shown if s.play == play.id), default=datetime.min.replace(tzinfo=UTC))


def still_holds(planned: Nudge, plays: Iterable[Play], situation: Situation) -> bool:
    """True if the occasion of a planned nudge is still there with today's facts."""
    if planned.kind in (Kind.VISIT_CARD, Kind.CHECK):
        visit = next((v for v in situation.visits if v.id == planned.visit_id), None)
        stamp = planned.key.partition(":")[2].partition(":")[2]
        return (
            visit is not None
            and visit.state is not VisitState.CANCELLED
            and visit.at.astimezone(UTC).isoformat() == stamp
            and not (planned.kind is Kind.VISIT_CARD and visit.carded)
        )
    if planned.cue == PROBLEM_STEP:
        problem = next((p for p in situation.open_problems() if p.id == planned.problem_id), None)
        step = problems.next_step(problem) if problem is not None else None
        now_at = step is not None and absence.step_key(planned.key).endswith(f":step:{step.value}")
        return now_at and absence.still_holds(planned, situation)
    if planned.cue == promise_over.CUE:
        return promise_over.still_asks(planned, situation)
    play = next((p for p in plays if p.id == planned.play), None)
    return play is not None and any(o.key == planned.key for o in occasions(play, situation))


def refreshed(planned: Nudge, plays: Iterable[Play], situation: Situation) -> Nudge:
    """The nudge with its facts as they are today: a run of four contacts may have become one of five since."""
    play = next((p for p in plays if p.id == planned.play), None)
    known = occasions(play, situation) if play is not None else ()
    occasion = next((o for o in known if o.key == planned.key), None)
    return replace(planned, facts=occasion.facts) if occasion is not None else planned


def bar(planned: Nudge, play: Play | None, situation: Situation, manners: Manners) -> Rule | None:
    """The guard that holds a nudge now, if one does.

    A visit card is never held by an open problem: it is then about it, as its steps are. A check is held unless the
    visit was about it, and so is what became of a promise. A visit goes before routine nudges.
    """
    if planned.kind is Kind.VISIT_CARD or planned.cue == PROBLEM_STEP:
        return None
    if play is None:
        return Rule.OPEN_PROBLEM if situation.open_problems() else None
    barred = guards.bar_unasked(play, situation, manners) or _just_mended(planned, play, situation, manners)
    return barred or _outranked(planned, play, situation)


def _outranked(planned: Nudge, play: Play, situation: Situation) -> Rule | None:
    """Holds a routine nudge for a visit: pacing and what the card may raise in the week before, all shortly before it.

    What would be too late after the visit goes out all the same, unless it comes round again by itself; stepping back
    from a visit never helps.
    """
    visit = situation.next_visit()
    if planned.kind is not Kind.NUDGE or visit is None or visit.at > situation.now + VISIT_NEAR:
        return None
    can_wait = planned.expires_at is None or visit.at + AFTER_VISIT <= planned.expires_at
    carded = play.nudge is not None and getattr(play.nudge.due, "or_visit_eve", False)
    soon = visit.at <= situation.now + VISIT_SOON
    round_again = priority.turn(play) is priority.Rank.PACING and visit.at <= situation.now + VISIT_EVE
    return Rule.OUTRANKED if play.pacing or round_again or (can_wait and (carded or soon)) else None


def _just_mended(planned: Nudge, play: Play, situation: Situation, manners: Manners) -> Rule | None:
    """Holds what a stage asks for until the rep was asked whether the trouble came back.

    Reviews are due before that, and nobody should hear nothing from us after a bad day.
    """
    routine = planned.kind is Kind.NUDGE and priority.turn(play) >= priority.Rank.STAGE
    if not routine or planned.cue == "no_contact_for":
        return None
    return guards.fresh_problem(situation, manners)
