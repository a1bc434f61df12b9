"""The page itself: keyboard, narrow, dark, hostile text, long conversations, two windows, lost connections."""

import time

import httpx
import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.core.texts import talk
from bot.practice.records import Message
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from tests.browser.conftest import NOON, PEOPLE

HOSTILE = '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> <b>bold</b> &lt;'
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}


@pytest.fixture
def api(bare):
    return WebClient(bare.bot_token, base_url=bare.api_url)


def test_the_keyboard_is_enough(shared, open_window):
    window = open_window(shared.server.url, "U0ANNA")
    window.shows(talk.WELCOME.en)
    keys, page = window.page.keyboard, window.page

    def ring():
        return page.evaluate("getComputedStyle(document.activeElement).outlineStyle + document.activeElement.id")

    keys.press("Tab")
    assert ring() == "solidskip"
    keys.press("Enter")
    expect(page.locator("#say")).to_be_focused()
    keys.type("/kam ac")
    expect(page.get_by_role("option")).to_contain_text(["/kam account"])
    keys.press("Tab")
    expect(page.locator("#say")).to_have_value("/kam account ")
    keys.type("add")
    keys.press("Enter")
    expect(window.form).to_be_visible()
    keys.type("Seeland Fähren")  # the first field has the focus
    keys.press("Escape")
    expect(window.form).to_be_hidden()
    expect(page.locator("#say")).to_be_focused()

    keys.type("/kam advice the client is angry about a late delivery")
    keys.press("Enter")
    expect(window.page.locator("#list article", has_text="Only visible to you").last).to_be_visible()
    menu = window.last.get_by_role("button", name="More", exact=True)
    menu.focus()
    assert ring().startswith("solid")
    keys.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    keys.press("ArrowDown")
    expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    keys.press("Escape")
    expect(menu).to_be_focused()
    keys.press("/")
    expect(page.locator("#say")).to_be_focused()


def test_everything_is_reached_in_the_order_it_is_seen(shared, open_window):
    window = open_window(shared.server.url, "U0JAMES")
    window.shows(talk.WELCOME.en)
    met = []
    for _ in range(30):
        window.page.keyboard.press("Tab")
        met.append(window.page.evaluate("document.activeElement.closest('[id]')?.id"))
        if met[-1] == "send":
            break
    order = list(dict.fromkeys(met))
    assert order == ["skip", "to-next", "to-hour", "to-morning", "to-monday", "open-panel", *order[6:]]
    assert [place for place in order if place in ("people", "places", "list", "say")] == [
        "people",
        "places",
        "list",
        "say",
    ]


def test_a_phone_shows_all_of_it_without_scrolling_sideways(shared, open_window):
    phone = open_window(shared.server.url, "U0PRIYA", wide=390, high=780)
    phone.shows(talk.WELCOME.en)
    phone.types("/kam advice the shipment will be two weeks late and they don't know yet")
    expect(phone.page.locator("#list article", has_text="Only visible to you").last).to_be_visible()
    assert phone.overflow() == []
    phone.page.fill("#say", "/kam ")
    expect(phone.page.get_by_role("option").first).to_be_visible()
    assert phone.overflow() == []
    phone.page.fill("#say", "")
    phone.taps(talk.WELCOME_ADD.en)
    expect(phone.form).to_be_visible()
    assert phone.overflow() == []
    phone.page.keyboard.press("Escape")
    expect(phone.form).to_be_hidden()
    phone.page.click("#open-panel")
    expect(phone.panel).to_be_visible()
    assert phone.overflow() == []
    phone.page.keyboard.press("Escape")
    phone.page.click("#open-menu")
    phone.goes_to("App Home")
    expect(phone.page.locator("#home")).to_contain_text("Merbau")
    expect(phone.page.locator("#side")).not_to_be_in_viewport()
    assert phone.overflow() == []


