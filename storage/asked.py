"""What was asked of reps: told by the rows of messages and dialogues themselves; only forms are counted apart."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from bot.core import asked
from bot.core.asked import Asked, Moment
from bot.core.nudge import Fate, Kind
from bot.core.problem import Step
from storage.tables import AccountRow, AskedRow, DialogueRow, NudgeRow, ProblemRow, ProblemStepRow

BY_FORM = frozenset({"broken", "changed_it", "moved"})  # answers that took a form
COUNTED = "counted"  # an answer that no tap gave: the rep said what they want instead


def of(session: Session, team_id: str, zones: Mapping[str, ZoneInfo], since: datetime) -> dict[str, list[Moment]]:
    """What was asked of each of these reps since then, by days in their own zones."""
    found: dict[str, list[Moment]] = {rep_id: [] for rep_id in zones}
    _messages(session, team_id, zones, since, found)
    _steps(session, team_id, zones, since, found)
    talks = (
        select(col(DialogueRow.rep_id), col(DialogueRow.started_at), col(DialogueRow.taps))
        .where(col(DialogueRow.team_id) == team_id, col(DialogueRow.rep_id).in_(zones))
        .where(col(DialogueRow.nudge_id).is_not(None), col(DialogueRow.started_at) >= since)
    )
    for rep_id, started, taps in session.execute(talks):
        found[rep_id].append(Moment(Asked.REPLY, asked.local_day(started, zones[rep_id]), taps))
    forms = (
        select(AskedRow)
        .where(col(AskedRow.team_id) == team_id, col(AskedRow.rep_id).in_(zones))
        .where(col(AskedRow.day) >= since.date() - timedelta(days=1))
    )
    for row in session.scalars(forms):
        found[row.rep_id].append(Moment(Asked(row.kind), row.day, row.count))
    return found


def _messages(
    session: Session, team_id: str, zones: Mapping[str, ZoneInfo], since: datetime, found: dict[str, list[Moment]]
) -> None:
    row = NudgeRow
    reader = func.coalesce(col(row.sent_to), col(row.rep_id))  # a stand-in reads what went to them
    columns = (row.kind, row.cue, row.message_of, row.ended_at, row.answered_at, row.answer)
    sent = (
        select(reader, *map(col, columns))
        .where(col(row.team_id) == team_id, or_(col(row.rep_id).in_(zones), col(row.sent_to).in_(zones)))
        .where(col(row.state) == Fate.SENT.value, col(row.ended_at) >= since)
    )
    for rep_id, kind, cue, lead, at, answered_at, answer in session.execute(sent):
        if rep_id not in zones:
            continue
        read = asked.of_message(Kind(kind), cue, lead is not None)
        found[rep_id].append(Moment(read, asked.local_day(at, zones[rep_id])))
        if answered_at is not None and answer != COUNTED:
            what = Asked.FORM if answer in BY_FORM else Asked.TAP
            found[rep_id].append(Moment(what, asked.local_day(answered_at, zones[rep_id])))


def _steps(
    session: Session, team_id: str, zones: Mapping[str, ZoneInfo], since: datetime, found: dict[str, list[Moment]]
) -> None:
    """One tap takes a step of a problem, and those before it that were left out; opening it is the rep's own."""
    taken = (
        select(col(AccountRow.rep_id), col(ProblemStepRow.at))
        .join(ProblemRow, col(ProblemRow.id) == col(ProblemStepRow.problem_id))
        .join(AccountRow, col(AccountRow.id) == col(ProblemRow.account_id))
        .where(col(AccountRow.team_id) == team_id, col(AccountRow.rep_id).in_(zones))
        .where(col(ProblemStepRow.at) >= since, col(ProblemStepRow.step) != Step.OWNED.value)
        .where(col(ProblemStepRow.at) > col(AccountRow.created_at))  # what a portfolio brought was no tap
        .group_by(col(AccountRow.rep_id), col(ProblemStepRow.problem_id), col(ProblemStepRow.at))
    )
    for rep_id, at in session.execute(taken):
        found[rep_id].append(Moment(Asked.TAP, asked.local_day(at, zones[rep_id])))


def note(session: Session, team_id: str, rep_id: str, day: date, kind: Asked) -> None:
    """Counts one more of what no row of a message tells."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = AskedRow(team_id=team_id, rep_id=rep_id, day=day, kind=kind.value, count=1)
    query = dialect.insert(AskedRow).values(**row.model_dump())
    once_more = {"count": AskedRow.__table__.c.count + 1}  # type: ignore[attr-defined]
    session.execute(query.on_conflict_do_update(index_elements=["team_id", "rep_id", "day", "kind"], set_=once_more))
