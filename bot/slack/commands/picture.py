"""`/kam picture`: the two-year picture of an account."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import pictures


def handle(act: Act) -> Reply:
    return pictures.by_text(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="picture",
    aliases=("pictures", "两年", "两年图"),
    usage=Text("picture acme", "picture 博远"),
    summary=Text("two years ahead, and back to this month's step", "两年后的样子，倒推到这个月的一步"),
    handle=handle,
)
