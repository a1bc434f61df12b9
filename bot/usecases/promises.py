"""Promises both ways: writing one down, by form or by text, and the list of what is open."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.core import when, wording
from bot.core.account import Account, Language, Rep
from bot.core.message import (
    Actions,
    Button,
    Form,
    Heading,
    Input,
    Message,
    Option,
    Paragraph,
    Part,
    Reply,
    Small,
    chosen,
    plain,
)
from bot.core.promise import Change, What
from bot.core.situation import By, Promise
from bot.core.texts import promises as texts
from bot.core.texts import talk
from bot.core.when import Moment, Reading
from bot.usecases import accounts as account_cases
from bot.usecases import people, planning, undo
from bot.usecases.ports import Base
from storage import accounts, history
from storage import promises as stored

LONGEST = 200
FARTHEST = timedelta(days=731)
LATELY = timedelta(days=30)
SHOWN = 15

_THEM = re.compile(r"\s*(?:(?:they|them|theirs)\b|对方|客户|他们)\s*(?:欠|答应)?\s*", re.IGNORECASE)
_US = re.compile(r"\s*(?:(?:us|we|ours)\b|我们|我)\s*(?:欠|答应)?\s*", re.IGNORECASE)
_COLON = re.compile(r"：|:(?!\d)")
_BEFORE = re.compile(r"(?<=[日号])(?:之前|以前|前)")
_HEAD = re.compile(r"^(?:[\s:：,，;；-]|(?:by|until|before|on|due)\b|之前|以前|前)+", re.IGNORECASE)
_TAIL = re.compile(r"(?:[\s:：,，;；-]|\b(?:by|until|before|on|due)|之前|以前)+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """A promise as a rep typed it; the day may still be a question."""

    account: Account
    by: By
    text: str


# --- writing one down -------------------------------------------------------------------------------------------------


def form(base: Base, rep: Rep, name: str = "", text: str = "") -> Reply:
    """The window that writes down a promise, filled in as far as is known."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        named = account_cases.find(session, rep, name) if name else None
    if not mine:
        return Reply(account_cases.overview(base, rep, base.clock.now()))
    who = (Option(By.US.value, texts.FORM_BY_US.of(language)), Option(By.THEM.value, texts.FORM_BY_THEM.of(language)))
    options = tuple(Option(a.id, a.name[:75]) for a in mine)
    inputs = (
        Input("account", texts.FORM_ACCOUNT.of(language), "choice", options, named.id if named is not None else ""),
        Input("by", texts.FORM_BY.of(language), "choice", who, By.US.value),
        Input("text", texts.FORM_TEXT.of(language), initial=text, longest=LONGEST),
        Input("due", texts.FORM_DUE.of(language), "date"),
    )
    title, save, close = (t.of(language) for t in (texts.FORM, talk.SAVE, talk.CANCEL))
    return Reply(form=Form("promise", title, save, close, inputs))


def submitted(base: Base, rep: Rep, account_id: str, by: str, text: str, due: str, now: datetime) -> Reply:
    """Keeps what was filled in."""
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
    try:
        day = date.fromisoformat(due)
    except ValueError as error:
        raise errors.Refused("No day.", code="when_not_understood", params={"text": due, "field": "due"}) from error
    return keep(base, rep, Wish(account, chosen(By, by) or By.US, text), day, now)


