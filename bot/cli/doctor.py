"""`kam doctor`: says of everything that the coach stands on whether it holds, and what to do next."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli import tell
from bot.cli.services import Services
from bot.core.checkup import Check, State

STYLES = {State.OK: "green", State.LOOK: "yellow", State.BROKEN: "bold red"}


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Look at tokens, scopes, clock, zones, database, playbooks, delivery; change nothing."""
    services: Services = context.obj
    found: list[Check] = []
    for check in services.doctor():
        found.append(check)
        if not as_json:
            _show(check)
    sick = any(check.state is State.BROKEN for check in found)
    if as_json:
        tell.document({"ok": not sick, "checks": [_document(check) for check in found]})
    raise typer.Exit(tell.WRONG if sick else tell.DONE)


def _document(check: Check) -> dict[str, str]:
    return {"check": check.name, "state": check.state.value, "message": check.message, "repair": check.repair}


def _show(check: Check) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"{check.state.value:<7}", STYLES[check.state]) + Text(f"{check.name:<11} {check.message}"))
    if check.repair:
        console.print(Text(f"{'':<19}{check.repair}"))
