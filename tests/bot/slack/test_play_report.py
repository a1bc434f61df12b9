"""The month's message on plays: to whom, when, once, short, and only with figures of five reps and more."""

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from bot.practice.records import Message
from bot.usecases import play_reports
from bot.usecases.play_reports import CUE
from storage import roles
from storage.tables import CommitmentRow, FeedbackRow, NudgeRow, RepRow
from tests.bot.conftest import StartCoach
from tests.coach import BERLIN, TEAM, Coach, Person

NUMBERS = count()
REPS = [f"R{n}" for n in range(5)]
WRONG = "Step back for a while"


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """Bob is the admin: the owner of the shipped plays is nobody here, so he hears of them."""
    coach = start_coach(admins="U6")
    for person in (coach.anna, coach.bob):
        person.types("help")
    return coach


def used(coach: Coach, play: str, shown: int, *, wrong: int = 0, done: int = 0, reps: list[str] = REPS) -> None:
    """A play was shown so often in the last days, dealt over these reps, each card answered."""
    at = coach.now - timedelta(days=3)
    with coach.writing() as session:
        for n in range(shown):
            rep, number = reps[n % len(reps)], next(NUMBERS)
            row = {"id": f"n{number}", "team_id": TEAM, "rep_id": rep, "account_id": "A", "kind": "nudge", "key": "k"}
            times = {"due_at": at, "next_try_at": at, "planned_at": at, "ended_at": at, "answered_at": at}
            session.add(NudgeRow(**row, **times, play=play, state="sent", answer="skip"))
            if n < wrong:
                said = {"text": "no", "wish": "", "facts": {}}
                session.add(FeedbackRow(id=f"f{number}", team_id=TEAM, rep_id=rep, play=play, at=at, **said))
            if n < done:
                made = {"wording": 0, "made_at": at, "outcome": "done"}
                session.add(CommitmentRow(id=f"c{number}", team_id=TEAM, rep_id=rep, play=play, **made))


def reports(coach: Coach, person: Person) -> list[Message]:
    posted = {row.ts for row in coach.rows(NudgeRow, cue=CUE, rep_id=person.id) if row.state == "sent"}
    return [message for message in person.messages if message.ts in posted]


def test_it_comes_on_the_first_working_morning_of_the_month_and_once(coach: Coach) -> None:
    coach.until("2026-03-30 08:00")
    used(coach, "step-back", 30, wrong=9)
    coach.until("2026-04-01 08:59")
    assert reports(coach, coach.bob) == []
    coach.until("2026-04-08 12:00")
    [message] = reports(coach, coach.bob)
    assert datetime.fromtimestamp(float(message.ts), BERLIN).isoformat()[:16] == "2026-04-01T09:00"
    text = coach.bob.read(message)
    assert "Your plays, Apr 2026" in text
    assert "Mend: " in text
    assert "9 of 30 times a rep called it wrong." in text
    assert "fewer than five reps saw has none" in text
    assert reports(coach, coach.anna) == []


def test_an_owner_without_any_work_day_keeps_nobody_elses_message_back(start_coach: StartCoach) -> None:
    coach = start_coach(admins="U6,U1")
    for person in (coach.anna, coach.bob):
        person.types("help")
    coach.until("2026-03-30 08:00")
    used(coach, "step-back", 30, wrong=9)
    with coach.writing() as session:
        row = session.get_one(RepRow, (TEAM, "U1"))
        row.days_off = [(date(2026, 3, 1) + timedelta(days=n)).isoformat() for n in range(500)]
    coach.until("2026-04-01 12:00")
    assert len(reports(coach, coach.bob)) == 1
    assert reports(coach, coach.anna) == []


def test_another_process_plans_no_second_one(coach: Coach) -> None:
    coach.until("2026-03-31 10:00")
    used(coach, "step-back", 30, wrong=9)
    for _ in range(3):
        play_reports.plan(coach.bot.base, coach.now)
    coach.restart()
    coach.until("2026-04-02 12:00")
    assert len(coach.rows(NudgeRow, cue=CUE)) == 1
    assert len(reports(coach, coach.bob)) == 1


