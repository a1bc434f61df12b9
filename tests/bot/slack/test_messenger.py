"""The messenger against the practice workspace over loopback HTTP: every outcome a post can have."""

import http.client
import socket
import ssl
import threading
import urllib.error
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from typing_extensions import override

from bot import errors
from bot.clock import TestClock
from bot.core.account import Language
from bot.core.message import Actions, Button, Message, Paragraph, plain
from bot.practice.server import Server
from bot.practice.workspace import Member, Workspace
from bot.slack import messenger
from bot.slack.messenger import SlackMessenger
from bot.usecases.ports import Absent, Found, NotPosted, Posted, Profile, Unclear, Unreadable

START = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
EARLIER = START - timedelta(seconds=5)
MEMBERS = [
    Member("U1", "Li Wei", tz="Asia/Shanghai", locale="zh-CN", dnd_start="22:00", dnd_end="08:00"),
    Member("U2", "Ann", tz="Europe/Berlin", locale="en-US", email="ann@Acme.example"),
    Member("U3", "Gone", deleted=True),
    Member("U4", "Guest", is_restricted=True, tz=None, locale=None),
    Member("U5", "Stranger", is_stranger=True),
    Member("U6", "Robot", is_bot=True),
]
CARD = Message("Acme tomorrow", (Paragraph("Ask.", "Do"), Actions((Button("card:commit", "I'll do it", "n1"),))))


class Desk:
    """A workspace and a messenger that works in it."""

    def __init__(self, srv, clock, post_seconds=5):
        self.srv, self.space, self.clock = srv, srv.space, clock
        client = WebClient(srv.bot_token, base_url=srv.api_url)
        self.messenger = SlackMessenger(lambda team_id: client, clock, post_seconds)

    def post(self, nudge_id="n1", to="U1"):
        return self.messenger.post("T1", to, CARD, nudge_id)

    def find(self, nudge_id="n1", channel="D1"):
        return self.messenger.find("T1", channel, nudge_id, EARLIER)

    @property
    def stored(self):
        return len(self.space.stored())

    def tries(self, method="chat.postMessage"):
        """How often a call reached the workspace; a fault that stored is one call, not two."""
        hurt = [line for line in self.space.log if line["kind"] == "fault" and line["method"] == method]
        return len(self.space.calls(method)) + len([line for line in hurt if not line["stored"]])


@pytest.fixture
def desk():
    clock = TestClock(START, 0)
    space = Workspace(clock.now, MEMBERS, echo_own_messages=False)
    with Server(space) as srv:
        yield Desk(srv, clock)


@pytest.fixture
def answering():
    """A server that answers every call with the bytes it is given."""
    servers = []

    def start(status, body, headers=()):
        class Handler(BaseHTTPRequestHandler):
            @override
            def log_message(self, *_):
                pass

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                for name, value in headers or [("Content-Length", str(len(body)))]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        client = WebClient("xoxb-x", base_url=f"http://127.0.0.1:{server.server_port}/api/")
        return SlackMessenger(lambda team_id: client, TestClock(START, 0), 1)

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


# --- posting --------------------------------------------------------------------------------------------------------


def test_a_post_reaches_the_reps_own_conversation_and_bears_its_id(desk):
    posted = desk.post("n7")
    [message] = desk.space.dm("U1")
    assert posted == Posted("D1", message.ts)
    assert message.metadata == {"event_type": "kam_nudge", "event_payload": {"id": "n7"}}
    assert desk.space.seen("U1")[-1].text == "Do: Ask.\n[I'll do it]"


def test_a_post_unfurls_nothing_and_links_no_names(desk):
    desk.post()
    [call] = desk.space.calls("chat.postMessage")
    sent = call["args"]
    assert (str(sent["unfurl_links"]), str(sent["unfurl_media"]), sent["parse"]) == ("False", "False", "none")
    assert "link_names" not in sent


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("kind", ["http_500", "internal_error", "fatal_error", "drop"])
def test_a_broken_answer_is_unclear_and_nothing_is_sent_again(desk, kind, stored):
    desk.space.faults.add("chat.postMessage", kind, stored=stored)
    assert isinstance(desk.post(), Unclear)
    assert (desk.tries(), desk.stored) == (1, int(stored))
    assert isinstance(desk.find(channel=desk.messenger.channel("T1", "U1")), Found if stored else Absent)


@pytest.mark.parametrize("stored", [True, False])
def test_an_answer_that_does_not_come_is_unclear_and_nothing_is_sent_again(desk, stored):
    hasty = Desk(desk.srv, desk.clock, post_seconds=1)
    desk.space.faults.add("chat.postMessage", "timeout", stored=stored, seconds=20)
    assert hasty.post() == Unclear("TimeoutError")
    assert (desk.tries(), desk.stored) == (1, int(stored))


