# ruff: noqa: E501 -- a row of a table reads best on one line
from datetime import date
from pathlib import Path

import pytest

from bot.content import loader
from bot.core.playbook import Effect

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
END = 'answer: { en: "Call the driver now: one minute, one name."'
CUE = "{ type: phase_entered, phase: delivered }"

MISTAKES = [
    # replacements, the message, the repair
    ([(END, f"hand_over: thank-them\n          {END}")], "there is no play `thank-them`", "the name of its file"),
    ([(END, f"hand_over: thank-the-receivers\n          {END}")], "it is this play itself", "another play"),
    ([("next: name", "next: name\n          hand_over: second")], "goes with the last reply only", "delete `next`"),
    ([(END, f"hand_over: second\n          effect: open_problem\n          {END}")], "with a problem open only `own-the-problem`", "another play"),
    ([("ask: { en: \"Do you know who", "effect: commit\n      ask: { en: \"Do you know who")], "`effect` of a step goes with `write`", "each reply its own"),
    ([("next: name", "next: name\n          effect: log_praise"), ("write: { en:", "effect: log_praise\n      write: { en:")], "`log_praise` comes after `log_praise`", "keep the one"),
    ([("next: name", "next: name\n          effect: effect_below"), ("write: { en:", "effect: effect_reviewed\n      write: { en:")], "`effect_reviewed` comes after `effect_below`", "keep the one"),
    ([(CUE, "{ type: praise_logged }"), (END, f"effect: log_praise\n          {END}")], "`log_praise` is what this play speaks on", "write `commit`"),
    ([(CUE, "{ type: effect_below }"), (END, f"effect: effect_below\n          {END}")], "`effect_below` is what this play speaks on", "write `commit`"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message", "repair"), MISTAKES)
def test_what_a_reply_does_must_make_sense(sample, changes: list[tuple[str, str]], message: str, repair: str) -> None:
    sample.add_play("second")
    line = [sample.edit("play", old, new) for old, new in changes][-1]
    name = "playbooks/credit-the-client/thank-the-receivers.yaml"
    found = [f for f in sample.errors() if f.file == name and message in f.message]
    assert [f.repair for f in found if repair in f.repair], sample.errors()
    assert abs(found[0].line - line) <= 3
    assert "thank-the-receivers" not in {play.id for play in sample.load().library.plays}


def test_a_retired_or_a_pacing_play_cannot_take_over(sample) -> None:
    sample.add_play("second")
    sample.edit("play", END, f"hand_over: second\n          {END}")
    assert not [f for f in sample.errors() if "take over" in f.message]
    sample.edit("credit-the-client/second.yaml", "status: experimental", "status: retired")
    assert [f.message for f in sample.errors() if "take over" in f.message] == [
        "`second` cannot take over here: it is retired"
    ]
    sample.edit("credit-the-client/second.yaml", "status: retired", "status: stable")
    pacing = sample.folder / "pace-deliberately"
    pacing.mkdir()
    text = sample.path("playbook").read_text(encoding="utf-8").replace("credit-the-client", "pace-deliberately")
    (pacing / "playbook.yaml").write_text(text, encoding="utf-8")
    for suffix in (".yaml", ".cases.yaml"):
        sample.path(f"credit-the-client/second{suffix}").rename(pacing / f"second{suffix}")
    assert [f.message for f in sample.errors() if "take over" in f.message] == [
        "`second` cannot take over here: a pacing play opens only after its own question"
    ]


def test_a_play_that_hands_over_to_a_broken_one_stays(sample) -> None:
    sample.edit("play", END, f"hand_over: second\n          {END}")
    sample.path("credit-the-client/second.yaml").write_text("id: second\n", encoding="utf-8")
    assert {f.file for f in sample.errors()} == {"playbooks/credit-the-client/second.yaml"}
    assert [play.id for play in sample.load().library.plays] == ["thank-the-receivers"]


def test_the_shipped_dialogues_use_every_effect_and_each_end_of_a_talk_has_one() -> None:
    plays = loader.load(PLAYBOOKS, today=date(2026, 6, 1)).library.plays
    steps = [(play.id, step) for play in plays if play.dialogue is not None for step in play.dialogue.steps]
    ends = [(play, step.id, reply.effect) for play, step in steps for reply in step.replies if reply.next is None]
    ends += [(play, step.id, step.effect) for play, step in steps if step.write is not None and step.next is None]
    assert [end for end in ends if end[2] is None] == []
    used = {reply.effect for _, step in steps for reply in step.replies} | {step.effect for _, step in steps}
    assert used - {None} == set(Effect)
