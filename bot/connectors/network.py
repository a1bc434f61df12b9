"""The network that a foreign address may see.

A name is resolved once, every answer is checked, and what was checked is dialled. The check sits where the
socket opens: a name that resolves to something else a moment later gains nothing, and neither do decimal,
octal or hexadecimal spellings, which resolve like any name.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpcore
from typing_extensions import override

PORTS = (80, 443)

Resolve = Callable[[str, int], list[str]]
Dial = Callable[[str, int, float], socket.socket]

_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_WRAPPERS_V6 = (
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)  # 6to4, Teredo: an IPv4 inside
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)


class Unresolved(OSError):
    """The name has no address."""


class Forbidden(OSError):
    """The name leads into a network that is not public."""


class Expired(OSError):
    """The time allowed for the whole exchange is over."""


def is_public(address: str) -> bool:
    """True when `address` (an IP literal) is on the public internet; mapped and wrapped ones are not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    return ip.scope_id is None and ip in _GLOBAL_V6 and not any(ip in net for net in _WRAPPERS_V6)


def is_private(address: str) -> bool:
    """True when `address` (an IP literal) is of a company's own network: not this machine, not a link's own."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in net for net in _PRIVATE)


def is_loopback(address: str) -> bool:
    """True when `address` (an IP literal) is this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(address: str, port: int, timeout: float) -> socket.socket:
    """A connected socket to `address`, an IP literal: nothing is resolved here again."""
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True)
class Deadline:
    """The moment (on the monotonic clock) after which nothing is waited for."""

    until: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds left, above zero. Raises `Expired`."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Expired
        return left


@dataclass
class _Stream(httpcore.NetworkStream):
    """A socket that ends with the deadline, so a body sent one byte at a time cannot outlast it."""

    sock: socket.socket
    deadline: Deadline

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.sock.settimeout(self.deadline.left())
        return self.sock.recv(max_bytes)

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(buffer)

    @override
    def close(self) -> None:
        self.sock.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self.sock.settimeout(self.deadline.left())
            return _Stream(ssl_context.wrap_socket(self.sock, server_hostname=server_hostname), self.deadline)
        except (OSError, ValueError):  # ValueError: a name that TLS cannot carry
            self.sock.close()
            raise

    @override
    def get_extra_info(self, info: str) -> object:
        return self.sock if info == "socket" else None


@dataclass
class Network(httpcore.NetworkBackend):
    """What httpcore opens its sockets with. `plain` marks http, which only an allowed loopback may use.

    `named` marks a host that may be on a private network, and on any port: a setting names it.
    """

    resolve: Resolve
    dial: Dial
    deadline: Deadline
    allow_loopback: bool
    plain: bool
    named: bool = False

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: OSError = Unresolved(host)
        for address in self._checked(host, port):
            wait = self.deadline.left()
            try:
                sock = self.dial(address, port, wait)
            except OSError as error:
                failure = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(sock, self.deadline)
        raise failure

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self.resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise Unresolved(host) from error
        if not addresses:
            raise Unresolved(host)
        if self.allow_loopback and all(map(is_loopback, addresses)):
            return addresses
        if self.named and not self.plain and all(is_public(a) or is_private(a) for a in addresses):
            return addresses
        if self.plain or port not in PORTS or not all(map(is_public, addresses)):
            raise Forbidden(host)
        return addresses
