"""What becomes of a promise: kept, moved to another day, or broken; each with its date and its reason.

A button carries the promise's id and, on a card, the nudge's: a tap answers both. Where the card asked what became of
it, the next question takes the place of the one that was answered.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from bot import errors
from bot.core import wording
from bot.core.account import Account, Rep
from bot.core.message import Actions, Button, Form, Heading, Input, Message, Paragraph, Part, Reply, Small, plain
from bot.core.promise import Change, What
from bot.core.situation import By, Promise
from bot.core.texts import promises as texts
from bot.core.texts import roles, talk
from bot.usecases import cards, dialogues, people, planning, promise_asks, promises, stand_in_cards, undo
from bot.usecases.ports import Base
from bot.usecases.promise_asks import Asked
from bot.usecases.promises import FARTHEST
from storage import accounts, nudge_history
from storage import promises as stored

WHY = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A promise with its account, and the nudge whose card was tapped (empty elsewhere)."""

    promise: Promise
    account: Account
    nudge_id: str = ""

    @property
    def ours(self) -> bool:
        return self.promise.by is By.US

    def named(self) -> dict[str, str]:
        return {"account": self.account.name, "text": self.promise.text}


def buttons(rep: Rep, promise_id: str, ours: bool, nudge_id: str = "") -> tuple[Button, ...]:
    """The three buttons of a promise."""
    value = f"{promise_id}|{nudge_id}" if nudge_id else promise_id
    good, bad = (texts.KEPT, texts.BREAK) if ours else (texts.CAME, texts.DROP)
    return (
        Button("promise:kept", good.of(rep.language), value, primary=True),
        Button("promise:move", texts.MOVE.of(rep.language), value),
        Button("promise:break", bad.of(rep.language), value),
    )


def _find(base: Base, session: Session, rep: Rep, value: str, now: datetime, *, settled: bool = False) -> Held:
    """The promise of a button. Refuses strangers, what is gone and, unless `settled` may be, what is over."""
    promise_id, _, nudge_id = value.partition("|")
    promise = stored.get(session, rep.team_id, promise_id)
    account = accounts.get(session, rep.team_id, promise.account_id) if promise is not None else None
    if promise is None or account is None:
        raise errors.Refused("The promise is gone.", code="card_gone")
    if nudge_id:  # tapped on a card, which may have gone to a stand-in
        account = stand_in_cards.leave(session, rep, account, promise_id=promise_id)
    elif account.rep_id != rep.id:
        raise errors.Refused("Somebody else's promise.", code="not_yours")
    at = promise.kept_at or promise.broken_at
    if at is not None and not settled:
        local = now.astimezone(people.require_zone(base, rep))
        over = texts.OVER[What.KEPT if promise.kept_at is not None else What.BROKEN]
        what = over.of(rep.language, day=wording.day(at.astimezone(local.tzinfo).date(), rep.language, local.date()))
        raise errors.Refused("It is settled.", code="promise_over", params={"what": what})
    return Held(promise, account, nudge_id)


