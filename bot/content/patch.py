"""From a complaint to a patch: the smallest change of a play's files, with a case that fails before and passes after.

A draft is a patch only if all of this was tried and holds: the case fails on the playbooks as they are, every case
passes after the change, and `kam check` finds nothing that it did not find before. Anything else is a note with its
reason; what was tried stays with it, for the owner to finish by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.content import cases as runs
from bot.content import narrowing, sentences, trial, yaml_edit, yaml_reader
from bot.content.document import Place
from bot.content.entry import Entry
from bot.content.narrowing import Narrowing
from bot.content.trial import Change, Playbooks
from bot.core import advice, case_facts, self_praise
from bot.core.account import Language
from bot.core.advice import Facts
from bot.core.case import CaseAccount
from bot.core.complaint import Complaint, Wrong
from bot.core.library import Library
from bot.core.playbook import Play

Case = dict[str, yaml_edit.Plain]

KEPT = ("stage", "order_phase")  # facts that are told even where the case would fail without them
CREDIT = "credit-the-client"
LONGEST = 300


class Reason(StrEnum):
    """Why a complaint is a note and no patch."""

    GONE = "gone"  # the play is not there any more
    NO_WORDS = "no_words"  # nothing was written that could be said, or asked
    NO_FACTS = "no_facts"  # it was about no account, so there is no example
    NOTHING_TO_CHANGE = "nothing_to_change"  # another play was wanted on a card that nobody asked for
    HOLDS_ALREADY = "holds_already"  # the case passes as the playbooks are
    NOTHING_NARROWS = "nothing_narrows"  # every narrowing would silence an example that must stay
    PRAISES_US = "praises_us"  # a play that gives the credit away would claim it
    STILL_ANOTHER = "still_another"  # even with this question the coach names another play first
    CHECK = "check"  # `kam check` finds something


@dataclass(frozen=True, slots=True)
class Edit:
    """What a patch changes in the play: where it stands, and its value before and after."""

    place: Place
    before: object
    after: object


@dataclass(frozen=True)
class Draft:
    """What came of a complaint: a patch, or with a `reason` a note. `detail` is what `kam check` says, in English."""

    complaint: Complaint
    play: Play | None
    changes: tuple[Change, ...] = ()
    edit: Edit | None = None
    case: str = ""
    reason: Reason | None = None
    detail: str = ""

    @property
    def is_patch(self) -> bool:
        return self.reason is None


def draft(playbooks: Playbooks, complaint: Complaint) -> Draft:
    """The patch for a complaint, tried out; or a note with the reason."""
    play_id = complaint.right if complaint.wrong is Wrong.PLAY and complaint.question else complaint.play
    entry = playbooks.loaded.entries.get(play_id)
    if entry is None or entry.cases is None or entry.cases_document is None:
        return Draft(complaint, entry.play if entry is not None else None, reason=Reason.GONE)
    match complaint.wrong:
        case Wrong.WORDING:
            return _wording(playbooks, entry, complaint)
        case Wrong.MOMENT:
            return _moment(playbooks, entry, complaint)
        case Wrong.PLAY:
            return _question(playbooks, entry, complaint)


def is_in(library: Library, complaint: Complaint) -> bool:
    """True if the playbooks in use do as a complaint wished."""
    play = library.play(complaint.right if complaint.wrong is Wrong.PLAY else complaint.play)
    if play is None:
        return False
    match complaint.wrong:
        case Wrong.WORDING:
            language = _written_in(complaint.wish) or complaint.language
            return any(wording.say == _tidy(complaint.wish, language) for wording in play.wordings.of(language))
        case Wrong.MOMENT:
            account = complaint.account
            return account is not None and not narrowing.comes(play, account, complaint.by_stage, library.manners)
        case Wrong.PLAY:
            known = {sentences.same(ask) for language in Language for ask in play.asks.of(language)}
            return bool(complaint.question) and sentences.same(complaint.question) in known


# --- the three kinds ------------------------------------------------------------------------------------------------


def _wording(playbooks: Playbooks, entry: Entry, complaint: Complaint) -> Draft:
    language = _written_in(complaint.wish) or complaint.language
    sentence = _tidy(complaint.wish, language)
    note = Draft(complaint, entry.play)
    if not sentence:
        return replace(note, reason=Reason.NO_WORDS)
    if any(wording.say == sentence for wording in entry.play.wordings.of(language)):
        return replace(note, reason=Reason.HOLDS_ALREADY)
    place: Place = ("wordings", language.value, complaint.wording, "say")
    before = entry.play.wordings.of(language)[complaint.wording].say
    name = _named(entry, "In a rep's own words" if language is Language.EN else "销售自己的说法")
    case: Case = {"name": name, "language": language.value, "sentence": sentence}
    made = replace(note, edit=Edit(place, before, sentence), case=name)
    made = replace(made, changes=_changes(playbooks, entry, place, sentence, ("says",), case))
    if entry.play.playbook == CREDIT and (praise := self_praise.findings(sentence)):
        return replace(made, reason=Reason.PRAISES_US, detail=" … ".join(praise))
    return _tried(playbooks, entry, made)


def _moment(playbooks: Playbooks, entry: Entry, complaint: Complaint) -> Draft:
    manners, account = playbooks.loaded.library.manners, complaint.account
    note = Draft(complaint, entry.play)
    if account is None:
        return replace(note, reason=Reason.NO_FACTS)
    if not narrowing.comes(entry.play, account, complaint.by_stage, manners):
        return replace(note, reason=Reason.HOLDS_ALREADY)
    account = _fewest(account, lambda fewer: narrowing.comes(entry.play, fewer, complaint.by_stage, manners))
    found = narrowing.smallest(entry, account, complaint.by_stage, manners)
    if found is None:
        return replace(note, reason=Reason.NOTHING_NARROWS)
    name = _named(entry, "A rep: not here, not now")
    case: Case = {"name": name, "account": _plain(case_facts.told(account))}
    if complaint.by_stage and runs.misfit(entry.play, account, manners) is not None:
        case["on_visits"] = True
    made = replace(note, edit=Edit(found.place, found.old, found.new), case=name)
    after = _narrower(playbooks.text(entry.document), entry.play, found)
    return _tried(playbooks, entry, replace(made, changes=_both(playbooks, entry, after, ("does_not_fit",), case)))


def _narrower(text: str, play: Play, found: Narrowing) -> str:
    if found.item is not None:
        return yaml_edit.remove(text, (*found.place, found.item))
    if found.place == narrowing.EXCEPTIONS and play.fits.but_not:
        newest = found.new[-1] if isinstance(found.new, list) else found.new
        return yaml_edit.append(text, found.place, _plain(newest))
    return yaml_edit.put(text, found.place, _plain(found.new), before="source")


def _question(playbooks: Playbooks, entry: Entry, complaint: Complaint) -> Draft:
    note = Draft(complaint, entry.play)
    if not complaint.question:
        return replace(note, reason=Reason.NOTHING_TO_CHANGE)
    language = _written_in(complaint.question) or Language.EN
    question = " ".join(complaint.question.split())[:LONGEST]
    if sentences.same(question) in {sentences.same(ask) for ask in entry.play.asks.of(language)}:
        return replace(note, reason=Reason.HOLDS_ALREADY)
    name = _named(entry, "A rep asked this")
    made = replace(note, edit=Edit(("asks", language.value), None, question), case=name)
    after = yaml_edit.append(playbooks.text(entry.document), ("asks", language.value), question)
    case: Case = {"name": name, "question": question}
    made = _tried(playbooks, entry, replace(made, changes=_both(playbooks, entry, after, ("asked",), case)))
    if made.is_patch and playbooks.teach is not None:
        head = trial.after(playbooks, made.changes)
        asked = advice.advise(head.library, playbooks.teach(head.library), question, Facts(language=language)).plays
        if not asked or asked[0].play_id != entry.play.id:
            return replace(made, reason=Reason.STILL_ANOTHER)
    return made


# --- trying it out --------------------------------------------------------------------------------------------------


def _tried(playbooks: Playbooks, entry: Entry, made: Draft) -> Draft:
    """The draft as a patch, if its case fails before and passes after and `kam check` finds nothing new."""
    head = trial.after(playbooks, made.changes)
    after = head.entries.get(entry.play.id)
    new = trial.new(playbooks.loaded.findings, head.findings)
    if after is None or new:
        first = next(iter(new), None)
        detail = f"{first.message}. {first.repair}" if first is not None else ""
        return replace(made, reason=Reason.CHECK, detail=detail)
    manners = playbooks.loaded.library.manners
    before = replace(entry, cases=after.cases, cases_document=after.cases_document)
    failing = [f for f in runs.findings(before, manners) if f.step == made.case]
    return made if failing else replace(made, reason=Reason.HOLDS_ALREADY)


# --- what is written ------------------------------------------------------------------------------------------------


def _changes(
    playbooks: Playbooks, entry: Entry, place: Place, value: str, cases: Place, case: Case
) -> tuple[Change, ...]:
    return _both(playbooks, entry, yaml_edit.replace(playbooks.text(entry.document), place, value), cases, case)


def _both(playbooks: Playbooks, entry: Entry, after: str, place: Place, case: Case) -> tuple[Change, ...]:
    """The play's file, and its cases with one more."""
    assert entry.cases_document is not None
    examples = playbooks.text(entry.cases_document)
    return (
        Change(entry.document.name, playbooks.text(entry.document), after),
        Change(entry.cases_document.name, examples, yaml_edit.append(examples, place, case)),
    )


