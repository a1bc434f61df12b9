"""Guards: code that removes plays, above all YAML.

No pacing play while a problem is open or fresh, none before trust is formed, none on a matter that the client
calls important, none that slows a reply, a delivery or a service promise. And an open problem silences every
unasked message about its account but its own.
"""

from collections.abc import Callable
from datetime import UTC, timedelta

from bot.core.account import OrderPhase, Stage
from bot.core.manners import Manners
from bot.core.nudge import Rule
from bot.core.playbook import OWN_THE_PROBLEM, Play
from bot.core.situation import By, RecordKind, Situation

TRUST_FORMED = frozenset({Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE})
PROMISE_NEAR = timedelta(days=14)

Guard = Callable[[Situation, Manners], Rule | None]


def open_problem(situation: Situation, _manners: Manners) -> Rule | None:
    """Bars pacing while any problem on the account is open."""
    return Rule.OPEN_PROBLEM if situation.open_problems() else None


def fresh_problem(situation: Situation, manners: Manners) -> Rule | None:
    """Bars pacing for `fresh_problem_days` after the client confirmed the end of a problem."""
    since = situation.now.astimezone(UTC) - timedelta(days=manners.fresh_problem_days)
    fresh = any(p.confirmed_at is not None and p.confirmed_at > since for p in situation.problems)
    return Rule.FRESH_PROBLEM if fresh else None


def trust_not_formed(situation: Situation, _manners: Manners) -> Rule | None:
    """Bars pacing before the middle stage, and where the stage is not known."""
    return None if situation.account.stage in TRUST_FORMED else Rule.TRUST_NOT_FORMED


def important_matter(situation: Situation, _manners: Manners) -> Rule | None:
    """Bars unasked pacing where the client has matters that it calls important: a field cannot tell which is meant."""
    return Rule.IMPORTANT_MATTER if situation.account.important else None


def slows_service(situation: Situation, _manners: Manners) -> Rule | None:
    """Bars pacing while the client waits for something: a reply, a delivery, a promise that is near or past."""
    waiting = any(r.kind is RecordKind.REQUEST and r.done_at is None for r in situation.records)
    owed = any(p.by is By.US and p.is_open and p.due <= situation.today + PROMISE_NEAR for p in situation.promises)
    delivering = situation.account.order_phase is OrderPhase.DELIVERING
    return Rule.SLOWS_SERVICE if waiting or owed or delivering else None


PACING_GUARDS: tuple[Guard, ...] = (
    open_problem,
    fresh_problem,
    trust_not_formed,
    important_matter,
    slows_service,
)
ASKED_PACING_GUARDS: tuple[Guard, ...] = (open_problem, fresh_problem, trust_not_formed, slows_service)


def bar_unasked(play: Play, situation: Situation, manners: Manners) -> Rule | None:
    """The rule that keeps this play from being raised unasked, if one does."""
    if play.pacing:
        return _first(PACING_GUARDS, situation, manners)
    if play.playbook != OWN_THE_PROBLEM and situation.open_problems():
        return Rule.OPEN_PROBLEM
    return None


def bar_asked(play: Play, situation: Situation, manners: Manners, text: str = "") -> Rule | None:
    """The rule that keeps this play out of an answer, if one does: only pacing is ever barred when asked for.

    A matter that the client calls important bars it where the question names that matter.
    """
    if not play.pacing:
        return None
    rule = _first(ASKED_PACING_GUARDS, situation, manners)
    if rule is None and any(m.casefold() in text.casefold() for m in situation.account.important if m.strip()):
        return Rule.IMPORTANT_MATTER
    return rule


def _first(guards: tuple[Guard, ...], situation: Situation, manners: Manners) -> Rule | None:
    return next((rule for guard in guards if (rule := guard(situation, manners)) is not None), None)
