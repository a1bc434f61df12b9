"""While a rep is away, a colleague whom they named gets problems and promises, may tap on those, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from bot import errors
from bot.slack import acts
from bot.slack.commands.base import Act
from bot.usecases import people, privacy
from bot.usecases.ports import Asker, NotPosted, Posted, Unclear
from storage import nudge_history
from storage.tables import AccountRow, NudgeRow, ProblemStepRow, PromiseRow, RepRow
from tests.coach import TEAM, Coach

LIWEI, BOB = "U2", "U6"
FOR_ANNA = "For Anna, who is back on Thu 5 Mar. You stand in."


def names_bob(coach: Coach) -> str:
    return coach.anna.types("settings standin <@U6|bob>")


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna keeps Nordhaus, and named Bob; he was told."""
    coach.bob.types("account add Alba")
    coach.anna.types("account add Nordhaus")
    names_bob(coach)
    coach.clock.move_to(coach.now + timedelta(minutes=2))
    coach.deliver()
    return coach


@pytest.fixture
def away(coach: Coach) -> Coach:
    """A problem is open at Nordhaus, and Anna takes today off."""
    coach.anna.types("problem Nordhaus wrong valves came")
    coach.anna.types("settings off 2026-03-04")
    return coach


def stand_in(coach: Coach, rep: str = "U1") -> str | None:
    found: str | None = coach.row(RepRow, id=rep).stand_in
    return found


def sent(coach: Coach, **equal: Any) -> list[NudgeRow]:
    return sorted(coach.rows(NudgeRow, state="sent", **equal), key=lambda n: n.ended_at)


# --- naming one -----------------------------------------------------------------------------------------------------


def test_a_colleague_is_named_and_told_once_who_asked_and_for_what(coach: Coach) -> None:
    assert stand_in(coach) == BOB
    hellos = [text for text in coach.bob.got() if "Anna named you as stand-in" in text]
    assert len(hellos) == 1
    assert "[Not me]" in hellos[0]
    names_bob(coach)
    coach.until("2026-03-05 12:00")
    assert len([text for text in coach.bob.got() if "Anna named you as stand-in" in text]) == 1
    assert "Stand-in: Bob" in coach.anna.types("settings")


def test_who_changes_a_setting_meanwhile_is_told_all_the_same(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.anna.types("settings standin <@U2|li>")
    coach.liwei.types("settings card morning")
    coach.until("2026-03-04 10:10")
    assert len([text for text in coach.liwei.got() if text.startswith("Anna请你代班。")]) == 1


@pytest.mark.parametrize("typed", ["standin none", "stand-in nobody", "代班 无", "standin 没有"])
def test_nobody_stands_in_any_more(coach: Coach, typed: str) -> None:
    assert coach.anna.types(f"settings {typed}").startswith("Saved: nobody stands in for you.")
    assert stand_in(coach) is None
    assert "Stand-in: nobody" in coach.anna.types("settings")


def test_a_name_that_is_only_typed_opens_the_window_with_the_people(coach: Coach) -> None:
    for typed in ("settings standin bob", "settings standin @bob", "settings 代班", "settings standin @Bob Miller"):
        coach.anna.types(typed)
        assert "Who stands in while you are away?" in coach.anna.form
    assert "Saved." in coach.anna.fills(people=[LIWEI]) + "".join(coach.anna.got()[-1:])
    assert stand_in(coach) == LIWEI


def test_the_window_opens_from_the_settings_and_the_home_tab_and_an_empty_one_means_nobody(coach: Coach) -> None:
    coach.anna.opens("home")
    assert "Stand-in: Bob" in coach.anna.home
    coach.anna.taps_home("Stand-in…")
    coach.anna.fills(people=[])
    assert stand_in(coach) is None


def newest(coach: Coach) -> str:
    """What came last; the answer may overtake the word that it is looked up."""
    return "\n".join(coach.anna.got()[-2:])


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("U1", "You cannot stand in for yourself."),
        ("U5", "cannot stand in: a guest, a bot, or no longer here"),
        ("U0NOBODY", "Slack does not know that person"),
        ("U4", "I do not know Nomad's time zone yet"),
    ],
)
def test_who_cannot_stand_in_is_refused_with_the_reason(coach: Coach, who: str, said: str) -> None:
    coach.anna.types(f"settings standin <@{who}>")
    assert said in newest(coach)
    assert stand_in(coach) == BOB


