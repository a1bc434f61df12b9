"""The whole coach for a test: the real app on a practice workspace, on a database of its own and a clock that stands.

Unless told otherwise it is Wednesday 4 March 2026, ten o'clock, in Berlin.
"""

import gc
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlmodel import Session, SQLModel, select
from structlog.testing import capture_logs

from bot.clock import TestClock
from bot.practice import payloads, render
from bot.practice.records import Delivery, Message, Seen
from bot.practice.server import Server
from bot.practice.workspace import Member, Workspace
from bot.settings import Mode, Settings
from bot.wiring import Running
from storage import paces
from storage.tables import NudgeRow, RepRow, VisitRow

BERLIN, SHANGHAI, CHICAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Chicago")
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 3, 4, 10, 0, tzinfo=BERLIN)
TEAM = "T0PRACTICE"
STEP = timedelta(seconds=1)
HOP = timedelta(hours=6)  # plans are made at least so often
PEOPLE = (
    Member("U1", "Anna", tz="Europe/Berlin", email="anna@ours.example"),
    Member("U2", "李伟", tz="Asia/Shanghai", locale="zh-CN"),
    Member("U3", "James", tz="America/Chicago"),
    Member("U4", "Nomad", tz=None),
    Member("U5", "Guest", tz="Europe/Berlin", is_ultra_restricted=True),
    Member("U6", "Bob", tz="Europe/Berlin"),
)


class TooSlowError(AssertionError):
    """Something that should have come to rest did not."""


@dataclass
class Person:
    """Somebody in the workspace; each act returns all that they see of it."""

    coach: "Coach"
    id: str

    @property
    def zone(self) -> str | None:
        return self.coach.space.members[self.id].tz

    def types(self, text: str = "", **more: Any) -> str:
        """What is answered to `/kam text`."""
        return self._after(lambda: self.coach.check(self.coach.srv.slash(self.id, text, **more)))

    def writes(self, text: str) -> str:
        """What is answered to words in the DM."""
        return self._after(lambda: self.coach.check(self.coach.srv.message(self.id, text)))

    def opens(self, tab: str = "messages") -> str:
        return self._after(lambda: self.coach.check(self.coach.srv.open_home(self.id, tab)))

    def taps(self, label: str, on: Message | None = None) -> str:
        """What follows a tap on a button, or a choice in a menu: of the newest message that shows it, or of `on`."""
        message = on or self.showing(label)
        return self._after(
            lambda: self.coach.check(self.coach.srv.click(self.id, message.channel, message.ts, by_label=label))
        )

    def taps_home(self, label: str) -> str:
        view = self.coach.space.home(self.id)
        assert view is not None
        return self._after(lambda: self.coach.check(self.coach.srv.click_view(self.id, view.id, by_label=label)))

    def fills(self, **values: Any) -> str:
        """What follows when the open form is sent with these values, by field."""
        view = self.coach.space.modal(self.id)
        assert view is not None, "no form is open"
        payloads.fill_initial(view.blocks, view.state)
        for block in view.blocks:
            if block.get("block_id") in values:
                part = block["element"]
                given = payloads.element_state(part, values.pop(block["block_id"]))
                view.state[block["block_id"]] = {part["action_id"]: given}
        assert not values, f"the form has no {list(values)}"
        return self._after(lambda: self.coach.check(self.coach.srv.submit(self.id, view.id)))

    @property
    def form(self) -> str:
        """The form that is open, as it is read; empty if none is."""
        view = self.coach.space.modal(self.id)
        return render.view(view.body) if view is not None else ""

    @property
    def home(self) -> str:
        view = self.coach.space.home(self.id)
        return render.view(view.body, zone=self.zone) if view is not None else ""

    @property
    def messages(self) -> list[Message]:
        """What stands in the DM now, oldest first."""
        return [m for m in self.coach.space.dm(self.id) if m.ephemeral_to in (None, self.id)]

    @property
    def dm(self) -> list[str]:
        return [self.read(message) for message in self.messages]

    def read(self, message: Message) -> str:
        return render.message(message.text, message.blocks, zone=self.zone)

    def showing(self, label: str) -> Message:
        """The newest message with this button or menu entry."""
        for message in reversed(self.messages):
            text = self.read(message)
            if f"[{label}]" in text or any(label in line.split(" / ") for line in _menus(text)):
                return message
        raise AssertionError(f"nothing to tap: {label}")

    def got(self) -> list[str]:
        """What was posted or shown to them, oldest first."""
        return [seen.text for seen in self.coach.space.seen(self.id)]

    def _after(self, act: Callable[[], object]) -> str:
        count = self.coach.space.seen_count()
        act()
        self.coach.rest()
        return "\n".join(seen.text for seen in self.coach.space.seen_since(count, self.id))


