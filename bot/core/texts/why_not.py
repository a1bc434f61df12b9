"""Texts that say why nothing, or not something else, was said about an account."""

from typing import Final

from bot.core.nudge import Rule
from bot.core.wording import Text

HEADING: Final = Text("{account}: what I hold back, and why", "{account}：我没提的，以及为什么")
NOTHING: Final = Text(
    "I hold nothing back on {account}: no play is waiting for its moment. Ask me anything: /kam advice {account}",
    "{account}没有压着没提的事，也没有在等时机的打法。想聊就问：/kam advice {account}",
)
BUTTON: Final = Text("Why not something else?", "为什么不是别的？")
LINE: Final = Text("{what}: {why}.", "{what}：{why}。")
LINE_FREE: Final = Text("{what}: {why}. {free}", "{what}：{why}。{free}")
FACTS: Final = Text("{why} ({facts})", "{why}；{facts}")  # a Chinese date brings brackets of its own
MORE: Final = Text("and {count} more reasons of less weight", "还有 {count} 条，都不要紧")
EVERYTHING: Final = Text("Everything here", "这个客户的全部提醒")
EVERYTHING_ELSE: Final = Text("Everything but the problem itself", "问题本身以外的全部提醒")
PROMISE_OVER: Final = Text("What became of a promise", "承诺兑现了没有")
ONE_MORE: Final = Text("{title} and {count} more", "{title}等 {count} 条")
UNTIL: Final = Text("Until {when}.", "到{when}为止。")
FROM: Final = Text("Due {when}.", "{when}再提。")

ARCHIVED: Final = Text("the account is put away", "这个客户已收起")
STOPPED: Final = Text("you stopped it", "你让我别再发")
STAGE: Final = Text("for {wanted}, and this account is at {now}", "适合{wanted}，而这个客户在{now}")
PHASE: Final = Text("for an order that is {wanted}, and this one is {now}", "适合订单{wanted}时，而现在是{now}")
EXCEPTION: Final = Text(
    "it leaves out accounts at {stage} with an order that is {phase}", "{stage}、订单{phase}的客户，这条打法不提"
)
STAGE_UNKNOWN: Final = Text(
    "for {wanted}, and the stage of this account is not written down", "适合{wanted}，而这个客户还没写阶段"
)
PHASE_UNKNOWN: Final = Text(
    "for an order that is {wanted}, and where this one stands is not written down",
    "适合订单{wanted}时，而这个客户还没写订单状态",
)
WITH_VISIT: Final = Text("it comes with the card of the visit {when}", "随{when}的拜访卡片一起提")
LISTED: Final = Text("it stands on your list of {when}", "在{when}的清单上")
SENT: Final = Text("you had it on {when}", "{when}已经提过")
LATER: Final = Text("its moment is still to come", "还没到时候")

FREE_ARCHIVED: Final = Text("/kam account restore {account} brings it back.", "恢复：/kam account restore {account}")
FREE_STOPPED: Final = Text("/kam settings brings it back.", "想恢复：/kam settings")
FREE_LISTED: Final = Text(
    "Open it there, or ask: /kam advice {account}", "在清单上打开，或直接问：/kam advice {account}"
)
FREE_STAGE: Final = Text(
    "Stage wrong? /kam account set {account} stage <stage>", "阶段不对？/kam account set {account} 阶段 <阶段>"
)
FREE_PHASE: Final = Text(
    "Order further? /kam account set {account} phase <phase>", "订单变了？/kam account set {account} 订单 <状态>"
)

# What would free a play that the rule holds; where time alone does, the day is told instead.
FREE: Final = {
    Rule.OPEN_PROBLEM: Text("Free once the client says it is over.", "客户说问题了结，就会恢复。"),
    Rule.FRESH_PROBLEM: Text("Quiet until then does them good.", "这段时间安静一点，对客户好。"),
    Rule.TRUST_NOT_FORMED: Text(
        "Free from the middle stage on: /kam account set {account} stage middle",
        "到了中期就会恢复：/kam account set {account} 阶段 中期",
    ),
    Rule.IMPORTANT_MATTER: Text(
        "Free if that no longer matters to them: /kam account set {account} important",
        "客户不再看重这件事就会恢复：/kam account set {account} 看重",
    ),
    Rule.SLOWS_SERVICE: Text("Free once they have what they wait for.", "客户等的东西到了就会恢复。"),
    Rule.IGNORED_THREE: Text("Free once you answer one, any button will do.", "随便点一条的任一按钮就会恢复。"),
    Rule.SNOOZED: Text("/kam settings lifts it sooner.", "想提前恢复：/kam settings"),
    Rule.PAUSED: Text("/kam pause off lifts it sooner.", "想提前恢复：/kam pause off"),
    Rule.HOLDOUT: Text("Ask me and you get it: /kam advice {account}", "想听随时问我：/kam advice {account}"),
    Rule.RECENT_CONTACT: Text("You did it yourself.", "你已经自己做了。"),
    Rule.TOO_LATE: Text("It comes back with its next occasion.", "下次有由头时再提。"),
}

NAMES: Final = {
    "sent": Text("had on", "已提"),
    "important": Text("important to them", "客户看重"),
}
