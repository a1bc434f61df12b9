"""Problems: opening one, taking its steps, closing it on the client's word; and promises, made and kept."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from bot import errors
from bot.core import problem as problems
from bot.core import wording
from bot.core.account import Account, Rep
from bot.core.message import Message, plain
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.promise import Change, What
from bot.core.situation import By, in_touch
from bot.core.texts import names, talk
from bot.usecases import accounts as account_cases
from bot.usecases import planning, promises
from bot.usecases.ports import Base
from storage import accounts, history
from storage import promises as stored


def open_one(base: Base, rep: Rep, name: str, text: str, raised_by: RaisedBy, now: datetime) -> Message:
    """Opens a problem on an account. Whoever opens it owns it."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        problem = Problem(
            id=base.new_id(),
            account_id=account.id,
            text=text,
            opened_at=now,
            raised_by=raised_by,
            done={Step.OWNED: now},
        )
        history.add_problem(session, rep.team_id, problem)
        planning.changed(base, session, account, now)
    return _told(rep, account, problem)


def _told(rep: Rep, account: Account, problem: Problem) -> Message:
    step = problems.next_step(problem)
    if step is None:
        return plain(talk.PROBLEM_CLOSED.of(rep.language, account=account.name))
    return plain(talk.PROBLEM_NEXT.of(rep.language, account=account.name, step=names.STEPS[step].of(rep.language)))


def take_step(base: Base, rep: Rep, name: str, step: Step | None, now: datetime) -> Message:
    """Takes the next step of the account's open problem, or the one named; what was taken before stays."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        problem = _open(session, rep, account)
        advance(base, session, account, problem, step or problems.next_step(problem), now)
        problem = next(p for p in history.problems(session, rep.team_id, account.id) if p.id == problem.id)
    return _told(rep, account, problem)


def _open(session: Session, rep: Rep, account: Account) -> Problem:
    open_ = [p for p in history.problems(session, rep.team_id, account.id) if p.confirmed_at is None]
    if not open_:
        raise errors.Refused("No problem is open.", code="no_problem", params={"account": account.name})
    return open_[0]


def advance(base: Base, session: Session, account: Account, problem: Problem, step: Step | None, now: datetime) -> None:
    """Writes down a step; steps before it that were not written down count as taken with it.

    Whoever speaks with the client about a problem is in touch with them.
    """
    if step is None:
        return
    taken = []
    for earlier in list(Step)[: list(Step).index(step) + 1]:
        if earlier not in problem.done and not (
            earlier is Step.CLIENT_HEARD and problem.raised_by is RaisedBy.US and step is not earlier
        ):
            history.take_step(session, account.team_id, problem.id, earlier, now)
            taken.append(earlier)
    by = in_touch(taken)
    if by is not None:
        accounts.log_contact(session, account.team_id, account.id, by, now, "problem")
    planning.changed(base, session, account, now)


def open_on(base: Base, account: Account) -> list[Problem]:
    """The open problems of an account, oldest first."""
    with base.database.read() as session:
        return [p for p in history.problems(session, account.team_id, account.id) if p.confirmed_at is None]


def step_on(base: Base, account: Account, problem: Problem, step: Step, now: datetime) -> None:
    with base.database.write() as session:
        advance(base, session, account, problem, step, now)


# --- promises -------------------------------------------------------------------------------------------------------


def promise(base: Base, rep: Rep, name: str, text: str, due: date, by: By, now: datetime) -> Message:
    """Writes down a promise and when it is due."""
    zone = planning.zone_of(base, rep)
    today = now.astimezone(zone).date() if zone is not None else now.date()
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        promises.make(base, session, account, promises.Wish(account, by, text), due, today, now)
    day = wording.day(due, rep.language, today)
    return plain(talk.PROMISE_MADE.of(rep.language, account=account.name, day=day, text=text))


def keep(base: Base, rep: Rep, name: str, text: str, now: datetime) -> Message:
    """Marks a promise as kept: the one whose text begins so, else the next one due."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        open_ = [p for p in history.promises(session, rep.team_id, account.id) if p.is_open]
        chosen = next((p for p in open_ if text and p.text.casefold().startswith(text.casefold())), None)
        if chosen is None and (text or not open_):
            raise errors.Refused("No such promise.", code="no_promise", params={"account": account.name})
        chosen = chosen or open_[0]
        kept = replace(chosen, kept_at=now)
        stored.save(session, rep.team_id, kept, Change(what=What.KEPT, at=now))
        planning.changed(base, session, account, now)
    return plain(talk.PROMISE_KEPT.of(rep.language, account=account.name, text=kept.text))


def of_rep(base: Base, rep: Rep) -> list[tuple[Account, Problem]]:
    """Every open problem on a rep's accounts, oldest first."""
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        found = [
            (account, problem)
            for account in mine
            for problem in history.problems(session, rep.team_id, account.id)
            if problem.confirmed_at is None
        ]
    return sorted(found, key=lambda pair: (pair[1].opened_at, pair[0].name))
