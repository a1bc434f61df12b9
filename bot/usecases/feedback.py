"""What a rep says is wrong with a card: one tap and one sentence, kept without names and passed on."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError
from sqlmodel import Session

from bot import errors
from bot.core import case_facts, unnamed
from bot.core.account import Account, Language, Rep
from bot.core.case import CaseAccount
from bot.core.complaint import Complaint, Wrong
from bot.core.message import Filled, Form, Input, Option, Reply, plain
from bot.core.nudge import Kind
from bot.core.part import Part
from bot.core.texts import feedback as texts
from bot.core.texts import talk
from bot.core.wording import Text
from bot.usecases import advice, complaints, patches, planning, taps
from bot.usecases.ports import Base
from storage import accounts, nudge_history, replies, situations
from storage.tables import FeedbackRow, NudgeRow

ADVICE = "advice:"  # what a subject begins with that is about advice; any other is a nudge's id
LONGEST = 300


@dataclass(frozen=True, slots=True)
class About:
    """What was met: the play, where, in which of its wordings, and what had been asked."""

    play: str
    wording: int = 0
    account: CaseAccount | None = None
    by_stage: bool = False
    question: str = ""
    nudge_id: str | None = None
    account_id: str = ""


class _Unnamed(Part):
    """What the second window carries, unseen."""

    subject: str
    wrong: Wrong
    right: str
    named: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What was filled in."""

    wrong: Wrong
    wish: str
    right: str
    named: bool
    question: str


# --- what is asked --------------------------------------------------------------------------------------------------


def form(base: Base, rep: Rep, subject: str) -> Reply:
    """The window behind "this is wrong": one tap says what, one sentence says how it should be."""
    language = rep.language
    with base.database.read() as session:
        shown = _about(base, session, rep, subject).play
    which = tuple(Option(wrong.value, text.of(language)) for wrong, text in texts.CHOICES.items())
    inputs = (
        Input("wrong", texts.WHICH.of(language), "radio", which),
        replace(_lines("wish", texts.WISH, language), hint=texts.WISH_HINT.of(language), optional=True),
        Input("right", texts.RIGHT.of(language), "choice", _plays(base, language, shown), optional=True),
        Input("named", texts.NAMED.of(language), "tick", (Option("yes", texts.NAMED_TICK.of(language)),)),
    )
    return Reply(form=_form("wrong", texts.TITLE.of(language), texts.INTRO.of(language), inputs, language, subject))


def _plays(base: Base, language: Language, shown: str) -> tuple[Option, ...]:
    """The other plays, in the order of their playbooks."""
    library = base.shelf.library
    order = {playbook.id: place for place, playbook in enumerate(library.playbooks)}
    plays = sorted(library.plays, key=lambda play: (order.get(play.playbook, len(order)), play.id))
    return tuple(Option(play.id, play.title.of(language)) for play in plays if play.id != shown)


def _form(name: str, title: str, intro: str, inputs: tuple[Input, ...], language: Language, subject: str) -> Form:
    return Form(name, title, texts.SEND.of(language), talk.CANCEL.of(language), inputs, intro, subject)


def _lines(name: str, label: Text, language: Language, initial: str = "") -> Input:
    return Input(name, label.of(language), "lines", initial=initial, longest=LONGEST)


def _about(base: Base, session: Session, rep: Rep, subject: str) -> About:
    if subject.startswith(ADVICE):
        play, account, question, wording = advice.asked(base, rep, subject.removeprefix(ADVICE))
        facts = _facts(base, session, rep, account, base.clock.now())
        return About(play.id, wording, facts, question=question, account_id=account.id if account is not None else "")
    card = taps.card_of(base, session, rep, subject, stand_in=True)
    shown = _shown(session, card.row)
    facts = _facts(base, session, rep, card.account, card.row.ended_at or base.clock.now())
    by_stage = shown.kind == Kind.VISIT_CARD.value
    return About(shown.play, shown.wording or 0, facts, by_stage, nudge_id=card.row.id, account_id=card.account.id)


def _shown(session: Session, row: NudgeRow) -> NudgeRow:
    """The message whose play is meant: of a check the card before the visit, where there was one."""
    is_check = row.kind == Kind.CHECK.value and row.visit_id is not None
    card = nudge_history.card_of_visit(session, row.team_id, row.visit_id or "") if is_check else None
    return card or row


def _facts(base: Base, session: Session, rep: Rep, account: Account | None, at: datetime) -> CaseAccount | None:
    """What an example can say of the account as it was then; None without an account, or while no zone is known."""
    zone = planning.zone_of(base, rep)
    if account is None or zone is None:
        return None
    return case_facts.of(situations.load(session, account, rep, at, zone))


# --- what was said --------------------------------------------------------------------------------------------------


