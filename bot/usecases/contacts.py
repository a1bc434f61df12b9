"""Contacts: people at the client, and who reached out."""

from datetime import datetime
from typing import Any

from bot import errors
from bot.core.account import Account, Contact, Rep
from bot.core.message import (
    Bullets,
    Heading,
    Message,
    plain,
)
from bot.core.situation import By
from bot.core.texts import talk
from bot.usecases import accounts as account_cases
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import accounts


def add_contact(base: Base, rep: Rep, name: str, details: str, now: datetime) -> Message:
    """Adds a contact from "Wang Li, purchasing, boss Zhao Min"; an address with an @ is kept as e-mail."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        items = account_cases.split_list(details)
        if not items:
            raise errors.Refused("No contact named.", code="contact_missing", params={"account": account.name})
        contact = read_contact(base.new_id(), account, items, planning.zone_of(base, rep), now)
        kept = accounts.save_contact(session, rep.team_id, contact)
        planning.changed(base, session, account, now)
    return plain(talk.CONTACT_ADDED.of(rep.language, name=kept.name, account=account.name))


def read_contact(contact_id: str, account: Account, items: list[str], zone: Any, now: datetime) -> Contact:
    role, email, boss, has_say = "", "", "", False
    for item in items[1:]:
        lowered = item.casefold()
        if "@" in item:
            email = lowered
        elif lowered.startswith(("boss ", "boss:", "上级", "老板")):
            boss = (
                item.removeprefix("上级").removeprefix("老板").strip("：: ")
                if not item.isascii()
                else item[4:].strip(" :")
            )
        elif lowered in ("decides", "has a say", "决策人", "有决定权"):
            has_say = True
        else:
            role = item
    since = now.astimezone(zone).date() if zone is not None else now.date()
    return Contact(
        id=contact_id,
        account_id=account.id,
        name=items[0][: account_cases.LONGEST_NAME],
        role=role,
        email=email,
        boss=boss,
        has_say=has_say,
        since=since,
    )


def list_contacts(base: Base, rep: Rep, name: str) -> Message:
    with base.database.read() as session:
        account = account_cases.find(session, rep, name)
        found = accounts.contacts(session, rep.team_id, account.id)
    if not found:
        return plain(talk.CONTACTS_NONE.of(rep.language, account=account.name))
    heading = talk.CONTACTS_HEADING.of(rep.language, account=account.name)
    return Message(
        heading, (Heading(heading), Bullets(tuple(account_cases.contact_line(c, rep.language) for c in found)))
    )


def log_contact(base: Base, rep: Rep, name: str, by: By, now: datetime) -> Message:
    """Writes down that somebody reached out today; any real contact resets the clocks."""
    with base.database.write() as session:
        account = account_cases.find(session, rep, name)
        accounts.log_contact(session, rep.team_id, account.id, by, now, "rep")
        planning.changed(base, session, account, now)
    text = talk.CONTACT_LOGGED_US if by is By.US else talk.CONTACT_LOGGED_THEM
    return plain(text.of(rep.language, account=account.name))
