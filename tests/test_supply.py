"""What is installed: looked up where that can be done, said plainly where it cannot, listed without a network."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
GOOD = {"name": "waitress", "version": "3.0.2", "vulns": []}
BAD = {"name": "bolt", "version": "1.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found"}


def audit(monkeypatch: pytest.MonkeyPatch, answer: object, *more: str) -> int:
    """How an audit ends when pip-audit answers so."""
    script = runpy.run_path(str(ROOT / ".ci" / "audit"))
    text = answer if isinstance(answer, str) else json.dumps({"dependencies": answer})
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=text))
    monkeypatch.setattr(sys, "argv", ["audit", *more])
    return int(script["main"]())


@pytest.mark.parametrize(
    ("answer", "strict", "lenient", "said"),
    [
        ([GOOD], 0, 0, "No hole is known in 1 packages"),
        ([GOOD, BAD], 1, 0, "CVE-2026-1; fixed in 1.1"),
        ([GOOD, UNKNOWN], 2, 0, "NOT CHECKED for known holes: 1 of 2 packages"),
        ("no route to host", 2, 0, "NOT CHECKED for known holes: the data base of holes does not answer"),
    ],
)
def test_an_audit_never_passes_in_silence(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    answer: object,
    strict: int,
    lenient: int,
    said: str,
) -> None:
    assert audit(monkeypatch, answer) == strict
    assert audit(monkeypatch, answer, "--show-only") == lenient
    out = capfd.readouterr()
    assert (out.out + out.err).count(said) == 2


def test_the_list_holds_every_package_of_the_lock_and_is_the_same_twice(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    lists = []
    for _ in range(2):
        subprocess.run([sys.executable, ROOT / ".ci" / "sbom"], cwd=tmp_path, check=True, capture_output=True)
        lists.append((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    assert lists[0] == lists[1]
    document = json.loads(lists[0])
    listed = {(c["name"], c["version"]) for c in document["components"]}
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = {line.split(" ")[0] for line in lines if line and not line.startswith((" ", "#"))}
    assert {f"{name}=={version}" for name, version in listed} == pinned
    assert all(c["hashes"] for c in document["components"])
    assert document["bomFormat"] == "CycloneDX"


CLIENTS = {"bookworm": 15, "trixie": 17}  # the PostgreSQL of each Debian


def test_the_images_programs_of_postgresql_are_as_new_as_the_server_of_compose() -> None:
    """pg_dump refuses a server that is newer than itself."""
    image, compose = ((ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile", "compose.yaml"))
    _, last = image.rsplit("\nFROM ", 1)
    debian = re.match(r"python:[\d.]+-slim-(\w+)\n", last)
    server = re.search(r"image: postgres:(\d+)", compose)
    assert debian is not None
    assert server is not None
    assert CLIENTS[debian[1]] >= int(server[1])
    assert "postgresql-client" in last
