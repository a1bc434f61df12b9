"""An effect as one HTML file that needs nothing else: a calendar of the changed days, the cards before and after."""

import calendar
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import jinja2

from bot.content import comment
from bot.content.comment import Frame
from bot.content.findings import Finding
from bot.core import effect_groups
from bot.core.effect import Change, Effect, State, Words
from bot.core.effect_groups import WAYS, Group
from bot.core.library import Library
from bot.core.message import Actions, Bullets, Heading, Message, Paragraph, Part, Small
from bot.core.nudge import Fate, Kind

EXAMPLES = {"reword": 6, "appear": 3, "vanish": 3, "move": 1}  # cards for each play, in this order
ROWS = 300  # of the list below them
PLAYS = 40
LINES = 200  # of every other list
SIGNS = {"appear": "+", "vanish": "−", "move": "→", "reword": "≈"}

Card = Callable[[Change, State], Message | None]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; `inside` the days that were compared. `counts` are changes of the day by way."""

    date: date
    inside: bool
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: `heading`, `paragraph`, `small` or `buttons`; `differs` if the other card lacks it."""

    what: str
    label: str = ""
    text: str = ""
    buttons: tuple[tuple[str, bool], ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """The cards of one nudge before and after; empty where there is none. `others` are changed in the same way."""

    way: str
    change: Change
    when: str
    note: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    others: int


def html(
    effect: Effect, frame: Frame, libraries: tuple[Library, Library], findings: Sequence[Finding], card: Card
) -> str:
    """The whole page. `card` gives the message that a rep would see for a nudge in one of its states, if any."""
    titles = {p.id: p.title for library in libraries for p in library.plays}
    groups = effect_groups.by_play(effect)
    return _template().render(
        effect=effect,
        frame=frame,
        headline=comment.headline(effect),
        span=f"{comment.day(frame.start, frame)} – {comment.day(frame.last, frame)} {frame.last.year}",
        ways=[(way, comment.HEADINGS[way], *_counts(effect, way)) for way in WAYS],
        months=list(months(effect, frame)),
        plays=[(g, titles.get(g.play), comment.edited(g.edit), list(_pairs(g, frame, card))) for g in groups[:PLAYS]],
        more_plays=groups[PLAYS:],
        knock_ons=[(k, k.changes[:LINES]) for k in effect_groups.knock_ons(effect)],
        unnoticed=[(edit.play, comment.edited(edit)) for edit in effect_groups.unnoticed(effect)],
        findings=findings,
        signs=SIGNS,
        headings=comment.HEADINGS,
        rows=ROWS,
        lines=LINES,
        several=comment.several,
        when=lambda change: comment.when(change, frame),
        note=comment.held,
        kinds={Kind.VISIT_CARD: "visit card", Kind.CHECK: "check"},
    )


def _counts(effect: Effect, way: str) -> tuple[int, int]:
    """How many changes reach a rep, and how many nudges are held all the time."""
    reaching = effect_groups.reaching(effect, way)
    return reaching, len(getattr(effect, way)) - reaching


def _template() -> jinja2.Template:
    """The page's template; whatever is put into it is escaped."""
    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


# --- the calendar ---------------------------------------------------------------------------------------------------


def months(effect: Effect, frame: Frame) -> Iterator[tuple[str, list[list[Day]]]]:
    """The months of the span, each a name and its weeks from Monday on; weeks outside the span are left out."""
    found = _by_day(effect)
    first = frame.start.replace(day=1)
    while first <= frame.last:
        weeks = [
            [_day(d, first.month, frame, found) for d in week]
            for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
        ]
        yield f"{calendar.month_name[first.month]} {first.year}", [w for w in weeks if any(d.inside for d in w)]
        first = (first + timedelta(days=31)).replace(day=1)


def _day(value: date, month: int, frame: Frame, found: dict[date, Counter[str]]) -> Day:
    inside = value.month == month and frame.start <= value <= frame.last
    counts = found.get(value, Counter()) if inside else Counter()
    return Day(value, inside, tuple((way, counts[way]) for way in WAYS if counts[way]))


def _by_day(effect: Effect) -> dict[date, Counter[str]]:
    """How many nudges change on each day, by way. A move counts on the day that it leaves and on the one it goes to."""
    found: dict[date, Counter[str]] = {}
    for way in WAYS:
        for change in getattr(effect, way):
            states = (change.before, change.after) if way == "move" else (_seen(change),)
            for day in {state.due_at.date() for state in states if state is not None}:
                found.setdefault(day, Counter())[way] += 1
    return found


def _seen(change: Change) -> State:
    """The state in which the nudge reaches the rep, or did."""
    states = (s for s in (change.after, change.before) if s is not None and s.fate is Fate.PLANNED)
    return next(states, change.shown)


# --- cards ----------------------------------------------------------------------------------------------------------


def _pairs(group: Group, frame: Frame, card: Card) -> Iterator[Pair]:
    """Examples of each way, one for each pair of texts, those that most nudges share first."""
    for way, most in EXAMPLES.items():
        changes = group.changes.get(way, [])
        alike: dict[tuple[Words | None, Words | None], list[Change]] = {}
        for change in changes:
            alike.setdefault(_texts(change), []).append(change)
        found = sorted(alike.values(), key=lambda those: -len(those))
        for those in found[:most]:
            change = those[0]
            old, new = (_message(state, change, card) for state in (change.before, change.after))
            if way == "move":
                old = None  # it is the same card: the moments tell what differs
            before, after = _lines(old, new), _lines(new, old)
            others = len(changes if way == "move" else those) - 1
            yield Pair(way, change, comment.when(change, frame), comment.held(change), before, after, others)


def _texts(change: Change) -> tuple[Words | None, Words | None]:
    before, after = (state.words if state is not None else None for state in (change.before, change.after))
    return before, after


def _message(state: State | None, change: Change, card: Card) -> Message | None:
    return card(change, state) if state is not None and state.fate is Fate.PLANNED else None


def _lines(message: Message | None, other: Message | None) -> tuple[Line, ...]:
    if message is None:
        return ()
    there = {_said(part) for part in other.parts} if other is not None else set()
    return tuple(_line(part, other is not None and _said(part) not in there) for part in message.parts)


def _said(part: Part) -> str:
    return repr(part) if not isinstance(part, Actions) else "buttons"


def _line(part: Part, differs: bool) -> Line:
    match part:
        case Heading(text=text):
            return Line("heading", text=text, differs=differs)
        case Paragraph(text=text, label=label):
            return Line("paragraph", label, text, differs=differs)
        case Bullets(lines=lines):
            return Line("paragraph", text=" · ".join(lines), differs=differs)
        case Small(text=text):
            return Line("small", text=text, differs=differs)
        case Actions(buttons=buttons):
            return Line("buttons", buttons=tuple((b.label, b.primary) for b in buttons))
        case _:
            return Line("small")
