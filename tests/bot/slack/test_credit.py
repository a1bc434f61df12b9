"""Credit: after good news a note to somebody's boss, which names them and not us."""

import pytest

from storage.tables import AccountRow, ContactLogRow, ContactRow, CreditNoteRow, NudgeRow, RecordRow
from tests.coach import Coach, Person

DEED = "she ran two night shifts herself"


@pytest.fixture
def anna(coach: Coach) -> Person:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("contact add Nordhaus Dana Weber, projects, boss Ms Clarke")
    return coach.anna


@pytest.fixture
def noted(anna: Person) -> Person:
    """Anna, with a note to Dana's boss before her."""
    anna.types("credit Nordhaus")
    anna.fills(who="Dana Weber", did=f"{DEED}.")
    return anna


def test_the_window_asks_whose_work_it_was(anna: Person) -> None:
    anna.types("credit Nordhaus")
    assert "Whose work at the client made this possible?" in anna.form
    assert "Nordhaus" in anna.form


def test_the_note_goes_to_the_boss_that_is_known_and_names_them_not_us(coach: Coach, noted: Person) -> None:
    note = coach.row(CreditNoteRow).draft
    assert note == (
        "Dear Ms Clarke, I would like you to know whose work this was: Dana Weber. What made the difference: "
        f"{DEED}. It is good to work with Dana Weber."
    )
    shown = noted.dm[-1]
    assert note in shown
    assert "A note to Ms Clarke" in shown
    assert "This praises us" not in shown
    assert "Ask Dana Weber first whether it is welcome" in shown


def test_it_logs_the_praise(coach: Coach, noted: Person) -> None:
    record = coach.row(RecordRow)
    assert (record.kind, record.text) == ("praise", f"Dana Weber: {DEED}")
    assert "The praise is written down at Nordhaus." in noted.dm[-1]


def test_somebody_new_is_kept_with_their_boss(coach: Coach, anna: Person) -> None:
    anna.types("credit Nordhaus")
    anna.fills(who="Ruiz", did="he found the missing pump", boss="Dr Hall")
    assert (coach.row(ContactRow, name="Ruiz").boss, coach.row(CreditNoteRow).boss) == ("Dr Hall", "Dr Hall")


def test_without_a_known_boss_the_note_stands_and_says_how_to_name_one(anna: Person) -> None:
    anna.types("credit Nordhaus")
    anna.fills(who="Ruiz", did="he found the missing pump")
    shown = anna.dm[-1]
    assert "Hello, I would like you to know whose work this was: Ruiz." in shown
    assert "I don't know whom Ruiz reports to." in shown


def test_words_that_praise_us_are_flagged_until_they_are_gone(coach: Coach, anna: Person) -> None:
    anna.types("credit Nordhaus")
    anna.fills(who="Dana Weber", did="she let our team save the season, thanks to our product")
    assert 'This praises us: "our team save", "thanks to our product". Say what Dana Weber did instead.' in anna.dm[-1]
    anna.taps("Change the words")
    anna.fills(draft="Dana Weber saved the season. 我们团队解决了问题。")
    assert "我们团队解决" in anna.dm[-1]
    anna.taps("Change the words")
    assert "Dana Weber saved the season" in anna.form
    anna.fills(draft="Dana Weber saved the season. We thank her.")
    assert "This praises us" not in anna.dm[-1]
    assert coach.row(CreditNoteRow).draft == "Dana Weber saved the season. We thank her."


def test_sent_counts_as_contact_and_stops_the_reminder_to_give_credit(coach: Coach, noted: Person) -> None:
    assert "it will mean more to Dana Weber" in noted.taps("I sent it")
    assert coach.row(ContactLogRow).source == "credit"
    coach.until("2026-03-06 18:00")
    assert not any(n.state == "sent" for n in coach.rows(NudgeRow, play="leadership-is-pleased"))


def test_a_note_that_was_not_sent_is_reminded_of_the_next_morning(coach: Coach, noted: Person) -> None:
    coach.until("2026-03-06 18:00")
    assert coach.row(NudgeRow, play="leadership-is-pleased").state == "sent"


def test_a_note_that_was_sent_is_not_changed_or_sent_again(coach: Coach, noted: Person) -> None:
    card = noted.showing("I sent it")
    blocks = list(card.blocks)
    noted.taps("I sent it", on=card)
    card.blocks = blocks
    assert noted.taps("I sent it", on=card) == "That note is marked as sent already."
    assert noted.taps("Change the words", on=card) == "That note is marked as sent already."
    assert len(coach.rows(ContactLogRow)) == 1


def test_the_shortcut_on_a_message_knows_the_account_and_shows_what_was_said(coach: Coach, anna: Person) -> None:
    said = anna.writes("Nordhaus: best rollout we have ever had!")
    assert said
    message = next(m for m in anna.messages if "best rollout" in m.text)
    coach.check(coach.srv.message_shortcut("U1", "give_credit", message.channel, message.ts))
    coach.rest()
    assert "best rollout we have ever had!" in anna.form
    anna.fills(who="Dana Weber", did=DEED)
    assert coach.row(CreditNoteRow).account_id == coach.row(AccountRow).id


def test_the_note_is_in_the_clients_language_all_else_in_the_reps(coach: Coach, anna: Person) -> None:
    anna.types("account set Nordhaus language zh")
    anna.types("credit Nordhaus")
    anna.fills(who="小郑", did="带着人熬了两个通宵", boss="秦总")
    shown = anna.dm[-1]
    assert "秦总，您好！想跟您说一声，这次事情办得顺，靠的是小郑：带着人熬了两个通宵。" in shown
    assert "[I sent it]" in shown


def test_a_chinese_rep_reads_chinese(coach: Coach) -> None:
    liwei = coach.liwei
    liwei.types("account add 博远")
    liwei.types("credit 博远")
    assert "客户那边，这事是靠谁办成的？" in liwei.form
    liwei.fills(who="小郑", did="多亏我们的设备，她带着人熬了两个通宵")
    assert "这几处在夸我们自己：“多亏我们”。换成小郑做了什么。" in liwei.dm[-1]
