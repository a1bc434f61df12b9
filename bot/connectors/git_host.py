"""A repository on GitHub or GitLab: its newest archive, who made a commit, and proposing a change.

Facts: docs.github.com/rest (commits, git/trees, git/refs, pulls, archives), docs.gitlab.com/api (commits, archive,
merge_requests). GitLab takes personal, project and group tokens as bearer tokens too.
"""

import json
import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from bot import errors
from bot.connectors import client, git_address, github, gitlab
from bot.connectors.api import Api
from bot.connectors.client import Client, FetchError, NotAnswering, Rejected
from bot.connectors.git_address import Address, Kind

LARGEST_ARCHIVE = 20_000_000  # bytes
ARCHIVE_TIMEOUT = 60.0  # seconds
LONGEST_TITLE = 200
_REVISION = re.compile(r"[0-9a-f]{40,64}")  # it becomes the name of a folder
_SHA = "application/vnd.github.sha"  # the hash alone; its ETag does not change while the branch stands still

_REPAIRS: Mapping[type[FetchError], str] = {
    client.UnusualPort: "If it is a host of your own network, name it with its port in KAM_PRIVATE_HOSTS: host:8443.",
    client.ForbiddenAddress: "If it is a host of your own network, name it in KAM_PRIVATE_HOSTS.",
    client.BadCertificate: "If your network has its own authority, set KAM_PRIVATE_CA to its certificate.",
}


@dataclass(frozen=True, slots=True)
class Archive:
    """All files of a commit as a tar.gz; `etag` is for the next question."""

    content: bytes
    etag: str | None
    revision: str


@dataclass(frozen=True, slots=True)
class Commit:
    """Who made a commit, when, and its first line. The author's name is a person's: it never goes to a log."""

    revision: str
    author: str
    at: datetime | None
    title: str


