"""A problem: trouble at an account, with steps on a clock, closed only by the client's word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class RaisedBy(StrEnum):
    """Who found it: `both` means that the fault is shared."""

    CLIENT = "client"
    US = "us"
    BOTH = "both"


class Step(StrEnum):
    """The steps of a problem in their order."""

    OWNED = "owned"
    CLIENT_HEARD = "client_heard"
    BOSS_TOLD = "boss_told"
    PLAN_MADE = "plan_made"
    CLIENT_TOLD = "client_told"
    FIXED = "fixed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    id: str
    account_id: str
    text: str
    opened_at: datetime
    raised_by: RaisedBy = RaisedBy.CLIENT
    lesson: str = ""
    done: Mapping[Step, datetime] = field(default_factory=dict)

    @property
    def fixed_at(self) -> datetime | None:
        return self.done.get(Step.FIXED)

    @property
    def confirmed_at(self) -> datetime | None:
        return self.done.get(Step.CONFIRMED)


def next_step(problem: Problem) -> Step | None:
    """The first step that is still to do; None once the client has confirmed.

    `client_heard` is skipped where we found the problem before the client did.
    """
    if Step.CONFIRMED in problem.done:
        return None
    skipped = {Step.CLIENT_HEARD} if problem.raised_by is RaisedBy.US else set()
    return next(s for s in Step if s not in problem.done and s not in skipped)


def target(problem: Problem, step: Step, hours: Mapping[Step, float]) -> datetime:
    """When a step should be done: so many hours after the opening; a day where nothing is set for it."""
    return problem.opened_at + timedelta(hours=hours.get(step, 24))


def steps_of(problem: Problem) -> tuple[Step, ...]:
    """The steps that this problem goes through."""
    skipped = {Step.CLIENT_HEARD} if problem.raised_by is RaisedBy.US else set()
    return tuple(s for s in Step if s not in skipped)
