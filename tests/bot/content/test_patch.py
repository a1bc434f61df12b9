"""From a complaint to a patch: it touches its place alone, its case fails before and passes after, and git takes it."""

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import cases as runs
from bot.content import example, loader, patch, patch_file, trial, yaml_edit, yaml_reader
from bot.content.patch import Draft, Reason
from bot.content.trial import Playbooks
from bot.core import case_facts
from bot.core.account import Language, OrderPhase, Stage
from bot.core.case import CaseAccount
from bot.core.complaint import Complaint, Wrong
from bot.core.library import Library
from bot.core.matching import Weights
from tests.bot.content.conftest import Sample

SHIPPED = Path(__file__).parents[3] / "playbooks"
PLAYS = tuple(sorted(p.stem for p in SHIPPED.glob("*/*.yaml") if "." not in p.stem and p.stem != "playbook"))


@cache
def playbooks() -> Playbooks:
    return trial.read(SHIPPED)


@pytest.fixture
def weights(shipped: tuple[Library, Weights]) -> Weights:
    return shipped[1]


def wording(play: str, wish: str, index: int = 0, language: Language = Language.EN) -> Complaint:
    return Complaint(wrong=Wrong.WORDING, play=play, language=language, wish=wish, wording=index)


def moment(play: str, *, by_stage: bool = False, **facts: object) -> Complaint:
    account = CaseAccount.model_validate(facts)
    return Complaint(wrong=Wrong.MOMENT, play=play, language=Language.EN, account=account, by_stage=by_stage)


def asked(right: str, question: str) -> Complaint:
    return Complaint(wrong=Wrong.PLAY, play="complaint-received", language=Language.EN, question=question, right=right)


# --- what holds for every patch -------------------------------------------------------------------------------------

SENTENCES = st.sampled_from(
    [
        "Let me come by on Thursday and we look at it side by side.",
        'You said "never again"; here is what we changed: one person, one number.',
        "Tell me who had the trouble & I'll ring them – today.",
        "我周四过去，咱们一块儿看看。",
        "您说过“不能再有下次”,我们换了个专人盯着: 有事直接找他!",
        "  a line\nthat was broken\tby hand  ",
        "#1: {not a map}, [nor a list] * & ! | > % @ `",
        "word " * 45,
        "字" * 95,
        "",
        "we fixed it for them 🎉",
    ]
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "stage": st.sampled_from([s.value for s in Stage]),
        "order_phase": st.sampled_from([p.value for p in OrderPhase]),
        "order_days_ago": st.integers(0, 60),
        "one_sided_contacts": st.integers(0, 9),
        "last_contact_days_ago": st.integers(0, 90),
        "news_days_ago": st.integers(0, 90),
        "visit_in_days": st.integers(0, 5),
    },
)


@st.composite
def complaints(draw: st.DrawFn) -> Complaint:
    """Any complaint about any shipped play; about its moment, in an example of its own that was changed a little."""
    play = draw(st.sampled_from(PLAYS))
    wrong = draw(st.sampled_from(list(Wrong)))
    if wrong is Wrong.WORDING:
        return wording(play, draw(SENTENCES), draw(st.integers(0, 2)), draw(st.sampled_from(list(Language))))
    if wrong is Wrong.PLAY:
        return asked(play, draw(SENTENCES))
    fitting = draw(st.sampled_from(playbooks().loaded.cases[play].fits))
    facts = {**case_facts.told(fitting.account), **draw(FACTS)}
    return moment(play, by_stage=draw(st.booleans()), **facts)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(complaints())
def test_a_patch_touches_what_it_is_about_and_its_case_fails_before_and_passes_after(complaint: Complaint) -> None:
    made = patch.draft(playbooks(), complaint)
    if not made.is_patch:
        assert made.reason in Reason
        return
    play, cases = made.changes
    assert [c.path.endswith(".cases.yaml") for c in made.changes] == [False, True]
    few_lines_change(play.before, play.after, most=2)
    few_lines_change(cases.before, cases.after, most=20)
    only_the_place_differs(made)
    after = trial.after(playbooks(), made.changes)
    assert after.ok
    assert len(after.findings) == 0
    assert the_case_fails_on_the_playbooks_as_they_are(made)


def few_lines_change(before: str, after: str, most: int) -> None:
    """All lines but a few in one place stand as they stood, in their order."""
    old, new = before.split("\n"), after.split("\n")
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = next(
        (n for n, (a, b) in enumerate(zip(old[same:][::-1], new[same:][::-1], strict=False)) if a != b),
        min(len(old), len(new)) - same,
    )
    assert len(old) - same - rest <= 1
    assert 0 < len(new) - same - rest <= most


def only_the_place_differs(made: Draft) -> None:
    """Read back, the play is the same but at the place of the change."""
    play = made.changes[0]
    old, new = (yaml_reader.read(text.encode(), "x").data for text in (play.before, play.after))
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    assert made.edit is not None
    assert {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)} == {made.edit.place[0]}


