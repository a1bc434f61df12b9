"""Random weeks of a rep: things happen, nudges are planned, judged and sent as the running bot does it.

The rules are written here a second time, in the plainest way, and asked of every message at the moment it goes out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.core import absence, fit, holdout, judgement, monday_list, promise_over, simulated_lists, stand_in
from bot.core.account import ArchivedAs, CardTime, OrderPhase, Rep, Stage
from bot.core.cadence import Decision, RepFacts, Sent, Snooze, Verdict
from bot.core.holdout import Arm
from bot.core.library import Library
from bot.core.monday_list import Made
from bot.core.nudge import MONDAY_LIST, Kind, Nudge, Rule
from bot.core.playbook import Fits
from bot.core.problem import Problem, RaisedBy, Step
from bot.core.situation import By, Promise, Record, RecordKind, Shown, Situation, Visit, VisitState
from bot.core.workdays import CompanyCalendar, WorkingHours
from tests.factories import (
    AS_BEFORE,
    BERLIN,
    CHICAGO,
    CHINA,
    LIBRARY,
    MANNERS,
    NOW,
    SHANGHAI,
    STEP_BACK,
    WEEKDAYS,
    a_library,
    a_rep,
    an_account,
)

# A manager's YAML may let pacing fit everywhere: the guards stand above it.
UNBOUND = STEP_BACK.model_copy(update={"fits": Fits()})
PLAYS = a_library(*(play for play in LIBRARY.plays if play is not STEP_BACK), UNBOUND)
LONDON = ZoneInfo("Europe/London")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
STARTS = (
    date(2026, 2, 9),  # Chinese New Year: days off, two Saturdays made up
    date(2026, 3, 2),  # Chicago sets its clocks forward
    date(2026, 3, 23),  # Berlin and London do
    date(2026, 10, 19),  # Berlin and London set them back, then Chicago
    date(2026, 12, 21),  # a week in two years
    date(2028, 2, 21),  # with 29 February
)
SPAN = timedelta(days=14)
STAGES = (None, Stage.EARLY, Stage.MIDDLE, Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE)


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a nudge, when."""

    at: datetime
    fate: Verdict
    nudge: Nudge
    rule: Rule | None = None
    to: str = ""


@dataclass(slots=True)
class Story:
    """One account: its facts, and what is remembered of it to check by."""

    facts: Situation
    problem_open: bool = False
    confirmed: datetime | None = None


