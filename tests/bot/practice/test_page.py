"""The page and its control endpoints: for this machine alone, through Slack's own protocol."""

import json
from functools import partial

import httpx
import pytest
import websocket


@pytest.fixture
def browser(alone):
    with httpx.Client(base_url=alone.srv.url, trust_env=False) as client:
        yield client


PATHS = ["/", "/static/main.js", "/static/page.css", "/practice/state", "/practice/faults", "/practice/log"]
OTHERS = ["/api/auth.test", "/hooks/key", "/upload/v1/F1", "/practice/act", "/practice/clock", "/practice/effect"]


@pytest.mark.parametrize("path", PATHS)
def test_only_this_machine_may_look(alone, path):
    with httpx.Client(base_url=alone.srv.url, trust_env=False) as client:
        assert client.get(path).status_code == 200
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 403
        assert client.get(path, headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_site_may_post(browser, path):
    assert browser.post(path, json={}, headers={"Host": "evil.example"}).status_code == 403
    assert browser.post(path, json={}, headers={"Origin": "http://localhost:1"}).status_code == 403
    assert browser.post(path, json={}, headers={"Host": "127.0.0.1.evil.example"}).status_code == 403


def test_no_other_site_may_open_a_socket(alone):
    url = alone.client.api_call("apps.connections.open", headers={"Authorization": f"Bearer {alone.srv.app_token}"})[
        "url"
    ]
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(url, origin="https://evil.example")
    websocket.create_connection(url).shutdown()


def test_the_page_tells_the_browser_to_fetch_nothing_from_elsewhere(browser):
    policy = browser.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy


def test_only_json_is_acted_upon(browser):
    assert browser.post("/practice/act", content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert browser.post("/practice/act", json={"user": "U1", "do": "dance"}).status_code == 400


def test_static_files_stay_in_their_folder(browser):
    assert browser.get("/static/..%2fpage.py").status_code == 404


def test_people_act_on_the_page_through_the_app(on_socket):
    browser = partial(httpx.request, trust_env=False)
    url = on_socket.srv.url
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
    card = [{"type": "actions", "elements": [button]}]
    on_socket.does["command"] = lambda ack, **_: ack(text="choose", blocks=card)
    on_socket.does["action"] = lambda ack, respond, **_: (ack(), respond("done", replace_original=True))
    assert browser("POST", url + "practice/act", json={"user": "U1", "do": "slash", "text": "help"}).json()["ok"]
    state = browser("GET", url + "practice/state", params={"user": "U1"}).json()
    assert state["channels"][0]["unread"] == 1
    state = browser("GET", url + "practice/state", params={"user": "U1", "channel": "D1"}).json()
    message = state["open"]["messages"][-1]
    assert message["ephemeral"]
    deed = {"user": "U1", "do": "click", "channel": "D1", "ts": message["ts"], "action_id": "go"}
    assert browser("POST", url + "practice/act", json=deed).json()["acked"]
    assert on_socket.space.dm("U1")[-1].text == "done"


def test_faults_are_set_from_another_process(browser, alone):
    fault = {"method": "auth.test", "kind": "error", "error": "fatal_error"}
    assert browser.post("/practice/faults", json=fault).json()["faults"][0]["method"] == "auth.test"
    assert browser.post("/practice/faults", json={"kind": "hiccup"}).status_code == 400
    assert browser.post("/practice/faults", json={"kind": "warning"}).status_code == 200
    assert browser.request("DELETE", "/practice/faults").json()["faults"] == []


def test_the_clock_moves_only_where_it_can(browser, alone):
    assert browser.post("/practice/clock", json={"advance": 60}).status_code == 409
    alone.space.advance = lambda wish: alone.clock.forward(seconds=wish["advance"])
    assert browser.post("/practice/clock", json={"advance": 60}).json()["now"].startswith("2026-06-01T01:01:00")


def test_the_clock_knows_mornings_in_the_zone_of_whoever_asks(browser, alone):
    wishes = []
    alone.space.advance = wishes.append
    for to in ("tomorrow", "monday"):  # it is Monday nine o'clock in Shanghai, three at night in Berlin
        browser.post("/practice/clock", json={"to": to, "user": "U1"})
    browser.post("/practice/clock", json={"to": "tomorrow", "user": "U2"})
    assert [wish["to"] for wish in wishes] == [
        "2026-06-02T09:00:00+08:00",
        "2026-06-08T09:00:00+08:00",
        "2026-06-02T09:00:00+02:00",
    ]


def test_changes_are_streamed(browser, alone):
    with browser.stream("GET", "/practice/events") as stream:
        told = (json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:"))
        first = next(told)
        alone.client.chat_postMessage(channel="U1", text="x")
        later = next(beat for beat in told if beat["version"] != first["version"])
    assert later["version"] > first["version"]
    assert later["now"] == alone.clock().isoformat()


def test_a_conversation_is_shown_through_a_window(browser, alone):
    for number in range(200):
        alone.srv.message("U1", f"message {number}")

    def shown(end=""):
        state = browser.get("/practice/state", params={"user": "U1", "channel": "D1", "end": end}).json()["open"]
        return state["earlier"], [message["ts"] for message in state["messages"]], state["later"]

    every = [message.ts for message in alone.space.dm("U1")]
    assert shown() == (120, every[120:], 0)
    assert shown(every[150]) == (71, every[71:151], 49)
    assert shown("+" + every[150]) == (111, every[111:191], 9)
    assert shown(every[3]) == (0, every[:80], 120)


def test_what_is_read_is_read_in_every_window(browser, alone):
    alone.client.chat_postMessage(channel="U1", text="x")
    ts = alone.client.chat_postMessage(channel="U1", text="y")["ts"]

    def unread():
        people = browser.get("/practice/state", params={"user": "U2"}).json()["people"]
        return next(member["unread"] for member in people if member["id"] == "U1")

    assert unread() == 2
    browser.post("/practice/act", json={"user": "U1", "do": "read", "channel": "D1", "ts": ts})
    assert unread() == 0


def upload(alone, name: str, content: bytes) -> str:
    alone.client.files_upload_v2(channel=alone.space.dm_channel("U1").id, filename=name, content=content)
    return next(key for key, held in alone.space.files.items() if held["name"] == name)


def test_a_picture_is_shown_and_any_other_file_only_handed_out(alone, browser):
    png = b"\x89PNG\r\n\x1a\n..."
    shown = browser.get(f"/practice/file/{upload(alone, 'chart.png', png)}")
    assert (shown.headers["content-type"], shown.content) == ("image/png", png)
    handed = browser.get(f"/practice/file/{upload(alone, 'page.html', b'<script>')}")
    assert handed.headers["content-type"] == "application/octet-stream"
    assert handed.headers["content-disposition"] == "attachment"
    assert browser.get("/practice/file/F0NONE").status_code == 400