def test_a_bot_and_somebody_who_left_are_refused(coach: Coach) -> None:
    coach.srv.change_member("U3", deleted=True)
    coach.anna.types("settings standin <@U3>")
    assert "James cannot stand in" in newest(coach)
    bot = next(key for key, member in coach.space.members.items() if member.is_bot)
    coach.anna.types(f"settings standin <@{bot}>")
    assert "cannot stand in" in newest(coach)
    assert stand_in(coach) == BOB


def test_undo_puts_the_one_before_back_and_the_new_one_is_never_told(coach: Coach) -> None:
    coach.anna.types("settings standin <@U2|li>")
    assert stand_in(coach) == LIWEI
    assert "Undone" in coach.anna.taps("Undo")
    assert stand_in(coach) == BOB
    coach.until("2026-03-05 12:00")
    assert not [text for text in coach.liwei.got() if "Anna" in text]


def test_who_would_rather_not_says_so_and_the_rep_hears_it(coach: Coach) -> None:
    assert "Nothing comes to you" in coach.bob.taps("Not me")
    assert stand_in(coach) is None
    coach.deliver()
    assert "Nobody stands in for you any more" in coach.anna.got()[-1]


def test_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.liwei.types("设置 代班 <@U1|anna>")
    assert stand_in(coach, LIWEI) == "U1"
    assert "代班同事：Anna" in coach.liwei.types("设置")
    coach.liwei.types("设置 代班 <@U2>")
    assert "不能给自己代班" in coach.liwei.got()[-1]
    assert "没有代班" in coach.liwei.types("设置 代班 没有")


# --- while away -----------------------------------------------------------------------------------------------------


def test_the_step_of_a_problem_goes_to_the_stand_in_with_a_line_for_whom_and_until_when(away: Coach) -> None:
    before = len(away.anna.got())
    away.until("2026-03-04 11:30")
    [card] = [text for text in away.bob.got() if "wrong valves came" in text]
    assert card.startswith(FOR_ANNA)
    assert "tell the client you heard them" in card
    assert "[Done] [Bring the boss in]" in card
    assert "Opened by mistake" not in card
    assert len(away.anna.got()) == before
    row = sent(away, kind="problem")[0]
    assert (row.rep_id, row.sent_to, row.language) == ("U1", BOB, "en")


def test_without_a_stand_in_it_waits_for_the_rep(away: Coach) -> None:
    away.anna.types("settings standin none")
    away.until("2026-03-04 18:00")
    assert sent(away, kind="problem") == []
    away.until("2026-03-05 09:30")
    assert {n.sent_to for n in sent(away, kind="problem")} == {None}


def test_a_promise_comes_to_the_stand_in_and_nothing_routine_and_no_card_does(coach: Coach) -> None:
    coach.anna.types("promise Nordhaus by fri: spare parts list")
    coach.anna.types("visit Nordhaus thu 15:00")
    coach.anna.types("pause until 2026-03-12")
    coach.until("2026-03-12 08:00")
    assert {n.kind for n in sent(coach, sent_to=BOB)} == {"promise"}
    [warning, asked] = [text for text in coach.bob.got() if "spare parts list" in text]
    assert "was it kept?" in asked
    assert "For Anna, who is back on Thu 12 Mar." in warning
    assert "[Kept] [New date…] [Can't keep it]" in warning
    assert not [text for text in coach.bob.got() if "Nordhaus · " in text]


def test_it_comes_in_the_language_the_zone_and_the_hours_of_the_stand_in(away: Coach) -> None:
    away.anna.types("settings standin <@U2|li>")
    away.until("2026-03-04 23:00")  # in Shanghai it was evening already
    assert sent(away, sent_to=LIWEI) == []
    away.anna.types("settings off 2026-03-05")
    away.until("2026-03-05 02:30")
    [card] = [text for text in away.liwei.got() if "wrong valves came" in text]
    assert card.startswith("Anna不在，3月6日（周五）回来，这期间由你代班。")
    assert "We heard you" in card, "what is said to the client stays in the client's language"
    assert sent(away, sent_to=LIWEI)[0].ended_at.isoformat() == "2026-03-05T01:00:00+00:00"


