"""docs/privacy.md tells of every table and every column, and the export and the receipt have words for each."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Table

from bot.core.texts import privacy
from bot.settings import Settings
from storage import belongings, moves, retention
from storage.belongings import Owner
from storage.retention import Rule

PAGE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
TABLES = list(belongings.all_tables())
HEADINGS = {Owner.PERSON: "Of a person", Owner.ACCOUNT: "Of an account", Owner.NOBODY: "Of nobody"}


def section(table: Table) -> str:
    """What the page says of one table."""
    found = re.search(rf"^### `{table.name}`: .*?(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/privacy.md does not tell of {table.name}"
    return found[0]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_page_tells_of_every_column_and_why_it_is_there(table: Table) -> None:
    text = section(table)
    assert {c.name for c in table.c} == set(re.findall(r"`([a-z_]+)`", text)) - {table.name}
    assert "Why: " in text


def test_the_page_tells_of_no_table_that_is_not_there() -> None:
    assert sorted(re.findall(r"^### `([a-z_]+)`", PAGE, re.MULTILINE)) == sorted(t.name for t in TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_page_says_whose_a_table_is(table: Table) -> None:
    part = PAGE.partition(f"## {HEADINGS[belongings.owner(table)]}\n")[2].partition("\n## ")[0]
    assert f"### `{table.name}`" in part


@pytest.mark.parametrize("table", [t for t in TABLES if belongings.owner(t) is not Owner.NOBODY], ids=lambda t: t.name)
def test_the_export_and_the_receipt_have_words_for_a_table(table: Table) -> None:
    assert privacy.NAMES[table.name].zh
    assert privacy.HOLDS[table.name].zh


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.table)
def test_the_page_says_how_long_and_it_is_so(rule: Rule) -> None:
    part = PAGE.partition("## How long\n")[2].partition("\n## ")[0]
    [row] = [line for line in part.splitlines() if f"`{rule.table}`" in line]
    told = row.split("|")[2]
    days = Settings.model_fields["keep_days"].default
    assert re.search(rf"`KAM_KEEP_DAYS` \({days}\)" if rule.days is None else rf"\b{rule.days} days?\b", told)


def test_the_page_names_no_table_there_that_is_kept_for_good() -> None:
    part = PAGE.partition("## How long\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([a-z_]+)`", part)) == {rule.table for rule in retention.RULES}


def test_words_are_kept_only_for_tables_that_are_there() -> None:
    names = {t.name for t in TABLES if belongings.owner(t) is not Owner.NOBODY}
    assert set(privacy.NAMES) == set(privacy.HOLDS) == names


def test_every_table_knows_its_workspace() -> None:
    """All but what is the same for every workspace, and a sign-in, which has no workspace yet."""
    assert [t.name for t in TABLES if "team_id" not in t.c] == ["oauth_state", "playbook_version"]


def test_whatever_hangs_on_an_account_goes_along_when_accounts_are_merged() -> None:
    hanging = {t.name for t in TABLES if "account_id" in t.c}
    assert hanging == moves.tables_that_move() | {"contact", "nudge", "snooze", "stage_change"}