def test_too_many_posts_wait_as_long_as_slack_says_all_of_them(desk):
    desk.space.faults.add("chat.postMessage", "rate_limited", retry_after=7)
    assert desk.post() == NotPosted("ratelimited", START + timedelta(seconds=7), team_wide=True)
    assert (desk.tries(), desk.stored) == (1, 0)


@pytest.mark.parametrize(
    ("error", "again", "team_wide"),
    [
        ("channel_not_found", None, False),
        ("is_archived", None, False),
        ("msg_too_long", None, False),
        ("invalid_blocks", None, False),
        ("user_disabled", None, False),
        ("restricted_action", None, False),
        ("account_inactive", 300, True),
        ("token_revoked", 300, True),
        ("invalid_auth", 300, True),
        ("missing_scope", 300, True),
        ("ratelimited", 30, True),
        ("message_limit_exceeded", 300, True),
        ("request_timeout", 5, False),
    ],
)
def test_an_error_that_slack_names_was_not_posted(desk, error, again, team_wide):
    desk.space.faults.add("chat.postMessage", "error", error=error)
    at = START + timedelta(seconds=again) if again else None
    assert desk.post() == NotPosted(error, at, team_wide=team_wide)
    assert (desk.tries(), desk.stored) == (1, 0)


def test_a_message_to_nobody_is_not_posted(desk):
    assert desk.post(to="U404") == NotPosted("channel_not_found")


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html>busy</html>", ()),
        (200, b"[1]", ()),
        (200, b"null", ()),
        (200, b"", ()),
        (200, b'{"ok": true}', ()),
        (200, b"\xff\xfe{", ()),
        (200, b"{}", [("Content-Type", "text/plain; charset=no-such")]),
        (200, b'{"ok": tr', [("Content-Length", "50")]),
        (403, b"<html>proxy</html>", ()),
        (502, b'{"ok": false, "error": "channel_not_found"}', ()),
        (503, b"", ()),
    ],
)
def test_an_answer_that_cannot_be_read_is_unclear(answering, status, body, headers):
    assert isinstance(answering(status, body, headers).post("T1", "U1", CARD, "n1"), Unclear)


@pytest.mark.parametrize(("header", "seconds"), [("2", 2), ("0", 1), ("soon", 30), ("99999", 3600)])
def test_how_long_to_wait_is_read_with_care(answering, header, seconds):
    found = answering(429, b"", [("Retry-After", header), ("Content-Length", "0")]).post("T1", "U1", CARD, "n1")
    assert found == NotPosted("ratelimited", START + timedelta(seconds=seconds), team_wide=True)


def test_a_server_that_is_not_there_got_nothing():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = WebClient("xoxb-x", base_url=f"http://127.0.0.1:{port}/api/")
    away = SlackMessenger(lambda team_id: client, TestClock(START, 0))
    soon = START + timedelta(seconds=5)
    assert away.post("T1", "U1", CARD, "n1") == NotPosted("not_connected", soon)
    assert away.profile("T1", "U1") is None


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (urllib.error.URLError(socket.gaierror(-2, "no such name")), False),
        (urllib.error.URLError(TimeoutError("connecting")), False),
        (urllib.error.URLError(ssl.SSLCertVerificationError("not trusted")), False),
        (urllib.error.URLError(OSError(113, "no route")), False),
        (SlackRequestError("bad proxy"), False),
        (urllib.error.URLError(ConnectionResetError()), True),
        (urllib.error.URLError(BrokenPipeError()), True),
        (urllib.error.URLError(ssl.SSLEOFError("cut")), True),
        (ConnectionResetError(), True),
        (TimeoutError("reading"), True),
        (http.client.RemoteDisconnected(), True),
        (http.client.IncompleteRead(b""), True),
    ],
)
def test_only_a_line_that_was_never_made_is_sure_to_have_carried_nothing(error, sent):
    assert isinstance(messenger.outcome(error, START), Unclear if sent else NotPosted)


def test_a_team_without_a_token_waits_and_is_told_apart():
    def no_token(team_id):
        raise errors.Unavailable("No token.", code="not_installed")

    away = SlackMessenger(no_token, TestClock(START, 0))
    assert away.post("T1", "U1", CARD, "n1") == NotPosted("not_installed", START + timedelta(minutes=5), team_wide=True)
    assert away.find("T1", "D1", "n1", EARLIER) == Unreadable("not_installed")
    assert away.update("T1", "D1", "1.2", CARD) is False


