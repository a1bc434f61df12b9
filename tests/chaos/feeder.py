"""What the bots are given to do: nudges written into the outbox, and visits that they plan for themselves."""

import random
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from bot.core.account import Account, Stage
from bot.core.nudge import Kind, Nudge, identity
from bot.core.situation import Visit
from storage import accounts, nudges, reps, visits
from tests.chaos.checker import Planned
from tests.chaos.world import REPS, World

LONG, SHORT = timedelta(hours=12), timedelta(minutes=10)
SHORT_SHARE = 0.1
VISITED = 20  # reps with an account
STRANGERS = "T0ELSEWHERE"  # another workspace in the same database
MOST_VISITS = 3  # of one rep in a run: nobody has more at once


class Feeder:
    """Writes down what is to be sent, and remembers it."""

    def __init__(self, world: World, seed: str) -> None:
        self.world, self.random = world, random.Random(f"{seed}:feeder")
        self.planned: list[Planned] = []
        self.visits: list[str] = []

    def accounts(self) -> None:
        """Gives some reps an account to visit."""
        now = self.world.clock.now()
        with self.world.database.write() as session:
            for n in range(VISITED):
                rep = f"U{n:05}"
                account = Account(
                    id=f"a{n}", team_id=self.world.team_id, rep_id=rep, name=f"Firm {n}", stage=Stage.MIDDLE
                )
                accounts.add(session, account, now)

    def feed(self, count: int) -> None:
        """Plans so many nudges, due within seconds; each rep's come one after the other."""
        now, made = self.world.clock.now(), []
        for n in range(len(self.planned), len(self.planned) + count):
            rep, due = f"U{n % REPS:05}", now + timedelta(seconds=self.random.uniform(1, 8))
            lasts = SHORT if self.random.random() < SHORT_SHARE else LONG
            made.append(self._nudge(f"n{n}", rep, due, due + lasts))
        if self._write(made):
            self.planned += [
                Planned(id=n.id, team_id=n.team_id, rep_id=n.rep_id, due_at=n.due_at, expires_at=n.expires_at)
                for n in made
            ]

    def strangers(self) -> None:
        """Nudges of a workspace of which no process here has a token, for reps with the same ids."""
        now = self.world.clock.now()
        made = [self._nudge(f"s{n}", f"U{n:05}", now, now + LONG, STRANGERS) for n in range(5)]
        with self.world.database.write() as session:
            for nudge in made:
                reps.save(session, STRANGERS, nudge.rep_id, zone="Europe/Berlin", work_start="00:00", work_end="23:59")
            nudges.plan(session, made, now)

    def _nudge(self, key: str, rep: str, due: datetime, expires: datetime, team_id: str = "") -> Nudge:
        """The coach's own short question: it needs no account, and no cap holds it."""
        team_id = team_id or self.world.team_id
        return Nudge(
            id=identity(team_id, rep, "", key),
            team_id=team_id,
            rep_id=rep,
            account_id="",
            kind=Kind.DIGEST,
            play="",
            key=key,
            cue="ignored_three",
            due_at=due,
            expires_at=expires,
            priority=5,
        )

    def _write(self, made: list[Nudge]) -> bool:
        try:
            with self.world.database.write() as session:
                nudges.plan(session, made, self.world.clock.now())
        except OperationalError:  # the database is one of those that suffer; what was not written is fed again
            return False
        return True

    def visit(self) -> bool:
        """Enters a visit; its card is planned by the bots. False when there are enough, or none can be written."""
        n = len(self.visits)
        if n >= VISITED * MOST_VISITS:
            return False
        now = self.world.clock.now()
        at = now + timedelta(minutes=self.random.uniform(60, 240))
        visit = Visit(id=f"v{n}", account_id=f"a{n % VISITED}", rep_id=f"U{n % VISITED:05}", at=at)
        try:
            with self.world.database.write() as session:
                visits.add(session, self.world.team_id, visit, now)
        except OperationalError:
            return False
        except IntegrityError:  # the connection broke after the commit: it is written
            pass
        self.visits.append(visit.id)
        return True
