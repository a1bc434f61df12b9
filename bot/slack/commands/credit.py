"""`/kam credit`: whose work at the client it was."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import credit_notes


def handle(act: Act) -> Reply:
    return credit_notes.form(act.base, act.rep, act.text)


COMMAND = Subcommand(
    name="credit",
    aliases=("功劳", "给功劳"),
    usage=Text("credit acme", "credit 博远"),
    summary=Text("good news: a note to their boss that names them, not us", "有好消息：给对方领导写便条，只提对方的人"),
    handle=handle,
)
