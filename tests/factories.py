"""Builders of facts: each gives a whole value and takes only what a test is about.

Unless told otherwise it is Wednesday 4 March 2026, ten o'clock, in Berlin.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.account import Account, Language, Rep, Stage
from bot.core.cadence import RepFacts, Sent
from bot.core.library import Library
from bot.core.manners import Manners, StepTarget
from bot.core.nudge import Kind, Nudge, identity
from bot.core.playbook import Play
from bot.core.portfolio import Portfolio, PortfolioRow
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import Promise, Record, RecordKind, Situation, Visit
from bot.core.workdays import CompanyCalendar, WorkingHours

BERLIN = ZoneInfo("Europe/Berlin")
CHICAGO = ZoneInfo("America/Chicago")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=BERLIN)
WEEKDAYS = CompanyCalendar("none")
# Chinese New Year 2026: off from 15 to 23 February, made up for on Saturdays 14 and 28 February.
CHINA = CompanyCalendar(
    "CN",
    days_off=frozenset(date(2026, 2, day) for day in range(15, 24)),
    working_days=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
    known_years=frozenset({2026}),
)
HOURS_TO: Mapping[Step, float] = {
    Step.OWNED: 0.5,
    Step.CLIENT_HEARD: 1,
    Step.BOSS_TOLD: 2,
    Step.PLAN_MADE: 12,
    Step.CLIENT_TOLD: 24,
    Step.FIXED: 120,
    Step.CONFIRMED: 168,
}
MANNERS = Manners(problem_targets=tuple(StepTarget(step=step, hours=hours) for step, hours in HOURS_TO.items()))


def a_local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A time as people write it: `2026-03-04 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def some_hours(zone: ZoneInfo = BERLIN, calendar: CompanyCalendar = WEEKDAYS, **changes: Any) -> WorkingHours:
    values = {"start": time(9), "end": time(18), "days_off": frozenset(), "zone": zone, "calendar": calendar}
    return WorkingHours(**{**values, **changes})


def a_rep(**changes: Any) -> Rep:
    return Rep(**{"id": "U0ANNA", "team_id": "T1", "zone": BERLIN, "language": Language.EN, **changes})


def an_account(**changes: Any) -> Account:
    values = {"id": "A1", "team_id": "T1", "rep_id": "U0ANNA", "name": "Nordhaus", "stage": Stage.MIDDLE}
    return Account(**{**values, **changes})


def a_visit(at: datetime = NOW + timedelta(days=1), **changes: Any) -> Visit:
    return Visit(**{"id": "V1", "account_id": "A1", "rep_id": "U0ANNA", "at": at, **changes})


def a_problem(opened_at: datetime = NOW - timedelta(days=1), **changes: Any) -> Problem:
    values = {"id": "P1", "account_id": "A1", "text": "pump failed", "raised_by": RaisedBy.CLIENT}
    return Problem(**{**values, "opened_at": opened_at, **changes})


def a_promise(due: date = date(2026, 3, 20), **changes: Any) -> Promise:
    values = {"id": "R1", "account_id": "A1", "text": "spare parts", "due": due, "made": date(2026, 3, 2)}
    return Promise(**{**values, **changes})


def a_record(kind: RecordKind, days_ago: float = 1, **changes: Any) -> Record:
    return Record(**{"kind": kind, "at": NOW - timedelta(days=days_ago), **changes})


def a_situation(now: datetime = NOW, **changes: Any) -> Situation:
    """A situation at `now`; facts of the account itself may be given by their names (`stage`, `order_phase`…)."""
    of_account = {k: changes.pop(k) for k in list(changes) if k in Account.__slots__ and k != "id"}
    values = {"now": now, "rep": a_rep(), "account": an_account(**of_account), **changes}
    return Situation(**values)


def a_play(play_id: str = "as-before-the-deal", playbook: str = "keep-courting", **changes: Any) -> Play:
    """A play that says `do 1`, `do 2`, `do 3`; `cue`, `due` and `until` are as in YAML, a name or a mapping."""
    both = {"en": play_id, "zh": play_id}
    lines = [{"do": f"do {n}", "say": f"say {n}", "not": f"not {n}"} for n in (1, 2, 3)]
    nudge = {key: _typed(changes.pop(key)) for key in ("cue", "due", "until") if key in changes}
    values = {
        "id": play_id,
        "playbook": playbook,
        "status": "stable",
        "owner": "U0MEILIN",
        "review": "2027-05-31",
        "title": both,
        "source": {"article": "three-steps", "section": 3, "principle": both},
        "wordings": {"en": lines, "zh": lines},
        "steps": [{"who": both, "what": both, "by": both}] * 3,
    }
    if nudge:
        values["nudge"] = {"due": {"type": "working_morning"}, "until": {"type": "never"}, **nudge}
    return Play.model_validate({**values, **changes})


def _typed(value: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": value} if isinstance(value, str) else value


def a_library(*plays: Play, manners: Manners = MANNERS) -> Library:
    return Library(version="test", playbooks=(), plays=tuple(sorted(plays, key=lambda p: p.id)), manners=manners)


STEP_BACK = a_play(
    "step-back",
    "pace-deliberately",
    fits={"stages": ["middle", "plateau", "mature"]},
    cue={"type": "one_sided_contacts", "at_least": 4},
    due="next_working_morning",
    until={"type": "days", "days": 14},
)
AS_BEFORE = a_play(
    "as-before-the-deal",
    "keep-courting",
    fits={"stages": ["early", "middle", "plateau", "mature"], "on_visits": True},
    cue={"type": "no_contact_for", "days": 21},
    due="working_morning",
    until="next_contact",
)
COMPLAINT = a_play(
    "complaint-received",
    "own-the-problem",
    cue={"type": "problem_opened", "raised_by": "client"},
    due="at_once",
    until="never",
)
FOUND_BY_US = a_play(
    "bad-news-first",
    "own-the-problem",
    cue={"type": "problem_opened", "raised_by": "us"},
    due="at_once",
    until="never",
)
SHARED = a_play(
    "shared-fault",
    "own-the-problem",
    cue={"type": "problem_opened", "raised_by": "both"},
    due="at_once",
    until="never",
)
CLOSE_THE_LOOP = a_play(
    "close-the-loop",
    "own-the-problem",
    cue={"type": "problem_fixed", "again_after_days": 14},
    due={"type": "working_days", "days": 1},
    until="never",
)
FIRST_VISIT = a_play(
    "first-visit-after-the-sale",
    "review-the-delivery",
    fits={"order_phases": ["delivered"]},
    cue={"type": "phase_entered", "phase": "delivered"},
    due={"type": "working_days", "days": 3, "or_visit_eve": True},
    until={"type": "days", "days": 30},
)
HOW_IS_IT_WORKING = a_play(
    "how-is-it-working",
    "review-the-effect",
    fits={"order_phases": ["in_use"]},
    cue={"type": "in_use_for", "days": 30},
    due={"type": "days", "days": 0, "or_visit_eve": True},
    until={"type": "days", "days": 90},
)
PROMISES_KEPT = a_play(
    "promises-kept",
    "review-the-delivery",
    cue="promise_due",
    due={"type": "before_due", "share_left": 0.3333, "working_days": 2},
    until="due_date",
)
DIRECTOR = a_play(
    "from-star-to-director",
    "credit-the-client",
    fits={"stages": ["middle", "plateau"]},
    cue="stage_entered",
    due={"type": "days", "days": 7},
    until={"type": "days", "days": 60},
)
THINK_AHEAD = a_play(
    "think-ahead-of-them",
    "keep-courting",
    fits={"stages": ["mature"]},
    cue="quarterly",
    due={"type": "weekday", "day": "tuesday", "at": "10:00", "first_of_month": True},
    until={"type": "days", "days": 30},
)
UNSEEN_WORK = a_play(
    "unseen-work",
    "patient-and-fast",
    fits={"stages": ["middle", "plateau"]},
    cue={"type": "none_since", "kind": "praise", "days": 45},
    due={"type": "weekday", "day": "friday", "at": "15:00"},
    until={"type": "days", "days": 14},
)
LIBRARY = a_library(
    STEP_BACK,
    AS_BEFORE,
    COMPLAINT,
    CLOSE_THE_LOOP,
    FIRST_VISIT,
    HOW_IS_IT_WORKING,
    PROMISES_KEPT,
    DIRECTOR,
    THINK_AHEAD,
    UNSEEN_WORK,
)


def a_nudge(**changes: Any) -> Nudge:
    """A routine nudge that is due now."""
    values = {
        "id": identity("T1", "U0ANNA", "A1", "x"),
        "team_id": "T1",
        "rep_id": "U0ANNA",
        "account_id": "A1",
        "kind": Kind.NUDGE,
        "play": "as-before-the-deal",
        "key": "no_contact:2026-02-01",
        "cue": "no_contact_for",
        "due_at": NOW.astimezone(UTC),
        "expires_at": None,
        "priority": 5,
    }
    return Nudge(**{**values, **changes})


def a_sent(at: datetime, **changes: Any) -> Sent:
    values = {"kind": Kind.NUDGE, "account_id": "A9", "play": "unseen-work", "wording": 0, "answered": True}
    return Sent(**{**values, "at": at, **changes})


def some_facts(*sent: Sent, **changes: Any) -> RepFacts:
    return RepFacts(**{"rep": a_rep(), "hours": some_hours(), "sent": sent, **changes})


def a_row(account: str = "Nordhaus", rep: str = "U0ANNA", **changes: Any) -> PortfolioRow:
    """A row of a portfolio: a middle account of Anna's, last contacted by us on 2 March 2026."""
    zone = changes.pop("zone", BERLIN)
    values = {
        "line": 2,
        "account": account,
        "rep": rep,
        "zone": zone,
        "rep_language": Language.EN,
        "stage": Stage.MIDDLE,
        "last_contact": datetime(2026, 3, 2, tzinfo=zone),
    }
    return PortfolioRow(**{**values, **changes})


def a_portfolio(*rows: PortfolioRow) -> Portfolio:
    return Portfolio(rows)
