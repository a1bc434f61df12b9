"""Checks on what a play is and when it speaks: facts that must agree with each other."""

import re
from collections.abc import Iterator
from datetime import date

from bot.content.entry import Entry
from bot.content.findings import Finding
from bot.core import guards, part, raising
from bot.core import playbook as pb
from bot.core.account import OrderPhase, Stage

SECTIONS = {pb.Article.THREE_STEPS: 3, pb.Article.FIVE_HABITS: 5}
SLACK_ID = re.compile(r"[UW][A-Z0-9]{5,}")

# A pacing play may only speak unasked on what dates and counts say, never on what somebody wrote.
FIELD_CUES = (
    raising.OneSidedContacts,
    raising.StageEntered,
    raising.PhaseEntered,
    raising.PhaseHalfway,
    raising.InUseFor,
    raising.NoContactFor,
    raising.Quarterly,
)
PROBLEM_CUES = (raising.ProblemOpened, raising.ProblemFixed)
DELIVERING_CUES = (raising.PhaseHalfway, raising.PhaseEntered)
CONTACT_CUES = (raising.OneSidedContacts, raising.NoContactFor)


def findings(entry: Entry, today: date | None) -> Iterator[Finding]:
    """Everything in a play that does not agree; without `today` the date of its review is not looked at."""
    yield from _about(entry, today)
    yield from _exceptions(entry)
    yield from _pacing(entry)
    if entry.play.nudge is not None:
        yield from _moment(entry, entry.play.nudge)
        yield from _reachable(entry, entry.play.nudge)


def _exceptions(entry: Entry) -> Iterator[Finding]:
    """Warnings on exceptions to what the play does not fit anyway."""
    fits = entry.play.fits
    for number, one in enumerate(fits.but_not):
        inside = (not fits.stages or one.stage in fits.stages) and (
            not fits.order_phases or one.order_phase in fits.order_phases
        )
        if not inside:
            message = f"the play does not fit `{one.stage}` with `{one.order_phase}` anyway"
            yield entry.finding(("fits", "but_not", number), message, "delete this exception", "warning")


def _about(entry: Entry, today: date | None) -> Iterator[Finding]:
    play, source = entry.play, entry.play.source
    if play.id != (stem := entry.document.name.rpartition("/")[2].removesuffix(".yaml")):
        yield entry.finding(("id",), f"the id is `{play.id}`, the file's name is `{stem}`", f"write `id: {stem}`")
    if source.section > SECTIONS[source.article]:
        message = f"`{source.article}` has no section {source.section}"
        yield entry.finding(("source", "section"), message, f"write 1 to {SECTIONS[source.article]}")
    if not SLACK_ID.fullmatch(play.owner):
        yield entry.finding(("owner",), f"the owner is `{play.owner}`", "write the owner's Slack member id: U0MEILIN")
    if today is not None and play.review < today and play.status is not pb.Status.RETIRED:
        message = f"the review was due on {play.review}"
        yield entry.finding(("review",), message, "look at the play again, then set the next date", "warning")


def _pacing(entry: Entry) -> Iterator[Finding]:
    play = entry.play
    if play.fits.on_visits and (play.pacing or play.playbook == pb.OWN_THE_PROBLEM):
        message = "pacing plays and problem plays are never the point of a visit by themselves"
        yield entry.finding(("fits", "on_visits"), message, "delete `on_visits`")
    if not play.pacing:
        if play.tap is not None:
            yield entry.finding(("tap",), "`tap` is asked for pacing plays only", "delete `tap`", "warning")
        return
    if play.tap is None:
        repair = "add `tap:` {en, zh}: nothing open? not important to them? slows nothing?"
        yield entry.finding((), "a pacing play needs a question before it opens", repair)
    if play.nudge is not None and not isinstance(play.nudge.cue, FIELD_CUES):
        message = f"a pacing play cannot speak unasked on `{play.nudge.cue.type}`"
        repair = f"use one of: {', '.join(_name(cue) for cue in FIELD_CUES)}; or delete `nudge`"
        yield entry.finding(("nudge", "cue"), message, repair)
    if not play.fits.stages or not guards.TRUST_FORMED.issuperset(play.fits.stages):
        stages = ", ".join(s.value for s in Stage if s in guards.TRUST_FORMED)
        yield entry.finding(("fits", "stages"), "pacing needs formed trust", f"write `stages: [{stages}]` or fewer")


