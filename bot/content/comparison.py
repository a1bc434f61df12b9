"""Two playbook trees side by side: what of them can be compared, and which questions get another play."""

import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import TracebackType

from typing_extensions import override

from bot.content import loader, training, tree
from bot.content.findings import Finding
from bot.content.training import Example
from bot.core import effect_advice
from bot.core.case import Cases
from bot.core.effect_advice import Answer, Question
from bot.core.library import Library

OUT_OF_SCOPE = "out_of_scope.yaml"
KEPT = 6  # weights of earlier comparisons, the newest
WORTH_A_PROCESS = 500  # asks: below, learning takes less time than starting a process


@dataclass(frozen=True, slots=True)
class Side:
    """One tree as far as it can be compared; `findings` are its errors."""

    library: Library
    cases: Mapping[str, Cases]
    out_of_scope: Mapping[str, Sequence[str]]
    findings: tuple[Finding, ...]


def read(folder: Path, cache: Path | None = None) -> Side:
    """The tree in a folder; plays that do not hold are left out. Raises BadInput where it cannot be read."""
    loaded = loader.load(folder, cache=cache)
    lines = training.read_out_of_scope(folder / OUT_OF_SCOPE)
    return Side(loaded.library, loaded.cases, lines, tuple(f for f in loaded.findings if f.severity == "error"))


def comparable(before: Side, after: Side) -> tuple[Side, Side]:
    """Both without the plays that are broken in `after`; numbers of its cadence that cannot be read are as before.

    Else a slip of the pen would look as if all nudges of a play went away.
    """
    broken = set(_broken(before.library, after.findings))
    cadence = any(PurePosixPath(f.file).name == tree.CADENCE for f in after.findings)
    manners = before.library.manners if cadence else after.library.manners
    return _without(before, broken), _without(
        replace(after, library=_renamed(replace(after.library, manners=manners))), broken
    )


def _broken(library: Library, findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        file = PurePosixPath(finding.file)
        if file.name == tree.PLAYBOOK:
            yield from (play.id for play in library.plays if play.playbook == file.parent.name)
        elif not file.name.endswith(".scene.yaml"):
            yield file.name.partition(".")[0]


def _without(side: Side, plays: set[str]) -> Side:
    if not plays:
        return side
    kept = tuple(play for play in side.library.plays if play.id not in plays)
    cases = {play: cases for play, cases in side.cases.items() if play not in plays}
    return replace(side, library=_renamed(replace(side.library, plays=kept)), cases=cases)


def _renamed(library: Library) -> Library:
    """The library under the version that fits what it holds."""
    fresh = Library("", library.playbooks, library.plays, library.manners, library.scenes)
    return replace(fresh, version=loader.version(fresh))


# --- advice ---------------------------------------------------------------------------------------------------------


class Advice(AbstractContextManager["Advice"]):
    """The questions that get another first play. Learning begins at once, in processes of its own where it is long.

    Nothing is learned where neither asks nor texts nor anything else that advice reads differs. `cache` is a folder of
    its own: what is learned is kept there for the next comparison.
    """

    def __init__(self, before: Side, after: Side, cache: Path) -> None:
        self._asked = effect_advice.questions((before.library, before.cases), (after.library, after.cases))
        lines = _lines(before)
        same_weights = lines == _lines(after)
        alike = same_weights and effect_advice.answers_alike(before.library, after.library)
        self._sides = () if alike else (before, before if same_weights else after)
        self._libraries = (before.library, after.library)
        self._cache = cache
        self._pool: ProcessPoolExecutor | None = None
        self._futures: list[Future[list[str | None]]] = []
        if self._sides and len(lines) > WORTH_A_PROCESS:
            self._start()

    def _start(self) -> None:
        self._pool = ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn"))
        for library, learned in zip(self._libraries, self._sides, strict=True):
            # Copies: what a library remembers must not grow while another thread packs it for the process.
            given = replace(library), replace(learned, library=replace(learned.library))
            self._futures.append(self._pool.submit(first_plays, *given, self._asked, self._cache))

    def answers(self) -> tuple[Answer, ...]:
        """The questions that get another first play, once that is known (seconds)."""
        if not self._sides:
            return ()
        if self._futures:
            before, after = (future.result() for future in self._futures)
        else:
            before, after = (
                first_plays(library, learned, self._asked, self._cache)
                for library, learned in zip(self._libraries, self._sides, strict=True)
            )
        return effect_advice.answers(self._asked, before, after)

    @override
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        made = sorted(self._cache.glob("weights-*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in made[KEPT:]:
            file.unlink(missing_ok=True)


def _lines(side: Side) -> list[Example]:
    return training.examples(side.library, side.out_of_scope)


def first_plays(library: Library, learned: Side, asked: Sequence[Question], cache: Path) -> list[str | None]:
    """What `library` answers first, with the weights of `learned`."""
    if not _lines(learned):  # every play is retired: there is nothing to learn from, and nothing to say
        return [None] * len(asked)
    weights = training.ready(learned.library, learned.out_of_scope, cache)
    return list(effect_advice.first_plays(library, weights, asked))
