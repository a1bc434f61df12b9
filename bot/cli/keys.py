"""`kam keys`: making keys for stored tokens, and passing on to a new one."""

from typing import Annotated

import typer

from bot import errors
from bot.cli import tell
from bot.cli.records import JsonOption
from bot.cli.services import Services
from bot.usecases import installing
from storage import keyring

keys_app = typer.Typer(help="Keys for stored tokens.", no_args_is_help=True)


@keys_app.command("new")
def new(
    context: typer.Context,
    key_id: Annotated[str, typer.Option("--id", help="Its name; default: today.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a key, to be put first into KAM_ENCRYPTION_KEYS."""
    services: Services = context.obj
    try:
        made = keyring.new(key_id or f"k{services.now():%Y%m%d}")
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document({"id": made.partition(":")[0], "key": made})
    else:
        typer.echo(made)


@keys_app.command("rotate")
def rotate(context: typer.Context, as_json: JsonOption = False) -> None:
    """Encrypt all stored tokens with the first key; the bot may serve meanwhile."""
    services: Services = context.obj
    try:
        ring = services.keys()
        changed, of = installing.reseal(services.database(), ring)
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document({"key": ring.first, "changed": changed, "installations": of})
    else:
        typer.echo(f"{changed} of {of} installations were encrypted anew; all are under the key {ring.first!r} now.")
