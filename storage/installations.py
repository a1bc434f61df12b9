"""Installations of the app, their tokens encrypted, and sign-ins that ended in one.

An installation serves one workspace, or with `org_wide` every workspace of an organisation. Installing, leaving and
purging one workspace take the lock of its row, so that they happen one after the other.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from storage import deliveries
from storage.keyring import Keyring
from storage.session import Database, add_missing
from storage.tables import InstallationRow, OAuthStateRow, WorkspaceRow

BOT, REFRESH = "bot_token", "refresh_token"


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in a workspace, or in an organisation: `id` is that of the workspace, else of the organisation."""

    id: str
    enterprise_id: str | None
    org_wide: bool
    bot_id: str
    bot_user_id: str
    bot_token: str = field(repr=False)
    installed_at: datetime
    scopes: str = ""
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    installed_by: str = ""
    name: str = ""
    app_id: str = ""


# --- sign-ins -------------------------------------------------------------------------------------------------------


def spend(session: Session, state: str, expires_at: datetime) -> bool:
    """True the first time that a sign-in with this state ends; a digest is kept until nobody takes the state anyway."""
    return add_missing(session, OAuthStateRow(digest=_digest(state), expires_at=expires_at))


def is_spent(session: Session, state: str) -> bool:
    """True if a sign-in with this state ended before."""
    return session.get(OAuthStateRow, _digest(state)) is not None


def forget_expired(session: Session, now: datetime) -> None:
    session.execute(delete(OAuthStateRow).where(col(OAuthStateRow.expires_at) <= now))


def forget_removed(session: Session, before: datetime) -> None:
    """Deletes what is left of installations that were removed before then; their tokens went at once."""
    session.execute(delete(InstallationRow).where(col(InstallationRow.removed_at) < before))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


# --- installing and leaving -----------------------------------------------------------------------------------------


def save(session: Session, keys: Keyring, made: Installation) -> None:
    """Keeps an installation in place of an older one; what its workspaces had left behind is theirs again."""
    row = _locked(session, made.id) or InstallationRow(
        team_id=made.id, bot_id="", bot_user_id="", bot_token="", installed_at=made.installed_at
    )
    row.enterprise_id, row.org_wide, row.scopes = made.enterprise_id, made.org_wide, made.scopes
    row.bot_id, row.bot_user_id = made.bot_id, made.bot_user_id
    row.installed_by, row.installed_at, row.removed_at = made.installed_by, made.installed_at, None
    _seal(row, keys, made)
    session.add(row)
    if made.org_wide:
        back = update(WorkspaceRow).where(col(WorkspaceRow.enterprise_id) == made.enterprise_id).values(left_at=None)
        session.execute(back)
        return
    place = _workspace(session, made.id)
    place.name, place.enterprise_id, place.left_at = made.name, made.enterprise_id, None
    session.add(place)


def refreshed(session: Session, keys: Keyring, was: Installation, now_is: Installation) -> bool:
    """Keeps new tokens, unless the installation was removed or made anew meanwhile."""
    row = _locked(session, was.id)
    if row is None or row.removed_at is not None or row.installed_at != was.installed_at:
        return False
    _seal(row, keys, now_is)
    session.add(row)
    return True


def remove(session: Session, team_id: str, now: datetime, since: datetime | None = None) -> list[str]:
    """Deletes the tokens of an installation; returns the workspaces that nobody serves from now on.

    `since` is when it was removed, as Slack says: what was installed after that moment stays.
    """
    row = _locked(session, team_id)
    if row is None or row.removed_at is not None:
        return []
    if _before(since, row):
        return []
    row.bot_token, row.refresh_token, row.expires_at, row.removed_at = "", None, None, now
    session.add(row)
    session.flush()
    return [place for place in _served(session, row) if leave(session, place, now)]


def leave(session: Session, team_id: str, now: datetime) -> bool:
    """Marks a workspace as left, if no installation serves it any more."""
    place = _workspace(session, team_id)
    if serving(session, team_id, place.enterprise_id) is not None or place.left_at is not None:
        return False
    place.left_at = now
    session.add(place)
    session.flush()
    return True


