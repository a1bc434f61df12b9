"""`/kam why`: why the last nudge came."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import explain


def handle(act: Act) -> Reply:
    return explain.latest(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="why",
    aliases=("为什么",),
    usage=Text("why, or why acme", "why，或 why 博远"),
    summary=Text("why my last nudge came, and what would stop it", "上一条提醒为什么发，怎样才不发"),
    handle=handle,
)
