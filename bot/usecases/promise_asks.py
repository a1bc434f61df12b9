"""What became of a promise, asked once its day has passed: one message for all of a rep's, the first one opened.

A tap settles one and opens the next; what was settled stands above as a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core import promise_over, speakable, stand_in, wording
from bot.core.account import Account, Language, Rep
from bot.core.cadence import RepFacts, Verdict
from bot.core.message import Actions, Button, Heading, Menu, Message, Paragraph, Part
from bot.core.situation import By, Promise
from bot.core.texts import cards as card_texts
from bot.core.texts import promises as texts
from bot.usecases import cards, outgoing, receivers, stand_in_cards
from bot.usecases.outgoing import Outgoing
from bot.usecases.ports import Base
from storage import accounts, claims, nudge_history, nudges, reps
from storage import promises as stored
from storage.nudges import Claim, Said
from storage.tables import NudgeRow

MOST = 10  # in one message


@dataclass(frozen=True, slots=True)
class Asked:
    """A promise that is asked about, its account, and the nudge that asks; `open` until that has an answer."""

    nudge_id: str
    account: Account
    promise: Promise
    open: bool = True

    @property
    def ours(self) -> bool:
        return self.promise.by is By.US

    @property
    def value(self) -> str:
        """What a button about it carries."""
        return f"{self.promise.id}|{self.nudge_id}"

    def named(self, local: datetime, language: Language) -> dict[str, str]:
        day = wording.day(self.promise.due, language, local.date())
        return {"account": self.account.name, "text": self.promise.text, "day": day}


# --- what is read -----------------------------------------------------------------------------------------------------


def question(asked: Sequence[Asked], rep: Rep, local: datetime, parts: Sequence[Part] = ()) -> Message:
    """The first that is open, a line for each of the others, below what was settled and what is to be said of that.

    What `parts` say is about the first of all; where that is settled it stands right above them.
    """
    language = rep.language
    open_ = [each for each in asked if each.open]
    done = [each for each in asked if not each.open]
    done.sort(key=lambda each: each is asked[0])
    told = [_done(each, local, language, last=bool(parts) and each is done[-1]) for each in done]
    shown: list[Part] = [*told, *parts]
    if open_:
        shown += [*_opened(open_[0], local, language), _buttons(open_[0], language)]
    shown += [_line(each, local, language) for each in open_[1:]]
    return Message(_summary(asked, open_, local, language), tuple(shown))


def _summary(asked: Sequence[Asked], open_: Sequence[Asked], local: datetime, language: Language) -> str:
    if len(open_) > 1:
        return texts.ASK_MANY.of(language, count=len(open_))
    return _title(open_[0], language) if open_ else settled(asked[-1], local, language)


def _title(asked: Asked, language: Language) -> str:
    title = texts.ASK_US if asked.ours else texts.ASK_THEM
    return title.of(language, account=asked.account.name)


def _opened(asked: Asked, local: datetime, language: Language) -> list[Part]:
    due = texts.ASK_DUE_US if asked.ours else texts.ASK_DUE_THEM
    return [Heading(_title(asked, language)[:150]), Paragraph(due.of(language, **asked.named(local, language)))]


def _buttons(asked: Asked, language: Language) -> Actions:
    menu = [(card_texts.MORE_WHY.of(language), f"why|{asked.nudge_id}")]
    if not asked.ours:
        menu.append((texts.DROP.of(language), f"drop|{asked.nudge_id}"))
    menu.append((card_texts.MORE_STOP.of(language), f"stop|{asked.nudge_id}"))
    labels = [
        ("promise:kept", texts.KEPT if asked.ours else texts.CAME),
        ("promise:move", texts.AGREED) if asked.ours else ("promise:ask", texts.ASK_FOR_IT),
        ("promise:missed", texts.NOT_KEPT) if asked.ours else ("promise:move", texts.MOVE),
    ]
    buttons = tuple(
        Button(action, label.of(language), asked.value, primary=action == "promise:kept") for action, label in labels
    )
    return Actions(buttons, Menu("card:more", tuple(menu)))


def _done(asked: Asked, local: datetime, language: Language, *, last: bool) -> Paragraph:
    """What was settled; what was missed keeps the way to its sentence, unless that stands right below."""
    text = f"✓ {settled(asked, local, language)}"
    if not asked.ours or asked.promise.broken_at is None or last:
        return Paragraph(text)
    return Paragraph(text, button=Button("promise:say", texts.MISSED_SAY_WHAT.of(language), asked.value))


def _line(asked: Asked, local: datetime, language: Language) -> Paragraph:
    line = texts.ASK_LINE_US if asked.ours else texts.ASK_LINE_THEM
    button = Button("promise:turn", texts.OPEN_ONE.of(language), asked.value)
    return Paragraph(line.of(language, **asked.named(local, language)), button=button)


def settled(asked: Asked, local: datetime, language: Language) -> str:
    """What became of it, in one line."""
    if asked.promise.kept_at is not None:
        text = texts.KEPT_DONE if asked.ours else texts.CAME_DONE
    elif asked.promise.broken_at is not None:
        text = texts.MISSED if asked.ours else texts.LET_GO
    else:
        text = texts.AGREED_US if asked.ours else texts.AGREED_THEM
    return text.of(language, **asked.named(local, language))


def as_said(promise: Promise, account: Account, theirs: Language) -> str:
    """What was promised as it may be said to the client: in their language, else without its name."""
    if speakable.may_be_said(promise.text, theirs, (account.name, *account.aliases)):
        return promise.text
    return texts.UNNAMED.of(theirs)


def with_sentence(asked: Asked, rep: Rep, local: datetime) -> Message:
    """How to ask the client for what they promised, and what a tap can do then."""
    language, theirs = rep.language, cards.client_language(asked.account, rep)
    day = wording.spoken_day(asked.promise.due, theirs, local.date())
    said = cards.quoted(texts.ASK_SAY.of(theirs, day=day, text=as_said(asked.promise, asked.account, theirs)), theirs)
    labels = (("promise:kept", texts.CAME), ("promise:move", texts.MOVE), ("promise:break", texts.DROP))
    buttons = Actions(tuple(Button(action, label.of(language), asked.value) for action, label in labels))
    say = Paragraph(said, label=texts.SAY.of(language))
    return Message(_title(asked, language), (*_opened(asked, local, language), say, buttons))


def honest_sentence(asked: Asked, rep: Rep, local: datetime) -> list[Part]:
    """What to say to the client where a promise of ours was not kept."""
    language, theirs = rep.language, cards.client_language(asked.account, rep)
    day = wording.spoken_day(asked.promise.due, theirs, local.date())
    thing = as_said(asked.promise, asked.account, theirs)
    said = cards.quoted(texts.MISSED_SAY.of(theirs, day=day, text=thing), theirs)
    return [Paragraph(texts.MISSED_NEXT.of(language)), Paragraph(said, label=texts.SAY.of(language))]


# --- what was asked in one message ------------------------------------------------------------------------------------


def together(session: Session, rep: Rep, nudge_id: str) -> list[Asked]:
    """What was asked in the same message as this nudge, and is still the reader's business; empty for another card."""
    row = nudge_history.get(session, rep.team_id, nudge_id)
    if row is None or row.cue != promise_over.CUE:
        return []
    rows = nudge_history.in_message(session, rep.team_id, row.message_of or row.id)
    found = (_asked(session, rep, each) for each in rows if each.cue == promise_over.CUE)
    return [each for each in found if each is not None]


