"""Bringing the boss in on a bad day: a group with the people whom the rep picks, and the brief that they read first."""

from datetime import datetime

from bot import errors
from bot.core.account import Rep
from bot.core.message import Form, Input, Message, Paragraph, Part, Reply, Small, plain
from bot.core.problem import Step
from bot.core.texts import talk
from bot.core.texts import trouble as texts
from bot.usecases import bad_days, people, planning
from bot.usecases.ports import Asker, Base
from storage import history, reps


def form(base: Base, rep: Rep, problem_id: str, now: datetime) -> Reply:
    """Asks whom to bring in, with the brief that they read first."""
    zone = people.require_zone(base, rep)
    with base.database.read() as session:
        trouble = bad_days.find(session, rep, problem_id, stand_in=True)
    language = rep.language
    manager = trouble.account.manager or ""
    inputs = (
        Input("people", texts.BOSS_PEOPLE.of(language), "people", initial=manager),
        Input(
            "brief",
            texts.BOSS_BRIEF.of(language),
            "lines",
            initial=bad_days.brief(rep, trouble, now, zone),
            longest=1500,
        ),
    )
    title, submit, close = (t.of(language) for t in (texts.BOSS_FORM, texts.BOSS_OPEN, talk.CANCEL))
    return Reply(form=Form("boss", title, submit, close, inputs, subject=problem_id))


def bring_in(base: Base, rep: Rep, problem_id: str, chosen: str, text: str, now: datetime) -> Reply:
    """Opens a group with the chosen people, posts the brief there, and counts the step as taken."""
    ids = [p.strip() for p in chosen.split(",") if p.strip()]
    with base.database.read() as session:
        bad_days.find(session, rep, problem_id, stand_in=True)
    _refuse_outsiders(base, rep, ids)
    if not base.messenger.group(rep.team_id, [rep.id, *ids], _told(base, rep, ids, text)):
        return Reply(plain(texts.BOSS_FAILED.of(rep.language)))
    with base.database.write() as session:
        trouble = bad_days.find(session, rep, problem_id, stand_in=True)
        if Step.BOSS_TOLD not in trouble.problem.done:
            history.take_step(session, rep.team_id, problem_id, Step.BOSS_TOLD, now)
            planning.changed(base, session, trouble.account, now)
        bad_days.answered(session, rep, trouble, Step.BOSS_TOLD, now)
        trouble = bad_days.find(session, rep, problem_id, stand_in=True)
    message = bad_days.after_tap(base, rep, trouble, now)
    note = Paragraph(texts.BOSS_DONE.of(rep.language))
    return Reply(Message(message.summary, (note, *message.parts)), replace=True)


def _refuse_outsiders(base: Base, rep: Rep, ids: list[str]) -> None:
    """Refuses guests and people of other firms: the list that a rep picks from may hold the client's own."""
    for each in ids:
        if people.known(base, Asker(rep.team_id, each)) is not None:
            continue
        profile = base.messenger.profile(rep.team_id, each)
        if profile is not None and (profile.guest or profile.bot):
            params = {"name": profile.name or each, "field": "people"}
            raise errors.Refused("They are no colleague.", code="boss_outside", params=params)


def _told(base: Base, rep: Rep, ids: list[str], text: str) -> Message:
    """The brief as a group reads it: from whom, and by whose clock where not everybody is known to share it."""
    zone = people.require_zone(base, rep)
    with base.database.read() as session:
        readers = [reps.get(session, rep.team_id, each) for each in ids]
    notes = [texts.BOSS_FROM.of(rep.language, name=rep.name)] if rep.name else []
    if any(reader is None or reader.zone != zone for reader in readers):
        notes.append(texts.BOSS_TIMES.of(rep.language, zone=zone.key))
    parts: list[Part] = [Paragraph(text)]
    return Message(text, (*parts, *([Small(" ".join(notes))] if notes else [])))
