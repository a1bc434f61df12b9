"""`/kam playbooks`: the version in use and what changed; `report`: what the plays do."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import play_reports, playbook_overview

REPORT = ("report", "报告")


def handle(act: Act) -> Reply:
    word, _ = first_word(act.text)
    if word.casefold() in REPORT:
        return play_reports.asked(act.base, act.rep, act.now)
    return Reply(playbook_overview.overview(act.base, act.rep, act.now))


COMMAND = Subcommand(
    name="playbooks",
    aliases=("playbook", "打法"),
    usage=Text("playbooks, or playbooks report", "打法，或 打法 报告"),
    summary=Text(
        "which playbooks are in use, what changed, what the plays do", "现在用的是哪版打法，改了什么，用得怎么样"
    ),
    handle=handle,
)
