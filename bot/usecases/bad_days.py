"""A bad day, as the rep sees it: the problem's card with the next step, a draft, and the people to bring in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.core import absence, fit, speakable, wording
from bot.core import problem as problem_core
from bot.core.account import Account, Language, Rep
from bot.core.message import (
    Actions,
    Button,
    Form,
    Heading,
    Input,
    Menu,
    Message,
    Option,
    Paragraph,
    Part,
    Reply,
    Small,
    chosen,
    plain,
)
from bot.core.playbook import Play
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import Visit
from bot.core.texts import names, talk
from bot.core.texts import stand_in as stand_in_texts
from bot.core.texts import trouble as texts
from bot.usecases import accounts as account_cases
from bot.usecases import cards, dialogues, people, planning, problems, stand_in_cards
from bot.usecases.ports import Base
from storage import accounts, history, nudge_history

LONGEST = 300
REVIEWS = "review-the-delivery"
LESSON_LASTS = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem with its account."""

    problem: Problem
    account: Account


# --- opening --------------------------------------------------------------------------------------------------------


def form(base: Base, rep: Rep, text: str = "", name: str = "") -> Reply:
    """The window that logs a problem, filled in as far as is known."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
        found = account_cases.mentioned(session, rep, f"{name} {text}")
    if not mine:
        return Reply(account_cases.overview(base, rep, base.clock.now()))
    options = tuple(Option(a.id, a.name[:75]) for a in mine)
    who = tuple(Option(r.value, texts.WHO[r].of(language)) for r in RaisedBy)
    initial = found.id if found is not None else ""
    inputs = (
        Input("account", texts.FORM_ACCOUNT.of(language), "choice", options, initial),
        Input("what", texts.FORM_WHAT.of(language), "lines", initial=text[:LONGEST], longest=LONGEST),
        Input("who", texts.FORM_WHO.of(language), "choice", who, RaisedBy.CLIENT.value),
    )
    title, opened, close = (t.of(language) for t in (texts.FORM, texts.FORM_OPEN, talk.CANCEL))
    return Reply(form=Form("problem", title, opened, close, inputs))


def open_by_text(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """Opens a problem from "acme the wrong valves came"; without words, the form."""
    name, what = account_cases.leading(base, rep, text)
    if not what:
        return form(base, rep, name=name)
    with base.database.read() as session:
        account = account_cases.find(session, rep, name)
    return open_on(base, rep, account, what, RaisedBy.CLIENT, now)


def submitted(base: Base, rep: Rep, account_id: str, what: str, who: str, now: datetime) -> Reply:
    """Opens a problem from the form."""
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
    return open_on(base, rep, account, what, chosen(RaisedBy, who) or RaisedBy.CLIENT, now)


def open_on(base: Base, rep: Rep, account: Account, what: str, who: RaisedBy, now: datetime) -> Reply:
    """Opens a problem; whoever opens it owns it. The same words on the same account open nothing twice."""
    with base.database.write() as session:
        there = [p for p in history.problems(session, rep.team_id, account.id) if p.confirmed_at is None]
        problem = next((p for p in there if p.text == what), None)
        if problem is None:
            problem = Problem(
                id=base.new_id(),
                account_id=account.id,
                text=what[:LONGEST],
                opened_at=now,
                raised_by=who,
                done={Step.OWNED: now},
            )
            history.add_problem(session, rep.team_id, problem)
            planning.changed(base, session, account, now)
    message = card(base, rep, Trouble(problem, account), now)
    notes = (
        Paragraph(texts.OPENED.of(rep.language, account=account.name)),
        Small(texts.MEANWHILE.of(rep.language, account=account.name)),
    )
    return Reply(Message(message.summary, (*message.parts, *notes)))


# --- the card -------------------------------------------------------------------------------------------------------


def card(base: Base, rep: Rep, trouble: Trouble, now: datetime) -> Message:
    """The problem's card: the next step and its time, a draft for it, and what a tap can do."""
    zone = people.require_zone(base, rep)
    local, language, problem = now.astimezone(zone), rep.language, trouble.problem
    step = problem_core.next_step(problem)
    if step is None:
        return _closed(rep, trouble)
    what = problem.text or texts.UNNAMED.of(language)
    heading = texts.HEADING.of(language, account=trouble.account.name, what=what)
    state = texts.STATE.of(
        language,
        since=wording.exact(problem.opened_at, language, local),
        done=len(problem.done),
        all=len(problem_core.steps_of(problem)),
    )
    due = problem_core.target(problem, step, base.shelf.library.manners.step_hours)
    said = names.STEPS[step].of(language)
    told = texts.NEXT_NOW.of(language, step=said)
    if due > now:
        told = texts.NEXT_BY.of(language, step=said, when=wording.exact(due, language, local))
    parts: list[Part] = [Heading(heading[:150]), Small(state), Paragraph(told, label=texts.NEXT.of(language))]
    parts += _draft(base, rep, trouble, step, now, zone)
    parts.append(_buttons(problem, step, language))
    return Message(heading, tuple(parts))


