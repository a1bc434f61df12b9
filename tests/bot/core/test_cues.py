"""Each cue holds on its facts, since its day, under a key that stays for as long as it is the same occasion."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from bot.core import cues, raising, reasons
from bot.core.account import Contact, OrderPhase, Stage
from bot.core.cues import Occasion
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Record, RecordKind, Situation
from tests.factories import (
    BERLIN,
    CHICAGO,
    NOW,
    a_local,
    a_problem,
    a_promise,
    a_record,
    a_situation,
    a_visit,
)

CUE: TypeAdapter[raising.Cue] = TypeAdapter(raising.Cue)
TODAY = NOW.date()  # Wednesday 4 March 2026
DAY = timedelta(days=1)
R, P = RecordKind, OrderPhase


def holds(cue: dict[str, Any], situation: Situation) -> tuple[Occasion, ...]:
    return cues.occasions(CUE.validate_python(cue), situation)


def said(cue: dict[str, Any], facts: dict[str, Any]) -> list[str]:
    """Each occasion as `since: reason`."""
    found = holds(cue, a_situation(**facts))
    return [f"{o.since.astimezone(BERLIN).date()}: {reasons.sentence(cue['type'], o.facts, o.key)}" for o in found]


def a_contact(days_ago: int | None, **changes: Any) -> Contact:
    since = None if days_ago is None else TODAY - days_ago * DAY
    return Contact(**{"id": "C1", "account_id": "A1", "name": "Eva", "has_say": True, "since": since, **changes})


def done(**steps: datetime) -> dict[Step, datetime]:
    return {Step(name): at for name, at in steps.items()}


OPENED = {"type": "problem_opened", "raised_by": "client"}
FIXED = {"type": "problem_fixed", "again_after_days": 14}
REVIEW = {"type": "review_visit"}
REVIEW_90 = {"type": "review_visit", "problem_within_days": 90}
PRAISE = {"type": "praise_logged"}
PRAISE_AND_EFFECT = {"type": "praise_logged", "effect_reviewed": True}
ENTERED = {"type": "stage_entered"}
ONE_SIDED = {"type": "one_sided_contacts", "at_least": 4}
DELIVERED = {"type": "phase_entered", "phase": "delivered"}
FIRST_ORDER = {"type": "phase_entered", "phase": "delivering", "first_order": True}
HALFWAY = {"type": "delivering_halfway", "usual_days": 30}
PROMISE = {"type": "promise_due"}
IN_USE = {"type": "in_use_for", "days": 30}
BELOW = {"type": "effect_below"}
NEXT_NEED = {"type": "next_need"}
NEW_CONTACT = {"type": "new_contact_with_say", "within_days": 30}
NO_CONTACT = {"type": "no_contact_for", "days": 21}
NO_PRAISE = {"type": "none_since", "kind": "praise", "days": 45}
NO_NEWS = {"type": "none_since", "kind": "news", "days": 45}
NO_PICTURE = {"type": "none_since", "kind": "picture", "days": 90}
QUARTER = {"type": "quarterly"}
REQUEST = {"type": "open_request"}
DOWN = {"type": "praise_down", "days": 60}
RIVAL = {"type": "rival_named"}
RUN = {"last_contact": NOW - DAY, "last_contact_by": By.US, "one_sided_contacts": 4, "one_sided_since": NOW - 9 * DAY}


def phase(name: OrderPhase, since: date, **changes: Any) -> dict[str, Any]:
    return {"order_phase": name, "order_since": since, **changes}


# cue, facts, what is said of each occasion
TABLE: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (OPENED, {}, []),
    (OPENED, {"problems": (a_problem(),)}, ["2026-03-03: problem open since 2026-03-03"]),
    (OPENED, {"problems": (a_problem(raised_by=RaisedBy.US),)}, []),
    (OPENED, {"problems": (a_problem(done=done(boss_told=NOW)),)}, ["2026-03-03: problem open since 2026-03-03"]),
    (OPENED, {"problems": (a_problem(done=done(owned=NOW)),)}, []),  # whoever owns it was told on the spot
    (OPENED, {"problems": (a_problem(done=done(fixed=NOW)),)}, []),
    (OPENED, {"problems": (a_problem(done=done(confirmed=NOW)),)}, []),
    (FIXED, {"problems": (a_problem(),)}, []),
    (FIXED, {"problems": (a_problem(done=done(fixed=NOW - DAY)),)},
     ["2026-03-03: problem fixed on 2026-03-03, the client has not confirmed it yet"]),
    (FIXED, {"problems": (a_problem(done=done(fixed=NOW - DAY, confirmed=NOW - DAY)),)},
     ["2026-03-17: problem confirmed on 2026-03-03, time to ask again"]),
    (FIXED, {"problems": (a_problem(done=done(confirmed=NOW - 28 * DAY)),)}, []),
    (REVIEW, {}, []),
    (REVIEW, {"visits": (a_visit(),)}, []),
    (REVIEW, {"visits": (a_visit(review=True),)}, ["2026-03-04: review on the visit of 2026-03-05"]),
    (REVIEW, {"visits": (a_visit(), a_visit(NOW + 2 * DAY, id="V2", review=True))}, []),
    (REVIEW, {"visits": (a_visit(NOW - DAY, review=True),)}, []),
    (REVIEW_90, {"visits": (a_visit(review=True),)}, []),
    (REVIEW_90, {"visits": (a_visit(review=True),), "problems": (a_problem(NOW - 90 * DAY),)},
     ["2026-03-04: review on the visit of 2026-03-05"]),
    (REVIEW_90, {"visits": (a_visit(review=True),), "problems": (a_problem(NOW - 91 * DAY),)}, []),
    (PRAISE, {}, []),
    (PRAISE, {"records": (a_record(R.PRAISE, 5), a_record(R.PRAISE, 1))}, ["2026-03-03: praise on 2026-03-03"]),
    (PRAISE_AND_EFFECT, {"records": (a_record(R.PRAISE, 1),)}, []),
    (PRAISE_AND_EFFECT, {"records": (a_record(R.EFFECT_REVIEWED, 9), a_record(R.PRAISE, 1))},
     ["2026-03-03: praise on 2026-03-03"]),
    (ENTERED, {}, []),
    (ENTERED, {"stage": None, "stage_since": TODAY}, []),
    (ENTERED, {"stage_since": TODAY}, ["2026-03-04: in stage middle since 2026-03-04"]),
    (ENTERED, {"stage_since": TODAY + DAY}, []),
    (ONE_SIDED, {}, []),
    (ONE_SIDED, RUN, ["2026-03-03: 4 contacts in a row from us, the last on 2026-03-03"]),
    (ONE_SIDED, {**RUN, "one_sided_contacts": 3}, []),
    (ONE_SIDED, {**RUN, "last_contact_by": By.THEM}, []),
    (ONE_SIDED, {**RUN, "last_contact_by": None},
     ["2026-03-03: 4 contacts in a row from us, the last on 2026-03-03"]),
    (ONE_SIDED, {"one_sided_contacts": 9}, []),
    (DELIVERED, {}, []),
    (DELIVERED, phase(P.DELIVERED, TODAY), ["2026-03-04: order delivered since 2026-03-04"]),
    (DELIVERED, phase(P.DELIVERED, TODAY + DAY), []),
    (DELIVERED, phase(P.IN_USE, TODAY), []),
    (DELIVERED, {"order_phase": P.DELIVERED}, []),
    (DELIVERED, phase(P.DELIVERED, TODAY - DAY, records=(a_record(R.DELIVERY_REVIEWED, 1),)), []),
    (DELIVERED, phase(P.DELIVERED, TODAY - DAY, records=(a_record(R.DELIVERY_REVIEWED, 2),)),
     ["2026-03-03: order delivered since 2026-03-03"]),
    (FIRST_ORDER, phase(P.DELIVERING, TODAY), []),
    (FIRST_ORDER, phase(P.DELIVERING, TODAY, stage=Stage.INTRODUCTION),
     ["2026-03-04: order delivering since 2026-03-04"]),
    (HALFWAY, phase(P.DELIVERING, date(2026, 3, 1)),
     ["2026-03-16: order delivering since 2026-03-01, about halfway"]),
    (HALFWAY, phase(P.DELIVERED, date(2026, 3, 1)), []),
    (PROMISE, {}, []),
    (PROMISE, {"promises": (a_promise(TODAY),)}, ["2026-03-02: promise due on 2026-03-04: spare parts"]),
    (PROMISE, {"promises": (a_promise(TODAY, text=""),)}, ["2026-03-02: promise due on 2026-03-04"]),
    (PROMISE, {"promises": (a_promise(TODAY - DAY),)}, []),
    (PROMISE, {"promises": (a_promise(kept_at=NOW),)}, []),
    (PROMISE, {"promises": (a_promise(by=By.THEM),)}, []),
    (IN_USE, phase(P.IN_USE, date(2026, 2, 2)), ["2026-03-04: in use since 2026-02-02, effect not reviewed yet"]),
    (IN_USE, phase(P.RENEWING, date(2026, 2, 2)), []),
    (IN_USE, phase(P.IN_USE, date(2026, 2, 2), records=(a_record(R.EFFECT_REVIEWED, 30),)), []),
    (IN_USE, phase(P.IN_USE, date(2026, 2, 2), records=(a_record(R.EFFECT_REVIEWED, 31),)),
     ["2026-03-04: in use since 2026-02-02, effect not reviewed yet"]),
    (BELOW, {"records": (a_record(R.EFFECT_REVIEWED, 1),)}, []),
    (BELOW, {"records": (a_record(R.EFFECT_REVIEWED, 1, answer="below"),)},
     ["2026-03-03: effect below what was promised, reviewed on 2026-03-03"]),
    (BELOW, {"records": (a_record(R.EFFECT_REVIEWED, 9, answer="below"), a_record(R.EFFECT_REVIEWED, 1))}, []),
    (NEXT_NEED, phase(P.RENEWING, TODAY), ["2026-03-04: order renewing since 2026-03-04"]),
    (NEXT_NEED, phase(P.IN_USE, TODAY), []),
    (NEXT_NEED, phase(P.IN_USE, date(2026, 2, 1), records=(a_record(R.EFFECT_REVIEWED, 1),)),
     ["2026-03-03: effect reviewed on 2026-03-03"]),
    (NEXT_NEED, phase(P.DELIVERED, TODAY, records=(a_record(R.EFFECT_REVIEWED, 1),)), []),
    (NEW_CONTACT, {}, []),
    (NEW_CONTACT, {"contacts": (a_contact(30),)}, ["2026-02-02: new contact with a say since 2026-02-02"]),
    (NEW_CONTACT, {"contacts": (a_contact(31),)}, []),
    (NEW_CONTACT, {"contacts": (a_contact(None),)}, []),
    (NEW_CONTACT, {"contacts": (a_contact(1, has_say=False),)}, []),
    (NEW_CONTACT, phase(P.RENEWING, TODAY), ["2026-03-04: order renewing since 2026-03-04"]),
    (NO_CONTACT, {}, []),
    (NO_CONTACT, {"last_contact": NOW - 21 * DAY}, ["2026-03-04: no contact since 2026-02-11"]),
    (NO_CONTACT, {"last_contact": NOW}, ["2026-03-25: no contact since 2026-03-04"]),
    (NO_PRAISE, {"stage_since": date(2026, 1, 18)},
     ["2026-03-04: no praise on record since the stage began on 2026-01-18"]),
    (NO_PRAISE, {"stage_since": date(2025, 1, 1), "records": (a_record(R.PRAISE, 10),)},
     ["2026-04-08: no praise on record since 2026-02-22"]),
    (NO_PRAISE, {}, []),
    (NO_NEWS, {"records": (a_record(R.NEWS, 45),)}, ["2026-03-04: no news on record since 2026-01-18"]),
    (NO_NEWS, {"records": (a_record(R.NEWS, 100),)}, ["2026-02-22: no news on record since 2025-11-24"]),
    (NO_PICTURE, {"stage_since": TODAY}, ["2026-03-04: no picture on record since the stage began on 2026-03-04"]),
    (NO_PICTURE, {"records": (a_record(R.PICTURE, 1),)}, ["2026-06-01: no picture on record since 2026-03-03"]),
    (QUARTER, {}, ["2026-01-01: new quarter since 2026-01-01"]),
    (QUARTER, {"now": a_local("2026-04-01 00:00")}, ["2026-04-01: new quarter since 2026-04-01"]),
    (QUARTER, {"now": a_local("2026-12-31 23:59")}, ["2026-10-01: new quarter since 2026-10-01"]),
    (REQUEST, {}, []),
    (REQUEST, {"records": (a_record(R.REQUEST, 1), a_record(R.REQUEST, 2, done_at=NOW))},
     ["2026-03-03: request open since 2026-03-03"]),
    (DOWN, {"stage": Stage.PLATEAU, "stage_since": TODAY}, ["2026-03-04: in stage plateau since 2026-03-04"]),
    (DOWN, {"records": (a_record(R.PRAISE, 70), a_record(R.COMPLAINT, 5))},
     ["2026-02-27: praise down and complaints up, the last on 2026-02-27"]),
    (DOWN, {"records": (a_record(R.COMPLAINT, 5),)}, []),
    (DOWN, {"records": (a_record(R.PRAISE, 70),)}, []),
    (DOWN, {"records": (a_record(R.PRAISE, 130), a_record(R.COMPLAINT, 5))}, []),
    (RIVAL, {"records": (a_record(R.RIVAL, 90),)}, ["2025-12-04: a rival was named on 2025-12-04"]),
    (RIVAL, {"records": (a_record(R.RIVAL, 91),)}, []),
]  # fmt: skip


@pytest.mark.parametrize(("cue", "facts", "expected"), TABLE)
def test_a_cue_holds(cue: dict[str, Any], facts: dict[str, Any], expected: list[str]) -> None:
    assert said(cue, facts) == expected


def test_every_cue_is_in_the_table_and_has_its_sentence() -> None:
    types = {get_args(cue.model_fields["type"].annotation)[0] for cue in get_args(get_args(raising.Cue)[0])}
    assert types == {cue["type"] for cue, _, expected in TABLE if expected}
    assert types - {"quarterly"} == {cue["type"] for cue, _, expected in TABLE if not expected}
    assert types <= set(reasons.SENTENCES)


def test_a_cue_without_a_sentence_says_its_facts() -> None:
    assert reasons.sentence("full_moon", (("moon_since", "2026-03-03"),)) == "full moon: moon since 2026-03-03"
    assert reasons.sentence("visit", ()) == "visit"


def test_several_promises_and_problems_are_several_occasions() -> None:
    promises = (a_promise(id="R1"), a_promise(id="R2"))
    assert len({o.key for o in holds(PROMISE, a_situation(promises=promises))}) == 2
    problems: tuple[Problem, ...] = (a_problem(id="P1"), a_problem(id="P2"))
    assert [o.problem_id for o in holds(OPENED, a_situation(problems=problems))] == ["P1", "P2"]


@pytest.mark.parametrize(
    ("cue", "before", "after", "same"),
    [
        (NO_CONTACT, {"last_contact": NOW - DAY}, {"last_contact": NOW - DAY + timedelta(hours=2)}, True),
        (NO_CONTACT, {"last_contact": NOW - DAY}, {"last_contact": NOW}, False),
        (ONE_SIDED, RUN, {**RUN, "one_sided_contacts": 5, "last_contact": NOW}, True),
        (ONE_SIDED, RUN, {**RUN, "one_sided_since": NOW}, False),
        (ENTERED, {"stage_since": TODAY}, {"stage_since": TODAY - DAY}, False),
        (PROMISE, {"promises": (a_promise(TODAY),)}, {"promises": (a_promise(TODAY, text="more"),)}, True),
        (PROMISE, {"promises": (a_promise(TODAY),)}, {"promises": (a_promise(TODAY + DAY),)}, False),
        (DELIVERED, phase(P.DELIVERED, TODAY), phase(P.DELIVERED, TODAY - DAY), False),
        (NO_PRAISE, {"stage_since": TODAY - 44 * DAY}, {"stage_since": TODAY - 45 * DAY}, False),
        (OPENED, {"problems": (a_problem(),)}, {"problems": (a_problem(done=done(boss_told=NOW)),)}, True),
    ],
)
def test_a_key_stays_for_as_long_as_it_is_the_same_occasion(
    cue: dict[str, Any], before: dict[str, Any], after: dict[str, Any], same: bool
) -> None:
    (first,), (second,) = holds(cue, a_situation(**before)), holds(cue, a_situation(**after))
    assert (first.key == second.key) is same


def test_a_key_does_not_change_with_time_alone() -> None:
    facts: dict[str, Any] = {**RUN, "stage_since": TODAY, "promises": (a_promise(),), "problems": (a_problem(),)}
    for cue in (NO_CONTACT, ONE_SIDED, ENTERED, PROMISE, OPENED, QUARTER, NO_PRAISE):
        keys = {o.key for n in range(10) for o in holds(cue, a_situation(NOW + n * DAY, **facts))}
        assert len(keys) == 1, cue


def test_none_since_comes_back_every_period() -> None:
    facts = {"stage_since": date(2026, 1, 1)}
    keys = [
        o.key
        for n in range(0, 200, 45)
        for o in holds(NO_PRAISE, a_situation(a_local("2026-02-15 10:00") + n * DAY, **facts))
    ]
    assert keys == sorted(set(keys))
    assert len(keys) == 5


def test_days_begin_at_the_reps_midnight() -> None:
    """At 23:30 in Chicago on 3 March it is already the 4th in Berlin."""
    late = datetime(2026, 3, 3, 23, 30, tzinfo=CHICAGO)
    assert holds(ENTERED, a_situation(late, stage_since=date(2026, 3, 4))) == ()
    (occasion,) = holds(ENTERED, a_situation(late.astimezone(BERLIN), stage_since=date(2026, 3, 4)))
    assert occasion.since == datetime(2026, 3, 4, tzinfo=BERLIN)


def test_a_silence_is_counted_in_days_of_the_rep() -> None:
    evening = datetime(2026, 2, 10, 23, 30, tzinfo=CHICAGO)
    (there,) = holds(NO_CONTACT, a_situation(NOW.astimezone(CHICAGO), last_contact=evening.astimezone(BERLIN)))
    assert dict(there.facts) == {"last_contact": "2026-02-10"}
    assert there.since == datetime(2026, 3, 3, tzinfo=CHICAGO)


# Half past eleven at night in Chicago on 3 March is the morning of the 4th in Berlin.
AT_NIGHT = datetime(2026, 3, 3, 23, 30, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("cue", "facts", "name"),
    [
        (OPENED, {"problems": (a_problem(AT_NIGHT),)}, "opened"),
        (FIXED, {"problems": (a_problem(AT_NIGHT, done=done(fixed=AT_NIGHT)),)}, "fixed"),
        (FIXED, {"problems": (a_problem(AT_NIGHT, done=done(confirmed=AT_NIGHT)),)}, "confirmed"),
        (REVIEW, {"visits": (a_visit(AT_NIGHT + timedelta(hours=3), review=True),)}, "visit"),
        (PRAISE, {"records": (a_record(R.PRAISE, at=AT_NIGHT),)}, "praise"),
        (ONE_SIDED, {**RUN, "last_contact": AT_NIGHT}, "last_contact"),
        (NO_CONTACT, {"last_contact": AT_NIGHT}, "last_contact"),
        (BELOW, {"records": (a_record(R.EFFECT_REVIEWED, at=AT_NIGHT, answer="below"),)}, "effect_below"),
        (NO_PRAISE, {"records": (a_record(R.PRAISE, at=AT_NIGHT),)}, "last_praise"),
        (REQUEST, {"records": (a_record(R.REQUEST, at=AT_NIGHT),)}, "request"),
        (RIVAL, {"records": (a_record(R.RIVAL, at=AT_NIGHT),)}, "rival"),
    ],
)
def test_days_are_told_as_they_were_where_the_rep_is(cue: dict[str, Any], facts: dict[str, Any], name: str) -> None:
    def day(zone: ZoneInfo) -> str:
        (occasion,) = holds(cue, a_situation((AT_NIGHT + timedelta(hours=1)).astimezone(zone), **facts))
        return dict(occasion.facts)[name]

    shown = "2026-03-04" if name == "visit" else "2026-03-03"
    assert (day(CHICAGO), day(BERLIN)) == (shown, "2026-03-04")


def test_a_run_of_contacts_keeps_its_key_in_any_form_of_its_instant() -> None:
    runs = ({**RUN, "one_sided_since": AT_NIGHT.astimezone(zone)} for zone in (UTC, BERLIN, CHICAGO))
    assert len({o.key for run in runs for o in holds(ONE_SIDED, a_situation(**run))}) == 1


@pytest.mark.parametrize(
    ("cue", "facts", "kind"),
    [
        (DELIVERED, phase(P.DELIVERED, date(2026, 3, 4)), R.DELIVERY_REVIEWED),
        (IN_USE, phase(P.IN_USE, date(2026, 3, 4)), R.EFFECT_REVIEWED),
    ],
)
def test_a_review_counts_for_the_order_by_the_reps_own_day(
    cue: dict[str, Any], facts: dict[str, Any], kind: RecordKind
) -> None:
    """A review on the night before the order, as it was in Chicago, is a review of the order before."""
    reviewed = {**facts, "records": (a_record(kind, at=AT_NIGHT.astimezone(BERLIN)),)}
    assert holds(cue, a_situation(NOW, **reviewed)) == ()
    assert len(holds(cue, a_situation(NOW.astimezone(CHICAGO), **reviewed))) == 1


def test_a_record_of_praise_in_the_window_before_does_not_count_twice() -> None:
    now = NOW
    records = (Record(kind=R.PRAISE, at=now - 60 * DAY), Record(kind=R.COMPLAINT, at=now))
    assert said(DOWN, {"records": records}) == ["2026-03-04: praise down and complaints up, the last on 2026-03-04"]
    records = (Record(kind=R.PRAISE, at=now - 60 * DAY + timedelta(minutes=1)), Record(kind=R.COMPLAINT, at=now))
    assert said(DOWN, {"records": records}) == []
