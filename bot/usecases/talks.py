"""Dialogues as they are walked in chat: where one opens a problem, its clock stands below the answer at once."""

from datetime import datetime

from bot.core.account import Rep
from bot.core.message import Actions, Button, Form, Input, Message, Reply
from bot.core.playbook import Effect
from bot.core.texts import talk
from bot.core.texts import trouble as texts
from bot.usecases import bad_days, dialogues
from bot.usecases.dialogues import LONGEST, Walked
from bot.usecases.ports import Base
from storage import history


def reply(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """A tapped reply of a dialogue."""
    return _told(base, rep, dialogues.reply(base, rep, value, now), now)


def written(base: Base, rep: Rep, value: str, text: str, now: datetime) -> Reply:
    """What was written at a step of a dialogue."""
    return _told(base, rep, dialogues.written(base, rep, value, text, now), now)


def _told(base: Base, rep: Rep, walked: Walked, now: datetime) -> Reply:
    message = walked.message
    if walked.problem_id is not None:
        return Reply(_with_clock(base, rep, message, walked.problem_id, now), replace=True)
    if walked.effect is Effect.OPEN_PROBLEM:  # no account is known yet: the form asks for it
        log = Button("problem:log", texts.FORM.of(rep.language), walked.words, primary=True)
        message = Message(message.summary, (*message.parts, Actions((log,))))
    return Reply(message, replace=True)


def _with_clock(base: Base, rep: Rep, message: Message, problem_id: str, now: datetime) -> Message:
    """The answer, and the problem's card below it; without words, a button to write the client's down."""
    with base.database.read() as session:
        trouble = bad_days.find(session, rep, problem_id)
    card = bad_days.card(base, rep, trouble, now)
    extra: tuple[Actions, ...] = ()
    if not trouble.problem.text:
        extra = (Actions((Button("problem:words", texts.WORDS_WRITE.of(rep.language), problem_id),)),)
    return Message(card.summary, (*message.parts, *card.parts, *extra))


def words_form(base: Base, rep: Rep, problem_id: str) -> Reply:
    """The window for what the client said."""
    with base.database.read() as session:
        trouble = bad_days.find(session, rep, problem_id)
    language = rep.language
    field = Input("text", texts.WORDS_LABEL.of(language), "lines", initial=trouble.problem.text, longest=LONGEST)
    title, save, close = (t.of(language) for t in (texts.WORDS_WRITE, talk.SAVE, talk.CANCEL))
    return Reply(form=Form("problem_words", title, save, close, (field,), subject=problem_id))


def keep_words(base: Base, rep: Rep, problem_id: str, text: str, now: datetime) -> Reply:
    """Keeps what a problem is about; its card and its drafts say so from now on."""
    with base.database.write() as session:
        bad_days.find(session, rep, problem_id)
        history.put_in_words(session, rep.team_id, problem_id, text[:LONGEST])
        trouble = bad_days.find(session, rep, problem_id)
    return Reply(bad_days.card(base, rep, trouble, now), replace=True)
