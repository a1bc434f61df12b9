"""Runs the cases beside a play: does it fit where it must, stay silent where it must, and answer as written?"""

from collections.abc import Iterator

from bot.content import example
from bot.content.document import Place
from bot.content.entry import Entry
from bot.content.findings import Finding
from bot.core import fit, guards
from bot.core.account import Language
from bot.core.case import CaseAccount, DialogueCase, Turn
from bot.core.manners import Manners
from bot.core.nudge import Rule
from bot.core.playbook import Both, DialogueStep, Play, Status
from bot.core.situation import Situation


def findings(entry: Entry, manners: Manners) -> Iterator[Finding]:
    """An error for each case of a play that does not come out as written; a retired play's cases are not run."""
    cases = entry.cases
    if cases is None or entry.play.status is Status.RETIRED:
        return
    for number, wanted in enumerate(cases.fits):
        if (why := misfit(entry.play, wanted.account, manners)) is not None:
            repair = "mend the case, or the play's `fits` and `nudge`"
            yield entry.case_finding(("fits", number), f"the play does not fit `{wanted.name}`: {why}", repair)
    for number, unwanted in enumerate(cases.does_not_fit):
        if (wrong := _unexpected(entry.play, unwanted.account, unwanted.rule, manners)) is not None:
            place: Place = ("does_not_fit", number)
            yield entry.case_finding(
                place, f"`{unwanted.name}`: {wrong}", "mend the case, or the play's `fits` and `nudge`"
            )
    for number, case in enumerate(cases.dialogues):
        yield from _walk(entry, number, case)
    if entry.play.dialogue is not None and not cases.dialogues:
        yield entry.case_finding(
            (), "the play has a dialogue and no case walks it", "add `dialogues:`, one for each end"
        )


# --- fit or not --------------------------------------------------------------------------------------------------


def misfit(play: Play, account: CaseAccount, manners: Manners) -> str | None:
    """Why a play does not fit an example, in words; None where it fits.

    A play with a nudge fits if it has an occasion that has begun (`until` is not asked) and no guard bars it.
    A play without one fits if it answers when asked: its stage and phase are right, and no guard bars it.
    """
    facts = example.situation(account)
    if not fit.fits(play, facts):
        return "its stage or order phase is not in the play's `fits`"
    if play.nudge is not None:
        found = fit.occasions(play, facts)
        if not found:
            return f"the cue `{play.nudge.cue.type}` does not hold"
        if not any(occasion.since <= facts.now for occasion in found):
            return f"the cue `{play.nudge.cue.type}` holds later, not yet"
    rule = barred(play, facts, manners)
    return f"the guard `{rule}` bars it" if rule is not None else None


def barred(play: Play, facts: Situation, manners: Manners, text: str = "") -> Rule | None:
    """The guard that bars the play: unasked where it nudges, else when asked with this text."""
    if play.nudge is not None:
        return guards.bar_unasked(play, facts, manners)
    return guards.bar_asked(play, facts, manners, text)


def _unexpected(play: Play, account: CaseAccount, rule: Rule | None, manners: Manners) -> str | None:
    if rule is None:
        return "the play fits, and it must not" if misfit(play, account, manners) is None else None
    # A question that names an important matter is what that guard looks at.
    given = barred(play, example.situation(account), manners, " ".join(account.important))
    if given is rule:
        return None
    return f"the guard `{rule}` must bar it, and {f'`{given}`' if given else 'none'} does"


# --- dialogues -----------------------------------------------------------------------------------------------------


def _walk(entry: Entry, number: int, case: DialogueCase) -> Iterator[Finding]:
    place: Place = ("dialogues", number)
    if entry.play.dialogue is None:
        yield entry.case_finding(place, "the play has no dialogue", "delete the case, or write the dialogue")
        return
    step: DialogueStep | None = entry.play.dialogue.steps[0]
    written: dict[str, str] = {}
    for n, turn in enumerate(case.turns):
        here: Place = (*place, "turns", n)
        if step is None:
            yield entry.case_finding(here, f"`{case.name}` goes on after the end", "delete this turn and what follows")
            return
        taken = _taken(step, turn, written)
        if taken is None:
            known = ", ".join(reply.id for reply in step.replies)
            yield entry.case_finding(
                (*here, "said"), f"the step `{step.id}` has no reply `{turn.said}`", f"write one of: {known}"
            )
            return
        answer, following = taken
        step = entry.play.dialogue.step(following) if following is not None else None
        whole = _answered(answer, step, case.language)
        if not _says(whole, turn.answered, written):
            message = f"`{turn.answered}` is not what the coach answers"
            yield entry.case_finding((*here, "answered"), message, f"write how it begins: {whole[:80]}")
    if step is not None:
        yield entry.case_finding(
            place, f"`{case.name}` stops at the step `{step.id}`", "add turns until the dialogue ends"
        )


def _taken(step: DialogueStep, turn: Turn, written: dict[str, str]) -> tuple[Both | None, str | None] | None:
    if step.write is not None:
        written[step.id] = turn.said
        return step.answer, step.next
    reply = next((reply for reply in step.replies if reply.id == turn.said), None)
    return (reply.answer, reply.next) if reply is not None else None


def _answered(answer: Both | None, step: DialogueStep | None, language: Language) -> str:
    parts = [answer, step.ask if step is not None else None]
    return " ".join(part.of(language) for part in parts if part is not None)


def _says(whole: str, answered: str, written: dict[str, str]) -> bool:
    filled = whole
    for name, text in written.items():
        filled = filled.replace(f"{{{name}}}", text)
    wanted = "".join(answered.split()).rstrip("….")
    return any(wanted in "".join(text.split()) for text in (whole, filled))