class Repository:
    """One repository on a git host. Every method raises a FetchError, with a repair, where the host does not do it.

    `pace` is how many seconds the host's limit wants between two questions, as its last answer says; else 0.
    """

    def __init__(
        self, address: Address, token: str = "", way: Client | None = None, *, allow_loopback: bool = False
    ) -> None:
        self.address, self._token, self._way = address, token, way or Client()
        self._allow_loopback = allow_loopback
        self.api = Api(address.api, token, self._way, allow_loopback)
        self.pace = 0.0

    # --- reading ----------------------------------------------------------------------------------------------------

    def archive(self, etag: str | None = None, known: str = "") -> Archive | None:
        """The newest archive; None if it is still that of `etag` or of the `known` revision.

        The branch is asked for its commit first, which costs nothing against GitHub's limit while nothing changed, and
        the archive is that of this very commit.
        """
        head = self._head(etag)
        if head is None or head[0] == known:
            return None
        revision, fresh = head
        fetched = self._fetch(self._archive_url(revision), largest=LARGEST_ARCHIVE, timeout=ARCHIVE_TIMEOUT)
        return Archive(fetched.body, fresh, revision)

    def newest(self) -> str:
        """The hash of the commit that the branch stands at."""
        head = self._head(None)
        assert head is not None  # only against an ETag can it be unchanged
        return head[0]

    def commit(self, revision: str) -> Commit:
        """What is known of one commit; its time is None where the host does not say."""
        with _as_documented():
            return self._commit(self._json(self._commit_path(revision)))

    def _commit(self, found: Any) -> Commit:
        if self.address.kind is Kind.GITLAB:
            return Commit(found["id"], found.get("author_name", ""), _time(found.get("committed_date")), found["title"])
        inner = found.get("commit") or {}
        author = inner.get("author") or {}
        at = (inner.get("committer") or author).get("date")
        return Commit(found["sha"], author.get("name", ""), _time(at), str(inner.get("message", "")).partition("\n")[0])

    def _head(self, etag: str | None) -> tuple[str, str | None] | None:
        """The hash of the branch's commit and its validator; None if unchanged."""
        path = self.api.base + self._commit_path(self.address.ref or "HEAD")
        accept = _SHA if self.address.kind is Kind.GITHUB else "application/json"
        fetched = self._fetch(path, largest=client.MOST_BYTES, timeout=client.TIMEOUT, etag=etag, accept=accept)
        self.pace = fetched.pace
        if fetched.status == "unchanged":
            return None
        with _as_documented():
            body = fetched.body.decode()
            found = body.strip() if self.address.kind is Kind.GITHUB else str(json.loads(body)["id"])
            if not _REVISION.fullmatch(found):
                raise ValueError("no hash of a commit")
        return found, fetched.etag

    def _fetch(
        self, url: str, *, largest: int, timeout: float, etag: str | None = None, accept: str = "*/*"
    ) -> client.Fetched:
        try:
            with _as_documented():
                return self._way.fetch(
                    url,
                    etag=etag,
                    token=self._token or None,
                    accept=accept,
                    max_bytes=largest,
                    timeout=timeout,
                    allow_loopback=self._allow_loopback,
                )
        except Rejected as error:
            refusal = self._refused(str(error))
            refusal.wait = error.wait
            raise refusal from error
        except client.TooLarge as error:
            error.repair = "Keep nothing but playbooks in that repository."
            raise

    def _commit_path(self, ref: str) -> str:
        if self.address.kind is Kind.GITLAB:
            return f"{gitlab.project_path(self.address)}/repository/commits/{quote(ref, safe='')}"
        return f"{github.project_path(self.address)}/commits/{quote(ref)}"

    def _archive_url(self, revision: str) -> str:
        if self.address.kind is Kind.GITLAB:
            return f"{self.api.base}{gitlab.project_path(self.address)}/repository/archive.tar.gz?sha={revision}"
        return f"{self.api.base}{github.project_path(self.address)}/tarball/{revision}"

    def _json(self, path: str) -> Any:
        answer = self.api.ask("GET", path)
        if not answer.ok:
            raise self._refused(f"{self.address.origin} refuses ({answer.status})")
        return answer.json()

    def _refused(self, said: str) -> Rejected:
        repair = "Check the address, the branch, and that KAM_GIT_TOKEN may read this repository."
        if not self._token:
            repair = "Check the address and the branch; for a private repository set KAM_GIT_TOKEN."
        return Rejected(said, repair=repair, code="git_refused")

    # --- proposing --------------------------------------------------------------------------------------------------

    def propose(self, branch: str, files: Mapping[str, str], title: str, body: str) -> str:
        """The web address of a pull or merge request that brings these files (path in the repository → whole text).

        Asking again with the same branch adds to the same request, or changes nothing. Only files are added and
        replaced, never by force. Raises Refused where there is no token, or where the files change nothing.
        """
        if not self._token:
            raise errors.Refused(
                "There is no token for the git host.",
                repair="Set KAM_GIT_TOKEN to one that may write.",
                code="no_git_token",
            )
        _check_paths(files)
        make = gitlab.propose if self.address.kind is Kind.GITLAB else github.propose
        with _as_documented():
            return make(self.api, self.address, branch, files, title[:LONGEST_TITLE], body)


def _check_paths(files: Mapping[str, str]) -> None:
    for path in files:
        if any(part in ("", ".", "..", ".git") for part in path.split("/")):
            raise errors.BadInput(f"{path} is no path in a repository.", repair="Give a path such as folder/file.yaml.")


@contextmanager
def _as_documented() -> Iterator[None]:
    """Raises NotAnswering where an answer lacks what the documents promise; says which setting opens what is shut."""
    try:
        yield
    except (client.UnusualPort, client.ForbiddenAddress, client.BadCertificate) as error:
        error.repair = _REPAIRS[type(error)]
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        repair = "Look whether the address is that of the git host itself."
        raise NotAnswering("the git host answers with something unknown", repair=repair) from error


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def of(text: str, token: str = "", *, allow_loopback: bool = False, way: Client | None = None) -> Repository:
    """The repository that a web address names. Raises BadInput where it names none."""
    return Repository(git_address.parse(text), token, way, allow_loopback=allow_loopback)


def way(address: str, private: Collection[str] = (), ca: Path | None = None) -> Client:
    """The way out to the git host of an address.

    Where it is one of the `private` hosts it may be in a network of one's own, with a certificate that `ca` (PEM)
    vouches for. What is on the public internet leads to none of them.
    """
    if not client.is_named(httpx.URL(git_address.parse(address).origin), private):
        return Client()
    return Client(tls=partial(_own_tls, ca), private=private) if ca is not None else Client(private=private)


@cache
def _own_tls(ca: Path) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    context.load_verify_locations(cafile=ca)
    return context


__all__ = ["Archive", "Commit", "FetchError", "Repository", "of", "way"]