@dataclass(slots=True)
class Week:
    """The random weeks of one rep, all from one seed."""

    random: Random
    library: Library = PLAYS
    start: date = STARTS[0]
    now: datetime = NOW
    rep: Rep = field(default_factory=a_rep)
    calendar: CompanyCalendar = WEEKDAYS
    stories: list[Story] = field(default_factory=list)
    pending: dict[str, tuple[datetime, Nudge]] = field(default_factory=dict)
    known: dict[str, datetime] = field(default_factory=dict)  # every id that was ever planned, and when
    sent: list[Sent] = field(default_factory=list)
    snoozes: list[Snooze] = field(default_factory=list)
    quiet_until: datetime | None = None
    other: RepFacts | None = None  # who stands in
    checked: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    count: int = 0
    holdout: int = 0
    lists: bool = False
    read: dict[str, Nudge] = field(default_factory=dict)  # dropped only because its words had been read

    @property
    def zone(self) -> ZoneInfo:
        assert self.rep.zone is not None
        return self.rep.zone

    @property
    def hours(self) -> WorkingHours:
        rep = self.rep
        return WorkingHours(rep.work_start, rep.work_end, rep.days_off, self.zone, self.calendar)

    def situation(self, story: Story) -> Situation:
        return replace(story.facts, now=self.now.astimezone(self.zone), rep=self.rep)

    # --- the bot ----------------------------------------------------------------------------------------------------

    def plan(self, story: Story) -> None:
        """Writes down what is new; an id that was known is never written down again."""
        if story.facts.account.archived_as is not None:
            return
        found = list(fit.nudges(self.library.plays, self.situation(story), self.hours, MANNERS))
        assert len({n.id for n in found}) == len(found), "two nudges with the same id"
        for planned in found:
            assert planned.due_at >= self.now, "due before it was planned"
            assert planned.expires_at is None or planned.expires_at > planned.due_at, "too late before it is due"
            if planned.id not in self.known:
                self.known[planned.id] = self.now
                self.pending[planned.id] = (planned.due_at, planned)

    def plan_lists(self) -> None:
        """Writes down the Monday lists of this week and the next, once each."""
        today = self.now.astimezone(self.zone).date()
        monday = today - timedelta(days=today.weekday())
        for week in (monday, monday + WEEK) if self.lists else ():
            planned = monday_list.planned(self.rep, self.hours, week)
            if planned is not None and planned.id not in self.known and self.now < planned.expires_at:
                self.known[planned.id] = self.now
                self.pending[planned.id] = (max(self.now, planned.due_at), planned)

    def replan(self) -> None:
        """What is still to come gets its new moment, as after a flight."""
        for nudge_id, (at, planned) in list(self.pending.items()):
            if at > self.now and at == planned.due_at:
                del self.pending[nudge_id], self.known[nudge_id]
        for story in self.stories:
            self.plan(story)
        self.plan_lists()
        for nudge_id, (_, planned) in self.pending.items():
            self.pending[nudge_id] = (max(self.now, planned.due_at), planned)

    def deliver(self, until: datetime) -> None:
        """Brings what is due before then to its fate, in its order."""
        while due := [(at, n.priority, n.id) for at, n in self.pending.values() if at < until]:
            at, _, nudge_id = min(due)
            self.now = max(self.now, at)
            self._look_at(self.pending.pop(nudge_id)[1])
        self.now = until

    def facts(self) -> RepFacts:
        return RepFacts(
            rep=self.rep,
            hours=self.hours,
            sent=self.sent,
            snoozes=self.snoozes,
            quiet_until=self.quiet_until,
            holdout=self.holdout,
        )

    def _look_at(self, planned: Nudge) -> None:
        if planned.cue == MONDAY_LIST:
            self._look_at_list(planned)
            return
        story = next(s for s in self.stories if s.facts.account.id == planned.account_id)
        facts = self.facts()
        reader = stand_in.reader(planned.kind, facts, self.other, self.now)
        judged = judgement.judge(
            planned, self.library, self.situation(story), reader, self.checked.get(planned.visit_id or "")
        )
        decision = judged.decision
        self.lines.append(Line(self.now, decision.verdict, planned, decision.rule, reader.rep.id))
        if decision.verdict is Verdict.HOLD:
            assert decision.until is not None
            until = stand_in.look_again(decision.until, facts, self.other, self.now)
            assert until > self.now, "looked at again, and later"
            self.pending[planned.id] = (until, planned)
        elif decision.verdict is Verdict.SEND and reader.rep.id != self.rep.id:
            self.check_stand_in(planned, reader)
            self.check_handed_on(planned, story)
            self._send_elsewhere(planned, story, judged.play.id if judged.play else "")
        elif decision.verdict is Verdict.SEND:
            self.check(planned, story)
            self._send(planned, story, judged.play.id if judged.play else "", judged.wording)
        elif decision.rule is Rule.SAID_BEFORE:
            self.read[planned.id] = planned

    def _look_at_list(self, planned: Nudge) -> None:
        facts = self.facts()
        decision = monday_list.decide(planned, facts, self.now, MANNERS)
        if decision.verdict is Verdict.HOLD:
            assert decision.until is not None
            assert decision.until > self.now
            self.pending[planned.id] = (decision.until, planned)
        found = self._list(facts) if decision.verdict is Verdict.SEND else None
        if decision.verdict is Verdict.SEND and found is None:
            decision = Decision(Verdict.DROP, Rule.TOO_LATE)
        self.lines.append(Line(self.now, decision.verdict, planned, decision.rule, self.rep.id))
        if found is not None:
            self.check_list(planned, found)
            lines = tuple(one.nudge.id for one in found.lines)
            answered = self.random.random() < 0.3
            listed = simulated_lists.sent(planned, [one.nudge for one in found.lines], self.now)
            self.sent.append(replace(listed, answered=answered))
            if answered:  # the first line was opened
                self.pending.pop(lines[0], None)
                self.read.pop(lines[0], None)

    def _list(self, facts: RepFacts) -> Made | None:
        alive = [(n, True) for _, n in self.pending.values() if n.cue != MONDAY_LIST and n.due_at <= self.now]
        known = {s.facts.account.id: self.situation(s) for s in self.stories if not s.facts.account.archived_as}
        waits = monday_list.waiting([*alive, *((n, False) for n in self.read.values())], known, self.library, facts)
        return monday_list.made(waits, facts, self.now, MANNERS)

    def _send(self, planned: Nudge, story: Story, play: str, wording: int | None) -> None:
        shown = -1 if wording is None else wording
        place = len(self.sent)
        self.sent.append(Sent(at=self.now, kind=planned.kind, account_id=planned.account_id, play=play, wording=shown))
        story.facts = replace(story.facts, shown=(*story.facts.shown, Shown(play=play, key=planned.key, at=self.now)))
        if planned.kind is Kind.VISIT_CARD:
            self.checked[planned.visit_id or ""] = play
            self._visit(story, planned.visit_id, carded=True)
        if self.random.random() < 0.5:
            self.sent[place] = replace(self.sent[place], answered=True)

    def _send_elsewhere(self, planned: Nudge, story: Story, play: str) -> None:
        """To the stand-in: the account has had it, the rep has not read it."""
        shown = Shown(play=play, key=planned.key, at=self.now, at_stand_in=True)
        story.facts = replace(story.facts, shown=(*story.facts.shown, shown))

    def _visit(self, story: Story, visit_id: str | None, **changes: object) -> None:
        visits = (replace(v, **changes) if v.id == visit_id else v for v in story.facts.visits)  # type: ignore[arg-type]
        story.facts = replace(story.facts, visits=tuple(sorted(visits, key=lambda v: v.at)))

    # --- the rules, a second time -----------------------------------------------------------------------------------

    def check(self, planned: Nudge, story: Story) -> None:
        """Everything that must hold of a message at the moment it goes out."""
        local = self.now.astimezone(self.zone)
        self.check_moment(planned)
        assert story.facts.account.archived_as is None
        if planned.kind in (Kind.NUDGE, Kind.PROMISE):
            assert not story.problem_open, "a problem is open"
        if planned.kind is Kind.NUDGE:
            self.check_caps(planned, local.date())
        if planned.play == STEP_BACK.id:
            self.check_pacing(story)
        if planned.cue == promise_over.CUE:
            self.check_promise(planned, story)
        if planned.kind is Kind.VISIT_CARD:
            visit = next(v for v in story.facts.visits if v.id == planned.visit_id)
            assert not visit.carded
            assert visit.state is not VisitState.CANCELLED
            assert visit.all_day or self.now < visit.at

    def check_moment(self, planned: Nudge) -> None:
        """Once, in its time, at work, and against nobody's wish."""
        local = self.now.astimezone(self.zone)
        assert planned.id not in {n.nudge.id for n in self.lines[:-1] if n.fate is not Verdict.HOLD}, "sent twice"
        assert self.now >= max(self.known[planned.id], planned.due_at), "sent before its moment"
        assert planned.expires_at is None or self.now < planned.expires_at, "too late"
        assert self.rep.work_start <= local.time().replace(fold=0) <= self.rep.work_end, "quiet hours"
        assert self.works(local.date()), "a day off"
        assert self.rep.paused_until is None or self.rep.paused_until <= self.now, "paused"
        assert self.quiet_until is None or self.quiet_until <= self.now, "do not disturb"
        assert not any(s.until > self.now and s.covers(planned) for s in self.snoozes), "snoozed"

    def check_list(self, planned: Nudge, found: Made) -> None:
        """Everything that must hold of a list at the moment it goes out."""
        self.check_moment(planned)
        today = self.now.astimezone(self.zone).date()
        monday = today - timedelta(days=today.weekday())
        assert planned.key == f"monday:{monday}", "the list of another week"
        assert any(self.now - s.at >= WEEK for s in self.sent), "a new rep"
        days = [s.at.astimezone(self.zone).date() for s in self.sent if s.kind is Kind.NUDGE or s.lines]
        assert today not in days, "over the cap of the day"
        assert sum(monday <= day < monday + WEEK for day in days) < MANNERS.per_week, "over the cap of the week"
        before = [s.at.astimezone(self.zone).date() for s in self.sent if s.lines]
        assert not any(monday <= day < monday + WEEK for day in before), "two lists in a week"
        assert 1 <= len(found.lines) <= 5
        assert len({one.nudge.account_id for one in found.lines}) == len(found.lines), "an account twice"
        for one in found.lines:
            self.check_line(one.nudge)

    def check_line(self, named: Nudge) -> None:
        """Everything that must hold of one line."""
        story = next(s for s in self.stories if s.facts.account.id == named.account_id)
        assert named.kind is Kind.NUDGE
        assert named.due_at <= self.now, "its moment is still to come"
        assert not story.problem_open, "a problem is open"
        assert story.facts.account.archived_as is None
        assert fit.still_holds(named, self.library.plays, self.situation(story)), "settled by now"
        assert not any(s.until > self.now and s.covers(named) for s in self.snoozes), "snoozed"
        mine = [s for s in self.sent if s.account_id == named.account_id and s.kind is Kind.NUDGE]
        assert all(self.now - s.at >= WEEK for s in mine), "a word on the account this week"
        if self.holdout:
            play = next(p for p in self.library.plays if p.id == named.play)
            assert holdout.arm_of(named, play, self.holdout) is not Arm.HELD_OUT, "held out"
        if named.play == STEP_BACK.id:
            self.check_pacing(story)
        lists = [s.at for s in self.sent if named.id in s.lines]
        assert len(lists) < 2 or self.now - lists[-1] >= 28 * DAY, "named again and again"

    def check_promise(self, planned: Nudge, story: Story) -> None:
        [promise] = [p for p in story.facts.promises if p.id == promise_over.about(planned.key)]
        today = self.now.astimezone(self.zone).date()
        assert promise.is_open, "settled"
        assert promise.due < today <= promise.due + 14 * DAY, "its day is not over, or long over"

    def check_stand_in(self, planned: Nudge, reader: RepFacts) -> None:
        """Everything that must hold of what goes to a stand-in."""
        assert self.other is not None
        other, hours = self.other.rep, self.other.hours
        assert reader.rep.id == other.id
        assert planned.kind in (Kind.PROBLEM, Kind.PROMISE), "something routine went to a stand-in"
        today = self.now.astimezone(self.zone).date()
        paused = self.rep.paused_until is not None and self.now < self.rep.paused_until
        assert paused or today in self.rep.days_off, "the rep was there"
        local = self.now.astimezone(hours.zone)
        assert local.date() not in other.days_off, "a day off of the stand-in"
        assert local.date() in hours.calendar.working_days or (
            local.weekday() < 5 and local.date() not in hours.calendar.days_off
        ), "a weekend or a holiday of the stand-in"
        assert other.work_start <= local.time().replace(fold=0) <= other.work_end, "outside the hours of the stand-in"
        assert other.paused_until is None or other.paused_until <= self.now, "the stand-in has paused"
        assert planned.expires_at is None or self.now < planned.expires_at, "too late"
        matters = [s for s in self.snoozes if s.account_id or s.play]
        assert not any(s.until > self.now and s.covers(planned) for s in matters), "snoozed"

    def check_handed_on(self, planned: Nudge, story: Story) -> None:
        """A step that is handed on was read by the rep before, is not done, and comes to the stand-in once."""
        step, mark, _ = planned.key.partition(absence.MARK)
        if not mark:
            return
        assert any(s.key == step and not s.at_stand_in for s in story.facts.shown), "the rep never read it"
        assert all(s.key != planned.key for s in story.facts.shown), "handed on twice"
        [problem] = [p for p in story.facts.problems if p.id == planned.problem_id]
        assert not step.endswith(tuple(f":step:{done.value}" for done in problem.done)), "done already"

    def works(self, day: date) -> bool:
        off = day in self.calendar.days_off or day in self.rep.days_off
        return day not in self.rep.days_off and (day in self.calendar.working_days or (day.weekday() < 5 and not off))

    def check_caps(self, planned: Nudge, today: date) -> None:
        routine = [s for s in self.sent if s.kind is Kind.NUDGE]
        days = [s.at.astimezone(self.zone).date() for s in self.sent if s.kind is Kind.NUDGE or s.lines]
        assert not any(planned.id in s.lines and self.now - s.at < WEEK for s in self.sent), "just on the list"
        named = [s.at for s in self.sent if planned.account_id in s.accounts]
        assert all(self.now - at >= 48 * HOUR for at in named), "the account was just on the list"
        monday = today - timedelta(days=today.weekday())
        assert days.count(today) < MANNERS.per_day, "over the cap of the day"
        assert sum(monday <= day < monday + WEEK for day in days) < MANNERS.per_week, "over the cap of the week"
        mine = [s for s in self.sent if s.account_id == planned.account_id]
        assert all(self.now - s.at >= WEEK for s in mine if s.kind is Kind.NUDGE), "over the cap of the account"
        assert all(s.at.astimezone(self.zone).date() != today for s in mine), "one point at a time"
        settled = [s for s in routine if s.answered or self.now - s.at >= 20 * HOUR][-3:]
        assert len(settled) < 3 or any(s.answered for s in settled), "three were ignored"

    def check_pacing(self, story: Story) -> None:
        facts, today = story.facts, self.now.astimezone(self.zone).date()
        assert not story.problem_open
        assert story.confirmed is None or self.now - story.confirmed >= 14 * DAY, "a problem is fresh"
        assert facts.account.stage in (Stage.MIDDLE, Stage.PLATEAU, Stage.MATURE)
        assert facts.account.order_phase is not OrderPhase.DELIVERING
        assert not facts.account.important
        assert not any(r.kind is RecordKind.REQUEST and r.done_at is None for r in facts.records)
        assert not any(p.kept_at is None and (p.due - today).days <= 14 for p in facts.promises)
        ahead = (v for v in facts.visits if v.state is VisitState.PLANNED and v.at > self.now)
        assert all(v.at - self.now > WEEK for v in ahead), "a visit is near"

    # --- what happens -----------------------------------------------------------------------------------------------

    def happen(self, at: datetime) -> None:
        """Brings the bot to `at` and lets one random thing happen there."""
        self.deliver(at)
        story = self.random.choice(self.stories)
        self.random.choices(list(EVENTS), weights=list(EVENTS.values()))[0](self, story)
        for each in self.stories:
            self.plan(each)
        self.plan_lists()
        for nudge_id, (look_at, planned) in self.pending.items():
            if planned.account_id == story.facts.account.id and look_at > self.now >= planned.due_at:
                self.pending[nudge_id] = (self.now, planned)  # facts changed: what was held is looked at again

    def next_id(self) -> str:
        self.count += 1
        return str(self.count)

    def soon(self, most: timedelta) -> datetime:
        return self.now + timedelta(minutes=self.random.randrange(1, int(most / timedelta(minutes=1))))


