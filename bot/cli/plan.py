"""`kam plan`: what the planner would send to the reps of a portfolio, day by day."""

import functools
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import errors
from bot.connectors import files, holiday_calendar
from bot.core import simulate
from bot.core.account import Language
from bot.core.library import Library
from bot.core.nudge import Fate
from bot.core.portfolio import BadRow
from bot.core.simulate import CalendarOf, PlanLine
from bot.core.wording import day as said_day
from bot.core.workdays import CompanyCalendar

DONE, WRONG, CALLED_WRONGLY = 0, 1, 2
WIDTH = 140  # of the table where nobody's terminal says otherwise


def run(
    library: Library,
    accounts: Path,
    start: date,
    days: int,
    *,
    as_json: bool = False,
    ignore_all: bool = False,
    holdout: int = 0,
    fallback: ZoneInfo | None = None,
    calendar_of: CalendarOf | None = None,
    progress: Callable[[float], None] | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """The exit code, after the plan was written to `out` (JSON lines, or a table) and bad rows to `err`.

    0: all rows were planned; 1: some rows are bad, the others were planned; 2: the file or the span is unreadable.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        check_span(start, days)
        portfolio = files.load(accounts, fallback=fallback)
        calendars = calendar_of or holidays_of(start, days)
        lines = simulate.plan(
            library, portfolio, start, days, calendars, ignore_all=ignore_all, holdout=holdout, progress=progress
        )
    except errors.KamError as error:
        _tell(error, as_json, out, err)
        return CALLED_WRONGLY
    for bad in portfolio.bad:
        print(bad_line(accounts, bad), file=err)
    if as_json:
        for line in lines:
            print(as_json_line(line), file=out)
    else:
        _table(lines, Console(file=out, highlight=False, width=None if out.isatty() else WIDTH))
    return WRONG if portfolio.bad else DONE


def as_json_line(line: PlanLine) -> str:
    """One line of `kam plan --json`: the instant with its numeric offset, in the rep's zone, whole seconds."""
    document = {
        "nudge": line.nudge,
        "due_at": line.due_at.replace(microsecond=0).isoformat(),
        "rep": line.rep,
        "account": line.account,
        "play": line.play,
        "cue": line.cue,
        "reason": line.reason,
        "fate": line.fate.value,
        "rule": line.rule.value if line.rule is not None else None,
    }
    return json.dumps(document, ensure_ascii=False)


def holidays_of(start: date, days: int) -> CalendarOf:
    """The company calendar of a country for a run and the half year around it; Monday to Friday where none is given."""
    first, last = start - timedelta(days=183), start + timedelta(days=days + 183)

    @functools.cache
    def calendar(country: str | None) -> CompanyCalendar:
        if country is None:
            return CompanyCalendar("")
        return holiday_calendar.company_calendar(country, range(first.year, last.year + 1))

    return calendar


def check_span(start: date, days: int) -> None:
    """Raises BadInput for days that cannot be planned."""
    if not 1 <= days <= simulate.LONGEST:
        raise errors.BadInput(
            f"{days} days cannot be planned",
            repair=f"give a number from 1 to {simulate.LONGEST}",
            code="bad_days",
        )
    if not 1971 <= start.year <= 2180:
        raise errors.BadInput(
            f"{start.isoformat()} cannot be planned from",
            repair="give a date such as 2026-03-02",
            code="bad_date",
        )


def _tell(error: errors.KamError, as_json: bool, out: TextIO, err: TextIO) -> None:
    if as_json:
        document = {"error": {"code": error.code, "message": error.message, "repair": error.repair}}
        print(json.dumps(document, ensure_ascii=False), file=out)
    else:
        print(f"{error.message}: {error.repair}" if error.repair else error.message, file=err)


def bad_line(path: Path, bad: BadRow) -> str:
    """What is wrong with a row of a file, and how to mend it, in one line."""
    return f"{path}:{bad.line}: {bad.column}: {bad.message}; {bad.repair}"


# --- for people ---------------------------------------------------------------------------------------------------


def _table(lines: Iterable[PlanLine], console: Console) -> None:
    by_rep = sorted(lines, key=lambda line: line.rep)  # stable: each rep's lines stay in order
    if not by_rep:
        console.print("Nothing would be sent.")
    for (rep, monday), group in groupby(by_rep, key=lambda line: (line.rep, _monday(line))):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), title_justify="left")
        table.title = Text(f"{rep}: week of {said_day(monday, Language.EN)} {monday.year}", style="bold")
        for line in group:
            table.add_row(*map(Text, _cells(line)), style="" if line.fate is Fate.PLANNED else "dim")
        console.print(table)
        console.print()


def _monday(line: PlanLine) -> date:
    return line.due_at.date() - timedelta(days=line.due_at.weekday())


def _cells(line: PlanLine) -> tuple[str, ...]:
    held = f"{line.fate.value}: {line.rule.value}" if line.rule is not None else ""
    day = line.due_at.date()
    when = f"{said_day(day, Language.EN)} {line.due_at:%H:%M}"
    return when, line.account, line.play or line.cue, line.reason, held
