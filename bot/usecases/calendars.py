"""Calendar feeds: connecting, reading, and asking once where an event cannot be placed.

A feed that does not answer, or answers nonsense, changes nothing: what was read last stays.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.connectors import calendar
from bot.core import nudge, retold, visit_match, wording
from bot.core.account import Account, Rep
from bot.core.message import Actions, Button, Form, Input, Message, Option, Paragraph, Part, Reply, Small, plain
from bot.core.priority import Rank
from bot.core.situation import Visit, VisitState
from bot.core.texts import talk
from bot.log import log
from bot.usecases import accounts as account_cases
from bot.usecases import people, planning
from bot.usecases.ports import Base
from storage import accounts, nudges, reps, visits
from storage.tables import EventLinkRow, FeedRow

WINDOW_BACK = timedelta(days=1)
WINDOW_AHEAD = timedelta(days=60)
EVERY = timedelta(minutes=15)
MOST_FEEDS = 5  # of one rep: they are read one after the other, and a slow one keeps the others waiting
AT_ONCE = threading.BoundedSemaphore(3)  # calendars that are connected: a slow one holds what answers commands


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading of a feed found; a series that is asked about or left out counts once."""

    visits: int = 0
    unknown: int = 0
    left_out: int = 0
    broken: int = 0


def host_of(url: str) -> str:
    """What may be shown of an address: its host. The rest is a key to the calendar."""
    return urlsplit(url).hostname or "?"


def connect(base: Base, rep: Rep, url: str, now: datetime) -> Message:
    """Connects a feed after reading it once; an address that cannot be read is refused and not kept."""
    people.require_zone(base, rep)
    url = url.strip().strip("<>").partition("|")[0]
    if urlsplit(url).scheme not in ("https", "webcal", "http") or not urlsplit(url).hostname:
        raise errors.Refused("Not a calendar address.", code="calendar_address")
    with base.database.read() as session:
        feeds = visits.feeds(session, rep.team_id, rep.id)
    if any(f.url == url for f in feeds):
        raise errors.Refused("Connected already.", code="calendar_known")
    if len(feeds) >= MOST_FEEDS:
        raise errors.Refused("Too many calendars.", code="calendar_many", params={"most": str(MOST_FEEDS)})
    if not AT_ONCE.acquire(blocking=False):
        raise errors.Refused("Others connect calendars just now.", code="calendar_busy")
    try:
        return _read_first(base, rep, url, now)
    finally:
        AT_ONCE.release()


def _read_first(base: Base, rep: Rep, url: str, now: datetime) -> Message:
    feed = FeedRow(id=base.new_id(), team_id=rep.team_id, rep_id=rep.id, url=url)
    try:
        answer = base.read_feed(url, None, None)
        found = _parsed(base, rep, answer.body or b"", now)
        with base.database.write() as session:
            visits.save_feed(session, feed)
            session.flush()
            read = _keep(base, session, rep, feed, found, now)
            feed.etag, feed.last_modified, feed.good_at, feed.checked_at = answer.etag, answer.last_modified, now, now
            visits.save_feed(session, feed)
    except errors.KamError as error:
        said = retold.in_language(error.message, rep.language)
        raise errors.Refused(error.message, code="calendar_silent", params={"reason": said}) from error
    return _read_message(talk.CALENDAR_ADDED, rep, read)


def _read_message(said: wording.Text, rep: Rep, read: Read) -> Message:
    text = said.of(rep.language, visits=read.visits, unknown=read.unknown)
    parts: list[Part] = [Paragraph(text)]
    if read.left_out:
        parts.append(Small(talk.CALENDAR_LEFT_OUT.of(rep.language, count=read.left_out)))
    if read.broken:
        parts.append(Small(talk.CALENDAR_BAD_EVENTS.of(rep.language, count=read.broken)))
    return Message(text, tuple(parts))


def import_file(base: Base, rep: Rep, data: bytes, now: datetime) -> Message:
    """Reads the visits of a calendar file, once."""
    feed = FeedRow(id="", team_id=rep.team_id, rep_id=rep.id, url="file")
    found = _parsed(base, rep, data, now)
    with base.database.write() as session:
        read = _keep(base, session, rep, feed, found, now)
    return _read_message(talk.CALENDAR_FILE, rep, read)


def overview(base: Base, rep: Rep, now: datetime) -> Message:
    """The rep's feeds, when each was read last, and what is wrong with it."""
    zone = people.require_zone(base, rep)
    local, language = now.astimezone(zone), rep.language
    with base.database.read() as session:
        feeds = visits.feeds(session, rep.team_id, rep.id)
    if not feeds:
        return plain(talk.CALENDAR_NONE.of(language))
    parts = []
    for feed in feeds:
        told = wording.moment(feed.good_at, language, local) if feed.good_at else talk.CALENDAR_NEVER.of(language)
        text = talk.CALENDAR_LIST.of(language, host=host_of(feed.url), when=told)
        if feed.error:
            said = retold.in_language(feed.error, language)
            text = talk.CALENDAR_BROKEN.of(language, host=host_of(feed.url), error=said, when=told)
        parts.append(Paragraph(text, button=Button("calendar:remove", talk.CALENDAR_REMOVE.of(language), feed.id)))
    return Message(talk.CALENDAR_HEADING.of(language), tuple(parts))


