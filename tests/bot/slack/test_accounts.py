"""Accounts and contacts: by form and by text, in both languages; nothing is lost by a typo."""

import pytest

from storage.tables import AccountRow, ContactRow
from tests.coach import Coach


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    return coach


def nordhaus(coach: Coach) -> AccountRow:
    row: AccountRow = coach.row(AccountRow)
    return row


# --- adding and changing --------------------------------------------------------------------------------------------


def test_an_account_is_added_by_form_with_all_that_is_known(coach: Coach) -> None:
    coach.anna.types("account add")
    given = {"stage": "plateau", "phase": "in_use", "language": "zh", "important": "交期；包装"}
    answer = coach.anna.fills(name=" 博远  机械 ", aliases="BY, boyuan.example", **given)
    assert answer.startswith("博远 机械 is in.")
    row = coach.row(AccountRow, name="博远 机械")
    assert (row.stage, row.order_phase, row.language) == ("plateau", "in_use", "zh")
    assert (row.aliases, row.domains, row.important) == (["BY"], ["boyuan.example"], ["交期", "包装"])


def test_what_is_wrong_in_the_form_stands_at_its_field(coach: Coach) -> None:
    coach.anna.types("account add")
    assert coach.anna.fills(name="Nordhaus") == "You have Nordhaus already: /kam account show Nordhaus"
    assert coach.anna.form.startswith("Add an account")
    assert coach.anna.fills(name="Nordhaus Nord").startswith("Nordhaus Nord is in.")
    assert coach.anna.form == ""


def test_the_form_changes_an_account(coach: Coach) -> None:
    coach.anna.types("account show Nordhaus")
    coach.anna.taps("Change the account")
    assert "Nordhaus: saved." in coach.anna.fills(stage="middle", important="price")
    assert (nordhaus(coach).stage, nordhaus(coach).important) == ("middle", ["price"])


def test_the_form_renames_an_account_and_the_old_name_still_finds_it(coach: Coach) -> None:
    coach.anna.types("account show Nordhaus")
    coach.anna.taps("Change the account")
    assert "Nordhaus is now Nordhaus AG." in coach.anna.fills(name="Nordhaus AG")
    assert coach.anna.types("account show nordhaus").startswith("Nordhaus AG")


def test_a_name_taken_by_another_account_leaves_the_form_open_and_nothing_changed(coach: Coach) -> None:
    coach.anna.types("account add Südbau")
    coach.anna.types("account show Nordhaus")
    coach.anna.taps("Change the account")
    assert coach.anna.fills(name="Südbau", stage="middle").startswith("You have Südbau already")
    assert coach.row(AccountRow, name="Nordhaus").stage is None


@pytest.mark.parametrize(
    ("typed", "stage"),
    [("stage middle", "middle"), ("stage Plateau", "plateau"), ("阶段 中期", "middle"), ("stage 长期伙伴", "mature")],
)
def test_a_stage_is_set_in_either_language(coach: Coach, typed: str, stage: str) -> None:
    assert coach.anna.types(f"account set Nordhaus {typed}").startswith("Nordhaus is now at: ")
    assert nordhaus(coach).stage == stage


@pytest.mark.parametrize(
    ("typed", "phase"),
    [
        ("phase delivered", "delivered"),
        ("order in use", "in_use"),
        ("订单 使用中", "in_use"),
        ("phase 待续约", "renewing"),
    ],
)
def test_an_order_phase_is_set_in_either_language(coach: Coach, typed: str, phase: str) -> None:
    assert coach.anna.types(f"account set Nordhaus {typed}").startswith("Nordhaus's order is now: ")
    assert nordhaus(coach).order_phase == phase


def test_an_unknown_stage_is_answered_with_those_there_are(coach: Coach) -> None:
    answer = coach.anna.types("account set Nordhaus stage marvellous")
    assert answer.startswith('I know no stage "marvellous". One of: winning, introduction')


def test_a_field_that_is_missing_gets_the_usage(coach: Coach) -> None:
    for text in ("account set Nordhaus", "account set", "account set Nordhaus colour blue"):
        assert "/kam account set <name> stage | phase" in coach.anna.types(text)


def test_a_rename_keeps_the_old_name_as_an_alias(coach: Coach) -> None:
    assert coach.anna.types("account rename Nordhaus to Nordhaus AG").startswith("Nordhaus is now Nordhaus AG.")
    assert nordhaus(coach).aliases == ["Nordhaus"]
    assert coach.anna.types("visit nordhaus tomorrow 10:00").startswith("Nordhaus AG, tomorrow 10:00.")


def test_an_alias_and_a_domain_find_the_account(coach: Coach) -> None:
    assert "NH" in coach.anna.types("account alias Nordhaus: NH, info@nordhaus.example")
    assert (nordhaus(coach).aliases, nordhaus(coach).domains) == (["NH"], ["nordhaus.example"])
    assert coach.anna.types("account show nh").startswith("Nordhaus")


def test_an_account_of_the_same_name_is_not_doubled(coach: Coach) -> None:
    assert coach.anna.types("account add  NORDHAUS ").startswith("You have Nordhaus already")
    assert len(coach.rows(AccountRow)) == 1


def test_two_reps_may_have_an_account_of_one_name(coach: Coach) -> None:
    assert coach.bob.types("account add Nordhaus").find("Nordhaus is in.") >= 0
    assert coach.bob.types("account").startswith("Your accounts (1)")


def test_a_name_that_is_too_long_or_empty_is_refused(coach: Coach) -> None:
    assert "under 80 characters" in coach.anna.types("account add " + "x" * 81)
    coach.anna.types("account add \u200b")
    assert "too long" in coach.anna.types("account rename Nordhaus to " + "x" * 81)