def _menus(text: str) -> list[str]:
    return [line[4:-1] for line in text.replace("] [", "]\n[").splitlines() if line.startswith("[…: ")]


@dataclass
class Coach:
    """A running bot, and the people who use it."""

    settings: Settings
    srv: Server
    clock: TestClock
    lines: list[Any]
    bot: Running = field(init=False)
    allowed_errors: set[str] = field(default_factory=set)
    refusals_allowed: bool = False

    @property
    def space(self) -> Workspace:
        return self.srv.space

    @property
    def anna(self) -> Person:
        return Person(self, "U1")

    @property
    def liwei(self) -> Person:
        return Person(self, "U2")

    @property
    def james(self) -> Person:
        return Person(self, "U3")

    @property
    def nomad(self) -> Person:
        return Person(self, "U4")

    @property
    def guest(self) -> Person:
        return Person(self, "U5")

    @property
    def bob(self) -> Person:
        return Person(self, "U6")

    # --- running ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.bot = Running(self.settings, self.clock)
        self.bot.start(scheduled=False, posters=1)
        if self.settings.mode is Mode.HTTP:
            self.srv.use_http(f"http://127.0.0.1:{self.bot.http.port}/slack/events")
        else:
            assert self.srv.wait_connected(5)

    def stop(self) -> None:
        self.bot.stop()

    def restart(self) -> None:
        """The process ends in good order, and another begins on the same data."""
        self.stop_and_wait(self.clock.now())

    def rest(self) -> None:
        """Waits until nothing is under way."""
        if not self.bot.pool.wait_idle(10):
            raise TooSlowError("slow work does not end")

    def stop_and_wait(self, moment: str | datetime) -> None:
        """The process is down until then."""
        self.stop()
        if self.srv._http is not None:
            self.srv._run(self.srv._http.close())
        self.clock.move_to(a_moment(moment))
        self.start()

    def check(self, delivery: Delivery) -> Delivery:
        """A delivery that was answered as Slack wants it: in three seconds, with nothing that it refuses."""
        assert not delivery.problems, delivery.problems
        assert delivery.acked, delivery.error
        assert delivery.seconds < 3
        return delivery

    # --- time -------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def deliver(self) -> None:
        """Posts what is due now, a second later into a conversation that had a message just now."""
        while self.bot.ticks.deliver() or self._let_rest():
            pass
        self.rest()

    def _let_rest(self) -> bool:
        """Lets time pass until those who have something due may have another message; False where nobody waits."""
        due = {(n.team_id, n.rep_id) for n in self.rows(NudgeRow, state="planned") if n.next_try_at <= self.now}
        at = [r.posted_at for r in self.rows(RepRow) if (r.team_id, r.id) in due and r.posted_at is not None]
        resting = [a for a in at if self.now - timedelta(seconds=1) < a]
        with self.bot.base.database.read() as session:
            paused = paces.paused_teams(session, paces.POST, self.now)  # these wait for Slack, not for the second
        if paused:
            return False
        if resting:
            self.clock.move_to(max(resting) + timedelta(seconds=1))
        return bool(resting)

    def plan(self) -> None:
        self.bot.ticks.plan()

    def until(self, moment: str | datetime, zone: ZoneInfo = BERLIN) -> None:
        """Lets time pass up to a moment ("2026-03-05 17:00", in Berlin unless told), with what is due on the way."""
        target = a_moment(moment, zone)
        while (now := self.clock.now()) < target:
            due = self.next_due()
            ahead = [target, now + HOP, *([max(due, now + STEP)] if due is not None else [])]
            self.clock.move_to(min(ahead))
            self.plan()
            self.deliver()

    def next_due(self) -> datetime | None:
        due = [n.next_try_at for n in self.rows(NudgeRow) if n.state == "planned"]
        leased = [n.lease_until for n in self.rows(NudgeRow) if n.state in ("claimed", "sending")]
        return min([*due, *(at for at in leased if at is not None)], default=None)

    # --- what is stored ---------------------------------------------------------------------------------------------

    def rows(self, table: type[SQLModel], **equal: Any) -> list[Any]:
        """The rows of a table with these values."""
        with self.bot.base.database.read() as session:
            found = [r for r in session.exec(select(table)) if all(getattr(r, k) == v for k, v in equal.items())]
            for row in found:
                session.expunge(row)
            return found

    def row(self, table: type[SQLModel], **equal: Any) -> Any:
        [found] = self.rows(table, **equal)
        return found

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.bot.base.database.write() as session:
            yield session

    def fates(self, **equal: Any) -> list[str]:
        return sorted(n.state for n in self.rows(NudgeRow, **equal))

    def visits(self) -> list[Any]:
        return sorted(self.rows(VisitRow), key=lambda v: v.at)

    def posted(self) -> list[str]:
        """The ids of the nudges that Slack stored, one for each time."""
        ids = [((line["message"].get("metadata") or {}).get("event_payload") or {}).get("id") for line in self.stored()]
        return [i for i in ids if i]

    def stored(self) -> list[dict[str, Any]]:
        return self.space.stored()

    def said(self, event: str) -> list[Any]:
        """The log's lines of one event."""
        return [line for line in self.lines if line["event"] == event]

    def seen_by_anybody(self) -> list[Seen]:
        return self.space.seen()

    def is_clean(self) -> None:
        """Holds what must be true of whatever happened: nothing refused, nobody mentioned, no error in the log."""
        if not self.refusals_allowed:
            assert [(r.where, r.error, r.findings) for r in self.space.refusals] == []
        wrong = [x for x in self.lines if x["log_level"] in ("error", "critical")]
        wrong = [x for x in wrong if x["event"] not in self.allowed_errors]
        for line in wrong:
            if isinstance(line.get("exc_info"), BaseException):
                raise line["exc_info"]
        assert not wrong, wrong
        for line in self.stored():
            message = line["message"]
            assert render.mentions(message.get("text", ""), message.get("blocks", [])) == []


