"""The one tap after a visit: each answer is kept, and what was reviewed is not asked for again."""

import pytest

from storage.tables import AccountRow, CommitmentRow, NudgeRow, RecordRow, VisitRow
from tests.coach import Coach

ANSWERS = [
    ("Done", "Noted: done.", "done", "done"),
    ("Did it differently", "Noted: done your own way.", "changed", "done"),
    ("Not this time", "Noted. There will be a better moment.", "not", "done"),
    ("No visit", "Noted: the visit did not take place. A new date: /kam visit Nordhaus", "no_visit", "cancelled"),
]


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna is to visit Nordhaus on Thursday at ten; its last order was delivered."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("account set Nordhaus phase delivered")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:30")
    return coach


@pytest.mark.parametrize(("label", "said", "outcome", "state"), ANSWERS)
def test_each_answer_is_kept_with_the_commitment(coach: Coach, label: str, said: str, outcome: str, state: str) -> None:
    do = coach.anna.dm[-1].splitlines()[1].removeprefix("Do: ")
    coach.anna.taps("I'll do it")
    coach.until("2026-03-05 11:00")
    assert coach.anna.dm[-1].splitlines() == [
        "Nordhaus: how did it go?",
        f"You meant to: {do}",
        "[Done] [Did it differently] [Not this time] [No visit] […: This is wrong]",
    ]
    check = coach.anna.messages[-1]
    assert said in coach.anna.taps(label, on=check)
    assert said in coach.anna.read(check)
    assert coach.row(CommitmentRow).outcome == outcome
    assert coach.row(NudgeRow, kind="check").answer == outcome
    assert coach.row(VisitRow).state == state


def test_without_a_commitment_it_only_asks_how_it_went(coach: Coach) -> None:
    coach.until("2026-03-05 11:00")
    assert "You meant to" not in coach.anna.dm[-1]
    coach.anna.taps("Done")
    assert coach.rows(CommitmentRow) == []


def test_a_visit_counts_as_contact_when_it_took_place(coach: Coach) -> None:
    coach.until("2026-03-05 15:00")
    coach.anna.taps("Did it differently")
    row = coach.row(AccountRow)
    assert (row.last_contact, row.last_contact_by) == (coach.row(VisitRow).at, "us")


def test_a_visit_that_fell_through_is_no_contact(coach: Coach) -> None:
    coach.until("2026-03-05 11:00")
    coach.anna.taps("No visit")
    assert coach.row(AccountRow).last_contact is None


@pytest.mark.parametrize(("label", "times"), [("Done", 1), ("Did it differently", 1), ("Not this time", 0)])
def test_a_delivery_that_was_reviewed_is_written_down_and_not_raised_again(
    coach: Coach, label: str, times: int
) -> None:
    assert "The first visit after the sale" in coach.anna.dm[-1]
    coach.anna.taps("I'll do it")
    coach.until("2026-03-05 11:00")
    coach.anna.taps(label)
    assert [r.kind for r in coach.rows(RecordRow)] == ["delivery_reviewed"] * times
    coach.anna.types("visit Nordhaus mon 10:00")
    coach.until("2026-03-06 18:00")
    raised = "The first visit after the sale" in coach.anna.dm[-1]
    assert raised == (times == 0)


def test_the_second_answer_to_a_check_is_told_the_first(coach: Coach) -> None:
    coach.until("2026-03-05 11:00")
    check = coach.anna.messages[-1]
    late = coach.srv.hands.click("U1", check.channel, check.ts, by_label="No visit")
    coach.anna.taps("Done")
    coach.check(coach.srv.deliver(late))
    coach.rest()
    assert coach.anna.got()[-1] == "You answered this one before: done."
    assert coach.row(VisitRow).state == "done"


def test_a_check_is_not_asked_for_at_night_but_the_next_morning(coach: Coach) -> None:
    coach.anna.types("visit move Nordhaus thu 19:00")
    coach.until("2026-03-06 10:00")
    row = next(n for n in coach.rows(NudgeRow, kind="check") if n.state == "sent")
    assert row.ended_at.isoformat() == "2026-03-06T08:00:00+00:00"


def test_a_visit_for_the_whole_day_is_asked_about_in_the_late_afternoon(coach: Coach) -> None:
    coach.anna.types("account add Südbau")
    coach.anna.types("visit Südbau fri")
    coach.until("2026-03-06 18:00")
    assert coach.anna.dm[-1].startswith("Südbau: how did it go?")
    row = coach.row(NudgeRow, kind="check", state="sent", account_id=coach.row(AccountRow, name="Südbau").id)
    assert row.ended_at.isoformat() == "2026-03-06T16:00:00+00:00"


def test_a_check_nobody_answers_goes_away_and_is_not_repeated(coach: Coach) -> None:
    coach.until("2026-03-20 10:00")
    assert sum("how did it go?" in text for text in coach.anna.got()) == 1


def test_a_strangers_answer_is_refused(coach: Coach) -> None:
    coach.bob.types()
    coach.until("2026-03-05 11:00")
    check = coach.anna.messages[-1]
    coach.check(coach.srv.click("U6", check.channel, check.ts, by_label="Done", force=True))
    coach.rest()
    assert coach.row(VisitRow).state == "planned"
