"""`/kam contact`: people at the client, and who reached out."""

from bot import errors
from bot.core.message import Reply
from bot.core.situation import By
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import accounts, contacts

USAGE = Text(
    "/kam contact add Acme Wang Li, purchasing, boss Zhao Min | list Acme | log Acme us",
    "/kam contact add 博远 王丽，采购，上级赵敏 | list 博远 | log 博远 我们",
)
BY = {
    "us": By.US,
    "me": By.US,
    "我们": By.US,
    "我": By.US,
    "them": By.THEM,
    "client": By.THEM,
    "客户": By.THEM,
    "对方": By.THEM,
}


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    base, rep, now = act.base, act.rep, act.now
    match word.casefold():
        case "add" | "添加" | "新增":
            name, details = accounts.leading(base, rep, rest)
            return Reply(contacts.add_contact(base, rep, name, details, now))
        case "list" | "列表":
            return Reply(contacts.list_contacts(base, rep, rest))
        case "log" | "记录":
            name, _, last = rest.rpartition(" ")
            if not name or last.casefold() not in BY:
                name, last = rest, "us"
            return Reply(contacts.log_contact(base, rep, name, BY[last.casefold()], now))
        case _:
            usage = USAGE.of(rep.language)
            raise errors.Refused("Unknown subcommand.", code="unknown_subcommand", params={"usage": usage})


COMMAND = Subcommand(
    name="contact",
    aliases=("contacts", "联系人"),
    usage=Text(
        "contact add acme Wang Li, purchasing | list acme | log acme us",
        "contact add 博远 王丽，采购 | list 博远 | log 博远 客户",
    ),
    summary=Text("people at the client, and who reached out", "客户那边的人，谁主动联系了谁"),
    handle=handle,
    words=("add", "list", "log"),
)
