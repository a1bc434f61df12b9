"""`/kam pause`: nothing unasked for a while."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import pauses


def handle(act: Act) -> Reply:
    return pauses.pause(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="pause",
    aliases=("暂停",),
    usage=Text("pause 3 days | until fri | off", "pause 3天 | 到周五 | off"),
    summary=Text("no messages from me for a while", "这段时间我不打扰"),
    handle=handle,
)
