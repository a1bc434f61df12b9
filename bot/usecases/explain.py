"""Why a nudge came: the rule, the facts with their dates, and what would switch it off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot import errors
from bot.core import absence, fit, wording
from bot.core.account import Language, OrderPhase, Rep, Stage
from bot.core.asked import TEAM_WEEK
from bot.core.message import Actions, Button, Message, Reply, plain
from bot.core.nudge import MONDAY_LIST
from bot.core.problem import RaisedBy, Step
from bot.core.texts import cards as texts
from bot.core.texts import facts, monday_list, names, stand_in, why_not
from bot.usecases import accounts as account_cases
from bot.usecases import advice, people, team_digest
from bot.usecases.ports import Base
from storage import accounts, nudge_history


def latest(base: Base, rep: Rep, name: str, now: datetime) -> Reply:
    """Why the last nudge came, of one account if it is named."""
    with base.database.read() as session:
        account = account_cases.find(session, rep, name) if name.strip() else None
        row = nudge_history.latest_sent(session, rep.team_id, rep.id, account.id if account is not None else None)
    if row is None:
        return Reply(plain(texts.WHY_NONE.of(rep.language)))
    return why(base, rep, row.id, now)


def why(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Why this nudge came."""
    with base.database.read() as session:
        row = nudge_history.get(session, rep.team_id, nudge_id)
        account = accounts.get(session, rep.team_id, row.account_id) if row is not None else None
    if row is not None and row.cue == TEAM_WEEK and row.rep_id == rep.id:
        return Reply(team_digest.why(rep))
    if row is not None and row.cue == MONDAY_LIST and row.rep_id == rep.id:
        return Reply(plain(monday_list.WHY.of(rep.language)))
    if row is None or account is None:
        raise errors.Refused("The card is not known any more.", code="card_gone")
    if rep.id not in (row.rep_id, row.sent_to):
        raise errors.Refused("The card is somebody else's.", code="not_yours")
    language = rep.language
    cue = facts.CUES.get(row.cue)
    lines = [texts.WHY_RULE.of(language, cue=cue.of(language) if cue is not None else row.cue)]
    about = told(row.facts, language, now.astimezone(people.require_zone(base, rep)))
    if about:
        lines.append(texts.WHY_FACTS.of(language, facts=about))
    if row.sent_to is not None:
        lines.append((stand_in.WHY_THEIRS if row.rep_id == rep.id else stand_in.WHY_YOURS).of(language))
        if absence.MARK in row.key and row.rep_id != rep.id:
            lines.append(stand_in.WHY_HANDED_ON.of(language))
    if row.rep_id == rep.id:
        off = texts.WHY_OFF_STEP if row.cue == fit.PROBLEM_STEP else texts.WHY_OFF_FACT
        lines.append(texts.WHY_OFF.of(language, off=off.of(language)))
    play = base.shelf.library.play(row.play)
    message = plain("\n".join(lines)) if play is None else advice.explanation(play, lines, language)
    if row.rep_id != rep.id:
        return Reply(message)
    instead = Actions((Button("why:not", why_not.BUTTON.of(language), account.id),))
    return Reply(Message(message.summary, (*message.parts, instead)))


def told(
    found: Iterable[Sequence[str]], language: Language, local: datetime, more: Mapping[str, wording.Text] | None = None
) -> str:
    """Facts, each with its name and its date as people write it; `more` are names of facts beside the usual ones."""
    known = {**facts.NAMES, **(more or {})}
    comma = "，" if language is Language.ZH else ", "
    return comma.join(
        f"{known[name].of(language) if name in known else name} {value(found_value, language, local)}"
        for name, found_value in found
    )


def value(value: str, language: Language, local: datetime) -> str:
    if value in set(Stage):
        return names.STAGES[Stage(value)].of(language)
    if value in set(OrderPhase):
        return names.PHASES[OrderPhase(value)].of(language)
    if value in set(Step):
        return names.STEPS[Step(value)].of(language)
    if value in set(RaisedBy):
        return names.RAISED_BY[RaisedBy(value)].of(language)
    try:
        if "T" in value:
            return wording.exact(datetime.fromisoformat(value), language, local)
        return wording.day(date.fromisoformat(value), language, local.date())
    except ValueError:
        return value
