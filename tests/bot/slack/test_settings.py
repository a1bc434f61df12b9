"""Settings, pauses, and what happens after three unanswered nudges: visible, reversible, and never a surprise."""

from datetime import datetime, timedelta

import pytest

from storage.tables import AccountRow, NudgeRow, RepRow
from tests.coach import Coach


@pytest.fixture
def coach(coach: Coach) -> Coach:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    return coach


def test_the_settings_show_what_is_set(coach: Coach) -> None:
    answer = coach.anna.types("settings")
    for part in (
        "Time zone: Europe/Berlin", "Language: English", "Card before a visit: on the eve",
        "Working hours: 09:00 to 18:00", "Days off: weekends and holidays", "Nudges: on",
    ):  # fmt: skip
        assert part in answer


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("timezone Asia/Tokyo", "Time zone: Asia/Tokyo"),
        ("tz america/new york", "Time zone: America/New_York"),
        ("timezone shanghai", "Time zone: Asia/Shanghai"),
        ("card morning", "Card before a visit: in the morning"),
        ("卡片 早上", "Card before a visit: in the morning"),
        ("hours 8-17", "Working hours: 08:00 to 17:00"),
        ("hours 8:30 to 17:15", "Working hours: 08:30 to 17:15"),
        ("工作时间 9到18", "Working hours: 09:00 to 18:00"),
        ("off 2026-05-04", "Mon 4 May"),
        ("off 2026-05-04..2026-05-06", "Days off: weekends and holidays, Mon 4 May, Tue 5 May, Wed 6 May"),
        ("pause 3 days", "Nudges: paused until Sat 7 Mar"),
        ("pause friday", "Nudges: paused until Fri 6 Mar"),
        ("暂停 3天", "Nudges: paused until Sat 7 Mar"),
    ],
)
def test_each_setting_is_changed_by_text_and_shown_at_once(coach: Coach, typed: str, shown: str) -> None:
    answer = coach.anna.types(f"settings {typed}")
    assert answer.startswith("Saved.")
    assert shown in answer


@pytest.mark.parametrize(
    "typed",
    ["card noon", "hours 18-9", "hours never", "hours", "hours 9-25", "off someday", "pause", "language latin", "card"],
)
def test_a_value_that_cannot_be_read_is_quoted_and_nothing_changes(coach: Coach, typed: str) -> None:
    before = coach.row(RepRow)
    assert coach.anna.types(f"settings {typed}").startswith("I cannot read ")
    assert coach.row(RepRow) == before


def test_an_unknown_setting_gets_the_usage(coach: Coach) -> None:
    assert coach.anna.types("settings colour blue").startswith("Use it like this: /kam settings timezone |")


def test_a_day_off_is_taken_back_by_typing_it_again(coach: Coach) -> None:
    coach.anna.types("settings off 2026-05-04")
    assert "Mon 4 May" not in coach.anna.types("settings off 2026-05-04")


def test_nothing_comes_in_a_pause_and_it_ends_when_told(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.anna.types("settings pause 10 days")
    before = len(coach.anna.got())
    coach.until("2026-03-05 19:00")
    assert len(coach.anna.got()) == before
    assert "Nudges: on" in coach.anna.types("settings resume")
    coach.until("2026-03-06 09:30")
    assert "Nordhaus · Fri 6 Mar, 10:00" in coach.anna.dm[-1]


def test_a_pause_typed_as_a_time_that_is_over_is_refused(coach: Coach) -> None:
    assert coach.anna.types("settings pause yesterday").startswith("I cannot read ")


# --- three in a row -------------------------------------------------------------------------------------------------


@pytest.fixture
def ignored(coach: Coach) -> Coach:
    """Anna has had three nudges that she did not answer, and others became due."""
    long_ago = coach.now - timedelta(days=40)
    for name in ("Eins", "Zwei", "Drei"):
        coach.anna.types(f"account add {name}")
        coach.anna.types(f"account set {name} stage middle")
    with coach.writing() as session:
        for number, row in enumerate(coach.rows(AccountRow)):
            row.last_contact, row.last_contact_by, row.stage_since = long_ago, "us", long_ago.date()
            session.merge(row)
            if row.name != "Nordhaus":
                session.add(unanswered(row, coach.now - timedelta(days=20 - number)))
    coach.until("2026-03-05 12:00")
    return coach


def unanswered(account: AccountRow, at: datetime) -> NudgeRow:
    return NudgeRow(
        id=f"old {account.name}", team_id=account.team_id, rep_id=account.rep_id, account_id=account.id, kind="nudge",
        play="old-play", key="old", due_at=at, next_try_at=at, planned_at=at, state="sent", intent_at=at, ended_at=at,
    )  # fmt: skip


def routine(coach: Coach) -> list[NudgeRow]:
    return sorted((n for n in coach.rows(NudgeRow, kind="nudge") if n.state == "sent"), key=lambda n: n.ended_at)


def test_after_three_unanswered_nudges_it_stops_and_says_so_once(ignored: Coach) -> None:
    assert len(routine(ignored)) == 3
    offers = [text for text in ignored.anna.got() if "My last three nudges did not help, so I stopped them." in text]
    assert len(offers) == 1
    assert "[Keep them] [Ask me in two weeks] [Stop them]" in offers[0]
    ignored.until("2026-03-10 18:00")
    assert len(routine(ignored)) == 3
    assert len(offers) == 1


def test_keep_them_goes_on(ignored: Coach) -> None:
    assert ignored.anna.taps("Keep them") == "Good, they go on."
    ignored.until("2026-03-06 18:00")
    assert len(routine(ignored)) > 3


def test_ask_me_in_two_weeks_is_quiet_till_then_and_shown_in_the_settings(ignored: Coach) -> None:
    assert ignored.anna.taps("Ask me in two weeks") == "Good, quiet for two weeks."
    assert "nudges (visit cards and promises still come) until Thu 19 Mar" in ignored.anna.types("settings")
    ignored.until("2026-03-19 08:00")
    assert len(routine(ignored)) == 3
    ignored.until("2026-03-20 18:00")
    assert len(routine(ignored)) > 3


def test_stop_them_stops_until_resumed(ignored: Coach) -> None:
    assert ignored.anna.taps("Stop them") == "Stopped. /kam settings resume brings them back."
    assert "until you lift it" in ignored.anna.types("settings")
    ignored.until("2026-03-10 18:00")
    assert len(routine(ignored)) == 3
    assert "until you lift it" not in ignored.anna.types("settings resume")
    ignored.until("2026-03-11 18:00")
    assert len(routine(ignored)) > 3


@pytest.mark.parametrize("choice", [None, "Ask me in two weeks", "Stop them"])
def test_visit_cards_still_come_as_was_said(ignored: Coach, choice: str | None) -> None:
    if choice is not None:
        ignored.anna.taps(choice)
    ignored.anna.types("visit Eins fri 15:00")
    ignored.until("2026-03-05 18:00")
    assert "Eins · Fri 6 Mar, 15:00" in "\n".join(ignored.anna.dm)


def test_what_was_stopped_can_be_undone_in_the_settings(ignored: Coach) -> None:
    ignored.anna.taps("Stop them")
    ignored.anna.types("settings")
    assert "Undone" in ignored.anna.taps("Undo")
    ignored.until("2026-03-06 18:00")
    assert len(routine(ignored)) > 3


def test_days_off_stand_in_a_chinese_sentence(coach: Coach) -> None:
    shown = coach.liwei.types("设置 休息 5月4日到5月5日")
    assert "休息日：周末和节假日、5月4日（周一）、5月5日（周二）" in shown
