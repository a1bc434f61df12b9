"""What happens when a rep taps a button on a card or a check.

A tap may come any time: twice, after a restart, on a month-old card, by somebody else. The first answer counts; any
later one is told what happened.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.core import cadence, fit
from bot.core.account import Account, Language, Rep
from bot.core.cadence import Sent
from bot.core.message import Actions, Button, Heading, Message, Paragraph, Part, Reply, plain
from bot.core.nudge import Fate, Kind
from bot.core.playbook import Play
from bot.core.raising import InUseFor, PhaseEntered
from bot.core.situation import By, Record, RecordKind, Visit, VisitState
from bot.core.texts import cards as texts
from bot.usecases import bad_days, cards, dialogues, nudge_cards, people, pictures, planning, receivers, stand_in_cards
from bot.usecases.cards import Opened
from bot.usecases.nudge_cards import Told
from bot.usecases.ports import Base
from storage import accounts, history, nudge_history, replies, reps, situations, visits
from storage.tables import CommitmentRow, NudgeRow


@dataclass(frozen=True, slots=True)
class Card:
    """A sent card as it is stored, with what it is about."""

    row: NudgeRow
    account: Account
    visit: Visit | None
    play: Play | None


def card_of(base: Base, session: Session, rep: Rep, nudge_id: str, *, stand_in: bool = False) -> Card:
    """The card that a button belongs to. Refuses strangers and cards that are gone.

    With `stand_in` it may be tapped by the stand-in whom it went to.
    """
    row = nudge_history.get(session, rep.team_id, nudge_id)
    account = accounts.get(session, rep.team_id, row.account_id) if row is not None else None
    if row is None or account is None or (row.state == "planned" and not row.attempt):  # nobody has seen that one
        raise errors.Refused("The card is not known any more.", code="card_gone")
    if row.rep_id != rep.id and not (stand_in and row.sent_to == rep.id and account.rep_id == row.rep_id):
        raise errors.Refused("The card is somebody else's.", code="not_yours")
    if row.rep_id != rep.id:
        account = stand_in_cards.for_reader(account, reps.get(session, rep.team_id, row.rep_id))
    visit = visits.get(session, rep.team_id, row.visit_id) if row.visit_id else None
    return Card(row, account, visit, base.shelf.library.play(row.play))


def _refuse_answered(card: Card, language: Language) -> None:
    if card.row.answered_at is not None:
        what = texts.ANSWERS.get(card.row.answer or "", texts.ANSWERS["skip"]).of(language)
        raise errors.Refused("Answered before.", code="already_answered", params={"what": what})


def _answer_once(session: Session, rep: Rep, card: Card, answer: str, now: datetime) -> None:
    """Keeps an answer; of two taps at the same moment one is told that the other came first."""
    if not nudge_history.answer(session, rep.team_id, card.row.id, answer, now):
        what = texts.ANSWERS[answer].of(rep.language)
        raise errors.Refused("Answered before.", code="already_answered", params={"what": what})


def zone_of(base: Base, rep: Rep) -> ZoneInfo:
    return people.require_zone(base, rep)


def _shown(base: Base, session: Session, rep: Rep, card: Card, now: datetime) -> Message:
    """The message of a card as it reads now, this one opened and the others of the same message below."""
    if card.row.kind != Kind.VISIT_CARD.value or card.visit is None:
        if card.play is None or card.row.wording is None:
            return plain(texts.GONE.of(rep.language))
        facts = tuple((name, value) for name, value in card.row.facts)
        told = Told(card.row.id, Kind(card.row.kind), card.row.key, facts, card.play, card.row.wording)
        return nudge_cards.message(session, rep, card.account, told, now.astimezone(zone_of(base, rep)))
    lead = card.row.message_of or card.row.id
    others = [
        _opened(base, session, rep, other)
        for other in nudge_history.in_message(session, rep.team_id, lead)
        if other.id != card.row.id
    ]
    drawn = history.newest_record(session, rep.team_id, card.account.id, RecordKind.PICTURE)
    lessons = history.problems(session, rep.team_id, card.account.id)
    lesson = bad_days.lesson_line(lessons, card.play, card.visit, rep.language, now)
    step = lesson or pictures.step_line(drawn, rep.language, now)
    opened = Opened(card.row.id, card.account, card.visit, card.play, card.row.wording, step)
    rest = sorted((o for o in others if o is not None), key=lambda o: o.visit.at)
    return cards.visit_card(opened, rest, rep, now, zone_of(base, rep))


def _opened(base: Base, session: Session, rep: Rep, row: NudgeRow) -> Opened | None:
    account = accounts.get(session, rep.team_id, row.account_id)
    visit = visits.get(session, rep.team_id, row.visit_id) if row.visit_id else None
    if account is None or visit is None or row.state != Fate.SENT.value:
        return None
    return Opened(row.id, account, visit, base.shelf.library.play(row.play), row.wording)


def _settled(message: Message, note: str, *extra: Part) -> Message:
    """The card after its answer: its own buttons are gone, other visits can still be opened."""
    kept: list[Part] = []
    for part in message.parts:
        if isinstance(part, Actions):
            kept += [Paragraph(f"✓ {note}"), *extra]
        else:
            kept.append(part)
    return Message(note, tuple(kept))


def commit(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Keeps "I'll do it": an if-then plan for the visit, or for today."""
    with base.database.write() as session:
        card = card_of(base, session, rep, nudge_id, stand_in=True)
        _refuse_answered(card, rep.language)
        _refuse_over(card, rep.language, now)
        message = stand_in_cards.after_tap(_shown(base, session, rep, card, now), rep, card.account)
        _answer_once(session, rep, card, "commit", now)
        if card.play is not None and card.row.wording is not None:
            replies.commit(session, _commitment(base, rep, card, now))
    text = texts.COMMITTED if card.visit is not None else texts.COMMITTED_NO_VISIT
    note = text.of(rep.language, account=card.account.name)
    steps = Actions((Button("card:steps", texts.STEPS_BUTTON.of(rep.language), nudge_id),))
    return Reply(_settled(message, note, steps), replace=True)


