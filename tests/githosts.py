"""A git host for tests: one repository behind a real HTTP server that answers as GitHub's or GitLab's REST API does.

It is no kinder than they are: it refuses without a token where the repository is private, hands the archive out from
another host, names the top folder of the archive itself, and knows commits only by what was pushed.
"""

import base64
import hashlib
import io
import json
import re
import ssl
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Files = dict[str, str]


@dataclass(frozen=True)
class Pushed:
    """One commit."""

    sha: str
    files: Files
    title: str
    author: str
    at: str
    parent: str | None


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class GitHost:
    """The repository and what was asked for. `faults` are answers that come first, each once: status and headers."""

    kind: str
    project: str = "acme/playbooks"
    token: str = "t0ken"
    private: bool = True
    archive: bytes | None = None  # instead of what the commit holds
    commits: dict[str, Pushed] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    trees: dict[str, Files] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)  # that come with every answer, such as what is left to ask
    port: int = 0
    elsewhere: int = 0  # the port of the host that hands out archives

    @property
    def address(self) -> str:
        return f"{self.kind}+http://127.0.0.1:{self.port}/{self.project}"

    def push(
        self, files: Files, title: str = "Change", author: str = "Mei Lin", branch: str = "main", at: str = ""
    ) -> str:
        """A commit on a branch; returns its hash."""
        return self._commit(branch, dict(files), title, author, self.branches.get(branch), at)

    def push_folder(self, folder: Path, inside: str = "", **more: str) -> str:
        names = (p for p in sorted(folder.rglob("*")) if p.is_file())
        prefix = f"{inside}/" if inside else ""
        return self.push({prefix + p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in names}, **more)

    def files(self, branch: str) -> Files:
        return self.commits[self.branches[branch]].files

    def _commit(self, branch: str, files: Files, title: str, author: str, parent: str | None, at: str = "") -> str:
        at = at or f"2026-03-03T{8 + len(self.commits) % 12:02d}:00:00Z"
        text = json.dumps([sorted(files.items()), title, parent, at])
        sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = Pushed(sha, files, title, author, at, parent)
        self.branches[branch] = sha
        return sha

    def find(self, ref: str) -> Pushed | None:
        ref = "main" if ref == "HEAD" else ref
        return self.commits.get(self.branches.get(ref, ref))

    def tree_of(self, files: Files) -> str:
        sha = hashlib.sha1(json.dumps(sorted(files.items())).encode(), usedforsecurity=False).hexdigest()
        self.trees[sha] = files
        return sha

    def packed(self, sha: str) -> bytes:
        if self.archive is not None:
            return self.archive
        name = self.project.replace("/", "-")
        return tarball({f"{name}-{sha[:7]}/{path}": text for path, text in self.commits[sha].files.items()})


def tarball(files: Files) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = self.server.host
        host.asked.append(Asked(self.command, self.path, headers, json.loads(body) if body else None))
        self.server.answer(self, host.asked[-1])

    def say(self, status: int, body: Any = None, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**self.server.host.headers, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(content) if status != 304 else 0))
        self.end_headers()
        if status != 304:
            self.wfile.write(content)

    def validated(self, asked: Asked, content: bytes) -> None:
        """The content, or 304 against its ETag."""
        etag = f'W/"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
        if asked.headers.get("if-none-match") == etag:
            self.say(304)
        else:
            self.say(200, content, ETag=etag)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: GitHost, *, archives: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.host, self.archives = host, archives

    def handle_error(self, *_: object) -> None:
        """Who does not trust the certificate hangs up."""

    def answer(self, handler: _Handler, asked: Asked) -> None:
        host = self.host
        if self.archives:
            handler.say(200, host.packed(asked.path.strip("/")))
        elif host.faults:
            status, headers = host.faults.pop(0)
            handler.say(status, {"message": "no"}, **headers)
        elif host.private and asked.headers.get("authorization") != f"Bearer {host.token}":
            handler.say(401 if "authorization" in asked.headers else 404, {"message": "Not Found"})
        elif host.kind == "github":
            _github(host, handler, asked)
        else:
            _gitlab(host, handler, asked)


def _github(host: GitHost, handler: _Handler, asked: Asked) -> None:
    url = urlsplit(asked.path)
    top = f"/api/v3/repos/{host.project}"
    if not url.path.startswith(top):
        return handler.say(404, {})
    path, body = unquote(url.path.removeprefix(top)), asked.body
    match (asked.method, path.strip("/").split("/")):
        case "GET", [""]:
            handler.say(200, {"default_branch": "main"})
        case "GET", ["commits", *ref]:
            _github_commit(host, handler, asked, "/".join(ref))
        case "GET", ["tarball", sha] if sha in host.commits:
            handler.say(302, b"", location=f"http://127.0.0.1:{host.elsewhere}/{sha}")
        case "GET", ["git", "ref", "heads", *branch] if "/".join(branch) in host.branches:
            handler.say(200, {"object": {"sha": host.branches["/".join(branch)]}})
        case "GET", ["git", "commits", sha] if sha in host.commits:
            handler.say(200, {"sha": sha, "tree": {"sha": host.tree_of(host.commits[sha].files)}})
        case "POST", ["git", "trees"]:
            new = {entry["path"]: entry["content"] for entry in body["tree"]}
            handler.say(201, {"sha": host.tree_of({**host.trees[body["base_tree"]], **new})})
        case "POST", ["git", "commits"]:
            [parent] = body["parents"]
            sha = host._commit("\0loose", host.trees[body["tree"]], body["message"], "kam", parent)
            handler.say(201, {"sha": sha})
        case "POST", ["git", "refs"]:
            branch = body["ref"].removeprefix("refs/heads/")
            if branch in host.branches:
                return handler.say(422, {"message": "Reference already exists"})
            host.branches[branch] = body["sha"]
            handler.say(201, {})
        case "PATCH", ["git", "refs", "heads", *branch]:
            if host.commits[body["sha"]].parent != host.branches["/".join(branch)] and not body["force"]:
                return handler.say(422, {"message": "Update is not a fast forward"})
            host.branches["/".join(branch)] = body["sha"]
            handler.say(200, {})
        case "GET", ["pulls"]:
            wanted = {k: v[0] for k, v in parse_qs(url.query).items()}
            owner = host.project.partition("/")[0]
            found = [
                r for r in host.requests if f"{owner}:{r['head']}" == wanted["head"] and r["base"] == wanted["base"]
            ]
            handler.say(200, found)
        case "POST", ["pulls"]:
            _open(host, handler, body, "head", "base", 422, "html_url", "pull")
        case _:
            handler.say(404, {"message": "Not Found"})
    return None


