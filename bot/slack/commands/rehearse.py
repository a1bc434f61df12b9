"""`/kam rehearse`: a short talk with a difficult client."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import rehearsals


def handle(act: Act) -> Reply:
    if not act.text or act.text.casefold() in ("list", "列表"):
        return rehearsals.overview(act.base, act.rep)
    return rehearsals.by_words(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="rehearse",
    aliases=("rehearsal", "排练", "演练"),
    usage=Text("rehearse, or rehearse angry client", "rehearse，或 rehearse 客户发火"),
    summary=Text("a two-minute talk with a difficult client", "两分钟，跟难缠的客户练一段"),
    handle=handle,
)
