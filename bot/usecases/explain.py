"""Why a nudge came: the rule, the facts with their dates, and what would switch it off."""

from datetime import date, datetime

from bot import errors
from bot.core import wording
from bot.core.account import Language, OrderPhase, Rep, Stage
from bot.core.message import Reply, plain
from bot.core.texts import cards as texts
from bot.core.texts import facts, names
from bot.usecases import accounts as account_cases
from bot.usecases import advice, people
from bot.usecases.ports import Base
from storage import accounts, nudge_history
from storage.tables import NudgeRow


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
    if row is None or account is None:
        raise errors.Refused("The card is not known any more.", code="card_gone")
    if row.rep_id != rep.id:
        raise errors.Refused("The card is somebody else's.", code="not_yours")
    language = rep.language
    cue = facts.CUES.get(row.cue)
    lines = [texts.WHY_RULE.of(language, cue=cue.of(language) if cue is not None else row.cue)]
    told = _told(base, rep, row, now)
    if told:
        lines.append(texts.WHY_FACTS.of(language, facts=told))
    lines.append(texts.WHY_OFF.of(language, off=texts.WHY_OFF_FACT.of(language)))
    play = base.shelf.library.play(row.play)
    if play is None:
        return Reply(plain("\n".join(lines)))
    return Reply(advice.explanation(play, lines, language))


def _told(base: Base, rep: Rep, row: NudgeRow, now: datetime) -> str:
    """The facts of a nudge, each with its name and its date as people write it."""
    zone, language = people.require_zone(base, rep), rep.language
    local = now.astimezone(zone)
    comma = "，" if language is Language.ZH else ", "
    return comma.join(
        f"{facts.NAMES[name].of(language) if name in facts.NAMES else name} {_value(value, language, local)}"
        for name, value in row.facts
    )


def _value(value: str, language: Language, local: datetime) -> str:
    if value in set(Stage):
        return names.STAGES[Stage(value)].of(language)
    if value in set(OrderPhase):
        return names.PHASES[OrderPhase(value)].of(language)
    try:
        if "T" in value:
            return wording.moment(datetime.fromisoformat(value), language, local)
        return wording.day(date.fromisoformat(value), language, local.date())
    except ValueError:
        return value
