"""The Home tab: what presses today, the accounts, what is ahead, and the settings."""

from datetime import datetime

from bot.core.account import Rep
from bot.core.message import Actions, Button, Divider, Message, Part, Small
from bot.core.texts import talk
from bot.usecases import accounts, people, planning, today, visits
from bot.usecases.ports import Base


def view(base: Base, rep: Rep, now: datetime) -> Message:
    """The rep's Home tab; useful when there is nothing yet, and honest while the time zone is not known."""
    language = rep.language
    if planning.zone_of(base, rep) is None:
        parts: tuple[Part, ...] = tuple(people.zone_question(language))
        return Message(talk.HELP_HEADING.of(language), parts)
    sections = [
        today.overview(base, rep, now),
        visits.overview(base, rep, now),
        accounts.overview(base, rep, now),
        people.settings(base, rep, now),
    ]
    shown: list[Part] = []
    for section in sections:
        shown += [*section.parts, Divider()]
    add = Button("account:add", talk.WELCOME_ADD.of(language))
    has_add = any(isinstance(p, Actions) and any(b.action == "account:add" for b in p.buttons) for p in shown)
    tail: list[Part] = [] if has_add else [Actions((add,))]
    return Message(talk.HELP_HEADING.of(language), (*shown, *tail, Small(talk.HELP_DM.of(language))))
