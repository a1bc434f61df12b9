"""Whether a cue holds on a situation, and since when.

Each function returns the occasions of one cue: none where it does not hold, several where it holds more than once
(two promises, two problems). An occasion's key stays the same for as long as it is the same occasion, wherever the
rep is: instants in it are told in UTC. What people read is told in days of the rep.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from bot.core import beginnings, raising
from bot.core.account import OrderPhase, Stage
from bot.core.problem import Step
from bot.core.situation import By, Record, RecordKind, Situation

RIVAL_FRESH = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One reason to raise a play: `since` is when it began, `start` and `end` bound a dated thing (a promise)."""

    key: str
    since: datetime
    start: date | None = None
    end: date | None = None
    problem_id: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


Teller = Callable[..., Iterator[Occasion]]


def occasions(cue: raising.Cue, situation: Situation) -> tuple[Occasion, ...]:
    """The occasions of a cue, in time order; empty where the facts are not there or not known."""
    tell = _TELLERS.get(type(cue))
    if tell is None:
        tell = _TELLERS[type(cue)] = _teller(cue)
    return tuple(tell(cue, situation))


_TELLERS: dict[type[raising.Cue], Teller] = {}  # planning asks millions of times: a look-up is cheaper than the match


def _teller(cue: raising.Cue) -> Teller:
    """What tells the occasions of such a cue."""
    match cue:
        case raising.ProblemOpened():
            return _problem_opened
        case raising.ProblemFixed():
            return _problem_fixed
        case raising.ReviewVisit():
            return _review_visit
        case raising.PraiseLogged():
            return _praise_logged
        case raising.StageEntered():
            return _stage_entered
        case raising.OneSidedContacts():
            return _one_sided
        case raising.PhaseEntered():
            return _phase_entered
        case raising.PhaseHalfway():
            return _halfway
        case raising.PromiseDue():
            return _promise_due
        case raising.InUseFor():
            return _in_use_for
        case raising.EffectBelow():
            return _effect_below
        case raising.NextNeed():
            return _next_need
        case raising.NewContactWithSay():
            return _new_contact
        case raising.NoContactFor():
            return _no_contact
        case raising.NoneSince():
            return _none_since
        case raising.Quarterly():
            return _quarterly
        case raising.OpenRequest():
            return _open_request
        case raising.PraiseDown():
            return _praise_down
        case raising.RivalNamed():
            return _rival_named
        case _:
            assert_never(cue)


def midnight(day: date, situation: Situation) -> datetime:
    """The first instant of a local day of the rep (where midnight does not exist, the next instant that does)."""
    local = datetime(day.year, day.month, day.day, tzinfo=situation.now.tzinfo)
    return local.astimezone(UTC).astimezone(situation.now.tzinfo)


def _stamp(at: datetime) -> date:
    """The day of an instant in a key: the same for a rep who has flown on."""
    return at.astimezone(UTC).date()


def _problem_opened(cue: raising.ProblemOpened, s: Situation) -> Iterator[Occasion]:
    """A problem that nobody has taken on yet: whoever logs one owns it, and was told what to do on the spot."""
    for problem in s.open_problems():
        untouched = problem.fixed_at is None and Step.OWNED not in problem.done
        if untouched and problem.raised_by is cue.raised_by:
            yield Occasion(
                key=f"problem:{problem.id}:opened",
                since=problem.opened_at,
                problem_id=problem.id,
                facts=(
                    ("opened", s.day_of(problem.opened_at).isoformat()),
                    ("raised_by", problem.raised_by.value),
                ),
            )


def _problem_fixed(cue: raising.ProblemFixed, s: Situation) -> Iterator[Occasion]:
    for problem in s.problems:
        fixed, confirmed = problem.fixed_at, problem.confirmed_at
        if fixed is not None and confirmed is None:
            facts = (("fixed", s.day_of(fixed).isoformat()),)
            yield Occasion(key=f"problem:{problem.id}:fixed", since=fixed, problem_id=problem.id, facts=facts)
        elif confirmed is not None and s.now < confirmed + timedelta(days=2 * cue.again_after_days):
            since = confirmed + timedelta(days=cue.again_after_days)
            facts = (("confirmed", s.day_of(confirmed).isoformat()),)
            yield Occasion(key=f"problem:{problem.id}:again", since=since, problem_id=problem.id, facts=facts)


