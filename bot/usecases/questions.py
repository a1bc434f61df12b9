"""What the coach asks or says by itself, tied to no play: the messages of kind `digest`."""

from datetime import datetime

from sqlmodel import Session

from bot.core.account import Rep
from bot.core.message import Actions, Button, Message, Paragraph
from bot.core.nudge import Nudge
from bot.core.texts import cards as texts
from bot.usecases import calendars, offers, people
from bot.usecases.ports import Base


def message(base: Base, session: Session, rep: Rep, planned: Nudge, now: datetime) -> Message | None:
    """An event without an account, accounts to take on, or nudges without an answer; None if it is moot by now."""
    if planned.cue == "event_unplaced":
        known = dict(planned.facts)
        key, at = planned.key.removeprefix("event:"), datetime.fromisoformat(known["visit"])
        return calendars.question(rep, key, known["event"], at, now, people.require_zone(base, rep))
    if planned.cue in offers.CUES:
        return offers.question(base, session, rep, planned, now)
    return ignored_offer(rep)


def ignored_offer(rep: Rep) -> Message:
    language = rep.language
    text = texts.IGNORED.of(language)
    buttons = (
        Button("ignored:keep", texts.IGNORED_KEEP.of(language)),
        Button("ignored:later", texts.IGNORED_LATER.of(language)),
        Button("ignored:stop", texts.IGNORED_STOP.of(language)),
    )
    return Message(text, (Paragraph(text), Actions(buttons)))
