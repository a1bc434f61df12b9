"""Visits, calendar feeds, and what a rep said about calendar events."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.core.situation import Visit, VisitState
from storage.tables import EventLinkRow, FeedRow, VisitRow, WorkspaceRow


def visit_of(row: VisitRow) -> Visit:
    return Visit(
        id=row.id,
        account_id=row.account_id,
        rep_id=row.rep_id,
        at=row.at,
        all_day=row.all_day,
        review=row.review,
        state=VisitState(row.state),
        title=row.title,
        carded=row.carded,
    )


def get(session: Session, team_id: str, visit_id: str) -> Visit | None:
    row = session.get(VisitRow, visit_id)
    return visit_of(row) if row is not None and row.team_id == team_id else None


def add(
    session: Session,
    team_id: str,
    visit: Visit,
    now: datetime,
    feed_id: str | None = None,
    feed_key: str | None = None,
) -> Visit:
    row = VisitRow(
        id=visit.id,
        team_id=team_id,
        account_id=visit.account_id,
        rep_id=visit.rep_id,
        at=visit.at,
        all_day=visit.all_day,
        review=visit.review,
        title=visit.title,
        feed_id=feed_id,
        feed_key=feed_key,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return visit_of(row)


def update(session: Session, team_id: str, visit_id: str, **values: Any) -> Visit:
    row = session.get(VisitRow, visit_id)
    if row is None or row.team_id != team_id:
        raise LookupError(visit_id)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return visit_of(row)


def of_account(session: Session, team_id: str, account_id: str, since: datetime) -> list[Visit]:
    """The visits to one account from `since` on, in time order, cancelled ones among them."""
    query = (
        select(VisitRow)
        .where(VisitRow.team_id == team_id, VisitRow.account_id == account_id, VisitRow.at >= since)
        .order_by(col(VisitRow.at), VisitRow.id)
    )
    return [visit_of(row) for row in session.exec(query)]


def of_rep(session: Session, team_id: str, rep_id: str, start: datetime, end: datetime) -> list[Visit]:
    """A rep's planned visits between two instants, in time order."""
    query = (
        select(VisitRow)
        .where(VisitRow.team_id == team_id, VisitRow.rep_id == rep_id, VisitRow.state == VisitState.PLANNED.value)
        .where(VisitRow.at >= start, VisitRow.at < end)
        .order_by(col(VisitRow.at), VisitRow.id)
    )
    return [visit_of(row) for row in session.exec(query)]


def from_feed(session: Session, team_id: str, rep_id: str, feed_key: str) -> Visit | None:
    """The visit made from that calendar event."""
    query = select(VisitRow).where(
        VisitRow.team_id == team_id, VisitRow.rep_id == rep_id, VisitRow.feed_key == feed_key
    )
    row = session.exec(query).one_or_none()
    return visit_of(row) if row is not None else None


def feed_keys(session: Session, team_id: str, feed_id: str, start: datetime) -> dict[str, Visit]:
    """The planned visits from `start` on that came from one feed, by their event's key."""
    query = select(VisitRow).where(
        VisitRow.team_id == team_id,
        VisitRow.feed_id == feed_id,
        VisitRow.at >= start,
        VisitRow.state == VisitState.PLANNED.value,
    )
    return {row.feed_key or "": visit_of(row) for row in session.exec(query)}


def feeds(session: Session, team_id: str | None = None, rep_id: str | None = None) -> list[FeedRow]:
    """Calendar feeds: of one rep, or of everyone whose workspace is served."""
    query = select(FeedRow).order_by(FeedRow.id)
    if team_id is not None:
        query = query.where(FeedRow.team_id == team_id, FeedRow.rep_id == rep_id)
    else:
        left = select(WorkspaceRow.team_id).where(col(WorkspaceRow.left_at).is_not(None))
        query = query.where(col(FeedRow.team_id).not_in(left))
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows


def is_connected(session: Session, feed_id: str) -> bool:
    return session.get(FeedRow, feed_id) is not None


def keep_feed(session: Session, feed: FeedRow) -> None:
    """Keeps what was learnt of a feed that is still there; one that was disconnected meanwhile stays away."""
    if session.get(FeedRow, feed.id) is not None:
        session.merge(feed)


def save_feed(session: Session, feed: FeedRow) -> None:
    session.merge(feed)


def delete_feed(session: Session, team_id: str, feed_id: str) -> None:
    """Forgets a feed; visits that came from it stay, and are the rep's own from now on."""
    for row in session.exec(select(VisitRow).where(VisitRow.team_id == team_id, VisitRow.feed_id == feed_id)):
        row.feed_id, row.feed_key = None, None
        session.add(row)
    session.flush()
    feed = session.get(FeedRow, feed_id)
    if feed is not None and feed.team_id == team_id:
        session.delete(feed)


def link(session: Session, team_id: str, rep_id: str, event_key: str) -> EventLinkRow | None:
    row = session.get(EventLinkRow, (team_id, rep_id, event_key))
    if row is not None:
        session.expunge(row)
    return row


def save_link(session: Session, row: EventLinkRow) -> None:
    session.merge(row)


def unanswered_links(session: Session, team_id: str, rep_id: str) -> list[EventLinkRow]:
    """Events about which the rep was not asked yet, in a fixed order."""
    query = (
        select(EventLinkRow)
        .where(EventLinkRow.team_id == team_id, EventLinkRow.rep_id == rep_id)
        .where(col(EventLinkRow.asked_at).is_(None), col(EventLinkRow.answered_at).is_(None))
        .order_by(EventLinkRow.event_key)
    )
    rows = list(session.exec(query))
    for row in rows:
        session.expunge(row)
    return rows
