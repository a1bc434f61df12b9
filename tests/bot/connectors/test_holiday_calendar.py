"""A company's calendar follows its country, and the company's own days win."""

from datetime import date

import pytest

from bot import errors
from bot.connectors import holiday_calendar
from bot.core import workdays

SATURDAY_IN_MAY = date(2026, 5, 9)  # makes up for 5 May


def test_a_make_up_saturday_in_china_is_a_workday_and_its_bridge_day_is_not() -> None:
    china = holiday_calendar.company_calendar("CN", [2026])

    assert china.is_workday(SATURDAY_IN_MAY)
    assert SATURDAY_IN_MAY in china.working_days
    assert not china.is_workday(date(2026, 5, 5))
    assert not china.is_workday(date(2026, 2, 17))  # Spring Festival
    assert workdays.next_workday(china, date(2026, 5, 8)) == SATURDAY_IN_MAY
    assert workdays.next_workday(china, date(2026, 9, 30)) == date(2026, 10, 8)


def test_every_published_make_up_day_of_china_is_there() -> None:
    china = holiday_calendar.company_calendar("CN", [2026])

    assert china.working_days == {
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    }


def test_a_year_whose_make_up_days_are_unpublished_is_not_known_but_keeps_its_fixed_holidays() -> None:
    china = holiday_calendar.company_calendar("CN", range(2026, 2029))

    assert china.known_years >= {2026}
    assert not china.is_known(2028)
    assert not china.is_workday(date(2028, 1, 26))  # Spring Festival, whatever is published
    assert china.is_workday(date(2028, 1, 24))


def test_china_2027_is_known_exactly_when_its_make_up_days_are() -> None:
    china = holiday_calendar.company_calendar("CN", [2027])

    assert china.is_known(2027) == bool(china.working_days)
    assert not china.is_workday(date(2027, 10, 1))


def test_a_company_may_vouch_for_a_year_with_its_own_days() -> None:
    make_up, bridge = date(2028, 9, 30), date(2028, 10, 6)

    china = holiday_calendar.company_calendar(
        "CN", [2028], days_off=[bridge], working_days=[make_up], confirmed_years=[2028]
    )

    assert china.is_known(2028)
    assert china.is_workday(make_up)
    assert not china.is_workday(bridge)


def test_the_companys_own_days_win_over_the_countrys_both_ways() -> None:
    china = holiday_calendar.company_calendar(
        "CN", [2026], days_off=[SATURDAY_IN_MAY], working_days=[date(2026, 5, 5), date(2026, 3, 7)]
    )

    assert not china.is_workday(SATURDAY_IN_MAY)
    assert china.is_workday(date(2026, 5, 5))
    assert china.is_workday(date(2026, 3, 7))


@pytest.mark.parametrize("country", ["GB", "US", "DE", "FR", "SG", "JP"])
def test_a_country_that_moves_no_workdays_is_known_for_every_year(country: str) -> None:
    calendar = holiday_calendar.company_calendar(country, range(2025, 2031))

    assert calendar.known_years == set(range(2025, 2031))
    assert not calendar.working_days
    assert not calendar.is_workday(date(2026, 1, 1))


def test_a_country_that_gave_up_moving_workdays_is_known_again() -> None:
    assert holiday_calendar.company_calendar("BG", [2030]).is_known(2030)


def test_a_year_without_a_move_between_years_with_moves_is_known() -> None:
    assert holiday_calendar.company_calendar("HU", [2023]).is_known(2023)


def test_a_holiday_observed_on_the_last_day_of_the_year_before_is_kept() -> None:
    assert not holiday_calendar.company_calendar("US", [2027]).is_workday(
        date(2027, 12, 31)
    )  # 1 January 2028: Saturday


def test_the_weekend_is_the_countrys_own() -> None:
    saudi_arabia = holiday_calendar.company_calendar("SA", [2026])

    assert saudi_arabia.weekend == {4, 5}
    assert saudi_arabia.is_workday(date(2026, 3, 8))


def test_a_regions_holiday_counts_only_in_that_region() -> None:
    epiphany = date(2026, 1, 6)

    assert holiday_calendar.company_calendar("DE", [2026]).is_workday(epiphany)
    assert not holiday_calendar.company_calendar("DE", [2026], region="BY").is_workday(epiphany)


@pytest.mark.parametrize(("country", "region"), [("XX", None), ("", None), ("DE", "ZZ"), ("China", None)])
def test_an_unknown_place_is_refused_with_what_to_give_instead(country: str, region: str | None) -> None:
    with pytest.raises(errors.BadInput) as refused:
        holiday_calendar.company_calendar(country, [2026], region=region)

    assert refused.value.code == "unknown_country"
    assert "two-letter" in refused.value.repair


def test_a_year_beyond_what_is_computed_is_not_known() -> None:
    assert not holiday_calendar.company_calendar("GB", [2150]).is_known(2150)


def test_the_countries_on_offer_have_two_letters_and_a_calendar() -> None:
    offered = holiday_calendar.countries()

    assert {"CN", "DE", "GB", "US"} <= offered
    assert all(len(code) == 2 for code in offered)


def test_a_country_code_may_be_typed_in_lower_case() -> None:
    assert holiday_calendar.company_calendar("cn", [2026]) == holiday_calendar.company_calendar("CN", [2026])


def test_no_years_give_a_calendar_that_knows_none() -> None:
    assert holiday_calendar.company_calendar("CN", []).known_years == frozenset()
