"""Whatever workers do and wherever they fail, the outbox agrees with a model in plain Python."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import delete, select

from bot.core.nudge import Fate, Rule
from bot.core.pace import Pace
from storage import claims, nudges
from storage.nudges import Claim, Said
from storage.session import Database
from storage.tables import MethodPauseRow, NudgeRow, WorkspaceRow
from tests.factories import NOW, a_nudge

LEASE = timedelta(seconds=20)
START = NOW.astimezone(UTC)
IN_HAND = ("claimed", "sending")
REPS = ("U1", "U2", "U3")
spans = st.integers(0, 45).map(lambda seconds: timedelta(seconds=seconds))
whose = st.sampled_from(("one", "two"))


@dataclass(frozen=True)
class Known:
    """What the model knows of one nudge."""

    id: str
    rep: str
    priority: int
    next_try: datetime
    due: datetime
    state: str = "planned"
    owner: str | None = None
    attempt: int = 0
    lease: datetime | None = None
    intent: datetime | None = None
    looked_up: int = 0
    rule: str | None = None

    def is_live(self, now: datetime) -> bool:
        return self.state in IN_HAND and self.lease is not None and self.lease >= now

    def is_left(self, now: datetime) -> bool:
        return self.state in IN_HAND and not self.is_live(now)


def known_of(row: NudgeRow) -> Known:
    return Known(
        id=row.id,
        rep=row.rep_id,
        priority=row.priority,
        next_try=row.next_try_at,
        due=row.due_at,
        state=row.state,
        owner=row.owner,
        attempt=row.attempt,
        lease=row.lease_until,
        intent=row.intent_at,
        looked_up=row.looked_up,
        rule=row.rule,
    )


class Outbox(RuleBasedStateMachine):
    """Two workers on one outbox. `held` are claims that a worker believes to have, rightly or not."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.known: dict[str, Known] = {}
        self.claims: list[Claim] = []
        self.unread_until = START

    @initialize()
    def empty(self) -> None:
        with self.database.write() as session:
            for table in (NudgeRow, WorkspaceRow, MethodPauseRow):
                session.execute(delete(table))

    # --- what may happen --------------------------------------------------------------------------------------------

    @rule(number=st.integers(0, 11), rep=st.sampled_from(REPS), priority=st.integers(0, 2), late=st.integers(-30, 30))
    def schedule(self, number: int, rep: str, priority: int, late: int) -> None:
        due = self.now - timedelta(seconds=late)
        nudge = a_nudge(id=f"{rep}-{number}", rep_id=rep, key=f"{number}", priority=priority, due_at=due)
        with self.database.write() as session:
            new = nudges.plan(session, [nudge], self.now)
        assert new == (nudge.id not in self.known)
        self.known.setdefault(nudge.id, Known(nudge.id, rep, priority, due, due))

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @rule(owner=whose, limit=st.integers(1, 3))
    def claim(self, owner: str, limit: int) -> None:
        with self.database.write() as session:
            taken = claims.claim(session, owner, self.now, LEASE, limit, Pace(burst=10_000))
        expected = self._next(limit)
        assert [c.nudge.id for c in taken] == [k.id for k in expected]
        assert [(c.intent_at, c.looked_up) for c in taken] == [(k.intent, k.looked_up) for k in expected]
        for claim, one in zip(taken, expected, strict=True):
            self.known[one.id] = replace(
                one, state="claimed", owner=owner, attempt=one.attempt + 1, lease=self.now + LEASE
            )
            assert claim.attempt == one.attempt + 1
        self.claims += taken

    def _next(self, limit: int) -> list[Known]:
        """What a claim must take: look-ups, then what is due, of reps who are free, one each, by importance.

        What a worker left behind that it had not begun to post is planned again, whether it is taken or not.
        """
        busy = {k.rep for k in self.known.values() if k.is_live(self.now)}
        left = sorted(
            (k for k in self.known.values() if k.is_left(self.now)),
            key=lambda k: (k.priority, k.intent or self.now, k.id),
        )
        chosen: list[Known] = []
        for one in left:
            if one.intent is None:
                self.known[one.id] = replace(one, state="planned", owner=None, lease=None)
            elif len(chosen) < limit and one.rep not in busy and self.unread_until <= self.now:
                busy.add(one.rep)
                chosen.append(one)
        if chosen:
            self.unread_until = self.now + len(chosen) * claims.LOOKUP_RESTS
        return chosen + self._due(limit - len(chosen), busy)

    def _due(self, limit: int, busy: set[str]) -> list[Known]:
        planned = (k for k in self.known.values() if k.state == "planned" and k.next_try <= self.now)
        due = sorted((k for k in planned if k.rep not in busy), key=lambda k: (k.priority, k.due, k.id))
        first: dict[str, Known] = {}
        for one in due[: limit * 4]:
            first.setdefault(one.rep, one)
        return list(first.values())[:limit]

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), span=spans, looked_up=st.integers(1, 3))
    def use_a_claim(self, data: st.DataObject, span: timedelta, looked_up: int) -> None:
        claim = data.draw(st.sampled_from(self.claims), label="claim")
        until = self.now + span
        back: dict[str, Any] = {"state": "planned", "owner": None, "lease": None, "next_try": until}
        ways: dict[str, tuple[Any, dict[str, Any]]] = {
            "intend": (
                lambda s: nudges.intend(s, claim, self.now, Said("a-play", 0, "en")),
                {"state": "sending", "intent": self.now},
            ),
            "send": (lambda s: nudges.end(s, claim, Fate.SENT, self.now), {"state": "sent", "lease": None}),
            "drop": (
                lambda s: nudges.end(s, claim, Fate.DROPPED, self.now, rule=Rule.TOO_LATE),
                {"state": "dropped", "lease": None, "rule": "too_late"},
            ),
            "hold": (lambda s: nudges.hold(s, claim, Rule.SNOOZED, until), {**back, "rule": "snoozed"}),
            "retry": (lambda s: nudges.retry(s, claim, until, "timeout"), {**back, "intent": None, "looked_up": 0}),
            "doubt": (
                lambda s: nudges.doubt(s, claim, until, looked_up),
                {"state": "sending", "lease": until, "looked_up": looked_up},
            ),
        }
        act, then = ways[data.draw(st.sampled_from(sorted(ways)), label="way")]
        with self.database.write() as session:
            done = act(session)
        one = self.known[claim.nudge.id]
        stands = one.state in IN_HAND and (one.owner, one.attempt) == (claim.owner, claim.attempt)
        assert done == stands
        if stands:
            self.known[one.id] = replace(one, **then)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def fail_before_the_commit(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        with self.database.read() as session:  # never committed
            nudges.end(session, claim, Fate.SENT, self.now)

    @rule(owner=whose)
    def crash(self, owner: str) -> None:
        self.claims = [c for c in self.claims if c.owner != owner]

    @rule(owner=whose)
    def stop_in_good_order(self, owner: str) -> None:
        mine = [k for k in self.known.values() if k.owner == owner and k.state in IN_HAND]
        with self.database.write() as session:
            assert nudges.release(session, owner, self.now) == len(mine)
        for one in mine:
            free = {"state": "planned", "owner": None, "lease": None}
            self.known[one.id] = replace(one, **({"lease": self.now} if one.intent else free))

    @rule()
    def start_as_the_only_sender(self) -> None:
        mine = [k for k in self.known.values() if k.state in IN_HAND]
        with self.database.write() as session:
            assert nudges.take_over(session, self.now) == len(mine)
        for one in mine:
            self.known[one.id] = replace(one, lease=self.now - timedelta(seconds=1))

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        with self.database.read() as session:
            assert {row.id: known_of(row) for row in session.exec(select(NudgeRow))} == self.known

    @invariant()
    def a_rep_has_one_thing_in_hand_at_most(self) -> None:
        live = [k.rep for k in self.known.values() if k.is_live(self.now)]
        assert len(live) == len(set(live))


def test_the_outbox_agrees_with_a_model_in_plain_python(database: Database) -> None:
    machine = type("Outbox", (Outbox,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
