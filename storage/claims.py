"""Claims: which due nudges a worker takes, fair to every workspace and at the pace that Slack allows each.

Look-ups of what may have been posted come first. Then the workspaces take turns, the one that waited longest first,
and within one the most important nudge. A rep gets one thing at a time, and nothing in the second after a message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, text, true
from sqlmodel import Session, col, func, select

from bot.core import pace as paces_of
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.pace import Bucket, Pace
from storage import deliveries, paces
from storage.nudges import IN_HAND, NOT_ENDED, PLANNED, Claim, nudge_of
from storage.tables import NudgeRow

CLAIMING = 7_105_649_269  # PostgreSQL's advisory lock of claims; any number, the same in every process
LOOKUPS = 10  # of one workspace in one claim
LOOKUP_RESTS = timedelta(seconds=1.2)  # Slack allows 50 reads of histories a minute
RESCUED = 200
# Every workspace with something due, found by hopping over the index: as many steps as workspaces, not as rows.
WAITING = text(
    """
    WITH RECURSIVE team(id) AS (
        SELECT min(team_id) FROM nudge WHERE state = 'planned'
        UNION ALL
        SELECT (SELECT min(team_id) FROM nudge WHERE state = 'planned' AND team_id > team.id)
        FROM team WHERE team.id IS NOT NULL
    )
    SELECT team.id FROM team
    WHERE EXISTS (SELECT 1 FROM nudge WHERE state = 'planned' AND team_id = team.id AND next_try_at <= :now)
    """
).bindparams(bindparam("now", type_=NudgeRow.__table__.c.next_try_at.type))  # type: ignore[attr-defined]

Whose = tuple[str, str]  # a workspace and a rep


def claim(
    session: Session,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    pace: Pace = paces_of.SLACK,
    busy: Iterable[Whose] = (),
    only: str | None = None,
) -> list[Claim]:
    """Takes due nudges, at most one a rep, under a lease that ends at `now + lease`.

    Nudges whose lease ran out are taken again. A rep of whom something is in hand is passed over, and so are those
    in `busy`; so that this holds between processes too, they claim one after the other (on SQLite every write does).
    Nothing is taken of a workspace that removed the app, nor, if `only` names one, of any other: who has no token of a
    workspace leaves its nudges to those who have.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))
    taken: set[Whose] = {*busy, *_in_hand(session, now)}
    looked_up = _rescue(session, owner, now, lease, limit, taken, only)
    waiting = [team_id for team_id in _waiting(session, now) if only in (None, team_id)]
    if not waiting or len(looked_up) >= limit:
        return looked_up
    buckets = paces.buckets(session, waiting, now, pace)
    claims: list[Claim] = []
    for shares in _rounds(buckets, limit - len(looked_up), claims):
        for team_id, share in shares.items():
            claims += _of_team(session, team_id, owner, now, lease, share, taken)
    _keep(session, buckets, claims, pace)
    return looked_up + claims


def _rounds(buckets: Mapping[str, Bucket], limit: int, claims: list[Claim]) -> Iterable[Mapping[str, int]]:
    """Fair shares, and once more what the first round left, to those who used theirs up."""
    allowed = {team_id: bucket.whole for team_id, bucket in buckets.items()}
    first = paces_of.shares(allowed, limit)
    yield first
    used = {team_id: sum(c.nudge.team_id == team_id for c in claims) for team_id in first}
    more = {t: allowed[t] - used[t] for t in first if used[t] == first[t] and allowed[t] > used[t]}
    yield paces_of.shares(more, limit - len(claims))


def _keep(session: Session, buckets: Mapping[str, Bucket], claims: Sequence[Claim], pace: Pace) -> None:
    """Writes down what the workspaces that were served have left; the others keep their place in the queue."""
    for team_id in {c.nudge.team_id for c in claims}:
        count = sum(c.nudge.team_id == team_id for c in claims)
        paces.keep(session, team_id, paces_of.taken(buckets[team_id], count, pace))


def _in_hand(session: Session, now: datetime) -> set[Whose]:
    query = select(NudgeRow.team_id, NudgeRow.rep_id).where(IN_HAND, col(NudgeRow.lease_until) >= now)
    return {(team_id, rep_id) for team_id, rep_id in session.exec(query)}


def _waiting(session: Session, now: datetime) -> list[str]:
    """The workspaces with something due that may be posted to now."""
    paused = paces.paused_teams(session, paces.POST, now) | deliveries.left(session)
    return [team_id for (team_id,) in session.execute(WAITING, {"now": now}) if team_id not in paused]