def _review_visit(cue: raising.ReviewVisit, s: Situation) -> Iterator[Occasion]:
    visit = s.next_visit()
    if visit is None or not visit.review:
        return
    if cue.problem_within_days is not None:
        since = s.now - timedelta(days=cue.problem_within_days)
        if not any(p.opened_at >= since for p in s.problems):
            return
    yield Occasion(key=f"review:{visit.id}", since=s.now, facts=(("visit", s.day_of(visit.at).isoformat()),))


def _praise_logged(cue: raising.PraiseLogged, s: Situation) -> Iterator[Occasion]:
    praise, review = s.latest(RecordKind.PRAISE), s.latest(RecordKind.EFFECT_REVIEWED)
    if praise is None or (cue.effect_reviewed and (review is None or review.answer == "below")):
        return
    if praise.done_at is not None and not cue.effect_reviewed:  # the credit was given on
        return
    yield _from_record("praise", praise, s)


def _from_record(name: str, record: Record, s: Situation) -> Occasion:
    day, stamp = s.day_of(record.at).isoformat(), record.at.astimezone(UTC).isoformat()
    return Occasion(key=f"{name}:{stamp}", since=record.at, facts=((name, day),))


def _stage_entered(cue: raising.StageEntered | raising.PraiseDown, s: Situation) -> Iterator[Occasion]:
    stage, since = s.account.stage, beginnings.stage(cue, s)
    if stage is not None and since is not None:
        facts = (("stage", stage.value), ("since", since.isoformat()))
        yield Occasion(key=f"stage:{stage.value}:{since}", since=midnight(since, s), facts=facts)


def _one_sided(cue: raising.OneSidedContacts, s: Situation) -> Iterator[Occasion]:
    if s.last_contact is None or s.last_contact_by is By.THEM or s.one_sided_contacts < cue.at_least:
        return
    started = s.one_sided_since or s.last_contact
    facts = (
        ("one_sided_contacts", str(s.one_sided_contacts)),
        ("last_contact", s.day_of(s.last_contact).isoformat()),
    )
    yield Occasion(key=f"one_sided:{_stamp(started)}", since=s.last_contact, facts=facts)


def _phase_entered(cue: raising.PhaseEntered, s: Situation) -> Iterator[Occasion]:
    since = beginnings.phase(cue, s)
    if since is not None:
        facts = (("order_phase", cue.phase.value), ("since", since.isoformat()))
        yield Occasion(key=f"phase:{cue.phase.value}:{since}", since=midnight(since, s), facts=facts)


def _halfway(cue: raising.PhaseHalfway, s: Situation) -> Iterator[Occasion]:
    half, began = beginnings.halfway(cue, s), s.account.order_since
    if half is not None and began is not None:
        facts = (("delivering_since", began.isoformat()),)
        yield Occasion(key=f"halfway:{began}", since=midnight(half, s), facts=facts)


def _promise_due(_: raising.PromiseDue, s: Situation) -> Iterator[Occasion]:
    for promise in s.promises:
        if promise.is_open and promise.by is By.US and promise.due >= s.today:
            yield Occasion(
                key=f"promise:{promise.id}:{promise.due}",
                since=midnight(promise.made, s),
                start=promise.made,
                end=promise.due,
                facts=(("promise", promise.text), ("due", promise.due.isoformat())),
            )


def _in_use_for(cue: raising.InUseFor, s: Situation) -> Iterator[Occasion]:
    since, began = beginnings.in_use(cue, s), s.account.order_since
    if since is not None and began is not None:
        facts = (("in_use_since", began.isoformat()),)
        yield Occasion(key=f"in_use:{began}", since=midnight(since, s), facts=facts)


def _effect_below(_: raising.EffectBelow, s: Situation) -> Iterator[Occasion]:
    review = s.latest(RecordKind.EFFECT_REVIEWED)
    if review is not None and review.answer == "below":
        yield _from_record("effect_below", review, s)


