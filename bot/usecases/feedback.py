"""What a rep said was wrong with a card, for the owner of its play."""

from datetime import datetime

from bot.core.account import Rep
from bot.core.message import Form, Input, Reply, plain
from bot.core.texts import cards as texts
from bot.core.texts import talk
from bot.usecases import taps
from bot.usecases.ports import Base
from storage import replies
from storage.tables import FeedbackRow


def wrong_form(rep: Rep, subject: str) -> Reply:
    """The window that asks what a card should have said."""
    language = rep.language
    text = Input("text", texts.WRONG_LABEL.of(language), "lines", longest=1000)
    return Reply(
        form=Form(
            "wrong",
            texts.WRONG_TITLE.of(language),
            texts.WRONG_SEND.of(language),
            talk.CANCEL.of(language),
            (text,),
            subject=subject,
        )
    )


def wrong(base: Base, rep: Rep, subject: str, text: str, now: datetime) -> Reply:
    """Keeps what was wrong, for the owner of the play. `subject` is a nudge's id, or `play:` and a play's."""
    with base.database.write() as session:
        if subject.startswith("play:"):
            play, nudge_id = subject.removeprefix("play:"), None
        else:
            card = taps.card_of(base, session, rep, subject)
            play, nudge_id = card.row.play, card.row.id
        row = FeedbackRow(
            id=base.new_id(), team_id=rep.team_id, rep_id=rep.id, play=play, nudge_id=nudge_id, text=text, at=now
        )
        replies.feedback(session, row)
    return Reply(plain(texts.WRONG_THANKS.of(rep.language)))
