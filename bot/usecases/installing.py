"""The app comes to a workspace, renews its access, and leaves: what is kept, what stops, what is deleted when."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot import errors
from bot.core.account import Language
from bot.core.message import plain
from bot.core.texts import installing as texts
from bot.log import log
from bot.usecases import people
from bot.usecases.ports import Asker, Base
from storage import deliveries, installations, purge
from storage.installations import Installation
from storage.keyring import Keyring
from storage.session import Database

SIGN_IN_LASTS = timedelta(minutes=10)
SIGN_IN = "sign-in"  # what its signature is for
RENEW_BEFORE = timedelta(hours=2)


class Access(Protocol):
    """Slack, asked about an installation."""

    def renew(self, held: Installation) -> Installation:
        """The installation with new tokens. Refused: Slack says no for good; Unavailable: it may say yes later."""
        ...

    def is_gone(self, held: Installation) -> bool:
        """True if Slack says that the app was removed."""
        ...


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What serving many workspaces needs besides the base."""

    keys: Keyring
    access: Access
    forget: Callable[[], None]  # to be called when an installation came, went or has new tokens


# --- coming ---------------------------------------------------------------------------------------------------------


def begin(keys: Keyring, now: datetime) -> str:
    """The state of a new sign-in, good once and for ten minutes.

    It says itself until when, signed; nothing is stored, so that strangers who begin many keep nobody out.
    """
    ends = int((now + SIGN_IN_LASTS).timestamp())
    told = f"{ends}.{secrets.token_urlsafe(24)}"
    return f"{told}.{keys.sign(told, SIGN_IN)}"


def is_open(base: Base, keys: Keyring, state: str, now: datetime) -> bool:
    """True if this sign-in was begun here, is not too old, and did not end in an installation before."""
    ends = _ends(keys, state)
    if ends is None or now >= ends:
        return False
    with base.database.read() as session:
        return not installations.is_spent(session, state)


def keep(base: Base, keys: Keyring, state: str, made: Installation) -> bool:
    """Keeps the installation that a sign-in ended in; False if that sign-in ended in one before.

    What a workspace had left behind is there again, and what waits is looked at.
    """
    ends = _ends(keys, state)
    assert ends is not None
    with base.database.write() as session:
        if not installations.spend(session, state, ends):
            return False
        installations.save(session, keys, made)
    log.info("app_installed", installation=made.id, org_wide=made.org_wide)
    base.wake.set()
    return True


def _ends(keys: Keyring, state: str) -> datetime | None:
    """Until when a sign-in is good; None for one that was not begun here."""
    ends, _, rest = state.partition(".")
    word, _, signature = rest.partition(".")
    if not keys.is_signed(f"{ends}.{word}", signature, SIGN_IN):
        return None
    return datetime.fromtimestamp(int(ends), UTC)


def greet(base: Base, team_id: str, made: Installation) -> None:
    """Thanks whoever installed the app, and says how it goes on."""
    if made.installed_by:
        asker = Asker(team_id, made.installed_by)
        base.messenger.group(team_id, [asker.user_id], plain(texts.HELLO.of(_language(base, asker))))


def _language(base: Base, asker: Asker) -> Language:
    rep = people.known(base, asker)
    if rep is not None:
        return rep.language
    profile = base.messenger.profile(asker.team_id, asker.user_id)
    return profile.language if profile is not None else Language.EN


# --- leaving --------------------------------------------------------------------------------------------------------


def leave(base: Base, installation_id: str, now: datetime, since: datetime | None = None) -> list[str]:
    """The app was removed: its tokens are deleted, its nudges wait. Returns the workspaces that are left."""
    with base.database.write() as session:
        left = installations.remove(session, installation_id, now, since)
    for team_id in left:
        log.info("workspace_left", team_id=team_id)
    return left


def leave_places(
    base: Base, team_ids: list[str], enterprise_id: str | None, now: datetime, since: datetime | None = None
) -> None:
    """An organisation took the app away from some of its workspaces at `since`: those are served no more."""
    for team_id in team_ids:
        with base.database.write() as session:
            if installations.withdraw(session, team_id, now, enterprise_id, since):
                log.info("workspace_left", team_id=team_id)