def steps(base: Base, rep: Rep, nudge_id: str) -> Reply:
    """The steps of a card's play: who, what, by when."""
    with base.database.read() as session:
        card = card_of(base, session, rep, nudge_id, stand_in=True)
    if card.play is None:
        return Reply(plain(texts.GONE.of(rep.language)))
    return Reply(Message(card.play.title.of(rep.language), tuple(cards.steps(card.play, rep.language))))


def _commitment(base: Base, rep: Rep, card: Card, now: datetime) -> CommitmentRow:
    return CommitmentRow(
        id=base.new_id(),
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=card.account.id,
        nudge_id=card.row.id,
        visit_id=card.row.visit_id,
        play=card.row.play,
        wording=card.row.wording or 0,
        made_at=now,
    )


def _refuse_over(card: Card, language: Language, now: datetime) -> None:
    """Refuses a card whose visit is over or called off, and says which."""
    if card.visit is None or card.row.kind != Kind.VISIT_CARD.value:
        return
    if card.visit.state is VisitState.CANCELLED:
        what = texts.OVER_CANCELLED.of(language)
    elif card.visit.state is VisitState.DONE or (card.row.expires_at is not None and now > card.row.expires_at):
        what = texts.OVER_VISIT.of(language)
    else:
        return
    raise errors.Refused("The card is over.", code="card_over", params={"what": what})


