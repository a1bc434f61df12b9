"""`kam backup` and `kam restore`: the whole database as one file, and back into a place where nothing is yet."""

from pathlib import Path
from typing import Annotated

import typer

from bot import errors
from bot.cli import tell
from bot.cli.records import JsonOption
from bot.cli.services import Services
from bot.usecases import restoring
from storage import backups


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    as_json: JsonOption = False,
) -> None:
    """Write the whole database into one file, also while the bot serves."""
    services: Services = context.obj
    try:
        size = backups.save(services.address, file)
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document({"file": str(file), "bytes": size})
    else:
        typer.echo(f"{file} holds the whole database ({size / 1_000_000:.1f} MB). Keep it as safe as the original.")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `kam backup` made.")],
    as_json: JsonOption = False,
) -> None:
    """Put a backup into a database where nothing is yet; what may have been sent since is looked up first."""
    services: Services = context.obj
    try:
        backups.load(services.address, file)
        done = restoring.after(services.base())
    except errors.KamError as error:
        tell.fail(error, as_json)
    at = done.as_of.isoformat() if done.as_of is not None else None
    if as_json:
        tell.document({"as_of": at, "planned": done.planned, "looked_up": done.looked_up})
        return
    typer.echo(f"Restored, as of {at or 'its first day'}. {done.planned} nudges are still to come.")
    typer.echo(f"{done.looked_up} may have been sent since: each is looked up in Slack before it is sent.")
    typer.echo("Was anybody forgotten since then? Run `kam forget` for them again before you start `kam serve`.")
