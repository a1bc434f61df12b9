"""Do-not-disturb: what Slack says of it, read for many reps at once, for it may be asked only a few times a minute."""

import threading
from datetime import timedelta

from bot.usecases.ports import Base
from storage import reps

LASTS = timedelta(minutes=10)
AT_ONCE = 50  # people in one question
SOON = timedelta(minutes=2)
_ONE_ASKS = threading.Lock()


def refresh(base: Base, team_id: str, rep_id: str) -> None:
    """Reads do-not-disturb anew if it was not read lately: of this rep, and of those who are due soon.

    One thread asks at a time: those who waited find that their rep was asked about. Where Slack does not say, what
    was known stays.
    """
    if not _is_stale(base, team_id, rep_id):
        return
    with _ONE_ASKS:
        now = base.clock.now()
        with base.database.read() as session:
            if not reps.quiet_unchecked(session, team_id, [rep_id], now - LASTS):
                return
            due = reps.due_and_quiet_unchecked(session, team_id, now + SOON, now - LASTS, AT_ONCE - 1)
        people = [rep_id, *(one for one in due if one != rep_id)]
        found = base.messenger.quiet_until(team_id, people, now)
        with base.database.write() as session:
            for one in people:
                known = {"quiet_until": found[one]} if found is not None and one in found else {}
                reps.note(session, team_id, one, quiet_checked_at=now, **known)


def _is_stale(base: Base, team_id: str, rep_id: str) -> bool:
    with base.database.read() as session:
        return bool(reps.quiet_unchecked(session, team_id, [rep_id], base.clock.now() - LASTS))