def _asked(session: Session, rep: Rep, row: NudgeRow) -> Asked | None:
    promise = stored.get(session, rep.team_id, promise_over.about(row.key))
    account = accounts.get(session, rep.team_id, row.account_id)
    if promise is None or account is None or account.rep_id != row.rep_id or rep.id not in (row.rep_id, row.sent_to):
        return None
    if account.rep_id != rep.id:
        account = stand_in_cards.for_reader(account, reps.get(session, rep.team_id, row.rep_id))
    open_ = promise.is_open and promise_over.key(promise) == row.key
    return Asked(row.id, account, promise, open_)


# --- sending ----------------------------------------------------------------------------------------------------------


def prepare(
    base: Base, session: Session, lead: Claim, facts: RepFacts, now: datetime, names: Mapping[str, str]
) -> Outgoing | None:
    """One message for what is asked of a rep now; None if nothing is."""
    other = receivers.stand_in_of(base, session, facts.rep, lead.nudge.kind, now)
    reader = stand_in.reader(lead.nudge.kind, facts, other, now)
    instead = reader.rep.id if reader.rep.id != facts.rep.id else None
    due = [n.id for n in claims.siblings(session, lead.nudge, now)][: MOST - 1]
    asked: list[tuple[Asked, Claim]] = []
    for claim in (lead, *claims.claim_those(session, due, lead.owner, now + outgoing.LEASE)):
        judged, situation = outgoing.judge(
            base, session, claim.nudge, facts, now, reader if other is not None else None
        )
        if judged.decision.verdict is not Verdict.SEND:
            outgoing.put_aside(session, claim, receivers.held_until(judged.decision, facts, other, now), now)
            continue
        promise = next(p for p in situation.promises if p.id == promise_over.about(claim.nudge.key))
        said = Said("", None, reader.rep.language.value)
        with_lead = None if claim is lead else lead.nudge.id
        if nudges.intend(session, claim, now, said, lead=with_lead, stand_in=instead):
            asked.append((Asked(claim.nudge.id, situation.account, promise), claim))
    if not asked:
        return None
    asked.sort(key=lambda pair: (not pair[0].ours, pair[0].promise.due, pair[0].account.name, pair[0].promise.id))
    message = question([each for each, _ in asked], reader.rep, now.astimezone(reader.hours.zone))
    if instead is not None:
        message = stand_in_cards.framed(message, reader.rep, facts, now, names.get(facts.rep.id, ""))
    ordered = outgoing.lead_first(session, lead, tuple(claim for _, claim in asked))
    return Outgoing(message, ordered, reader.rep, now)
