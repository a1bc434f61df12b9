"""Texts of the Monday list: what waits behind the caps, a line each."""

from typing import Final

from bot.core.wording import Text

HEADING: Final = Text("What else waits", "还有这几件事等着你")
INTRO: Final = Text(
    "None of it is urgent. Open what suits your week.",
    "都不急，挑这周顺手的打开看看。",
)
SUMMARY: Final = Text("What else waits this week: {accounts}", "这周还等着的事：{accounts}")
AND_MORE: Final = Text("{accounts} and more", "{accounts}等")
INTRO_ONE: Final = Text("Not urgent; it only waited for a quiet moment.", "不急，只是一直没轮到。")
LINE: Final = Text("{title} · {point}", "{title} · {point}")
FACT_FIRST: Final = Text("{point} · {title}", "{point} · {title}")
OPEN: Final = Text("Open", "打开")
MORE: Final = Text("And {count} more in the Home tab.", "还有 {count} 件，在应用主页里。")
MORE_ONE: Final = Text("And one more in the Home tab.", "还有 1 件，在应用主页里。")
STOP: Final = Text("No more of these lists", "不要再发清单")

# What a line says beside its title, where the facts alone would read badly; by cue. Of some the fact says more than
# the title, and stands first.
SPEAKS_FOR_ITSELF: Final = frozenset({"no_contact_for", "one_sided_contacts", "open_request", "rival_named"})
POINTS: Final = {
    "no_contact_for": Text("no contact since {last_contact}", "{last_contact}以后没联系过"),
    "stage_entered": Text("in this stage since {since}", "{since}进入这个阶段"),
    "phase_entered": Text("order this far since {since}", "{since}订单走到这一步"),
    "one_sided_contacts": Text(
        "the last {one_sided_contacts} contacts all came from us", "最近 {one_sided_contacts} 次都是我们先联系"
    ),
    "in_use_for": Text("in use since {in_use_since}", "{in_use_since}开始使用"),
    "delivering_halfway": Text("delivering since {delivering_since}", "{delivering_since}开始交付"),
    "quarterly": Text("new quarter since {quarter}", "{quarter}起是新的一季"),
    "open_request": Text("they asked on {request}", "{request}提的请求"),
    "praise_logged": Text("praise on {praise}", "{praise}的表扬"),
    "rival_named": Text("a rival was named on {rival}", "{rival}提到竞争对手"),
}
NONE_SINCE: Final = {
    "last_praise": Text("last praise {day}", "上次表扬是{day}"),
    "last_news": Text("last news {day}", "上次带消息是{day}"),
    "last_picture": Text("last looked at {day}", "上次看是{day}"),
}
NONE_YET: Final = {
    "praise": Text("no praise noted so far", "还没记过表扬"),
    "news": Text("none noted so far", "还没有记录"),
    "picture": Text("not drawn yet", "还没排过"),
}
NOTHING_YET: Final = Text("nothing noted so far", "还没有记录")

WHY: Final = Text(
    "Why: one message a day and three a week is enough, so some things wait; others wait because you have read their "
    "words already. On the first working morning of the week I name them, instead of that day's nudge. Nothing is on "
    "the list where a problem is open, or where a card comes anyway; what you leave unopened twice rests four weeks.\n"
    "What would stop it: /kam settings list off",
    "原因：日常提醒一天一条、一周三条就够了，所以有些事在排队；还有些话你已经看过，就没再重复。"
    "每周头一个工作日早上，我列一次清单，当天就不再发别的日常提醒。有问题没解决的客户、马上会收到卡片的客户，都不在上面；"
    "连着两次没打开的，先放四周。\n不想再收：/kam settings list off",
)
ON: Final = Text("The list on Mondays is on.", "周一的清单开着。")
OFF: Final = Text(
    "The list on Mondays is off. What waits stands in the Home tab. On again: /kam settings list on",
    "周一的清单已关，等着的事在应用主页里看。重新打开：/kam settings list on",
)
SETTING_ON: Final = Text("Monday list: on", "周一清单：开")
SETTING_OFF: Final = Text("Monday list: off", "周一清单：关")
SWITCH_ON: Final = Text("Switch on", "打开")
SWITCH_OFF: Final = Text("Switch off", "关掉")

IGNORED: Final = Text(
    "You opened nothing on my last three lists, so I stopped them. What waits still stands in the Home tab. "
    "Shall I go on?",
    "前三份清单你都没打开，我先停了。等着的事在应用主页里还看得到。以后还发吗？",
)
KEEP: Final = Text("Go on", "继续发")
KEPT: Final = Text("Good, the next one comes with the next week.", "好，下周照常。")

HOME: Final = Text("Waits for its turn", "排队等着的")
HOME_LINE: Final = Text("{account}: {line}", "{account}：{line}")

# What a tap on a line is told when things have changed since.
SETTLED: Final = Text("{account}: that is settled by now.", "{account}：这件事已经过去了。")
ARCHIVED: Final = Text(
    "{account} is put away. /kam account restore {account} brings it back.",
    "{account}已收起。恢复：/kam account restore {account}",
)
ELSEWHERE: Final = Text("{account} is with a colleague now.", "{account}现在由同事负责。")
GONE: Final = Text(
    "That play is not in the playbooks any more. Ask me instead: /kam advice {account}",
    "这条打法已经不用了。想聊就问我：/kam advice {account}",
)
BARRED: Final = Text("{account}: not now, because {rule}.", "{account}：现在先不提，因为{rule}。")
