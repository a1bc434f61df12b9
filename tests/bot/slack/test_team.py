"""The team view: what a manager sees, and that a rep sees the same of themselves."""

import re
from datetime import UTC, timedelta

import pytest

from storage import accounts, reps
from storage import team as stored
from storage.tables import AccountRow, AskedRow, NudgeRow, RepRow
from tests.bot.conftest import StartCoach
from tests.bot.slack.test_roles import set_manager
from tests.coach import Coach, a_moment
from tests.factories import an_account

SECOND = "T0OTHER"
MONDAY = a_moment("2026-03-09 00:00")


@pytest.fixture
def coach(start_coach: StartCoach) -> Coach:
    """Bob is the admin, James the manager of Anna and 李伟; each keeps an account with a problem."""
    coach = start_coach(admins="U6")
    for person in (coach.anna, coach.bob, coach.james, coach.liwei):
        person.types("help")
    for text in ("account add Nordhaus", "account add Alba", "problem Nordhaus the pump failed"):
        coach.anna.types(text)
    coach.anna.types("promise Alba by fri: parts list")
    coach.liwei.types("account add 博远")
    coach.liwei.types("problem 博远 货晚到了")
    for rep in ("U1", "U2"):
        set_manager(coach, rep, "U3")
    return coach


def lines_of(text: str, name: str) -> list[str]:
    return [line for line in text.splitlines() if name in line]


def test_a_manager_sees_open_problems_by_age_and_each_rep_by_name(coach: Coach) -> None:
    coach.until("2026-03-13 10:00")
    coach.anna.types("problem Alba they are cross")
    seen = coach.james.types("team")
    assert "Open problems (3)" in seen
    long, new = seen.index("Open for more than a week"), seen.index("New since yesterday")
    assert long < seen.index("• Nordhaus (Anna), 9 days. Next: the client knows that we heard them") < new
    assert new < seen.index("• Alba (Anna), since today. Next: the client knows that we heard them")
    assert "Each rep, by name: the last 90 days" in seen
    assert seen.index("Anna: Promises: 0 kept, 1 open, 0 broken.") < seen.index("李伟: No review due, no promise made.")


def test_it_reads_in_chinese_too(coach: Coach) -> None:
    coach.james.types("settings language zh")
    seen = coach.james.types("团队")
    assert "• 博远（李伟），今天出的。下一步：告诉客户我们听到了" in seen
    assert "每个人，按姓名排：最近 90 天" in seen
    assert "承诺：兑现 0 个，进行中 1 个，没兑现 0 个。" in seen


def test_a_rep_sees_the_same_lines_of_themselves_and_no_others(coach: Coach) -> None:
    seen, own = coach.james.types("team"), coach.anna.types("team")
    assert "What your manager sees of you" in own
    shared = [line for line in own.splitlines() if "Anna" in line]
    assert shared == lines_of(seen, "Anna")
    assert len(shared) == 2
    assert "李伟" not in own
    assert "博远" not in own
    assert "No manager sees what you ask me" in own


def test_a_rep_sees_it_in_chinese(coach: Coach) -> None:
    own = coach.liwei.types("团队")
    assert "你的经理能看到你的哪些情况" in own
    assert "博远（李伟）" in own
    assert "Nordhaus" not in own


def test_whoever_has_no_manager_is_told_so(coach: Coach) -> None:
    own = coach.bob.types("team")
    assert "Nobody is set as your manager." in own
    assert "No problem is open." in own
    assert "Anna" not in own, "an admin sees no more than anybody"


def test_a_manager_looks_at_themselves_with_me(coach: Coach) -> None:
    own = coach.james.types("team me")
    assert "What your manager sees of you" in own
    assert "James" in own
    assert "Nordhaus" not in own


def test_a_managers_own_accounts_are_in_the_view_of_their_manager_only(coach: Coach) -> None:
    coach.james.types("account add Pacific")
    coach.james.types("problem Pacific late")
    assert "Pacific" not in coach.james.types("team")
    set_manager(coach, "U3", "U6")
    seen = coach.bob.types("team")
    assert "• Pacific (James)" in seen
    assert "• Nordhaus (Anna)" in seen, "and everybody further down"


def test_no_word_of_a_rep_is_in_it(coach: Coach) -> None:
    coach.anna.types("note Alba praise SECRETWORD")
    coach.anna.types("promise Alba by fri: SECRETWORD")
    coach.anna.types("problem Alba SECRETWORD")
    coach.anna.types("advice SECRETWORD they are angry")
    coach.anna.types("pause 3 days")
    coach.james.opens("home")
    assert "SECRETWORD" not in coach.james.types("team") + coach.james.home
    assert not [line for line in lines_of(coach.james.types("team"), "Anna") if "pause" in line.lower()]


def test_a_team_of_one_reads_sensibly(coach: Coach) -> None:
    set_manager(coach, "U2", "U6")
    seen = coach.james.types("team")
    assert "The last 90 days" in seen
    assert "by name" not in seen


def test_the_home_tab_of_a_manager_has_it_and_leads_on(coach: Coach) -> None:
    coach.james.opens("home")
    assert "Your team (2)" in coach.james.home
    assert "• Nordhaus (Anna), since today." in coach.james.home
    coach.james.taps_home("Show my team")
    assert "Each rep, by name" in coach.james.dm[-1]
    coach.anna.opens("home")
    assert "Your team" not in coach.anna.home


def _many(coach: Coach, count: int) -> None:
    """Reps who were imported: nobody has met them yet."""
    with coach.writing() as session:
        for number in range(count):
            rep = f"U9{number:02}"
            reps.save(session, "T0PRACTICE", rep, name=f"Rep {number:02}")
            account = an_account(id=f"B{number}", team_id="T0PRACTICE", rep_id=rep, name=f"Firm {number}", manager="U3")
            accounts.add(session, account, coach.now.astimezone(UTC))