def _closed(rep: Rep, trouble: Trouble) -> Message:
    text = texts.CLOSED.of(rep.language, account=trouble.account.name)
    if trouble.problem.lesson:
        return plain(text)
    write = Button("problem:lesson", texts.LESSON_WRITE.of(rep.language), trouble.problem.id)
    return Message(text, (Paragraph(text), Paragraph(texts.LESSON_ASK.of(rep.language)), Actions((write,))))


def _draft(base: Base, rep: Rep, trouble: Trouble, step: Step, now: datetime, zone: ZoneInfo) -> list[Part]:
    """What may be said at this step: to the client in the client's language, to the boss in the rep's."""
    problem, account = trouble.problem, trouble.account
    theirs = cards.client_language(account, rep)
    said = speakable.may_be_said(problem.text, theirs, (account.name, *account.aliases))
    unnamed = texts.UNNAMED_DRAFTS if not said else {}
    draft = unnamed.get(step) or texts.CLIENT_DRAFTS.get(step)
    if draft is not None:
        client_zone = account.zone or zone
        at = wording.spoken_moment(next_word(now), theirs, now.astimezone(client_zone))
        words = cards.quoted(draft.of(theirs, what=problem.text.rstrip(".。"), next=at), theirs)
        return [Paragraph(words, label=texts.SAY.of(rep.language))]
    if step is Step.BOSS_TOLD:
        return [Paragraph(brief(rep, trouble, now, zone), label=texts.SEND.of(rep.language))]
    if step is Step.PLAN_MADE:
        return [Paragraph(texts.PLAN_DRAFT.of(rep.language))]
    return []


def next_word(now: datetime) -> datetime:
    """When the client hears again: within the hour, on the half or the full one."""
    later = now + timedelta(minutes=60)
    return later.replace(minute=30 if later.minute >= 30 else 0, second=0, microsecond=0)


def brief(rep: Rep, trouble: Trouble, now: datetime, zone: ZoneInfo) -> str:
    """What the boss reads first."""
    local, language = now.astimezone(zone), rep.language
    return texts.BOSS_BRIEF_TEXT.of(
        language,
        account=trouble.account.name,
        what=(trouble.problem.text or texts.UNNAMED.of(language)).rstrip(".。"),
        since=wording.exact(trouble.problem.opened_at, language, local),
        next=wording.exact(next_word(now), language, local),
    )


def _buttons(problem: Problem, step: Step, language: Language) -> Actions:
    menu = [
        (texts.STEPS.of(language), f"steps|{problem.id}"),
        (texts.THINK.of(language), f"dialogue|{problem.id}"),
        (texts.WORDS.of(language), f"words|{problem.id}"),
        (texts.NOT_OURS.of(language), f"withdraw|{problem.id}"),
    ]
    return Actions(
        (
            Button("problem:done", texts.DONE.of(language), f"{problem.id}|{step.value}", primary=True),
            Button("problem:boss", texts.BOSS.of(language), problem.id),
        ),
        Menu("problem:more", tuple(menu)),
    )


