"""Records: what a rep writes down about an account in one line. Each is dated, kept, and may raise a play."""

from datetime import datetime

from bot import errors
from bot.core import wording
from bot.core.account import Language, Rep
from bot.core.message import Bullets, Heading, Message, Small, plain
from bot.core.situation import Record, RecordKind
from bot.core.texts import notes as texts
from bot.usecases import accounts as account_cases
from bot.usecases import people, planning
from bot.usecases.ports import Base
from storage import history

LONGEST = 300
SHOWN = 10

WORDS: dict[str, RecordKind] = {
    "praise": RecordKind.PRAISE,
    "表扬": RecordKind.PRAISE,
    "complaint": RecordKind.COMPLAINT,
    "抱怨": RecordKind.COMPLAINT,
    "request": RecordKind.REQUEST,
    "请求": RecordKind.REQUEST,
    "rival": RecordKind.RIVAL,
    "对手": RecordKind.RIVAL,
    "news": RecordKind.NEWS,
    "通报": RecordKind.NEWS,
}
DONE = ("answered", "已答复")


def note(base: Base, rep: Rep, text: str, now: datetime) -> Message:
    """Writes down "acme praise their director liked the handover"; without a kind, shows what is written down."""
    name, rest = account_cases.leading(base, rep, text)
    word, _, said = rest.partition(" ")
    if not word:
        return overview(base, rep, name, now)
    if word.casefold() in DONE:
        return answered(base, rep, name, now)
    kind = WORDS.get(word.casefold().rstrip(":："))
    if kind is None:
        choices = wording.listed([texts.KINDS[k].of(rep.language) for k in texts.KINDS], rep.language)
        params = {"value": word[:40], "choices": choices}
        raise errors.Refused(f"Unknown kind {word!r}.", code="unknown_note", params=params)
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        record = Record(kind=kind, at=now, text=said.strip()[:LONGEST])
        history.add_record(session, rep.team_id, account.id, base.new_id(), record)
        planning.changed(base, session, account, now)
    kept = texts.KEPT.of(rep.language, account=account.name, kind=texts.KINDS[kind].of(rep.language))
    hint = texts.HINTS.get(kind)
    if hint is None:
        return plain(kept)
    return Message(kept, (*plain(kept).parts, Small(hint.of(rep.language, account=account.name))))


def answered(base: Base, rep: Rep, name: str, now: datetime) -> Message:
    """Marks the client's open requests as answered."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        count = history.answer_requests(session, rep.team_id, account.id, now)
        planning.changed(base, session, account, now)
    text = texts.ANSWERED if count else texts.NOTHING_OPEN
    return plain(text.of(rep.language, account=account.name))


def overview(base: Base, rep: Rep, name: str, now: datetime) -> Message:
    """The newest notes on an account."""
    zone = people.require_zone(base, rep)
    local, language = now.astimezone(zone), rep.language
    with base.database.read() as session:
        account = account_cases.find(session, rep, name)
        found = history.records(session, rep.team_id, account.id)[-SHOWN:]
    heading = texts.HEADING.of(language, account=account.name)
    if not found:
        return plain(texts.NONE.of(language, account=account.name))
    return Message(heading, (Heading(heading), Bullets(tuple(_line(r, language, local) for r in reversed(found)))))


def _line(record: Record, language: Language, local: datetime) -> str:
    day = wording.day(record.at.astimezone(local.tzinfo).date(), language, local.date())
    kind = texts.ALL_KINDS[record.kind].of(language)
    return texts.LINE.of(language, day=day, kind=kind, text=record.text) if record.text else f"{day} {kind}"
