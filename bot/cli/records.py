"""`kam account`, `contact`, `visit`, `calendar`: what a rep does in Slack, through the same use cases."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot import errors
from bot.cli import tell
from bot.cli.services import Services
from bot.connectors import files
from bot.core.account import Rep
from bot.core.message import Actions, Message
from bot.core.situation import By
from bot.usecases import accounts, calendars, contacts, explain, portfolio, visits
from bot.usecases.ports import Base
from storage import deliveries, reps

account_app = typer.Typer(help="Accounts of a rep.", no_args_is_help=True)
contact_app = typer.Typer(help="Contacts, and who reached out.", no_args_is_help=True)
visit_app = typer.Typer(help="Visits.", no_args_is_help=True)
calendar_app = typer.Typer(help="Calendar feeds.", no_args_is_help=True)

RepOption = Annotated[str, typer.Option("--rep", help="Slack user id of the rep.")]
TeamOption = Annotated[str, typer.Option("--team", help="Workspace id; not needed where there is only one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document.")]


Work = Callable[[Base, Rep], Message]


def act(context: typer.Context, rep_id: str, team: str, as_json: bool, work: Work, *, first: bool = False) -> None:
    """Does something as a rep, and tells the answer or what stands in its way. `first`: the workspace may be new."""
    services: Services = context.obj
    try:
        base = services.base()
        answer = work(base, _rep(base, services.team(base, team), rep_id, first))
        _check_settled(answer)
        tell.message(answer, as_json)
    except errors.KamError as error:
        tell.fail(error, as_json)


def _check_settled(answer: Message) -> None:
    """Raises BadInput where the answer is a question about a visit: in Slack a button settles it, here fuller words."""
    shown = [button for part in answer.parts if isinstance(part, Actions) for button in part.buttons]
    asked = [b for b in shown if b.action in ("visit:add", "visit:move", "visit:cancel", "visit:which")]
    if not asked:
        return
    choices = "; ".join(button.label for button in asked)
    repair = f"Write it in full. It can be: {choices}."
    if asked[0].action == "visit:which":
        repair = f"It can be: {choices}. Cancel the one you mean, with its day, and add the new time."
    raise errors.BadInput(answer.summary, repair=repair, code="ambiguous")


def _rep(base: Base, team_id: str, rep_id: str, first: bool) -> Rep:
    """The rep of that id, made if new: a portfolio may come before its people. Refuses a workspace nobody knows."""
    with base.database.write() as session:
        known = deliveries.teams(session)
        if team_id not in known and not first:
            raise errors.Refused(
                f"No workspace {team_id!r} is known.",
                repair=f"Known: {', '.join(known) or 'none'}. A new one begins with kam account import or add.",
                code="unknown_team",
            )
        return reps.get(session, team_id, rep_id) or reps.save(session, team_id, rep_id)


@account_app.command("add")
def account_add(
    context: typer.Context, name: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Add an account."""
    act(context, rep, team, as_json, lambda b, r: accounts.add(b, r, name, b.clock.now()), first=True)


@account_app.command("list")
def account_list(context: typer.Context, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False) -> None:
    """List a rep's accounts."""
    act(context, rep, team, as_json, lambda b, r: accounts.overview(b, r, b.clock.now()))


@account_app.command("show")
def account_show(
    context: typer.Context, name: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Show everything that is written down on an account."""
    act(context, rep, team, as_json, lambda b, r: accounts.show(b, r, name, b.clock.now()))


@account_app.command("import")
def account_import(context: typer.Context, file: Path, team: TeamOption = "", as_json: JsonOption = False) -> None:
    """Import a portfolio (CSV); bad rows are named, the rest is kept."""
    services: Services = context.obj
    try:
        read = files.load(file, fallback=services.fallback_zone)
        base = services.base()
        done = portfolio.keep(base, services.team(base, team), read, base.clock.now())
    except errors.KamError as error:
        tell.fail(error, as_json)
    bad = [{"line": b.line, "column": b.column, "message": b.message, "repair": b.repair} for b in read.bad]
    if as_json:
        tell.document({"imported": done, "bad": bad})
    else:
        typer.echo(f"{done} account{'' if done == 1 else 's'} imported.")
        for row in read.bad:
            typer.echo(f"{file}:{row.line}: {row.column}: {row.message}; {row.repair}", err=True)
    raise typer.Exit(tell.WRONG if bad else tell.DONE)


@contact_app.command("add")
def contact_add(
    context: typer.Context,
    account: str,
    details: Annotated[str, typer.Argument(help="Name, role, boss …, e-mail: separated by commas.")],
    rep: RepOption,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a contact."""
    act(context, rep, team, as_json, lambda b, r: contacts.add_contact(b, r, account, details, b.clock.now()))


@contact_app.command("list")
def contact_list(
    context: typer.Context, account: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """List the contacts at an account."""
    act(context, rep, team, as_json, lambda b, r: contacts.list_contacts(b, r, account))


@contact_app.command("log")
def contact_log(
    context: typer.Context,
    account: str,
    rep: RepOption,
    by: Annotated[By, typer.Option(help="Who reached out.")] = By.US,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write down that somebody reached out."""
    act(context, rep, team, as_json, lambda b, r: contacts.log_contact(b, r, account, by, b.clock.now()))


@visit_app.command("add")
def visit_add(
    context: typer.Context,
    account: str,
    when: Annotated[str, typer.Argument(help='"thu 10:00", "下周四上午十点", "2026-03-05 14:00".')],
    rep: RepOption,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Plan a visit."""
    act(context, rep, team, as_json, lambda b, r: visits.add(b, r, f"{account} {when}", b.clock.now()))


@visit_app.command("list")
def visit_list(context: typer.Context, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False) -> None:
    """List a rep's visits."""
    act(context, rep, team, as_json, lambda b, r: visits.overview(b, r, b.clock.now()))


@visit_app.command("move")
def visit_move(
    context: typer.Context, account: str, when: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Move the visit to an account; of several, say their times."""
    act(context, rep, team, as_json, lambda b, r: visits.move(b, r, f"{account} {when}", b.clock.now()))


@visit_app.command("cancel")
def visit_cancel(
    context: typer.Context, account: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Cancel the next visit to an account."""
    act(context, rep, team, as_json, lambda b, r: visits.cancel(b, r, account, b.clock.now()))


@visit_app.command("import")
def visit_import(
    context: typer.Context, file: Path, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Import visits from a calendar file (ICS)."""
    act(context, rep, team, as_json, lambda b, r: calendars.import_file(b, r, _bytes(file), b.clock.now()))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise errors.BadInput(f"{file} cannot be read.", repair="Check the path.") from error


@calendar_app.command("add")
def calendar_add(
    context: typer.Context, url: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False
) -> None:
    """Connect a calendar feed."""
    act(context, rep, team, as_json, lambda b, r: calendars.connect(b, r, url, b.clock.now()))


@calendar_app.command("remove")
def calendar_remove(context: typer.Context, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False) -> None:
    """Disconnect a rep's calendar feeds."""
    act(context, rep, team, as_json, lambda b, r: calendars.disconnect(b, r, None))


def why(context: typer.Context, nudge: str, rep: RepOption, team: TeamOption = "", as_json: JsonOption = False) -> None:
    """Why a nudge came: the rule, the facts, what would stop it."""

    def told(base: Base, who: Rep) -> Message:
        reply = explain.why(base, who, nudge, base.clock.now())
        assert reply.message is not None
        return reply.message

    act(context, rep, team, as_json, told)
