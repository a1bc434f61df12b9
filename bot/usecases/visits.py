"""Visits: adding, moving, cancelling, listing. A visit is planned the moment it is known."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot import errors
from bot.core import moments, when, wording
from bot.core.account import Account, CardTime, Rep
from bot.core.message import Actions, Bullets, Button, Heading, Message, Paragraph, plain
from bot.core.situation import Visit, VisitState
from bot.core.texts import talk
from bot.core.workdays import NoWorkday
from bot.usecases import accounts as account_cases
from bot.usecases import people, planning, undo
from bot.usecases.ports import Base
from storage import accounts, visits

FARTHEST = timedelta(days=550)
AHEAD = timedelta(days=60)
EXAMPLE = wording.Text("/kam visit Acme thu 10:00", "/kam visit 博远 周四上午十点")
REVIEW_WORDS = ("review", "回顾", "复盘")


@dataclass(frozen=True, slots=True)
class Wish:
    """An account and a time, as a rep typed them."""

    account: Account
    moment: when.Moment
    review: bool


def add(base: Base, rep: Rep, text: str, now: datetime) -> Message:
    """Adds the visit that a text names ("acme thu 10:00", "博远 下周四上午十点"); asks where it can mean two times."""
    read = _read(base, rep, text, now, "visit:add")
    return read if isinstance(read, Message) else keep(base, rep, read, now)


def move(base: Base, rep: Rep, text: str, now: datetime) -> Message:
    """Moves a visit to an account to another time; where there are several, asks which."""
    read = _read(base, rep, text, now, "visit:move")
    return read if isinstance(read, Message) else keep(base, rep, read, now, moving=True)


def _read(base: Base, rep: Rep, text: str, now: datetime, action: str) -> Wish | Message:
    """The wish, or the question that settles it."""
    zone = people.require_zone(base, rep)
    local = now.astimezone(zone)
    text, review = _without_review(text)
    name, reading = when.split(text, local, zone)
    with base.database.read() as session:
        account = account_cases.find(session, rep, name, example=EXAMPLE)
    match reading:
        case when.Understood(moment=moment):
            return Wish(account, moment, review)
        case when.Choices(moments=choices):
            buttons = tuple(
                Button(action, wording.moment(m.at, rep.language, local, m.all_day)[:75], pack(account.id, m, review))
                for m in choices
            )
            question = talk.WHEN_WHICH.of(rep.language, text=text[len(name) :].strip() or text)
            return Message(question, (Paragraph(question), Actions(buttons)))
        case when.Past(moment=moment):
            told = wording.moment(moment.at, rep.language, local, moment.all_day)
            params = {"when": told, "account": account.name}
            raise errors.Refused(f"{moment.at} is over.", code="when_past", params=params)
        case _:
            rest = text.replace(name, "", 1).strip()
            code = "when_not_understood" if rest else "when_missing"
            params = {"text": rest, "account": account.name}
            raise errors.Refused(f"Cannot read {rest!r} as a time.", code=code, params=params)


def _without_review(text: str) -> tuple[str, bool]:
    words = text.split()
    for mark in REVIEW_WORDS:
        if words and words[-1].casefold() == mark:
            return " ".join(words[:-1]), True
    return text.strip(), False


def pack(account_id: str, moment: when.Moment, review: bool) -> str:
    """A wish as the value of a button."""
    flags = ("d" if moment.all_day else "") + ("r" if review else "")
    return f"{account_id}|{moment.at.isoformat()}|{flags}"


def settle(base: Base, rep: Rep, value: str, now: datetime, moving: bool) -> Message:
    """Keeps the reading, or the visit to move, that the rep chose with a button."""
    account_id, stamp, flags, visit_id = [*value.split("|"), "", "", ""][:4]
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is gone.", code="visit_gone")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError as error:
        raise errors.Refused("No moment.", code="card_gone") from error
    if at.tzinfo is None:
        raise errors.Refused("No moment.", code="card_gone")
    moment = when.Moment(at=at, all_day="d" in flags, shifted=False)
    return keep(base, rep, Wish(account, moment, "r" in flags), now, moving=moving, visit_id=visit_id)


def keep(base: Base, rep: Rep, wish: Wish, now: datetime, *, moving: bool = False, visit_id: str = "") -> Message:
    """Writes down a visit and plans its card and its check; a visit that is there already is not doubled.

    Moving one of several, it asks which, unless `visit_id` says so.
    """
    zone = people.require_zone(base, rep)
    local = now.astimezone(zone)
    account, moment = wish.account, wish.moment
    told = wording.moment(moment.at, rep.language, local, moment.all_day)
    if moment.at - now > FARTHEST:
        raise errors.Refused("That is too far away.", code="when_too_far", params={"when": told})
    with base.database.write() as session:
        planned = ahead(session, account, now)
        same = next((v for v in planned if v.at == moment.at.astimezone(UTC) and v.all_day == moment.all_day), None)
        if same is not None:
            return plain(talk.VISIT_SAME.of(rep.language, account=account.name, when=told))
        if moving and visit_id:
            planned = [v for v in planned if v.id == visit_id]
        if moving and len(planned) > 1:
            value = pack(account.id, moment, wish.review)
            return _which(rep, account, planned, "visit:which", local, f"{value}|")
        with undo.watch(base, session, rep, now, account.id) as watched:
            if moving:
                visit = _moved(session, rep, account, planned, moment)
            else:
                visit = visits.add(session, rep.team_id, _visit(base, rep, wish), now)
            planning.changed(base, session, account, now)
    return watched.offered(_told(base, rep, wish, visit, now, moving))


def _visit(base: Base, rep: Rep, wish: Wish) -> Visit:
    return Visit(
        id=base.new_id(),
        account_id=wish.account.id,
        rep_id=rep.id,
        at=wish.moment.at.astimezone(UTC),
        all_day=wish.moment.all_day,
        review=wish.review,
    )


def _moved(session: Session, rep: Rep, account: Account, planned: list[Visit], moment: when.Moment) -> Visit:
    if not planned:
        raise errors.Refused("No visit to move.", code="no_visit", params={"account": account.name})
    at = moment.at.astimezone(UTC)
    return visits.update(session, rep.team_id, planned[0].id, at=at, all_day=moment.all_day, carded=False)


def ahead(session: Session, account: Account, now: datetime) -> list[Visit]:
    """The planned visits to an account that are still to come, soonest first; today's all-day visit is one."""
    found = visits.of_account(session, account.team_id, account.id, now - timedelta(days=1))
    open_ = [v for v in found if v.state is VisitState.PLANNED]
    return [v for v in open_ if v.at > now or (v.all_day and v.at > now - timedelta(days=1))]