def _github_commit(host: GitHost, handler: _Handler, asked: Asked, ref: str) -> None:
    found = host.find(ref)
    if found is None:
        handler.say(422, {"message": f"No commit found for SHA: {ref}"})
    elif asked.headers["accept"] == "application/vnd.github.sha":
        handler.validated(asked, found.sha.encode())
    else:
        who = {"name": found.author, "email": "x@acme.example", "date": found.at}
        handler.say(
            200, {"sha": found.sha, "commit": {"author": who, "committer": who, "message": f"{found.title}\n\nWhy."}}
        )


def _open(
    host: GitHost, handler: _Handler, body: Any, source: str, target: str, again: int, address: str, noun: str
) -> None:
    if any((r[source], r[target]) == (body[source], body[target]) for r in host.requests):
        return handler.say(again, {"message": "already exists"})
    number = len(host.requests) + 1
    host.requests.append({**body, address: f"http://127.0.0.1:{host.port}/{host.project}/{noun}/{number}"})
    return handler.say(201, host.requests[-1])


def _gitlab(host: GitHost, handler: _Handler, asked: Asked) -> None:
    url = urlsplit(asked.path)
    found = re.fullmatch(r"/api/v4/projects/([^/]+)(/.*)?", url.path)
    if found is None or unquote(found[1]) != host.project or "/" in found[1]:
        return handler.say(404, {"message": "404 Project Not Found"})
    query = {k: v[0] for k, v in parse_qs(url.query).items()}
    match (asked.method, [unquote(part) for part in (found[2] or "/").strip("/").split("/")]):
        case "GET", [""]:
            handler.say(200, {"default_branch": "main"})
        case "GET", ["repository", "commits", ref] if (commit := host.find(ref)) is not None:
            told = {"id": commit.sha, "title": commit.title, "author_name": commit.author, "committed_date": commit.at}
            handler.validated(asked, json.dumps(told).encode())
        case "GET", ["repository", "archive.tar.gz"] if query.get("sha") in host.commits:
            handler.say(200, host.packed(query["sha"]))
        case "GET", ["repository", "branches", branch] if branch in host.branches:
            handler.say(200, {"name": branch})
        case "GET", ["repository", "files", path] if path in host.files(query["ref"]):
            content = base64.b64encode(host.files(query["ref"])[path].encode()).decode()
            handler.say(200, {"file_path": path, "encoding": "base64", "content": content})
        case "POST", ["repository", "commits"]:
            _gitlab_commit(host, handler, asked.body)
        case "GET", ["merge_requests"]:
            same = [r for r in host.requests if r["source_branch"] == query["source_branch"]]
            handler.say(200, same)
        case "POST", ["merge_requests"]:
            _open(host, handler, asked.body, "source_branch", "target_branch", 409, "web_url", "-/merge_requests")
        case _:
            handler.say(404, {"message": "404 Not Found"})
    return None


def _gitlab_commit(host: GitHost, handler: _Handler, body: Any) -> None:
    branch, start = body["branch"], body.get("start_branch")
    if (branch in host.branches) == (start is not None):
        return handler.say(400, {"message": "You can only create or edit files when you are on a branch"})
    files = dict(host.files(start or branch))
    for action in body["actions"]:
        if (action["action"] == "create") == (action["file_path"] in files):
            return handler.say(400, {"message": "A file with this name already exists, or does not exist"})
        files[action["file_path"]] = action["content"]
    sha = host._commit(branch, files, body["commit_message"], "kam", host.branches[start or branch])
    return handler.say(201, {"id": sha})


@contextmanager
def running(kind: str, tls: ssl.SSLContext | None = None, **more: Any) -> Iterator[GitHost]:
    """A git host ("github" or "gitlab"), with `tls` over https, and beside it the host of its archives."""
    host = GitHost(kind, **more)
    servers = [_Server(host), _Server(host, archives=True)]
    if tls is not None:
        servers[0].socket = tls.wrap_socket(servers[0].socket, server_side=True, do_handshake_on_connect=False)
    host.port, host.elsewhere = (server.server_address[1] for server in servers)
    threads = [threading.Thread(target=s.serve_forever, kwargs={"poll_interval": 0.01}) for s in servers]
    for thread in threads:
        thread.start()
    try:
        yield host
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
