"""The ticks: a few idempotent jobs that APScheduler pokes. Nothing durable is in it: nudges are rows in a table."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.log import log
from bot.usecases import calendars, installing, nudges, planning, play_reports, team_digest, team_figures
from bot.usecases.installing import Tenancy
from bot.usecases.ports import Base
from storage import deliveries, undo
from storage import nudges as outbox
from storage.nudges import Claim

POSTERS = 8
DELIVERY_SECONDS = 1
SHORTEST = 0.05
PLAN_SECONDS = 600
FEED_SECONDS = 300
CLEAN_SECONDS = 6 * 3600
RENEW_SECONDS = 600
DELIVERIES_KEPT = timedelta(days=2)
GRACE = timedelta(days=30)


class Ticks:
    """What is done again and again. Each tick may run twice, or not at all for a while, without harm.

    `owner` names this process in the claims that it holds; `tenancy` is given where workspaces install the app,
    whose data is deleted when they have left for longer than `grace`.
    """

    def __init__(
        self,
        base: Base,
        owner: str,
        posters: int = POSTERS,
        *,
        tenancy: Tenancy | None = None,
        grace: timedelta = GRACE,
    ) -> None:
        self.base, self.owner = base, owner
        self._tenancy, self._grace = tenancy, grace
        self._posters = ThreadPoolExecutor(posters, thread_name_prefix="post")
        self._stopping = threading.Event()
        self.last_delivery: datetime | None = None

    def deliver(self) -> int:
        """Claims what is due and brings each to its fate; returns how many were claimed."""
        if self._stopping.is_set():
            return 0
        claims = nudges.take(self.base, self.owner)
        wait([self._posters.submit(self._handle, claim) for claim in claims])
        self.last_delivery = self.base.clock.now()
        return len(claims)

    def _handle(self, claim: Claim) -> None:
        try:
            nudges.handle(self.base, claim)
        except Exception:  # noqa: BLE001 - the edge of a tick: the lease brings the nudge back
            log.exception("nudge_not_handled", nudge_id=claim.nudge.id)

    def plan(self) -> int:
        """Writes down what is due within the horizon."""
        now = self.base.clock.now()
        new = planning.plan_everyone(self.base, now) + play_reports.plan(self.base, now)
        new += team_digest.plan_all(self.base, now)
        log.info("nudges_planned", new=new)
        team_figures.learn_names(self.base)
        return new

    def sync(self) -> None:
        """Reads calendar feeds that were not read lately."""
        calendars.sync_all(self.base, self.base.clock.now())

    def clean(self) -> None:
        """Forgets what no retry and no undo can refer to any more."""
        now = self.base.clock.now()
        with self.base.database.write() as session:
            deliveries.forget_before(session, now - DELIVERIES_KEPT)
            undo.forget_before(session, now)
        if self._tenancy is not None:
            installing.look_for_removed(self.base, self._tenancy, now)
        installing.purge_left(self.base, now, self._grace)

    def renew(self) -> None:
        """Renews what lets the bot reach Slack before it ends, also where nobody asks for anything."""
        if self._tenancy is not None:
            installing.renew_all(self.base, self._tenancy, self.base.clock.now())

    def stop(self) -> None:
        """Takes nothing new, finishes what is being posted, gives back the rest."""
        self._stopping.set()
        self._posters.shutdown(wait=True)
        with self.base.database.write() as session:
            outbox.release(session, self.owner, self.base.clock.now())


class Scheduler:
    """Pokes the ticks at their intervals until it is stopped; more often where a test clock runs faster."""

    def __init__(self, ticks: Ticks, speed: float = 1.0) -> None:
        self._ticks = ticks
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for job, seconds in (
            (ticks.deliver, DELIVERY_SECONDS),
            (ticks.plan, PLAN_SECONDS),
            (ticks.sync, FEED_SECONDS),
            (ticks.clean, CLEAN_SECONDS),
            (ticks.renew, RENEW_SECONDS),
        ):
            self._scheduler.add_job(_guarded(job), "interval", seconds=max(SHORTEST, seconds / speed))

    def start(self) -> None:
        for first in (self._ticks.renew, self._ticks.plan, self._ticks.sync):
            self._scheduler.add_job(_guarded(first))
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
        self._ticks.stop()


def _guarded(job: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            job()
        except Exception:  # noqa: BLE001 - the edge of a tick: the next one comes anyway
            log.exception("tick_failed", tick=getattr(job, "__name__", "?"))

    return run
