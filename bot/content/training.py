"""Training: the weights of the matcher, learned from the asks of a library. Deterministic; no clock, no chance.

Done at set-up, when an image is built, or on a reload (seconds); never on a thread that serves.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from bot.content import learning
from bot.core import lexicon, matching, text
from bot.core.account import Language
from bot.core.lexicon import Lexicon
from bot.core.library import Library
from bot.core.matching import Floats, Weights
from bot.core.playbook import Play, Status
from bot.errors import BadInput
from bot.log import log

NONE = ""  # the class of texts that no play answers
TEXT_SHARE = 0.35  # how much a line of the play itself counts beside an ask
SHARPNESS = 15.0  # makes scores log-odds: set by likelihood, in cross-validation and on the development lines
UNKNOWN = 4.0
STRAY = 0.3  # an ask is nearer to another play from this difference of scores on (a right one scores about 1)

_CONCEPTS = Path(__file__).with_name("concepts.yaml")
_CODE = (*(Path(str(m.__file__)) for m in (learning, matching, lexicon, text)), Path(__file__), _CONCEPTS)

OutOfScope = Mapping[str, Sequence[str]]
Stray = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the play that answers it (`NONE`: no play); `share` is how much it counts."""

    text: str
    play: str
    share: float = 1.0
    ask: bool = True


def train(library: Library, out_of_scope: OutOfScope, seed: int = 0) -> Weights:
    """The weights of a library; same library and lines, same weights. Nothing is drawn: `seed` only names them."""
    return learn(examples(library, out_of_scope), fingerprint(library, out_of_scope, seed))


def learn(lines: Sequence[Example], version: str = "") -> Weights:
    """The weights for these examples; for cross-validation as well."""
    words = shipped_lexicon()
    plays = tuple(sorted({e.play for e in lines if e.play}))
    column = {play: i for i, play in enumerate((*plays, NONE))}
    classes = np.array([column[e.play] for e in lines], dtype=np.intp)
    shares = np.array([e.share for e in lines], dtype=np.float32)
    found = [matching.features(e.text, words) for e in lines]
    known = learning.learn(found, classes, len(column), shares)
    strays = _strays(lines, classes, known.left_out, plays)
    return Weights(plays, known.keys, known.rarity, known.matrix, words, version, strays, SHARPNESS, UNKNOWN)


def examples(library: Library, out_of_scope: OutOfScope) -> list[Example]:
    """What there is to learn from: the asks, the plays' own lines, and the lines that no play answers."""
    lines = (line for language in sorted(out_of_scope) for line in out_of_scope[language])
    return [*_of_plays(library.plays), *(Example(line, NONE) for line in lines)]


def fingerprint(library: Library, out_of_scope: OutOfScope, seed: int = 0) -> str:
    """A short name that changes whenever the weights would: by library, out-of-scope lines, lexicon and code."""
    known = hashlib.blake2b(digest_size=12)
    lines = {language: list(out_of_scope[language]) for language in sorted(out_of_scope)}
    known.update(json.dumps([library.version, seed, lines, np.__version__]).encode())
    for file in _CODE:
        known.update(file.read_bytes())
    return known.hexdigest()


def save(weights: Weights, file: Path) -> None:
    """The weights are in `file` (one .npz, no pickle), all of it or nothing."""
    told = {
        "plays": weights.plays,
        "lexicon": {"en": dict(weights.lexicon.en), "zh": dict(weights.lexicon.zh)},
        "version": weights.version,
        "strays": weights.strays,
        "sharpness": weights.sharpness,
        "unknown": weights.unknown,
    }
    matrix = weights.matrix.astype(np.float16)
    in_bytes = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        try:
            np.savez(part, told=in_bytes, keys=weights.keys, rarity=weights.rarity, matrix=matrix)
        except OSError:  # the disk is full
            Path(part.name).unlink()
            raise
    Path(part.name).replace(file)


def load(file: Path, version: str | None = None) -> Weights:
    """The weights in `file`. Raises BadInput if it is unreadable, or (`version`) made for another library or code."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as part:
            weights = _weights(json.loads(part["told"].tobytes()), part["keys"], part["rarity"], part["matrix"])
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as problem:
        raise _unfit(f"{file} holds no weights: {problem}") from problem
    if version is not None and weights.version != version:
        raise _unfit(f"{file} was made for other playbooks or other code.")
    return weights


def ready(library: Library, out_of_scope: OutOfScope, *folders: Path) -> Weights:
    """The weights of this library: from one of the folders, else trained (seconds) and kept in the first that takes it.

    Where none does, they are trained at each start, and the log says so.
    """
    version = fingerprint(library, out_of_scope)
    files = [folder / f"weights-{version}.npz" for folder in folders]
    for file in files:
        with suppress(BadInput):
            return load(file, version)
    trained = train(library, out_of_scope)
    for file in files:
        try:
            save(trained, file)
        except OSError as error:
            log.info("weights_not_kept", error=error.strerror)
            continue
        return load(file, version)
    log.warning("weights_not_kept_anywhere")
    return trained


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


def nearest_play_warnings(library: Library, weights: Weights) -> tuple[Stray, ...]:
    """(play, ask, nearer play) of each ask that all other asks place clearly at another play; for `kam check`."""
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


def _strays(
    lines: Sequence[Example], classes: NDArray[np.intp], left_out: Floats, plays: Sequence[str]
) -> tuple[Stray, ...]:
    best = left_out[:, : len(plays)].argmax(axis=1)
    every = np.arange(len(lines))
    far = left_out[every, best] - left_out[every, classes] > STRAY
    return tuple((e.play, e.text, plays[b]) for e, b, f in zip(lines, best, far, strict=True) if f and e.ask and e.play)


def _weights(told: dict[str, object], keys: NDArray[np.uint32], rarity: Floats, matrix: Floats) -> Weights:
    forms, strays, plays = told["lexicon"], told["strays"], told["plays"]
    if not (isinstance(forms, dict) and isinstance(strays, list) and isinstance(plays, list)):
        raise TypeError("not the parts of weights")
    words = Lexicon(*({form: tuple(c) for form, c in forms[language].items()} for language in ("en", "zh")))
    return Weights(
        tuple(plays),
        keys,
        rarity,
        matrix.astype(np.float32),
        words,
        str(told["version"]),
        tuple((play, ask, nearer) for play, ask, nearer in strays),
        float(str(told["sharpness"])),
        float(str(told["unknown"])),
    )


def _unfit(message: str) -> BadInput:
    return BadInput(message, repair="Build the weights again; they are made from the playbooks.")
