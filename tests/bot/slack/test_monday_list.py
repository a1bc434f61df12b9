"""The Monday list: what waits behind the caps, once a week, in the rep's own hours and language."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core import holdout, wording
from bot.core.account import Language
from bot.core.holdout import Arm
from bot.jobs.scheduler import Ticks
from bot.usecases import monday_taps
from storage import reps
from storage.tables import AccountRow, AdviceRow, NudgeRow
from tests.bot.conftest import StartCoach
from tests.bot.slack.test_holdout import PLAY, TITLE
from tests.coach import BERLIN, SHANGHAI, TEAM, Coach, Person, a_moment

HEADING = "What else waits"
FIRST, SECOND, THIRD, FIFTH = "2026-03-16", "2026-03-23", "2026-03-30", "2026-04-13"
DAY = timedelta(days=1)


def silent(coach: Coach, person: Person, names: list[str], days: int = 30) -> None:
    """Mature accounts that nobody has talked to for a while: the first waits longest."""
    for name in names:
        person.types(f"account add {name}")
    with coach.writing() as session:
        for n, name in enumerate(names):
            row = session.get_one(AccountRow, coach.row(AccountRow, name=name).id)
            row.last_contact, row.last_contact_by = coach.now - timedelta(days=days + len(names) - n), "us"
    for name in names:
        person.types(f"account set {name} stage mature")


def lived(coach: Coach, moment: str, zone: ZoneInfo = BERLIN) -> None:
    """Days in which whoever gets a card does what it says; lists are left alone."""
    end = a_moment(moment, zone)
    while coach.now < end:
        coach.until(min(end, coach.now + DAY))
        for row in coach.rows(NudgeRow, kind="nudge", state="sent", answered_at=None):
            person = Person(coach, row.rep_id)
            person.taps("I'll do it" if person.zone != "Asia/Shanghai" else "我来做")


HOUSES = [f"Haus {n:02}" for n in range(9)]


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """Anna's nine accounts have heard nothing for a month: three cards, and all words are read."""
    coach = start_coach(admins="U6")
    silent(coach, coach.anna, HOUSES)
    return coach


def lists(coach: Coach, rep: str = "U1") -> list[NudgeRow]:
    """A rep's lists that went out, oldest first."""
    rows = coach.rows(NudgeRow, rep_id=rep, cue="monday_list", state="sent")
    return sorted(rows, key=lambda row: row.due_at)


def read(person: Person) -> list[str]:
    return [text for text in person.dm if text.startswith((HEADING, "还有这几件事等着你"))]


def named(text: str) -> list[str]:
    """The accounts that a list names."""
    return [line.partition(":")[0] for line in text.splitlines() if ": no contact since" in line]


def routine(coach: Coach, rep: str = "U1") -> list[NudgeRow]:
    rows = coach.rows(NudgeRow, rep_id=rep, kind="nudge", state="sent")
    return sorted(rows, key=lambda row: row.ended_at)


# --- what comes, and when ---------------------------------------------------------------------------------------------


def test_it_names_what_waits_on_the_first_working_morning_and_says_how_much_more_there_is(coach: Coach) -> None:
    lived(coach, f"{FIRST} 08:59")
    assert read(coach.anna) == []
    lived(coach, f"{FIRST} 09:05")
    [text] = read(coach.anna)
    carded = {row.account_id for row in routine(coach)}
    waiting = [a.name for a in coach.rows(AccountRow) if a.id not in carded]
    assert named(text) == sorted(waiting)[:5]
    first = coach.row(AccountRow, name=named(text)[0]).last_contact
    assert f"{named(text)[0]}: no contact since {wording.day(first.date(), Language.EN)} · {TITLE}" in text
    assert "And one more in the Home tab." in text
    assert text.count("[Open]") == 5
    [row] = lists(coach)
    assert (row.kind, row.key, row.account_id) == ("digest", f"monday:{FIRST}", "")


def test_a_new_rep_gets_none_in_the_first_week(coach: Coach) -> None:
    lived(coach, "2026-03-13 18:00")
    assert read(coach.anna) == []
    assert coach.row(NudgeRow, cue="monday_list", key="monday:2026-03-09").state == "dropped"


def test_it_takes_the_place_of_that_days_nudge_and_of_one_in_the_week(coach: Coach) -> None:
    more = [f"Neu {n}" for n in range(4)]
    lived(coach, "2026-03-15 12:00")
    for n, name in enumerate(more):  # four of four plays: each could come at once
        coach.anna.types(f"account add {name}")
        coach.anna.types(f"account set {name} stage {('winning', 'introduction', 'plateau', 'mature')[n]}")
    lived(coach, "2026-03-22 23:00")
    [listed] = lists(coach)
    days = [row.ended_at.astimezone(SHANGHAI).date() for row in [*routine(coach), listed]]
    assert max(days.count(day) for day in days) == 1
    week = [row for row in [*routine(coach), listed] if row.ended_at >= listed.ended_at]
    assert len(week) <= 3


