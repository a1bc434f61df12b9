"""The card of a nudge outside a visit, with the buttons that its matter asks for."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.account import Account, Rep
from bot.core.message import Message
from bot.core.nudge import Kind
from bot.core.playbook import NoneSince, Play
from bot.core.situation import RecordKind
from bot.usecases import cards, pictures, promise_taps
from bot.usecases.cards import Extra
from storage import history
from storage import pictures as stored


@dataclass(frozen=True, slots=True)
class Told:
    """What a nudge says: its occasion and facts, and a play in one of its wordings."""

    nudge_id: str
    kind: Kind
    key: str
    facts: tuple[tuple[str, str], ...]
    play: Play
    wording: int


def message(session: Session, rep: Rep, account: Account, told: Told, local: datetime) -> Message:
    """The card at `local`, in the rep's zone: a promise can be settled on it, a picture confirmed."""
    if _asks_for_the_picture(told.play):
        picture = stored.newest(session, account.team_id, account.id)
        if picture is not None:
            return pictures.question(rep, account, picture, told.nudge_id, local)
    drawn = history.newest_record(session, account.team_id, account.id, RecordKind.PICTURE)
    extra = Extra(
        about=cards.about(told.facts, rep.language, local.date()),
        step=pictures.step_line(drawn, rep.language, local),
        buttons=promise_taps.buttons(rep, told.key.split(":")[1], True, told.nudge_id) if _on_promise(told) else None,
    )
    return cards.nudge_card(told.nudge_id, told.play, told.wording, account, rep, extra)


def _on_promise(told: Told) -> bool:
    return told.kind is Kind.PROMISE and told.key.startswith("promise:")


def _asks_for_the_picture(play: Play) -> bool:
    cue = play.nudge.cue if play.nudge is not None else None
    return isinstance(cue, NoneSince) and cue.kind == "picture"
