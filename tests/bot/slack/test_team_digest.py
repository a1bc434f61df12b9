"""The Monday digest: once a week to each manager in their working hours, with a chart, and quiet when asked to be."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.connectors import drawing
from bot.jobs.scheduler import Ticks
from storage.tables import NudgeRow, RepRow
from tests.bot.conftest import StartCoach
from tests.bot.slack.test_roles import set_manager
from tests.coach import BERLIN, CHICAGO, TEAM, Coach, a_moment

MONDAY = "2026-03-09"


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """James in Chicago is the manager of Anna and 李伟; Anna has a problem since Wednesday."""
    coach = start_coach(admins="U6")
    for person in (coach.anna, coach.bob, coach.james, coach.liwei):
        person.types("help")
    coach.anna.types("account add Nordhaus")
    coach.anna.types("problem Nordhaus the pump failed")
    for rep in ("U1", "U2"):
        set_manager(coach, rep, "U3")
    return coach


def digests(coach: Coach, rep: str = "U3") -> list[NudgeRow]:
    return sorted(coach.rows(NudgeRow, rep_id=rep, cue="team_week"), key=lambda row: row.due_at)


def read(coach: Coach) -> list[str]:
    """The digests that James has read."""
    return [text for text in coach.james.dm if "settings digest off" in text]


def test_it_comes_on_monday_in_the_managers_working_hours(coach: Coach) -> None:
    coach.until(f"{MONDAY} 08:59", CHICAGO)
    assert read(coach) == []
    coach.until(f"{MONDAY} 09:45", CHICAGO)
    [text] = read(coach)
    assert "Problems open now: 1; for more than a week: 0." in text
    assert "Last week: new problems 1." in text
    assert "[Show my team]" in text
    [row] = digests(coach)
    assert (row.state, row.kind, row.key) == ("sent", "digest", f"team:{MONDAY}")
    assert a_moment(f"{MONDAY} 09:00", CHICAGO) <= row.due_at <= a_moment(f"{MONDAY} 09:30", CHICAGO)


def test_it_comes_once_a_week_however_often_and_by_whomever_it_is_planned(coach: Coach) -> None:
    other = Ticks(coach.bot.base, "another process", 1)
    for hour in range(8, 20):
        coach.until(f"{MONDAY} {hour:02}:00", CHICAGO)
        other.plan()
        other.deliver()
    coach.rest()
    assert len(read(coach)) == 1
    coach.until("2026-03-16 12:00", CHICAGO)
    assert len(read(coach)) == 2
    other.stop()


def test_what_has_been_open_for_long_is_named(coach: Coach) -> None:
    coach.until("2026-03-16 12:00", CHICAGO)
    text = read(coach)[-1]
    assert "Problems open now: 1; for more than a week: 1." in text
    assert "• Nordhaus (Anna), 12 days. Next: the client knows that we heard them" in text
    assert "Last week brought nothing else." in text


def test_a_picture_follows_with_words_for_those_who_do_not_see_it(coach: Coach) -> None:
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    [held] = coach.space.files.values()
    assert held["done"]
    assert held["name"] == f"open-problems-{MONDAY}.png"
    assert held["title"] == "Your team · Mon 9 Mar"
    assert held["alt_txt"].endswith("1 Mar 0, 0 of them for more than a week; 8 Mar 1, 0 of them for more than a week.")
    assert Image.open(io.BytesIO(held["content"])).size == (960, 540)
    [shared] = [m for place in coach.space.channels for m in coach.space.messages(place) if m.files]
    assert coach.space.channels[shared.channel].members == ["U3", coach.space.bot_user]
    assert "each of the last 8 weeks" in shared.text


def test_it_reads_in_chinese_too(coach: Coach) -> None:
    coach.james.types("settings language zh")
    coach.until("2026-03-16 12:00", CHICAGO)
    text = coach.james.dm[-2]
    assert "现在没解决的问题 1 个，其中超过一周的 1 个。" in text
    assert "• Nordhaus（Anna），12 天。" in text
    assert "最近 8 周，每周末还没解决的问题" in coach.james.dm[-1]
    assert list(coach.space.files.values())[-1]["title"] == "你的团队 · 3月16日（周一）"


def test_a_quiet_week_is_one_line_without_a_picture(coach: Coach) -> None:
    set_manager(coach, "U1", "U6")
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    [text] = read(coach)
    assert text.splitlines()[0] == "A quiet week in your team: nothing open, nothing to tell."
    assert not any("James" in str(held) for held in coach.space.files.values())
    assert [m for m in coach.james.messages if m.files] == []


def test_without_a_picture_the_digest_stands_for_itself_and_the_log_says_so(
    coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.01)
    monkeypatch.setattr(drawing.draw, "__defaults__", (0.01,))
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert len(read(coach)) == 1
    assert coach.space.files == {}
    [line] = coach.said("digest_without_picture")
    assert line["nudge_id"] == digests(coach)[0].id


def test_slack_refusing_the_picture_hurts_nothing_else(coach: Coach) -> None:
    coach.space.faults.add("files.getUploadURLExternal", "http_500", times=9)
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert len(read(coach)) == 1
    assert coach.fates(cue="team_week") == ["sent"]
    assert coach.said("digest_without_picture")


def test_its_manager_switches_it_off_and_on(coach: Coach) -> None:
    assert "The Monday digest on your team is on." in coach.james.types("settings digest")
    assert "is off" in coach.james.types("settings digest off")
    coach.until(f"{MONDAY} 18:00", CHICAGO)
    assert digests(coach) == []
    assert "周一的团队小结已关" not in coach.james.types("settings digest on")
    coach.until("2026-03-16 12:00", CHICAGO)
    assert len(digests(coach)) == 1


def test_one_that_is_planned_already_does_not_come_after_that(coach: Coach) -> None:
    coach.until("2026-03-08 20:00", CHICAGO)
    assert [row.state for row in digests(coach)] == ["planned"]
    coach.james.types("settings digest off")
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert [row.state for row in digests(coach)] == ["dropped"]
    assert read(coach)[1:] == []


def test_other_words_are_asked_about_and_the_switch_can_be_undone(coach: Coach) -> None:
    assert "digest" in coach.james.types("settings digest perhaps")
    coach.james.types("settings digest off")
    coach.james.taps("Undo")
    assert coach.row(RepRow, id="U3").team_digest == "weekly"


def test_whoever_becomes_a_manager_midweek_waits_for_monday(coach: Coach) -> None:
    coach.until("2026-03-04 22:00", CHICAGO)
    assert digests(coach) == []


def test_a_monday_off_moves_it_to_the_first_working_day(coach: Coach) -> None:
    coach.james.types(f"settings off {MONDAY}")
    coach.until("2026-03-10 12:00", CHICAGO)
    [row] = digests(coach)
    assert row.due_at.astimezone(CHICAGO).date().isoformat() == "2026-03-10"
    assert row.state == "sent"


def test_after_a_silent_monday_it_does_not_come_late(coach: Coach) -> None:
    coach.until("2026-03-08 20:00", CHICAGO)
    coach.stop_and_wait(a_moment("2026-03-11 10:00", CHICAGO))
    coach.plan()
    coach.deliver()
    assert [row.state for row in digests(coach)] == ["dropped"]


def test_a_manager_whose_hours_are_not_known_gets_it_once_they_are(coach: Coach) -> None:
    set_manager(coach, "U1", "U4")
    coach.until(f"{MONDAY} 12:00", BERLIN)
    assert digests(coach, "U4") == [], "nobody knows their hours"
    coach.until("2026-03-10 12:00", BERLIN)
    coach.nomad.types("settings timezone Europe/London")
    coach.until("2026-03-16 12:00", BERLIN)
    assert [row.state for row in digests(coach, "U4")] == ["sent"]


def test_a_guest_is_no_manager_and_stops_nobody_elses(coach: Coach) -> None:
    set_manager(coach, "U2", "U5")
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert digests(coach, "U5") == []
    assert len(read(coach)) == 1


def test_a_manager_without_any_work_day_stops_nobody_elses(coach: Coach) -> None:
    coach.nomad.types("settings timezone Europe/London")
    set_manager(coach, "U2", "U4")
    with coach.writing() as session:
        row = session.get_one(RepRow, (TEAM, "U4"))
        start = coach.now.date()
        row.days_off = [(start + timedelta(days=n)).isoformat() for n in range(-10, 420)]
        session.add(row)
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert digests(coach, "U4") == []
    assert len(read(coach)) == 1
    assert {line["code"] for line in coach.said("digest_not_planned")} == {"no_workday"}


def test_why_says_why_it_came_and_what_stops_it(coach: Coach) -> None:
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    told = coach.james.types("why")
    assert "a new week began, and you are somebody's manager" in told
    assert "/kam settings digest off" in told


def test_the_button_leads_to_the_team(coach: Coach) -> None:
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert "Each rep, by name" in coach.james.taps("Show my team")


def test_a_lost_answer_does_not_bring_it_twice(coach: Coach) -> None:
    """It was stored, and the answer was lost: the digest is looked up, not sent again."""
    coach.until("2026-03-08 20:00", CHICAGO)
    coach.space.faults.add("chat.postMessage", "internal_error", stored=True)
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert len(read(coach)) == 1
    assert coach.fates(cue="team_week") == ["sent"]


def test_a_manager_of_managers_gets_one_for_everybody_below(coach: Coach) -> None:
    set_manager(coach, "U3", "U6")
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert "Problems open now: 1" in next(text for text in coach.bob.dm if "settings digest off" in text)
    assert len(digests(coach, "U6")) == 1


def test_the_digests_of_many_managers_are_spread_over_half_an_hour(coach: Coach) -> None:
    for manager in ("U1", "U2", "U6"):
        set_manager(coach, "U4", manager)
        coach.until(coach.now + timedelta(seconds=1))
    coach.until(f"{MONDAY} 12:00", CHICAGO)
    assert {row.due_at.minute for row in coach.rows(NudgeRow, cue="team_week")} <= set(range(30))