def test_it_comes_once_however_often_and_by_whomever_it_is_planned(coach: Coach) -> None:
    other = Ticks(coach.bot.base, "another process", 1)
    for hour in range(8, 20):
        lived(coach, f"{FIRST} {hour:02}:00")
        other.plan()
        other.deliver()
        if hour == 12:
            coach.restart()
    coach.rest()
    assert len(read(coach.anna)) == 1
    other.stop()


def test_it_comes_on_tuesday_where_monday_is_off(coach: Coach) -> None:
    coach.anna.types(f"settings off {FIRST}")
    lived(coach, "2026-03-17 08:59")
    assert read(coach.anna) == []
    lived(coach, "2026-03-17 09:05")
    assert len(read(coach.anna)) == 1


def test_a_day_off_that_is_taken_on_sunday_moves_it_as_well(coach: Coach) -> None:
    lived(coach, "2026-03-15 20:00")
    coach.anna.types(f"settings off {FIRST}")
    lived(coach, "2026-03-17 09:05")
    assert [row.key for row in lists(coach)] == [f"monday:{FIRST}"]


def test_past_its_day_it_does_not_come(coach: Coach) -> None:
    lived(coach, "2026-03-15 20:00")
    coach.anna.types("pause until 2026-03-18")
    lived(coach, "2026-03-20 18:00")
    assert read(coach.anna) == []
    assert coach.row(NudgeRow, cue="monday_list", key=f"monday:{FIRST}").rule in ("too_late", "paused")
    lived(coach, f"{SECOND} 09:05")
    assert len(read(coach.anna)) == 1


def test_a_rep_without_a_coach_for_the_morning_gets_it_the_same_day(coach: Coach) -> None:
    lived(coach, "2026-03-15 20:00")
    coach.stop_and_wait(f"{FIRST} 11:30")
    lived(coach, f"{FIRST} 11:45")
    assert len(read(coach.anna)) == 1


def test_where_nothing_waits_nothing_comes(start_coach: StartCoach) -> None:
    coach = start_coach()
    silent(coach, coach.anna, HOUSES[:3])
    lived(coach, f"{THIRD} 18:00")
    assert read(coach.anna) == []
    assert len(routine(coach)) == 3


def test_it_reads_in_chinese_too(start_coach: StartCoach) -> None:
    coach = start_coach()
    silent(coach, coach.liwei, ["甲厂", "乙厂", "丙厂", "丁厂", "戊厂"])
    lived(coach, f"{FIRST} 09:05", SHANGHAI)
    [text] = read(coach.liwei)
    assert text.splitlines()[1] == "都不急，挑这周顺手的打开看看。"
    name = text.splitlines()[2].partition("：")[0]
    since = wording.day(coach.row(AccountRow, name=name).last_contact.astimezone(SHANGHAI).date(), Language.ZH)
    assert f"{name}：{since}以后没联系过 · 签完单，别松劲" in text
    assert f"{name}：签完单，别松劲" in coach.liwei.taps("打开")
    assert "周一清单：开" in coach.liwei.types("设置")
    assert "每周头一个工作日早上" in coach.liwei.types("why")
    assert "周一的清单已关" in coach.liwei.types("设置 清单 关")


# --- what is not on it ------------------------------------------------------------------------------------------------


def test_an_account_with_an_open_problem_is_not_named(coach: Coach) -> None:
    lived(coach, "2026-03-14 12:00")
    coach.anna.types("problem Haus 04 the pump failed")
    lived(coach, "2026-03-17 12:00")
    assert all("Haus 04: no contact" not in text for text in read(coach.anna))


def test_what_the_hold_out_leaves_out_is_not_named(coach: Coach) -> None:
    coach.bob.types("help")
    coach.bob.types("settings holdout 50")
    lived(coach, f"{SECOND} 18:00")
    out = {a.name for a in coach.rows(AccountRow) if holdout.arm(TEAM, a.id, PLAY, 50) is Arm.HELD_OUT}
    told = {name for text in read(coach.anna) for name in named(text)}
    assert out
    assert not told & out


def test_a_stopped_play_and_a_snoozed_account_are_not_named(coach: Coach) -> None:
    coach.until("2026-03-04 18:00")
    coach.anna.taps("Stop these")
    lived(coach, "2026-03-20 18:00")
    assert read(coach.anna) == []


# --- taps -------------------------------------------------------------------------------------------------------------


