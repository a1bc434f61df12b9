"""Advice: best first, one question when unsure, nothing where nothing fits, and pacing under its guard."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import advice
from bot.core.account import Language, OrderPhase, Stage
from bot.core.advice import Advice, Facts
from bot.core.nudge import Rule
from bot.core.playbook import Status
from tests.advising import some_library, some_weights
from tests.factories import a_library, a_problem, a_situation, an_account

PACING_ASK = "I call them too often, always me, should I go quiet for a week"
PACING_ASK_ZH = "我联系得太勤了,每次都是我找他们,要不要冷一个星期"


def advised(text: str, **facts: object) -> Advice:
    return advice.advise(some_library(), some_weights(), text, Facts(**facts))  # type: ignore[arg-type]


def ids(found: Advice) -> list[str]:
    return [r.play_id for r in found.plays]


def test_the_best_play_comes_first_with_its_reasons() -> None:
    found = advised("the client is shouting at me because the valve leaks")
    assert ids(found)[0] == "complaint-received"
    assert len(found.plays) == 3
    assert found.plays[0].score > found.plays[1].score > found.plays[2].score
    assert "shouting" in " ".join(found.plays[0].why.words)
    assert not found.abstained
    assert found.topics == ()


def test_chinese_is_answered_too() -> None:
    assert ids(advised("阀门换好了,客户那边没人确认"))[0] == "close-the-loop"


@pytest.mark.parametrize(
    "text", ["tell me a joke", "明天天气怎么样", "", "   ", "😀😀", "<!channel>", "?!", "مرحبا", "\u202e"]
)
def test_where_nothing_fits_it_says_so_and_offers_topics(text: str) -> None:
    found = advised(text)
    assert found.abstained
    assert found.plays == ()
    assert found.ask is None
    assert "step-back" not in found.topics
    assert found.topics


def test_between_two_close_plays_it_asks_one_question() -> None:
    found = advised("valve replaced, client still angry")
    assert found.ask is not None
    assert 2 <= len(found.ask) <= 3
    assert list(found.ask) == ids(found)[: len(found.ask)]
    assert set(found.ask) >= {"complaint-received", "close-the-loop"}


def test_a_clear_case_is_not_asked_about() -> None:
    assert advised("they are furious, the line stopped because of our valve").ask is None


# --- pacing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [PACING_ASK, PACING_ASK_ZH])
@pytest.mark.parametrize("stage", [None, Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE])
def test_pacing_that_nothing_bars_comes_first_and_needs_its_tap(text: str, stage: Stage | None) -> None:
    found = advised(text, stage=stage)
    assert ids(found)[0] == "step-back"
    assert [r.needs_tap for r in found.plays] == [True, False, False]
    assert found.held == ()


@pytest.mark.parametrize("text", [PACING_ASK, PACING_ASK_ZH])
@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"open_problem": True}, Rule.OPEN_PROBLEM),
        ({"stage": Stage.WINNING}, Rule.TRUST_NOT_FORMED),
        ({"stage": Stage.INTRODUCTION}, Rule.TRUST_NOT_FORMED),
        ({"stage": Stage.EARLY}, Rule.TRUST_NOT_FORMED),
        ({"stage": Stage.MIDDLE, "order_phase": OrderPhase.DELIVERING}, Rule.SLOWS_SERVICE),
    ],
)
def test_where_a_field_forbids_pacing_it_is_held_with_the_rule(text: str, facts: dict[str, object], rule: Rule) -> None:
    found = advised(text, **facts)
    assert "step-back" not in ids(found)
    assert found.held == (("step-back", rule),)
    assert found.plays
    assert "step-back" not in (found.ask or ())


def test_where_pacing_is_held_for_a_problem_owning_it_comes_first() -> None:
    assert ids(advised(PACING_ASK, open_problem=True))[0] in {"complaint-received", "close-the-loop"}


def test_where_trust_is_not_formed_what_the_stage_asks_for_comes_first() -> None:
    assert ids(advised(PACING_ASK, stage=Stage.EARLY))[0] == "faster-than-they-expect"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (PACING_ASK + ". The pump is still not fixed", Rule.OPEN_PROBLEM),
        (PACING_ASK + ". It is the most important thing to them", Rule.IMPORTANT_MATTER),
        (PACING_ASK + " and let them wait for the quote", Rule.SLOWS_SERVICE),
        (PACING_ASK_ZH + ",泵还没修好", Rule.OPEN_PROBLEM),
        (PACING_ASK_ZH + ",这事对他们很重要", Rule.IMPORTANT_MATTER),
    ],
)
def test_words_alone_can_bar_pacing(text: str, rule: Rule) -> None:
    found = advised(text)
    assert "step-back" not in ids(found)
    assert found.held == (("step-back", rule),)


@pytest.mark.parametrize("text", [PACING_ASK + ", it is not important", PACING_ASK_ZH + ",不重要的事"])
def test_words_that_deny_it_do_not_bar_pacing(text: str) -> None:
    assert ids(advised(text))[0] == "step-back"


def test_pacing_never_stands_second_or_third() -> None:
    found = advised("the client is shouting about the valve although I call them too often")
    assert ids(found)[0] == "complaint-received"
    assert "step-back" not in ids(found)


def test_the_named_account_bars_pacing_by_its_own_facts() -> None:
    settled = an_account(stage=Stage.MIDDLE)
    calm = a_situation(account=settled)
    troubled = a_situation(account=settled, problems=(a_problem(),))
    matters = a_situation(account=an_account(stage=Stage.MIDDLE, important=("go quiet",)))
    assert ids(advised(PACING_ASK, situation=calm))[0] == "step-back"
    assert advised(PACING_ASK, situation=troubled).held == (("step-back", Rule.OPEN_PROBLEM),)
    assert advised(PACING_ASK, situation=matters).held == (("step-back", Rule.IMPORTANT_MATTER),)


def test_of_an_account_without_a_stage_the_tap_asks() -> None:
    unknown = a_situation(account=an_account(stage=None))
    assert advised(PACING_ASK, situation=unknown).plays[0].needs_tap


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([PACING_ASK, "angry", "fixed", "要不要冷一冷", "太勤", "报价", "quiet", "joke"]), max_size=6
    ),
    st.sampled_from([None, *Stage]),
    st.sampled_from([None, *OrderPhase]),
    st.sampled_from([None, True, False]),
)
def test_no_words_and_no_facts_get_pacing_past_its_guard(
    words: list[str], stage: Stage | None, phase: OrderPhase | None, is_open: bool | None
) -> None:
    found = advised(" ".join(words), stage=stage, order_phase=phase, open_problem=is_open)
    named = [(place, r) for place, r in enumerate(found.plays) if r.play_id == "step-back"]
    assert all(place == 0 and r.needs_tap for place, r in named)
    barred = is_open or stage in {Stage.WINNING, Stage.INTRODUCTION, Stage.EARLY} or phase is OrderPhase.DELIVERING
    assert not (barred and named)
    assert not found.abstained or (found.plays, found.ask) == ((), None)
    assert found.abstained or found.plays


# --- priors -----------------------------------------------------------------------------------------------------------


def test_an_open_problem_lifts_owning_it() -> None:
    without, with_it = (advised("they want a sample, the valve leaks", open_problem=p) for p in (False, True))
    lifted = {"complaint-received", "close-the-loop"}
    assert sum(r.score for r in with_it.plays if r.play_id in lifted) > sum(
        r.score for r in without.plays if r.play_id in lifted
    )


def test_a_stage_is_a_weak_hint_not_a_filter() -> None:
    text = "they want a sample, have not visited since they signed"
    fits, does_not = advised(text, stage=Stage.MIDDLE), advised(text, stage=Stage.WINNING)
    assert ids(fits)[0] == ids(does_not)[0] == "as-before-the-deal"
    assert fits.plays[0].score > does_not.plays[0].score
    assert fits.plays[0].why.facts == ("stage",)


# --- shape ------------------------------------------------------------------------------------------------------------


def test_the_document_holds_what_the_contract_names() -> None:
    found = advised("the client is shouting at me because the valve leaks")
    document = advice.as_json(found, some_library(), Language.EN, client=Language.ZH)
    assert list(document) == ["plays", "abstained", "ask", "topics", "held"]
    plays = document["plays"]
    assert isinstance(plays, list)
    assert list(plays[0]) == ["id", "score", "needs_tap", "do", "say", "not", "source"]
    assert plays[0]["source"] == "three-steps §3"
    assert {plays[0][part][-1] for part in ("do", "say", "not")} == {str(found.wording + 1)}
    assert json.loads(json.dumps(document)) == document


def test_the_document_of_an_abstention_has_titles_and_no_plays() -> None:
    document = advice.as_json(advised("tell me a joke"), some_library(), Language.EN)
    assert (document["abstained"], document["plays"], document["ask"]) == (True, [], None)
    assert document["topics"] == ["as-before-the-deal", "close-the-loop", "faster-than-they-expect"]


def test_the_document_names_what_was_held() -> None:
    document = advice.as_json(advised(PACING_ASK, open_problem=True), some_library(), Language.EN)
    assert document["held"] == [{"id": "step-back", "rule": "open_problem"}]


def test_the_same_question_gets_the_same_wording_and_others_get_others() -> None:
    texts = [f"the client is shouting, visit {n}" for n in range(30)]
    assert advised(texts[0]) == advised(texts[0])
    assert {advised(t).wording for t in texts} == {0, 1, 2}


def test_retired_plays_and_plays_without_weights_are_never_named() -> None:
    library = some_library()
    retired = library.by_id["complaint-received"].model_copy(update={"status": Status.RETIRED})
    fresh = library.by_id["complaint-received"].model_copy(update={"id": "brand-new"})
    rest = [p for p in library.plays if p.id != "complaint-received"]
    found = advice.advise(a_library(retired, fresh, *rest), some_weights(), "the client is shouting, the valve leaks")
    assert not {"complaint-received", "brand-new"} & set(ids(found))


def test_no_more_plays_than_asked_for() -> None:
    found = advice.advise(some_library(), some_weights(), "the client is shouting", limit=1)
    assert len(found.plays) == 1
    assert found.ask is None


@pytest.mark.parametrize(
    "text", ["the client is shouting " * 400, "客户发火了" * 800, "a" * 4000, "<" * 4000, "&" * 4000]
)
def test_four_thousand_characters_are_no_trouble(text: str) -> None:
    found = advised(text[:4000])
    assert found.abstained is (found.plays == ())
