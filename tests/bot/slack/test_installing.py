"""Adding the app to a workspace: the pages, the sign-in that works once, what is stored and what is said."""

import hashlib
import html
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import islice

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.core.texts import installing as texts
from bot.slack import install, manifest
from bot.slack.install import Language
from bot.slack.oauth import OAuth
from bot.usecases import installing
from storage import keyring
from storage.installations import Installation
from storage.keyring import Keyring
from storage.tables import InstallationRow, OAuthStateRow, WorkspaceRow
from tests.coach import PEOPLE
from tests.tenants import ACME, BRAVO, KEYS, Browser, ManyCoach


def test_somebody_adds_the_app_and_the_people_there_are_coached(many: ManyCoach) -> None:
    page = many.install(ACME)
    assert page.status_code == 200
    assert "It is now in Acme. In Slack, type /kam." in page.text
    assert "Thank you for adding me" in many.acme.bob.got()[-1]
    assert "What I can do" in many.acme.anna.types("help")
    assert many.row(WorkspaceRow, team_id=ACME).name == "Acme"


def test_the_install_page_says_which_rights_are_asked_for_and_why_in_the_browsers_language(many: ManyCoach) -> None:
    english = Browser(many).get("/slack/install")
    said = html.unescape(english.text)
    assert all(f"{scope.name}: {texts.RIGHTS[scope.name].en}" in said for scope in manifest.SCOPES)
    chinese = Browser(many, "zh-CN,zh;q=0.9,en;q=0.8").get("/slack/install")
    assert "把教练加到 Slack" in chinese.text
    assert chinese.headers["content-language"] == "zh"
    assert {p.headers["cache-control"] for p in (english, chinese)} == {"no-store"}
    assert "frame-ancestors 'none'" in english.headers["content-security-policy"]


