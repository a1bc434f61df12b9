"""What plays do: how often each was shown, taken up, done, ignored or held, as figures of a team.

A figure is told from `FEWEST_REPS` reps up, so that none of them shows what one rep did.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.nudge import Rule

FEWEST_REPS = 5


class Deed(StrEnum):
    """What happened with a play once."""

    SHOWN = "shown"  # on a card or a nudge that Slack has
    ASKED = "asked"  # it opened the answer to a question
    COMMITTED = "committed"
    DONE = "done"
    CHANGED = "changed"  # done differently
    NOT_DONE = "not"
    SKIPPED = "skipped"  # "not this time"
    IGNORED = "ignored"  # no button tapped within the time that an answer takes
    WRONG = "wrong"  # a rep said that the card was wrong
    HELD = "held"  # held or dropped by a rule
    HELD_OUT = "held_out"


SEEN = frozenset({Deed.SHOWN, Deed.ASKED})  # what makes a rep one of those whom a figure is about


@dataclass(frozen=True, slots=True)
class Use:
    """How often one rep had to do with one play in one way; `rule` says which rule held it."""

    play: str
    rep_id: str
    deed: Deed
    count: int
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one play over a team and a span; `held` by rule. Empty where fewer than five reps saw it.

    `nobody` is True where not one did: that shows no one's doing.
    """

    play: str
    told: bool
    counts: Mapping[Deed, int] = field(default_factory=dict)
    held: Mapping[Rule, int] = field(default_factory=dict)
    nobody: bool = False

    def of(self, deed: Deed) -> int:
        return self.counts.get(deed, 0)

    @property
    def finished(self) -> int:
        """Commitments of which the rep said what became of them."""
        return self.of(Deed.DONE) + self.of(Deed.CHANGED) + self.of(Deed.NOT_DONE)

    def share(self, deed: Deed, of: int) -> float:
        """A deed as a share of `of`, 0 to 1; 0 where there is nothing to divide by."""
        return self.of(deed) / of if of else 0.0


def figures(uses: Iterable[Use], fewest: int = FEWEST_REPS) -> dict[str, Figures]:
    """The figures of each play that anybody had to do with, by its id, in order.

    A play that fewer than `fewest` reps saw is there without any figure: `told` is False.
    """
    by_play: dict[str, list[Use]] = {}
    for use in uses:
        by_play.setdefault(use.play, []).append(use)
    return {play: _of_play(play, by_play[play], fewest) for play in sorted(by_play)}


def _of_play(play: str, uses: Iterable[Use], fewest: int) -> Figures:
    counts: Counter[Deed] = Counter()
    held: Counter[Rule] = Counter()
    saw: set[str] = set()
    for use in uses:
        counts[use.deed] += use.count
        if use.rule is not None:
            held[use.rule] += use.count
        if use.deed in SEEN and use.count:
            saw.add(use.rep_id)
    return Figures(play, True, dict(counts), dict(held)) if len(saw) >= fewest else Figures(play, False, nobody=not saw)
