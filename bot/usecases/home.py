"""The Home tab: at most three things for today, problems first, the accounts, what is held and why, the settings."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.core import wording
from bot.core.account import Rep
from bot.core.message import Actions, Bullets, Button, Divider, Heading, Message, Part, Small
from bot.core.nudge import Rule
from bot.core.texts import home as texts
from bot.core.texts import names, talk
from bot.usecases import accounts as account_cases
from bot.usecases import bad_days, monday_lists, people, planning, problems, team, today, visits
from bot.usecases.ports import Base
from storage import accounts, nudge_history
from storage.tables import NudgeRow

THINGS = 3
PAGE = 20
HELD_SHOWN = 5


def view(base: Base, rep: Rep, now: datetime, page: int = 0) -> Message:
    """The rep's Home tab; useful when there is nothing yet, and honest while the time zone is not known."""
    language = rep.language
    if planning.zone_of(base, rep) is None:
        return Message(texts.TITLE.of(language), tuple(people.zone_question(language)))
    parts = [
        *_problems(base, rep),
        *_today(base, rep, now),
        *_visits(base, rep, now),
        *_accounts(base, rep, page),
        *team.on_home(base, rep, now),
        *_waiting_and_held(base, rep, now),
        *people.settings(base, rep, now).parts,
        Small(talk.HELP_DM.of(language)),
    ]
    return Message(texts.TITLE.of(language), tuple(parts))


def _problems(base: Base, rep: Rep) -> list[Part]:
    """Open problems stand above all else."""
    if not problems.of_rep(base, rep):
        return []
    message = bad_days.overview(base, rep).message
    assert message is not None
    return [*message.parts, Divider()]


def _today(base: Base, rep: Rep, now: datetime) -> list[Part]:
    """What is due today; open problems stand above it already."""
    above = bool(problems.of_rep(base, rep))
    parts = today.overview(base, rep, now, THINGS, problems=not above).parts
    return [*parts, Divider()] if len(parts) > 1 or not above else []  # "nothing presses" would not be true


def _visits(base: Base, rep: Rep, now: datetime) -> list[Part]:
    return [*visits.overview(base, rep, now).parts[:2], Divider()]


def _accounts(base: Base, rep: Rep, page: int) -> list[Part]:
    """A page of accounts, each with its stage and order phase, and the way to the next page."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
    if not mine:
        return []
    page = min(max(page, 0), (len(mine) - 1) // PAGE)
    shown = mine[page * PAGE : (page + 1) * PAGE]
    lines = tuple(texts.ACCOUNT.of(language, account=a.name, facts=account_cases.brief(a, language)) for a in shown)
    buttons = [
        Button("account:add", talk.WELCOME_ADD.of(language)),
        Button("problem:log", texts.PROBLEM.of(language)),
    ]
    if page:
        buttons.append(Button("home:page", texts.BACK.of(language), str(page - 1)))
    if (page + 1) * PAGE < len(mine):
        buttons.append(Button("home:page", texts.MORE.of(language), str(page + 1)))
    heading = texts.ACCOUNTS.of(language, count=len(mine))
    return [Heading(heading), Bullets(lines), Actions(tuple(buttons)), Divider()]


def _waiting_and_held(base: Base, rep: Rep, now: datetime) -> list[Part]:
    """What waits behind the caps, then what else fits but not now."""
    waiting, told = monday_lists.on_home(base, rep, now)
    return [*waiting, *_held(base, rep, now, told)]


def _held(base: Base, rep: Rep, now: datetime, told: Collection[str]) -> list[Part]:
    """Nudges that fit but not now, with the rule that holds each; not those that were told of."""
    with base.database.read() as session:
        waiting = nudge_history.waiting(session, rep.team_id, rep.id)
        rows = [r for r in waiting if r.rule and r.play and r.id not in told]
        mine = {a.id: a.name for a in accounts.of_rep(session, rep.team_id, rep.id)}
    lines = _held_lines(base, rep, [r for r in rows if r.account_id in mine], mine, now)
    if not lines:
        return []
    return [Heading(texts.HELD.of(rep.language)), Bullets(tuple(lines[:HELD_SHOWN])), Divider()]


def _held_lines(base: Base, rep: Rep, rows: Sequence[NudgeRow], mine: dict[str, str], now: datetime) -> list[str]:
    zone, language = people.require_zone(base, rep), rep.language
    lines = []
    for row in rows:
        play = base.shelf.library.play(row.play)
        if play is None or row.rule is None:
            continue
        line = texts.HELD_LINE.of(
            language,
            account=mine[row.account_id],
            title=play.title.of(language),
            rule=names.RULES[Rule(row.rule)].of(language),
        )
        when = wording.moment(row.next_try_at, language, now.astimezone(zone))
        lines.append(texts.HELD_UNTIL.of(language, line=line, when=when))
    return lines
