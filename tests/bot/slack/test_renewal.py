"""Tokens that expire are renewed in time, once, also at night; what cannot be renewed is told while it still can be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot import errors
from bot.settings import Mode
from bot.usecases import installing
from bot.wiring import Running
from storage import keyring
from storage.tables import InstallationRow, WorkspaceRow
from tests import coach as coaches
from tests.tenants import ACME, BRAVO, KEYS, ManyCoach

HOUR = timedelta(hours=1)


@pytest.fixture
def acme(many: ManyCoach) -> ManyCoach:
    many.install(ACME)
    return many


def refreshes(coach: ManyCoach) -> list[bool]:
    calls = [c for c in coach.space.calls("oauth.v2.access") if c["args"].get("grant_type") == "refresh_token"]
    return [c["ok"] for c in calls]


def pass_on(coach: ManyCoach, hours: float) -> None:
    """Time passes while nobody asks for anything; the tick comes every half hour."""
    end = coach.now + hours * HOUR
    while coach.now < end:
        coach.clock.move_to(min(end, coach.now + HOUR / 2))
        coach.bot.ticks.renew()


def test_a_token_is_renewed_two_hours_before_it_ends_while_nobody_asks(acme: ManyCoach) -> None:
    first = acme.tokens()[ACME]
    pass_on(acme, 10)
    assert acme.tokens()[ACME] == first
    pass_on(acme, 0.5)
    assert acme.tokens()[ACME] != first
    assert refreshes(acme) == [True]


def test_days_go_by_and_it_still_works(acme: ManyCoach) -> None:
    pass_on(acme, 5 * 24)
    assert all(refreshes(acme))
    assert len(refreshes(acme)) == 11
    assert "What I can do" in acme.acme.anna.types("help")
    acme.acme.anna.opens("home")
    assert acme.acme.anna.home


def test_after_a_night_without_a_bot_tokens_are_renewed_at_the_start(acme: ManyCoach) -> None:
    acme.stop_and_wait(acme.now + 20 * HOUR)
    acme.bot.ticks.renew()
    acme.acme.anna.opens("home")
    assert acme.acme.anna.home


def test_slack_that_does_not_answer_is_asked_again(acme: ManyCoach) -> None:
    pass_on(acme, 10)
    acme.space.faults.add(method="oauth.v2.access", kind="http_500", times=2)
    pass_on(acme, 1)
    assert refreshes(acme) == []
    assert len(acme.said("renewal_failed")) == 2
    assert acme.row(WorkspaceRow, team_id=ACME).told == {}
    pass_on(acme, 0.5)
    assert refreshes(acme) == [True]


def test_rate_limits_and_a_wrong_secret_are_not_the_end_of_an_access(start_many: Callable[..., ManyCoach]) -> None:
    """A wrong secret is the operator's to mend: installing again would not help."""
    many = start_many()
    many.install(ACME)
    pass_on(many, 10)
    many.space.faults.add(method="oauth.v2.access", kind="rate_limited")
    pass_on(many, 0.5)
    many.space.faults.add(method="oauth.v2.access", kind="error", error="bad_client_secret")
    pass_on(many, 0.5)
    assert [line["error"] for line in many.said("renewal_failed")] == ["ratelimited", "bad_client_secret"]
    assert many.said("renewal_refused") == []


def test_a_refresh_token_that_slack_refuses_is_told_once_to_whoever_installed_the_app(acme: ManyCoach) -> None:
    acme.allowed_errors = {"renewal_refused"}
    acme.srv.grants._installed[ACME].refresh = None
    pass_on(acme, 11.5)
    told = [text for text in acme.acme.bob.got() if "does not renew my access" in text]
    assert len(told) == 1
    assert "21:00 UTC" in told[0]
    assert len(acme.said("renewal_refused")) > 1
    acme.install(ACME)
    pass_on(acme, 24)
    assert all(refreshes(acme)[-2:])


def test_only_what_was_given_last_is_used_and_it_is_logged_nowhere(acme: ManyCoach) -> None:
    pass_on(acme, 36)
    logged = str(acme.lines)
    assert "xoxe" not in logged
    assert all("xoxe" not in str(call) for call in acme.space.calls())


def test_without_rotation_nothing_is_renewed(start_many: Callable[..., ManyCoach]) -> None:
    many = start_many(rotation=False)
    many.install(ACME)
    assert many.row(InstallationRow).expires_at is None
    pass_on(many, 48)
    assert refreshes(many) == []
    assert "What I can do" in many.acme.anna.types("help")


def serve_with(coach: ManyCoach, keys: str) -> None:
    """The process begins anew with these keys."""
    coach.settings = coach.settings.model_copy(update={"encryption_keys": SecretStr(keys)})
    coach.restart()


# --- keys -----------------------------------------------------------------------------------------------------------


def test_after_a_change_of_the_key_the_old_one_is_not_needed(acme: ManyCoach) -> None:
    acme.install(BRAVO)
    fresh = keyring.new("k2")
    serve_with(acme, f"{fresh},{KEYS}")
    ring = keyring.Keyring.read(f"{fresh},{KEYS}")
    assert installing.reseal(acme.bot.base.database, ring) == (2, 2)
    assert installing.reseal(acme.bot.base.database, ring) == (0, 2)
    assert {row.bot_token.split(".")[1] for row in acme.rows(InstallationRow)} == {"k2"}
    assert "What I can do" in acme.acme.anna.types("help")
    serve_with(acme, fresh)
    assert "What I can do" in acme.acme.anna.types("help")
    acme.acme.anna.opens("home")
    assert acme.acme.anna.home


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"encryption_keys": SecretStr("")}, "KAM_ENCRYPTION_KEYS is not set"),
        ({"encryption_keys": SecretStr("k1:short")}, "Key 1 of KAM_ENCRYPTION_KEYS"),
        ({"encryption_keys": SecretStr(keyring.new("k2"))}, "encrypted with the key 'k1'"),
        ({"encryption_keys": SecretStr(keyring.new("k1"))}, "The key 'k1' does not open"),
        ({"slack_client_secret": SecretStr("")}, "KAM_SLACK_CLIENT_SECRET is not set"),
        ({"slack_bot_token": SecretStr("xoxb-1")}, "both set"),
        ({"mode": Mode.SOCKET}, "socket mode"),
        ({"slack_signing_secret": SecretStr("")}, "KAM_SLACK_SIGNING_SECRET is not set"),
        ({"admins": "T1/U1, U2"}, "KAM_ADMINS"),
    ],
)
def test_a_start_that_cannot_serve_says_why(acme: ManyCoach, changes: dict[str, Any], said: str) -> None:
    beside = acme.settings.data_dir / "beside"
    beside.mkdir()
    coaches.copy_database(acme.settings.data_dir / "kam.sqlite3", beside / "kam.sqlite3")
    running = Running(acme.settings.model_copy(update={"data_dir": beside, **changes}), acme.clock)
    with pytest.raises(errors.BadInput, match=said) as caught:
        running.start(scheduled=False)
    running.stop()
    assert caught.value.repair
    assert "xox" not in str(caught.value)
