"""Importing a portfolio: given cells are kept, empty ones leave what is there, `-` clears, nothing is deleted."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from sqlmodel import Session

from bot.core import portfolio
from bot.core.account import Rep
from bot.core.portfolio import Clear, Facts, Portfolio, PortfolioRow
from bot.core.problem import Step
from bot.core.situation import VisitState
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import accounts, history, reps, visits

FIELDS = ("stage", "stage_since", "order_phase", "order_since", "important", "manager")


def keep(base: Base, team_id: str, read: Portfolio, now: datetime) -> int:
    """Keeps every good row, one transaction a rep; returns how many accounts were imported."""
    by_rep: dict[str, list[PortfolioRow]] = {}
    for row in read.rows:
        by_rep.setdefault(row.rep, []).append(row)
    for rep_id, rows in sorted(by_rep.items()):
        with base.database.write() as session:
            rep = _rep(session, team_id, rep_id, rows[0])
            for row in sorted(rows, key=lambda r: r.account):
                _row(base, session, rep, row, now)
    return len(read.rows)


def _rep(session: Session, team_id: str, rep_id: str, row: PortfolioRow) -> Rep:
    """The rep; the file's zone and language serve until Slack says otherwise."""
    known = reps.get(session, team_id, rep_id)
    if known is not None and reps.profile_at(session, team_id, rep_id) is not None:
        return known
    return reps.save(session, team_id, rep_id, zone=row.zone, language=row.rep_language.value)


def _row(base: Base, session: Session, rep: Rep, row: PortfolioRow, now: datetime) -> None:
    zone = planning.zone_of(base, rep) or row.zone
    today = now.astimezone(zone).date()
    same = accounts.by_name(session, rep.team_id, rep.id, row.account)
    facts = portfolio.facts(row, rep.team_id, same.id if same is not None else base.new_id(), today)
    if same is None:
        account = accounts.add(session, facts.account, now)
    else:
        account = accounts.update(session, rep.team_id, same.id, now, **_given(row, facts))
    accounts.set_contact_summary(
        session, rep.team_id, account.id, facts.last_contact, facts.last_contact_by,
        None if row.one_sided_contacts is None else facts.one_sided_contacts,
    )  # fmt: skip
    for contact in facts.contacts:
        accounts.save_contact(session, rep.team_id, replace(contact, id=base.new_id()))
    _visits(base, session, rep, facts, row, now)
    _problems(base, session, rep, facts, row, now)
    there = history.promises(session, rep.team_id, account.id)
    for promise in facts.promises:
        if not any((p.text, p.due) == (promise.text, promise.due) for p in there):
            history.save_promise(session, rep.team_id, replace(promise, id=base.new_id()))
    planning.changed(base, session, account, now)


def _given(row: PortfolioRow, facts: Facts) -> dict[str, Any]:
    """The account's columns of which the row says something; a cleared one becomes empty."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        cell = getattr(row, name)
        if isinstance(cell, Clear):
            values[name] = () if name == "important" else None
        elif cell is not None:
            values[name] = getattr(facts.account, name)
    if row.account_language is not None:
        values["language"] = facts.account.language
    if row.account_timezone is not None:
        values["zone"] = facts.account.zone
    return values


def _visits(base: Base, session: Session, rep: Rep, facts: Facts, row: PortfolioRow, now: datetime) -> None:
    """Adds the row's visit if it is ahead and not there yet; a cleared cell cancels what is planned."""
    start = datetime.combine(now.date(), time(0), UTC)
    there = [
        v for v in visits.of_account(session, rep.team_id, facts.account.id, start) if v.state is VisitState.PLANNED
    ]
    for visit in facts.visits:
        if visit.at >= start and not any(v.at == visit.at for v in there):
            visits.add(session, rep.team_id, replace(visit, id=base.new_id(), at=visit.at.astimezone(UTC)), now)
    if isinstance(row.next_visit, Clear):
        for visit in there:
            visits.update(session, rep.team_id, visit.id, state=VisitState.CANCELLED.value)


def _problems(base: Base, session: Session, rep: Rep, facts: Facts, row: PortfolioRow, now: datetime) -> None:
    """Adds the row's problems that are not there yet; a confirmation, or a cleared cell, ends the one that is open."""
    there = history.problems(session, rep.team_id, facts.account.id)
    opened = next((p for p in there if p.confirmed_at is None), None)
    for problem in facts.problems:
        if any(p.opened_at == problem.opened_at and p.confirmed_at == problem.confirmed_at for p in there):
            continue
        if opened is not None and problem.confirmed_at is not None:
            history.take_step(session, rep.team_id, opened.id, Step.CONFIRMED, problem.confirmed_at)
        elif opened is None or problem.confirmed_at is not None:
            history.add_problem(session, rep.team_id, replace(problem, id=base.new_id()))
    if opened is not None and isinstance(row.open_problem_since, Clear):
        history.take_step(session, rep.team_id, opened.id, Step.CONFIRMED, now)
