"""A promise whose day has passed: the one question that is asked then, for what we owed and for what they did."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.core import moments, nudge, priority, stand_in
from bot.core.nudge import Kind, Nudge
from bot.core.situation import Promise, Situation
from bot.core.workdays import WorkingHours

CUE = "promise_over"
ASKED_FOR = timedelta(days=14)  # from the promise's day: after that nobody needs to be asked any more


def key(promise: Promise) -> str:
    """The occasion of the question: another day of the same promise is another one."""
    return f"promise:{promise.id}:{promise.due}:over"


def nudges(situation: Situation, hours: WorkingHours, by: datetime | None = None) -> Iterator[Nudge]:
    """One question for each open promise, either way: on the first working morning after its day.

    One whose day passed before it was known is asked about at the next working moment, for two weeks. With `by`,
    promises whose day is not over by then are left out.
    """
    account = situation.account
    open_promises = [p for p in situation.promises if p.is_open and (by is None or p.due < situation.day_of(by))]
    if not open_promises:
        return
    hours = stand_in.planned_by(Kind.PROMISE, hours, stand_in=situation.rep.stand_in)
    for promise in open_promises:
        if promise.due < situation.today - ASKED_FOR:
            continue
        due = moments.morning(promise.due + timedelta(days=1), hours)
        due = max(due, hours.next_start(situation.now))
        expires = hours.at(promise.due + ASKED_FOR, hours.end)
        if due >= expires:
            continue
        yield Nudge(
            id=nudge.identity(account.team_id, account.rep_id, account.id, key(promise)),
            team_id=account.team_id,
            rep_id=account.rep_id,
            account_id=account.id,
            kind=Kind.PROMISE,
            play="",
            key=key(promise),
            cue=CUE,
            due_at=due.astimezone(UTC),
            expires_at=expires.astimezone(UTC),
            priority=priority.Rank.DATED,
            facts=(("promise", promise.text), ("due", promise.due.isoformat())),
        )


def about(planned_key: str) -> str:
    """The id of the promise that the question of this key is about."""
    return planned_key.split(":")[1]


def still_asks(planned: Nudge, situation: Situation) -> bool:
    """True while the promise is open, on the same day, and that day is over."""
    found = next((p for p in situation.promises if p.id == about(planned.key)), None)
    return found is not None and found.is_open and key(found) == planned.key and found.due < situation.today
