"""The facts of an example: what a case says in days, as a situation that the core can judge."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.account import Account, Contact, Language, Rep
from bot.core.case import CaseAccount, CaseProblem
from bot.core.problem import Problem, Step
from bot.core.situation import By, Promise, Record, RecordKind, Situation, Visit
from bot.core.workdays import CompanyCalendar, WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 15, 10, 0, tzinfo=ZONE)  # a Wednesday
REP = Rep(id="rep", team_id="team", zone=ZONE, language=Language.EN)
HOURS = WorkingHours(time(9), time(18), frozenset(), ZONE, CompanyCalendar("", known_years=frozenset({2026})))
PROMISED_BEFORE = timedelta(days=14)  # when the example does not say when a promise was made


def situation(account: CaseAccount) -> Situation:
    """The facts of an example on Wednesday 2026-04-15 at ten in Shanghai; what is left out is not known."""
    last = _ago(account.last_contact_days_ago)
    if last is None and account.one_sided_contacts:
        last = NOW - timedelta(days=1)  # contacts that are counted have taken place
    run = timedelta(days=max(account.one_sided_contacts - 1, 0))
    return Situation(
        now=NOW,
        rep=REP,
        account=_account(account),
        visits=_visits(account),
        problems=(_problem(account.problem),) if account.problem is not None else (),
        promises=_promises(account),
        records=_records(account),
        contacts=_contacts(account),
        last_contact=last,
        last_contact_by=_last_by(account, last),
        one_sided_contacts=account.one_sided_contacts,
        one_sided_since=last - run if last is not None and account.one_sided_contacts else None,
    )


def _ago(days: int | None) -> datetime | None:
    return NOW - timedelta(days=days) if days is not None else None


def _day_ago(days: int | None) -> date | None:
    return NOW.date() - timedelta(days=days) if days is not None else None


def _last_by(account: CaseAccount, last: datetime | None) -> By | None:
    if account.last_contact_by is not None:
        return By(account.last_contact_by)
    return By.US if last is not None and account.one_sided_contacts else None


def _account(account: CaseAccount) -> Account:
    return Account(
        id="account",
        team_id=REP.team_id,
        rep_id=REP.id,
        name="Example",
        stage=account.stage,
        stage_since=_day_ago(account.stage_days_ago),
        order_phase=account.order_phase,
        order_since=_day_ago(account.order_days_ago),
        important=account.important,
    )


def _visits(account: CaseAccount) -> tuple[Visit, ...]:
    days = account.visit_in_days
    if days is None:
        return ()
    at = NOW + (timedelta(days=days) if days else timedelta(hours=4))
    return (Visit(id="visit", account_id="account", rep_id=REP.id, at=at, review=account.visit_is_review),)


def _problem(problem: CaseProblem) -> Problem:
    done = ((Step.FIXED, problem.fixed_days_ago), (Step.CONFIRMED, problem.confirmed_days_ago))
    return Problem(
        id="problem",
        account_id="account",
        text="the trouble of the example",
        opened_at=NOW - timedelta(days=problem.opened_days_ago),
        raised_by=problem.raised_by,
        done={step: NOW - timedelta(days=days) for step, days in done if days is not None},
    )


def _promises(account: CaseAccount) -> tuple[Promise, ...]:
    if account.promise_due_in_days is None:
        return ()
    due = NOW.date() + timedelta(days=account.promise_due_in_days)
    made = _day_ago(account.promise_made_days_ago) or min(NOW.date(), due) - PROMISED_BEFORE
    return (Promise(id="promise", account_id="account", text="what was promised", due=due, made=made),)


def _records(account: CaseAccount) -> tuple[Record, ...]:
    effect = account.effect_reviewed_days_ago
    if effect is None and account.effect_below:
        effect = 1  # a result that is known to be below was reviewed
    single = (
        (RecordKind.REQUEST, account.request_days_ago, ""),
        (RecordKind.RIVAL, account.rival_days_ago, ""),
        (RecordKind.NEWS, account.news_days_ago, ""),
        (RecordKind.PICTURE, account.picture_days_ago, ""),
        (RecordKind.DELIVERY_REVIEWED, account.delivery_reviewed_days_ago, ""),
        (RecordKind.EFFECT_REVIEWED, effect, "below" if account.effect_below else ""),
    )
    found = [Record(kind=kind, at=NOW - timedelta(days=d), answer=a) for kind, d, a in single if d is not None]
    found += [Record(kind=RecordKind.PRAISE, at=NOW - timedelta(days=d)) for d in account.praise_days_ago]
    found += [Record(kind=RecordKind.COMPLAINT, at=NOW - timedelta(days=d)) for d in account.complaints_days_ago]
    return tuple(sorted(found, key=lambda record: record.at.astimezone(UTC)))


def _contacts(account: CaseAccount) -> tuple[Contact, ...]:
    since = _day_ago(account.new_contact_with_say_days_ago)
    return (Contact(id="contact", account_id="account", name="Example", has_say=True, since=since),) if since else ()