def open_one(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """One promise with its history and what a tap can do."""
    local = now.astimezone(people.require_zone(base, rep))
    language = rep.language
    with base.database.read() as session:
        held = _find(base, session, rep, value, now, settled=True)
        changes = stored.changes(session, rep.team_id, held.promise.id)
    heading = cards.titled(held.account.name, held.promise.text, language)
    due = (texts.DUE_US if held.ours else texts.DUE_THEM).of(
        language, day=wording.day(held.promise.due, language, local.date())
    )
    parts: list[Part] = [Heading(heading[:150]), Paragraph(due)]
    parts += [Small(_told(change, rep, local)) for change in changes]
    if held.promise.is_open:
        parts.append(Actions(buttons(rep, held.promise.id, held.ours)))
    return Reply(Message(heading, tuple(parts)))


def _told(change: Change, rep: Rep, local: datetime) -> str:
    def day(value: date | None) -> str:
        return wording.day(value, rep.language, local.date()) if value is not None else "?"

    text = texts.HISTORY[change.what]
    if change.what is What.BROKEN and not change.note:
        text = texts.HISTORY_MISSED
    return text.of(
        rep.language,
        at=day(change.at.astimezone(local.tzinfo).date()),
        before=day(change.before),
        after=day(change.after),
        note=change.note,
    )


def _change(base: Base, session: Session, rep: Rep, held: Held, changed: Promise, change: Change) -> undo.Watched:
    """Keeps what became of a promise; it can be taken back for a minute."""
    with undo.watch(base, session, rep, change.at, held.account.id, wide=True) as watched:
        stored.save(session, rep.team_id, changed, change)
        if held.nudge_id:
            nudge_history.answer(session, rep.team_id, held.nudge_id, change.what.value, change.at)
        planning.changed(base, session, held.account, change.at)
    return watched


# --- kept -------------------------------------------------------------------------------------------------------------


def kept(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    with base.database.write() as session:
        held = _find(base, session, rep, value, now)
        change = Change(what=What.KEPT, at=now)
        watched = _change(base, session, rep, held, replace(held.promise, kept_at=now), change)
    if (asked := _asked(base, rep, held)) is not None:
        return _next(base, rep, asked, watched, now)
    said = texts.KEPT_DONE if held.ours else texts.CAME_DONE
    return Reply(watched.offered(plain(said.of(rep.language, **held.named()))), replace=True)


# --- another day ------------------------------------------------------------------------------------------------------


def move_form(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The window that asks for the new day."""
    with base.database.read() as session:
        held = _find(base, session, rep, value, now)
    language = rep.language
    over = held.promise.due < now.astimezone(people.require_zone(base, rep)).date()
    asked = texts.MOVE_DAY if held.ours and not over else texts.MOVE_DAY_THEM
    field = Input("due", asked.of(language), "date", initial="" if over else held.promise.due.isoformat())
    title, save, close = (t.of(language) for t in (texts.MOVE_FORM, talk.SAVE, talk.CANCEL))
    intro = cards.titled(held.account.name, held.promise.text, language)
    return Reply(form=Form("promise_move", title, save, close, (field,), intro, value))


def moved(base: Base, rep: Rep, value: str, text: str, now: datetime) -> Reply:
    """Keeps the new day. The lead time counts from today, so a promise just moved does not nudge at once."""
    today = now.astimezone(people.require_zone(base, rep)).date()
    try:
        due = date.fromisoformat(text)
    except ValueError as error:
        raise errors.Refused("No day.", code="when_not_understood", params={"text": text}) from error
    with base.database.write() as session:
        held = _find(base, session, rep, value, now)
        _refuse_day(rep, held.promise, due, today)
        change = Change(what=What.MOVED, at=now, before=held.promise.due, after=due)
        watched = _change(base, session, rep, held, replace(held.promise, due=due, made=today), change)
    if (asked := _asked(base, rep, held)) is not None:
        return _next(base, rep, asked, watched, now)
    day, old = (wording.day(d, rep.language, today) for d in (due, held.promise.due))
    said = texts.MOVED_US if held.ours else texts.MOVED_THEM
    note = said.of(rep.language, **held.named(), day=day, old=old)
    parts: list[Part] = [Paragraph(note)]
    if held.ours:
        theirs = cards.client_language(held.account, rep)
        day, old = (wording.spoken_day(d, theirs, today) for d in (due, held.promise.due))
        thing = promise_asks.as_said(held.promise, held.account, theirs)
        say = texts.MOVED_SAY.of(theirs, old=old, day=day, text=thing)
        parts.append(Paragraph(cards.quoted(say, theirs), label=texts.SAY.of(rep.language)))
    return Reply(watched.offered(Message(note, tuple(parts))), replace=True)


def _refuse_day(rep: Rep, promise: Promise, due: date, today: date) -> None:
    if due == promise.due:
        raise errors.Refused("That is the same day.", code="promise_same_day")
    if due < today:
        params = {"day": wording.day(due, rep.language, today)}
        raise errors.Refused("That day is past.", code="promise_past", params=params)
    if due - today > FARTHEST:
        raise errors.Refused("That is too far away.", code="promise_far")


# --- broken -----------------------------------------------------------------------------------------------------------


def break_form(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The window that asks why, in one line."""
    with base.database.read() as session:
        held = _find(base, session, rep, value, now)
    language = rep.language
    title, asked = (texts.BREAK_FORM, texts.BREAK_WHY) if held.ours else (texts.DROP_FORM, texts.DROP_WHY)
    field = Input("why", asked.of(language), longest=WHY)
    save, close = talk.SAVE.of(language), talk.CANCEL.of(language)
    intro = cards.titled(held.account.name, held.promise.text, language)
    return Reply(form=Form("promise_break", title.of(language), save, close, (field,), intro, value))


def broken(base: Base, rep: Rep, value: str, why: str, now: datetime) -> Reply:
    """Keeps that a promise will not be kept, and offers the talk that fits: the client knows, or does not yet."""
    with base.database.write() as session:
        held = _find(base, session, rep, value, now)
        change = Change(what=What.BROKEN, at=now, note=why[:WHY])
        watched = _change(base, session, rep, held, replace(held.promise, broken_at=now), change)
    if (asked := _asked(base, rep, held)) is not None:
        return _next(base, rep, asked, watched, now)
    said = texts.BROKEN_US if held.ours else texts.BROKEN_THEM
    text = said.of(rep.language, **held.named(), why=why.rstrip(".。"))
    if not held.ours or held.account.rep_id != rep.id:
        return Reply(watched.offered(plain(text)), replace=True)
    offered = Actions(_talks(rep, held.promise.id))
    return Reply(watched.offered(Message(text, (Paragraph(text), offered))), replace=True)


def _talks(rep: Rep, promise_id: str) -> tuple[Button, ...]:
    """The talks that fit a promise that is not kept; each may open the problem's clock."""
    talks = (("bad-news-first", texts.NOT_YET), ("complaint-received", texts.ANGRY))
    return tuple(Button("promise:talk", label.of(rep.language), f"{play}|{promise_id}") for play, label in talks)


def talk_of(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Opens the dialogue of a play about a broken promise; a problem that it opens is about that promise."""
    play, _, promise_id = value.partition("|")
    with base.database.read() as session:
        held = _find(base, session, rep, promise_id, now, settled=True)
    return dialogues.start(base, rep, play, held.account.id, None, now, about=held.promise.text)


# --- asked once its day has passed ------------------------------------------------------------------------------------


def _asked(base: Base, rep: Rep, held: Held) -> Asked | None:
    """The promise as it was asked about, and stands now; None where the tap was on something else."""
    with base.database.read() as session:
        there = promise_asks.together(session, rep, held.nudge_id) if held.nudge_id else []
    return next((each for each in there if each.nudge_id == held.nudge_id), None)


def _next(
    base: Base, rep: Rep, asked: Asked, watched: undo.Watched | None, now: datetime, parts: tuple[Part, ...] = ()
) -> Reply:
    """What was settled, what is to be said of it, and the next question of the same message."""
    local = now.astimezone(people.require_zone(base, rep))
    with base.database.read() as session:
        there = promise_asks.together(session, rep, asked.nudge_id)
    there.sort(key=lambda each: each.nudge_id != asked.nudge_id)  # what was taken back is asked first
    message = stand_in_cards.after_tap(promise_asks.question(there, rep, local, parts), rep, asked.account)
    if watched is not None and watched.undo_id:
        back = Button("promise:undo", roles.UNDO.of(rep.language), f"{watched.undo_id}|{asked.nudge_id}")
        message = Message(message.summary, (*message.parts, Actions((back,))))
    return Reply(message, replace=True)


def missed(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Keeps that a promise of ours was not kept on its day; says what to say now, and nothing else."""
    with base.database.write() as session:
        held = _find(base, session, rep, value, now)
        watched = _change(
            base, session, rep, held, replace(held.promise, broken_at=now), Change(what=What.BROKEN, at=now)
        )
    asked = _asked(base, rep, held)
    if asked is None:
        raise errors.Refused("That was asked on no card.", code="card_gone")
    return _next(base, rep, asked, watched, now, _what_to_say(base, rep, asked, now))


def _what_to_say(base: Base, rep: Rep, asked: Asked, now: datetime) -> tuple[Part, ...]:
    """The honest sentence and, for the keeper of the account, the ways on from there."""
    parts = promise_asks.honest_sentence(asked, rep, now.astimezone(people.require_zone(base, rep)))
    if asked.account.rep_id != rep.id:
        return tuple(parts)
    anew = Button("promise:anew", texts.PROMISE_ANEW.of(rep.language), asked.promise.id)
    return (*parts, Actions((*_talks(rep, asked.promise.id), anew)))


def say(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The honest sentence once more, of one that was not kept."""
    with base.database.read() as session:
        held = _find(base, session, rep, value, now, settled=True)
    if held.promise.broken_at is None:
        raise errors.Refused("It is not missed any more.", code="card_gone")
    asked = Asked(held.nudge_id, held.account, held.promise, open=False)
    local = now.astimezone(people.require_zone(base, rep))
    said = promise_asks.settled(asked, local, rep.language)
    return Reply(Message(said, (Paragraph(said), *_what_to_say(base, rep, asked, now))))


def turn(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Opens another question of the same message."""
    with base.database.read() as session:
        held = _find(base, session, rep, value, now, settled=True)
        there = promise_asks.together(session, rep, held.nudge_id)
    there.sort(key=lambda each: each.nudge_id != held.nudge_id)
    message = promise_asks.question(there, rep, now.astimezone(people.require_zone(base, rep)))
    return Reply(stand_in_cards.after_tap(message, rep, held.account), replace=True)


def ask(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """How to ask the client for what they promised: a sentence, and what to tap once it is said."""
    with base.database.read() as session:
        held = _find(base, session, rep, value, now)
    asked = Asked(held.nudge_id, held.account, held.promise)
    message = promise_asks.with_sentence(asked, rep, now.astimezone(people.require_zone(base, rep)))
    return Reply(stand_in_cards.after_tap(message, rep, held.account))


def drop_form(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """From the menu of a question: the window that lets go of what the client promised."""
    with base.database.read() as session:
        there = promise_asks.together(session, rep, nudge_id)
    asked = next((each for each in there if each.nudge_id == nudge_id), None)
    if asked is None:
        raise errors.Refused("The question is gone.", code="card_gone")
    return break_form(base, rep, asked.value, now)


def anew(base: Base, rep: Rep, promise_id: str, now: datetime) -> Reply:
    """The window that writes down a promise, filled in with one that was not kept."""
    with base.database.read() as session:
        held = _find(base, session, rep, promise_id, now, settled=True)
    return promises.form(base, rep, held.account.name, held.promise.text)


def back(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Takes an answer back: the question stands there again."""
    undo_id, _, nudge_id = value.partition("|")
    reply = undo.back(base, rep, undo_id, now)
    with base.database.read() as session:
        there = promise_asks.together(session, rep, nudge_id)
    asked = next((each for each in there if each.nudge_id == nudge_id), None)
    return _next(base, rep, asked, None, now) if asked is not None else reply
