"""Which plays fit, the nudges that follow, the one point of a card, and what is said in the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core import fit, judgement, priority
from bot.core.account import ArchivedAs, CardTime, OrderPhase, Stage
from bot.core.cadence import RepFacts, Sent, Verdict
from bot.core.judgement import Judgement
from bot.core.library import Library
from bot.core.nudge import Kind, Nudge, Rule, identity
from bot.core.playbook import Play
from bot.core.priority import Rank
from bot.core.problem import RaisedBy, Step
from bot.core.situation import By, RecordKind, Shown, Situation, Visit, VisitState
from tests.factories import (
    AS_BEFORE,
    BERLIN,
    CLOSE_THE_LOOP,
    COMPLAINT,
    DIRECTOR,
    FIRST_VISIT,
    FOUND_BY_US,
    HOW_IS_IT_WORKING,
    MANNERS,
    NOW,
    PROMISES_KEPT,
    SHARED,
    STEP_BACK,
    THINK_AHEAD,
    UNSEEN_WORK,
    a_library,
    a_local,
    a_nudge,
    a_play,
    a_problem,
    a_promise,
    a_record,
    a_rep,
    a_sent,
    a_situation,
    a_visit,
    some_facts,
    some_hours,
)

DAY = timedelta(days=1)
SILENT = {"last_contact": NOW - 30 * DAY}
DELIVERED = {"order_phase": OrderPhase.DELIVERED, "order_since": date(2026, 2, 20)}


def nudges(*plays: Play, now: datetime = NOW, **facts: Any) -> list[Nudge]:
    return list(fit.nudges(plays, a_situation(now, **facts), some_hours(), MANNERS))


def points(*plays: Play, **facts: Any) -> list[tuple[str, str]]:
    found = fit.points(plays, a_situation(**{"visits": (a_visit(),), **facts}), some_hours(), MANNERS)
    return [(point.play.id, point.cue) for point in found]


def judge(
    planned: Nudge,
    *plays: Play,
    facts: RepFacts | None = None,
    checked: str | None = None,
    **of_account: Any,
) -> Judgement:
    situation = a_situation(**{**SILENT, **of_account})
    return judgement.judge(planned, a_library(*plays), situation, facts or some_facts(), checked)


@pytest.mark.parametrize(
    ("fits", "account", "expected"),
    [
        ({}, {"stage": None}, True),
        ({"stages": ["middle"]}, {"stage": Stage.MIDDLE}, True),
        ({"stages": ["middle"]}, {"stage": Stage.EARLY}, False),
        ({"stages": ["middle"]}, {"stage": None}, False),
        ({"order_phases": ["in_use"]}, {"order_phase": OrderPhase.IN_USE}, True),
        ({"order_phases": ["in_use"]}, {"order_phase": OrderPhase.DELIVERED}, False),
        ({"order_phases": ["in_use"]}, {}, False),
        ({"stages": ["middle"], "order_phases": ["in_use"]}, {"order_phase": OrderPhase.IN_USE}, True),
        ({"stages": ["early"], "order_phases": ["in_use"]}, {"order_phase": OrderPhase.IN_USE}, False),
    ],
)
def test_a_play_fits_its_stages_and_order_phases(fits: dict[str, Any], account: dict[str, Any], expected: bool) -> None:
    assert fit.fits(a_play(fits=fits), a_situation(**account)) is expected


def test_a_retired_play_fits_nowhere_and_an_experimental_one_does() -> None:
    assert not fit.fits(a_play(status="retired"), a_situation())
    assert fit.fits(a_play(status="experimental"), a_situation())


def test_a_play_without_a_nudge_only_answers_when_asked() -> None:
    assert fit.occasions(a_play(), a_situation(**SILENT)) == ()


def test_a_nudge_carries_its_facts_its_kind_and_its_rank() -> None:
    (planned,) = nudges(AS_BEFORE, **SILENT)
    assert planned == Nudge(
        id=identity("T1", "U0ANNA", "A1", "as-before-the-deal:no_contact:2026-02-02"),
        team_id="T1",
        rep_id="U0ANNA",
        account_id="A1",
        kind=Kind.NUDGE,
        play="as-before-the-deal",
        key="no_contact:2026-02-02",
        cue="no_contact_for",
        due_at=NOW.astimezone(UTC),
        expires_at=None,
        priority=Rank.STAGE,
        facts=(("last_contact", "2026-02-02"),),
    )


def test_what_is_due_later_is_planned_for_later_and_what_was_due_earlier_for_now() -> None:
    assert [n.due_at for n in nudges(AS_BEFORE, last_contact=NOW)] == [a_local("2026-03-25 09:00")]
    evening = a_local("2026-03-04 20:00")
    assert [n.due_at for n in nudges(AS_BEFORE, now=evening, **SILENT)] == [a_local("2026-03-05 09:00")]


@pytest.mark.parametrize(("stage_since", "planned"), [("2026-01-03", 1), ("2026-01-02", 0)])
def test_what_is_too_late_is_not_planned(stage_since: str, planned: int) -> None:
    """Sixty days after the stage began; 60 days after 3 January is today."""
    assert len(nudges(DIRECTOR, stage_since=date.fromisoformat(stage_since))) == planned


@pytest.mark.parametrize(("visit", "planned"), [("2026-03-05 09:01", 1), ("2026-03-05 09:00", 0)])
def test_what_could_only_go_out_when_it_is_too_late_is_not_planned(visit: str, planned: int) -> None:
    before_it = a_play("before-it", cue="stage_entered", due="working_morning", until="visit")
    evening, visits = a_local("2026-03-04 20:00"), (a_visit(a_local(visit)),)
    found = nudges(before_it, now=evening, stage_since=date(2026, 3, 1), visits=visits)
    assert len([n for n in found if n.kind is Kind.NUDGE]) == planned


def test_a_weekday_that_is_far_off_is_not_too_late_before_it_comes() -> None:
    monthly = THINK_AHEAD.model_dump(by_alias=True)["nudge"]["due"]
    rare = a_play("rare", cue="stage_entered", due=monthly, until={"type": "days", "days": 5})
    (planned,) = nudges(rare, stage_since=date(2026, 3, 4))
    assert (planned.due_at, planned.expires_at) == (a_local("2026-04-07 10:00"), a_local("2026-04-13 00:00"))


@pytest.mark.parametrize(
    ("play", "kind", "rank"),
    [
        (COMPLAINT, Kind.PROBLEM, Rank.PROBLEM),
        (PROMISES_KEPT, Kind.PROMISE, Rank.DATED),
        (FIRST_VISIT, Kind.NUDGE, Rank.DELIVERY_REVIEW),
        (HOW_IS_IT_WORKING, Kind.NUDGE, Rank.EFFECT_REVIEW),
        (AS_BEFORE, Kind.NUDGE, Rank.STAGE),
        (DIRECTOR, Kind.NUDGE, Rank.STAGE),
        (STEP_BACK, Kind.NUDGE, Rank.PACING),
        (UNSEEN_WORK, Kind.NUDGE, Rank.STAGE),
    ],
)
def test_only_what_is_tied_to_no_date_and_no_problem_is_routine(play: Play, kind: Kind, rank: Rank) -> None:
    assert (priority.kind(play), priority.rank(play)) == (kind, rank)


@pytest.mark.parametrize(
    ("play", "turn"),
    [
        (COMPLAINT, Rank.PROBLEM),
        (PROMISES_KEPT, Rank.DATED),
        (FIRST_VISIT, Rank.DELIVERY_REVIEW),
        (DIRECTOR, Rank.STAGE),
        (STEP_BACK, Rank.STAGE),  # last in line it would never come
        (UNSEEN_WORK, Rank.PACING),  # comes round again
        (THINK_AHEAD, Rank.PACING),
    ],
)
def test_nudges_of_several_accounts_have_their_turn(play: Play, turn: Rank) -> None:
    assert priority.turn(play) is turn


def test_a_weekday_that_became_known_late_waits_for_the_next_one() -> None:
    """Praise has been missing since Friday 27 February at midnight; on Wednesday the fourth that Friday is gone."""
    facts = {"stage_since": date(2026, 1, 13)}
    for now, due in (("2026-02-27 15:00", "02-27"), ("2026-02-27 15:01", "03-06"), ("2026-03-04 10:00", "03-06")):
        (planned,) = nudges(UNSEEN_WORK, now=a_local(now), **facts)
        assert planned.due_at == a_local(f"2026-{due} 15:00"), now
        assert planned.expires_at == a_local("2026-03-14 00:00"), "and is too late no later"


@pytest.mark.parametrize(
    ("visit", "separately"), [(NOW + 14 * DAY, False), (NOW + 14 * DAY + timedelta(minutes=1), True)]
)
@pytest.mark.parametrize("play", [FIRST_VISIT, HOW_IS_IT_WORKING])
def test_a_review_comes_with_the_card_of_a_visit_within_two_weeks(
    visit: datetime, separately: bool, play: Play
) -> None:
    phase = play.fits.order_phases[0]
    facts = {"order_phase": phase, "order_since": date(2026, 2, 1) if phase is OrderPhase.IN_USE else date(2026, 2, 20)}
    found = nudges(play, visits=(a_visit(visit),), **facts)
    assert (Kind.NUDGE in {n.kind for n in found}) is separately
    assert Kind.VISIT_CARD in {n.kind for n in found}


def test_a_review_that_would_be_too_late_by_the_visit_does_not_wait_for_it() -> None:
    facts = {"order_phase": OrderPhase.DELIVERED, "order_since": date(2026, 2, 4)}  # thirty days end on 6 March
    kinds = [n.kind for n in nudges(FIRST_VISIT, visits=(a_visit(a_local("2026-03-09 10:00")),), **facts)]
    assert kinds == [Kind.NUDGE, Kind.VISIT_CARD, Kind.CHECK]


# --- problems -------------------------------------------------------------------------------------------------------

OWNED_AT = NOW - timedelta(minutes=5)


def with_steps(*steps: Step, opened_at: datetime = NOW - timedelta(minutes=10), **changes: Any) -> dict[str, Any]:
    return {"problems": (a_problem(opened_at, done=dict.fromkeys(steps, OWNED_AT), **changes),)}


@pytest.mark.parametrize(
    ("done", "raised_by", "step", "due"),
    [
        ([], RaisedBy.CLIENT, None, ""),
        ([Step.OWNED], RaisedBy.CLIENT, "client_heard", "03-04 10:50"),
        ([Step.OWNED], RaisedBy.US, "boss_told", "03-04 11:50"),  # there is nobody to be heard
        ([Step.OWNED], RaisedBy.BOTH, "client_heard", "03-04 10:50"),
        ([Step.OWNED, Step.CLIENT_HEARD, Step.BOSS_TOLD], RaisedBy.CLIENT, "plan_made", "03-05 09:00"),
        ([*Step][:4], RaisedBy.CLIENT, "client_told", "03-05 09:50"),
        ([*Step][:5], RaisedBy.CLIENT, "fixed", "03-09 09:50"),
        ([*Step][:6], RaisedBy.CLIENT, None, ""),
        ([*Step], RaisedBy.CLIENT, None, ""),
    ],
)
def test_each_step_of_an_owned_problem_gives_one_message_at_its_target(
    done: list[Step], raised_by: RaisedBy, step: str | None, due: str
) -> None:
    found = [n for n in nudges(COMPLAINT, **with_steps(*done, raised_by=raised_by)) if n.cue == fit.PROBLEM_STEP]
    if step is None:
        assert found == []
        return
    (planned,) = found
    assert (planned.kind, planned.priority, planned.problem_id) == (Kind.PROBLEM, Rank.PROBLEM, "P1")
    assert planned.play == ("complaint-received" if raised_by is RaisedBy.CLIENT else "")
    assert f"{planned.due_at.astimezone(BERLIN):%m-%d %H:%M}" == due
    assert dict(planned.facts) == {"opened": "2026-03-04", "step": step}


def test_a_step_whose_target_has_passed_is_due_now_and_one_of_two_problems_each() -> None:
    late = with_steps(Step.OWNED, opened_at=NOW - 9 * DAY)["problems"]
    new = with_steps(Step.OWNED, id="P2")["problems"]
    first, second = nudges(problems=late + new)
    assert [(n.problem_id, n.due_at) for n in (first, second)] == [("P1", NOW), ("P2", a_local("2026-03-04 10:50"))]
    assert first.id != second.id


def test_a_message_about_a_step_holds_until_the_step_is_taken_and_is_never_silenced() -> None:
    (planned,) = nudges(**with_steps(Step.OWNED))
    same, next_one = with_steps(Step.OWNED), with_steps(Step.OWNED, Step.CLIENT_HEARD)
    assert judge(planned, **same).decision.verdict is Verdict.SEND, "though no play is for it and a problem is open"
    assert judge(planned, COMPLAINT, facts=all_read(COMPLAINT), **same).decision.verdict is Verdict.SEND
    for facts in (next_one, with_steps(*Step), {}):
        assert judge(planned, COMPLAINT, **facts).decision.verdict is Verdict.DROP


def test_what_nobody_owns_is_told_by_its_play_and_whoever_owns_it_needs_no_telling() -> None:
    facts = {"problems": (a_problem(NOW - timedelta(minutes=10)),)}
    (planned,) = nudges(COMPLAINT, **facts)
    assert (planned.cue, planned.play) == ("problem_opened", "complaint-received")
    assert judge(planned, COMPLAINT, **facts).decision.verdict is Verdict.SEND
    assert judge(planned, COMPLAINT, **with_steps(Step.OWNED)).decision.verdict is Verdict.DROP


# --- visits ---------------------------------------------------------------------------------------------------------


def test_a_visit_gives_a_card_and_a_check() -> None:
    card, check = nudges(visits=(a_visit(),))
    assert (card.kind, card.due_at, card.expires_at) == (Kind.VISIT_CARD, NOW.replace(hour=17), NOW + DAY)
    assert (check.kind, check.due_at) == (Kind.CHECK, a_local("2026-03-05 11:00"))
    assert check.expires_at == a_local("2026-03-09 09:00"), "at the start of work on the fourth day after"
    assert {card.visit_id, check.visit_id} == {"V1"}
    assert {card.priority, check.priority} == {Rank.DATED}


@pytest.mark.parametrize(
    ("visit", "kinds"),
    [
        ({"state": VisitState.CANCELLED}, []),
        ({"carded": True}, [Kind.CHECK]),
        ({"state": VisitState.DONE, "at": NOW - timedelta(hours=2)}, []),
        ({"at": NOW}, [Kind.CHECK]),
        ({"at": NOW - 2 * DAY}, [Kind.CHECK]),
        ({"at": NOW - 5 * DAY}, []),
    ],
)
def test_what_a_visit_still_needs(visit: dict[str, Any], kinds: list[Kind]) -> None:
    assert [n.kind for n in nudges(visits=(a_visit(**visit),))] == kinds


@pytest.mark.parametrize(("visit", "asked"), [("2026-03-02 11:00", True), ("2026-03-02 10:59", False)])
def test_a_visit_is_not_asked_about_when_its_check_is_three_days_late(visit: str, asked: bool) -> None:
    found = nudges(now=a_local("2026-03-05 12:00"), visits=(a_visit(a_local(visit)),))
    assert [n.kind for n in found] == ([Kind.CHECK] if asked else [])


def test_a_rep_may_want_the_card_in_the_morning() -> None:
    card, _ = nudges(rep=a_rep(card_time=CardTime.MORNING), visits=(a_visit(),))
    assert card.due_at == a_local("2026-03-05 09:00")


def test_a_moved_visit_has_another_card() -> None:
    before = nudges(visits=(a_visit(),))
    after = nudges(visits=(a_visit(NOW + 2 * DAY),))
    assert not {n.id for n in before} & {n.id for n in after}
    moved = a_situation(visits=(a_visit(NOW + 2 * DAY),))
    assert [fit.still_holds(n, (), moved) for n in before + after] == [False, False, True, True]


@pytest.mark.parametrize(
    ("visit", "card", "check"),
    [
        ({}, True, True),
        ({"carded": True}, False, True),
        ({"state": VisitState.DONE}, True, True),
        ({"state": VisitState.CANCELLED}, False, False),
        ({"id": "V2"}, False, False),
    ],
)
def test_a_card_and_a_check_hold_while_their_visit_stands(visit: dict[str, Any], card: bool, check: bool) -> None:
    planned = nudges(visits=(a_visit(),))
    now = a_situation(visits=(a_visit(**visit),))
    assert [fit.still_holds(n, (), now) for n in planned] == [card, check]


def test_a_nudge_holds_while_its_occasion_is_there() -> None:
    (planned,) = nudges(AS_BEFORE, **SILENT)
    assert fit.still_holds(planned, (AS_BEFORE,), a_situation(**SILENT))
    assert not fit.still_holds(planned, (AS_BEFORE,), a_situation(last_contact=NOW))
    assert not fit.still_holds(planned, (AS_BEFORE,), a_situation(stage=Stage.WINNING, **SILENT))
    assert not fit.still_holds(planned, (), a_situation(**SILENT)), "the play was taken out"


def test_a_nudge_says_the_facts_of_the_day_on_which_it_goes_out() -> None:
    run = {"last_contact_by": By.US, "one_sided_since": NOW - 9 * DAY}
    (planned,) = nudges(STEP_BACK, last_contact=NOW - DAY, one_sided_contacts=4, **run)
    later = a_situation(last_contact=NOW, one_sided_contacts=5, **run)
    fresh = fit.refreshed(planned, (STEP_BACK,), later)
    assert dict(fresh.facts) == {"one_sided_contacts": "5", "last_contact": "2026-03-04"}
    assert replace(fresh, facts=planned.facts) == planned
    assert fit.refreshed(planned, (STEP_BACK,), a_situation()) == planned, "what is over keeps its facts"
    (card, _) = nudges(visits=(a_visit(),))
    assert fit.refreshed(card, (), later) == card


# --- the point of a card --------------------------------------------------------------------------------------------

PLAYS = (FIRST_VISIT, PROMISES_KEPT, AS_BEFORE, COMPLAINT, STEP_BACK)
PROMISE = {"promises": (a_promise(),)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stage": None}, []),
        ({}, [("as-before-the-deal", "stage")]),
        (DELIVERED, [("first-visit-after-the-sale", "phase_entered"), ("as-before-the-deal", "stage")]),
        (
            {**DELIVERED, **PROMISE},
            [
                ("promises-kept", "promise_due"),
                ("first-visit-after-the-sale", "phase_entered"),
                ("as-before-the-deal", "stage"),
            ],
        ),
        ({**DELIVERED, **PROMISE, "problems": (a_problem(),)}, [("complaint-received", "problem_opened")]),
        ({**DELIVERED, "problems": (a_problem(done={Step.OWNED: NOW}),)}, [("complaint-received", "problem_step")]),
        ({"problems": (a_problem(done={Step.CONFIRMED: NOW}),)}, [("as-before-the-deal", "stage")]),
        ({"one_sided_contacts": 9, "last_contact": NOW, "last_contact_by": By.US}, [("as-before-the-deal", "stage")]),
        ({**DELIVERED, "records": (a_record(RecordKind.DELIVERY_REVIEWED),)}, [("as-before-the-deal", "stage")]),
        ({"order_phase": OrderPhase.DELIVERED, "order_since": date(2026, 1, 1)}, [("as-before-the-deal", "stage")]),
    ],
)
def test_the_points_of_a_card_best_first(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert points(*PLAYS, **facts) == expected


@pytest.mark.parametrize(("days", "due"), [(28, False), (29, True)])
@pytest.mark.parametrize("visit", [a_visit(), a_visit(a_local("2026-03-05 00:00"), all_day=True)])
def test_a_review_rides_on_a_visit_once_it_is_due_by_then(visit: Visit, days: int, due: bool) -> None:
    since = NOW.date() - days * DAY
    facts = {"stage": None, "order_phase": OrderPhase.IN_USE, "order_since": since, "visits": (visit,)}
    assert points(HOW_IS_IT_WORKING, **facts) == ([("how-is-it-working", "in_use_for")] if due else [])


def test_pacing_is_never_the_point_of_a_visit() -> None:
    rides = a_play("wait", "pace-deliberately", fits={"on_visits": True}, cue="stage_entered", due="visit_eve")
    assert points(rides, stage_since=date(2026, 3, 1)) == []


def test_a_point_says_what_it_went_before() -> None:
    situation = a_situation(**DELIVERED, **PROMISE, visits=(a_visit(),))
    first, second, last = fit.points(PLAYS, situation, some_hours(), MANNERS)
    assert first.outranked == ("first-visit-after-the-sale", "as-before-the-deal")
    assert (second.outranked, last.outranked) == (("as-before-the-deal",), ())


def test_among_equals_the_one_shown_longest_ago_goes_first() -> None:
    one, two, three = (a_play(name, fits={"on_visits": True}) for name in ("one", "two", "three"))
    shown = (Shown(play="one", key="", at=NOW - 9 * DAY), Shown(play="two", key="", at=NOW - 3 * DAY))
    assert [play for play, _ in points(one, two, three, shown=shown)] == ["three", "one", "two"]


# --- what is said in the end ----------------------------------------------------------------------------------------


def planned_for(play: Play, **facts: Any) -> Nudge:
    return nudges(play, **facts)[0]


def test_what_may_go_goes_with_its_play_and_a_wording() -> None:
    judged = judge(planned_for(AS_BEFORE, **SILENT), AS_BEFORE)
    assert (judged.decision.verdict, judged.play, judged.point) == (Verdict.SEND, AS_BEFORE, None)
    assert judged.wording in (0, 1, 2)


def test_an_archived_account_gets_nothing_more() -> None:
    judged = judge(planned_for(AS_BEFORE, **SILENT), AS_BEFORE, archived_as=ArchivedAs.LOST)
    assert (judged.decision.verdict, judged.decision.rule) == (Verdict.DROP, Rule.TOO_LATE)
    card = judge(card_of(), AS_BEFORE, visits=(a_visit(),), archived_as=ArchivedAs.WON)
    assert (card.decision.verdict, card.decision.rule) == (Verdict.DROP, Rule.TOO_LATE)
    held = judge(planned_for(AS_BEFORE, **SILENT), AS_BEFORE, problems=(a_problem(),), archived_as=ArchivedAs.OTHER)
    assert held.decision.verdict is Verdict.DROP, "what a guard holds too"


@pytest.mark.parametrize(("days", "verdict"), [(13, Verdict.DROP), (14, Verdict.SEND)])
def test_a_play_shown_on_this_account_lately_is_not_said_again(days: int, verdict: Verdict) -> None:
    shown = (Shown(play=AS_BEFORE.id, key="card", at=NOW - days * DAY),)
    assert judge(planned_for(AS_BEFORE, **SILENT), AS_BEFORE, shown=shown).decision.verdict is verdict


def all_read(play: Play) -> RepFacts:
    return some_facts(*(a_sent(NOW - (52 + n) * DAY, play=play.id, wording=n) for n in range(3)))


def test_a_routine_nudge_waits_until_a_wording_is_fresh() -> None:
    decision = judge(planned_for(AS_BEFORE, **SILENT), AS_BEFORE, facts=all_read(AS_BEFORE)).decision
    assert (decision.verdict, decision.rule) == (Verdict.HOLD, Rule.SAID_BEFORE)
    assert decision.until == a_local("2026-03-10 10:00"), "sixty days after the oldest reading"


def test_a_promise_does_not_wait_for_fresh_words() -> None:
    judged = judge(planned_for(PROMISES_KEPT, **PROMISE), PROMISES_KEPT, facts=all_read(PROMISES_KEPT), **PROMISE)
    assert (judged.decision.verdict, judged.wording) == (Verdict.SEND, 2), "the one read longest ago"


@pytest.mark.parametrize(
    ("read", "expected"), [([], 0), ([0], 1), ([0, 1], 2), ([1, 2, 0], 1), ([0, 1, 2, 0], 1), ([0, 1, 2, 0, 1], 2)]
)
def test_the_wording_read_longest_ago(read: list[int], expected: int) -> None:
    sent: list[Sent] = [a_sent(NOW + n * DAY, wording=wording) for n, wording in enumerate(read)]
    assert judgement.oldest_wording("unseen-work", some_facts(*sent)) == expected


def card_of(**facts: Any) -> Nudge:
    return nudges(visits=(a_visit(),), **facts)[0]


def test_a_card_says_its_best_point_or_only_the_visit() -> None:
    visits = {"visits": (a_visit(),)}
    judged = judge(card_of(), FIRST_VISIT, AS_BEFORE, **DELIVERED, **visits)
    assert judged.point is not None
    assert (judged.play, judged.point.cue) == (FIRST_VISIT, "phase_entered")
    bare = judge(card_of(), FIRST_VISIT, **visits)
    assert (bare.decision.verdict, bare.play, bare.wording, bare.point) == (Verdict.SEND, None, None, None)


def test_a_card_passes_over_a_point_that_was_read_or_stopped() -> None:
    facts = {**DELIVERED, "visits": (a_visit(),)}
    read = judge(card_of(), FIRST_VISIT, AS_BEFORE, facts=all_read(FIRST_VISIT), **facts)
    assert read.play == AS_BEFORE
    stopped = some_facts(rep=a_rep(stopped_plays=frozenset({FIRST_VISIT.id})))
    assert judge(card_of(), FIRST_VISIT, AS_BEFORE, facts=stopped, **facts).play == AS_BEFORE


def test_a_card_goes_out_though_a_problem_is_open_and_is_then_about_it() -> None:
    judged = judge(card_of(), COMPLAINT, AS_BEFORE, problems=(a_problem(),), visits=(a_visit(),))
    assert (judged.decision.verdict, judged.play) == (Verdict.SEND, COMPLAINT)


@pytest.mark.parametrize("done", [[], [Step.OWNED], [*Step][:4], [*Step][:6]])
@pytest.mark.parametrize("raised_by", RaisedBy)
def test_a_card_with_an_open_problem_is_never_without_a_point(done: list[Step], raised_by: RaisedBy) -> None:
    """Whoever has read every wording hears the oldest again; no other play takes the problem's place."""
    plays = (COMPLAINT, SHARED, FOUND_BY_US, CLOSE_THE_LOOP, AS_BEFORE, FIRST_VISIT)
    read = some_facts(*(s for play in plays for s in all_read(play).sent))
    facts = {**DELIVERED, **with_steps(*done, raised_by=raised_by), "visits": (a_visit(),)}
    judged = judge(card_of(), *plays, facts=read, **facts)
    assert judged.play is not None
    assert judged.point is not None
    assert judged.play.playbook == "own-the-problem"
    assert judged.wording == 2, "the one read longest ago"


