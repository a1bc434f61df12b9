"""The action and the two workflows: what they run really runs, and what comes from a fork stays data."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / ".github"
ACTION = GITHUB / "actions" / "playbook-effect" / "action.yml"
FIRST = GITHUB / "workflows" / "playbooks.yml"
SECOND = GITHUB / "workflows" / "playbooks-comment.yml"
MARKER = "<!-- kam-playbook-effect -->"
GH = """#!/usr/bin/env python3
import json, os, pathlib, sys
words, folder = sys.argv[1:], pathlib.Path(os.environ["STUB"])
with (folder / "calls.jsonl").open("a") as log:
    log.write(json.dumps(words) + "\\n")
if words[:2] == ["run", "download"]:
    found = folder / "artefact"
    if not found.exists():
        sys.exit(1)
    target = pathlib.Path(words[words.index("--dir") + 1])
    target.mkdir()
    (target / "comment.md").write_bytes(found.read_bytes())
elif "--input" in words:
    body = pathlib.Path(words[words.index("--input") + 1]).read_text(encoding="utf-8")
    (folder / "sent.json").write_text(body, encoding="utf-8")
elif words[-1].endswith("/comments"):
    print((folder / "comments.json").read_text())
else:
    print((folder / "pulls.json").read_text())
"""


def load(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


def step(file: Path, name: str) -> Any:
    document = load(file)
    steps = document["runs"]["steps"] if file == ACTION else next(iter(document["jobs"].values()))["steps"]
    return next(s for s in steps if s.get("name") == name)


# --- rights ---------------------------------------------------------------------------------------------------------


def test_the_workflow_that_reads_a_fork_may_write_nothing_and_knows_no_secret() -> None:
    workflow = load(FIRST)
    assert "pull_request" in workflow["on"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in FIRST.read_text(encoding="utf-8")
    (checkout,) = [s for s in workflow["jobs"]["effect"]["steps"] if "checkout" in s.get("uses", "")]
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert checkout["with"]["persist-credentials"] is False


def test_the_workflow_that_may_write_runs_after_the_first_and_checks_nothing_out() -> None:
    workflow = load(SECOND)
    assert workflow["on"] == {"workflow_run": {"workflows": [load(FIRST)["name"]], "types": ["completed"]}}
    assert workflow["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert [s for s in workflow["jobs"]["comment"]["steps"] if "uses" in s] == []


@pytest.mark.parametrize("file", [ACTION, FIRST, SECOND], ids=lambda file: file.name)
def test_no_value_of_an_event_stands_inside_a_script(file: Path) -> None:
    document = load(file)
    jobs = [document["runs"]] if file == ACTION else document["jobs"].values()
    scripts = [s["run"] for job in jobs for s in job["steps"] if "run" in s]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("file", [FIRST, SECOND], ids=lambda file: file.name)
def test_actions_of_others_are_pinned_to_a_commit(file: Path) -> None:
    used = re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
    assert [u for u in used if not u.startswith("./") and not re.search(r"@[0-9a-f]{40}$", u)] == []


# --- the comparison ---------------------------------------------------------------------------------------------------


def compare(folder: Path, base: str, head: str) -> int:
    """Runs the script of the action as it stands; the exit code of the comparison."""
    script = step(ACTION, "Compare")["run"]
    coach = folder / "coach" / ".venv" / "bin"
    coach.mkdir(parents=True)
    (coach / "kam").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT}:$PYTHONPATH exec {sys.executable} -m bot "$@"\n')
    (coach / "kam").chmod(0o755)
    given = {
        "COACH": str(folder / "coach"),
        "BASE": base,
        "HEAD": head,
        "ACCOUNTS": "accounts.csv",
        "FROM": "",
        "DAYS": "20",
        "OUTPUT": "out",
        "KAM_PLAYBOOKS": "playbooks",
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    subprocess.run(["bash", "-e", "-c", script], cwd=folder, env={**os.environ, **given}, check=True)
    return int((folder / "output").read_text().strip().removeprefix("code="))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "bot" / "content" / "sample", tmp_path / "playbooks")
    shutil.copytree(tmp_path / "playbooks", tmp_path / "edited" / "playbooks")
    (tmp_path / "accounts.csv").write_text("account,rep,timezone\nAcme,U1,Europe/Berlin\n", encoding="utf-8")
    return tmp_path


def test_the_action_leaves_a_comment_a_page_and_a_document(folder: Path) -> None:
    assert compare(folder, "playbooks", "edited/playbooks") == 0
    assert (folder / "out" / "comment.md").read_text(encoding="utf-8").startswith("### No effect")
    assert (folder / "summary").read_text(encoding="utf-8").startswith("### No effect")
    assert json.loads((folder / "out" / "effect.json").read_text(encoding="utf-8"))["appear"] == []
    assert "<!doctype html>" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_the_action_says_what_could_not_be_compared(folder: Path) -> None:
    assert compare(folder, "playbooks", "no-such-branch") == 2
    said = (folder / "out" / "comment.md").read_text(encoding="utf-8")
    assert "could not be compared" in said
    assert "revision_unknown" in said or "not_a_repository" in said


# --- the comment ------------------------------------------------------------------------------------------------------


class Hub:
    """A code host, as far as the second workflow asks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pulls = [{"number": 7, "head": {"sha": "new"}}]
        self.comments: list[dict[str, Any]] = []
        self.artefact: bytes | None = b"### Nudges: 1 new\n"
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(GH)
        (folder / "bin" / "gh").chmod(0o755)

    def run(self, sha: str = "new", branch: str = "quieter") -> str:
        """Runs the script of the workflow as it stands; returns the call that wrote, if one did."""
        (self.folder / "pulls.json").write_text(json.dumps(self.pulls))
        (self.folder / "comments.json").write_text(json.dumps(self.comments))
        if self.artefact is not None:
            (self.folder / "artefact").write_bytes(self.artefact)
        here = self.folder / "here"
        here.mkdir()
        given = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "STUB": str(self.folder),
            "REPOSITORY": "acme/coach",
            "RUN": "42",
            "RUN_URL": "https://host.example/acme/coach/actions/runs/42",
            "SHA": sha,
            "OWNER": "fork",
            "BRANCH": branch,
        }
        script = step(SECOND, "Post or update the comment")["run"]
        subprocess.run(["bash", "-e", "-c", script], cwd=here, env={**os.environ, **given}, check=True)
        calls = [json.loads(line) for line in (self.folder / "calls.jsonl").read_text().splitlines()]
        assert f"head=fork:{branch}" in calls[0]
        written = [call for call in calls if "--input" in call]
        return " ".join(written[0][2:4]) if written else ""

    @property
    def body(self) -> str:
        return str(json.loads((self.folder / "sent.json").read_text(encoding="utf-8"))["body"])


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed: sudo apt-get install jq")
    return Hub(tmp_path)