def _contact(week: Week, story: Story) -> None:
    by = week.random.choice((By.US, By.US, By.THEM))
    facts = story.facts
    run = facts.one_sided_contacts + 1 if by is By.US else 0
    since = (facts.one_sided_since or week.now) if run else None
    story.facts = replace(
        facts, last_contact=week.now, last_contact_by=by, one_sided_contacts=run, one_sided_since=since
    )


def _trouble(week: Week, story: Story) -> None:
    """A problem opens; or the open one takes its next step, at times its last."""
    problems = story.facts.problems
    if not story.problem_open:
        owned = {Step.OWNED: week.now} if week.random.random() < 0.5 else {}
        raised = week.random.choice(list(RaisedBy))
        new = Problem(
            id=week.next_id(),
            account_id=story.facts.account.id,
            text="",
            opened_at=week.now,
            raised_by=raised,
            done=owned,
        )
        story.facts, story.problem_open = replace(story.facts, problems=(*problems, new)), True
        return
    *before, last = problems
    over = week.random.random() < 0.6
    step = Step.CONFIRMED if over else next(s for s in Step if s not in last.done)
    story.problem_open = step is not Step.CONFIRMED
    story.confirmed = week.now if step is Step.CONFIRMED else story.confirmed
    done = replace(last, done={**last.done, step: week.now})
    story.facts = replace(story.facts, problems=(*before, done))


