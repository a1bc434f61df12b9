"""The database: there, whole, at this version, writable; what waits in it, and whether stored tokens open."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot import errors, wiring
from bot.core.checkup import Check, broken, look, ok
from bot.settings import Settings
from bot.slack import entrance
from storage import deliveries, health, installations, migrate, nudges, outage
from storage.session import Database

LATE, TOO_LATE = timedelta(minutes=1), timedelta(minutes=5)
UNPLANNED = timedelta(minutes=30)
NAMED = 5  # workspaces that a line names


def examine(settings: Settings) -> Iterator[Check]:
    yield from _database(settings)
    if settings.many_workspaces or settings.encryption_keys.get_secret_value():
        yield from _keys(settings)


def _database(settings: Settings) -> Iterator[Check]:
    try:
        opened = _opened(settings)
    except (errors.KamError, ArgumentError, OSError) as error:
        repair = error.repair if isinstance(error, errors.KamError) else "Check KAM_DATABASE_URL and KAM_DATA_DIR."
        yield broken("database", f"The database cannot be opened ({type(error).__name__}).", repair)
        return
    if opened is None:
        yield look("database", "There is no database yet.", "`kam serve` makes it, and so does `kam migrate`.")
        return
    with closing(opened):
        try:
            yield from _looked_into(opened, wiring.clock(settings).now())
        except SQLAlchemyError as error:
            said = f"The database does not answer ({type(error.__cause__ or error).__name__})."
            repair = "Check KAM_DATABASE_URL, that the server runs, and who may read the file."
            if outage.kind(error) == outage.DAMAGED:
                said, repair = outage.SAID[outage.DAMAGED]
            yield broken("database", said, repair)


def _opened(settings: Settings) -> Database | None:
    """The database as it is: nothing is made, nothing is migrated. None where there is no file yet."""
    file = health.file_of(settings.database)
    return None if file is not None and not Path(file).exists() else Database(settings.database)


def _looked_into(opened: Database, now: datetime) -> Iterator[Check]:
    revision, newest = migrate.current(opened), migrate.head()
    wrong = health.unsound(opened)
    if wrong:
        said = f"The database file is damaged: {wrong}."
        yield broken("database", said, "Stop the coach, keep the file, and restore the last backup: `kam restore`.")
        return
    if revision is not None and not migrate.knows(revision):
        said = f"The database is of a newer version of the coach (revision {revision})."
        yield broken("database", said, "Install the version that used it last, or restore a backup of this version.")
        return
    if revision != newest:
        said = f"The database is at revision {revision or 'none'}, this version needs {newest}."
        yield look("database", said, "Back up, then run `kam migrate`; `kam serve` does it too.")
        return
    if not health.is_writable(opened):
        said = "The database can be read and not written."
        yield broken("database", said, "Check who owns the file and folder, or whether the server is a read-only copy.")
        return
    yield ok("database", f"The database answers, can be written and is at revision {revision}.")
    yield from _backlog(opened, now)
    yield _planning(opened, now)


def _backlog(opened: Database, now: datetime) -> Iterator[Check]:
    """Whether what is due goes out."""
    with opened.read() as session:
        count, waited = nudges.backlog(session, now)
        again = nudges.put_back(session, now)
    if waited < LATE and again:
        said = f"{again} wait for another try after an error."
        yield look("delivery", said, "The log has each as `nudge_put_back`, with Slack's word for it.")
        return
    if waited < LATE:
        yield ok("delivery", f"{count} due, none waits for longer than a minute.")
        return
    said = f"{count} due, the oldest has waited {_span(waited)}."
    repair = "Is `kam serve` running, and ready? Slack may slow it down: see docs/on-call.md, section “Late”."
    yield broken("delivery", said, repair) if waited >= TOO_LATE else look("delivery", said, repair)


def _planning(opened: Database, now: datetime) -> Check:
    """Whether somebody plans."""
    with opened.read() as session:
        waiting = deliveries.not_planned_since(session, now - UNPLANNED, now)
        served = [team for team in waiting if team not in deliveries.left(session)]
    if not served:
        return ok("planning", "Every workspace was planned within half an hour.")
    named = ", ".join(sorted(served)[:NAMED]) + (f" and {len(served) - NAMED} more" if len(served) > NAMED else "")
    said = f"Not planned within half an hour: {named}."
    return look("planning", said, "Is `kam serve` running? Its log names what went wrong: look for `tick_failed`.")


def _keys(settings: Settings) -> Iterator[Check]:
    """Whether the keys can be read and open every stored token."""
    try:
        ring = entrance.keys(settings)
        opened = _opened(settings)
        if opened is None:
            yield ok("keys", "The keys can be read.")
            return
        with closing(opened), opened.read() as session:
            count, old = installations.check(session, ring), installations.under_old_keys(session, ring)
    except errors.KamError as error:
        yield broken("keys", error.message, error.repair)
        return
    except (SQLAlchemyError, ArgumentError, OSError):
        return  # told already: the database does not answer
    if old:
        said = f"Encrypted with an older key: {old} of {count} installations."
        yield look("keys", said, "Run `kam keys rotate`, then take the older key out of KAM_ENCRYPTION_KEYS.")
        return
    yield ok("keys", f"The keys open the tokens of all {count} installations.")


def _span(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
