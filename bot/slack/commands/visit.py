"""`/kam visit`: visits as a rep types them."""

from dataclasses import replace

from bot.core.message import Message, Reply, Small
from bot.core.texts import talk
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import visits


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    base, rep, now = act.base, act.rep, act.now
    match word.casefold():
        case "" | "list" | "列表":
            return Reply(_listed(act))
        case "add" | "添加" | "新增":
            return Reply(visits.add(base, rep, rest, now))
        case "move" | "改期":
            return Reply(visits.move(base, rep, rest, now))
        case "cancel" | "取消":
            return Reply(visits.cancel(base, rep, rest, now))
        case _:
            return Reply(visits.add(base, rep, act.text, now))


def _listed(act: Act) -> Message:
    shown = visits.overview(act.base, act.rep, act.now)
    hint = Small(talk.HELP_DM.of(act.rep.language))
    return replace(shown, parts=(*shown.parts, hint)) if len(shown.parts) > 1 else shown


COMMAND = Subcommand(
    name="visit",
    aliases=("visits", "拜访"),
    usage=Text(
        "visit acme thu 10:00 | list | move acme fri 14:00 | cancel acme",
        "visit 博远 周四上午十点 | list | move | cancel",
    ),
    summary=Text("plan a visit; I send a card before and one tap after", "约拜访：去之前我发卡片，回来点一下"),
    handle=handle,
    words=("add", "list", "move", "cancel"),
)
