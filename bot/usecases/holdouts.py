"""The hold-out as an admin switches it, and as everybody may read it."""

from datetime import UTC, datetime

from bot import errors
from bot.core import wording
from bot.core.account import Rep
from bot.core.holdout import LARGEST, SMALLEST
from bot.core.message import Heading, Message, Paragraph, Part, Small
from bot.core.texts import holdout as texts
from bot.log import log
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import holdouts
from storage.holdouts import Holdout

OFF = ("off", "no", "0", "关", "关闭", "停")
LONGEST_SHOWN = 40
LONGEST_SHARE = 3  # digits


def setting(base: Base, rep: Rep, value: str, now: datetime) -> Message:
    """What is set, after an admin changed it: a percentage, or off. Without a value everybody may read it."""
    wanted = value.strip().casefold()
    if not wanted:
        with base.database.read() as session:
            return _told(base, rep, holdouts.of_team(session, rep.team_id), now)
    if rep.id not in base.admins_of(rep.team_id):
        raise errors.Refused("Not an admin.", code="not_an_admin")
    percent = 0 if wanted in OFF else _percent(wanted)
    with base.database.write() as session:
        kept = holdouts.switch(session, rep.team_id, percent, now)
    log.info("holdout_set", team_id=rep.team_id, percent=percent, by=rep.id)
    return _told(base, rep, kept, now)


def _percent(text: str) -> int:
    number = text.rstrip("%％ ").strip()
    if not number.isdecimal() or len(number) > LONGEST_SHARE or not SMALLEST <= int(number) <= LARGEST:
        params = {"value": text[:LONGEST_SHOWN], "smallest": str(SMALLEST), "largest": str(LARGEST)}
        raise errors.Refused(f"No share: {text!r}.", code="holdout_value", params=params)
    return int(number)


def _told(base: Base, rep: Rep, holdout: Holdout, now: datetime) -> Message:
    language = rep.language
    state = texts.OFF.of(language)
    if holdout.percent and holdout.since is not None:
        zone = planning.zone_of(base, rep) or UTC
        since, today = (at.astimezone(zone).date() for at in (holdout.since, now))
        state = texts.ON.of(language, day=wording.day(since, language, today), percent=holdout.percent)
    parts: list[Part] = [Heading(texts.HEADING.of(language)), Paragraph(state), Paragraph(texts.NEVER.of(language))]
    if holdout.percent:
        parts.append(Small(texts.READ.of(language)))
    parts.append(Small(texts.HOW.of(language)))
    return Message(state, tuple(parts))
