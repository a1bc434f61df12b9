"""Training: the weights of the matcher, learned from the asks of a library. Deterministic; no clock, no chance.

Two linear models over the same features are added: ridge regression (solved exactly, in its dual form) and naive
Bayes. Done at set-up, when an image is built, or on a reload; never on a thread that serves.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from bot.core import lexicon, matching, text
from bot.core.account import Language
from bot.core.lexicon import Lexicon
from bot.core.library import Library
from bot.core.matching import Features, Floats, Weights
from bot.core.playbook import Play, Status

NONE = ""  # the class of texts that no play answers
RIDGE = 1.0
BAYES_SHARE = 0.5
SMOOTHING = 0.02
RAREST = 1  # a feature must stand in so many texts; dropping the rare ones lost two points
COMMON = 60  # features of more texts than this are multiplied at once
TEXT_SHARE = 0.35  # how much a line of the play itself counts beside an ask
SHARPNESS = 15.0
UNKNOWN = 4.0

_CONCEPTS = Path(__file__).with_name("concepts.yaml")
_CODE = (Path(__file__), Path(matching.__file__), Path(lexicon.__file__), Path(text.__file__), _CONCEPTS)


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the play that answers it (`NONE`: no play); `share` is how much it counts."""

    text: str
    play: str
    share: float = 1.0
    ask: bool = True


class WeightsError(Exception):
    """The file holds no weights of this code."""


def train(library: Library, out_of_scope: Mapping[str, Sequence[str]], seed: int = 0) -> Weights:
    """The weights of a library; same library and lines, same weights. `seed` is there for a later model: none is drawn."""
    return learn(examples(library, out_of_scope), fingerprint(library, out_of_scope, seed))


def learn(examples: Sequence[Example], version: str = "", *, find_strays: bool = True) -> Weights:
    """The weights for these examples; for cross-validation as well, which is faster without looking for strays."""
    words = shipped_lexicon()
    plays = tuple(sorted({e.play for e in examples if e.play}))
    found = [matching.features(e.text, words) for e in examples]
    keys, rarity = _vocabulary(found)
    rows = [_row(f, keys, rarity) for f in found]
    column = {play: i for i, play in enumerate((*plays, NONE))}
    classes = np.array([column[e.play] for e in examples], dtype=np.intp)
    shares = np.array([e.share for e in examples], dtype=np.float32)
    target = np.eye(len(column), dtype=np.float32)[classes]
    kernel = _kernel(rows, len(keys))
    kernel[np.diag_indices_from(kernel)] += RIDGE / shares
    centred = target - target.mean(axis=0)
    if find_strays:
        inverse = np.linalg.inv(kernel)
        dual = inverse @ centred
        strays = _strays(examples, classes, centred - dual / np.diag(inverse)[:, None], plays)
    else:
        dual, strays = np.linalg.solve(kernel, centred), ()
    matrix = _primal(rows, dual, len(keys)) + BAYES_SHARE * _bayes(rows, target, shares, len(keys))
    bias = np.zeros(len(column), dtype=np.float32)
    return Weights(plays, keys, rarity, matrix.astype(np.float32), bias, words, version, strays, SHARPNESS, UNKNOWN)


def examples(library: Library, out_of_scope: Mapping[str, Sequence[str]]) -> list[Example]:
    """What there is to learn from: the asks, the plays' own lines, and the lines that no play answers."""
    return [*_of_plays(library.plays), *_of_nothing(out_of_scope)]


def fingerprint(library: Library, out_of_scope: Mapping[str, Sequence[str]], seed: int = 0) -> str:
    """A short name that changes whenever the weights would: by library, out-of-scope lines, lexicon and code."""
    known = hashlib.blake2b(digest_size=12)
    lines = {language: list(out_of_scope[language]) for language in sorted(out_of_scope)}
    known.update(json.dumps([library.version, seed, lines, np.__version__]).encode())
    for file in _CODE:
        known.update(file.read_bytes())
    return known.hexdigest()


def save(weights: Weights, file: Path) -> None:
    """The weights are in `file` (one .npz, no pickle), all of it or nothing."""
    words = {"en": weights.lexicon.en, "zh": weights.lexicon.zh}
    told: dict[str, object] = {"plays": weights.plays, "version": weights.version, "strays": weights.strays, "lexicon": words}
    told |= {"sharpness": weights.sharpness, "unknown": weights.unknown}
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as part:
        np.savez(
            part,
            keys=weights.keys,
            rarity=weights.rarity,
            matrix=weights.matrix.astype(np.float16),
            bias=weights.bias,
            told=np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8),
        )
    Path(part.name).replace(file)


def load(file: Path, version: str | None = None) -> Weights:
    """The weights in `file`. Raises WeightsError if it is unreadable, or (`version`) made for another library or code."""
    try:
        with np.load(file, allow_pickle=False) as part:
            told = json.loads(part["told"].tobytes())
            arrays = {name: part[name] for name in ("keys", "rarity", "matrix", "bias")}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as problem:
        raise WeightsError(f"{file} holds no weights: {problem}") from problem
    if version is not None and told["version"] != version:
        raise WeightsError(f"{file} holds weights of {told['version']}, not of {version}")
    words = Lexicon(*({f: tuple(c) for f, c in told["lexicon"][language].items()} for language in ("en", "zh")))
    return Weights(
        tuple(told["plays"]), arrays["keys"], arrays["rarity"], arrays["matrix"].astype(np.float32), arrays["bias"],
        words, told["version"], tuple((p, a, n) for p, a, n in told["strays"]), told["sharpness"], told["unknown"],
    )  # fmt: skip


