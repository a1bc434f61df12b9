"""`kam effect`: what a change of playbooks would do to the reps of a portfolio, before it is merged."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TextIO
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot import errors
from bot.cli import effect_output as output
from bot.cli import plan as planning
from bot.cli import tell
from bot.cli.effect_output import Result
from bot.cli.services import Services
from bot.connectors import files
from bot.content import comment, comparison, report, revision
from bot.content.comment import Frame
from bot.content.comparison import Side
from bot.core import effect, simulate
from bot.core.effect import Effect, Run
from bot.core.holdout import LARGEST
from bot.core.portfolio import Portfolio
from bot.core.simulate import CalendarOf

Report = Callable[[str, float], None]  # what is being done, and the share of all that is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is compared: two folders or git revisions, over some days of a portfolio.

    `playbooks` is where playbooks lie, `cache` a folder that spares work the next time.
    """

    base: str
    head: str
    accounts: Path
    start: date
    days: int
    playbooks: Path
    cache: Path
    fallback: ZoneInfo | None = None
    calendar_of: CalendarOf | None = None
    holdout: int = 0  # percent


def command(
    context: typer.Context,
    base: Annotated[str, typer.Argument(help="Playbooks as they are: a folder, or a git revision.")],
    head: Annotated[str, typer.Argument(help="Playbooks as they would be: a folder, or a git revision.")],
    accounts: Annotated[Path, typer.Option(help="The portfolio (CSV).")],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    days: Annotated[int, typer.Option(help="How many days.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, as for a pull request.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="A page to open in a browser.")] = None,
    holdout: Annotated[int, typer.Option(min=0, max=LARGEST, help="Percent of a hold-out; 0: none.")] = 0,
) -> None:
    """Say which nudges and answers a change of playbooks brings, takes away, moves or puts in other words."""
    services: Services = context.obj
    call = Call(
        base=base,
        head=head,
        accounts=accounts,
        start=start.date(),
        days=days,
        playbooks=services.playbooks(),
        cache=services.cache / "effect",
        fallback=services.fallback_zone,
        holdout=holdout,
    )
    try:
        if as_json and markdown:
            raise errors.BadInput(
                "Both --json and --markdown are given.",
                repair="Give one of them; --html may stand beside.",
                code="usage",
            )
        raise typer.Exit(run(call, as_json=as_json, markdown=markdown, html=html))
    except errors.KamError as error:
        tell.fail(error, as_json)


def run(
    call: Call,
    *,
    as_json: bool = False,
    markdown: bool = False,
    html: Path | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """The exit code, after the effect was written to `out` (and to `html`) and what is wrong to `err`.

    0: compared, whatever differs; 1: plays of the head or rows of the portfolio are broken, the rest was compared.
    Raises BadInput where something cannot be read.
    """
    out, err = out or sys.stdout, err or sys.stderr
    with _progress(err) as progress:
        result = compare(call, progress)
    if html is not None:
        output.write(
            html, report.html(result.effect, result.frame, result.libraries, result.findings, output.card_of(result))
        )
    if as_json:
        print(json.dumps(output.as_document(result), ensure_ascii=False, indent=2), file=out)
    elif markdown or html is None:
        print(comment.markdown(result.effect, result.frame, result.libraries, result.findings), end="", file=out)
    for line in output.wrong(result, call.accounts):
        print(line, file=err)
    return tell.WRONG if result.findings or result.accounts.bad else tell.DONE


def compare(call: Call, progress: Report) -> Result:
    """The effect of going from base to head; equal playbooks are known for equal without a simulated day."""
    planning.check_span(call.start, call.days)
    accounts = files.load(call.accounts, fallback=call.fallback)
    progress("reading", 0.0)
    with revision.tree(call.base, call.playbooks) as base, revision.tree(call.head, call.playbooks) as head:
        documents = call.cache / "playbooks.json"
        before, after = comparison.comparable(comparison.read(base, documents), comparison.read(head, documents))
    reps = {row.rep for row in accounts.rows}
    frame = Frame(call.base, call.head, call.start, call.days, len(accounts.rows), len(reps))
    with comparison.Advice(before, after, call.cache) as advice:
        found = Effect()
        if before.library.version != after.library.version:
            found = effect.compare(
                _run(call, before, accounts, progress, 0), _run(call, after, accounts, progress, 1), accounts
            )
        progress("asking", 0.9)
        found = effect.with_advice(found, advice.answers())
    progress("done", 1.0)
    return Result(found, frame, (before, after), accounts)


def _run(call: Call, side: Side, accounts: Portfolio, progress: Report, place: int) -> Run:
    """The simulated days with the playbooks of one side; `place` is 0 for the base, 1 for the head."""
    calendars = call.calendar_of or planning.holidays_of(call.start, call.days)
    name, begun = ("playing base", "playing head")[place], 0.45 * place

    def told(share: float) -> None:
        progress(name, begun + 0.45 * share)

    lines = simulate.plan(side.library, accounts, call.start, call.days, calendars, holdout=call.holdout, progress=told)
    return Run(side.library, tuple(lines))


@contextmanager
def _progress(err: TextIO) -> Iterator[Report]:
    """A bar on a terminal, nothing elsewhere."""
    if not err.isatty():
        yield lambda _what, _share: None
        return
    columns = (TextColumn("{task.description:<14}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(file=err), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)
