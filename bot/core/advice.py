"""Advice: the plays that answer a rep's question, best first; one question when unsure; nothing where nothing fits.

Pacing plays stand under a guard. Where a field forbids them they are held; where words speak against them they are
held too; else one may only come first, and opens after its question.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.core import guards, matching
from bot.core.account import Language, OrderPhase, Stage
from bot.core.library import Library
from bot.core.matching import Match, Weights
from bot.core.nudge import Rule
from bot.core.playbook import OWN_THE_PROBLEM, PACING, Play, Status
from bot.core.situation import Situation

# Set by cross-validation over the asks and on the development lines, never on the questions that are reported.
PRIOR = 0.4  # nats: what a stage or an order phase that does not fit costs
OPEN_PROBLEM_LIFT = 0.8  # nats: what an open problem gives to owning it
REFUSE = -1.8  # nats of "none of these" above the best play from which on nothing is named
CLOSE = 0.5  # two plays are close when their probabilities differ by less
BUTTON = 0.08  # a third button needs this share of the best play's probability
TROUBLE = 0.5  # words of trouble outweigh pacing at this share of its probability
SEEN = 0.05  # a held play is told when it was this probable, or among the best
HEIR = 0.02  # so probable is each play that stands in for a held one at least, when it inherits
TOPICS = 5

# What is due where pacing is barred: an open problem is owned, one just closed is looked after, what the client waits
# for comes fast, what matters to them is talked over; before trust is formed, what the stage asks for.
_INSTEAD: Mapping[Rule, tuple[str, ...]] = {
    Rule.OPEN_PROBLEM: ("complaint-received", "close-the-loop"),
    Rule.FRESH_PROBLEM: ("close-the-loop", "complaint-received"),
    Rule.SLOWS_SERVICE: ("faster-than-they-expect", "promises-kept"),
    Rule.IMPORTANT_MATTER: ("say-what-to-expect-of-us", "promises-kept"),
}
_INSTEAD_AT: Mapping[Stage, tuple[str, ...]] = {
    Stage.WINNING: ("say-what-to-expect-of-us", "why-people-buy"),
    Stage.INTRODUCTION: ("say-what-to-expect-of-us", "faster-than-they-expect"),
    Stage.EARLY: ("faster-than-they-expect", "say-what-to-expect-of-us"),
}

_WORDS_AGAINST: Mapping[str, Rule] = {
    "still_open": Rule.OPEN_PROBLEM,
    "important_to_them": Rule.IMPORTANT_MATTER,
    "slows_them": Rule.SLOWS_SERVICE,
}
_UNDUE = "undue_demand"  # the answer to an undue demand may wait; nothing else may


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the words; None = not known. `situation` is that of the account named, if one was."""

    stage: Stage | None = None
    order_phase: OrderPhase | None = None
    open_problem: bool | None = None
    situation: Situation | None = None
    language: Language = Language.EN


@dataclass(frozen=True, slots=True)
class Why:
    """What spoke for a play: words of the question, and facts (`stage`, `order_phase`, `open_problem`)."""

    words: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A play, how probable it is, and whether its question comes before it opens."""

    play_id: str
    score: float
    needs_tap: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer: `plays` best first; `ask` = the buttons when two or three are close; `topics` when abstained.

    `held` names plays that the words asked for and a rule kept back. `wording` picks one of the three wordings.
    """

    plays: tuple[Ranked, ...]
    ask: tuple[str, ...] | None
    abstained: bool
    topics: tuple[str, ...]
    held: tuple[tuple[str, Rule], ...]
    wording: int


def advise(library: Library, weights: Weights, text: str, facts: Facts | None = None, limit: int = 3) -> Advice:
    """The plays for this text and these facts; at most `limit`. Any text is answered or abstained from."""
    known = _completed(facts or Facts())
    match = matching.scores(weights, text)
    plays = [p for p in library.plays if p.status is not Status.RETIRED and weights.place(p.id) is not None]
    wording = zlib.crc32(text.encode("utf-8", "replace")) % 3
    if not plays or match.known == 0 or match.unfit > REFUSE:
        return Advice((), None, True, _topics(library), (), wording)
    odds = _probable(plays, weights, match, known)
    ranked, held = _guarded(odds, library, match, known, text)
    total = sum(p for _, p in ranked)
    best = [(play, p / total) for play, p in ranked][:limit]
    answer = tuple(Ranked(play.id, p, play.pacing, _why(play, match, known)) for play, p in best)
    return Advice(answer, _ask(best), False, (), held, wording)


def as_json(advice: Advice, library: Library, language: Language, client: Language | None = None) -> dict[str, object]:
    """The document of `kam advise`: texts in the rep's language, what to say in the client's (the rep's by default)."""
    return {
        "plays": [_play_json(r, library, advice.wording, language, client or language) for r in advice.plays],
        "abstained": advice.abstained,
        "ask": list(advice.ask) if advice.ask else None,
        "topics": [library.by_id[topic].title.of(language) for topic in advice.topics],
        "held": [{"id": play_id, "rule": rule.value} for play_id, rule in advice.held],
    }


def _play_json(
    ranked: Ranked, library: Library, wording: int, language: Language, client: Language
) -> dict[str, object]:
    play = library.by_id[ranked.play_id]
    words = play.wordings.of(language)[wording]
    return {
        "id": play.id,
        "score": round(ranked.score, 4),
        "needs_tap": ranked.needs_tap,
        "do": words.do,
        "say": play.wordings.of(client)[wording].say,
        "not": words.avoid,
        "source": f"{play.source.article.value} §{play.source.section}",
    }