def _name(cue: type[part.Part]) -> str:
    (word,) = cue.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    return str(word)


def _moment(entry: Entry, nudge: raising.NudgeSpec) -> Iterator[Finding]:
    """Findings on a due and an until that the cue cannot give."""
    cue, due, until = nudge.cue, nudge.due, nudge.until
    rides = isinstance(due, raising.VisitEve) or getattr(due, "or_visit_eve", False)
    if isinstance(due, raising.BeforeDue) and not isinstance(cue, raising.PromiseDue):
        yield _does_not_go(entry, "due", due.type, cue.type, "only `promise_due` has a date to come before")
    if isinstance(cue, raising.ReviewVisit) and not isinstance(due, raising.VisitEve):
        yield _does_not_go(entry, "due", due.type, cue.type, "write `due: {type: visit_eve}`")
    if isinstance(until, raising.UntilVisit) and not (rides or isinstance(cue, raising.ReviewVisit)):
        yield _does_not_go(entry, "until", until.type, due.type, "only what rides on a visit card ends with the visit")
    if isinstance(until, raising.UntilDueDate) and not isinstance(cue, raising.PromiseDue):
        yield _does_not_go(entry, "until", until.type, cue.type, "only `promise_due` has a due date")
    if isinstance(until, raising.UntilDelivery) and not _delivering(cue):
        yield _does_not_go(entry, "until", until.type, cue.type, "only a cue while delivering ends with the delivery")
    if isinstance(until, raising.UntilContact) and not isinstance(cue, CONTACT_CUES):
        yield _does_not_go(entry, "until", until.type, cue.type, "only a cue about contacts ends with the next contact")
    if not rides and _over_before(due, until):
        yield entry.finding(("nudge", "until"), "it is too late before it is due", "give more days, or `{type: never}`")


def _does_not_go(entry: Entry, key: str, kind: str, other: str, repair: str) -> Finding:
    return entry.finding(("nudge", key), f"`{kind}` does not go with `{other}`", repair)


def _delivering(cue: raising.Cue) -> bool:
    return isinstance(cue, raising.PhaseHalfway) or (
        isinstance(cue, raising.PhaseEntered) and cue.phase is OrderPhase.DELIVERING
    )


def _over_before(due: raising.Due, until: raising.Until) -> bool:
    if isinstance(due, raising.InWorkingDays) and isinstance(until, raising.AfterWorkingDays):
        return due.days > until.days
    return (
        isinstance(due, raising.InDays | raising.InWorkingDays)
        and isinstance(until, raising.AfterDays)
        and due.days > until.days
    )


def _reachable(entry: Entry, nudge: raising.NudgeSpec) -> Iterator[Finding]:
    """Findings on a cue that can never hold where the play fits."""
    play, cue = entry.play, nudge.cue
    if isinstance(cue, PROBLEM_CUES) and play.playbook != pb.OWN_THE_PROBLEM:
        message = f"`{cue.type}` speaks while a problem is open, and then only `{pb.OWN_THE_PROBLEM}` may"
        yield entry.finding(("nudge", "cue"), message, "use another cue, or delete `nudge`")
    phase = _phase(cue)
    if phase is not None and play.fits.order_phases and phase not in play.fits.order_phases:
        message = f"`{cue.type}` holds in `{phase}`, and `fits.order_phases` leaves that out"
        yield entry.finding(("nudge", "cue"), message, f"add {phase} to `fits.order_phases`")
    first = isinstance(cue, raising.PhaseEntered) and cue.first_order
    if first and play.fits.stages and Stage.INTRODUCTION not in play.fits.stages:
        message = "first orders come in `introduction`, and `fits.stages` leaves that out"
        yield entry.finding(("nudge", "cue"), message, "add introduction to `fits.stages`")
    if isinstance(nudge.due, raising.WeekdayAt) and nudge.due.at.tzinfo is not None:
        yield entry.finding(
            ("nudge", "due", "at"), "the time of day names a zone", 'write "10:00": it is the rep\'s own time'
        )


def _phase(cue: raising.Cue) -> OrderPhase | None:
    match cue:
        case raising.PhaseEntered():
            return cue.phase
        case raising.PhaseHalfway():
            return OrderPhase.DELIVERING
        case raising.InUseFor():
            return OrderPhase.IN_USE
        case _:
            return None