def skip(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Keeps "not this time"."""
    with base.database.write() as session:
        card = card_of(base, session, rep, nudge_id, stand_in=True)
        _refuse_answered(card, rep.language)
        message = stand_in_cards.after_tap(_shown(base, session, rep, card, now), rep, card.account)
        _answer_once(session, rep, card, "skip", now)
    return Reply(_settled(message, texts.SKIPPED.of(rep.language)), replace=True)


def open_other(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Opens another visit of a shared card."""
    with base.database.read() as session:
        card = card_of(base, session, rep, nudge_id)
        message = _shown(base, session, rep, card, now)
    if card.row.answered_at is not None:
        note = texts.ALREADY.of(rep.language, what=texts.ANSWERS[card.row.answer or "skip"].of(rep.language))
        message = _settled(message, note)
    return Reply(message, replace=True)


def another(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Another point for the same visit, or the same nudge in other words; says so when there is none left.

    `value` is the nudge's id and what was shown before: each point comes once.
    """
    nudge_id, _, before = value.partition("|")
    with base.database.write() as session:
        card = card_of(base, session, rep, nudge_id)
        _refuse_answered(card, rep.language)
        _refuse_over(card, rep.language, now)
        seen = [*filter(None, before.split(",")), f"{card.row.play}:{card.row.wording}"]
        found = _other_point(base, session, rep, card, seen, now)
        if found is None:
            message = _shown(base, session, rep, card, now)
            end = Paragraph(texts.NO_OTHER.of(rep.language))
            return Reply(Message(message.summary, (*message.parts, end)), replace=True)
        play, index = found
        nudge_history.reword(session, rep.team_id, nudge_id, play.id, index)
        row = card.row.model_copy(update={"play": play.id, "wording": index})
        message = _shown(base, session, rep, replace(card, row=row, play=play), now)
    return Reply(_remembering(message, f"{nudge_id}|{','.join(seen)}"), replace=True)


def _other_point(
    base: Base, session: Session, rep: Rep, card: Card, seen: list[str], now: datetime
) -> tuple[Play, int] | None:
    """The next best play for a visit that was not seen yet, else one that was, in words not read lately."""
    library, zone = base.shelf.library, zone_of(base, rep)
    facts = receivers.facts_of(base, session, rep, now)
    assert facts is not None
    read = [
        Sent(at=now, kind=Kind(card.row.kind), account_id=card.account.id, play=play, wording=int(index))
        for play, _, index in (one.partition(":") for one in seen)
        if index.isdecimal()
    ]
    facts = replace(facts, sent=[*facts.sent, *read])
    plays = [card.play] if card.play is not None else []
    if card.row.kind == Kind.VISIT_CARD.value:
        situation = situations.load(session, card.account, rep, now, zone)
        points = fit.points(library.plays, situation, facts.hours, library.manners)
        plays = [p.play for p in points if p.play.id not in rep.stopped_plays]
    known = {sent.play for sent in read}
    for play in sorted(plays, key=lambda play: play.id in known):
        index = cadence.wording(play.id, card.account.name, facts, now, library.manners)
        if index is not None:
            return play, index
    return None


def _remembering(message: Message, value: str) -> Message:
    """The card, whose button for another point knows what was shown."""

    def kept(part: Part) -> Part:
        if not isinstance(part, Actions):
            return part
        buttons = (replace(b, value=value) if b.action == "card:another" else b for b in part.buttons)
        return replace(part, buttons=tuple(buttons))

    return Message(message.summary, tuple(map(kept, message.parts)))


# --- the check after a visit ------------------------------------------------------------------------------------------


def check(base: Base, rep: Rep, nudge_id: str, outcome: str, now: datetime) -> Reply:
    """Keeps how a visit went: the outcome of the commitment, the contact, and the review if it was one."""
    language = rep.language
    with base.database.write() as session:
        card = card_of(base, session, rep, nudge_id)
        _refuse_answered(card, language)
        _answer_once(session, rep, card, outcome, now)
        if card.visit is not None:
            _visit_over(base, session, rep, card, outcome, now)
        planning.changed(base, session, card.account, now)
    said = {
        "done": texts.CHECKED_DONE,
        "changed": texts.CHECKED_CHANGED,
        "not": texts.CHECKED_NOT,
        "no_visit": texts.CHECKED_NO_VISIT,
    }[outcome].of(language, account=card.account.name)
    heading = texts.CHECK_HEADING.of(language, account=card.account.name)
    return Reply(
        Message(said, (Heading(heading[:150]), Paragraph(said), *_talk_over(card, outcome, rep))), replace=True
    )


def _talk_over(card: Card, outcome: str, rep: Rep) -> tuple[Actions, ...]:
    """The way on from a review that was held: what the client said decides what comes next."""
    if card.play is None or card.play.dialogue is None or reviewed_by(card.play, outcome) is None:
        return ()
    return (Actions((Button("card:dialogue", texts.CHECKED_REVIEW.of(rep.language), card.row.id),)),)


def _visit_over(base: Base, session: Session, rep: Rep, card: Card, outcome: str, now: datetime) -> None:
    assert card.visit is not None
    took_place = outcome != "no_visit"
    state = VisitState.DONE if took_place else VisitState.CANCELLED
    visits.update(session, rep.team_id, card.visit.id, state=state.value)
    commitment = replies.commitment_for_visit(session, rep.team_id, card.visit.id)
    if commitment is not None:
        replies.set_outcome(session, rep.team_id, commitment.id, outcome, now)
    if not took_place:
        return
    at = min(now, card.visit.at)
    accounts.log_contact(session, rep.team_id, card.account.id, By.US, at, "visit")
    reviewed = reviewed_by(card.play, outcome)
    if reviewed is not None:
        record = Record(kind=reviewed, at=at)
        history.add_record(session, rep.team_id, card.account.id, base.new_id(), record)


def reviewed_by(play: Play | None, outcome: str) -> RecordKind | None:
    """The review that a visit was, if its card asked for one and the rep did it."""
    if play is None or play.nudge is None or outcome not in ("done", "changed"):
        return None
    match play.nudge.cue:
        case PhaseEntered(phase="delivered"):
            return RecordKind.DELIVERY_REVIEWED
        case InUseFor():
            return RecordKind.EFFECT_REVIEWED
        case _:
            return None


# --- three ignored in a row -------------------------------------------------------------------------------------------


def dialogue(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """Opens the dialogue of a card's play."""
    with base.database.read() as session:
        card = card_of(base, session, rep, nudge_id)
    return dialogues.start(base, rep, card.row.play, card.account.id, nudge_id, now)