def test_a_month_that_begins_on_a_weekend_waits_for_its_monday(coach: Coach) -> None:
    coach.until("2026-07-30 08:00")
    used(coach, "step-back", 30, wrong=9)
    coach.until("2026-08-02 20:00")
    assert reports(coach, coach.bob) == []
    coach.until("2026-08-03 09:30")
    assert len(reports(coach, coach.bob)) == 1


def test_with_nothing_to_say_it_stays_away(coach: Coach) -> None:
    coach.until("2026-03-30 08:00")
    used(coach, "step-back", 30, wrong=9, reps=REPS[:4])
    coach.until("2026-04-02 12:00")
    assert reports(coach, coach.bob) == []


def test_three_plays_come_first_and_the_rest_is_a_count(coach: Coach) -> None:
    coach.until("2026-03-30 08:00")
    for play in ("step-back", "unseen-work", "as-before-the-deal", "news-worth-their-time", "think-ahead-of-them"):
        used(coach, play, 30, wrong=9)
    used(coach, "from-star-to-director", 30, done=12)
    coach.until("2026-04-01 10:00")
    [message] = reports(coach, coach.bob)
    text = coach.bob.read(message)
    assert text.count("called it wrong") == 3
    assert "2 more need a decision." in text
    assert "27 can stay as they are." in text
    assert "U0MEILIN" not in text


def test_show_all_lists_every_play_under_what_is_proposed(coach: Coach) -> None:
    coach.until("2026-03-30 08:00")
    used(coach, "step-back", 30, wrong=9)
    used(coach, "unseen-work", 30, done=20)
    coach.until("2026-04-01 10:00")
    answer = coach.bob.taps("Show all")
    assert "What the plays do" in answer
    assert answer.index("Mend") < answer.index("9 of 30") < answer.index("Keep") < answer.index("20 said yes")
    assert "Fewer than five reps saw" in answer
    titles = [play.title.en for play in coach.bot.base.shelf.library.plays]
    assert [title for title in titles if title not in answer] == []


def test_who_manages_nobody_and_owns_nothing_is_told_whom_it_is_for(coach: Coach) -> None:
    assert "for managers, admins and owners of plays" in coach.anna.types("playbooks report")
    assert "这份报告给经理、管理员和打法的负责人看" in coach.liwei.types("打法 报告")
    with coach.writing() as session:
        roles.set_manager(session, TEAM, "U3", "U1", "U6", coach.now)
    assert "What the plays do" in coach.anna.types("playbooks report")


def test_an_owner_who_is_here_hears_of_their_own_plays_and_the_admin_does_not(coach: Coach) -> None:
    coach.until("2026-03-30 08:00")
    with coach.writing() as session:
        session.add(RepRow(team_id=TEAM, id="U0MEILIN", zone="Asia/Shanghai", language="zh", days_off=[]))
    used(coach, "step-back", 30, wrong=9)
    coach.until("2026-04-01 12:00")
    assert [row.rep_id for row in coach.rows(NudgeRow, cue=CUE)] == ["U0MEILIN"]
    with coach.bot.base.database.read() as session:
        base = coach.bot.base
        rep = next(r for r in play_reports.reps.everyone(session) if r.id == "U0MEILIN")
        [planned] = [play_reports.nudges.nudge_of(row) for row in coach.rows(NudgeRow, cue=CUE)]
        message = play_reports.message(base, session, rep, planned, coach.now)
    assert message is not None
    assert message.summary == "你的打法：有 1 条等你定"


def test_the_report_reads_the_figures_of_ninety_days(coach: Coach) -> None:
    used(coach, "step-back", 30, wrong=9)
    now = play_reports.of_team(coach.bot.base, TEAM, coach.now)
    later = play_reports.of_team(coach.bot.base, TEAM, coach.now + timedelta(days=91))
    grounds = [next(f.ground for f in r.findings if f.standing.play.id == "step-back") for r in (now, later)]
    assert grounds == ["wrong", "few_reps"]
    assert now.until.date() == date(2026, 3, 4)
