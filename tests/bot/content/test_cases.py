# ruff: noqa: E501 -- a row of a table reads best on one line
from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter

from bot.content import cases, example
from bot.core.account import OrderPhase, Stage
from bot.core.case import CaseAccount, CaseProblem
from bot.core.cues import Occasion, occasions
from bot.core.problem import RaisedBy
from bot.core.raising import Cue, NudgeSpec
from bot.core.situation import By, RecordKind

DIALOGUE_MISTAKES = [
    ("said: yes,", "said: maybe,", "the step `who` has no reply `maybe`", "write one of: yes, no"),
    ('answered: "What is the name?"', 'answered: "Who is it?"', "`Who is it?` is not what the coach answers", "What is the name?"),
    ('answered: "Good. Thank Rosa before anyone else."', 'answered: "Good. Thank Ray"', "is not what the coach answers", "Good. Thank {name}"),
    ('      - { said: "Rosa", answered: "Good. Thank Rosa before anyone else." }\n', "", "stops at the step `name`", "add turns"),
    ("      - { said: no, answered: \"现在打给司机\" }\n", '      - { said: no, answered: "现在" }\n      - { said: no, answered: "现在" }\n', "goes on after the end", "delete this turn"),
    ("language: zh", "language: en", "is not what the coach answers", "Call the driver now"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "repair"), DIALOGUE_MISTAKES)
def test_a_dialogue_that_answers_otherwise_is_told(sample, old: str, new: str, message: str, repair: str) -> None:
    line = sample.edit("cases", old, new)
    (found,) = sample.errors()
    assert message in found.message
    assert repair in found.repair
    assert found.file.endswith("thank-the-receivers.cases.yaml")
    assert abs(found.line - line) <= 4
    assert found.step in ("The name is known", "还没问")
    assert sample.load().library.plays == ()


@pytest.mark.parametrize("answered", ["Good. Thank {name} before", "Good.", "before anyone else.", "Good. Thank Rosa…"])
def test_an_answer_may_be_quoted_in_part_with_or_without_what_was_written(sample, answered: str) -> None:
    sample.edit("cases", "Good. Thank Rosa before anyone else.", answered)
    assert sample.errors() == []


def test_a_case_that_walks_a_dialogue_that_is_not_there_is_told(sample) -> None:
    text = sample.path("play").read_text(encoding="utf-8")
    sample.path("play").write_text(text[: text.index("dialogue:")] + text[text.index("asks:") :], encoding="utf-8")
    assert {f.message for f in sample.errors()} == {"the play has no dialogue"}


def test_a_dialogue_that_no_case_walks_is_told(sample) -> None:
    text = sample.path("cases").read_text(encoding="utf-8")
    sample.path("cases").write_text(text[: text.index("dialogues:")], encoding="utf-8")
    assert [f.message for f in sample.errors()] == ["the play has a dialogue and no case walks it"]


