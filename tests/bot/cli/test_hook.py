"""The pre-commit hook as another repository uses it: installed by pre-commit itself, without the network."""

import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "bot" / "content" / "sample"
PRE_COMMIT = (sys.executable, "-m", "pre_commit", "run")
CONFIG = """\
repos:
  - repo: {code}
    rev: {revision}
    hooks:
      - id: kam-check
        args: [playbooks]
"""


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A program in a folder, as somebody without settings of git or of ours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAM_", "GIT_", "VIRTUAL_ENV"))}
    who = {"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@y.example"}
    also = {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@y.example", "GIT_CONFIG_GLOBAL": os.devnull}
    environment = {**kept, **who, **also, **more}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A repository of the code as it stands here."""
    listed = run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "bot", "storage")
    files = [name for name in listed.stdout.split("\0") if name]
    for name in (*files, "pyproject.toml", "requirements.in", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        if (ROOT / name).is_file():
            (tmp_path / "code" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "code" / name)
    run(tmp_path / "code", "git", "init", "-q")
    run(tmp_path / "code", "git", "add", "-A")
    assert run(tmp_path / "code", "git", "commit", "-qm", "Code").returncode == 0
    return tmp_path / "code"


@pytest.fixture
def playbooks(tmp_path: Path, code: Path) -> Path:
    """A repository of playbooks that uses the hook."""
    folder = tmp_path / "ours"
    shutil.copytree(SAMPLE, folder / "playbooks")
    revision = run(code, "git", "rev-parse", "HEAD").stdout.strip()
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.format(code=code, revision=revision))
    run(folder, "git", "init", "-q")
    run(folder, "git", "add", "-A")
    return folder


def test_a_commit_is_checked_by_the_hook_and_nothing_is_left_behind(playbooks: Path, tmp_path: Path) -> None:
    offline = {
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip is told not to isolate
        "PYTHONPATH": site.getsitepackages()[0],  # stands for what pip would install beside it
    }
    sound = run(playbooks, *PRE_COMMIT, "--all-files", **offline)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "Passed" in sound.stdout
    assert list((tmp_path / "home").glob("*/py_env-*/bin/kam"))
    assert run(playbooks, "git", "status", "--porcelain", "--untracked-files").stdout.count("??") == 0

    play = next(p for p in sorted(playbooks.rglob("*.yaml")) if "owner:" in p.read_text("utf-8"))
    play.write_text(play.read_text("utf-8").replace("owner:", "ownr:"), "utf-8")
    run(playbooks, "git", "add", "-A")
    broken = run(playbooks, *PRE_COMMIT, **offline)
    assert broken.returncode == 1
    assert f"playbooks/{play.relative_to(playbooks / 'playbooks').as_posix()}" in broken.stdout
    assert "ownr" in broken.stdout
