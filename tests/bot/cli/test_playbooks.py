"""`kam playbooks`: what the bot uses, what changed, what was refused."""

import json
from datetime import timedelta

from bot.core.changes import Change, Kind, Line
from bot.core.version import Origin, Trouble, Version
from storage import playbook_versions
from storage.session import Database
from tests.bot.cli.test_cli import Kam, kam, team
from tests.factories import NOW

__all__ = ["kam", "team"]  # fixtures

REWORDED = Change("bad-news-first", Kind.REWORDED, ("Bad news", "坏消息"), (Line("Ring now.", "Ring at once."),), True)
TROUBLE = Trouble("playbooks/a/b.yaml", 2, "`status` is `stabel`", "write stable")


def test_it_says_the_version_its_author_the_change_and_what_was_refused(team: Kam, tmp_path) -> None:
    team("account", "list", "--rep", "U0ANNA")
    nothing = team("playbooks")
    assert nothing.code == 0
    assert "32 plays." in nothing.out
    database = Database(f"sqlite:///{tmp_path}/data/kam.sqlite3")
    origin = Origin("playbooks @ abc1234", "Mei Lin", NOW - timedelta(hours=1))
    with database.write() as session:
        playbook_versions.add(session, Version("v1", "abcd", origin, NOW, changes=[REWORDED]))
        playbook_versions.add(session, Version("v2", "ef", origin, NOW, refused=True, troubles=[TROUBLE]))
    database.close()
    shown = team("playbooks").out
    for words in ("Last change: Mei Lin", "“Bad news” has new words and comes at other moments", "line 2: `status`"):
        assert words in shown
    told = json.loads(team("playbooks", "--json").out)
    assert (told["plays"], told["versions"][0]["changes"][0]["kind"]) == (32, "reworded")
    assert told["refused"][0]["findings"][0]["repair"] == "write stable"
