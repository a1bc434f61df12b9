"""Which of several plays goes first: the order that decides when two pull apart."""

from enum import IntEnum

from bot.core.nudge import Kind
from bot.core.playbook import OWN_THE_PROBLEM, PACING, Play
from bot.core.raising import NoneSince, PromiseDue, Quarterly


class Rank(IntEnum):
    """Highest first: a lower number wins."""

    PROBLEM = 1
    DATED = 2  # a promise or a visit
    DELIVERY_REVIEW = 3
    EFFECT_REVIEW = 4
    STAGE = 5
    PACING = 6


BY_PLAYBOOK = {
    OWN_THE_PROBLEM: Rank.PROBLEM,
    "review-the-delivery": Rank.DELIVERY_REVIEW,
    "review-the-effect": Rank.EFFECT_REVIEW,
    PACING: Rank.PACING,
}


def rank(play: Play) -> Rank:
    """The rank of a play's nudge."""
    if play.nudge is not None and isinstance(play.nudge.cue, PromiseDue):
        return Rank.DATED
    return BY_PLAYBOOK.get(play.playbook, Rank.STAGE)


def turn(play: Play) -> Rank:
    """The rank by which nudges of different accounts queue for a rep's day.

    Pacing queues with what the stages ask for: last in line it would never come, and it only ever asks to wait.
    What comes round again by itself goes last: it can wait for its next round, a stage that began cannot.
    """
    if play.nudge is not None and isinstance(play.nudge.cue, NoneSince | Quarterly):
        return Rank.PACING
    return min(rank(play), Rank.STAGE)


def kind(play: Play) -> Kind:
    """What sort of message the play's nudge is: only those tied to no date and no problem are routine."""
    if play.nudge is not None and isinstance(play.nudge.cue, PromiseDue):
        return Kind.PROMISE
    if play.playbook == OWN_THE_PROBLEM:
        return Kind.PROBLEM
    return Kind.NUDGE
