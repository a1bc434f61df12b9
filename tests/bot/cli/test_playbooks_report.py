"""`kam playbooks report`: every play with its proposal, its numbers, and what a hold-out shows."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from storage import holdouts
from storage.session import Database
from storage.tables import AccountRow, NudgeRow
from tests.bot.cli.test_cli import Kam, kam, team
from tests.factories import NOW

__all__ = ["kam", "team"]  # fixtures

PLAY = "unseen-work"


def trial(session: Session, number: int, arm: str, reps: int = 7) -> None:
    """A pair: nudged, or held out, forty days ago."""
    at, rep = NOW - timedelta(days=40), f"R{number % reps}"
    account = f"a{number}"
    session.add(AccountRow(id=account, team_id="T1", rep_id=rep, name=account, name_key=account, created_at=at))
    session.flush()
    sent = {"state": "sent", "intent_at": at} if arm == "nudged" else {"state": "dropped", "rule": "holdout"}
    times = {"due_at": at, "next_try_at": at, "planned_at": at, "ended_at": at}
    row = {"id": f"n-{account}", "team_id": "T1", "rep_id": rep, "account_id": account, "kind": "nudge", "key": "k"}
    session.add(NudgeRow(**row, **times, **sent, play=PLAY, arm=arm))


@pytest.fixture
def tried(team: Kam, tmp_path) -> Kam:
    """A workspace where every second of sixty pairs was held out."""
    team("account", "list", "--rep", "U0ANNA")
    database = Database(f"sqlite:///{tmp_path}/data/kam.sqlite3")
    with database.write() as session:
        holdouts.switch(session, "T1", 50, NOW - timedelta(days=60))
        for number in range(60):
            trial(session, number, "nudged" if number % 2 else "held_out")
    database.close()
    return team


def test_an_effect_on_fewer_than_five_reps_is_not_told(team: Kam, tmp_path) -> None:
    team("account", "list", "--rep", "U0ANNA")
    database = Database(f"sqlite:///{tmp_path}/data/kam.sqlite3")
    with database.write() as session:
        holdouts.switch(session, "T1", 50, NOW - timedelta(days=60))
        for number in range(60):
            trial(session, number, "nudged" if number % 2 else "held_out", reps=4)
    database.close()
    found = team("playbooks", "report", "--json").json
    assert found["holdout"]["effect"] == {"too_little": "few_reps"}


def test_without_a_hold_out_every_play_has_a_line_and_no_effect(team: Kam) -> None:
    found = team("playbooks", "report", "--json").json
    assert found["holdout"] == {"percent": 0, "since": None, "effect": None}
    assert len(found["plays"]) == 32
    assert {(p["proposal"], p["ground"], p["figures"], p["effect"]) for p in found["plays"]} == {
        ("keep", "few_reps", None, None)
    }


def test_with_one_the_effect_has_its_interval(tried: Kam) -> None:
    found = tried("playbooks", "report", "--json").json
    effect = found["holdout"]["effect"]
    assert list(effect) == ["nudged", "held_out", "difference", "low", "high"]
    assert effect["low"] <= effect["difference"] == 0.0 <= effect["high"]
    play = next(p for p in found["plays"] if p["id"] == PLAY)
    assert play["effect"] == effect
    assert play["figures"]["shown"] == play["figures"]["held_out"] == 30
    assert "shown" not in str(next(p for p in found["plays"] if p["id"] == "step-back")["figures"])


def test_a_person_reads_a_line_a_play(tried: Kam) -> None:
    out = tried("playbooks", "report").out
    assert "Figures of the whole team" in out
    assert "Hold-out, 50 %: what it is for followed in 0 of 100 cases with the nudge, in 0 without." in out
    assert "no difference is shown so far." in out
    assert "retire   unseen-work" in out
    assert "31 plays that fewer than five reps saw: as-before-the-deal, " in out
    assert "30 of 30 cards got no answer, and 0 a yes." in out


def test_a_month_is_read_as_it_stood_at_its_end(tried: Kam) -> None:
    found = tried("playbooks", "report", "--month", "2025-12", "--json").json
    assert found["until"] == "2026-01-01T00:00:00+00:00"
    assert found["since"] == "2025-10-03T00:00:00+00:00"
    assert found["holdout"]["effect"] is None


@pytest.mark.parametrize("month", ["2026-13", "March", "2026", "2031-01"])
def test_a_month_that_is_none_or_has_not_begun_is_refused(team: Kam, month: str) -> None:
    ran = team("playbooks", "report", "--month", month, "--json")
    assert (ran.code, ran.error["code"]) == (2, "bad_month")
