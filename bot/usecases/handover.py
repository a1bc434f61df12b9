"""What the next rep should know of an account: a pack from what is written down, its gaps said as gaps."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.core import problem as problems
from bot.core import wording
from bot.core.account import Account, Contact, Language, Rep
from bot.core.message import Actions, Button, Heading, Message, Paragraph, Part, Reply
from bot.core.problem import Problem
from bot.core.situation import By, RecordKind, Situation, VisitState
from bot.core.texts import cards, names, talk
from bot.core.texts import picture as picture_texts
from bot.core.texts import roles as texts
from bot.usecases import accounts as account_cases
from bot.usecases import people
from bot.usecases.ports import Base
from storage import accounts, pictures, replies, situations

EXAMPLE = wording.Text("/kam handover Acme", "/kam handover 博远")
VISITS_SHOWN = 4
WORKED_SHOWN = 3
DONE = ("done", "changed")


def pack(base: Base, rep: Rep, name: str, now: datetime) -> Reply:
    """The pack of the account of that name, and the button that hands it over."""
    with base.database.read() as session:
        account = account_cases.find(session, rep, name, archived=True, example=EXAMPLE)
        message = of_account(base, session, rep, account, now)
    give = Button("account:give", texts.GIVE.of(rep.language), account.id)
    return Reply(Message(message.summary, (*message.parts, Actions((give,)))))


def find(base: Base, rep: Rep, name: str) -> Account:
    """The rep's account of that name, put away or not."""
    with base.database.read() as session:
        return account_cases.find(session, rep, name, archived=True)


def of_account(base: Base, session: Session, rep: Rep, account: Account, now: datetime) -> Message:
    """Everything that is known of an account for whoever takes it on, in the language of `rep`."""
    language = rep.language
    situation = situations.load(session, account, rep, now, people.require_zone(base, rep))
    sections: list[tuple[wording.Text, list[str]]] = [
        (texts.PACK_STAGE, _stages(session, situation, language)),
        (texts.PACK_ORDER, _order(situation, language)),
        (texts.PACK_PEOPLE, _people(situation, language)),
        (
            texts.PACK_MATTERS,
            [", ".join(account.important)] if account.important else _gap(language),
        ),
        (texts.PACK_OPEN, _open(situation, language)),
        (texts.PACK_LESSONS, [p.lesson for p in situation.problems if p.lesson]),
        (texts.PACK_CONTACT, _contact(situation, language)),
        (texts.PACK_VISITS, _visits(base, session, situation, language)),
        (texts.PACK_NEXT, _next(situation, language)),
        (texts.PACK_PICTURE, _picture(session, account, language)),
        (texts.PACK_WORKED, _worked(base, session, account, language)),
    ]
    heading = texts.PACK_HEADING.of(language, account=account.name)
    parts: list[Part] = [Heading(heading[:150])]
    parts += [Paragraph("\n".join(lines), label=title.of(language)) for title, lines in sections if lines]
    return Message(heading, tuple(parts))


def _gap(language: Language) -> list[str]:
    """Says that what the heading names is not known."""
    return [texts.PACK_UNKNOWN.of(language)]


def _stages(session: Session, s: Situation, language: Language) -> list[str]:
    changes = accounts.stage_changes(session, s.account.team_id, s.account.id)
    if not changes:
        return _gap(language)
    told = [
        texts.STAGE_FROM.of(
            language, stage=names.STAGES[stage].of(language), day=wording.bare_day(day, language, s.today)
        )
        for stage, day in changes
    ]
    return [texts.THEN.of(language).join(told)]


def _order(s: Situation, language: Language) -> list[str]:
    phase, since = s.account.order_phase, s.account.order_since
    if phase is None:
        return _gap(language)
    told = names.PHASES[phase].of(language)
    if since is None:
        return [told]
    return [talk.FACT_SINCE.of(language, what=told, day=wording.bare_day(since, language, s.today))]


def _people(s: Situation, language: Language) -> list[str]:
    if not s.contacts:
        return _gap(language)
    lines = [_person(contact, language) for contact in s.contacts]
    for contact in s.contacts:
        if not contact.boss:
            lines.append(texts.GAP_BOSS.of(language, name=contact.name))
    return lines


