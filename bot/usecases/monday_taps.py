"""Taps on a Monday list: a line is opened, lists are stopped or go on; and the setting."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import errors
from bot.core import cadence, fit, guards, judgement
from bot.core.account import Account, Rep
from bot.core.cadence import RepFacts, Sent
from bot.core.message import Message, Reply, plain
from bot.core.nudge import MONDAY_LIST, Kind, Nudge
from bot.core.playbook import Play
from bot.core.texts import monday_list as texts
from bot.core.texts import names
from bot.usecases import advice, people, receivers, undo
from bot.usecases.ports import Base
from storage import accounts, monday_lists, nudge_history, replies, reps, situations

WISHES = {"on": "weekly", "off": "off", "开": "weekly", "关": "off"}


def open_line(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Opens one line as advice that was asked for; says what happened where it is settled by now."""
    list_id, _, nudge_id = value.partition("|")
    with base.database.write() as session:
        _own(session, rep, list_id)
        planned = monday_lists.line(session, rep.team_id, list_id, nudge_id)
        account = accounts.get(session, rep.team_id, planned.account_id) if planned is not None else None
        if planned is None or account is None:
            raise errors.Refused("The line is not known any more.", code="card_gone")
        nudge_history.answer(session, rep.team_id, list_id, "opened", now)
        facts = receivers.facts_of(base, session, rep, now)
        play = base.shelf.library.play(planned.play)
        instead = _changed(base, session, rep, account, planned, now)
        if instead is None:
            monday_lists.opened(session, rep.team_id, nudge_id, now)
    if instead is not None or play is None or facts is None:
        return Reply(plain(instead or texts.GONE.of(rep.language, account=account.name)))
    return advice.of_play(base, rep, account, play, planned.cue, _words(base, facts, account, play, now), now)


def _words(base: Base, facts: RepFacts, account: Account, play: Play, now: datetime) -> int:
    """The wording that the rep has not read, on a card or when a line was opened; where all were, the oldest."""
    manners, rep = base.shelf.library.manners, facts.rep
    with base.database.read() as session:
        since = now - timedelta(days=manners.said_again_days)
        asked = replies.advised(session, rep.team_id, rep.id, play.id, since)
    read = [Sent(at=at, kind=Kind.NUDGE, account_id=account.id, play=play.id, wording=n) for at, n in asked]
    facts = replace(facts, sent=sorted([*facts.sent, *read], key=lambda sent: sent.at))
    index = cadence.wording(play.id, account.name, facts, now, manners)
    return judgement.oldest_wording(play.id, facts) if index is None else index


def _own(session: Session, rep: Rep, list_id: str) -> None:
    """Refuses what is no list, nobody's list, and somebody else's."""
    row = nudge_history.get(session, rep.team_id, list_id)
    if row is None or row.cue != MONDAY_LIST:
        raise errors.Refused("The list is not known any more.", code="card_gone")
    if row.rep_id != rep.id:
        raise errors.Refused("Somebody else's list.", code="not_yours")


def _changed(base: Base, session: Session, rep: Rep, account: Account, planned: Nudge, now: datetime) -> str | None:
    """What to say instead of the advice, where facts have changed since the list; None if it still stands."""
    language, library, name = rep.language, base.shelf.library, account.name
    if account.rep_id != rep.id:
        return texts.ELSEWHERE.of(language, account=name)
    if account.archived_as is not None:
        return texts.ARCHIVED.of(language, account=name)
    play = library.play(planned.play)
    if play is None:
        return texts.GONE.of(language, account=name)
    situation = situations.load(session, account, rep, now, people.require_zone(base, rep))
    barred = guards.bar_unasked(play, situation, library.manners)
    if barred is not None:
        return texts.BARRED.of(language, account=name, rule=names.RULES[barred].of(language))
    if not fit.still_holds(planned, library.plays, situation):
        return texts.SETTLED.of(language, account=name)
    return None


def more(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The menu of a list: why it came, or no more of them."""
    name, _, list_id = value.partition("|")
    with base.database.write() as session:
        _own(session, rep, list_id)
        nudge_history.answer(session, rep.team_id, list_id, name, now)
    return Reply(setting(base, rep, "off", now) if name == "stop" else why(rep))


def after_three(base: Base, rep: Rep, wish: str, now: datetime) -> Reply:
    """What becomes of the lists that stopped after three were left unopened: they go on, or are off."""
    with base.database.write() as session:
        monday_lists.count_as_answered(session, rep.team_id, rep.id, now)
    if wish == "keep":
        return Reply(plain(texts.KEPT.of(rep.language)), replace=True)
    return Reply(setting(base, rep, "off", now), replace=True)


# --- its setting ------------------------------------------------------------------------------------------------------


def setting(base: Base, rep: Rep, value: str, now: datetime) -> Message:
    """Switches the list on or off; alone, says which it is. Refuses other words."""
    value = value.strip()
    if not value:
        return plain((texts.ON if rep.monday_list else texts.OFF).of(rep.language))
    wish = WISHES.get(value.casefold())
    if wish is None:
        params = {"name": "list", "value": value[: people.LONGEST_SHOWN], "example": "off"}
        raise errors.Refused(f"Cannot read {value!r} for list.", code="settings_value", params=params)
    with base.database.write() as session, undo.watch(base, session, rep, now, settings=True) as watched:
        changed = reps.save(session, rep.team_id, rep.id, monday_list=wish)
    return watched.offered(plain((texts.ON if changed.monday_list else texts.OFF).of(rep.language)))


def switched(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The settings, after the list was switched on or off there."""
    setting(base, rep, value, now)
    return Reply(people.settings(base, replace(rep, monday_list=value == "on"), now), replace=True)


def why(rep: Rep) -> Message:
    """Why the list came, and what stops it."""
    return plain(texts.WHY.of(rep.language))
