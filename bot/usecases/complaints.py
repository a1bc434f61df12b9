"""Complaints as they are kept, and the drafts that are made of them."""

from typing import Any

from pydantic import ValidationError

from bot import errors
from bot.content import patch, trial
from bot.content.patch import Draft
from bot.core.complaint import Complaint
from bot.log import log
from bot.usecases.patch_cards import Told
from bot.usecases.ports import Base, Sources
from storage.tables import FeedbackRow

NAMED = "named"
NOTE, PATCH, LEFT = "note", "patch", "left"  # what a row was sent as; a request that was made is told by its address
UNDER_WAY = "proposing"


def stored(complaint: Complaint, *, named: bool) -> dict[str, Any]:
    """A complaint as its row keeps it; what stands in columns of its own is left out."""
    whole = complaint.model_dump(mode="json", exclude_defaults=True, exclude={"play", "wish"})
    return {**whole, NAMED: True} if named else whole


def of_row(row: FeedbackRow) -> Complaint | None:
    """What a row says; None for one from before complaints had a form."""
    facts = {name: value for name, value in row.facts.items() if name != NAMED}
    try:
        return Complaint.model_validate({**facts, "play": row.play, "wish": row.wish})
    except ValidationError:
        return None


def drafted(sources: Sources, row: FeedbackRow, *, teach: bool = True) -> Draft | None:
    """The draft for a row on the playbooks as their files stand now; None where it says too little or they are broken.

    Without `teach` it is not tried out whether a question then gets its play.
    """
    complaint = of_row(row)
    if complaint is None:
        return None
    try:
        read = trial.read(sources.folder(), sources.cache, sources.teach if teach else None)
        return patch.draft(read, complaint)
    except (errors.BadInput, OSError, UnicodeDecodeError) as error:
        log.warning("feedback_not_drafted", feedback_id=row.id, error=type(error).__name__)
        return None


def told(base: Base, sources: Sources, row: FeedbackRow, draft: Draft | None) -> Told:
    """What the owner's message is about; it names the rep only if they want to be asked."""
    complaint = of_row(row)
    library = base.shelf.library
    profile = base.messenger.profile(row.team_id, row.rep_id) if row.facts.get(NAMED) else None
    return Told(
        feedback_id=row.id,
        complaint=complaint,
        draft=draft,
        text=row.text,
        play=library.play(row.play),
        right=library.play(complaint.right) if complaint is not None and complaint.right else None,
        who=profile.name if profile is not None else "",
        can_propose=sources.propose is not None,
    )
