"""Problems, promises and records: what happened at an account."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Promise, Record, RecordKind
from storage.session import add_missing
from storage.tables import ProblemRow, ProblemStepRow, PromiseRow, RecordRow


def problems(session: Session, team_id: str, account_id: str) -> list[Problem]:
    """All problems of an account with their steps, oldest first."""
    rows = session.exec(
        select(ProblemRow)
        .where(ProblemRow.team_id == team_id, ProblemRow.account_id == account_id)
        .where(col(ProblemRow.withdrawn_at).is_(None))
        .order_by(col(ProblemRow.opened_at), ProblemRow.id)
    ).all()
    if not rows:
        return []
    steps = session.exec(select(ProblemStepRow).where(col(ProblemStepRow.problem_id).in_([r.id for r in rows]))).all()
    return [problem_of(row, [s for s in steps if s.problem_id == row.id]) for row in rows]


def problem_of(row: ProblemRow, steps: Iterable[ProblemStepRow]) -> Problem:
    return Problem(
        id=row.id,
        account_id=row.account_id,
        text=row.text,
        opened_at=row.opened_at,
        raised_by=RaisedBy(row.raised_by),
        lesson=row.lesson,
        done={Step(s.step): s.at for s in steps},
    )


def add_problem(session: Session, team_id: str, problem: Problem) -> None:
    session.add(
        ProblemRow(
            id=problem.id,
            team_id=team_id,
            account_id=problem.account_id,
            text=problem.text,
            opened_at=problem.opened_at,
            raised_by=problem.raised_by.value,
        )
    )
    session.flush()
    for step, at in problem.done.items():
        take_step(session, team_id, problem.id, step, at)


def problem(session: Session, team_id: str, problem_id: str) -> Problem | None:
    """One problem; None if it is not there, or was withdrawn."""
    row = session.get(ProblemRow, problem_id)
    if row is None or row.team_id != team_id or row.withdrawn_at is not None:
        return None
    return next((p for p in problems(session, team_id, row.account_id) if p.id == problem_id), None)


def withdraw(session: Session, team_id: str, problem_id: str, now: datetime) -> None:
    """Takes back a problem that was opened by mistake; its row stays, and counts for nothing."""
    row = session.get(ProblemRow, problem_id)
    if row is not None and row.team_id == team_id:
        row.withdrawn_at = now
        session.add(row)


def put_in_words(session: Session, team_id: str, problem_id: str, text: str) -> None:
    """Keeps what a problem is about, in the words of whoever carries it."""
    row = session.get(ProblemRow, problem_id)
    if row is not None and row.team_id == team_id:
        row.text = text
        session.add(row)


def keep_lesson(session: Session, team_id: str, problem_id: str, lesson: str) -> None:
    row = session.get(ProblemRow, problem_id)
    if row is not None and row.team_id == team_id:
        row.lesson = lesson
        session.add(row)


def take_step(session: Session, team_id: str, problem_id: str, step: Step, at: datetime) -> bool:
    """Writes down that a step was taken; False if it had been taken before."""
    problem = session.get(ProblemRow, problem_id)
    if problem is None or problem.team_id != team_id:
        raise LookupError(problem_id)
    return add_missing(session, ProblemStepRow(problem_id=problem_id, step=step.value, team_id=team_id, at=at))


def promises(session: Session, team_id: str, account_id: str) -> list[Promise]:
    query = select(PromiseRow).where(PromiseRow.team_id == team_id, PromiseRow.account_id == account_id)
    return [promise_of(row) for row in session.exec(query.order_by(col(PromiseRow.due), PromiseRow.id))]


def promise_of(row: PromiseRow) -> Promise:
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


def save_promise(session: Session, team_id: str, promise: Promise) -> None:
    session.merge(
        PromiseRow(
            id=promise.id,
            team_id=team_id,
            account_id=promise.account_id,
            text=promise.text,
            due=promise.due,
            made=promise.made,
            by=promise.by.value,
            kept_at=promise.kept_at,
            broken_at=promise.broken_at,
        )
    )
    session.flush()


def records(session: Session, team_id: str, account_id: str, since: datetime | None = None) -> list[Record]:
    query = select(RecordRow).where(RecordRow.team_id == team_id, RecordRow.account_id == account_id)
    if since is not None:
        query = query.where(RecordRow.at >= since)
    return [record_of(r) for r in session.exec(query.order_by(col(RecordRow.at), RecordRow.id))]


def record_of(row: RecordRow) -> Record:
    return Record(kind=RecordKind(row.kind), at=row.at, text=row.text, answer=row.answer, done_at=row.done_at)


def add_record(session: Session, team_id: str, account_id: str, record_id: str, record: Record) -> None:
    session.add(
        RecordRow(
            id=record_id,
            team_id=team_id,
            account_id=account_id,
            kind=record.kind.value,
            at=record.at,
            text=record.text,
            answer=record.answer,
            done_at=record.done_at,
        )
    )
    session.flush()


def newest_record(session: Session, team_id: str, account_id: str, kind: RecordKind) -> Record | None:
    """The newest record of that kind on an account."""
    query = select(RecordRow).where(RecordRow.team_id == team_id, RecordRow.account_id == account_id)
    newest = query.where(RecordRow.kind == kind.value).order_by(col(RecordRow.at).desc(), col(RecordRow.id).desc())
    row = session.exec(newest).first()
    return record_of(row) if row is not None else None


def settle_record(session: Session, team_id: str, record_id: str, now: datetime) -> None:
    """Writes down that what a record asked for was done."""
    row = session.get(RecordRow, record_id)
    if row is not None and row.team_id == team_id:
        row.done_at = now
        session.add(row)


def answer_requests(session: Session, team_id: str, account_id: str, now: datetime) -> int:
    """Marks every open request of the client as answered; returns how many there were."""
    query = select(RecordRow).where(
        RecordRow.team_id == team_id,
        RecordRow.account_id == account_id,
        RecordRow.kind == RecordKind.REQUEST.value,
        col(RecordRow.done_at).is_(None),
    )
    rows = list(session.exec(query))
    for row in rows:
        row.done_at = now
        session.add(row)
    return len(rows)
