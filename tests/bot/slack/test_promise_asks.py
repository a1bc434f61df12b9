"""Once the day of a promise has passed: one question, one tap, and the honest sentence where it was not kept."""

from datetime import date

import pytest

from bot.core import promise_over
from storage.tables import NudgeRow, ProblemRow, PromiseChangeRow, PromiseRow, RepRow
from tests.coach import SHANGHAI, Coach, Person

BOB = "U6"


@pytest.fixture
def anna(coach: Coach) -> Person:
    """Anna, who promised Nordhaus something for Friday 6 March, and said what is to be said of the warning."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("promise Nordhaus by fri: spare parts list")
    return coach.anna


def questions(coach: Coach, **equal: object) -> list[NudgeRow]:
    return coach.rows(NudgeRow, cue=promise_over.CUE, **equal)


def asked(person: Person, text: str = "was it kept?") -> list[str]:
    return [seen for seen in person.got() if text in seen]


# --- the question -----------------------------------------------------------------------------------------------------


def test_on_the_working_morning_after_the_day_it_is_asked_once(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 08:59")
    assert asked(anna) == [], "the day is not over, or nobody is at work"
    coach.until("2026-03-09 09:05")
    [question] = asked(anna)
    assert question.startswith("Nordhaus: was it kept?\nWe said by Fri 6 Mar: spare parts list\n")
    assert "[Kept] [New date agreed…] [Not kept]" in question
    coach.until("2026-04-30 12:00")
    assert len(asked(anna)) == 1
    assert [row.state for row in questions(coach)] == ["sent"]


def test_what_was_settled_before_is_not_asked_about(coach: Coach, anna: Person) -> None:
    anna.types("promise list")
    anna.taps("Open")
    anna.taps("Kept")
    coach.until("2026-03-10 12:00")
    assert asked(anna) == []


def test_kept_with_one_tap(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    assert anna.taps("Kept") == "✓ Nordhaus, spare parts list: kept. Well done.\n[Undo]"
    assert coach.row(PromiseRow).kept_at is not None
    assert [c.what for c in coach.rows(PromiseChangeRow)] == ["made", "kept"]
    assert questions(coach)[0].answer == "kept"


def test_a_new_date_that_was_agreed_is_warned_of_and_asked_about_in_its_turn(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    anna.taps("New date agreed…")
    assert "Which day did you agree on?" in anna.form
    assert "2026-03-06" not in anna.form, "the old day is no proposal"
    assert "✓ Nordhaus, spare parts list: now by Fri 20 Mar. I'll remind you in time." in anna.fills(due="2026-03-20")
    coach.until("2026-03-20 18:00")
    assert any("Due Fri 20 Mar: spare parts list" in text for text in anna.got())
    assert len(asked(anna)) == 1
    coach.until("2026-03-23 09:05")
    assert "We said by Fri 20 Mar" in asked(anna)[1]


def test_not_kept_is_one_tap_and_says_what_to_say_now(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    answer = anna.taps("Not kept")
    assert answer.startswith("✓ Nordhaus, spare parts list: not kept.\nIt happens.")
    assert 'Say: "I promised you this by Friday, and I did not keep it: spare parts list. I am sorry.' in answer
    assert "[They don't know yet] [They know, and are upset] [Promise a new day…]" in answer
    change = coach.rows(PromiseChangeRow)[-1]
    assert (change.what, change.note) == ("broken", "")
    anna.types("promise list")
    assert "spare parts list, given up Mon 9 Mar" in anna.got()[-1]


def test_a_promise_that_was_missed_leads_to_the_problems_clock_or_to_a_new_day(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    anna.taps("Not kept")
    anna.taps("Promise a new day…")
    assert "spare parts list" in anna.form
    anna.fills(due="2026-03-13")
    assert {p.due for p in coach.rows(PromiseRow) if p.broken_at is None} == {date(2026, 3, 13)}
    anna.taps("They know, and are upset")
    for _ in range(4):
        if coach.rows(ProblemRow):
            break
        line = next(line for line in reversed(anna.dm[-1].splitlines()) if line.startswith("["))
        label = line[1 : line.index("]")]
        anna.taps(label)
        if label == "Write":
            anna.fills(text="it is late")
    assert coach.row(ProblemRow).text.startswith("spare parts list")


def test_undo_asks_again_in_the_same_place(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    anna.taps("Not kept")
    assert "[Kept] [New date agreed…] [Not kept]" in anna.taps("Undo")
    assert coach.row(PromiseRow).broken_at is None
    assert "[Undo]" not in anna.dm[-1]
    assert "kept. Well done." in anna.taps("Kept")


def test_a_second_tap_elsewhere_is_told_what_happened(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    card = anna.showing("Not kept")
    anna.types("promise list")
    anna.taps("Open")
    anna.taps("It came" if "It came" in anna.dm[-1] else "Kept")
    assert anna.taps("Not kept", on=card) == "That one is settled already: kept Mon 9 Mar."


# --- several of one rep -----------------------------------------------------------------------------------------------


def test_several_come_in_one_message_and_a_tap_opens_the_next(coach: Coach, anna: Person) -> None:
    anna.types("account add Alba")
    anna.types("promise Alba by fri: a price")
    anna.types("promise Alba them by thu: drawings")
    coach.until("2026-03-06 09:05")
    anna.taps("It came")
    anna.types("promise Nordhaus them by sat: a list of names")
    coach.until("2026-03-09 09:05")
    [one] = [text for text in anna.got() if "a list of names" in text and "[Open]" in text]
    assert one.startswith("Alba: was it kept?\nWe said by Fri 6 Mar: a price\n")
    assert "Nordhaus, by Fri 6 Mar: spare parts list\n[Open]" in one
    assert "Nordhaus, theirs by Sat 7 Mar: a list of names\n[Open]" in one
    after = anna.taps("Not kept")
    assert after.startswith("✓ Alba, a price: not kept.\n")
    assert "Nordhaus: was it kept?\nWe said by Fri 6 Mar: spare parts list" in after
    after = anna.taps("Open")
    assert "Nordhaus: did it come?\nThey said by Sat 7 Mar: a list of names\n[It came] [Ask them] [New date…]" in after
    after = anna.taps("It came")
    assert "✓ Nordhaus, a list of names: it came." in after
    after = anna.taps("Undo")
    assert "did it come?" in after
    assert "✓ Alba, a price: not kept.\n[What to say]" in after
    said = anna.taps("What to say")
    assert "I promised you this by Friday, and I did not keep it: a price." in said
    assert "[They know, and are upset]" in said
    rows = questions(coach, state="sent")
    assert len({row.ts for row in rows if row.answer != "kept" or row.message_of}) <= 2


def test_one_whose_account_has_an_open_problem_waits_and_the_others_come(coach: Coach, anna: Person) -> None:
    anna.types("account add Alba")
    anna.types("promise Alba by fri: a price")
    anna.types("problem Nordhaus wrong valves came")
    coach.until("2026-03-10 12:00")
    assert [text.splitlines()[0] for text in asked(anna)] == ["Alba: was it kept?"]
    assert "spare parts list" not in "".join(asked(anna))
    [held] = questions(coach, state="planned")
    assert held.rule == "open_problem"
    assert "problem" in anna.types("why-not Nordhaus")
    coach.until("2026-03-31 12:00")
    assert [row.rule for row in questions(coach, state="dropped")] == ["too_late"], "two weeks later nobody asks"


# --- what they owe ----------------------------------------------------------------------------------------------------


def test_what_they_owe_is_asked_about_with_a_sentence_to_ask_them(coach: Coach) -> None:
    anna = coach.anna
    anna.types("account add Nordhaus")
    anna.types("promise Nordhaus them by fri: drawings")
    coach.until("2026-03-09 09:05")
    [question] = asked(anna, "did it come?")
    assert "[It came] [Ask them] [New date…]" in question
    answer = anna.taps("Ask them")
    assert 'Say: "You had Friday in mind for this: drawings. Where does it stand' in answer
    assert "[It came] [New date…] [Let it go]" in answer
    anna.taps("New date…")
    assert "✓ Nordhaus, drawings: now by Fri 13 Mar." in anna.fills(due="2026-03-13")
    coach.until("2026-03-16 09:05")
    assert len(asked(anna, "did it come?\nThey said by Fri 13 Mar")) == 1
    anna.taps("Let it go")
    assert "✓ Nordhaus, drawings: off the list." in anna.fills(why="they have none")


# --- manners ----------------------------------------------------------------------------------------------------------


def test_why_this_came_tells_the_day(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    why = anna.taps("Why this?")
    assert "the day of a promise has passed" in why
    assert "promise spare parts list, due Fri 6 Mar" in why
    assert anna.types("why Nordhaus") == why


def test_why_not_says_when_it_will_be_asked(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-07 12:00")
    assert "What became of a promise: its moment is still to come" in anna.types("why-not Nordhaus")
    assert "Due Mon 9 Mar, 09:00." in anna.types("why-not Nordhaus")


def test_who_does_not_want_to_be_asked_is_not_and_can_be_again(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    assert 'No more "what became of promises" from me.' in anna.taps("Stop these")
    anna.types("promise Nordhaus by thu: a price")
    coach.until("2026-03-13 12:00")
    assert len(asked(anna)) == 1
    assert "Stopped: what became of promises" in anna.types("settings")
    anna.taps("Undo")
    assert coach.row(RepRow, id="U1").stopped_plays == []


def test_a_day_off_puts_it_off_and_a_pause_too(coach: Coach, anna: Person) -> None:
    anna.types("settings off 2026-03-09")
    coach.until("2026-03-09 18:00")
    assert asked(anna) == []
    anna.types("pause until 2026-03-12")
    coach.until("2026-03-11 18:00")
    assert asked(anna) == []
    coach.until("2026-03-12 09:05")
    assert len(asked(anna)) == 1


def test_a_stand_in_is_asked_while_the_rep_is_away_and_may_answer(coach: Coach, anna: Person) -> None:
    coach.bob.types("account add Alba")
    anna.types("settings standin <@U6|bob>")
    anna.types("promise Nordhaus them by fri: drawings")
    anna.types("settings off 2026-03-09")
    coach.until("2026-03-09 09:10")
    [question] = asked(coach.bob)
    assert question.startswith("For Anna, who is back on Tue 10 Mar. You stand in.\nNordhaus: was it kept?")
    assert "drawings" in question
    assert {row.sent_to for row in questions(coach)} == {BOB}
    after = coach.bob.taps("Not kept")
    assert "Say: " in after
    assert "They don't know yet" not in after, "the talks are the keeper's"
    assert "did it come?" in after
    assert "it came." in coach.bob.taps("It came")
    assert asked(anna) == []
    coach.until("2026-03-10 09:10")
    [back] = [text for text in anna.got() if text.startswith("Welcome back.")]
    assert "Nordhaus, spare parts list: cannot be kept (Bob)" in back
    assert "Nordhaus, drawings: kept (Bob)" in back


def test_a_stranger_cannot_answer(coach: Coach, anna: Person) -> None:
    coach.bob.types("help")
    coach.until("2026-03-09 09:05")
    card = anna.showing("Not kept")
    coach.check(coach.srv.click(BOB, card.channel, card.ts, by_label="Not kept", force=True))
    coach.rest()
    assert coach.row(PromiseRow).broken_at is None


def test_a_restart_in_between_asks_no_second_time(coach: Coach, anna: Person) -> None:
    coach.until("2026-03-09 09:05")
    coach.restart()
    coach.until("2026-03-11 12:00")
    assert len(asked(anna)) == 1
    assert "kept. Well done." in anna.taps("Kept")


# --- Chinese ----------------------------------------------------------------------------------------------------------


def test_a_chinese_rep_reads_chinese_throughout(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.types("account add 博远")
    liwei.types("promise 博远 周五前：备件清单")
    liwei.types("promise 博远 对方 周五前：图纸")
    coach.until("2026-03-09 09:05", SHANGHAI)
    [question] = asked(liwei, "兑现了吗？")
    assert question.startswith("博远：兑现了吗？\n我们答应3月6日（周五）前：备件清单\n[兑现了] [另约了日子……] [没兑现]")
    assert "博远，对方3月6日（周五）前：图纸\n[展开]" in question
    answer = liwei.taps("没兑现")
    assert answer.startswith("✓ 博远，备件清单：没兑现。\n难免的事。")
    assert "说：“备件清单的事，我答应您3月6号前办好，没做到，对不住。今天之内，我一定给您一个准日子。”" in answer
    assert "博远：对方给了吗？\n对方答应3月6日（周五）前：图纸\n[收到了] [去问一声] [改日子……]" in answer
    assert "说：“图纸的事，您说过3月6号前给我们，现在到哪一步了？" in liwei.taps("去问一声")
    assert "承诺的日子过了" in liwei.types("why 博远")


def test_what_is_said_to_a_client_is_in_their_language_throughout(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.types("account add 博远")
    liwei.types("promise 博远 by fri: operating manual in two copies")
    coach.until("2026-03-09 09:05", SHANGHAI)
    answer = liwei.taps("没兑现")
    assert "说：“上次说好的事，我答应您3月6号前办好，没做到，对不住。" in answer
