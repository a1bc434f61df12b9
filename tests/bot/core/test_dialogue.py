"""Every dialogue of the shipped playbooks ends within four taps, whatever is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content import loader
from bot.core import dialogue
from bot.core.dialogue import Ended, Moved
from bot.core.playbook import Dialogue, DialogueStep, Play

FOLDER = Path(__file__).parents[3] / "playbooks"
PLAYS = {play.id: play for play in loader.load(FOLDER).library.plays}
TALKS = [play for play in PLAYS.values() if play.dialogue is not None]


def possible(step: DialogueStep) -> list[str]:
    """Everything that may be answered at a step; what is written is one tap, the submitted window."""
    return ["two numbers by Friday"] if step.write is not None else [reply.id for reply in step.replies]


def ways(script: Dialogue, step_id: str, taps: int = 0) -> Iterator[tuple[int, Ended]]:
    """Every way through a dialogue from a step: the taps that it takes, and how it ends."""
    assert taps < dialogue.MOST_TAPS, f"a fifth tap at {step_id}"
    step = script.step(step_id)
    assert step is not None, f"no step {step_id}"
    for said in possible(step):
        match dialogue.answer(script, step_id, said, {}):
            case Ended() as end:
                yield taps + 1, end
            case Moved(step=following):
                yield from ways(script, following, taps + 1)
            case None:
                pytest.fail(f"{said} leads nowhere at {step_id}")


def through(play: Play) -> list[tuple[int, Ended]]:
    assert play.dialogue is not None
    return list(ways(play.dialogue, play.dialogue.steps[0].id))


def test_there_are_dialogues_to_try() -> None:
    assert len(TALKS) >= 5
    assert sum(len(through(play)) for play in TALKS) >= 20


@pytest.mark.parametrize("play", TALKS, ids=lambda play: play.id)
def test_it_ends_within_four_taps_whatever_is_answered(play: Play) -> None:
    found = through(play)
    assert found
    assert max(taps for taps, _ in found) <= dialogue.MOST_TAPS


@pytest.mark.parametrize("play", TALKS, ids=lambda play: play.id)
def test_every_step_can_be_reached(play: Play) -> None:
    assert play.dialogue is not None
    first, *others = (step.id for step in play.dialogue.steps)
    led_to = {reply.next for step in play.dialogue.steps for reply in step.replies} | {
        step.next for step in play.dialogue.steps
    }
    assert set(others) <= led_to, first


@pytest.mark.parametrize("play", TALKS, ids=lambda play: play.id)
def test_a_dialogue_hands_over_only_to_a_play_and_never_round_in_a_circle(play: Play) -> None:
    def follow(current: Play, path: tuple[str, ...]) -> None:
        assert current.id not in path, " → ".join((*path, current.id))
        for _, end in through(current) if current.dialogue is not None else ():
            if end.hand_over is not None:
                follow(PLAYS[end.hand_over], (*path, current.id))

    follow(play, ())


def test_what_was_answered_elsewhere_leads_nowhere_and_loses_nothing() -> None:
    for play in TALKS:
        assert play.dialogue is not None
        assert dialogue.answer(play.dialogue, "no-such-step", "yes", {}) is None
        first = play.dialogue.steps[0]
        if first.write is None:
            assert dialogue.answer(play.dialogue, first.id, "no-such-reply", {"kept": "x"}) is None


def test_what_was_written_is_kept_and_put_into_later_texts() -> None:
    written = [
        (play.dialogue, step)
        for play in TALKS
        if play.dialogue
        for step in play.dialogue.steps
        if step.write is not None
    ]
    for script, step in written:
        after = dialogue.answer(script, step.id, "  in May ", {"before": "kept"})
        assert after is not None
        assert after.answers == {"before": "kept", step.id: "in May"}
    assert dialogue.filled("{when}, not {who}", {"when": "in May"}) == "in May, not {who}"
