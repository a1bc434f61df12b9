"""Advice: what a rep asks, and the plays that answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import errors
from bot.core import advice, fit, guards
from bot.core.account import Account, Language, Rep, Stage
from bot.core.advice import Advice, Facts, Ranked, Why
from bot.core.library import Library
from bot.core.message import Actions, Bullets, Button, Heading, Menu, Message, Paragraph, Part, Reply, Small, plain
from bot.core.nudge import Rule
from bot.core.playbook import Play
from bot.core.situation import Situation
from bot.core.texts import cards as texts
from bot.core.texts import facts, names, rehearsal
from bot.usecases import accounts as account_cases
from bot.usecases import cards, today
from bot.usecases.ports import Base
from storage import accounts, replies, situations
from storage.tables import AdviceRow, CommitmentRow

LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Given:
    """Advice that was given, as stored."""

    row: AdviceRow
    account: Account | None
    plays: tuple[Play, ...]
    rehearsed: frozenset[str] = frozenset()  # the plays that have a scene

    def play(self, place: int) -> Play:
        if not 0 <= place < len(self.plays):
            raise errors.Refused("That play is gone.", code="card_gone")
        return self.plays[place]

    def value(self, place: int) -> str:
        """What a button carries: this advice, the place of a play in it, and the wording that is shown."""
        return f"{self.row.id}|{place}|{self.row.wording}"


def ask(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """Answers a question; without one, what each account needs today; for an account's name, what it needs."""
    text = text.strip()[:LONGEST]
    if not text:
        return Reply(today.overview(base, rep, now))
    with base.database.read() as session:
        named, account = account_cases.named_or_mentioned(session, rep, text)
        situation = None
        zone = rep.zone or base.fallback_zone
        if account is not None and zone is not None:
            situation = situations.load(session, account, rep, now, zone)
    if named is not None and situation is not None:
        return _for_account(base, rep, situation, now)
    question = _without(text, account)
    library, weights = base.shelf.take()
    found = advice.advise(library, weights, question, Facts(situation=situation, language=rep.language))
    return _answer(base, rep, account, text, found, now)


def _without(text: str, account: Account | None) -> str:
    """The question without the account's names: they say nothing of the situation."""
    for name in (account.name, *account.aliases) if account is not None else ():
        text = text.replace(name, " ")
    return text


def _for_account(base: Base, rep: Rep, situation: Situation, now: datetime) -> Reply:
    """What this account needs: plays with a live cue first, then what its stage asks for."""
    library = base.shelf.library
    hours = today.hours(base, rep)
    points = fit.points(library.plays, situation, hours, library.manners)
    plays = [Ranked(p.play.id, 1.0, False, Why((), (p.cue,))) for p in points[:3]]
    held = tuple(
        (play.id, rule)
        for play in library.plays
        if play.nudge is not None
        and fit.occasions(play, situation)
        and (rule := guards.bar_unasked(play, situation, library.manners)) is not None
    )
    if not plays:
        stage = situation.account.stage
        fitting = [p for p in library.plays if not p.pacing and stage is not None and stage in p.fits.stages]
        plays = [Ranked(p.id, 1.0, False, Why((), ("stage",))) for p in fitting[:3]]
    found = Advice(tuple(plays), None, not plays, _some_topics(library), held, 0)
    return _answer(base, rep, situation.account, situation.account.name, found, now)


def _some_topics(library: Library) -> tuple[str, ...]:
    by_playbook = {p.playbook: p.id for p in library.plays if not p.pacing}
    return tuple(by_playbook.values())[:5]


def _answer(base: Base, rep: Rep, account: Account | None, text: str, found: Advice, now: datetime) -> Reply:
    row = AdviceRow(
        id=base.new_id(),
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=account.id if account is not None else None,
        text=text,
        plays=[_stored(r) for r in found.plays],
        held=[[play_id, rule.value] for play_id, rule in found.held],
        wording=found.wording,
        at=now,
    )
    library = base.shelf.library
    with base.database.note() as session:
        replies.keep_advice(session, row)
    given = Given(row, account, tuple(library.by_id[r.play_id] for r in found.plays), _rehearsed(library))
    if found.abstained:
        return Reply(_abstained(found, library, rep.language))
    if found.ask:
        return Reply(_question(given, found.ask, rep.language))
    return Reply(_opened(given, 0, rep))