def _next_need(_: raising.NextNeed, s: Situation) -> Iterator[Occasion]:
    account, review = s.account, s.latest(RecordKind.EFFECT_REVIEWED)
    if account.order_phase is OrderPhase.RENEWING and account.order_since is not None:
        facts = (("renewing_since", account.order_since.isoformat()),)
        yield Occasion(key=f"renewing:{account.order_since}", since=midnight(account.order_since, s), facts=facts)
    elif review is not None and review.answer != "below" and account.order_phase is OrderPhase.IN_USE:
        yield _from_record("effect_reviewed", review, s)


def _new_contact(cue: raising.NewContactWithSay, s: Situation) -> Iterator[Occasion]:
    newest = [c for c in s.contacts if c.has_say and c.since and (s.today - c.since).days <= cue.within_days]
    for contact in newest[-1:]:
        assert contact.since is not None
        facts = (("contact", contact.name), ("since", contact.since.isoformat()))
        yield Occasion(key=f"contact:{contact.id}", since=midnight(contact.since, s), facts=facts)
    if not newest and s.account.order_phase is OrderPhase.RENEWING and s.account.order_since is not None:
        since = s.account.order_since
        yield Occasion(
            key=f"renewing:{since}", since=midnight(since, s), facts=(("renewing_since", since.isoformat()),)
        )


def _no_contact(cue: raising.NoContactFor, s: Situation) -> Iterator[Occasion]:
    since = beginnings.silence(cue, s)
    if since is not None and s.last_contact is not None:
        facts = (("last_contact", s.day_of(s.last_contact).isoformat()),)
        yield Occasion(key=f"no_contact:{_stamp(s.last_contact)}", since=midnight(since, s), facts=facts)


def _none_since(cue: raising.NoneSince, s: Situation) -> Iterator[Occasion]:
    since, last = beginnings.none_since(cue, s), s.latest(RecordKind(cue.kind))
    start = s.day_of(last.at) if last is not None else s.account.stage_since
    if since is not None and start is not None:
        stamp = since if last is None else _stamp(last.at) + (since - start)
        facts = ((f"last_{cue.kind}" if last is not None else "stage_since", start.isoformat()),)
        yield Occasion(key=f"no_{cue.kind}:{stamp}", since=midnight(since, s), facts=facts)


def _quarterly(cue: raising.Quarterly, s: Situation) -> Iterator[Occasion]:
    first = beginnings.quarter(cue, s)
    key = f"quarter:{first.year}-{first.month:02}"
    yield Occasion(key=key, since=midnight(first, s), facts=(("quarter", first.isoformat()),))


def _open_request(_: raising.OpenRequest, s: Situation) -> Iterator[Occasion]:
    for record in s.records:
        if record.kind is RecordKind.REQUEST and record.done_at is None:
            yield _from_record("request", record, s)


def _praise_down(cue: raising.PraiseDown, s: Situation) -> Iterator[Occasion]:
    if s.account.stage is Stage.PLATEAU:
        yield from _stage_entered(cue, s)
        return
    complaint = s.latest(RecordKind.COMPLAINT)
    if complaint is None:
        return
    span = timedelta(days=cue.days)

    def count(kind: RecordKind, end: datetime) -> int:
        return sum(1 for r in s.records if r.kind is kind and end - span < r.at <= end)

    praise_fell = count(RecordKind.PRAISE, s.now) < count(RecordKind.PRAISE, s.now - span)
    complaints_rose = count(RecordKind.COMPLAINT, s.now) > count(RecordKind.COMPLAINT, s.now - span)
    if praise_fell and complaints_rose:
        day = _stamp(complaint.at)
        quarter = f"{day.year}-{(day.month - 1) // 3 + 1}"
        facts = (("complaint", s.day_of(complaint.at).isoformat()),)
        yield Occasion(key=f"praise_down:{quarter}", since=complaint.at, facts=facts)


def _rival_named(_: raising.RivalNamed, s: Situation) -> Iterator[Occasion]:
    rival = s.latest(RecordKind.RIVAL)
    if rival is not None and s.now - rival.at <= RIVAL_FRESH:
        yield _from_record("rival", rival, s)
