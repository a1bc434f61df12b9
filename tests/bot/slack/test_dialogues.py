"""Dialogues: a few taps that think a play through; they survive a restart, and end on the script they began with."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.playbook import Dialogue, Play
from storage.tables import CommitmentRow, DialogueRow, NudgeRow, ProblemRow, RecordRow
from tests.coach import Coach, Person

MOST_TAPS = 4


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna has had the card of a visit to Nordhaus tomorrow at ten."""
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:30")
    return coach


def put(coach: Coach, play: str) -> None:
    """Lets Anna's card be about this play."""
    with coach.writing() as session:
        row = session.get(NudgeRow, coach.row(NudgeRow, kind="visit_card").id)
        assert row is not None
        row.play, row.wording = play, 0
        session.add(row)


def start(coach: Coach, play: str) -> None:
    put(coach, play)
    card = next(m for m in coach.anna.messages if coach.anna.read(m).startswith("Nordhaus · Thu 5 Mar, 10:00"))
    coach.anna.taps("Think it through", on=card)


def walk(person: Person, script: Dialogue) -> Iterator[str]:
    """Takes the last reply at each step, or writes a line; gives what is shown each time."""
    step = script.steps[0]
    while True:
        if step.write is not None:
            person.taps("Write")
            yield person.fills(text="they fear for the autumn")
            following = step.next
        else:
            yield person.taps(step.replies[-1].label.en)
            following = step.replies[-1].next
        if following is None:
            return
        found = script.step(following)
        assert found is not None
        step = found


def scripted(play: Play) -> Dialogue:
    assert play.dialogue is not None
    return play.dialogue


def test_one_dialogue_of_each_playbook_can_be_walked_to_its_end(coach: Coach, shipped: tuple[Library, Weights]) -> None:
    playbooks = {play.playbook: play for play in shipped[0].plays if play.dialogue is not None}
    assert len(playbooks) >= 3
    for play in playbooks.values():
        start(coach, play.id)
        said = list(walk(coach.anna, scripted(play)))
        assert 1 <= len(said) <= MOST_TAPS
        assert all(said), play.id
    assert all(row.ended_at is not None for row in coach.rows(DialogueRow))


def test_every_written_step_opens_a_form_and_what_was_written_comes_back_in_the_answer(
    coach: Coach, shipped: tuple[Library, Weights]
) -> None:
    start(coach, "complaint-received")
    coach.anna.taps("They wrote to me")
    coach.anna.taps("Write")
    assert "What upsets them most" in coach.anna.form
    answer = coach.anna.fills(text="you <!channel> *promised* {boss} & lied")
    assert "“I've heard this: you <!channel> *promised* {boss} & lied." in answer
    assert "Is your boss behind you on this?" in answer


def test_a_restart_in_the_middle_loses_nothing(coach: Coach) -> None:
    start(coach, "complaint-received")
    coach.anna.taps("They wrote to me")
    coach.restart()
    coach.anna.taps("Write")
    coach.restart()
    coach.anna.fills(text="nobody called")
    coach.restart()
    assert "call the client now" in coach.anna.taps("Yes")
    assert coach.row(ProblemRow).raised_by == "client"


def test_a_playbook_changed_in_the_middle_does_not_change_the_talk(coach: Coach) -> None:
    start(coach, "complaint-received")
    coach.anna.taps("They wrote to me")
    library, weights = coach.bot.base.shelf.take()
    play = library.by_id["complaint-received"]
    changed = play.model_copy(update={"dialogue": library.by_id["promises-kept"].dialogue})
    coach.bot.base.shelf.put(
        replace(library, plays=tuple(changed if p.id == play.id else p for p in library.plays)), weights
    )
    coach.anna.taps("Write")
    coach.anna.fills(text="nobody called")
    assert "call the client now" in coach.anna.taps("Yes")


def test_a_play_removed_in_the_middle_does_not_end_the_talk(coach: Coach) -> None:
    start(coach, "complaint-received")
    library, weights = coach.bot.base.shelf.take()
    rest = tuple(p for p in library.plays if p.id != "complaint-received")
    coach.bot.base.shelf.put(replace(library, plays=rest), weights)
    assert "What upsets them most" in coach.anna.taps("They wrote to me")


def test_opening_a_problem_keeps_it_and_silences_the_account(coach: Coach) -> None:
    start(coach, "complaint-received")
    coach.anna.taps("They're on the phone now")
    assert "problem open since Wed 4 Mar" in coach.anna.types("account show Nordhaus")
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.until("2026-03-05 17:30")
    assert "The client is angry with us" in "\n".join(coach.anna.dm[-2:])


def test_a_step_that_was_left_behind_is_said_to_be_over(coach: Coach) -> None:
    start(coach, "complaint-received")
    message = coach.anna.messages[-1]
    late = coach.srv.hands.click("U1", message.channel, message.ts, by_label="Someone else told me")
    coach.anna.taps("They wrote to me")
    coach.check(coach.srv.deliver(late))
    coach.rest()
    assert coach.anna.got()[-1] == "That talk is over. Start again from the card."


def test_a_form_sent_late_is_told_so_at_its_field(coach: Coach) -> None:
    start(coach, "complaint-received")
    coach.anna.taps("They wrote to me")
    coach.anna.taps("Write")
    with coach.writing() as session:
        row = session.get(DialogueRow, coach.row(DialogueRow).id)
        assert row is not None
        row.ended_at = coach.now
        session.add(row)
    assert coach.anna.fills(text="x") == "That talk is over. Start again from the card."


def test_somebody_elses_talk_is_refused(coach: Coach) -> None:
    coach.bob.types()
    start(coach, "complaint-received")
    message = coach.anna.messages[-1]
    coach.check(coach.srv.click("U6", message.channel, message.ts, by_label="They wrote to me", force=True))
    coach.rest()
    assert "for somebody else" in coach.bob.got()[-1]
    assert coach.row(DialogueRow).step == "how"


def test_what_a_talk_finds_out_is_written_down(coach: Coach, shipped: tuple[Library, Weights]) -> None:
    """Every effect of every dialogue is carried out without a fault."""
    with_dialogue = [p for p in shipped[0].plays if p.dialogue is not None]
    effects = {r.effect for p in with_dialogue for s in scripted(p).steps for r in s.replies if r.effect is not None}
    for play in with_dialogue:
        for reply in scripted(play).steps[0].replies:
            if reply.effect in effects:
                effects.discard(reply.effect)
                start(coach, play.id)
                coach.anna.taps(reply.label.en)
    assert coach.rows(CommitmentRow)
    assert coach.rows(RecordRow)
