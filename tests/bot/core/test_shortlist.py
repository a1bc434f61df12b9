"""The shortlist leaves out only plays that give no nudge: whoever asks it plans the same as whoever asks all plays."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from bot.core import fit, raising
from bot.core.account import Contact, OrderPhase, Stage
from bot.core.moments import Moments
from bot.core.nudge import Nudge
from bot.core.playbook import Play
from bot.core.problem import RaisedBy, Step
from bot.core.shortlist import Shortlist
from bot.core.situation import By, RecordKind, Situation
from bot.core.workdays import WorkingHours
from tests.factories import (
    BERLIN,
    CHICAGO,
    CHINA,
    MANNERS,
    SHANGHAI,
    WEEKDAYS,
    a_play,
    a_problem,
    a_promise,
    a_record,
    a_rep,
    a_situation,
    a_visit,
    some_hours,
)

SAMOA = ZoneInfo("Pacific/Apia")
DAY = timedelta(days=1)
HORIZON = timedelta(hours=36)
NOWS = (
    "2026-02-16 01:00",  # Chinese New Year
    "2026-03-03 09:30",  # the first Tuesday of a month
    "2026-03-04 07:00",
    "2026-03-27 22:00",  # before Berlin sets its clocks forward
    "2026-10-25 00:30",  # while Berlin sets them back
    "2026-12-31 20:00",
    "2028-02-28 15:00",
)
CUES: list[dict[str, Any]] = [
    *({"type": "problem_opened", "raised_by": by.value} for by in RaisedBy),
    {"type": "problem_fixed", "again_after_days": 14},
    {"type": "review_visit"},
    {"type": "review_visit", "problem_within_days": 90},
    {"type": "praise_logged"},
    {"type": "praise_logged", "effect_reviewed": True},
    {"type": "stage_entered"},
    {"type": "one_sided_contacts", "at_least": 3},
    *({"type": "phase_entered", "phase": phase.value} for phase in OrderPhase),
    {"type": "phase_entered", "phase": "delivering", "first_order": True},
    {"type": "delivering_halfway", "usual_days": 30},
    {"type": "promise_due"},
    {"type": "in_use_for", "days": 30},
    {"type": "effect_below"},
    {"type": "next_need"},
    {"type": "new_contact_with_say"},
    {"type": "no_contact_for", "days": 21},
    *({"type": "none_since", "kind": kind, "days": 45} for kind in ("praise", "news", "picture")),
    {"type": "none_since", "kind": "news", "days": 0},
    {"type": "quarterly"},
    {"type": "open_request"},
    {"type": "praise_down", "days": 60},
    {"type": "rival_named"},
]
DUES: list[dict[str, Any]] = [
    *({"type": name} for name in ("at_once", "next_working_morning", "working_morning", "same_working_day")),
    {"type": "working_days", "days": 3, "or_visit_eve": True},
    {"type": "days", "days": 7},
    {"type": "days", "days": 0, "or_visit_eve": True},
    {"type": "visit_eve"},
    {"type": "weekday", "day": "tuesday", "at": "10:00"},
    {"type": "weekday", "day": "tuesday", "at": "10:00", "first_of_month": True},
    {"type": "before_due", "share_left": 0.3333, "working_days": 2},
]
UNTILS: list[dict[str, Any]] = [
    *({"type": name} for name in ("never", "visit", "due_date", "delivery", "next_contact")),
    {"type": "days", "days": 14},
    {"type": "days", "days": 60},
    {"type": "working_days", "days": 5},
]
FITS: list[dict[str, Any]] = [
    {},
    {"stages": ["middle", "plateau"]},
    {"order_phases": ["delivered", "in_use"]},
    {"stages": ["mature"], "but_not": [{"stage": "mature", "order_phase": "renewing"}]},
]
PLAYBOOKS = ("keep-courting", "own-the-problem", "pace-deliberately", "review-the-effect")


def some_plays(drawn: Random) -> tuple[Play, ...]:
    """For each cue some plays with a moment, a fit and a playbook that were drawn, and a few without a nudge."""
    silent = [a_play("silent-a"), a_play("silent-b", status="retired")]
    return tuple(
        silent
        + [
            a_play(
                f"play-{chr(97 + n // 26)}{chr(97 + n % 26)}",
                drawn.choice(PLAYBOOKS),
                cue=cue,
                due=drawn.choice(DUES),
                until=drawn.choice(UNTILS),
                fits=drawn.choice(FITS),
                status=drawn.choice(["stable"] * 9 + ["retired"]),
            )
            for n, cue in enumerate(CUES * 3)
        ]
    )


def some_days_ago(drawn: Random, today: date) -> date | None:
    return None if drawn.random() < 0.1 else today - drawn.randint(-2, drawn.choice([8, 70, 400])) * DAY


def a_random_situation(drawn: Random, now: datetime, stand_in: str | None) -> Situation:
    today = now.date()

    def at(most: float) -> datetime:
        if drawn.random() < 0.2:  # facts from an imported portfolio are of a day
            return datetime.combine(today, time(0), now.tzinfo) - drawn.randint(0, int(most)) * DAY
        return now - timedelta(days=drawn.uniform(0, most))

    def some(most: int) -> range:
        return range(drawn.choice([0, 0, *range(1, most + 1)]))

    kinds = drawn.sample(list(RecordKind), 4)
    records = [
        a_record(drawn.choice(kinds), answer=drawn.choice(["", "below"]), done_at=drawn.choice([None, now]), at=when)
        for when in sorted(at(drawn.choice([10, 200])) for _ in some(6))
    ]
    steps = [list(Step)[: drawn.randint(0, 7)] for _ in some(3)]
    problems = [
        a_problem(at(20), id=f"P{n}", raised_by=drawn.choice(list(RaisedBy)), done={step: at(18) for step in done})
        for n, done in enumerate(steps)
    ]
    visits = [
        a_visit(
            now + drawn.uniform(-5, drawn.choice([6, 40])) * DAY,
            id=f"V{n}",
            all_day=drawn.random() < 0.3,
            review=drawn.random() < 0.5,
        )
        for n in some(2)
    ]
    return a_situation(
        now,
        rep=a_rep(stand_in=stand_in),
        stage=drawn.choice([None, *Stage]),
        stage_since=some_days_ago(drawn, today),
        order_phase=drawn.choice([None, *OrderPhase]),
        order_since=some_days_ago(drawn, today),
        records=tuple(records),
        problems=tuple(sorted(problems, key=lambda p: p.opened_at)),
        visits=tuple(sorted(visits, key=lambda v: v.at)),
        promises=tuple(
            a_promise(today + drawn.randint(-5, 15) * DAY, id=f"R{n}", made=today - drawn.randint(0, 20) * DAY)
            for n in some(2)
        ),
        contacts=tuple(
            Contact(id=f"C{n}", account_id="A1", name="Eva", has_say=drawn.random() < 0.7, since=today - n * 10 * DAY)
            for n in some(4)
        ),
        last_contact=None if drawn.random() < 0.2 else at(60),
        last_contact_by=drawn.choice([None, *By]),
        one_sided_contacts=drawn.randint(0, 6),
    )


def some_working_hours(drawn: Random, now: datetime, zone: ZoneInfo) -> WorkingHours:
    off = frozenset(now.date() + n * DAY for n in drawn.choice([[], [0], [1, 2], range(-3, 4), range(2, 26)]))
    start, end = drawn.choice([(time(9), time(18)), (time(7, 30), time(16)), (time(0), time(23, 59))])
    return some_hours(zone, CHINA if zone is SHANGHAI else WEEKDAYS, start=start, end=end, days_off=off)


def all_planned(plays: tuple[Play, ...], s: Situation, hours: WorkingHours, by: datetime | None) -> list[Nudge]:
    """By asking every play, and remembering nothing of other accounts."""
    found = fit.planned(plays, s, Moments(s.now, hours, MANNERS, by))
    return [nudge for nudge in found if by is None or nudge.due_at <= by]


@pytest.mark.parametrize("text", NOWS)
def test_the_shortlist_gives_the_nudges_that_all_plays_give(text: str) -> None:
    drawn, raised = Random(text), set()
    plays = some_plays(drawn)
    shortlist, asked, kept = Shortlist(plays), 0, 0
    for zone in (BERLIN, CHICAGO, SHANGHAI, SAMOA):
        now = datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(zone)
        hours = some_working_hours(drawn, now, zone)
        moments = Moments(now, hours, MANNERS, now + HORIZON)
        for n in range(60):
            s = a_random_situation(drawn, now, stand_in="U0JONAS" if n % 5 == 0 else None)
            short = shortlist.of(s, moments)
            asked, kept = asked + len(plays), kept + len(short)
            found = [nudge for nudge in fit.planned(short, s, moments) if nudge.due_at <= now + HORIZON]
            assert found == all_planned(plays, s, hours, now + HORIZON)
            raised |= {nudge.cue for nudge in found}
    assert kept < asked / 4, "else it is not worth its while"
    assert len(raised) > 8


def test_each_kind_of_cue_comes_through() -> None:
    """A cue that nobody sorted would never be raised."""
    names = {kind.model_fields["type"].annotation.__args__[0] for kind in get_args(get_args(raising.Cue)[0])}
    assert names == {cue["type"] for cue in CUES}
    drawn, raised = Random(1), set()
    plays = tuple(
        a_play(f"play-{chr(97 + n // 26)}{chr(97 + n % 26)}", cue=cue, due=due, until="never")
        for n, (cue, due) in enumerate((cue, due) for cue in CUES for due in ("at_once", DUES[-1]))
    )
    now = datetime.fromisoformat("2026-03-04 10:00").replace(tzinfo=BERLIN)
    shortlist, moments = Shortlist(plays), Moments(now, some_hours(), MANNERS, now + HORIZON)
    for _ in range(400):
        s = a_random_situation(drawn, now, None)
        raised |= {nudge.cue for nudge in fit.planned(shortlist.of(s, moments), s, moments)}
    assert raised >= names


@pytest.mark.parametrize("text", NOWS)
def test_a_horizon_leaves_out_what_is_due_later_and_nothing_else(text: str) -> None:
    drawn = Random(text)
    plays = some_plays(drawn)
    now = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    hours = some_working_hours(drawn, now, BERLIN)
    for _ in range(120):
        s = a_random_situation(drawn, now, None)
        assert all_planned(plays, s, hours, now + HORIZON) == [
            n for n in all_planned(plays, s, hours, None) if n.due_at <= now + HORIZON
        ]


def test_another_stage_or_another_rep_gets_another_shortlist() -> None:
    plays = (a_play(cue="stage_entered", fits={"stages": ["mature"]}),)
    s = a_situation(stage=Stage.MATURE, stage_since=date(2026, 3, 4))
    moments = Moments(s.now, some_hours(), MANNERS, s.now + HORIZON)
    shortlist = Shortlist(plays)
    assert [play.id for play in shortlist.of(s, moments)] == ["as-before-the-deal"]
    young = replace(s, account=replace(s.account, stage=Stage.EARLY))
    assert shortlist.of(young, moments) == []
