"""What `kam effect` says: its JSON document, what is wrong with the input, and the cards of its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import errors
from bot.cli import plan as planning
from bot.content import report
from bot.content.comment import Frame
from bot.content.comparison import Side
from bot.content.findings import Finding
from bot.core import portfolio, simulate
from bot.core.effect import Change, Effect, State
from bot.core.library import Library
from bot.core.message import Message
from bot.core.nudge import Kind
from bot.core.portfolio import Portfolio
from bot.usecases import cards
from bot.usecases.cards import Opened


@dataclass(frozen=True, slots=True)
class Result:
    """What was compared, and what came out; `sides` are base and head."""

    effect: Effect
    frame: Frame
    sides: tuple[Side, Side]
    accounts: Portfolio

    @property
    def libraries(self) -> tuple[Library, Library]:
        return self.sides[0].library, self.sides[1].library

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the plays of the head, which is why they were not compared."""
        return self.sides[1].findings


# --- JSON -----------------------------------------------------------------------------------------------------------


def as_document(result: Result) -> dict[str, object]:
    """What `--json` prints. `findings` and `bad_rows` stand there only where something is wrong."""
    found = result.effect
    document: dict[str, object] = {
        "appear": [_change(change) for change in found.appear],
        "vanish": [_change(change) for change in found.vanish],
        "move": [_change(change) for change in found.move],
        "reword": [_change(change) for change in found.reword],
        "overflow": [{"rep": o.rep, "week": _week(o.week), "planned": o.planned, "cap": o.cap} for o in found.overflow],
        "advice": [{"question": a.question, "before": a.before, "after": a.after} for a in found.advice],
    }
    if result.findings:
        document["findings"] = [finding.as_json() for finding in result.findings]
    if bad := result.accounts.bad:
        document["bad_rows"] = [
            {"line": row.line, "column": row.column, "message": row.message, "repair": row.repair} for row in bad
        ]
    return document


def _change(change: Change) -> dict[str, object]:
    names = {"rep": change.rep, "account": change.account, "play": change.play}
    return {**names, "before": _state(change.before), "after": _state(change.after)}


def _state(state: State | None) -> dict[str, object] | None:
    if state is None:
        return None
    words = state.words
    return {
        "due_at": state.due_at.isoformat(),
        "fate": state.fate.value,
        "rule": state.rule.value if state.rule is not None else None,
        "waited_for": state.waited_for.value if state.waited_for is not None else None,
        "title": words.title if words is not None else None,
        "do": words.do if words is not None else None,
        "say": words.say if words is not None else None,
        "not": words.avoid if words is not None else None,
        "source": words.source if words is not None else None,
    }


def _week(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


# --- for people -----------------------------------------------------------------------------------------------------


def wrong(result: Result, accounts: Path) -> Iterator[str]:
    """What was left out and why, as `kam check` names it."""
    for which, side in zip(("base", "head"), result.sides, strict=True):
        for f in side.findings:
            yield f"{which}: {f.file}:{f.line}: {f.message}. {f.repair[:1].upper()}{f.repair[1:]}"
    yield from (planning.bad_line(accounts, bad) for bad in result.accounts.bad)


def write(file: Path, text: str) -> None:
    """The text is in the file. Raises BadInput where it cannot be written."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise errors.BadInput(
            f"{file} cannot be written ({error.strerror})",
            repair="give a file in a folder that is there",
            code="bad_file",
        ) from error


def card_of(result: Result) -> report.Card:
    """The messages as the bot builds them, for the accounts of the portfolio."""
    rows = {(row.rep, row.account): row for row in result.accounts.rows}
    libraries = result.libraries

    def card(change: Change, state: State) -> Message | None:
        row = rows[change.rep, change.account]
        rep = portfolio.rep(row, simulate.TEAM)
        made = state.due_at.date()
        facts = portfolio.facts(row, simulate.TEAM, portfolio.identity(row.rep, row.account), made)
        play = libraries[0 if state is change.before else 1].play(change.play)
        if change.kind is Kind.CHECK:
            return cards.check("", facts.account, rep, "")
        if change.kind is Kind.VISIT_CARD and facts.visits:
            opened = Opened("", facts.account, facts.visits[0], play, state.wording)
            return cards.visit_card(opened, (), rep, state.due_at, row.zone)
        if play is None or state.wording is None:
            return None
        return cards.nudge_card("", play, state.wording, facts.account, rep)

    return card
