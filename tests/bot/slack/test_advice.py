"""`/kam` and `/kam advice`: whatever somebody types, they get a useful answer at once, and nobody is pinged."""

import pytest

from bot.core.library import Library
from bot.core.matching import Weights
from bot.slack.commands import help as help_command
from storage.tables import AdviceRow, CommitmentRow, FeedbackRow
from tests.coach import Coach

LATE = "the shipment will be two weeks late and they don't know yet"
CLOSE = (
    "the client is angry, we delivered late and nobody called them",
    "the delivery went badly and the client is angry",
    "they complain that the results are poor",
    "the boss of my contact is new and something went wrong",
    "late delivery, angry client, review next week",
)
PACING = "we always call them first, should we step back and wait for once?"


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna has one account."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    return coach


# --- /kam -----------------------------------------------------------------------------------------------------------


def test_help_names_every_subcommand(coach: Coach) -> None:
    answer = coach.anna.types("help")
    assert all(f"/kam {c.name}" in answer for c in help_command.COMMANDS)


def test_a_mistyped_subcommand_gets_its_usage(coach: Coach) -> None:
    assert "/kam visit acme thu 10:00" in coach.anna.types("vist Nordhaus thu 10:00")
    assert "/kam settings" in coach.anna.types("setings")


def test_one_unknown_word_is_said_to_be_unknown_and_read_as_a_question(coach: Coach) -> None:
    answer = coach.anna.types("xyzzy")
    assert answer.startswith('I do not know "xyzzy"')
    assert "I have no play for that, so I won't guess. I know about:" in answer


def test_words_that_are_no_subcommand_are_a_question(coach: Coach) -> None:
    assert "Say:" in coach.anna.types(LATE)


def test_capitals_and_spaces_do_not_matter(coach: Coach) -> None:
    assert "Say:" in coach.anna.types(f"  ADVICE   {LATE}  ")


# --- what is answered -----------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_do_say_not_and_the_source(coach: Coach) -> None:
    answer = coach.anna.types(f"advice {LATE}")
    for part in ("Do: ", 'Say: "', "Not: ", ", section ", "[I'll do it] [Another] [Show the steps]"):
        assert part in answer


def test_a_chinese_question_is_answered_in_chinese(coach: Coach) -> None:
    answer = coach.liwei.types("advice 货要晚到两周，客户还不知道")
    for part in ("做：", "说：“", "别：", "[我来做] [换一个] [看步骤]"):
        assert part in answer


def test_english_asked_by_a_chinese_rep_is_understood_and_answered_in_chinese(coach: Coach) -> None:
    assert "做：" in coach.liwei.types(f"advice {LATE}")


