"""Weights are learned from asks, the same ones each time, and kept in one file without pickle."""

import json
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.content import loader, training
from bot.content.training import Example
from bot.core import matching
from bot.core.playbook import Play, Status
from bot.errors import BadInput
from tests.advising import OUT_OF_SCOPE, some_library, some_weights
from tests.factories import a_library

ROOT = Path(__file__).parents[3]


def test_the_same_library_gives_the_same_weights() -> None:
    again = training.train(some_library(), OUT_OF_SCOPE)
    assert np.array_equal(again.matrix, some_weights().matrix)
    assert again.version == some_weights().version


def test_weights_come_back_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "weights.npz"
    training.save(some_weights(), file)
    back = training.load(file, some_weights().version)
    assert (back.plays, back.version, back.strays) == (
        some_weights().plays,
        some_weights().version,
        some_weights().strays,
    )
    asked = "客户发火了, the valve leaks"
    near = matching.scores(some_weights(), asked).logits
    assert np.allclose(matching.scores(back, asked).logits, near, atol=0.02)
    assert [f.name for f in file.parent.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("spoiled", [b"", b"no zip at all", b"PK\x03\x04 broken"])
def test_a_spoiled_file_is_told(tmp_path: Path, spoiled: bytes) -> None:
    file = tmp_path / "weights.npz"
    file.write_bytes(spoiled)
    with pytest.raises(BadInput, match="holds no weights"):
        training.load(file)


def test_a_file_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    np.savez(file, told=np.array([{"plays": []}], dtype=object))
    with pytest.raises(BadInput):
        training.load(file)


def test_a_file_of_another_library_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    training.save(some_weights(), file)
    with pytest.raises(BadInput, match="other playbooks"):
        training.load(file, "another")


def test_ready_trains_once_and_then_reads(tmp_path: Path) -> None:
    first = training.ready(some_library(), OUT_OF_SCOPE, tmp_path)
    (file,) = tmp_path.iterdir()
    made = file.stat().st_mtime_ns
    assert training.ready(some_library(), OUT_OF_SCOPE, tmp_path).version == first.version
    assert file.stat().st_mtime_ns == made
    file.write_bytes(b"spoiled")
    assert training.ready(some_library(), OUT_OF_SCOPE, tmp_path).plays == first.plays


def test_weights_are_kept_in_the_first_folder_that_takes_them_and_needed_in_none(tmp_path: Path) -> None:
    blocked, open_ = tmp_path / "blocked", tmp_path / "open"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    with capture_logs() as lines:
        without = training.ready(some_library(), OUT_OF_SCOPE, blocked)
        kept = training.ready(some_library(), OUT_OF_SCOPE, blocked, open_)
    assert without.version == kept.version
    assert [line["event"] for line in lines] == ["weights_not_kept", "weights_not_kept_anywhere", "weights_not_kept"]
    assert [file.name for file in open_.iterdir()] == [f"weights-{kept.version}.npz"]


def test_the_name_of_weights_changes_with_what_they_are_made_of() -> None:
    library = some_library()
    other = a_library(*library.plays)
    object.__setattr__(other, "version", "other")
    names = {
        training.fingerprint(library, OUT_OF_SCOPE),
        training.fingerprint(other, OUT_OF_SCOPE),
        training.fingerprint(library, {"en": ["hello"]}),
        training.fingerprint(library, OUT_OF_SCOPE, seed=1),
    }
    assert len(names) == 4


def test_retired_plays_teach_nothing() -> None:
    plays = [
        p.model_copy(update={"status": Status.RETIRED}) if p.id == "step-back" else p for p in some_library().plays
    ]
    assert "step-back" not in training.train(a_library(*plays), OUT_OF_SCOPE).plays


def test_an_ask_of_another_play_is_found() -> None:
    library = some_library()
    plays = [
        _with(p, "what do I say to a client who is yelling now") if p.id == "step-back" else p for p in library.plays
    ]
    weights = training.train(a_library(*plays), OUT_OF_SCOPE)
    found = training.nearest_play_warnings(a_library(*plays), weights)
    assert ("step-back", "what do I say to a client who is yelling now", "complaint-received") in found


def _with(play: Play, ask: str) -> Play:
    return play.model_copy(update={"asks": play.asks.model_copy(update={"en": (*play.asks.en, ask)})})


def test_an_ask_that_is_added_lifts_its_play() -> None:
    asked = "the chief engineer went bananas"
    lines = training.examples(some_library(), OUT_OF_SCOPE)
    before, after = training.learn(lines), training.learn([*lines, Example(asked, "complaint-received")])

    def score(weights: matching.Weights) -> float:
        return float(matching.scores(weights, asked).logits[weights.place("complaint-received") or 0])

    assert score(after) > score(before) + 1


def test_what_the_others_say_of_a_text_does_not_depend_on_how_much_it_counts_itself() -> None:
    lines = training.examples(some_library(), OUT_OF_SCOPE)
    found = [matching.features(e.text, training.shipped_lexicon()) for e in lines]
    classes = np.array([0 if e.play == "complaint-received" else 1 for e in lines])
    whole, without = np.ones(len(lines), dtype=np.float32), np.ones(len(lines), dtype=np.float32)
    without[3] = 1e-4
    left_out = [training.learning.learn(found, classes, 2, shares).left_out[3] for shares in (whole, without)]
    assert np.allclose(*left_out, atol=1e-3)


def test_the_lexicon_that_ships_holds_both_languages_of_each_concept() -> None:
    words = training.shipped_lexicon()
    english = {c for concepts in words.en.values() for c in concepts}
    chinese = {c for concepts in words.zh.values() for c in concepts}
    assert english == chinese
    assert len(english) > 100


def test_without_a_file_of_lines_nothing_is_out_of_scope(tmp_path: Path) -> None:
    assert training.read_out_of_scope(tmp_path / "none.yaml") == {}
    (tmp_path / "some.yaml").write_text("en:\n  - hello\n  - 42\nzh: [你好]\n", encoding="utf-8")
    assert training.read_out_of_scope(tmp_path / "some.yaml") == {"en": ["hello", "42"], "zh": ["你好"]}


def test_no_question_of_the_benchmark_is_an_ask() -> None:
    asks = {
        _plain(ask) for play in loader.load(ROOT / "playbooks").library.plays for ask in (*play.asks.en, *play.asks.zh)
    }
    for file in (ROOT / "benchmarks" / "questions").glob("*.jsonl"):
        texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
        assert len(texts) >= 150
        assert [t for t in texts if _plain(t) in asks] == []


def _plain(line: str) -> str:
    return "".join(c for c in line.casefold() if c.isalnum())
