"""Foreign addresses are fetched without lending them our network. Real servers on loopback, real TLS, no mocks."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors import client, network
from bot.connectors.client import Client, FetchError
from tests import certificates

PUBLIC = "93.184.215.14"  # stands for a host on the internet; the tests' dial leads it to a server of theirs
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[Handler], None], tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = self.server_address[1]
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None:
        """Clients that leave early are what these tests are about."""


def reply(
    status: int = 200, body: bytes = BODY, length: int | None = None, **headers: str
) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def by_path(**answers: Callable[[Handler], None]) -> Callable[[Handler], None]:
    return lambda handler: answers[handler.path.strip("/") or "root"](handler)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    running: list[tuple[Server, threading.Thread]] = []

    def start(answer: Callable[[Handler], None], tls: ssl.SSLContext | None = None) -> Server:
        server = Server(answer, tls)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for feed.example and its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "feed.pem"
    file.write_bytes(certificates.self_signed("feed.example"))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@dataclass
class Internet:
    """An internet of one public address behind which `server` stands; every other address is dialled for real."""

    certificate: Path
    server: Server | None = None
    names: dict[str, list[str]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        return self.names[host] if host in self.names else network.resolve(host, port)

    def dial(self, address: str, port: int, timeout: float) -> socket.socket:
        self.dialled.append((address, port))
        if address == PUBLIC and self.server:
            return network.dial("127.0.0.1", self.server.port, timeout)
        return network.dial(address, port, timeout)

    def client(self) -> Client:
        return Client(self.resolve, self.dial, lambda: ssl.create_default_context(cafile=str(self.certificate)))


@pytest.fixture
def internet(certificate: Path) -> Internet:
    return Internet(certificate, names={"feed.example": [PUBLIC]})


def local(server: Server, path: str = "") -> str:
    return f"http://127.0.0.1:{server.port}/{path}"


# What comes back


def test_a_feed_is_fetched_over_tls_from_the_address_that_was_checked(
    internet: Internet, serve: Callable[..., Server], server_tls: ssl.SSLContext
) -> None:
    internet.server = serve(reply(ETag='"v1"', Last_Modified="Mon, 16 Nov 2026 10:00:00 GMT"), server_tls)

    found = internet.client().fetch("https://feed.example/private-key/basic.ics?x=1", token="s3cret")

    assert (found.status, found.body) == ("new", BODY)
    assert (found.etag, found.last_modified) == ('"v1"', "Mon, 16 Nov 2026 10:00:00 GMT")
    path, headers = internet.server.asked[0]
    assert (path, headers["host"]) == ("/private-key/basic.ics?x=1", "feed.example")
    assert headers["authorization"] == "Bearer s3cret"
    assert internet.dialled == [(PUBLIC, 443)]


def test_a_webcal_link_is_fetched_over_https(
    internet: Internet, serve: Callable[..., Server], server_tls: ssl.SSLContext
) -> None:
    internet.server = serve(reply(), server_tls)

    assert internet.client().fetch("webcal://feed.example/a.ics").body == BODY


def test_a_certificate_for_another_name_is_not_accepted(
    internet: Internet, serve: Callable[..., Server], server_tls: ssl.SSLContext
) -> None:
    internet.server = serve(reply(), server_tls)
    internet.names["other.example"] = [PUBLIC]

    with pytest.raises(client.NotAnswering):
        internet.client().fetch("https://other.example/")
    assert internet.server.asked == []


def test_an_unchanged_feed_is_told_by_its_validators(serve: Callable[..., Server]) -> None:
    server = serve(reply(304, b"", ETag='"v1"'))

    found = client.fetch(local(server), etag='"v1"', last_modified="Mon", allow_loopback=True)

    assert (found.status, found.body, found.etag, found.last_modified) == ("unchanged", b"", '"v1"', "Mon")
    sent = server.asked[0][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"v1"', "Mon")


def test_an_unchanged_that_nobody_asked_for_is_refused(serve: Callable[..., Server]) -> None:
    with pytest.raises(client.Rejected):
        client.fetch(local(serve(reply(304, b""))), allow_loopback=True)


def test_a_packed_body_is_unpacked(serve: Callable[..., Server]) -> None:
    server = serve(reply(body=gzip.compress(BODY * 1_000), Content_Encoding="gzip"))

    assert client.fetch(local(server), allow_loopback=True).body == BODY * 1_000


def test_an_etag_that_cannot_be_sent_back_is_forgotten(serve: Callable[..., Server]) -> None:
    assert client.fetch(local(serve(reply(ETag="é" * 3))), allow_loopback=True).etag is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, client.Rejected),
        (403, client.Rejected),
        (404, client.Rejected),
        (410, client.Rejected),
        (204, client.Rejected),
        (302, client.Rejected),
        (429, client.NotAnswering),
        (500, client.NotAnswering),
        (503, client.NotAnswering),
    ],
)
def test_each_refusal_says_what_to_do_and_keeps_the_address_to_itself(
    serve: Callable[..., Server], status: int, error: type[FetchError]
) -> None:
    server = serve(reply(status, b""))

    with pytest.raises(error) as caught:
        client.fetch(local(server, "private-s3cret/basic.ics"), allow_loopback=True)
    assert caught.value.repair
    assert "s3cret" not in f"{caught.value} {caught.value.repair}"


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://feed.example/",
        "ftp://feed.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "feed.example/a.ics",
        "https://",
        "https:///a",
        "https://feed.example:22/",
        "https://feed.example:8443/",
        "https://feed.example:99999/",
        "https://ann:secret@feed.example/",
        "https://[::1",
        "https://exa mple/\x00",
        "",
        "下周四",
    ],
)
def test_an_address_of_the_wrong_kind_is_refused_before_anything_is_looked_up(internet: Internet, url: str) -> None:
    with pytest.raises(client.BadAddress):
        internet.client().fetch(url)
    assert internet.looked_up == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:93.184.215.14]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff0e::1]",
        "[2001:db8::1]",
        "①②⑦.⓪.⓪.①",
    ],
)
def test_a_host_that_is_not_public_is_refused_in_any_spelling_and_never_dialled(internet: Internet, host: str) -> None:
    with pytest.raises(FetchError):
        internet.client().fetch(f"https://{host}/")
    assert internet.dialled == []


@pytest.mark.parametrize("inside", ["10.0.0.5", "127.0.0.1", "fd00::1", "::ffff:10.0.0.5", "fe80::1%eth0", "nonsense"])
def test_one_private_answer_among_public_ones_refuses_the_name(internet: Internet, inside: str) -> None:
    internet.names["mixed.example"] = [PUBLIC, inside]

    with pytest.raises(client.ForbiddenAddress) as caught:
        internet.client().fetch("https://mixed.example/")
    assert (internet.dialled, bool(caught.value.repair)) == ([], True)


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(
    internet: Internet, serve: Callable[..., Server], server_tls: ssl.SSLContext
) -> None:
    internet.server = serve(reply(), server_tls)
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    rebinding = Client(lambda host, port: next(answers), internet.dial, internet.client().tls)

    assert rebinding.fetch("https://feed.example/").body == BODY
    assert internet.dialled == [(PUBLIC, 443)]
    with pytest.raises(client.ForbiddenAddress):
        rebinding.fetch("https://feed.example/")
    assert internet.dialled == [(PUBLIC, 443)]


def test_the_public_internet_is_public() -> None:
    assert all(map(network.is_public, [PUBLIC, "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:82a::200e"]))


def test_a_name_without_an_address_says_so(internet: Internet) -> None:
    internet.names["empty.example"] = []

    for host in ("empty.example", "no-such-host.invalid"):
        with pytest.raises(client.NotAnswering, match=host):
            internet.client().fetch(f"https://{host}/")


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_text_as_an_address_ends_in_a_fetch_error(text: str, host: str) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    for url in (text, f"https://{host}/", f"https://feed.example/{text}"):
        with pytest.raises(FetchError):
            Client(resolve=nowhere).fetch(url)


# Redirects


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("https://10.0.0.5/", client.ForbiddenAddress),
        ("https://169.254.169.254/latest/meta-data/", client.ForbiddenAddress),
        ("https://localhost/", client.ForbiddenAddress),
        ("https://[::1]/", client.ForbiddenAddress),
        ("//127.0.0.1/", client.ForbiddenAddress),
        ("http://feed.example/", client.BadAddress),
        ("https://feed.example:22/", client.BadAddress),
        ("https://u:p@feed.example/", client.BadAddress),
        ("file:///etc/passwd", client.BadAddress),
        ("https://[::zz]/", client.BadAddress),
    ],
)
def test_a_redirect_is_held_against_the_same_rules(
    internet: Internet,
    serve: Callable[..., Server],
    server_tls: ssl.SSLContext,
    target: str,
    error: type[FetchError],
) -> None:
    internet.server = serve(reply(302, b"", Location=target), server_tls)

    with pytest.raises(error):
        internet.client().fetch("https://feed.example/")
    assert internet.dialled == [(PUBLIC, 443)]


def test_a_redirect_to_another_host_does_not_take_the_token_along(serve: Callable[..., Server]) -> None:
    other = serve(reply())
    first = serve(by_path(root=reply(302, b"", Location="/near"), near=reply(307, b"", Location=local(other))))

    assert client.fetch(local(first), token="s3cret", allow_loopback=True).body == BODY
    assert [asked[1].get("authorization") for asked in first.asked] == ["Bearer s3cret", "Bearer s3cret"]
    assert "authorization" not in other.asked[0][1]


def test_three_redirects_are_followed_and_a_fourth_is_not(serve: Callable[..., Server]) -> None:
    def hop(to: str) -> Callable[[Handler], None]:
        return reply(301, b"", Location=f"/{to}")

    server = serve(by_path(d=hop("c"), c=hop("b"), b=hop("a"), a=reply(), e=hop("d"), loop=hop("loop")))

    assert client.fetch(local(server, "d"), allow_loopback=True).body == BODY
    for path in ("e", "loop"):
        with pytest.raises(client.Rejected):
            client.fetch(local(server, path), allow_loopback=True)


# Loopback, for tests and the demo


def test_loopback_is_closed_unless_it_is_opened(serve: Callable[..., Server], server_tls: ssl.SSLContext) -> None:
    server = serve(reply(), server_tls)

    for url in (local(server), f"https://127.0.0.1:{server.port}/"):
        with pytest.raises(client.BadAddress):
            client.fetch(url)
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://93.184.215.14/", "https://10.0.0.1/", "https://8.8.8.8:22/"]
)
def test_opening_loopback_opens_nothing_else(internet: Internet, url: str) -> None:
    with pytest.raises(client.ForbiddenAddress):
        internet.client().fetch(url, allow_loopback=True)
    assert internet.dialled == []


# Size and time


def test_a_body_over_the_limit_is_refused_while_it_comes(serve: Callable[..., Server]) -> None:
    server = serve(reply(body=b"x" * 50_001))

    assert len(client.fetch(local(server), max_bytes=50_001, allow_loopback=True).body) == 50_001
    with pytest.raises(client.TooLarge) as caught:
        client.fetch(local(server), max_bytes=50_000, allow_loopback=True)
    assert caught.value.repair


def test_a_body_without_end_is_cut_at_the_limit(serve: Callable[..., Server]) -> None:
    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    with pytest.raises(client.TooLarge):
        client.fetch(local(serve(endless)), max_bytes=1_000_000, allow_loopback=True)


def test_a_gzip_bomb_is_never_unpacked_beyond_the_limit(serve: Callable[..., Server]) -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    server = serve(reply(body=bomb, Content_Encoding="gzip"))
    before = _peak()

    with pytest.raises(client.TooLarge):
        client.fetch(local(server), max_bytes=1_000_000, allow_loopback=True)
    assert _peak() - before < 20_000_000


def _peak() -> int:
    """The largest resident size of this process so far, in bytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate"])
