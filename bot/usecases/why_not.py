"""Why nothing, or not something else, was said about an account: what is held, by which rule, until when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import errors
from bot.core import promise_over, stand_in, why_not, wording
from bot.core.account import Account, Language, OrderPhase, Rep, Stage
from bot.core.message import Bullets, Heading, Message, Part, Reply, Small, plain
from bot.core.nudge import Fate, Rule
from bot.core.texts import names
from bot.core.texts import stand_in as stand_in_texts
from bot.core.texts import why_not as texts
from bot.core.why_not import Bar, Held
from bot.usecases import accounts as account_cases
from bot.usecases import explain, people, receivers
from bot.usecases.ports import Base
from storage import accounts, nudge_history, situations
from storage import nudges as outbox

EXAMPLE = wording.Text("/kam why-not Acme", "/kam why-not 博远")
SHOWN = 6


def of_account(base: Base, rep: Rep, name: str, now: datetime) -> Reply:
    """What is held back on the account of that name."""
    with base.database.read() as session:
        account = account_cases.find(session, rep, name, archived=True, example=EXAMPLE)
    return Reply(_told(base, rep, account, now))


def beside(base: Base, rep: Rep, account_id: str, now: datetime) -> Reply:
    """What was held back on the account that a card is about."""
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None:
        raise errors.Refused("The account is gone.", code="card_gone")
    if account.rep_id != rep.id:
        raise errors.Refused("Somebody else's account.", code="not_yours")
    return Reply(_told(base, rep, account, now))


def _told(base: Base, rep: Rep, account: Account, now: datetime) -> Message:
    zone, language = people.require_zone(base, rep), rep.language
    with base.database.read() as session:
        situation = situations.load(session, account, rep, now, zone)
        facts = receivers.facts_of(base, session, rep, now)
        stored = nudge_history.of_account(session, rep.team_id, rep.id, account.id)
    assert facts is not None
    states = {row.id: outbox.nudge_of(row) if row.state == Fate.PLANNED.value else None for row in stored}
    left_out = {row.id for row in stored if row.state == Fate.DROPPED.value and row.rule == Rule.HOLDOUT.value}
    found = why_not.held(base.shelf.library, situation, facts, states, left_out)
    if not found:
        return plain(texts.NOTHING.of(language, account=account.name))
    heading = texts.HEADING.of(language, account=account.name)
    lines = tuple(_line(base, bar, account, language, now, zone) for bar in found[:SHOWN])
    parts: tuple[Part, ...] = (Heading(heading[:150]), Bullets(lines))
    if rep.stand_in is not None and stand_in.is_away(rep, now, facts.hours):
        parts = (*parts, Small(stand_in_texts.MEANWHILE.of(language)))
    if len(found) > SHOWN:
        return Message(heading, (*parts, Small(texts.MORE.of(language, count=len(found) - SHOWN))))
    return Message(heading, parts)


def _line(base: Base, bar: Held, account: Account, language: Language, now: datetime, zone: ZoneInfo) -> str:
    local = now.astimezone(zone)
    what, why = _what(base, bar, language), _why(bar, language, local)
    free = _free(bar, account, language, local)
    if free:
        return texts.LINE_FREE.of(language, what=what, why=why, free=free)
    return texts.LINE.of(language, what=what, why=why)


def _what(base: Base, bar: Held, language: Language) -> str:
    if bar.rule is Rule.OPEN_PROBLEM:
        return texts.EVERYTHING_ELSE.of(language)
    if not bar.plays or bar.rule in (Rule.PAUSED, Rule.SNOOZED):
        return texts.EVERYTHING.of(language)
    titles = [play.title.of(language) for p in bar.plays if (play := base.shelf.library.play(p)) is not None]
    titles += [texts.PROMISE_OVER.of(language)] * bar.plays.count(promise_over.CUE)
    if len(titles) == 1:
        return titles[0]
    count = len(titles) if language is Language.ZH else len(titles) - 1
    return texts.ONE_MORE.of(language, title=titles[0], count=count)


def _why(bar: Held, language: Language, local: datetime) -> str:
    known = dict(bar.facts)
    wanted = wording.listed([_place(value, language) for name, value in bar.facts if name == "wanted"], language)
    match bar.bar:
        case Bar.ARCHIVED:
            return texts.ARCHIVED.of(language)
        case Bar.STOPPED:
            return texts.STOPPED.of(language)
        case Bar.STAGE:
            if "stage" not in known:
                return texts.STAGE_UNKNOWN.of(language, wanted=wanted)
            return texts.STAGE.of(language, wanted=wanted, now=_place(known["stage"], language))
        case Bar.PHASE:
            if "order_phase" not in known:
                return texts.PHASE_UNKNOWN.of(language, wanted=wanted)
            return texts.PHASE.of(language, wanted=wanted, now=_place(known["order_phase"], language))
        case Bar.EXCEPTION:
            stage, phase = (_place(known[name], language) for name in ("stage", "order_phase"))
            return texts.EXCEPTION.of(language, stage=stage, phase=phase)
        case Bar.WITH_VISIT:
            at = datetime.fromisoformat(known["visit"])
            return texts.WITH_VISIT.of(language, when=wording.exact(at, language, local))
        case Bar.LISTED:
            at = datetime.fromisoformat(known["sent"]).astimezone(local.tzinfo)
            return texts.LISTED.of(language, when=wording.day(at.date(), language, local.date()))
        case Bar.SENT:
            at = datetime.fromisoformat(known["sent"]).astimezone(local.tzinfo)
            return texts.SENT.of(language, when=wording.day(at.date(), language, local.date()))
        case Bar.LATER:
            why = texts.LATER.of(language)
        case Bar.RULE:
            assert bar.rule is not None
            why = names.RULES[bar.rule].of(language)
    told = explain.told(bar.facts, language, local, texts.NAMES)
    return texts.FACTS.of(language, why=why, facts=told) if told else why


def _place(value: str, language: Language) -> str:
    """A stage or an order phase in words."""
    if value in set(Stage):
        return names.STAGES[Stage(value)].of(language)
    return names.PHASES[OrderPhase(value)].of(language)


def _free(bar: Held, account: Account, language: Language, local: datetime) -> str:
    """Until when it is held, and what would free it sooner."""
    parts: list[str] = []
    if bar.until is not None and bar.until.year < 9000:
        until = texts.FROM if bar.bar is Bar.LATER else texts.UNTIL
        parts.append(until.of(language, when=wording.exact(bar.until, language, local)))
    freeing = {
        Bar.ARCHIVED: texts.FREE_ARCHIVED,
        Bar.STOPPED: texts.FREE_STOPPED,
        Bar.STAGE: texts.FREE_STAGE,
        Bar.PHASE: texts.FREE_PHASE,
        Bar.LISTED: texts.FREE_LISTED,
    }.get(bar.bar)
    freeing = freeing or (texts.FREE.get(bar.rule) if bar.rule is not None else None)
    if freeing is not None:
        parts.append(freeing.of(language, account=account.name))
    return ("" if language is Language.ZH else " ").join(parts)
