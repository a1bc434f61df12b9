"""`/kam playbooks`: the version in use and what changed."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import playbook_overview


def handle(act: Act) -> Reply:
    return Reply(playbook_overview.overview(act.base, act.rep, act.now))


COMMAND = Subcommand(
    name="playbooks",
    aliases=("playbook", "打法"),
    usage=Text("playbooks", "打法"),
    summary=Text("which playbooks are in use, and what changed lately", "现在用的是哪版打法，最近改了什么"),
    handle=handle,
)
