"""Versions of the playbooks: each that is put to use or refused is written down once, whoever sees it first."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from bot.core import changes
from bot.core.changes import Change
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.playbook import Play
from bot.core.version import Origin, Trouble, Version
from bot.log import log
from bot.usecases.ports import Base
from storage import playbook_versions


def adopted(base: Base, library: Library, origin: Origin, troubles: Sequence[Trouble] = ()) -> Version | None:
    """Writes down that a version is in use, with what it changed; None if that is known.

    `troubles` are what was left out of it, at a start. The same version after a refused one is told anew: it is a
    mended or withdrawn change.
    """
    now = base.clock.now()
    with base.database.write() as session:
        newest = playbook_versions.newest(session)
        if newest is not None and not newest.refused and newest.version == library.version:
            return None
        version = Version(
            id=_identity(newest.id if newest is not None else "", library.version),
            version=library.version,
            origin=origin,
            seen_at=_after(newest, now),
            changes=_changes(session, library),
            troubles=tuple(troubles),
        )
        if not playbook_versions.add(session, version, _everything(library)):
            return None
    log.info("playbooks_in_use", version=library.version, plays=len(library.plays), changes=len(version.changes))
    return version


def refused(base: Base, files: str, origin: Origin, troubles: Sequence[Trouble]) -> Version:
    """Writes down that a version does not hold; `files` names its bytes, so that it is the same one everywhere."""
    with base.database.write() as session:
        newest = playbook_versions.newest(session)
        version = Version(
            id=_identity("refused", files),
            version=files,
            origin=origin,
            seen_at=_after(newest, base.clock.now()),
            refused=True,
            troubles=tuple(troubles),
        )
        if not playbook_versions.add(session, version) and (newest is None or newest.id != version.id):
            playbook_versions.seen_again(session, version.id, version.seen_at)
    log.warning("playbooks_refused", version=files, errors=len(version.troubles))
    return version


def _after(newest: Version | None, now: datetime) -> datetime:
    """Now, or just after what was seen last: versions keep their order however fast they come."""
    return now if newest is None else max(now, newest.seen_at + timedelta(microseconds=1))


def _identity(before: str, version: str) -> str:
    """The same in every process that sees the same step."""
    return hashlib.blake2b(f"{before}\x1f{version}".encode(), digest_size=8).hexdigest()


def _changes(session: Session, library: Library) -> Sequence[Change]:
    """What differs from the version in use before; nothing where there was none, or where it cannot be read."""
    before = playbook_versions.newest(session, refused=False)
    kept = playbook_versions.plays_of(session, before.id) if before is not None else {}
    try:
        plays = tuple(Play.model_validate(play) for play in kept["plays"])
        manners = Manners.model_validate(kept["manners"])
    except (KeyError, ValidationError):  # written by another version of the coach
        return ()
    return changes.between(Library("", (), plays, manners), library)


def _everything(library: Library) -> dict[str, Any]:
    plays = [play.model_dump(mode="json", by_alias=True) for play in library.plays]
    return {"plays": plays, "manners": library.manners.model_dump(mode="json", by_alias=True)}
