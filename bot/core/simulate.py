"""What the planner would send over some days, were the reps to do as simulated reps do.

A card is committed one hour after it is due. A visit takes place at its time and counts as contact from us; its check
is answered one hour after. A promise is kept an hour after the question that follows its day. A review that is due
counts as held at the next visit. A problem takes its steps on their target times; those with the client count as
contact. Stages do not change. The rules are those of the running bot: `fit.nudges` plans, `judgement.judge` decides.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, groupby

from bot.core import cadence, fit, judgement, portfolio, promise_over, raising, reasons, simulated_lists, workdays
from bot.core.account import OrderPhase
from bot.core.cadence import RepFacts, Sent, Verdict
from bot.core.judgement import Judgement
from bot.core.library import Library
from bot.core.nudge import MONDAY_LIST, Fate, Kind, Nudge, Rule
from bot.core.portfolio import Portfolio, PortfolioRow
from bot.core.problem import Problem, Step
from bot.core.situation import By, Record, RecordKind, Shown, Situation, Visit, VisitState, in_touch
from bot.core.workdays import CompanyCalendar, WorkingHours

TEAM = "plan"
ANSWERED_AFTER = timedelta(hours=1)
LONGEST = 3660  # days
NEVER = datetime.max.replace(tzinfo=UTC)

CalendarOf = Callable[[str | None], CompanyCalendar]
Change = Callable[["_Account", datetime], None]
_Turn = tuple[int, int, datetime, datetime, str, str]  # what goes first of all that falls on one moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One line of the plan: a nudge that is sent (`planned`) or held for the first time, at `due_at` (rep's zone).

    With a hold-out also those that it leaves out (`dropped`).

    `wording` is that of the play, where the message shows one; `holds` are all times at which the nudge was put off
    during the run, with the rule.
    """

    nudge: str
    due_at: datetime
    rep: str
    account: str
    play: str
    cue: str
    reason: str
    fate: Fate
    rule: Rule | None
    kind: Kind
    priority: int
    wording: int | None = None
    holds: tuple[tuple[datetime, Rule], ...] = field(default=(), compare=False)

    @property
    def order(self) -> tuple[datetime, int, str, str, str, str]:
        """What lines are sorted by: the instant, then what goes first at that instant."""
        return self.due_at.astimezone(UTC), self.priority, self.rep, self.account, self.nudge, self.fate


