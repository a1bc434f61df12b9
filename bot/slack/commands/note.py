"""`/kam note`: praise, complaints, requests, rivals and news, a line each."""

from bot import errors
from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import records

USAGE = Text(
    "/kam note Acme praise | complaint | request | rival | news <what was said>",
    "/kam note 博远 表扬 | 抱怨 | 请求 | 对手 | 通报 <对方怎么说的>",
)


def handle(act: Act) -> Reply:
    if not act.text.strip():
        usage = USAGE.of(act.rep.language)
        raise errors.Refused("Nothing to note.", code="unknown_subcommand", params={"usage": usage})
    return Reply(records.note(act.base, act.rep, act.text, act.now))


COMMAND = Subcommand(
    name="note",
    aliases=("notes", "记录"),
    usage=Text("note acme praise what they said", "note 博远 表扬 对方怎么说的"),
    summary=Text("praise, complaints, requests, rivals, news", "表扬、抱怨、请求、对手、通报"),
    handle=handle,
)
