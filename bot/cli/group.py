"""The top of the command line: what was called wrongly is told as JSON too, where JSON was asked for."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from bot import errors
from bot.cli import tell


class Group(TyperGroup):
    """The group of all commands. Ends the process with the exit code, as typer's own does."""

    @override
    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        rest = (prog_name, complete_var)
        if not all(map(_is_text, given)):
            sys.exit(tell.say(errors.BadInput("An argument is not UTF-8.", repair="Write it in UTF-8."), _json(given)))
        if not standalone_mode or not _json(given):
            return super().main(given, *rest, standalone_mode, windows_expand_args, **extra)
        try:
            code = super().main(given, *rest, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            sys.exit(tell.say(_called_wrongly(error), as_json=True))
        sys.exit(code if isinstance(code, int) else tell.DONE)


def _json(given: list[str]) -> bool:
    return "--json" in given


def _is_text(argument: str) -> bool:
    """False for bytes that are no UTF-8: the system hands them over as halves of characters."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _called_wrongly(error: typer.TyperException) -> errors.BadInput:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "kam"
    return errors.BadInput(error.format_message(), repair=f"See: {command} --help", code="usage")
