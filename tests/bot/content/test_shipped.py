"""The playbooks that ship: all there, all sound, and their README teaches what holds."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot.content import loader
from bot.core.account import OrderPhase, Stage
from bot.core.manners import Manners
from bot.core.playbook import Effect, Status
from bot.core.raising import Cue, Due, NudgeSpec, Until

ROOT = Path(__file__).parents[3]
PLAYBOOKS = ROOT / "playbooks"
README = (PLAYBOOKS / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
CATALOGUE = {
    "own-the-problem": "complaint-received bad-news-first raise-it-in-review shared-fault close-the-loop",
    "credit-the-client": "leadership-is-pleased let-them-tell-the-value from-star-to-director",
    "pace-deliberately": "step-back keep-something-in-hand let-them-move-first",
    "set-expectations": "say-what-to-expect-of-us shape-their-expectations small-first-orders",
    "review-the-delivery": "first-visit-after-the-sale it-went-well it-went-badly promises-kept",
    "review-the-effect": "how-is-it-working results-below-promise find-the-next-need why-people-buy",
    "keep-courting": "as-before-the-deal news-worth-their-time think-ahead-of-them earn-the-referral",
    "patient-and-fast": "faster-than-they-expect check-what-cannot-go-wrong unseen-work",
    "two-year-picture": "plateau-slump plan-back-from-two-years learn-from-the-incumbent",
}


@pytest.fixture(scope="module")
def shipped():
    return loader.load(PLAYBOOKS, today=date(2026, 6, 1))


def test_the_shipped_playbooks_have_no_errors(shipped) -> None:
    wrong = [f"{f.file}:{f.line}: {f.message}" for f in shipped.findings if f.severity == "error"]
    assert wrong == []


@pytest.mark.parametrize("playbook", CATALOGUE)
def test_every_play_of_the_catalogue_ships(shipped, playbook: str) -> None:
    assert playbook in {p.id for p in shipped.library.playbooks}
    plays = {p.id for p in shipped.library.plays if p.playbook == playbook}
    assert set(CATALOGUE[playbook].split()) <= plays


def test_the_cadence_says_every_number_and_the_numbers_built_in(shipped) -> None:
    written = (PLAYBOOKS / "cadence.yaml").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}:", written, re.MULTILINE) for name in Manners.model_fields)
    manners = shipped.library.manners
    assert manners.model_copy(update={"problem_targets": ()}) == Manners()
    targets = {target.step.value: target.hours for target in manners.problem_targets}
    assert list(targets.items()) == [
        ("owned", 0.5),
        ("client_heard", 1),
        ("boss_told", 2),
        ("plan_made", 12),
        ("client_told", 24),
        ("fixed", 120),
        ("confirmed", 168),
    ]


# --- the README --------------------------------------------------------------------------------------------------


def test_the_play_and_the_cases_of_the_readme_are_all_right(sample) -> None:
    sample.path("play").write_text(BLOCKS[0], encoding="utf-8")
    sample.path("cases").write_text(BLOCKS[1], encoding="utf-8")
    assert sample.findings() == []
    assert len(sample.load().library.plays) == 1


def test_the_nudge_of_the_chinese_readme_is_all_right(sample) -> None:
    assert len(BLOCKS) == 3
    text = sample.path("play").read_text(encoding="utf-8")
    start, end = text.index("nudge:"), text.index("wordings:")
    sample.path("play").write_text(text[:start] + BLOCKS[2] + text[end:], encoding="utf-8")
    wrong = [f for f in sample.errors() if not f.file.endswith(".cases.yaml")]
    assert wrong == []


def _types(union: object) -> set[str]:
    mapping = TypeAdapter(union).json_schema()["discriminator"]["mapping"]
    return set(mapping)


def test_the_readme_names_every_cue_due_and_until_and_no_other() -> None:
    _, cues, dues, untils, *_ = re.split(r"^\| (?:cue|due|until) \|", README, flags=re.MULTILINE)
    for table, union in ((cues, Cue), (dues, Due), (untils, Until)):
        rows = re.findall(r"^\| (`.*?) \|", table.split("\n\n")[0], re.MULTILINE)
        named = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
        keys = {
            key for branch in TypeAdapter(union).json_schema()["$defs"].values() for key in branch.get("properties", ())
        }
        values = {"us", "both", "news", "picture"}
        assert _types(union) <= named, _types(union) - named
        assert named - _types(union) <= keys | values


def test_the_readme_names_every_stage_and_phase() -> None:
    assert all(f"`{stage}`" in README for stage in Stage)
    assert all(f"`{phase}`" in README for phase in OrderPhase)
    assert all(status.value in README for status in Status)
    assert all(f"`{effect}`" in README for effect in Effect)
    assert NudgeSpec.model_fields.keys() == {"cue", "due", "until"}