def test_thirty_reps_come_in_pages(coach: Coach) -> None:
    _many(coach, 28)
    first = coach.james.types("team")
    assert re.findall(r"^(Rep \d\d|Anna|李伟)[:：]", first, re.M) == ["Anna", *(f"Rep {n:02}" for n in range(9))]
    assert "1 to 10 of 30" in first
    assert "[More] [Figures of plays]" in first
    second = coach.james.taps("More")
    assert "11 to 20 of 30" in second
    third = coach.james.taps("More")
    assert "21 to 30 of 30" in third
    assert "[Back] [Figures of plays]" in third
    assert "11 to 20 of 30" in coach.james.taps("Back")


def test_a_page_is_refused_to_whoever_is_no_manager_any_more(coach: Coach) -> None:
    _many(coach, 28)
    coach.james.types("team")
    for row in coach.rows(AccountRow):
        with coach.writing() as session:
            session.get_one(AccountRow, row.id).manager = None
    for rep in ("U1", "U2"):
        set_manager(coach, rep, "U6")
    assert "Firm" not in coach.james.taps("More")


def test_another_workspace_sees_nothing(coach: Coach) -> None:
    with coach.writing() as session:
        for rep in ("U1", "U3"):
            reps.save(session, SECOND, rep, name="Elsewhere")
        accounts.add(session, an_account(id="Z1", team_id=SECOND, rep_id="U1", name="Foreign", manager="U3"), coach.now)
    assert "Foreign" not in coach.james.types("team")
    assert "Elsewhere" not in coach.james.types("team")


def test_whoever_has_left_stays_while_accounts_are_theirs(coach: Coach) -> None:
    coach.srv.change_member("U1", deleted=True)
    coach.rest()
    assert "• Nordhaus (Anna)" in coach.james.types("team")
    coach.deliver()
    coach.until("2026-03-04 16:00")
    coach.james.taps("Take them")
    assert "Anna" not in coach.james.types("team")


def test_names_come_from_slack_for_those_who_never_wrote(coach: Coach) -> None:
    with coach.writing() as session:
        for row in coach.rows(RepRow):
            session.get_one(RepRow, (row.team_id, row.id)).name = ""
    assert "Nordhaus (U1)" in coach.james.types("team")
    assert "Nordhaus (Anna)" in coach.james.types("team"), "asked for meanwhile"


def test_the_plan_learns_names(coach: Coach) -> None:
    with coach.writing() as session:
        session.get_one(RepRow, ("T0PRACTICE", "U1")).name = ""
    coach.plan()
    assert coach.row(RepRow, id="U1").name == "Anna"
    with coach.writing() as session:
        assert stored.nameless(session) == []


def test_a_new_name_in_slack_is_learnt(coach: Coach) -> None:
    coach.srv.change_member("U1", name="Anna Keller")
    coach.rest()
    assert "Nordhaus (Anna Keller)" in coach.james.types("team")


# --- plays ----------------------------------------------------------------------------------------------------------


def test_plays_are_told_from_five_reps_up(coach: Coach) -> None:
    coach.james.types("team")
    assert "once five of your reps have seen it" in coach.james.taps("Figures of plays")


def test_plays_are_told_when_five_have_seen_one_and_only_to_their_manager(coach: Coach) -> None:
    _many(coach, 5)
    _shown(coach, [f"U9{n:02}" for n in range(5)])
    coach.james.types("team")
    told = coach.james.taps("Figures of plays")
    assert ": shown 5, taken up 0, done 0, wrong 0, ignored 0" in told
    assert "Rep 0" not in told
    set_manager(coach, "U900", "U6")  # one of the five gets another manager
    coach.james.types("team")
    assert "once five of your reps have seen it" in coach.james.taps("Figures of plays")


def _shown(coach: Coach, rep_ids: list[str]) -> None:
    at = coach.now - timedelta(hours=1)
    with coach.writing() as session:
        for rep in rep_ids:
            session.add(
                NudgeRow(
                    id=f"N{rep}", team_id="T0PRACTICE", rep_id=rep, account_id="B0", kind="nudge", play="unseen-work",
                    key="x", due_at=at, next_try_at=at, planned_at=at, state="sent", ended_at=at,
                )
            )  # fmt: skip


# --- time asked -----------------------------------------------------------------------------------------------------


def test_seconds_follow_from_what_was_sent_and_tapped(coach: Coach) -> None:
    """From the Wednesday on, Anna is asked about her problem; the week after, the manager reads how long that took."""
    coach.anna.types("visit Alba fri 10:00")
    coach.until("2026-03-09 09:30")
    last_week = [n.kind for n in coach.rows(NudgeRow, rep_id="U1", state="sent") if n.ended_at < MONDAY]
    assert {"problem", "promise", "visit_card", "check"} <= set(last_week)
    seconds = sum(5 if kind == "check" else 15 for kind in last_week)
    assert f"Time I asked for: {seconds} seconds last week" in coach.james.types("team")


def test_a_form_that_a_message_asked_for_counts_and_one_of_the_reps_own_does_not(coach: Coach) -> None:
    coach.anna.types("problem")
    coach.anna.fills(account=coach.row(AccountRow, name="Alba").id, what="late", who="client")
    assert coach.rows(AskedRow) == []
    coach.anna.taps("Bring the boss in")
    coach.anna.fills(people=["U3"], brief="The pump failed.")
    [row] = coach.rows(AskedRow)
    assert (row.rep_id, row.kind, row.count) == ("U1", "form", 1)
