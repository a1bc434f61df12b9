"""Why a calendar cannot be read, as the connectors say it, for those who read Chinese in Slack.

The English is the sentence that a connector makes; `core.retold` finds it here, so both must stay word for word the same.
"""

from typing import Final

from bot.core.wording import Text

ADDRESS: Final = (
    Text("this is no address", "这不是一个网址"),
    Text("only https addresses are read", "我只读 https 开头的地址"),
    Text("the address holds a password", "地址里带着密码"),
    Text("the address names an unusual port", "地址里的端口不常见"),
    Text("{host} is not on the public internet", "{host} 不在公网上"),
    Text("the name {host} cannot be found", "找不到 {host}"),
    Text("{host} redirects too often", "{host} 跳转的次数太多"),
)

HOST: Final = (
    Text("{host} shows a certificate that cannot be trusted", "{host} 的证书信不过"),
    Text("{host} takes too long", "{host} 半天没有回应"),
    Text("{host} does not answer as it should", "{host} 的回应不对"),
    Text("{host} refuses ({status})", "{host} 不让读（{status}）"),
    Text("{host} was asked too often", "{host} 嫌问得太勤，先歇一会儿"),
    Text("{host} is in trouble ({status})", "{host} 那边出了问题（{status}）"),
    Text("{host} packs its answer in an unknown way", "{host} 发来的内容，压缩方式我不认识"),
    Text("{host} sends more than {bytes} bytes", "{host} 发来的内容超过 {bytes} 字节"),
    Text("{host} sends a damaged file", "{host} 发来的文件坏了"),
    Text("{host} broke off in the middle", "{host} 发到一半就断了"),
)

CALENDAR: Final = (
    Text("the calendar is too large", "日历太大"),
    Text("the calendar is nested too deep", "日历的嵌套层数太多"),
    Text("it holds more than {count} events", "里面超过 {count} 个日程"),
    Text("this is no calendar", "这不是日历文件"),
    Text("the calendar breaks off in the middle", "日历只有前半截，后面断了"),
)
