"""`/kam why-not`: what is held back on an account, and why."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import why_not


def handle(act: Act) -> Reply:
    return why_not.of_account(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="why-not",
    aliases=("whynot", "为什么不"),
    usage=Text("why-not acme", "why-not 博远"),
    summary=Text("what I hold back on an account, by which rule, until when", "一个客户有哪些没提、为什么、到什么时候"),
    handle=handle,
)