def test_a_line_opens_as_advice_that_was_asked_for(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    first = named(read(coach.anna)[0])[0]
    opened = coach.anna.taps("Open")
    assert f"{first}: {TITLE}" in opened
    assert "[I'll do it] [Another] [Show the steps]" in opened
    assert coach.row(AdviceRow).text == first
    [row] = lists(coach)
    assert row.answer == "opened"
    assert "When I see the chance" in coach.anna.taps("I'll do it") or "✓" in coach.anna.dm[-1]


def test_two_lines_of_one_play_do_not_open_in_the_same_words(coach: Coach) -> None:
    """All three wordings were read on cards: the lines go round."""
    lived(coach, f"{FIRST} 09:05")
    listed = next(m for m in coach.anna.messages if coach.anna.read(m).startswith(HEADING))
    values = [block["accessory"]["value"] for block in listed.blocks if block.get("accessory")]
    with coach.bot.base.database.read() as session:
        rep = reps.get(session, TEAM, "U1")
    assert rep is not None
    for value in values[:3]:
        monday_taps.open_line(coach.bot.base, rep, value, coach.now)
        coach.clock.move_to(coach.now + timedelta(seconds=1))
    assert len({row.wording for row in coach.rows(AdviceRow)}) == 3


def test_somebody_elses_list_is_not_opened(coach: Coach) -> None:
    coach.bob.types("help")
    lived(coach, f"{FIRST} 09:05")
    listed = next(m for m in coach.anna.messages if coach.anna.read(m).startswith(HEADING))
    coach.check(coach.srv.click("U6", listed.channel, listed.ts, by_label="Open", force=True))
    coach.rest()
    assert coach.rows(AdviceRow) == []
    assert lists(coach)[0].answered_at is None


def test_what_was_opened_is_on_no_later_list_and_no_card(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    first = named(read(coach.anna)[0])[0]
    coach.anna.taps("Open")
    before = len(routine(coach))
    lived(coach, f"{THIRD} 18:00")
    assert len(read(coach.anna)) >= 2
    assert all(first not in named(text) for text in read(coach.anna)[1:])
    account = coach.row(AccountRow, name=first)
    assert account.id not in {row.account_id for row in routine(coach)[before:]}


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        ("contact log {name} us", "{name}: that is settled by now."),
        ("account archive {name} lost", "{name} is put away."),
        ("problem {name} the pump failed", "{name}: not now, because a problem is open on this account."),
    ],
)
def test_a_stale_line_says_what_happened_meanwhile(coach: Coach, meanwhile: str, told: str) -> None:
    lived(coach, f"{FIRST} 09:05")
    listed = next(m for m in coach.anna.messages if coach.anna.read(m).startswith(HEADING))
    name = named(coach.anna.read(listed))[0]
    coach.anna.types(meanwhile.format(name=name))
    assert told.format(name=name) in coach.anna.taps("Open", on=listed)


def test_why_says_what_it_is_and_how_to_stop_it(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    for answer in (coach.anna.types("why"), coach.anna.taps("Why this?")):
        assert "On the first working morning of the week I name them" in answer
        assert "/kam settings list off" in answer


def test_why_not_says_that_it_stands_on_the_list(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    first = named(read(coach.anna)[0])[0]
    answer = coach.anna.types(f"why-not {first}")
    assert f"{TITLE}: it stands on your list of Mon 16 Mar." in answer


# --- manners ----------------------------------------------------------------------------------------------------------


def test_what_was_named_twice_and_not_opened_rests_four_weeks(coach: Coach) -> None:
    lived(coach, f"{THIRD} 12:00")
    first, second, *third = (named(text) for text in read(coach.anna))
    assert first == second
    assert not any(set(first) & set(later) for later in third)


def test_three_lists_without_a_tap_end_in_a_question_and_no_fourth(start_coach: StartCoach) -> None:
    coach = start_coach()
    silent(coach, coach.anna, [f"Haus {n:02}" for n in range(16)])
    lived(coach, f"{FIFTH} 12:00")
    assert len(read(coach.anna)) == 3
    assert sum("You opened nothing" in text for text in coach.anna.dm) == 1
    assert "Good, the next one comes with the next week." in coach.anna.taps("Go on")
    assert {row.answer for row in lists(coach)} == {"counted"}


def test_stop_in_the_question_and_in_the_menu_switches_it_off(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    assert "The list on Mondays is off." in coach.anna.taps("No more of these lists")
    lived(coach, f"{SECOND} 12:00")
    assert len(read(coach.anna)) == 1
    assert "The list on Mondays is on." in coach.anna.types("settings list on")


def test_the_settings_switch_it_with_one_tap_and_undo_takes_it_back(coach: Coach) -> None:
    assert "Monday list: on" in coach.anna.types("settings")
    assert "Monday list: off" in coach.anna.taps("Switch off")
    assert "Monday list: on" in coach.anna.taps("Switch on")
    assert "Cannot" not in coach.anna.types("settings list off")
    coach.anna.taps("Undo")
    assert "The list on Mondays is on." in coach.anna.types("settings list")
    assert '"maybe"' in coach.anna.types("settings list maybe")


def test_the_home_tab_shows_what_waits_and_more_than_the_list(coach: Coach) -> None:
    lived(coach, f"{FIRST} 09:05")
    text = coach.anna.opens("home") and coach.anna.home
    part = text[text.index("Waits for its turn") :]
    assert sum(f"{name}: no contact since" in part for name in HOUSES) == 6
