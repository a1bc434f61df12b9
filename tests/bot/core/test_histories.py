"""The promises of the coach over thousands of random weeks: caps, quiet hours, guards, one message an occasion."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import fit, promise_over, stand_in
from bot.core.account import Stage
from bot.core.cadence import Snooze, Verdict
from bot.core.nudge import MONDAY_LIST, Kind, Rule
from bot.core.situation import Situation
from tests.bot.core import histories
from tests.bot.core.histories import LONDON, Line, Story, Week
from tests.factories import (
    AS_BEFORE,
    BERLIN,
    LIBRARY,
    MANNERS,
    SHANGHAI,
    a_library,
    a_local,
    a_rep,
    an_account,
    some_hours,
)

ROOT = Path(__file__).parents[3]
CHUNK, CHUNKS = 450, 10  # reps; each has one to five accounts for two weeks
SEEN = {
    Rule.OPEN_PROBLEM, Rule.FRESH_PROBLEM, Rule.TRUST_NOT_FORMED, Rule.IMPORTANT_MATTER, Rule.SLOWS_SERVICE,
    Rule.CAP_DAY, Rule.CAP_WEEK, Rule.CAP_ACCOUNT, Rule.QUIET_HOURS, Rule.DAY_OFF, Rule.DO_NOT_DISTURB,
    Rule.SNOOZED, Rule.PAUSED, Rule.IGNORED_THREE, Rule.RECENT_CONTACT, Rule.SAID_BEFORE, Rule.TOO_LATE, Rule.OUTRANKED,
}  # fmt: skip
PLANNED = (Kind.NUDGE, Kind.PROBLEM, Kind.PROMISE, Kind.VISIT_CARD, Kind.CHECK)
DAY = timedelta(days=1)


def told(lines: Iterable[Line]) -> list[str]:
    """Lines as one reads them, in the zone where they were looked at."""
    return [f"{x.at:%m-%d %H:%M} {x.fate}{f' {x.rule}' if x.rule else ''} {x.nudge.id}" for x in lines]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_ten_thousand_random_histories_keep_every_promise(chunk: int) -> None:
    """The promises are in `Week.check`, asked of every message; here it is seen that there was enough to ask."""
    kinds: Counter[Kind] = Counter()
    rules: set[Rule | None] = set()
    days: set[date] = set()
    accounts = asked = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        week = histories.lived(seed)
        accounts += len(week.stories)
        sent = [line for line in week.lines if line.fate is Verdict.SEND]
        kinds.update(line.nudge.kind for line in sent)
        asked += sum(line.nudge.cue == promise_over.CUE for line in sent)
        rules |= {line.rule for line in week.lines}
        days |= {line.at.astimezone(week.zone).date() for line in sent}
    assert accounts * CHUNKS >= 10_000
    assert min(kinds[kind] for kind in PLANNED) > 50
    assert asked > 20
    assert rules - {None} >= SEEN
    assert date(2026, 2, 14) in days, "a Saturday that China makes up for is worked"
    assert date(2028, 2, 29) in days


def test_with_stand_ins_nothing_routine_reaches_one_and_nobody_hears_anything_on_a_day_off() -> None:
    """The promises are in `Week.check` and `Week.check_stand_in`; here it is seen that there was enough to ask."""
    kinds: Counter[tuple[str, Kind]] = Counter()
    for seed in range(1_500):
        week = histories.lived(seed, stand_in=True)
        kinds.update((line.to, line.nudge.kind) for line in week.lines if line.fate is Verdict.SEND)
    assert {kind for who, kind in kinds if who == "U0BERT"} == {Kind.PROBLEM, Kind.PROMISE}
    assert min(kinds["U0BERT", kind] for kind in (Kind.PROBLEM, Kind.PROMISE)) > 50
    assert min(kinds["U0ANNA", kind] for kind in PLANNED) > 50


def test_the_monday_list_keeps_its_promises_too() -> None:
    """They are in `Week.check_list` and `Week.check_line`; here it is seen that there was enough to ask."""
    lists: list[int] = []
    for seed in range(220):
        week = histories.lived(seed, holdout=30, span=42 * DAY, accounts=8)
        sent = [line for line in week.lines if line.nudge.cue == MONDAY_LIST and line.fate is Verdict.SEND]
        lists.append(len(sent))
    assert sum(lists) > 80
    assert max(lists) >= 3


def test_with_stand_ins_nothing_waits_for_a_day_off_that_is_over() -> None:
    wishes = {Rule.PAUSED, Rule.DAY_OFF, Rule.QUIET_HOURS}
    for seed in range(300):
        week = histories.lived(seed, stand_in=True)
        week.deliver(week.now + 20 * DAY)
        last = {line.nudge.id: line for line in week.lines if line.nudge.kind in stand_in.CANNOT_WAIT}
        assert not [line for line in last.values() if line.fate is Verdict.HOLD and line.rule in wishes]


def test_the_same_seed_gives_the_same_outbox() -> None:
    assert [told(histories.lived(seed).lines) for seed in range(60)] == [
        told(histories.lived(seed).lines) for seed in range(60)
    ]


def test_another_process_gives_the_same_outbox() -> None:
    """Sets and dicts of text are ordered otherwise there."""
    code = (
        "import hashlib; from tests.bot.core import histories, test_histories as t;"
        "print(hashlib.sha256(repr([t.told(histories.lived(s).lines) for s in range(40)]).encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)}
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    here = repr([told(histories.lived(seed).lines) for seed in range(40)])
    assert other.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


def test_what_a_wish_held_is_never_held_by_it_once_it_is_over() -> None:
    """After the weeks nothing happens for a month: every wish has ended by then, and nothing waits for one."""
    wishes = {Rule.SNOOZED, Rule.PAUSED, Rule.DO_NOT_DISTURB, Rule.QUIET_HOURS, Rule.DAY_OFF}
    released = 0
    for seed in range(300):
        week = histories.lived(seed)
        last = {line.nudge.id: line for line in week.lines if line.fate is Verdict.HOLD}
        waited = {nudge_id for nudge_id, line in last.items() if line.rule in wishes}
        week.deliver(week.now + 30 * DAY)
        for nudge_id, (_, planned) in week.pending.items():
            ends = [line for line in week.lines if line.nudge.id == nudge_id]
            assert not ends or ends[-1].rule not in wishes, planned
        released += len(waited - week.pending.keys())
    assert released > 100


# --- a wish holds and releases --------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2026, 3, 2), datetime(2026, 4, 20), timezones=st.just(UTC))  # noqa: DTZ001


def a_silent_week(start: datetime, **rep: object) -> Week:
    """One account that has been silent for long, and a rep who may be told of it at any time."""
    week = Week(random=Random(1), library=a_library(AS_BEFORE), now=start.astimezone(UTC), rep=a_rep(**rep))
    account = an_account(stage=Stage.MIDDLE)
    week.stories = [Story(Situation(now=start, rep=week.rep, account=account, last_contact=start - 40 * DAY))]
    week.plan(week.stories[0])
    return week


@settings(max_examples=300, deadline=None)
@given(INSTANTS, st.integers(1, 60 * 24 * 12), st.sampled_from(["all", "account", "play", "pause", "quiet"]))
def test_a_wish_holds_to_its_end_and_the_nudge_goes_out_at_the_first_working_moment_after(
    start: datetime, minutes: int, wish: str
) -> None:
    end = start + timedelta(minutes=minutes)
    week = a_silent_week(start, paused_until=end if wish == "pause" else None)
    if wish == "quiet":
        week.quiet_until = end
    elif wish != "pause":
        chosen = {"all": {}, "account": {"account_id": "A1"}, "play": {"play": AS_BEFORE.id}}[wish]
        week.snoozes.append(Snooze(until=end, **chosen))
    week.deliver(start + 30 * DAY)
    (sent,) = [line for line in week.lines if line.fate is Verdict.SEND]
    assert sent.at == some_hours(BERLIN).next_start(max(end, sent.nudge.due_at))


def test_a_wish_that_is_called_back_holds_no_longer() -> None:
    week = a_silent_week(a_local("2026-03-04 08:00"))
    week.snoozes.append(Snooze(until=a_local("2026-03-20 09:00")))
    week.deliver(a_local("2026-03-05 12:00"))
    assert [line.rule for line in week.lines] == [Rule.SNOOZED]
    week.snoozes.clear()
    week.replan()
    week.deliver(a_local("2026-03-06 12:00"))
    assert [(x.at, x.fate) for x in week.lines[1:]] == [(a_local("2026-03-05 12:00"), Verdict.SEND)]


# --- a rep flies ----------------------------------------------------------------------------------------------------


def fly(week: Week, at: str) -> None:
    """From Shanghai to London at an hour of Shanghai."""
    week.deliver(a_local(at, SHANGHAI).astimezone(UTC))
    week.rep = replace(week.rep, zone=LONDON)
    week.replan()


def test_what_was_pending_in_shanghai_comes_in_the_morning_of_london_under_its_old_id() -> None:
    week = a_silent_week(a_local("2026-03-04 20:00", SHANGHAI), zone=SHANGHAI)
    (before,) = week.pending
    fly(week, "2026-03-04 23:00")
    assert [(n.id, n.due_at) for _, n in week.pending.values()] == [(before, a_local("2026-03-04 15:00", LONDON))]
    week.deliver(week.now + 3 * DAY)
    assert [(x.at, x.fate) for x in week.lines] == [(a_local("2026-03-04 15:00", LONDON), Verdict.SEND)]


def test_a_morning_that_comes_twice_brings_no_second_nudge() -> None:
    """Sent at nine in Shanghai; eight hours later it is nine in London, on the same day."""
    week = a_silent_week(a_local("2026-03-04 08:00", SHANGHAI), zone=SHANGHAI)
    other = week.stories[0].facts
    week.stories.append(Story(replace(other, account=an_account(id="A2", name="Other"))))
    week.plan(week.stories[1])
    fly(week, "2026-03-04 12:00")
    week.deliver(week.now + 8 * DAY)
    sent = [line for line in week.lines if line.fate is Verdict.SEND]
    assert [line.nudge.account_id for line in sent] in (["A1", "A2"], ["A2", "A1"])
    assert [line.at for line in sent] == [a_local("2026-03-04 09:00", SHANGHAI), a_local("2026-03-05 09:00", LONDON)]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 15))
def test_a_flight_changes_moments_and_no_occasion(seed: int, hour: int) -> None:
    """Where it is the same day in both places, what is known by a key is known by it in both."""
    week = histories.lived(seed)
    at = datetime.combine(week.now.date() + DAY, datetime.min.time(), tzinfo=UTC) + timedelta(hours=hour)
    for story in week.stories:
        keys = [
            {
                occasion.key
                for play in LIBRARY.plays
                for occasion in fit.occasions(play, replace(story.facts, now=at.astimezone(zone)))
            }
            for zone in (SHANGHAI, LONDON)
        ]
        assert keys[0] == keys[1]


def test_planned_again_a_minute_later_nothing_is_new() -> None:
    for seed in range(200):
        week = histories.a_week(seed)
        for story in week.stories:
            first = list(fit.nudges(LIBRARY.plays, week.situation(story), week.hours, MANNERS))
            week.now += timedelta(minutes=1)
            again = list(fit.nudges(LIBRARY.plays, week.situation(story), week.hours, MANNERS))
            assert {n.id for n in again} <= {n.id for n in first}
