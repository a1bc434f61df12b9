"""The Monday list of a rep: planned once a week, made of what waits when it goes out, and what a tap on it does."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core import asked, fit, monday_list, nudge
from bot.core.account import Language, Rep
from bot.core.cadence import Decision, RepFacts, Verdict
from bot.core.message import (
    Actions,
    Bullets,
    Button,
    Divider,
    Heading,
    Menu,
    Message,
    Paragraph,
    Part,
    Small,
)
from bot.core.monday_list import WEEK, Made, Waiting
from bot.core.nudge import MONDAY_LIST, Nudge, Rule
from bot.core.priority import Rank
from bot.core.texts import cards as card_texts
from bot.core.texts import monday_list as texts
from bot.core.workdays import NoWorkday
from bot.log import log
from bot.usecases import explain, planning, receivers
from bot.usecases.outgoing import Outgoing, put_aside
from bot.usecases.ports import Base
from storage import accounts, monday_lists, nudges, reps, situations
from storage.nudges import Claim, Said

IGNORED = "lists_ignored"  # the cue of the question whether lists are to go on
ASKED_FOR = timedelta(days=7)
ON_HOME = 15


# --- planning ---------------------------------------------------------------------------------------------------------


def plan_all(base: Base, now: datetime, teams: Collection[str]) -> int:
    """Writes down the next list of every rep of these workspaces, one a week; returns how many are new."""
    with base.database.read() as session:
        everyone = [rep for rep in reps.everyone(session) if rep.team_id in teams and rep.active and rep.monday_list]
    found = [planned for rep in everyone for planned in _near(base, rep, now)]
    if not found:
        return 0
    with base.database.write() as session:
        return nudges.plan(session, found, now)


def _near(base: Base, rep: Rep, now: datetime) -> list[Nudge]:
    """The lists of a rep whose moment is near; none where no zone is known, or no day is a work day."""
    zone = planning.zone_of(base, rep)
    if zone is None or not monday_list.has_room(base.shelf.library.manners):
        return []
    hours, this = planning.hours_of(base, rep, zone), asked.monday(now.astimezone(zone).date())
    try:
        found = [monday_list.planned(rep, hours, week) for week in (this, this + WEEK)]
    except NoWorkday:  # the others get theirs
        log.warning("list_not_planned", team_id=rep.team_id, rep_id=rep.id, code=NoWorkday.code)
        return []
    return [
        n
        for n in found
        if n is not None and n.expires_at is not None and n.due_at - planning.HORIZON <= now < n.expires_at
    ]


# --- what it says -----------------------------------------------------------------------------------------------------


def prepare(base: Base, session: Session, claim: Claim, facts: RepFacts, now: datetime) -> Outgoing | None:
    """The list as it goes out, its intent written down; None where it is not sent now."""
    decision = monday_list.decide(claim.nudge, facts, now, base.shelf.library.manners)
    if decision.verdict is not Verdict.SEND:
        put_aside(session, claim, decision, now)
        if decision.verdict is Verdict.DROP and decision.rule is Rule.IGNORED_THREE:
            nudges.plan(session, [offer(claim.nudge, facts, now)], now)
        return None
    found = made(base, session, facts, now)
    if found is None:
        put_aside(session, claim, Decision(Verdict.DROP, Rule.TOO_LATE), now)
        return None
    week = claim.nudge.facts[:1]  # the lines of an earlier try are forgotten
    said = Said("", None, facts.rep.language.value, MONDAY_LIST, (*week, *lines_of(found)))
    if not nudges.intend(session, claim, now, said):
        return None
    return Outgoing(message(base, claim.nudge.id, found, facts, now), (claim,), facts.rep, now)


def offer(planned: Nudge, facts: RepFacts, now: datetime) -> Nudge:
    """The question that comes instead of a list after three that nobody opened; once for each such run."""
    last = max(sent.at for sent in facts.sent if sent.cue == MONDAY_LIST)
    key, over = f"lists:{last.isoformat()}", now + ASKED_FOR
    return nudge.word(planned.team_id, planned.rep_id, key, IGNORED, now, over, priority=Rank.PACING)


def question(rep: Rep) -> Message:
    """Says that the lists have stopped, and asks whether they are to go on."""
    text = texts.IGNORED.of(rep.language)
    buttons = (
        Button("list:keep", texts.KEEP.of(rep.language)),
        Button("list:stop", texts.STOP.of(rep.language)),
    )
    return Message(text, (Paragraph(text), Actions(buttons)))


def waiting(base: Base, session: Session, facts: RepFacts, now: datetime) -> tuple[Waiting, ...]:
    """What waits on the rep's accounts at `now`."""
    rep, library = facts.rep, base.shelf.library
    said_again = timedelta(days=library.manners.said_again_days)
    found = monday_lists.candidates(session, rep.team_id, rep.id, now, now - said_again)
    mine = {a.id: a for a in accounts.of_rep(session, rep.team_id, rep.id)}
    known = {
        key: situations.load(session, mine[key], rep, now, facts.hours.zone)
        for key in dict.fromkeys(planned.account_id for planned, _ in found)
        if key in mine
    }
    fresh = [
        (fit.refreshed(planned, library.plays, known[planned.account_id]), alive)
        for planned, alive in found
        if planned.account_id in known
    ]
    return monday_list.waiting(fresh, known, library, facts)