CONTRAST = """([selectors]) => selectors.flatMap((selector) => {
  const node = document.querySelector(selector);
  if (!node) return [[selector, "missing"]];
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const rgb = (colour) => {
    dot.clearRect(0, 0, 1, 1);
    dot.fillStyle = colour;
    dot.fillRect(0, 0, 1, 1);
    return [...dot.getImageData(0, 0, 1, 1).data];
  };
  const linear = (part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
  const weights = [.2126, .7152, .0722];
  const light = (colour) => weights.reduce((sum, weight, i) => sum + weight * linear(rgb(colour)[i] / 255), 0);
  let under = node;
  while (under && rgb(getComputedStyle(under).backgroundColor)[3] < 250) under = under.parentElement;
  const behind = getComputedStyle(under || document.body).backgroundColor;
  const [dark, bright] = [light(getComputedStyle(node).color), light(behind)].sort();
  const ratio = (bright + .05) / (dark + .05);
  return ratio < 4.5 ? [[selector, ratio.toFixed(2)]] : [];
})"""
TEXTS = [
    *("#now", "#zone", ".person b", ".person small", "#title", "#as", ".author", ".message time", ".text"),
    *(
        ".context .text",
        ".button",
        ".button.primary",
        ".only",
        "#hint",
        ".day span",
        "#side h2",
        ".person[aria-current=true] b",
    ),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_and_light_are_readable(shared, open_window, scheme):
    window = open_window(shared.server.url, "U0MEILIN", scheme=scheme)
    window.shows(talk.WELCOME.en)
    window.types("/kam advice the client is angry about a late delivery")
    expect(window.page.locator("#list article", has_text="Only visible to you").last).to_be_visible()
    paper = window.page.evaluate("getComputedStyle(document.querySelector('html')).backgroundColor")
    assert (sum(int(part) for part in paper[4:-1].split(",")) > 380) is (scheme == "light")
    assert window.page.evaluate(CONTRAST, [TEXTS]) == []


def test_hostile_text_stays_text(bare, api, open_window):
    bare.space.members["U1"] = bare.space.members["U1"].__class__("U1", HOSTILE, tz="Europe/Berlin")
    window = open_window(bare.url, "U1")
    window.types(HOSTILE)
    expect(window.last.locator(".text")).to_have_text(HOSTILE)
    mrkdwn = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*x* <javascript:alert(1)|click> <https://a.example|ok>"},
        }
    ]
    api.chat_postMessage(channel="U1", text="x", blocks=mrkdwn)
    expect(window.last.get_by_role("link")).to_have_count(1)
    plain = [{"type": "header", "text": {"type": "plain_text", "text": HOSTILE}}]
    api.chat_postMessage(channel="U1", text="x", blocks=plain)
    expect(window.last.locator("h3")).to_have_text(HOSTILE)
    picture = [{"type": "image", "image_url": "https://a.example/x.png", "alt_text": "a picture from elsewhere"}]
    api.chat_postMessage(channel="U1", text="x", blocks=picture)
    expect(window.last).to_contain_text("a picture from elsewhere")
    assert window.page.evaluate(
        "[window.hacked, document.querySelectorAll('#list img, #list script, #side img').length]"
    ) == [None, 0]


def test_ten_thousand_messages_stay_quick(bare, open_window):
    space = bare.space
    channel = space.dm_channel("U1")
    channel.messages += [
        Message(
            channel.id, f"{1_772_000_000 + n}.000000", text=f"message {n}", user=space.bot_user, bot_id=space.bot_id
        )
        for n in range(10_000)
    ]
    window = open_window(bare.url, "U1")
    window.shows("message 9999")
    assert window.page.evaluate("performance.now()") < 3_000
    for _ in range(4):
        first = window.messages.first.inner_text()
        window.page.evaluate("document.querySelector('#messages').scrollTop = 0")
        expect(window.messages.first).not_to_have_text(first, use_inner_text=True)
        assert window.messages.count() <= 80
    window.page.click("#newer")
    expect(window.last).to_contain_text("message 9999")
    bare.message("U1", "still quick?")
    window.shows("still quick?")
    began = time.monotonic()
    httpx.get(bare.url + "practice/state", params={"user": "U1", "channel": "D1"}, trust_env=False)
    assert time.monotonic() - began < 0.5


