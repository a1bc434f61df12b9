"""A worker in a process of its own: `python -m tests.storage.claimer URL OWNER` claims and sends until nothing is due.

Prints one line a claim. Each claim is a transaction, and so is each end, as in the real worker.
"""

import sys
from datetime import timedelta

from bot.core.nudge import Fate
from bot.core.pace import Pace
from storage import claims, nudges
from storage.session import Database
from tests.factories import NOW


def main(url: str, owner: str) -> None:
    database = Database(url)
    while True:
        with database.write() as session:
            taken = claims.claim(session, owner, NOW, timedelta(seconds=20), limit=3, pace=Pace(burst=1000))
        for claim in taken:
            print(claim.nudge.id)
            with database.write() as session:
                assert nudges.end(session, claim, Fate.SENT, NOW)
        with database.read() as session:
            if nudges.next_due(session) is None:
                break
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
