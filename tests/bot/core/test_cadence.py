"""Cadence decides whether a due nudge goes now, waits, or has lost its moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import cadence
from bot.core.cadence import RepFacts, Sent, Snooze, Verdict
from bot.core.nudge import Kind, Nudge, Rule
from bot.core.priority import Rank
from tests.factories import (
    BERLIN,
    CHICAGO,
    CHINA,
    MANNERS,
    NOW,
    SHANGHAI,
    WEEKDAYS,
    a_local,
    a_nudge,
    a_rep,
    a_sent,
    some_facts,
    some_hours,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def decide(
    planned: Nudge | None = None, facts: RepFacts | None = None, now: datetime = NOW, barred: Rule | None = None
) -> cadence.Decision:
    return cadence.decide(planned or a_nudge(), facts or some_facts(), barred, True, now, MANNERS)


def outcome(decision: cadence.Decision) -> str:
    """A decision as one reads it, its moment in Berlin."""
    until = f" until {decision.until.astimezone(BERLIN):%m-%d %H:%M}" if decision.until is not None else ""
    return f"{decision.verdict}{f' {decision.rule}' if decision.rule else ''}{until}"


@pytest.mark.parametrize(
    ("rep", "nudge", "barred", "holds", "expected"),
    [
        ({}, {}, None, True, "send"),
        ({"active": False}, {}, None, True, "drop paused"),
        ({}, {"expires_at": NOW}, None, True, "drop too_late"),
        ({}, {"expires_at": NOW + MINUTE}, None, True, "send"),
        ({}, {"cue": "stage_entered"}, None, False, "drop too_late"),
        ({}, {"cue": "no_contact_for"}, None, False, "drop recent_contact"),
        ({}, {}, Rule.OPEN_PROBLEM, True, "hold open_problem until 03-05 09:00"),
        ({}, {"expires_at": NOW}, Rule.OPEN_PROBLEM, True, "drop too_late"),
        ({"paused_until": NOW + DAY}, {}, None, True, "hold paused until 03-05 10:00"),
        ({"paused_until": NOW}, {}, None, True, "send"),
        ({"stopped_plays": frozenset({"as-before-the-deal"})}, {}, None, True, "drop snoozed"),
        ({"stopped_plays": frozenset({"step-back"})}, {}, None, True, "send"),
    ],
)
def test_first_the_nudge_itself_is_looked_at(
    rep: dict[str, Any], nudge: dict[str, Any], barred: Rule | None, holds: bool, expected: str
) -> None:
    facts = some_facts(rep=a_rep(**rep))
    assert outcome(cadence.decide(a_nudge(**nudge), facts, barred, holds, NOW, MANNERS)) == expected


@pytest.mark.parametrize(
    ("snooze", "held"),
    [
        ({}, True),
        ({"account_id": "A1"}, True),
        ({"account_id": "A2"}, False),
        ({"play": "as-before-the-deal"}, True),
        ({"play": "step-back"}, False),
        ({"account_id": "A1", "play": "step-back"}, False),
        ({"until": NOW}, False),
    ],
)
def test_a_snooze_holds_what_it_covers_until_it_ends(snooze: dict[str, Any], held: bool) -> None:
    wish = Snooze(**{"until": NOW + 2 * DAY, **snooze})
    expected = "hold snoozed until 03-06 10:00" if held else "send"
    assert outcome(decide(facts=some_facts(snoozes=[wish]))) == expected


def test_of_several_snoozes_the_longest_counts() -> None:
    wishes = [Snooze(until=NOW + DAY), Snooze(until=NOW + 3 * DAY, account_id="A1")]
    assert outcome(decide(facts=some_facts(snoozes=wishes))) == "hold snoozed until 03-07 10:00"


def test_do_not_disturb_holds_while_it_is_on() -> None:
    assert outcome(decide(facts=some_facts(quiet_until=NOW + MINUTE))) == "hold do_not_disturb until 03-04 10:01"
    assert outcome(decide(facts=some_facts(quiet_until=NOW))) == "send"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-04 08:59", "hold quiet_hours until 03-04 09:00"),
        ("2026-03-04 09:00", "send"),
        ("2026-03-04 18:00", "send"),
        ("2026-03-04 18:01", "hold quiet_hours until 03-05 09:00"),
        ("2026-03-06 18:01", "hold quiet_hours until 03-09 09:00"),  # Friday evening
        ("2026-03-07 10:00", "hold day_off until 03-09 09:00"),
        ("2026-03-28 10:00", "hold day_off until 03-30 09:00"),  # over the change to summer time
        ("2026-10-24 10:00", "hold day_off until 10-26 09:00"),
        ("2028-02-29 10:00", "send"),
    ],
)
@pytest.mark.parametrize("kind", Kind)
def test_nothing_goes_out_in_quiet_hours_or_on_days_off(now: str, expected: str, kind: Kind) -> None:
    assert outcome(decide(a_nudge(kind=kind), now=a_local(now))) == expected


def test_a_reps_own_day_off_and_a_make_up_saturday() -> None:
    mine = some_facts(hours=some_hours(days_off=frozenset({NOW.date()})))
    assert outcome(decide(facts=mine)) == "hold day_off until 03-05 09:00"
    china = some_facts(hours=some_hours(SHANGHAI, CHINA))
    assert outcome(decide(facts=china, now=a_local("2026-02-28 10:00", SHANGHAI))) == "send"
    holiday = decide(facts=china, now=a_local("2026-02-16 10:00", SHANGHAI))
    assert (holiday.rule, holiday.until) == (Rule.DAY_OFF, a_local("2026-02-24 09:00", SHANGHAI))


MONDAY = a_local("2026-03-02 09:00")
SUNDAY = a_local("2026-03-01 23:59")


def ignored(*days_ago: int) -> list[Sent]:
    return [a_sent(NOW - timedelta(days=n), answered=False) for n in days_ago]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], "send"),
        ([a_sent(a_local("2026-03-04 09:00"))], "hold cap_day until 03-05 09:00"),
        ([a_sent(a_local("2026-03-04 00:00"))], "hold cap_day until 03-05 09:00"),
        ([a_sent(a_local("2026-03-03 23:59"))], "send"),
        ([a_sent(a_local("2026-03-04 09:00"), kind=Kind.VISIT_CARD)], "send"),
        ([a_sent(a_local("2026-03-04 09:00"), kind=Kind.PROMISE)], "hold outranked until 03-05 09:00"),
        ([a_sent(a_local("2026-03-04 09:00"), kind=Kind.PROBLEM)], "hold outranked until 03-05 09:00"),
        ([a_sent(a_local("2026-03-03 23:59"), kind=Kind.PROBLEM)], "send"),
        ([a_sent(MONDAY)] * 3, "hold cap_week until 03-09 09:00"),
        ([a_sent(MONDAY)] * 2, "send"),
        ([a_sent(SUNDAY), a_sent(MONDAY), a_sent(MONDAY)], "send"),
        ([a_sent(NOW - timedelta(days=7), account_id="A1")], "send"),
        ([a_sent(NOW - timedelta(days=7) + MINUTE, account_id="A1")], "hold cap_account until 03-04 10:01"),
        ([a_sent(NOW - timedelta(days=2), account_id="A1")], "hold cap_account until 03-09 10:00"),
        ([a_sent(NOW - timedelta(days=2), account_id="A1", kind=Kind.VISIT_CARD)], "send"),
        (
            [a_sent(NOW - timedelta(days=n), answered=False) for n in (12, 11, 10)],
            "hold ignored_three until 03-05 09:00",
        ),
        ([a_sent(NOW - timedelta(days=n), answered=n == 10) for n in (12, 11, 10)], "send"),
        ([a_sent(NOW - timedelta(days=n), answered=n == 12) for n in (12, 11, 10)], "send"),
        (ignored(11, 10), "send"),
        (
            [*ignored(12, 11, 10), a_sent(NOW - timedelta(days=9), kind=Kind.VISIT_CARD)],
            "hold ignored_three until 03-05 09:00",
        ),
    ],
)
def test_routine_nudges_keep_to_the_caps(sent: list[Sent], expected: str) -> None:
    assert outcome(decide(facts=some_facts(*sent))) == expected


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.NUDGE])
def test_what_is_not_routine_knows_no_cap(kind: Kind) -> None:
    sent = [a_sent(NOW, account_id="A1", answered=False)] * 5
    assert outcome(decide(a_nudge(kind=kind), some_facts(*sent))) == "send"


def test_the_week_is_the_reps_own_week() -> None:
    """At Monday 00:30 in Shanghai it is still Sunday in Berlin."""
    early = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    shanghai = some_facts(*[a_sent(early)] * 3, hours=some_hours(SHANGHAI))
    assert decide(facts=shanghai, now=now).rule is Rule.CAP_WEEK
    berlin = some_facts(*[a_sent(early)] * 3, hours=some_hours(BERLIN, start=datetime.min.time()))
    assert decide(facts=berlin, now=now).verdict is Verdict.SEND


def test_a_week_around_new_year_is_one_week() -> None:
    sent = [a_sent(a_local("2025-12-29 09:00"))] * 3  # Monday of the week in which 2026 begins
    assert decide(facts=some_facts(*sent), now=a_local("2026-01-02 10:00")).rule is Rule.CAP_WEEK


@pytest.mark.parametrize(
    ("hours", "answered", "verdict"),
    [(20, False, Verdict.HOLD), (19.9, False, Verdict.SEND), (19.9, True, Verdict.SEND), (20, True, Verdict.SEND)],
)
def test_a_nudge_is_ignored_only_after_a_day_at_work(hours: float, answered: bool, verdict: Verdict) -> None:
    """Two were ignored; the third went out so many hours ago, at work on the day before."""
    now = a_local("2026-03-05 13:00")
    sent = [*ignored(12, 11), a_sent(now - timedelta(hours=hours), answered=answered)]
    decision = decide(facts=some_facts(*sent), now=now)
    assert decision.verdict is verdict
    assert decision.rule in (None, Rule.IGNORED_THREE)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.NUDGE])
@pytest.mark.parametrize(
    ("account", "at", "expected"),
    [
        ("A1", "2026-03-04 09:00", "hold outranked until 03-05 09:00"),
        ("A1", "2026-03-02 10:01", "hold outranked until 03-05 09:00"),
        ("A1", "2026-03-02 10:00", "send"),
        ("A9", "2026-03-03 17:59", "send"),
    ],
)
def test_an_account_that_had_another_message_in_two_days_gets_no_routine_one(
    kind: Kind, account: str, at: str, expected: str
) -> None:
    assert outcome(decide(facts=some_facts(a_sent(a_local(at), kind=kind, account_id=account)))) == expected


@pytest.mark.parametrize(
    ("nudge", "days", "expected"),
    [
        ({}, 6, "hold said_before until 03-05 10:00"),
        ({}, 7, "send"),
        ({"play": "news-worth-their-time"}, 6, "send"),
        ({"cue": "no_contact_for"}, 6, "send"),
        ({"priority": Rank.EFFECT_REVIEW}, 6, "send"),
        ({"expires_at": a_local("2026-03-05 10:00")}, 6, "send"),
        ({"expires_at": a_local("2026-03-05 10:01")}, 6, "hold said_before until 03-05 10:00"),
    ],
)
def test_the_same_advice_about_another_account_waits_a_week_if_it_can(
    nudge: dict[str, object], days: int, expected: str
) -> None:
    planned = a_nudge(**{"play": "unseen-work", "cue": "none_since", "priority": Rank.PACING, **nudge})
    sent = a_sent(NOW - timedelta(days=days), account_id="A9", play="unseen-work")
    assert outcome(decide(planned, some_facts(sent))) == expected


def test_the_last_of_three_ignored_counts_only_if_the_run_is_unbroken() -> None:
    sent = [*ignored(30, 29, 28, 27), a_sent(NOW - timedelta(days=9))]
    assert decide(facts=some_facts(*sent)).verdict is Verdict.SEND


# --- wordings -------------------------------------------------------------------------------------------------------


def test_a_wording_is_not_read_twice_in_two_months() -> None:
    read: list[Sent] = []
    for n in (3, 2, 1):
        index = cadence.wording("unseen-work", "Nordhaus", some_facts(*read), NOW, MANNERS)
        assert index is not None
        read.append(a_sent(NOW - n * DAY, wording=index))
    assert {s.wording for s in read} == {0, 1, 2}
    assert cadence.wording("unseen-work", "Nordhaus", some_facts(*read), NOW, MANNERS) is None
    assert cadence.wording("other-play", "Nordhaus", some_facts(*read), NOW, MANNERS) is not None


@pytest.mark.parametrize(("days", "free"), [(59, False), (60, True)])
def test_after_sixty_days_a_wording_is_fresh_again(days: int, free: bool) -> None:
    read = [a_sent(NOW - timedelta(days=days), wording=0), *(a_sent(NOW, wording=n) for n in (1, 2))]
    assert cadence.wording("unseen-work", "Nordhaus", some_facts(*read), NOW, MANNERS) == (0 if free else None)


def test_the_first_wording_differs_between_accounts() -> None:
    first = {cadence.wording("unseen-work", name, some_facts(), NOW, MANNERS) for name in ("A", "B", "C")}
    assert first == {0, 1, 2}


def test_a_held_sentence_is_free_when_its_oldest_reading_is_two_months_ago() -> None:
    read = [a_sent(NOW - timedelta(days=n), wording=w) for n, w in ((50, 0), (40, 1), (30, 2), (20, 0))]
    free = cadence.wording_free_at("unseen-work", some_facts(*read), NOW, MANNERS)
    assert free == a_local("2026-03-24 10:00")  # sixty days after the reading of 23 January
    assert cadence.wording("unseen-work", "x", some_facts(*read), free, MANNERS) == 1


# --- promises of the whole ------------------------------------------------------------------------------------------

INSTANTS = st.one_of(  # a Chinese New Year, both clock changes of Berlin and Chicago, a leap day
    *(
        st.datetimes(datetime(*first), datetime(*last), timezones=st.just(UTC))  # noqa: DTZ001
        for first, last in (
            ((2026, 2, 1), (2026, 3, 5)),
            ((2026, 3, 6), (2026, 4, 8)),
            ((2026, 10, 15), (2026, 11, 12)),
            ((2028, 2, 20), (2028, 3, 10)),
        )
    )
)
ZONES = st.sampled_from([BERLIN, SHANGHAI, CHICAGO])


@st.composite
def histories(draw: st.DrawFn) -> tuple[RepFacts, datetime, Nudge]:
    now = draw(INSTANTS)
    hours = some_hours(draw(ZONES), draw(st.sampled_from([WEEKDAYS, CHINA])))
    sent = [
        a_sent(
            now - timedelta(hours=draw(st.integers(0, 400))),
            kind=draw(st.sampled_from([Kind.NUDGE, Kind.NUDGE, Kind.VISIT_CARD])),
            account_id=draw(st.sampled_from(["A1", "A2", "A3"])),
            answered=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    snoozes = [Snooze(until=now + timedelta(hours=draw(st.integers(-5, 30)))) for _ in range(draw(st.integers(0, 1)))]
    facts = some_facts(*sorted(sent, key=lambda s: s.at), hours=hours, snoozes=snoozes)
    return facts, now, a_nudge(kind=draw(st.sampled_from(Kind)))


@settings(max_examples=500, deadline=None)
@given(histories())
def test_the_manners_hold_over_random_histories(history: tuple[RepFacts, datetime, Nudge]) -> None:
    facts, now, planned = history
    decision = decide(planned, facts, now)
    zone = facts.hours.zone
    if decision.verdict is Verdict.HOLD:
        assert decision.until is not None
        assert decision.until > now, "what is held is looked at again, and later"
        return
    assert facts.hours.contains(now)
    assert not any(s.until > now for s in facts.snoozes)
    if planned.kind is Kind.NUDGE:
        routine = [s for s in facts.sent if s.kind is Kind.NUDGE]
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday())
        assert sum(s.at.astimezone(zone).date() == today for s in routine) < MANNERS.per_day
        assert sum(monday <= s.at.astimezone(zone).date() <= today for s in routine) < MANNERS.per_week
        assert not any(s.account_id == planned.account_id and now - s.at < timedelta(days=7) for s in routine)
        settled = [s for s in routine if s.answered or now - s.at >= timedelta(hours=20)]
        assert len(settled) < 3 or any(s.answered for s in settled[-3:])


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_held_nudge_gets_out_in_the_end_if_nothing_more_is_sent(history: tuple[RepFacts, datetime, Nudge]) -> None:
    facts, now, planned = history
    answered = [
        Sent(at=s.at, kind=s.kind, account_id=s.account_id, play=s.play, wording=0, answered=True) for s in facts.sent
    ]
    facts = some_facts(*answered, hours=facts.hours, snoozes=facts.snoozes)
    for _ in range(8):
        decision = decide(planned, facts, now)
        if decision.verdict is Verdict.SEND:
            return
        assert decision.until is not None
        now = decision.until
    pytest.fail(f"held again and again: {decision}")


@pytest.mark.parametrize("sent", ["2026-03-23 09:00", "2026-03-26 11:00", "2026-10-19 09:00", "2026-10-22 17:30"])
def test_seven_days_over_a_clock_change_end_once(sent: str) -> None:
    facts = some_facts(a_sent(a_local(sent), account_id="A1"))
    held = decide(facts=facts, now=a_local(sent) + DAY)
    assert held.until is not None
    assert decide(facts=facts, now=held.until - MINUTE).rule in (Rule.CAP_ACCOUNT, Rule.QUIET_HOURS)
    assert decide(facts=facts, now=held.until).verdict is Verdict.SEND


def test_the_caps_look_at_dates_of_the_calendar_not_at_hours() -> None:
    late = a_sent(a_local("2026-03-03 17:59"))
    assert decide(facts=some_facts(late), now=a_local("2026-03-04 09:00")).verdict is Verdict.SEND
