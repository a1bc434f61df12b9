"""The delivery engine: whatever breaks between plan and fate, nothing is lost, nothing doubled, nothing early."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from bot.core.message import Message
from bot.jobs.scheduler import Ticks
from bot.slack import messenger
from bot.usecases import nudges
from bot.usecases.ports import NotPosted, Posted, Unclear
from storage.tables import NudgeRow, RepRow
from tests.coach import BERLIN, Coach, a_moment

DUE = "2026-03-04 17:00"


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna's card for tomorrow's visit is due at five."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.clock.move_to(a_moment(DUE))
    return coach


def card(coach: Coach) -> NudgeRow:
    row: NudgeRow = coach.row(NudgeRow, kind="visit_card", rep_id="U1")
    return row


def shown(coach: Coach) -> int:
    """How many cards Anna has in her DM."""
    return sum("Nordhaus · Thu 5 Mar, 10:00" in text for text in coach.anna.dm)


def later(coach: Coach, seconds: float) -> None:
    coach.clock.move_to(coach.now + timedelta(seconds=seconds))
    coach.deliver()


def in_the_end_sent_once(coach: Coach) -> None:
    assert (card(coach).state, shown(coach)) == ("sent", 1)
    assert coach.posted().count(card(coach).id) == 1
    message = next(m for m in coach.anna.messages if m.metadata)
    assert (card(coach).ts, card(coach).channel) == (message.ts, message.channel)
    assert card(coach).ended_at >= card(coach).due_at


# --- never early, never late unseen ---------------------------------------------------------------------------------


def test_a_nudge_is_never_early(coach: Coach) -> None:
    assert card(coach).due_at == a_moment(DUE)
    coach.deliver()
    in_the_end_sent_once(coach)


def test_nothing_is_sent_a_second_before_its_moment(start_coach) -> None:  # type: ignore[no-untyped-def]
    coach: Coach = start_coach()
    coach.anna.types("account add Nordhaus")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.clock.move_to(a_moment(DUE) - timedelta(seconds=1))
    coach.deliver()
    assert shown(coach) == 0
    later(coach, 1)
    assert shown(coach) == 1


def test_a_card_that_would_come_after_the_visit_began_is_dropped_and_says_why(coach: Coach) -> None:
    coach.clock.move_to(a_moment("2026-03-05 10:00"))
    coach.deliver()
    assert (card(coach).state, card(coach).rule, shown(coach)) == ("dropped", "too_late", 0)


def test_after_hours_of_standstill_what_still_helps_comes_and_the_rest_is_dropped(coach: Coach) -> None:
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.stop_and_wait("2026-03-05 14:00")
    coach.plan()
    coach.deliver()
    assert card_of(coach, "2026-03-05 10:00").state == "dropped"
    assert "how did it go?" in "\n".join(coach.anna.dm)
    coach.until("2026-03-05 17:00")
    assert card_of(coach, "2026-03-06 10:00").state == "sent"


def card_of(coach: Coach, visit_at: str) -> NudgeRow:
    stamp = a_moment(visit_at).isoformat()
    return next(n for n in coach.rows(NudgeRow, kind="visit_card") if n.key.endswith(stamp))


# --- restarts and kills ---------------------------------------------------------------------------------------------


def test_a_restart_between_plan_and_send_loses_and_doubles_nothing(coach: Coach) -> None:
    coach.restart()
    coach.plan()
    coach.deliver()
    coach.restart()
    coach.plan()
    coach.deliver()
    in_the_end_sent_once(coach)


class KilledError(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("stored", [False, True], ids=["before the post", "after the post"])
def test_a_kill_between_intent_and_fate_loses_and_doubles_nothing(
    coach: Coach, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    real = messenger.SlackMessenger.post

    def killed(self: messenger.SlackMessenger, team_id: str, to: str, message: Message, nudge_id: str) -> object:
        if stored:
            real(self, team_id, to, message, nudge_id)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(messenger.SlackMessenger, "post", killed)
        claim = nudges.take(coach.bot.base, coach.bot.ticks.owner)[0]
        with pytest.raises(KilledError):
            nudges.handle(coach.bot.base, claim)
    assert card(coach).state == "sending"
    coach.restart()
    for _ in range(12):
        later(coach, 8)
    in_the_end_sent_once(coach)


def test_a_kill_between_claim_and_intent_loses_and_doubles_nothing(coach: Coach) -> None:
    nudges.take(coach.bot.base, "a process that was killed")
    assert card(coach).state == "claimed"
    coach.deliver()
    assert shown(coach) == 0  # the lease still holds
    later(coach, 21)
    in_the_end_sent_once(coach)


def test_two_processes_at_once_send_once(coach: Coach) -> None:
    others = [Ticks(coach.bot.base, f"process {n}", posters=2) for n in range(3)]
    threads = [threading.Thread(target=ticks.deliver) for ticks in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ticks in others:
        ticks.stop()
    coach.deliver()
    in_the_end_sent_once(coach)


def test_a_stopping_process_gives_back_what_it_claimed(coach: Coach) -> None:
    nudges.take(coach.bot.base, coach.bot.ticks.owner)
    coach.restart()
    coach.deliver()
    in_the_end_sent_once(coach)


# --- what Slack does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [False, True], ids=["not stored", "stored"])
@pytest.mark.parametrize("kind", ["drop", "http_500", "internal_error", "fatal_error"])
def test_an_unknown_outcome_is_looked_up_and_ends_as_sent_once(coach: Coach, kind: str, stored: bool) -> None:
    coach.space.faults.add("chat.postMessage", kind, stored=stored)  # type: ignore[arg-type]
    coach.deliver()
    assert card(coach).state == "sending"
    assert card(coach).answered_at is None
    for _ in range(10):
        later(coach, 6)
    in_the_end_sent_once(coach)


def test_an_answer_that_does_not_come_is_looked_up_too(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    coach.bot.base.messenger._post_seconds = 1  # type: ignore[attr-defined]
    coach.space.faults.add("chat.postMessage", "timeout", stored=True, seconds=3)
    coach.deliver()
    assert card(coach).state == "sending"
    later(coach, 6)
    in_the_end_sent_once(coach)


def looked_up(coach: Coach) -> list[int]:
    """After how many seconds the channel's history was read."""
    start = a_moment(DUE)
    times = [datetime.fromisoformat(c["at"]) for c in coach.space.calls("conversations.history")]
    return [round((at - start).total_seconds()) for at in times]


