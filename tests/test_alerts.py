"""The alert rules: on metrics that there are, each with its section of the page for whoever is called, and true."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from bot import metrics
from tests.bot.conftest import StartCoach, _sqlite_ready, shipped, start_coach
from tests.coach import Coach

__all__ = ["_sqlite_ready", "shipped", "start_coach"]  # fixtures

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "on-call.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = YAML(typ="safe").load(ROOT / "deploy" / "alerts.yaml")["groups"][0]["rules"]
BY_NAME = {rule["alert"]: rule for rule in RULES}
each = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


def scraped(coach: Coach) -> str:
    return httpx.get(f"http://127.0.0.1:{coach.bot.http.port}/metrics", trust_env=False).text


def value(page: str, name: str) -> float:
    """The sum of a metric over its labels; the name may hold some."""
    found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? ([-+.\de]+)$", page, re.MULTILINE)
    assert found, name
    return sum(map(float, found))


@each
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "look")
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert re.search(r" (>|==) \d+$", rule["expr"])
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))


@each
def test_a_rule_has_its_section_on_the_page(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["page"].partition("#")
    assert page == "docs/on-call.md"
    sections = {h.lower().replace(" ", "-"): text for h, text in re.findall(r"^## (.+)\n([^#]+)", PAGE, re.MULTILINE)}
    assert f"`{rule['alert']}`" in sections[anchor]


def test_the_page_names_no_alert_that_is_not_there() -> None:
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", PAGE))
    assert named == set(BY_NAME)


@each
def test_every_metric_of_a_rule_is_there_with_its_labels(start_coach: StartCoach, rule: dict[str, Any]) -> None:
    metrics.ACKS.labels("command")
    page = there(start_coach)
    for name, labels in re.findall(r"(kam_\w+)(?:\{(\w+)=)?", rule["expr"]):
        lines = [line for line in page.splitlines() if re.match(rf"{name}[ {{]", line)]
        assert lines or name == "kam_delivery_lag_seconds", name
        assert not labels or all(f"{labels}=" in line for line in lines)


_PAGES: list[str] = []


def there(start_coach: StartCoach) -> str:
    """What a coach shows at `/metrics`, asked once."""
    if not _PAGES:
        coach = start_coach()
        _PAGES.append(scraped(coach))
    return _PAGES[0]


def test_what_rises_from_nothing_is_there_before_it_rises() -> None:
    """A counter that begins at one has not increased, for Prometheus."""
    page = metrics.page(list).decode()
    words = re.search(r'word=~"([^"]+)"', BY_NAME["TokenRefused"]["expr"])
    assert words is not None
    for word in words[1].split("|"):
        assert f'kam_slack_errors_total{{word="{word}"}}' in page
    for fate in ("failed", "unknown"):
        assert f'kam_nudges_ended_total{{fate="{fate}",rule=""}}' in page


# --- made to happen -------------------------------------------------------------------------------------------------


def test_late_nudges_are_seen(start_coach: StartCoach) -> None:
    coach = start_coach()
    coach.anna.types("account add Nordhaus")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 16:50")
    assert value(scraped(coach), "kam_due_oldest_seconds") == 0
    coach.clock.move_to(coach.now + timedelta(minutes=20))  # nobody delivers
    assert value(scraped(coach), "kam_due_oldest_seconds") > 300
    coach.deliver()
    assert value(scraped(coach), "kam_due_oldest_seconds") == 0


def test_what_meets_an_error_each_time_is_seen_until_it_went_out(start_coach: StartCoach) -> None:
    coach = start_coach()
    coach.anna.types("account add Nordhaus")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 16:50")
    assert value(scraped(coach), "kam_put_back_nudges") == 0
    coach.space.faults.add("chat.postMessage", "error", error="not_authed", times=1)
    coach.clock.move_to(coach.now + timedelta(minutes=20))
    coach.bot.ticks.deliver()
    page = scraped(coach)
    assert value(page, "kam_put_back_nudges") == 1
    assert value(page, "kam_due_oldest_seconds") == 0  # this is why it needs a figure of its own
    coach.clock.move_to(coach.now + timedelta(minutes=10))
    coach.deliver()
    assert value(scraped(coach), "kam_put_back_nudges") == 0


def test_a_workspace_that_nobody_plans_is_seen_although_ticks_come_to_their_end(start_coach: StartCoach) -> None:
    """Another process may have the turn and hang: the ticks of this one end well, and plan nothing."""
    coach = start_coach()
    coach.anna.types("account add Nordhaus")
    coach.plan()
    assert value(scraped(coach), "kam_unplanned_seconds") == 0
    coach.clock.move_to(coach.now + timedelta(minutes=31))
    with metrics.ticking("plan_if_due"):
        pass
    assert value(scraped(coach), "kam_unplanned_seconds") == 31 * 60
    coach.plan()
    assert value(scraped(coach), "kam_unplanned_seconds") == 0


def test_a_token_that_slack_refuses_is_seen(start_coach: StartCoach) -> None:
    coach = start_coach()
    coach.anna.types("account add Nordhaus")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 16:50")
    coach.srv.grants.revoke(coach.srv.bot_token)
    words = re.search(r'word=~"([^"]+)"', BY_NAME["TokenRefused"]["expr"])
    assert words is not None
    refused = rf'kam_slack_errors_total{{word="(?:{words[1]})"}}'
    coach.clock.move_to(coach.now + timedelta(minutes=20))
    coach.bot.ticks.deliver()
    assert value(scraped(coach), refused) >= 1
