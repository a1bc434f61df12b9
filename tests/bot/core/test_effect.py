"""An effect lists what differs for reps between two runs of the same days, and nothing else."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.core import effect, effect_advice, effect_groups, simulate
from bot.core.account import Language, OrderPhase, Stage
from bot.core.advice import Facts
from bot.core.case import Cases
from bot.core.effect import Change, Effect, Overflow, Run
from bot.core.effect_advice import Answer, Question
from bot.core.library import Library
from bot.core.nudge import Fate, Kind, Rule
from bot.core.playbook import Play
from bot.core.portfolio import PortfolioRow
from tests.factories import BERLIN, MANNERS, WEEKDAYS, a_library, a_local, a_play, a_portfolio, a_row

START = date(2026, 3, 2)  # a Monday
SILENCE = a_play(cue={"type": "no_contact_for", "days": 10}, fits={"on_visits": True})
STAGE = a_play("new-stage", cue="stage_entered")


def ago(days: int) -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=BERLIN) - timedelta(days=days)


def found(before: Library, after: Library, *rows: PortfolioRow, days: int = 30) -> Effect:
    accounts = a_portfolio(*rows)
    runs = [
        Run(library, tuple(simulate.plan(library, accounts, START, days, lambda _: WEEKDAYS)))
        for library in (before, after)
    ]
    return effect.compare(runs[0], runs[1], accounts)


def changed(play: Play, **values: Any) -> Play:
    return Play.model_validate({**play.model_dump(mode="json", by_alias=True), **values})


def with_days(days: int) -> Play:
    assert SILENCE.nudge is not None
    nudge = SILENCE.nudge.model_dump(mode="json")
    return changed(SILENCE, nudge={**nudge, "cue": {"type": "no_contact_for", "days": days}})


def reworded(language: str, key: str) -> Play:
    wordings = SILENCE.wordings.model_dump(mode="json", by_alias=True)
    for line in wordings[language]:
        line[key] = f"other {line[key]}"
    return changed(SILENCE, wordings=wordings)


def told(changes: tuple[Change, ...]) -> list[str]:
    return [
        f"{c.account} {c.play}: "
        + " -> ".join(f"{s.due_at:%m-%d %H:%M} {s.rule or ''}".strip() if s else "-" for s in (c.before, c.after))
        for c in changes
    ]


# --- the same nudge -------------------------------------------------------------------------------------------------


def test_nothing_differs_between_equal_runs() -> None:
    nothing = found(a_library(SILENCE), a_library(SILENCE), a_row(last_contact=ago(3)))
    assert nothing == Effect()
    assert nothing.empty


def test_a_nudge_at_another_moment_has_moved() -> None:
    seen = found(a_library(SILENCE), a_library(with_days(12)), a_row(last_contact=ago(3)))
    assert told(seen.move) == ["Nordhaus as-before-the-deal: 03-09 09:00 -> 03-11 09:00"]
    assert seen.changes == seen.move
    assert not seen.move[0].knock_on
    assert [edit.parts for edit in seen.edits] == [("nudge",)]


def test_a_play_that_is_new_appears_and_one_that_is_gone_vanishes() -> None:
    row = a_row(last_contact=ago(3))
    assert told(found(a_library(), a_library(SILENCE), row).appear) == ["Nordhaus as-before-the-deal: - -> 03-09 09:00"]
    gone = found(a_library(SILENCE), a_library(changed(SILENCE, status="retired")), row)
    assert told(gone.vanish) == ["Nordhaus as-before-the-deal: 03-09 09:00 -> -"]
    assert gone.changes == gone.vanish


@pytest.mark.parametrize(
    ("key", "edited", "read"),
    [
        ("do", "zh", True),
        ("do", "en", False),
        ("say", "zh", False),
        ("say", "en", True),
        ("not", "zh", True),
    ],
)
def test_other_words_count_in_the_language_in_which_they_are_read(key: str, edited: str, read: bool) -> None:
    row = a_row(last_contact=ago(3), rep_language=Language.ZH, account_language=Language.EN)
    seen = found(a_library(SILENCE), a_library(reworded(edited, key)), row)
    assert [c.reworded for c in seen.changes] == ([(key,)] if read else [])
    assert seen.changes == seen.reword
    assert [edit.parts for edit in seen.edits] == [("wordings",)]


def test_a_title_is_read_too_and_steps_are_not() -> None:
    row = a_row(last_contact=ago(3))
    both = {"en": "another", "zh": "另一个"}
    assert [c.reworded for c in found(a_library(SILENCE), a_library(changed(SILENCE, title=both)), row).reword] == [
        ("title",)
    ]
    line = {"who": both, "what": both, "by": both}
    steps = found(a_library(SILENCE), a_library(changed(SILENCE, steps=[line] * 3)), row)
    assert steps.empty
    assert [edit.play for edit in effect_groups.unnoticed(steps)] == ["as-before-the-deal"]


def test_a_card_with_another_point_is_one_nudge_gone_and_one_new_and_its_check_stays() -> None:
    other = a_play("bring-news", cue={"type": "none_since", "kind": "news", "days": 5}, fits={"on_visits": True})
    row = a_row(next_visit=a_local("2026-03-05 10:00"), stage_since=date(2026, 2, 1))
    seen = found(a_library(SILENCE, other), a_library(changed(SILENCE, status="retired"), other), row, days=5)
    cards = [c for c in seen.changes if c.kind is Kind.VISIT_CARD]
    assert [(c.play, c.before is None, c.after is None) for c in cards] == [
        ("bring-news", True, False),
        ("as-before-the-deal", False, True),
    ]
    assert not [c for c in seen.changes if c.kind is Kind.CHECK]
    assert [g.because for g in effect_groups.knock_ons(seen) if g.way == "appear"] == [effect_groups.INSTEAD]


# --- held -----------------------------------------------------------------------------------------------------------


def crowd(count: int, **changes: Any) -> list[PortfolioRow]:
    return [a_row(f"Account {n}", last_contact=ago(30), **changes) for n in range(count)]


def test_what_comes_only_because_a_cap_was_raised_says_what_held_it() -> None:
    few = a_library(SILENCE, manners=MANNERS.model_copy(update={"per_week": 1}))
    more = a_library(SILENCE, manners=MANNERS.model_copy(update={"per_week": 2}))
    seen = found(few, more, *crowd(2), days=5)
    assert told(seen.appear) == ["Account 1 as-before-the-deal: 03-02 09:00 cap_day -> 03-03 09:00"]
    (change,) = seen.appear
    assert (change.knock_on, change.before and change.before.fate) == (True, Fate.HELD)
    assert change.after is not None
    assert (change.after.waited_for, change.after.rule) == (Rule.CAP_DAY, None)
    assert seen.manners == (("per_week", "1", "2"),)
    assert effect_groups.reaching(seen, "appear") == 1


def test_what_is_held_in_both_runs_is_no_difference() -> None:
    problem = a_local("2026-02-26 10:00")
    row = a_row(last_contact=ago(30), open_problem_since=problem)
    seen = found(a_library(SILENCE), a_library(reworded("en", "do")), row, days=3)
    assert seen.changes == ()


def test_nudges_of_plays_that_did_not_change_are_put_together_by_what_moved_them() -> None:
    rows = [a_row(f"Account {n}", stage_since=START + timedelta(days=1)) for n in range(2)]
    rows.append(a_row("A quiet one", last_contact=ago(3)))
    before = a_library(STAGE, SILENCE)
    seen = found(before, a_library(STAGE, with_days(4)), *rows, days=14)
    moved = [c for c in seen.changes if c.play == "new-stage"]
    assert moved
    assert all(c.knock_on for c in moved)
    assert {g.play for g in effect_groups.by_play(seen)} == {"as-before-the-deal"}
    assert sum(len(g.changes) for g in effect_groups.knock_ons(seen)) == len(moved)


def test_what_reaches_a_rep_is_told_before_what_is_held_all_the_time() -> None:
    result = found(a_library(STAGE), a_library(SILENCE, STAGE), *crowd(6))
    (group,) = effect_groups.by_play(result)
    fates = [c.after.fate for c in group.changes["appear"] if c.after]
    assert set(fates) == {Fate.PLANNED, Fate.HELD}
    assert fates == sorted(fates, key=lambda fate: fate is Fate.HELD)


def test_the_usual_shift_is_the_one_that_most_share() -> None:
    seen = found(a_library(SILENCE), a_library(with_days(12)), a_row(last_contact=ago(3)))
    assert effect_groups.usual_shift(seen.move * 3) == (2, 3)
    assert effect_groups.usual_shift(()) is None


# --- weeks that are too full ------------------------------------------------------------------------------------------


def test_a_week_overflows_where_more_nudges_want_it_than_before_and_than_the_cap() -> None:
    rows = crowd(4)
    seen = found(a_library(with_days(60)), a_library(SILENCE), *rows, days=7)
    assert seen.overflow == (Overflow("U0ANNA", START, planned=4, cap=3),)
    assert found(a_library(SILENCE), a_library(reworded("en", "do")), *rows, days=7).overflow == ()
    assert found(a_library(with_days(60)), a_library(SILENCE), *crowd(3), days=7).overflow == ()


def test_a_week_that_nobody_wants_more_of_overflows_where_the_cap_is_lowered() -> None:
    fewer = a_library(SILENCE, manners=MANNERS.model_copy(update={"per_week": 1}))
    seen = found(a_library(SILENCE), fewer, *crowd(2), days=7)
    assert seen.overflow == (Overflow("U0ANNA", START, planned=2, cap=1),)


def test_the_order_of_accounts_does_not_matter() -> None:
    rows = crowd(4)
    assert found(a_library(SILENCE), a_library(with_days(12)), *rows) == found(
        a_library(SILENCE), a_library(with_days(12)), *reversed(rows)
    )


# --- questions --------------------------------------------------------------------------------------------------------


def test_questions_are_asks_and_cases_with_their_facts_each_once() -> None:
    play = changed(SILENCE, asks={"en": ["nobody calls"], "zh": ["没人联系"]})
    example = {"stage": "middle", "order_phase": "in_use", "problem": {"opened_days_ago": 3}}
    cases = Cases.model_validate(
        {
            "play": play.id,
            "fits": [{"name": "silent", "account": example}, {"name": "很久没联系"}],
            "does_not_fit": [{"name": "spoke last week"}, {"name": "silent", "account": example}],
        }
    )
    side = (a_library(play), {play.id: cases})
    asked = effect_advice.questions(side, side)
    facts = Facts(Stage.MIDDLE, OrderPhase.IN_USE, open_problem=True)
    assert asked == (
        Question("nobody calls", Facts()),
        Question("没人联系", Facts(language=Language.ZH)),
        Question("silent", facts),
        Question("很久没联系", Facts(open_problem=False, language=Language.ZH)),
        Question("spoke last week", Facts(open_problem=False)),
    )


def test_only_questions_with_another_first_play_are_told() -> None:
    asked = [Question(text, Facts()) for text in ("one", "two", "three")]
    assert effect_advice.answers(asked, ["a", "b", None], ["a", "c", "a"]) == (
        Answer("two", "b", "c"),
        Answer("three", None, "a"),
    )


def test_advice_reads_status_and_fit_but_no_cue_and_no_dialogue() -> None:
    library = a_library(SILENCE)
    assert effect_advice.answers_alike(library, a_library(with_days(12)))
    assert not effect_advice.answers_alike(library, a_library(changed(SILENCE, status="retired")))
    assert not effect_advice.answers_alike(library, a_library(changed(SILENCE, fits={"stages": ["early"]})))
    assert not effect_advice.answers_alike(library, replace(library, plays=()))
