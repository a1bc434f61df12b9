"""`/kam calendar`: visits from a calendar feed."""

from bot import errors
from bot.core.message import Reply, plain
from bot.core.texts import talk
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import calendars

USAGE = "/kam calendar add <https address> | list | remove"


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    match word.casefold():
        case "add" | "添加" | "连接":
            reading = plain(talk.CALENDAR_READING.of(act.rep.language))
            return Reply(reading, then=lambda: calendars.connect(act.base, act.rep, rest, act.now))
        case "" | "list" | "列表":
            return Reply(calendars.overview(act.base, act.rep, act.now))
        case "remove" | "断开":
            return Reply(calendars.disconnect(act.base, act.rep, None))
        case _:
            raise errors.Refused("Unknown subcommand.", code="unknown_subcommand", params={"usage": USAGE})


COMMAND = Subcommand(
    name="calendar",
    aliases=("日历",),
    usage=Text("calendar add <address> | list | remove", "calendar add <地址> | list | remove"),
    summary=Text("read visits from your calendar", "从日历读取拜访"),
    handle=handle,
    words=("add", "list", "remove"),
)
