"""Installing and removing the app: its pages, and what is said where it is not installed."""

from typing import Final

from bot.core.wording import Text

TITLE: Final = Text("Key-account coach", "大客户教练")
ADD_HEADING: Final = Text("Add the coach to Slack", "把教练加到 Slack")
ADD_INTRO: Final = Text(
    "It coaches sales reps who keep a few large clients for years: one card before each visit, one tap after it, and "
    "advice when they ask.",
    "它陪长年维护大客户的销售：拜访前一张卡片，拜访后点一下，想商量时随时能问。",
)
ADD_MAY: Final = Text("It asks Slack for these rights, and why:", "它会向 Slack 申请这些权限，用处如下：")
ADD_NOT: Final = Text(
    "It reads no channels and writes to nobody who has not spoken to it or been given accounts.",
    "它不看任何频道，也不会去打扰没用过它、名下也没有客户的人。",
)
ADD_BUTTON: Final = Text("Add to Slack", "加到 Slack")
DONE_HEADING: Final = Text("The coach is there", "教练到位了")
DONE: Final = Text("It is now in {name}. In Slack, type /kam.", "它已经在 {name} 里了。在 Slack 输入 /kam 就能开始。")
DONE_NAMELESS: Final = Text("It is now in your organisation.", "它已经在你们的组织里了。")
OPEN_SLACK: Final = Text("Open Slack", "打开 Slack")
DENIED_HEADING: Final = Text("Nothing was added", "没有添加")
DENIED: Final = Text("You said no, and that is fine. Nothing was stored.", "你选择了不添加，没关系，什么都没有保存。")
STALE_HEADING: Final = Text("Please begin again", "请重新开始")
STALE: Final = Text(
    "This sign-in is not ours, was used before, or is older than ten minutes.",
    "这次登录不是从这里开始的，或者已经用过，或者过了十分钟。",
)
FAILED_HEADING: Final = Text("Slack did not let us in", "Slack 没有放行")
FAILED: Final = Text(
    "Slack did not complete the sign-in. Nothing was stored. Reference for whoever runs the coach: {reference}",
    "Slack 没有完成这次登录，什么都没有保存。请把这个编号告诉管理教练的人：{reference}",
)
BUSY_HEADING: Final = Text("One moment", "请稍等")
BUSY: Final = Text(
    "Several people are adding the coach at this moment. Please load this page again in a few seconds.",
    "此刻有好几个人在添加教练，请等几秒钟，再刷新一下这一页。",
)
AGAIN: Final = Text("Begin again", "重新开始")

RIGHTS: Final = {
    "commands": Text("to answer /kam and its shortcuts", "响应 /kam 和快捷操作"),
    "chat:write": Text("to write to each rep in their own direct messages", "在每位销售自己的私信里写给他"),
    "im:history": Text(
        "to read what a rep writes to it there, and to see whether a message that broke off arrived",
        "读销售在私信里写给它的话；消息发到一半断了，能查到有没有送达",
    ),
    "im:write": Text("to open that conversation", "打开这段私信"),
    "mpim:write": Text(
        "to open a group with the boss, when a rep taps for it on a bad day", "客户出事时，销售点一下，就拉上领导建群"
    ),
    "users:read": Text("to know a rep's time zone and language", "知道销售的时区和语言"),
    "files:write": Text("to hand a rep their own data as one file", "销售要自己的数据时，发一个文件给本人"),
    "dnd:read": Text("to keep quiet in do-not-disturb hours", "免打扰时段不出声"),
}

HELLO: Final = Text(
    "Thank you for adding me. Reps begin with /kam; I write to nobody before that. If you keep accounts yourself, type "
    "/kam too.",
    "谢谢你把我加进来。销售输入 /kam 就能开始，在那之前我不会打扰任何人。你自己也管客户的话，同样输入 /kam。",
)
DYING: Final = Text(
    "Slack does not renew my access to this workspace any more, so I fall silent at {when} UTC. Nothing is lost: "
    "please add me to Slack again, at the same address as the first time.",
    "Slack 不再延长我在这个工作区的权限，{when}（UTC）之后我就发不出消息了。资料都还在，请用当初的地址重新把我加到 Slack。",
)

REFUSALS: Final = {
    "not_installed": Text(
        "The coach is not installed in this workspace. Whoever looks after your Slack apps can add it again; what was "
        "written down comes back, if it was removed only lately.",
        "这个工作区没有安装教练。请管理 Slack 应用的同事重新添加；如果刚移除不久，原来的资料都会回来。",
    ),
    "stranger": Text(
        "I coach the people of this workspace only. In your own workspace, ask whoever looks after Slack apps.",
        "我只陪这个工作区里的同事。在你自己的工作区，可以请管理 Slack 应用的同事添加我。",
    ),
}