def test_two_windows_agree_and_a_reload_loses_nothing(bare, api, open_window):
    one, two = open_window(bare.url, "U1"), open_window(bare.url, "U1")
    one.types("said in one")
    two.shows("said in one")
    bare.space.open_modal("U1", FORM)
    field = two.form.get_by_label("Name")
    expect(one.form).to_be_visible()
    with two.page.expect_response("**/practice/act"):
        field.fill("half a na")
    two.reload()
    expect(two.form.get_by_label("Name")).to_have_value("half a na")
    two.page.keyboard.press("Escape")
    expect(one.form).to_be_hidden()
    expect(two.form).to_be_hidden()
    two.page.fill("#say", "a draft")
    two.reload()
    expect(two.page.locator("#say")).to_have_value("a draft")
    two.shows("said in one")


def test_a_thread_opens_beside_the_conversation(bare, api, open_window):
    window = open_window(bare.url, "U1")
    root = api.chat_postMessage(channel="U1", text="the first of several")
    api.chat_postMessage(channel="U1", text="the second", thread_ts=root["ts"])
    expect(window.messages).to_have_count(1)
    window.last.get_by_role("button", name="1 reply").click()
    expect(window.panel).to_contain_text("the second")
    window.panel.get_by_label("Reply").fill("the third")
    window.page.keyboard.press("Enter")
    expect(window.panel.locator("article")).to_have_count(3)
    assert bare.space.dm("U1")[-1].thread_ts == root["ts"]
    window.page.keyboard.press("Escape")
    expect(window.panel).to_be_hidden()


def test_unread_messages_are_counted_until_they_are_seen(bare, api, open_window):
    window = open_window(bare.url, "U1")
    api.chat_postMessage(channel="U2", text="one")
    api.chat_postMessage(channel="U2", text="two")
    badge = window.page.locator("[data-user=U2] .badge")
    expect(badge).to_have_text("2")
    window.becomes("李伟")
    window.shows("two")
    expect(badge).to_have_count(0)


def test_a_lost_workspace_is_said_and_found_again(open_window):
    def server(port=0):
        return Server(Workspace(lambda: NOON, PEOPLE), port=port).start()

    first = server()
    window = open_window(first.url, "U1")
    first.stop()
    expect(window.page.locator("#link")).to_contain_text("Reconnecting")
    second = server(first.port)
    try:
        expect(window.page.locator("#link")).to_contain_text("The coach is restarting")  # no app is connected to it
        second.message("U1", "found again")
        window.shows("found again")
    finally:
        second.stop()


def test_a_restarted_app_is_waited_for(stage, open_window):
    window = open_window(stage.server.url, "U0ANNA")
    window.shows(talk.WELCOME.en)
    expect(window.page.locator("#link")).to_be_hidden()
    stage.stop_bot()
    expect(window.page.locator("#link")).to_contain_text("The coach is restarting")
    stage.start_bot()
    expect(window.page.locator("#link")).to_be_hidden()
    window.types("/kam help")
    expect(window.last).to_contain_text(talk.HELP_HEADING.en)


def test_no_other_site_drives_it(bare, open_window, chromium):
    with httpx.Client(base_url=bare.url, trust_env=False) as other:
        for path in ("/", "/static/main.js", "/practice/state", "/practice/events", "/api/auth.test", "/hooks/x"):
            assert other.get(path, headers={"Host": "evil.example"}).status_code == 403
            assert other.get(path, headers={"Origin": "https://evil.example"}).status_code == 403
    elsewhere = chromium.new_page()
    elsewhere.goto("about:blank")
    deed = """async (url) => { await fetch(url + "practice/act", { method: "POST", mode: "no-cors",
      body: JSON.stringify({ user: "U1", do: "say", text: "driven" }) }).catch(() => 0); }"""
    elsewhere.evaluate(deed, bare.url)
    elsewhere.close()
    assert bare.space.dm("U1") == []
