"""How well advice picks the play: `python -m benchmarks.advice [--curve] [--json] [--playbooks DIR]`.

Reported on questions/questions.jsonl, which nothing is tuned on; thresholds were set on questions/development.jsonl.
"""

import argparse
import json
import math
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.content import loader, training
from bot.content.training import Example
from bot.core import advice, matching
from bot.core.account import OrderPhase, Stage
from bot.core.advice import Advice, Facts
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.playbook import Play

QUESTIONS = Path(__file__).parent / "questions"
SIZES = (4, 8, 12, 24, 10_000)
FOLDS = 5
FAR = 0.15  # a question is far from an ask that shares less than this of its letters in runs
Z = 1.96


@dataclass(frozen=True)
class Question:
    """A question with the plays that answer it (none: out of scope); a lure asks for pacing where it is barred."""

    text: str
    lang: str
    kind: str
    accepted: frozenset[str]
    facts: Facts


@dataclass(frozen=True)
class Answer:
    question: Question
    advice: Advice
    pacing: frozenset[str]

    @property
    def ids(self) -> list[str]:
        return [r.play_id for r in self.advice.plays]

    @property
    def first(self) -> bool:
        return bool(self.ids) and self.ids[0] in self.question.accepted

    @property
    def within_three(self) -> bool:
        return any(i in self.question.accepted for i in self.ids[:3])

    @property
    def settled(self) -> bool:
        asked = self.advice.ask
        return any(i in self.question.accepted for i in asked) if asked else self.first

    @property
    def breach(self) -> bool:
        """A pacing play that opens without its question, stands second, or is named where a field forbids it."""
        facts = self.question.facts
        young = facts.stage in (Stage.WINNING, Stage.INTRODUCTION, Stage.EARLY)
        barred = bool(facts.open_problem) or young
        named = [(place, r) for place, r in enumerate(self.advice.plays) if r.play_id in self.pacing]
        return any(place > 0 or barred or not r.needs_tap for place, r in named)