def test_it_looks_three_times_before_it_sends_once_more(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "drop", stored=False)
    coach.deliver()
    for _ in range(50):
        later(coach, 1)
        if card(coach).state == "sent":
            break
    assert looked_up(coach) == [6, 16, 46]  # 5, 15 and 45 seconds on, each seen by the next tick
    in_the_end_sent_once(coach)


def test_what_is_not_there_after_a_second_try_ends_as_unknown_and_is_not_sent_a_third_time(coach: Coach) -> None:
    coach.allowed_errors = {"nudge_unknown"}
    coach.space.faults.add("chat.postMessage", "drop", stored=False, times=9)
    coach.deliver()
    for _ in range(30):
        later(coach, 10)
    assert (card(coach).state, card(coach).error) == ("unknown", "absent_after_resend")
    assert len(coach.said("nudge_unclear")) == 2
    assert shown(coach) == 0


def test_a_history_that_lags_does_not_double(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "drop", stored=True)
    coach.space.faults.add("conversations.history", "history_lag", times=2, seconds=30)
    coach.deliver()
    for _ in range(10):
        later(coach, 6)
    in_the_end_sent_once(coach)


def test_a_history_that_cannot_be_read_is_tried_until_it_can(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "drop", stored=True)
    coach.space.faults.add("conversations.history", "error", times=6, error="ratelimited")
    coach.deliver()
    for _ in range(20):
        later(coach, 15)
    in_the_end_sent_once(coach)


def test_too_many_posts_wait_as_long_as_slack_says_for_everybody(coach: Coach) -> None:
    coach.bob.types("account add Südbau")
    coach.bob.types("visit Südbau thu 11:00")
    coach.space.faults.add("chat.postMessage", "rate_limited", retry_after=90)
    coach.deliver()
    assert (shown(coach), len([t for t in coach.bob.dm if "Südbau · Thu" in t])) == (0, 0)
    later(coach, 89)
    assert shown(coach) == 0
    later(coach, 1)
    in_the_end_sent_once(coach)
    assert len([t for t in coach.bob.dm if "Südbau · Thu" in t]) == 1
    assert set(coach.fates(kind="visit_card")) == {"sent"}


