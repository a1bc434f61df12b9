"""What is shown of a team, read for all its reps at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.account import Account
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Promise, Record, RecordKind
from bot.core.team import REVIEWS, Spell
from storage import accounts
from storage.tables import (
    AccountRow,
    ProblemRow,
    ProblemStepRow,
    PromiseRow,
    RecordRow,
    RepRow,
    WorkspaceRow,
)


@dataclass(slots=True)
class Keeping:
    """What is stored of the accounts that one rep keeps."""

    live: list[Account] = field(default_factory=list)
    reviews: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    promises: list[Promise] = field(default_factory=list)


def nameless(session: Session) -> list[tuple[str, str]]:
    """The active reps whose name Slack has not said yet, as (workspace, id)."""
    left = select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None))
    query = select(RepRow.team_id, RepRow.id).where(col(RepRow.active), RepRow.name == "")
    query = query.where(col(RepRow.team_id).not_in(left))
    return list(session.exec(query.order_by(RepRow.team_id, RepRow.id)))


def keeping(session: Session, team_id: str, rep_ids: Collection[str]) -> dict[str, Keeping]:
    """The live accounts of each rep, the reviews held on any of theirs, and all promises of ours."""
    found = {rep_id: Keeping() for rep_id in rep_ids}
    rows = session.exec(select(AccountRow).where(AccountRow.team_id == team_id, col(AccountRow.rep_id).in_(rep_ids)))
    keeper: dict[str, str] = {}
    live: set[str] = set()
    for row in rows:
        keeper[row.id] = row.rep_id
        if row.archived_as is None:
            live.add(row.id)
            found[row.rep_id].live.append(accounts.account_of(row))
    of_these = _of_accounts(team_id, rep_ids)
    kinds = [kind.value for kind in REVIEWS]
    for record in session.exec(
        select(RecordRow).where(col(RecordRow.account_id).in_(of_these), col(RecordRow.kind).in_(kinds))
    ):
        kept = Record(kind=RecordKind(record.kind), at=record.at, answer=record.answer)
        found[keeper[record.account_id]].reviews[record.account_id].append(kept)
    for promise in session.exec(select(PromiseRow).where(col(PromiseRow.account_id).in_(of_these))):
        kept_promise = _promise(promise)
        if not kept_promise.is_open or promise.account_id in live:
            found[keeper[promise.account_id]].promises.append(kept_promise)
    return found


def _of_accounts(team_id: str, rep_ids: Collection[str]) -> SelectOfScalar[str]:
    return select(AccountRow.id).where(AccountRow.team_id == team_id, col(AccountRow.rep_id).in_(rep_ids))


def _promise(row: PromiseRow) -> Promise:
    return Promise(
        id=row.id,
        account_id=row.account_id,
        text=row.text,
        due=row.due,
        made=row.made,
        by=By(row.by),
        kept_at=row.kept_at,
        broken_at=row.broken_at,
    )


# --- problems -------------------------------------------------------------------------------------------------------


def open_problems(session: Session, team_id: str, rep_ids: Collection[str]) -> list[tuple[Account, Problem]]:
    """Every open problem on the live accounts of these reps."""
    confirmed = select(ProblemStepRow.problem_id).where(
        ProblemStepRow.team_id == team_id, ProblemStepRow.step == Step.CONFIRMED.value
    )
    query = (
        select(AccountRow, ProblemRow)
        .where(ProblemRow.account_id == AccountRow.id, AccountRow.team_id == team_id)
        .where(col(AccountRow.rep_id).in_(rep_ids), col(AccountRow.archived_as).is_(None))
        .where(col(ProblemRow.withdrawn_at).is_(None), col(ProblemRow.id).not_in(confirmed))
    )
    rows = list(session.exec(query))
    ids = [problem.id for _, problem in rows]
    done: dict[str, dict[Step, datetime]] = defaultdict(dict)
    for step in session.exec(select(ProblemStepRow).where(col(ProblemStepRow.problem_id).in_(ids))):
        done[step.problem_id][Step(step.step)] = step.at
    return [
        (
            accounts.account_of(account),
            Problem(
                id=row.id,
                account_id=row.account_id,
                text="",
                opened_at=row.opened_at,
                raised_by=RaisedBy(row.raised_by),
                done=done[row.id],
            ),
        )
        for account, row in rows
    ]


def spells(session: Session, team_id: str, rep_ids: Collection[str], since: datetime) -> list[Spell]:
    """When each problem of these reps was open, unless it ended before `since`; an account put away ends it too."""
    query = (
        select(ProblemRow.opened_at, ProblemStepRow.at, AccountRow.archived_at)
        .join(AccountRow, col(AccountRow.id) == col(ProblemRow.account_id))
        .outerjoin(
            ProblemStepRow,
            (col(ProblemStepRow.problem_id) == col(ProblemRow.id)) & (col(ProblemStepRow.step) == Step.CONFIRMED.value),
        )
        .where(AccountRow.team_id == team_id, col(AccountRow.rep_id).in_(rep_ids))
        .where(col(ProblemRow.withdrawn_at).is_(None))
    )
    ends = (
        (opened, min((t for t in (over, away) if t is not None), default=None))
        for opened, over, away in session.exec(query)
    )
    return [Spell(opened, end) for opened, end in ends if end is None or end >= since]
