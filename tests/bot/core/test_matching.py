"""Words become features, and features a score a play."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import training
from bot.core import lexicon, matching, text
from tests.advising import ASKS, some_weights

LEXICON = lexicon.build(
    {
        "anger": {"en": ["angry", "hit the roof"], "zh": ["发火", "气头上"]},
        "happy": {"en": ["happy"], "zh": ["满意"]},
        "unhappy": {"en": ["not happy"], "zh": ["不满意"]},
    }
)


def concepts(words: str) -> list[str]:
    return [found.concept for found in LEXICON.found(text.pieces(text.normalise(words)))]


def best(words: str) -> str:
    weights = some_weights()
    return weights.plays[int(matching.scores(weights, words).logits[:-1].argmax())]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<@U012AB3CD> HELP", ["help"]),
        ("<!channel> look at <https://x.example/a|this page>", ["look", "at", "this", "page"]),
        ("they don’t know &amp; won't ask :tired_face:", ["they", "do", "not", "know", "will", "not", "ask"]),
        ("ＡＢＣ公司", ["abc", "公司"]),
        ("u r late w/o notice, 3.5% of 200", ["you", "are", "late", "without", "notice", "0", "of", "0"]),
        ("😀🎉 ...", []),
    ],
)
def test_a_text_is_read_without_the_marks_of_slack(raw: str, plain: list[str]) -> None:
    assert text.pieces(text.normalise(raw)) == plain


@pytest.mark.parametrize(
    "forms",
    [
        ("complain", "complained", "complains", "complaining"),
        ("delivery", "deliveries"),
        ("stop", "stopped", "stopping"),
    ],
)
def test_the_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({text.stem(form) for form in forms}) == 1


def test_words_that_only_look_like_forms_stay_apart() -> None:
    assert text.stem("news") != text.stem("new")
    assert text.stem("thing") == "thing"


def test_a_concept_is_found_in_both_languages() -> None:
    assert concepts("She hit the roof!") == concepts("客户发火了") == ["anger"]


def test_a_form_inside_a_longer_one_does_not_count() -> None:
    assert concepts("they are not happy") == concepts("客户不满意") == ["unhappy"]
    assert concepts("not angry but happy") == ["anger", "happy"]


def test_the_same_text_has_the_same_features_always() -> None:
    once = matching.features("客户 is angry 发火", LEXICON)
    assert list(once.keys) == list(matching.features("客户 is angry 发火", LEXICON).keys)
    assert list(once.keys) == sorted(set(once.keys))
    # A hash that changed would make saved weights useless.
    assert matching.features("a", LEXICON).keys.tolist() == [398508275]


def test_a_text_without_words_has_no_features() -> None:
    match = matching.scores(some_weights(), "🤷 …")
    assert match.known == 0
    assert not match.logits.any()


@pytest.mark.parametrize("play", ASKS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_ask_finds_its_own_play(play: str, language: str) -> None:
    assert [best(ask) for ask in ASKS[play][language]] == [play] * 5


@pytest.mark.parametrize(
    ("words", "play"),
    [
        ("teh client is yeling at me, our vavle leaks", "complaint-received"),
        ("采购 manager 在 shouting,怎么办", "complaint-received"),
        ("hitting the roof, the man is irate", "complaint-received"),
        ("火冒三丈的客户", "complaint-received"),
        ("ghosted them since signing", "as-before-the-deal"),
    ],
)
def test_typos_mixed_languages_and_words_of_the_lexicon_are_understood(words: str, play: str) -> None:
    assert best(words) == play


def test_what_matched_is_told_in_words_of_the_question() -> None:
    words = matching.scores(some_weights(), "Our client is furious about a valve").words("complaint-received")
    assert any("furious" in w for w in words)
    assert len(words) <= matching.MOST_WORDS
    chinese = matching.scores(some_weights(), "客户发火了怎么办").words("complaint-received")
    assert any("发火" in w for w in chinese)
    assert matching.scores(some_weights(), "furious").words("no-such-play") == ()


def test_what_nothing_is_about_is_told_by_the_last_score() -> None:
    assert matching.scores(some_weights(), "tell me a joke").unfit > 0
    assert matching.scores(some_weights(), "the client is furious").unfit < -2


def test_words_that_no_ask_holds_make_a_match_weaker() -> None:
    sure = matching.scores(some_weights(), "the client is furious")
    diluted = matching.scores(some_weights(), "the client is furious zanzibar xylophone quokka marzipan")
    assert diluted.logits[:-1].max() < sure.logits[:-1].max()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="客户发火 <>@!|&;ab'’\u202e\u0000", max_size=300))
def test_any_text_has_finite_scores(words: str) -> None:
    match = matching.scores(some_weights(), words)
    assert np.isfinite(match.logits).all()
    assert isinstance(match.words("step-back"), tuple)


def test_weights_know_where_each_play_stands() -> None:
    weights = some_weights()
    assert [weights.place(play) for play in weights.plays] == list(range(5))
    assert weights.place("new-play") is None
    assert weights.plays == tuple(sorted(ASKS))
    assert training.NONE not in weights.plays