def test_a_post_that_can_never_work_ends_as_failed_and_never_as_sent(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "error", times=9, error="channel_not_found")
    coach.deliver()
    later(coach, 60)
    assert (card(coach).state, card(coach).error, shown(coach)) == ("failed", "channel_not_found", 0)


def test_a_shared_message_that_was_stored_but_not_answered_is_found_for_each_visit(coach: Coach) -> None:
    coach.anna.types("account add Südbau")
    coach.anna.types("visit Südbau thu 13:00")
    coach.space.faults.add("chat.postMessage", "drop", stored=True)
    coach.deliver()
    for _ in range(10):
        later(coach, 6)
    assert coach.fates(kind="visit_card") == ["sent", "sent"]
    assert shown(coach) == 1


def test_a_shared_message_that_was_not_stored_comes_once(coach: Coach) -> None:
    coach.anna.types("account add Südbau")
    coach.anna.types("visit Südbau thu 13:00")
    coach.space.faults.add("chat.postMessage", "drop", stored=False)
    coach.deliver()
    for _ in range(15):
        later(coach, 6)
    assert coach.fates(kind="visit_card") == ["sent", "sent"]
    assert sum("Nordhaus · Thu 5 Mar, 10:00" in text for text in coach.anna.dm) == 1
    assert sum("Südbau · Thu 5 Mar, 13:00" in text for text in coach.anna.dm) == 1


# --- manners, checked again at the moment of sending ----------------------------------------------------------------


def test_slacks_do_not_disturb_holds_a_card_until_it_ends(coach: Coach) -> None:
    coach.space.change_member("U1", dnd_start="16:00", dnd_end="17:30")
    coach.deliver()
    assert (card(coach).state, card(coach).rule, shown(coach)) == ("planned", "do_not_disturb", 0)
    coach.until("2026-03-04 17:29")
    assert shown(coach) == 0
    coach.until("2026-03-04 17:30")
    in_the_end_sent_once(coach)


def test_working_hours_changed_after_planning_still_hold(coach: Coach) -> None:
    coach.anna.types("settings hours 8-16")
    coach.deliver()
    assert shown(coach) == 0
    coach.until("2026-03-05 08:30")
    in_the_end_sent_once(coach)
    assert card(coach).ended_at == a_moment("2026-03-05 08:00")


def test_a_day_off_taken_after_planning_still_holds(coach: Coach) -> None:
    coach.anna.types("visit move Nordhaus fri 15:00")
    coach.anna.types("settings off 2026-03-05")
    coach.until("2026-03-06 14:00")
    sent = next(n for n in coach.rows(NudgeRow, kind="visit_card") if n.state == "sent")
    assert f"{sent.ended_at.astimezone(BERLIN):%a %H:%M}" in ("Wed 17:30", "Fri 09:00")


def test_a_visit_cancelled_after_the_claim_sends_nothing(coach: Coach) -> None:
    claim = nudges.take(coach.bot.base, "me")[0]
    coach.anna.types("visit cancel Nordhaus")
    nudges.handle(coach.bot.base, claim)
    assert (card(coach).state, shown(coach)) == ("dropped", 0)


def test_an_account_put_away_after_the_claim_sends_nothing(coach: Coach) -> None:
    claim = nudges.take(coach.bot.base, "me")[0]
    coach.anna.types("account archive Nordhaus lost")
    nudges.handle(coach.bot.base, claim)
    assert shown(coach) == 0