def disconnect(base: Base, rep: Rep, feed_id: str | None) -> Message:
    """Disconnects one feed, or all of them; the visits read so far stay."""
    with base.database.write() as session:
        mine = visits.feeds(session, rep.team_id, rep.id)
        for feed in mine:
            if feed_id in (None, feed.id):
                visits.delete_feed(session, rep.team_id, feed.id)
    return plain((talk.CALENDAR_REMOVED if mine else talk.CALENDAR_NONE).of(rep.language))


def sync_all(base: Base, now: datetime) -> None:
    """Reads every feed that was not read lately."""
    with base.database.read() as session:
        feeds = [f for f in visits.feeds(session) if f.checked_at is None or now - f.checked_at >= EVERY]
        people_of = {f.id: reps.get(session, f.team_id, f.rep_id) for f in feeds}
    for feed in feeds:
        rep = people_of[feed.id]
        if rep is not None and rep.active and planning.zone_of(base, rep) is not None:
            sync(base, rep, feed, now)


def sync(base: Base, rep: Rep, feed: FeedRow, now: datetime) -> None:
    """Reads one feed; where that fails, the last good copy stays and the feed says why."""
    feed.checked_at = now
    try:
        answer = base.read_feed(feed.url, feed.etag, feed.last_modified)
        found = _parsed(base, rep, answer.body, now) if answer.body is not None else None
        with base.database.write() as session:
            if found is not None and visits.is_connected(session, feed.id):
                _keep(base, session, rep, feed, found, now)
                feed.etag, feed.last_modified = answer.etag, answer.last_modified
            feed.good_at, feed.error = now, None
            visits.keep_feed(session, feed)
    except errors.KamError as error:
        feed.error = error.message[:200]
        log.warning("feed_unread", feed_id=feed.id, code=error.code)
        with base.database.write() as session:
            visits.keep_feed(session, feed)


# --- from events to visits ------------------------------------------------------------------------------------------


def _parsed(base: Base, rep: Rep, body: bytes, now: datetime) -> calendar.Feed:
    """What stands in a calendar; read before anything is written, for a large one takes seconds."""
    zone = people.require_zone(base, rep)
    return calendar.read(body, window_from=now - WINDOW_BACK, window_to=now + WINDOW_AHEAD, default_zone=zone)


def _keep(base: Base, session: Session, rep: Rep, feed: FeedRow, found: calendar.Feed, now: datetime) -> Read:
    zone = people.require_zone(base, rep)
    mine = accounts.of_rep(session, rep.team_id, rep.id)
    seen: set[str] = set()
    left_out: set[str] = set()
    placed, unknown = 0, 0
    for event in found.events:
        key = event_key(event)
        seen.add(key)
        account = _place(session, rep, mine, event)
        if account is not None:
            placed += _visit(base, session, rep, feed, account, event, key, zone, now)
        elif event.cancelled or event.at <= now:
            continue
        elif _asks(session, rep, event):
            unknown += 1
            _plan_question(session, rep, mine, event, now)
        elif series_key(event) not in left_out and _is_no_visit(session, rep, event):
            left_out.add(series_key(event))
    if feed.id:
        _cancel_missing(base, session, rep, feed, seen, now)
    return Read(placed, unknown, len(left_out), len(found.broken))


def event_key(event: calendar.Event) -> str:
    """One key for each instance of an event, the same after it is moved."""
    text = f"{event.uid}\x1f{event.recurrence_id or ''}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def series_key(event: calendar.Event) -> str:
    """One key for a whole series: what a rep says about one instance holds for all."""
    return hashlib.blake2b(event.uid.encode(), digest_size=16).hexdigest()


def _place(session: Session, rep: Rep, mine: list[Account], event: calendar.Event) -> Account | None:
    link = visits.link(session, rep.team_id, rep.id, series_key(event))
    if link is not None and link.answered_at is not None:
        return next((a for a in mine if a.id == link.account_id), None)
    clues = visit_match.Clues(
        event.uid, event.summary, event.location, tuple(e for e in (*event.attendees, event.organizer) if e)
    )
    own = (rep.email_domain,) if rep.email_domain else ()
    found = visit_match.match(clues, account_cases.known_names(mine), own_domains=own)
    return next((a for a in mine if a.id == found.account_id), None)


