"""A routine nudge of which every wording was read lately: it waits some days for fresh words, or is dropped."""

from datetime import timedelta

import pytest

from bot.core import fit, judgement, why_not
from bot.core.cadence import Sent, Verdict
from bot.core.judgement import Judgement
from bot.core.nudge import Kind, Rule
from tests.factories import AS_BEFORE, MANNERS, NOW, a_library, a_situation, some_facts, some_hours

LASTS = timedelta(days=MANNERS.said_again_days)


def read(ago: timedelta) -> list[Sent]:
    """All three wordings, read so long ago, for other accounts."""
    return [
        Sent(
            at=NOW - ago + timedelta(hours=n),
            kind=Kind.NUDGE,
            account_id="A9",
            play=AS_BEFORE.id,
            wording=n,
            answered=True,
        )
        for n in range(3)
    ]


def judged(ago: timedelta) -> Judgement:
    """What becomes of the nudge for a silent account."""
    situation = a_situation(last_contact=NOW - timedelta(days=40))
    library = a_library(AS_BEFORE)
    [planned] = fit.nudges(library.plays, situation, some_hours(), MANNERS)
    return judgement.judge(planned, library, situation, some_facts(*read(ago)))


def test_words_that_are_fresh_in_some_days_are_waited_for() -> None:
    decision = judged(LASTS - timedelta(days=2)).decision
    assert (decision.verdict, decision.rule) == (Verdict.HOLD, Rule.SAID_BEFORE)
    assert decision.until == NOW + timedelta(days=2)


@pytest.mark.parametrize("ago", [timedelta(days=15), LASTS - timedelta(days=8)])
def test_words_that_are_not_fresh_for_weeks_are_not_waited_for(ago: timedelta) -> None:
    """A silence of three weeks that is told two months later helps nobody; the account stands in the list of today."""
    decision = judged(ago).decision
    assert (decision.verdict, decision.rule, decision.until) == (Verdict.DROP, Rule.SAID_BEFORE, None)


def test_why_not_still_says_so_after_it_was_dropped() -> None:
    situation = a_situation(last_contact=NOW - timedelta(days=40))
    library = a_library(AS_BEFORE)
    [planned] = fit.nudges(library.plays, situation, some_hours(), MANNERS)
    ago = timedelta(days=15)
    [bar] = why_not.held(library, situation, some_facts(*read(ago)), {planned.id: None})
    assert (bar.plays, bar.rule, bar.until) == ((AS_BEFORE.id,), Rule.SAID_BEFORE, None)