def a_moment(text: str | datetime, zone: ZoneInfo = BERLIN) -> datetime:
    if isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def settings(folder: Path, srv: Server, mode: Mode, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "data_dir": folder,
        "mode": mode,
        "http_port": 0,
        "test_clock": True,
        "slack_api_url": srv.api_url,
        "slack_bot_token": SecretStr(srv.bot_token),
        "slack_app_token": SecretStr(srv.app_token),
        "slack_signing_secret": SecretStr(srv.signing_secret),
    }
    return Settings(**{**values, **changes})


@contextmanager
def running(
    folder: Path, ready: Path, mode: Mode = Mode.HTTP, start: datetime = START, **changes: Any
) -> Iterator[Coach]:
    """A coach in `folder`, on a copy of the `ready` database."""
    clock = TestClock(start, 0)
    space = Workspace(
        clock.now, PEOPLE, team_id=TEAM, echo_own_messages=False, scopes="chat:write,commands,im:history,im:write,"
        "users:read,users:read.email,dnd:read,mpim:write,files:write"
    )  # fmt: skip
    copy_database(ready, folder / "kam.sqlite3")
    with capture_logs() as lines, Server(space, retry_scale=0) as srv:
        coach = Coach(settings(folder, srv, mode, **changes), srv, clock, lines)
        coach.start()
        try:
            yield coach
        finally:
            coach.stop()
    coach.is_clean()
    if mode is Mode.SOCKET:
        _forget_sockets()


def _forget_sockets() -> None:
    """The SDK forgets a socket when it changes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def copy_database(ready: Path, to: Path) -> None:
    with closing(sqlite3.connect(ready)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def wait_until(holds: Callable[[], Any], seconds: float = 10) -> Any:
    """What `holds` gives, as soon as that is true."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise TooSlowError("it did not come true")
        time.sleep(0.01)
    return found
