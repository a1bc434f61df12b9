"""The house as the README draws it: floors, sizes, and what must not stand in the repository."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 400
LISTS = {"storage/tables.py"}  # one list of all tables, and nothing else
CODE = sorted(
    file
    for folder in ("bot", "storage")
    for file in (ROOT / folder).rglob("*.py")
    if file.parent.name != "versions"  # migrations are generated
)


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """What git keeps, or would keep: so a file is judged before it is committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_floors_import_only_from_below() -> None:
    """Without a cache: it would remember files that are gone."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", CODE, ids=relative)
def test_a_module_fits_into_a_head(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    fits = lines <= MOST_LINES or relative(file) in LISTS
    assert fits, f"{lines} lines: find the second purpose in it and give that a module of its own"


EVERYTHING = ("Exception", "BaseException")


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(name is None or (isinstance(name, ast.Name) and name.id in EVERYTHING) for name in names)


# Where an error becomes a sentence with a reference, or a thread must go on.
EDGES = ("bot/__main__.py", "bot/wiring.py", "bot/jobs/", "bot/slack/app.py")


@pytest.mark.parametrize("file", [f for f in CODE if not relative(f).startswith(EDGES)], ids=relative)
def test_errors_are_caught_by_name(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    lines = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and _catches_everything(n)]
    assert not lines, f"lines {lines}: name the errors that are meant"


@pytest.mark.parametrize("file", CODE, ids=relative)
def test_imports_stand_at_the_top(file: Path) -> None:
    """An import inside a function would dodge a floor."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert inside == []


# Split, so that this file does not find itself.
FOREIGN = {
    "a package registry": r"pypi" + r"\.org|files\.python" + r"hosted|--(extra-)?index" + r"-url|registry\.np" + r"mjs",
    "a folder of one machine": r"(?<![\w.])/wo" + r"rk/|(?<![\w.])/ro" + r"ot/|/home/[a-z]+" + r"/",
    "the source articles' folder": r"\bse" + r"eds/",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_the_repository_does_not_name(what: str) -> None:
    pattern = re.compile(FOREIGN[what].encode())
    found = [relative(f) for f in tracked() if pattern.search(f.read_bytes())]
    assert found == []


def test_locks_name_one_version_and_hashes_for_everything() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        entries = re.findall(r"^([a-z0-9][\w.-]*)==([^\s;\\]+)([^\n]*)\n((?: {4}--hash=\S+.*\n)*)", text, re.MULTILINE)
        lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert len(entries) == len(lines), "each is pinned with =="
        assert [name for name, _, _, hashes in entries if not hashes] == []


def test_what_runs_is_the_same_in_both_locks() -> None:
    pins = {
        lock: set(re.findall(r"^[a-z0-9][\w.-]*==[^\s;\\]+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    }
    assert pins["requirements.lock"] - pins["requirements-dev.lock"] == set()


DISTRIBUTIONS = {  # where an import is called otherwise than what is installed
    "psycopg[binary]": "psycopg",
    "pydantic-settings": "pydantic_settings",
    "prometheus-client": "prometheus_client",
    "recurring-ical-events": "recurring_ical_events",
    "ruamel.yaml": "ruamel",
    "slack-bolt": "slack_bolt",
    "slack-sdk": "slack_sdk",
    "sqlalchemy[asyncio]": "sqlalchemy",
    "typing-extensions": "typing_extensions",
    "websocket-client": "websocket",
}
UNSEEN = {
    "psycopg[binary]": "SQLAlchemy's driver",
    "python-multipart": "starlette's reader of forms",
    "tzdata": "zoneinfo's data where the machine has none",
    "websockets": "uvicorn's WebSockets",
    "websocket-client": "Bolt's Socket Mode adapter",
}


def test_what_is_required_is_used() -> None:
    names = {re.split(r"[<>=]", line)[0] for line in (ROOT / "requirements.in").read_text("utf-8").split("\n")}
    required = {name for name in names if name and not name.startswith("#")}
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    unused = {n for n in required - UNSEEN.keys() if DISTRIBUTIONS.get(n, n) not in imported}
    assert unused == set()
