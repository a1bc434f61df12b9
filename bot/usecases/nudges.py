"""Nudges on their way: claim, look once more, write down the intent, post. What became of it is told in `outcomes`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core import cadence, fit, nudge, promise_over, stand_in
from bot.core.account import Rep
from bot.core.cadence import RepFacts, Sent, Verdict
from bot.core.judgement import Judgement
from bot.core.manners import Manners
from bot.core.message import Message
from bot.core.nudge import MONDAY_LIST, Fate, Kind, Nudge, Rule
from bot.core.priority import Rank
from bot.core.situation import Situation
from bot.log import log
from bot.usecases import (
    bad_days,
    cards,
    monday_lists,
    nudge_cards,
    outcomes,
    pictures,
    promise_asks,
    questions,
    receivers,
    stand_in_cards,
    stand_ins,
)
from bot.usecases.bad_days import Trouble
from bot.usecases.cards import Opened
from bot.usecases.outgoing import LEASE, Outgoing, judge, lead_first, put_aside
from bot.usecases.ports import Base, NotPosted, Posted, Unclear
from storage import claims, history, nudges, paces, reps, visits
from storage.claims import Whose
from storage.nudges import Claim, Said


def take(base: Base, owner: str, limit: int = 50, busy: Iterable[Whose] = ()) -> list[Claim]:
    """Claims what is due now, but nothing of the reps in `busy`."""
    now = base.clock.now()
    with base.database.read() as session:
        if not nudges.anything_due(session, now):
            return []
    with base.database.write() as session:
        return claims.claim(session, owner, now, LEASE, limit, busy=busy, only=base.only)


def handle(base: Base, claim: Claim) -> None:
    """Brings one claimed nudge to its fate, or puts it back."""
    if claim.intent_at is not None:
        outcomes.reconcile(base, claim)
        return
    names = receivers.ask_before(base, claim.nudge)
    outgoing = _prepare(base, claim, names)
    if outgoing is not None:
        _post(base, outgoing)


def put_back(base: Base, claim: Claim, error: str) -> None:
    """Puts back a nudge that something went wrong with before it was posted, to be tried later and later.

    One whose moment is over fails: what keeps going wrong must not stand in the way of a rep's other nudges for good.
    """
    now = base.clock.now()
    with base.database.write() as session:
        if outcomes.is_over(claim.nudge, now):
            nudges.fail_unposted(session, claim, now, error)
        else:
            nudges.shelve(session, claim, now + outcomes.pause(claim.attempt), error)


# --- look once more -------------------------------------------------------------------------------------------------


def _prepare(base: Base, claim: Claim, names: Mapping[str, str]) -> Outgoing | None:
    """Decides under the rep's lock and writes the intent; None if nothing is to be sent now."""
    now = base.clock.now()
    team_id = claim.nudge.team_id
    with base.database.write() as session:
        reps.lock(session, team_id, claim.nudge.rep_id)
        outgoing = _decide(base, session, claim, now, names)
        if outgoing is None:
            paces.take(session, team_id, -1)  # what is not sent costs nothing
            return None
        return replace(outgoing, slot=paces.reserve(session, team_id, outgoing.rep.id, now))


def _decide(base: Base, session: Session, claim: Claim, now: datetime, names: Mapping[str, str]) -> Outgoing | None:
    team_id = claim.nudge.team_id
    paused = paces.paused_until(session, team_id, paces.POST, now)
    if paused is not None:
        nudges.retry(session, claim, paused, "rate_limited")
        return None
    rep = reps.get(session, team_id, claim.nudge.rep_id)
    facts = receivers.facts_of(base, session, rep, now) if rep is not None else None
    if facts is None:
        nudges.end(session, claim, Fate.DROPPED, now, rule=Rule.PAUSED)
        return None
    if claim.nudge.kind is Kind.VISIT_CARD:
        return _prepare_cards(base, session, claim, facts, now)
    if claim.nudge.cue == MONDAY_LIST:
        return monday_lists.prepare(base, session, claim, facts, now)
    if claim.nudge.kind is Kind.DIGEST:
        return _prepare_question(base, session, claim, facts, now, names)
    if claim.nudge.cue == promise_over.CUE:
        return promise_asks.prepare(base, session, claim, facts, now, names)
    return _prepare_one(base, session, claim, facts, now, names)


