"""How honest the estimate of a hold-out is: `python -m benchmarks.evidence [--runs N]`.

Made-up trials with a known truth, the same each time: how often the 95 % interval holds it (coverage), how wide it is,
and how often the answer is "too little data". Each way to make an interval is tried on the same trials.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bot.core import estimate
from bot.core.estimate import FEWEST_PAIRS, Estimate, Pair

Counts: TypeAlias = np.ndarray
Interval: TypeAlias = tuple[float, float]
SEED = 20260302
# How many moments a pair has in 50 weeks of `kam plan` on the sample portfolio.
AS_PLANNED = ((1, 2, 3, 4, 5, 6, 7), (0.49, 0.14, 0.13, 0.14, 0.06, 0.02, 0.02))


@dataclass(frozen=True)
class Trial:
    """A made-up hold-out. `base` is how often the sign comes by itself, on average over accounts that differ by `alike`
    (less: they differ more); `vary` is how much the difference itself differs between pairs; with `again` a pair has
    its next moment only after a good one.
    """

    difference: float
    percent: int = 10
    base: float = 0.5
    pairs: int = 133  # 2,000 account-weeks: 40 accounts for 50 weeks
    accounts: int = 40
    alike: float = 4.0
    sizes: str = "planned"
    vary: float = 0.0
    again: bool = False

    def __str__(self) -> str:
        size = self.sizes + (", again" if self.again else "") + (f", ±{self.vary:.0%}" if self.vary else "")
        return f"{self.difference:+5.0%} {self.percent:3} % {self.base:4.0%} {self.pairs:4}/{self.accounts:<4} {size}"


TRIALS = (
    *(Trial(d, percent, base) for percent in (10, 50) for base in (0.15, 0.5, 0.85) for d in (0, 0.1, -0.1)),
    *(Trial(0.1, percent, sizes=s) for percent in (10, 50) for s in ("ones", "threes", "uneven")),
    Trial(0.2, 10),
    Trial(0.2, 50),
    Trial(0, 10, base=0.05, pairs=400, accounts=200),
    Trial(0.1, 10, base=0.05, pairs=400, accounts=200),
    Trial(0, 10, base=0.95, pairs=400, accounts=200),
    Trial(0.1, 10, base=0.7, pairs=580, accounts=200, sizes="ones"),  # 2,000 account-weeks: 200 accounts, 10 weeks
    Trial(0.1, 50, base=0.7, pairs=580, accounts=200, sizes="ones"),
    Trial(0.1, 10, alike=1.0, sizes="uneven"),
    Trial(0.1, 10, alike=20.0, sizes="uneven"),
    Trial(0.1, 10, base=0.6, vary=0.15),
    Trial(0.1, 50, base=0.6, vary=0.15),
    Trial(0.15, 10, base=0.6, again=True),
    Trial(0.15, 50, base=0.6, again=True),
    Trial(0.15, 50, base=0.6, pairs=40, accounts=40),  # one play alone
)


def _sizes(trial: Trial, rng: np.random.Generator) -> Counts:
    match trial.sizes:
        case "ones":
            return np.ones(trial.pairs, int)
        case "threes":
            return np.full(trial.pairs, 3)
        case "uneven":
            return np.minimum(rng.geometric(0.3, trial.pairs), 15)
        case _:
            return rng.choice(AS_PLANNED[0], p=AS_PLANNED[1], size=trial.pairs)


def draw(trial: Trial, rng: np.random.Generator) -> tuple[Counts, Counts, Counts, float]:
    """One run: good moments, all moments, whether held out (of each pair), and the truth."""
    accounts = rng.beta(trial.base * trial.alike, (1 - trial.base) * trial.alike, trial.accounts)
    low, high = max(0.0, trial.vary - trial.difference), min(1.0, 1 - trial.vary - trial.difference)
    alone = np.clip(accounts, 0, 1)[rng.integers(0, trial.accounts, trial.pairs)] * (high - low) + low
    gain = trial.difference + trial.vary * (2 * rng.random(trial.pairs) - 1)
    held_out = rng.random(trial.pairs) < trial.percent / 100
    chance = np.clip(alone + np.where(held_out, 0, gain), 0, 1)
    moments = _sizes(trial, rng)
    if not trial.again:
        return rng.binomial(moments, chance), moments, held_out, float(gain.mean())
    rolls = rng.random((trial.pairs, moments.max())) < chance[:, None]
    reached = np.cumprod(np.column_stack([np.ones(trial.pairs, bool), rolls[:, :-1]]), axis=1).astype(bool)
    reached &= np.arange(moments.max()) < moments[:, None]
    return (rolls & reached).sum(1), reached.sum(1), held_out, float(gain.mean())


# --- ways to make an interval ---------------------------------------------------------------------------------------


def chosen(good: Counts, moments: Counts, out: Counts) -> Interval:
    """What `bot.core.estimate` does."""
    shares = good / moments
    found = estimate.interval(shares[~out].tolist(), shares[out].tolist())
    return found.low, found.high


def naive(good: Counts, moments: Counts, out: Counts) -> Interval:
    """As if every moment stood alone."""
    ours, theirs = (good[side].sum() / moments[side].sum() for side in (~out, out))
    variance = ours * (1 - ours) / moments[~out].sum() + theirs * (1 - theirs) / moments[out].sum()
    return _around(ours - theirs, 1.96 * np.sqrt(variance))


def robust(good: Counts, moments: Counts, out: Counts) -> Interval:
    """Shares of moments; errors clustered by pair, Student's t with Welch's degrees."""

    def side(of: Counts) -> tuple[float, float, int]:
        share = good[of].sum() / moments[of].sum()
        errors, count = good[of] - share * moments[of], int(of.sum())
        return share, float((errors @ errors) / moments[of].sum() ** 2 * count / (count - 1)), count

    return _welch(side(~out), side(out))


def welch(good: Counts, moments: Counts, out: Counts) -> Interval:
    """Means of pairs; Welch's t."""
    shares = good / moments
    return _welch(*((s.mean(), s.var(ddof=1) / len(s), len(s)) for s in (shares[~out], shares[out])))


