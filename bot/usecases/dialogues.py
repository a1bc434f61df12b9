"""Dialogues: a few taps that think a play through. Each keeps the script it began with, and survives a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core import dialogue
from bot.core.account import Account, Language, Rep
from bot.core.dialogue import Ended, Moved
from bot.core.message import Actions, Button, Form, Heading, Input, Message, Paragraph, Reply, plain
from bot.core.message import Part as Shown
from bot.core.picture import Part
from bot.core.playbook import Dialogue, Effect
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Record, RecordKind
from bot.core.texts import cards as texts
from bot.core.texts import talk
from bot.usecases import cards, pictures, planning
from bot.usecases.ports import Base
from storage import accounts, history, replies
from storage import pictures as stored_pictures
from storage.tables import CommitmentRow, DialogueRow

RECORDS: dict[Effect, tuple[RecordKind, str]] = {
    Effect.LOG_PRAISE: (RecordKind.PRAISE, ""),
    Effect.DELIVERY_REVIEWED: (RecordKind.DELIVERY_REVIEWED, ""),
    Effect.EFFECT_REVIEWED: (RecordKind.EFFECT_REVIEWED, "good"),
    Effect.EFFECT_BELOW: (RecordKind.EFFECT_REVIEWED, "below"),
    Effect.LOG_NEWS: (RecordKind.NEWS, ""),
}
PICTURE_STEPS = {"picture": Part.TWO_YEARS, "quarter": Part.QUARTER, "month": Part.MONTH}
ABOUT = "_about"  # among the answers: what was known of the matter before the first question
LONGEST = 300


def start(
    base: Base, rep: Rep, play_id: str, account_id: str | None, nudge_id: str | None, now: datetime, *, about: str = ""
) -> Reply:
    """Opens the dialogue of a play; `about` is what is known of the matter, in the rep's words."""
    play = base.shelf.library.play(play_id)
    if play is None or play.dialogue is None:
        return Reply(plain(texts.DIALOGUE_NONE.of(rep.language)))
    first = play.dialogue.steps[0]
    row = DialogueRow(
        id=base.new_id(),
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=account_id,
        play=play.id,
        language=rep.language.value,
        script=play.dialogue.model_dump(mode="json"),
        step=first.id,
        answers={ABOUT: about} if about else {},
        nudge_id=nudge_id,
        started_at=now,
    )
    with base.database.write() as session:
        replies.save_dialogue(session, row)
        row_id = row.id
    title = play.title.of(rep.language)
    return Reply(_message(title, row_id, "", play.dialogue, first.id, {}, rep.language))


def _message(
    title: str,
    row_id: str,
    said: str,
    script: Dialogue,
    step_id: str | None,
    answers: dict[str, str],
    language: Language,
) -> Message:
    parts: list[Shown] = [Heading(title[:150])]
    if said:
        parts.append(Paragraph(said))
    step = script.step(step_id) if step_id is not None else None
    if step is not None:
        parts.append(Paragraph(dialogue.filled(step.ask.of(language), answers), label="›"))
        buttons = tuple(
            Button("dialogue:reply", reply.label.of(language), f"{row_id}|{step.id}|{reply.id}")
            for reply in step.replies
        )
        if step.write is not None:
            buttons = (
                Button("dialogue:write", texts.DIALOGUE_WRITE.of(language), f"{row_id}|{step.id}", primary=True),
            )
        parts.append(Actions(buttons))
    return Message(said or title, tuple(parts))


