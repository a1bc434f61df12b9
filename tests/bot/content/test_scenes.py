# ruff: noqa: E501 -- a row of a table reads best on one line
import json
from datetime import date
from pathlib import Path

import pytest

from bot.content import loader, schema
from bot.core import scene
from bot.core.account import Language
from bot.core.scene import Closed, Scene, Score

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
NAME = "credit-the-client/thank-the-receivers.scene.yaml"
WANTED = {
    "complaint-received",
    "bad-news-first",
    "let-them-move-first",
    "leadership-is-pleased",
    "shape-their-expectations",
    "results-below-promise",
    "first-visit-after-the-sale",
}

MISTAKES = [
    # what is replaced, by what, the message, the repair, the turn or the place
    ("play: thank-the-receivers", "play: thank-them", "the scene is for `thank-them`", "write `play: thank-the-receivers`", "play"),
    ("points: 0", "points: 3", "`turns.1.answers.1.points` is `3`", "at most 2", "late"),
    ("  - id: name\n", "  - name: name\n", "is not a key", "write `id`", "turns.2.name"),
    ("        next: name\n      - id: sorry", "        next: nam\n      - id: sorry", "there is no turn `nam`", "write one of: late, name", "late"),
    ("        why: { en: \"A name makes it hers.\"", "        next: late\n        why: { en: \"A name makes it hers.\"", "goes round: `late`", "leave `next` out", "name"),
    ("  - id: name\n", "  - id: late\n", "two turns are called `late`", "another id", "late"),
    ("      - id: sorry", "      - id: thank", "two answers are called `thank`", "another id", "late"),
    ("        points: 1\n        why: { en: \"It is", "        points: 2\n        why: { en: \"It is", "2 answers have 2 points", "the best answer 2", "late"),
    ("        points: 2\n        why: { en: \"A name", "        points: 1\n        why: { en: \"A name", "0 answers have 2 points", "the best answer 2", "name"),
    ("There was a jam.", "x" * 151, "`turns.1.answers.1.text.en` is too long", "150 characters", "late"),
    ("在月台上", "At the docks", "holds no Chinese", "in Chinese", "title.zh"),
    ("At the dock", "At the 月台", "Chinese characters in the English", "in English", "title.en"),
    ("At the dock", "At the {account}", "nothing is filled in here", "own names", "title.en"),
    ("They took the goods.", "You win back 95% of them.", "may stand in `evidence` only", "rely on us", "closing.partly.en"),
    ("She'll wait again.", "they took the Goods", "the same sentence stands in", "another way", "closing.partly.en"),
    ("She'll wait again.", "Who took our pallets in on Friday? I'd like to shake their hand.", "stands in playbooks/credit-the-client/thank-the-receivers.yaml", "another way", "closing.well.en"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "repair", "step"), MISTAKES)
def test_a_wrong_scene_is_told_and_left_out_and_its_play_stays(sample, old, new, message, repair, step) -> None:
    line = sample.edit(NAME, old, new)
    found = [f for f in sample.errors() if message in f.message]
    assert found, sample.errors()
    assert found[0].file == f"playbooks/{NAME}"
    assert repair in found[0].repair
    assert found[0].step == step
    assert abs(found[0].line - line) <= 14
    library = sample.load().library
    assert (library.scenes, [play.id for play in library.plays]) == ((), ["thank-the-receivers"])


def test_a_scene_that_is_all_right_is_in_the_library_and_in_its_version(sample) -> None:
    library = sample.load().library
    assert sample.findings() == []
    told = library.scene("thank-the-receivers")
    assert told is not None
    assert [turn.id for turn in told.turns] == ["late", "name"]
    assert library.scene("another") is None
    sample.edit(NAME, "It is a beginning.", "It begins there.")
    assert sample.load().library.version != library.version
    sample.edit(NAME, "turns:", "# a remark\nturns:")
    again = sample.load().library.version
    sample.edit(NAME, "# a remark\n", "")
    assert sample.load().library.version == again


def test_a_scene_without_its_play_is_told_and_one_of_a_broken_play_is_only_left_out(sample) -> None:
    sample.edit("play", "section: 2", "section: 9")
    assert {f.file for f in sample.errors()} == {"playbooks/credit-the-client/thank-the-receivers.yaml"}
    assert sample.load().library.scenes == ()
    sample.path(NAME).rename(sample.folder / "credit-the-client/other.scene.yaml")
    orphan = [f for f in sample.errors() if f.file.endswith("other.scene.yaml")]
    assert orphan[0].message == "there is no play `other` beside this scene"


def test_a_scene_that_is_no_yaml_is_told_with_its_line(sample) -> None:
    sample.path(NAME).write_text("play: thank-the-receivers\nturns: [", encoding="utf-8")
    assert {f.file for f in sample.errors()} == {f"playbooks/{NAME}"}
    assert len(sample.load().library.plays) == 1