def test_every_right_has_its_words_and_no_other() -> None:
    assert list(texts.RIGHTS) == [scope.name for scope in manifest.SCOPES]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "en"),
        ("zh-TW", "zh"),
        ("en,zh;q=0.9", "en"),
        ("zh;q=0.4, en;q=0.5", "en"),
        ("fr, zh;q=0.2", "zh"),
        ("zh;q=nonsense", "zh"),
        (";;;,,q=", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_likes_better(accepted: str, language: str) -> None:
    assert install.preferred(accepted) is Language(language)


def test_the_cookie_is_for_this_sign_in_only(many: ManyCoach) -> None:
    browser = Browser(many)
    cookie = browser.get("/slack/install").headers["set-cookie"]
    for needed in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/; ", "__Host-"):
        assert needed in cookie


def test_of_a_sign_in_that_installed_the_app_a_digest_is_kept_for_as_long_as_its_state_is_good(many: ManyCoach) -> None:
    browser = Browser(many)
    asked = browser.begin()
    state = browser.state_cookie
    assert many.rows(OAuthStateRow) == []
    assert browser.comes_back(many.srv.consent(asked, ACME, "U6")).status_code == 200
    [row] = many.rows(OAuthStateRow)
    assert row.digest == hashlib.sha256(state.encode()).hexdigest()
    many.clock.move_to(many.now + timedelta(minutes=10))
    many.bot.ticks.clean()
    assert many.rows(OAuthStateRow) == []


def test_a_no_installs_nothing(many: ManyCoach) -> None:
    browser = Browser(many, "zh")
    shown = browser.comes_back(many.srv.consent(browser.begin(), ACME, "U6", allow=False))
    assert "你选择了不添加" in shown.text
    assert many.rows(InstallationRow) == []


def test_a_sign_in_works_once(many: ManyCoach) -> None:
    browser = Browser(many)
    asked = browser.begin()
    state, where = browser.state_cookie, many.srv.consent(asked, ACME, "U6")
    assert browser.comes_back(where).status_code == 200
    browser.state_cookie = state
    again = browser.comes_back(where)
    assert again.status_code == 400
    assert "Please begin again" in again.text


def test_a_sign_in_of_another_browser_is_refused_and_stays_good_for_its_own(many: ManyCoach) -> None:
    """Else somebody could have another finish what they began."""
    own, other = Browser(many), Browser(many)
    where = many.srv.consent(own.begin(), ACME, "U6")
    other.begin()
    assert other.comes_back(where).status_code == 400
    assert Browser(many).comes_back(where).status_code == 400
    assert many.rows(InstallationRow) == []
    assert own.comes_back(where).status_code == 200


def test_a_sign_in_is_too_old_after_ten_minutes(many: ManyCoach) -> None:
    browser = Browser(many)
    where = many.srv.consent(browser.begin(), ACME, "U6")
    many.clock.move_to(many.now + timedelta(minutes=10))
    assert browser.comes_back(where).status_code == 400
    assert many.rows(InstallationRow) == []


@pytest.mark.parametrize("path", ["", "?state=&code=", "?state=x&code=y", "?code=y", "?state=%ff%00&code=%ff"])
def test_a_return_that_nobody_began_is_refused(many: ManyCoach, path: str) -> None:
    browser = Browser(many)
    browser.state_cookie = "y"
    assert browser.get(f"{manifest.REDIRECT_PATH}{path}").status_code == 400


def test_a_code_that_slack_does_not_take_stores_nothing_and_gives_a_reference(many: ManyCoach) -> None:
    browser = Browser(many)
    browser.begin()
    shown = browser.get(f"{manifest.REDIRECT_PATH}?state={browser.state_cookie}&code=made-up")
    assert shown.status_code == 502
    [said] = many.said("app_not_installed")
    assert said["error"] == "invalid_code"
    assert said["reference"] in shown.text
    assert many.rows(InstallationRow) == []


def test_slack_does_not_answer_and_nothing_is_stored(many: ManyCoach) -> None:
    browser = Browser(many)
    where = many.srv.consent(browser.begin(), ACME, "U6")
    many.space.faults.add(method="oauth.v2.access", kind="http_500")
    assert browser.comes_back(where).status_code == 502
    assert many.rows(InstallationRow) == []


def test_strangers_who_begin_sign_ins_without_end_keep_nobody_out(many: ManyCoach) -> None:
    begun = [installing.begin(Keyring.read(KEYS), many.now) for _ in range(3_000)]
    assert len(set(begun)) == len(begun)
    for _ in range(20):
        assert Browser(many).get("/slack/install").status_code == 200
    assert many.rows(OAuthStateRow) == []
    assert many.install(ACME).status_code == 200


@pytest.mark.parametrize("place", range(3))
def test_a_state_that_somebody_changed_is_refused(many: ManyCoach, place: int) -> None:
    browser = Browser(many)
    where = many.srv.consent(browser.begin(), ACME, "U6")
    was = browser.state_cookie
    parts = was.split(".")
    parts[place] = str(int(parts[0]) + 600) if place == 0 else parts[place][:-1] + "_"
    browser.state_cookie = ".".join(parts)
    assert browser.comes_back(where.replace(was, browser.state_cookie)).status_code == 400
    assert many.rows(InstallationRow) == []


def test_a_sign_in_that_was_begun_before_the_keys_were_rotated_still_ends_well(many: ManyCoach) -> None:
    older, newer = keyring.new("old"), keyring.new("new")
    state = installing.begin(Keyring.read(older), many.now)
    assert installing.is_open(many.bot.base, Keyring.read(f"{newer},{older}"), state, many.now)
    assert not installing.is_open(many.bot.base, Keyring.read(newer), state, many.now)
    renamed = Keyring.read(newer.replace("new:", "old:"))
    assert not installing.is_open(many.bot.base, renamed, state, many.now)


def test_two_windows_of_one_sign_in_end_in_one_installation(many: ManyCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both came back before either had ended; each has a code of its own."""
    browser, other = Browser(many), Browser(many)
    asked = browser.begin()
    other.state_cookie = browser.state_cookie
    first, second = many.srv.consent(asked, ACME, "U6"), many.srv.consent(asked, ACME, "U1")
    monkeypatch.setattr("storage.installations.is_spent", lambda *_: False)
    assert browser.comes_back(first).status_code == 200
    assert other.comes_back(second).status_code == 400
    assert many.row(InstallationRow).installed_by == "U6"


def test_strangers_with_made_up_codes_take_no_more_than_a_few_threads(
    many: ManyCoach, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack is slow to refuse their codes; a rep is answered all the while, and so is whoever comes after them."""
    many.install(ACME)
    held, exchange = threading.Event(), OAuth.exchange

    def slowly(oauth: OAuth, code: str) -> Installation:
        assert held.wait(10)
        return exchange(oauth, code)

    monkeypatch.setattr(OAuth, "exchange", slowly)
    strangers = [Browser(many) for _ in range(30)]
    for stranger in strangers:
        stranger.begin()
    with ThreadPoolExecutor(len(strangers)) as pool:
        path = f"{manifest.REDIRECT_PATH}?code=made-up&state="
        shown = [pool.submit(each.get, path + each.state_cookie) for each in strangers]
        busy = list(islice((f.result() for f in as_completed(shown)), len(strangers) - install.ASKING))
        try:
            assert {answer.status_code for answer in busy} == {503}
            assert "What I can do" in many.acme.anna.types("help")
        finally:
            held.set()
        assert sorted(f.result().status_code for f in shown)[: install.ASKING] == [502] * install.ASKING
    assert many.install(BRAVO).status_code == 200


def test_other_methods_are_refused(many: ManyCoach) -> None:
    url = f"http://127.0.0.1:{many.bot.http.port}/slack/install"
    assert httpx.post(url, trust_env=False).status_code == 405
    assert many.rows(OAuthStateRow) == []


def test_a_workspaces_name_is_foreign_text(many: ManyCoach) -> None:
    many.add("T0EVIL").space.team_name = "<script>alert(1)</script>"
    shown = many.install("T0EVIL")
    assert "&lt;script&gt;" in shown.text
    assert "<script>" not in shown.text


def test_tokens_are_stored_encrypted_and_logged_nowhere(many: ManyCoach) -> None:
    many.install(ACME)
    many.acme.anna.types("help")
    token = many.tokens()[ACME]
    row = many.row(InstallationRow)
    assert token.startswith("xoxe.xoxb-")
    assert row.bot_token.startswith("kam1.k1.")
    assert row.refresh_token is not None
    assert row.refresh_token.startswith("kam1.k1.")
    for file in many.settings.data_dir.glob("kam.sqlite3*"):
        assert token.encode() not in file.read_bytes()
    assert token not in str(many.lines)


def test_installing_again_takes_the_new_token_and_leaves_one_row(many: ManyCoach) -> None:
    many.install(ACME)
    first = many.tokens()[ACME]
    many.install(ACME, "U1")
    assert many.tokens()[ACME] != first
    assert many.row(InstallationRow).installed_by == "U1"


def test_no_request_asks_slack_who_we_are(many: ManyCoach) -> None:
    many.install(ACME)
    many.acme.anna.types("help")
    before = len(many.space.calls("auth.test"))
    for _ in range(5):
        many.acme.anna.types("help")
    many.acme.anna.opens("home")
    assert len(many.space.calls("auth.test")) == before


def test_each_workspace_is_answered_with_its_own_token(many: ManyCoach) -> None:
    many.install(ACME)
    many.install(BRAVO)
    many.acme.anna.opens("home")
    many.bravo.anna.opens("home")
    many.acme.anna.types("account add")  # a form, for which a workspace is called
    many.bravo.anna.types("account add")
    assert many.acme.anna.home
    assert many.bravo.anna.home
    assert many.acme.anna.form
    assert many.bravo.anna.form


def test_a_workspace_that_never_installed_is_answered_politely_and_nothing_is_kept(many: ManyCoach) -> None:
    said = many.acme.anna.types("help")
    assert "not installed in this workspace" in said
    assert "没有安装教练" in said
    many.acme.anna.opens("home")
    many.acme.anna.writes("the client is angry")
    assert many.rows(WorkspaceRow) == []
    assert [m for m in many.acme.anna.messages if m.bot_id and m.ephemeral_to is None] == []


def test_guests_may_not_install(many: ManyCoach) -> None:
    with pytest.raises(Exception, match="guests"):
        many.srv.consent(Browser(many).begin(), ACME, "U5")


def test_a_bad_signature_is_refused_also_here(many: ManyCoach) -> None:
    many.install(ACME)
    url = f"http://127.0.0.1:{many.bot.http.port}/slack/events"
    body = f"command=%2Fkam&text=help&team_id={ACME}&user_id=U1&trigger_id=1.2.3"
    stamp = str(1_600_000_000)
    signature = SignatureVerifier(many.srv.signing_secret).generate_signature(timestamp=stamp, body=body)
    for headers in (
        {},
        {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=ü".encode().decode("latin-1")},
    ):
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        sent["Content-Type"] = b"application/x-www-form-urlencoded"
        assert httpx.post(url, content=body, headers=sent, trust_env=False).status_code == 401


def test_the_sdks_own_variables_switch_nothing_on(
    start_many: Callable[..., ManyCoach], start_coach: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET", "SCOPES"):
        monkeypatch.setenv(f"SLACK_{name}", "from-elsewhere")
    one = start_coach()
    assert httpx.get(f"http://127.0.0.1:{one.bot.http.port}/slack/install", trust_env=False).status_code == 404  # type: ignore[attr-defined]
    assert "What I can do" in one.anna.types("help")  # type: ignore[attr-defined]
    many = start_many()
    assert "not installed" in many.acme.anna.types("help")
    many.install(ACME)
    assert "What I can do" in many.acme.anna.types("help")


def test_the_people_of_a_test_are_the_same_in_both(many: ManyCoach) -> None:
    assert {p.id for p in PEOPLE} <= set(many.acme.space.members) & set(many.bravo.space.members)
