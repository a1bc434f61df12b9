"""Public holidays of a country as a company calendar, from the `holidays` package."""

from collections.abc import Collection, Iterable
from datetime import date

import holidays

from bot import errors
from bot.core import workdays

# A country whose last moved work day is longer ago than this has given up moving them.
_YEARS_OF_MEMORY = 4


def countries() -> frozenset[str]:
    """The country codes (ISO 3166-1, two letters) for which there is a calendar."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def company_calendar(
    country: str,
    years: Iterable[int],
    *,
    region: str | None = None,
    days_off: Collection[date] = (),
    working_days: Collection[date] = (),
    confirmed_years: Collection[int] = (),
) -> workdays.CompanyCalendar:
    """The calendar of a company in this country for these years, its own days winning over the country's.

    Where a government moves work days to weekends (China, Hungary, Vietnam…), a year is known only once the moves are
    published; the fixed holidays of an unknown year are days off all the same. `confirmed_years` are years for which
    the company says that its calendar is complete. Raises BadInput for an unknown country or region.
    """
    country, wanted = country.upper(), frozenset(years)
    days = _public_holidays(country, region, wanted)
    off = frozenset(day for day in days if day.year in wanted)
    moved = frozenset(day for day in days.weekend_workdays if day.year in wanted)
    return workdays.CompanyCalendar(
        country=country,
        days_off=(off - frozenset(working_days)) | frozenset(days_off),
        working_days=(moved | frozenset(working_days)) - frozenset(days_off),
        known_years=_known_years(days, wanted) | frozenset(confirmed_years),
        weekend=frozenset(days.weekend),
    )


def _public_holidays(country: str, region: str | None, years: frozenset[int]) -> holidays.HolidayBase:
    if country not in countries():  # the package would also take the name of a class
        raise _unknown(country)
    # The years around show whether work days are moved here, and holidays observed over New Year.
    span = range(min(years) - _YEARS_OF_MEMORY, max(years) + _YEARS_OF_MEMORY + 1) if years else range(0)
    try:
        return holidays.country_holidays(country, subdiv=region, years=span, expand=False)
    except NotImplementedError as error:
        raise _unknown(f"{country}-{region}" if region else country) from error


def _unknown(place: str) -> errors.BadInput:
    return errors.BadInput(
        f"there is no holiday calendar for {place!r}",
        repair="give a two-letter country code such as CN, DE or US, and a region of that country or none",
        code="unknown_country",
        params={"country": place},
    )


def _known_years(days: holidays.HolidayBase, wanted: frozenset[int]) -> frozenset[int]:
    moved = {day.year for day in days.weekend_workdays}
    return frozenset(
        year
        for year in wanted
        if days.start_year <= year <= days.end_year
        and (any(m >= year for m in moved) or not any(year - _YEARS_OF_MEMORY <= m < year for m in moved))
    )
