"""The hold-out: on some accounts some plays' routine nudges are left out, to see whether they help at all.

Which, is settled by workspace, account and play alone: no chance is asked, so the same pair always falls on the same
side. What has a date, what is about a problem and what a client waits for is never left out.
"""

import hashlib
from enum import StrEnum

from bot.core.nudge import Kind, Nudge
from bot.core.playbook import OWN_THE_PROBLEM, Play

SMALLEST, LARGEST = 1, 50  # percent
SALT = "hold-out 1"  # another one would deal all pairs anew
WAITED_FOR = frozenset({"open_request", "effect_below"})  # cues: the client waits, or got less than we promised
_SPAN = 2**64


class Arm(StrEnum):
    """On which side of the hold-out a nudge fell."""

    NUDGED = "nudged"
    HELD_OUT = "held_out"


def arm(team_id: str, account_id: str, play_id: str, percent: int) -> Arm:
    """The side of one account and play; with a higher percentage none that was held out comes back."""
    text = "\x1f".join((SALT, team_id, account_id, play_id))
    drawn = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    return Arm.HELD_OUT if drawn * 100 < percent * _SPAN else Arm.NUDGED


def may_be_left_out(planned: Nudge, play: Play) -> bool:
    """True for a routine nudge: asked for by nobody, tied to no date and no problem, with no client waiting."""
    routine = planned.kind is Kind.NUDGE and planned.visit_id is None and planned.problem_id is None
    return routine and play.playbook != OWN_THE_PROBLEM and planned.cue not in WAITED_FOR


def arm_of(planned: Nudge, play: Play, percent: int) -> Arm | None:
    """The side of a nudge while the hold-out is on; None where it is off (0), or not about this nudge."""
    if percent <= 0 or not may_be_left_out(planned, play):
        return None
    return arm(planned.team_id, planned.account_id, play.id, percent)