def test_a_packing_that_was_not_asked_for_is_refused(serve: Callable[..., Server], coding: str) -> None:
    with pytest.raises(client.NotAnswering):
        client.fetch(local(serve(reply(Content_Encoding=coding))), allow_loopback=True)


@pytest.mark.parametrize(
    "answer",
    [
        reply(body=gzip.compress(BODY)[:-9], Content_Encoding="gzip"),
        reply(body=b"no gzip", Content_Encoding="gzip"),
        reply(body=b"short", length=500),
        lambda handler: handler.wfile.write(b"not http at all\r\n\r\n"),
        lambda handler: handler.connection.close(),
    ],
    ids=["cut gzip", "no gzip", "cut body", "no http", "hung up"],
)
def test_a_damaged_answer_is_never_taken_for_a_whole_one(
    serve: Callable[..., Server], answer: Callable[[Handler], None]
) -> None:
    def once(handler: Handler) -> None:
        handler.close_connection = True
        answer(handler)

    with pytest.raises(client.NotAnswering):
        client.fetch(local(serve(once)), allow_loopback=True, timeout=5)


def _drip(handler: Handler, head: bytes) -> None:
    handler.wfile.write(head)
    stopped = threading.Event()
    while not stopped.wait(0.05):
        handler.wfile.write(b"x")


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b""],
    ids=["slow body", "slow header", "slow start"],
)
def test_an_answer_that_drips_ends_at_the_time_limit(serve: Callable[..., Server], head: bytes) -> None:
    server = serve(lambda handler: _drip(handler, head))
    began = time.monotonic()

    with pytest.raises(client.TooSlow) as caught:
        client.fetch(local(server), timeout=0.5, allow_loopback=True)
    assert time.monotonic() - began < 2
    assert caught.value.repair


def test_a_server_that_never_shakes_hands_ends_at_the_time_limit(internet: Internet) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(client.TooSlow):
            internet.client().fetch(f"https://127.0.0.1:{port}/", timeout=0.5, allow_loopback=True)


def test_a_closed_port_is_told_as_not_answering(internet: Internet) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(client.NotAnswering):
        internet.client().fetch(f"http://127.0.0.1:{port}/", allow_loopback=True)


def test_proxies_of_the_environment_are_not_used(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(reply(500)), serve(reply())
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, local(proxy))

    assert client.fetch(local(server), allow_loopback=True).body == BODY
    assert proxy.asked == []
