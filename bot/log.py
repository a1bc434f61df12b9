"""The log: past-tense events and their keys, one line each; ids only, never names or texts."""

import logging
import secrets
import sys
import traceback

import structlog

from bot import errors

DEEPEST = 5  # errors of a chain that are told
log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(level: str = "INFO", *, as_json: bool | None = None) -> None:
    """Sends every log line to standard error: JSON, or for people where that is a terminal.

    Bolt's own loggers say only warnings: at INFO they print rejected requests with body and signature.
    """
    as_json = not sys.stderr.isatty() if as_json is None else as_json
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(told),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in (
        "slack_bolt",
        "slack_sdk",
        "websocket",
        "apscheduler",
        "httpx",
        "httpcore",
        "waitress",
        "uvicorn",
        "watchfiles",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)


def told(exc_info: structlog.typing.ExcInfo) -> str:
    """Where an error came from and of what kind it is; never its message, which may hold what somebody wrote."""
    error: BaseException | None = exc_info[1]
    seen: list[str] = []
    while error is not None and len(seen) < DEEPEST:
        frames = "".join(traceback.format_tb(error.__traceback__))
        seen.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}{_word(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich came of:\n\n".join(seen)


def _word(error: BaseException) -> str:
    """What may be said of an error besides its kind: words of ours, or of the system."""
    if isinstance(error, errors.KamError):
        return f" ({error.code})"
    if isinstance(error, OSError) and error.strerror:
        return f" ({error.strerror})"
    found = getattr(error, "sqlstate", None)  # PostgreSQL's
    return f" ({found})" if isinstance(found, str) else ""


def reference() -> str:
    """A short reference that a person can quote and an admin can find in the log."""
    return secrets.token_hex(4)
