"""What the coach asks or says of its own: on nudges without an answer, events, offers, stand-ins, plays and teams."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.account import Rep
from bot.core.asked import TEAM_WEEK
from bot.core.cadence import RepFacts
from bot.core.message import Actions, Button, Message, Paragraph
from bot.core.nudge import Nudge
from bot.core.texts import cards as texts
from bot.usecases import calendars, monday_lists, offers, play_reports, playbook_notices, stand_ins, team_digest
from bot.usecases.ports import Base


def message(
    base: Base, session: Session, facts: RepFacts, planned: Nudge, now: datetime, names: Mapping[str, str]
) -> Message | None:
    """What the rep reads; None where there is nothing left to ask. `names` are people's, by Slack id."""
    rep = facts.rep
    if planned.cue == "event_unplaced":
        known = dict(planned.facts)
        key, at = planned.key.removeprefix("event:"), datetime.fromisoformat(known["visit"])
        return calendars.question(rep, key, known["event"], at, now, facts.hours.zone)
    if planned.cue == playbook_notices.CUE:
        return playbook_notices.message(base, session, rep, planned, now)
    if planned.cue in offers.CUES:
        return offers.question(base, session, rep, planned, now)
    if planned.cue in stand_ins.CUES:
        return stand_ins.message(base, session, rep, planned, names)
    if planned.cue == play_reports.CUE:
        return play_reports.message(base, session, rep, planned, now)
    if planned.cue == TEAM_WEEK:
        return team_digest.message(base, session, rep, planned, now)
    if planned.cue == monday_lists.IGNORED:
        return monday_lists.question(rep)
    return ignored_offer(rep)


def posted(base: Base, rep: Rep, planned: Nudge) -> None:
    """What follows once such a message stands in Slack."""
    if planned.cue == TEAM_WEEK:
        base.later(lambda: team_digest.send_picture(base, rep, planned))


def ignored_offer(rep: Rep) -> Message:
    """Says that the nudges have stopped after three without an answer, and asks what suits."""
    language = rep.language
    text = texts.IGNORED.of(language)
    buttons = (
        Button("ignored:keep", texts.IGNORED_KEEP.of(language)),
        Button("ignored:later", texts.IGNORED_LATER.of(language)),
        Button("ignored:stop", texts.IGNORED_STOP.of(language)),
    )
    return Message(text, (Paragraph(text), Actions(buttons)))
