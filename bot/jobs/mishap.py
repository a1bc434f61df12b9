"""What goes wrong at the edge of a thread: told in the log with its place in the code, unless the database is out."""

from bot import metrics
from bot.log import log
from storage import outage


def note(error: BaseException, where: str, event: str, **ids: str) -> None:
    """Counts and logs an error that nobody foresaw. Of an outage of the database, the database itself says so once."""
    if outage.kind(error) is not None:
        log.debug(event, error=outage.kind(error), **ids)
        return
    metrics.FAILURES.labels(where).inc()
    log.error(event, exc_info=error, **ids)
