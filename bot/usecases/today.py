"""Today: what each of a rep's accounts needs, worst first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core import fit, guards, priority, wording
from bot.core.account import Language, Rep
from bot.core.library import Library
from bot.core.message import Actions, Bullets, Button, Heading, Message, Paragraph, plain
from bot.core.situation import By, Situation
from bot.core.texts import cards as texts
from bot.core.texts import promises, talk
from bot.core.workdays import NoWorkday, WorkingHours
from bot.usecases import people, planning
from bot.usecases.ports import Base
from storage import accounts, situations

SHOWN = 5
PROMISE_AHEAD = timedelta(days=7)
VISIT_AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Need:
    """What one account needs: `rank` as in `priority.Rank`, then how soon."""

    rank: int
    at: datetime
    account: str
    text: str


def hours(base: Base, rep: Rep) -> WorkingHours:
    return planning.hours_of(base, rep, people.require_zone(base, rep))


def overview(base: Base, rep: Rep, now: datetime, most: int = SHOWN, problems: bool = True) -> Message:
    """At most `most` lines: open problems, promises and visits that are near, reviews and plays that are due.

    Without `problems`, accounts with an open problem are left out: they stand elsewhere.
    """
    zone = people.require_zone(base, rep)
    language, library = rep.language, base.shelf.library
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        loaded = [situations.load(session, account, rep, now, zone) for account in mine]
    if not problems:
        loaded = [s for s in loaded if not s.open_problems()]
    if not mine:
        button = Button("account:add", talk.WELCOME_ADD.of(language), primary=True)
        text = texts.TODAY_NO_ACCOUNTS.of(language)
        return Message(text, (Paragraph(text), Actions((button,))))
    working = hours(base, rep)
    needs = sorted(
        (need for s in loaded if (need := worst(s, library, working, language)) is not None),
        key=lambda n: (n.rank, n.at, n.account),
    )
    if not needs:
        return plain(texts.TODAY_NOTHING.of(language))
    heading = texts.TODAY_HEADING.of(language)
    lines = tuple(talk.ACCOUNT_LINE.of(language, account=n.account, facts=n.text) for n in needs[:most])
    return Message(heading, (Heading(heading), Bullets(lines)))


def worst(s: Situation, library: Library, working: WorkingHours, language: Language) -> Need | None:
    """The most pressing thing on one account; None if nothing presses."""
    name, today = s.account.name, s.today
    opened = s.open_problems()
    if opened:
        day = wording.day(opened[0].opened_at.astimezone(s.now.tzinfo).date(), language, today)
        return Need(priority.Rank.PROBLEM, opened[0].opened_at, name, texts.TODAY_PROBLEM.of(language, day=day))
    for promise in s.promises:
        if promise.is_open and promise.by is By.US and promise.due <= today + PROMISE_AHEAD:
            day = wording.near_day(promise.due, language, today)
            at = datetime(promise.due.year, promise.due.month, promise.due.day, tzinfo=UTC)
            line = texts.TODAY_PROMISE if promise.due >= today else texts.TODAY_PROMISE_PAST
            return Need(priority.Rank.DATED, at, name, line.of(language, day=day, text=promise.text))
    theirs = next((p for p in s.promises if p.is_open and p.by is By.THEM and p.due <= today), None)
    if theirs is not None:
        day = wording.near_day(theirs.due, language, today)
        at = datetime(theirs.due.year, theirs.due.month, theirs.due.day, tzinfo=UTC)
        return Need(priority.Rank.DATED, at, name, promises.TODAY_ASK.of(language, day=day, text=theirs.text))
    visit = s.next_visit()
    if visit is not None and visit.at < s.now + VISIT_AHEAD:
        when = wording.moment(visit.at, language, s.now, visit.all_day)
        return Need(priority.Rank.DATED, visit.at, name, texts.TODAY_VISIT.of(language, when=when))
    return _due(s, library, working, language)


def _due(s: Situation, library: Library, working: WorkingHours, language: Language) -> Need | None:
    end = s.now + timedelta(days=1)
    try:
        found = list(fit.nudges(library.plays, s, working, library.manners))
    except NoWorkday:  # nothing is due to somebody who never works
        return None
    due = [
        n
        for n in found
        if n.play and n.due_at <= end and guards.bar_unasked(library.by_id[n.play], s, library.manners) is None
    ]
    if not due:
        return None
    first = min(due, key=lambda n: (n.priority, n.due_at, n.play))
    title = library.by_id[first.play].title.of(language)
    return Need(first.priority, first.due_at, s.account.name, texts.TODAY_DUE.of(language, title=title))
