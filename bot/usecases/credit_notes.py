"""Credit: whose work at the client made this possible, and a note to that person's boss which names them, not us."""

from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core import portfolio, self_praise
from bot.core.account import Account, Contact, Language, Rep
from bot.core.message import (
    Actions,
    Button,
    Filled,
    Form,
    Heading,
    Input,
    Message,
    Option,
    Paragraph,
    Part,
    Reply,
    Small,
    plain,
)
from bot.core.situation import By, Record, RecordKind
from bot.core.texts import credit as texts
from bot.core.texts import talk
from bot.usecases import accounts as account_cases
from bot.usecases import cards, people, planning, undo
from bot.usecases.ports import Base
from storage import accounts, history
from storage import credit_notes as stored
from storage.tables import CreditNoteRow

NAME = 80
DEED = 300
NOTE = 1500


# --- whose work it was ------------------------------------------------------------------------------------------------


def form(base: Base, rep: Rep, name: str = "", said: str = "") -> Reply:
    """The window that asks whose work it was; what the client `said` tells which account it is about."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        found = account_cases.find(session, rep, name) if name else account_cases.mentioned(session, rep, said)
    if not mine:
        return Reply(account_cases.overview(base, rep, base.clock.now()))
    options = tuple(Option(a.id, a.name[:75]) for a in mine)
    inputs = (
        Input("account", texts.ACCOUNT.of(language), "choice", options, found.id if found is not None else ""),
        Input("who", texts.WHO.of(language), longest=NAME),
        Input("did", texts.DID.of(language), "lines", hint=texts.DID_HINT.of(language), longest=DEED),
        Input("boss", texts.BOSS.of(language), hint=texts.BOSS_HINT.of(language), optional=True, longest=NAME),
    )
    title, make, close = (t.of(language) for t in (texts.FORM, texts.MAKE, talk.CANCEL))
    intro = texts.INTRO.of(language)
    if said.strip():
        intro = f"{cards.quoted(said.strip()[:300], language)}\n\n{intro}"
    return Reply(form=Form("credit", title, make, close, inputs, intro))


def submitted(base: Base, rep: Rep, filled: Filled, now: datetime) -> Reply:
    """Logs the praise and shows the note, ready to be copied."""
    with base.database.write() as session:
        account = accounts.get(session, rep.team_id, filled.get("account"))
        if account is None or account.rep_id != rep.id:
            raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
        with undo.watch(base, session, rep, now, account.id, wide=True) as watched:
            note_id = _logged(base, session, rep, account, filled, now)
    with base.database.read() as session:
        row, account = _find(session, rep, note_id)
    message = _card(rep, account, row)
    logged = Small(texts.LOGGED.of(rep.language, account=account.name))
    return Reply(watched.offered(Message(message.summary, (*message.parts, logged))))


def _logged(base: Base, session: Session, rep: Rep, account: Account, filled: Filled, now: datetime) -> str:
    """Keeps the praise and a note on it; the note's id."""
    contact = _contact(base, session, rep, account, filled, now)
    did = filled.get("did").rstrip(".。!！ ")
    record_id, note_id = base.new_id(), base.new_id()
    record = Record(kind=RecordKind.PRAISE, at=now, text=f"{contact.name}: {did}")
    history.add_record(session, rep.team_id, account.id, record_id, record)
    row = CreditNoteRow(
        id=note_id,
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=account.id,
        who=contact.name,
        boss=contact.boss,
        draft=draft(contact, did, cards.client_language(account, rep)),
        record_id=record_id,
        made_at=now,
    )
    stored.keep(session, row)
    planning.changed(base, session, account, now)
    return note_id


def _contact(base: Base, session: Session, rep: Rep, account: Account, filled: Filled, now: datetime) -> Contact:
    """The contact of that name with the boss that is known of them; somebody new is kept."""
    who, boss = " ".join(filled.get("who").split()), " ".join(filled.get("boss").split())
    known = accounts.contacts(session, rep.team_id, account.id)
    same = next((c for c in known if portfolio.name_key(c.name) == portfolio.name_key(who)), None)
    if same is not None and not boss:
        return same
    since = now.astimezone(people.require_zone(base, rep)).date()
    contact = Contact(id=base.new_id(), account_id=account.id, name=who[:NAME], boss=boss[:NAME], since=since)
    return accounts.save_contact(session, rep.team_id, contact)


