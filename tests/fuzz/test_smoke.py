"""Each target is given made-up bytes for a second, after its seeds and all that once went wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.fuzz import harness

AS_IT_IS = ("-m", "tests.fuzz")
WITHOUT_ATHERIS = (
    "-c",
    "import runpy, sys; sys.modules['atheris'] = None; runpy.run_module('tests.fuzz', run_name='__main__')",
)


@pytest.fixture(scope="module", params=[AS_IT_IS, WITHOUT_ATHERIS], ids=["as this machine is", "without atheris"])
def told(request: pytest.FixtureRequest) -> str:
    """What `python -m tests.fuzz` says; with atheris where this machine has it, and with bytes from hypothesis."""
    command = (sys.executable, *request.param, "--seconds", "1")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(harness.MAKES))
def test_made_up_bytes_bring_nothing_but_errors_of_ours(told: str, name: str) -> None:
    assert f"\n{name}: ok\n" in told, told[-6000:]


def test_without_atheris_what_went_wrong_is_kept_in_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def give(data: bytes) -> None:
        assert b"\x07" not in data

    with pytest.raises(AssertionError):
        harness.with_hypothesis(give, "dates", 30, tmp_path)
    (kept,) = tmp_path.glob("crash-*")
    assert b"\x07" in kept.read_bytes()
