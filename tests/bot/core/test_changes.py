"""What one version changed against another: play by play, sentence by sentence."""

from dataclasses import replace

from bot.core import changes
from bot.core.account import Language
from bot.core.changes import Kind
from bot.core.library import Library
from bot.core.matching import Weights


def other(library: Library, **update: object) -> Library:
    """The library with its first play changed."""
    return replace(library, plays=(library.plays[0].model_copy(update=update), *library.plays[1:]))


def test_the_same_version_changes_nothing(shipped: tuple[Library, Weights]) -> None:
    assert changes.between(shipped[0], replace(shipped[0], version="other")) == []


def test_a_reworded_play_shows_each_sentence_before_and_after(shipped: tuple[Library, Weights]) -> None:
    library = shipped[0]
    title = library.plays[0].title
    [found] = changes.between(library, other(library, title=title.model_copy(update={"en": "New words"})))
    assert (found.play, found.kind, found.rules) == (library.plays[0].id, Kind.REWORDED, False)
    assert [(x.before, x.after, x.language) for x in found.lines] == [(title.en, "New words", Language.EN)]


def test_a_sentence_that_was_put_in_moves_no_other(shipped: tuple[Library, Weights]) -> None:
    library = shipped[0]
    steps = library.plays[0].steps
    [found] = changes.between(library, other(library, steps=(steps[0], *steps)))
    assert all(line.before == "" for line in found.lines)


def test_new_gone_moved_and_tended_plays_are_told_apart(shipped: tuple[Library, Weights]) -> None:
    library = shipped[0]
    fewer = replace(library, plays=library.plays[1:])
    manners = replace(library, manners=library.manners.model_copy(update={"per_day": 4}))
    kinds = [
        [change.kind for change in changes.between(before, after)]
        for before, after in (
            (fewer, library),
            (library, fewer),
            (library, other(library, playbook="elsewhere")),
            (library, other(library, owner="U0OTHER")),
            (library, manners),
        )
    ]
    assert kinds == [[Kind.ADDED], [Kind.REMOVED], [Kind.MOVED], [Kind.TENDED], [Kind.CADENCE]]
    [line] = changes.between(library, manners)[0].lines
    assert (line.before, line.after) == (f"per_day: {library.manners.per_day}", "per_day: 4")
