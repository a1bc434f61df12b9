"""Which questions get another first play: every ask and every case of two libraries, asked of both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core import advice
from bot.core.account import Language
from bot.core.advice import Facts
from bot.core.case import CaseAccount, Cases
from bot.core.library import Library
from bot.core.matching import Weights


@dataclass(frozen=True, slots=True)
class Question:
    """What a rep might ask, with the facts that are known then."""

    text: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Answer:
    """A question whose first play is another one; None where nothing was or is named."""

    question: str
    before: str | None
    after: str | None


def questions(*asked: tuple[Library, Mapping[str, Cases]]) -> tuple[Question, ...]:
    """The asks of all plays and the names of all cases, with the facts of each case; each once, in a fixed order."""
    found: dict[Question, None] = {}
    for library, cases in asked:
        for play in library.plays:
            for language in Language:
                found.update(dict.fromkeys(Question(ask, Facts(language=language)) for ask in play.asks.of(language)))
        for _, of_play in sorted(cases.items()):
            examples = [(c.name, c.account) for c in of_play.fits] + [(c.name, c.account) for c in of_play.does_not_fit]
            found.update(dict.fromkeys(Question(name, _facts(account, name)) for name, account in examples))
    return tuple(found)


def _facts(account: CaseAccount, text: str) -> Facts:
    is_open = account.problem is not None and account.problem.confirmed_days_ago is None
    language = Language.ZH if any("一" <= c <= "鿿" for c in text) else Language.EN
    return Facts(stage=account.stage, order_phase=account.order_phase, open_problem=is_open, language=language)


def first_plays(library: Library, weights: Weights, asked: Iterable[Question]) -> Iterator[str | None]:
    """The play that answers each question first, None where nothing is named."""
    for question in asked:
        plays = advice.advise(library, weights, question.text, question.facts).plays
        yield plays[0].play_id if plays else None


def answers(asked: Iterable[Question], before: Iterable[str | None], after: Iterable[str | None]) -> tuple[Answer, ...]:
    """The questions that get another first play."""
    rows = zip(asked, before, after, strict=True)
    return tuple(dict.fromkeys(Answer(q.text, old, new) for q, old, new in rows if old != new))


def answers_alike(before: Library, after: Library) -> bool:
    """True if both answer every question alike with the same weights: nothing differs that advice reads."""
    return _read_by_advice(before) == _read_by_advice(after)


def _read_by_advice(library: Library) -> object:
    plays = [(play.id, play.playbook, play.status, play.fits) for play in library.plays]
    return plays, library.manners.fresh_problem_days