def _promise(week: Week, story: Story) -> None:
    promises = story.facts.promises
    if promises and week.random.random() < 0.4:
        kept = replace(promises[-1], kept_at=week.now)
        story.facts = replace(story.facts, promises=(*promises[:-1], kept))
        return
    today = week.now.astimezone(week.zone).date()
    due = today + timedelta(days=week.random.randrange(1, 20))
    new = Promise(id=week.next_id(), account_id=story.facts.account.id, text="parts", due=due, made=today)
    story.facts = replace(story.facts, promises=(*promises, new))


def _visit(week: Week, story: Story) -> None:
    """A visit is made, or one is moved, called off or done."""
    ahead = [v for v in story.facts.visits if v.state is VisitState.PLANNED]
    if ahead and week.random.random() < 0.5:
        change = week.random.choice(
            ({"at": week.soon(6 * DAY), "carded": False}, {"state": VisitState.CANCELLED}, {"state": VisitState.DONE})
        )
        week._visit(story, ahead[0].id, **change)
        return
    at, all_day = week.soon(9 * DAY), week.random.random() < 0.2
    if all_day:
        at = datetime.combine(at.astimezone(week.zone).date(), time(0), tzinfo=week.zone)
    new = Visit(id=week.next_id(), account_id=story.facts.account.id, rep_id=week.rep.id, at=at, all_day=all_day)
    story.facts = replace(story.facts, visits=tuple(sorted((*story.facts.visits, new), key=lambda v: v.at)))


