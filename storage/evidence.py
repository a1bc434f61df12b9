"""What was done with plays, counted per rep, play and deed. `core.evidence` makes of it what may be told."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from bot.core.cadence import ANSWER_TIME
from bot.core.evidence import Deed, Use
from bot.core.nudge import Fate, Kind, Rule
from storage.tables import AdviceRow, CommitmentRow, FeedbackRow, NudgeRow

NOT_ABOUT_A_PLAY = (Kind.CHECK.value, Kind.DIGEST.value, Kind.WELCOME.value)
OUTCOMES = {"done": Deed.DONE, "changed": Deed.CHANGED, "not": Deed.NOT_DONE}


def uses(
    session: Session,
    team_id: str,
    since: datetime,
    until: datetime,
    now: datetime,
    rep_ids: Collection[str] | None = None,
) -> list[Use]:
    """What happened with plays in [since, until), of these reps or of all in the workspace."""
    found = [
        *_sent(session, team_id, since, until, now),
        *_held(session, team_id, since, until),
        *_committed(session, team_id, since, until),
        *_wrong(session, team_id, since, until),
        *_asked(session, team_id, since, until),
    ]
    mine = found if rep_ids is None else [use for use in found if use.rep_id in rep_ids]
    return sorted(mine, key=lambda u: (u.play, u.rep_id, u.deed, u.rule or ""))


def _of_plays(team_id: str) -> ColumnElement[bool]:
    return and_(col(NudgeRow.team_id) == team_id, col(NudgeRow.kind).not_in(NOT_ABOUT_A_PLAY), col(NudgeRow.play) != "")


def _sent(session: Session, team_id: str, since: datetime, until: datetime, now: datetime) -> list[Use]:
    said_wrong = select(col(FeedbackRow.id)).where(col(FeedbackRow.nudge_id) == col(NudgeRow.id)).exists()
    silent = and_(
        or_(
            and_(col(NudgeRow.answered_at).is_(None), col(NudgeRow.ended_at) <= now - ANSWER_TIME),
            col(NudgeRow.answer) == "counted",  # three in a row without an answer, then one for all
        ),
        ~said_wrong,
    )
    query = (
        select(
            col(NudgeRow.play), col(NudgeRow.rep_id), func.count(), _sum(silent), _sum(col(NudgeRow.answer) == "skip")
        )
        .where(_of_plays(team_id), col(NudgeRow.state) == Fate.SENT.value)
        .where(col(NudgeRow.ended_at) >= since, col(NudgeRow.ended_at) < until)
        .group_by(col(NudgeRow.play), col(NudgeRow.rep_id))
    )
    return [
        Use(play, rep_id, deed, int(count))
        for play, rep_id, shown, ignored, skipped in session.execute(query)
        for deed, count in ((Deed.SHOWN, shown), (Deed.IGNORED, ignored), (Deed.SKIPPED, skipped))
        if count
    ]


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _held(session: Session, team_id: str, since: datetime, until: datetime) -> list[Use]:
    """What is held by a rule now, and what a rule dropped."""
    query = (
        select(col(NudgeRow.play), col(NudgeRow.rep_id), col(NudgeRow.rule), func.count())
        .where(_of_plays(team_id), col(NudgeRow.rule).is_not(None))
        .where(col(NudgeRow.state).in_((Fate.PLANNED.value, Fate.DROPPED.value)))
        .where(col(NudgeRow.due_at) >= since, col(NudgeRow.due_at) < until)
        .group_by(col(NudgeRow.play), col(NudgeRow.rep_id), col(NudgeRow.rule))
    )
    return [
        Use(play, rep_id, Deed.HELD_OUT, count)
        if rule == Rule.HOLDOUT.value
        else Use(play, rep_id, Deed.HELD, count, Rule(rule))
        for play, rep_id, rule, count in session.execute(query)
        if rule is not None
    ]


def _committed(session: Session, team_id: str, since: datetime, until: datetime) -> list[Use]:
    """Commitments made in the span, with what became of them whenever that was."""
    query = (
        select(col(CommitmentRow.play), col(CommitmentRow.rep_id), col(CommitmentRow.outcome), func.count())
        .where(
            col(CommitmentRow.team_id) == team_id,
            col(CommitmentRow.made_at) >= since,
            col(CommitmentRow.made_at) < until,
        )
        .group_by(col(CommitmentRow.play), col(CommitmentRow.rep_id), col(CommitmentRow.outcome))
    )
    found: Counter[tuple[str, str, Deed]] = Counter()
    for play, rep_id, outcome, count in session.execute(query):
        found[play, rep_id, Deed.COMMITTED] += count
        if outcome in OUTCOMES:
            found[play, rep_id, OUTCOMES[outcome]] += count
    return [Use(*key, count) for key, count in found.items()]


def _wrong(session: Session, team_id: str, since: datetime, until: datetime) -> list[Use]:
    query = (
        select(col(FeedbackRow.play), col(FeedbackRow.rep_id), func.count())
        .where(col(FeedbackRow.team_id) == team_id, col(FeedbackRow.at) >= since, col(FeedbackRow.at) < until)
        .where(col(FeedbackRow.play) != "")
        .group_by(col(FeedbackRow.play), col(FeedbackRow.rep_id))
    )
    return [Use(play, rep_id, Deed.WRONG, count) for play, rep_id, count in session.execute(query)]


def _asked(session: Session, team_id: str, since: datetime, until: datetime) -> list[Use]:
    """Plays that opened an answer, and those that a rule kept out of one."""
    query = select(col(AdviceRow.rep_id), col(AdviceRow.plays), col(AdviceRow.held)).where(
        col(AdviceRow.team_id) == team_id, col(AdviceRow.at) >= since, col(AdviceRow.at) < until
    )
    found: Counter[tuple[str, str, Deed, Rule | None]] = Counter()
    for rep_id, plays, held in session.execute(query):
        if plays:
            found[plays[0]["id"], rep_id, Deed.ASKED, None] += 1
        for play, rule in held:
            found[play, rep_id, Deed.HELD, Rule(rule)] += 1
    return [Use(play, rep_id, deed, count, rule) for (play, rep_id, deed, rule), count in found.items()]