def submitted(base: Base, rep: Rep, subject: str, filled: Filled, now: datetime) -> Reply:
    """Keeps what is wrong; where a name stands in it, shows it first as others would read it."""
    wrong = next((each for each in Wrong if each.value == filled.get("wrong")), Wrong.WORDING)
    _refuse_unfinished(wrong, filled)
    with base.database.read() as session:
        about = _about(base, session, rep, subject)
        firms, people = _names(session, rep, about)
        known = accounts.all_names(session, rep.team_id)
    question = about.question if wrong is Wrong.PLAY else ""
    said = _Said(wrong, filled.get("wish"), filled.get("right"), bool(filled.get("named")), question)
    wish, asked = (
        unnamed.without(
            unnamed.without_any(text, firms, people, rep.language), unnamed.standing_in(text, *known), rep.language
        )
        for text in (said.wish, said.question)
    )
    if (wish, asked) != (said.wish, said.question):
        return Reply(form=_unnamed_form(rep.language, subject, said, wish, asked))
    return _keep(base, rep, about, said, now)


def _refuse_unfinished(wrong: Wrong, filled: Filled) -> None:
    """Refuses what says too little to act on, at its field."""
    for kind, field in ((Wrong.WORDING, "wish"), (Wrong.PLAY, "right")):
        if wrong is kind and not filled.get(field):
            raise errors.Refused(f"The field {field} is empty.", code=f"{field}_missing", params={"field": field})


def _unnamed_form(language: Language, subject: str, said: _Said, wish: str, question: str) -> Form:
    # Fields of their own: in a window that changes, Slack keeps what was typed into a field that stays.
    about = _Unnamed(subject=subject, wrong=said.wrong, right=said.right, named=said.named)
    inputs = []
    if said.wish:
        inputs.append(_lines("wish_again", texts.UNNAMED_WISH, language, wish))
    if said.question:
        inputs.append(_lines("question_again", texts.UNNAMED_QUESTION, language, question[:LONGEST]))
    title, intro = texts.UNNAMED_TITLE.of(language), texts.UNNAMED_INTRO.of(language)
    return _form("wrong_unnamed", title, intro, tuple(inputs), language, about.model_dump_json())


def unnamed_submitted(base: Base, rep: Rep, packed: str, filled: Filled, now: datetime) -> Reply:
    """Keeps what the rep read again; a client's name that still stands there in full is taken out all the same."""
    told = _unpacked(packed)
    with base.database.read() as session:
        about = _about(base, session, rep, told.subject)
        names = [name for each in _names(session, rep, about) for name in each]
        known = accounts.all_names(session, rep.team_id)
    texts_again = [filled.get(field) for field in ("wish_again", "question_again")]
    wish, question = (
        unnamed.without(text, [*names, *unnamed.standing_in(text, *known)], rep.language) for text in texts_again
    )
    said = _Said(told.wrong, wish, told.right, told.named, question)
    return _keep(base, rep, about, said, now)


def _unpacked(packed: str) -> _Unnamed:
    """What the second window carried. Refuses what is none of it."""
    try:
        return _Unnamed.model_validate_json(packed)
    except ValidationError as error:
        raise errors.Refused("That window is none of ours.", code="card_gone") from error


def _names(session: Session, rep: Rep, about: About) -> tuple[list[str], list[str]]:
    """What the rep's clients and the people there are called, and those of an account for which they stand in."""
    mine = accounts.of_rep(session, rep.team_id, rep.id, archived=True)
    met = accounts.get(session, rep.team_id, about.account_id) if about.account_id else None
    mine += [met] if met is not None and met.rep_id != rep.id else []
    firms = [name for account in mine for name in (account.name, *account.aliases)]
    return firms, [c.name for account in mine for c in accounts.contacts(session, rep.team_id, account.id)]


def _keep(base: Base, rep: Rep, about: About, said: _Said, now: datetime) -> Reply:
    complaint = Complaint(
        wrong=said.wrong,
        play=about.play,
        language=rep.language,
        wish=said.wish,
        wording=about.wording,
        account=about.account,
        by_stage=about.by_stage,
        question=said.question,
        right=said.right if said.wrong is Wrong.PLAY else "",
    )
    with base.database.write() as session:
        later = patches.goes_on_later(session, rep.team_id, rep.id, now)
        row = FeedbackRow(
            id=base.new_id(),
            team_id=rep.team_id,
            rep_id=rep.id,
            play=about.play,
            nudge_id=about.nudge_id,
            text=said.wish,
            at=now,
            wish=said.wish,
            facts=complaints.stored(complaint, named=said.named),
        )
        replies.feedback(session, row)
    base.later(lambda: patches.pass_on(base))
    if later:
        return Reply(plain(texts.THANKS_LATER.of(rep.language, most=patches.A_DAY)))
    return Reply(plain(texts.THANKS.of(rep.language)))
