"""The HTTP edge: nothing unsigned is read, what nobody can read is refused, what comes twice is done once."""

import hashlib
import hmac
import http.client
import json
import logging
import socket
import time
from urllib.parse import quote_plus, urlencode

import pytest

from storage.tables import AccountRow, DeliveryRow
from tests.coach import TEAM, Coach

FORM = "application/x-www-form-urlencoded"
SECRET_WORDS = "Nordhaus is angry"


@pytest.fixture
def coach(coach: Coach, caplog: pytest.LogCaptureFixture) -> Coach:
    """Anna is known; whatever Bolt and the server would log at any level is caught."""
    coach.anna.types("account add Nordhaus")
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    return coach


def command(text: str, trigger: str = "1.1") -> bytes:
    fields = {"command": "/kam", "text": text, "user_id": "U1", "team_id": TEAM, "trigger_id": trigger}
    return urlencode(fields).encode()


def signed(coach: Coach, body: bytes, at: str | None = None) -> dict[str, str]:
    at = at or str(int(time.time()))
    mac = hmac.new(coach.srv.signing_secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}", "Content-Type": FORM}


def ask(coach: Coach, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, bytes]:
    way = http.client.HTTPConnection("127.0.0.1", coach.bot.http.port, timeout=10)
    try:
        way.request(method, "/slack/events", body, headers)
        answer = way.getresponse()
        return answer.status, answer.read()
    finally:
        way.close()


def names(coach: Coach) -> list[str]:
    coach.rest()
    return sorted(row.name for row in coach.rows(AccountRow))


BAD_STAMPS = ("", "0", "-1", "soon", "1" * 40, "1e9", "１７", "9" * 5000, " 1 ")


@pytest.mark.parametrize("stamp", BAD_STAMPS, ids=range(len(BAD_STAMPS)))
def test_a_time_stamp_that_is_none_is_refused(coach: Coach, stamp: str) -> None:
    body = command("account add Evil")
    headers = signed(coach, body, "0") | {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}
    assert ask(coach, body, headers)[0] == 401
    assert names(coach) == ["Nordhaus"]


@pytest.mark.parametrize("signature", ["", "v0=", "v0=00", "v1=" + "0" * 64, "ÿ" * 64])
def test_another_signature_is_refused(coach: Coach, signature: str) -> None:
    body = command("account add Evil")
    assert ask(coach, body, signed(coach, body) | {"X-Slack-Signature": signature})[0] == 401
    assert ask(coach, body, {"Content-Type": FORM})[0] == 401
    assert names(coach) == ["Nordhaus"]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_was_signed_more_than_five_minutes_ago_or_ahead_is_refused(coach: Coach, seconds: int) -> None:
    body = command("account add Evil")
    assert ask(coach, body, signed(coach, body, str(int(time.time()) + seconds)))[0] == 401
    assert names(coach) == ["Nordhaus"]


def test_a_signed_request_that_comes_again_is_answered_and_not_done_again(coach: Coach) -> None:
    body = command("account add Südbau")
    headers = signed(coach, body)
    assert ask(coach, body, headers)[0] == 200
    kept = len(coach.rows(DeliveryRow))
    status, said = ask(coach, body, headers)
    assert (status, said) == (200, b"")
    assert names(coach) == ["Nordhaus", "Südbau"]
    assert len(coach.rows(DeliveryRow)) == kept


UNREADABLE = (
    b"\xff\xfe\xfa", b"{", b"[" * 100_000, b'{"type":' + b"[" * 5_000, b"payload=%5B", b"payload=%5B%5D", b"payload=7",
    b"payload=" + quote_plus("[" * 50_000).encode(), b"command=%2Fkam&text=\xff&user_id=U1", b'{"a":"\xc3"}',
)  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain; charset=klingon", ""])
def test_what_nobody_can_read_is_refused_signed_or_not(coach: Coach, body: bytes, kind: str) -> None:
    unsigned = signed(coach, b"another") | {"Content-Type": kind}
    assert ask(coach, body, unsigned)[0] == 401
    assert 400 <= ask(coach, body, signed(coach, body) | {"Content-Type": kind})[0] < 500


GARBLED = (
    {"type": "view_submission", "view": {}},
    {"type": "view_submission", "view": []},
    {"type": "block_actions", "actions": 7},
    {"type": "block_actions", "actions": {"0": 1}},
    {"type": "event_callback", "event": []},
    {"type": "event_callback", "authorizations": [[]]},
    {"type": "event_callback", "event_id": "\ud800", "team_id": TEAM, "event": {"type": "message", "channel_type": "im",
     "user": "U1", "channel": "D1", "text": "\ud800 help \x00"}},
    {"type": []},
    {"team": 7, "user": "U1"},
)  # fmt: skip


