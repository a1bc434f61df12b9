"""What a change of playbooks does: the same simulated days, planned with both, compared nudge by nudge.

Two nudges are the same one where rep, account, play and occasion are the same. A check after a visit has no play of its
own and follows its visit. What counts is what reaches the rep: a nudge that is held in both runs is no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta

from bot.core.account import Language
from bot.core.effect_advice import Answer
from bot.core.library import Library
from bot.core.manners import Manners
from bot.core.nudge import Fate, Kind, Rule
from bot.core.playbook import Play
from bot.core.portfolio import Portfolio, known
from bot.core.simulate import PlanLine

WANTS_THE_WEEK = frozenset({Rule.CAP_DAY, Rule.CAP_WEEK})  # put off by these, a nudge still wanted that week


@dataclass(frozen=True, slots=True)
class Words:
    """What a card shows: `say` in the client's language, all else in the rep's."""

    title: str
    do: str
    say: str
    avoid: str
    source: str


@dataclass(frozen=True, slots=True)
class State:
    """What becomes of a nudge. `due_at` is when it comes, or when it is first held; `rule` holds it, if it is held.

    `waited_for` is the rule that last put off a nudge that does come; `words` is None where no play's words are shown.
    """

    due_at: datetime
    fate: Fate
    rule: Rule | None = None
    waited_for: Rule | None = None
    words: Words | None = None
    wording: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One nudge that is not what it was; `knock_on` where its play is the same in both: others made or took room."""

    rep: str
    account: str
    play: str
    kind: Kind
    language: Language  # the rep's
    before: State | None
    after: State | None
    knock_on: bool

    @property
    def shown(self) -> State:
        """The state that reps will see, or saw where there is none any more."""
        state = self.after or self.before
        assert state is not None
        return state

    @property
    def reworded(self) -> tuple[str, ...]:
        """Which of the words differ: `title`, `do`, `say`, `not`, `source`."""
        old, new = self.before and self.before.words, self.after and self.after.words
        if old is None or new is None:
            return ()
        names = (f.name for f in fields(Words) if getattr(old, f.name) != getattr(new, f.name))
        return tuple("not" if name == "avoid" else name for name in names)