def _fewest(account: CaseAccount, comes: Callable[[CaseAccount], bool]) -> CaseAccount:
    """The facts without those that the play does not need to come up; stage and order phase stay."""
    for name in case_facts.told(account):
        if name not in KEPT and comes(fewer := case_facts.without(account, name)):
            account = fewer
    return account


def _plain(value: object) -> yaml_edit.Plain:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool | int) else str(value)


def _named(entry: Entry, name: str) -> str:
    """The name of the new case; a number is added where another case has it."""
    assert entry.cases is not None
    cases = entry.cases
    taken = {case.name for part in (cases.fits, cases.does_not_fit, cases.says, cases.asked) for case in part}
    tries = (name, *(f"{name} ({number})" for number in range(2, 1000)))
    return next(each for each in tries if each not in taken)


def _written_in(text: str) -> Language | None:
    if not text.strip():
        return None
    return Language.ZH if sentences.HAN.search(text) else Language.EN


def _tidy(text: str, language: Language) -> str:
    """A sentence as a play has it: one line, no quotes around it, Chinese with Chinese punctuation."""
    text = " ".join(yaml_reader.UNPRINTABLE.sub("", text.replace("\n", " ")).split())
    text = text.strip().strip("\"'“”「」").strip()
    return sentences.full_width(text) if language is Language.ZH else text