@pytest.mark.parametrize(
    ("checked", "rule"),
    [(None, Rule.OPEN_PROBLEM), ("as-before-the-deal", Rule.OPEN_PROBLEM), ("complaint-received", None)],
)
def test_a_check_is_held_by_an_open_problem_unless_the_visit_was_about_it(
    checked: str | None, rule: Rule | None
) -> None:
    visit = a_visit(NOW - timedelta(hours=1))
    (check,) = nudges(visits=(visit,))
    judged = judge(check, COMPLAINT, AS_BEFORE, checked=checked, problems=(a_problem(),), visits=(visit,))
    assert judged.decision.rule is rule


def test_the_same_facts_give_the_same_nudges_in_the_same_order() -> None:
    facts: dict[str, Any] = {**SILENT, **DELIVERED, **PROMISE, "visits": (a_visit(),), "stage_since": date(2026, 1, 1)}
    plays = (AS_BEFORE, FIRST_VISIT, PROMISES_KEPT, UNSEEN_WORK, DIRECTOR)
    assert nudges(*plays, **facts) == nudges(*plays, **facts)
    assert {n.id for n in nudges(*plays, **facts)} == {n.id for n in nudges(*reversed(plays), **facts)}


def test_an_id_tells_nothing_and_differs_by_team_rep_account_and_occasion() -> None:
    names = (
        ("T", "U", "A", "x"),
        ("T", "U", "A", "y"),
        ("T", "U", "B", "x"),
        ("T", "UA", "", "x"),
        ("S", "U", "A", "x"),
    )
    ids = {identity(*each) for each in names}
    assert len(ids) == 5
    assert all(len(found) == 32 and "U" not in found for found in ids)