def test_a_stand_in_who_is_away_too_gets_nothing_and_gets_it_once_back(away: Coach) -> None:
    away.bob.types("settings off 2026-03-04")
    away.anna.types("settings off 2026-03-05")
    away.until("2026-03-04 18:00")
    assert sent(away, kind="problem") == []
    assert {n.rule for n in away.rows(NudgeRow, kind="problem", state="planned") if n.rule} == {"day_off"}
    away.until("2026-03-05 09:30")
    assert {n.sent_to for n in sent(away, kind="problem")} == {BOB}


def test_a_stand_in_who_ends_a_pause_gets_it_at_once(away: Coach) -> None:
    away.bob.types("pause 3 days")
    away.until("2026-03-04 12:00")
    assert sent(away, kind="problem") == []
    away.bob.types("pause off")
    away.deliver()
    assert {n.sent_to for n in sent(away, kind="problem")} == {BOB}


def test_on_the_weekend_of_both_nobody_gets_anything(coach: Coach) -> None:
    coach.clock.move_to(coach.now + timedelta(days=2))  # Friday
    coach.anna.types("problem Nordhaus wrong valves came")
    coach.anna.types("pause 10 days")
    coach.until("2026-03-06 18:01")
    count = len(coach.bob.got())
    coach.until("2026-03-09 08:59")
    assert len(coach.bob.got()) == count


def test_a_rep_who_is_back_before_it_went_gets_it(away: Coach) -> None:
    away.anna.types("settings off 2026-03-04")  # not off after all
    away.until("2026-03-04 12:00")
    assert {n.sent_to for n in sent(away, kind="problem")} == {None}


def test_the_evening_before_days_off_does_not_put_it_off_until_they_are_over(coach: Coach) -> None:
    """What quiet hours hold on Wednesday evening goes to the stand-in on Thursday morning."""
    coach.clock.move_to(coach.now + timedelta(hours=7, minutes=50))  # shortly before six
    coach.anna.types("problem Nordhaus wrong valves came")
    coach.anna.types("settings off 2026-03-05")
    coach.anna.types("settings off 2026-03-06")
    coach.until("2026-03-05 10:00")
    assert {n.sent_to for n in sent(coach, kind="problem")} == {BOB}


def test_caps_of_the_stand_in_are_not_used_up_and_the_rep_has_not_read_it(away: Coach) -> None:
    away.until("2026-03-04 12:00")
    with away.bot.base.database.read() as session:
        since = away.now - timedelta(days=9)
        for rep in ("U1", BOB):
            assert [s.kind for s in nudge_history.sent_to(session, TEAM, rep, since) if s.kind == "problem"] == []