def _completed(facts: Facts) -> Facts:
    """The facts, with what the named account tells where the asker did not."""
    if (situation := facts.situation) is None:
        return facts
    account = situation.account
    is_open = bool(situation.open_problems()) if facts.open_problem is None else facts.open_problem
    return replace(
        facts,
        stage=facts.stage or account.stage,
        order_phase=facts.order_phase or account.order_phase,
        open_problem=is_open,
    )


def _probable(plays: Sequence[Play], weights: Weights, match: Match, facts: Facts) -> list[tuple[Play, float]]:
    """The plays with their probabilities, best first."""
    logits = np.array([float(match.logits[weights.place(p.id) or 0]) + _prior(p, facts) for p in plays])
    odds = np.exp(logits - logits.max())
    return _sorted(zip(plays, (odds / odds.sum()).tolist(), strict=True))


def _sorted(odds: Iterable[tuple[Play, float]]) -> list[tuple[Play, float]]:
    return sorted(odds, key=lambda pair: (-pair[1], pair[0].id))


def _prior(play: Play, facts: Facts) -> float:
    """What the facts say for or against a play, in nats; weak, for reps describe what fields do not know."""
    nats = 0.0
    if facts.stage is not None and play.fits.stages and facts.stage not in play.fits.stages:
        nats -= PRIOR
    if facts.order_phase is not None and play.fits.order_phases:
        nats += PRIOR / 2 if facts.order_phase in play.fits.order_phases else -PRIOR
    if play.fits.leaves_out(facts.stage, facts.order_phase):
        nats -= PRIOR
    if facts.open_problem and play.playbook == OWN_THE_PROBLEM:
        nats += OPEN_PROBLEM_LIFT
    return nats


def _guarded(
    odds: Sequence[tuple[Play, float]], library: Library, match: Match, facts: Facts, text: str
) -> tuple[list[tuple[Play, float]], tuple[tuple[str, Rule], ...]]:
    """The ranking without pacing, save one in first place that nothing bars; and the plays that a rule held.

    What a held play had goes to those that are due in its stead.
    """
    rest = [(play, p) for play, p in odds if not play.pacing]
    held: list[tuple[str, Rule]] = []
    first: list[tuple[Play, float]] = []
    for place, (play, p) in enumerate(odds):
        if not play.pacing:
            continue
        rule = _barred_by_field(play, library, facts, text) or _barred_by_words(match, rest, p)
        if rule is None:
            first += [(play, p)] if place == 0 else []
        elif place < 3 or p >= SEEN:
            held.append((play.id, rule))
            rest = _inherited(rest, p, _heirs(rule, facts))
    return [*first, *rest], tuple(held)


def _heirs(rule: Rule, facts: Facts) -> tuple[str, ...]:
    if rule is Rule.TRUST_NOT_FORMED:
        return _INSTEAD_AT.get(facts.stage, ()) if facts.stage else ()
    return _INSTEAD.get(rule, ())


def _inherited(rest: Sequence[tuple[Play, float]], mass: float, heirs: tuple[str, ...]) -> list[tuple[Play, float]]:
    """The ranking with `mass` shared among the heirs as their own probabilities tell."""
    shares = {play.id: max(p, HEIR) for play, p in rest if play.id in heirs}
    total = sum(shares.values())
    return _sorted((play, p + mass * shares.get(play.id, 0.0) / (total or 1.0)) for play, p in rest)


def _barred_by_field(play: Play, library: Library, facts: Facts, text: str) -> Rule | None:
    """The rule by which a field forbids this pacing play; a stage that nobody knows is asked for on the tap."""
    if facts.open_problem:
        return Rule.OPEN_PROBLEM
    if facts.stage is not None and facts.stage not in guards.TRUST_FORMED:
        return Rule.TRUST_NOT_FORMED
    if facts.order_phase is OrderPhase.DELIVERING:
        return Rule.SLOWS_SERVICE
    if facts.situation is None:
        return None
    account = replace(facts.situation.account, stage=facts.stage or Stage.MIDDLE)
    return guards.bar_asked(play, replace(facts.situation, account=account), library.manners, text)


def _barred_by_words(match: Match, rest: Sequence[tuple[Play, float]], pacing: float) -> Rule | None:
    """The rule that the words themselves call for: something is open, matters to them, or would keep them waiting."""
    trouble = sum(p for play, p in rest if play.playbook == OWN_THE_PROBLEM)
    if trouble >= TROUBLE * pacing:
        return Rule.OPEN_PROBLEM
    against = (rule for concept, rule in _WORDS_AGAINST.items() if concept in match.concepts)
    excused = {Rule.SLOWS_SERVICE} if _UNDUE in match.concepts else set()
    return next((rule for rule in against if rule not in excused), None)


def _ask(best: Sequence[tuple[Play, float]]) -> tuple[str, ...] | None:
    """The buttons, where the second play is close to the first."""
    if len(best) < 2 or best[0][1] - best[1][1] >= CLOSE:
        return None
    others = [play.id for play, p in best[1:] if p >= BUTTON * best[0][1]] or [best[1][0].id]
    return (best[0][0].id, *others)


def _why(play: Play, match: Match, facts: Facts) -> Why:
    told: list[str] = []
    if facts.stage is not None and facts.stage in play.fits.stages:
        told.append("stage")
    if facts.order_phase is not None and facts.order_phase in play.fits.order_phases:
        told.append("order_phase")
    if facts.open_problem and play.playbook == OWN_THE_PROBLEM:
        told.append("open_problem")
    return Why(match.words(play.id), tuple(told))


def _topics(library: Library) -> tuple[str, ...]:
    """One play of each of a few playbooks, pacing left out."""
    by_playbook: dict[str, str] = {}
    for play in library.plays:
        if play.playbook != PACING and play.status is not Status.RETIRED:
            by_playbook.setdefault(play.playbook, play.id)
    return tuple(by_playbook.values())[:TOPICS]