def the_case_fails_on_the_playbooks_as_they_are(made: Draft) -> bool:
    assert made.play is not None
    entry = playbooks().loaded.entries[made.play.id]
    head = trial.after(playbooks(), made.changes).entries[made.play.id]
    mixed = replace(entry, cases=head.cases, cases_document=head.cases_document)
    found = list(runs.findings(mixed, playbooks().loaded.library.manners))
    return [f.step for f in found] == [made.case]


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(PLAYS), st.sampled_from(list(Language)), st.integers(0, 2), st.sampled_from(["do", "say", "not"])
)
def test_writing_what_stands_there_leaves_every_byte(play: str, language: Language, number: int, key: str) -> None:
    entry = playbooks().loaded.entries[play]
    text = playbooks().text(entry.document)
    said = entry.play.wordings.of(language)[number]
    value = {"do": said.do, "say": said.say, "not": said.avoid}[key]
    assert yaml_edit.replace(text, ("wordings", language.value, number, key), value) == text


@pytest.mark.parametrize("play", PLAYS)
def test_the_facts_of_an_example_come_back_from_its_situation(play: str) -> None:
    for case in playbooks().loaded.cases[play].fits:
        back = case_facts.of(example.situation(case.account))
        assert runs.misfit(playbooks().loaded.library.by_id[play], back, playbooks().loaded.library.manners) is None


# --- one of each ----------------------------------------------------------------------------------------------------


def lines(made: Draft) -> list[str]:
    """The lines of a diff that were touched."""
    text = patch_file.unified(made.changes, "playbooks")
    return [line for line in text.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_wording_becomes_the_reps_sentence_in_its_language() -> None:
    made = patch.draft(playbooks(), wording("step-back", "这周我少来,有事您说话", 2))
    assert lines(made) == [
        '-      say: "我休几天假，有事找我同事，马上有人应；急事照样找得到我。"',
        '+      say: "这周我少来，有事您说话"',
        "+says:",
        '+  - name: "销售自己的说法"',
        "+    language: zh",
        '+    sentence: "这周我少来，有事您说话"',
    ]


def test_a_moment_is_narrowed_by_the_number_of_its_cue_where_that_is_the_least() -> None:
    facts = {"stage": "middle", "order_phase": "in_use", "order_days_ago": 31}
    assert lines(patch.draft(playbooks(), moment("how-is-it-working", **facts, news_days_ago=4)))[:4] == [
        "-  cue: {type: in_use_for, days: 30}",
        "+  cue: {type: in_use_for, days: 32}",
        '+  - name: "A rep: not here, not now"',
        "+    account: {stage: middle, order_phase: in_use, order_days_ago: 31}",
    ]


def test_a_moment_is_narrowed_by_its_stage_where_no_example_needs_that() -> None:
    made = patch.draft(
        playbooks(), moment("leadership-is-pleased", stage="winning", praise_days_ago=[3], news_days_ago=9)
    )
    assert lines(made) == [
        "-fits: {}",
        "+fits: {stages: [introduction, early, middle, plateau, mature]}",
        '+  - name: "A rep: not here, not now"',
        "+    account: {stage: winning, praise_days_ago: [3]}",
    ]


def test_one_stage_with_one_order_phase_is_left_out_where_examples_need_both() -> None:
    facts = {"stage": "mature", "order_phase": "delivering", "news_days_ago": 60}
    made = patch.draft(playbooks(), moment("news-worth-their-time", **facts))
    assert lines(made)[0] == "+  but_not: [{stage: mature, order_phase: delivering}]"
    again = apply(made)
    facts = {"stage": "plateau", "order_phase": "delivering", "news_days_ago": 60}
    second = patch.draft(again, moment("news-worth-their-time", **facts))
    assert lines(second)[:2] == [
        "-  but_not: [{stage: mature, order_phase: delivering}]",
        "+  but_not: [{stage: mature, order_phase: delivering}, {stage: plateau, order_phase: delivering}]",
    ]


def apply(made: Draft) -> Playbooks:
    """The playbooks as they are once a patch is in."""
    return _Applied(playbooks(), made)


class _Applied(Playbooks):
    def __init__(self, before: Playbooks, made: Draft) -> None:
        super().__init__(before.folder, before.files, trial.after(before, made.changes))
        object.__setattr__(self, "texts", {c.path: c.after for c in made.changes})

    def text(self, document: object) -> str:
        texts: dict[str, str] = self.__dict__["texts"]
        name: str = document.name  # type: ignore[attr-defined]
        return texts.get(name) or super().text(document)  # type: ignore[arg-type]


def test_a_point_that_only_the_stage_asked_for_is_an_example_of_visits() -> None:
    facts = {"stage": "introduction", "order_phase": "delivering", "visit_in_days": 1, "last_contact_days_ago": 1}
    made = patch.draft(playbooks(), moment("faster-than-they-expect", by_stage=True, **facts))
    assert made.is_patch
    assert "+    on_visits: true" in lines(made)


def test_a_question_goes_to_the_asks_of_the_right_play_and_only_there() -> None:
    made = patch.draft(playbooks(), asked("step-back", "I ring them, they never ring me; do I hush for a week?"))
    assert [line.strip("+ ") for line in lines(made)] == [
        '- "I ring them, they never ring me; do I hush for a week?"',
        "asked:",
        '- name: "A rep asked this"',
        'question: "I ring them, they never ring me; do I hush for a week?"',
    ]
    assert {change.path.rpartition("/")[2] for change in made.changes} == {"step-back.yaml", "step-back.cases.yaml"}


def test_a_question_is_a_patch_only_if_the_coach_then_answers_with_that_play(
    weights: Weights,
) -> None:
    """The matcher that learned before stands for the one that learns now: the two differ in one line of thousands."""
    taught = replace(playbooks(), teach=lambda library: weights)
    assert patch.draft(taught, asked("step-back", "I ring them, they never ring me; do I hush for a week?")).is_patch
    angry = asked("step-back", "the plant manager is shouting at me on the phone about the drums that leak")
    assert patch.draft(taught, angry).reason is Reason.STILL_ANOTHER


# --- notes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("complaint", "reason", "detail"),
    [
        (wording("step-back", "quiet " * 45), Reason.CHECK, "a card holds 40 words"),
        (wording("step-back", "一" * 90), Reason.CHECK, "a card holds 80 characters"),
        (wording("step-back", "We won back 95 % of them."), Reason.CHECK, "win-back figures"),
        (wording("step-back", "  "), Reason.NO_WORDS, ""),
        (wording("leadership-is-pleased", "Our team made this possible."), Reason.PRAISES_US, "Our team made"),
        (wording("gone", "Hello."), Reason.GONE, ""),
        (asked("step-back", ""), Reason.NOTHING_TO_CHANGE, ""),
        (asked("step-back", "远香近臭"), Reason.HOLDS_ALREADY, ""),
        (moment("step-back", stage="middle", one_sided_contacts=1), Reason.HOLDS_ALREADY, ""),
        (moment("complaint-received", stage="early", problem={"opened_days_ago": 0}), Reason.NOTHING_NARROWS, ""),
        (moment("promises-kept", stage="early", promise_due_in_days=9), Reason.NOTHING_NARROWS, ""),
    ],
)
def test_what_cannot_be_a_patch_is_a_note_with_its_reason(complaint: Complaint, reason: Reason, detail: str) -> None:
    made = patch.draft(playbooks(), complaint)
    assert (made.reason, detail in made.detail) == (reason, True)


