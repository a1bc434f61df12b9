"""Pauses: a rep hears nothing unasked for a while; always visible in the settings, and ended by one tap."""

import re
from datetime import datetime

from bot import errors
from bot.core import when, wording
from bot.core.account import Rep
from bot.core.message import Actions, Button, Message, Paragraph, Reply, plain
from bot.core.texts import privacy as texts
from bot.core.texts import talk
from bot.usecases import people, planning
from bot.usecases.ports import Base
from storage import replies, reps

OFF = frozenset({"off", "end", "stop", "resume", "关", "关闭", "结束", "恢复", "取消"})
OPEN = "open"
LEAD = re.compile(r"^(?:until|till|til|for|to|到|直到)\s*", re.IGNORECASE)
TAIL = re.compile(r"\s*(?:为止|之前|前)$")


def pause(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """Pauses until what the text says ("3 days", "until fri", "到周五"), ends the pause ("off"), or asks how long."""
    value = text.strip()
    if not value:
        return Reply(_question(base, rep, now))
    if value.casefold() in OFF:
        return Reply(end(base, rep, now))
    if value == OPEN:
        return Reply(_pause(base, rep, replies.end_of_time(), now))
    return Reply(_pause(base, rep, _until(base, rep, value, now), now))


def _until(base: Base, rep: Rep, value: str, now: datetime) -> datetime:
    zone = people.require_zone(base, rep)
    local = now.astimezone(zone)
    bare = TAIL.sub("", LEAD.sub("", value)).strip()
    for words in (bare, f"in {bare}", f"{bare}后"):
        match when.read(words, local, zone):
            case when.Understood(moment=moment):
                return moment.at
            case when.Past(moment=moment):
                told = wording.moment(moment.at, rep.language, local, moment.all_day)
                raise errors.Refused("That is over.", code="pause_past", params={"when": told})
            case when.Choices(moments=moments):
                return moments[0].at
            case when.NotUnderstood():
                continue
    raise errors.Refused(f"Cannot read {value!r}.", code="pause_value", params={"value": value[:60]})


def _pause(base: Base, rep: Rep, until: datetime, now: datetime) -> Message:
    _set(base, rep, until, now)
    language = rep.language
    text = texts.PAUSED_OPEN.of(language)
    if until != replies.end_of_time():
        local = now.astimezone(people.require_zone(base, rep))
        text = texts.PAUSED.of(language, when=wording.exact(until, language, local))
    return Message(text, (Paragraph(text), Actions((Button("pause:off", texts.PAUSE_OFF.of(language)),))))


def end(base: Base, rep: Rep, now: datetime) -> Message:
    """Ends the pause; what is due comes at its next moment."""
    _set(base, rep, None, now)
    return plain(texts.RESUMED.of(rep.language))


def _set(base: Base, rep: Rep, until: datetime | None, now: datetime) -> None:
    with base.database.write() as session:
        changed = reps.save(session, rep.team_id, rep.id, paused_until=until)
        planning.replan(base, session, changed, now)


def _question(base: Base, rep: Rep, now: datetime) -> Message:
    language, until = rep.language, rep.paused_until
    if until is not None and until > now:
        text = texts.PAUSED_OPEN.of(language)
        if until != replies.end_of_time():
            local = now.astimezone(people.require_zone(base, rep))
            text = talk.SETTINGS_PAUSED.of(language, when=wording.exact(until, language, local))
        return Message(text, (Paragraph(text), Actions((Button("pause:off", texts.PAUSE_OFF.of(language)),))))
    buttons = (
        Button("pause:on", texts.PAUSE_THREE_DAYS.of(language), "3 days"),
        Button("pause:on", texts.PAUSE_WEEK.of(language), "7 days"),
        Button("pause:on", texts.PAUSE_OPEN.of(language), OPEN),
    )
    ask = texts.PAUSE_ASK.of(language)
    return Message(ask, (Paragraph(texts.PAUSE_NOW.of(language)), Paragraph(ask), Actions(buttons)))
