"""`kam problem` and `kam promise`: through the same use cases as in Slack."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.records import JsonOption, RepOption, TeamOption, act
from bot.core.problem import RaisedBy, Step
from bot.core.situation import By
from bot.usecases import problems

problem_app = typer.Typer(help="Problems at an account.", no_args_is_help=True)
promise_app = typer.Typer(help="Promises, ours and theirs.", no_args_is_help=True)


@problem_app.command("open")
def problem_open(
    context: typer.Context,
    account: str,
    rep: RepOption,
    text: Annotated[str, typer.Option(help="What happened.")] = "",
    raised_by: Annotated[RaisedBy, typer.Option("--raised-by", help="Who found it.")] = RaisedBy.CLIENT,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Open a problem."""
    act(context, rep, team, as_json, lambda b, r: problems.open_one(b, r, account, text, raised_by, b.clock.now()))


@problem_app.command("step")
def problem_step(
    context: typer.Context,
    account: str,
    rep: RepOption,
    step: Annotated[Step | None, typer.Option(help="Which step; default: the next.")] = None,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a step of the open problem."""
    act(context, rep, team, as_json, lambda b, r: problems.take_step(b, r, account, step, b.clock.now()))


@problem_app.command("close")
def problem_close(
    context: typer.Context, account: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Close the open problem: the client has confirmed."""
    act(context, rep, team, as_json, lambda b, r: problems.take_step(b, r, account, Step.CONFIRMED, b.clock.now()))


@promise_app.command("add")
def promise_add(
    context: typer.Context,
    account: str,
    text: str,
    due: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])],
    rep: RepOption,
    by: Annotated[By, typer.Option(help="Who owes it.")] = By.US,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write down a promise."""
    act(context, rep, team, as_json, lambda b, r: problems.promise(b, r, account, text, due.date(), by, b.clock.now()))


@promise_app.command("keep")
def promise_keep(
    context: typer.Context,
    account: str,
    rep: RepOption,
    text: Annotated[str, typer.Option(help="How its text begins; default: the next one due.")] = "",
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Mark a promise as kept."""
    act(context, rep, team, as_json, lambda b, r: problems.keep(b, r, account, text, b.clock.now()))
