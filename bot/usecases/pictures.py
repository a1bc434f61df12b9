"""The two-year picture of an account: drawn backward in one window, shown, confirmed once a quarter."""

from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core import wording
from bot.core.account import Account, Language, Rep
from bot.core.message import (
    Actions,
    Button,
    Filled,
    Form,
    Heading,
    Input,
    Message,
    Paragraph,
    Reply,
    Small,
    plain,
)
from bot.core.message import Part as Shown
from bot.core.picture import FRESH, STEP_SHOWN, Part, Picture
from bot.core.situation import Record, RecordKind, Situation
from bot.core.texts import picture as texts
from bot.core.texts import talk
from bot.usecases import accounts as account_cases
from bot.usecases import cards, people, planning, undo
from bot.usecases.ports import Base
from storage import accounts, history, nudge_history
from storage import pictures as stored

LONGEST = 300
LISTED = 20


# --- on cards ---------------------------------------------------------------------------------------------------------


def step_line(drawn: Record | None, language: Language, now: datetime) -> str:
    """The picture's step as a line for a card; empty where there is none, or it is too long."""
    if drawn is None or not drawn.text or len(drawn.text) > STEP_SHOWN:
        return ""
    text = texts.STEP_MONTH if now - drawn.at <= FRESH else texts.STEP_NEXT
    return text.of(language, step=drawn.text)


def step_of(situation: Situation) -> str:
    """The same, where the whole situation is at hand."""
    return step_line(situation.latest(RecordKind.PICTURE), situation.rep.language, situation.now)


def question(rep: Rep, account: Account, picture: Picture, nudge_id: str, local: datetime) -> Message:
    """Once a quarter: is it still true?"""
    language = rep.language
    title = texts.HEADING.of(language, account=account.name)
    ends = [p for p in (Part.TWO_YEARS, Part.QUARTER) if picture.answers.get(p)]
    lines = [Paragraph(_short(picture.answers[p]), label=texts.LABELS[p].of(language)) for p in ends]
    buttons = _buttons(picture, language, nudge_id)
    asked = (Paragraph(texts.ASK.of(language)), cards.card_buttons(nudge_id, language, True, buttons))
    return Message(
        f"{title}: {texts.ASK.of(language)}" if language is Language.EN else f"{title}，{texts.ASK.of(language)}",
        (Heading(title[:150]), Small(_dates(picture, language, local)), *lines, *asked),
    )


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99].rstrip() + "…"


def _dates(picture: Picture, language: Language, local: datetime) -> str:
    day = wording.day(picture.at.astimezone(local.tzinfo).date(), language, local.date())
    if picture.confirmed_at is None:
        return texts.DRAWN.of(language, day=day)
    confirmed = wording.day(picture.confirmed_at.astimezone(local.tzinfo).date(), language, local.date())
    return texts.CONFIRMED.of(language, day=day, confirmed=confirmed)


def _buttons(picture: Picture, language: Language, nudge_id: str = "") -> tuple[Button, ...]:
    value = f"{picture.account_id}|{picture.id}|{nudge_id}"
    return (
        Button("picture:still", texts.STILL.of(language), value, primary=True),
        Button("picture:change", texts.CHANGE.of(language), value),
    )


# --- showing ----------------------------------------------------------------------------------------------------------


def by_text(base: Base, rep: Rep, name: str, now: datetime) -> Reply:
    """The picture of the account that is named, or the window to draw it; without a name, all of them."""
    if not name:
        return overview(base, rep)
    with base.database.read() as session:
        account = account_cases.find(session, rep, name)
        picture = stored.newest(session, rep.team_id, account.id)
    if picture is None:
        return Reply(form=form(rep, account, None))
    return Reply(shown(base, rep, account, picture, now))


def shown(base: Base, rep: Rep, account: Account, picture: Picture, now: datetime) -> Message:
    """A picture, from the far end to this month."""
    language = rep.language
    local = now.astimezone(people.require_zone(base, rep))
    title = texts.HEADING.of(language, account=account.name)
    lines = [
        Paragraph(picture.answers[part], label=texts.LABELS[part].of(language))
        for part in Part
        if picture.answers.get(part)
    ]
    dates, buttons = Small(_dates(picture, language, local)), Actions(_buttons(picture, language))
    return Message(title, (Heading(title[:150]), *lines, dates, buttons))