FIT_MISTAKES = [
    ("stage: introduction,", "stage: mature,", "is not in the play's `fits`"),
    ("order_phase: delivered, order_days_ago: 1 }", "order_phase: in_use, order_days_ago: 1 }", "the cue `phase_entered` does not hold"),
    ("order_days_ago: 1 }", "order_days_ago: 1, problem: { opened_days_ago: 3 } }", "the guard `open_problem` bars it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FIT_MISTAKES)
def test_a_case_that_must_fit_and_does_not_is_told_with_the_reason(sample, old: str, new: str, message: str) -> None:
    sample.edit("cases", old, new)
    (found,) = sample.errors()
    assert message in found.message
    assert (found.line, found.step) == (3, "Delivered yesterday, first orders")
    assert sample.load().library.plays == ()


def test_a_case_that_must_not_fit_and_does_is_told(sample) -> None:
    line = sample.edit(
        "cases", "order_phase: delivering, order_days_ago: 3", "order_phase: delivered, order_days_ago: 3"
    )
    (found,) = sample.errors()
    assert "`Still on the road`: the play fits, and it must not" in found.message
    assert line - 1 == found.line


def test_a_rule_that_does_not_bar_is_told(sample) -> None:
    sample.edit("cases", "rule: open_problem", "rule: slows_service")
    (found,) = sample.errors()
    assert "the guard `slows_service` must bar it, and `open_problem` does" in found.message
    sample.edit("cases", "problem: { raised_by: client, opened_days_ago: 0 }", "request_days_ago: 1")
    assert "must bar it, and none does" in sample.errors()[0].message


def test_the_cases_of_a_retired_play_are_not_run(sample) -> None:
    sample.edit("play", "status: experimental", "status: retired")
    assert sample.errors() == []


# --- each fact reaches its cue -----------------------------------------------------------------------------------------

CUE: TypeAdapter[Cue] = TypeAdapter(Cue)
HOLDS = [
    ({"type": "problem_opened", "raised_by": "us"}, CaseAccount(problem=CaseProblem(raised_by=RaisedBy.US, opened_days_ago=2)), 2),
    ({"type": "problem_fixed"}, CaseAccount(problem=CaseProblem(opened_days_ago=9, fixed_days_ago=3)), 3),
    ({"type": "problem_fixed"}, CaseAccount(problem=CaseProblem(opened_days_ago=30, fixed_days_ago=25, confirmed_days_ago=20)), 6),
    ({"type": "review_visit"}, CaseAccount(visit_in_days=1, visit_is_review=True), 0),
    ({"type": "review_visit"}, CaseAccount(visit_in_days=0, visit_is_review=True), 0),
    ({"type": "praise_logged"}, CaseAccount(praise_days_ago=(9, 2)), 2),
    ({"type": "praise_logged", "effect_reviewed": True}, CaseAccount(praise_days_ago=(2,), effect_reviewed_days_ago=5), 2),
    ({"type": "stage_entered"}, CaseAccount(stage=Stage.EARLY, stage_days_ago=4), 4),
    ({"type": "one_sided_contacts", "at_least": 4}, CaseAccount(one_sided_contacts=4), 1),
    ({"type": "one_sided_contacts", "at_least": 4}, CaseAccount(one_sided_contacts=5, last_contact_days_ago=3, last_contact_by="us"), 3),
    ({"type": "phase_entered", "phase": "delivered"}, CaseAccount(order_phase=OrderPhase.DELIVERED, order_days_ago=3), 3),
    ({"type": "delivering_halfway"}, CaseAccount(order_phase=OrderPhase.DELIVERING, order_days_ago=20), 5),
    ({"type": "promise_due"}, CaseAccount(promise_due_in_days=5), 14),
    ({"type": "promise_due"}, CaseAccount(promise_due_in_days=5, promise_made_days_ago=3), 3),
    ({"type": "in_use_for", "days": 30}, CaseAccount(order_phase=OrderPhase.IN_USE, order_days_ago=31), 1),
    ({"type": "effect_below"}, CaseAccount(effect_below=True), 1),
    ({"type": "next_need"}, CaseAccount(order_phase=OrderPhase.RENEWING, order_days_ago=2), 2),
    ({"type": "new_contact_with_say"}, CaseAccount(new_contact_with_say_days_ago=8), 8),
    ({"type": "no_contact_for", "days": 21}, CaseAccount(last_contact_days_ago=22), 1),
    ({"type": "none_since", "kind": "news", "days": 45}, CaseAccount(news_days_ago=50), 5),
    ({"type": "none_since", "kind": "picture", "days": 90}, CaseAccount(picture_days_ago=91), 1),
    ({"type": "open_request"}, CaseAccount(request_days_ago=1), 1),
    ({"type": "praise_down"}, CaseAccount(praise_days_ago=(80, 90), complaints_days_ago=(7,)), 7),
    ({"type": "rival_named"}, CaseAccount(rival_days_ago=6), 6),
]  # fmt: skip


@pytest.mark.parametrize(("cue", "account", "days"), HOLDS)
def test_what_a_case_says_makes_its_cue_hold_since_that_day(cue: dict, account: CaseAccount, days: int) -> None:
    found = _occasions(cue, account)
    assert [o.since.date() for o in found] == [date(2026, 4, 15) - timedelta(days=days)]
    assert _occasions(cue, CaseAccount()) == ()


def _occasions(cue: dict, account: CaseAccount) -> tuple[Occasion, ...]:
    return occasions(CUE.validate_python(cue), example.situation(account))


def test_what_a_case_leaves_out_is_not_known() -> None:
    facts = example.situation(CaseAccount())
    assert (facts.visits, facts.problems, facts.promises, facts.records, facts.contacts) == ((), (), (), (), ())
    assert (facts.last_contact, facts.account.stage, facts.account.order_since) == (None, None, None)
    assert facts.now.isoformat() == "2026-04-15T10:00:00+08:00"
    assert facts.now.strftime("%A") == "Wednesday"


def test_records_come_in_time_order_and_contacts_by_who_reached_out() -> None:
    facts = example.situation(
        CaseAccount(praise_days_ago=(2, 40), news_days_ago=9, last_contact_days_ago=5, last_contact_by="them")
    )
    assert [r.kind for r in facts.records] == [RecordKind.PRAISE, RecordKind.NEWS, RecordKind.PRAISE]
    assert facts.last_contact_by is By.THEM


# --- moments and guards -------------------------------------------------------------------------------------------------


def _play(sample, **changes):
    play = sample.load().library.plays[0]
    return play.model_copy(update=changes)


def test_a_cue_that_holds_only_later_does_not_fit_yet(sample) -> None:
    nudge = NudgeSpec.model_validate(
        {
            "cue": {"type": "no_contact_for", "days": 21},
            "due": {"type": "working_morning"},
            "until": {"type": "next_contact"},
        }
    )
    play, manners = _play(sample, nudge=nudge), sample.load().library.manners
    known = {"stage": Stage.EARLY}
    assert cases.misfit(play, CaseAccount(**known, last_contact_days_ago=21), manners) is None
    assert "later, not yet" in str(cases.misfit(play, CaseAccount(**known, last_contact_days_ago=20), manners))


def test_a_play_without_a_nudge_fits_where_it_may_answer(sample) -> None:
    play, manners = _play(sample, nudge=None), sample.load().library.manners
    assert cases.misfit(play, CaseAccount(stage=Stage.EARLY, problem=CaseProblem(opened_days_ago=1)), manners) is None
    pacing = play.model_copy(update={"playbook": "pace-deliberately"})
    assert "trust_not_formed" in str(cases.misfit(pacing, CaseAccount(stage=Stage.EARLY), manners))
    assert cases.misfit(pacing, CaseAccount(stage=Stage.MIDDLE, important=("price",)), manners) is None
    facts = example.situation(CaseAccount(stage=Stage.MIDDLE, important=("price",)))
    assert cases.barred(pacing, facts, manners, "about the price") == "important_matter"
