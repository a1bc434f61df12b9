"""What a row of a portfolio says becomes facts of the core."""

from datetime import date, datetime, timedelta

import pytest

from bot.core import portfolio
from bot.core.portfolio import CLEAR, Facts
from bot.core.problem import Step
from bot.core.situation import By
from tests.factories import BERLIN, NOW, SHANGHAI, a_row

MADE = date(2026, 3, 2)


def facts(**cells: object) -> Facts:
    return portfolio.facts(a_row(**cells), "plan", "A1", MADE)


def test_an_id_is_the_same_for_every_spelling_and_differs_by_rep() -> None:
    assert portfolio.identity("U1", "Acme  Ltd") == portfolio.identity("U1", "ＡＣＭＥ ltd")
    assert portfolio.identity("U1", "Acme") != portfolio.identity("U2", "Acme")
    assert portfolio.identity("U1", "2Acme") != portfolio.identity("U12", "Acme")


@pytest.mark.parametrize(
    "cell", ["stage", "order_phase", "last_contact", "important", "next_visit", "promise_due", "manager", "contact"]
)
def test_a_cleared_cell_and_an_empty_one_tell_a_new_account_nothing(cell: str) -> None:
    assert facts(**{cell: CLEAR}) == facts(**{cell: None})


def test_a_problem_that_is_not_confirmed_is_open() -> None:
    opened = NOW - timedelta(days=2)
    (problem,) = facts(open_problem_since=opened).problems
    assert (problem.opened_at, problem.confirmed_at) == (opened, None)


def test_a_problem_confirmed_after_it_was_opened_is_over() -> None:
    opened, confirmed = NOW - timedelta(days=9), NOW - timedelta(days=2)
    (problem,) = facts(open_problem_since=opened, problem_confirmed_at=confirmed).problems
    assert (problem.opened_at, problem.confirmed_at) == (opened, confirmed)


def test_a_problem_opened_after_another_was_confirmed_is_a_second_one() -> None:
    confirmed, opened = NOW - timedelta(days=9), NOW - timedelta(days=2)
    past, problem = facts(open_problem_since=opened, problem_confirmed_at=confirmed).problems
    assert past.done == {Step.CONFIRMED: confirmed}
    assert (problem.opened_at, problem.confirmed_at) == (opened, None)
    assert past.id != problem.id


def test_a_confirmation_alone_is_a_problem_that_is_over() -> None:
    (problem,) = facts(problem_confirmed_at=NOW).problems
    assert problem.confirmed_at == NOW


def test_a_run_of_contacts_counts_from_the_last_one_told() -> None:
    last = datetime(2026, 2, 10, tzinfo=BERLIN)
    known = facts(last_contact=last, last_contact_by=By.US, one_sided_contacts=3)
    assert (known.one_sided_contacts, known.one_sided_since, known.last_contact_by) == (3, last, By.US)
    assert facts(last_contact=last).one_sided_since is None


def test_a_promise_counts_as_given_on_the_day_told() -> None:
    (promise,) = facts(promise_due=date(2026, 3, 20), promise_text="parts").promises
    assert (promise.due, promise.made, promise.text, promise.kept_at) == (date(2026, 3, 20), MADE, "parts", None)


def test_a_visit_keeps_its_hour_or_its_whole_day() -> None:
    at = datetime(2026, 3, 5, 10, tzinfo=BERLIN)
    assert [(v.at, v.all_day) for v in facts(next_visit=at).visits] == [(at, False)]
    assert [v.all_day for v in facts(next_visit=at, next_visit_all_day=True).visits] == [True]


def test_the_account_has_its_own_zone_and_the_contact_a_boss() -> None:
    known = facts(account_timezone=SHANGHAI, contact="Eva", contact_boss="Jan", important=("uptime",))
    assert known.account.zone is SHANGHAI
    assert known.account.important == ("uptime",)
    assert [(c.name, c.boss) for c in known.contacts] == [("Eva", "Jan")]
