"""Deliveries that nobody can read: refused as such, so that neither a trace nor a 500 comes of them."""

from slack_bolt import BoltResponse

from bot.log import log

# What reading a delivery raises that is none of Slack's: wrong types, missing parts, too deep a nest.
ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def answer(error: Exception) -> BoltResponse:
    """What is answered where Bolt or a listener gave up: 400 to what cannot be read, else 500: it comes again."""
    if isinstance(error, ERRORS):
        log.warning("delivery_unreadable", error=type(error).__name__)
        return BoltResponse(status=400, body="")
    log.error("delivery_failed", exc_info=error)
    return BoltResponse(status=500, body="")