@pytest.mark.parametrize("document", GARBLED, ids=range(len(GARBLED)))
def test_a_signed_document_of_another_form_is_never_a_fault_of_ours(coach: Coach, document: object) -> None:
    for body in (json.dumps(document).encode(), f"payload={quote_plus(json.dumps(document))}".encode()):
        assert ask(coach, body, signed(coach, body))[0] < 500
    coach.rest()
    assert names(coach) == ["Nordhaus"]


def test_of_a_field_that_stands_twice_one_is_taken(coach: Coach) -> None:
    body = command("account add Südbau") + b"&text=help&text=account+add+Third"
    assert ask(coach, body, signed(coach, body))[0] == 200
    assert names(coach) == ["Nordhaus", "Third"]


def test_what_cannot_be_stored_is_left_out_of_what_was_typed(coach: Coach) -> None:
    body = command("account add Süd\x00bau")
    assert ask(coach, body, signed(coach, body))[0] == 200
    assert names(coach) == ["Nordhaus", "Südbau"]


def test_a_check_of_the_certificate_is_answered_and_nothing_else_comes_of_it(coach: Coach) -> None:
    body = command("account add Evil") + b"&ssl_check=1"
    assert ask(coach, body, {"Content-Type": FORM}) == (200, b"")
    assert ask(coach, body, signed(coach, body)) == (200, b"")
    assert names(coach) == ["Nordhaus"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_find_nothing(coach: Coach, method: str) -> None:
    body = command("account add Evil")
    assert ask(coach, body, signed(coach, body), method)[0] == 404
    assert names(coach) == ["Nordhaus"]


def test_a_body_that_is_too_large_is_not_read(coach: Coach) -> None:
    body = b"x" * 2_000_000
    with socket.create_connection(("127.0.0.1", coach.bot.http.port), 10) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert b" 413 " in line.recv(1000)


def test_a_body_that_comes_slowly_keeps_nobody_else_waiting(coach: Coach) -> None:
    slow = [socket.create_connection(("127.0.0.1", coach.bot.http.port), 10) for _ in range(20)]  # more than threads
    try:
        for line in slow:
            line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na")
        body = command("account add Südbau")
        assert ask(coach, body, signed(coach, body))[0] == 200
    finally:
        for line in slow:
            line.close()
    assert names(coach) == ["Nordhaus", "Südbau"]


UNREADABLE_HEADS = {
    "a length without end": b"POST /slack/events HTTP/1.1\r\nContent-Length: " + b"9" * 5_000,
    "a length below nothing": b"POST /slack/events HTTP/1.1\r\nContent-Length: -5",
    "two lengths": b"POST /slack/events HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6",
    "an address that is none": b"GET http://[::1 HTTP/1.1\r\nHost: x",
    "a path that is no text": b"GET /\xff\xfe HTTP/1.1\r\nHost: x",
}


@pytest.mark.parametrize("head", UNREADABLE_HEADS.values(), ids=UNREADABLE_HEADS)
def test_a_head_that_nobody_can_read_is_refused_and_nothing_is_logged(
    coach: Coach, caplog: pytest.LogCaptureFixture, head: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", coach.bot.http.port), 10) as line:
        line.sendall(head + b"\r\n\r\n")
        assert line.recv(1_000).split()[1] == b"400"
    assert caplog.records == []


def test_a_signature_or_a_time_that_stands_twice_is_refused(coach: Coach) -> None:
    body = command("account add Evil")
    headers = signed(coach, body)
    for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp"):
        for second in (headers[name], "v0=00", ""):
            way = http.client.HTTPConnection("127.0.0.1", coach.bot.http.port, timeout=10)
            way.putrequest("POST", "/slack/events")
            for header, value in [*headers.items(), (name, second), ("Content-Length", str(len(body)))]:
                way.putheader(header, value)
            way.endheaders(body)
            assert way.getresponse().status == 401
            way.close()
    assert names(coach) == ["Nordhaus"]


def test_a_signed_body_in_pieces_is_read_whole(coach: Coach) -> None:
    body = command("account add Südbau")
    way = http.client.HTTPConnection("127.0.0.1", coach.bot.http.port, timeout=10)
    way.request("POST", "/slack/events", iter([body[:7], body[7:]]), signed(coach, body), encode_chunked=True)
    assert way.getresponse().status == 200
    way.close()
    assert names(coach) == ["Nordhaus", "Südbau"]


def test_the_log_holds_nothing_of_what_was_refused(coach: Coach, caplog: pytest.LogCaptureFixture) -> None:
    for body in (command(SECRET_WORDS), b"payload=" + quote_plus(f'["{SECRET_WORDS}"').encode(), SECRET_WORDS.encode()):
        ask(coach, body, {"Content-Type": FORM})
        ask(coach, body, signed(coach, body, "1"))
        ask(coach, body, signed(coach, body)) if b"command" not in body else None
    coach.rest()
    written = caplog.text + json.dumps(coach.lines, default=str)
    for word in ("Nordhaus", "angry", coach.srv.signing_secret, "v0="):
        assert word not in written