def _welch(ours: tuple[float, float, int], theirs: tuple[float, float, int]) -> Interval:
    variance = ours[1] + theirs[1]
    if variance == 0:
        return _around(ours[0] - theirs[0], 0.0)
    degrees = variance**2 / sum(v * v / (n - 1) for _, v, n in (ours, theirs))
    return _around(ours[0] - theirs[0], estimate.student(max(5, round(degrees))) * np.sqrt(variance))


def permuted(good: Counts, moments: Counts, out: Counts) -> Interval:
    """Means of pairs; the quantile of a studentised statistic over 200 new deals of the sides."""
    shares, rng = good / moments, np.random.default_rng(1)
    variance = shares[~out].var(ddof=1) / (~out).sum() + shares[out].var(ddof=1) / out.sum()
    flat = np.where(out, shares - shares[out].mean(), shares - shares[~out].mean())
    dealt = np.array([flat[rng.permutation(len(flat))] for _ in range(200)])
    a, b = dealt[:, ~out], dealt[:, out]
    spread = np.sqrt(a.var(axis=1, ddof=1) / a.shape[1] + b.var(axis=1, ddof=1) / b.shape[1])
    quantile = np.quantile(np.abs(a.mean(1) - b.mean(1)) / np.maximum(spread, 1e-9), 0.95)
    return _around(shares[~out].mean() - shares[out].mean(), quantile * np.sqrt(variance))


def bootstrapped(good: Counts, moments: Counts, out: Counts) -> Interval:
    """Means of pairs; 400 draws of the Bayesian bootstrap."""
    shares, rng = good / moments, np.random.default_rng(1)

    def means(side: Counts) -> Counts:
        weights = rng.exponential(size=(400, len(side)))
        return weights @ side / weights.sum(1)

    low, high = np.quantile(means(shares[~out]) - means(shares[out]), [0.025, 0.975])
    return float(low), float(high)


def _around(middle: float, half: float) -> Interval:
    return middle - half, middle + half


WAYS: tuple[Callable[[Counts, Counts, Counts], Interval], ...] = (
    chosen, naive, robust, welch, permuted, bootstrapped,
)  # fmt: skip


# --- the table ------------------------------------------------------------------------------------------------------


def runs(trial: Trial, count: int, seed: int = SEED) -> Iterator[tuple[Counts, Counts, Counts, float]]:
    """The runs of one trial, the same each time."""
    rng = np.random.default_rng([seed, *str(trial).encode()])
    for _ in range(count):
        yield draw(trial, rng)


def answer(good: Counts, moments: Counts, out: Counts) -> object:
    """What the report would say: an estimate, or that there is too little."""
    pairs = [Pair(int(g), int(m)) for g, m in zip(good, moments, strict=True)]
    return estimate.compare(
        [p for p, held in zip(pairs, out, strict=True) if not held],
        [p for p, held in zip(pairs, out, strict=True) if held],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    count = parser.parse_args().runs
    heads = "".join(f"{way.__name__:>13}" for way in WAYS)
    print(f"{'truth, held out, base, pairs/accounts, moments':<50}{heads}  too little  width")
    outside = dict.fromkeys((way.__name__ for way in WAYS), 0)
    for trial in TRIALS:
        hits, widths, little = dict.fromkeys(outside, 0), [], 0
        enough = 0
        for good, moments, out, truth in runs(trial, count):
            little += not isinstance(answer(good, moments, out), Estimate)
            if min(out.sum(), (~out).sum()) < FEWEST_PAIRS:
                continue
            enough += 1
            for way in WAYS:
                low, high = way(good, moments, out)
                hits[way.__name__] += low - 1e-9 <= truth <= high + 1e-9
            widths.append(np.diff(chosen(good, moments, out))[0])
        shares = {name: hit / enough for name, hit in hits.items()}
        for name, share in shares.items():
            outside[name] += not 0.93 <= share <= 0.97
        told = "".join(f"{share:>13.1%}" for share in shares.values())
        print(f"{trial!s:<50}{told}{little / count:>12.1%}{np.median(widths):>7.2f}")
    print(f"{'trials outside 93 to 97 %':<50}" + "".join(f"{n:>13}" for n in outside.values()))


if __name__ == "__main__":
    main()
