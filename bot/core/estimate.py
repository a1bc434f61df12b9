"""How much more often things went well with nudges than without: an estimate with its interval, or "too little".

What is drawn is the pair of an account and a play, so a pair counts once, with the share of its moments that went
well. The interval is that of Newcombe (1998) on these shares: score bounds of each side, at an effective number of
pairs that comes from how much pairs of both sides scatter. Why this and no other: docs/decisions/0011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot, sqrt
from statistics import NormalDist, fmean

FEWEST_PAIRS = 10  # on each side
WIDEST = 0.6  # of an interval, in share: a wider one says less than a guess
LEVEL = 0.95
LEAST_SCATTER = 0.05


@dataclass(frozen=True, slots=True)
class Pair:
    """One account and play on its side: how many moments it had, and after how many things went well."""

    good: int
    moments: int

    @property
    def share(self) -> float:
        return self.good / self.moments


class TooLittle(StrEnum):
    """Why there is no estimate."""

    FEW_REPS = "few_reps"
    FEW_PAIRS = "few_pairs"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Shares of 0 to 1; `difference` is nudged minus held out, and the truth lies in [low, high] in 95 of 100 cases."""

    nudged: float
    held_out: float
    difference: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """True where even the low end is above nothing."""
        return self.low > 0

    @property
    def hurts(self) -> bool:
        return self.high < 0


def compare(nudged: Sequence[Pair], held_out: Sequence[Pair]) -> Estimate | TooLittle:
    """The difference between both sides; pairs have at least one moment each."""
    if min(len(nudged), len(held_out)) < FEWEST_PAIRS:
        return TooLittle.FEW_PAIRS
    found = interval([p.share for p in nudged], [p.share for p in held_out])
    return TooLittle.WIDE if found.high - found.low > WIDEST else found


def interval(nudged: Sequence[float], held_out: Sequence[float]) -> Estimate:
    """The difference of two means of shares, each of at least two pairs, with its interval."""
    ours, theirs = fmean(nudged), fmean(held_out)
    scatter = _scatter((nudged, ours), (held_out, theirs))
    quantile = student(len(nudged) + len(held_out) - 2)
    low_1, high_1 = score(ours, len(nudged) / scatter, quantile)
    low_0, high_0 = score(theirs, len(held_out) / scatter, quantile)
    difference = ours - theirs
    return Estimate(
        nudged=ours,
        held_out=theirs,
        difference=difference,
        low=difference - hypot(ours - low_1, high_0 - theirs),
        high=difference + hypot(high_1 - ours, theirs - low_0),
    )


def _scatter(*sides: tuple[Sequence[float], float]) -> float:
    """How much pairs scatter, as a part of what pairs of one moment each would: 1 where none repeats itself."""
    pairs = sum(len(shares) for shares, _ in sides)
    found = sum((share - mean) ** 2 for shares, mean in sides for share in shares)
    most = sum(len(shares) * mean * (1 - mean) for shares, mean in sides)
    if most <= 0:
        return 1.0
    return min(1.0, max(LEAST_SCATTER, found / most * pairs / (pairs - 2)))


def score(share: float, count: float, quantile: float) -> tuple[float, float]:
    """Wilson's bounds of a share that was seen in `count` independent cases."""
    square = quantile * quantile / count
    middle = (share + square / 2) / (1 + square)
    half = sqrt(square * (share * (1 - share) + square / 4)) / (1 + square)
    return middle - half, middle + half


def student(degrees: int, level: float = LEVEL) -> float:
    """The two-sided quantile of Student's t, by Fisher's expansion; right to 0.001 from five degrees up."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / degrees + second / degrees**2 + third / degrees**3 + fourth / degrees**4
