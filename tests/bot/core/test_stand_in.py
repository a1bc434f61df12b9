"""While a rep is away, problems and promises go to the colleague who stands in; nothing else does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core import stand_in
from bot.core.nudge import Kind
from tests.factories import CHINA, NOW, SHANGHAI, a_local, a_rep, some_hours

TODAY = NOW.date()
OFF: dict[str, Any] = {"days_off": frozenset({TODAY})}
CANNOT_WAIT = [Kind.PROBLEM, Kind.PROMISE]
WAITS = [kind for kind in Kind if kind not in CANNOT_WAIT]


def receiver(kind: Kind = Kind.PROBLEM, now: datetime = NOW, hours: dict[str, Any] | None = None, **rep: Any) -> str:
    asked = rep.pop("stand_in", "U0BERT")
    return stand_in.receiver(a_rep(**rep), kind, now, some_hours(**(hours or {})), stand_in=asked)


@pytest.mark.parametrize("kind", CANNOT_WAIT)
def test_on_a_day_off_what_cannot_wait_goes_to_the_stand_in(kind: Kind) -> None:
    assert receiver(kind, hours=OFF) == "U0BERT"
    assert receiver(kind, paused_until=NOW + timedelta(days=3)) == "U0BERT"


@pytest.mark.parametrize("kind", WAITS)
def test_everything_else_waits_for_the_rep(kind: Kind) -> None:
    assert receiver(kind, hours=OFF) == "U0ANNA"
    assert receiver(kind, paused_until=NOW + timedelta(days=3)) == "U0ANNA"


@pytest.mark.parametrize("kind", Kind)
def test_a_rep_who_is_there_gets_everything(kind: Kind) -> None:
    assert receiver(kind) == "U0ANNA"


@pytest.mark.parametrize("kind", Kind)
def test_without_a_stand_in_everything_is_the_reps(kind: Kind) -> None:
    assert receiver(kind, hours=OFF, stand_in=None, paused_until=NOW + timedelta(days=3)) == "U0ANNA"


def test_a_pause_is_over_at_its_end() -> None:
    assert receiver(paused_until=NOW + timedelta(seconds=1)) == "U0BERT"
    assert receiver(paused_until=NOW) == "U0ANNA"


def test_the_day_is_that_of_the_reps_zone() -> None:
    """At 17:30 in London it is already tomorrow in Shanghai."""
    off = {"zone": SHANGHAI, "days_off": frozenset({date(2026, 3, 5)})}
    assert receiver(now=datetime(2026, 3, 4, 17, 30, tzinfo=UTC), hours=off) == "U0BERT"
    assert receiver(now=datetime(2026, 3, 4, 15, 30, tzinfo=UTC), hours=off) == "U0ANNA"


def test_a_weekend_is_no_day_off_of_ones_own_but_one_inside_a_holiday_is() -> None:
    saturday = a_local("2026-03-07 10:00")
    assert receiver(now=saturday) == "U0ANNA"
    assert receiver(now=saturday, hours={"days_off": frozenset({saturday.date()})}) == "U0BERT"


def test_a_make_up_saturday_off_is_a_day_off() -> None:
    make_up = a_local("2026-02-28 10:00", SHANGHAI)
    china = {"zone": SHANGHAI, "calendar": CHINA}
    assert receiver(now=make_up, hours=china) == "U0ANNA"
    assert receiver(now=make_up, hours={**china, "days_off": frozenset({make_up.date()})}) == "U0BERT"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("someone", ["U0BERT", None])
def test_a_day_off_puts_off_only_what_nobody_else_gets(kind: Kind, someone: str | None) -> None:
    hours = some_hours(**OFF)
    due = stand_in.planned_by(kind, hours, stand_in=someone).next_start(NOW)
    today = kind in CANNOT_WAIT and someone is not None
    assert due == (NOW if today else a_local("2026-03-05 09:00"))