def test_a_library_finds_a_play_by_its_id() -> None:
    library: Library = a_library(AS_BEFORE)
    assert library.play("as-before-the-deal") is AS_BEFORE
    assert library.play("none") is None


def test_a_visit_without_an_hour_is_ahead_until_its_day_is_over() -> None:
    def ahead(now: str, *, all_day: bool) -> bool:
        visit = a_visit(a_local("2026-03-04 00:00") if all_day else NOW, all_day=all_day)
        situation: Situation = a_situation(a_local(now), visits=(visit,))
        return situation.next_visit() is not None

    assert ahead("2026-03-04 23:59", all_day=True)
    assert not ahead("2026-03-05 00:00", all_day=True)
    assert ahead("2026-03-04 09:59", all_day=False)
    assert not ahead("2026-03-04 10:00", all_day=False)


EVE = a_visit(NOW + timedelta(hours=36))
NEAR = a_visit(NOW + timedelta(hours=72))
LATER = a_visit(NOW + timedelta(hours=73))
FAR = a_visit(NOW + 7 * DAY + timedelta(minutes=1))
ONE_SIDED: dict[str, Any] = {"last_contact": NOW - DAY, "last_contact_by": By.US, "one_sided_contacts": 4}


@pytest.mark.parametrize(
    ("play", "facts", "visit", "rule"),
    [
        (AS_BEFORE, SILENT, EVE, Rule.OUTRANKED),
        (AS_BEFORE, SILENT, NEAR, Rule.OUTRANKED),
        (AS_BEFORE, SILENT, LATER, None),
        (STEP_BACK, ONE_SIDED, EVE, Rule.OUTRANKED),
        (STEP_BACK, ONE_SIDED, NEAR, Rule.OUTRANKED),
        (STEP_BACK, ONE_SIDED, FAR, None),
        (FIRST_VISIT, DELIVERED, NEAR, Rule.OUTRANKED),
        (FIRST_VISIT, DELIVERED, FAR, None),
        (PROMISES_KEPT, {"promises": (a_promise(),)}, EVE, None),
    ],
)
def test_a_visit_that_was_added_holds_routine_nudges(
    play: Play, facts: dict[str, Any], visit: Visit, rule: Rule | None
) -> None:
    judged = judge(planned_for(play, **facts), play, **facts, visits=(visit,))
    assert judged.decision.rule is rule


