"""`/kam forget me`: says what goes, asks for a typed word, deletes all of it at once, and leaves a receipt."""

from datetime import timedelta

import pytest

from bot.core.texts import privacy
from storage.tables import AccountRow, ContactRow, NudgeRow, ReceiptRow, RepRow, RoleRow, VisitRow
from tests import everything
from tests.bot.conftest import StartCoach
from tests.coach import TEAM, Coach

WORD = "canary7f3a"
HELLO = "Hello, I coach key-account work"


@pytest.fixture
def coach(coach: Coach) -> Coach:
    for text in ("account add Nordhaus", "contact add Nordhaus Wang Li", "visit Nordhaus tomorrow 10:00"):
        coach.anna.types(text)
    coach.bob.types("account add Alba")
    return coach


def forgets(coach: Coach, **choice: str) -> str:
    coach.anna.types("forget me")
    return coach.anna.fills(word="forget me", **choice)


def is_gone(coach: Coach, *words: str) -> None:
    """Holds if no table has any of the words, nor does the file of the database."""
    with coach.bot.base.database.read() as session:
        text = everything.texts(session)
    folder = coach.settings.data_dir
    files = b"".join(file.read_bytes() for file in sorted(folder.glob("kam.sqlite3*")))
    for word in words:
        assert word not in text
        assert word.encode() not in files


def test_it_says_first_what_goes(coach: Coach) -> None:
    coach.anna.types("forget me")
    form = coach.anna.form
    for told in ("I delete all I keep about you", "accounts: 1", "contacts: 1", "visits: 1", "stays in Slack"):
        assert told in form


def test_without_the_typed_word_nothing_happens(coach: Coach) -> None:
    coach.anna.types("forget me")
    assert 'Please type "forget me"' in coach.anna.fills(word="yes")
    assert coach.row(AccountRow, rep_id="U1").name == "Nordhaus"


def test_the_receipt_counts_what_went_and_its_reference_is_kept(coach: Coach) -> None:
    receipt = forgets(coach)
    kept = coach.row(ReceiptRow)
    assert f"Forgotten on Wed 4 Mar, 10:00. Receipt {kept.id}." in receipt
    for told in ("accounts: 1", "contacts: 1", "visits: 1", "your settings: 1"):
        assert told in receipt
    assert kept.deleted["visit"] == 1
    assert coach.rows(RepRow, id="U1") == []
    assert coach.row(AccountRow).name == "Alba"


def test_a_word_in_every_column_of_every_table_is_gone_from_the_file_too(coach: Coach) -> None:
    with coach.writing() as session:
        session.delete(session.get_one(RepRow, (TEAM, "U1")))
        session.flush()
        made = everything.fill(session, TEAM, "U1", WORD)
        assert len(made) > 20
    receipt = forgets(coach, accounts="delete")
    for table in made:
        assert f"{privacy.NAMES[table].en}: " in receipt
    is_gone(coach, WORD, '"U1"', "Nordhaus", "Wang Li")


def test_nothing_comes_after_it(coach: Coach) -> None:
    forgets(coach)
    before = len(coach.anna.got())
    coach.until("2026-03-06 18:00")
    assert len(coach.anna.got()) == before
    assert coach.rows(NudgeRow, rep_id="U1") == []


def test_the_next_contact_meets_them_as_new(coach: Coach) -> None:
    forgets(coach)
    answer = coach.anna.types("account")
    assert HELLO in answer
    assert "You have no accounts yet" in answer


def test_somebody_elses_data_stays_whole(coach: Coach) -> None:
    coach.bob.types("contact add Alba Chen Hao")
    coach.bob.types("visit Alba fri 10:00")
    before = [row.model_dump() for t in (AccountRow, ContactRow, VisitRow, RepRow) for row in coach.rows(t)
              if "U1" not in row.model_dump().values()]  # fmt: skip
    forgets(coach)
    after = [row.model_dump() for t in (AccountRow, ContactRow, VisitRow, RepRow) for row in coach.rows(t)]
    assert [row for row in before if row in after] == after


def test_where_others_rows_name_them_the_name_goes(coach: Coach) -> None:
    with coach.writing() as session:
        session.get_one(AccountRow, coach.row(AccountRow, name="Alba").id).manager = "U1"
        session.add(RoleRow(team_id=TEAM, rep_id="U6", manager_id="U1", set_by="U1", set_at=coach.now))
    forgets(coach)
    assert coach.row(AccountRow).manager is None
    assert (coach.row(RoleRow).manager_id, coach.row(RoleRow).set_by) == (None, "")


def test_an_offer_of_theirs_goes_with_them(coach: Coach) -> None:
    coach.anna.types("handover Nordhaus @bob")
    coach.anna.fills(people=["U6"])
    coach.deliver()
    forgets(coach)
    assert "no longer stands" in coach.bob.taps("Take it on")
    is_gone(coach, '"U1"')


def test_an_account_that_was_handed_over_stays_with_its_new_rep(coach: Coach) -> None:
    coach.anna.types("handover Nordhaus @bob")
    coach.anna.fills(people=["U6"])
    coach.deliver()
    coach.bob.taps("Take it on")
    forgets(coach)
    assert {a.name for a in coach.rows(AccountRow)} == {"Nordhaus", "Alba"}
    is_gone(coach, '"U1"')


# --- accounts that stay with the firm ---------------------------------------------------------------------------------


@pytest.fixture
def with_manager(start_coach: StartCoach) -> Coach:
    """Bob is the admin, and gets what nobody else is there for."""
    coach = start_coach(admins="U6")
    coach.bob.types("help")
    for text in (
        "account add Nordhaus",
        "account add Alba",
        "account archive Alba lost",
        "contact add Nordhaus Wang Li",
        "visit Nordhaus fri 10:00",
        "advice the client is angry about a late delivery",
    ):
        coach.anna.types(text)
    coach.clock.move_to(coach.now + timedelta(minutes=5))
    return coach


def test_accounts_can_stay_and_are_offered_to_the_manager(with_manager: Coach) -> None:
    coach = with_manager
    receipt = forgets(coach, accounts="keep")
    assert "Stayed with the firm, without your name" in receipt
    is_gone(coach, '"U1"', "late delivery")
    coach.deliver()
    offer = coach.bob.dm[-1]
    assert "Their accounts wait for you, put away: Nordhaus." in offer
    assert "[Take them] [Give to…]" in offer
    assert "You have no accounts yet" in coach.bob.types("account list")
    coach.bob.taps("Take them")
    assert "Wang Li" in coach.bob.types("account show Nordhaus")
    assert coach.row(VisitRow).rep_id == "U6"
    assert coach.row(AccountRow, name="Alba").archived_as == "lost"


def test_they_can_be_deleted_all_the_same(with_manager: Coach) -> None:
    forgets(with_manager, accounts="delete")
    assert with_manager.rows(AccountRow) == []
    is_gone(with_manager, '"U1"', "Nordhaus", "Wang Li")


def test_what_stays_can_be_given_on(with_manager: Coach) -> None:
    coach = with_manager
    coach.james.types("help")
    forgets(coach, accounts="keep")
    coach.deliver()
    coach.bob.taps("Give to…")
    coach.bob.fills(people=["U3"])
    coach.until("2026-03-04 16:00")
    coach.james.taps("Take it on")
    assert "Wang Li" in coach.james.types("account show Nordhaus")


def test_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.liwei.types("忘掉我")
    assert "确认请输入“忘掉我”" in coach.liwei.form
    receipt = coach.liwei.fills(word="忘掉我")
    assert "已全部忘掉" in receipt
    assert "客户：1" in receipt
