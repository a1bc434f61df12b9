"""Texts about the stand-in: naming one, what they read, what the rep reads on return."""

from typing import Final

from bot.core.wording import Text

# --- naming one -------------------------------------------------------------------------------------------------------

FORM: Final = Text("Stand-in", "代班同事")
WHO: Final = Text("Who stands in while you are away?", "你不在的时候，谁来代班？")
WHO_HINT: Final = Text("Leave empty for nobody.", "没有就留空。")
WHAT: Final = Text(
    "On your days off and while you pause me, problems and promises of your accounts go to them. Nothing else does, "
    "and they see no more of your accounts.",
    "你休息或暂停期间，客户的问题和到期的承诺会转给 TA。别的都不转，你客户的其他情况 TA 也看不到。",
)
CHANGE: Final = Text("Stand-in…", "代班同事……")
NAMED: Final = Text("named", "已指定")
NONE: Final = Text("nobody", "没有")
ASKING: Final = Text(
    "I look up with Slack who that is, and tell you here.", "我先在 Slack 里确认一下这个人，马上在这里告诉你。"
)
SAVED: Final = Text(
    "Saved. While you are away, problems and promises go to your stand-in. I tell them once.",
    "已保存。你不在的时候，问题和承诺会转给代班同事，我会跟 TA 说一声。",
)
CLEARED: Final = Text(
    "Saved: nobody stands in for you. It all waits until you are back.", "已保存：没有代班，等你回来再提。"
)

REFUSALS: Final = {
    "stand_in_self": Text("You cannot stand in for yourself. Pick a colleague.", "不能给自己代班，请选一位同事。"),
    "stand_in_unknown": Text(
        "Slack does not know that person, so nothing was changed. Pick them here: /kam settings standin",
        "Slack 里找不到这个人，什么都没改。可以在这里选：/kam settings standin",
    ),
    "stand_in_cannot": Text(
        "{name} cannot stand in: a guest, a bot, or no longer here. Nothing was changed.",
        "{name}不能代班：是访客、机器人，或已经离开。什么都没改。",
    ),
    "stand_in_no_zone": Text(
        "I do not know {name}'s time zone yet, so I could not write to them at a good time. Let them send me one word "
        "first, then name them again.",
        "我还不知道{name}的时区，不知道什么时候发消息合适。请对方先给我发一句话，然后再指定一次。",
    ),
}

# --- what the stand-in reads ------------------------------------------------------------------------------------------

HELLO: Final = Text(
    "{name} named you as stand-in. While {name} is away, problems and promises of their accounts come to you here, in "
    "your working hours. Nothing else does, and nothing is asked of you now.",
    "{name}请你代班。{name}不在的时候，手上客户的问题和到期的承诺会在你的工作时间转到这里。别的都不转，现在也不用做什么。",
)
NOT_ME: Final = Text("Not me", "我不方便")
DECLINED: Final = Text("Good, I tell them. Nothing comes to you.", "好，我会转告，不会再转给你。")
FOR: Final = Text("For {name}, who is away. You stand in.", "{name}不在，由你代班。")
FOR_UNTIL: Final = Text("For {name}, who is back on {day}. You stand in.", "{name}不在，{day}回来，这期间由你代班。")
STANDING_IN: Final = Text("You stand in here for a colleague who is away.", "同事不在，这里由你代班。")
CAME_BACK: Final = Text(
    "{account}: open again, from the start. I tell you what is due while you stand in.",
    "{account}：问题重新打开，从头走一遍。代班期间该做什么，我会提醒你。",
)
WHY_HANDED_ON: Final = Text(
    "They were told of this step before they left, and it is not done yet.", "这一步，TA 走之前已经提醒过，还没做。"
)
WHY_YOURS: Final = Text(
    "It came to you because you stand in for a colleague who was away.", "转给你，是因为同事当时不在，由你代班。"
)

# --- what the rep reads -----------------------------------------------------------------------------------------------

GONE: Final = Text(
    "Nobody stands in for you any more: your stand-in cannot. Name another: /kam settings standin",
    "原来的代班同事没法代了，现在没有人代班。另选一位：/kam settings standin",
)
MEANWHILE: Final = Text(
    "You are away: problems and promises go to your stand-in meanwhile.", "你现在不在，问题和承诺先转给代班同事。"
)
WHY_THEIRS: Final = Text("It went to your stand-in, because you were away.", "当时你不在，转给了代班同事。")
BACK: Final = Text("Welcome back. Your stand-in had these meanwhile:", "欢迎回来。你不在的时候，转给代班同事的有：")
BACK_LINE: Final = Text("{account}, {what}: {outcome} ({name})", "{account}，{what}：{outcome}（{name}）")
BACK_MORE: Final = Text(
    "and {count} more: /kam problem list, /kam promise list", "还有 {count} 条：/kam problem list、/kam promise list"
)
OUTCOMES: Final = {
    "done": Text("done", "做了"),
    "kept": Text("kept", "兑现了"),
    "moved": Text("a new date", "改了日子"),
    "broken": Text("cannot be kept", "兑现不了"),
    "commit": Text("they took it on", "TA 接下了"),
    "skip": Text("left for you", "留给你"),
}
OPEN: Final = Text("no answer yet", "还没有回应")