def _offer(held: Nudge, facts: RepFacts, now: datetime) -> Nudge:
    """The message that says the nudges have stopped, once for each run of three, however many are held then."""
    last = max(sent.at for sent in facts.sent if sent.kind is Kind.NUDGE)
    key = f"ignored:{last.isoformat()}"
    over = now + timedelta(days=7)
    return nudge.word(
        held.team_id, held.rep_id, key, "ignored_three", now, over, priority=Rank.PACING, account_id=held.account_id
    )


def _prepare_one(
    base: Base, session: Session, claim: Claim, facts: RepFacts, now: datetime, names: Mapping[str, str]
) -> Outgoing | None:
    planned = claim.nudge
    other = receivers.stand_in_of(base, session, facts.rep, planned.kind, now)
    reader = stand_in.reader(planned.kind, facts, other, now)
    judged, situation = judge(base, session, planned, facts, now, reader if other is not None else None)
    if judged.decision.verdict is not Verdict.SEND:
        put_aside(session, claim, receivers.held_until(judged.decision, facts, other, now), now)
        if judged.decision.rule is Rule.IGNORED_THREE:
            nudges.plan(session, [_offer(planned, facts, now)], now)
        return None
    rep = reader.rep
    instead = rep.id if rep.id != facts.rep.id else None
    play = judged.play
    said = Said(play.id if play is not None else "", judged.wording, rep.language.value, arm=judged.arm)
    if not nudges.intend(session, claim, now, said, stand_in=instead):
        return None
    if instead is None:
        return Outgoing(_message(base, session, planned, rep, situation, judged), (claim,), rep, now)
    account = stand_in_cards.for_reader(situation.account, facts.rep)
    theirs = replace(situation, account=account, now=now.astimezone(reader.hours.zone))
    message = _message(base, session, planned, rep, theirs, judged)
    return Outgoing(stand_in_cards.framed(message, rep, facts, now, names.get(facts.rep.id, "")), (claim,), rep, now)


def _message(
    base: Base, session: Session, planned: Nudge, rep: Rep, situation: Situation, judged: Judgement
) -> Message:
    """What `rep` reads, at the moment of the situation and in its zone."""
    trouble = _trouble(session, planned, situation)
    if trouble is not None and planned.key.endswith(":again"):
        return bad_days.again(rep, trouble, situation.now)
    if trouble is not None and planned.cue == fit.PROBLEM_STEP:
        return bad_days.card(base, rep, trouble, situation.now)
    if planned.kind is Kind.CHECK:
        return cards.check(planned.id, situation.account, rep, nudge_cards.committed(base, session, planned, rep))
    assert judged.play is not None
    assert judged.wording is not None
    planned = fit.refreshed(planned, base.shelf.library.plays, situation)
    told = nudge_cards.told(planned, judged.play, judged.wording)
    return nudge_cards.message(session, rep, situation.account, told, situation.now)


def _trouble(session: Session, planned: Nudge, situation: Situation) -> Trouble | None:
    """The problem that a nudge is about."""
    problem = history.problem(session, planned.team_id, planned.problem_id) if planned.problem_id else None
    return Trouble(problem, situation.account) if problem is not None else None


def _prepare_question(
    base: Base, session: Session, claim: Claim, facts: RepFacts, now: datetime, names: Mapping[str, str]
) -> Outgoing | None:
    """A question or a word of the coach itself, on no play and no visit."""
    decision = cadence.decide(claim.nudge, facts, None, holds=True, now=now, manners=Manners())
    if decision.verdict is not Verdict.SEND:
        put_aside(session, claim, decision, now)
        return None
    message = questions.message(base, session, facts, claim.nudge, now, names)
    if message is None:
        nudges.end(session, claim, Fate.DROPPED, now, rule=Rule.TOO_LATE)
        return None
    if not nudges.intend(session, claim, now, Said("", None, facts.rep.language.value)):
        return None
    return Outgoing(message, (claim,), facts.rep, now)