def by_text(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """Writes down "acme by fri: spare parts list" or "博远 对方 周五前：图纸"; asks where the day can be two."""
    name, rest = account_cases.leading(base, rep, text)
    if not rest:
        return form(base, rep, name)
    zone = people.require_zone(base, rep)
    local = now.astimezone(zone)
    with base.database.read() as session:
        account = account_cases.find(session, rep, name.rstrip(":："))
    wish, reading = _read(account, rest, local, zone)
    if not wish.text:
        raise errors.Refused("Nothing is promised.", code="promise_what", params={"account": account.name})
    days = _days(reading, zone)
    if isinstance(reading, when.Past):
        told = wording.day(days[0], rep.language, local.date())
        raise errors.Refused("That day is past.", code="promise_past", params={"day": told})
    if not days:
        params = {"account": account.name, "text": wish.text}
        raise errors.Refused("No day is named.", code="promise_when", params=params)
    if len(days) > 1:
        return _which(rep, wish, days, rest, local.date())
    return keep(base, rep, wish, days[0], now)


def _read(account: Account, text: str, local: datetime, zone: ZoneInfo) -> tuple[Wish, Reading]:
    by = By.US
    for mark, who in ((_THEM, By.THEM), (_US, By.US)):
        found = mark.match(text)
        if found is not None:
            text, by = text[found.end() :], who
            break
    text = _BEFORE.sub(" ", text)
    colon = _COLON.search(text)
    if colon is not None:
        reading = when.read(text[: colon.start()], local, zone)
        if not isinstance(reading, when.NotUnderstood):
            return Wish(account, by, _tidy(text[colon.end() :])), reading
    reading = when.read(text, local, zone)
    rest = text if isinstance(reading, when.NotUnderstood) else reading.rest
    return Wish(account, by, _tidy(rest)), reading


def _tidy(text: str) -> str:
    return _TAIL.sub("", _HEAD.sub("", text)).strip()[:LONGEST]


def _days(reading: Reading, zone: ZoneInfo) -> list[date]:
    """The days that a reading may mean, the likeliest first."""
    match reading:
        case when.Understood(moment=moment) | when.Past(moment=moment):
            moments: tuple[Moment, ...] = (moment,)
        case when.Choices(moments=choices):
            moments = choices
        case _:
            moments = ()
    return list(dict.fromkeys(m.at.astimezone(zone).date() for m in moments))


def _which(rep: Rep, wish: Wish, days: list[date], said: str, today: date) -> Reply:
    question = texts.WHICH_DAY.of(rep.language, text=said)
    buttons = tuple(
        Button("promise:add", wording.day(d, rep.language, today), f"{wish.account.id}|{wish.by}|{d}|{wish.text}")
        for d in days
    )
    return Reply(Message(question, (Paragraph(question), Actions(buttons))))


def settle(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Keeps the day that the rep chose with a button."""
    account_id, by, due, text = [*value.split("|", 3), "", "", ""][:4]
    reply = submitted(base, rep, account_id, by, text, due, now)
    return Reply(reply.message, replace=True)


def keep(base: Base, rep: Rep, wish: Wish, due: date, now: datetime) -> Reply:
    """Writes down a promise; the same words for the same day are not doubled."""
    today = now.astimezone(people.require_zone(base, rep)).date()
    day = wording.day(due, rep.language, today)
    if due < today:
        raise errors.Refused("That day is past.", code="promise_past", params={"day": day})
    if due - today > FARTHEST:
        raise errors.Refused("That is too far away.", code="promise_far")
    account, values = wish.account, {"account": wish.account.name, "day": day, "text": wish.text}
    with base.database.write() as session:
        there = history.promises(session, rep.team_id, account.id)
        if any(p.is_open and (p.by, p.due, p.text) == (wish.by, due, wish.text) for p in there):
            return Reply(plain(texts.SAME.of(rep.language, **values)))
        with undo.watch(base, session, rep, now, account.id, wide=True) as watched:
            make(base, session, account, wish, due, today, now)
    said = texts.MADE_US if wish.by is By.US else texts.MADE_THEM
    return Reply(watched.offered(plain(said.of(rep.language, **values))))


def make(base: Base, session: Session, account: Account, wish: Wish, due: date, today: date, now: datetime) -> Promise:
    """Keeps a promise with the first line of its history, and plans what follows from it."""
    made = Promise(id=base.new_id(), account_id=account.id, text=wish.text, due=due, made=today, by=wish.by)
    stored.save(session, account.team_id, made, Change(what=What.MADE, at=now, after=due))
    planning.changed(base, session, account, now)
    return made


# --- the list ---------------------------------------------------------------------------------------------------------


def overview(base: Base, rep: Rep, name: str, now: datetime) -> Reply:
    """What is open both ways, soonest first, and what was settled in the last month; of one account if named."""
    language = rep.language
    local = now.astimezone(people.require_zone(base, rep))
    with base.database.read() as session:
        mine = [account_cases.find(session, rep, name)] if name else accounts.of_rep(session, rep.team_id, rep.id)
        held = [(a, p) for a in mine for p in history.promises(session, rep.team_id, a.id)]
    held.sort(key=lambda pair: (pair[1].due, pair[0].name, pair[1].id))
    heading = texts.LIST_HEADING.of(language)
    if name:
        heading = texts.LIST_HEADING_ONE.of(language, account=mine[0].name)
    parts: list[Part] = [Heading(heading)]
    for by, label in ((By.US, texts.LIST_US), (By.THEM, texts.LIST_THEM)):
        open_ = [(a, p) for a, p in held if p.is_open and p.by is by]
        if open_:
            parts.append(Paragraph("", label=label.of(language)))
            parts += [_line(a, p, language, local.date()) for a, p in open_[:SHOWN]]
    if len(parts) == 1:
        parts.append(Paragraph(texts.NOTHING.of(language)))
    ended = [Small(text) for a, p in held if (text := _ended(a, p, language, local))]
    if ended:
        parts += [Paragraph("", label=texts.LIST_ENDED.of(language)), *ended[-SHOWN:]]
    return Reply(Message(heading, (*parts, Small(texts.HOW.of(language)))))


def _line(account: Account, promise: Promise, language: Language, today: date) -> Paragraph:
    line = texts.LINE if promise.due >= today else texts.LINE_LATE
    day = wording.near_day(promise.due, language, today)
    text = line.of(language, account=account.name, day=day, text=promise.text)
    return Paragraph(text, button=Button("promise:open", texts.OPEN_ONE.of(language), promise.id))


def _ended(account: Account, promise: Promise, language: Language, local: datetime) -> str:
    """How a promise ended; empty where it is open, or ended long ago."""
    at = promise.kept_at or promise.broken_at
    if at is None or at < local - LATELY:
        return ""
    line = texts.LINE_BROKEN
    if promise.kept_at is not None:
        line = texts.LINE_KEPT if promise.by is By.US else texts.LINE_CAME
    day = wording.day(at.astimezone(local.tzinfo).date(), language, local.date())
    return line.of(language, account=account.name, text=promise.text, day=day)
