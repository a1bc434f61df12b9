"""While a rep is away, problems and promises go to the colleague who stands in; nothing else does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core import stand_in
from bot.core.cadence import RepFacts, Snooze
from bot.core.nudge import Kind
from tests.factories import BERLIN, CHINA, NOW, SHANGHAI, a_local, a_rep, some_hours

TODAY = NOW.date()
DAY = timedelta(days=1)
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


# --- who reads it, and when it is looked at again -------------------------------------------------------------------

FRIDAY = date(2026, 3, 6)


def facts(name: str = "U0ANNA", zone: ZoneInfo = BERLIN, **rep: Any) -> RepFacts:
    person = a_rep(id=name, zone=zone, **rep)
    return RepFacts(rep=person, hours=some_hours(zone, days_off=person.days_off))


def test_the_stand_in_reads_it_by_their_own_hours() -> None:
    bert = facts("U0BERT", SHANGHAI, stopped_plays=frozenset({"theirs"}))
    anna = facts(days_off=frozenset({TODAY}), stopped_plays=frozenset({"mine"}))
    reader = stand_in.reader(Kind.PROBLEM, anna, bert, NOW)
    assert (reader.rep.id, reader.hours.zone) == ("U0BERT", SHANGHAI)
    assert reader.rep.stopped_plays == {"mine"}, "what the rep wants to hear of is the rep's to say"


def test_what_the_rep_said_of_an_account_holds_for_the_stand_in_and_a_wish_for_silence_does_not() -> None:
    later = NOW + timedelta(days=9)
    mine = [Snooze(until=later), Snooze(until=later, account_id="A1")]
    theirs = [Snooze(until=later, account_id="B1")]
    anna, bert = replace(facts(days_off=frozenset({TODAY})), snoozes=mine), replace(facts("U0BERT"), snoozes=theirs)
    assert stand_in.reader(Kind.PROBLEM, anna, bert, NOW).snoozes == mine[1:]
    silent = replace(bert, snoozes=[Snooze(until=later)])
    assert stand_in.reader(Kind.PROBLEM, anna, silent, NOW).snoozes == [mine[1], *silent.snoozes]


@pytest.mark.parametrize("away", [{"days_off": frozenset({TODAY})}, {"paused_until": NOW + DAY}, {"active": False}])
def test_a_stand_in_who_is_away_too_reads_nothing(away: dict[str, Any]) -> None:
    anna = facts(days_off=frozenset({TODAY}))
    assert stand_in.reader(Kind.PROBLEM, anna, facts("U0BERT", **away), NOW) is anna


def test_a_rep_who_is_there_today_is_held_no_longer_than_to_the_next_work_day() -> None:
    """Off from tomorrow on: what waits for the morning is the stand-in's then."""
    anna = facts(days_off=frozenset({date(2026, 3, 5), FRIDAY}))
    reader = stand_in.reader(Kind.PROBLEM, anna, facts("U0BERT"), NOW)
    assert reader.rep is anna.rep
    assert reader.hours.next_start(a_local("2026-03-04 19:00")) == a_local("2026-03-05 09:00")
    assert stand_in.reader(Kind.NUDGE, anna, facts("U0BERT"), NOW) is anna


@pytest.mark.parametrize(
    ("rep", "back"),
    [
        ({"days_off": frozenset({TODAY})}, "2026-03-05 09:00"),
        ({"days_off": frozenset({TODAY, date(2026, 3, 5), FRIDAY})}, "2026-03-09 09:00"),
        ({"paused_until": a_local("2026-03-05 14:00")}, "2026-03-05 14:00"),
        ({"paused_until": a_local("2026-03-05 14:00"), "days_off": frozenset({date(2026, 3, 5)})}, "2026-03-06 09:00"),
    ],
)
def test_back_is_the_next_moment_at_work(rep: dict[str, Any], back: str) -> None:
    assert stand_in.back_at(facts(**rep), NOW) == a_local(back)


def test_an_open_pause_has_no_end() -> None:
    assert stand_in.back_at(facts(paused_until=datetime(9999, 12, 31, tzinfo=UTC)), NOW) is None


def test_it_is_looked_at_again_when_the_first_of_both_is_back() -> None:
    late = a_local("2026-03-30 09:00")
    anna = facts(days_off=frozenset({TODAY, date(2026, 3, 5)}))
    there, off = facts("U0BERT"), facts("U0BERT", days_off=frozenset({TODAY}))
    assert stand_in.look_again(late, anna, off, NOW) == a_local("2026-03-05 09:00")
    assert stand_in.look_again(late, anna, there, NOW) == a_local("2026-03-06 09:00")
    assert stand_in.look_again(late, facts(), there, NOW) == late
    assert stand_in.look_again(late, anna, None, NOW) == late


# --- holidays: see docs/decisions/0015 --------------------------------------------------------------------------------

HOLIDAY = a_local("2026-02-18 10:00", SHANGHAI)  # Chinese New Year


@pytest.mark.parametrize("kind", CANNOT_WAIT)
def test_a_holiday_of_the_company_is_no_absence_even_where_the_stand_in_works(kind: Kind) -> None:
    in_china = RepFacts(rep=a_rep(zone=SHANGHAI), hours=some_hours(SHANGHAI, CHINA))
    in_berlin = RepFacts(rep=a_rep(id="U0BERT"), hours=some_hours())
    for now in (HOLIDAY, HOLIDAY + timedelta(hours=7)):  # at ten in Shanghai, and at ten in Berlin
        assert stand_in.receiver(in_china.rep, kind, now, in_china.hours, stand_in="U0BERT") == "U0ANNA"
        assert stand_in.reader(kind, in_china, in_berlin, now).rep.id == "U0ANNA"


@pytest.mark.parametrize("kind", CANNOT_WAIT)
def test_a_holiday_that_the_rep_takes_off_as_well_goes_to_a_stand_in_who_works(kind: Kind) -> None:
    off = frozenset({HOLIDAY.date()})
    in_china = RepFacts(rep=a_rep(zone=SHANGHAI), hours=some_hours(SHANGHAI, CHINA, days_off=off))
    now = HOLIDAY + timedelta(hours=7)
    in_berlin = RepFacts(rep=a_rep(id="U0BERT"), hours=some_hours())
    assert stand_in.reader(kind, in_china, in_berlin, now).rep.id == "U0BERT"
    both = RepFacts(rep=a_rep(id="U0BERT", zone=SHANGHAI), hours=some_hours(SHANGHAI, CHINA, days_off=off))
    assert stand_in.reader(kind, in_china, both, now).rep.id == "U0ANNA", "who is off as well gets nothing"