def _record(week: Week, story: Story) -> None:
    kind = week.random.choice((RecordKind.PRAISE, RecordKind.REQUEST, RecordKind.DELIVERY_REVIEWED, RecordKind.PICTURE))
    done = week.now if week.random.random() < 0.6 else None
    new = Record(kind=kind, at=week.now, done_at=done)
    story.facts = replace(story.facts, records=(*story.facts.records, new))


def _stage(week: Week, story: Story) -> None:
    today = week.now.astimezone(week.zone).date()
    account = replace(
        story.facts.account,
        stage=week.random.choice(STAGES),
        stage_since=today,
        order_phase=week.random.choice((None, *OrderPhase)),
        order_since=today,
    )
    story.facts = replace(story.facts, account=account)


def _archive(week: Week, story: Story) -> None:
    story.facts = replace(story.facts, account=replace(story.facts.account, archived_as=ArchivedAs.LOST))


def _wish(week: Week, story: Story) -> None:
    """The rep snoozes, pauses, takes a day off, changes the hours, or calls a wish back."""
    day = week.now.astimezone(week.zone).date()
    match week.random.randrange(7):
        case 0:
            week.snoozes.append(Snooze(until=week.soon(3 * DAY)))
        case 1:
            week.snoozes.append(Snooze(until=week.soon(5 * DAY), account_id=story.facts.account.id))
        case 2:
            week.snoozes.append(Snooze(until=week.soon(5 * DAY), play=AS_BEFORE.id))
        case 3:
            week.rep = replace(week.rep, paused_until=week.soon(3 * DAY))
        case 4:
            week.rep = replace(week.rep, days_off=week.rep.days_off | {day + DAY, day + 2 * DAY})
        case 5:
            week.quiet_until = week.soon(DAY)
        case _:
            week.snoozes.clear()
            week.rep = replace(week.rep, paused_until=None)


