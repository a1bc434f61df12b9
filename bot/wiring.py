"""Wiring: the only place that builds things."""

import fcntl
import gc
import logging
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import IO

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import errors, metrics
from bot.clock import Clock, SystemClock, TestClock, seconds
from bot.connectors import client, drawing, holiday_calendar
from bot.core.workdays import CompanyCalendar
from bot.jobs import figures, playbooks
from bot.jobs.pool import Pool
from bot.jobs.reload import Reloader
from bot.jobs.scheduler import POSTERS, Scheduler, Ticks
from bot.log import log
from bot.settings import Mode, Settings
from bot.slack import entrance, messenger
from bot.slack.answers import Connection
from bot.slack.app import connect
from bot.slack.http import Environ, HttpServer, Page, Ready, Start
from bot.slack.install import INSTALL, REDIRECT, Door
from bot.slack.messenger import SlackMessenger
from bot.slack.paced import Paces
from bot.slack.socket_mode import Line
from bot.slack.tenants import Identity, OneWorkspace, Tenants
from bot.usecases.ports import Base, FeedAnswer, Messenger, Shelf
from storage import installations, migrate, nudges
from storage.session import Database

LARGEST_FEED = 5_000_000
FEED_TIMEOUT = 15.0
START_TIMEOUT = 10
DELIVERY_LATE = 15.0  # seconds without a tick
STOP_SECONDS = 9.0


def clock(settings: Settings) -> Clock:
    """The system's clock, or in tests one that starts elsewhere and may run faster."""
    if not settings.test_clock:
        return SystemClock()
    return TestClock(settings.now or datetime.now(UTC), settings.clock_speed)


content = playbooks.content
weights = playbooks.weights


def shelf(settings: Settings) -> Shelf:
    folder = playbooks.folder(settings)
    loaded = content(settings, folder)
    return Shelf(loaded.library, weights(settings, loaded, folder))


def calendars(country: Callable[[], str | None], this_year: int) -> Callable[[str | None], CompanyCalendar]:
    """Calendars by country, `country` being the company's now; without any, weekends are off and nothing else."""
    years = range(this_year - 1, this_year + 3)

    @cache
    def chosen(name: str | None) -> CompanyCalendar:
        if name is None:
            return CompanyCalendar("", frozenset(), frozenset(), frozenset(years))
        return holiday_calendar.company_calendar(name, years)

    return lambda own: chosen(own or country())


def feed_reader(settings: Settings) -> Callable[[str, str | None, str | None], FeedAnswer]:
    """Fetches calendar feeds: https and public addresses only, unless a test opens this machine."""

    def read(url: str, etag: str | None, last_modified: str | None) -> FeedAnswer:
        fetched = client.fetch(
            url,
            etag=etag,
            last_modified=last_modified,
            max_bytes=LARGEST_FEED,
            timeout=FEED_TIMEOUT,
            allow_loopback=settings.allow_loopback_fetch,
        )
        body = fetched.body if fetched.status == "new" else None
        return FeedAnswer(body, fetched.etag, fetched.last_modified)

    return read


def database(settings: Settings) -> Database:
    """The database, brought to the schema of this version."""
    opened = Database(settings.database)
    opened.reach()
    migrate.upgrade(opened)
    return opened


@dataclass(frozen=True, slots=True)
class Parts:
    """What may be exchanged, by a demo or a test."""

    clock: Clock
    messenger: Messenger
    later: Callable[[Callable[[], None]], None]
    new_id: Callable[[], str] = lambda: secrets.token_hex(8)
    installer_of: Callable[[str], str | None] = lambda _team: None
    only: str | None = None


def base(settings: Settings, parts: Parts, opened: Database, on: Shelf) -> Base:
    return Base(
        database=opened,
        shelf=on,
        clock=parts.clock,
        new_id=parts.new_id,
        calendar_of=calendars(lambda: on.library.manners.country, parts.clock.now().year),
        messenger=parts.messenger,
        read_feed=feed_reader(settings),
        later=parts.later,
        fallback_zone=settings.fallback_zone,
        draw=lambda chart: drawing.draw(chart, settings.writable_cache),
        sources=playbooks.sources(settings),
        admins=frozenset(settings.admins.replace(",", " ").split()),
        installer_of=parts.installer_of,
        only=parts.only,
    )


