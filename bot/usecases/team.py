"""The team view: what a manager sees of the reps below them, and a rep of themselves: the same rows."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import evidence, team
from bot.core.account import Language, Rep
from bot.core.evidence import Deed
from bot.core.message import Actions, Bullets, Button, Divider, Heading, Message, Paragraph, Part, Reply, Small
from bot.core.team import Figures, OpenProblem
from bot.core.texts import team as texts
from bot.usecases import people, team_figures
from bot.usecases.ports import Base
from storage import evidence as stored_evidence
from storage import roles

PAGE = 10
LONGEST_PAGE = 9  # digits of the number of a page
PROBLEMS_SHOWN = 30
ON_HOME = 5
ME = ("me", "我", "自己", "我自己")


# --- who sees whom --------------------------------------------------------------------------------------------------


def open_(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """The team of whoever is a manager; of anybody else, and for `me`, what a manager sees of them."""
    with base.database.read() as session:
        below = roles.below(session, rep.team_id, rep.id)
    if not below or text.strip().casefold() in ME:
        return Reply(_of_me(base, rep, now))
    return Reply(_page(base, rep, below, 0, now))


def page(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Another page, in the place of the one that was tapped; whoever is no manager any more sees only themselves."""
    with base.database.read() as session:
        below = roles.below(session, rep.team_id, rep.id)
    if not below:
        return Reply(_of_me(base, rep, now), replace=True)
    number = int(value) if value.isdecimal() and len(value) < LONGEST_PAGE else 0
    return Reply(_page(base, rep, below, number, now), replace=True)