def test_the_first_run_posts_a_comment_with_the_marker(hub: Hub) -> None:
    assert hub.run() == "POST repos/acme/coach/issues/7/comments"
    lines = hub.body.splitlines()
    assert lines[:2] == [MARKER, "### Nudges: 1 new"]
    assert "actions/runs/42#artifacts" in lines[-1]


def test_the_next_run_updates_its_own_comment_and_nobody_elses(hub: Hub) -> None:
    hub.comments = [
        {"id": 1, "user": {"type": "User"}, "body": f"{MARKER} mine"},
        {"id": 2, "user": {"type": "Bot"}, "body": "other bot"},
        {"id": 3, "user": {"type": "Bot"}, "body": f"{MARKER}\nold"},
    ]
    assert hub.run() == "PATCH repos/acme/coach/issues/comments/3"


def test_a_run_of_an_older_commit_says_nothing(hub: Hub) -> None:
    assert hub.run(sha="old") == ""


def test_a_run_without_an_artefact_says_nothing(hub: Hub) -> None:
    hub.artefact = None
    assert hub.run() == ""


def test_what_a_fork_puts_into_the_artefact_is_cut_and_mentions_nobody(hub: Hub) -> None:
    hub.artefact = f"{MARKER} @everyone\n".encode() + b"\xff\xfe" + "好".encode() * 40_000
    assert hub.run(branch='x"; touch pwned; $(touch pwned)') == "POST repos/acme/coach/issues/7/comments"
    assert hub.body.count(MARKER) == 1
    assert "@everyone" not in hub.body
    assert len(hub.body.encode()) < 65_000
    assert not list(hub.folder.rglob("pwned"))