def of_play(base: Base, rep: Rep, account: Account, play: Play, cue: str, wording: int, now: datetime) -> Reply:
    """One play for one account as an answer, raised by a cue."""
    found = Advice((Ranked(play.id, 1.0, play.pacing, Why((), (cue,))),), None, False, (), (), wording)
    return _answer(base, rep, account, account.name, found, now)


def _rehearsed(library: Library) -> frozenset[str]:
    return frozenset(one.play for one in library.scenes)


def _stored(ranked: Ranked) -> dict[str, Any]:
    why = {"words": list(ranked.why.words), "facts": list(ranked.why.facts)}
    return {"id": ranked.play_id, "needs_tap": ranked.needs_tap, **why}


def _abstained(found: Advice, library: Library, language: Language) -> Message:
    text = texts.ABSTAINED.of(language)
    topics = tuple(library.by_id[t].title.of(language) for t in found.topics)
    return Message(text, (Paragraph(text), Bullets(topics), Small(texts.ABSTAINED_HINT.of(language))))


def _question(given: Given, choices: Iterable[str], language: Language) -> Message:
    """One question where two or three plays are close."""
    text = texts.ASK_WHICH.of(language)
    places = {play.id: place for place, play in enumerate(given.plays)}
    buttons = [
        Button("advice:open", given.plays[places[c]].title.of(language)[:75], given.value(places[c])) for c in choices
    ]
    buttons.append(Button("advice:none", texts.ASK_NONE.of(language), given.row.id))
    return Message(text, (Paragraph(text), Actions(tuple(buttons))))


def _opened(given: Given, place: int, rep: Rep) -> Message:
    """The opened play and the others a line each; a pacing play asks its question first."""
    language, play = rep.language, given.play(place)
    if play.pacing and not given.row.tapped:
        return _tap(given, place, language)
    index = given.row.wording
    heading = play.title.of(language)
    if given.account is not None:
        heading = texts.NUDGE_HEADING.of(language, account=given.account.name, title=heading)
    parts: list[Part] = [Heading(heading[:150]), *cards.point(play, index, rep, given.account)]
    parts += [cards.source(play, language), _buttons(given, place, language)]
    others = [(n, p) for n, p in enumerate(given.plays) if n != place and not p.pacing]
    for n, other in others:
        button = Button("advice:open", texts.OPEN_VISIT.of(language), given.value(n))
        parts.append(Paragraph(other.title.of(language), label=texts.ADVICE_ALSO.of(language), button=button))
    summary = texts.ADVICE_SUMMARY.of(language, title=play.title.of(language), do=play.wordings.of(language)[index].do)
    return Message(summary, tuple(parts))


def _buttons(given: Given, place: int, language: Language) -> Actions:
    value = given.value(place)
    menu = [
        (texts.MORE_WHY.of(language), f"why|{value}"),
        (texts.MORE_WRONG.of(language), f"wrong|{value}"),
    ]
    if given.play(place).dialogue is not None:
        menu.append((texts.MORE_DIALOGUE.of(language), f"dialogue|{value}"))
    if given.play(place).id in given.rehearsed:
        menu.append((rehearsal.MENU.of(language), f"rehearse|{value}"))
    return Actions(
        (
            Button("advice:commit", texts.COMMIT.of(language), value, primary=True),
            Button("advice:another", texts.ANOTHER.of(language), value),
            Button("advice:steps", texts.STEPS_BUTTON.of(language), value),
        ),
        Menu("advice:more", tuple(menu)),
    )


