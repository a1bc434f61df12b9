"""The log: past-tense events and their keys, one line each; ids only, never names or texts."""

import logging
import secrets
import sys

import structlog

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
        structlog.processors.format_exc_info,
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


def reference() -> str:
    """A short reference that a person can quote and an admin can find in the log."""
    return secrets.token_hex(4)
