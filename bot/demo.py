"""The demo: the real app against the practice workspace, with the sample portfolio.

Headless, simulated reps act as docs/commands.md says: a card is committed an hour after it came, a visit takes place
at its time and its check is answered "done" an hour later, a problem takes its steps on their target times, promises
are kept, moved and missed. What the managers get is told as well.
"""

import heapq
import json
import signal
import tempfile
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot import log
from bot.cli.services import DemoWish
from bot.core import fit, promise_over
from bot.core.account import Rep
from bot.core.nudge import MONDAY_LIST, Kind
from bot.core.problem import Step
from bot.core.situation import VisitState
from bot.practice.records import Seen
from bot.settings import Settings
from bot.slack import modals
from bot.stage import PATIENCE, PLAN_EVERY, START, STEP_ON, TEAM, Stage
from bot.usecases import planning, problems
from storage import accounts, nudge_history, reps, visits
from storage.tables import NudgeRow

ACT_AFTER = timedelta(hours=1)
KEPT_AT = time(11, 0)  # on the day of the promise
A_WEEK = timedelta(days=7)


@dataclass(order=True)
class Act:
    """Something that a simulated person does, and when."""

    at: datetime
    order: int
    do: Callable[[], None] = field(compare=False)


def run(chosen: Settings, wish: DemoWish) -> int:
    """Runs the demo; 0 when it ends."""
    if not wish.headless and "log_level" not in chosen.model_fields_set:
        log.configure("WARNING")  # what happens is on the page
    with tempfile.TemporaryDirectory(prefix="kam-demo-") as folder:
        stage = Stage(chosen, Path(folder), wish.headless)
        with stage:
            if wish.headless:
                return Play(stage, wish).run()
            return _wait(stage)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _wait(stage: Stage) -> int:
    console = Console()
    console.print(f"\nThe practice workspace is open: [bold]{stage.server.url}[/bold]")
    console.print("Act as one of the reps on the left, and type, for example:")
    console.print("  /kam advice the shipment will be two weeks late and they don't know yet")
    console.print("  /kam advice 客户很生气，说我们交货晚了")
    console.print("  /kam visit Hallmann Pumpenbau thu 15:00")
    console.print("Then move the clock: the card comes before the visit.")
    console.print("A change in a playbook file is in use as soon as it is saved. Ctrl-C ends the demo.\n")
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    over.wait()
    return 0


def _lot(row: NudgeRow, of: int) -> int:
    """A number below `of` that depends on the words of a promise and its day alone."""
    known = dict(row.facts)
    return zlib.crc32(f"{known['promise']} {known['due']}".encode()) % of