@dataclass(frozen=True, slots=True)
class Overflow:
    """A week (its Monday) in which a rep has more routine nudges to get than the cap lets through."""

    rep: str
    week: date
    planned: int
    cap: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A play that is not the same in both: `parts` are the keys of its file that differ; empty if it is new or gone."""

    play: str
    before: Play | None
    after: Play | None
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """All that differs, in order of the moments at which reps would see it; `edits` in order of the plays' ids.

    `manners` are the numbers of the cadence that differ: name, before, after.
    """

    appear: tuple[Change, ...] = ()
    vanish: tuple[Change, ...] = ()
    move: tuple[Change, ...] = ()
    reword: tuple[Change, ...] = ()
    overflow: tuple[Overflow, ...] = ()
    advice: tuple[Answer, ...] = ()
    edits: tuple[Edit, ...] = ()
    manners: tuple[tuple[str, str, str], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.appear, *self.vanish, *self.move, *self.reword)

    @property
    def empty(self) -> bool:
        """True if no rep would notice anything unasked or asked."""
        return not (self.changes or self.overflow or self.advice)


@dataclass(frozen=True, slots=True)
class Run:
    """What the planner gives with one library."""

    library: Library
    lines: Sequence[PlanLine]


def compare(before: Run, after: Run, accounts: Portfolio) -> Effect:
    """The effect on nudges of going from one library to the other; both runs are over the same accounts and days."""
    pairs = _Pairs(before, after, accounts)
    return Effect(
        appear=_sorted(pairs.appear),
        vanish=_sorted(pairs.vanish),
        move=_sorted(pairs.move),
        reword=_sorted(pairs.reword),
        overflow=tuple(_overflows(before, after)),
        edits=tuple(edits(before.library, after.library)),
        manners=tuple(_numbers(before.library.manners, after.library.manners)),
    )


def with_advice(found: Effect, answers: tuple[Answer, ...]) -> Effect:
    """The effect, on answers too."""
    return replace(found, advice=answers)


def edits(before: Library, after: Library) -> Iterator[Edit]:
    """The plays that differ in anything they mean."""
    for play_id in sorted(before.by_id.keys() | after.by_id.keys()):
        old, new = before.play(play_id), after.play(play_id)
        if old != new:
            parts = [n for n in Play.model_fields if old and new and getattr(old, n) != getattr(new, n)]
            yield Edit(play_id, old, new, tuple(parts))


def _numbers(before: Manners, after: Manners) -> Iterator[tuple[str, str, str]]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for name in Manners.model_fields:
        if old[name] != new[name]:
            yield name, str(old[name]), str(new[name])


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (c.shown.due_at.astimezone(UTC), c.rep, c.account, c.play)))


class _Pairs:
    """The nudges of two runs, each in the one list that says what became of it."""

    def __init__(self, before: Run, after: Run, accounts: Portfolio) -> None:
        self.before, self.after = before, after
        rows = accounts.rows
        self.languages = {
            (r.rep, r.account): (r.rep_language, known(r.account_language) or r.rep_language) for r in rows
        }
        self.appear: list[Change] = []
        self.vanish: list[Change] = []
        self.move: list[Change] = []
        self.reword: list[Change] = []
        old, new = _last_lines(before.lines), _last_lines(after.lines)
        for nudge_id in old.keys() | new.keys():
            self._sort(old.get(nudge_id), new.get(nudge_id))

    def _sort(self, old: PlanLine | None, new: PlanLine | None) -> None:
        came, comes = _comes(old), _comes(new)
        if old is None or new is None or came != comes:
            (self.appear if old is None or comes else self.vanish).append(self._change(old, new))
        elif not comes:
            return
        elif old.play != new.play and new.kind is not Kind.CHECK:
            self.vanish.append(self._change(old, None))
            self.appear.append(self._change(None, new))
        else:
            change = self._change(old, new)
            if old.due_at != new.due_at:
                self.move.append(change)
            elif change.reworded:
                self.reword.append(change)

    def _change(self, old: PlanLine | None, new: PlanLine | None) -> Change:
        line = new or old
        assert line is not None
        # A card that is held has no play yet: its own is the one that it shows when it comes.
        play = line.play or (old.play if old is not None else "")
        same = self.before.library.play(play) == self.after.library.play(play)
        return Change(
            rep=line.rep,
            account=line.account,
            play=play,
            kind=line.kind,
            language=self.languages[line.rep, line.account][0],
            before=self._state(old, self.before.library),
            after=self._state(new, self.after.library),
            knock_on=same,
        )

    def _state(self, line: PlanLine | None, library: Library) -> State | None:
        if line is None:
            return None
        play = library.play(line.play)
        spoken = play if line.wording is not None else None
        return State(
            due_at=line.due_at.replace(microsecond=0),
            fate=line.fate,
            rule=line.rule,
            waited_for=line.holds[-1][1] if line.holds and _comes(line) else None,
            words=_words(spoken, line, self.languages[line.rep, line.account]) if spoken is not None else None,
            wording=line.wording,
        )


def _last_lines(lines: Iterable[PlanLine]) -> dict[str, PlanLine]:
    """The line of each nudge that tells how it ends: the one in which it comes, else the one in which it is held."""
    last: dict[str, PlanLine] = {}
    for line in lines:
        if line.nudge not in last or _comes(line):
            last[line.nudge] = line
    return last


def _comes(line: PlanLine | None) -> bool:
    return line is not None and line.fate is Fate.PLANNED


def _words(play: Play, line: PlanLine, languages: tuple[Language, Language]) -> Words:
    mine, theirs = languages
    assert line.wording is not None
    said = play.wordings.of(mine)[line.wording]
    return Words(
        title=play.title.of(mine),
        do=said.do.replace("{account}", line.account),
        say=play.wordings.of(theirs)[line.wording].say.replace("{account}", line.account),
        avoid=said.avoid.replace("{account}", line.account),
        source=f"{play.source.article.value} §{play.source.section}",
    )


# --- weeks that are too full ----------------------------------------------------------------------------------------


def _overflows(before: Run, after: Run) -> Iterator[Overflow]:
    """The weeks that are too full after and were not before."""
    cap_before, cap = before.library.manners.per_week, after.library.manners.per_week
    wanted_before, wanted = _wanted(before.lines), _wanted(after.lines)
    for (rep, week), nudges in sorted(wanted.items()):
        if len(nudges) > cap and len(wanted_before.get((rep, week), ())) <= cap_before:
            yield Overflow(rep, week, len(nudges), cap)


def _wanted(lines: Iterable[PlanLine]) -> Mapping[tuple[str, date], set[str]]:
    """The routine nudges that wanted to come in each week of each rep, whether a cap let them or not."""
    found: dict[tuple[str, date], set[str]] = defaultdict(set)
    for line in lines:
        if line.kind is not Kind.NUDGE:
            continue
        put_off = [at.astimezone(line.due_at.tzinfo) for at, rule in line.holds if rule in WANTS_THE_WEEK]
        for at in [*put_off, *([line.due_at] if _comes(line) else [])]:
            found[line.rep, monday(at.date())].add(line.nudge)
    return found


def monday(day: date) -> date:
    """The first day of the week in which a day lies."""
    return day - timedelta(days=day.weekday())
