"""After a restore: what may have been sent since the backup is looked up before it is sent."""

from dataclasses import dataclass
from datetime import datetime

from bot.log import log
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import restored


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held: until when it knows, how many nudges are still to come, how many are looked up first."""

    as_of: datetime | None
    planned: int
    looked_up: int


def after(base: Base) -> Restored:
    """Readies a database that was just restored, before anything is sent from it.

    It is planned too: what was planned and sent after the backup comes back by its facts, under the same id.
    """
    now = base.clock.now()
    with base.database.write() as session:
        as_of = restored.as_of(session)
        since = as_of or now
        restored.look_up_first(session, since, now)  # first of all: the next step may fail
    planning.plan_everyone(base, now)
    with base.database.write() as session:
        count = restored.look_up_first(session, since, now)
        planned = restored.still_to_come(session)
    log.info("backup_restored", planned=planned, looked_up=count)
    return Restored(as_of, planned, count)
