"""An effect in the order in which a person takes it in: play by play, then what only made way or took the room."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from bot.core.account import Language
from bot.core.effect import Change, Edit, Effect
from bot.core.nudge import Fate, Kind, Rule
from bot.core.texts import names

WAYS = ("appear", "vanish", "move", "reword")
BECAUSE = {
    Rule.CAP_DAY: "the day is taken",
    Rule.CAP_WEEK: "the week is full",
    Rule.CAP_ACCOUNT: "the account had one lately",
    Rule.SAID_BEFORE: "the rep has read it lately",
    Rule.OUTRANKED: "something more pressing goes first",
}
ROOM = "room became free"
INSTEAD = "the card of a visit shows another play"
ROTATED = "another of the three wordings is next"


@dataclass(frozen=True, slots=True)
class Group:
    """What one play's own change does. `edit` is None for nudges without a play."""

    play: str
    edit: Edit | None
    changes: dict[str, list[Change]] = field(default_factory=dict)  # by way; ways without any are left out

    @property
    def count(self) -> int:
        return sum(map(len, self.changes.values()))


@dataclass(frozen=True, slots=True)
class KnockOn:
    """Nudges of plays that did not change, which change in one way for one reason."""

    way: str
    because: str
    changes: tuple[Change, ...]


def reaching(effect: Effect, way: str) -> int:
    """How many of the changes of one way reach a rep: those that are held all the time do not."""
    return sum(map(reaches, getattr(effect, way)))


def reaches(change: Change) -> bool:
    """Whether a rep gets the nudge, before or after; one that is held all the time reaches nobody."""
    return any(state is not None and state.fate is Fate.PLANNED for state in (change.before, change.after))


def by_play(effect: Effect) -> list[Group]:
    """The plays whose own change reps would notice, most changes first; in each what reaches a rep first."""
    edits = {edit.play: edit for edit in effect.edits}
    groups: dict[str, Group] = {}
    for way in WAYS:
        for change in getattr(effect, way):
            if not change.knock_on:
                group = groups.setdefault(change.play, Group(change.play, edits.get(change.play)))
                group.changes.setdefault(way, []).append(change)
    for group in groups.values():
        for changes in group.changes.values():
            changes.sort(key=reaches, reverse=True)  # stable: else by their moments, as before
    return sorted(groups.values(), key=lambda g: (-g.count, g.play))


def unnoticed(effect: Effect) -> list[Edit]:
    """The plays that changed without any nudge of theirs changing in these days."""
    noticed = {change.play for change in effect.changes if not change.knock_on}
    return [edit for edit in effect.edits if edit.play not in noticed]


def knock_ons(effect: Effect) -> list[KnockOn]:
    """The changes of unchanged plays, by way and reason, most first."""
    found = [(way, _because(way, c), c) for way in WAYS for c in getattr(effect, way) if c.knock_on]
    found.sort(key=lambda entry: entry[:2])  # stable: within a group they stay in order
    groups = [
        KnockOn(way, because, tuple(c for _, _, c in entries))
        for (way, because), entries in groupby(found, key=lambda entry: entry[:2])
    ]
    return sorted(groups, key=lambda g: (-len(g.changes), g.way, g.because))


def _because(way: str, change: Change) -> str:
    if way == "reword":
        return ROTATED
    if change.kind is Kind.VISIT_CARD and way != "move":
        return INSTEAD
    before, after = change.before, change.after
    rule = after.rule or after.waited_for if after is not None else None
    earlier = way == "appear" or (
        way == "move" and before is not None and after is not None and after.due_at < before.due_at
    )
    if rule is None or earlier:
        return ROOM if earlier else "their occasion is another"
    return BECAUSE.get(rule) or names.RULES[rule].of(Language.EN)


def is_rotated(change: Change) -> bool:
    """True if another of the play's wordings is shown, rather than the same one in other words."""
    return change.before is not None and change.after is not None and change.before.wording != change.after.wording


def usual_shift(changes: Iterable[Change]) -> tuple[int, int] | None:
    """The most usual shift of moved nudges in days (negative: earlier), and how many share it."""
    days = Counter(shift_days(change) for change in changes)
    if not days:
        return None
    return min(days.items(), key=lambda entry: (-entry[1], abs(entry[0]), entry[0]))


def shift_days(change: Change) -> int:
    """By how many calendar days a moved nudge moves; 0 on the same day."""
    assert change.before is not None
    assert change.after is not None
    return (change.after.due_at.date() - change.before.due_at.date()).days