def _open(session: Session, rep: Rep, row_id: str, step_id: str) -> DialogueRow:
    """The dialogue in flight, at that step. Refuses strangers, ended ones, and steps that were left behind."""
    row = replies.dialogue(session, rep.team_id, row_id)
    if row is not None and row.rep_id != rep.id:
        raise errors.Refused("Somebody else's dialogue.", code="not_yours")
    if row is None or row.ended_at is not None or row.step != step_id:
        raise errors.Refused("That step is over.", code="dialogue_over")
    return row


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of a dialogue: its message, what it did, and the words that the rep has written so far.

    `problem_id` names the problem that is open because of it.
    """

    message: Message
    effect: Effect | None
    words: str
    problem_id: str | None


def reply(base: Base, rep: Rep, value: str, now: datetime) -> Walked:
    """A tapped reply: `value` is dialogue|step|reply."""
    row_id, step_id, reply_id = [*value.split("|"), "", ""][:3]
    return _go(base, rep, row_id, step_id, reply_id, now)


def write_form(base: Base, rep: Rep, value: str) -> Reply:
    """The window for a step that is written."""
    row_id, _, step_id = value.partition("|")
    with base.database.read() as session:
        row = _open(session, rep, row_id, step_id)
        step = Dialogue.model_validate(row.script).step(step_id)
        title = _title(base, row.play, rep.language)
    if step is None or step.write is None:
        raise errors.Refused("That step is over.", code="dialogue_over")
    field = Input("text", step.write.of(rep.language), "lines", longest=500)
    form = Form(
        "dialogue",
        title[:24],
        texts.DIALOGUE_SAVE.of(rep.language),
        talk.CANCEL.of(rep.language),
        (field,),
        intro=step.ask.of(rep.language),
        subject=value,
    )
    return Reply(form=form)


def written(base: Base, rep: Rep, value: str, text: str, now: datetime) -> Walked:
    """What was written at a step."""
    row_id, _, step_id = value.partition("|")
    return _go(base, rep, row_id, step_id, text, now)


def _go(base: Base, rep: Rep, row_id: str, step_id: str, said: str, now: datetime) -> Walked:
    with base.database.write() as session:
        row = _open(session, rep, row_id, step_id)
        script = Dialogue.model_validate(row.script)
        moved = dialogue.answer(script, step_id, said, row.answers)
        if moved is None:
            raise errors.Refused("That step is over.", code="dialogue_over")
        row.answers, row.taps = dict(moved.answers), row.taps + 1
        row.step = moved.step if isinstance(moved, Moved) else None
        row.ended_at = None if isinstance(moved, Moved) else now
        replies.save_dialogue(session, row)
        language = Language(row.language)
        problem = _carry_out(base, session, rep, row, moved, now)
        title, account_id = _title(base, row.play, language), row.account_id
    answer = moved.answer.of(language) if moved.answer is not None else ""
    answer = dialogue.filled(answer, moved.answers)
    message = _message(title, row_id, answer, script, moved.step, dict(moved.answers), language)
    if isinstance(moved, Ended) and moved.hand_over is not None and problem is None:
        message = _handed_over(base, rep, message, moved.hand_over, account_id)
    return Walked(message, moved.effect, _words(moved.answers), problem.id if problem is not None else None)


def _words(answers: Mapping[str, str]) -> str:
    return "; ".join(text for text in answers.values() if text)


def _title(base: Base, play_id: str, language: Language) -> str:
    play = base.shelf.library.play(play_id)
    return play.title.of(language) if play is not None else texts.MORE_DIALOGUE.of(language)


def _handed_over(base: Base, rep: Rep, message: Message, play_id: str, account_id: str | None) -> Message:
    play = base.shelf.library.play(play_id)
    if play is None:
        return message
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id) if account_id else None
    return Message(
        message.summary, (*message.parts, *cards.point(play, 0, rep, account), *cards.steps(play, rep.language))
    )


def _carry_out(
    base: Base, session: Session, rep: Rep, row: DialogueRow, moved: Moved | Ended, now: datetime
) -> Problem | None:
    """Does what the reply does besides answering; without an account there is nothing to write it on.

    Returns the problem that is open because of it.
    """
    effect = moved.effect
    account = accounts.get(session, rep.team_id, row.account_id) if row.account_id else None
    if effect is None or (account is None and effect is not Effect.COMMIT):
        return None
    if effect is Effect.COMMIT:
        replies.commit(session, _commitment(base, rep, row, now))
        return None
    assert account is not None
    problem = None
    match effect:
        case Effect.OPEN_PROBLEM:
            problem = open_problem(base, session, account, row.play, _words(moved.answers), now)
        case Effect.LOG_PICTURE:
            _draw(base, session, account, moved.answers, now)
        case Effect.LOG_CONTACT:
            accounts.log_contact(session, rep.team_id, account.id, By.US, now, "dialogue")
        case _:
            kind, answer = RECORDS[effect]
            record = Record(kind=kind, at=now, text=_words(moved.answers)[:500], answer=answer)
            history.add_record(session, rep.team_id, account.id, base.new_id(), record)
    planning.changed(base, session, account, now)
    return problem


def _draw(base: Base, session: Session, account: Account, answers: Mapping[str, str], now: datetime) -> None:
    """Keeps the picture that a dialogue drew; what it did not ask stays as it was."""
    before = stored_pictures.newest(session, account.team_id, account.id)
    known = {part: answers[name] for name, part in PICTURE_STEPS.items() if name in answers}
    pictures.keep(base, session, account, {**(before.answers if before is not None else {}), **known}, now)


def open_problem(base: Base, session: Session, account: Account, play_id: str, words: str, now: datetime) -> Problem:
    """The open problem of an account, else a new one in the rep's words; whoever opens it owns it from then on.

    One that is open without words gets these.
    """
    words = words[:LONGEST]
    open_ = [p for p in history.problems(session, account.team_id, account.id) if p.confirmed_at is None]
    if open_:
        if words and not open_[0].text:
            history.put_in_words(session, account.team_id, open_[0].id, words)
        return open_[0]
    raised = {"bad-news-first": RaisedBy.US, "shared-fault": RaisedBy.BOTH}
    problem = Problem(
        id=base.new_id(),
        account_id=account.id,
        text=words,
        opened_at=now,
        raised_by=raised.get(play_id, RaisedBy.CLIENT),
        done={Step.OWNED: now},
    )
    history.add_problem(session, account.team_id, problem)
    return problem


def _commitment(base: Base, rep: Rep, row: DialogueRow, now: datetime) -> CommitmentRow:
    return CommitmentRow(
        id=base.new_id(),
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=row.account_id,
        play=row.play,
        wording=0,
        made_at=now,
    )
