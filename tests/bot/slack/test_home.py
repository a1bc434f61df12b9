"""The Home tab: useful for everybody who opens it, and fresh after each change."""

from storage.tables import RepRow
from tests.coach import Coach


def test_a_new_rep_sees_how_to_begin(coach: Coach) -> None:
    coach.anna.opens("home")
    assert "You have no accounts yet. Add the first" in coach.anna.home
    assert "Time zone: Europe/Berlin" in coach.anna.home


def test_it_shows_what_presses_what_is_ahead_the_accounts_and_the_settings(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.opens("home")
    for part in (
        "Today, worst first",
        "Nordhaus: visit tomorrow 10:00",
        "Your next visits",
        "Accounts (1)",
        "Your settings",
    ):
        assert part in coach.anna.home


def test_it_is_fresh_after_a_command_a_tap_and_a_form(coach: Coach) -> None:
    coach.anna.opens("home")
    coach.anna.types("account add Nordhaus")
    assert "Accounts (1)" in coach.anna.home
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.taps_home("Add an account")
    coach.anna.fills(name="Südbau")
    assert "Accounts (2)" in coach.anna.home
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-05 17:30")
    coach.anna.taps("Later…")
    coach.anna.taps("Not for this account")
    assert "Nordhaus, until you lift it" in coach.anna.home
    coach.anna.taps_home("Undo")
    assert "Nordhaus, until you lift it" not in coach.anna.home


def test_a_form_sent_from_the_home_tab_is_answered_in_the_dm(coach: Coach) -> None:
    coach.anna.opens("home")
    coach.anna.taps_home("Add an account")
    coach.anna.fills(name="Nordhaus")
    assert "Nordhaus is in." in coach.anna.dm[-1]


def test_without_a_time_zone_it_asks_for_one_and_a_tap_sets_it(coach: Coach) -> None:
    coach.nomad.opens("home")
    assert "Where do you work?" in coach.nomad.home
    coach.nomad.taps_home("Europe/London")
    assert coach.row(RepRow).zone == "Europe/London"
    assert "Time zone: Europe/London" in coach.nomad.home


def test_thirty_accounts_and_a_full_week_fit(coach: Coach) -> None:
    for number in range(30):
        coach.anna.types(f"account add Firm {number:02}")
    for number in range(9):
        coach.anna.types(f"visit Firm {number:02} fri {9 + number:02}:00")
    coach.anna.opens("home")
    assert "Accounts (30)" in coach.anna.home


def test_slack_refusing_the_home_tab_hurts_nothing_else(coach: Coach) -> None:
    coach.space.faults.add("views.publish", "http_500", times=5)
    coach.anna.opens("home")
    assert "Nordhaus is in." in coach.anna.types("account add Nordhaus")


def test_a_problem_stands_there_once_and_leaves_room_for_what_else_is_due(coach: Coach) -> None:
    for name in ("Nordhaus", "Südbau"):
        coach.anna.types(f"account add {name}")
    coach.anna.types("visit Südbau thu 10:00")
    coach.anna.types("problem Nordhaus two pumps leak")
    coach.anna.opens("home")
    today = coach.anna.home.partition("Today, worst first")[2].partition("———")[0]
    assert "Nordhaus: two pumps leak. Next: " in coach.anna.home
    assert "Nordhaus" not in today
    assert "Südbau: visit tomorrow 10:00" in today
    assert "Nordhaus: problem open since" in coach.anna.types("advice"), "asked for the day, it is told first"


def test_with_problems_only_nothing_says_that_nothing_presses(coach: Coach) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("problem Nordhaus two pumps leak")
    coach.anna.opens("home")
    assert "Nothing presses" not in coach.anna.home
