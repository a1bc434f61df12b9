"""The situations of many accounts at once: a handful of queries and plain rows, for planning."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session, SQLModel

from bot.core.account import Account, OrderPhase, Rep, Stage
from bot.core.situation import By, Situation
from storage import accounts, history, visits
from storage.situations import LOOK_BACK, VISITS_BACK

People = Mapping[str, tuple[Rep, ZoneInfo]]
Fact = TypeVar("Fact")
# The bare tables: plain rows instead of objects that the session watches, read alike and much cheaper.
_TABLES = ("account", "contact", "problem", "problem_step", "promise", "record", "visit")
_ACCOUNT, _CONTACT, _PROBLEM, _STEP, _PROMISE, _RECORD, _VISIT = (SQLModel.metadata.tables[t].c for t in _TABLES)
_STANDING = ("stage", "stage_since", "order_phase", "order_since")
_TALKING = ("last_contact", "last_contact_by", "one_sided_contacts", "one_sided_since")
_READ = [_ACCOUNT[name] for name in ("id", "rep_id", *_STANDING, *_TALKING)]


def of_reps(session: Session, team_id: str, people: People, now: datetime) -> Iterator[Situation]:
    """The situations of all accounts that these reps keep, by rep and id; archived accounts are left out.

    As `situations.load` gives them, but without what planning never reads: what was shown, what an account is called
    and by whom it is led, settled promises, contacts without a say.
    """
    theirs = select(_ACCOUNT.id).where(
        _ACCOUNT.team_id == team_id, _ACCOUNT.rep_id.in_(sorted(people)), _ACCOUNT.archived_as.is_(None)
    )
    known = _Known(session, theirs, now)
    local = {zone: now.astimezone(zone) for _, zone in people.values()}
    for row in _rows(session, theirs.with_only_columns(*_READ).order_by(_ACCOUNT.rep_id, _ACCOUNT.id)):
        rep, zone = people[row.rep_id]
        yield known.situation(row, rep, local[zone])


def _rows(session: Session, query: Select[Any]) -> Sequence[Any]:
    return session.connection().execute(query).all()


class _Known:
    """What is known of some accounts, by account, each list in the order in which rules read it."""

    def __init__(self, session: Session, ids: Select[Any], now: datetime) -> None:
        self._session, self._ids = session, ids
        v, c, p, r, b = _VISIT, _CONTACT, _PROMISE, _RECORD, _PROBLEM
        steps = self._steps()
        self.visits = self._read(v, visits.visit_of, [v.at, v.id], v.at >= now - VISITS_BACK)
        self.contacts = self._read(c, accounts.contact_of, [c.since, c.name], c.has_say, c.since.is_not(None))
        self.promises = self._read(p, history.promise_of, [p.due, p.id], p.kept_at.is_(None), p.broken_at.is_(None))
        self.records = self._read(r, history.record_of, [r.at, r.id], r.at >= now - LOOK_BACK)
        self.problems = self._read(
            b, lambda row: history.problem_of(row, steps[row.id]), [b.opened_at, b.id], b.withdrawn_at.is_(None)
        )

    def _read(
        self, of: Any, fact: Callable[[Any], Fact], order: list[Any], *only: ColumnElement[bool]
    ) -> dict[str, list[Fact]]:
        query = select(*of).where(of.account_id.in_(self._ids), *only).order_by(*order)
        found: dict[str, list[Fact]] = defaultdict(list)
        for row in _rows(self._session, query):
            found[row.account_id].append(fact(row))
        return found

    def _steps(self) -> dict[str, list[Any]]:
        of_these = select(_PROBLEM.id).where(_PROBLEM.account_id.in_(self._ids))
        found: dict[str, list[Any]] = defaultdict(list)
        for step in _rows(self._session, select(*_STEP).where(_STEP.problem_id.in_(of_these))):
            found[step.problem_id].append(step)
        return found

    def situation(self, row: Any, rep: Rep, local: datetime) -> Situation:
        key, rep_id, stage, stage_since, phase, order_since, last, last_by, one_sided, one_sided_since = row
        return Situation(
            now=local,
            rep=rep,
            account=Account(
                id=key,
                team_id=rep.team_id,
                rep_id=rep_id,
                name="",
                stage=Stage(stage) if stage else None,
                stage_since=stage_since,
                order_phase=OrderPhase(phase) if phase else None,
                order_since=order_since,
            ),
            visits=tuple(self.visits.get(key, ())),
            problems=tuple(self.problems.get(key, ())),
            promises=tuple(self.promises.get(key, ())),
            records=tuple(self.records.get(key, ())),
            contacts=tuple(self.contacts.get(key, ())),
            last_contact=last,
            last_contact_by=By(last_by) if last_by else None,
            one_sided_contacts=one_sided,
            one_sided_since=one_sided_since,
        )