# --- finding --------------------------------------------------------------------------------------------------------


def test_a_typo_is_answered_with_the_nearest_names(coach: Coach) -> None:
    for text in ("account show Nordhuas", "visit Nordhuas tomorrow 10:00", "contact list Nordhuas", "why Nordhuas"):
        answer = coach.anna.types(text)
        assert answer.startswith('I know no account "Nordhuas". Did you mean Nordhaus?'), text


def test_a_name_like_no_other_is_offered_to_be_added(coach: Coach) -> None:
    assert coach.anna.types("account show Zzyzx").startswith('I know no account "Zzyzx" yet. Add it: /kam account add')


def test_the_beginning_of_a_name_is_enough_if_it_is_the_only_one(coach: Coach) -> None:
    assert coach.anna.types("account show nord").startswith("Nordhaus")
    coach.anna.types("account add Nordstern")
    assert coach.anna.types("account show nord").startswith('"nord" could be Nordhaus or Nordstern.')


def test_somebody_elses_account_is_not_found(coach: Coach) -> None:
    assert 'I know no account "Nordhaus" yet' in coach.bob.types("account show Nordhaus")


def test_the_list_names_every_account_with_its_stage(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus stage middle")
    assert "Your accounts (1)\n• Nordhaus: middle" in coach.anna.types("account")
    assert "Nordhaus: middle" in coach.anna.types("account list")


def test_thirty_accounts_fit_into_one_list(coach: Coach) -> None:
    for number in range(29):
        coach.anna.types(f"account add Firm {number:02}")
    answer = coach.anna.types("account list")
    assert answer.startswith("Your accounts (30)")
    assert "and 10 more" in answer


def test_show_tells_all_that_is_known(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("contact add Nordhaus Wang Li, purchasing, boss Zhao Min")
    coach.anna.types("visit Nordhaus tomorrow 10:00")
    answer = coach.anna.types("account show Nordhaus")
    for part in ("middle since Wed 4 Mar", "next visit tomorrow 10:00", "Wang Li, purchasing, reports to Zhao Min"):
        assert part in answer


# --- putting away ---------------------------------------------------------------------------------------------------


def test_an_account_that_is_put_away_is_silent_and_comes_back(coach: Coach) -> None:
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    assert coach.anna.types("account archive Nordhaus won").startswith("Nordhaus is put away. Nothing is deleted")
    before = len(coach.anna.got())
    coach.until("2026-03-06 18:00")
    assert len(coach.anna.got()) == before
    assert "put away" in coach.anna.types("visit Nordhaus mon 10:00")
    assert coach.anna.types("account restore Nordhaus").startswith("Nordhaus is back.")
    coach.anna.types("visit Nordhaus tue 10:00")
    coach.until("2026-03-09 18:00")
    assert "Nordhaus · Tue 10 Mar, 10:00" in coach.anna.dm[-1]


def test_the_visits_of_an_account_that_is_put_away_are_not_listed(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.types("account archive Nordhaus")
    assert "Nordhaus" not in coach.anna.types("visit list")


def test_an_account_restored_in_time_gets_its_card_after_all(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.types("account archive Nordhaus")
    coach.anna.types("account restore Nordhaus")
    coach.until("2026-03-04 18:00")
    assert "Nordhaus · Thu 5 Mar, 10:00" in coach.anna.dm[-1]


# --- contacts -------------------------------------------------------------------------------------------------------


def test_a_contact_is_kept_with_role_boss_and_say(coach: Coach) -> None:
    answer = coach.anna.types("contact add Nordhaus Wang Li, purchasing, boss Zhao Min, decides, wang@nordhaus.example")
    assert answer == "Wang Li at Nordhaus: noted."
    row = coach.row(ContactRow)
    assert (row.name, row.role, row.boss, row.has_say) == ("Wang Li", "purchasing", "Zhao Min", True)
    assert row.email == "wang@nordhaus.example"


def test_a_contact_is_added_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    assert coach.liwei.types("contact add 博远 王丽，采购，上级赵敏") == "记下了：博远的王丽。"
    assert "王丽，采购，上级赵敏" in coach.liwei.types("contact list 博远")


def test_a_contact_without_a_name_is_asked_for(coach: Coach) -> None:
    assert coach.anna.types("contact add Nordhaus").startswith("Who? For example: /kam contact add Nordhaus Wang Li")


def test_no_contacts_yet_says_how_to_add_one(coach: Coach) -> None:
    assert coach.anna.types("contact list Nordhaus").startswith("No contacts at Nordhaus yet")


@pytest.mark.parametrize(
    ("typed", "said", "by"),
    [
        ("Nordhaus", "Noted: you reached out to Nordhaus.", "us"),
        ("Nordhaus me", "Noted: you reached out to Nordhaus.", "us"),
        ("Nordhaus them", "Noted: Nordhaus reached out to you.", "them"),
        ("Nordhaus 对方", "Noted: Nordhaus reached out to you.", "them"),
    ],
)
def test_who_reached_out_is_written_down(coach: Coach, typed: str, said: str, by: str) -> None:
    assert coach.anna.types(f"contact log {typed}") == said
    assert nordhaus(coach).last_contact_by == by


def test_an_unknown_word_gets_the_usage(coach: Coach) -> None:
    assert coach.anna.types("contact frobnicate").startswith("Use it like this: /kam contact add")
    assert coach.anna.types("calendar frobnicate").startswith("Use it like this: /kam calendar add")
