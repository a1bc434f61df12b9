"""Merge requests on GitLab: one commit with several files, then the request."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot import errors
from bot.connectors.api import Answer, Api
from bot.connectors.client import Rejected
from bot.connectors.git_address import Address

_REPAIR = "Check that KAM_GIT_TOKEN has the scope api and may push branches to this project (role Developer)."


def project_path(address: Address) -> str:
    return f"/projects/{quote(address.project, safe='')}"


def propose(api: Api, address: Address, branch: str, files: Mapping[str, str], title: str, body: str) -> str:
    """The address of the open merge request from `branch`, which holds these files. See `git_host`."""
    top = project_path(address)
    base = address.ref or str(_told(api.ask("GET", top))["default_branch"])
    is_there = api.ask("GET", f"{top}/repository/branches/{quote(branch, safe='')}").ok
    actions = list(_actions(api, top, branch if is_there else base, files))
    if actions:
        made = {"branch": branch, "commit_message": title, "actions": actions}
        _told(api.ask("POST", f"{top}/repository/commits", made if is_there else made | {"start_branch": base}))
    elif not is_there:
        raise errors.Refused("This changes nothing.", repair="Look whether somebody made the same change.")
    return _request(api, top, branch, base, title, body)


def _actions(api: Api, top: str, ref: str, files: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What is to be done to each file that differs."""
    for path, text in sorted(files.items()):
        answer = api.ask("GET", f"{top}/repository/files/{quote(path, safe='')}", params={"ref": ref})
        if answer.status == 404:
            yield {"action": "create", "file_path": path, "content": text}
        elif _content(_told(answer)) != text.encode():
            yield {"action": "update", "file_path": path, "content": text}


def _content(found: Any) -> bytes | None:
    try:
        return base64.b64decode(str(found.get("content", "")), validate=True)
    except binascii.Error:
        return None


def _request(api: Api, top: str, branch: str, base: str, title: str, body: str) -> str:
    wanted = {"source_branch": branch, "target_branch": base, "state": "opened"}
    found = _told(api.ask("GET", f"{top}/merge_requests", params=wanted))
    if found:
        return str(found[0]["web_url"])
    asked = {"source_branch": branch, "target_branch": base, "title": title, "description": body}
    return str(_told(api.ask("POST", f"{top}/merge_requests", asked | {"remove_source_branch": True}))["web_url"])


def _told(answer: Answer) -> Any:
    """What GitLab answered. Raises Rejected at a no."""
    if answer.ok:
        return answer.json()
    raise Rejected(f"GitLab refuses ({answer.status})", repair=_REPAIR, code="git_refused")
