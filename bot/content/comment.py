"""An effect as Markdown: short enough for a comment on a pull request, and safe there whoever wrote the playbooks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.findings import Finding
from bot.core import effect_groups, wording
from bot.core.account import Language
from bot.core.effect import Change, Edit, Effect, State
from bot.core.effect_groups import Group, KnockOn
from bot.core.library import Library
from bot.core.nudge import Fate, Kind
from bot.core.texts import names

LINES = 6  # of each list; the rest is counted
PLAYS = 10  # in full; the rest is counted
SENTENCE = 180  # characters of one sentence
HEADINGS = {"appear": "New", "vanish": "Gone", "move": "At another time", "reword": "In other words"}
COUNTED = {"appear": "new", "vanish": "gone", "move": "at another time", "reword": "in other words"}
BREAK = "\u200b"  # a space without width: what it parts is no mention, no link, no reference


@dataclass(frozen=True, slots=True)
class Frame:
    """What was compared: the two names as given, the first day, how many days, accounts and reps."""

    before: str
    after: str
    start: date
    days: int
    accounts: int
    reps: int

    @property
    def last(self) -> date:
        return self.start + timedelta(days=self.days - 1)


def markdown(effect: Effect, frame: Frame, libraries: tuple[Library, Library], findings: Sequence[Finding] = ()) -> str:
    """The whole comment, ending in a line end. `findings` are the errors of plays that could not be compared."""
    titles = {p.id: p.title.en for library in libraries for p in library.plays}
    lines = [f"### {headline(effect)}", "", about(frame)]
    lines += _left_out(findings)
    groups = effect_groups.by_play(effect)
    for group in groups[:PLAYS]:
        lines += _play(group, titles, frame)
    lines += _other_plays(groups[PLAYS:], titles)
    lines += _section("Plays that did not change", (_knock_on(k, frame) for k in effect_groups.knock_ons(effect)))
    lines += _section("Cadence", (f"`{name}`: {old} → {new}" for name, old, new in effect.manners))
    lines += _section("Weeks with more routine nudges than the cap lets through", list(_overflows(effect)))
    answers = [f"{quote(a.question)} {_name(a.before)} → {_name(a.after)}" for a in effect.advice]
    lines += _section("Questions that get another first play", answers)
    lines += _section("Changed, without a nudge in these days that shows it", map(_unnoticed, _quiet(effect)))
    return "\n".join(lines) + "\n"


def headline(effect: Effect) -> str:
    """The whole in one line: what reps would notice."""
    if effect.empty:
        return (
            "No effect: reps get the same nudges and answers" if not effect.edits else "No effect on nudges and answers"
        )
    told = [f"{n} {words}" for way, words in COUNTED.items() if (n := effect_groups.reaching(effect, way))]
    waiting = len(effect.appear) - effect_groups.reaching(effect, "appear")
    told += [f"{waiting} new but held back"] if waiting else []
    found = [f"Nudges: {', '.join(told)}"] if told else []
    if effect.advice:
        found.append(several(len(effect.advice), "question") + " with another answer")
    if effect.overflow:
        found.append(several(len(effect.overflow), "week") + " too full")
    return " · ".join(found) or "No nudge or answer that reaches a rep changes"


def about(frame: Frame) -> str:
    """What was compared, in one line."""
    span = f"{day(frame.start, frame)} to {day(frame.last, frame)} {frame.last.year}"
    who = f"{several(frame.accounts, 'account')}, {several(frame.reps, 'rep')}"
    return f"{code(frame.before)} → {code(frame.after)}, {several(frame.days, 'simulated day')} ({span}), {who}"


def several(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def day(value: date, frame: Frame) -> str:
    """A day; the year is told where it is not that in which the days begin."""
    return wording.day(value, Language.EN, frame.start)


def moment(state: State, frame: Frame) -> str:
    return f"{day(state.due_at.date(), frame)} {state.due_at:%H:%M}"


def when(change: Change, frame: Frame) -> str:
    """The moment of a change, or both; the hour is told again only if it is another."""
    before, after = change.before, change.after
    if before is None or after is None or before.fate is not after.fate or before.due_at == after.due_at:
        return moment(
            change.shown if after is not None and after.fate is Fate.PLANNED else before or change.shown, frame
        )
    if before.due_at.date() == after.due_at.date():
        return f"{moment(before, frame)} → {after.due_at:%H:%M}"
    same_hour = f"{before.due_at:%H:%M}" == f"{after.due_at:%H:%M}"
    return f"{moment(before, frame)} → {day(after.due_at.date(), frame) if same_hour else moment(after, frame)}"


def held(change: Change) -> str:
    """Why a nudge does not come, or did not; empty where it simply was not there."""
    for state, words in ((change.after, "held"), (change.before, "was held")):
        if state is not None and state.fate is Fate.HELD and state.rule is not None:
            because = effect_groups.BECAUSE.get(state.rule) or names.RULES[state.rule].of(Language.EN)
            return f"{words}: {because}"
    return ""


# --- sections -------------------------------------------------------------------------------------------------------


def _play(group: Group, titles: dict[str, str], frame: Frame) -> Iterator[str]:
    yield ""
    yield f"#### {plain(titles.get(group.play, group.play))} · {code(group.play)}"
    if said := edited(group.edit):
        yield said
    for way, changes in group.changes.items():
        yield ""
        waiting = len(changes) - sum(map(effect_groups.reaches, changes))
        yield f"**{HEADINGS[way]}** ({len(changes) - waiting}{f', and {waiting} held back' if waiting else ''})"
        yield from _reworded(changes, frame) if way == "reword" else _listed(changes, way, frame)


def edited(edit: Edit | None) -> str:
    """What changed in a play's file, as a sentence; empty where there is none."""
    if edit is None:
        return ""
    if edit.before is None or edit.after is None:
        return "A new play." if edit.before is None else "The play is gone."
    status = f" It is {edit.after.status.value} now." if "status" in edit.parts else ""
    return f"Changed in its file: {', '.join(edit.parts)}.{status}"


