"""The situations of many accounts at once: a handful of queries and plain rows, for planning."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlmodel import Session, SQLModel, col

from bot.core.account import Rep
from bot.core.situation import By, Situation
from storage import accounts, history, visits
from storage.situations import LOOK_BACK, VISITS_BACK
from storage.tables import AccountRow, ContactRow, ProblemRow, ProblemStepRow, PromiseRow, RecordRow, VisitRow

People = Mapping[str, tuple[Rep, ZoneInfo]]


def of_reps(session: Session, team_id: str, people: People, now: datetime) -> Iterator[Situation]:
    """The situations of all accounts that these reps keep, by rep and id; archived accounts are left out.

    `shown` is empty: planning does not read it. All else is as `situations.load` gives it.
    """
    query = _rows(AccountRow).where(
        col(AccountRow.team_id) == team_id,
        col(AccountRow.rep_id).in_(sorted(people)),
        col(AccountRow.archived_as).is_(None),
    )
    known = _Known(session, query.with_only_columns(col(AccountRow.id)), now)
    for row in session.execute(query.order_by(col(AccountRow.rep_id), col(AccountRow.id))):
        rep, zone = people[row.rep_id]
        yield known.situation(row, rep, now.astimezone(zone))


def _rows(table: type[SQLModel]) -> Select[Any]:
    """Plain rows instead of objects that the session watches: read alike, and much cheaper."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)


class _Known:
    """What is known of some accounts, by account, each list in the order in which rules read it."""

    def __init__(self, session: Session, ids: Select[Any], now: datetime) -> None:
        def read(table: type[Any], *order: Any, since: Any = None) -> dict[str, list[Any]]:
            query = _rows(table).where(table.account_id.in_(ids)).order_by(*order)
            found: dict[str, list[Any]] = defaultdict(list)
            for row in session.execute(query if since is None else query.where(since)):
                found[row.account_id].append(row)
            return found

        self.visits = read(VisitRow, VisitRow.at, VisitRow.id, since=col(VisitRow.at) >= now - VISITS_BACK)
        self.contacts = read(ContactRow, ContactRow.since, ContactRow.name)
        self.promises = read(PromiseRow, PromiseRow.due, PromiseRow.id)
        self.records = read(RecordRow, RecordRow.at, RecordRow.id, since=col(RecordRow.at) >= now - LOOK_BACK)
        standing = col(ProblemRow.withdrawn_at).is_(None)
        self.problems = read(ProblemRow, ProblemRow.opened_at, ProblemRow.id, since=standing)
        self.steps: dict[str, list[Any]] = defaultdict(list)
        if self.problems:
            of_these = select(col(ProblemRow.id)).where(col(ProblemRow.account_id).in_(ids))
            for step in session.execute(_rows(ProblemStepRow).where(col(ProblemStepRow.problem_id).in_(of_these))):
                self.steps[step.problem_id].append(step)

    def situation(self, row: Any, rep: Rep, local: datetime) -> Situation:
        return Situation(
            now=local,
            rep=rep,
            account=accounts.account_of(row),
            visits=tuple(map(visits.visit_of, self.visits.get(row.id, ()))),
            problems=tuple(history.problem_of(p, self.steps.get(p.id, [])) for p in self.problems.get(row.id, ())),
            promises=tuple(map(history.promise_of, self.promises.get(row.id, ()))),
            records=tuple(map(history.record_of, self.records.get(row.id, ()))),
            contacts=tuple(map(accounts.contact_of, self.contacts.get(row.id, ()))),
            last_contact=row.last_contact,
            last_contact_by=By(row.last_contact_by) if row.last_contact_by else None,
            one_sided_contacts=row.one_sided_contacts,
            one_sided_since=row.one_sided_since,
        )
