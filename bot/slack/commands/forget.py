"""`/kam forget me`: everything that is stored of a rep goes, after a typed word."""

from bot import errors
from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import privacy


def handle(act: Act) -> Reply:
    if act.text.strip().casefold() not in ("", "me", "我"):
        raise errors.Refused("Only oneself can be forgotten.", code="forget_what")
    return privacy.forget_form(act.base, act.rep)


COMMAND = Subcommand(
    name="forget",
    aliases=("忘掉我", "忘记我", "忘掉"),
    usage=Text("forget me", "forget me"),
    summary=Text("delete all I keep about you", "删除关于你的一切"),
    handle=handle,
)
