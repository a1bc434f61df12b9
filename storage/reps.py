"""Reps: their settings, and what Slack says of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as core
from sqlmodel import Session, SQLModel, and_, col, func, or_, select

from bot.core.account import CardTime, Language, Rep
from storage.nudges import PLANNED
from storage.session import add_missing
from storage.tables import NudgeRow, RepRow, WorkspaceRow

_ZONES: dict[str, ZoneInfo] = {}


def zone(name: str) -> ZoneInfo:
    """The zone of that name, kept: `ZoneInfo` itself holds only eight and reads the file again for the rest."""
    found = _ZONES.get(name)
    if found is None:
        found = _ZONES.setdefault(name, ZoneInfo(name))
    return found


def rep_of(row: RepRow) -> Rep:
    return Rep(
        id=row.id,
        team_id=row.team_id,
        zone=zone(row.zone) if row.zone else None,
        language=Language(row.language),
        card_time=CardTime(row.card_time),
        work_start=time.fromisoformat(row.work_start),
        work_end=time.fromisoformat(row.work_end),
        days_off=frozenset(date.fromisoformat(d) for d in row.days_off),
        country=row.country,
        paused_until=row.paused_until,
        stopped_plays=frozenset(row.stopped_plays),
        active=row.active,
        dm_channel=row.dm_channel,
        email_domain=row.email_domain,
        stand_in=row.stand_in,
        name=row.name,
        team_digest=row.team_digest != "off",
        monday_list=row.monday_list != "off",
    )


def get(session: Session, team_id: str, rep_id: str) -> Rep | None:
    row = session.get(RepRow, (team_id, rep_id))
    return rep_of(row) if row is not None else None


def met(session: Session, team_id: str, rep_id: str) -> Rep | None:
    """The rep, if Slack was ever asked about this person."""
    row: Any = session.execute(_met(), {"of_team": team_id, "of_rep": rep_id}).one_or_none()
    return rep_of(row) if row is not None else None


@cache
def _met() -> core.Select[Any]:
    """Made once, for it is asked at every delivery: to put a statement together takes longer than to run it."""
    rep = SQLModel.metadata.tables["rep"]
    mine = (rep.c.team_id == core.bindparam("of_team"), rep.c.id == core.bindparam("of_rep"))
    return core.select(*rep.columns).where(*mine, rep.c.profile_at.is_not(None))


def profile_at(session: Session, team_id: str, rep_id: str) -> datetime | None:
    """When Slack was last asked about this person; None if never."""
    row = session.get(RepRow, (team_id, rep_id))
    return row.profile_at if row is not None else None


def everyone(session: Session) -> list[Rep]:
    """All active reps of all workspaces that are served, in a fixed order."""
    left = select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None))
    query = select(RepRow).where(col(RepRow.active), col(RepRow.team_id).not_in(left))
    rows = session.exec(query.order_by(RepRow.team_id, RepRow.id))
    return [rep_of(row) for row in rows]


def team(session: Session, team_id: str) -> list[Rep]:
    rows = session.exec(select(RepRow).where(RepRow.team_id == team_id).order_by(RepRow.id))
    return [rep_of(row) for row in rows]


def save(session: Session, team_id: str, rep_id: str, **values: Any) -> Rep:
    """The rep with these columns set; made if new. Core types are written as the columns hold them."""
    row = session.get(RepRow, (team_id, rep_id))
    if row is None:
        add_missing(session, RepRow(team_id=team_id, id=rep_id))
        row = session.get_one(RepRow, (team_id, rep_id))
    for name, value in values.items():
        setattr(row, name, _plain(value))
    session.add(row)
    session.flush()
    return rep_of(row)


def note(session: Session, team_id: str, rep_id: str, **values: Any) -> None:
    """Sets columns of a rep who is still known: what a message learns on its way must not bring back the forgotten."""
    if session.get(RepRow, (team_id, rep_id), with_for_update=True) is not None:
        save(session, team_id, rep_id, **values)


def _plain(value: Any) -> Any:
    match value:
        case time():
            return value.isoformat("minutes")
        case ZoneInfo():
            return value.key
        case frozenset() | set():
            return sorted(_plain(v) for v in value)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            return value


def lock(session: Session, team_id: str, rep_id: str) -> RepRow | None:
    """The rep's row, locked until the transaction ends: what is decided for one rep is decided one at a time."""
    query = select(RepRow).where(RepRow.team_id == team_id, RepRow.id == rep_id).with_for_update()
    return session.exec(query).one_or_none()


def quiet_until(session: Session, team_id: str, rep_id: str) -> datetime | None:
    row = session.get(RepRow, (team_id, rep_id))
    return row.quiet_until if row is not None else None


def quiet_unchecked(session: Session, team_id: str, people: Iterable[str], before: datetime) -> list[str]:
    """Those whose do-not-disturb schedule was not read since `before`."""
    never = datetime.min.replace(tzinfo=UTC)
    rows = ((one, session.get(RepRow, (team_id, one))) for one in people)
    return [one for one, row in rows if row is not None and (row.quiet_checked_at or never) < before]


def due_and_quiet_unchecked(session: Session, team_id: str, due: datetime, before: datetime, most: int) -> list[str]:
    """Reps with a nudge due by then whose do-not-disturb schedule was not read since `before`; soonest first."""
    query = (
        select(NudgeRow.rep_id)
        .join(RepRow, and_(col(RepRow.team_id) == NudgeRow.team_id, col(RepRow.id) == NudgeRow.rep_id))
        .where(NudgeRow.team_id == team_id, PLANNED, col(NudgeRow.next_try_at) <= due)
        .where(or_(col(RepRow.quiet_checked_at).is_(None), col(RepRow.quiet_checked_at) < before))
        .group_by(NudgeRow.rep_id)
        .order_by(  # as they will be claimed
            func.min(NudgeRow.priority),
            func.min(NudgeRow.expires_at).is_(None),
            func.min(NudgeRow.expires_at),
            func.min(NudgeRow.due_at),
            func.min(NudgeRow.id),
        )
        .limit(most)
    )
    return list(session.exec(query))


def stood_in_for_by(session: Session, team_id: str, stand_in: str) -> list[Rep]:
    """The reps who named this person as their stand-in."""
    query = select(RepRow).where(RepRow.team_id == team_id, RepRow.stand_in == stand_in).order_by(RepRow.id)
    return [rep_of(row) for row in session.exec(query)]
