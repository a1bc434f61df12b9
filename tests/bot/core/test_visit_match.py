"""A calendar event finds its account, or the rep is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import visit_match
from bot.core.visit_match import Clues, Known, Match

ACME = Known("acme", ("Acme", "ACME Industries"), ("acme.com",))
ROBOTICS = Known("robotics", ("Acme Robotics",), ("robots.acme.com",))
BETA = Known("beta", ("Beta Werke", "BW"), ("beta.example", "gmail.com"))
HUAXIN = Known("huaxin", ("华信集团", "华信"), ("huaxin.com.cn", "qq.com"))
HUAXIN_MED = Known("huaxin-med", ("华信医疗",), ())
ALL = (ACME, ROBOTICS, BETA, HUAXIN, HUAXIN_MED)


def of(title: str, *emails: str, location: str = "") -> Match:
    return visit_match.match(Clues("u1", title, location, emails), ALL, own_domains=("ours.com",))


@pytest.mark.parametrize(
    ("title", "account", "by"),
    [
        ("Visit Acme", "acme", "name"),
        ("ACME's quarterly", "acme", "name"),
        ("acme: roadmap", "acme", "name"),
        ("(Acme) roadmap", "acme", "name"),
        ("ＡＣＭＥ roadmap", "acme", "name"),
        ("Acme   industries weekly", "acme", "alias"),
        ("Demo for Acme-Robotics, Berlin", "robotics", "name"),
        ("BW sync", "beta", "alias"),
        ("Lunch with beta\twerke", "beta", "name"),
        ("拜访华信集团张总", "huaxin", "name"),
        ("下午去华信谈续约", "huaxin", "alias"),
        ("华信医疗复盘", "huaxin-med", "name"),
        ("拜访Acme公司", "acme", "name"),
        ("【华信】季度回顾", "huaxin", "alias"),
    ],
)
def test_a_name_or_alias_in_the_title_finds_its_account(title: str, account: str, by: str) -> None:
    found = of(title)

    assert (found.account_id, found.by) == (account, by)


@pytest.mark.parametrize(
    "title", ["Acmeist poetry", "pacme", "BWL lecture", "Team weekly", "", "   ", "🎉🎉", "华", "acme2"]
)
def test_part_of_a_word_is_no_name(title: str) -> None:
    assert of(title) == Match(None, None, ())


def test_the_longest_name_wins_over_one_inside_it() -> None:
    assert of("Acme Robotics kick-off").account_id == "robotics"
    assert of("华信医疗与华信集团").candidates == ("huaxin", "huaxin-med")


def test_two_accounts_in_one_title_are_both_named_and_none_is_chosen() -> None:
    assert of("Acme and Beta Werke") == Match(None, "name", ("acme", "beta"))


def test_one_alias_shared_by_two_accounts_chooses_none() -> None:
    twins = (Known("a", ("Alpha", "Group")), Known("b", ("Bravo", "Group")))

    assert visit_match.match(Clues("u", "Group call"), twins) == Match(None, "alias", ("a", "b"))


def test_the_place_speaks_when_the_title_is_silent() -> None:
    assert of("Quarterly review", location="Acme HQ, 3rd floor").account_id == "acme"
    assert of("Beta Werke review", location="Acme HQ").account_id == "beta"


def test_a_guests_domain_finds_the_account_when_no_name_does() -> None:
    assert of("Weekly", "ann@acme.com", "me@ours.com") == Match("acme", "domain", ("acme",))
    assert of("Weekly", "ANN@EU.ACME.COM").account_id == "acme"
    assert of("Weekly", "bot@robots.acme.com").account_id == "robotics"
    assert of("Weekly", "ann@notacme.com").account_id is None
    assert of("Beta Werke weekly", "ann@acme.com").account_id == "beta"


def test_guests_of_two_accounts_choose_none() -> None:
    assert of("Weekly", "a@acme.com", "b@beta.example") == Match(None, "domain", ("acme", "beta"))


@pytest.mark.parametrize(
    "email",
    ["x@gmail.com", "x@qq.com", "x@163.com", "x@outlook.com", "x@yahoo.co.uk", "x@ours.com", "x@cn.ours.com", "x"],
)
def test_public_mail_and_the_reps_own_firm_never_match(email: str) -> None:
    ours = Known("self", ("Ours Ltd",), ("ours.com", "yahoo.co.uk", "163.com", "outlook.com"))

    assert visit_match.match(Clues("u", "Weekly", emails=(email,)), (*ALL, ours), own_domains=("@Ours.com",)).by is None


def test_what_the_rep_said_once_is_remembered() -> None:
    def told(account: str) -> Match:
        return visit_match.match(Clues("u9", "Acme weekly"), ALL, remembered={"u9": account})

    assert told("beta") == Match("beta", "remembered", ("beta",))
    assert told("archived-account").account_id == "acme"


@given(st.text(max_size=80), st.text(max_size=30), st.lists(st.text(max_size=30), max_size=4))
def test_any_text_gives_an_answer_that_names_only_known_accounts(title: str, name: str, emails: list[str]) -> None:
    known = (*ALL, Known("odd", (name,), (name,)))
    found = visit_match.match(Clues("u", title, title, tuple(emails)), known, own_domains=(name,))

    assert set(found.candidates) <= {one.account_id for one in known}
    assert found.account_id is None or found.candidates == (found.account_id,)
