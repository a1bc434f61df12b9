"""Fetching what a stranger's address points to, without lending that stranger our network.

A calendar feed's address is typed by a rep, so every hop is held against the same rules: https on 443 or
80, no password in the address, only public addresses behind the name (`network` checks them where the
socket opens), a cap on bytes and a cap on time.
"""

import functools
import ssl
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import httpcore
import httpx

from bot import errors
from bot.connectors import allowance, network

AGENT = "key-account-coach"
HOPS = 3
TIMEOUT = 20.0
MOST_BYTES = 10_000_000

_LONGEST_VALIDATOR = 500
_REDIRECTS = (301, 302, 303, 307, 308)
_WEBCAL = {"webcal": "https", "webcals": "https"}
_LATER = "Try again later; the last good copy stays in use."
T = TypeVar("T")


class FetchError(errors.KamError):
    """An address was not fetched. Messages name its host and no more: feeds carry their key in the path.

    `wait` is how many seconds the other side asks us to stay away, where it does.
    """

    code = "fetch_failed"
    wait: float | None = None


class BadAddress(FetchError, errors.BadInput):
    """The address itself cannot be used: not https, an odd port, a password inside, or no address at all."""

    code = "fetch_bad_address"


class UnusualPort(BadAddress):
    """The address names another port than those of the web."""


class ForbiddenAddress(FetchError, errors.BadInput):
    """The address leads, now or after a redirect, into a network that is not public."""

    code = "fetch_forbidden_address"


class TooLarge(FetchError):
    """The answer is larger than allowed, as sent or as unpacked."""

    code = "fetch_too_large"


class TooSlow(FetchError, errors.Unavailable):
    """The whole exchange took longer than allowed."""

    code = "fetch_too_slow"


class NotAnswering(FetchError, errors.Unavailable):
    """The other side cannot be reached, breaks off, or says that it is in trouble."""

    code = "fetch_not_answering"


class SlowedDown(NotAnswering):
    """The other side was asked too often, and says so."""

    code = "fetch_slowed_down"


class BadCertificate(NotAnswering):
    """The other side shows a certificate that nobody here vouches for."""

    code = "fetch_bad_certificate"


