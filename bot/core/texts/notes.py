"""Texts of notes on an account."""

from typing import Final

from bot.core.situation import RecordKind
from bot.core.wording import Text

KINDS: Final = {
    RecordKind.PRAISE: Text("praise", "表扬"),
    RecordKind.COMPLAINT: Text("complaint", "抱怨"),
    RecordKind.REQUEST: Text("request", "请求"),
    RecordKind.RIVAL: Text("rival", "对手"),
    RecordKind.NEWS: Text("news", "通报"),
}
ALL_KINDS: Final = {
    **KINDS,
    RecordKind.DELIVERY_REVIEWED: Text("delivery reviewed", "交付回顾"),
    RecordKind.EFFECT_REVIEWED: Text("effect reviewed", "效果回顾"),
    RecordKind.PICTURE: Text("two-year picture", "两年图景"),
}
KEPT: Final = Text("{account}: {kind} noted.", "{account}：{kind}，记下了。")
HINTS: Final = {
    RecordKind.COMPLAINT: Text(
        "If it is trouble, start its clock: /kam problem {account} <what happened>",
        "要是出了问题，请开始处理：/kam problem {account} <发生了什么>",
    ),
    RecordKind.REQUEST: Text(
        "Once they have their answer: /kam note {account} answered", "答复之后：/kam note {account} 已答复"
    ),
}
ANSWERED: Final = Text("{account}: answered, noted.", "{account}：已答复，记下了。")
NOTHING_OPEN: Final = Text("{account} is waiting for no answer.", "{account}没有在等答复。")
HEADING: Final = Text("Notes on {account}", "{account}的记录")
LINE: Final = Text("{day} {kind}: {text}", "{day} {kind}：{text}")
NONE: Final = Text(
    "Nothing noted on {account} yet: /kam note {account} praise their director liked the handover",
    "{account}还没有记录：/kam note {account} 表扬 对方总监夸交接做得好",
)