def test_a_sentence_that_is_too_long_keeps_what_was_tried_for_the_owner_to_cut() -> None:
    made = patch.draft(playbooks(), wording("step-back", "quiet " * 60))
    assert any("quiet quiet" in line for line in lines(made))


def test_without_an_account_there_is_no_example() -> None:
    complaint = Complaint(wrong=Wrong.MOMENT, play="step-back", language=Language.EN)
    assert patch.draft(playbooks(), complaint).reason is Reason.NO_FACTS


# --- the file -------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str, given_: str = "") -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], input=given_, capture_output=True, text=True, check=True
    ).stdout


def a_checkout(folder: Path, inside: str = "") -> Path:
    """A git checkout that holds the shipped playbooks."""
    inner = folder / inside if inside else folder
    shutil.copytree(SHIPPED, inner, dirs_exist_ok=True)
    git(folder, "init", "-q")
    return inner


@pytest.mark.parametrize("inside", ["playbooks", "coaching/key accounts", ""])
def test_git_takes_the_file_wherever_the_playbooks_lie(tmp_path: Path, inside: str) -> None:
    folder = a_checkout(tmp_path, inside)
    read = trial.read(folder)
    made = patch.draft(read, wording("step-back", "I'll be quiet for a week; ring me any time.", 1))
    git(tmp_path, "apply", "-", given_=patch_file.unified(made.changes, patch_file.top_of(folder)))
    assert [(folder / c.path.split("/", 1)[1]).read_text(encoding="utf-8") for c in made.changes] == [
        c.after for c in made.changes
    ]
    assert loader.load(folder).findings == ()


def test_a_file_without_a_last_line_end_or_with_windows_line_ends_is_patched_as_it_is(
    tmp_path: Path, sample: Sample
) -> None:
    for name in ("play", "cases"):
        path = sample.path(name)
        path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.autocrlf", "false")
    made = patch.draft(trial.read(sample.folder), wording("thank-the-receivers", "Who unloaded us? I'd thank them."))
    assert made.is_patch, made.detail
    git(tmp_path, "apply", "--whitespace=nowarn", "-", given_=patch_file.unified(made.changes, "playbooks"))
    for name, change in zip(("play", "cases"), made.changes, strict=True):
        assert sample.path(name).read_bytes() == change.after.encode()
        assert b"\n" not in sample.path(name).read_bytes().replace(b"\r\n", b"")
    assert sample.errors() == []
