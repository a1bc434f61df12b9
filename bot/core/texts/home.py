"""Texts of the Home tab."""

from typing import Final

from bot.core.wording import Text

TITLE: Final = Text("Your day", "今天")
ACCOUNTS: Final = Text("Accounts ({count})", "客户（{count}）")
ACCOUNT: Final = Text("{account}: {facts}", "{account}：{facts}")
HELD: Final = Text("Held for now", "暂时没发的")
HELD_LINE: Final = Text("{account}: {title}, because {rule}", "{account}：{title}，因为{rule}")
HELD_UNTIL: Final = Text("{line} (looked at again {when})", "{line}，{when}再看")
MORE: Final = Text("More accounts", "更多客户")
BACK: Final = Text("Back", "返回")
PROBLEM: Final = Text("Log a problem", "记录问题")
