"""The page and its control endpoints: for this machine alone, through Slack's own protocol."""

from functools import partial

import httpx
import pytest


@pytest.fixture
def browser(alone):
    with httpx.Client(base_url=alone.srv.url, trust_env=False) as client:
        yield client


PATHS = ["/", "/static/page.js", "/static/page.css", "/practice/state", "/practice/faults", "/practice/log"]


@pytest.mark.parametrize("path", PATHS)
def test_only_this_machine_may_look(alone, path):
    with httpx.Client(base_url=alone.srv.url, trust_env=False) as client:
        assert client.get(path).status_code == 200
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 403
        assert client.get(path, headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


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
    message = state["channels"][0]["messages"][-1]
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


def test_changes_are_streamed(browser, alone):
    with browser.stream("GET", "/practice/events") as stream:
        lines = stream.iter_lines()
        first = next(lines)
        alone.client.chat_postMessage(channel="U1", text="x")
        later = next(line for line in lines if line.startswith("data:") and line != first)
    assert int(later.split(":")[1]) > int(first.split(":")[1])
