"""`kam doctor`: whether what the coach stands on holds. It changes nothing, and works when things are broken."""

from collections.abc import Iterator

from bot.checkup import database, machine, playbooks, slack
from bot.core.checkup import Check
from bot.settings import Settings


def examine(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which to mend what is broken; each comes as soon as it is known."""
    yield from machine.examine(settings)
    yield from playbooks.examine(settings)
    yield from database.examine(settings)
    yield from slack.examine(settings)
