"""The stand-in of a rep: naming one, telling them once, letting them decline, and telling the rep on return."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import errors
from bot.core import nudge
from bot.core.account import Language, Rep
from bot.core.message import Actions, Bullets, Button, Form, Input, Message, Paragraph, Part, Reply, Small, plain
from bot.core.nudge import Nudge
from bot.core.priority import Rank
from bot.core.problem import Step
from bot.core.texts import names as words
from bot.core.texts import roles, talk
from bot.core.texts import stand_in as texts
from bot.usecases import people, planning, undo
from bot.usecases.ports import Asker, Base
from storage import accounts, nudge_history, nudges, reps
from storage.tables import NudgeRow

HELLO, GONE, BACK = "stand_in_named", "stand_in_gone", "stand_in_back"
CUES = (HELLO, GONE, BACK)
MENTION = re.compile(r"^<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>$")
NOBODY = frozenset({"none", "nobody", "off", "no", "无", "没有", "不用", "取消"})
AFTER_UNDO = timedelta(seconds=61)  # whoever is named by a slip of the finger is not told
LASTS = timedelta(days=14)
SHOWN = 6


# --- naming one -------------------------------------------------------------------------------------------------------


def form(rep: Rep) -> Reply:
    """The window in which a rep picks who stands in."""
    language = rep.language
    title, save, close = (t.of(language) for t in (texts.FORM, talk.SAVE, talk.CANCEL))
    hint = texts.WHO_HINT.of(language)
    field = Input("people", texts.WHO.of(language), "people", initial=rep.stand_in or "", hint=hint, optional=True)
    return Reply(form=Form("stand_in", title, save, close, (field,), texts.WHAT.of(language)))


def by_text(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """Names a colleague whom Slack links, or nobody; for a name that is only typed, the window to pick one."""
    if text.strip().casefold() in NOBODY:
        return choose(base, rep, None, now)
    mention = MENTION.fullmatch(text.strip())
    return choose(base, rep, mention["id"], now) if mention is not None else form(rep)


def submit(base: Base, rep: Rep, chosen: str, now: datetime) -> Reply:
    """Names whom the rep picked in the window."""
    ids = [p.strip() for p in chosen.split(",") if p.strip()]
    if len(ids) > 1:
        raise errors.Refused("One person is needed.", code="one_person")
    return choose(base, rep, ids[0] if ids else None, now)


def choose(base: Base, rep: Rep, user_id: str | None, now: datetime) -> Reply:
    """Names a stand-in, or nobody. Somebody new to the coach is looked up with Slack first; the answer follows."""
    if user_id is None:
        return Reply(_save(base, rep, None, now))
    if user_id == rep.id:
        raise errors.Refused("Nobody stands in for themselves.", code="stand_in_self")
    other = people.known(base, Asker(rep.team_id, user_id))
    if other is not None and other.active and planning.zone_of(base, other) is not None:
        return Reply(_save(base, rep, user_id, now))
    base.later(lambda: _look_up(base, rep, user_id))
    return Reply(plain(texts.ASKING.of(rep.language)))


def _look_up(base: Base, rep: Rep, user_id: str) -> None:
    """Asks Slack who somebody is, and tells the rep what became of it."""
    try:
        _require(base, rep, user_id)
        message = _save(base, rep, user_id, base.clock.now())
    except errors.Refused as error:
        message = plain(talk.REFUSALS[error.code].of(rep.language, **error.params))
    base.messenger.post(rep.team_id, rep.id, message, base.new_id())


def _require(base: Base, rep: Rep, user_id: str) -> None:
    """Refuses people whom Slack does not know, guests, bots, who has left, and whose time zone is not known."""
    profile = base.messenger.profile(rep.team_id, user_id)
    if profile is None:
        raise errors.Refused("Slack does not know them.", code="stand_in_unknown")
    params = {"name": profile.name or roles.OFFER_SOMEBODY.of(rep.language)}
    if profile.deleted or profile.guest or profile.bot:
        raise errors.Refused("They cannot stand in.", code="stand_in_cannot", params=params)
    other = people.meet(base, Asker(rep.team_id, user_id), base.clock.now()).rep
    if planning.zone_of(base, other) is None:
        raise errors.Refused("Their zone is not known.", code="stand_in_no_zone", params=params)


def _save(base: Base, rep: Rep, user_id: str | None, now: datetime) -> Message:
    with base.database.write() as session, undo.watch(base, session, rep, now, settings=True) as watched:
        changed = reps.save(session, rep.team_id, rep.id, stand_in=user_id)
        planning.replan(base, session, changed, now)
        if user_id is not None and not _is_told(session, rep, user_id):
            nudges.plan(session, [_hello(rep, user_id, now)], now)
    saved = texts.SAVED if user_id is not None else texts.CLEARED
    return watched.offered(plain(saved.of(rep.language)))


def _is_told(session: Session, rep: Rep, user_id: str) -> bool:
    """True if this person stands in already, or is about to be told."""
    waiting = nudge_history.waiting(session, rep.team_id, user_id)
    return rep.stand_in == user_id or any(r.cue == HELLO and ["from", rep.id] in r.facts for r in waiting)


def _hello(rep: Rep, user_id: str, now: datetime) -> Nudge:
    key, facts = f"standin:{rep.id}:{now.isoformat()}", (("from", rep.id),)
    due, over = now + AFTER_UNDO, now + LASTS
    return nudge.word(rep.team_id, user_id, key, HELLO, due, over, priority=Rank.PACING, facts=facts)


# --- one who cannot any more ------------------------------------------------------------------------------------------


def decline(base: Base, rep: Rep, nudge_id: str, now: datetime) -> Reply:
    """The named one would rather not: whoever named them is told."""
    with base.database.write() as session:
        row = nudge_history.get(session, rep.team_id, nudge_id)
        if row is None:
            raise errors.Refused("That is gone.", code="card_gone")
        if row.rep_id != rep.id:
            raise errors.Refused("Somebody else's.", code="not_yours")
        keeper = reps.get(session, rep.team_id, dict(row.facts).get("from", ""))
        nudge_history.answer(session, rep.team_id, nudge_id, "declined", now)
        if keeper is not None and keeper.stand_in == rep.id:
            clear(session, keeper, now)
    base.wake.set()
    return Reply(plain(texts.DECLINED.of(rep.language)), replace=True)


def cannot(session: Session, team_id: str, user_id: str, now: datetime) -> None:
    """Somebody has left or was forgotten: they stand in for nobody, and those who named them are told."""
    for keeper in reps.stood_in_for_by(session, team_id, user_id):
        clear(session, keeper, now)


def clear(session: Session, keeper: Rep, now: datetime) -> None:
    """Nobody stands in for this rep from now on, and the rep is told."""
    reps.save(session, keeper.team_id, keeper.id, stand_in=None)
    nudges.wake_rep(session, keeper.team_id, keeper.id, now)
    key = f"standin_gone:{now.isoformat()}"
    nudges.plan(session, [nudge.word(keeper.team_id, keeper.id, key, GONE, now, priority=Rank.PACING)], now)


def lost(session: Session, planned: Nudge, user_id: str, now: datetime) -> None:
    """Slack does not deliver to a stand-in: their nudges go back to the rep."""
    keeper = reps.get(session, planned.team_id, planned.rep_id)
    if keeper is not None and keeper.stand_in == user_id:
        clear(session, keeper, now)


# --- on return --------------------------------------------------------------------------------------------------------


def tell_later(session: Session, planned: Nudge, now: datetime) -> None:
    """Plans one word for the rep's return on what their stand-in had; cadence holds it while they are away."""
    waiting = nudge_history.waiting(session, planned.team_id, planned.rep_id)
    if not any(row.cue == BACK for row in waiting):
        key = f"standin_back:{planned.id}:{now.isoformat()}"
        nudges.plan(session, [nudge.word(planned.team_id, planned.rep_id, key, BACK, now, priority=Rank.PACING)], now)


