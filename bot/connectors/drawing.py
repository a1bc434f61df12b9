"""Has a chart drawn by a process of its own, which may fail without harm."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bot.core.chart import Chart
from bot.log import log
from bot.settings import ROOT

SECONDS = 30.0
PNG = b"\x89PNG\r\n\x1a\n"


def draw(chart: Chart, cache: Path, seconds: float = SECONDS) -> bytes | None:
    """The picture as PNG; None, and a line in the log, where it was not drawn in time. `cache` keeps the font list."""
    command = [sys.executable, "-m", "bot.connectors.chart"]
    folder = cache / "matplotlib"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(  # noqa: S603 - our own module; the chart goes in by its standard input
            command,
            input=json.dumps(asdict(chart)).encode(),
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env=_environment(folder),
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("chart_not_drawn", error=type(error).__name__)
        return None
    if done.returncode or not done.stdout.startswith(PNG):
        log.warning("chart_not_drawn", exit=done.returncode, error=_last_word(done.stderr))
        return None
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the coach's own settings: a token has no business there."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "MPLCONFIGDIR": str(folder), "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}


def _last_word(trace: bytes) -> str:
    """The kind of error that ended the process, without its message."""
    lines = trace.decode(errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0][:80] if lines else ""
