"""Each target is given made-up bytes for a second, after its seeds and all that once went wrong."""

import subprocess
import sys

import pytest

from bot.settings import ROOT
from tests.fuzz import harness


@pytest.fixture(scope="module")
def told() -> str:
    """What `python -m tests.fuzz` says; with atheris where this machine has it, else with bytes from hypothesis."""
    command = (sys.executable, "-m", "tests.fuzz", "--seconds", "1")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(harness.MAKES))
def test_made_up_bytes_bring_nothing_but_errors_of_ours(told: str, name: str) -> None:
    assert f"\n{name}: ok\n" in told, told[-6000:]
