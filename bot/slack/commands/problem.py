"""`/kam problem`: a bad day, logged and walked through."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import bad_days


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    match word.casefold():
        case "":
            return bad_days.form(act.base, act.rep)
        case "list" | "列表":
            return bad_days.overview(act.base, act.rep)
        case "open" | "记录":
            return bad_days.open_by_text(act.base, act.rep, rest, act.now)
        case _:
            return bad_days.open_by_text(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="problem",
    aliases=("problems", "问题"),
    usage=Text("problem acme what happened | list", "problem 博远 发生了什么 | list"),
    summary=Text("a bad day: what to do next, what to say, whom to bring in", "出事了：下一步做什么、怎么说、拉上谁"),
    handle=handle,
    words=("list", "open"),
    asks=True,
)
