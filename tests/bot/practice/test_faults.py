"""What goes wrong on request, and what slack_sdk's client makes of it."""

import urllib.error

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

forgets_sockets = pytest.mark.filterwarnings(  # slack_sdk leaves one unclosed when it changes them
    "ignore:.*socket.*:pytest.PytestUnraisableExceptionWarning"
)
NUDGE = {"event_type": "nudge", "event_payload": {"id": "n1"}}


def careful(bench, **more):
    return WebClient(bench.srv.bot_token, base_url=bench.srv.api_url, retry_handlers=[], **more)


def stored(bench):
    return len(bench.space.stored())


def test_a_dropped_post_is_doubled_by_the_default_client(alone):
    alone.space.faults.add("chat.postMessage", "drop", stored=True)
    alone.client.chat_postMessage(channel="U1", text="x", metadata=NUDGE)
    assert stored(alone) == 2


def test_a_dropped_post_is_stored_once_without_retry_handlers(alone):
    alone.space.faults.add("chat.postMessage", "drop", stored=True)
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        careful(alone).chat_postMessage(channel="U1", text="x", metadata=NUDGE)
    assert stored(alone) == 1
    found = alone.client.conversations_history(channel="D1", include_all_metadata=True)["messages"]
    assert [message["metadata"] for message in found] == [NUDGE]


def test_a_post_dropped_before_it_was_stored_leaves_nothing(alone):
    alone.space.faults.add("chat.postMessage", "drop")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        careful(alone).chat_postMessage(channel="U1", text="x")
    assert stored(alone) == 0


def test_too_many_calls_are_told_how_long_to_wait(alone):
    alone.space.faults.add("chat.postMessage", "rate_limited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        careful(alone).chat_postMessage(channel="U1", text="x")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert stored(alone) == 0


@pytest.mark.parametrize("is_stored", [True, False])
@pytest.mark.parametrize("kind", ["http_500", "internal_error", "fatal_error"])
def test_a_broken_answer_may_or_may_not_have_taken_effect(alone, kind, is_stored):
    alone.space.faults.add("chat.postMessage", kind, stored=is_stored)
    with pytest.raises(SlackApiError):
        careful(alone).chat_postMessage(channel="U1", text="x")
    assert stored(alone) == int(is_stored)


def test_a_held_connection_outlasts_the_clients_patience(alone):
    alone.space.faults.add("chat.postMessage", "timeout", seconds=20, stored=True)
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        careful(alone, timeout=1).chat_postMessage(channel="U1", text="x")
    assert stored(alone) == 1


def test_a_fault_waits_its_turn_and_wears_off(alone):
    alone.space.faults.add("chat.postMessage", "error", error="is_archived", after=1, times=2)
    words = []
    for _ in range(4):
        try:
            careful(alone).chat_postMessage(channel="U1", text="x")
            words.append("ok")
        except SlackApiError as error:
            words.append(error.response["error"])
    assert words == ["ok", "is_archived", "is_archived", "ok"]


def test_history_may_lag_behind(alone):
    alone.client.chat_postMessage(channel="U1", text="old")
    alone.clock.forward(seconds=30)
    alone.client.chat_postMessage(channel="U1", text="new")
    alone.space.faults.add("conversations.history", "history_lag", seconds=10)
    seen = [alone.client.conversations_history(channel="D1")["messages"][0]["text"] for _ in range(2)]
    assert seen == ["old", "new"]


def test_an_unknown_fault_is_named(alone):
    with pytest.raises(ValueError, match="unknown fault"):
        alone.space.faults.add("chat.postMessage", "hiccup")


def test_without_a_socket_a_command_fails_at_once(alone):
    failed = alone.srv.slash("U1", "x")
    assert (failed.acked, failed.error) == (False, "dispatch_failed")


def answers_again(bench):
    """The app may change sockets more than once while it comes back: a person types again."""
    return any(bench.srv.wait_connected(2) and bench.srv.slash("U1", "x").acked for _ in range(5))


@forgets_sockets
def test_a_refreshed_socket_comes_back_and_commands_go_on(on_socket):
    before = len(on_socket.space.calls("apps.connections.open"))
    on_socket.space.faults.add(kind="refresh_requested")
    assert on_socket.space.wait_for(lambda: len(on_socket.space.calls("apps.connections.open")) > before, 5)
    assert answers_again(on_socket)


@forgets_sockets
def test_a_socket_cut_off_comes_back(on_socket):
    on_socket.space.faults.add(kind="close_socket")
    assert not on_socket.srv.connected()
    assert answers_again(on_socket)


def test_the_apps_own_messages_are_echoed_and_ignored_by_it(on_socket):
    on_socket.space.echo_own_messages = True
    on_socket.client.chat_postMessage(channel="U1", text="x")
    assert on_socket.space.wait_for(lambda: [held for held in on_socket.space.deliveries if held.acked], 5)
    assert on_socket.heard == []


def test_response_urls_and_uploads_can_fail_too(alone):
    url = alone.srv.url + "hooks/" + alone.space.new_response_url("U1", alone.space.dm_channel("U1").id)
    alone.space.faults.add("response_url", "http_500", stored=True)
    assert WebhookClient(url).send(text="x").status_code == 500
    assert [message.text for message in alone.space.dm("U1")] == ["x"]
    alone.space.faults.add("upload", "http_500")
    with pytest.raises(urllib.error.HTTPError) as caught:
        alone.client.files_upload_v2(channel="D1", filename="week.png", content=b"\x89PNG", title="Week")
    caught.value.close()
    assert alone.space.seen("U1")[-1].text == "x"