# --- taps -----------------------------------------------------------------------------------------------------------


def find(session: Session, rep: Rep, problem_id: str, *, stand_in: bool = False) -> Trouble:
    """The problem of a button. Refuses strangers and what is gone; with `stand_in`, a stand-in who was sent it may."""
    problem = history.problem(session, rep.team_id, problem_id)
    account = accounts.get(session, rep.team_id, problem.account_id) if problem is not None else None
    if problem is None or account is None:
        raise errors.Refused("The problem is gone.", code="card_gone")
    if stand_in:
        return Trouble(problem, stand_in_cards.leave(session, rep, account, problem_id=problem_id))
    if account.rep_id != rep.id:
        raise errors.Refused("Somebody else's problem.", code="not_yours")
    return Trouble(problem, account)


def done(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """A step was taken; the card shows the next one. A second tap on the same step changes nothing."""
    problem_id, _, name = value.partition("|")
    with base.database.write() as session:
        trouble = find(session, rep, problem_id, stand_in=True)
        step = chosen(Step, name)
        if step is None:
            raise errors.Refused("No step.", code="card_gone")
        if step not in trouble.problem.done:
            problems.advance(base, session, trouble.account, trouble.problem, step, now)
        answered(session, rep, trouble, step, now)
        trouble = find(session, rep, problem_id, stand_in=True)
    return Reply(after_tap(base, rep, trouble, now), replace=True)


def answered(session: Session, rep: Rep, trouble: Trouble, step: Step, now: datetime) -> None:
    """Keeps that a stand-in took a step: the rep reads it on return."""
    if trouble.account.rep_id == rep.id:
        return
    for row in stand_in_cards.had(session, rep, trouble.account, problem_id=trouble.problem.id):
        if absence.step_key(row.key).endswith(f":step:{step.value}"):
            nudge_history.answer(session, rep.team_id, row.id, "done", now)


def after_tap(base: Base, rep: Rep, trouble: Trouble, now: datetime) -> Message:
    """The card as it stands after a tap of the keeper or of a stand-in."""
    return stand_in_cards.after_tap(card(base, rep, trouble, now), rep, trouble.account)


def open_one(base: Base, rep: Rep, problem_id: str, now: datetime) -> Reply:
    with base.database.read() as session:
        trouble = find(session, rep, problem_id)
    return Reply(card(base, rep, trouble, now))


def withdraw(base: Base, rep: Rep, problem_id: str, now: datetime) -> Reply:
    """Takes back a problem that was opened by mistake."""
    with base.database.write() as session:
        trouble = find(session, rep, problem_id)
        history.withdraw(session, rep.team_id, problem_id, now)
        planning.changed(base, session, trouble.account, now)
    return Reply(plain(texts.WITHDRAWN.of(rep.language, account=trouble.account.name)), replace=True)


def steps(base: Base, rep: Rep, problem_id: str) -> Reply:
    """The steps of the play for this kind of problem."""
    with base.database.read() as session:
        trouble = find(session, rep, problem_id, stand_in=True)
    play = play_of(base, trouble.problem)
    if play is None:
        raise errors.Refused("The play is gone.", code="card_gone")
    return Reply(Message(play.title.of(rep.language), tuple(cards.steps(play, rep.language))))


def play_of(base: Base, problem: Problem) -> Play | None:
    return base.shelf.library.play(fit.problem_play(base.shelf.library.plays, problem.raised_by))


def think(base: Base, rep: Rep, problem_id: str, now: datetime) -> Reply:
    """The dialogue of the play for this kind of problem."""
    with base.database.read() as session:
        trouble = find(session, rep, problem_id)
    play = play_of(base, trouble.problem)
    return dialogues.start(base, rep, play.id if play is not None else "", trouble.account.id, None, now)


def lesson_form(base: Base, rep: Rep, problem_id: str) -> Reply:
    with base.database.read() as session:
        find(session, rep, problem_id)
    language = rep.language
    field = Input("text", texts.LESSON_ASK.of(language), "lines", longest=LONGEST)
    title, save, close = (t.of(language) for t in (texts.LESSON_WRITE, talk.SAVE, talk.CANCEL))
    return Reply(form=Form("lesson", title, save, close, (field,), subject=problem_id))


def keep_lesson(base: Base, rep: Rep, problem_id: str, text: str) -> Reply:
    with base.database.write() as session:
        trouble = find(session, rep, problem_id)
        history.keep_lesson(session, rep.team_id, problem_id, text)
    return Reply(plain(texts.LESSON_KEPT.of(rep.language, account=trouble.account.name)), replace=True)


def came_back(base: Base, rep: Rep, problem_id: str, now: datetime) -> Reply:
    """The trouble came back after the client had confirmed: a new problem with the same words, from the start."""
    with base.database.read() as session:
        trouble = find(session, rep, problem_id, stand_in=True)
    reply = open_on(base, rep, trouble.account, trouble.problem.text, trouble.problem.raised_by, now)
    assert reply.message is not None
    if trouble.account.rep_id != rep.id:
        return Reply(plain(stand_in_texts.CAME_BACK.of(rep.language, account=trouble.account.name)), replace=True)
    note = Paragraph(texts.REOPENED.of(rep.language, account=trouble.account.name))
    return Reply(Message(reply.message.summary, (note, *reply.message.parts)), replace=True)


def again(rep: Rep, trouble: Trouble, now: datetime) -> Message:
    """Two weeks after the client's word: did it come back? `now` is in the zone of whoever reads it."""
    language = rep.language
    opened = wording.day(trouble.problem.opened_at.astimezone(now.tzinfo).date(), language, now.date())
    what = trouble.problem.text or texts.UNNAMED_OF.of(language, day=opened)
    heading = texts.HEADING.of(language, account=trouble.account.name, what=what)
    buttons = (
        Button("problem:stayed_away", texts.STAYED_AWAY.of(language), trouble.problem.id, primary=True),
        Button("problem:came_back", texts.CAME_BACK.of(language), trouble.problem.id),
    )
    return Message(heading, (Heading(heading[:150]), Paragraph(texts.AGAIN_ASK.of(language)), Actions(buttons)))


def lesson_line(found: Sequence[Problem], play: Play | None, visit: Visit, language: Language, now: datetime) -> str:
    """The newest lesson, for the card of a visit that reviews the delivery; empty for any other."""
    reviews = visit.review or (play is not None and play.playbook == REVIEWS)
    since = now - LESSON_LASTS
    lessons = [p.lesson for p in found if p.lesson and p.confirmed_at is not None and p.confirmed_at > since]
    return texts.LESSON.of(language, text=lessons[-1][:100]) if reviews and lessons else ""


def stayed_away(rep: Rep) -> Reply:
    return Reply(plain(texts.GOOD.of(rep.language)), replace=True)


def overview(base: Base, rep: Rep) -> Reply:
    """The open problems, the oldest first."""
    language = rep.language
    found = problems.of_rep(base, rep)
    if not found:
        text = texts.NONE_OPEN.of(language)
        return Reply(Message(text, (Paragraph(text), Small(texts.HOW.of(language)))))
    parts: list[Part] = [Heading(texts.LIST_HEADING.of(language))]
    for account, problem in found[:20]:
        step = problem_core.next_step(problem)
        assert step is not None
        line = texts.LIST_LINE.of(
            language,
            account=account.name,
            what=problem.text or texts.UNNAMED.of(language),
            step=names.STEPS[step].of(language),
        )
        parts.append(Paragraph(line, button=Button("problem:open", texts.OPEN_ONE.of(language), problem.id)))
    return Reply(Message(texts.LIST_HEADING.of(language), (*parts, Small(texts.HOW.of(language)))))
