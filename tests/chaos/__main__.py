"""`python -m tests.chaos`: the long run, on SQLite, and on PostgreSQL with one process and with three.

Every run prints its seed; `--seed` takes the same decisions again. Ends with 1 when anything is wrong.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot import settings
from tests.chaos.lives import POST, Ending
from tests.chaos.run import Run
from tests.chaos.world import Setup, World

SETUPS = {"sqlite": ("sqlite", 1), "postgres": ("postgres", 1), "three": ("postgres", 3)}
COLUMNS = ("kills", "nudges", "messages")
SHOWN = ("lost", "doubled", "early", "late_unsaid", "false_fate", "misdirected", "unexpected", "failed", "stuck")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    wish = _wish()
    if wish.only:
        return _one(wish)
    folder = Path(wish.folder or tempfile.mkdtemp(prefix="kam-chaos-"))
    print(f"seed {wish.seed}; ledgers and logs in {folder}", flush=True)
    results = []
    for together in (("sqlite", "postgres"), ("three", "blind")):  # two cores: two at a time
        started = [(name, _start(wish, name, folder)) for name in together]
        results += [_finished(name, process, folder) for name, process in started]
    _print(results)
    *real, blind = results
    seen = blind.get("counts", {}).get("doubled", 0) > 0
    print(f"Without the look-up: {blind.get('counts', {}).get('doubled')} doubled. The bench sees them: {seen}.")
    return 0 if seen and all(result.get("holds") for result in real) else 1


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=510, help="of the three runs together")
    parser.add_argument("--nudges", type=int, default=10_200, help="of the three runs together")
    parser.add_argument("--only", choices=[*SETUPS, "blind"], help="one of the runs")
    parser.add_argument("--folder", help="where ledgers, logs and results go")
    return parser.parse_args()


def _start(wish: argparse.Namespace, name: str, folder: Path) -> subprocess.Popen[bytes]:
    share = ("--kills", str(wish.kills // 3), "--nudges", str(wish.nudges // 3))
    command = (sys.executable, "-m", "tests.chaos", "--only", name, "--seed", str(wish.seed), *share)
    where = folder / name
    where.mkdir(parents=True, exist_ok=True)
    with (where / "run.log").open("wb") as said:
        return subprocess.Popen([*command, "--folder", str(where)], cwd=settings.ROOT, stdout=said, stderr=said)


def _finished(name: str, process: subprocess.Popen[bytes], folder: Path) -> dict[str, Any]:
    process.wait()
    result = folder / name / "result.json"
    if not result.exists():
        print((folder / name / "run.log").read_text(encoding="utf-8")[-3000:], file=sys.stderr)
        return {"name": name}
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


def _one(wish: argparse.Namespace) -> int:
    folder = Path(wish.folder or tempfile.mkdtemp(prefix="kam-chaos-"))
    if wish.only == "blind":
        setup = Setup("sqlite", nudges=200, kills=10, seed=wish.seed, speed=10, blind=True)
        endings = [Ending("call", POST, 4, "uncommitted")] * setup.kills
    else:
        backend, processes = SETUPS[wish.only]
        setup, endings = Setup(backend, processes, wish.nudges, wish.kills, wish.seed), None  # type: ignore[arg-type]
    with World(setup, folder).up() as world:
        report = Run(world, endings, troubles=endings is None).go()
    text = json.dumps(report.as_json(), indent=1)
    (folder / "result.json").write_text(text, encoding="utf-8")
    print(text)
    return 0 if report.holds else 1


def _print(results: list[dict[str, Any]]) -> None:
    """One line a run: what happened, what is wrong."""
    print("| run | seconds | " + " | ".join((*COLUMNS, "unknown", *SHOWN)) + " |")
    print("|---|" + "---|" * (1 + len(COLUMNS) + 1 + len(SHOWN)))
    for result in results:
        counts = result.get("counts", {})
        told = [str(result.get(name)) for name in ("name", "seconds", *COLUMNS)]
        print("| " + " | ".join([*told, *(str(counts.get(name)) for name in ("unknown", *SHOWN))]) + " |")


if __name__ == "__main__":
    sys.exit(main())
