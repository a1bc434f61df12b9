"""Accounts that change hands or become one: every row that names them goes along."""

from datetime import datetime

from sqlalchemy import Table, UniqueConstraint, delete, exists, select, update
from sqlmodel import Session, SQLModel, col

from bot.core.portfolio import name_key
from storage import belongings
from storage.tables import AccountRow, ContactRow, EventLinkRow, NudgeRow, RepRow, SnoozeRow, VisitRow

MERGED_STAY = frozenset({"account", "contact", "nudge", "snooze", "stage_change"})  # handled by hand, or stay
LONGEST = 200


def hand_over(session: Session, team_id: str, account_id: str, to: str, manager: str | None, now: datetime) -> None:
    """Makes an account another rep's, with its visits; what the first rep wanted of it ends. The name must be free.

    Where the client's language and zone were those of the first rep, they are kept: the client stays who they are.
    """
    row = _account(session, team_id, account_id)
    giver = row.rep_id
    if (first := session.get(RepRow, (team_id, giver))) is not None and giver != to:
        row.language, row.zone = row.language or first.language, row.zone or first.zone
    row.rep_id, row.manager = to, manager
    session.add(row)
    visits = select(VisitRow).where(col(VisitRow.team_id) == team_id, col(VisitRow.account_id) == account_id)
    for visit in session.scalars(visits):
        visit.rep_id, visit.feed_id, visit.feed_key = to, None, None
        visit.carded = visit.carded and visit.at <= now
        session.add(visit)
    links = update(EventLinkRow).where(col(EventLinkRow.team_id) == team_id, col(EventLinkRow.rep_id) == giver)
    session.execute(links.where(col(EventLinkRow.account_id) == account_id).values(account_id=None))
    _still(session, team_id, account_id, now)
    session.flush()


def merge(session: Session, team_id: str, source_id: str, target_id: str, now: datetime) -> None:
    """Moves everything of one account to another; the first is put away under a name that says where it went."""
    source, target = _account(session, team_id, source_id), _account(session, team_id, target_id)
    _contacts(session, source_id, target_id)
    for table in belongings.all_tables():
        if "account_id" in table.c and table.name not in MERGED_STAY:
            _move(session, table, source_id, target_id)
    sent = update(NudgeRow).where(col(NudgeRow.account_id) == source_id, col(NudgeRow.state) != "planned")
    session.execute(sent.values(account_id=target_id))
    _still(session, team_id, source_id, now)
    _names(target, source)
    _last_contact(target, source)
    source.aliases, source.domains = [], []
    source.name = _put_away(session, source, target)
    source.name_key = name_key(source.name)
    source.archived_as, source.archived_at = "other", now
    session.add_all((source, target))
    session.flush()


def _account(session: Session, team_id: str, account_id: str) -> AccountRow:
    row = session.get(AccountRow, account_id, with_for_update=True, populate_existing=True)
    if row is None or row.team_id != team_id:
        raise LookupError(account_id)
    return row


def _still(session: Session, team_id: str, account_id: str, now: datetime) -> None:
    """Takes back what is planned on an account and lifts its snoozes."""
    planned = delete(NudgeRow).where(col(NudgeRow.team_id) == team_id, col(NudgeRow.account_id) == account_id)
    session.execute(planned.where(col(NudgeRow.state) == "planned", ~col(NudgeRow.key).startswith("offer:")))
    snoozes = update(SnoozeRow).where(col(SnoozeRow.team_id) == team_id, col(SnoozeRow.account_id) == account_id)
    session.execute(snoozes.where(col(SnoozeRow.lifted_at).is_(None)).values(lifted_at=now))


def _contacts(session: Session, source_id: str, target_id: str) -> None:
    """Contacts move; of two of the same name the target's stays, with what only the other knew."""
    there = {
        name_key(c.name): c for c in session.scalars(select(ContactRow).where(col(ContactRow.account_id) == target_id))
    }
    for contact in session.scalars(select(ContactRow).where(col(ContactRow.account_id) == source_id)):
        same = there.get(name_key(contact.name))
        if same is None:
            contact.account_id = target_id
            session.add(contact)
            continue
        same.role, same.email = same.role or contact.role, same.email or contact.email
        same.boss, same.has_say = same.boss or contact.boss, same.has_say or contact.has_say
        session.add(same)
        session.delete(contact)
    session.flush()


def _move(session: Session, table: Table, source_id: str, target_id: str) -> None:
    """Points a table's rows at the target; where it takes one row an account, the target's own stays."""
    query = update(table).where(table.c.account_id == source_id)
    if _one_each(table):
        other = table.alias()
        query = query.where(~exists(select(other.c.account_id).where(other.c.account_id == target_id)))
    session.execute(query.values(account_id=target_id))


def _one_each(table: Table) -> bool:
    keys = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    return any("account_id" in {c.name for c in key.columns} for key in keys)


def _names(target: AccountRow, source: AccountRow) -> None:
    mine = {name_key(target.name), *(name_key(a) for a in target.aliases)}
    names = [n for n in (source.name, *source.aliases) if name_key(n) not in mine]
    target.aliases = [*target.aliases, *dict.fromkeys(names)]
    target.domains = list(dict.fromkeys((*target.domains, *source.domains)))
    target.important = list(dict.fromkeys((*target.important, *source.important)))


def _last_contact(target: AccountRow, source: AccountRow) -> None:
    if source.last_contact is None or (target.last_contact is not None and target.last_contact >= source.last_contact):
        return
    target.last_contact, target.last_contact_by = source.last_contact, source.last_contact_by
    target.one_sided_contacts, target.one_sided_since = source.one_sided_contacts, source.one_sided_since


def _put_away(session: Session, source: AccountRow, target: AccountRow) -> str:
    wanted = f"{source.name} → {target.name}"[:LONGEST]
    return free_name(session, source.team_id, source.rep_id, wanted)


def free_name(session: Session, team_id: str, rep_id: str, wanted: str) -> str:
    """A name that no account of this rep bears: the wanted one, or it with a number."""
    taken = set(
        session.scalars(
            select(col(AccountRow.name_key)).where(col(AccountRow.team_id) == team_id, col(AccountRow.rep_id) == rep_id)
        )
    )
    number, name = 1, wanted
    while name_key(name) in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def take_all(session: Session, team_id: str, giver: str, to: str, now: datetime) -> list[str]:
    """Hands every account of a rep to another, put away until somebody takes it; returns the ids that were live."""
    live: list[str] = []
    query = select(AccountRow).where(col(AccountRow.team_id) == team_id, col(AccountRow.rep_id) == giver)
    for row in list(session.scalars(query.order_by(col(AccountRow.name_key), col(AccountRow.id)))):
        row.name = free_name(session, team_id, to, row.name)
        row.name_key = name_key(row.name)
        hand_over(session, team_id, row.id, to, None, now)
        if row.archived_as is None:
            row.archived_as, row.archived_at = "other", now
            live.append(row.id)
        session.add(row)
    session.flush()
    return live


def tables_that_move() -> set[str]:
    """The tables whose rows a merge points at the other account."""
    return {t.name for t in SQLModel.metadata.tables.values() if "account_id" in t.c} - MERGED_STAY
