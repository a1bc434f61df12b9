"""Runs the cases beside a play: does it fit where it must, stay silent where it must, and say what is written?"""

from collections.abc import Iterator

from bot.content import example, sentences
from bot.content.document import Place
from bot.content.entry import Entry
from bot.content.findings import Finding
from bot.core import fit, guards
from bot.core.account import Language
from bot.core.case import CaseAccount, Cases, DialogueCase, Turn, UnfitCase
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
        if (wrong := _unexpected(entry.play, unwanted, manners)) is not None:
            place: Place = ("does_not_fit", number)
            yield entry.case_finding(
                place, f"`{unwanted.name}`: {wrong}", "mend the case, or the play's `fits` and `nudge`"
            )
    for number, case in enumerate(cases.dialogues):
        yield from _walk(entry, number, case)
    yield from _words(entry, cases)
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


def _unexpected(play: Play, case: UnfitCase, manners: Manners) -> str | None:
    if case.rule is None:
        if misfit(play, case.account, manners) is None:
            return "the play fits, and it must not"
        if case.on_visits and is_a_point(play, case.account, manners):
            return "the play may be the point of a visit card, and it must not"
        return None
    # A question that names an important matter is what that guard looks at.
    given = barred(play, example.situation(case.account), manners, " ".join(case.account.important))
    if given is case.rule:
        return None
    return f"the guard `{case.rule}` must bar it, and {f'`{given}`' if given else 'none'} does"


def is_a_point(play: Play, account: CaseAccount, manners: Manners) -> bool:
    """True if the play may be the point of a visit card because of the stage alone."""
    facts = example.situation(account)
    return play.fits.on_visits and fit.fits(play, facts) and guards.bar_unasked(play, facts, manners) is None


# --- words ---------------------------------------------------------------------------------------------------------


def _words(entry: Entry, cases: Cases) -> Iterator[Finding]:
    """Sentences that no wording says, and questions that are not among the asks."""
    for number, says in enumerate(cases.says):
        if not any(wording.say == says.sentence for wording in entry.play.wordings.of(says.language)):
            message = f"no wording says to the client: {says.sentence}"
            yield entry.case_finding(("says", number), message, "write it as `say` of a wording, or delete the case")
    known = {sentences.same(ask) for language in Language for ask in entry.play.asks.of(language)}
    for number, asked in enumerate(cases.asked):
        if sentences.same(asked.question) not in known:
            message = f"this question is not among the play's asks: {asked.question}"
            yield entry.case_finding(("asked", number), message, "add it to `asks`, or delete the case")


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