class Play:
    """Simulated days of the sample portfolio, a line for each message that a person would see."""

    def __init__(self, stage: Stage, wish: DemoWish) -> None:
        self.stage, self.days, self.as_json, self.ignore_all = stage, wish.days, wish.as_json, wish.ignore_all
        self.acts: list[Act] = []
        self._numbers = count()
        self._told = 0
        self.first = {
            rep: stage.clock.now().astimezone(zone).date() if stage.is_set else START
            for rep, zone in stage.zones.items()
        }
        self.seers = {**self._managers(), **{rep: (zone, self.first[rep]) for rep, zone in stage.zones.items()}}
        self.console = Console(highlight=False)

    def _managers(self) -> dict[str, tuple[ZoneInfo, date]]:
        """The managers of the portfolio, each with their zone and the first day that they may see something."""
        named = {row.manager for row in self.stage.portfolio.rows if isinstance(row.manager, str)}
        first = min(self.first.values())
        return {user: (ZoneInfo(self.stage.space.members[user].tz or "UTC"), first) for user in sorted(named)}

    def run(self) -> int:
        self._people_begin()
        end = max(
            _midnight(first + timedelta(days=self.days), self.stage.zones[rep]) for rep, first in self.first.items()
        )
        plan_at = self.stage.clock.now()
        while (now := self._next(plan_at)) < end:
            self.stage.clock.move_to(now)
            if now >= plan_at:
                self.stage.bot.ticks.plan()
                plan_at = now + PLAN_EVERY
            self._act(now)
            self._deliver()
        return 0

    def _next(self, plan_at: datetime) -> datetime:
        now = self.stage.clock.now()
        due = self.stage.next_due()
        known = [plan_at, *([self.acts[0].at] if self.acts else [])]
        if due is not None:
            known.append(due if due > now else now + STEP_ON)
        return max(now, min(known))

    def _at(self, when: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self.acts, Act(when, next(self._numbers), do))

    def _act(self, now: datetime) -> None:
        while self.acts and self.acts[0].at <= now:
            heapq.heappop(self.acts).do()
            self.stage.bot.pool.wait_idle(PATIENCE)
            self._tell("answer")

    def _deliver(self) -> None:
        self.stage.settle()
        for seen in self._tell("nudge"):
            self._answer(seen)

    # --- what people do -----------------------------------------------------------------------------------------------

    def _people_begin(self) -> None:
        """Each rep opens the coach at half past eight of the first day; problems that are open go their way."""
        for user, zone in sorted(self.stage.zones.items()):
            at = datetime.combine(self.first[user], time(8, 30), zone)
            self._at(max(at, self.stage.clock.now()), lambda user=user: self._open(user))  # type: ignore[misc]
        for user in sorted(self.stage.zones):
            self._watch_problems(self._rep(user))

    def _rep(self, user: str) -> Rep:
        with self.stage.bot.base.database.read() as session:
            rep = reps.get(session, TEAM, user)
        assert rep is not None
        return rep

    def _open(self, user: str) -> None:
        self.stage.server.open_home(user, "messages")
        self.stage.bot.pool.wait_idle(PATIENCE)
        self._tell("welcome")

    def _watch_problems(self, rep: Rep) -> None:
        """Plans the steps of open problems at their targets (those that are past: when work first begins)."""
        base, zone = self.stage.bot.base, self.stage.zones[rep.id]
        first = planning.hours_of(base, rep, zone).next_start(_midnight(self.first[rep.id], zone))
        targets = {t.step: timedelta(hours=t.hours) for t in base.shelf.library.manners.problem_targets}
        for account, problem in problems.of_rep(base, rep):
            for step in Step:
                if step in targets and step not in problem.done:
                    at = max(problem.opened_at + targets[step], first) + STEP_ON  # after its message

                    def take(step: Step = step, account=account, problem=problem) -> None:  # type: ignore[no-untyped-def]
                        problems.step_on(base, account, problem, step, self.stage.clock.now())

                    self._at(at, take)

    def _answer(self, seen: Seen) -> None:
        """Answers a card or a check as a willing rep does."""
        row = self._nudge(seen)
        if row is None or seen.ts is None or seen.channel is None:
            return
        if self.ignore_all and row.kind == Kind.NUDGE.value:
            return
        if row.kind == Kind.CHECK.value:
            with self.stage.bot.base.database.read() as session:
                visit = visits.get(session, TEAM, row.visit_id or "")
            at = seen.at
            if visit is not None and visit.state is VisitState.PLANNED:
                at = max(seen.at, visit.at + ACT_AFTER)
            self._at(at, lambda: self._click(seen, "check:done"))
        elif row.cue == MONDAY_LIST and not self.ignore_all:
            self._at(seen.at + ACT_AFTER, lambda: self._click(seen, "list:open"))  # its first line
        elif row.key.endswith(":again"):
            self._at(seen.at + ACT_AFTER, lambda: self._click(seen, "problem:stayed_away"))
        elif row.kind == Kind.PROMISE.value:
            self._settle(seen, row)
        elif row.play and row.cue != fit.PROBLEM_STEP:
            self._at(seen.at + ACT_AFTER, lambda: self._click(seen, "card:commit"))

    def _settle(self, seen: Seen, row: NudgeRow) -> None:
        """Settles promises: of three some are kept in time, some moved in time, the others answered when asked.

        Which, is read off their words, so that the same days give the same bytes.
        """
        if row.cue != promise_over.CUE:
            due = datetime.combine(date.fromisoformat(dict(row.facts)["due"]), KEPT_AT, self.stage.zones[seen.to])
            match _lot(row, 3):
                case 0:
                    self._at(max(due, seen.at + ACT_AFTER), lambda: self._click(seen, "promise:kept"))
                case 1:
                    self._at(seen.at + ACT_AFTER, lambda: self._move(seen, due.date() + A_WEEK))
                case _:
                    pass  # the question comes once the day is over
            return
        with self.stage.bot.base.database.read() as session:
            asked = nudge_history.in_message(session, TEAM, row.id)
        for place, one in enumerate(asked):  # a tap opens the next
            at = seen.at + ACT_AFTER + place * STEP_ON
            match _lot(one, 4):
                case 0:
                    self._at(at, lambda: self._click(seen, "promise:missed"))
                case 1:
                    self._at(at, lambda: self._move(seen, seen.at.date() + A_WEEK))
                case _:
                    self._at(at, lambda: self._click(seen, "promise:kept"))

    def _move(self, seen: Seen, day: date) -> None:
        """Agrees on another day in the form of the first promise of a message."""
        self._click(seen, "promise:move")
        view = self.stage.space.modal(seen.to)
        if view is not None:
            self.stage.server.submit(seen.to, view.id, {"due": {modals.VALUE: day.isoformat()}})

    def _click(self, seen: Seen, action: str) -> None:
        assert seen.channel is not None
        assert seen.ts is not None
        self.stage.server.click(seen.to, seen.channel, seen.ts, action)

    # --- what people see ----------------------------------------------------------------------------------------------

    def _nudge(self, seen: Seen) -> NudgeRow | None:
        nudge_id = ((seen.metadata or {}).get("event_payload") or {}).get("id")
        if not nudge_id:
            return None
        with self.stage.bot.base.database.read() as session:
            return nudge_history.get(session, TEAM, str(nudge_id))

    def _tell(self, otherwise: str) -> list[Seen]:
        """Prints what was seen since the last time; returns the new posts."""
        new = [
            s
            for s in self.stage.space.seen_since(self._told)
            if s.kind in ("post", "ephemeral", "update", "error") and s.to in self.seers
        ]
        self._told = self.stage.space.seen_count()
        for seen in new:
            if self._is_in_time(seen):
                self._print(self._line(seen, otherwise))
        return [s for s in new if s.kind == "post"]

    def _is_in_time(self, seen: Seen) -> bool:
        zone, first = self.seers[seen.to]
        return seen.at.astimezone(zone).date() < first + timedelta(days=self.days)

    def _line(self, seen: Seen, otherwise: str) -> dict[str, object]:
        row = self._nudge(seen)
        kind = row.kind if row is not None and seen.kind == "post" else otherwise
        if row is None and kind == "nudge":
            kind = "answer"
        at = seen.at.astimezone(self.seers[seen.to][0]).replace(microsecond=0)
        return {
            "at": at.isoformat(),
            "to": seen.to,
            "kind": kind,
            "account": self._account(row),
            "play": (row.play or None) if row is not None else None,
            "text": seen.text,
        }

    def _account(self, row: NudgeRow | None) -> str | None:
        if row is None:
            return None
        with self.stage.bot.base.database.read() as session:
            account = accounts.get(session, TEAM, row.account_id)
        return account.name if account is not None else None

    def _print(self, line: dict[str, object]) -> None:
        if self.as_json:
            print(json.dumps(line, ensure_ascii=False), flush=True)
            return
        self.console.print(f"[bold]{line['at']}[/bold] {line['to']} · {line['kind']} · {line['account'] or ''}")
        self.console.print(str(line["text"]), markup=False)
        self.console.print()