def test_what_the_messenger_says_is_what_is_written_down(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, state in ((Unclear("x"), "sending"), (NotPosted("x"), "failed"), (Posted("D9", "1.2"), "sent")):
        coach.clock.move_to(coach.now + timedelta(seconds=1))
        with coach.writing() as session:
            row = session.get(NudgeRow, card(coach).id)
            assert row is not None
            row.state, row.next_try_at, row.intent_at, row.attempt = "planned", coach.now, None, 0
            session.add(row)
        monkeypatch.setattr(messenger.SlackMessenger, "post", lambda *_, answer=answer: answer)
        for claim in nudges.take(coach.bot.base, "me"):
            nudges.handle(coach.bot.base, claim)
        assert card(coach).state == state


# --- what the chaos bench found -------------------------------------------------------------------------------------


def test_a_network_that_is_gone_for_hours_fails_nothing_that_may_still_help(coach: Coach, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    real = messenger.SlackMessenger.post
    back = coach.now + timedelta(hours=3)

    def gone(self: messenger.SlackMessenger, *given: object) -> object:
        if coach.now < back:
            return NotPosted("not_connected", coach.now + timedelta(seconds=5))
        return real(self, *given)  # type: ignore[arg-type]

    coach.anna.types("settings hours 0-23")
    monkeypatch.setattr(messenger.SlackMessenger, "post", gone)
    for _ in range(50):
        later(coach, 240)
    in_the_end_sent_once(coach)


def test_a_token_that_slack_does_not_take_costs_no_nudge(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "error", error="invalid_auth")
    coach.deliver()
    assert (card(coach).state, card(coach).error, shown(coach)) == ("planned", "invalid_auth", 0)
    later(coach, 299)
    assert shown(coach) == 0
    later(coach, 1)
    in_the_end_sent_once(coach)


def test_a_nudge_that_waited_long_for_slack_is_not_failed_by_the_next_429(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "rate_limited", retry_after=5, times=12)
    for _ in range(30):
        later(coach, 6)
    in_the_end_sent_once(coach)


def test_a_process_that_is_killed_again_and_again_before_the_post_makes_nothing_unknown(
    coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = 0

    def kill(*_: object) -> object:
        nonlocal killed
        killed += 1
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(messenger.SlackMessenger, "post", kill)
        for _ in range(12):
            coach.clock.move_to(coach.now + timedelta(seconds=50))
            for claim in nudges.take(coach.bot.base, "me"):
                with suppress(KilledError):
                    nudges.handle(coach.bot.base, claim)
    assert killed >= 4
    coach.restart()
    for _ in range(4):
        later(coach, 50)
    in_the_end_sent_once(coach)


def test_too_many_posts_between_two_without_an_answer_do_not_make_room_for_a_third(coach: Coach) -> None:
    coach.allowed_errors = {"nudge_unknown"}
    coach.space.faults.add("chat.postMessage", "drop", stored=False)
    coach.space.faults.add("chat.postMessage", "rate_limited", retry_after=1)
    coach.space.faults.add("chat.postMessage", "drop", stored=False, times=9)
    coach.deliver()
    for _ in range(30):
        later(coach, 10)
    assert (card(coach).state, len(coach.said("nudge_unclear"))) == ("unknown", 2)


def test_a_post_is_found_though_our_clock_is_minutes_ahead_of_slacks(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "drop", stored=True)
    coach.deliver()
    with coach.writing() as session:
        row = session.get(NudgeRow, card(coach).id)
        assert row is not None
        assert row.intent_at is not None
        row.intent_at += timedelta(minutes=8)
        session.add(row)
    for _ in range(12):
        later(coach, 60)
    in_the_end_sent_once(coach)


def test_after_a_long_standstill_one_history_that_cannot_be_read_makes_nothing_unknown(coach: Coach) -> None:
    coach.space.faults.add("chat.postMessage", "drop", stored=True)
    coach.space.faults.add("conversations.history", "error", times=2, error="ratelimited")
    coach.deliver()
    later(coach, 900)
    for _ in range(4):
        later(coach, 20)
    in_the_end_sent_once(coach)


def test_a_process_that_was_frozen_longer_than_its_lease_does_not_post(
    coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = nudges._prepare

    def frozen(*given: object) -> object:
        outgoing = real(*given)  # type: ignore[arg-type]
        coach.clock.move_to(coach.now + nudges.LEASE)
        return outgoing

    with monkeypatch.context() as patched:
        patched.setattr(nudges, "_prepare", frozen)
        coach.deliver()
    assert coach.posted() == []
    for _ in range(12):
        later(coach, 8)
    in_the_end_sent_once(coach)


def test_a_nudge_of_another_workspace_in_the_same_database_is_left_to_whoever_has_its_token(coach: Coach) -> None:
    with coach.writing() as session:
        mine = session.get(RepRow, ("T0PRACTICE", "U1"))
        row = session.get(NudgeRow, card(coach).id)
        assert row is not None
        assert mine is not None
        session.add(RepRow(**{**mine.model_dump(), "team_id": "T0ELSEWHERE"}))
        row.team_id = "T0ELSEWHERE"
        session.add(row)
    coach.deliver()
    assert (card(coach).state, card(coach).attempt, coach.posted()) == ("planned", 0, [])
    answer = coach.bot.base.messenger.post("T0ELSEWHERE", "U1", Message("Hello.", ()), "n")
    assert isinstance(answer, NotPosted)
    assert coach.posted() == []