def draft(contact: Contact, did: str, language: Language) -> str:
    """The note in the client's language."""
    dear = texts.DEAR.of(language, boss=contact.boss) if contact.boss else texts.HELLO.of(language)
    note = texts.NOTE.of(language, who=contact.name, did=did)
    return f"{dear}{'' if language is Language.ZH else ' '}{note}"


# --- the note ---------------------------------------------------------------------------------------------------------


def _card(rep: Rep, account: Account, row: CreditNoteRow) -> Message:
    """The note, what in it praises us, and what a tap can do."""
    language = rep.language
    heading = texts.HEADING.of(language, account=account.name, who=row.who)
    label = texts.FOR.of(language, boss=row.boss) if row.boss else texts.FOR_NOBODY.of(language)
    parts: list[Part] = [Heading(heading[:150]), Paragraph(row.draft, label=label)]
    flagged = self_praise.findings(row.draft)
    if flagged:
        marks = "、" if language is Language.ZH else ", "
        words = marks.join(cards.quoted(f, language) for f in flagged[:5])
        parts.append(Paragraph(texts.FLAGGED.of(language, words=words, who=row.who)))
    if not row.boss:
        parts.append(Small(texts.NO_BOSS.of(language, who=row.who, account=account.name)))
    parts.append(Small(texts.ASK_FIRST.of(language, who=row.who)))
    change = Button("credit:change", texts.CHANGE.of(language), row.id, primary=bool(flagged))
    sent = Button("credit:sent", texts.SENT.of(language), row.id, primary=not flagged)
    return Message(heading, (*parts, Actions((change, sent) if flagged else (sent, change))))


def _find(session: Session, rep: Rep, note_id: str) -> tuple[CreditNoteRow, Account]:
    """The note of a button. Refuses strangers, what is gone, and what was sent."""
    row = stored.note(session, rep.team_id, note_id)
    account = accounts.get(session, rep.team_id, row.account_id) if row is not None else None
    if row is None or account is None:
        raise errors.Refused("The note is gone.", code="card_gone")
    if row.rep_id != rep.id:
        raise errors.Refused("Somebody else's note.", code="not_yours")
    if row.sent_at is not None:
        raise errors.Refused("Sent already.", code="credit_sent")
    return row, account


def change_form(base: Base, rep: Rep, note_id: str) -> Reply:
    with base.database.read() as session:
        row, _ = _find(session, rep, note_id)
    language = rep.language
    field = Input("draft", texts.CHANGE_LABEL.of(language), "lines", initial=row.draft, longest=NOTE)
    title, save, close = (t.of(language) for t in (texts.CHANGE_FORM, talk.SAVE, talk.CANCEL))
    return Reply(form=Form("credit_note", title, save, close, (field,), subject=note_id))


def changed(base: Base, rep: Rep, note_id: str, text: str) -> Reply:
    """Keeps the changed words, and looks at them once more."""
    with base.database.write() as session:
        _find(session, rep, note_id)
        stored.reword(session, rep.team_id, note_id, text[:NOTE])
    with base.database.read() as session:
        row, account = _find(session, rep, note_id)
    return Reply(_card(rep, account, row), replace=True)


def sent(base: Base, rep: Rep, note_id: str, now: datetime) -> Reply:
    """The note went out: that is contact with the client, and the praise needs no reminder any more."""
    with base.database.write() as session:
        row, account = _find(session, rep, note_id)
        with undo.watch(base, session, rep, now, account.id, wide=True) as watched:
            if not stored.sent(session, rep.team_id, note_id, now):
                raise errors.Refused("Sent already.", code="credit_sent")
            history.settle_record(session, rep.team_id, row.record_id, now)
            accounts.log_contact(session, rep.team_id, account.id, By.US, now, "credit")
            planning.changed(base, session, account, now)
    said = texts.SENT_DONE.of(rep.language, who=row.who, account=account.name)
    return Reply(watched.offered(plain(said)), replace=True)
