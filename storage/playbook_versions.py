"""Versions of the playbooks, the same for every workspace: what was put to use, what was refused, what changed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.core.account import Language
from bot.core.changes import Change, Kind, Line
from bot.core.version import Origin, Trouble, Version
from storage.session import add_missing
from storage.tables import PlaybookVersionRow


def add(session: Session, version: Version, plays: dict[str, Any] | None = None) -> bool:
    """Keeps a version; False if it is there already. `plays` is all that it says, kept of the newest one in use."""
    row = PlaybookVersionRow(
        id=version.id,
        version=version.version,
        source=version.origin.source,
        author=version.origin.author,
        changed_at=version.origin.changed_at,
        seen_at=version.seen_at,
        refused=version.refused,
        changes=[_told(change) for change in version.changes],
        findings=[asdict(trouble) for trouble in version.troubles],
        plays=plays or {},
    )
    is_new = add_missing(session, row)
    if is_new and not version.refused:
        older = update(PlaybookVersionRow).where(col(PlaybookVersionRow.id) != version.id)
        session.execute(older.values(plays={}))
    return is_new


def seen_again(session: Session, version_id: str, now: datetime) -> None:
    """A version that was refused before has come back."""
    session.execute(update(PlaybookVersionRow).where(col(PlaybookVersionRow.id) == version_id).values(seen_at=now))


def get(session: Session, version_id: str) -> Version | None:
    row = session.get(PlaybookVersionRow, version_id)
    return _version(row) if row is not None else None


def newest(session: Session, *, refused: bool | None = None) -> Version | None:
    """The last one that was seen: of those in use (False), of those refused (True), or of all."""
    found = last(session, 1, refused=refused)
    return found[0] if found else None


def last(session: Session, count: int, *, refused: bool | None = None) -> list[Version]:
    """The last ones that were seen, newest first."""
    query = select(PlaybookVersionRow)
    if refused is not None:
        query = query.where(col(PlaybookVersionRow.refused) == refused)
    ordered = query.order_by(col(PlaybookVersionRow.seen_at).desc(), col(PlaybookVersionRow.id)).limit(count)
    return [_version(row) for row in session.exec(ordered)]


def plays_of(session: Session, version_id: str) -> dict[str, Any]:
    """All that a version says, as it was given to `add`; empty for an older one."""
    row = session.get(PlaybookVersionRow, version_id)
    return row.plays if row is not None else {}


def _version(row: PlaybookVersionRow) -> Version:
    return Version(
        id=row.id,
        version=row.version,
        origin=Origin(row.source, row.author, row.changed_at),
        seen_at=row.seen_at,
        refused=row.refused,
        changes=[_change(told) for told in row.changes],
        troubles=[Trouble(**told) for told in row.findings],
    )


def _told(change: Change) -> dict[str, Any]:
    return {**asdict(change), "lines": [_line(line) for line in change.lines]}


def _line(line: Line) -> dict[str, str | None]:
    return {"before": line.before, "after": line.after, "language": line.language and line.language.value}


def _change(told: dict[str, Any]) -> Change:
    return Change(
        play=told["play"],
        kind=Kind(told["kind"]),
        titles=tuple(told["titles"]),
        lines=tuple(_read(told["lines"])),
        rules=told["rules"],
    )


def _read(lines: Sequence[dict[str, Any]]) -> list[Line]:
    return [Line(x["before"], x["after"], Language(x["language"]) if x["language"] else None) for x in lines]