def _prepare_cards(base: Base, session: Session, lead: Claim, facts: RepFacts, now: datetime) -> Outgoing | None:
    """Visit cards of one day go out together: the earliest visit opened, the others a line each."""
    zone = facts.hours.zone
    candidates = [lead, *_siblings(session, lead, zone, now)]
    opened: list[tuple[Opened, Claim]] = []
    for claim in candidates:
        judged, situation = judge(base, session, claim.nudge, facts, now)
        if judged.decision.verdict is not Verdict.SEND:
            put_aside(session, claim, judged.decision, now)
            continue
        visit = next(v for v in situation.visits if v.id == claim.nudge.visit_id)
        lesson = bad_days.lesson_line(situation.problems, judged.play, visit, facts.rep.language, now)
        step = lesson or pictures.step_of(situation)
        shown = Opened(claim.nudge.id, situation.account, visit, judged.play, judged.wording, step)
        if not _intend_card(session, claim, judged, facts.rep, now, None if claim is lead else lead.nudge.id):
            continue
        opened.append((shown, claim))
        facts = _with_read(facts, claim.nudge, judged, now)
    if not opened:
        return None
    opened.sort(key=lambda pair: (pair[0].visit.at, pair[0].account.name))
    first, *others = (shown for shown, _ in opened)
    message = cards.visit_card(first, others, facts.rep, now, zone)
    claims = tuple(claim for _, claim in opened)
    return Outgoing(message, lead_first(session, lead, claims), facts.rep, now)


def _siblings(session: Session, lead: Claim, zone: ZoneInfo, now: datetime) -> list[Claim]:
    """The rep's other cards due now for visits on the same day."""
    day = _visit_day(session, lead.nudge, zone)
    mine = claims.siblings(session, lead.nudge, now)
    same_day = [n.id for n in mine if _visit_day(session, n, zone) == day]
    return claims.claim_those(session, same_day, lead.owner, now + LEASE)


def _visit_day(session: Session, planned: Nudge, zone: ZoneInfo) -> object:
    visit = visits.get(session, planned.team_id, planned.visit_id or "")
    return visit.at.astimezone(zone).date() if visit is not None else None


def _intend_card(session: Session, claim: Claim, judged: Judgement, rep: Rep, now: datetime, lead: str | None) -> bool:
    point = judged.point
    said = Said(
        judged.play.id if judged.play is not None else "",
        judged.wording,
        rep.language.value,
        point.cue if point is not None else "visit",
        (*claim.nudge.facts, *(point.facts if point is not None else ())),
    )
    return nudges.intend(session, claim, now, said, lead=lead)


def _with_read(facts: RepFacts, planned: Nudge, judged: Judgement, now: datetime) -> RepFacts:
    if judged.play is None or judged.wording is None:
        return facts
    read = Sent(at=now, kind=planned.kind, account_id=planned.account_id, play=judged.play.id, wording=judged.wording)
    return replace(facts, sent=[*facts.sent, read])


# --- post and write down --------------------------------------------------------------------------------------------


def _post(base: Base, outgoing: Outgoing) -> None:
    lead, to = outgoing.claims[0].nudge, outgoing.rep.id
    base.clock.rest((outgoing.slot or outgoing.at) - base.clock.now())
    if base.clock.now() - outgoing.at >= LEASE:  # this process was frozen: others may be looking for the post by now
        log.warning("nudge_not_posted_in_time", nudge_id=lead.id)
        return
    answer = base.messenger.post(lead.team_id, to, outgoing.message, lead.id)
    now = base.clock.now()
    with base.database.write() as session:
        match answer:
            case Posted(channel=channel, ts=ts):
                outcomes.sent(session, outgoing.claims, now, channel, ts)
                if to != lead.rep_id:
                    stand_ins.tell_later(session, lead, now)
                if outgoing.rep.dm_channel != channel:
                    reps.note(session, lead.team_id, to, dm_channel=channel)
            case NotPosted() if to != lead.rep_id and answer.again_at is None and not answer.team_wide:
                stand_ins.lost(session, lead, to, now)
                outcomes.not_posted(session, outgoing.claims, replace(answer, again_at=now), now)
            case NotPosted():
                outcomes.not_posted(session, outgoing.claims, answer, now)
            case Unclear():
                outcomes.unclear(session, outgoing.claims, answer, now)
    if isinstance(answer, Posted):
        questions.posted(base, outgoing.rep, lead)
