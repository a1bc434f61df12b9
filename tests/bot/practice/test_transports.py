"""Sockets and the request url as Slack handles them, seen by a bare client instead of Bolt."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import websocket

from bot.practice.records import NotPossibleError


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def request_url(answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A request url that answers with `answer(environ, body) -> (status, headers, body)`, and what it was sent."""
    heard: list[dict[str, Any]] = []

    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        heard.append(environ)
        status, headers, said = answer(environ, body)
        start_response(status, headers)
        return [said.encode()]

    with make_server("127.0.0.1", 0, app, _Threaded, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/slack/events", heard
        finally:
            server.shutdown()
            thread.join()


class Phone:
    """A bare Socket Mode connection that acknowledges what it hears."""

    def __init__(self, bench, *, acks: bool = True) -> None:
        self.url = bench.client.apps_connections_open(app_token=bench.srv.app_token)["url"]
        self.socket = websocket.create_connection(self.url)
        self.hello = json.loads(self.socket.recv())
        self.heard: list[dict[str, Any]] = []
        self.acks = acks
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            while text := self.socket.recv():
                self.heard.append(json.loads(text))
                if self.acks and "envelope_id" in self.heard[-1]:
                    self.socket.send(json.dumps({"envelope_id": self.heard[-1]["envelope_id"]}))
        except (websocket.WebSocketException, OSError):
            return

    def close(self) -> None:
        self.socket.shutdown()
        self.thread.join(5)


@pytest.fixture
def phones(alone):
    open_ones: list[Phone] = []

    def connect(count: int, **more: Any) -> list[Phone]:
        open_ones.extend(Phone(alone, **more) for _ in range(count))
        return open_ones

    yield connect
    alone.srv.disconnect("close_socket")
    for phone in open_ones:
        phone.close()


def test_each_envelope_goes_to_one_of_the_sockets(alone, phones):
    three = phones(3)
    assert [phone.hello["num_connections"] for phone in three] == [1, 2, 3]
    assert all(alone.srv.slash("U1", str(number)).acked for number in range(20))
    assert alone.space.wait_for(lambda: sum(len(phone.heard) for phone in three) == 20, 5)
    assert all(phone.heard for phone in three)
    envelope = three[0].heard[0]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)


def test_an_eleventh_socket_is_sent_away(alone, phones):
    phones(10)
    url = alone.client.apps_connections_open(app_token=alone.srv.app_token)["url"]
    eleventh = websocket.create_connection(url)
    assert json.loads(eleventh.recv())["reason"] == "too_many_websockets"
    eleventh.shutdown()


def test_an_address_of_a_socket_serves_once(alone, phones):
    (phone,) = phones(1)
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(phone.url)


def test_a_silent_socket_is_a_timeout(alone, phones):
    phones(1, acks=False)
    failed = alone.srv.slash("U1", "x")
    assert (failed.acked, failed.error) == (False, "operation_timeout")


def test_sockets_are_warned_before_they_close(alone, phones):
    (phone,) = phones(1)
    alone.space.faults.add(kind="warning")
    assert alone.srv.slash("U1", "x").acked
    assert [held.get("reason") for held in phone.heard] == ["warning", None]


def test_retries_over_sockets_say_so(alone, phones):
    (phone,) = phones(1, acks=False)
    told = alone.srv.message("U1", "hello")
    assert alone.space.wait_for(lambda: told.done, 5)
    assert [held["retry_attempt"] for held in phone.heard] == [0, 1, 2, 3]
    assert phone.heard[1]["retry_reason"] == "timeout"


def test_a_request_url_must_answer_the_challenge(alone):
    with request_url(lambda environ, body: ("200 OK", [], "no")) as (url, _), pytest.raises(NotPossibleError):
        alone.srv.use_http(url)


def answer_then(status, headers=()):
    """The challenge is answered, and then everything else so."""

    def answer(environ, body):
        if "url_verification" in body:
            return "200 OK", [], json.loads(body)["challenge"]
        return status, list(headers), ""

    return answer


def test_an_app_may_ask_for_no_more_tries(alone):
    with request_url(answer_then("500 Oh", [("X-Slack-No-Retry", "1")])) as (url, heard):
        alone.srv.use_http(url)
        told = alone.srv.message("U1", "hello")
        assert alone.space.wait_for(lambda: told.done, 5)
        assert (told.attempts, len(heard)) == (1, 2)


def test_events_over_http_are_retried_with_number_and_reason(alone):
    with request_url(answer_then("503 Busy")) as (url, heard):
        alone.srv.use_http(url)
        told = alone.srv.message("U1", "hello")
        assert alone.space.wait_for(lambda: told.done, 5)
    numbers = [environ.get("HTTP_X_SLACK_RETRY_NUM") for environ in heard[1:]]
    assert numbers == [None, "1", "2", "3"]
    assert heard[-1]["HTTP_X_SLACK_RETRY_REASON"] == "http_error"


def test_a_command_answered_with_another_status_than_200_fails(alone):
    with request_url(answer_then("201 Created")) as (url, heard):
        alone.srv.use_http(url)
        failed = alone.srv.slash("U1", "x")
    assert [entry.text for entry in failed.seen] == ['/kam failed with the error "dispatch_failed"']
    assert heard[-1]["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