def test_the_client_is_spoken_to_in_their_language(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus language zh")
    answer = coach.anna.types(f"advice Nordhaus: {LATE}")
    assert "Do: " in answer
    assert "Say: “" in answer


def test_an_account_is_answered_with_what_it_needs(coach: Coach) -> None:
    assert "Nordhaus: " in coach.anna.types("advice Nordhaus")


def test_an_account_with_an_open_problem_is_answered_with_that(coach: Coach) -> None:
    coach.anna.types("advice Nordhaus: the client is furious about the late delivery and shouts at me")
    coach.anna.taps("Think it through")
    coach.anna.taps("They're on the phone now")
    answer = coach.anna.types("advice Nordhaus")
    assert answer.startswith("Nordhaus: The client is angry with us")
    assert "Or: " not in answer


def test_no_question_shows_what_today_needs(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus tomorrow 10:00")
    assert "Nordhaus: visit tomorrow 10:00" in coach.anna.types("advice")


def test_no_question_and_no_accounts_says_how_to_begin(coach: Coach) -> None:
    assert "You have no accounts yet. Add the first" in coach.bob.types("advice")


def test_what_no_play_answers_is_said_and_topics_are_listed(coach: Coach) -> None:
    answer = coach.anna.types("advice what will the weather be like on Sunday?")
    assert "I have no play for that, so I won't guess. I know about:" in answer
    assert answer.count("•") >= 3


@pytest.mark.parametrize(
    "text",
    [
        "Nordhauss is angry",
        "Unknown & Sons Ltd are angry about the delivery",
        "x" * 4000,
        "the client is angry because the delivery is late. " * 80,
        "客户很生气，" * 600,
        "😡😡😡",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "<!channel> the client is angry",
        "<!everyone> <!here|here> <@U2> <#C1|general> <https://evil.example|click>",
        "@everyone @here @channel the client is angry",
        "&lt;!channel&gt; &amp; <b>",
        "《客户》“很生气”——怎么办？！……（急）",
        "הלקוח כועס מאוד על האיחור",
        "العميل غاضب جدا بسبب التأخير",
        "\u202ethe client is angry\u202c",
        "the client 客户 is 生气 angry 了 😡",
        "*bold* _it_ ~no~ `code` > quote",
        "?", "…", "。", "\t", "\u200b", "''\"", "%s {0} {account} {}", "\\", "\x00\x07", "1; DROP TABLE nudge;--",
    ],
)  # fmt: skip
def test_whatever_is_asked_there_is_an_answer_and_nobody_is_pinged(coach: Coach, text: str) -> None:
    for person in (coach.anna, coach.liwei):
        answer = person.types(f"advice {text}")
        assert len(answer) > 20
        assert "reference" not in answer
        assert "编号" not in answer


@pytest.mark.parametrize("text", ["<!channel> the client is angry", "@everyone help", "הלקוח כועס", "😡", "help"])
def test_the_same_words_in_the_dm_are_answered_too(coach: Coach, text: str) -> None:
    assert len(coach.anna.writes(text)) > 20


def test_an_account_named_like_a_mention_pings_nobody(coach: Coach) -> None:
    for name in ("<!channel>", "@everyone", "<@U2> & Co", "*Bold* `Ltd`"):
        assert f"{name} is in." in coach.anna.types(f"account add {name}")
        assert name in coach.anna.types(f"account show {name}")
        coach.anna.types(f"visit {name} tomorrow 10:00")
    coach.until("2026-03-05 18:00")
    assert "<!channel> · Thu 5 Mar, 10:00" in "\n".join(coach.anna.got())


# --- one question, pacing, taps -------------------------------------------------------------------------------------


@pytest.fixture
def asked(coach: Coach) -> Coach:
    """Anna was asked which of several plays she means: a little must happen for that, so several texts are tried."""
    for text in CLOSE:
        if coach.anna.types(f"advice {text}").startswith("Which is closer?"):
            return coach
    raise AssertionError("no text is close to two plays")


def test_where_two_plays_are_close_one_question_settles_it(asked: Coach) -> None:
    question = asked.anna.messages[-1]
    titles = [part["text"]["text"] for part in question.blocks[-1]["elements"]]
    assert 3 <= len(titles) <= 4
    answer = asked.anna.taps(titles[1])
    assert answer.startswith(titles[1])
    assert "Do: " in answer


def test_none_of_these_lists_other_topics(asked: Coach) -> None:
    assert "I know about:" in asked.anna.taps("None of these")


def test_another_shows_another_angle_each_time_until_all_were_seen(coach: Coach) -> None:
    seen = [coach.anna.types(f"advice {LATE}")]
    seen += [coach.anna.taps("Another") for _ in range(8)]
    assert len(set(seen)) == 9  # three plays in three wordings


@pytest.mark.parametrize("times", [1, 2, 3, 4, 6])
def test_what_is_committed_to_is_what_was_shown(coach: Coach, shipped: tuple[Library, Weights], times: int) -> None:
    coach.anna.types(f"advice {LATE}")
    for _ in range(times):
        shown = coach.anna.taps("Another")
    answer = coach.anna.taps("I'll do it")
    assert "✓ Good. It's yours." in answer
    kept = coach.row(CommitmentRow)
    do = shipped[0].play(kept.play).wordings.en[kept.wording].do
    assert do in shown
    assert do in answer


def test_going_slow_is_not_advised_before_its_question_is_answered(coach: Coach) -> None:
    answer = coach.anna.types(f"advice Nordhaus: {PACING}")
    assert answer.startswith("Before that one: ")
    assert "Say:" not in answer
    assert "Do: " in coach.anna.taps("Yes, all clear")


def test_going_slow_is_refused_where_something_waits_and_another_play_is_offered(coach: Coach) -> None:
    coach.anna.types(f"advice Nordhaus: {PACING}")
    coach.anna.types("account set Nordhaus phase delivering")
    answer = coach.anna.taps("Yes, all clear")
    assert "Then not this one: the client is waiting for something from us" in answer


def test_committing_twice_keeps_one_commitment(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    message = coach.anna.showing("I'll do it")
    delivery = coach.srv.click("U1", message.channel, message.ts, by_label="I'll do it")
    coach.srv.redeliver(delivery)
    coach.rest()
    assert len(coach.rows(CommitmentRow)) == 1


def test_the_steps_say_who_what_and_by_when(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    answer = coach.anna.taps("Show the steps")
    assert "step by step" in answer
    assert answer.count("•") >= 3


def test_why_gives_the_principle_the_words_and_the_source(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    answer = coach.anna.taps("Why this?")
    assert "Your words: " in answer
    assert ", section " in answer


def test_wrong_opens_a_form_and_keeps_what_was_said(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    coach.anna.taps("This is wrong")
    assert "Thank you." in coach.anna.fills(wrong="wording", wish="They already know.")
    assert coach.row(FeedbackRow).text == "They already know."


def test_advice_that_is_somebody_elses_is_refused(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    message = coach.anna.showing("I'll do it")
    coach.bob.types()
    coach.check(coach.srv.click("U6", message.channel, message.ts, by_label="I'll do it", force=True))
    coach.rest()
    assert coach.rows(CommitmentRow) == []


def test_advice_of_last_month_can_still_be_tapped(coach: Coach) -> None:
    coach.anna.types(f"advice {LATE}")
    coach.until("2026-04-10 10:00")
    assert "Do: " in coach.anna.taps("Another")
    assert coach.rows(AdviceRow)