def _turns(nexts: dict[str, str | None]) -> str:
    lines = []
    for number, (turn, following) in enumerate(nexts.items()):
        lines.append(f'  - id: {turn}\n    client: {{ en: "Client {number}.", zh: "客户说{number}。" }}\n    answers:')
        for name, points in (("good", 2), ("worse", 0)):
            text = f'{{ en: "{name} {number}", zh: "话{name}{number}" }}'
            why = f'{{ en: "why {name} {number}", zh: "理{name}{number}" }}'
            end = f", next: {following}" if following and name == "good" else ""
            lines.append(f"      - {{ id: {name}, text: {text}, points: {points}, why: {why}{end} }}")
    return "\n".join(lines) + "\n"


def _put(sample, nexts: dict[str, str | None]) -> None:
    text = sample.path(NAME).read_text(encoding="utf-8")
    start, end = text.index("turns:\n") + len("turns:\n"), text.index("closing:")
    sample.path(NAME).write_text(text[:start] + _turns(nexts) + text[end:], encoding="utf-8")


def test_six_turns_are_a_talk_and_seven_are_too_long(sample) -> None:
    chain: dict[str, str | None] = {"a": "b", "b": "c", "c": "d", "d": "e", "e": "f", "f": None}
    _put(sample, chain)
    assert sample.errors() == []
    _put(sample, {**chain, "f": "g", "g": None})
    (found,) = sample.errors()
    assert (found.message, found.step) == ("`g` would be turn 7", "f")


def test_a_turn_that_nothing_leads_to_is_told(sample) -> None:
    _put(sample, {"a": "b", "b": None, "c": None})
    (found,) = sample.errors()
    assert (found.message, found.step) == ("no answer leads to the turn `c`", "c")


def test_best_answers_that_always_stand_in_one_place_are_hinted_at(sample) -> None:
    _put(sample, {"a": "b", "b": None})
    assert sample.findings() == []
    _put(sample, {"a": "b", "b": "c", "c": None})
    (found,) = sample.findings()
    assert (found.severity, found.message) == ("warning", "the best answer always stands at place 1")
    assert len(sample.load().library.scenes) == 1


def test_best_answers_that_are_always_the_longest_are_hinted_at(sample) -> None:
    _put(sample, {"a": "b", "b": "c", "c": None})
    text = sample.path(NAME).read_text(encoding="utf-8")
    sample.path(NAME).write_text(text.replace('text: { en: "good', 'text: { en: "very good'), encoding="utf-8")
    assert "the best answer is always the longest (en)" in [f.message for f in sample.findings()]
    assert "the best answer is always the longest (zh)" not in [f.message for f in sample.findings()]


def test_the_schema_of_scenes_is_fresh_and_written_as_it_reads(tmp_path: Path) -> None:
    shipped = (PLAYBOOKS / "scene.schema.json").read_text(encoding="utf-8")
    assert shipped == schema.scene_text(), "write it anew: python -m bot.content.schema"
    schema.write_scene(tmp_path / "scene.json")
    assert (tmp_path / "scene.json").read_text(encoding="utf-8") == schema.scene_text()
    assert set(json.loads(shipped)["properties"]) == set(Scene.model_fields)


# --- the scenes that ship ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> tuple[Scene, ...]:
    return loader.load(PLAYBOOKS, today=date(2026, 6, 1)).library.scenes


def test_the_wanted_scenes_ship(shipped: tuple[Scene, ...]) -> None:
    assert {told.play for told in shipped} >= WANTED


def _ends(told: Scene, turn_id: str, score: Score) -> list[Closed]:
    turn = told.turn(turn_id)
    assert turn is not None
    ends: list[Closed] = []
    for choice in turn.answers:
        followed = scene.answer(told, turn_id, choice.id, score)
        assert followed is not None
        ends += [followed] if isinstance(followed, Closed) else _ends(told, followed.turn.id, followed.score)
    return ends


def test_every_walk_through_a_shipped_scene_ends_and_each_closing_is_reached(shipped: tuple[Scene, ...]) -> None:
    for told in shipped:
        ends = _ends(told, told.turns[0].id, Score())
        assert max(end.score.answers for end in ends) <= scene.MOST_TURNS, told.play
        assert min(end.score.answers for end in ends) >= 3, told.play
        assert {end.closing for end in ends} == {told.closing.well, told.closing.partly, told.closing.again}


def test_the_best_answers_close_a_shipped_scene_well(shipped: tuple[Scene, ...]) -> None:
    for told in shipped:
        turn, score = told.turns[0], Score()
        while (followed := scene.answer(told, turn.id, scene.best(turn).id, score)) and followed.turn is not None:
            turn, score = followed.turn, followed.score
        assert isinstance(followed, Closed)
        assert followed.score.points == followed.score.most, told.play
        assert followed.closing == told.closing.well


@pytest.mark.parametrize("language", Language)
def test_the_best_answer_of_a_shipped_scene_is_not_given_away_by_its_length(
    shipped: tuple[Scene, ...], language: Language
) -> None:
    for told in shipped:
        longest = [max(t.answers, key=lambda c: len(c.text.of(language))) == scene.best(t) for t in told.turns]
        assert sum(longest) < len(longest), told.play