def _visit(
    base: Base,
    session: Session,
    rep: Rep,
    feed: FeedRow,
    account: Account,
    event: calendar.Event,
    key: str,
    zone: ZoneInfo,
    now: datetime,
) -> int:
    """Adds, moves or cancels the visit of one event; returns 1 if it stands."""
    old = visits.from_feed(session, rep.team_id, rep.id, key)
    at = event.at.astimezone(UTC)
    if event.cancelled:
        if old is not None and old.state is VisitState.PLANNED:
            visits.update(session, rep.team_id, old.id, state=VisitState.CANCELLED.value)
            planning.changed(base, session, account, now)
        return 0
    if old is None:
        visit = Visit(
            id=base.new_id(),
            account_id=account.id,
            rep_id=rep.id,
            at=at,
            all_day=event.all_day,
            review=any(word in event.summary.casefold() for word in ("review", "回顾", "复盘")),
            title=event.summary[:120],
        )
        visits.add(session, rep.team_id, visit, now, feed_id=feed.id or None, feed_key=key)
    elif (old.at, old.all_day, old.account_id) != (at, event.all_day, account.id):
        moved = old.at != at
        values = {"at": at, "all_day": event.all_day, "account_id": account.id, "state": VisitState.PLANNED.value}
        visits.update(session, rep.team_id, old.id, **values, carded=old.carded and not moved)
    else:
        return 1
    planning.changed(base, session, account, now)
    return 1


def _cancel_missing(base: Base, session: Session, rep: Rep, feed: FeedRow, seen: set[str], now: datetime) -> None:
    """Visits whose event is no longer in the feed were taken out of the calendar."""
    for key, visit in visits.feed_keys(session, rep.team_id, feed.id, now).items():
        if key not in seen and visit.at < now + WINDOW_AHEAD:
            visits.update(session, rep.team_id, visit.id, state=VisitState.CANCELLED.value)
            account = accounts.get(session, rep.team_id, visit.account_id)
            if account is not None:
                planning.changed(base, session, account, now)


# --- the question about an event that cannot be placed ----------------------------------------------------------------


def _asks(session: Session, rep: Rep, event: calendar.Event) -> bool:
    """True if the rep may be asked: events with guests from outside, or that stand out as a visit; never twice."""
    link = visits.link(session, rep.team_id, rep.id, series_key(event))
    if link is not None or event.transparent:
        return False
    own = rep.email_domain or ""
    outside = [e for e in event.attendees if own and not e.endswith("@" + own)]
    looks = any(word in event.summary.casefold() for word in ("visit", "拜访", "客户", "client"))
    return bool(outside) or looks


def _is_no_visit(session: Session, rep: Rep, event: calendar.Event) -> bool:
    """True unless the rep is asked about the series, or has said which account it is about."""
    link = visits.link(session, rep.team_id, rep.id, series_key(event))
    return link is None or (link.answered_at is not None and link.account_id is None)


def _plan_question(session: Session, rep: Rep, mine: list[Account], event: calendar.Event, now: datetime) -> None:
    if not mine:
        return
    key = series_key(event)
    row = EventLinkRow(team_id=rep.team_id, rep_id=rep.id, event_key=key, summary=event.summary[:120], asked_at=now)
    visits.save_link(session, row)
    question = nudge.word(
        rep.team_id,
        rep.id,
        f"event:{key}",
        "event_unplaced",
        now,
        event.at.astimezone(UTC),
        priority=Rank.DATED,
        account_id=mine[0].id,
        facts=(("event", event.summary[:120]), ("visit", event.at.astimezone(UTC).isoformat())),
    )
    nudges.plan(session, [question], now)


def question(rep: Rep, key: str, summary: str, at: datetime, now: datetime, zone: ZoneInfo) -> Message:
    """Asks once which account an event is about."""
    language = rep.language
    when = wording.moment(at, language, now.astimezone(zone))
    text = talk.EVENT_ASK.of(language, summary=summary, when=when)
    buttons = (
        Button("event:pick", talk.EVENT_PICK.of(language), key, primary=True),
        Button("event:none", talk.EVENT_NONE.of(language), key),
    )
    return Message(text, (Paragraph(text), Actions(buttons)))


def pick_form(base: Base, rep: Rep, key: str) -> Reply:
    """The window in which the rep chooses the account of an event."""
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
    options = tuple(Option(a.id, a.name[:75]) for a in mine[:100])
    field = Input("account", talk.EVENT_PICK.of(rep.language), "choice", options)
    language = rep.language
    form = Form(
        "event", talk.EVENT_PICK.of(language), talk.SAVE.of(language), talk.CANCEL.of(language), (field,), subject=key
    )
    return Reply(form=form)


def answer(base: Base, rep: Rep, key: str, account_id: str | None, now: datetime) -> Reply:
    """Remembers what an event is about; the feed is read again for it soon. Refuses what was not asked of this rep."""
    with base.database.write() as session:
        account = accounts.get(session, rep.team_id, account_id) if account_id else None
        if account_id and (account is None or account.rep_id != rep.id):
            raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
        link = visits.link(session, rep.team_id, rep.id, key)
        if link is None:
            raise errors.Refused("Nobody asked about that event.", code="card_gone")
        link.account_id, link.answered_at = (account.id if account is not None else None), now
        visits.save_link(session, link)
        for feed in visits.feeds(session, rep.team_id, rep.id):
            feed.etag, feed.last_modified, feed.checked_at = None, None, None
            visits.save_feed(session, feed)
    if account is None:
        return Reply(plain(talk.EVENT_IGNORED.of(rep.language)), replace=True)
    base.later(lambda: sync_all(base, base.clock.now()))
    return Reply(plain(talk.EVENT_LINKED.of(rep.language, account=account.name)), replace=True)
