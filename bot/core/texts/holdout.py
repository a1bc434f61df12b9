"""Texts about the hold-out, for admins who switch it and reps who live with it."""

from typing import Final

from bot.core.wording import Text

HEADING: Final = Text("Hold-out", "对照")
OFF: Final = Text("It is off: no nudge is left out.", "现在关着，提醒照常发。")
ON: Final = Text(
    "It is on since {day}, at {percent} %. Of 100 pairs of an account and a play, about {percent} get no routine nudge. "
    "So we can see whether the nudges help.",
    "从{day}开始，比例 {percent}%。每 100 组“客户 + 打法”里，约有 {percent} 组不发日常提醒，这样才看得出提醒到底有没有用。",
)
NEVER: Final = Text(
    "Never left out: problems, promises, visit cards, the check after a visit, and whatever you ask for.",
    "问题、承诺、拜访卡片、拜访后的那一问，还有你主动来问的，从不省略。",
)
READ: Final = Text(
    "/kam why-not says what is left out on an account. The result takes weeks: /kam playbooks report",
    "某个客户少发了什么，/kam why-not 会说明。结果要等几周才看得出：/kam playbooks 报告",
)
HOW: Final = Text(
    "Admins: /kam settings holdout 10 · /kam settings holdout off",
    "管理员：/kam settings 对照 10 · /kam settings 对照 关",
)
LINE: Final = Text(
    "Hold-out, {percent} %: a few routine nudges are left out on purpose. More: /kam settings holdout",
    "对照 {percent}%：有意少发几条日常提醒。详情：/kam settings 对照",
)
REFUSALS: Final = {
    "holdout_value": Text(
        '"{value}" does not fit. Please write a share from {smallest} to {largest}, or off: /kam settings holdout 10',
        "看不懂“{value}”。请写 {smallest} 到 {largest} 之间的比例，或写“关”：/kam settings 对照 10",
    ),
}