def _flight(week: Week, _: Story) -> None:
    week.rep = replace(week.rep, zone=week.random.choice((SHANGHAI, LONDON, BERLIN, CHICAGO)))
    week.replan()


def _answer(week: Week, _: Story) -> None:
    if week.sent:
        place = week.random.randrange(len(week.sent))
        week.sent[place] = replace(week.sent[place], answered=True)


Event = Callable[[Week, Story], None]
EVENTS: dict[Event, int] = {
    _contact: 4, _trouble: 4, _promise: 3, _visit: 4, _record: 2,
    _stage: 2, _wish: 4, _flight: 1, _answer: 3, _archive: 1,
}  # fmt: skip


def a_week(seed: int) -> Week:
    """A rep with up to five accounts on the first day; the same seed gives the same weeks."""
    random = Random(seed)
    zone = random.choice((SHANGHAI, BERLIN, CHICAGO, LONDON))
    start = random.choice(STARTS)
    early = random.random() < 0.1  # a night shift, over the hour that a clock change skips or repeats
    rep = a_rep(
        zone=zone,
        card_time=random.choice(list(CardTime)),
        work_start=time(1) if early else time(9),
        work_end=time(5) if early else time(18),
    )
    now = datetime.combine(start, time(0), tzinfo=zone).astimezone(UTC)
    week = Week(random=random, start=start, now=now, rep=rep, calendar=CHINA if zone is SHANGHAI else WEEKDAYS)
    week.stories = [_story(week, n) for n in range(random.choice((1, 2, 5)))]
    return week


