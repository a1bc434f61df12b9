"""The ticks: a few idempotent jobs that APScheduler pokes. Nothing durable is in it: nudges are rows in a table."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot import metrics
from bot.jobs import mishap
from bot.jobs.delivery import Delivery
from bot.log import log
from bot.usecases import (
    calendars,
    installing,
    monday_lists,
    nudges,
    patches,
    planning,
    play_reports,
    spreading,
    team_digest,
    team_figures,
)
from bot.usecases.installing import Tenancy
from bot.usecases.ports import Base
from storage import migrate, retention, turns, undo
from storage import nudges as outbox
from storage.nudges import Claim

POSTERS = 16
QUEUED = 2  # claims in hand for each who posts
DELIVERY_SECONDS = 1
SHORTEST = 0.05
PLAN_EVERY = timedelta(minutes=10)
PLAN_SECONDS = 60  # whether it is time is asked more often: a process that planned may have died
STOP_SECONDS = 8.0
FEED_SECONDS = 300
PASS_ON_SECONDS = 60
CLEAN_SECONDS = 6 * 3600
RENEW_SECONDS = 600
GRACE = timedelta(days=30)
KEEP = timedelta(days=730)


class Ticks:
    """What is done again and again. Each tick may run twice, or not at all for a while, without harm.

    `owner` names this process in the claims that it holds; `tenancy` is given where workspaces install the app,
    whose data is deleted when they have left for longer than `grace`. What has ended goes after `keep`, if not sooner.
    """

    def __init__(
        self,
        base: Base,
        owner: str,
        posters: int = POSTERS,
        *,
        tenancy: Tenancy | None = None,
        grace: timedelta = GRACE,
        keep: timedelta = KEEP,
    ) -> None:
        self.base, self.owner = base, owner
        self._tenancy, self._grace, self._keep = tenancy, grace, keep
        self._posters = ThreadPoolExecutor(posters, thread_name_prefix="post")
        self._room = posters * QUEUED
        self._in_hand: dict[Future[None], Claim] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.is_outdated = False

    def deliver(self) -> int:
        """Claims what is due and brings each to its fate; returns how many were claimed."""
        if self._stopping.is_set() or not self.may_work():
            return 0
        claims = nudges.take(self.base, self.owner)
        wait([self._posters.submit(self._handle, claim) for claim in claims])
        return len(claims)

    def begin(self) -> int:
        """Claims as much of what is due as there is room for, and waits for nothing: one slow post holds up no other.

        Returns how many were claimed; when one comes to its end, `base.wake` says that there is room again.
        """
        with self._lock:
            held = list(self._in_hand.values())
        room = self._room - len(held)
        if self._stopping.is_set() or room <= 0 or not self.may_work():
            return 0
        busy = [(claim.nudge.team_id, claim.nudge.rep_id) for claim in held]
        claims = nudges.take(self.base, self.owner, room, busy)
        for claim in claims:
            with self._lock:
                job = self._posters.submit(self._handle, claim)
                self._in_hand[job] = claim
            job.add_done_callback(self._done)
        return len(claims)

    def may_work(self) -> bool:
        """False once a newer version has changed the database: its nudges are for processes that know what they mean.

        During an outage nothing is begun before something could be written; raises what stands in the way.
        """
        if self.base.database.outage.kind is not None:
            self.base.database.try_to_write()
        if not self.is_outdated and migrate.is_newer(self.base.database):
            self.is_outdated = True
            log.warning("version_outdated")
        return not self.is_outdated

    @property
    def in_hand(self) -> int:
        """How many nudges this process is bringing to their fate."""
        return len(self._in_hand)

    def _done(self, job: Future[None]) -> None:
        with self._lock:
            self._in_hand.pop(job, None)
        self.base.wake.set()

    def _handle(self, claim: Claim) -> None:
        try:
            nudges.handle(self.base, claim)
        except Exception as error:  # noqa: BLE001 - the edge of a tick: the nudge is put back, or its lease brings it
            mishap.note(error, "nudge", "nudge_not_handled", nudge_id=claim.nudge.id)
            with suppress(Exception):
                nudges.put_back(self.base, claim, type(error).__name__)

    def plan(self, every: timedelta = timedelta()) -> int:
        """Writes down what is due within the horizon, of workspaces that were not planned for so long."""
        now = self.base.clock.now()
        with turns.turn(self.base.database, "plan") as mine:
            teams = planning.to_plan(self.base, now, every) if mine else []
            if not teams:
                return 0
            new = planning.plan_everyone(self.base, now, teams) + play_reports.plan(self.base, now)
            new += team_digest.plan_all(self.base, now) + monday_lists.plan_all(self.base, now, teams)
            for team_id in teams:
                spreading.spread(self.base, team_id, now)
            log.info("nudges_planned", new=new)
            team_figures.learn_names(self.base)
        return new

    def plan_if_due(self) -> int:
        """The same, once in each interval, however many processes ask."""
        return self.plan(PLAN_EVERY)

    def sync(self) -> None:
        """Reads calendar feeds that were not read lately."""
        with turns.turn(self.base.database, "calendars") as mine:
            if mine:
                calendars.sync_all(self.base, self.base.clock.now())

    def pass_on(self) -> None:
        """Passes on what reps said was wrong, and tells them what is in the playbooks since."""
        patches.pass_on(self.base)
        patches.tell_what_is_in(self.base)

    def clean(self) -> None:
        """Lets go of what nothing can refer to any more, and of what is older than it is kept."""
        with turns.turn(self.base.database, "clean") as mine:
            if mine:
                self._clean(self.base.clock.now())

    def _clean(self, now: datetime) -> None:
        with self.base.database.write() as session:
            undo.forget_before(session, now)
        gone = retention.tidy(self.base.database, now, self._keep)
        if gone:
            log.info("old_rows_let_go", **gone)
        if self._tenancy is not None:
            installing.look_for_removed(self.base, self._tenancy, now)
        installing.purge_left(self.base, now, self._grace)

    def renew(self) -> None:
        """Renews what lets the bot reach Slack before it ends, also where nobody asks for anything."""
        if self._tenancy is not None:
            with turns.turn(self.base.database, "renew") as mine:
                if mine:
                    installing.renew_all(self.base, self._tenancy, self.base.clock.now())

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Takes nothing new, finishes what is being posted within so many seconds, gives back the rest."""
        self._stopping.set()
        with self._lock:
            running = list(self._in_hand)
        self._posters.shutdown(wait=False, cancel_futures=True)
        wait(running, timeout)
        with self.base.database.write() as session:
            outbox.release(session, self.owner, self.base.clock.now())


