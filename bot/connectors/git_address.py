"""The web address of a repository, with the branch and the folder that are meant."""

import re
from dataclasses import dataclass
from enum import StrEnum

import httpx

from bot import errors

_TREE = re.compile(r"^(?P<project>.+?)/(?:-/)?tree/(?P<ref>[^/]+)(?:/(?P<path>.+))?$")
_REF = re.compile(r"[\w][\w./+-]{0,199}")
_SEGMENT = re.compile(r"[\w.][\w.+-]*")


class Kind(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class Address:
    """A repository on a git host. `ref` is empty for the default branch, `path` for "wherever cadence.yaml lies"."""

    kind: Kind
    origin: str  # https://host
    project: str  # owner/name, or group/subgroup/name
    ref: str = ""
    path: str = ""

    @property
    def web(self) -> str:
        """The page of the repository, without branch and folder."""
        return f"{self.origin}/{self.project}"

    @property
    def name(self) -> str:
        """The repository's own name."""
        return self.project.rpartition("/")[2]

    @property
    def api(self) -> str:
        """The base of the host's REST API."""
        if self.kind is Kind.GITLAB:
            return f"{self.origin}/api/v4"
        return "https://api.github.com" if self.origin == "https://github.com" else f"{self.origin}/api/v3"


def is_address(text: str) -> bool:
    """True for a web address, false for what can only be a folder."""
    return "://" in text


def parse(text: str) -> Address:
    """The repository that a web address names.

    `https://github.com/acme/playbooks`, then `#branch`, `#branch:folder` or `#:folder`; the address of a folder's page
    (`…/tree/main/folder`) is read too. Where the host's name does not tell, `github+` or `gitlab+` stands in front.
    Raises BadInput.
    """
    scheme, _, rest = text.strip().partition("://")
    named, _, plain = scheme.rpartition("+")
    try:
        url = httpx.URL(f"{plain}://{rest}")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _bad("it is no web address") from error
    if url.scheme not in ("https", "http") or not url.host or url.userinfo or url.query:
        raise _bad("it is no plain https:// address of a repository")
    project, ref, path = _place(url.path.strip("/").removesuffix(".git"), url.fragment)
    parts = project.split("/")
    kind = _kind(named, url.host)
    if len(parts) < 2 or (kind is Kind.GITHUB and len(parts) > 2) or not all(map(_SEGMENT.fullmatch, parts)):
        raise _bad("it does not say which repository: owner and name")
    if ref and (not _REF.fullmatch(ref) or ".." in ref):
        raise _bad("its branch is no name of a branch")
    if any(part in ("", ".", "..") for part in path.split("/")) and path:
        raise _bad("its folder leads out of the repository")
    return Address(kind, f"{url.scheme}://{url.netloc.decode()}", project, ref, path)


def _place(path: str, fragment: str) -> tuple[str, str, str]:
    """Project, branch and folder."""
    page = _TREE.match(path)
    if page is not None and not fragment:
        return page["project"], page["ref"], page["path"] or ""
    ref, _, folder = fragment.partition(":")
    return path, ref, folder.strip("/")


def _kind(named: str, host: str) -> Kind:
    for kind in Kind:
        if named == kind or (not named and kind.value in host):
            return kind
    raise _bad(f"the name {host} does not tell what kind of host it is", "Put github+ or gitlab+ in front of https://.")


def _bad(why: str, repair: str = "") -> errors.BadInput:
    return errors.BadInput(
        f"The address of the playbooks cannot be used: {why}.",
        repair=repair or "Write it like https://github.com/acme/playbooks#main:folder.",
        code="bad_repository_address",
    )
