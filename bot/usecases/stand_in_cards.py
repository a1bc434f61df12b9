"""What a stand-in reads and may tap: the card without what is only the keeper's, and leave for what they were sent."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core import stand_in, wording
from bot.core.account import Account, Rep
from bot.core.cadence import RepFacts
from bot.core.message import Actions, Menu, Message, Part, Small
from bot.core.texts import roles
from bot.core.texts import stand_in as texts
from storage import nudge_history, reps
from storage.tables import NudgeRow

TAPS = frozenset(
    {
        "card:commit", "card:skip", "card:steps", "problem:boss", "problem:came_back", "problem:done",
        "problem:stayed_away", "promise:ask", "promise:break", "promise:kept", "promise:missed", "promise:move",
        "promise:say", "promise:turn",
    }
)  # fmt: skip
ENTRIES = {"card:more": "why|", "problem:more": "steps|"}  # of a menu, what begins so


def narrowed(message: Message) -> Message:
    """The message with the buttons that a stand-in may tap, and no others."""
    parts = (part for part in map(_narrowed, message.parts) if part is not None)
    return Message(message.summary, tuple(parts))


def _narrowed(part: Part) -> Part | None:
    if not isinstance(part, Actions):
        return part
    buttons = tuple(button for button in part.buttons if button.action in TAPS)
    menu = part.menu
    if menu is not None:
        entries = tuple(entry for entry in menu.options if entry[1].startswith(ENTRIES.get(menu.action, "\0")))
        menu = Menu(menu.action, entries) if entries else None
    return Actions(buttons, menu) if buttons or menu is not None else None


def framed(message: Message, reader: Rep, keeper: RepFacts, now: datetime, name: str) -> Message:
    """A narrowed message below a line that says for whom it is, and until when."""
    language = reader.language
    name = name or roles.OFFER_SOMEBODY.of(language)
    back = stand_in.back_at(keeper, now)
    line = texts.FOR.of(language, name=name)
    if back is not None:
        today = now.astimezone(keeper.hours.zone).date()
        day = wording.day(back.astimezone(keeper.hours.zone).date(), language, today)
        line = texts.FOR_UNTIL.of(language, name=name, day=day)
    kept = narrowed(message)
    return Message(kept.summary, (Small(line), *kept.parts))


def after_tap(message: Message, reader: Rep, account: Account) -> Message:
    """What stands there after a tap: as it is for the keeper of the account, narrowed for a stand-in."""
    if account.rep_id == reader.id:
        return message
    kept = narrowed(message)
    return Message(kept.summary, (Small(texts.STANDING_IN.of(reader.language)), *kept.parts))


def for_reader(account: Account, keeper: Rep | None) -> Account:
    """The account as a stand-in sees it: what is said to the client stays in the client's language."""
    if account.language is not None or keeper is None:
        return account
    return replace(account, language=keeper.language)


def leave(session: Session, rep: Rep, account: Account, *, problem_id: str = "", promise_id: str = "") -> Account:
    """The account, for its keeper, or for a stand-in whom the keeper's nudge on this very matter went to.

    Refuses everybody else, and those once sent something for somebody who does not keep the account any more.
    """
    if account.rep_id == rep.id:
        return account
    if not had(session, rep, account, problem_id=problem_id, promise_id=promise_id):
        raise errors.Refused("Somebody else's account.", code="not_yours")
    return for_reader(account, reps.get(session, rep.team_id, account.rep_id))


def had(session: Session, rep: Rep, account: Account, *, problem_id: str = "", promise_id: str = "") -> list[NudgeRow]:
    """What a stand-in was sent on a problem or a promise of an account, oldest first; for reading only."""
    rows = nudge_history.to_stand_in(session, rep.team_id, rep.id, account.rep_id)
    about = f"promise:{promise_id}:"
    return [r for r in rows if (problem_id and r.problem_id == problem_id) or (promise_id and r.key.startswith(about))]
