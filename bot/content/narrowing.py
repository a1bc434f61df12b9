"""Narrowings: how a play could speak less, so that one example is left out and all others stay as they are.

How much a narrowing takes away is the share of its own list, or of its own number of days, that the play loses:
`at_least: 4 → 5` a fifth, one of three stages a third. The smallest that does it is taken. An exception for one stage
with one order phase takes less than any of them, but a play full of exceptions says nothing, so it comes after them;
that a play is no point of any visit card is the last resort.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.content import cases as runs
from bot.content import rules
from bot.content.document import Place
from bot.content.entry import Entry
from bot.core import priority
from bot.core.account import OrderPhase, Stage
from bot.core.case import CaseAccount
from bot.core.manners import Manners
from bot.core.nudge import Kind
from bot.core.playbook import Play
from bot.core.raising import PraiseDown

SHORTER = frozenset({"within_days", "problem_within_days"})  # a smaller number holds less; of all others a larger one
FURTHEST = 4  # times the number that stands there
UNKNOWN = 1  # accounts whose stage or phase is not known count as one more value of the list
EXCEPTIONS: Place = ("fits", "but_not")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to narrow a play: where, from what to what. `item` is the place in a list of what is taken out."""

    place: Place
    old: object
    new: object
    share: float
    item: int | None = None


def smallest(entry: Entry, account: CaseAccount, by_stage: bool, manners: Manners) -> Narrowing | None:
    """The narrowing that takes the least, leaves this example out and breaks no rule and no case; None if none does."""
    found = [n for n in (*_numbers(entry.play), *_lists(entry.play, account)) if n is not None]
    found.sort(key=lambda n: n.share)
    no_visits = [Narrowing(("fits", "on_visits"), True, False, 1.0)] if by_stage else []
    for one in (*found, *_exceptions(entry.play, account), *no_visits):
        play = narrowed(entry.play, one)
        if play is not None and not comes(play, account, by_stage, manners) and _holds(entry, play, manners):
            return one
    return None


def comes(play: Play, account: CaseAccount, by_stage: bool, manners: Manners) -> bool:
    """True if the play comes up in an example: by its cue, when asked, or (`by_stage`) as the point of a visit."""
    if runs.misfit(play, account, manners) is None:
        return True
    return by_stage and runs.is_a_point(play, account, manners)


def narrowed(play: Play, narrowing: Narrowing) -> Play | None:
    """The play after a narrowing; None where it would not be one any more."""
    whole: dict[str, Any] = play.model_dump(mode="json", by_alias=True)
    part = whole
    for key in narrowing.place[:-1]:
        part = part[str(key)]
    part[str(narrowing.place[-1])] = narrowing.new
    try:
        return Play.model_validate(whole)
    except ValidationError:
        return None


def _holds(entry: Entry, play: Play, manners: Manners) -> bool:
    """True if every case and every rule holds as before."""
    after = Entry(play, entry.document, entry.cases, entry.cases_document)
    before = {f.message for f in rules.findings(entry, None)}
    broken = [f for f in rules.findings(after, None) if f.message not in before]
    return not broken and not any(True for _ in runs.findings(after, manners))


def _numbers(play: Play) -> Iterator[Narrowing]:
    """Each number of the cue, further in the direction in which the cue holds less; each condition that is off."""
    if play.nudge is None:
        return
    for name, value in play.nudge.cue.model_dump().items():
        place: Place = ("nudge", "cue", name)
        if isinstance(value, bool) and not value:
            yield Narrowing(place, False, True, 0.5)
        elif isinstance(value, int) and not isinstance(play.nudge.cue, PraiseDown):
            further = range(value - 1, -1, -1) if name in SHORTER else range(value + 1, value * FURTHEST + 2)
            yield from (Narrowing(place, value, new, abs(new - value) / max(new, value)) for new in further)


def _lists(play: Play, account: CaseAccount) -> Iterator[Narrowing | None]:
    """Without this stage, without this order phase. Problems and promises are never left out by either."""
    if priority.kind(play) is not Kind.NUDGE:
        return
    if account.stage is not None:
        yield _without("stages", list(play.fits.stages), list(Stage), account.stage)
    if account.order_phase is not None:
        yield _without("order_phases", list(play.fits.order_phases), list(OrderPhase), account.order_phase)


def _exceptions(play: Play, account: CaseAccount) -> Iterator[Narrowing]:
    """This stage with this order phase, where both are known."""
    if priority.kind(play) is Kind.NUDGE and account.stage is not None and account.order_phase is not None:
        before = [one.model_dump(mode="json") for one in play.fits.but_not]
        one = {"stage": account.stage.value, "order_phase": account.order_phase.value}
        yield Narrowing(EXCEPTIONS, None, [*before, one], 0.0)


def _without(name: str, listed: list[Any], every: list[Any], left_out: Stage | OrderPhase) -> Narrowing | None:
    before = listed or every
    if left_out not in before or len(before) < 2:
        return None
    share = 1 / len(listed) if listed else (1 + UNKNOWN) / (len(every) + UNKNOWN)
    after = [value.value for value in before if value is not left_out]
    item = listed.index(left_out) if listed else None
    return Narrowing(("fits", name), left_out.value, after, share, item)
