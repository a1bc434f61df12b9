"""Learning: a matrix of weights from texts and their classes, exactly solved and without chance.

Two linear models over the same features are added: ridge regression, in its dual form, and naive Bayes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core import matching
from bot.core.matching import Features, Floats

RIDGE = 1.0
BAYES_SHARE = 0.5
BAYES_SCALE = 0.05  # naive Bayes' scores vary twenty times as much as those of ridge regression
SMOOTHING = 0.02
COMMON = 60  # features of more texts than this are multiplied at once
SMALL = 128

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Learned:
    """The matrix (features by classes), the features' hashes and rarity, and each text's scores from all the others."""

    keys: NDArray[np.uint32]
    rarity: Floats
    matrix: Floats
    left_out: Floats


@dataclass(frozen=True)
class _Texts:
    """All values of all texts, in order of the features: `start` says where each feature begins."""

    feature: Places
    text: Places
    value: Floats
    start: Places
    count: int


def learn(found: Sequence[Features], classes: Places, count: int, shares: Floats) -> Learned:
    """What these texts teach about `count` classes; `shares` says how much each counts."""
    keys, rarity = _vocabulary(found)
    texts = _texts([_row(f, keys, rarity) for f in found], len(keys))
    target = np.eye(count, dtype=np.float32)[classes]
    kernel = _kernel(texts)
    kernel[np.diag_indices_from(kernel)] += RIDGE / shares
    root = _inverse_of_lower(np.linalg.cholesky(kernel))
    centred = target - target.mean(axis=0)
    dual = root.T @ (root @ centred)
    left_out = centred - dual / (root**2).sum(axis=0)[:, None]
    matrix = _summed(texts, dual) + BAYES_SHARE * _bayes(texts, target * shares[:, None])
    return Learned(keys, rarity, matrix.astype(np.float32), left_out.astype(np.float32))


def _vocabulary(found: Sequence[Features]) -> tuple[NDArray[np.uint32], Floats]:
    """All features, the rare ones too: leaving those out lost two points in cross-validation."""
    keys, counts = np.unique(np.concatenate([f.keys for f in found]), return_counts=True)
    return keys, np.log((len(found) + 1) / (counts + 0.5)).astype(np.float32)


def _row(found: Features, keys: NDArray[np.uint32], rarity: Floats) -> tuple[Places, Floats]:
    at = np.searchsorted(keys, found.keys)
    return at, matching.vector(found.counts, found.family * rarity[at])


def _texts(rows: Sequence[tuple[Places, Floats]], size: int) -> _Texts:
    feature = np.concatenate([at for at, _ in rows])
    text = np.repeat(np.arange(len(rows)), [len(at) for at, _ in rows])
    value = np.concatenate([values for _, values in rows])
    order = np.argsort(feature, kind="stable")
    start = np.searchsorted(feature[order], np.arange(size + 1))
    return _Texts(feature[order], text[order], value[order], start, len(rows))


def _kernel(texts: _Texts) -> Floats:
    """How alike each two texts are: features of many texts by one product, the rest by the few that share them."""
    spread = np.diff(texts.start)
    kernel = _common(texts, np.flatnonzero(spread > COMMON))
    for feature in np.flatnonzero((spread > 1) & (spread <= COMMON)):
        part = slice(texts.start[feature], texts.start[feature + 1])
        whose, value = texts.text[part], texts.value[part]
        kernel[np.ix_(whose, whose)] += np.outer(value, value)
    alone = spread[texts.feature] == 1
    own = np.bincount(texts.text[alone], texts.value[alone] ** 2, texts.count)
    kernel[np.diag_indices_from(kernel)] += own.astype(np.float32)
    return kernel


def _common(texts: _Texts, common: Places) -> Floats:
    hit = np.isin(texts.feature, common)
    dense = np.zeros((texts.count, len(common)), dtype=np.float32)
    dense[texts.text[hit], np.searchsorted(common, texts.feature[hit])] = texts.value[hit]
    product: Floats = dense @ dense.T
    return product


def _inverse_of_lower(lower: Floats) -> Floats:
    """The inverse of a lower triangle, by halves: a third of the work of a general inverse."""
    size = len(lower)
    if size <= SMALL:
        small: Floats = np.linalg.inv(lower).astype(np.float32)
        return small
    half = size // 2
    inverse: Floats = np.zeros_like(lower)
    inverse[:half, :half] = _inverse_of_lower(lower[:half, :half])
    inverse[half:, half:] = _inverse_of_lower(lower[half:, half:])
    inverse[half:, :half] = -inverse[half:, half:] @ (lower[half:, :half] @ inverse[:half, :half])
    return inverse


def _summed(texts: _Texts, by_text: Floats) -> Floats:
    """What the texts of each feature bring it, weighed by the feature's value in each."""
    filled = np.flatnonzero(np.diff(texts.start))
    total = np.zeros((len(texts.start) - 1, by_text.shape[1]), dtype=np.float32)
    for column in range(by_text.shape[1]):
        worth = texts.value * by_text[texts.text, column]
        total[filled, column] = np.add.reduceat(worth, texts.start[filled]) if len(filled) else 0
    return total


def _bayes(texts: _Texts, target: Floats) -> Floats:
    """Naive Bayes over the values, centred over the classes, on the scale of ridge regression."""
    mass = _summed(texts, target)
    logs = np.log((mass + SMOOTHING) / (mass.sum(axis=0) + SMOOTHING * len(mass)))
    centred: Floats = ((logs - logs.mean(axis=1, keepdims=True)) * BAYES_SCALE).astype(np.float32)
    return centred