def withdraw(
    session: Session, team_id: str, now: datetime, enterprise_id: str | None = None, since: datetime | None = None
) -> bool:
    """An organisation keeps the app and takes it away from this workspace; False if it was served by itself.

    `since` is when that was, as Slack says: what was given or installed after that moment stays.
    """
    place = _workspace(session, team_id)
    place.enterprise_id = place.enterprise_id or enterprise_id
    above = session.get(InstallationRow, place.enterprise_id) if place.enterprise_id else None
    if _is_old(place, since) or (above is not None and above.removed_at is None and _before(since, above)):
        return False
    own = session.get(InstallationRow, team_id)
    place.access_at = since or place.access_at
    session.add(place)
    if place.left_at is not None or (own is not None and own.removed_at is None):
        return False
    place.left_at = now
    return True


def a_workspace_of(session: Session, held: Installation) -> str:
    """A workspace in which an installation can be spoken of: its own, or any of its organisation."""
    if not held.org_wide:
        return held.id
    query = select(WorkspaceRow.team_id).where(WorkspaceRow.enterprise_id == held.enterprise_id)
    return next(iter(sorted(session.exec(query))), held.id)


def serve_again(session: Session, team_id: str) -> None:
    """Notes that a workspace is served after all: its token stands in the settings."""
    place = session.get(WorkspaceRow, team_id, with_for_update=True)
    if place is not None and place.left_at is not None:
        place.left_at = None
        session.add(place)


def come_back(session: Session, team_id: str, enterprise_id: str | None, since: datetime | None = None) -> None:
    """Notes that a workspace of an organisation is served; not where it was taken away after `since`."""
    place = _workspace(session, team_id)
    if _is_old(place, since):
        return
    place.enterprise_id, place.left_at = enterprise_id or place.enterprise_id, None
    place.access_at = since or place.access_at
    session.add(place)


def _is_old(place: WorkspaceRow, since: datetime | None) -> bool:
    """True for what happened before the last that is known: Slack does not keep the order of events."""
    return since is not None and place.access_at is not None and since < place.access_at


def _before(since: datetime | None, row: InstallationRow) -> bool:
    return since is not None and since < row.installed_at.replace(microsecond=0)


def _served(session: Session, row: InstallationRow) -> list[str]:
    if not row.org_wide:
        return [row.team_id]
    query = select(WorkspaceRow.team_id).where(WorkspaceRow.enterprise_id == row.enterprise_id)
    return sorted(session.exec(query))


def _workspace(session: Session, team_id: str) -> WorkspaceRow:
    """The row of a workspace, locked."""
    deliveries.workspace(session, team_id)
    query = select(WorkspaceRow).where(WorkspaceRow.team_id == team_id).with_for_update()
    return session.exec(query).one()


def _locked(session: Session, team_id: str) -> InstallationRow | None:
    query = select(InstallationRow).where(InstallationRow.team_id == team_id).with_for_update()
    return session.exec(query).one_or_none()


# --- looking up -----------------------------------------------------------------------------------------------------


def serving(session: Session, team_id: str, enterprise_id: str | None = None) -> InstallationRow | None:
    """The installation that serves a workspace: its own, else that of its organisation."""
    own = session.get(InstallationRow, team_id)
    if own is not None and own.removed_at is None and not own.org_wide:
        return own
    place = session.get(WorkspaceRow, team_id)
    if place is not None and place.left_at is not None:
        return None
    above = enterprise_id or (place.enterprise_id if place is not None else None)
    org = session.get(InstallationRow, above) if above else None
    return org if org is not None and org.org_wide and org.removed_at is None else None


def is_placed(session: Session, team_id: str, enterprise_id: str | None) -> bool:
    """True if it is known of which organisation a workspace is."""
    place = session.get(WorkspaceRow, team_id)
    return place is not None and place.enterprise_id == enterprise_id