def identity(settings: Settings) -> Identity:
    """Who the bot is; asked of Slack once, at start."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        raise errors.BadInput("KAM_SLACK_BOT_TOKEN is not set.", repair="Copy the xoxb-… token of your Slack app.")
    try:
        answer = WebClient(token, base_url=settings.slack_api_url, timeout=START_TIMEOUT).auth_test()
    except SlackApiError as error:
        raise errors.Unavailable(
            f"Slack does not accept the bot ({messenger.error_word(error.response)}).",
            repair="Copy the xoxb-… token from *Install App* to KAM_SLACK_BOT_TOKEN; `kam doctor` tells more.",
        ) from error
    except Exception as error:
        raise errors.Unavailable(
            f"Slack does not answer ({type(error).__name__}).",
            repair="Check KAM_SLACK_API_URL, the network, the proxy, and https://slack-status.com.",
        ) from error
    return Identity(str(answer["team_id"]), str(answer.get("bot_id")), str(answer["user_id"]), token)


def _need_tokens(settings: Settings) -> None:
    """Raises BadInput that names the token which the mode needs, before anything is opened."""
    if settings.mode is Mode.HTTP and not settings.slack_signing_secret.get_secret_value():
        raise errors.BadInput(
            "KAM_SLACK_SIGNING_SECRET is not set.", repair="Copy it from your app's Basic Information."
        )
    if settings.mode is Mode.SOCKET and not settings.slack_app_token.get_secret_value():
        raise errors.BadInput("KAM_SLACK_APP_TOKEN is not set.", repair="Make an xapp-… token with connections:write.")


class Running:
    """A running bot. `start` returns when it is ready, or raises what stands in the way."""

    def __init__(
        self, settings: Settings, the_clock: Clock | None = None, new_id: Callable[[], str] | None = None
    ) -> None:
        self.settings = settings
        self.clock = the_clock or clock(settings)
        self._began = self.clock.now()
        self.pool = Pool()
        self._new_id = new_id
        self._lock: IO[str] | None = None
        self._line: Line | None = None
        self._entrance: entrance.Entrance | None = None
        self._scheduler: Scheduler | None = None
        self._ticks: Ticks | None = None
        self._http: HttpServer | None = None
        self._opened: Database | None = None
        self._reloader: Reloader | None = None

    @property
    def ticks(self) -> Ticks:
        assert self._ticks is not None
        return self._ticks

    @property
    def http(self) -> HttpServer:
        assert self._http is not None
        return self._http

    def start(self, *, scheduled: bool = True, posters: int = POSTERS) -> None:
        """Brings everything up. `scheduled` False: somebody else pokes the ticks."""
        settings = self.settings
        if settings.many_workspaces:
            entrance.check(settings)
        who = None if settings.many_workspaces else identity(settings)
        _need_tokens(settings)
        self._lock = _only_sender(settings)
        opened = self._opened = database(settings)
        tenants = self._tenants(who, opened)
        self.base = base(settings, self._parts(tenants, opened), opened, shelf(settings))
        if opened.is_sqlite:
            with opened.write() as session:
                nudges.take_over(session, self.clock.now())
        grace, keep = timedelta(days=settings.grace_days), timedelta(days=settings.keep_days)
        tenancy = self._entrance.tenancy if self._entrance is not None else None
        self._ticks = Ticks(self.base, secrets.token_hex(8), posters, tenancy=tenancy, grace=grace, keep=keep)
        self._reach(tenants)
        if scheduled:
            self._scheduler = Scheduler(self.ticks, settings.clock_speed)
            self._scheduler.start()
            self.follow_playbooks()
        log.info("bot_started", mode=settings.mode.value, port=self.http.port, plays=len(self.base.shelf.library.plays))

    def follow_playbooks(self, settle: float = 1.0) -> None:
        """Puts changed playbooks to use from now on; `settle` seconds after the last file was written."""
        today = self.clock.now
        self._reloader = playbooks.reloader(self.settings, lambda: self.base, lambda: today().date(), settle=settle)
        self._reloader.start()

    def _tenants(self, who: Identity | None, opened: Database) -> Tenants:
        """The workspace of the token, or all that installed the app."""
        if who is None:
            self._entrance = entrance.build(self.settings, opened, self.clock)
            return self._entrance.tenants
        with opened.write() as session:
            installations.serve_again(session, who.team_id)
        return OneWorkspace(who)

    def _parts(self, tenants: Tenants, opened: Database) -> Parts:
        def way(team_id: str) -> WebClient:
            return WebClient(tenants.identity(team_id).bot_token, base_url=self.settings.slack_api_url)

        parts = Parts(self.clock, SlackMessenger(way, self.clock, known=Paces(opened, self.clock)), self.pool.submit)
        if self._new_id is not None:
            parts = replace(parts, new_id=self._new_id)
        if isinstance(tenants, OneWorkspace):
            return replace(parts, only=tenants.team_id)
        return parts if self._entrance is None else replace(parts, installer_of=self._entrance.tenants.installer)

    def _reach(self, tenants: Tenants) -> None:
        settings = self.settings
        secret = settings.slack_signing_secret.get_secret_value()
        is_http = settings.mode is Mode.HTTP
        way = Connection(tenants, settings.slack_api_url, secret if is_http else "", self._entrance is not None)
        app = connect(self.base, way)
        pages: dict[str, Page] = {"/metrics": self._metrics}
        if self._entrance is not None:
            door = Door(self.base, self._entrance.tenancy, self._entrance.oauth)
            pages |= {INSTALL: door.install, REDIRECT: door.redirect}
        self._http = HttpServer(
            settings.http_host, settings.http_port, self._ready(), app if is_http else None, secret, pages=pages
        )
        if not is_http:
            self._line = Line(app, settings.slack_app_token.get_secret_value())
        self.http.start()

    def _ready(self) -> Ready:
        def works() -> dict[str, bool]:
            with suppress(Exception), self.base.database.read() as session:
                nudges.next_due(session)
                beats = self._scheduler is None or self._scheduler.lag() < DELIVERY_LATE
                return {
                    "database": self.base.database.outage.kind is None,
                    "slack": self._line is None or self._line.is_open(),
                    "delivery": beats and not self.ticks.is_outdated,
                }
            return {"database": False}

        return works

    def _figures(self) -> Iterator[figures.Figure]:
        connected = self._line is None or self._line.is_open()
        lag = self._scheduler.lag() if self._scheduler is not None else None
        return figures.of(self.base, self._began, connected=connected, lag=lag, in_hand=self.ticks.in_hand)

    def _metrics(self, _environ: Environ, start: Start) -> Iterable[bytes]:
        body = metrics.page(self._figures)
        start("200 OK", [("Content-Type", metrics.CONTENT_TYPE), ("Content-Length", str(len(body)))])
        return [body]

    def stop(self) -> None:
        """Finishes what is claimed, gives back the rest, closes everything, in ten seconds at most.

        One that has not come up yet closes what there is.
        """
        began = seconds()
        if self._reloader is not None:
            self._reloader.stop()
        if self._line is not None:
            self._line.close()
        if self._http is not None:
            self._http.stop()
        posting = self._scheduler or self._ticks
        if posting is not None:
            with suppress(Exception):  # where the database is away the leases give back what is left
                posting.stop(max(1.0, STOP_SECONDS - 1 - (seconds() - began)))
        self.pool.close(max(0.5, STOP_SECONDS - (seconds() - began)))
        if self._opened is not None:
            self._opened.close()
        if self._lock is not None:
            self._lock.close()
        log.info("bot_stopped")


def _only_sender(settings: Settings) -> IO[str] | None:
    """Holds the lock of the data folder: on SQLite only one process may send."""
    if not settings.database.startswith("sqlite"):
        return None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    held = (settings.data_dir / "sender.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise errors.Refused(
            "Another `kam serve` is running on this data folder.",
            repair="Stop it first, or use PostgreSQL for several processes. All other commands work beside it.",
        ) from error
    return held


def serve(settings: Settings) -> None:
    """Runs the bot until it is told to stop (SIGTERM, SIGINT)."""
    stop, starting = threading.Event(), True

    def told(*_: object) -> None:
        stop.set()
        if starting:
            raise ToldToStop

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, told)
    running = Running(settings)
    try:
        running.start()
        starting = False
        settle()
        stop.wait()
    except ToldToStop:
        starting = False
        log.info("start_broken_off")
    finally:
        starting = False
        running.stop()
    _leave()


def settle() -> None:
    """What is loaded by now stays: the garbage collector no longer looks through it. For a process that begins to work.

    There is much of it, and planning made the collector look through it again and again.
    """
    gc.collect()
    gc.freeze()


class ToldToStop(BaseException):
    """A signal came while the bot was starting."""


def _leave() -> None:
    """Ends the process where a thread still hangs, in a call that Slack does not answer: all is given back by now."""
    left = [t for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon]
    if left:
        log.warning("threads_left", names=sorted({t.name.rstrip("0123456789_-") for t in left}))
        logging.shutdown()
        os._exit(0)
