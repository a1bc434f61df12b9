"""How often and when a rep may be nudged: the numbers of `playbooks/cadence.yaml`."""

from datetime import time
from typing import Annotated

from pydantic import Field

from bot.core.part import Part
from bot.core.problem import Step


class StepTarget(Part):
    """How long after the opening of a problem a step should be done."""

    step: Step
    hours: Annotated[float, Field(gt=0, le=2000)]


class Manners(Part):
    """The numbers that managers may tune. Times of day are in the rep's zone."""

    per_day: Annotated[int, Field(ge=0, le=10)] = 1
    per_week: Annotated[int, Field(ge=0, le=30)] = 3
    per_account_days: Annotated[int, Field(ge=1, le=90)] = 7
    per_play_days: Annotated[int, Field(ge=0, le=90)] = 7
    after_other_hours: Annotated[int, Field(ge=0, le=336)] = 48
    said_again_days: Annotated[int, Field(ge=1, le=365)] = 60
    ignored_in_a_row: Annotated[int, Field(ge=1, le=20)] = 3
    fresh_problem_days: Annotated[int, Field(ge=14, le=180)] = 14
    eve_at: time = time(17, 0)
    check_after_minutes: Annotated[int, Field(ge=0, le=600)] = 60
    all_day_check_at: time = time(17, 0)
    check_expires_days: Annotated[int, Field(ge=1, le=30)] = 3
    afternoon_at: time = time(15, 0)
    country: str | None = None
    problem_targets: tuple[StepTarget, ...] = ()

    @property
    def step_hours(self) -> dict[Step, float]:
        """The targets of a problem's steps, in hours after its opening."""
        return {t.step: t.hours for t in self.problem_targets}
