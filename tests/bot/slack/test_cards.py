"""The card before a visit: what it says, what each tap does, and that no tap can do harm."""

import re
from itertools import product

import pytest

from bot.core import wording
from bot.core.account import Account, Language, Rep
from bot.core.library import Library
from bot.core.matching import Weights
from bot.usecases import cards
from storage.tables import CommitmentRow, FeedbackRow, NudgeRow, RepRow, SnoozeRow
from tests.coach import BERLIN, Coach

WORDS, CHARACTERS = 45, 90


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna has had the card of a visit to Nordhaus tomorrow at ten."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:30")
    return coach


def card(coach: Coach) -> NudgeRow:
    row: NudgeRow = coach.row(NudgeRow, kind="visit_card")
    return row


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_card_has_one_point_one_sentence_one_trap_and_its_buttons(coach: Coach) -> None:
    heading, do, say, avoid, source, buttons = coach.anna.dm[-1].splitlines()
    assert heading == "Nordhaus · Thu 5 Mar, 10:00"
    assert (do[:4], say[:6], avoid[:5]) == ("Do: ", 'Say: "', "Not: ")
    assert ", section " in source
    assert buttons.startswith("[I'll do it] [Another] [Not this time] […: Why this? / Later… / This is wrong / Stop")


def test_a_card_speaks_to_the_rep_in_theirs_and_to_the_client_in_the_clients_language(coach: Coach) -> None:
    coach.liwei.types("account add Nordhaus")
    coach.liwei.types("account set Nordhaus stage 中期")
    coach.liwei.types("account set Nordhaus language en")
    coach.liwei.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-05 12:00")
    _, do, say, avoid, *_ = coach.liwei.dm[-1].splitlines()
    assert do.startswith("做：")
    assert re.fullmatch(r'说："[^一-鿿]+"', say)
    assert avoid.startswith("别：")


@pytest.mark.parametrize("language", list(Language))
def test_every_wording_of_every_play_makes_a_card_that_is_read_at_a_glance(
    shipped: tuple[Library, Weights], language: Language
) -> None:
    rep = Rep(id="U1", team_id="T1", zone=BERLIN, language=language)
    account = Account(id="A1", team_id="T1", rep_id="U1", name="Nordhaus", language=language)
    for play, index in product(shipped[0].plays, range(3)):
        texts = [part.text for part in cards.point(play, index, rep, account)]  # type: ignore[union-attr]
        length = sum(map(wording.count_words if language is Language.EN else wording.count_characters, texts))
        assert length <= (WORDS if language is Language.EN else CHARACTERS), (play.id, index, length)


def test_a_card_about_a_play_that_was_stopped_is_about_another(coach: Coach) -> None:
    first = card(coach).play
    coach.anna.taps("Stop these")
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-05 17:30")
    second = next(n for n in coach.rows(NudgeRow, kind="visit_card") if n.play != first)
    assert second.state == "sent"


# --- I'll do it -----------------------------------------------------------------------------------------------------


def test_committing_keeps_the_plan_and_leaves_the_card_without_its_buttons(coach: Coach) -> None:
    before = coach.anna.dm[-1].splitlines()
    coach.anna.taps("I'll do it")
    after = coach.anna.dm[-1].splitlines()
    assert after == [*before[:5], "✓ When I am at Nordhaus, I do it.", "[Show the steps]"]
    kept = coach.row(CommitmentRow)
    assert (kept.play, kept.wording, kept.visit_id) == (card(coach).play, card(coach).wording, card(coach).visit_id)


def test_the_steps_stand_below_the_card_not_in_its_place(coach: Coach) -> None:
    coach.anna.taps("I'll do it")
    assert "step by step" in coach.anna.taps("Show the steps")
    assert coach.anna.dm[-2].startswith("Nordhaus · Thu 5 Mar, 10:00")


def test_not_this_time_is_kept_without_reproach(coach: Coach) -> None:
    coach.anna.taps("Not this time")
    assert coach.anna.dm[-1].endswith("✓ Fine, not this time.")
    assert (card(coach).answer, coach.rows(CommitmentRow)) == ("skip", [])


