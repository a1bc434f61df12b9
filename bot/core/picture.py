"""The two-year picture: five answers, stepping back from two years ahead to this month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FRESH = timedelta(days=31)  # for so long a step of "this month" is this month's
STEP_SHOWN = 60  # a longer step is not put on cards


class Part(StrEnum):
    """The five questions in their order, from the far end."""

    TWO_YEARS = "two_years"
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it was drawn; `confirmed_at` is when the rep last said that it is still true."""

    id: str
    account_id: str
    answers: Mapping[Part, str]
    at: datetime
    confirmed_at: datetime | None = None

    @property
    def step(self) -> str:
        """This month's step; empty if none was written."""
        return self.answers.get(Part.MONTH, "")
