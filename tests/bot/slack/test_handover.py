"""Handing an account over: a pack that tells what is known and what is not, a colleague who says yes, and an undo."""

import re

import pytest

from storage.tables import AccountRow, NudgeRow, ProblemRow, PromiseRow, SnoozeRow, VisitRow
from tests.coach import Coach


@pytest.fixture
def coach(coach: Coach) -> Coach:
    anna = coach.anna
    for text in (
        "account add Nordhaus",
        "account set Nordhaus stage early",
        "account set Nordhaus stage middle",
        "account set Nordhaus important delivery dates",
        "contact add Nordhaus Wang Li, purchasing, boss Zhao Min",
        "contact add Nordhaus Old Chen",
        "visit Nordhaus fri 10:00",
        "promise Nordhaus by fri: spare parts list",
        "problem Nordhaus wrong valves came",
    ):
        anna.types(text)
    coach.bob.types("help")
    return coach


def offer(coach: Coach, to: str = "U6") -> str:
    coach.anna.types("handover Nordhaus @bob")
    answer = coach.anna.fills(people=[to])
    coach.deliver()
    return answer


def planned_for(coach: Coach, rep: str) -> set[str]:
    return {n.kind for n in coach.rows(NudgeRow, state="planned", rep_id=rep)}


def test_the_pack_tells_what_is_known_and_says_what_is_not(coach: Coach) -> None:
    pack = coach.anna.types("handover Nordhaus")
    for known in (
        "Nordhaus: what the next one should know",
        "Stage: early from Wed 4 Mar, then middle from Wed 4 Mar",
        "Wang Li, purchasing, reports to Zhao Min",
        "delivery dates",
        "problem since Wed 4 Mar: wrong valves came; next: tell the client you heard them",
        "we promised by Fri 6 Mar: spare parts list",
        "Next visit: Fri 6 Mar, 10:00",
    ):
        assert known in pack
    for gap in ("Order: not known", "not known: whom Old Chen reports to", "The two-year picture: not known"):
        assert gap in pack
    assert "the stage" not in pack, "what the heading says is not said again"


def test_the_pack_tells_how_visits_went_and_what_has_worked(coach: Coach) -> None:
    coach.anna.types("account add Alba")
    coach.anna.types("account set Alba stage middle")
    coach.anna.types("visit Alba tomorrow 10:00")
    coach.until("2026-03-04 18:00")
    title = coach.anna.dm[-1]
    coach.anna.taps("I'll do it")
    coach.until("2026-03-05 12:00")
    coach.anna.taps("Done")
    pack = coach.anna.types("handover Alba")
    assert "Last visits: Thu 5 Mar:" in pack
    assert ": done" in pack
    worked = pack.partition("What has worked: ")[2].splitlines()[0]
    assert worked.endswith("(1×)")
    assert worked.removesuffix(" (1×)") in title


