"""Accounts, their contacts, and the log of who reached out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as core
from sqlmodel import Session, SQLModel, col, select

from bot.core.account import Account, ArchivedAs, Contact, Language, OrderPhase, Stage
from bot.core.portfolio import name_key
from bot.core.situation import By
from storage import reps
from storage.tables import AccountRow, ContactLogRow, ContactRow, StageChangeRow


def account_of(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        team_id=row.team_id,
        rep_id=row.rep_id,
        name=row.name,
        stage=Stage(row.stage) if row.stage else None,
        stage_since=row.stage_since,
        order_phase=OrderPhase(row.order_phase) if row.order_phase else None,
        order_since=row.order_since,
        zone=reps.zone(row.zone) if row.zone else None,
        language=Language(row.language) if row.language else None,
        important=tuple(row.important),
        aliases=tuple(row.aliases),
        domains=tuple(row.domains),
        manager=row.manager,
        archived_as=ArchivedAs(row.archived_as) if row.archived_as else None,
    )


def get(session: Session, team_id: str, account_id: str) -> Account | None:
    row = session.get(AccountRow, account_id)
    return account_of(row) if row is not None and row.team_id == team_id else None


def of_rep(session: Session, team_id: str, rep_id: str, *, archived: bool = False) -> list[Account]:
    """A rep's accounts in order of their names; archived ones only when asked for."""
    query = select(AccountRow).where(AccountRow.team_id == team_id, AccountRow.rep_id == rep_id)
    if not archived:
        query = query.where(col(AccountRow.archived_as).is_(None))
    return [account_of(row) for row in session.exec(query.order_by(AccountRow.name_key, AccountRow.id))]


@dataclass(frozen=True, slots=True)
class Names:
    """What an account is called, and the domains that its people write from."""

    account_id: str
    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    archived: bool


def names(session: Session, team_id: str, rep_id: str) -> list[Names]:
    """The names of all accounts of a rep, archived or not, in order; far less than the accounts themselves."""
    found = session.execute(_names(), {"of_team": team_id, "of_rep": rep_id})
    return [Names(i, name, tuple(a), tuple(d), archived is not None) for i, name, a, d, archived in found]


@cache
def _names() -> core.Select[Any]:
    """Made once, for it is asked with every question: to put a statement together takes longer than to run it."""
    of = SQLModel.metadata.tables["account"].c
    mine = (of.team_id == core.bindparam("of_team"), of.rep_id == core.bindparam("of_rep"))
    query = core.select(of.id, of.name, of.aliases, of.domains, of.archived_as)
    return query.where(*mine).order_by(of.name_key, of.id)


def all_names(session: Session, team_id: str) -> tuple[set[str], set[str]]:
    """What the accounts of a workspace are called, whoever keeps them, and what the people there are called."""
    of, who = (SQLModel.metadata.tables[table].c for table in ("account", "contact"))
    firms = session.execute(core.select(of.name, of.aliases).where(of.team_id == team_id))
    people = session.execute(core.select(who.name).where(who.team_id == team_id))
    return {each for name, aliases in firms for each in (name, *aliases)}, {name for (name,) in people}


def called(known: Sequence[Names], name: str) -> Names | None:
    """The one among them of that name or alias; names go before aliases."""
    key = name_key(name)
    exact = next((n for n in known if name_key(n.name) == key), None)
    return exact or next((n for n in known if any(name_key(alias) == key for alias in n.aliases)), None)


def by_name(session: Session, team_id: str, rep_id: str, name: str) -> Account | None:
    """The rep's account of that name or alias, archived or not; names go before aliases."""
    found = called(names(session, team_id, rep_id), name)
    return get(session, team_id, found.account_id) if found is not None else None


