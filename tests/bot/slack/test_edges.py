"""Manners at the edges: a slip of the finger, one of several visits, a card that asks for nothing, a late afternoon."""

from datetime import timedelta

import pytest

from storage.tables import (
    AccountRow,
    ContactLogRow,
    CreditNoteRow,
    NudgeRow,
    PictureRow,
    PromiseChangeRow,
    PromiseRow,
    RecordRow,
    SnoozeRow,
    VisitRow,
)
from tests.coach import Coach, a_moment


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    return coach


# --- a misspelt word --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("account lsit", "/kam account list"),
        ("account shwo Nordhaus", "/kam account show Nordhaus"),
        ("account archve Nordhaus", "/kam account archive Nordhaus"),
        ("visit lsit", "/kam visit list"),
        ("visit cancle Nordhaus", "/kam visit cancel Nordhaus"),
        ("visit mvoe Nordhaus fri 14:00", "/kam visit move Nordhaus fri 14:00"),
        ("contact lst Nordhaus", "/kam contact list Nordhaus"),
        ("calendar remov", "/kam calendar remove"),
        ("problem lsit", "/kam problem list"),
        ("promise lits", "/kam promise list"),
        ("settings timezon Asia/Tokyo", "/kam settings timezone Asia/Tokyo"),
        ("settings standni none", "/kam settings standin none"),
        ("客户 lsit", "/kam account list"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_one_that_was_meant(coach: Coach, typed: str, meant: str) -> None:
    assert coach.anna.types(typed).endswith(f"Did you mean: {meant}")
    assert [a.name for a in coach.rows(AccountRow)] == ["Nordhaus"]


def test_an_account_that_is_called_like_a_word_is_that_account(coach: Coach) -> None:
    coach.anna.types("account add Lists and Sons")
    assert "Lists and Sons" in coach.anna.types("account lists")
    assert "Did you mean" not in coach.anna.types("account lists and sons")


@pytest.mark.parametrize("typed", ["problem opened valves leak", "account Lisa", "promise lost parts", "settings role"])
def test_other_words_are_read_as_what_they_are(coach: Coach, typed: str) -> None:
    assert "Did you mean: /kam" not in coach.anna.types(typed)


# --- one of several visits --------------------------------------------------------------------------------------------


@pytest.fixture
def two_visits(coach: Coach) -> Coach:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.anna.types("visit Nordhaus mon 9:00")
    return coach


def hours_of(coach: Coach) -> list[str]:
    return [v.at.isoformat() for v in coach.visits() if v.state == "planned"]


def test_moving_one_of_several_visits_asks_which_and_one_tap_moves_it(two_visits: Coach) -> None:
    before = hours_of(two_visits)
    asked = two_visits.anna.types("visit move Nordhaus fri 14:00")
    assert "Which Nordhaus visit?" in asked
    assert "[Thu 5 Mar, 10:00] [Mon 9 Mar, 09:00]" in asked
    assert hours_of(two_visits) == before
    moved = two_visits.anna.taps("Mon 9 Mar, 09:00")
    assert "Moved: Nordhaus" in moved
    assert hours_of(two_visits) == [before[0], a_moment("2026-03-06 14:00").isoformat()]
    assert "Undone" in two_visits.anna.taps("Undo")
    assert hours_of(two_visits) == before


def test_a_visit_that_was_called_off_meanwhile_is_not_moved(two_visits: Coach) -> None:
    two_visits.anna.types("visit move Nordhaus fri 14:00")
    question = two_visits.anna.showing("Mon 9 Mar, 09:00")
    two_visits.anna.types("visit cancel Nordhaus mon 9:00")
    assert "There is no visit to Nordhaus ahead" in two_visits.anna.taps("Mon 9 Mar, 09:00", on=question)
    assert len(hours_of(two_visits)) == 1


def test_calling_off_one_of_several_visits_asks_which(two_visits: Coach) -> None:
    assert "[Thu 5 Mar, 10:00] [Mon 9 Mar, 09:00]" in two_visits.anna.types("visit cancel Nordhaus")
    two_visits.anna.taps("Thu 5 Mar, 10:00")
    assert hours_of(two_visits) == [a_moment("2026-03-09 09:00").isoformat()]


def test_a_time_that_can_mean_two_things_and_two_visits_are_settled_by_two_taps(two_visits: Coach) -> None:
    assert "can mean two things" in two_visits.anna.types("visit move Nordhaus 3/4")
    two_visits.anna.taps("Fri 3 Apr")
    two_visits.anna.taps("Mon 9 Mar, 09:00")
    assert [v.at.isoformat() for v in two_visits.visits()][1][:10] in ("2026-04-02", "2026-04-03")


def test_the_only_visit_moves_without_a_question(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    assert "Moved: Nordhaus" in coach.anna.types("visit move Nordhaus fri 14:00")


# --- dates that stay true ---------------------------------------------------------------------------------------------


def test_why_tells_dates_that_stay_true(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:30")
    why = coach.anna.types("why")
    assert "visit Thu 5 Mar, 10:00" in why
    why_not = coach.anna.types("why-not Nordhaus")
    assert "tomorrow" not in (why + why_not).lower()
    assert "today" not in (why + why_not).lower()


# --- later ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "offered"),
    [("2026-03-04 11:00", True), ("2026-03-04 15:50", True), ("2026-03-04 16:10", False), ("2026-03-04 17:30", False)],
)
def test_this_afternoon_is_offered_only_while_it_lasts(coach: Coach, at: str, offered: bool) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:01")
    coach.clock.move_to(a_moment(at) + timedelta(days=7))
    assert ("[This afternoon]" in coach.anna.taps("Later…")) is offered


def test_this_afternoon_is_three_oclock_or_in_two_hours(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-05 17:01")
    coach.clock.move_to(a_moment("2026-03-06 14:00"))
    coach.anna.taps("Later…")
    assert "Quiet on Nordhaus until today 16:00" in coach.anna.taps("This afternoon")
    assert "Nordhaus until today 16:00" in coach.anna.types("settings")


def test_this_afternoon_tapped_in_the_evening_is_the_next_morning_and_says_so(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:01")
    coach.clock.move_to(a_moment("2026-03-05 11:00"))
    coach.anna.taps("Later…")
    coach.clock.move_to(a_moment("2026-03-05 17:30"))
    assert "Quiet on Nordhaus until tomorrow 09:00" in coach.anna.taps("This afternoon")
    assert coach.row(SnoozeRow).until == a_moment("2026-03-06 09:00")


# --- a card that asks for nothing -------------------------------------------------------------------------------------


@pytest.fixture
def bare(coach: Coach) -> Coach:
    """A card without a point."""
    coach.anna.types("account add Plain")
    coach.anna.types("visit Plain thu 10:00")
    coach.until("2026-03-04 17:01")
    return coach


def bare_card(coach: Coach) -> NudgeRow:
    row: NudgeRow = coach.row(NudgeRow, kind="visit_card", state="sent")
    return row


def test_a_card_without_a_point_can_be_skipped_and_put_off(bare: Coach) -> None:
    assert bare_card(bare).play == ""
    card = bare.anna.dm[-1]
    assert "Nothing is due at Plain. Go and listen." in card
    assert "[Not this time] […: Why this? / Later…]" in card
    assert "Fine, not this time." in bare.anna.taps("Not this time")
    assert bare_card(bare).answer == "skip"


def test_a_card_without_a_point_says_why_and_comes_back_later(bare: Coach) -> None:
    assert "Came up because: a visit is ahead" in bare.anna.taps("Why this?")
    bare.anna.taps("Later…")
    assert "Quiet on Plain until" in bare.anna.taps("Tomorrow 9:00")


# --- undo -------------------------------------------------------------------------------------------------------------

EVERYTHING = (ContactLogRow, CreditNoteRow, PictureRow, PromiseChangeRow, PromiseRow, RecordRow, VisitRow)


def stored(coach: Coach) -> list[str]:
    return sorted(repr(row.model_dump()) for table in EVERYTHING for row in coach.rows(table))


def undone(coach: Coach, before: list[str]) -> None:
    assert stored(coach) != before
    assert "Undone: all is as it was before." in coach.anna.taps("Undo")
    assert stored(coach) == before


def opens_the_promise(coach: Coach) -> None:
    coach.anna.types("promise Nordhaus by 2026-03-20: spare parts list")
    coach.clock.move_to(coach.now + timedelta(minutes=3))
    coach.anna.types("promise list")
    coach.anna.taps("Open")


def test_a_promise_is_taken_back(coach: Coach) -> None:
    before = stored(coach)
    assert "[Undo]" in coach.anna.types("promise Nordhaus by 2026-03-20: spare parts list")
    undone(coach, before)


def test_kept_is_taken_back_with_its_history(coach: Coach) -> None:
    opens_the_promise(coach)
    before = stored(coach)
    assert "[Undo]" in coach.anna.taps("Kept")
    undone(coach, before)
    assert "kept" not in coach.anna.types("promise list")


def test_a_new_date_and_a_promise_given_up_are_taken_back(coach: Coach) -> None:
    opens_the_promise(coach)
    before = stored(coach)
    coach.anna.taps("New date…")
    assert "[Undo]" in coach.anna.fills(due="2026-03-27")
    undone(coach, before)
    coach.anna.types("promise list")
    coach.anna.taps("Open")
    coach.anna.taps("Can't keep it")
    assert "[Undo]" in coach.anna.fills(why="the press is broken")
    undone(coach, before)


def test_a_credit_note_and_its_sending_are_taken_back(coach: Coach) -> None:
    before = stored(coach)
    coach.anna.types("credit Nordhaus")
    assert "[Undo]" in coach.anna.fills(who="Wang Li", boss="Zhao Min", did="moved the crane")
    undone(coach, before)
    coach.anna.types("credit Nordhaus")
    coach.anna.fills(who="Wang Li", boss="Zhao Min", did="moved the crane")
    coach.clock.move_to(coach.now + timedelta(minutes=3))
    before = stored(coach)
    assert "[Undo]" in coach.anna.taps("I sent it")
    undone(coach, before)


def test_a_picture_is_taken_back_and_so_is_that_it_still_holds(coach: Coach) -> None:
    before = stored(coach)
    coach.anna.types("picture Nordhaus")
    assert "[Undo]" in coach.anna.fills(two_years="two plants", month="meet the director")
    undone(coach, before)
    coach.anna.types("picture Nordhaus")
    coach.anna.fills(two_years="two plants", month="meet the director")
    coach.clock.move_to(coach.now + timedelta(minutes=3))
    coach.anna.types("picture Nordhaus")
    before = stored(coach)
    assert "[Undo]" in coach.anna.taps("Still true")
    undone(coach, before)


@pytest.mark.parametrize("typed", ["card morning", "hours 8-17", "off 2026-05-04", "pause 3 days", "language zh"])
def test_a_setting_is_taken_back(coach: Coach, typed: str) -> None:
    before = coach.anna.types("settings")
    coach.anna.types(f"settings {typed}")
    coach.anna.taps("撤销" if typed == "language zh" else "Undo")
    assert coach.anna.types("settings") == before


# --- a name that is only typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["handover Nordhaus @bob", "handover Nordhaus @Bob Miller", "交接 Nordhaus @鲍勃"])
def test_a_typed_name_opens_the_window_with_the_people(coach: Coach, typed: str) -> None:
    coach.anna.types(typed)
    assert "To whom?" in coach.anna.form
