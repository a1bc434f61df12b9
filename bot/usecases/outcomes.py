"""What became of a post: written down where it is known, looked up where it is not.

A post whose outcome is not known is looked up by its id in the channel's history before anything else is done, and
sent once more only if it is surely not there.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot import metrics
from bot.core.nudge import Fate, Kind, Nudge, Rule
from bot.log import log
from bot.usecases import stand_ins
from bot.usecases.ports import Absent, Base, Found, NotPosted, Unclear, Unreadable
from storage import nudge_history, nudges, paces, reps, visits
from storage.nudges import Claim

LOOK_AFTER = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=45))
LOOK_BACK = timedelta(minutes=10)  # before the intent: Slack's clock and ours may differ by so much
GIVE_UP_AFTER = timedelta(minutes=10)
LOOKS = 5  # that met no answer, before the outcome is given up
TRIED_FOR = timedelta(hours=24)  # a nudge that has no moment to be late for
SLOWEST = timedelta(minutes=5)
MOST_ATTEMPTS = 60  # claims of one nudge that never came to an end: it may be what ends the process
UNANSWERED, UNANSWERED_AGAIN, CUT_OFF = "unanswered", "unanswered_again", "cut_off"


def sent(session: Session, claims: tuple[Claim, ...], now: datetime, channel: str, ts: str) -> None:
    for claim in claims:
        if not nudges.end(session, claim, Fate.SENT, now, channel=channel, ts=ts):
            continue
        if claim.nudge.kind is Kind.VISIT_CARD and claim.nudge.visit_id is not None:
            visits.update(session, claim.nudge.team_id, claim.nudge.visit_id, carded=True)
        _ended(Fate.SENT)
        if claim.rule is None:
            metrics.LATENESS.observe((now - claim.nudge.due_at).total_seconds())
        log.info("nudge_sent", nudge_id=claim.nudge.id, kind=claim.nudge.kind.value)


def not_posted(session: Session, claims: tuple[Claim, ...], answer: NotPosted, now: datetime) -> None:
    team_id = claims[0].nudge.team_id
    if answer.team_wide and answer.again_at is not None:
        paces.pause(session, team_id, paces.POST, answer.again_at, now)
    for claim in claims:
        if answer.again_at is None or _tried_enough(claim.nudge, now):
            nudges.end(session, claim, Fate.FAILED, now, error=answer.error)
            _ended(Fate.FAILED)
            log.warning("nudge_failed", nudge_id=claim.nudge.id, error=answer.error)
        else:
            at = answer.again_at if answer.team_wide else max(answer.again_at, now + pause(claim.attempt))
            nudges.retry(session, claim, at, answer.error)
            log.info("nudge_put_back", nudge_id=claim.nudge.id, error=answer.error)


def _tried_enough(planned: Nudge, now: datetime) -> bool:
    """What passes is waited for while the nudge may still help: past its moment it is dropped, and says so."""
    return planned.expires_at is None and now - planned.due_at >= TRIED_FOR


def pause(attempt: int) -> timedelta:
    """Longer with every attempt: a network that is gone for an hour is not asked every second."""
    return min(timedelta(seconds=2 ** min(attempt, 10)), SLOWEST)


def unclear(session: Session, claims: tuple[Claim, ...], answer: Unclear, now: datetime) -> None:
    """Keeps nudges of which nobody knows yet whether they arrived, to be looked up."""
    for claim in claims:
        nudges.doubt(session, claim, now + LOOK_AFTER[0], 0, _unanswered(session, claim))
    metrics.UNCLEAR.inc()
    log.warning("nudge_unclear", nudge_id=claims[0].nudge.id, error=answer.error)


def _unanswered(session: Session, claim: Claim) -> str:
    """Whether this was the first post of a nudge to which Slack gave no clear answer."""
    row = nudge_history.get(session, claim.nudge.team_id, claim.nudge.id)
    return UNANSWERED_AGAIN if row is not None and row.error == nudges.RESENT else UNANSWERED


def reconcile(base: Base, claim: Claim) -> None:
    """Looks for a message that may have been posted; the id in its metadata tells for all that it carries."""
    assert claim.intent_at is not None
    planned = claim.nudge
    with base.database.read() as session:
        row = nudge_history.get(session, planned.team_id, planned.id)
        to = (row.sent_to if row is not None else None) or planned.rep_id
        rep = reps.get(session, planned.team_id, to)
    message_id = row.message_of if row is not None and row.message_of else planned.id
    channel = (rep.dm_channel if rep is not None else None) or base.messenger.channel(planned.team_id, to)
    if channel is None:
        answer: Found | Absent | Unreadable = Unreadable("no_channel")
    else:
        answer = base.messenger.find(planned.team_id, channel, message_id, claim.intent_at - LOOK_BACK)
    now = base.clock.now()
    together = (claim, *claim.companions)
    with base.database.write() as session:
        match answer:
            case Found(ts=ts):
                sent(session, together, now, channel or "", ts)
                if to != planned.rep_id:
                    stand_ins.tell_later(session, planned, now)
            case Absent():
                for one in together:
                    _absent(session, one, now, row.error if row is not None else None)
            case Unreadable(error=error):
                for one in together:
                    _unreadable(session, one, now, error)


def _unreadable(session: Session, claim: Claim, now: datetime, error: str) -> None:
    assert claim.intent_at is not None
    if now - claim.intent_at >= GIVE_UP_AFTER and claim.looked_up >= LOOKS:
        nudges.end(session, claim, Fate.UNKNOWN, now, error=error)
        _ended(Fate.UNKNOWN)
        log.error("nudge_unknown", nudge_id=claim.nudge.id, error=error)
    else:
        nudges.doubt(session, claim, now + LOOK_AFTER[1], claim.looked_up + 1)


def _absent(session: Session, claim: Claim, now: datetime, error: str | None) -> None:
    """Not found: look again at 5, 15 and 45 seconds after the intent; then send once more, if it may still help.

    A post that Slack did not answer is made a second time and never a third: whoever finds nothing twice may be
    looking in vain. One whose process ended before an answer could come says nothing about Slack and is not counted.
    """
    assert claim.intent_at is not None
    later = [claim.intent_at + after for after in LOOK_AFTER if claim.intent_at + after > now]
    if later:
        nudges.doubt(session, claim, later[0], claim.looked_up + 1)
    elif error == UNANSWERED_AGAIN or claim.attempt >= MOST_ATTEMPTS:
        nudges.end(session, claim, Fate.UNKNOWN, now, error="absent_after_resend")
        _ended(Fate.UNKNOWN)
        log.error("nudge_unknown", nudge_id=claim.nudge.id, error="absent_after_resend")
    elif is_over(claim.nudge, now):
        nudges.end(session, claim, Fate.DROPPED, now, rule=Rule.TOO_LATE)
        _ended(Fate.DROPPED, Rule.TOO_LATE)
        log.info("nudge_dropped", nudge_id=claim.nudge.id, rule=Rule.TOO_LATE.value)
    else:
        nudges.retry(session, claim, now, nudges.RESENT if error == UNANSWERED else CUT_OFF)


def _ended(fate: Fate, rule: Rule | None = None) -> None:
    metrics.FATES.labels(fate.value, rule.value if rule is not None else "").inc()


def is_over(planned: Nudge, now: datetime) -> bool:
    return planned.expires_at is not None and now >= planned.expires_at