def names_wanted(session: Session, planned: Nudge) -> set[str]:
    """The Slack ids of those whose names a word of ours tells."""
    if planned.cue == HELLO:
        return {dict(planned.facts)["from"]}
    if planned.cue == BACK:
        rows = nudge_history.at_stand_in(session, planned.team_id, planned.rep_id, planned.due_at)
        return {row.sent_to for row in rows if row.sent_to}
    return set()


def message(base: Base, session: Session, rep: Rep, planned: Nudge, names: Mapping[str, str]) -> Message | None:
    """What is said; None where it is not true any more."""
    language = rep.language
    if planned.cue == GONE:
        return plain(texts.GONE.of(language)) if rep.stand_in is None else None
    if planned.cue == BACK:
        return _back(base, session, rep, planned, names)
    key = dict(planned.facts)["from"]
    keeper = reps.get(session, rep.team_id, key)
    if keeper is None or keeper.stand_in != rep.id:
        return None
    text = texts.HELLO.of(language, name=names.get(key) or roles.OFFER_SOMEBODY.of(language))
    decline = Button("stand_in:decline", texts.NOT_ME.of(language), planned.id)
    return Message(text, (Paragraph(text), Actions((decline,))))


def _back(base: Base, session: Session, rep: Rep, planned: Nudge, names: Mapping[str, str]) -> Message | None:
    rows = nudge_history.at_stand_in(session, rep.team_id, rep.id, planned.due_at)
    newest = {(row.account_id, row.problem_id, row.key): row for row in rows}
    lines = [line for row in newest.values() if (line := _line(base, session, rep, row, names))]
    if not lines:
        return None
    heading = texts.BACK.of(rep.language)
    parts: list[Part] = [Paragraph(heading), Bullets(tuple(lines[:SHOWN]))]
    if len(lines) > SHOWN:
        parts.append(Small(texts.BACK_MORE.of(rep.language, count=len(lines) - SHOWN)))
    return Message(heading, tuple(parts))


def _line(base: Base, session: Session, rep: Rep, row: NudgeRow, names: Mapping[str, str]) -> str:
    account = accounts.get(session, rep.team_id, row.account_id)
    what = _what(base, row, rep.language)
    if account is None or account.rep_id != rep.id or not what:
        return ""
    name = names.get(row.sent_to or "") or roles.OFFER_SOMEBODY.of(rep.language)
    outcome = texts.OUTCOMES.get(row.answer or "", texts.OPEN).of(rep.language)
    return texts.BACK_LINE.of(rep.language, account=account.name, what=what, outcome=outcome, name=name)


def _what(base: Base, row: NudgeRow, language: Language) -> str:
    """What a nudge was about: the step, the promise, or the title of its play."""
    known = dict(row.facts)
    if "promise" in known:
        return known["promise"][:80]
    if "step" in known and known["step"] in set(Step):
        return words.STEPS[Step(known["step"])].of(language)
    play = base.shelf.library.play(row.play)
    return play.title.of(language) if play is not None else ""