def _told(base: Base, rep: Rep, wish: Wish, visit: Visit, now: datetime, moving: bool) -> Message:
    zone = people.require_zone(base, rep)
    local, language = now.astimezone(zone), rep.language
    hours = planning.hours_of(base, rep, zone)
    eve = rep.card_time is CardTime.EVE
    try:
        card_at = moments.card(visit, now, eve, hours, base.shelf.library.manners)
        card = talk.CARD_NOW.of(language) if card_at <= now else wording.moment(card_at, language, local)
    except NoWorkday:  # the visit is kept all the same
        card = talk.CARD_NEVER.of(language)
    told = wording.moment(visit.at, language, local, visit.all_day)
    if moving:
        text = talk.VISIT_MOVED.of(language, account=wish.account.name, when=told)
    else:
        said = talk.VISIT_ADDED_REVIEW if wish.review else talk.VISIT_ADDED
        text = said.of(language, account=wish.account.name, when=told, card=card)
    parts = [Paragraph(text)]
    if wish.moment.shifted:
        parts.append(Paragraph(talk.VISIT_SHIFTED.of(language, when=told)))
    return Message(text, tuple(parts))


def cancel(base: Base, rep: Rep, text: str, now: datetime) -> Message:
    """Cancels the next visit to an account; where there are several, asks which."""
    zone = people.require_zone(base, rep)
    local = now.astimezone(zone)
    name, reading = when.split(text, local, zone)
    with base.database.read() as session:
        account = account_cases.find(session, rep, name, example=EXAMPLE)
        planned = ahead(session, account, now)
    if isinstance(reading, when.Understood):
        day = reading.moment.at.astimezone(zone).date()
        planned = [v for v in planned if v.at.astimezone(zone).date() == day]
    if not planned:
        raise errors.Refused("No visit to cancel.", code="no_visit", params={"account": account.name})
    if len(planned) > 1:
        return _which(rep, account, planned, "visit:cancel", local)
    return cancel_visit(base, rep, planned[0].id, now)


def _which(rep: Rep, account: Account, planned: list[Visit], action: str, local: datetime, value: str = "") -> Message:
    """Asks which of several visits is meant, one tap."""
    buttons = tuple(
        Button(action, wording.exact(v.at, rep.language, local, v.all_day)[:75], value + v.id) for v in planned[:5]
    )
    question = talk.VISIT_WHICH.of(rep.language, account=account.name)
    return Message(question, (Paragraph(question), Actions(buttons)))


def cancel_visit(base: Base, rep: Rep, visit_id: str, now: datetime) -> Message:
    """Cancels one visit; its card and its check go with it."""
    zone = people.require_zone(base, rep)
    with base.database.write() as session:
        visit = visits.get(session, rep.team_id, visit_id)
        account = accounts.get(session, rep.team_id, visit.account_id) if visit is not None else None
        if visit is None or account is None or visit.rep_id != rep.id or visit.state is not VisitState.PLANNED:
            raise errors.Refused("That visit is gone.", code="visit_gone")
        with undo.watch(base, session, rep, now, account.id) as watched:
            visits.update(session, rep.team_id, visit_id, state=VisitState.CANCELLED.value)
            planning.changed(base, session, account, now)
    told = wording.moment(visit.at, rep.language, now.astimezone(zone), visit.all_day)
    return watched.offered(plain(talk.VISIT_CANCELLED.of(rep.language, account=account.name, when=told)))


def overview(base: Base, rep: Rep, now: datetime) -> Message:
    """The rep's visits of the next two months, a line each."""
    zone = people.require_zone(base, rep)
    local, language = now.astimezone(zone), rep.language
    with base.database.read() as session:
        names = {a.id: a.name for a in accounts.of_rep(session, rep.team_id, rep.id)}
        planned = visits.of_rep(session, rep.team_id, rep.id, now - timedelta(hours=12), now + AHEAD)
    found = [v for v in planned if v.account_id in names]
    heading = talk.VISITS_HEADING.of(language)
    if not found:
        return plain(talk.VISITS_NONE.of(language))
    lines = tuple(
        talk.VISIT_LINE.of(
            language,
            when=wording.moment(v.at, language, local, v.all_day),
            account=names[v.account_id],
            title=talk.VISIT_TITLE.of(language, title=v.title) if v.title else "",
        )
        for v in found[:20]
    )
    return Message(heading, (Heading(heading), Bullets(lines)))