def plan(
    library: Library,
    accounts: Portfolio,
    start: date,
    days: int,
    calendar_of: CalendarOf,
    *,
    ignore_all: bool = False,
    holdout: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Iterator[PlanLine]:
    """The lines of `days` local days from 00:00 on `start` in each rep's zone, in order of their moments.

    `holdout` is the percentage of pairs of account and play whose routine nudges are left out: each such nudge is a
    line of its own, `dropped`. The same input gives the same lines, whatever the order of the rows. `progress` hears
    the share done, 0 to 1. Raises NoWorkday where a calendar leaves no day to work.
    """
    rows = sorted(accounts.rows, key=lambda row: (row.rep, row.account))
    reps = [list(mine) for _, mine in groupby(rows, key=lambda row: row.rep)]
    lines: list[PlanLine] = []
    for at, mine in enumerate(reps):
        report = _share(progress, at, len(reps))
        country = library.manners.country
        lines += _RepRun(library, mine, start, days, calendar_of(country), ignore_all, holdout).run(report)
    return iter(sorted(lines, key=lambda line: line.order))


def _share(progress: Callable[[float], None] | None, done: int, of: int) -> Callable[[float], None]:
    return (lambda share: progress((done + share) / of)) if progress is not None else (lambda _: None)


@dataclass(slots=True, eq=False)
class _Account:
    """One account as it stands in the simulation; `situation.now` is when it last changed."""

    situation: Situation
    problems: tuple[Problem, ...]  # with all their steps, those to come too
    planned: set[str]
    point: str | None = None  # the play that the last card was about

    @property
    def name(self) -> str:
        return self.situation.account.name

    def at(self, now: datetime) -> Situation:
        return replace(self.situation, now=now)


def _after_contact(facts: Situation, by: By | None) -> Situation:
    """The situation once somebody was in touch at its `now`."""
    if by is None:
        return facts
    count, since = (facts.one_sided_contacts + 1, facts.one_sided_since or facts.now) if by is By.US else (0, None)
    return replace(facts, last_contact=facts.now, last_contact_by=by, one_sided_contacts=count, one_sided_since=since)


class _RepRun:
    """The days of one rep. Events go by time; facts change before nudges are looked at.

    Of nudges at one moment the more pressing goes first, then the one that is too late soonest, then the one that
    waits longest. Steps of problems are taken last: the message that asks for one comes before it.
    """

    def __init__(
        self,
        library: Library,
        rows: Iterable[PortfolioRow],
        start: date,
        days: int,
        calendar: CompanyCalendar,
        ignore_all: bool,
        holdout: int = 0,
    ) -> None:
        self.rows = list(rows)
        self.rep = portfolio.rep(self.rows[0], TEAM)
        self.zone = self.rows[0].zone
        self.hours = WorkingHours(self.rep.work_start, self.rep.work_end, self.rep.days_off, self.zone, calendar)
        self.library = library
        self.ignore_all, self.holdout = ignore_all, holdout
        self.begin = workdays.at(start, time(0), self.zone)
        self.end = workdays.at(start + timedelta(days=days), time(0), self.zone)
        self.heap: list[tuple[datetime, _Turn, int, _Account, Change | Nudge]] = []
        self.serial = count()
        self.sent: list[Sent] = []
        self.holds: dict[str, list[tuple[datetime, Rule]]] = {}
        self.lines: list[PlanLine] = []
        self.accounts: dict[str, _Account] = {}
        self.outbox = simulated_lists.Outbox()

    def run(self, report: Callable[[float], None]) -> list[PlanLine]:
        for row in self.rows:
            self._open(row)
        for planned in simulated_lists.planned(self.rep, self.hours, self.library.manners, self.begin, self.end):
            self._push(planned.due_at, next(iter(self.accounts.values())), planned)
        span, next_report = self.end - self.begin, self.begin
        while self.heap:
            at, _, _, account, what = heapq.heappop(self.heap)
            if at >= next_report:
                report((at - self.begin) / span)
                next_report = at + timedelta(days=1)
            if isinstance(what, Nudge) and what.cue == MONDAY_LIST:
                self._look_at_list(what, account, at.astimezone(self.zone))
            elif isinstance(what, Nudge):
                self._look_at(what, account, at.astimezone(self.zone))
            else:
                what(account, at.astimezone(self.zone))
        report(1.0)
        return [replace(line, holds=tuple(self.holds.get(line.nudge, ()))) for line in self.lines]

    # --- events ---------------------------------------------------------------------------------------------------

    def _push(self, at: datetime, account: _Account, what: Change | Nudge, *, last: bool = False) -> None:
        if at >= self.end.astimezone(UTC):
            return
        turn: _Turn = (2 if last else 0, 0, NEVER, NEVER, account.name, "")
        if isinstance(what, Nudge):
            turn = (1, what.priority, what.expires_at or NEVER, what.due_at, account.name, what.key)
        heapq.heappush(self.heap, (at.astimezone(UTC), turn, next(self.serial), account, what))

    def _open(self, row: PortfolioRow) -> None:
        known = portfolio.facts(row, TEAM, portfolio.identity(row.rep, row.account), self.begin.date())
        situation = Situation(
            now=self.begin,
            rep=self.rep,
            account=known.account,
            visits=known.visits,
            promises=known.promises,
            contacts=known.contacts,
            last_contact=known.last_contact,
            last_contact_by=known.last_contact_by,
            one_sided_contacts=known.one_sided_contacts,
            one_sided_since=known.one_sided_since,
        )
        problems = tuple(self._with_targets(p) for p in known.problems)
        account = self.accounts[known.account.id] = _Account(situation, problems, set())
        self._push(self.begin, account, self._problems_move)
        for at in sorted(set(self._turns(account))):
            self._push(at, account, self._problems_move)
        for at in sorted(set(self._steps(account))):
            self._push(at, account, self._problems_move, last=True)
        for visit in known.visits:
            if visit.state is VisitState.PLANNED and (at := self._takes_place(visit)) >= self.begin:
                self._push(at, account, self._visit_made)

    def _turns(self, account: _Account) -> Iterator[datetime]:
        """When facts turn by the calendar: problems that open, dates that come, new quarters."""
        yield from (p.opened_at for p in account.problems if p.opened_at > self.begin)
        entered, ordered = account.situation.account.stage_since, account.situation.account.order_since
        days = [entered, ordered, *self._quarters(), *(self._periods(entered) if entered is not None else ())]
        yield from (workdays.at(d, time(0), self.zone) for d in days if d is not None and d > self.begin.date())

    def _steps(self, account: _Account) -> Iterator[datetime]:
        """When steps of problems are taken: on their targets, right after the message that asks for them."""
        yield from (t for p in account.problems for t in p.done.values() if t > self.begin)

    def _periods(self, since: date) -> Iterator[date]:
        """The days on which what was not written down since then comes up again."""
        specs = (play.nudge for play in self.library.plays if play.nudge is not None)
        for days in sorted({spec.cue.days for spec in specs if isinstance(spec.cue, raising.NoneSince)}):
            yield from (since + timedelta(days=n) for n in range(days, (self.end.date() - since).days, days or 1))

    def _quarters(self) -> Iterator[date]:
        day = self.begin.date().replace(day=1)
        while day < self.end.date():
            day = (day + timedelta(days=31)).replace(day=1)
            if day.month in (1, 4, 7, 10):
                yield day

    def _with_targets(self, problem: Problem) -> Problem:
        """The problem with the times at which its steps are taken.

        One whose every target has passed, though it is open, counts as opened at the start of the run. Targets that
        have passed are met at the first working moment, right after the message that asks for them.
        """
        targets = {t.step: timedelta(hours=t.hours) for t in self.library.manners.problem_targets}
        if Step.CONFIRMED in problem.done or not targets:
            return problem
        overdue = problem.opened_at + max(targets.values()) <= self.begin
        clock = self.begin if overdue else problem.opened_at
        first = self.hours.next_start(self.begin)
        steps = {step: max(clock + targets[step], first) for step in Step if step in targets}
        return replace(problem, done={**steps, **problem.done})

    def _takes_place(self, visit: Visit) -> datetime:
        """When a visit happens: one without an hour, as long before its check as others."""
        if not visit.all_day:
            return visit.at
        manners = self.library.manners
        day = visit.at.astimezone(self.zone).date()
        asked = self.hours.at(day, manners.all_day_check_at)
        return asked - timedelta(minutes=manners.check_after_minutes)

    # --- what changes facts ---------------------------------------------------------------------------------------

    def _problems_move(self, account: _Account, now: datetime) -> None:
        opened = [p for p in account.problems if p.opened_at <= now]
        seen = tuple(replace(p, done={s: t for s, t in p.done.items() if t <= now}) for p in opened)
        before = {(p.id, step) for p in account.situation.problems for step in p.done}
        taken = [s for p in seen for s, t in p.done.items() if (p.id, s) not in before and t > self.begin]
        account.situation = _after_contact(replace(account.situation, now=now, problems=seen), in_touch(taken))
        self._plan(account)

    def _visit_made(self, account: _Account, now: datetime) -> None:
        facts = account.at(now)
        held = replace(facts, records=(*facts.records, *self._reviews_held(facts)))
        account.situation = _after_contact(held, By.US)
        self._plan(account)

    def _reviews_held(self, facts: Situation) -> Iterator[Record]:
        """A record of each review that a play raises by now."""
        due: set[RecordKind] = set()
        for play in self.library.plays:
            for occasion in fit.occasions(play, facts):
                assert play.nudge is not None
                cue = play.nudge.cue
                if occasion.since > facts.now:
                    continue
                if isinstance(cue, raising.PhaseEntered) and cue.phase is OrderPhase.DELIVERED:
                    due.add(RecordKind.DELIVERY_REVIEWED)
                elif isinstance(cue, raising.InUseFor):
                    due.add(RecordKind.EFFECT_REVIEWED)
        return (Record(kind=kind, at=facts.now) for kind in sorted(due))

    def _plan(self, account: _Account) -> None:
        """Queues every nudge that today's facts give and that was not queued before."""
        situation = account.situation
        for planned in fit.nudges(self.library.plays, situation, self.hours, self.library.manners):
            if planned.id not in account.planned:
                account.planned.add(planned.id)
                self.outbox.plan(planned)
                self._push(max(planned.due_at, situation.now), account, planned)

    # --- nudges ---------------------------------------------------------------------------------------------------

    def _facts(self) -> RepFacts:
        return RepFacts(rep=self.rep, hours=self.hours, sent=self.sent, holdout=self.holdout)

    def _look_at_list(self, planned: Nudge, account: _Account, now: datetime) -> None:
        """No line of the plan tells of a Monday list, but it takes a nudge's place as in the bot."""
        situations = {key: each.at(now) for key, each in self.accounts.items()}
        decision, lines = self.outbox.look_at(planned, situations, self.library, self._facts(), now)
        if decision.verdict is Verdict.HOLD and decision.until is not None:
            self._push(decision.until, account, planned)
        elif lines:
            place = len(self.sent)
            self.sent.append(simulated_lists.sent(planned, lines, now))
            if not self.ignore_all:
                self._push(now + ANSWERED_AFTER, account, lambda *_: self._list_opened(place, lines[0].id))

    def _list_opened(self, place: int, first: str) -> None:
        """The first line of a list is opened."""
        self.sent[place] = replace(self.sent[place], answered=True)
        self.outbox.open(first)

    def _look_at(self, planned: Nudge, account: _Account, now: datetime) -> None:
        if planned.id in self.outbox.opened:
            return
        facts = self._facts()
        planned = fit.refreshed(planned, self.library.plays, account.at(now))
        judged = judgement.judge(planned, self.library, account.at(now), facts, account.point)
        decision = judged.decision
        self.outbox.decide(planned, decision)
        if decision.verdict is Verdict.HOLD:
            if planned.id not in self.holds:
                self._write(planned, judged, account, now, Fate.HELD)
            if decision.rule is not None:
                self.holds.setdefault(planned.id, []).append((now, decision.rule))
            until = decision.until or now + cadence.RECHECK
            self._push(until if until > now else now + cadence.RECHECK, account, planned)
        elif decision.verdict is Verdict.SEND:
            self._write(planned, judged, account, now, Fate.PLANNED)
            self._send(planned, judged, account, now)
        elif decision.rule is Rule.HOLDOUT:
            self._write(planned, judged, account, now, Fate.DROPPED)

    def _send(self, planned: Nudge, judged: Judgement, account: _Account, now: datetime) -> None:
        play = judged.play.id if judged.play is not None else ""
        wording = -1 if judged.wording is None else judged.wording
        place = len(self.sent)
        self.sent.append(Sent(at=now, kind=planned.kind, account_id=planned.account_id, play=play, wording=wording))
        shown = (*account.situation.shown, Shown(play=play, key=planned.key, at=now))
        account.situation = replace(account.situation, shown=shown)
        if planned.kind is Kind.VISIT_CARD:
            account.point = play
        if planned.kind is not Kind.NUDGE or not self.ignore_all:
            self._push(now + ANSWERED_AFTER, account, lambda account, at: self._answered(place, planned, account, at))

    def _answered(self, place: int, planned: Nudge, account: _Account, now: datetime) -> None:
        self.sent[place] = replace(self.sent[place], answered=True)
        if planned.kind is Kind.CHECK:
            visits = account.situation.visits
            done = tuple(replace(v, state=VisitState.DONE) if v.id == planned.visit_id else v for v in visits)
            account.situation = replace(account.situation, visits=done)
        elif planned.cue == promise_over.CUE:
            about, promises = promise_over.about(planned.key), account.situation.promises
            kept = tuple(replace(p, kept_at=now) if p.id == about else p for p in promises)
            account.situation = replace(account.situation, promises=kept)

    def _write(self, planned: Nudge, judged: Judgement, account: _Account, now: datetime, fate: Fate) -> None:
        cue, reason = self._why(planned, judged)
        line = PlanLine(
            nudge=planned.id,
            due_at=now,
            rep=self.rep.id,
            account=account.name,
            play=judged.play.id if judged.play is not None else planned.play,
            cue=cue,
            reason=reason,
            fate=fate,
            rule=judged.decision.rule if fate is not Fate.PLANNED else None,
            kind=planned.kind,
            priority=planned.priority,
            wording=judged.wording if fate is Fate.PLANNED and not planned.key.endswith(":again") else None,
        )
        self.lines.append(line)

    def _why(self, planned: Nudge, judged: Judgement) -> tuple[str, str]:
        if planned.kind not in (Kind.VISIT_CARD, Kind.CHECK):
            return planned.cue, reasons.sentence(planned.cue, planned.facts, planned.key)
        at = datetime.fromisoformat(dict(planned.facts)["visit"]).astimezone(self.zone)
        day = at.date().isoformat()
        if planned.kind is Kind.CHECK:
            return planned.cue, f"check after the visit on {day}"
        if judged.point is None:
            return planned.cue, f"visit on {day}"
        point = judged.point
        return point.cue, f"visit on {day}; {reasons.sentence(point.cue, point.facts, point.key)}"