def ready(library: Library, out_of_scope: Mapping[str, Sequence[str]], folder: Path) -> Weights:
    """The weights of this library, from `folder` if they are there, else trained and saved there (seconds)."""
    version = fingerprint(library, out_of_scope)
    file = folder / f"weights-{version}.npz"
    try:
        return load(file, version)
    except WeightsError:
        weights = train(library, out_of_scope)
        save(weights, file)
        return load(file, version)


def read_out_of_scope(file: Path) -> dict[str, list[str]]:
    """The lines that no play answers, by language; none where there is no such file."""
    if not file.exists():
        return {}
    lines = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or {}
    return {str(language): [str(line) for line in of_it] for language, of_it in lines.items()}


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that ships with the code."""
    return lexicon.build(YAML(typ="safe").load(_CONCEPTS.read_text(encoding="utf-8")))


def nearest_play_warnings(library: Library, weights: Weights) -> tuple[tuple[str, str, str], ...]:
    """(play, ask, nearer play) of each ask that, left out, is clearly nearer to another play; for `kam check`."""
    return tuple(stray for stray in weights.strays if library.play(stray[0]) is not None)


def _of_plays(plays: Iterable[Play]) -> Iterable[Example]:
    for play in plays:
        if play.status is Status.RETIRED:
            continue
        yield from (Example(ask, play.id) for language in Language for ask in play.asks.of(language))
        yield from (Example(line, play.id, TEXT_SHARE, ask=False) for line in _own_lines(play))


def _own_lines(play: Play) -> Iterable[str]:
    yield play.id.replace("-", " ")
    for language in Language:
        yield play.title.of(language)
        yield play.source.principle.of(language)
        yield from (wording.do for wording in play.wordings.of(language))


def _of_nothing(out_of_scope: Mapping[str, Sequence[str]]) -> Iterable[Example]:
    return (Example(line, NONE) for language in sorted(out_of_scope) for line in out_of_scope[language])


Row = tuple[NDArray[np.intp], Floats]


def _vocabulary(found: Sequence[Features]) -> tuple[NDArray[np.uint32], Floats]:
    keys, counts = np.unique(np.concatenate([f.keys for f in found]), return_counts=True)
    kept = counts >= RAREST
    return keys[kept], np.log((len(found) + 1) / (counts[kept] + 0.5)).astype(np.float32)


def _row(found: Features, keys: NDArray[np.uint32], rarity: Floats) -> Row:
    at = np.searchsorted(keys, found.keys)
    at[at == len(keys)] = 0
    hit = keys[at] == found.keys
    rows = at[hit]
    return rows, matching.vector(found.counts[hit], found.family[hit] * rarity[rows])


def _kernel(rows: Sequence[Row], size: int) -> Floats:
    """How alike each two examples are: features of many texts by one product, the rest by the few that share them."""
    where = np.concatenate([at for at, _ in rows])
    whose = np.repeat(np.arange(len(rows)), [len(at) for at, _ in rows])
    value = np.concatenate([v for _, v in rows])
    order = np.argsort(where, kind="stable")
    where, whose, value = where[order], whose[order], value[order]
    start = np.searchsorted(where, np.arange(size + 1))
    spread = np.diff(start)
    kernel = _common(where, whose, value, np.flatnonzero(spread > COMMON), len(rows))
    for feature in np.flatnonzero((spread > 1) & (spread <= COMMON)):
        part = slice(start[feature], start[feature + 1])
        kernel[np.ix_(whose[part], whose[part])] += np.outer(value[part], value[part])
    alone = spread[where] == 1
    kernel[np.diag_indices_from(kernel)] += np.bincount(whose[alone], value[alone] ** 2, len(rows)).astype(np.float32)
    return kernel


def _common(where: NDArray[np.intp], whose: NDArray[np.intp], value: Floats, common: NDArray[np.intp], texts: int) -> Floats:
    dense = np.zeros((texts, len(common)), dtype=np.float32)
    column = np.searchsorted(common, where)
    column[column == len(common)] = 0
    hit = common[column] == where if len(common) else np.zeros(len(where), dtype=bool)
    dense[whose[hit], column[hit]] = value[hit]
    return dense @ dense.T


def _primal(rows: Sequence[Row], dual: Floats, size: int) -> Floats:
    matrix = np.zeros((size, dual.shape[1]), dtype=np.float32)
    for (at, values), alpha in zip(rows, dual, strict=True):
        matrix[at] += values[:, None] * alpha
    return matrix


def _bayes(rows: Sequence[Row], target: Floats, shares: Floats, size: int) -> Floats:
    """Naive Bayes over the values, centred over the plays, on the scale of ridge regression."""
    mass = _primal(rows, target * shares[:, None], size)
    logs = np.log((mass + SMOOTHING) / (mass.sum(axis=0) + SMOOTHING * size))
    logs -= logs.mean(axis=1, keepdims=True)
    return (logs * BAYES_SCALE).astype(np.float32)


BAYES_SCALE = 0.05  # naive Bayes' scores vary twenty times as much as those of ridge regression


def _strays(
    examples: Sequence[Example], classes: NDArray[np.intp], left_out: Floats, plays: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    """Asks that the others place clearly at another play."""
    best = left_out[:, : len(plays)].argmax(axis=1)
    own = left_out[np.arange(len(examples)), classes]
    far = left_out[np.arange(len(examples)), best] - own > STRAY
    return tuple(
        (e.play, e.text, plays[b]) for e, b, f in zip(examples, best, far, strict=True) if f and e.ask and e.play
    )


STRAY = 0.25