def made(base: Base, session: Session, facts: RepFacts, now: datetime) -> Made | None:
    """The list as it goes out now; None where nothing waits but what will come as a card."""
    return monday_list.made(waiting(base, session, facts, now), facts, now, base.shelf.library.manners)


def message(base: Base, list_id: str, found: Made, facts: RepFacts, now: datetime) -> Message:
    """What the rep reads: a line an account, each with a button that opens it."""
    language, local = facts.rep.language, now.astimezone(facts.hours.zone)
    intro = texts.INTRO if len(found.lines) > 1 else texts.INTRO_ONE
    parts: list[Part] = [Heading(texts.HEADING.of(language)), Small(intro.of(language))]
    for one in found.lines:
        button = Button("list:open", texts.OPEN.of(language), f"{list_id}|{one.nudge.id}")
        parts.append(Paragraph(_line(base, one, language, local), label=one.account, button=button))
    if found.more:
        more = texts.MORE_ONE if found.more == 1 else texts.MORE
        parts.append(Small(more.of(language, count=found.more)))
    stop = (texts.STOP.of(language), f"stop|{list_id}")
    parts.append(Actions((), Menu("list:more", ((card_texts.MORE_WHY.of(language), f"why|{list_id}"), stop))))
    return Message(_summary(found, language), tuple(parts))


def _summary(found: Made, language: Language) -> str:
    comma = "、" if language is Language.ZH else ", "
    named = comma.join(one.account for one in found.lines[:3])
    if len(found.lines) > 3 or found.more:
        named = texts.AND_MORE.of(language, accounts=named)
    return texts.SUMMARY.of(language, accounts=named)


def lines_of(found: Made) -> tuple[tuple[str, str], ...]:
    """What is kept of a list: which nudges it named."""
    return tuple((monday_lists.LINE, one.nudge.id) for one in found.lines)


def _line(base: Base, one: Waiting, language: Language, local: datetime) -> str:
    """The play's title and what there is to it, with its date."""
    play = base.shelf.library.play(one.nudge.play)
    assert play is not None
    title, point = play.title.of(language), _point(one.nudge, language, local)
    if not point:
        return title
    line = texts.FACT_FIRST if one.nudge.cue in texts.SPEAKS_FOR_ITSELF else texts.LINE
    return line.of(language, title=title, point=point)


def _point(planned: Nudge, language: Language, local: datetime) -> str:
    told = {name: explain.value(value, language, local) for name, value in planned.facts}
    if planned.cue in texts.POINTS:
        try:
            return texts.POINTS[planned.cue].of(language, **told)
        except KeyError:  # another of the cue's occasions
            pass
    if planned.cue == "none_since":
        return _none(planned, told, language)
    return explain.told(planned.facts[:1], language, local)


def _none(planned: Nudge, told: Mapping[str, str], language: Language) -> str:
    """Since when there was nothing of a kind; the occasion's key says of which."""
    for name, text in texts.NONE_SINCE.items():
        if name in told:
            return text.of(language, day=told[name])
    kind = planned.key.partition(":")[0].removeprefix("no_")
    return texts.NONE_YET.get(kind, texts.NOTHING_YET).of(language)


def on_home(base: Base, rep: Rep, now: datetime) -> tuple[list[Part], frozenset[str]]:
    """What waits, as the Home tab shows it, and the ids of the nudges that it tells of."""
    with base.database.read() as session:
        facts = receivers.facts_of(base, session, rep, now)
        try:
            found = waiting(base, session, facts, now) if facts is not None else ()
        except NoWorkday:  # nothing can come
            found = ()
    if facts is None or not found:
        return [], frozenset()
    language, local = rep.language, now.astimezone(facts.hours.zone)
    shown = found[:ON_HOME]
    lines = tuple(
        texts.HOME_LINE.of(language, account=one.account, line=_line(base, one, language, local)) for one in shown
    )
    return [Heading(texts.HOME.of(language)), Bullets(lines), Divider()], frozenset(one.nudge.id for one in shown)
