"""The checker: what was to be sent, what the workspace stored and what the database says in the end, held together.

It knows nothing of how the bot works. It reads three lists and names every nudge with which something is wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ENDED = ("sent", "dropped", "failed", "unknown")
FATAL = (
    "lost",
    "doubled",
    "early",
    "late_unsaid",
    "unexpected",
    "misdirected",
    "false_fate",
    "stuck",
    "failed",
    "dropped_without_reason",
)
"""The counts that must be zero when every fault has passed. `unknown` is honest, and only must be rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A nudge that the bench wrote into the outbox."""

    id: str
    team_id: str
    rep_id: str
    due_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A message that the workspace stored; `nudge_id` is what its metadata says."""

    nudge_id: str
    team_id: str
    rep_id: str
    ts: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A nudge as the database holds it at the end."""

    id: str
    team_id: str
    rep_id: str
    state: str
    due_at: datetime
    expires_at: datetime | None = None
    next_try_at: datetime | None = None
    ended_at: datetime | None = None
    message_of: str | None = None
    rule: str | None = None
    error: str | None = None
    ts: str | None = None
    sent_to: str | None = None
    visit_id: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the check allows.

    `slack`: how long a post that was begun in time may take. `until`: when the run ended. `strangers`: workspaces whose
    nudges nobody here may send, whatever becomes of them.
    """

    until: datetime
    strangers: Collection[str] = ()
    slack: timedelta = timedelta(seconds=30)


@dataclass(slots=True)
class Verdict:
    """How many nudges there were, and the ids of those with which something is wrong, by what is wrong."""

    nudges: int = 0
    messages: int = 0
    states: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def count(self, what: str) -> int:
        return len(self.wrong[what]) if what in self.wrong else 0

    @property
    def counts(self) -> dict[str, int]:
        """Every counter, also those that are zero."""
        return {name: self.count(name) for name in (*FATAL, "unknown")}

    @property
    def faults(self) -> dict[str, list[str]]:
        """What must not be, with the ids; empty: all holds."""
        return {name: self.wrong[name] for name in FATAL if self.count(name)}


def check(
    planned: Iterable[Planned],
    stored: Sequence[Stored],
    rows: Sequence[Row],
    limits: Limits,
    visits: Collection[str] = (),
) -> Verdict:
    """What became of every nudge. `visits` are the visits of which each must have exactly one card's row."""
    verdict = Verdict(len(rows), len(stored), Counter(row.state for row in rows))
    messages: dict[str, list[Stored]] = defaultdict(list)
    for message in stored:
        messages[message.nudge_id].append(message)
    by_id = {row.id: row for row in rows}
    for nudge in planned:
        if nudge.id not in by_id:
            verdict.wrong["lost"].append(nudge.id)
    for nudge_id, copies in messages.items():
        _check_messages(verdict, by_id.get(nudge_id), copies, limits)
    for row in rows:
        if row.team_id in limits.strangers:
            continue
        _check_row(verdict, row, messages.get(row.message_of or row.id, []), limits)
    carded = Counter(row.visit_id for row in rows if row.kind == "visit_card")
    verdict.wrong["lost"] += [visit for visit in visits if carded[visit] == 0]
    verdict.wrong["doubled"] += [visit for visit in visits if carded[visit] > 1]
    return verdict


def _check_messages(verdict: Verdict, row: Row | None, copies: Sequence[Stored], limits: Limits) -> None:
    """What the stored messages of one nudge say: whose they are, how many, and when."""
    if row is None:
        verdict.wrong["unexpected"].append(copies[0].nudge_id)
        return
    if len(copies) > 1:
        verdict.wrong["doubled"].append(row.id)
    if any((copy.team_id, copy.rep_id) != (row.team_id, row.sent_to or row.rep_id) for copy in copies):
        verdict.wrong["misdirected"].append(row.id)
    if any(copy.at < row.due_at for copy in copies):
        verdict.wrong["early"].append(row.id)
    if row.expires_at is not None and any(copy.at > row.expires_at + limits.slack for copy in copies):
        verdict.wrong["late_unsaid"].append(row.id)


def _check_row(verdict: Verdict, row: Row, copies: Sequence[Stored], limits: Limits) -> None:
    """Whether the fate that stands in the database is what happened."""
    match row.state:
        case "sent":
            if not copies:
                verdict.wrong["lost"].append(row.id)
            elif row.ts not in {copy.ts for copy in copies}:
                verdict.wrong["false_fate"].append(row.id)
        case "dropped" | "failed":
            if copies:
                verdict.wrong["false_fate"].append(row.id)
            if row.state == "failed":
                verdict.wrong["failed"].append(row.id)
            elif not _may_be_dropped(row):
                verdict.wrong["dropped_without_reason"].append(row.id)
        case "unknown":
            verdict.wrong["unknown"].append(row.id)
        case _:
            _check_waiting(verdict, row, copies, limits)


def _may_be_dropped(row: Row) -> bool:
    """A nudge is dropped by a rule that is written down; as too late only when its moment had passed."""
    if row.rule is None:
        return False
    late = row.expires_at is not None and row.ended_at is not None and row.ended_at >= row.expires_at
    return late if row.rule == "too_late" and row.visit_id is None else True


def _check_waiting(verdict: Verdict, row: Row, copies: Sequence[Stored], limits: Limits) -> None:
    """One that has no fate yet must still be to come, and nobody may have seen it."""
    if row.state != "planned" or row.next_try_at is None or row.next_try_at <= limits.until:
        verdict.wrong["stuck"].append(row.id)
    if copies:
        verdict.wrong["false_fate"].append(row.id)
