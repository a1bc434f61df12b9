"""A bot without the look-up: it believes at once that what is not answered was not posted.

The negative control. A bench that finds no doubles in this one would be blind.
"""

from datetime import datetime

from bot.slack.messenger import SlackMessenger
from bot.usecases.ports import Absent


def believe(_messenger: SlackMessenger, _team_id: str, _channel: str, _nudge_id: str, _since: datetime) -> Absent:
    return Absent()


def blind() -> None:
    """Takes the look-up from every bot of this process."""
    SlackMessenger.find = believe  # type: ignore[method-assign]
