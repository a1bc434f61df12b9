"""`/kam advice`: a question, an account, or nothing for what today needs."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import advice


def handle(act: Act) -> Reply:
    return advice.ask(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="advice",
    aliases=("ask", "advise", "建议", "请教"),
    usage=Text("advice what happened, or an account, or nothing", "advice 发生了什么（或客户名，或留空）"),
    summary=Text("what to do, what to say, what to avoid", "怎么做、怎么说、别踩什么坑"),
    handle=handle,
)