def overview(base: Base, rep: Rep) -> Reply:
    """The step of each account that has a picture, and who has none yet."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        drawn = {a.id: stored.newest(session, rep.team_id, a.id) for a in mine}
    heading = texts.LIST_HEADING.of(language)
    parts: list[Shown] = [Heading(heading)]
    for account in sorted(mine, key=lambda a: drawn[a.id] is None)[:LISTED]:
        picture = drawn[account.id]
        if picture is None:
            button = Button("picture:open", texts.DRAW.of(language), account.id)
            parts.append(Paragraph(texts.LINE_NONE.of(language, account=account.name), button=button))
        else:
            button = Button("picture:open", texts.OPEN_ONE.of(language), account.id)
            line = texts.LINE.of(language, account=account.name, step=_short(picture.step) or "…")
            parts.append(Paragraph(line, button=button))
    if not mine:
        parts.append(Paragraph(texts.LIST_NONE.of(language)))
    return Reply(Message(heading, (*parts, Small(texts.HOW.of(language)))))


def open_one(base: Base, rep: Rep, account_id: str, now: datetime) -> Reply:
    with base.database.read() as session:
        account = _account(session, rep, account_id)
        picture = stored.newest(session, rep.team_id, account_id)
    if picture is None:
        return Reply(form=form(rep, account, None))
    return Reply(shown(base, rep, account, picture, now))


def _account(session: Session, rep: Rep, account_id: str) -> Account:
    account = accounts.get(session, rep.team_id, account_id)
    if account is None:
        raise errors.Refused("The account is gone.", code="card_gone")
    if account.rep_id != rep.id:
        raise errors.Refused("Somebody else's account.", code="not_yours")
    return account


# --- drawing ----------------------------------------------------------------------------------------------------------


def form(rep: Rep, account: Account, picture: Picture | None, nudge_id: str = "") -> Form:
    """The five questions, backward from 24 months; filled in with what was answered before."""
    language = rep.language
    known = picture.answers if picture is not None else {}
    inputs = tuple(
        Input(
            part.value,
            texts.QUESTIONS[part].of(language),
            "text" if part is Part.MONTH else "lines",
            initial=known.get(part, ""),
            hint=texts.MONTH_HINT.of(language) if part is Part.MONTH else "",
            optional=part in (Part.YEAR, Part.HALF, Part.QUARTER),
            longest=STEP_SHOWN if part is Part.MONTH else LONGEST,
        )
        for part in Part
    )
    title, save, close = (t.of(language) for t in (texts.FORM, talk.SAVE, talk.CANCEL))
    intro = texts.INTRO.of(language, account=account.name)
    return Form("picture", title, save, close, inputs, intro, f"{account.id}|{nudge_id}")


def change(base: Base, rep: Rep, value: str) -> Reply:
    """The window to change a picture. A card whose picture was changed meanwhile shows the newest."""
    account_id, _, nudge_id = [*value.split("|"), "", ""][:3]
    with base.database.read() as session:
        account = _account(session, rep, account_id)
        picture = stored.newest(session, rep.team_id, account_id)
    return Reply(form=form(rep, account, picture, nudge_id))


def drawn(base: Base, rep: Rep, subject: str, filled: Filled, now: datetime) -> Reply:
    """Keeps a picture; it counts as looked at today."""
    account_id, _, nudge_id = subject.partition("|")
    answers = {part: filled.get(part.value)[:LONGEST] for part in Part}
    with base.database.write() as session:
        account = _account(session, rep, account_id)
        with undo.watch(base, session, rep, now, account.id, wide=True) as watched:
            picture = keep(base, session, account, answers, now)
            if nudge_id:
                nudge_history.answer(session, rep.team_id, nudge_id, "changed_it", now)
            planning.changed(base, session, account, now)
    message = shown(base, rep, account, picture, now)
    kept = Paragraph(texts.KEPT.of(rep.language))
    message = Message(message.summary, (*message.parts[:-1], kept, message.parts[-1]))
    return Reply(watched.offered(message), replace=True)


def keep(base: Base, session: Session, account: Account, answers: dict[Part, str], now: datetime) -> Picture:
    """Keeps a picture and its record, whose text is this month's step."""
    picture = Picture(id=base.new_id(), account_id=account.id, answers=answers, at=now)
    stored.add(session, account.team_id, picture)
    _record(base, session, account, picture, now)
    return picture


def _record(base: Base, session: Session, account: Account, picture: Picture, now: datetime) -> None:
    record = Record(kind=RecordKind.PICTURE, at=now, text=picture.step)
    history.add_record(session, account.team_id, account.id, base.new_id(), record)


def still_true(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Keeps that a picture is still true. One that was changed meanwhile is not confirmed unseen."""
    account_id, picture_id, nudge_id = [*value.split("|"), "", ""][:3]
    with base.database.write() as session:
        account = _account(session, rep, account_id)
        picture = stored.newest(session, rep.team_id, account_id)
        if picture is None or picture.id != picture_id:
            raise errors.Refused("Changed meanwhile.", code="picture_changed", params={"account": account.name})
        with undo.watch(base, session, rep, now, account.id, wide=True) as watched:
            stored.confirm(session, rep.team_id, picture_id, now)
            _record(base, session, account, picture, now)
            if nudge_id:
                nudge_history.answer(session, rep.team_id, nudge_id, "still_true", now)
            planning.changed(base, session, account, now)
    language = rep.language
    said = texts.STILL_DONE.of(language)
    if not picture.step:
        return Reply(watched.offered(plain(said)), replace=True)
    step = Paragraph(picture.step, label=texts.LABELS[Part.MONTH].of(language))
    again = Actions((Button("picture:change", texts.CHANGE.of(language), f"{account_id}|{picture_id}|"),))
    title = texts.HEADING.of(language, account=account.name)
    message = Message(said, (Heading(title[:150]), step, Paragraph(said), again))
    return Reply(watched.offered(message), replace=True)