def _tap(given: Given, place: int, language: Language) -> Message:
    """The question that stands before a pacing play: the stage where it is not known, and that nothing waits."""
    play = given.play(place)
    heading = texts.TAP_HEADING.of(language, title=play.title.of(language))
    parts: list[Part] = [Heading(heading[:150])]
    if given.account is None or given.account.stage is None:
        parts.append(Paragraph(texts.TAP_STAGE.of(language)))
    if play.tap is not None:
        parts.append(Paragraph(play.tap.of(language)))
    value = given.value(place)
    buttons = (
        Button("advice:clear", texts.TAP_YES.of(language), value),
        Button("advice:unclear", texts.TAP_NO.of(language), value),
    )
    return Message(heading, (*parts, Actions(buttons)))


# --- taps on advice ---------------------------------------------------------------------------------------------------


def _given(base: Base, rep: Rep, value: str) -> tuple[Given, int]:
    """The advice a button belongs to, in the wording that it was shown in, and the place of its play."""
    advice_id, place, index = [*value.split("|"), "", ""][:3]
    with base.database.read() as session:
        row = replies.advice(session, rep.team_id, rep.id, advice_id)
        account = accounts.get(session, rep.team_id, row.account_id) if row is not None and row.account_id else None
    if row is None:
        raise errors.Refused("That advice is gone.", code="card_gone")
    if index in ("0", "1", "2"):
        row.wording = int(index)
    library = base.shelf.library
    plays = tuple(play for p in row.plays if (play := library.play(p["id"])) is not None)
    return Given(row, account, plays, _rehearsed(library)), int(place) if place.isdecimal() else 0


def open_play(base: Base, rep: Rep, value: str) -> Reply:
    given, place = _given(base, rep, value)
    return Reply(_opened(given, place, rep), replace=True)


def another(base: Base, rep: Rep, value: str) -> Reply:
    """The next play, or where there is none the same one in other words."""
    given, place = _given(base, rep, value)
    following = [n for n, p in enumerate(given.plays) if n > place and not p.pacing]
    if following:
        return Reply(_opened(given, following[0], rep), replace=True)
    given.row.wording = (given.row.wording + 1) % 3
    first = next((n for n, p in enumerate(given.plays) if not p.pacing), place)
    return Reply(_opened(given, first, rep), replace=True)


def none_of_these(base: Base, rep: Rep, value: str) -> Reply:
    """None of the offered plays: what the coach knows about, to ask again."""
    given, _ = _given(base, rep, value)
    library = base.shelf.library
    shown = {p.id for p in given.plays}
    topics = tuple(t for t in _some_topics(library) if t not in shown)
    found = Advice((), None, True, topics, (), 0)
    return Reply(_abstained(found, library, rep.language), replace=True)