class Rejected(FetchError):
    """The other side answered, and the answer is no: the link is wrong, withdrawn or private."""

    code = "fetch_rejected"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back; `body` is empty when "unchanged". The validators are those for the next fetch.

    `pace` is how many seconds should lie between two questions, for the other side's limit; 0 where it names none.
    """

    status: Literal["new", "unchanged"]
    body: bytes
    etag: str | None
    last_modified: str | None
    pace: float = 0.0


@functools.cache
def _public_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Client:
    """One way out to foreign addresses. A test may bring its own `resolve`, `dial` and `tls`.

    `private` are hosts ("name", or "name:port" where the port is another than 443) that may be on a private network.
    """

    resolve: network.Resolve = network.resolve
    dial: network.Dial = network.dial
    tls: Callable[[], ssl.SSLContext] = _public_tls
    private: Collection[str] = ()

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        token: str | None = None,
        accept: str = "*/*",
        max_bytes: int = MOST_BYTES,
        timeout: float = TIMEOUT,
        allow_loopback: bool = False,
    ) -> Fetched:
        """What `url` holds now, or "unchanged" against the given validators.

        `timeout` (seconds) covers everything from the first connection to the last byte, over all redirects;
        `max_bytes` holds for the bytes sent and for the bytes unpacked. `token` goes to the first host only.
        `allow_loopback` opens 127.0.0.1 and ::1, with plain http and any port, for tests and the demo.
        Raises a `FetchError`, and nothing else.
        """
        deadline = network.Deadline.after(timeout)
        first = here = checked_address(url, allow_loopback, private=self.private)
        asked = {"accept-encoding": "gzip", "accept": accept, "user-agent": AGENT}
        asked |= {"if-none-match": etag} if etag else {}
        asked |= {"if-modified-since": last_modified} if last_modified else {}
        for _ in range(HOPS + 1):
            secret = {"authorization": f"Bearer {token}"} if token and _origin(here) == _origin(first) else {}
            answer = self._hop(here, asked | secret, max_bytes, deadline, allow_loopback)
            if isinstance(answer, Fetched):
                return answer
            here = answer
        raise Rejected(
            f"{first.host} redirects too often",
            repair="Open the link in a browser and give the final address.",
        )

    def _hop(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        max_bytes: int,
        deadline: network.Deadline,
        allow_loopback: bool,
    ) -> Fetched | httpx.URL:
        def read(answer: httpcore.Response) -> Fetched | httpx.URL:
            return _read(url, headers, answer, max_bytes, allow_loopback, self.private)

        return self.exchange(httpx.Request("GET", url, headers=dict(headers)), read, deadline, allow_loopback)

    def exchange(
        self,
        request: httpx.Request,
        read: Callable[[httpcore.Response], T],
        deadline: network.Deadline,
        allow_loopback: bool = False,
    ) -> T:
        """What `read` makes of the answer to one request, whose address was checked; redirects are not followed.

        Raises a `FetchError` that says what stood in the way.
        """
        url = request.url
        plain, named = url.scheme == "http", is_named(url, self.private)
        backend = network.Network(self.resolve, self.dial, deadline, allow_loopback, plain=plain, named=named)
        try:
            with httpcore.ConnectionPool(ssl_context=self.tls(), network_backend=backend) as pool:
                answer = pool.handle_request(_raw(request))
                try:
                    return read(answer)
                finally:
                    answer.close()
        except network.Forbidden as error:
            repair = "Give an https address that anyone on the internet can open."
            raise ForbiddenAddress(f"{url.host} is not on the public internet", repair=repair) from error
        except network.Unresolved as error:
            repair = "Check the address for a typing error, then try again."
            raise NotAnswering(f"the name {url.host} cannot be found", repair=repair) from error
        except ssl.SSLCertVerificationError as error:
            repair = "Ask whoever runs it to look at its certificate."
            raise BadCertificate(f"{url.host} shows a certificate that cannot be trusted", repair=repair) from error
        except (network.Expired, TimeoutError) as error:
            raise TooSlow(f"{url.host} takes too long", repair=_LATER) from error
        except (OSError, ValueError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NotAnswering(f"{url.host} does not answer as it should", repair=_LATER) from error


fetch = Client().fetch


def checked_address(
    url: str, allow_loopback: bool, base: httpx.URL | None = None, private: Collection[str] = ()
) -> httpx.URL:
    """The address, if it is one that may be asked. Raises BadAddress."""
    try:
        found = base.join(url) if base else httpx.URL(url.strip())
        found = found.copy_with(scheme=_WEBCAL.get(found.scheme, found.scheme), fragment=None)
        port, host = found.port or (443 if found.scheme == "https" else 80), found.host
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise BadAddress("this is no address", repair="Copy the whole link, from https:// to its end.") from error
    if not host or found.scheme not in (("https", "http") if allow_loopback else ("https",)):
        raise BadAddress("only https addresses are read", repair="Give a link that starts with https://.")
    if found.userinfo:
        raise BadAddress("the address holds a password", repair="Give a link without a name and password in it.")
    if port not in network.PORTS and not allow_loopback and not is_named(found, private):
        raise UnusualPort("the address names an unusual port", repair="Give a link without a port number.")
    return found


def is_named(url: httpx.URL, hosts: Collection[str]) -> bool:
    """True where an address is of one of these hosts, over https."""
    name = url.host if url.port in (None, 443) else f"{url.host}:{url.port}"
    return url.scheme == "https" and name in hosts


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _raw(request: httpx.Request) -> httpcore.Request:
    url = request.url
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    return httpcore.Request(request.method, target, headers=request.headers.raw, content=request.content or None)


def _read(
    url: httpx.URL,
    sent: Mapping[str, str],
    answer: httpcore.Response,
    max_bytes: int,
    allow_loopback: bool,
    private: Collection[str],
) -> Fetched | httpx.URL:
    status, headers = answer.status, httpx.Headers(answer.headers)
    if status in _REDIRECTS and "location" in headers:
        return checked_address(headers["location"], allow_loopback, base=url, private=private)
    etag, modified = _validator(headers.get("etag")), _validator(headers.get("last-modified"))
    before = (sent.get("if-none-match"), sent.get("if-modified-since"))
    if status == 304 and any(before):
        pace = allowance.seconds_between(headers)
        return Fetched("unchanged", b"", etag or before[0], modified or before[1], pace)
    check_trouble(url, status, headers)
    if status != 200:
        repair = "The link may have been withdrawn: copy it again from where it came."
        refusal = Rejected(f"{url.host} refuses ({status})", repair=repair)
        refusal.wait = allowance.seconds_to_wait(headers)
        raise refusal
    body = body_of(url, headers, answer, max_bytes)
    return Fetched("new", body, etag, modified, allowance.seconds_between(headers))


def check_trouble(url: httpx.URL, status: int, headers: httpx.Headers) -> None:
    """Raises NotAnswering, with the time to stay away, where a host is in trouble or was asked too often."""
    trouble: NotAnswering | None = None
    if allowance.is_spent(status, headers):
        trouble = SlowedDown(f"{url.host} was asked too often", repair=_LATER)
    elif status >= 500:
        trouble = NotAnswering(f"{url.host} is in trouble ({status})", repair=_LATER)
    if trouble is not None:
        trouble.wait = allowance.seconds_to_wait(headers)
        raise trouble


def _validator(value: str | None) -> str | None:
    """A validator that can be stored and sent back as it is, else none: fetching anew is always right."""
    if value and value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR:
        return value
    return None


def body_of(url: httpx.URL, headers: httpx.Headers, answer: httpcore.Response, max_bytes: int) -> bytes:
    """The unpacked body, unpacked here because httpx unpacks a whole chunk before anyone can count it."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise NotAnswering(f"{url.host} packs its answer in an unknown way", repair="Give another link.")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body, received = bytearray(), 0
    try:
        for chunk in answer.iter_stream():
            received += len(chunk)
            body += unpacker.decompress(chunk, max_bytes + 1 - len(body)) if unpacker else chunk
            if max(received, len(body)) > max_bytes:
                repair = "Give a link to a smaller file: fewer years, one calendar."
                raise TooLarge(f"{url.host} sends more than {max_bytes:,} bytes", repair=repair)
    except zlib.error as error:
        raise NotAnswering(f"{url.host} sends a damaged file", repair=_LATER) from error
    if unpacker and not unpacker.eof:
        raise NotAnswering(f"{url.host} broke off in the middle", repair=_LATER)
    return bytes(body)
