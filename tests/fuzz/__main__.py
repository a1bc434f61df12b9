"""`python -m tests.fuzz`: gives each target made-up bytes for a while, and fails on anything but errors of ours.

What goes wrong is kept in a folder that is named at the end. Put the input into tests/fuzz/found/TARGET/: from then on
every run begins with it. Then mend the code.
"""

import argparse
import os
import shutil
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["bot"]) if atheris is not None else nullcontext():
    from tests.fuzz import desk, harness


def main() -> int:
    wish = _wish()
    names = wish.target or sorted(harness.MAKES)
    top = Path(tempfile.mkdtemp(prefix="kam-fuzz-"))
    shelf = desk.library(top / "data") if set(names) & set(harness.WITH_A_DESK) else None
    failed = []
    for name in names:
        folder = top / name
        folder.mkdir()
        print(f"--- {name}", flush=True)
        child = os.fork()  # libFuzzer ends its process; what was imported and read serves them all
        if not child:
            _in_child(name, wish.seconds, folder, shelf)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(f"{name}: {'ok' if code == 0 else f'FAILED ({code}), see {folder}'}", flush=True)
        if code:
            failed.append(name)
    if not failed:
        shutil.rmtree(top)
    return 1 if failed else 0


def _in_child(name: str, seconds: int, folder: Path, shelf: object) -> None:
    code = 1
    try:
        harness.run(name, seconds, folder, shelf)  # type: ignore[arg-type]
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - told, and then the process ends at once
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("target", nargs="*", choices=[*sorted(harness.MAKES), []], help="some of them; without, all")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
