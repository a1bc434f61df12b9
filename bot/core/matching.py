"""Matching: how near a rep's words are to each play, by numbers made beforehand. Pure numpy, no model but `Weights`.

A text becomes hashed features (stems, word pairs, character n-grams, Chinese n-grams, concepts and pairs of them),
weighed by how rare they are. One matrix turns them into a score a play, and one for "none of these".
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bot.core import text
from bot.core.lexicon import Found, Lexicon

Floats = NDArray[np.float32]

# How much each family of features weighs: word, word pair, pair with a word between, letters of a word, one to three
# Chinese characters, concept, pair of concepts. Found by cross-validation over the asks.
FAMILIES: Mapping[str, float] = MappingProxyType(
    {"w": 1.0, "p": 0.8, "k": 0.4, "n": 0.3, "h1": 0.9, "h2": 1.0, "h3": 0.7, "c": 0.8, "d": 0.3}
)
SHOWN = frozenset({"w", "p", "h2", "h3", "c"})  # families whose words a person can read
MOST_CONCEPTS = 24  # pairs grow with the square
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of one text, each once: `keys` sorted, how often, their family's weight, the words behind."""

    keys: NDArray[np.uint32]
    counts: Floats
    family: Floats
    words: tuple[str, ...]
    concepts: frozenset[str]


@dataclass(frozen=True)
class Weights:
    """What was learned from the asks. `matrix` is features by plays, its last column is "none of these"."""

    plays: tuple[str, ...]
    keys: NDArray[np.uint32]
    rarity: Floats
    matrix: Floats
    lexicon: Lexicon
    version: str
    strays: tuple[tuple[str, str, str], ...] = ()  # (play, ask, nearer play), found by leaving each ask out
    sharpness: float = 1.0
    unknown: float = 8.0  # the rarity of what no ask holds: it makes a text less like any of them
    _index: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {play: i for i, play in enumerate(self.plays)})

    def place(self, play_id: str) -> int | None:
        """The column of a play, None for a play that was not there when the weights were made."""
        return self._index.get(play_id)


@dataclass(frozen=True)
class Match:
    """How near a text is to each play: log-odds in the order of `Weights.plays`, then "none of these".

    `known` is the share of the text's words that any ask has in common with it.
    """

    logits: Floats
    known: float
    concepts: frozenset[str]
    _vector: tuple[NDArray[np.intp], Floats, tuple[str, ...]] = field(repr=False, compare=False)
    _weights: Weights = field(repr=False, compare=False)

    @property
    def unfit(self) -> float:
        """By how many nats "none of these" is above the best play."""
        return float(self.logits[-1] - self.logits[:-1].max()) if len(self.logits) > 1 else 0.0

    def words(self, play_id: str) -> tuple[str, ...]:
        """The words of the text that speak most for this play, the strongest first."""
        place = self._weights.place(play_id)
        if place is None:
            return ()
        rows, values, words = self._vector
        matrix = self._weights.matrix
        gain = values * (matrix[rows, place] - matrix[rows].mean(axis=1))
        return _readable([words[i] for i in np.argsort(-gain)[: MOST_WORDS * 6] if gain[i] > 0 and words[i]])


def features(question: str, lexicon: Lexicon) -> Features:
    """The features of a text; none for a text without words."""
    pieces = text.pieces(text.normalise(question))
    found = lexicon.found(pieces)
    names: dict[str, tuple[int, str]] = {}
    for family, token, words in _tokens(pieces, found):
        name = f"{family}|{token}"
        count, _ = names.get(name, (0, ""))
        names[name] = (count + 1, words if family in SHOWN else "")
    return _hashed(names, frozenset(f.concept for f in found))


def scores(weights: Weights, question: str) -> Match:
    """How near the question is to each play. Same text, same numbers; any text will do."""
    found = features(question, weights.lexicon)
    at = np.searchsorted(weights.keys, found.keys)
    at[at == len(weights.keys)] = 0
    hit = weights.keys[at] == found.keys if len(weights.keys) else np.zeros(len(at), dtype=bool)
    rows = at[hit]
    rarity = np.full(len(at), weights.unknown, dtype=np.float32)
    rarity[hit] = weights.rarity[rows]
    values = vector(found.counts, found.family * rarity)[hit]
    logits = values @ weights.matrix[rows] * weights.sharpness
    words = tuple(w for w, is_hit in zip(found.words, hit, strict=True) if is_hit)
    known = float(hit.mean()) if len(hit) else 0.0
    return Match(logits.astype(np.float32), known, found.concepts, (rows, values, words), weights)


def vector(counts: Floats, weight: Floats) -> Floats:
    """The values of a text's features, of length one (none stay none)."""
    values = (1 + np.log(counts)) * weight
    length = float(np.linalg.norm(values))
    return (values / length).astype(np.float32) if length else values.astype(np.float32)


def _tokens(pieces: Sequence[str], found: Sequence[Found]) -> list[tuple[str, str, str]]:
    tokens: list[tuple[str, str, str]] = []
    stems = [text.stem(p) for p in pieces]
    han = [text.is_han(p) for p in pieces]
    for i, piece in enumerate(pieces):
        if han[i]:
            tokens += _han_grams(piece)
            continue
        tokens.append(("w", stems[i], piece))
        tokens += _letters(piece)
        for family, step, joint in (("p", 1, " "), ("k", 2, "_")):
            if i + step < len(pieces) and not han[i + step]:
                both = joint.join((stems[i], stems[i + step]))
                tokens.append((family, both, " ".join(pieces[i : i + step + 1])))
    concepts = sorted({f.concept: f for f in found[:MOST_CONCEPTS]}.items())
    tokens += [("c", name, f.words) for name, f in concepts]
    tokens += [("d", f"{a}+{b}", "") for i, (a, _) in enumerate(concepts) for b, _ in concepts[i + 1 :]]
    return tokens


def _han_grams(run: str) -> list[tuple[str, str, str]]:
    return [(f"h{n}", run[i : i + n], run[i : i + n]) for n in (1, 2, 3) for i in range(len(run) - n + 1)]


def _letters(word: str) -> list[tuple[str, str, str]]:
    """Three to five letters in a row, for typos and endings; none of short words."""
    if len(word) < 4:
        return []
    marked = f"^{word[:30]}$"
    return [("n", marked[i : i + n], "") for n in (3, 4, 5) for i in range(len(marked) - n + 1)]


def _hashed(names: Mapping[str, tuple[int, str]], concepts: frozenset[str]) -> Features:
    rows = {zlib.crc32(name.encode()): (*counted, FAMILIES[name.split("|", 1)[0]]) for name, counted in names.items()}
    ordered = sorted(rows.items())
    return Features(
        np.array([key for key, _ in ordered], dtype=np.uint32),
        np.array([row[0] for _, row in ordered], dtype=np.float32),
        np.array([row[2] for _, row in ordered], dtype=np.float32),
        tuple(row[1] for _, row in ordered),
        concepts,
    )


def _readable(words: Sequence[str]) -> tuple[str, ...]:
    """At most `MOST_WORDS`, without one that stands in another."""
    kept: list[str] = []
    for word in words:
        if any(word in longer for longer in kept):
            continue
        kept = [k for k in kept if k not in word]
        kept.append(word)
    return tuple(kept[:MOST_WORDS])
