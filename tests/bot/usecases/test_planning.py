"""Planning many accounts at once gives what planning each by itself gives."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from benchmarks import planning as large
from bot import wiring
from bot.clock import TestClock
from bot.core.library import Library
from bot.core.matching import Weights
from bot.settings import Settings
from bot.usecases import planning
from bot.usecases.ports import Base, Shelf
from bot.usecases.silence import NobodyToTell
from storage import accounts, reps
from storage.session import Database
from storage.tables import AccountRow, NudgeRow, RepRow

ACCOUNTS = 400


@pytest.fixture
def base(database: Database, shipped: tuple[Library, Weights], tmp_path: Path) -> Base:
    parts = wiring.Parts(TestClock(large.NOW, 0.001), NobodyToTell(), lambda job: job())
    return wiring.base(Settings(data_dir=tmp_path), parts, database, Shelf(*shipped))


def planned(base: Base) -> dict[str, tuple[object, ...]]:
    with base.database.read() as session:
        rows = session.exec(select(NudgeRow)).all()
        return {r.id: (r.kind, r.play, r.key, r.due_at, r.expires_at, r.priority, r.facts, r.problem_id) for r in rows}


def forget_the_plan(base: Base) -> None:
    with base.database.write() as session:
        for row in session.exec(select(NudgeRow)):
            session.delete(row)


@pytest.mark.parametrize("seed", [1, 2])
def test_many_accounts_are_planned_as_each_by_itself(base: Base, seed: int) -> None:
    large.fill(base, ACCOUNTS, seed)
    new = planning.plan_everyone(base, large.NOW)
    at_once = planned(base)
    assert new == len(at_once) > ACCOUNTS / 2
    assert len({play for _, play, *_ in at_once.values()}) > 10
    forget_the_plan(base)
    with base.database.write() as session:
        for rep in reps.everyone(session):
            for account in accounts.of_rep(session, rep.team_id, rep.id):
                planning.plan_account(base, session, account, rep, large.NOW)
    assert planned(base) == at_once


def test_a_rep_without_any_work_day_keeps_nobody_elses_plan_back(base: Base) -> None:
    large.fill(base, ACCOUNTS)
    planning.plan_everyone(base, large.NOW)
    whole = planned(base)
    forget_the_plan(base)
    with base.database.write() as session:
        unlucky = session.exec(select(NudgeRow.rep_id)).first() or reps.everyone(session)[0].id
        row = next(r for r in session.exec(select(RepRow)) if r.id == unlucky)
        row.days_off = [(large.NOW.date() + timedelta(days=n)).isoformat() for n in range(-5, 500)]
        session.add(row)
        theirs = {a.id for a in session.exec(select(AccountRow)) if a.rep_id == unlucky}
    assert theirs
    with capture_logs() as lines:
        planning.plan_everyone(base, large.NOW)
    with base.database.read() as session:
        by_rep = {n.id for n in session.exec(select(NudgeRow)) if n.rep_id == unlucky}
        others = {n.id for n in session.exec(select(NudgeRow)) if n.rep_id != unlucky}
    assert by_rep == set()
    assert others
    assert others < set(whole)
    assert [(x["event"], x["rep_id"]) for x in lines if x["event"] == "rep_not_planned"] == [
        ("rep_not_planned", unlucky)
    ]


def test_planning_again_adds_nothing(base: Base) -> None:
    large.fill(base, ACCOUNTS)
    assert planning.plan_everyone(base, large.NOW) > 0
    assert planning.plan_everyone(base, large.NOW) == 0
