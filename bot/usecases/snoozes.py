"""What a rep does not want to hear for now: snoozes, stopped plays, and nudges that went unanswered."""

from datetime import datetime, time, timedelta

from bot.core import cadence, promise_over, wording
from bot.core.account import Rep
from bot.core.message import Actions, Button, Message, Paragraph, Reply, plain
from bot.core.texts import cards as texts
from bot.core.texts import promises, talk
from bot.core.workdays import WorkingHours
from bot.usecases import people, planning, taps, undo
from bot.usecases.ports import Base
from storage import accounts, nudge_history, replies, reps
from storage import nudges as outbox
from storage.tables import SnoozeRow

TWO_WEEKS = timedelta(days=14)


def later(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Asks when to come back to an account; this afternoon only while some of it is left to work in."""
    hours = planning.hours_of(base, rep, taps.zone_of(base, rep))
    with base.database.read() as session:
        card = taps.card_of(base, session, rep, nudge_id)
    language = rep.language
    choices = [("tomorrow", texts.LATER_TOMORROW), ("never", texts.LATER_NEVER)]
    if hours.contains(_afternoon(hours, now)):
        choices.insert(0, ("afternoon", texts.LATER_AFTERNOON))
    if card.visit is not None:
        choices.insert(-1, ("visit", texts.LATER_AFTER_VISIT))
    buttons = tuple(Button(f"later:{name}", text.of(language), nudge_id) for name, text in choices)
    heading = texts.LATER_HEADING.of(language, account=card.account.name)
    return Reply(Message(heading, (Paragraph(heading), Actions(buttons))))


def _afternoon(hours: WorkingHours, now: datetime) -> datetime:
    """When somebody hears again who asked to hear this afternoon: at three, or in two hours where that is later."""
    local = now.astimezone(hours.zone)
    return max(hours.at(local.date(), time(15, 0)), local + timedelta(hours=2))


def snooze(base: Base, rep: Rep, nudge_id: str, until: str, now: datetime) -> Reply:
    """Keeps quiet about an account until then; always visible in the settings, and reversible."""
    zone = taps.zone_of(base, rep)
    local = now.astimezone(zone)
    hours = planning.hours_of(base, rep, zone)
    with base.database.write() as session:
        card = taps.card_of(base, session, rep, nudge_id)
        match until:
            case "afternoon":
                end = hours.next_start(_afternoon(hours, now))  # tapped in the evening: when work starts again
            case "tomorrow":
                end = hours.at(local.date() + timedelta(days=1), time(9, 0))
            case "visit" if card.visit is not None and card.visit.all_day:
                day = card.visit.at.astimezone(zone).date()
                end = hours.at(day, base.shelf.library.manners.all_day_check_at)
            case "visit" if card.visit is not None:
                end = card.visit.at + timedelta(hours=1)
            case _:
                end = replies.end_of_time()
        row = SnoozeRow(
            id=base.new_id(), team_id=rep.team_id, rep_id=rep.id, account_id=card.account.id, until=end, made_at=now
        )
        replies.snooze(session, row)
        nudge_history.answer(session, rep.team_id, nudge_id, "later", now)
        snooze_id = row.id
    name = card.account.name
    if until == "never":
        text = texts.SNOOZED_FOR_GOOD.of(rep.language, account=name)
    else:
        text = texts.SNOOZED.of(rep.language, account=name, when=wording.moment(end, rep.language, local))
    undo = Actions((Button("snooze:undo", texts.SNOOZE_UNDO.of(rep.language), snooze_id),))
    return Reply(Message(text, (Paragraph(text), undo)), replace=True)


def lift_snooze(base: Base, rep: Rep, snooze_id: str, now: datetime) -> Reply:
    with base.database.write() as session:
        names = {a.id: a.name for a in accounts.of_rep(session, rep.team_id, rep.id, archived=True)}
        found = [r for r in replies.snoozes(session, rep.team_id, rep.id, now) if r.id == snooze_id]
        replies.lift_snooze(session, rep.team_id, rep.id, snooze_id, now)
        if found and found[0].account_id:
            outbox.wake(session, rep.team_id, found[0].account_id, now)
        else:
            outbox.wake_rep(session, rep.team_id, rep.id, now)
    name = people.quiet_about(found[0], names, rep.language) if found else talk.EVERYTHING.of(rep.language)
    return Reply(plain(texts.SNOOZE_LIFTED.of(rep.language, account=name)), replace=True)


def stop(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Stops a play, or the questions on promises, for this rep, until they bring it back in the settings."""
    with base.database.write() as session, undo.watch(base, session, rep, now, settings=True) as watched:
        card = taps.card_of(base, session, rep, nudge_id)
        if card.play is not None:
            stopped, title = card.play.id, card.play.title.of(rep.language)
        elif card.row.cue == promise_over.CUE:
            stopped, title = promise_over.CUE, promises.ASK_STOPS.of(rep.language)
        else:
            return Reply(plain(texts.GONE.of(rep.language)))
        reps.save(session, rep.team_id, rep.id, stopped_plays=rep.stopped_plays | {stopped})
        nudge_history.answer(session, rep.team_id, nudge_id, "stop", now)
    return Reply(watched.offered(plain(texts.STOPPED.of(rep.language, title=title))))


def after_three(base: Base, rep: Rep, wish: str, now: datetime) -> Reply:
    """What becomes of the nudges that stopped after three went unanswered: go on, wait, or stop."""
    with base.database.write() as session:
        nudge_history.count_as_answered(session, rep.team_id, rep.id, now)
        match wish:
            case "keep":
                text = texts.IGNORED_KEPT
                outbox.wake_rep(session, rep.team_id, rep.id, now)
            case "later":
                text = texts.IGNORED_WAITS
                replies.snooze(session, _no_routine(base, rep, now + TWO_WEEKS, now))
            case _:
                text = texts.IGNORED_STOPPED
                replies.snooze(session, _no_routine(base, rep, replies.end_of_time(), now))
    base.wake.set()
    return Reply(plain(text.of(rep.language)), replace=True)


def _no_routine(base: Base, rep: Rep, until: datetime, now: datetime) -> SnoozeRow:
    """Keeps routine nudges back until then; visit cards, promises and problems still come."""
    return SnoozeRow(
        id=base.new_id(), team_id=rep.team_id, rep_id=rep.id, play=cadence.ROUTINE, until=until, made_at=now
    )
