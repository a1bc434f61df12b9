"""Tokens of the practice workspace are given, expire and are revoked as Slack's are."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.practice.grants import OAuthApp
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from tests.bot.practice.conftest import Clock, workspace

APP = OAuthApp(redirect_urls=("https://app.example/back",), scopes=frozenset({"chat:write", "commands"}))
ASKED = {"client_id": APP.client_id, "scope": "chat:write,commands", "state": "s1"}
KNOWN = {"client_id": APP.client_id, "client_secret": APP.client_secret}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def srv(clock: Clock) -> Iterator[Server]:
    with Server(workspace(clock), oauth=APP) as running:
        running.add(workspace(clock, team_id="T0SECOND", team_name="Second"))
        yield running


def code(srv: Server, team: str = "T0SECOND") -> str:
    return parse_qs(urlsplit(srv.consent(ASKED, team, "U2")).query)["code"][0]


def word(call: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def client(srv: Server, token: str | None = None) -> WebClient:
    return WebClient(token, base_url=srv.api_url, retry_handlers=[])


def test_a_code_is_good_once_and_its_token_opens_its_own_workspace(srv: Server) -> None:
    slack, given = client(srv), code(srv)
    answer = slack.oauth_v2_access(**KNOWN, code=given)
    assert (answer["team"]["id"], answer["token_type"], answer["expires_in"]) == ("T0SECOND", "bot", 43200)
    assert client(srv, answer["access_token"]).auth_test()["team_id"] == "T0SECOND"
    assert word(slack.oauth_v2_access, **KNOWN, code=given) == "invalid_code"


def test_a_code_is_too_old_after_ten_minutes(srv: Server, clock: Clock) -> None:
    given = code(srv)
    clock.forward(minutes=10)
    assert word(client(srv).oauth_v2_access, **KNOWN, code=given) == "invalid_code"


def test_only_the_app_itself_is_given_tokens(srv: Server) -> None:
    ask = client(srv).oauth_v2_access
    assert word(ask, client_id="x", client_secret=APP.client_secret, code=code(srv)) == "invalid_client_id"
    assert word(ask, client_id=APP.client_id, client_secret="x", code=code(srv)) == "bad_client_secret"
    assert word(ask, **KNOWN, grant_type="refresh_token", refresh_token="x") == "invalid_refresh_token"


def test_a_refresh_token_is_good_once_and_two_tokens_work_at_a_time(srv: Server, clock: Clock) -> None:
    slack = client(srv)
    first = slack.oauth_v2_access(**KNOWN, code=code(srv))
    second = slack.oauth_v2_access(**KNOWN, grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert word(slack.oauth_v2_access, **KNOWN, **again) == "invalid_refresh_token"
    assert client(srv, first["access_token"]).auth_test()["ok"]
    slack.oauth_v2_access(**KNOWN, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert word(client(srv, first["access_token"]).auth_test) == "token_revoked"
    clock.forward(hours=12)
    assert word(client(srv, second["access_token"]).auth_test) == "token_expired"


def test_a_removed_app_has_no_token_there_any_more(srv: Server, clock: Clock) -> None:
    given = client(srv).oauth_v2_access(**KNOWN, code=code(srv))
    srv.revoke_all(srv.branches[1].space)
    clock.forward(minutes=1)
    assert word(client(srv, given["access_token"]).auth_test) == "token_revoked"
    assert client(srv, srv.bot_token).auth_test()["ok"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "x"}, "Invalid client_id"),
        ({"scope": "chat:write,admin"}, "Invalid permissions"),
        ({"scope": ""}, "No scopes"),
        ({"redirect_uri": "https://elsewhere.example/"}, "did not match"),
    ],
)
def test_consent_is_refused_as_on_slacks_page(srv: Server, changes: dict[str, str], said: str) -> None:
    form = {**ASKED, **changes, "who": "T0SECOND/U2", "allow": "yes"}
    answer = httpx.post(f"{srv.url}oauth/v2/authorize", data=form, trust_env=False)
    assert answer.status_code == 400
    assert said in answer.text


def test_the_consent_page_leads_back_to_the_app(srv: Server) -> None:
    page = httpx.get(f"{srv.url}oauth/v2/authorize?{urlencode(ASKED)}", headers={"Sec-Fetch-Site": "same-site"})
    assert "Second: Ann" in page.text
    form = {**ASKED, "who": "T0SECOND/U2", "allow": "yes"}
    back = httpx.post(f"{srv.url}oauth/v2/authorize", data=form, trust_env=False)
    assert back.status_code == 302
    assert back.headers["location"].startswith("https://app.example/back?code=")
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert httpx.post(f"{srv.url}oauth/v2/authorize", data=form, headers=elsewhere, trust_env=False).status_code == 403


def test_two_workspaces_never_hand_out_the_same_ids(clock: Clock) -> None:
    one, two = workspace(clock), Workspace(clock, team_id="T0SECOND")
    with Server(one) as srv:
        srv.add(two)
        assert {one.new_id("E") for _ in range(50)}.isdisjoint({two.new_id("E") for _ in range(50)})
