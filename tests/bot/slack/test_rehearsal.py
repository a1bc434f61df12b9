"""Rehearsals: a scene walked answer by answer, each with the principle behind it."""

import pytest

from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.scene import Scene
from storage.tables import RehearsalRow
from tests.coach import Coach, Person


@pytest.fixture
def film(shipped: tuple[Library, Weights]) -> Scene:
    scene = shipped[0].scene("complaint-received")
    assert scene is not None
    return scene


def walk(person: Person, scene: Scene, *, best: bool) -> str:
    """Takes the best answer of each turn, or the worst, until the scene ends; returns what stands there then."""
    turn, shown = scene.turns[0], ""
    while turn is not None:
        chosen = max(turn.answers, key=lambda a: a.points if best else -a.points)
        shown = person.taps("ABCD"[turn.answers.index(chosen)])
        assert chosen.why.en in shown
        turn = scene.turn(chosen.next) if chosen.next is not None else None
    return shown


def test_the_list_names_every_scene(coach: Coach, shipped: tuple[Library, Weights]) -> None:
    listed = coach.anna.types("rehearse")
    for scene in shipped[0].scenes:
        assert scene.title.en in listed
    assert listed.count("[Start]") == len(shipped[0].scenes)


@pytest.mark.parametrize("words", ["film keeps tearing", "complaint-received", "the client is angry, the film tore"])
def test_words_choose_a_scene(coach: Coach, film: Scene, words: str) -> None:
    shown = coach.anna.types(f"rehearse {words}")
    assert film.setting.en in shown
    assert film.turns[0].client.en in shown
    for letter, choice in zip("ABC", film.turns[0].answers, strict=False):
        assert f"{letter}. {choice.text.en}" in shown
    assert "[A] [B] [C]" in shown


def test_words_that_fit_none_show_the_list(coach: Coach) -> None:
    assert "I have no scene for that." in coach.anna.types("rehearse qwertz asdf")


def test_the_best_answers_end_well_with_all_points(coach: Coach, film: Scene) -> None:
    coach.anna.types("rehearse film keeps tearing")
    end = walk(coach.anna, film, best=True)
    assert film.closing.well.en in end
    row = coach.row(RehearsalRow)
    assert f"{2 * row.answers} of {2 * row.answers} points" in end
    assert row.ended_at is not None
    assert "Stronger" not in end


def test_the_traps_end_otherwise_and_show_what_was_stronger(coach: Coach, film: Scene) -> None:
    coach.anna.types("rehearse film keeps tearing")
    end = walk(coach.anna, film, best=False)
    assert film.closing.again.en in end
    assert "Stronger" in end


def test_once_more_begins_anew(coach: Coach, film: Scene) -> None:
    coach.anna.types("rehearse film keeps tearing")
    walk(coach.anna, film, best=True)
    assert film.setting.en in coach.anna.taps("Once more")
    assert len(coach.rows(RehearsalRow)) == 2


def test_a_restart_in_the_middle_loses_nothing(over_socket: Coach, film: Scene) -> None:
    anna = over_socket.anna
    anna.types("rehearse film keeps tearing")
    anna.taps("B")
    over_socket.restart()
    before = over_socket.row(RehearsalRow)
    assert anna.taps("A")
    assert over_socket.row(RehearsalRow).answers == before.answers + 1


def test_a_tap_on_a_turn_that_is_over_says_so(coach: Coach, film: Scene) -> None:
    coach.anna.types("rehearse film keeps tearing")
    old = coach.anna.showing("A")
    blocks = [dict(block) for block in old.blocks]
    coach.anna.taps("B")
    before = coach.row(RehearsalRow)
    old.blocks = blocks
    assert "That turn is over." in coach.anna.taps("A", on=old)
    assert coach.row(RehearsalRow) == before


def test_advice_offers_the_rehearsal_of_its_play(coach: Coach, film: Scene) -> None:
    coach.anna.types("advice the client is angry, we delivered late and nobody called them")
    assert film.setting.en in coach.anna.taps("Rehearse it")


def test_a_chinese_rep_rehearses_in_chinese(coach: Coach, film: Scene) -> None:
    shown = coach.liwei.types("rehearse 包装膜又断了")
    assert film.turns[0].client.zh in shown
    after = coach.liwei.taps("A")
    assert film.turns[0].answers[0].why.zh in after
    assert "更好的说法" in after