def come_back(base: Base, team_ids: list[str], enterprise_id: str | None, since: datetime | None = None) -> None:
    """An organisation gave the app to more of its workspaces at `since`."""
    for team_id in team_ids:
        with base.database.write() as session:
            if enterprise_id and installations.bot_user(session, enterprise_id) is not None:
                installations.come_back(session, team_id, enterprise_id, since)
    base.wake.set()


def look_for_removed(base: Base, tenancy: Tenancy, now: datetime) -> None:
    """Asks Slack of each installation whether it is still there: what told of its removal may have been missed."""
    with base.database.read() as session:
        every = [installations.get(session, tenancy.keys, i) for i in installations.everywhere(session)]
    for held in every:
        if held is not None and tenancy.access.is_gone(held):
            leave(base, held.id, now, since=now)
            tenancy.forget()


def purge_left(base: Base, now: datetime, grace: timedelta) -> int:
    """Deletes all data of workspaces that removed the app longer ago than the grace period; returns how many."""
    before = now - grace
    with base.database.write() as session:
        installations.forget_expired(session, now)
    with base.database.read() as session:
        gone = purge.left_before(session, before)
    done = 0
    for team_id in gone:
        with base.database.write() as session:
            receipt = purge.purge(session, team_id, before, base.new_id(), now)
            told = {"receipt": receipt.id, "rows": sum(receipt.deleted.values())} if receipt is not None else {}
        if told:
            done += 1
            log.info("workspace_purged", team_id=team_id, **told)
    with base.database.write() as session:
        installations.forget_removed(session, before)
    if done:
        base.database.tidy()
    return done


# --- renewing -------------------------------------------------------------------------------------------------------


def renew_all(base: Base, tenancy: Tenancy, now: datetime) -> int:
    """Renews every access that ends within two hours, each by one process only; returns how many were renewed."""
    with base.database.read() as session:
        ending = installations.expiring(session, now + RENEW_BEFORE)
    renewed = sum(_renew(base, tenancy, installation_id, now) for installation_id in ending)
    if renewed:
        tenancy.forget()
    return renewed


def _renew(base: Base, tenancy: Tenancy, installation_id: str, now: datetime) -> bool:
    with installations.held(base.database, tenancy.keys, installation_id) as held:
        if held is None or held.expires_at is None or held.expires_at >= now + RENEW_BEFORE:
            return False  # another process holds it, or has just renewed it
        try:
            fresh = tenancy.access.renew(held)
        except errors.Unavailable as error:
            log.warning("renewal_failed", installation=held.id, error=error.code, ends_at=held.expires_at.isoformat())
            return False
        except errors.Refused as error:
            log.error("renewal_refused", installation=held.id, error=error.code, ends_at=held.expires_at.isoformat())
            _warn(base, held, now)
            return False
        with base.database.write() as session:
            kept = installations.refreshed(session, tenancy.keys, held, fresh)
    log.info("access_renewed", installation=held.id)
    return kept


def _warn(base: Base, held: Installation, now: datetime) -> None:
    """Tells whoever installed the app, once for each end of an access and while it can still be told."""
    assert held.expires_at is not None
    ends = held.expires_at.isoformat()
    with base.database.write() as session:
        team_id = installations.a_workspace_of(session, held)
        place = deliveries.workspace(session, team_id)
        if place.told.get("renewal") == ends or held.expires_at <= now:
            return
        place.told = {**place.told, "renewal": ends}
        session.add(place)
    if held.installed_by:
        asker = Asker(team_id, held.installed_by)
        text = texts.DYING.of(_language(base, asker), when=f"{held.expires_at:%H:%M}")
        base.messenger.group(team_id, [asker.user_id], plain(text))


# --- keys -----------------------------------------------------------------------------------------------------------


def reseal(database: Database, keys: Keyring) -> tuple[int, int]:
    """Encrypts all tokens with the first key; returns how many installations changed, of how many."""
    with database.read() as session:
        every = installations.everywhere(session)
    changed = 0
    for installation_id in every:
        with database.write() as session:
            changed += installations.reseal(session, keys, installation_id)
    return changed, len(every)


def with_tokens(was: Installation, bot: str, refresh: str | None, expires_at: datetime | None) -> Installation:
    """The installation with what Slack gave in place of its old tokens."""
    return replace(was, bot_token=bot, refresh_token=refresh, expires_at=expires_at)
