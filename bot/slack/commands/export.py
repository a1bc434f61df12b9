"""`/kam export`: all that is stored of a rep, as a file in their DM."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import privacy


def handle(act: Act) -> Reply:
    return privacy.send_export(act.base, act.rep, act.now)


COMMAND = Subcommand(
    name="export",
    aliases=("导出",),
    usage=Text("export", "export"),
    summary=Text("all I keep about you, as a file", "关于你的全部内容，一个文件"),
    handle=handle,
)
