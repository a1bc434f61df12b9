"""`/kam account`: adding, listing, showing and changing accounts, by form or by text."""

from bot import errors
from bot.core.account import Language
from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import account_forms, accounts, merging

OUTCOMES = {
    "won": "won",
    "lost": "lost",
    "other": "other",
    "赢了": "won",
    "成了": "won",
    "丢了": "lost",
    "没成": "lost",
    "其他": "other",
}
USAGE = "/kam account add | list | show | set | rename | alias | merge | archive | restore"


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    base, rep, now = act.base, act.rep, act.now
    match word.casefold():
        case "add" | "添加" | "新增":
            if not rest:
                return Reply(form=account_forms.form(rep.language))
            return Reply(accounts.add(base, rep, rest, now))
        case "" | "list" | "列表":
            return Reply(accounts.overview(base, rep, now))
        case "show" | "查看":
            return Reply(accounts.show(base, rep, rest, now))
        case "set" | "设置":
            name, field, value = _field(rest, rep.language)
            return Reply(accounts.set_field(base, rep, name, field, value, now))
        case "rename" | "改名":
            old, new = _two(rest, rep.language, (" to ", " -> ", "→", " 为 ", "改为", "改成"))
            return Reply(accounts.rename(base, rep, old, new, now))
        case "alias" | "别名":
            name, others = _two(rest, rep.language, (":", "：", " is ", " = "))
            return Reply(accounts.alias(base, rep, name, others, now))
        case "merge" | "合并":
            source, target = _two(rest, rep.language, (" into ", " -> ", "→", " 并入 ", "并入", "到"))
            return Reply(merging.merge(base, rep, source, target, now))
        case "archive" | "收起":
            name, outcome = _outcome(rest)
            return Reply(accounts.archive(base, rep, name, outcome, now))
        case "restore" | "恢复":
            return Reply(accounts.restore(base, rep, rest, now))
        case _:
            return Reply(accounts.show(base, rep, act.text, now))


def _field(text: str, language: Language) -> tuple[str, str, str]:
    """The account, the field and the value of "Acme Steel stage middle"; names may hold several words."""
    words = text.split()
    fields = ("stage", "phase", "order", "important", "language", "阶段", "订单", "看重", "语言")
    for place in range(len(words) - 1, 0, -1):
        if words[place].casefold() in fields:
            return " ".join(words[:place]), words[place], " ".join(words[place + 1 :])
    raise errors.Refused("No field named.", code="unknown_subcommand", params={"usage": USAGE_SET.of(language)})


USAGE_SET = Text(
    "/kam account set <name> stage | phase | important | language <value>",
    "/kam account set <客户> 阶段 | 订单 | 看重 | 语言 <内容>",
)


def _two(text: str, language: Language, marks: tuple[str, ...]) -> tuple[str, str]:
    for mark in marks:
        if mark in text:
            left, _, right = text.partition(mark)
            return left.strip(), right.strip()
    raise errors.Refused("Two names are needed.", code="unknown_subcommand", params={"usage": USAGE_TWO.of(language)})


USAGE_TWO = Text(
    "/kam account rename <old> to <new> · /kam account alias <name>: <other>, <domain> · "
    "/kam account merge <one> into <other>",
    "/kam account rename <旧名> 改成 <新名> · /kam account alias <客户>：<别名>，<邮箱域名> · "
    "/kam account merge <一家> 并入 <另一家>",
)


def _outcome(text: str) -> tuple[str, str]:
    name, _, last = text.rpartition(" ")
    if name and last.casefold() in OUTCOMES:
        return name, OUTCOMES[last.casefold()]
    return text, "other"


COMMAND = Subcommand(
    name="account",
    aliases=("accounts", "客户"),
    usage=Text(
        "account add | list | show | set | rename | alias | merge | archive",
        "account add | list | show | set | rename | alias | merge | archive",
    ),
    summary=Text("your accounts: add, show, set stage and order", "你的客户：添加、查看、设置阶段和订单"),
    handle=handle,
    words=("add", "list", "show", "set", "rename", "alias", "merge", "archive", "restore"),
)
