"""The outbox: nudges from plan to fate.

A nudge is claimed (see `storage.claims`) under a lease, looked at once more, marked with an intent that is committed
before the post, and ended with its fate. Every change after the claim is guarded by owner and attempt, so that a worker
that lost its lease cannot end what another took over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as core
from sqlalchemy import ColumnElement, CursorResult, case, delete, func, literal_column, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from bot.core.nudge import MONDAY_LIST, Fate, Kind, Nudge, Rule
from storage.tables import NudgeRow, WorkspaceRow

AT_ONCE = 500  # ids in one statement: every database takes so many
RESENT = "resent"  # the error of a nudge whose first post was not answered, and that is sent once more
ENDED = (Fate.SENT.value, Fate.DROPPED.value, Fate.FAILED.value, Fate.UNKNOWN.value)
# Written as text, so that PostgreSQL sees that the partial indexes serve; and without a type, for of one that is
# boolean SQLAlchemy makes `… = 1` on SQLite, which hides them there.
IN_HAND: ColumnElement[bool] = literal_column("state IN ('claimed', 'sending')")
SLOWED = "ratelimited"  # the error of one that Slack wanted later
LONGEST_PAUSE = timedelta(hours=1)  # after an error; what waits longer was not put back for one
PLANNED: ColumnElement[bool] = literal_column("state = 'planned'")
# True of everything planned, so it changes no answer: with it the index of a rep's ended nudges finds the planned ones.
NOT_ENDED: ColumnElement[bool] = col(NudgeRow.ended_at).is_(None)
# What is planned for a workspace that removed the app waits: it may come back.
# A list of its own, not looked up for each row: so the earliest is read off the index and not found by reading all.
SERVED: ColumnElement[bool] = col(NudgeRow.team_id).not_in(
    select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None))
)

_TABLE = SQLModel.metadata.tables["nudge"]  # bare: the mapped class would send a statement a row


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed nudge and the proof of the claim. `intent_at` is set if a post may have been tried before.

    `companions` are then what was in the same message: whether it arrived is one answer for all of them.
    """

    nudge: Nudge
    owner: str
    attempt: int
    intent_at: datetime | None
    looked_up: int
    channel: str | None
    rule: Rule | None
    companions: tuple["Claim", ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a nudge says: a play in one of its wordings, raised by a cue and its facts; `arm` as in a hold-out."""

    play: str
    wording: int | None
    language: str
    cue: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    arm: str | None = None


def nudge_of(row: NudgeRow) -> Nudge:
    return Nudge(
        id=row.id,
        team_id=row.team_id,
        rep_id=row.rep_id,
        account_id=row.account_id,
        kind=Kind(row.kind),
        play=row.play,
        key=row.key,
        cue=row.cue,
        due_at=row.due_at,
        expires_at=row.expires_at,
        priority=row.priority,
        visit_id=row.visit_id,
        problem_id=row.problem_id,
        facts=tuple((name, value) for name, value in row.facts),
    )


def plan(session: Session, nudges: Iterable[Nudge], now: datetime) -> int:
    """Adds nudges that are not there yet; planning the same occasion twice adds nothing. Returns how many are new.

    What is there is asked first: planning finds the same again and again, and a row that is refused costs its making.
    """
    new: dict[str, Nudge] = {}
    for nudge in nudges:
        new.setdefault(nudge.id, nudge)
    ids = list(new)
    for start in range(0, len(ids), AT_ONCE):
        for known in session.execute(_ids_among(ids[start : start + AT_ONCE])).scalars():
            del new[known]
    if new:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        adding = dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["id"])  # another process may be as far
        session.execute(adding, [_planned_row(n, now) for n in new.values()])
    return len(new)


def _ids_among(ids: Sequence[str]) -> core.Select[tuple[str]]:
    return core.select(_TABLE.c.id).where(_TABLE.c.id.in_(ids))


def _planned_row(n: Nudge, now: datetime) -> dict[str, Any]:
    return {
        "id": n.id,
        "team_id": n.team_id,
        "rep_id": n.rep_id,
        "account_id": n.account_id,
        "kind": n.kind.value,
        "play": n.play,
        "key": n.key,
        "cue": n.cue,
        "facts": n.facts,
        "due_at": n.due_at,
        "expires_at": n.expires_at,
        "priority": n.priority,
        "visit_id": n.visit_id,
        "problem_id": n.problem_id,
        "state": Fate.PLANNED.value,
        "next_try_at": n.due_at,
        "attempt": 0,
        "looked_up": 0,
        "planned_at": now,
    }


def unplan(session: Session, team_id: str, rep_id: str, now: datetime) -> None:
    """Takes back a rep's nudges that are still to come and were never tried, so that they can be planned anew.

    What follows from no fact of an account stays: a word of the coach's own is planned only once. A Monday list is
    planned anew as well, by the rep's new hours.
    """
    again = or_(col(NudgeRow.kind) != Kind.DIGEST.value, col(NudgeRow.cue) == MONDAY_LIST)
    query = (
        delete(NudgeRow)
        .where(col(NudgeRow.team_id) == team_id, col(NudgeRow.rep_id) == rep_id, PLANNED, NOT_ENDED)
        .where(col(NudgeRow.due_at) > now, col(NudgeRow.attempt) == 0, again)
    )
    session.execute(query)


def follow(session: Session, claim: Claim, lead: str | None) -> bool:
    """Says in whose message a claimed nudge goes out; None: in its own."""
    return _change(session, claim, message_of=lead)


def _change(session: Session, claim: Claim, *, unposted: bool = False, **values: Any) -> bool:
    """Changes a claimed row if the claim still stands; with `unposted` only if no intent is written down."""
    query = (
        update(NudgeRow)
        .where(col(NudgeRow.id) == claim.nudge.id, col(NudgeRow.owner) == claim.owner)
        .where(col(NudgeRow.attempt) == claim.attempt, IN_HAND)
        .values(**values)
    )
    if unposted:
        query = query.where(col(NudgeRow.intent_at).is_(None))
    result = session.execute(query)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def intend(
    session: Session, claim: Claim, now: datetime, said: Said, *, lead: str | None = None, stand_in: str | None = None
) -> bool:
    """Writes down, before the post, that it is about to happen, what is said, and to which stand-in, if to one.

    False if the claim was lost.
    """
    values: dict[str, Any] = {"play": said.play, "wording": said.wording, "language": said.language, "arm": said.arm}
    values["sent_to"] = stand_in
    if said.cue:
        values |= {"cue": said.cue, "facts": [list(f) for f in said.facts]}
    return _change(session, claim, state="sending", intent_at=now, message_of=lead, **values)


def end(
    session: Session,
    claim: Claim,
    fate: Fate,
    now: datetime,
    *,
    rule: Rule | None = None,
    channel: str | None = None,
    ts: str | None = None,
    error: str | None = None,
    arm: str | None = None,
) -> bool:
    """Writes down the fate of a claimed nudge; False if the claim was lost."""
    values: dict[str, Any] = {"state": fate.value, "ended_at": now, "lease_until": None, "error": error}
    if rule is not None:
        values["rule"] = rule.value
    if arm is not None:
        values["arm"] = arm
    if ts is not None:
        values |= {"channel": channel, "ts": ts}
    return _change(session, claim, **values)


def hold(session: Session, claim: Claim, rule: Rule, until: datetime) -> bool:
    """Puts a claimed nudge back, held by a rule until then."""
    error = case((col(NudgeRow.error) == RESENT, RESENT), else_=None)  # what went wrong before is over
    values: dict[str, Any] = {
        "state": "planned",
        "rule": rule.value,
        "next_try_at": until,
        "owner": None,
        "lease_until": None,
    }
    return _change(session, claim, **values, error=error)


def retry(session: Session, claim: Claim, at: datetime, error: str) -> bool:
    """Puts back a nudge that was surely not posted, to be tried again then. That it was sent once more stays known."""
    return _change(
        session,
        claim,
        state="planned",
        next_try_at=at,
        error=case((col(NudgeRow.error) == RESENT, RESENT), else_=error),
        owner=None,
        lease_until=None,
        intent_at=None,
        looked_up=0,
    )


def shelve(session: Session, claim: Claim, at: datetime, error: str) -> bool:
    """Puts back a nudge that no post was tried of; one with an intent is left to be looked up."""
    return _change(
        session, claim, unposted=True, state="planned", next_try_at=at, error=error, owner=None, lease_until=None
    )


def fail_unposted(session: Session, claim: Claim, now: datetime, error: str) -> bool:
    """Ends a nudge that no post was tried of as failed; one with an intent is left to be looked up."""
    values = {"state": Fate.FAILED.value, "ended_at": now, "lease_until": None, "error": error}
    return _change(session, claim, unposted=True, **values)


def doubt(session: Session, claim: Claim, look_at: datetime, looked_up: int, error: str | None = None) -> bool:
    """Keeps a nudge whose post has an unknown outcome, to be looked up then: its lease ends at that moment."""
    said: dict[str, Any] = {"error": error} if error is not None else {}
    return _change(session, claim, state="sending", lease_until=look_at, looked_up=looked_up, **said)


def release(session: Session, owner: str, now: datetime) -> int:
    """Gives back what a stopping worker has in hand: claimed ones at once, those being sent to be looked up."""
    free = update(NudgeRow).where(col(NudgeRow.owner) == owner, IN_HAND)
    sending = free.where(col(NudgeRow.intent_at).is_not(None)).values(lease_until=now)
    claimed = free.where(col(NudgeRow.intent_at).is_(None)).values(state="planned", owner=None, lease_until=None)
    results = (session.execute(sending), session.execute(claimed))
    return sum(r.rowcount for r in results if isinstance(r, CursorResult))


def take_over(session: Session, now: datetime) -> int:
    """Ends every lease at once: for the only sender of a database, when it starts."""
    result = session.execute(update(NudgeRow).where(IN_HAND).values(lease_until=now - timedelta(seconds=1)))
    assert isinstance(result, CursorResult)
    return result.rowcount


def wake(session: Session, team_id: str, account_id: str, now: datetime) -> None:
    """Looks again at once at what is held on an account: a fact about it has changed."""
    team = func.coalesce(NudgeRow.team_id, "")  # so that SQLite takes the index of accounts, not all that is planned
    query = (
        update(NudgeRow)
        .where(team == team_id, col(NudgeRow.account_id) == account_id, PLANNED)
        .where(col(NudgeRow.rule).is_not(None), col(NudgeRow.next_try_at) > now, col(NudgeRow.due_at) <= now)
        .values(next_try_at=now)
    )
    session.execute(query)


def wake_rep(session: Session, team_id: str, rep_id: str, now: datetime) -> None:
    """Looks again at once at everything that is held for a rep."""
    again_at = func.coalesce(NudgeRow.next_try_at, NudgeRow.due_at)  # so that SQLite takes the index of reps
    query = (
        update(NudgeRow)
        .where(col(NudgeRow.team_id) == team_id, col(NudgeRow.rep_id) == rep_id, PLANNED, NOT_ENDED)
        .where(col(NudgeRow.rule).is_not(None), again_at > now, col(NudgeRow.due_at) <= now)
        .values(next_try_at=now)
    )
    session.execute(query)


def anything_due(session: Session, now: datetime) -> bool:
    """True if a claim may find something: a tick that has nothing to do writes nothing."""
    due = next_due(session)
    return due is not None and due <= now


def next_due(session: Session) -> datetime | None:
    """When the next nudge is due or to be looked at again."""
    soonest = select(NudgeRow.next_try_at).where(PLANNED, SERVED).order_by(col(NudgeRow.next_try_at)).limit(1)
    ending = select(NudgeRow.lease_until).where(IN_HAND, SERVED).order_by(col(NudgeRow.lease_until)).limit(1)
    planned, leased = session.exec(soonest).first(), session.exec(ending).first()
    known = [t for t in (planned, leased) if t is not None]
    return min(known, default=None)


def backlog(session: Session, now: datetime) -> tuple[int, timedelta]:
    """How many nudges are due and not taken, and how long the oldest has waited."""
    query = select(func.count(), func.min(NudgeRow.next_try_at)).where(
        PLANNED, SERVED, col(NudgeRow.next_try_at) <= now
    )
    count, oldest = session.exec(query).one()
    return count, now - oldest if count else timedelta()


def put_back(session: Session, now: datetime) -> int:
    """How many nudges wait for another try after an error; what a rule holds or Slack slows down is not among them."""
    query = select(func.count()).where(
        PLANNED,
        SERVED,
        col(NudgeRow.next_try_at) > now,
        col(NudgeRow.next_try_at) <= now + LONGEST_PAUSE,
        col(NudgeRow.error).is_not(None),
        col(NudgeRow.error).not_in((RESENT, SLOWED)),
    )
    return session.exec(query).one()