def _page(base: Base, rep: Rep, below: Sequence[str], number: int, now: datetime) -> Message:
    language = rep.language
    found = team_figures.load(base, rep.team_id, below, people.require_zone(base, rep), now)
    number = min(number, max(len(found.reps) - 1, 0) // PAGE)
    shown = found.reps[number * PAGE : (number + 1) * PAGE]
    heading = texts.HEADING.of(language)
    parts = [Heading(heading), *problem_parts(found.problems, language), Divider(), *_reps(shown, language)]
    if len(found.reps) > PAGE:
        first = number * PAGE + 1
        text = texts.PAGE.of(language, first=first, last=first + len(shown) - 1, count=len(found.reps))
        parts.append(Small(text))
    buttons = (*_ways(number, len(found.reps), language), Button("team:plays", texts.SHOW_PLAYS.of(language)))
    return Message(heading, (*parts, Small(texts.SECONDS.of(language)), Actions(buttons)))


def _ways(number: int, count: int, language: Language) -> list[Button]:
    ways = []
    if number:
        ways.append(Button("team:page", texts.BACK.of(language), str(number - 1)))
    if (number + 1) * PAGE < count:
        ways.append(Button("team:page", texts.MORE.of(language), str(number + 1)))
    return ways


def _of_me(base: Base, rep: Rep, now: datetime) -> Message:
    language = rep.language
    found = team_figures.load(base, rep.team_id, [rep.id], people.require_zone(base, rep), now)
    with base.database.read() as session:
        manager = roles.manager_of(session, rep.team_id, rep.id)
    heading = texts.HEADING_ME.of(language)
    nobody = [] if manager else [Paragraph(texts.ME_NOBODY.of(language))]
    parts = [
        Heading(heading),
        *nobody,
        *problem_parts(found.problems, language),
        Divider(),
        *_reps(found.reps, language),
    ]
    return Message(heading, (*parts, Small(texts.SECONDS.of(language)), Small(texts.ME_NEVER.of(language))))


def on_home(base: Base, rep: Rep, now: datetime) -> list[Part]:
    """A manager's part of the Home tab: the problems and the way to the rest; nothing for others."""
    with base.database.read() as session:
        below = roles.below(session, rep.team_id, rep.id)
        if not below:
            return []
        names = team_figures.names(session, rep.team_id, below)
        found = team_figures.problems(session, rep.team_id, names, people.require_zone(base, rep), now)
    language = rep.language
    parts = problem_parts(found, language, ON_HOME)
    show = Actions((Button("team:open", texts.SHOW.of(language)),))
    return [Heading(texts.HOME.of(language, count=len(names))), *parts, show, Divider()]


# --- what is shown --------------------------------------------------------------------------------------------------


def problem_parts(found: Sequence[OpenProblem], language: Language, most: int = PROBLEMS_SHOWN) -> list[Part]:
    """Open problems in the bands of their age, at most so many lines."""
    if not found:
        return [Paragraph(texts.NO_PROBLEM.of(language))]
    parts: list[Part] = [Paragraph("", label=texts.PROBLEMS.of(language, count=len(found)))]
    room = most
    for age, those in team.by_age(found).items():
        lines = tuple(problem_line(p, language) for p in those[:room])
        if lines:
            parts += [Small(texts.AGES[age].of(language)), Bullets(lines)]
        room -= len(lines)
    if len(found) > most:
        parts.append(Small(texts.MORE_PROBLEMS.of(language, count=len(found) - most)))
    return parts


def problem_line(problem: OpenProblem, language: Language) -> str:
    span = texts.SPAN_DAYS.of(language, count=problem.days)
    if problem.days < 2:
        span = (texts.SPAN_DAY if problem.days else texts.SPAN_TODAY).of(language)
    step = texts.STEPS[problem.step].of(language)
    return texts.PROBLEM.of(language, account=problem.account, rep=problem.rep, span=span, step=step)


def _reps(shown: Sequence[Figures], language: Language) -> list[Part]:
    heading = texts.REPS if len(shown) > 1 else texts.REPS_ONE
    lines = (Paragraph(_line(r, language), label=texts.NAME.of(language, name=r.name)) for r in shown)
    return [Heading(heading.of(language)), *lines]


def _line(r: Figures, language: Language) -> str:
    """A rep's figures; what is nought altogether is left out."""
    told = []
    if r.reviews_held or r.reviews_due:
        told.append(texts.REVIEWS.of(language, held=r.reviews_held, due=r.reviews_due))
    if r.promises_kept or r.promises_open or r.promises_broken:
        numbers = {"kept": r.promises_kept, "open": r.promises_open, "broken": r.promises_broken}
        told.append(texts.PROMISES.of(language, **numbers))
    comma = "、" if language is Language.ZH else ", "
    earlier = comma.join(map(str, reversed(r.seconds[:-1])))
    asked_for = texts.ASKED.of(language, last=r.seconds[-1], earlier=earlier)
    return ("" if language is Language.ZH else " ").join([*(told or [texts.NEITHER.of(language)]), asked_for])


# --- plays ----------------------------------------------------------------------------------------------------------


def plays(base: Base, rep: Rep, now: datetime) -> Reply:
    """What plays did in a manager's team, by title: only those that five reps have seen."""
    language, since = rep.language, now - team.SPAN
    with base.database.read() as session:
        below = roles.below(session, rep.team_id, rep.id)
        uses = stored_evidence.uses(session, rep.team_id, since, now, now, below) if below else []
    library = base.shelf.library
    told = [(library.play(f.play), f) for f in evidence.figures(uses).values() if f.told]
    lines = sorted(_play_line(play.title.of(language), f, language) for play, f in told if play is not None)
    heading = texts.PLAYS.of(language)
    if not lines:
        return Reply(Message(heading, (Heading(heading), Paragraph(texts.PLAYS_NONE.of(language)))))
    return Reply(Message(heading, (Heading(heading), Bullets(tuple(lines)))))


def _play_line(title: str, f: evidence.Figures, language: Language) -> str:
    return texts.PLAY.of(
        language,
        title=title,
        shown=f.of(Deed.SHOWN),
        committed=f.of(Deed.COMMITTED),
        done=f.of(Deed.DONE) + f.of(Deed.CHANGED),
        wrong=f.of(Deed.WRONG),
        ignored=f.of(Deed.IGNORED),
    )
