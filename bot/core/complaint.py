"""A complaint: what a rep says is wrong with a play, in the closed, typed form that a patch can be made from."""

from enum import StrEnum

from bot.core.account import Language
from bot.core.case import CaseAccount
from bot.core.part import Part


class Wrong(StrEnum):
    """What is wrong."""

    WORDING = "wording"  # it should have said something else
    MOMENT = "moment"  # it should not have come here, now
    PLAY = "play"  # another play would have been right


class Complaint(Part):
    """What is wrong with a play, and where it was met. Nothing in it names the rep, the account or anybody there.

    `wish` is the rep's own sentence; `question` what they had asked, where it was asked advice; `right` the play that
    they wanted. `by_stage`: it was the point of a visit card because of the stage alone.
    """

    wrong: Wrong
    play: str
    language: Language
    wish: str = ""
    wording: int = 0
    account: CaseAccount | None = None
    by_stage: bool = False
    question: str = ""
    right: str = ""