# --- looking up -----------------------------------------------------------------------------------------------------


def test_a_nudge_is_found_by_its_id_among_others(desk):
    posted = [desk.post(f"n{number}") for number in range(20)]
    assert desk.find("n2") == Found(posted[2].ts)
    assert desk.find("n99") == Absent()


def test_what_was_posted_before_the_moment_does_not_count(desk):
    desk.post("n1")
    assert desk.messenger.find("T1", "D1", "n1", START + timedelta(seconds=5)) == Absent()


def test_a_conversation_too_full_to_be_read_through_is_not_called_empty(desk):
    for number in range(61):
        desk.post(f"n{number}")
    assert desk.find("n0") == Unreadable("too_many_messages")
    assert desk.tries("conversations.history") == 4


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"kind": "rate_limited"}, "ratelimited"), ({"kind": "error", "error": "missing_scope"}, "missing_scope")],
)
def test_a_history_that_cannot_be_read_says_why(desk, fault, error):
    desk.post()
    desk.space.faults.add("conversations.history", **fault)
    assert desk.find() == Unreadable(error)


def test_another_apps_message_with_the_same_id_is_not_ours(desk):
    client = WebClient(desk.srv.bot_token, base_url=desk.srv.api_url)
    client.chat_postMessage(channel="U1", text="x", metadata={"event_type": "other", "event_payload": {"id": "n1"}})
    assert desk.find() == Absent()


# --- changing what was posted ---------------------------------------------------------------------------------------


def test_a_message_is_replaced_and_keeps_its_id(desk):
    posted = desk.post()
    assert desk.messenger.update("T1", posted.channel, posted.ts, plain("Done & dusted.")) is True
    [message] = desk.space.dm("U1")
    assert desk.space.seen("U1")[-1].text == "Done & dusted."
    assert isinstance(desk.find(), Found)
    assert message.edited is None


def test_an_update_that_was_dropped_is_made_again(desk):
    posted = desk.post()
    desk.space.faults.add("chat.update", "drop")
    assert desk.messenger.update("T1", posted.channel, posted.ts, plain("Done.")) is True


@pytest.mark.parametrize(("channel", "ts"), [("U1", "1.000200"), ("D1", "1.000200")])
def test_a_message_that_is_not_there_is_not_replaced(desk, channel, ts):
    desk.post()
    assert desk.messenger.update("T1", channel, ts, plain("Done.")) is False


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "profile"),
    [
        ("U1", Profile("Asia/Shanghai", Language.ZH, name="Li Wei")),
        ("U2", Profile("Europe/Berlin", Language.EN, name="Ann")),
        ("U3", Profile(None, Language.EN, deleted=True, name="Gone")),
        ("U4", Profile(None, Language.EN, guest=True, name="Guest")),
        ("U5", Profile("UTC", Language.EN, guest=True, name="Stranger")),
        ("U6", Profile("UTC", Language.EN, bot=True, name="Robot")),
        ("U404", None),
    ],
)
def test_slack_says_who_somebody_is(desk, user, profile):
    assert desk.messenger.profile("T1", user) == profile


def test_an_address_is_kept_only_as_its_domain(desk):
    desk.space.scopes |= {"users:read.email"}
    assert desk.messenger.profile("T1", "U2").email_domain == "acme.example"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "America", ""])
def test_a_zone_that_is_none_is_asked_for_instead(answering, zone):
    body = f'{{"ok": true, "user": {{"id": "U1", "tz": "{zone}", "locale": "zh-TW"}}}}'.encode()
    assert answering(200, body).profile("T1", "U1") == Profile(None, Language.ZH)


@pytest.mark.parametrize("body", [b"[1]", b"null", b"<html>", b'{"ok": true}'])
def test_an_answer_about_somebody_that_cannot_be_read_is_none(answering, body):
    found = answering(200, body)
    assert (found.profile("T1", "U1"), found.channel("T1", "U1"), found.quiet_until("T1", ["U1"], START)) == (None,) * 3


def test_the_conversation_with_somebody_is_found_without_writing_there(desk):
    assert desk.messenger.channel("T1", "U1") == "D1"
    assert desk.messenger.channel("T1", "U3") is None
    assert desk.stored == 0


def test_quiet_lasts_until_the_schedule_ends(desk):
    end = datetime(2026, 6, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    assert desk.messenger.quiet_until("T1", ["U1"], START) == {"U1": end}
    desk.clock.move_to(end)
    assert desk.messenger.quiet_until("T1", ["U1"], end) == {"U1": None}


def test_without_a_schedule_there_is_no_quiet(desk):
    assert desk.messenger.quiet_until("T1", ["U2"], START) == {"U2": None}