def _rescue(
    session: Session, owner: str, now: datetime, lease: timedelta, limit: int, taken: set[Whose], only: str | None
) -> list[Claim]:
    """What was left by a worker that is gone: what may have been posted is taken to be looked up, the rest put back."""
    query = (
        select(NudgeRow)
        .where(IN_HAND, col(NudgeRow.lease_until) < now, true() if only is None else NudgeRow.team_id == only)
        .order_by(col(NudgeRow.priority), col(NudgeRow.intent_at), NudgeRow.id)
        .limit(RESCUED)
        .with_for_update(skip_locked=True)
    )
    unread = (
        paces.paused_teams(session, paces.HISTORY, now)
        | paces.paused_teams(session, paces.LOOKING, now)
        | deliveries.left(session)
    )
    claims: list[Claim] = []
    for row in session.exec(query):
        if row.intent_at is None:
            row.state, row.owner, row.lease_until = "planned", None, None
            session.add(row)
            continue
        of_team = sum(c.nudge.team_id == row.team_id for c in claims)
        whose = (row.team_id, row.rep_id)
        if len(claims) == limit or whose in taken or row.team_id in unread or of_team == LOOKUPS:
            continue
        taken.add(whose)
        companions = tuple(_take(session, one, owner, now + lease) for one in _companions(session, row))
        claims.append(replace(_take(session, row, owner, now + lease), companions=companions))
    for team_id in {c.nudge.team_id for c in claims}:
        count = sum(c.nudge.team_id == team_id for c in claims)
        paces.pause(session, team_id, paces.LOOKING, now + count * LOOKUP_RESTS, now)
    session.flush()
    return claims


def _companions(session: Session, row: NudgeRow) -> Sequence[NudgeRow]:
    """What was to go out in the same message."""
    lead = row.message_of or row.id
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == row.team_id, NudgeRow.rep_id == row.rep_id, IN_HAND, NudgeRow.id != row.id)
        .where(col(NudgeRow.intent_at).is_not(None), or_(col(NudgeRow.id) == lead, col(NudgeRow.message_of) == lead))
        .order_by(NudgeRow.id)
    )
    return session.exec(query.with_for_update(skip_locked=True)).all()


def _of_team(
    session: Session, team_id: str, owner: str, now: datetime, lease: timedelta, share: int, taken: set[Whose]
) -> list[Claim]:
    """The most important of what is due in one workspace."""
    passed_over = {rep for team, rep in taken if team == team_id} | paces.resting(session, team_id, now)
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == team_id, PLANNED, col(NudgeRow.next_try_at) <= now)
        .order_by(
            col(NudgeRow.priority),
            col(NudgeRow.expires_at).is_(None),
            col(NudgeRow.expires_at),
            col(NudgeRow.due_at),
            NudgeRow.id,
        )
        .limit(share * 4)
        .with_for_update(skip_locked=True)
    )
    if passed_over:
        query = query.where(col(NudgeRow.rep_id).not_in(sorted(passed_over)))
    claims: list[Claim] = []
    for row in session.exec(query):
        if (team_id, row.rep_id) not in taken and len(claims) < share:
            taken.add((team_id, row.rep_id))
            claims.append(_take(session, row, owner, now + lease))
    return claims


def siblings(session: Session, lead: Nudge, now: datetime) -> list[Nudge]:
    """The same rep's other planned nudges that are due now and may go out in its message: of its kind and its cue.

    The cue of a visit card that was tried before may be that of its point already.
    """
    query = (
        select(NudgeRow)
        .where(NudgeRow.team_id == lead.team_id, NudgeRow.rep_id == lead.rep_id, PLANNED, NOT_ENDED)
        .where(
            NudgeRow.kind == lead.kind.value,
            or_(col(NudgeRow.kind) == Kind.VISIT_CARD.value, col(NudgeRow.cue) == lead.cue),
        )
        .where(col(NudgeRow.next_try_at) <= now, NudgeRow.id != lead.id)
        .order_by(col(NudgeRow.expires_at), NudgeRow.id)
    )
    return [nudge_of(row) for row in session.exec(query)]


def claim_those(session: Session, nudge_ids: Sequence[str], owner: str, lease_until: datetime) -> list[Claim]:
    """Takes these planned nudges, to go out in another's message."""
    query = select(NudgeRow).where(col(NudgeRow.id).in_(nudge_ids), PLANNED).with_for_update(skip_locked=True)
    rows = sorted(session.exec(query), key=lambda row: list(nudge_ids).index(row.id))
    return [_take(session, row, owner, lease_until) for row in rows]


def _take(session: Session, row: NudgeRow, owner: str, lease_until: datetime) -> Claim:
    row.state, row.owner, row.lease_until, row.attempt = "claimed", owner, lease_until, row.attempt + 1
    session.add(row)
    rule = Rule(row.rule) if row.rule else None
    return Claim(nudge_of(row), owner, row.attempt, row.intent_at, row.looked_up, row.channel, rule)
