"""The card of a nudge outside a visit, with the buttons that its matter asks for."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.account import Account, Rep
from bot.core.message import Message
from bot.core.nudge import Kind, Nudge
from bot.core.playbook import Play
from bot.core.raising import NoneSince
from bot.core.situation import RecordKind
from bot.usecases import cards, pictures, promise_taps
from bot.usecases.cards import Extra
from bot.usecases.ports import Base
from storage import history, replies
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


def told(planned: Nudge, play: Play, wording: int) -> Told:
    """What a planned nudge says in a play's wording."""
    return Told(planned.id, planned.kind, planned.key, planned.facts, play, wording)


def message(session: Session, rep: Rep, account: Account, said: Told, local: datetime) -> Message:
    """The card at `local`, in the rep's zone: a promise can be settled on it, a picture confirmed."""
    if _asks_for_the_picture(said.play):
        picture = stored.newest(session, account.team_id, account.id)
        if picture is not None:
            return pictures.question(rep, account, picture, said.nudge_id, local)
    about = cards.about(said.facts, rep.language, local.date())
    if said.kind is Kind.PROMISE and said.key.startswith("promise:"):
        buttons = promise_taps.buttons(rep, said.key.split(":")[1], True, said.nudge_id)
        extra = Extra(about, buttons=buttons)
    else:
        drawn = history.newest_record(session, account.team_id, account.id, RecordKind.PICTURE)
        extra = Extra(about, pictures.step_line(drawn, rep.language, local))
    return cards.nudge_card(said.nudge_id, said.play, said.wording, account, rep, extra)


def _asks_for_the_picture(play: Play) -> bool:
    cue = play.nudge.cue if play.nudge is not None else None
    return isinstance(cue, NoneSince) and cue.kind == "picture"


def committed(base: Base, session: Session, planned: Nudge, rep: Rep) -> str:
    """What the rep meant to do on the visit, in the words of the card; empty if nothing."""
    if planned.visit_id is None:
        return ""
    commitment = replies.commitment_for_visit(session, planned.team_id, planned.visit_id)
    play = base.shelf.library.play(commitment.play) if commitment is not None else None
    if commitment is None or play is None:
        return ""
    return play.wordings.of(rep.language)[commitment.wording].do
