"""From what a rep said to the owner of the play: a patch that was tried out, or a note with the reason.

Each is passed on once, in the owner's working hours. A process takes one in hand, tells, and writes down whom it told;
one that was left in hand is taken up again, after a look whether the message had gone out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.content import patch, patch_file
from bot.core.account import Language, Rep
from bot.core.complaint import Wrong
from bot.core.message import Message, plain
from bot.core.texts import feedback as texts
from bot.log import log
from bot.usecases import complaints, patch_cards, planning
from bot.usecases.complaints import NOTE, PATCH
from bot.usecases.ports import Base, Found, Posted, Sources
from storage import feedback, reps
from storage.tables import FeedbackRow

AT_ONCE = 20  # how many are passed on in one round
A_DAY, DAY = 5, timedelta(days=1)  # of one rep: whoever reads them has a day's work besides
IN_HAND = timedelta(minutes=10)
GIVEN_UP = timedelta(days=30)  # after so long nobody can act on it any more
MERGED_WITHIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is to read it; `rep` is who they are to the coach, as far as it knows."""

    rep: Rep

    @property
    def id(self) -> str:
        return self.rep.id

    @property
    def language(self) -> Language:
        return self.rep.language


# --- passing it on --------------------------------------------------------------------------------------------------


def pass_on(base: Base) -> None:
    """Tells the owners of plays what reps said was wrong, each once, where it is a decent hour."""
    if base.sources is None:
        return
    now = base.clock.now()
    with base.database.read() as session:
        allowed = feedback.Allowance(A_DAY, now - DAY)
        waiting = feedback.waiting(session, now - IN_HAND, now - GIVEN_UP, AT_ONCE, allowed)
    for row in waiting:
        with base.database.write() as session:
            is_over = feedback.passed_on(session, row.team_id, row.rep_id, now - DAY) >= A_DAY
            taken = not is_over and feedback.take(session, row, now)
        readers = [reader for reader in _readers(base, row) if _is_decent_hour(base, reader.rep, now)] if taken else []
        if readers:
            _tell(base, base.sources, row, readers)


def goes_on_later(session: Session, team_id: str, rep_id: str, now: datetime) -> bool:
    """True if what a rep says now is passed on another day: they said as much as is passed on in one."""
    before = feedback.passed_on(session, team_id, rep_id, now - DAY)
    return before + feedback.still_to_pass_on(session, team_id, rep_id, now - GIVEN_UP) >= A_DAY


def _readers(base: Base, row: FeedbackRow) -> Iterator[Reader]:
    """The owner of the play whose file would change, else the admins."""
    complaint = complaints.of_row(row)
    right = complaint.right if complaint is not None and complaint.question else ""
    play = base.shelf.library.play(right or row.play)
    owner = reader(base, row.team_id, play.owner) if play is not None else None
    if owner is not None:
        yield owner
        return
    found = (reader(base, row.team_id, admin) for admin in sorted(base.admins_of(row.team_id)))
    yield from (each for each in found if each is not None)


def reader(base: Base, team_id: str, user_id: str) -> Reader | None:
    """Somebody of this workspace; None where Slack knows no such person, or they have left."""
    with base.database.read() as session:
        rep = reps.get(session, team_id, user_id)
    if rep is not None and rep.zone is not None:
        return Reader(rep) if rep.active else None
    profile = base.messenger.profile(team_id, user_id)
    if profile is None or profile.deleted or profile.bot:
        return None
    zone = ZoneInfo(profile.zone) if profile.zone else None
    return Reader(rep or Rep(id=user_id, team_id=team_id, zone=zone, language=profile.language))


def _is_decent_hour(base: Base, rep: Rep, now: datetime) -> bool:
    """True in somebody's working hours; where nobody knows their zone, at any hour."""
    zone = planning.zone_of(base, rep)
    return zone is None or planning.hours_of(base, rep, zone).next_start(now) <= now


def _tell(base: Base, sources: Sources, row: FeedbackRow, readers: list[Reader]) -> None:
    told = complaints.told(base, sources, row, complaints.drafted(sources, row))
    diff = patch_file.unified(told.draft.changes, sources.top()) if told.draft is not None and told.file else ""
    sent: dict[str, list[str]] = {}
    for each in readers:
        place = _posted(base, row, each, patch_cards.message(told, each.language))
        if place is None:
            continue
        sent[each.id] = list(place)
        if diff:
            base.messenger.upload(row.team_id, each.id, told.file, diff.encode(), told.file, place[1])
    if not sent:
        log.warning("feedback_not_passed_on", feedback_id=row.id)
        return
    kind = PATCH if told.draft is not None and told.draft.is_patch else NOTE
    with base.database.write() as session:
        feedback.settle(session, row.id, kind, sent)
    log.info("feedback_passed_on", feedback_id=row.id, play=row.play, sent_as=kind)


def _posted(base: Base, row: FeedbackRow, to: Reader, message: Message) -> tuple[str, str] | None:
    """Where the message stands; one that was taken in hand before may have gone out already."""
    if row.taken_at is not None:
        channel = base.messenger.channel(row.team_id, to.id)
        found = base.messenger.find(row.team_id, channel, row.id, row.at) if channel is not None else None
        if channel is not None and isinstance(found, Found):
            return channel, found.ts
    posted = base.messenger.post(row.team_id, to.id, message, row.id)
    return (posted.channel, posted.ts) if isinstance(posted, Posted) else None


# --- what came of it ------------------------------------------------------------------------------------------------


def tell_what_is_in(base: Base) -> None:
    """Tells reps, once and in their working hours, that what they said is in the playbooks now."""
    now, library = base.clock.now(), base.shelf.library
    with base.database.read() as session:
        rows = feedback.open_patches(session, now - MERGED_WITHIN)
        people = {(row.team_id, row.rep_id): reps.get(session, row.team_id, row.rep_id) for row in rows}
    for row in rows:
        rep, complaint = people[row.team_id, row.rep_id], complaints.of_row(row)
        if rep is None or not rep.active or complaint is None or not patch.is_in(library, complaint):
            continue
        if not _is_decent_hour(base, rep, now):
            continue
        with base.database.write() as session:
            first = feedback.told(session, row.id, now)
        play = library.play(complaint.right if complaint.wrong is Wrong.PLAY else complaint.play)
        if first and play is not None:
            text = texts.IN.of(rep.language, title=play.title.of(rep.language))
            base.messenger.post(row.team_id, rep.id, plain(text), f"{row.id}:in")