def _person(contact: Contact, language: Language) -> str:
    role = talk.CONTACT_ROLE.of(language, role=contact.role) if contact.role else ""
    boss = talk.CONTACT_BOSS.of(language, boss=contact.boss) if contact.boss else ""
    decides = texts.DECIDES.of(language) if contact.has_say else ""
    email = talk.CONTACT_ROLE.of(language, role=contact.email) if contact.email else ""
    return f"{contact.name}{role}{decides}{boss}{email}"


def _open(s: Situation, language: Language) -> list[str]:
    lines = [_problem(p, s, language) for p in s.open_problems()]
    for promise in s.promises:
        if promise.is_open:
            text = texts.WE_OWE if promise.by is By.US else texts.THEY_OWE
            lines.append(text.of(language, day=wording.day(promise.due, language, s.today), text=promise.text))
    for record in s.records:
        if record.kind is RecordKind.REQUEST and record.done_at is None:
            lines.append(texts.REQUEST.of(language, day=_day(record.at, s, language), text=record.text))
    return lines or [texts.NOTHING_OPEN.of(language)]


def _problem(problem: Problem, s: Situation, language: Language) -> str:
    step = problems.next_step(problem)
    assert step is not None
    return texts.OPEN_PROBLEM.of(
        language,
        day=_day(problem.opened_at, s, language),
        text=problem.text or texts.PROBLEM_NO_TEXT.of(language),
        step=names.STEPS[step].of(language),
    )


def _contact(s: Situation, language: Language) -> list[str]:
    if s.last_contact is None:
        return _gap(language)
    text = texts.CONTACT_THEM if s.last_contact_by is By.THEM else texts.CONTACT_US
    return [text.of(language, day=_day(s.last_contact, s, language), count=max(s.one_sided_contacts, 1))]


def _visits(base: Base, session: Session, s: Situation, language: Language) -> list[str]:
    done = [v for v in s.visits if v.state is VisitState.DONE][-VISITS_SHOWN:]
    if not done:
        return _gap(language)
    lines = []
    for visit in reversed(done):
        commitment = replies.commitment_for_visit(session, s.account.team_id, visit.id)
        play = base.shelf.library.play(commitment.play) if commitment is not None else None
        what = texts.VISIT_TOOK_PLACE.of(language)
        if commitment is not None and play is not None and commitment.outcome in cards.ANSWERS:
            outcome = cards.ANSWERS[commitment.outcome].of(language)
            what = texts.VISIT_POINT.of(language, title=play.title.of(language), outcome=outcome)
        lines.append(texts.VISIT_LINE.of(language, day=_day(visit.at, s, language), what=what))
    return lines


def _next(s: Situation, language: Language) -> list[str]:
    visit = s.next_visit()
    if visit is None:
        return _gap(language)
    return [wording.exact(visit.at, language, s.now, visit.all_day)]


def _picture(session: Session, account: Account, language: Language) -> list[str]:
    drawn = pictures.newest(session, account.team_id, account.id)
    told = [
        texts.VISIT_LINE.of(language, day=picture_texts.LABELS[part].of(language), what=text)
        for part, text in (drawn.answers.items() if drawn is not None else ())
        if text.strip()
    ]
    return told or _gap(language)


def _worked(base: Base, session: Session, account: Account, language: Language) -> list[str]:
    made = replies.commitments_on(session, account.team_id, account.id)
    found = Counter(c.play for c in made if c.outcome in DONE)
    lines = []
    for play_id, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:WORKED_SHOWN]:
        play = base.shelf.library.play(play_id)
        if play is not None:
            lines.append(texts.WORKED_LINE.of(language, title=play.title.of(language), count=count))
    return lines or _gap(language)


def _day(at: datetime, s: Situation, language: Language) -> str:
    return wording.day(at.astimezone(s.now.tzinfo).date(), language, s.today)


def listed(found: Iterable[Account], language: Language) -> str:
    """Accounts by name, the first few."""
    all_names = [account.name for account in found]
    comma = "、" if language is Language.ZH else ", "
    if len(all_names) <= 5:
        return comma.join(all_names)
    return texts.AND_MORE.of(language, names=comma.join(all_names[:4]), count=len(all_names) - 4)