def test_another_gives_other_words_until_there_are_none(coach: Coach) -> None:
    seen = [coach.anna.dm[-1]]
    for _ in range(60):
        shown = coach.anna.taps("Another")
        if "That was all I have for this one." in shown:
            break
        seen.append(shown)
    else:
        pytest.fail("it never ends")
    assert len(seen) >= 3
    assert len(set(seen)) == len(seen)
    assert "✓ When I am at Nordhaus" in coach.anna.taps("I'll do it")


def test_what_is_committed_to_after_another_is_what_was_shown(coach: Coach, shipped: tuple[Library, Weights]) -> None:
    coach.anna.taps("Another")
    coach.anna.taps("Another")
    coach.anna.taps("I'll do it")
    kept = coach.row(CommitmentRow)
    assert shipped[0].by_id[kept.play].wordings.en[kept.wording].do in coach.anna.dm[-1]


# --- the menu -------------------------------------------------------------------------------------------------------


def test_why_gives_the_rule_the_facts_with_dates_and_what_would_stop_it(coach: Coach) -> None:
    answer = coach.anna.taps("Why this?")
    for part in ("Came up because: ", "Facts: visit ", "stage middle", "It stops when: "):
        assert part in answer
    assert coach.anna.types("why") == answer
    assert coach.anna.types("why nordhaus") == answer


def test_kam_why_before_any_nudge_says_so(coach: Coach) -> None:
    assert coach.bob.types("why").endswith("I have not sent you anything yet.")


@pytest.mark.parametrize(
    ("label", "said", "shown"),
    [
        ("Tomorrow 9:00", "Quiet on Nordhaus until tomorrow 09:00.", "Nordhaus until tomorrow 09:00"),
        ("After the visit", "Quiet on Nordhaus until tomorrow 11:00.", "Nordhaus until tomorrow 11:00"),
        ("Not for this account", "Quiet on Nordhaus until you say otherwise.", "Nordhaus, until you lift it"),
    ],
)
def test_later_is_visible_in_the_settings_and_can_be_undone(coach: Coach, label: str, said: str, shown: str) -> None:
    assert "When shall I come back to Nordhaus?" in coach.anna.taps("Later…")
    assert coach.anna.taps(label).startswith(said)
    assert shown in coach.anna.types("settings")
    assert "Undone: you will hear about Nordhaus as before." in coach.anna.taps("Undo")
    assert shown not in coach.anna.types("settings")


def test_later_can_be_undone_where_it_was_said(coach: Coach) -> None:
    coach.anna.taps("Later…")
    coach.anna.taps("Not for this account")
    assert "Undone" in coach.anna.taps("Undo")
    assert all(row.lifted_at is not None for row in coach.rows(SnoozeRow))


def test_an_account_put_off_for_good_is_silent_until_undone(coach: Coach) -> None:
    coach.anna.taps("Later…")
    coach.anna.taps("Not for this account")
    coach.anna.types("visit Nordhaus fri 10:00")
    before = len(coach.anna.got())
    coach.until("2026-03-05 20:00")
    assert len(coach.anna.got()) == before
    coach.anna.types("settings")
    coach.anna.taps("Undo")
    coach.until("2026-03-06 09:30")
    assert "Nordhaus · Fri 6 Mar, 10:00" in "\n".join(coach.anna.dm)


def test_after_an_all_day_visit_is_the_end_of_that_day_not_its_midnight(coach: Coach) -> None:
    coach.anna.types("account add Südbau")
    coach.anna.types("account set Südbau stage middle")
    coach.anna.types("visit Südbau fri")
    coach.until("2026-03-05 17:30")
    coach.anna.taps("Later…")
    assert coach.anna.taps("After the visit").startswith("Quiet on Südbau until tomorrow 17:00.")


def test_wrong_opens_a_form_and_keeps_what_was_said(coach: Coach) -> None:
    coach.anna.taps("This is wrong")
    assert "Thank you. I pass it on" in coach.anna.fills(wrong="moment", wish="Too pushy for them.")
    kept = coach.row(FeedbackRow)
    assert (kept.text, kept.play, kept.nudge_id) == ("Too pushy for them.", card(coach).play, card(coach).id)


