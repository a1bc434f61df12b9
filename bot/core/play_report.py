"""The report on plays: which to promote, mend, retire or keep, by rules that stand in one table.

The rules read figures of a team and a span, the review date, and what a hold-out showed. The first that holds decides.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.estimate import Estimate, TooLittle
from bot.core.evidence import Deed, Figures
from bot.core.playbook import Play, Status

SPAN_DAYS = 90
ENOUGH_SEEN = 20
ENOUGH_FINISHED = 10
MANY_WRONG, MUCH_WRONG = 3, 0.10  # at least so many, and such a share of those who saw it
LITTLE_WRONG = 0.05
MOSTLY_IGNORED = 0.60
HARDLY_COMMITTED = 0.05
MOSTLY_NOT_DONE = 0.50
MOSTLY_DONE = 0.60


class Proposal(StrEnum):
    PROMOTE = "promote"
    MEND = "mend"
    RETIRE = "retire"
    KEEP = "keep"


class Ground(StrEnum):
    """Why: the most pressing first."""

    HURTS = "hurts"
    WRONG = "wrong"
    UNUSED = "unused"
    NOT_DONE = "not_done"
    IGNORED = "ignored"
    HELPS = "helps"
    DONE_WELL = "done_well"
    UNSEEN = "unseen"
    REVIEW_OVER = "review_over"
    WORKS = "works"
    FEW_REPS = "few_reps"
    LITTLE_USE = "little_use"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one play on `today`; `effect` is None where no hold-out was on."""

    play: Play
    figures: Figures
    today: date
    effect: Estimate | TooLittle | None = None

    @property
    def seen(self) -> int:
        """How often reps saw it: on cards, or as the answer to a question."""
        return self.figures.of(Deed.SHOWN) + self.figures.of(Deed.ASKED)

    def share(self, deed: Deed) -> float:
        """A deed as a share of the cards that were shown."""
        return self.figures.share(deed, self.figures.of(Deed.SHOWN))

    @property
    def review_over(self) -> bool:
        return self.play.review <= self.today


@dataclass(frozen=True, slots=True)
class Finding:
    """What the report says of one play."""

    standing: Standing
    proposal: Proposal
    ground: Ground

    @property
    def needs_a_decision(self) -> bool:
        return self.proposal is not Proposal.KEEP or self.ground is Ground.REVIEW_OVER


def _estimated(s: Standing) -> Estimate | None:
    return s.effect if isinstance(s.effect, Estimate) else None


def hurts(s: Standing) -> bool:
    """Even the high end of the interval is below nothing."""
    return (e := _estimated(s)) is not None and e.hurts


def wrong(s: Standing) -> bool:
    """At least three times, and in a tenth of all cases, a rep said that it was wrong."""
    count = s.figures.of(Deed.WRONG)
    return count >= MANY_WRONG and count >= MUCH_WRONG * s.seen


def ignored(s: Standing) -> bool:
    """Of at least twenty cards most had no answer."""
    return s.figures.of(Deed.SHOWN) >= ENOUGH_SEEN and s.share(Deed.IGNORED) >= MOSTLY_IGNORED


def unused(s: Standing) -> bool:
    """Most cards had no answer, and hardly any a commitment."""
    return ignored(s) and s.share(Deed.COMMITTED) < HARDLY_COMMITTED


def not_done(s: Standing) -> bool:
    """Of at least ten commitments whose end is known half or more were not done."""
    finished = s.figures.finished
    return finished >= ENOUGH_FINISHED and s.figures.share(Deed.NOT_DONE, finished) >= MOSTLY_NOT_DONE


def helps(s: Standing) -> bool:
    """On trial, and even the low end of the interval is above nothing."""
    return s.play.status is Status.EXPERIMENTAL and (e := _estimated(s)) is not None and e.helps


def done_well(s: Standing) -> bool:
    """On trial, seen often, mostly done, hardly ever called wrong."""
    figures, finished = s.figures, s.figures.finished
    done = figures.of(Deed.DONE) + figures.of(Deed.CHANGED)
    enough = s.seen >= ENOUGH_SEEN and finished >= ENOUGH_FINISHED
    liked = figures.of(Deed.WRONG) < LITTLE_WRONG * s.seen
    return s.play.status is Status.EXPERIMENTAL and enough and liked and done >= MOSTLY_DONE * finished


def unseen(s: Standing) -> bool:
    """Its review date is over, and nobody saw it at all."""
    return s.review_over and s.figures.nobody


def review_over(s: Standing) -> bool:
    return s.review_over


def few_reps(s: Standing) -> bool:
    return not s.figures.told


def little_use(s: Standing) -> bool:
    return s.seen < ENOUGH_SEEN


def works(_: Standing) -> bool:
    return True


RULES: tuple[tuple[Callable[[Standing], bool], Proposal, Ground], ...] = (
    (hurts, Proposal.RETIRE, Ground.HURTS),
    (wrong, Proposal.MEND, Ground.WRONG),
    (unused, Proposal.RETIRE, Ground.UNUSED),
    (not_done, Proposal.MEND, Ground.NOT_DONE),
    (ignored, Proposal.MEND, Ground.IGNORED),
    (helps, Proposal.PROMOTE, Ground.HELPS),
    (done_well, Proposal.PROMOTE, Ground.DONE_WELL),
    (unseen, Proposal.RETIRE, Ground.UNSEEN),
    (review_over, Proposal.KEEP, Ground.REVIEW_OVER),
    (few_reps, Proposal.KEEP, Ground.FEW_REPS),
    (little_use, Proposal.KEEP, Ground.LITTLE_USE),
    (works, Proposal.KEEP, Ground.WORKS),
)
ORDER = tuple(Ground)


def judge(standing: Standing) -> Finding:
    """What the first rule that holds proposes."""
    return next(Finding(standing, proposal, ground) for rule, proposal, ground in RULES if rule(standing))


def findings(
    plays: Iterable[Play],
    figures: Mapping[str, Figures],
    effects: Mapping[str, Estimate | TooLittle],
    today: date,
) -> tuple[Finding, ...]:
    """A finding for each play that is not retired, the most pressing first."""
    empty = Figures("", told=False, nobody=True)
    found = [
        judge(Standing(play, figures.get(play.id, empty), today, effects.get(play.id)))
        for play in plays
        if play.status is not Status.RETIRED
    ]
    return tuple(sorted(found, key=lambda f: (ORDER.index(f.ground), -f.standing.seen, f.standing.play.id)))