def clear(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """The question before a pacing play was answered with yes; the guard is asked once more with today's facts."""
    given, place = _given(base, rep, value)
    rule = _barred(base, rep, given, place, now)
    if rule is not None:
        return _instead(given, place, rep, texts.TAP_REFUSED.of(rep.language, rule=names.RULES[rule].of(rep.language)))
    with base.database.write() as session:
        replies.tap_advice(session, given.row.team_id, given.row.id)
    given.row.tapped = True
    return Reply(_opened(given, place, rep), replace=True)


def _barred(base: Base, rep: Rep, given: Given, place: int, now: datetime) -> Rule | None:
    zone = rep.zone or base.fallback_zone
    if given.account is None or zone is None:
        return None
    with base.database.read() as session:
        situation = situations.load(session, given.account, rep, now, zone)
    rule = guards.bar_asked(given.play(place), situation, base.shelf.library.manners, given.row.text)
    unknown_stage = situation.account.stage is None and rule is Rule.TRUST_NOT_FORMED
    return None if unknown_stage else rule


def unclear(base: Base, rep: Rep, value: str) -> Reply:
    """The question before a pacing play was answered with no: the next play instead."""
    given, place = _given(base, rep, value)
    return _instead(given, place, rep, texts.TAP_REFUSED_PLAIN.of(rep.language))


def _instead(given: Given, place: int, rep: Rep, note: str) -> Reply:
    others = [n for n, p in enumerate(given.plays) if n != place and not p.pacing]
    if not others:
        return Reply(plain(note), replace=True)
    message = _opened(given, others[0], rep)
    return Reply(Message(message.summary, (Paragraph(note), *message.parts)), replace=True)


def commit(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """Keeps "I'll do it" for advice that was asked for."""
    given, place = _given(base, rep, value)
    play = given.play(place)
    row = CommitmentRow(
        id=base.new_id(),
        team_id=rep.team_id,
        rep_id=rep.id,
        account_id=given.row.account_id,
        play=play.id,
        wording=given.row.wording,
        made_at=now,
    )
    with base.database.write() as session:
        replies.commit(session, row)
    message = _opened(given, place, rep)
    kept = tuple(p for p in message.parts if not isinstance(p, Actions) and getattr(p, "button", None) is None)
    note = texts.COMMITTED_NO_VISIT.of(rep.language)
    shown = Actions((Button("advice:steps", texts.STEPS_BUTTON.of(rep.language), value),))
    return Reply(Message(note, (*kept, Paragraph(f"✓ {note}"), shown)), replace=True)


def steps(base: Base, rep: Rep, value: str) -> Reply:
    """The steps of a play: who, what, by when."""
    given, place = _given(base, rep, value)
    play = given.play(place)
    return Reply(Message(play.title.of(rep.language), tuple(cards.steps(play, rep.language))))


def why(base: Base, rep: Rep, value: str) -> Reply:
    """What matched, the principle and its evidence, and what was held back by which rule."""
    given, place = _given(base, rep, value)
    play, language = given.play(place), rep.language
    stored: dict[str, Any] = next((p for p in given.row.plays if p["id"] == play.id), {"words": [], "facts": []})
    lines: list[str] = []
    if stored["words"]:
        lines.append(texts.WHY_MATCHED.of(language, words=", ".join(stored["words"])))
    if stored["facts"]:
        told = ", ".join(_fact(f, given.account, language) for f in stored["facts"])
        lines.append(texts.WHY_FACTS.of(language, facts=told))
    for play_id, rule in given.row.held:
        held = base.shelf.library.play(play_id)
        if held is not None:
            told = names.RULES[Rule(rule)].of(language)
            lines.append(texts.WHY_HELD.of(language, play=held.title.of(language), rule=told))
    return Reply(explanation(play, lines, language))


def _fact(fact: str, account: Account | None, language: Language) -> str:
    if fact == "stage" and account is not None and account.stage is not None:
        return texts.STAGE_FACT.of(language, stage=names.STAGES[Stage(account.stage)].of(language))
    if fact == "open_problem":
        return texts.PROBLEM_FACT.of(language)
    cue = facts.CUES.get(fact)
    return cue.of(language) if cue is not None else fact


def explanation(play: Play, lines: list[str], language: Language) -> Message:
    """Why a play: its principle, the facts, the evidence with its caveat, the source."""
    source = play.source
    if source.evidence is not None:
        text, caveat = source.evidence.text.of(language), source.evidence.caveat.of(language)
        lines = [*lines, texts.WHY_EVIDENCE.of(language, text=text, caveat=caveat)]
    heading = texts.WHY_HEADING.of(language)
    parts: list[Part] = [Heading(heading), Paragraph(source.principle.of(language))]
    if lines:
        parts.append(Bullets(tuple(lines)))
    return Message(heading, (*parts, cards.source(play, language)))


def dialogue_subject(base: Base, rep: Rep, value: str) -> tuple[str, str | None]:
    """The play and the account of a dialogue opened from advice."""
    given, place = _given(base, rep, value)
    return given.play(place).id, given.row.account_id


def asked(base: Base, rep: Rep, value: str) -> tuple[Play, Account | None, str, int]:
    """The play that is shown, the account, the question without the account's names, and the wording that is shown."""
    given, place = _given(base, rep, value)
    question = " ".join(_without(given.row.text, given.account).split())
    return given.play(place), given.account, question, given.row.wording
