"""The stage of the demo: the practice workspace, the real app, the sample portfolio and the clock, put together."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from typing_extensions import override

from bot.clock import TestClock
from bot.connectors import files
from bot.core.account import Language
from bot.core.portfolio import Portfolio
from bot.core.texts import talk
from bot.jobs.scheduler import STOP_SECONDS, Scheduler, Ticks
from bot.practice.hooks import Hooks
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.preview import Preview
from bot.settings import ROOT, Settings
from bot.slack import manifest
from bot.slack.commands.help import COMMANDS
from bot.usecases import portfolio as importing
from bot.wiring import Running
from bot.workshop import Workshop
from storage import nudges

T = TypeVar("T")
TEAM = "T0PRACTICE"
START = date(2026, 3, 2)
MORNING = time(8, 0)
FIRST_ZONE = ZoneInfo("Europe/Berlin")
SAMPLE = ROOT / "playbooks" / "examples" / "portfolio.csv"
PEOPLE = {
    "U0ANNA": "Anna Keller",
    "U0JAMES": "James Porter",
    "U0PRIYA": "Priya Nair",
    "U0LIWEI": "李伟",
    "U0CHENJIE": "陈洁",
    "U0MEILIN": "Mei Lin",
    "U0ADMIN": "Alex Admin",
}
ADMIN = "U0ADMIN"
TITLES = {"U0MEILIN": "Manager", ADMIN: "Admin"}
ROOM = "key-accounts"
TRIES = {
    Language.EN: (
        "/kam advice the shipment will be two weeks late and they don't know yet",
        "/kam visit Hallmann Pumpenbau thu 15:00",
        "/kam account list",
    ),
    Language.ZH: ("/kam advice 客户很生气，说我们交货晚了", "/kam visit 江澜水务 周四下午三点", "/kam 客户"),
}
PORT = 8080
PLAN_EVERY = timedelta(hours=12)
STEP_ON = timedelta(seconds=1)
PATIENCE = 20.0


class Stage:
    """Headless, the clock stands and whoever plays moves it; else the page does, and playbooks may be changed."""

    def __init__(self, chosen: Settings, folder: Path, headless: bool, port: int = PORT) -> None:
        self.portfolio = files.load(SAMPLE)
        self.zones = {row.rep: row.zone for row in self.portfolio.rows}
        start = chosen.now or (_midnight(START, self.zones.values()) if headless else _morning(START))
        self.clock = TestClock(start, 0 if headless else chosen.clock_speed)
        self.space = Workspace(
            self.clock.now, members(self.portfolio), team_id=TEAM, advance=None if headless else self.advance
        )
        self._settings = settings(chosen, folder)
        self.workshop = None if headless else Workshop(self._settings, self._today, self._show)
        self.server = Server(
            self.space,
            port=0 if headless else port,
            ack_seconds=30 if headless else 3,
            page=self._hooks(self._settings),
        )
        self._headless = headless
        self.is_set = chosen.now is not None
        self._moving, self._halt, self._is_up = threading.Lock(), threading.Event(), threading.Event()
        self._scheduler: Scheduler | None = None
        self.bot: Running

    def _hooks(self, chosen: Settings) -> Hooks:
        if self.workshop is None:
            return Hooks()
        return Hooks(
            next_due=lambda: self.next_due() if self._is_up.is_set() else None,
            guide=guide,
            shortcuts=shortcuts,
            playbooks=self.workshop.report,
            effect=Preview(SAMPLE, START, chosen.playbooks_folder, chosen.cache / "effect", self.space.name_of).of,
            stop=self._halt_now,
        )

    def __enter__(self) -> "Stage":
        try:
            self.server.start()
        except OSError:  # somebody has that port: any other will do
            self.server.port = 0
            self.server.start()
        self._settings = self._settings.model_copy(
            update={
                "slack_api_url": self.server.api_url,
                "slack_bot_token": SecretStr(self.server.bot_token),
                "slack_app_token": SecretStr(self.server.app_token),
            }
        )
        self.start_bot()
        importing.keep(self.bot.base, TEAM, self.portfolio, self.clock.now())
        if self.workshop is not None:
            self.space.add_channel(ROOM, PEOPLE)
            self.bot.ticks.plan()
            self.workshop.start(lambda: self.bot.base)
        return self

    def __exit__(self, *_: object) -> None:
        if self.workshop is not None:
            self.workshop.stop()
        self._halt_now()
        self.stop_bot()
        self.server.stop()

    def start_bot(self) -> None:
        """The bot runs, on the database of this stage; after `stop_bot` it goes on where it was."""
        ids = count(1)
        self.bot = Running(self._settings, self.clock, (lambda: f"{next(ids):08x}") if self._headless else None)
        self.bot.start(scheduled=False, posters=1)
        if not self._headless:
            self._scheduler = Scheduler(InTurn(self.bot.ticks, self._moving))
            self._scheduler.start()
        self.server.wait_connected(10)
        self._is_up.set()

    def stop_bot(self) -> None:
        self._is_up.clear()
        if self._scheduler is not None:
            self._scheduler.stop()
        self.bot.stop()

    def _today(self) -> date:
        return self.clock.now().date()

    def _show(self) -> None:
        """Tells the page that something changed which the workspace does not know of."""
        with self.space.change():
            pass

    def settle(self) -> None:
        """Posts what is due now, and waits until nothing is under way."""
        while self.bot.ticks.deliver():
            pass
        self.bot.pool.wait_idle(PATIENCE)

    def next_due(self) -> datetime | None:
        with self.bot.base.database.read() as session:
            return nudges.next_due(session)

    def _halt_now(self) -> None:
        self._halt.set()

    def advance(self, wish: dict[str, Any]) -> None:
        """Moves the clock on as the page asks, through every due nudge on the way: days run in order."""
        with self._moving:
            self._halt.clear()
            target = self._target(wish)
            plan_at, step = self.clock.now(), STEP_ON
            while not self._halt.is_set() and self.clock.now() < target:
                if self.clock.now() >= plan_at:
                    self.bot.ticks.plan()
                    plan_at = self.clock.now() + PLAN_EVERY
                due = self.next_due() or target
                waits = due <= self.clock.now()  # for a reason of its own: it is asked again, less and less often
                step = step * 2 if waits else STEP_ON
                self._be_at(min(target, plan_at, self.clock.now() + step if waits else due))
            self.bot.ticks.plan()
            self.settle()

    def _be_at(self, instant: datetime) -> None:
        """The clock stands there, and what is due is posted."""
        self.clock.move_to(instant)
        self._show()
        self.settle()

    def _target(self, wish: dict[str, Any]) -> datetime:
        now = self.clock.now()
        if wish.get("to") == "next":
            return max(self.next_due() or now, now)
        if "to" in wish:
            return datetime.fromisoformat(str(wish["to"]))
        return now + timedelta(seconds=float(wish.get("advance", 3600)))


class InTurn(Ticks):
    """The ticks, passed over while somebody moves the clock: whoever does so pokes them in order."""

    def __init__(self, ticks: Ticks, lock: threading.Lock) -> None:
        self._held, self._lock, self.base = ticks, lock, ticks.base

    @override
    def may_work(self) -> bool:
        return self._held.may_work()

    @override
    def deliver(self) -> int:
        return self._if_free(self._held.deliver) or 0

    @override
    def begin(self) -> int:
        return self._if_free(self._held.deliver) or 0

    @override
    def plan(self, every: timedelta = timedelta()) -> int:
        return self._if_free(lambda: self._held.plan(every)) or 0

    @override
    def sync(self) -> None:
        self._if_free(self._held.sync)

    @override
    def clean(self) -> None:
        self._if_free(self._held.clean)

    @override
    def renew(self) -> None:
        self._if_free(self._held.renew)

    @override
    def stop(self, timeout: float = STOP_SECONDS) -> None:
        self._held.stop(timeout)

    def _if_free(self, job: Callable[[], T]) -> T | None:
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return job()
        finally:
            self._lock.release()


def settings(chosen: Settings, folder: Path) -> Settings:
    """The settings of a demo: its own folder and database, any free port, the test clock."""
    own = {"data_dir": folder, "database_url": "", "cache_dir": chosen.cache, "http_port": 0, "test_clock": True}
    return chosen.model_copy(update={**own, "admins": ADMIN})


def members(portfolio: Portfolio) -> list[Member]:
    """The people of the sample portfolio, a manager and an admin."""
    speaks = {row.rep: row.rep_language for row in portfolio.rows}
    zones = {row.rep: row.zone.key for row in portfolio.rows}
    return [
        Member(
            user,
            name,
            tz=zones.get(user, "Asia/Shanghai"),
            locale="zh-CN" if speaks.get(user) == Language.ZH else "en-US",
            is_admin=user == ADMIN,
            title=TITLES.get(user, ""),
        )
        for user, name in PEOPLE.items()
    ]


def guide(locale: str) -> dict[str, Any]:
    """What the composer completes, and what to try first."""
    language = Language.ZH if locale.startswith("zh") else Language.EN
    commands = [
        {
            "command": manifest.COMMAND,
            "text": command.name,
            "usage": command.usage.of(language),
            "summary": command.summary.of(language),
        }
        for command in COMMANDS
    ]
    whole = {"command": manifest.COMMAND, "text": "", "usage": "", "summary": talk.HELP_HEADING.of(language)}
    return {"commands": [whole, *commands], "tries": TRIES[language]}


def shortcuts() -> list[dict[str, Any]]:
    """What the app's manifest offers beside messages and in the composer."""
    return [{"callback_id": one.callback_id, "name": one.name, "kind": one.kind} for one in manifest.SHORTCUTS]


def _midnight(day: date, zones: Iterable[ZoneInfo]) -> datetime:
    """The first midnight of a day among these zones."""
    return min(datetime.combine(day, time(0), zone).astimezone(UTC) for zone in zones)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, FIRST_ZONE).astimezone(UTC)