def test_stop_these_stops_the_play_and_the_settings_bring_it_back(coach: Coach) -> None:
    answer = coach.anna.taps("Stop these")
    assert answer.startswith('No more "')
    assert coach.row(RepRow, id="U1").stopped_plays == [card(coach).play]
    assert "Stopped: " in coach.anna.types("settings")
    assert "Stopped: " not in coach.anna.taps("Undo")
    assert coach.row(RepRow, id="U1").stopped_plays == []


def test_stop_these_can_be_taken_back_on_the_spot(coach: Coach) -> None:
    assert "[Undo]" in coach.anna.taps("Stop these")
    coach.anna.taps("Undo")
    assert coach.row(RepRow, id="U1").stopped_plays == []


def test_think_it_through_starts_the_dialogue(coach: Coach) -> None:
    assert "› " in coach.anna.taps("Think it through")


# --- taps that come at the wrong time or from the wrong person ------------------------------------------------------


@pytest.mark.parametrize("label", ["I'll do it", "Not this time", "Another", "Why this?", "Later…", "Stop these"])
def test_a_strangers_tap_changes_nothing_and_is_answered_to_the_stranger_alone(coach: Coach, label: str) -> None:
    coach.bob.types()
    message = coach.anna.messages[-1]
    before, mine = coach.anna.dm, len(coach.anna.got())
    coach.check(coach.srv.click("U6", message.channel, message.ts, by_label=label, force=True))
    coach.rest()
    assert "This card is for somebody else, so I left it as it is." in coach.bob.got()[-1]
    assert card(coach).answered_at is None
    assert (coach.anna.dm, len(coach.anna.got())) == (before, mine)


def test_the_same_tap_delivered_twice_acts_once(coach: Coach) -> None:
    message = coach.anna.messages[-1]
    tap = coach.check(coach.srv.click("U1", message.channel, message.ts, by_label="I'll do it"))
    coach.rest()
    before = len(coach.anna.got())
    coach.check(coach.srv.redeliver(tap))
    coach.rest()
    assert len(coach.rows(CommitmentRow)) == 1
    assert len(coach.anna.got()) == before


def test_a_second_answer_is_told_the_first(coach: Coach) -> None:
    message = coach.anna.messages[-1]
    payload = coach.srv.hands.click("U1", message.channel, message.ts, by_label="Not this time")
    coach.anna.taps("I'll do it")
    coach.check(coach.srv.deliver(payload))
    coach.rest()
    assert coach.anna.got()[-1] == "You answered this one before: you'll do it."
    assert card(coach).answer == "commit"


def test_a_month_old_card_says_that_it_is_over(coach: Coach) -> None:
    coach.until("2026-04-10 10:00")
    message = next(m for m in coach.anna.messages if "Nordhaus · Thu 5 Mar" in coach.anna.read(m))
    for label in ("I'll do it", "Another"):
        assert "That card is over: the visit has begun or is past." in coach.anna.taps(label, on=message)
    assert coach.rows(CommitmentRow) == []


def test_a_card_whose_visit_was_cancelled_says_so(coach: Coach) -> None:
    message = coach.anna.messages[-1]
    coach.anna.types("visit cancel Nordhaus")
    answer = coach.anna.taps("I'll do it", on=message)
    assert answer == "That card is over: the visit was called off."
    assert coach.rows(CommitmentRow) == []


def test_a_card_whose_visit_was_moved_says_so(coach: Coach) -> None:
    message = coach.anna.messages[-1]
    coach.anna.types("visit move Nordhaus fri 10:00")
    coach.until("2026-03-05 17:30")
    assert "That card is over" in coach.anna.taps("I'll do it", on=message)


def test_every_button_works_after_a_restart(coach: Coach) -> None:
    coach.restart()
    assert "Do: " in coach.anna.taps("Another")
    assert "✓ When I am at Nordhaus, I do it." in coach.anna.taps("I'll do it")


def test_a_card_of_a_play_that_is_gone_says_so_instead_of_failing(coach: Coach) -> None:
    with coach.writing() as session:
        row = session.get(NudgeRow, card(coach).id)
        assert row is not None
        row.play = "no-such-play"
        session.add(row)
    for label in ("Another", "Think it through", "Stop these", "Why this?", "I'll do it"):
        assert coach.anna.taps(label)
