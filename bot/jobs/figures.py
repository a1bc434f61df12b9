"""What the metrics say of this moment: the line to Slack, delivery, planning, and what waits in the database."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.usecases.ports import Base
from storage import deliveries, nudges

Figure = tuple[str, str, float]  # name, help, value


def of(base: Base, began: datetime, *, connected: bool, lag: float | None, in_hand: int) -> Iterator[Figure]:
    """The figures; without those of a database that does not answer. `began` is when this process did."""
    yield "kam_slack_connected", "1 while Slack can reach the bot (in socket mode: the line is open).", float(connected)
    if lag is not None:
        yield "kam_delivery_lag_seconds", "Since the delivery last came to the end of a tick.", lag
    yield "kam_claims_in_hand", "Nudges that this process is bringing to their fate.", float(in_hand)
    try:
        with base.database.read() as session:
            found = list(_stored(session, base.clock.now(), began))
        up = base.database.outage.kind is None  # it may answer and take nothing, as on a full disk
    except SQLAlchemyError:
        found, up = [], False
    yield "kam_database_up", "1 while the database answers and takes what is written.", float(up)
    yield from found


def _stored(session: Session, now: datetime, began: datetime) -> Iterator[Figure]:
    due, oldest = nudges.backlog(session, now)
    put_back = nudges.put_back(session, now)
    unplanned = deliveries.longest_unplanned(session, now, began)
    yield "kam_due_nudges", "Nudges that are due and not taken.", float(due)
    yield "kam_due_oldest_seconds", "How long the oldest of them has waited.", oldest.total_seconds()
    yield "kam_put_back_nudges", "Nudges that wait for another try after an error.", float(put_back)
    yield (
        "kam_unplanned_seconds",
        "Since the workspace was planned that waits longest for it.",
        unplanned.total_seconds(),
    )