def test_a_post_of_unknown_outcome_is_looked_for_where_it_went(away: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    real = away.bot.base.messenger.post

    def unsure(*given: Any) -> Posted | NotPosted | Unclear:
        answer = real(*given)
        return Unclear("timeout") if given[1] == BOB else answer

    monkeypatch.setattr(type(away.bot.base.messenger), "post", lambda _, *given: unsure(*given))
    away.until("2026-03-04 11:30")
    row = sent(away, kind="problem")[0]
    assert row.channel == next(m for m in away.bob.messages if m.metadata and m.ts == row.ts).channel
    assert len([text for text in away.bob.got() if "wrong valves came" in text]) == 1


def test_where_slack_does_not_deliver_to_the_stand_in_it_goes_back_to_the_rep(
    away: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = away.bot.base.messenger.post

    def gone(*given: Any) -> Posted | NotPosted | Unclear:
        return NotPosted("user_not_found") if given[1] == BOB else real(*given)

    monkeypatch.setattr(type(away.bot.base.messenger), "post", lambda _, *given: gone(*given))
    away.until("2026-03-05 10:00")
    assert stand_in(away) is None
    assert {n.sent_to for n in sent(away, kind="problem")} == {None}
    assert "Nobody stands in for you any more" in "\n".join(away.anna.got())


# --- taps -----------------------------------------------------------------------------------------------------------


def test_the_stand_in_takes_the_step_and_the_rep_reads_it_on_return(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    answer = away.bob.taps("Done")
    assert "You stand in here for a colleague who is away." in answer
    assert "tell your boss" in answer
    assert {s.step for s in away.rows(ProblemStepRow)} == {"owned", "client_heard"}
    away.until("2026-03-05 09:30")
    [back] = [text for text in away.anna.got() if "Welcome back" in text]
    assert "Nordhaus, tell the client you heard them, and when they hear next: done (Bob)" in back
    assert "Nordhaus, tell your boss: no answer yet (Bob)" in back


def test_the_stand_in_sees_the_steps_brings_the_boss_in_and_no_more(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    assert "Show the steps" in away.bob.read(away.bob.showing("Done"))
    away.bob.taps("Bring the boss in")
    assert "The group is open" in away.bob.fills(people=["U3"])
    assert "boss_told" in {s.step for s in away.rows(ProblemStepRow)}
    assert 'no account "Nordhaus"' in away.bob.types("account show Nordhaus")
    assert "Nordhaus" not in away.bob.types("problem list")


@pytest.mark.parametrize("act", ["withdraw", "dialogue", "words"])
def test_what_is_only_the_keepers_is_refused(away: Coach, act: str) -> None:
    away.until("2026-03-04 11:30")
    bob = people.known(away.bot.base, Asker(TEAM, BOB))
    assert bob is not None
    value = f"{act}|{sent(away, kind='problem')[0].problem_id}"
    with pytest.raises(errors.Refused) as refused:
        acts.TAPS["problem:more"](Act(away.bot.base, bob, value, away.now))
    assert refused.value.code == "not_yours"


def test_a_strangers_tap_is_refused(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    card = away.bob.showing("Done")
    away.james.types("account add Alamo")
    away.srv.click("U3", card.channel, card.ts, by_label="Done", force=True)
    away.rest()
    assert "for somebody else" in away.james.got()[-1]
    assert {s.step for s in away.rows(ProblemStepRow)} == {"owned"}


def test_the_stand_in_settles_the_promise_they_were_sent(coach: Coach) -> None:
    coach.anna.types("promise Nordhaus by fri: spare parts list")
    coach.anna.types("promise Nordhaus by fri: the other list")
    coach.anna.types("pause until 2026-03-12")
    coach.until("2026-03-06 17:00")
    card = next(m for m in coach.bob.messages if "spare parts list" in coach.bob.read(m))
    assert "kept. Well done." in coach.bob.taps("Kept", on=card)
    assert coach.row(PromiseRow, text="spare parts list").kept_at is not None
    coach.until("2026-03-12 09:30")
    [back] = [text for text in coach.anna.got() if "Welcome back" in text]
    assert "Nordhaus, spare parts list: kept (Bob)" in back


def test_after_the_account_changed_hands_an_old_card_moves_nothing(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    with away.writing() as session:
        row = session.get_one(AccountRow, away.row(AccountRow, name="Nordhaus").id)
        row.rep_id = "U3"
    away.bob.taps("Done")
    assert "for somebody else" in away.bob.got()[-1]
    assert {s.step for s in away.rows(ProblemStepRow)} == {"owned"}


def test_why_says_it_truly_for_both(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    assert "It went to your stand-in, because you were away." in away.anna.types("why")
    theirs = away.bob.types("why")
    assert "It came to you because you stand in for a colleague who was away." in theirs
    assert "a step of the open problem is due" in theirs
    assert "step tell the client you heard them" in theirs
    assert "problems and promises go to your stand-in meanwhile" in away.anna.types("why-not Nordhaus")
    away.until("2026-03-05 10:00")
    assert "stand-in" not in away.anna.types("why-not Nordhaus")


# --- leaving --------------------------------------------------------------------------------------------------------


def test_a_stand_in_who_is_forgotten_stands_in_for_nobody(away: Coach) -> None:
    away.until("2026-03-04 11:30")
    away.bob.types("forget me")
    away.bob.fills(word="forget me")
    assert stand_in(away) is None
    assert away.rows(NudgeRow, sent_to=BOB) == []
    away.until("2026-03-05 09:30")
    assert "Nobody stands in for you any more" in "\n".join(away.anna.got())


def test_a_stand_in_who_is_deactivated_stands_in_for_nobody(away: Coach) -> None:
    away.check(away.srv.change_member(BOB, deleted=True))
    away.rest()
    assert stand_in(away) is None
    away.until("2026-03-05 09:30")
    assert {n.sent_to for n in sent(away, kind="problem")} == {None}


def test_the_export_holds_it(coach: Coach) -> None:
    anna = people.known(coach.bot.base, Asker(TEAM, "U1"))
    assert anna is not None
    found = privacy.export(coach.bot.base, anna, coach.now)
    assert found["parts"]["rep"]["rows"][0]["stand_in"] == BOB


# --- handed on as the absence begins ----------------------------------------------------------------------------------


def handed(coach: Coach) -> list[str]:
    return [text for text in coach.bob.got() if "wrong valves came" in text]


@pytest.fixture
def told(coach: Coach) -> Coach:
    """Anna logged a problem on Wednesday and was told of its step; she did not do it."""
    coach.anna.types("problem Nordhaus wrong valves came")
    coach.until("2026-03-04 17:00")
    assert [n.sent_to for n in sent(coach, kind="problem")] == [None]
    return coach


def test_a_step_that_the_rep_was_told_of_goes_to_the_stand_in_once_on_the_first_day_off(told: Coach) -> None:
    told.anna.types("settings off 2026-03-05..2026-03-06")
    told.until("2026-03-05 08:59")
    assert handed(told) == []
    told.until("2026-03-06 18:00")
    [card] = handed(told)
    assert card.startswith("For Anna, who is back on Mon 9 Mar. You stand in.")
    assert "tell the client you heard them" in card
    [row] = sent(told, sent_to=BOB, kind="problem")
    assert row.ended_at.isoformat() == "2026-03-05T08:00:00+00:00"
    assert "They were told of this step before they left, and it is not done yet." in told.bob.types("why")


def test_the_stand_in_does_the_step_that_was_handed_on_and_the_rep_reads_it(told: Coach) -> None:
    told.anna.types("settings off 2026-03-05")
    told.until("2026-03-05 09:30")
    assert "tell your boss" in told.bob.taps("Done")
    told.until("2026-03-06 09:30")
    [back] = [text for text in told.anna.got() if "Welcome back" in text]
    assert "Nordhaus, tell the client you heard them, and when they hear next: done (Bob)" in back


def test_a_pause_hands_the_step_on_the_next_morning_and_a_short_one_does_not(told: Coach) -> None:
    told.anna.types("pause until 2026-03-05")
    told.until("2026-03-05 12:00")
    assert handed(told) == []
    told.anna.types("pause until 2026-03-12")
    told.until("2026-03-11 18:00")
    assert len(handed(told)) == 1
    assert [n.ended_at.isoformat() for n in sent(told, sent_to=BOB, kind="problem")] == ["2026-03-06T08:00:00+00:00"]


def test_nothing_is_handed_on_without_a_stand_in_or_to_one_who_is_away_too(told: Coach) -> None:
    told.bob.types("settings off 2026-03-05..2026-03-06")
    told.anna.types("settings off 2026-03-05..2026-03-06")
    told.until("2026-03-09 12:00")
    assert handed(told) == []
    told.anna.types("settings standin none")
    told.anna.types("settings off 2026-03-10")
    told.until("2026-03-11 12:00")
    assert handed(told) == []
    assert len(sent(told, kind="problem")) == 1, "and the rep is told of a step once"


def test_what_the_stand_in_had_as_the_first_is_not_handed_on_again(away: Coach) -> None:
    away.anna.types("pause until 2026-03-12")
    away.until("2026-03-11 18:00")
    assert len(handed(away)) == 1