def test_what_comes_round_again_by_itself_never_goes_out_on_the_eve_of_a_visit() -> None:
    """Its fourteen days end soon after the visit: it is lost this time, and its next round comes."""
    facts = {"stage_since": a_local("2026-01-10 09:00").date()}
    (news,) = nudges(UNSEEN_WORK, now=a_local("2026-02-27 14:00"), **facts)
    late = replace(news, expires_at=EVE.at + timedelta(hours=1))
    assert judge(late, UNSEEN_WORK, visits=(EVE,), **facts).decision.rule is Rule.OUTRANKED


@pytest.mark.parametrize(("days", "rule"), [(0.1, Rule.FRESH_PROBLEM), (13.9, Rule.FRESH_PROBLEM), (14, None)])
def test_what_a_stage_asks_for_waits_for_two_weeks_after_a_bad_day(days: float, rule: Rule | None) -> None:
    over = NOW - timedelta(days=days)
    problem = a_problem(over - 5 * DAY, done={**dict.fromkeys(Step, over)})
    facts = {"stage_since": a_local("2026-02-20 09:00").date(), "problems": (problem,)}
    director = a_play("director", "credit-the-client", cue="stage_entered", due="at_once", until="never")
    (planned,) = (n for n in nudges(director, stage_since=facts["stage_since"]))
    assert judge(planned, director, **facts).decision.rule is rule