def add(session: Session, account: Account, now: datetime) -> Account:
    row = AccountRow(
        id=account.id,
        team_id=account.team_id,
        rep_id=account.rep_id,
        name=account.name,
        name_key=name_key(account.name),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return update(
        session,
        account.team_id,
        account.id,
        now,
        stage=account.stage,
        stage_since=account.stage_since,
        order_phase=account.order_phase,
        order_since=account.order_since,
        zone=account.zone,
        language=account.language,
        important=account.important,
        aliases=account.aliases,
        domains=account.domains,
        manager=account.manager,
    )


def update(session: Session, team_id: str, account_id: str, now: datetime, **values: Any) -> Account:
    """The account with these columns set; a change of stage is dated and kept."""
    row = session.get(AccountRow, account_id)
    if row is None or row.team_id != team_id:
        raise LookupError(account_id)
    before = (row.stage, row.stage_since)
    for name, value in values.items():
        setattr(row, name, _plain(value))
    if "name" in values:
        row.name_key = name_key(row.name)
    session.add(row)
    if row.stage and row.stage_since and (row.stage, row.stage_since) != before:
        change = StageChangeRow(team_id=team_id, account_id=account_id, stage=row.stage, since=row.stage_since, at=now)
        session.add(change)
    session.flush()
    return account_of(row)


def _plain(value: Any) -> Any:
    match value:
        case tuple() | frozenset():
            return list(value)
        case ZoneInfo():
            return value.key
        case _:
            return value


def stage_changes(session: Session, team_id: str, account_id: str) -> list[tuple[Stage, date]]:
    """Every stage the account was in, with the day it began, in the order in which they were written down."""
    query = (
        select(StageChangeRow)
        .where(StageChangeRow.team_id == team_id, StageChangeRow.account_id == account_id)
        .order_by(col(StageChangeRow.id))
    )
    return [(Stage(r.stage), r.since) for r in session.exec(query)]


def log_contact(session: Session, team_id: str, account_id: str, by: By, at: datetime, source: str) -> None:
    """Writes down that somebody reached out, and keeps the count of contacts in a row from us."""
    row = session.get(AccountRow, account_id, with_for_update=True, populate_existing=True)
    if row is None or row.team_id != team_id:
        raise LookupError(account_id)
    session.add(ContactLogRow(team_id=team_id, account_id=account_id, at=at, by=by.value, source=source))
    if row.last_contact is not None and at < row.last_contact:
        return
    row.last_contact, row.last_contact_by = at, by.value
    if by is By.THEM:
        row.one_sided_contacts, row.one_sided_since = 0, None
    else:
        row.one_sided_contacts += 1
        row.one_sided_since = row.one_sided_since or at
    session.add(row)


def set_contact_summary(
    session: Session,
    team_id: str,
    account_id: str,
    last: datetime | None,
    by: By | None,
    one_sided: int | None,
) -> None:
    """Sets what an imported portfolio knows of past contacts; None leaves as it is."""
    row = session.get(AccountRow, account_id)
    if row is None or row.team_id != team_id:
        raise LookupError(account_id)
    row.last_contact = last if last is not None else row.last_contact
    row.last_contact_by = by.value if by is not None else row.last_contact_by
    if one_sided is not None:
        row.one_sided_contacts = one_sided
        row.one_sided_since = row.last_contact if one_sided else None
    session.add(row)


def contact_of(row: ContactRow) -> Contact:
    return Contact(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        role=row.role,
        email=row.email,
        boss=row.boss,
        has_say=row.has_say,
        since=row.since,
    )


def contacts(session: Session, team_id: str, account_id: str) -> list[Contact]:
    query = select(ContactRow).where(ContactRow.team_id == team_id, ContactRow.account_id == account_id)
    return [contact_of(row) for row in session.exec(query.order_by(col(ContactRow.since), ContactRow.name))]


def save_contact(session: Session, team_id: str, contact: Contact) -> Contact:
    """Keeps a contact; one of the same name at the same account is changed, given values only."""
    key = name_key(contact.name)
    same = select(ContactRow).where(ContactRow.team_id == team_id, ContactRow.account_id == contact.account_id)
    row = next((r for r in session.exec(same) if name_key(r.name) == key), None)
    if row is None:
        row = ContactRow(
            id=contact.id,
            team_id=team_id,
            account_id=contact.account_id,
            name=contact.name,
            since=contact.since,
        )
    row.role = contact.role or row.role
    row.email = contact.email or row.email
    row.boss = contact.boss or row.boss
    row.has_say = contact.has_say or row.has_say
    session.add(row)
    session.flush()
    return contact_of(row)


def contact_log(session: Session, team_id: str, account_id: str, limit: int = 20) -> Sequence[tuple[datetime, By, str]]:
    """The newest contacts first: when, who reached out, how it was learnt."""
    query = (
        select(ContactLogRow)
        .where(ContactLogRow.team_id == team_id, ContactLogRow.account_id == account_id)
        .order_by(col(ContactLogRow.at).desc(), col(ContactLogRow.id).desc())
        .limit(limit)
    )
    return [(r.at, By(r.by), r.source) for r in session.exec(query)]
