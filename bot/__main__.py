"""The command line, with everything that its commands may ask for."""

import sys
import threading
from collections.abc import Callable
from functools import cache

from bot import checkup, demo, errors, log, metrics, settings, wiring
from bot.cli import tell
from bot.cli.app import app
from bot.cli.services import Services
from bot.jobs import playbooks
from bot.settings import Settings
from bot.slack import entrance, manifest
from bot.usecases.ports import Base
from bot.usecases.silence import NobodyToTell
from storage import deliveries, migrate
from storage.session import Database, answering


def services(chosen: Settings) -> Services:
    """Everything a command may ask for, built when it is asked for."""
    the_clock = wiring.clock(chosen)

    @cache
    def opened() -> Database:
        return wiring.database(chosen)

    @cache
    def base() -> Base:
        def at_once(job: Callable[[], None]) -> None:
            job()

        parts = wiring.Parts(the_clock, NobodyToTell(), at_once)
        return wiring.base(chosen, parts, opened(), wiring.shelf(chosen))

    def team(of: Base, named: str) -> str:
        return named or _only_team(chosen, of)

    def warm() -> str:
        try:
            chosen.cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"{chosen.cache} cannot be made ({error.strerror})."
            raise errors.Unavailable(said, repair="Set KAM_CACHE_DIR to a folder that can be written.") from error
        loaded = wiring.content(chosen)
        wiring.weights(chosen, loaded)
        return f"{len(loaded.library.plays)} plays, version {loaded.library.version}, ready in {chosen.cache}."

    def migrated() -> str:
        opened = Database(chosen.database)
        migrate.upgrade(opened)
        return str(migrate.current(opened))

    return Services(
        now=the_clock.now,
        address=chosen.database,
        playbooks=lambda: playbooks.folder(chosen),
        cache=chosen.cache,
        fallback_zone=chosen.fallback_zone,
        loaded=lambda folder: wiring.content(chosen, folder),
        weights=lambda loaded, folder: wiring.weights(chosen, loaded, folder),
        base=base,
        team=team,
        migrate=migrated,
        serve=lambda: wiring.serve(chosen),
        demo=lambda wish: demo.run(chosen, wish),
        manifest=lambda url, many: manifest.manifest("http" if url else "socket", url, many=many),
        write_manifests=manifest.write,
        warm=warm,
        database=opened,
        keys=lambda: entrance.keys(chosen),
        doctor=lambda: checkup.examine(chosen),
    )


def _only_team(chosen: Settings, base: Base) -> str:
    """The workspace that a command is about: that of the token, else the only one in the database."""
    if chosen.slack_bot_token.get_secret_value():
        return wiring.identity(chosen).team_id
    with base.database.read() as session:
        teams = deliveries.teams(session)
    if len(teams) == 1:
        return teams[0]
    raise errors.BadInput(
        f"{len(teams)} workspaces are known.", repair="Say which: --team T…, or set KAM_SLACK_BOT_TOKEN."
    )


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    metrics.FAILURES.labels("thread").inc()
    log.log.error("thread_failed", exc_info=args.exc_value)


def main() -> None:
    """Runs a command. What nobody foresaw ends with 3 and a reference that stands in the log."""
    try:
        chosen = settings.read()
    except errors.KamError as error:
        sys.exit(tell.say(error, as_json="--json" in sys.argv))
    log.configure(chosen.log_level)
    threading.excepthook = _thread_failed
    try:
        with answering():
            app(obj=services(chosen), prog_name="kam")
    except errors.KamError as error:
        sys.exit(tell.say(error, as_json="--json" in sys.argv))
    except Exception as error:  # noqa: BLE001 - the edge of the program
        reference = log.reference()
        log.log.error("command_failed", reference=reference, exc_info=error)
        print(f"Something went wrong inside; the log has it under {reference}.", file=sys.stderr)
        sys.exit(tell.INTERNAL)


if __name__ == "__main__":
    main()