def test_after_a_bad_day_nobody_hears_nothing_from_us_and_a_review_still_comes() -> None:
    over = (a_problem(NOW - 5 * DAY, done={**dict.fromkeys(Step, NOW - DAY)}),)
    for play, facts in ((AS_BEFORE, SILENT), (FIRST_VISIT, DELIVERED)):
        judged = judge(planned_for(play, **facts), play, **facts, problems=over)
        assert judged.decision.verdict is Verdict.SEND, play.id


def test_what_would_be_too_late_after_the_visit_goes_out_before_it() -> None:
    facts = {"records": (a_record(RecordKind.REQUEST, 0.1),)}
    fast = a_play("fast", cue="open_request", due="same_working_day", until={"type": "days", "days": 1})
    (request,) = nudges(fast, **facts)
    assert judge(request, fast, visits=(EVE,), **facts).decision.verdict is Verdict.SEND
    in_time = replace(request, expires_at=EVE.at + timedelta(days=3))
    assert judge(in_time, fast, visits=(EVE,), **facts).decision.rule is Rule.OUTRANKED


@pytest.mark.parametrize(("hours", "verdict"), [(1, Verdict.HOLD), (47, Verdict.HOLD), (48, Verdict.SEND)])
def test_a_promise_that_a_card_raised_lately_waits_for_its_warning(hours: int, verdict: Verdict) -> None:
    shown = (Shown(play=PROMISES_KEPT.id, key="card:V1:x", at=NOW - timedelta(hours=hours)),)
    planned = planned_for(PROMISES_KEPT, **PROMISE)
    decision = judge(planned, PROMISES_KEPT, shown=shown, **PROMISE).decision
    assert (decision.verdict, decision.rule) == (verdict, Rule.SAID_BEFORE if verdict is Verdict.HOLD else None)
    assert decision.until is None or decision.until >= NOW + timedelta(hours=48 - hours)
    warned = (replace(shown[0], key="promise:R1"),)
    assert judge(planned, PROMISES_KEPT, shown=warned, **PROMISE).decision.verdict is Verdict.SEND
    two = {"promises": (a_promise(), a_promise(id="R2"))}
    assert judge(planned, PROMISES_KEPT, shown=shown, **two).decision.verdict is Verdict.SEND, "which was it about?"


def test_a_nudge_over_its_moment_is_dropped_though_a_guard_holds_it() -> None:
    late = replace(a_nudge(), expires_at=NOW)
    judged = judge(late, AS_BEFORE, problems=(a_problem(),), last_contact=a_local("2026-02-01 10:00"))
    assert (judged.decision.verdict, judged.decision.rule) == (Verdict.DROP, Rule.TOO_LATE)
