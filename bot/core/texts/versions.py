"""Texts about versions of the playbooks: which one is in use, what changed, and what was refused."""

from typing import Final

from bot.core.changes import Kind
from bot.core.wording import Text

HEADING: Final = Text("The playbooks in use", "正在用的打法")
IN_USE: Final = Text("{plays} plays, in use since {when}.", "{plays} 条打法，{when}开始用。")
IN_USE_ONLY: Final = Text("{plays} plays.", "{plays} 条打法。")
MADE_BY: Final = Text("Last change: {author}, {when}", "最近改动：{author}，{when}")
MADE_AT: Final = Text("Last change: {when}", "最近改动：{when}")
VERSION: Final = Text("Version {version}", "版本 {version}")
CHANGED: Final = Text("What changed", "改了什么")
EARLIER: Final = Text("Before that", "再往前")
NOTHING_YET: Final = Text(
    "This is the first version I know of; from the next one on I can say what changed.",
    "这是我见到的第一个版本，下次再改，就能说出改了什么。",
)
SAME: Final = Text("Nothing that a rep would notice.", "没有销售看得出来的改动。")
MORE: Final = Text("Line by line", "逐句看")
MORE_HEADING: Final = Text("What changed, line by line", "逐句对照")
AND_MORE: Final = Text("and {count} more", "还有 {count} 处")
WAS_NOW: Final = Text("before: “{before}”\nnow: “{after}”", "原来：“{before}”\n现在：“{after}”")
IS_NEW_LINE: Final = Text("new: “{after}”", "新增：“{after}”")
IS_GONE_LINE: Final = Text("gone: “{before}”", "删去：“{before}”")
SETTING: Final = Text("{before} → {after}", "{before} → {after}")
EARLIER_LINE: Final = Text("{when}{author}: {what}", "{when}{author}：{what}")
BY: Final = Text(", {author}", "，{author}")

KINDS: Final = {
    Kind.ADDED: Text("“{title}” is new", "新增“{title}”"),
    Kind.REMOVED: Text("“{title}” is gone", "撤下“{title}”"),
    Kind.REWORDED: Text("“{title}” has new words", "“{title}”换了说法"),
    Kind.MOVED: Text("“{title}” comes at other moments", "“{title}”换了出现的时机"),
    Kind.TENDED: Text("“{title}” has another owner or review date", "“{title}”换了负责人或复查日期"),
    Kind.CADENCE: Text("how often I may speak", "提醒的频率"),
}
REWORDED_AND_MOVED: Final = Text("“{title}” has new words and comes at other moments", "“{title}”换了说法和时机")
COUNTED: Final = {
    Kind.ADDED: Text("{count} new", "新增 {count} 条"),
    Kind.REMOVED: Text("{count} gone", "撤下 {count} 条"),
    Kind.REWORDED: Text("new words in {count}", "{count} 条换了说法"),
    Kind.MOVED: Text("other moments for {count}", "{count} 条换了时机"),
    Kind.TENDED: Text("another owner or review date for {count}", "{count} 条换了负责人或复查日期"),
    Kind.CADENCE: Text("how often I may speak", "提醒的频率"),
}

REFUSED: Final = Text("Not taken into use", "没有启用的版本")
REFUSED_LINE: Final = Text("{when}{author}: {count} to mend. {first}", "{when}{author}：有 {count} 处要改。{first}")

# --- the message to whoever can mend it -----------------------------------------------------------------------------

NOTICE: Final = Text(
    "The newest playbooks can't be used yet, so I stay with the version before. Reps notice nothing.",
    "新改的打法还不能用，我先照旧版本来，销售那边没有影响。",
)
NOTICE_PARTLY: Final = Text(
    "Some playbook files can't be used, so I started without them. The rest works as usual.",
    "有几个打法文件读不了，启动时先放在一边，其余照常。",
)
NOTICE_BY: Final = Text("The change: {author}, {when}", "这次改动：{author}，{when}")
NOTICE_PLACE: Final = Text("{file}, line {line}", "{file} 第 {line} 行")
NOTICE_REST: Final = Text("{count} more; `kam check` lists them all.", "还有 {count} 处，用 kam check 能看到全部。")
NOTICE_NEXT: Final = Text(
    "Once that is mended I take it up by myself; no restart needed.", "改好以后我会自动启用，不用重启。"
)
NOTICE_RESTART: Final = Text("Once that is mended I take them up by myself.", "改好以后我会自动用上。")
