"""Accounts, contacts, and who reached out when."""

from datetime import UTC, date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.core.account import ArchivedAs, Contact, Language, OrderPhase, Stage
from bot.core.situation import By
from storage import accounts
from storage.session import Database
from storage.tables import AccountRow
from tests.factories import NOW as LOCAL_NOW
from tests.factories import SHANGHAI, an_account

NOW = LOCAL_NOW.astimezone(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        yield opened


def test_an_account_comes_back_with_every_fact(session: Session) -> None:
    full = an_account(
        stage_since=date(2026, 1, 1),
        order_phase=OrderPhase.IN_USE,
        order_since=date(2026, 2, 1),
        zone=SHANGHAI,
        language=Language.ZH,
        important=("price", "付款"),
        aliases=("NH",),
        domains=("nordhaus.example",),
        manager="U9",
    )
    assert accounts.add(session, full, NOW) == full
    session.expire_all()
    assert accounts.get(session, "T1", "A1") == full


@pytest.mark.parametrize("said", ["nordhaus gmbh", "NORDHAUS  GmbH", " Nordhaus GmbH ", "ＮＯＲＤＨＡＵＳ　ＧｍｂＨ"])
def test_an_account_is_found_by_its_name_in_any_case_width_and_spacing(session: Session, said: str) -> None:
    accounts.add(session, an_account(name="Nordhaus GmbH"), NOW)
    found = accounts.by_name(session, "T1", "U0ANNA", said)
    assert found is not None
    assert found.name == "Nordhaus GmbH"


@pytest.mark.parametrize(
    ("one", "other"), [("STRASSE", "straße"), ("㈱東", "(株)東"), ("Ⅳ", "iv"), ("①", "1"), ("Ｋ", "k")]
)
def test_names_that_look_the_same_have_the_same_key(one: str, other: str) -> None:
    assert accounts.name_key(one) == accounts.name_key(other)


def test_an_account_is_found_by_an_alias_but_its_name_goes_first(session: Session) -> None:
    accounts.add(session, an_account(id="A1", name="Nordhaus", aliases=("Haus",)), NOW)
    assert accounts.by_name(session, "T1", "U0ANNA", "haus") == accounts.get(session, "T1", "A1")
    accounts.add(session, an_account(id="A2", name="Haus"), NOW)
    assert accounts.by_name(session, "T1", "U0ANNA", "haus") == accounts.get(session, "T1", "A2")
    assert accounts.by_name(session, "T1", "U0ANNA", "hau") is None


def test_one_rep_cannot_have_a_name_twice_but_two_reps_may(session: Session) -> None:
    accounts.add(session, an_account(id="A1"), NOW)
    accounts.add(session, an_account(id="A2", rep_id="U0BEN"), NOW)
    with pytest.raises(IntegrityError), session.begin_nested():
        accounts.add(session, an_account(id="A3", name="NORDHAUS"), NOW)


def test_a_renamed_account_is_found_by_its_new_name_only(session: Session) -> None:
    accounts.add(session, an_account(), NOW)
    accounts.update(session, "T1", "A1", NOW, name="Südhaus")
    assert accounts.by_name(session, "T1", "U0ANNA", "SÜDHAUS") is not None
    assert accounts.by_name(session, "T1", "U0ANNA", "Nordhaus") is None


def test_archived_accounts_are_told_only_when_asked_for(session: Session) -> None:
    accounts.add(session, an_account(id="A1", name="b"), NOW)
    accounts.add(session, an_account(id="A2", name="A"), NOW)
    accounts.update(session, "T1", "A1", NOW, archived_as=ArchivedAs.LOST)
    assert [a.name for a in accounts.of_rep(session, "T1", "U0ANNA")] == ["A"]
    assert [a.name for a in accounts.of_rep(session, "T1", "U0ANNA", archived=True)] == ["A", "b"]


def test_each_change_of_stage_is_dated_and_kept(session: Session) -> None:
    accounts.add(session, an_account(stage=Stage.EARLY, stage_since=date(2026, 1, 1)), NOW)
    accounts.update(session, "T1", "A1", NOW, stage=Stage.MIDDLE, stage_since=date(2026, 3, 1))
    accounts.update(session, "T1", "A1", NOW, manager="U9")
    assert accounts.stage_changes(session, "T1", "A1") == [
        (Stage.EARLY, date(2026, 1, 1)),
        (Stage.MIDDLE, date(2026, 3, 1)),
    ]


def test_an_account_that_is_not_there_cannot_be_changed(session: Session) -> None:
    with pytest.raises(LookupError):
        accounts.update(session, "T1", "A1", NOW, name="x")


# --- who reached out ------------------------------------------------------------------------------------------------


def run_of(session: Session) -> tuple[int, object, object]:
    row = session.get_one(AccountRow, "A1")
    return row.one_sided_contacts, row.one_sided_since, row.last_contact


def test_contacts_from_us_add_up_until_the_client_reaches_out(session: Session) -> None:
    accounts.add(session, an_account(), NOW)
    for days in range(3):
        accounts.log_contact(session, "T1", "A1", By.US, NOW + days * DAY, "visit")
    assert run_of(session) == (3, NOW, NOW + 2 * DAY)
    accounts.log_contact(session, "T1", "A1", By.THEM, NOW + 3 * DAY, "call")
    assert run_of(session) == (0, None, NOW + 3 * DAY)
    accounts.log_contact(session, "T1", "A1", By.US, NOW + 4 * DAY, "visit")
    assert run_of(session) == (1, NOW + 4 * DAY, NOW + 4 * DAY)


def test_a_contact_told_of_late_is_kept_and_changes_no_run(session: Session) -> None:
    accounts.add(session, an_account(), NOW)
    accounts.log_contact(session, "T1", "A1", By.US, NOW, "visit")
    accounts.log_contact(session, "T1", "A1", By.THEM, NOW - DAY, "call")
    assert run_of(session) == (1, NOW, NOW)
    assert accounts.contact_log(session, "T1", "A1") == [(NOW, By.US, "visit"), (NOW - DAY, By.THEM, "call")]
    assert len(accounts.contact_log(session, "T1", "A1", limit=1)) == 1


def test_an_import_sets_what_it_knows_of_past_contacts_and_leaves_the_rest(session: Session) -> None:
    accounts.add(session, an_account(), NOW)
    accounts.set_contact_summary(session, "T1", "A1", NOW, By.US, 4)
    accounts.set_contact_summary(session, "T1", "A1", None, None, None)
    assert run_of(session) == (4, NOW, NOW)
    accounts.set_contact_summary(session, "T1", "A1", None, By.THEM, 0)
    assert run_of(session) == (0, None, NOW)


# --- the people there -----------------------------------------------------------------------------------------------


def test_a_contact_told_of_again_keeps_what_is_not_said(session: Session) -> None:
    accounts.add(session, an_account(), NOW)
    boss = Contact(id="C1", account_id="A1", name="Frau Weber", role="buyer", has_say=True, since=date(2026, 1, 1))
    assert accounts.save_contact(session, "T1", boss) == boss
    again = accounts.save_contact(
        session, "T1", Contact(id="C2", account_id="A1", name="frau  WEBER", email="w@nordhaus.example")
    )
    assert (again.id, again.role, again.email, again.has_say) == ("C1", "buyer", "w@nordhaus.example", True)
    assert accounts.contacts(session, "T1", "A1") == [again]
