"""What has ended goes after its time; what is open, to come, or still counted stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Date, insert, select, update
from sqlmodel import SQLModel

from storage import nudges, retention
from storage.retention import RULES, Rule
from storage.session import Database
from storage.tables import NudgeRow
from tests import everything
from tests.everything import NOW

KEEP = timedelta(days=730)
SECOND = timedelta(seconds=1)
each = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.table)


@pytest.fixture
def full(database: Database) -> Database:
    """A row in every table there is."""
    with database.write() as session:
        everything.fill(session, "T1", "U1", "word")
        everything.fill_nobodys(session, "T1")
    return database


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.read() as session:
        return [dict(row) for row in session.execute(select(SQLModel.metadata.tables[table])).mappings()]


def put(database: Database, rule: Rule, **values: Any) -> None:
    with database.write() as session:
        session.execute(update(SQLModel.metadata.tables[rule.table]).values(**values))


def age(rule: Rule) -> timedelta:
    return KEEP if rule.days is None else timedelta(days=rule.days)


def ended(rule: Rule, at: Any) -> dict[str, Any]:
    is_day = isinstance(SQLModel.metadata.tables[rule.table].c[rule.since].type, Date)
    return {rule.since: at.date() if is_day else at}


@each
def test_what_ended_long_enough_ago_goes_and_a_moment_before_it_stays(full: Database, rule: Rule) -> None:
    [before] = rows(full, rule.table)
    put(full, rule, **ended(rule, NOW))
    retention.tidy(full, NOW + age(rule), KEEP)
    assert rows(full, rule.table) == [{**before, **ended(rule, NOW)}]
    day = timedelta(days=1)
    assert retention.tidy(full, NOW + age(rule) + day, KEEP)[rule.table] == 1
    after = rows(full, rule.table)
    assert after == ([{**before, **ended(rule, NOW), **rule.emptied}] if rule.emptied else [])
    assert rule.table not in retention.tidy(full, NOW + age(rule) + day, KEEP)


@each
def test_what_has_not_ended_stays_for_good(full: Database, rule: Rule) -> None:
    column = SQLModel.metadata.tables[rule.table].c[rule.since]
    later = NOW + timedelta(days=3650)
    put(full, rule, **({rule.since: None} if column.nullable else ended(rule, later + timedelta(days=1))))
    before = rows(full, rule.table)
    retention.tidy(full, later, KEEP)
    assert rows(full, rule.table) == before


@pytest.mark.parametrize("state", ["planned", "claimed", "sending"])
def test_a_nudge_that_is_open_is_never_touched(full: Database, state: str) -> None:
    with full.write() as session:
        session.execute(update(NudgeRow).values(state=state))
    before = rows(full, "nudge")
    retention.tidy(full, NOW + timedelta(days=3650), KEEP)
    assert rows(full, "nudge") == before


def test_all_that_no_rule_names_stays(full: Database) -> None:
    others = set(SQLModel.metadata.tables) - {rule.table for rule in RULES}
    before = {name: rows(full, name) for name in others}
    retention.tidy(full, NOW + timedelta(days=3650), KEEP)
    assert {name: rows(full, name) for name in others} == before


def test_a_nudge_that_was_let_go_does_not_come_again(full: Database) -> None:
    with full.read() as session:
        old = session.get_one(NudgeRow, rows(full, "nudge")[0]["id"])
        again = nudges.nudge_of(old)
    retention.tidy(full, NOW + timedelta(days=3650), KEEP)
    with full.write() as session:
        assert nudges.plan(session, [again], NOW) == 0
    assert [row["state"] for row in rows(full, "nudge")] == ["sent"]


def test_many_go_a_few_at_a_time_and_a_round_has_an_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    monkeypatch.setattr(retention, "MOST", 3)
    table = SQLModel.metadata.tables["delivery"]
    with database.write() as session:
        values = [{"team_id": "T1", "key": str(n), "at": NOW} for n in range(45)]
        session.execute(insert(table), values)
    later = NOW + timedelta(days=3)
    assert [retention.tidy(database, later, KEEP).get("delivery", 0) for _ in range(3)] == [30, 15, 0]
