"""Figures of plays: what is counted, and that no figure shows what one rep did."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core import evidence
from bot.core.evidence import FEWEST_REPS, Deed, Use
from bot.core.nudge import Rule


def seen_by(count: int, play: str = "step-back") -> list[Use]:
    return [Use(play, f"U{n}", Deed.SHOWN, 2) for n in range(count)]


def test_figures_of_five_reps_are_told() -> None:
    uses = [*seen_by(5), Use("step-back", "U1", Deed.COMMITTED, 3), Use("step-back", "U2", Deed.HELD, 4, Rule.CAP_DAY)]
    [found] = evidence.figures(uses).values()
    assert found.told
    assert (found.of(Deed.SHOWN), found.of(Deed.COMMITTED), found.held) == (10, 3, {Rule.CAP_DAY: 4})


def test_four_reps_give_no_figure_at_all() -> None:
    [found] = evidence.figures([*seen_by(4), Use("step-back", "U9", Deed.HELD, 1, Rule.CAP_DAY)]).values()
    assert not found.told
    assert not found.counts
    assert not found.held


def test_each_play_needs_its_own_five_reps() -> None:
    found = evidence.figures([*seen_by(5), *seen_by(4, "other")])
    assert [play for play, figures in found.items() if figures.told] == ["step-back"]


DEEDS = st.builds(
    Use,
    play=st.sampled_from(["a", "b"]),
    rep_id=st.sampled_from([f"U{n}" for n in range(7)]),
    deed=st.sampled_from(list(Deed)),
    count=st.integers(1, 5),
)


@given(st.lists(DEEDS, max_size=60))
def test_a_figure_is_told_exactly_where_five_reps_saw_the_play(uses: list[Use]) -> None:
    for play, found in evidence.figures(uses).items():
        saw = {u.rep_id for u in uses if u.play == play and u.deed in (Deed.SHOWN, Deed.ASKED)}
        assert found.told == (len(saw) >= FEWEST_REPS)
        assert found.told or not any(found.of(deed) for deed in Deed)
        assert not found.told or sum(found.counts.values()) == sum(u.count for u in uses if u.play == play)


def test_a_share_of_nothing_is_nothing() -> None:
    [found] = evidence.figures(seen_by(5)).values()
    assert found.share(Deed.DONE, found.finished) == 0.0
