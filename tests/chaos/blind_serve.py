"""`kam serve` without the look-up: it believes at once that what is not answered was not posted.

The negative control. A bench that finds no doubles in this one would be blind.
"""

import sys
from datetime import datetime

from bot import __main__
from bot.slack.messenger import SlackMessenger
from bot.usecases.ports import Absent


def believe(_messenger: SlackMessenger, _team_id: str, _channel: str, _nudge_id: str, _since: datetime) -> Absent:
    return Absent()


if __name__ == "__main__":
    SlackMessenger.find = believe  # type: ignore[method-assign]
    sys.exit(__main__.main())
