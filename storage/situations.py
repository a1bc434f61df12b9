"""Situations: all facts on one account, read at once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core.account import Account, Rep
from bot.core.situation import By, Situation
from storage import accounts, history, nudge_history, visits
from storage.tables import AccountRow

LOOK_BACK = timedelta(days=400)
VISITS_BACK = timedelta(days=95)


def load(session: Session, account: Account, rep: Rep, now: datetime, zone: ZoneInfo) -> Situation:
    """Everything that rules may read on one account at `now`, told in the rep's zone."""
    row = session.get(AccountRow, account.id)
    assert row is not None
    local = now.astimezone(zone)
    return Situation(
        now=local,
        rep=rep,
        account=account,
        visits=tuple(visits.of_account(session, account.team_id, account.id, now - VISITS_BACK)),
        problems=tuple(history.problems(session, account.team_id, account.id)),
        promises=tuple(history.promises(session, account.team_id, account.id)),
        records=tuple(history.records(session, account.team_id, account.id, now - LOOK_BACK)),
        contacts=tuple(accounts.contacts(session, account.team_id, account.id)),
        last_contact=row.last_contact,
        last_contact_by=By(row.last_contact_by) if row.last_contact_by else None,
        one_sided_contacts=row.one_sided_contacts,
        one_sided_since=row.one_sided_since,
        shown=tuple(nudge_history.shown_on(session, account.team_id, account.id, now - LOOK_BACK)),
    )
