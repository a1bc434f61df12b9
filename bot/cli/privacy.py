"""`kam export`, `forget`, `handover`, `why-not`: what a rep, or whoever runs the bot, may ask about what is stored."""

from typing import Annotated

import typer

from bot import errors
from bot.cli import tell
from bot.cli.records import JsonOption, RepOption, TeamOption, act
from bot.cli.services import Services
from bot.core.account import Rep
from bot.core.message import Message, Reply
from bot.usecases import handover as handing
from bot.usecases import merging, privacy
from bot.usecases import why_not as holding
from bot.usecases.ports import Asker, Base

RepArgument = Annotated[str, typer.Argument(help="Slack user id of the rep.")]


def export(context: typer.Context, rep: RepArgument, team: TeamOption = "", _as_json: JsonOption = True) -> None:
    """Print everything that is stored of a rep, as one JSON document."""
    services: Services = context.obj
    try:
        base, who = _known(services, team, rep)
        found = privacy.export(base, who, base.clock.now())
    except errors.KamError as error:
        tell.fail(error, as_json=True)
    tell.document(found)


def forget(
    context: typer.Context,
    rep: RepArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete; there is no way back.")] = False,
    keep_accounts: Annotated[
        bool, typer.Option("--keep-accounts", help="Accounts stay: they go to the rep's manager.")
    ] = False,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete everything that is stored of a rep, and print the receipt."""
    services: Services = context.obj
    try:
        base, who = _known(services, team, rep)
        if not yes:
            raise errors.BadInput(
                f"This deletes everything that is stored of {rep}, for good.", repair="Add --yes.", code="not_confirmed"
            )
        now = base.clock.now()
        row = privacy.forget(base, who, now, keep_accounts=keep_accounts)
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        at = row.at.isoformat(timespec="seconds")
        tell.document({"receipt": row.id, "at": at, "deleted": row.deleted, "kept": row.kept})
    else:
        tell.message(privacy.receipt(base, who, row, now), as_json=False)


def _known(services: Services, team: str, rep_id: str) -> tuple[Base, Rep]:
    base = services.base()
    return base, privacy.known(base, Asker(services.team(base, team), rep_id))


def why_not(
    context: typer.Context, account: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Say what is held back on an account: the rule, the facts, until when."""
    act(context, rep, team, as_json, lambda b, r: _message(holding.of_account(b, r, account, b.clock.now())))


def handover(
    context: typer.Context, account: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Print what the next rep should know of an account, gaps said as gaps."""
    act(context, rep, team, as_json, lambda b, r: _message(handing.pack(b, r, account, b.clock.now())))


def merge(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account that goes.")],
    into: Annotated[str, typer.Argument(help="The account that takes it in.")],
    rep: RepOption,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make two accounts one: all of the first moves to the second."""
    act(context, rep, team, as_json, lambda b, r: merging.merge(b, r, account, into, b.clock.now()))


def _message(reply: Reply) -> Message:
    assert reply.message is not None
    return reply.message