def _story(week: Week, number: int) -> Story:
    random, start = week.random, week.start
    account = an_account(
        id=f"A{number}",
        name=f"account {number}",
        stage=random.choice(STAGES),
        stage_since=start - timedelta(days=random.randrange(70)),
        order_phase=random.choice((None, *OrderPhase)),
        order_since=start - timedelta(days=random.randrange(40)),
        important=random.choice(((), (), ("uptime",))),
    )
    last = week.now - timedelta(hours=random.randrange(24 * 30))
    run = random.randrange(6)
    facts = Situation(
        now=week.now,
        rep=week.rep,
        account=account,
        last_contact=last,
        last_contact_by=By.US if run else By.THEM,
        one_sided_contacts=run,
        one_sided_since=last if run else None,
    )
    return Story(facts)


def someone(week: Week, seed: int) -> RepFacts:
    """A colleague in some zone, with some days off, at times paused."""
    random = Random(f"stand-in {seed}")
    zone = random.choice((SHANGHAI, BERLIN, CHICAGO, LONDON))
    days = frozenset(week.start + timedelta(days=random.randrange(14)) for _ in range(random.randrange(5)))
    paused = week.now + timedelta(hours=random.randrange(24 * 14)) if random.random() < 0.3 else None
    rep = a_rep(id="U0BERT", zone=zone, days_off=days, paused_until=paused)
    calendar = CHINA if zone is SHANGHAI else WEEKDAYS
    return RepFacts(rep=rep, hours=WorkingHours(rep.work_start, rep.work_end, days, zone, calendar))


def lived(seed: int, holdout: int = 0, *, stand_in: bool = False, span: timedelta = SPAN, accounts: int = 0) -> Week:
    """Two weeks of random events, with everything checked on the way; at will with somebody who stands in."""
    week = a_week(seed)
    week.stories += [_story(week, n) for n in range(len(week.stories), accounts)]
    week.holdout, week.lists = holdout, True
    if stand_in:
        week.other = someone(week, seed)
        away = frozenset(week.start + timedelta(days=n) for n in week.random.sample(range(14), 5))
        week.rep = replace(week.rep, stand_in=week.other.rep.id, days_off=away)
    end = week.now + span
    for story in week.stories:
        week.plan(story)
    week.plan_lists()
    moments = sorted(week.soon(span) for _ in range(week.random.randrange(4, 14)))
    for at in moments:
        week.happen(at)
    week.deliver(end)
    return week