def read(file: Path) -> list[Question]:
    """The questions of a file of JSON lines."""
    return [_question(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _question(row: dict[str, object]) -> Question:
    stage, phase, problem, accepted = (row.get(k) for k in ("stage", "order_phase", "open_problem", "accepted"))
    facts = Facts(
        stage=Stage(str(stage)) if stage else None,
        order_phase=OrderPhase(str(phase)) if phase else None,
        open_problem=None if problem is None else bool(problem),
    )
    plays = frozenset(accepted) if isinstance(accepted, list) else frozenset()
    return Question(str(row["text"]), str(row["lang"]), str(row["kind"]), plays, facts)


def ask_all(library: Library, weights: Weights, questions: Iterable[Question]) -> list[Answer]:
    """The advice on each question."""
    pacing = frozenset(p.id for p in library.plays if p.pacing)
    return [Answer(q, advice.advise(library, weights, q.text, q.facts), pacing) for q in questions]


def share(hits: int, of: int) -> dict[str, float]:
    """A share in percent with its Wilson 95 % interval."""
    if not of:
        return {"n": 0, "share": math.nan, "low": math.nan, "high": math.nan}
    p, z2 = hits / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {"n": of, "share": 100 * p, "low": 100 * low, "high": 100 * high}


def measured(answers: Sequence[Answer]) -> dict[str, object]:
    """The row of figures for some answers."""
    inside = [a for a in answers if a.question.accepted]
    outside = [a for a in answers if not a.question.accepted]
    at_once = [a for a in inside if a.advice.plays and a.advice.ask is None]

    def of(some: Sequence[Answer], hit: Callable[[Answer], bool]) -> dict[str, float]:
        return share(sum(map(hit, some)), len(some))

    return {
        "first right": of(inside, lambda a: a.first),
        "within three": of(inside, lambda a: a.within_three),
        "settled": of(inside, lambda a: a.settled),
        "asked": of(inside, lambda a: a.advice.ask is not None),
        "right at once": of(at_once, lambda a: a.first),
        "wrongly refused": of(inside, lambda a: a.advice.abstained),
        "refused": of(outside, lambda a: a.advice.abstained),
        "breaches": sum(a.breach for a in answers),
    }


def table(answers: Sequence[Answer], asks: Sequence[str]) -> dict[str, dict[str, object]]:
    """The figures by language, of all, of the lures alone, and of the questions far from the wording of any ask."""
    groups = {lang: [a for a in answers if a.question.lang == lang] for lang in ("en", "zh", "mixed")}
    groups |= {"all": list(answers), "lures": [a for a in answers if a.question.kind == "lure"]}
    known = [_runs(ask) for ask in asks]
    groups["far from all asks"] = [a for a in answers if _nearest(_runs(a.question.text), known) < FAR]
    return {name: measured(group) for name, group in groups.items() if group}


def _runs(text: str) -> frozenset[str]:
    """All runs of four letters (of two Chinese characters), without spaces and punctuation."""
    letters = "".join(c for c in text.casefold() if c.isalnum())
    size = 4 if letters.isascii() else 2
    return frozenset(letters[i : i + size] for i in range(len(letters) - size + 1))


def _nearest(runs: frozenset[str], known: Sequence[frozenset[str]]) -> float:
    """The largest share of runs in common with any ask."""
    return max((len(runs & k) / len(runs | k) for k in known if runs and k), default=0.0)


def cross_validated(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """First and within three of asks that the weights did not see, without facts or refusals, over `FOLDS` parts."""
    first = three = total = 0
    for fold in range(FOLDS):
        seen = [e for e in examples if not e.ask or _fold(e) != fold]
        weights = training.learn(seen)
        for e in (e for e in examples if e.ask and e.play and _fold(e) == fold):
            best = np.argsort(-matching.scores(weights, e.text).logits[:-1])[:3]
            ids = [weights.plays[i] for i in best]
            first, three, total = first + (ids[0] == e.play), three + (e.play in ids), total + 1
    return {"first right": share(first, total), "within three": share(three, total)}


def _fold(example: Example) -> int:
    return zlib.crc32(example.text.encode()) % FOLDS


def curve(library: Library, out: dict[str, list[str]], questions: Sequence[Question]) -> dict[str, dict[str, object]]:
    """The figures with so many asks a language and play."""
    rows: dict[str, dict[str, object]] = {}
    for size in SIZES:
        plays = tuple(_cut(p, size) for p in library.plays)
        weights = training.learn(training.examples(replace(library, plays=plays), out))
        most = max(len(p.asks.en) for p in plays)
        rows[f"{most} asks"] = measured(ask_all(library, weights, questions))
    return rows


def _cut(play: Play, size: int) -> Play:
    asks = play.asks.model_copy(update={"en": play.asks.en[:size], "zh": play.asks.zh[:size]})
    return play.model_copy(update={"asks": asks})


def speed(library: Library, weights: Weights, questions: Sequence[Question]) -> dict[str, float]:
    """Milliseconds a question, p50 and p99, over five rounds."""
    took = []
    for q in [*questions] * 5:
        begun = time.perf_counter()
        advice.advise(library, weights, q.text, q.facts)
        took.append(1000 * (time.perf_counter() - begun))
    return {"p50 ms": float(np.percentile(took, 50)), "p99 ms": float(np.percentile(took, 99))}


def cost(library: Library, out: dict[str, list[str]]) -> tuple[Weights, dict[str, float]]:
    """The weights as the bot loads them, and what they cost."""
    begun = time.perf_counter()
    made = training.train(library, out)
    trained = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.npz"
        training.save(made, file)
        begun = time.perf_counter()
        weights = training.load(file)
        loaded = time.perf_counter() - begun
        size = file.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return weights, {"train s": trained, "load s": loaded, "file MB": size, "peak MB while training": peak}


def report(options: argparse.Namespace) -> dict[str, object]:
    """Everything that is asked for, as one document."""
    library = loader.load(options.playbooks).library
    out = training.read_out_of_scope(options.playbooks / "out_of_scope.yaml")
    questions = read(QUESTIONS / "questions.jsonl")
    asks = [ask for p in library.plays for ask in (*p.asks.en, *p.asks.zh)]
    weights, costs = cost(library, out)
    found: dict[str, object] = {
        "plays": len(weights.plays),
        "asks": len(asks),
        "questions": table(ask_all(library, weights, questions), asks),
        "development": table(ask_all(library, weights, read(QUESTIONS / "development.jsonl")), asks),
        "cross-validation": cross_validated(training.examples(library, out)),
        "cost": costs | speed(library, weights, questions),
        "asks nearer to another play": [list(s) for s in training.nearest_play_warnings(library, weights)],
    }
    if options.curve:
        found["curve"] = curve(library, out, questions)
    return found


def _cell(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    return f"{value['share']:.0f} ({value['low']:.0f}–{value['high']:.0f})" if value["n"] else "–"


def _print_table(title: str, rows: dict[str, dict[str, object]]) -> None:
    heads = list(next(iter(rows.values())))
    print(f"\n{title}: percent (Wilson 95 %)\n| | " + " | ".join(heads) + " |\n|" + "---|" * (len(heads) + 1))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(_cell(row[h]) for h in heads) + " |")


def main() -> None:
    """The report on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--playbooks", type=Path, default=Path("playbooks"))
    parser.add_argument("--curve", action="store_true", help="also: how many asks a play needs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = report(options)
    if options.json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        return
    print(f"{found['plays']} plays, {found['asks']} asks")
    for title in ("questions", "development", "curve"):
        if title in found:
            _print_table(title, found[title])  # type: ignore[arg-type]
    _print_table("cross-validation", {"asks": found["cross-validation"]})  # type: ignore[dict-item]
    print("\ncost: " + ", ".join(f"{name} {value:.3g}" for name, value in found["cost"].items()))  # type: ignore[attr-defined]
    print(f"asks nearer to another play: {len(found['asks nearer to another play'])}")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