def _listed(changes: Sequence[Change], way: str, frame: Frame, most: int = LINES) -> Iterator[str]:
    for change in changes[:most]:
        yield f"- {_line(change, frame)}"
    rest = changes[most:]
    if rest:
        yield f"- and {several(len(rest), 'other')}{_shifted(rest) if way == 'move' else ''}"


def _line(change: Change, frame: Frame) -> str:
    note = held(change)
    kind = "card of the visit" if change.kind is Kind.VISIT_CARD else "check" if change.kind is Kind.CHECK else ""
    told = ", ".join(part for part in (kind, note) if part)
    return f"{plain(change.rep)} · {plain(change.account)} · {when(change, frame)}{f' ({told})' if told else ''}"


def _shifted(changes: Sequence[Change]) -> str:
    usual = effect_groups.usual_shift(changes)
    if usual is None:
        return ""
    days, count = usual
    much = "within the day" if days == 0 else f"{several(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
    return f", {'all' if count == len(changes) else 'mostly'} {much}" if len(changes) > 1 else ""


def rewordings(changes: Iterable[Change]) -> dict[tuple[str, str, str], list[Change]]:
    """The sentences that differ (`do`, `say`, …, before, after), and the nudges in which each does."""
    found: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        assert change.before is not None
        assert change.after is not None
        for name in change.reworded:
            attribute = "avoid" if name == "not" else name
            texts = (getattr(state.words, attribute) for state in (change.before, change.after))
            found.setdefault((name, *texts), []).append(change)
    return found


def _reworded(changes: Sequence[Change], frame: Frame) -> Iterator[str]:
    rotated = [change for change in changes if effect_groups.is_rotated(change)]
    sentences = list(rewordings(change for change in changes if not effect_groups.is_rotated(change)).items())
    for (name, old, new), those in sentences[:LINES]:
        yield f"- *{name}*: {quote(old)} → {quote(new)}"
        yield from (f"  {line}" for line in _listed(those, "reword", frame, most=2))
    if len(sentences) > LINES:
        yield f"- and {several(len(sentences) - LINES, 'other sentence')}"
    if rotated:
        yield f"- {len(rotated)} with another of the play's three wordings, such as {_line(rotated[0], frame)}"


def _knock_on(group: KnockOn, frame: Frame) -> str:
    count, first = len(group.changes), group.changes[0]
    verbs = {
        "appear": ("comes", "come"),
        "vanish": ("goes", "go"),
        "move": ("moves", "move"),
        "reword": ("reads", "read"),
    }
    verb = verbs[group.way][0 if count == 1 else 1]
    how = " differently" if group.way == "reword" else _shifted(group.changes) if group.way == "move" else ""
    example = f"{plain(first.rep)} · {plain(first.account)} · {code(first.play or 'visit')} · {when(first, frame)}"
    return f"{count} {verb}{how}, because {group.because}{', such as' if count > 1 else ':'} {example}"


def _other_plays(groups: Sequence[Group], titles: dict[str, str]) -> list[str]:
    def told(group: Group) -> str:
        counts = ", ".join(f"{len(changes)} {HEADINGS[way].lower()}" for way, changes in group.changes.items())
        return f"{plain(titles.get(group.play, group.play))} · {code(group.play)}: {counts}"

    return _section("More plays", map(told, groups), most=30)


def _overflows(effect: Effect) -> Iterator[str]:
    for week in effect.overflow:
        said = wording.day(week.week, Language.EN)
        yield f"{plain(week.rep)} · week of {said} {week.week.year}: {week.planned} wanted, {week.cap} at most"


def _quiet(effect: Effect) -> list[Edit]:
    return effect_groups.unnoticed(effect)


def _unnoticed(edit: Edit) -> str:
    return f"{code(edit.play)}: {edited(edit)}"


def _left_out(findings: Sequence[Finding]) -> list[str]:
    lines = [
        f"{code(f'{f.file}:{f.line}')} {plain(f.message)}. {plain(f.repair[:1].upper() + f.repair[1:])}"
        for f in findings
    ]
    return _section("Not compared: these plays do not hold", lines)


def _section(title: str, lines: Iterable[str], most: int = LINES) -> list[str]:
    told = list(lines)
    if not told:
        return []
    rest = [f"- and {several(len(told) - most, 'other')}"] if len(told) > most else []
    return ["", f"#### {title} ({len(told)})", *(f"- {line}" for line in told[:most]), *rest]


# --- texts of others ------------------------------------------------------------------------------------------------

_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~<>&$])")
_REACHES = re.compile(r"(@|(?<=\w)#|(?<![\w&])#(?=\d)|://|\bwww(?=\.)|\bGH(?=-\d))", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with nothing in it that formats, mentions somebody or links."""
    short = " ".join(text.split())
    short = short if len(short) <= SENTENCE else f"{short[: SENTENCE - 1].rstrip()}…"
    return _MARKS.sub(r"\\\1", _REACHES.sub(rf"\1{BREAK}", short))


def quote(text: str) -> str:
    """A sentence in its own quotation marks."""
    return f"“{plain(text.strip().strip(chr(34) + '“”'))}”"


def code(text: str) -> str:
    """An id or a name of a file as code."""
    return f"`{' '.join(text.replace('`', chr(39)).split())[:SENTENCE]}`"


def _name(play: str | None) -> str:
    return code(play) if play is not None else "*nothing*"
