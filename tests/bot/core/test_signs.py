"""Signs that a nudge was of use: what counts, in which time, and on which side."""

from datetime import UTC, date, timedelta

import pytest

from bot.core import signs
from bot.core.estimate import Pair
from bot.core.holdout import Arm
from bot.core.playbook import Play
from bot.core.signs import Moment, Owed, Past, Sign, Visited
from bot.core.situation import RecordKind
from tests.factories import AS_BEFORE, FIRST_VISIT, HOW_IS_IT_WORKING, STEP_BACK, a_play
from tests.factories import NOW as LOCAL_NOW

AT = LOCAL_NOW.astimezone(UTC)  # 4 March 2026
DAY = timedelta(days=1)
LATER = AT + 60 * DAY
HALFWAY = a_play("halfway", "patient-and-fast", cue="delivering_halfway")


@pytest.mark.parametrize(
    ("play", "sign"),
    [
        (FIRST_VISIT, Sign.DELIVERY_REVIEW),
        (HOW_IS_IT_WORKING, Sign.EFFECT_REVIEW),
        (HALFWAY, Sign.PROMISE),
        (AS_BEFORE, Sign.CONTACT),
        (STEP_BACK, Sign.CONTACT),
    ],
)
def test_each_play_is_measured_by_what_it_is_meant_to_bring_about(play: Play, sign: Sign) -> None:
    assert signs.of_play(play) is sign


@pytest.mark.parametrize(("days", "came"), [(-1, False), (0, False), (1, True), (14, True), (15, False)])
def test_a_contact_counts_within_fourteen_days_after(days: int, came: bool) -> None:
    assert signs.seen(Sign.CONTACT, AT, Past(contacts=[AT + days * DAY]), LATER) is came
    assert signs.seen(Sign.CONTACT, AT, Past(visits=[Visited(AT + days * DAY)]), LATER) is came


def test_before_the_time_is_over_nothing_is_said_even_where_it_came() -> None:
    past = Past(contacts=[AT + DAY])
    assert signs.seen(Sign.CONTACT, AT, past, AT + 13 * DAY) is None
    assert signs.seen(Sign.CONTACT, AT, past, AT + 14 * DAY) is True


def test_a_review_counts_where_a_visit_was_one() -> None:
    visit = AT + 5 * DAY
    marked = Past(visits=[Visited(visit, review=True)])
    checked = Past(visits=[Visited(visit)], reviews=[(RecordKind.DELIVERY_REVIEWED, visit)])
    said = Past(visits=[Visited(visit)], reviews=[(RecordKind.DELIVERY_REVIEWED, visit + DAY)])
    other = Past(visits=[Visited(visit)], reviews=[(RecordKind.EFFECT_REVIEWED, visit)])
    found = [signs.seen(Sign.DELIVERY_REVIEW, AT, past, LATER) for past in (marked, checked, said, other)]
    assert found == [True, True, False, False]
    assert signs.seen(Sign.EFFECT_REVIEW, AT, other, LATER) is True


@pytest.mark.parametrize(
    ("owed", "came"),
    [
        ([], None),
        ([Owed(date(2026, 5, 1), AT)], None),
        ([Owed(date(2026, 3, 4), None)], None),
        ([Owed(date(2026, 3, 20), AT + 16 * DAY)], True),
        ([Owed(date(2026, 3, 20), AT + 17 * DAY)], False),
        ([Owed(date(2026, 3, 20), None)], False),
        ([Owed(date(2026, 3, 20), AT), Owed(date(2026, 3, 21), None)], False),
    ],
)
def test_promises_count_where_any_fell_due_and_only_if_all_were_kept(owed: list[Owed], came: bool | None) -> None:
    assert signs.seen(Sign.PROMISE, AT, Past(promises=owed), LATER) is came


def a_moment(days: float = 0, account: str = "A1", arm: Arm = Arm.NUDGED, rep: str = "U1", play: str = "p") -> Moment:
    return Moment(account, rep, play, arm, AT + days * DAY)


def test_moments_of_one_account_and_play_make_one_pair() -> None:
    found = [a_moment(), a_moment(20), a_moment(0, "A2", Arm.HELD_OUT, "U2"), a_moment(0, play="q")]
    sides = signs.sides([(m, Sign.CONTACT) for m in found], {"A1": Past(contacts=[AT + 21 * DAY])}, LATER)
    assert sorted(sides.nudged, key=lambda p: p.moments) == [Pair(0, 1), Pair(1, 2)]
    assert sides.held_out == (Pair(0, 1),)
    assert sides.reps == 2


def test_moments_whose_times_overlap_count_once() -> None:
    found = [(a_moment(days), Sign.CONTACT) for days in (0, 7, 13, 14)]
    sides = signs.sides(found, {"A1": Past(contacts=[AT + DAY])}, LATER)
    assert sides.nudged == (Pair(1, 2),)


def test_moments_whose_time_is_not_over_do_not_count() -> None:
    sides = signs.sides([(a_moment(50), Sign.CONTACT)], {}, LATER)
    assert sides == signs.Sides()
