"""What the owner of a play reads of a complaint: who, the words, the change in one line, whether it was tried."""

from dataclasses import dataclass

from bot.content.patch import Draft, Edit
from bot.core import retold
from bot.core.account import Language, OrderPhase, Stage
from bot.core.case import CaseAccount
from bot.core.complaint import Complaint, Wrong
from bot.core.message import Actions, Button, Heading, Message, Paragraph, Part, Small
from bot.core.playbook import Play
from bot.core.texts import facts as words
from bot.core.texts import feedback as texts
from bot.core.texts import names


@dataclass(frozen=True, slots=True)
class Told:
    """What a message is about. `who` is empty unless the rep wants to be asked; `can_propose`: there is a git host."""

    feedback_id: str
    complaint: Complaint | None
    draft: Draft | None
    text: str
    play: Play | None
    right: Play | None = None
    who: str = ""
    can_propose: bool = False

    def title(self, language: Language) -> str:
        """The name of the play that was met."""
        return self.play.title.of(language) if self.play is not None else texts.UNKNOWN_PLAY.of(language)

    @property
    def file(self) -> str:
        """The name of the file with the change; empty where there is none."""
        if self.draft is None or not self.draft.changes:
            return ""
        kind = "diff" if self.draft.is_patch else "draft.diff"
        assert self.draft.play is not None
        return f"{self.draft.play.id}-{self.feedback_id[:6]}.{kind}"


def message(told: Told, language: Language) -> Message:
    """The message with its buttons, where there is something to decide."""
    parts = [*_head(told, language), *_change(told, language)]
    draft = told.draft
    if draft is not None and draft.is_patch and told.can_propose:
        propose = Button("patch:propose", texts.PROPOSE.of(language), told.feedback_id, primary=True)
        parts.append(Actions((propose, Button("patch:leave", texts.LEAVE.of(language), told.feedback_id))))
    return Message(texts.SUMMARY.of(language, title=told.title(language)), tuple(parts))


def again(told: Told, language: Language, note: str, _url: str = "") -> Message:
    """The message with its buttons, and how it stands."""
    *parts, buttons = message(told, language).parts
    return Message(note, (*parts, Paragraph(note), buttons))


def settled(told: Told, language: Language, note: str, url: str = "") -> Message:
    """The same message once somebody decided; with a `url`, a button that opens it."""
    parts: list[Part] = [*_head(told, language), *_change(told, language), Paragraph(f"✓ {note}")]
    if url:
        parts.append(Actions((Button("patch:open", texts.OPEN.of(language), url=url),)))
    return Message(note, tuple(parts))


def _head(told: Told, language: Language) -> list[Part]:
    parts: list[Part] = [Heading(texts.HEADING.of(language, title=told.title(language))[:150])]
    complaint = told.complaint
    if complaint is not None:
        who = told.who or texts.WHO.of(language)
        parts.append(Paragraph(texts.SAID[complaint.wrong].of(language, who=who)))
    edit = told.draft.edit if told.draft is not None else None
    if told.text and (edit is None or told.text != edit.after):
        parts.append(Paragraph(told.text, label=texts.WORDS.of(language)))
    if complaint is None:
        return parts
    if complaint.question:
        parts.append(Paragraph(complaint.question, label=texts.ASKED.of(language)))
    if told.right is not None:
        parts.append(Paragraph(told.right.title.of(language), label=texts.WANTED.of(language)))
    if complaint.account is not None and complaint.wrong is not Wrong.WORDING:
        where = situation(complaint.account, language)
        parts += [Paragraph(where, label=texts.SITUATION.of(language))] if where else []
    return parts


def situation(account: CaseAccount, language: Language) -> str:
    """Stage and order phase in words: as much of an account as an owner reads."""
    known = []
    if account.stage is not None:
        known.append(names.STAGES[account.stage].of(language))
    if account.order_phase is not None:
        known.append(names.PHASES[account.order_phase].of(language))
    return (", " if language is Language.EN else "，").join(known)


def _detail(said: str, language: Language) -> str:
    """What `kam check` says, message and repair, in the reader's language."""
    found = [retold.in_language(sentence.removesuffix("."), language) for sentence in said.split(". ")]
    return ("。" if language is Language.ZH else ". ").join(found)


def _change(told: Told, language: Language) -> list[Part]:
    draft = told.draft
    if draft is None:
        return [Paragraph(texts.REASONS["unread"].of(language), label=texts.NOTE.of(language))]
    if draft.reason is not None:
        why = texts.REASONS[draft.reason.value].of(language, detail=_detail(draft.detail, language))
        parts: list[Part] = [Paragraph(why, label=texts.NOTE.of(language))]
        return [*parts, Small(texts.DRAFT.of(language))] if told.file else parts
    assert draft.edit is not None
    assert draft.play is not None
    line = effect(draft.edit, draft.play, language)
    apply = texts.APPLY.of(language, name=told.file)
    return [Paragraph(line, label=texts.CHANGE.of(language)), Small(texts.TRIED.of(language)), Small(apply)]


def effect(edit: Edit, play: Play, language: Language) -> str:
    """What a patch changes, in one line."""
    match edit.place:
        case ("wordings", _, int(number), _):
            return texts.WORDING_CHANGE.of(language, number=number + 1, before=edit.before, after=edit.after)
        case ("asks", _):
            return texts.ASK_CHANGE.of(language, title=play.title.of(language))
        case ("fits", "stages"):
            return texts.STAGE_CHANGE.of(language, value=names.STAGES[Stage(str(edit.before))].of(language))
        case ("fits", "order_phases"):
            return texts.PHASE_CHANGE.of(language, value=names.PHASES[OrderPhase(str(edit.before))].of(language))
        case ("fits", "but_not") if isinstance(edit.after, list):
            newest = edit.after[-1]
            stage, phase = names.STAGES[Stage(newest["stage"])], names.PHASES[OrderPhase(newest["order_phase"])]
            return texts.EXCEPTION_CHANGE.of(language, stage=stage.of(language), phase=phase.of(language))
        case ("fits", "on_visits"):
            return texts.VISITS_CHANGE.of(language)
        case _:
            return _of_cue(edit, play, language)


def _of_cue(edit: Edit, play: Play, language: Language) -> str:
    assert play.nudge is not None
    cue = words.CUES[play.nudge.cue.type].of(language)
    before, after = _value(edit.before), _value(edit.after)
    return texts.CUE_CHANGE.of(language, cue=cue, name=edit.place[-1], before=before, after=after)


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
