import pytest
from pydantic import ValidationError

from bot.core import scene
from bot.core.scene import Band, Closed, Continued, Scene, Score


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh": f"{text}。"}


def choice(id_: str, points: int, next_: str | None = None) -> dict[str, object]:
    return {"id": id_, "text": both(id_), "points": points, "why": both(f"why {id_}"), "next": next_}


def a_scene(**changes: object) -> Scene:
    turns = (
        {"id": "first", "client": both("Well?"), "answers": (choice("trap", 0), choice("hear", 2, "second"))},
        {"id": "second", "client": both("And?"), "answers": (choice("half", 1), choice("name", 2))},
    )
    values: dict[str, object] = {
        "play": "complaint-received",
        "title": both("Angry"),
        "setting": both("On the phone."),
        "turns": turns,
        "closing": {"well": both("well"), "partly": both("partly"), "again": both("again")},
    }
    return Scene.model_validate({**values, **changes})


def walk(*said: str) -> Closed:
    """The end of a talk in which these answers were given."""
    told, turn, score = a_scene(), "first", Score()
    for answer_id in said[:-1]:
        followed = scene.answer(told, turn, answer_id, score)
        assert isinstance(followed, Continued)
        turn, score = followed.turn.id, followed.score
    ended = scene.answer(told, turn, said[-1], score)
    assert isinstance(ended, Closed)
    return ended


def test_an_answer_brings_the_next_words_of_the_client_its_principle_and_the_score() -> None:
    followed = scene.answer(a_scene(), "first", "hear", Score())
    assert isinstance(followed, Continued)
    assert (followed.turn.client.en, followed.given.why.en, followed.score) == ("And?", "why hear", Score(2, 1))


@pytest.mark.parametrize(
    ("said", "closing", "score"),
    [
        (("hear", "name"), "well", Score(4, 2)),
        (("hear", "half"), "partly", Score(3, 2)),
        (("trap",), "again", Score(0, 1)),
    ],
)
def test_the_closing_words_fit_the_score(said: tuple[str, ...], closing: str, score: Score) -> None:
    ended = walk(*said)
    assert (ended.closing.en, ended.score, ended.turn) == (closing, score, None)


@pytest.mark.parametrize(
    ("points", "answers", "band"),
    [
        (8, 5, Band.WELL),  # 80 % is well
        (7, 5, Band.PARTLY),
        (5, 5, Band.PARTLY),  # 50 % is partly
        (4, 5, Band.AGAIN),
        (2, 1, Band.WELL),
        (1, 1, Band.PARTLY),
        (0, 6, Band.AGAIN),
    ],
)
def test_the_band_is_the_share_of_the_points_that_were_to_be_had(points: int, answers: int, band: Band) -> None:
    assert Score(points, answers).band is band


@pytest.mark.parametrize(("turn", "said"), [("third", "hear"), ("first", "name"), ("first", "")])
def test_a_turn_or_an_answer_that_is_not_there_leads_nowhere(turn: str, said: str) -> None:
    assert scene.answer(a_scene(), turn, said, Score()) is None


def test_a_talk_whose_next_turn_is_gone_is_over() -> None:
    told = a_scene()
    shorter = told.model_copy(update={"turns": told.turns[:1]})
    ended = scene.answer(shorter, "first", "hear", Score())
    assert isinstance(ended, Closed)
    assert ended.closing.en == "well"


def test_the_best_answer_is_the_one_with_the_most_points() -> None:
    assert [scene.best(turn).id for turn in a_scene().turns] == ["hear", "name"]


@pytest.mark.parametrize(
    "answers",
    [
        (choice("only", 2),),
        tuple(choice(f"a{n}", 0) for n in range(5)),
        (choice("much", 3), choice("less", 1)),
        ({**choice("long", 2), "text": both("x" * 151)}, choice("less", 1)),
    ],
)
def test_two_to_four_short_answers_with_at_most_two_points_are_a_turn(answers: tuple[object, ...]) -> None:
    turns = ({"id": "first", "client": both("Well?"), "answers": answers}, a_scene().turns[1])
    with pytest.raises(ValidationError, match="answers"):
        a_scene(turns=turns)
