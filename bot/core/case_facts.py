"""A real situation as the facts of a case: days and typed fields only, no name and no word that anybody wrote."""

from datetime import date, datetime

from bot.core.account import Contact
from bot.core.case import CaseAccount, CaseProblem
from bot.core.problem import Problem, Step
from bot.core.situation import By, Record, RecordKind, Situation, Visit

LONGEST = 730  # days that a case can tell


def of(situation: Situation) -> CaseAccount:
    """What a case can say of a situation, in days before its `now`; what came after is left out."""
    account, visit = situation.account, situation.next_visit()
    below = situation.latest(RecordKind.EFFECT_REVIEWED)
    found: dict[str, object] = {
        "stage": account.stage,
        "stage_days_ago": _day(account.stage_since, situation),
        "order_phase": account.order_phase,
        "order_days_ago": _day(account.order_since, situation),
        "last_contact_days_ago": _ago(situation.last_contact, situation),
        "last_contact_by": situation.last_contact_by.value if situation.last_contact_by is not None else None,
        "one_sided_contacts": min(situation.one_sided_contacts, 99),
        "problem": _problem(situation),
        "visit_in_days": _ahead(visit, situation) if visit is not None else None,
        "visit_is_review": visit is not None and visit.review,
        "praise_days_ago": _all(RecordKind.PRAISE, situation),
        "complaints_days_ago": _all(RecordKind.COMPLAINT, situation),
        "request_days_ago": _newest(RecordKind.REQUEST, situation),
        "rival_days_ago": _newest(RecordKind.RIVAL, situation),
        "news_days_ago": _newest(RecordKind.NEWS, situation),
        "picture_days_ago": _newest(RecordKind.PICTURE, situation),
        "delivery_reviewed_days_ago": _newest(RecordKind.DELIVERY_REVIEWED, situation),
        "effect_reviewed_days_ago": _newest(RecordKind.EFFECT_REVIEWED, situation),
        "effect_below": below is not None and below.answer == "below",
        "new_contact_with_say_days_ago": _new_contact(situation),
        **_promise(situation),
    }
    return CaseAccount.model_validate({name: value for name, value in found.items() if value is not None})


def told(account: CaseAccount) -> dict[str, object]:
    """The facts that are known, as they stand in YAML and in the database."""
    return account.model_dump(mode="json", exclude_defaults=True)


def without(account: CaseAccount, name: str) -> CaseAccount:
    """The same facts but for one that is not told."""
    return CaseAccount.model_validate({key: value for key, value in told(account).items() if key != name})


def _ago(at: datetime | None, situation: Situation) -> int | None:
    return _within((situation.now - at).days) if at is not None else None


def _day(since: date | None, situation: Situation) -> int | None:
    return _within((situation.today - since).days) if since is not None else None


def _ahead(visit: Visit, situation: Situation) -> int:
    return min(max((visit.at.astimezone(situation.now.tzinfo).date() - situation.today).days, 0), 365)


def _within(days: int) -> int | None:
    return min(days, LONGEST) if days >= 0 else None


def _records(kind: RecordKind, situation: Situation) -> list[Record]:
    """Those of a kind that count: a request that has its answer does not."""
    answered = kind is RecordKind.REQUEST
    return [r for r in situation.records if r.kind is kind and not (answered and r.done_at is not None)]


def _all(kind: RecordKind, situation: Situation) -> tuple[int, ...]:
    days = (_ago(record.at, situation) for record in _records(kind, situation))
    return tuple(day for day in days if day is not None)


def _newest(kind: RecordKind, situation: Situation) -> int | None:
    return min(_all(kind, situation), default=None)


def _problem(situation: Situation) -> CaseProblem | None:
    """The open problem, else the newest that is over."""
    known = situation.open_problems() or situation.problems
    if not known:
        return None
    problem: Problem = known[-1]
    opened = _ago(problem.opened_at, situation)
    if opened is None:
        return None
    return CaseProblem(
        raised_by=problem.raised_by,
        opened_days_ago=opened,
        fixed_days_ago=_ago(problem.done.get(Step.FIXED), situation),
        confirmed_days_ago=_ago(problem.done.get(Step.CONFIRMED), situation),
    )


def _promise(situation: Situation) -> dict[str, int | None]:
    ours = [p for p in situation.promises if p.is_open and p.by is By.US and p.due >= situation.today]
    if not ours:
        return {}
    due = (ours[0].due - situation.today).days
    return {"promise_due_in_days": min(due, 365), "promise_made_days_ago": _day(ours[0].made, situation)}


def _new_contact(situation: Situation) -> int | None:
    new: list[Contact] = [c for c in situation.contacts if c.has_say and c.since is not None]
    days = (_day(contact.since, situation) for contact in new)
    return min((day for day in days if day is not None), default=None)
