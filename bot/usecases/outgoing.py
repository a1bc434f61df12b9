"""What is about to go out: the judgement by today's facts, what puts a nudge aside, and the message with its claims."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import metrics
from bot.core import cadence, judgement
from bot.core.account import Rep
from bot.core.cadence import Decision, RepFacts, Verdict
from bot.core.holdout import Arm
from bot.core.judgement import Judgement
from bot.core.message import Message
from bot.core.nudge import Fate, Kind, Nudge, Rule
from bot.core.situation import Situation
from bot.log import log
from bot.usecases.ports import Base
from storage import accounts, nudge_history, nudges, replies, situations
from storage.nudges import Claim

LEASE = timedelta(seconds=20)  # four times the time-out of a post


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, the nudges that it carries, the lead first, and who reads it."""

    message: Message
    claims: tuple[Claim, ...]
    rep: Rep
    at: datetime  # when its intent was written
    slot: datetime | None = None  # when the conversation that it goes into has rested


def judge(
    base: Base, session: Session, planned: Nudge, facts: RepFacts, now: datetime, reader: RepFacts | None = None
) -> tuple[Judgement, Situation]:
    """The judgement by the facts of the rep, or of whoever reads it instead; the situation is the rep's always."""
    account = accounts.get(session, planned.team_id, planned.account_id)
    assert account is not None
    situation = situations.load(session, account, facts.rep, now, facts.hours.zone)
    checked = _checked_play(session, planned) if planned.kind is Kind.CHECK else None
    if planned.kind is Kind.NUDGE:
        facts = cadence.for_routine(facts)
    return judgement.judge(planned, base.shelf.library, situation, reader or facts, checked), situation


def _checked_play(session: Session, planned: Nudge) -> str | None:
    if planned.visit_id is None:
        return None
    commitment = replies.commitment_for_visit(session, planned.team_id, planned.visit_id)
    if commitment is not None:
        return commitment.play
    card = nudge_history.card_of_visit(session, planned.team_id, planned.visit_id)
    return card.play if card is not None else None


def put_aside(session: Session, claim: Claim, decision: Decision, now: datetime) -> None:
    """Holds or drops a nudge, and says why in the log and on its row."""
    assert decision.rule is not None
    if decision.verdict is Verdict.DROP:
        arm = Arm.HELD_OUT.value if decision.rule is Rule.HOLDOUT else None
        nudges.end(session, claim, Fate.DROPPED, now, rule=decision.rule, arm=arm)
        metrics.FATES.labels(Fate.DROPPED.value, decision.rule.value).inc()
        log.info("nudge_dropped", nudge_id=claim.nudge.id, rule=decision.rule.value)
        return
    until = decision.until or now + timedelta(hours=24)
    nudges.hold(session, claim, decision.rule, until)
    metrics.HELD.labels(decision.rule.value).inc()
    log.info("nudge_held", nudge_id=claim.nudge.id, rule=decision.rule.value)


def lead_first(session: Session, lead: Claim, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The lead's claim first; where the lead itself was put aside, the first of the others leads."""
    if lead in claims:
        return (lead, *(c for c in claims if c is not lead))
    for claim in claims:
        nudges.follow(session, claim, None if claim is claims[0] else claims[0].nudge.id)
    return claims
