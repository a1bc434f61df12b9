"""The `kam` command line: one typer app; each command names a service of `ctx.obj`, never a module that builds."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import errors
from bot.cli import advise as advising
from bot.cli import backups, keys, patch, playbooks, privacy, records, tell, troubles
from bot.cli import check as checking
from bot.cli import doctor as doctoring
from bot.cli import effect as effecting
from bot.cli import plan as planning
from bot.cli.group import Group
from bot.cli.services import DemoWish, Services
from bot.content import training
from bot.content.loader import Loaded
from bot.core.holdout import LARGEST
from bot.core.matching import Weights

app = typer.Typer(cls=Group, help="The key-account coach.", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(records.account_app, name="account")
app.add_typer(records.contact_app, name="contact")
app.add_typer(records.visit_app, name="visit")
app.add_typer(records.calendar_app, name="calendar")
app.add_typer(keys.keys_app, name="keys")
app.add_typer(troubles.problem_app, name="problem")
app.add_typer(troubles.promise_app, name="promise")
playbooks.playbooks_app.command("patch")(patch.patch)
app.add_typer(playbooks.playbooks_app, name="playbooks")

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@app.command()
def serve(context: typer.Context) -> None:
    """Run the bot."""
    services: Services = context.obj
    try:
        services.serve()
    except errors.KamError as error:
        tell.fail(error, as_json=False)


@app.command()
def demo(
    context: typer.Context,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play simulated days and print what people see.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, with --headless.")] = 14,
    ignore_all: Annotated[bool, typer.Option("--ignore-all", help="Reps answer no nudge, with --headless.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Try the coach on a practice workspace, with the sample portfolio."""
    services: Services = context.obj
    try:
        raise typer.Exit(services.demo(DemoWish(headless, days, as_json, ignore_all)))
    except errors.KamError as error:
        tell.fail(error, as_json)


@app.command()
def advise(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="What happened, in your own words.")] = None,
    stage: Annotated[str, typer.Option(help="Stage of the account.")] = "",
    order_phase: Annotated[str, typer.Option("--order-phase", help="Order phase.")] = "",
    open_problem: Annotated[bool, typer.Option("--open-problem", help="A problem is open.")] = False,
    lang: Annotated[str, typer.Option(help="en or zh; default: the language of the text.")] = "",
    batch: Annotated[Path | None, typer.Option(help="A file of JSON lines instead of one text.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which plays answer a question. Needs no database."""
    services: Services = context.obj
    try:
        advising.check_call(text, batch)
        loaded = services.loaded(None)
        weights = services.weights(loaded, None)
        if batch is not None:
            raise typer.Exit(advising.batch(loaded.library, weights, batch))
        known = advising.facts(stage, order_phase, open_problem or None, lang, text or "")
        found = advising.one(loaded.library, weights, text or "", known)
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document(found)
    else:
        typer.echo("\n".join(advising.show(found)))


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="The folder with the playbooks.")] = None,
    as_json: JsonOption = False,
    github: Annotated[bool, typer.Option("--github", help="Annotations for a pull request.")] = False,
) -> None:
    """Check playbooks: every error at once, with file, line and repair."""
    services: Services = context.obj
    chosen = folder or services.playbooks()

    def strays(loaded: Loaded) -> Iterable[tuple[str, str, str]]:
        return training.nearest_play_warnings(loaded.library, _weights(services, loaded, chosen))

    raise typer.Exit(checking.run(chosen, as_json, github, services.now().date(), strays))


def _weights(services: Services, loaded: Loaded, folder: Path) -> Weights:
    """The matcher's weights; kept only where there is a cache, for a check runs in other people's repositories too."""
    if services.cache.exists():
        return services.weights(loaded, folder)
    return training.train(loaded.library, training.read_out_of_scope(folder / "out_of_scope.yaml"))


@app.command()
def plan(
    context: typer.Context,
    accounts: Annotated[Path, typer.Option(help="The portfolio (CSV).")],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    days: Annotated[int, typer.Option(help="How many days.")],
    ignore_all: Annotated[bool, typer.Option("--ignore-all", help="Reps answer no nudge.")] = False,
    holdout: Annotated[int, typer.Option(min=0, max=LARGEST, help="Percent of a hold-out; 0: none.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Say what the planner would send, in order."""
    services: Services = context.obj
    try:
        library = services.loaded(None).library
    except errors.KamError as error:
        tell.fail(error, as_json)
    code = planning.run(
        library,
        accounts,
        start.date(),
        days,
        as_json=as_json,
        ignore_all=ignore_all,
        holdout=holdout,
        fallback=services.fallback_zone,
    )
    raise typer.Exit(code)


app.command("effect")(effecting.command)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("doctor")(doctoring.doctor)


@app.command()
def migrate(context: typer.Context, as_json: JsonOption = False) -> None:
    """Bring the database to the schema of this version."""
    services: Services = context.obj
    try:
        revision = services.migrate()
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document({"revision": revision})
    else:
        typer.echo(f"The database is at {revision}.")


@app.command()
def warm(context: typer.Context) -> None:
    """Build what is made from playbooks: at set-up and when an image is built, so that the start is quick."""
    services: Services = context.obj
    try:
        typer.echo(services.warm())
    except errors.KamError as error:
        tell.fail(error, as_json=False)


@app.command()
def manifest(
    context: typer.Context,
    write: Annotated[bool, typer.Option("--write", help="Write manifest.json and manifest.http.json here.")] = False,
    url: Annotated[str, typer.Option(help="Public https address of the bot, for HTTP mode.")] = "",
    many: Annotated[bool, typer.Option("--many", help="Workspaces install the app; needs --url.")] = False,
) -> None:
    """Show the Slack app manifest: what to paste when you make the app."""
    services: Services = context.obj
    if write:
        typer.echo("\n".join(str(file) for file in services.write_manifests(Path())))
        return
    try:
        tell.document(services.manifest(url or None, many))
    except errors.KamError as error:
        tell.fail(error, as_json=False)


app.command("why")(records.why)
app.command("why-not")(privacy.why_not)
app.command("handover")(privacy.handover)
app.command("export")(privacy.export)
app.command("forget")(privacy.forget)
records.account_app.command("merge")(privacy.merge)