def opened(row: InstallationRow, keys: Keyring) -> Installation:
    """An installation with its tokens. Raises BadInput that names the key which does not open them."""
    return Installation(
        id=row.team_id,
        enterprise_id=row.enterprise_id,
        org_wide=row.org_wide,
        bot_id=row.bot_id,
        bot_user_id=row.bot_user_id,
        bot_token=keys.decrypt(row.bot_token, _place(BOT, row)),
        installed_at=row.installed_at,
        scopes=row.scopes,
        refresh_token=keys.decrypt(row.refresh_token, _place(REFRESH, row)) if row.refresh_token else None,
        expires_at=row.expires_at,
        installed_by=row.installed_by,
    )


def get(session: Session, keys: Keyring, installation_id: str) -> Installation | None:
    """An installation that was not removed, with its tokens."""
    row = session.get(InstallationRow, installation_id)
    return opened(row, keys) if row is not None and row.removed_at is None else None


def bot_user(session: Session, installation_id: str) -> str | None:
    """The bot's user id in an installation that was not removed."""
    row = session.get(InstallationRow, installation_id)
    return row.bot_user_id if row is not None and row.removed_at is None else None


def everywhere(session: Session) -> list[str]:
    """The ids of all installations that hold tokens."""
    query = select(InstallationRow.team_id).where(col(InstallationRow.removed_at).is_(None))
    return sorted(session.exec(query))


def expiring(session: Session, before: datetime) -> list[str]:
    """The ids of installations whose token can be renewed and ends before then."""
    query = select(InstallationRow.team_id).where(
        col(InstallationRow.removed_at).is_(None),
        col(InstallationRow.refresh_token).is_not(None),
        col(InstallationRow.expires_at) < before,
    )
    return sorted(session.exec(query))


@contextmanager
def held(database: Database, keys: Keyring, team_id: str) -> Iterator[Installation | None]:
    """The installation, kept from every other process until the block ends; None if another one holds it.

    On SQLite only one process renews tokens, so nothing is locked while Slack is asked.
    """
    with database.read() as session:
        if not database.is_sqlite:
            lock = func.pg_try_advisory_xact_lock(func.hashtextextended(f"installation:{team_id}", 0))
            if not session.execute(select(lock)).scalar_one():
                yield None
                return
        yield get(session, keys, team_id)


# --- keys -----------------------------------------------------------------------------------------------------------


def check(session: Session, keys: Keyring) -> int:
    """How many installations there are; raises BadInput where the tokens of one cannot be opened."""
    rows = session.exec(select(InstallationRow).where(col(InstallationRow.removed_at).is_(None))).all()
    return len([opened(row, keys) for row in rows])


def under_old_keys(session: Session, keys: Keyring) -> int:
    """How many installations have tokens that the first key did not encrypt."""
    rows = session.exec(select(InstallationRow).where(col(InstallationRow.removed_at).is_(None)))
    return sum(any(keys.key_of(s) != keys.first for s in (r.bot_token, r.refresh_token) if s) for r in rows)


def reseal(session: Session, keys: Keyring, team_id: str) -> bool:
    """Encrypts the tokens of one installation with the first key; False if they are already."""
    row = _locked(session, team_id)
    if row is None or row.removed_at is not None:
        return False
    sealed = [s for s in (row.bot_token, row.refresh_token) if s]
    if all(keys.key_of(s) == keys.first for s in sealed):
        return False
    _seal(row, keys, opened(row, keys))
    session.add(row)
    return True


def _seal(row: InstallationRow, keys: Keyring, made: Installation) -> None:
    row.bot_token = keys.encrypt(made.bot_token, _place(BOT, row))
    row.refresh_token = keys.encrypt(made.refresh_token, _place(REFRESH, row)) if made.refresh_token else None
    row.expires_at = made.expires_at


def _place(kind: str, row: InstallationRow) -> str:
    return f"{kind}|{row.team_id}"
