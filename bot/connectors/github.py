"""Pull requests on GitHub, with the git data API: tree, commit, branch, request."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot import errors
from bot.connectors.api import Answer, Api
from bot.connectors.client import Rejected
from bot.connectors.git_address import Address

_REPAIR = "Check that KAM_GIT_TOKEN may write contents and pull requests of this repository."


def project_path(address: Address) -> str:
    return f"/repos/{address.project}"


def propose(api: Api, address: Address, branch: str, files: Mapping[str, str], title: str, body: str) -> str:
    """The address of the open pull request from `branch`, which holds these files. See `git_host`."""
    top = project_path(address)
    base = address.ref or str(_told(api.ask("GET", top))["default_branch"])
    there = _commit_of(api, top, branch)
    parent = there or _commit_of(api, top, base)
    if parent is None:
        raise Rejected(f"there is no branch {base}", repair="Name a branch of the repository after #.")
    before = str(_told(api.ask("GET", f"{top}/git/commits/{parent}"))["tree"]["sha"])
    tree = [{"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in sorted(files.items())]
    after = str(_told(api.ask("POST", f"{top}/git/trees", {"base_tree": before, "tree": tree}))["sha"])
    if after != before:
        made = {"message": title, "tree": after, "parents": [parent]}
        commit = str(_told(api.ask("POST", f"{top}/git/commits", made))["sha"])
        _move(api, top, branch, commit, is_new=there is None)
    elif there is None:
        raise errors.Refused("This changes nothing.", repair="Look whether somebody made the same change.")
    return _request(api, top, address, branch, base, title, body)


def _commit_of(api: Api, top: str, branch: str) -> str | None:
    """The commit that a branch stands at; None if there is no such branch."""
    answer = api.ask("GET", f"{top}/git/ref/heads/{quote(branch)}")
    return None if answer.status == 404 else str(_told(answer)["object"]["sha"])


def _move(api: Api, top: str, branch: str, commit: str, *, is_new: bool) -> None:
    if is_new:
        _told(api.ask("POST", f"{top}/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit}))
    else:
        _told(api.ask("PATCH", f"{top}/git/refs/heads/{quote(branch)}", {"sha": commit, "force": False}))


def _request(api: Api, top: str, address: Address, branch: str, base: str, title: str, body: str) -> str:
    owner = address.project.partition("/")[0]
    wanted = {"head": f"{owner}:{branch}", "base": base, "state": "open"}
    found = _told(api.ask("GET", f"{top}/pulls", params=wanted))
    if found:
        return str(found[0]["html_url"])
    made = api.ask("POST", f"{top}/pulls", {"title": title, "head": branch, "base": base, "body": body})
    return str(_told(made)["html_url"])


def _told(answer: Answer) -> Any:
    """What GitHub answered. Raises Rejected at a no."""
    if answer.ok:
        return answer.json()
    raise Rejected(f"GitHub refuses ({answer.status})", repair=_REPAIR, code="git_refused")