def test_a_chinese_rep_reads_a_chinese_pack(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    pack = coach.liwei.types("handover 博远")
    assert "博远：接手的人要知道的" in pack
    assert "阶段：还不知道\n" in pack
    assert "最近的拜访：还不知道\n" in pack
    coach.liwei.types("account set 博远 阶段 中期")
    coach.liwei.types("问题 博远 两托货都湿了")
    pack = coach.liwei.types("handover 博远")
    assert "阶段：中期（3月4日起）" in pack
    assert "3月4日（周三）起有问题：两托货都湿了；下一步：" in pack
    for text in (pack, coach.liwei.types("account 博远"), coach.liwei.types("account list")):
        assert not re.search("（[^）]*（", text), "brackets in brackets"


def test_nothing_changes_hands_before_the_colleague_says_yes(coach: Coach) -> None:
    answer = offer(coach)
    assert "Nordhaus stays yours until they say yes" in answer
    assert coach.row(AccountRow).rep_id == "U1"
    asked = coach.bob.dm[-1]
    assert "Anna would like to hand you Nordhaus." in asked
    assert "wrong valves came" in asked
    assert "[Take it on] [Not me]" in asked


def test_with_a_yes_visits_problems_and_promises_go_along_and_nudges_are_planned_anew(coach: Coach) -> None:
    assert "visit_card" in planned_for(coach, "U1")
    offer(coach)
    assert "Nordhaus: yours now." in coach.bob.taps("Take it on")
    account = coach.row(AccountRow)
    assert account.rep_id == "U6"
    assert coach.row(VisitRow).rep_id == "U6"
    assert {coach.row(t).account_id for t in (ProblemRow, PromiseRow)} == {account.id}
    assert planned_for(coach, "U1") == set()
    assert "visit_card" in planned_for(coach, "U6")
    assert "Taken on: Nordhaus, with visits" in coach.anna.dm[-1]
    assert "I know no account" in coach.anna.types("account show Nordhaus")
    assert "Wang Li" in coach.bob.types("account show Nordhaus")


def test_the_visit_card_comes_to_the_new_rep_only(coach: Coach) -> None:
    offer(coach)
    coach.bob.taps("Take it on")
    coach.until("2026-03-05 18:00")
    assert any("Nordhaus · Fri 6 Mar, 10:00" in text for text in coach.bob.dm)
    assert not any("Nordhaus · Fri 6 Mar, 10:00" in text for text in coach.anna.dm)


def test_within_a_minute_the_new_rep_can_give_it_back_and_the_old_one_is_told(coach: Coach) -> None:
    before = [row.model_dump() for t in (AccountRow, VisitRow, SnoozeRow) for row in coach.rows(t)]
    kinds = planned_for(coach, "U1")
    offer(coach)
    coach.bob.taps("Take it on")
    coach.bob.taps("Undo")
    assert [row.model_dump() for t in (AccountRow, VisitRow, SnoozeRow) for row in coach.rows(t)] == before
    assert planned_for(coach, "U1") == kinds
    assert planned_for(coach, "U6") == set()
    assert "Taken back: Nordhaus is yours again." in coach.anna.dm[-1]


def test_with_a_no_everything_stays_and_the_giver_hears_it(coach: Coach) -> None:
    offer(coach)
    assert "Nothing changes" in coach.bob.taps("Not me")
    assert coach.row(AccountRow).rep_id == "U1"
    assert "Nordhaus: not taken on" in coach.anna.dm[-1]


def test_an_account_that_is_given_twice_goes_to_the_first_who_takes_it(coach: Coach) -> None:
    offer(coach, "U6")
    offer(coach, "U3")
    coach.until("2026-03-04 17:00")  # working hours in Chicago
    coach.bob.taps("Take it on")
    assert "no longer stands" in coach.james.taps("Take it on")
    assert coach.row(AccountRow).rep_id == "U6"


def test_a_name_that_the_receiver_uses_already_is_not_doubled(coach: Coach) -> None:
    coach.bob.types("account add Nordhaus")
    offer(coach)
    assert "Rename yours first" in coach.bob.taps("Take it on")
    coach.bob.types("account rename Nordhaus to Nordhaus Berlin")
    coach.bob.types("account set Nordhaus Berlin important price")
    assert coach.row(AccountRow, rep_id="U1").name == "Nordhaus"


def test_a_guest_cannot_take_an_account_on(coach: Coach) -> None:
    offer(coach, "U5")
    assert any("Guest cannot take Nordhaus on" in text for text in coach.anna.dm)
    assert coach.guest.got() == []


def test_somebody_without_a_time_zone_is_not_asked_in_the_dark(coach: Coach) -> None:
    offer(coach, "U4")
    assert any("I do not know Nomad's time zone yet" in text for text in coach.anna.dm)


def test_one_cannot_hand_an_account_to_oneself_or_to_two(coach: Coach) -> None:
    coach.anna.types("handover Nordhaus")
    coach.anna.taps("Hand it over…")
    assert "yours already" in coach.anna.fills(people=["U1"])
    assert "Please pick one person" in coach.anna.fills(people=["U3", "U6"])
    assert coach.row(AccountRow).rep_id == "U1"


def test_only_the_one_who_was_asked_can_say_yes(coach: Coach) -> None:
    offer(coach)
    message = coach.bob.showing("Take it on")
    coach.srv.click("U3", message.channel, message.ts, by_label="Take it on", force=True)
    coach.rest()
    assert coach.row(AccountRow).rep_id == "U1"


def test_an_offer_outside_working_hours_waits_for_the_morning(coach: Coach) -> None:
    coach.until("2026-03-04 20:00")
    offer(coach)
    assert not any("hand you Nordhaus" in text for text in coach.bob.dm)
    coach.until("2026-03-05 09:30")
    assert any("hand you Nordhaus" in text for text in coach.bob.dm)


def test_a_client_keeps_language_and_zone_when_a_colleague_of_another_language_takes_over(coach: Coach) -> None:
    for text in ("account add 博远", "account set 博远 stage 中期"):
        coach.liwei.types(text)
    coach.liwei.types("移交 博远 @anna")
    coach.liwei.fills(people=["U1"])
    coach.deliver()
    coach.anna.taps("Take it on")
    kept = coach.row(AccountRow, name="博远")
    assert (kept.rep_id, kept.language, kept.zone) == ("U1", "zh", "Asia/Shanghai")
    card = coach.anna.types("problem 博远 到货少了两箱")
    assert "Say: “到货少了两箱，我们听到了。" in card
    assert "，周三下午6点前" in card.partition("Say: ")[2]  # the next word is told by the client's clock
