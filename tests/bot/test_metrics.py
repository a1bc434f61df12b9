"""`/metrics`: what a monitoring system reads is what happened."""

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from storage.tables import NudgeRow
from tests.coach import Coach


def figures(coach: Coach) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus would read it."""
    answer = httpx.get(f"http://127.0.0.1:{coach.bot.http.port}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_what_was_sent_is_counted(coach: Coach) -> None:
    anna = coach.anna
    anna.types("account add Acme")
    before = figures(coach)
    anna.types("visit Acme fri 10:00")
    coach.until("2026-03-06 18:00")
    after = figures(coach)
    sent = sum(row.state == "sent" for row in coach.rows(NudgeRow))
    assert sent > 0

    def grew(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grew("kam_nudges_ended_total{fate=sent,rule=}") == sent
    assert grew("kam_ack_seconds_count{kind=command}") == 1
    assert after["kam_database_up"] == after["kam_slack_connected"] == 1
    assert after["kam_due_nudges"] == after["kam_claims_in_hand"] == 0
    assert after["kam_plays"] > 20


def test_a_database_that_does_not_answer_is_told(coach: Coach) -> None:
    database = coach.bot.base.database
    database.close()
    file = Path(str(database.url.database))
    aside = file.rename(file.with_suffix(".away"))
    for name in ("-wal", "-shm"):
        Path(f"{file}{name}").unlink(missing_ok=True)
    try:
        told = figures(coach)
    finally:
        database.close()
        aside.rename(file)
    assert told["kam_database_up"] == 0
    assert "kam_due_nudges" not in told


def test_a_pause_that_slack_asks_for_is_counted(coach: Coach) -> None:
    coach.anna.types("account add Acme")
    before = figures(coach)
    coach.anna.types("visit Acme fri 10:00")
    coach.space.faults.add("chat.postMessage", "rate_limited", retry_after=7)
    coach.until("2026-03-06 18:00")
    after = figures(coach)
    assert after["kam_rate_limit_waits_total"] - before["kam_rate_limit_waits_total"] == 1
    assert after["kam_rate_limit_wait_seconds_total"] - before["kam_rate_limit_wait_seconds_total"] == 7
    assert after["kam_slack_errors_total{word=ratelimited}"] > before.get("kam_slack_errors_total{word=ratelimited}", 0)


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"]
)
def test_a_stranger_who_comes_through_a_proxy_reads_none_of_it(coach: Coach, name: str) -> None:
    answer = httpx.get(f"http://127.0.0.1:{coach.bot.http.port}/metrics", headers={name: "203.0.113.9"})
    assert answer.status_code == 404
