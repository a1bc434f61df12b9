"""The targets by name, and one run of one of them: with atheris where it is there, else with bytes from hypothesis."""

import hashlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

try:
    import atheris
except ImportError:  # it is made for Linux, and for some versions of Python
    atheris = None

from bot import wiring
from bot.usecases.ports import Shelf
from storage.session import Database
from tests.fuzz import desk, targets
from tests.fuzz.targets import Give, Make

MAKES: dict[str, Make] = {
    "archive": targets.git_archive,
    "calendar": targets.ics,
    "dates": targets.dates,
    "foreign_text": targets.foreign_text,
    "forms": desk.forms,
    "playbook": targets.playbook,
    "portfolio": targets.portfolio,
    "requests": desk.requests,
    "slash": desk.slash,
    "taps": desk.taps,
}
WITH_A_DESK = ("forms", "requests", "slash", "taps")
SEEDS: dict[str, Sequence[bytes]] = targets.SEEDS | {
    "forms": (b"\0\0\1\5\nsomething", b"\3\0\1\x30|1\n{}", b"\5\2{}\n2026-03-05"),
    "requests": (
        b"\0\0\0\0\1\1advice angry",
        b"\0\0\0\0\3\1\1\x10",
        b"\0\0\0\1\2\1help",
        b'\0\0\0\0\5\1{"type":1}',
        b"\0\0\0\0\4\1x",
    ),
    "slash": (
        b"\0visit Nordhaus \1\x09",
        b"\2settings \1\x08",
        b"\0account set Nordhaus stage middle",
        b"\0\1\x20 \1\x21",
    ),
    "taps": (b"\0\0\1\x20", b"\5\1\1\x30|\1\x31|1"),
}
FOUND = Path(__file__).with_name("found")  # what once went wrong: folder of the target, one file each
A_WHILE = settings(
    max_examples=200, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
SLOWEST = 10.0  # seconds of work on one input
LONGEST = 60  # seconds until one input is given up, busy or not
LARGEST = 20_000  # bytes of an input


def known(name: str) -> list[bytes]:
    """What a run of a target begins with: the seeds, and what once went wrong."""
    return [*SEEDS[name], *(file.read_bytes() for file in sorted((FOUND / name).glob("*")))]


def made(name: str, folder: Path, stack: ExitStack, shelf: Shelf | None) -> Give:
    """The target, ready to be given bytes; it fails where one input keeps it busy for too long."""
    if name in WITH_A_DESK:
        assert shelf is not None
        setattr(wiring, "shelf", lambda _: shelf)  # noqa: B010 - the process is this target's own
        setattr(wiring, "database", lambda settings: Database(settings.database))  # noqa: B010
    give = MAKES[name](folder, stack)

    def timed(data: bytes) -> None:
        began = time.process_time()
        give(data)
        spent = time.process_time() - began
        assert spent < SLOWEST, f"{spent:.1f} seconds for {len(data)} bytes"

    return timed


def run(name: str, seconds: int, folder: Path, shelf: Shelf | None = None) -> None:
    """Gives a target bytes for so long. What goes wrong is raised, or ends the process with another code than 0."""
    with ExitStack() as stack:
        give = made(name, folder, stack, shelf)
        for data in known(name):
            give(data)
        if atheris is not None:
            _with_atheris(give, name, seconds, folder)
        else:
            with_hypothesis(give, name, seconds, folder)


def _with_atheris(give: Any, name: str, seconds: int, folder: Path) -> None:
    corpus = folder / "fuzz" / "corpus"
    corpus.mkdir(parents=True)
    for number, data in enumerate(known(name)):
        (corpus / str(number)).write_bytes(data)
    bounds = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-timeout={LONGEST}", "-rss_limit_mb=2048"]
    more = ["-len_control=20", "-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *bounds, *more, str(corpus)], give)
    atheris.Fuzz()


def with_hypothesis(give: Give, name: str, seconds: int, folder: Path) -> None:
    """The same without atheris: bytes anew, and known ones changed; what goes wrong is kept as atheris keeps it."""
    until, first = time.monotonic() + seconds, int(os.environ.get("KAM_FUZZ_SEED", "1"))
    bytes_of = st.binary(max_size=2_000) | st.sampled_from(known(name)).flatmap(_changed)
    done = 0

    def kept(data: bytes) -> None:
        nonlocal done
        if time.monotonic() >= until:  # hypothesis has no other way to stop on time
            return
        done += 1
        signal.alarm(LONGEST)
        try:
            give(data)
        except BaseException:
            (folder / f"crash-{hashlib.blake2b(data, digest_size=8).hexdigest()}").write_bytes(data)
            raise
        finally:
            signal.alarm(0)

    signal.signal(signal.SIGALRM, _too_long)
    for number in itertools.count(first):
        if time.monotonic() >= until:
            break
        seed(number)(A_WHILE(given(bytes_of)(kept)))()
    print(f"{done} inputs from hypothesis")


def _too_long(_number: int, _frame: object) -> None:
    raise AssertionError(f"one input took more than {LONGEST} seconds")


def _changed(data: bytes) -> st.SearchStrategy[bytes]:
    """The same bytes with a piece cut out and another put in."""
    place = st.integers(0, len(data))
    return st.tuples(place, place, st.binary(max_size=20)).map(lambda t: data[: t[0]] + t[2] + data[t[1] :])
