"""`/kam promise`: what we owe by when, and what we may ask of the client."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import promises


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    match word.casefold():
        case "":
            return promises.form(act.base, act.rep)
        case "list" | "列表":
            return promises.overview(act.base, act.rep, rest, act.now)
        case "add" | "添加" | "新增":
            return promises.by_text(act.base, act.rep, rest, act.now) if rest else promises.form(act.base, act.rep)
        case _:
            return promises.by_text(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="promise",
    aliases=("promises", "承诺"),
    usage=Text("promise acme by fri: spare parts list | list", "promise 博远 周五前：备件清单 | list"),
    summary=Text("what you owe by when, and what they owe you", "我们答应了什么、哪天前办；对方答应的也记"),
    handle=handle,
    words=("list", "add"),
    asks=True,
)
