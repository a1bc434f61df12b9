"""A web service that answers in JSON, asked over the same guarded way out as feeds are."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from bot.connectors import client, network
from bot.connectors.client import Client, NotAnswering, Rejected

MOST_BYTES = 5_000_000
TIMEOUT = 20.0
_MOVED = (301, 302, 303, 307, 308)
_STILL_THE_SAME = (301, 307, 308)  # a GET may follow these; what changes something goes nowhere else


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said: a status below 500, its headers, and the body."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises NotAnswering where it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            repair = "Look whether the address is that of the service, not of a page in front of it."
            raise NotAnswering("the answer is no JSON", repair=repair) from error


@dataclass(frozen=True)
class Api:
    """One service below `base`, whose `token` goes to its host alone."""

    base: str
    token: str = field(default="", repr=False)
    client: Client = field(default_factory=Client)
    allow_loopback: bool = False

    def ask(
        self, method: str, path: str, body: Any = None, *, params: Mapping[str, str] | None = None, accept: str = ""
    ) -> Answer:
        """What the service answers, errors of the asker (4xx) included. Raises a FetchError where it does not answer.

        A `path` that begins with https:// is asked as it stands.
        """
        first = url = client.checked_address(self._url(path), self.allow_loopback, private=self.client.private)
        deadline = network.Deadline.after(TIMEOUT)
        for _ in range(client.HOPS + 1):
            request = self._request(method, url, body, params, accept, is_home=url.netloc == first.netloc)
            answer = self.client.exchange(request, _reader(url), deadline, self.allow_loopback)
            if answer.status not in _MOVED or "location" not in answer.headers:
                return answer
            if method != "GET" or answer.status not in _STILL_THE_SAME:
                repair = "It may have been renamed: give its new address."
                raise Rejected(f"{url.host} says that it has moved", repair=repair)
            url, params = self._moved(answer.headers["location"], url), None
        raise Rejected(f"{first.host} redirects too often", repair="Give the final address.")

    def _moved(self, location: str, url: httpx.URL) -> httpx.URL:
        return client.checked_address(location, self.allow_loopback, base=url, private=self.client.private)

    def _url(self, path: str) -> str:
        return path if path.startswith(("https://", "http://")) else f"{self.base}{path}"

    def _request(
        self, method: str, url: httpx.URL, body: Any, params: Mapping[str, str] | None, accept: str, *, is_home: bool
    ) -> httpx.Request:
        headers = {"accept": accept or "application/json", "accept-encoding": "gzip", "user-agent": client.AGENT}
        if self.token and is_home:
            headers["authorization"] = f"Bearer {self.token}"
        asked = url.copy_merge_params(dict(params)) if params else url
        return httpx.Request(method, asked, headers=headers, json=body)


def _reader(url: httpx.URL) -> Callable[[httpcore.Response], Answer]:
    def read(answer: httpcore.Response) -> Answer:
        headers = httpx.Headers(answer.headers)
        client.check_trouble(url, answer.status, headers)
        return Answer(answer.status, headers, client.body_of(url, headers, answer, MOST_BYTES))

    return read
