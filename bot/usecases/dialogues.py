"""Dialogues: a few taps that think a play through. Each keeps the script it began with, and survives a restart."""

from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core import dialogue
from bot.core.account import Language, Rep
from bot.core.dialogue import Ended, Moved
from bot.core.message import Actions, Button, Form, Heading, Input, Message, Paragraph, Part, Reply, plain
from bot.core.playbook import Dialogue, Effect, Play
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Record, RecordKind
from bot.core.texts import cards as texts
from bot.core.texts import talk
from bot.usecases import cards, planning
from bot.usecases.ports import Base
from storage import accounts, history, replies
from storage.tables import CommitmentRow, DialogueRow

RECORDS: dict[Effect, tuple[RecordKind, str]] = {
    Effect.LOG_PRAISE: (RecordKind.PRAISE, ""),
    Effect.DELIVERY_REVIEWED: (RecordKind.DELIVERY_REVIEWED, ""),
    Effect.EFFECT_REVIEWED: (RecordKind.EFFECT_REVIEWED, "good"),
    Effect.EFFECT_BELOW: (RecordKind.EFFECT_REVIEWED, "below"),
    Effect.LOG_PICTURE: (RecordKind.PICTURE, ""),
    Effect.LOG_NEWS: (RecordKind.NEWS, ""),
}


def start(base: Base, rep: Rep, play_id: str, account_id: str | None, nudge_id: str | None, now: datetime) -> Reply:
    """Opens the dialogue of a play."""
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
        answers={},
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
    parts: list[Part] = [Heading(title[:150])]
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


def reply(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
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


def written(base: Base, rep: Rep, value: str, text: str, now: datetime) -> Reply:
    """What was written at a step."""
    row_id, _, step_id = value.partition("|")
    return _go(base, rep, row_id, step_id, text, now)


def _go(base: Base, rep: Rep, row_id: str, step_id: str, said: str, now: datetime) -> Reply:
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
        _carry_out(base, session, rep, row, moved, said, now)
        title, account_id = _title(base, row.play, language), row.account_id
    answer = moved.answer.of(language) if moved.answer is not None else ""
    answer = dialogue.filled(answer, moved.answers)
    message = _message(title, row_id, answer, script, moved.step, dict(moved.answers), language)
    if isinstance(moved, Ended) and moved.hand_over is not None:
        message = _handed_over(base, rep, message, moved.hand_over, account_id)
    return Reply(message, replace=True)


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
    base: Base, session: Session, rep: Rep, row: DialogueRow, moved: Moved | Ended, said: str, now: datetime
) -> None:
    """Does what the reply does besides answering; without an account there is nothing to write it on."""
    effect = moved.effect
    account = accounts.get(session, rep.team_id, row.account_id) if row.account_id else None
    if effect is None or (account is None and effect is not Effect.COMMIT):
        return
    if effect is Effect.COMMIT:
        replies.commit(session, _commitment(base, rep, row, now))
        return
    assert account is not None
    match effect:
        case Effect.OPEN_PROBLEM:
            open_problem(base, session, account.id, rep, base.shelf.library.play(row.play), now)
        case Effect.LOG_CONTACT:
            accounts.log_contact(session, rep.team_id, account.id, By.US, now, "dialogue")
        case _:
            kind, answer = RECORDS[effect]
            record = Record(kind=kind, at=now, text="; ".join(moved.answers.values())[:500], answer=answer)
            history.add_record(session, rep.team_id, account.id, base.new_id(), record)
    planning.changed(base, session, account, now)


def open_problem(
    base: Base, session: Session, account_id: str, rep: Rep, play: Play | None, now: datetime, text: str = ""
) -> Problem | None:
    """Opens a problem on an account; None where one is open already. Whoever opens it owns it from then on."""
    if any(p.confirmed_at is None for p in history.problems(session, rep.team_id, account_id)):
        return None
    raised = {"bad-news-first": RaisedBy.US, "shared-fault": RaisedBy.BOTH}
    problem = Problem(
        id=base.new_id(),
        account_id=account_id,
        text=text or (play.title.of(rep.language) if play is not None else ""),
        opened_at=now,
        raised_by=raised.get(play.id if play is not None else "", RaisedBy.CLIENT),
        done={Step.OWNED: now},
    )
    history.add_problem(session, rep.team_id, problem)
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