class Scheduler:
    """Pokes the ticks at their intervals until it is stopped; more often where a test clock runs faster."""

    def __init__(self, ticks: Ticks, speed: float = 1.0) -> None:
        self._ticks = ticks
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._delivery = Delivery(ticks.begin, DELIVERY_SECONDS / speed, ticks.base.wake)
        for job, seconds in (
            (ticks.plan_if_due, PLAN_SECONDS),
            (ticks.sync, FEED_SECONDS),
            (ticks.pass_on, PASS_ON_SECONDS),
            (ticks.clean, CLEAN_SECONDS),
            (ticks.renew, RENEW_SECONDS),
        ):
            self._scheduler.add_job(self._guarded(job), "interval", seconds=max(SHORTEST, seconds / speed))

    def start(self) -> None:
        for first in (self._ticks.renew, self._ticks.plan, self._ticks.sync):  # the playbooks may have changed
            self._scheduler.add_job(self._guarded(first))
        self._scheduler.start()
        self._delivery.start()

    def lag(self) -> float:
        """Seconds since the delivery last came to the end of a tick."""
        return self._delivery.lag()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        self._scheduler.shutdown(wait=False)
        self._delivery.stop()
        self._ticks.stop(timeout)

    def _guarded(self, job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            name = getattr(job, "__name__", "?")
            try:
                if self._ticks.may_work():
                    with metrics.ticking(name):
                        job()
            except Exception as error:  # noqa: BLE001 - the edge of a tick: the next one comes anyway
                mishap.note(error, "tick", "tick_failed", tick=name)

        return run
