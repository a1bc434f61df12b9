"""Texts about who is whose boss, accounts that change hands or become one, and taking a change back."""

from typing import Final

from bot.core.wording import Text

# --- undo -----------------------------------------------------------------------------------------------------------

UNDO: Final = Text("Undo", "撤销")
UNDONE: Final = Text("Undone: all is as it was before.", "已撤销，一切恢复原样。")
UNDO_TOLD: Final = Text("Taken back: {accounts} is yours again.", "对方撤销了，{accounts}又归你了。")
UNDO_LATE: Final = Text(
    "That was more than a minute ago, so I left it. You can still change it by hand: /kam help",
    "已经过了一分钟，没有撤销。仍可手动修改：/kam help",
)
UNDO_MOVED_ON: Final = Text(
    "Something there has changed since, so I left it as it is.", "这之后又有改动，为免弄乱，我没有撤销。"
)
UNDO_USED: Final = Text("That was undone already.", "这一步已经撤销过了。")

# --- roles ----------------------------------------------------------------------------------------------------------

ROLES_FORM: Final = Text("Who is whose boss", "谁的上级是谁")
ROLES_REP: Final = Text("Rep", "销售")
ROLES_MANAGER: Final = Text("Their manager", "直属经理")
ROLES_MANAGER_HINT: Final = Text("Leave empty for none.", "没有就留空。")
ROLES_NOW: Final = Text("Set so far: {count}.", "目前已设置 {count} 位。")
ROLES_SAVED: Final = Text(
    "Saved. Their accounts are offered to this manager if they leave.", "已保存。以后此人离开，客户会先交给这位经理。"
)
ROLES_CLEARED: Final = Text("Saved: no manager.", "已保存：没有经理。")

# --- handing over -----------------------------------------------------------------------------------------------------

PACK_HEADING: Final = Text("{account}: what the next one should know", "{account}：接手的人要知道的")
PACK_UNKNOWN: Final = Text("not known", "还不知道")
PACK_STAGE: Final = Text("Stage", "阶段")
PACK_ORDER: Final = Text("Order", "订单")
PACK_PEOPLE: Final = Text("People", "人")
PACK_MATTERS: Final = Text("What matters to them", "客户看重")
PACK_OPEN: Final = Text("Open", "还没了结的")
PACK_LESSONS: Final = Text("Lessons", "教训")
PACK_VISITS: Final = Text("Last visits", "最近的拜访")
PACK_NEXT: Final = Text("Next visit", "下次拜访")
PACK_CONTACT: Final = Text("Last contact", "最近联系")
PACK_PICTURE: Final = Text("The two-year picture", "两年图景")
PACK_WORKED: Final = Text("What has worked", "管用的做法")

GAP_BOSS: Final = Text("not known: whom {name} reports to", "还不知道{name}的上级是谁")

STAGE_FROM: Final = Text("{stage} from {day}", "{stage}（{day}起）")
THEN: Final = Text(", then ", "，然后")
DECIDES: Final = Text(", has a say", "，有决定权")
OPEN_PROBLEM: Final = Text("problem since {day}: {text}; next: {step}", "{day}起有问题：{text}；下一步：{step}")
PROBLEM_NO_TEXT: Final = Text("not described", "没有描述")
WE_OWE: Final = Text("we promised by {day}: {text}", "我们答应{day}前：{text}")
THEY_OWE: Final = Text("they promised by {day}: {text}", "他们答应{day}前：{text}")
REQUEST: Final = Text("they asked on {day}: {text}", "{day}客户问过：{text}")
NOTHING_OPEN: Final = Text("nothing that I know of", "据我所知没有")
VISIT_LINE: Final = Text("{day}: {what}", "{day}：{what}")
VISIT_TOOK_PLACE: Final = Text("took place", "去过了")
VISIT_POINT: Final = Text("{title}: {outcome}", "{title}：{outcome}")
CONTACT_US: Final = Text("{day}, by us; {count} in a row from us", "{day}，我们联系的；连续 {count} 次都是我们主动")
CONTACT_THEM: Final = Text("{day}, by them", "{day}，客户主动联系的")
WORKED_LINE: Final = Text("{title} ({count}×)", "{title}（{count} 次）")

GIVE: Final = Text("Hand it over…", "交给同事……")
GIVE_FORM: Final = Text("Hand over", "移交客户")
GIVE_TO: Final = Text("To whom?", "交给谁？")
GIVE_SEND: Final = Text("Ask them", "去问 TA")
GIVE_INTRO: Final = Text(
    "Nothing changes before they say yes: {accounts}. Visits, problems and promises go along.",
    "对方点头之前什么都不变：{accounts}。拜访、问题和承诺会一起过去。",
)
GIVE_ASKED: Final = Text(
    "I ask them now. {accounts} stays yours until they say yes.", "我去问。对方点头之前，{accounts}还是你的。"
)
GIVE_OTHER_ASKED: Final = Text("I ask them now.", "我去问。")
OFFER: Final = Text("{name} would like to hand you {accounts}.", "{name}想把{accounts}交给你。")
OFFER_SOMEBODY: Final = Text("A colleague", "一位同事")
OFFER_TAKE: Final = Text("Take it on", "接手")
OFFER_DECLINE: Final = Text("Not me", "不合适")
TAKEN: Final = Text("{accounts}: yours now. /kam account shows it.", "{accounts}归你了。查看：/kam account")
TAKEN_TOLD: Final = Text(
    "Taken on: {accounts}, with visits, problems and promises.",
    "{accounts}已有人接手，拜访、问题和承诺也都转过去了。",
)
DECLINED: Final = Text("Good, I tell them. Nothing changes.", "好，我会转告，什么都没变。")
DECLINED_TOLD: Final = Text("{accounts}: not taken on. Nothing has changed.", "{accounts}对方没接，一切照旧。")
SAME_NAME: Final = Text(
    "You have an account {account} already. Rename yours first: /kam account rename {account} to <other name>",
    "你已经有叫{account}的客户。先给你的改个名：/kam account rename {account} 改为 <新名字>",
)
OFFER_GONE: Final = Text("That offer no longer stands.", "这个移交已经不在了。")
NOT_TO_SELF: Final = Text("It is yours already. Pick somebody else.", "本来就是你的，请选别人。")
ONE_PERSON: Final = Text("Please pick one person.", "请选一个人。")
CANNOT_RECEIVE: Final = Text(
    "{name} cannot take {accounts} on: a guest, a bot, or no longer here. It stays where it was.",
    "{name}接不了{accounts}：是访客、机器人，或已经离开。什么都没动。",
)
NO_ZONE: Final = Text(
    "I do not know {name}'s time zone yet, so I cannot ask. Let them write me one word first.",
    "我还不知道{name}的时区，没法去问。请对方先给我发一句话。",
)

LEFT: Final = Text(
    "{name} has left. {count} accounts need somebody: {accounts}.", "{name}离开了，{count} 个客户要有人接：{accounts}。"
)
LEFT_ONE: Final = Text("{name} has left. {accounts} needs somebody.", "{name}离开了，{accounts}要有人接。")
OFFER_TROUBLED: Final = Text(
    "A problem is open there: {accounts}. Somebody should ring first.",
    "{accounts}有问题没解决，先让人打个电话过去。",
)
STAYED: Final = Text(
    "Somebody of your team had me forget them. Their accounts wait for you, put away: {accounts}.",
    "你团队里有人让我忘掉 TA。TA 的客户先收起来等你：{accounts}。",
)
TAKE_THEM: Final = Text("Take them", "我来接")
GIVE_THEM: Final = Text("Give to…", "交给……")
AND_MORE: Final = Text("{names} and {count} more", "{names}等，另有 {count} 个")

# --- merging ----------------------------------------------------------------------------------------------------------

MERGED: Final = Text(
    "{source} is now part of {target}: contacts, visits, problems and promises are there. The old name still finds it.",
    "{source}已并入{target}，联系人、拜访、问题、承诺都过去了。旧名字也还能找到。",
)
MERGE_SAME: Final = Text("Those are one account already.", "这两个本来就是同一个客户。")

REFUSALS: Final = {
    "undo_late": UNDO_LATE,
    "undo_moved_on": UNDO_MOVED_ON,
    "undo_used": UNDO_USED,
    "offer_gone": OFFER_GONE,
    "same_name": SAME_NAME,
    "not_to_self": NOT_TO_SELF,
    "one_person": ONE_PERSON,
    "merge_same": MERGE_SAME,
    "not_an_admin": Text(
        "Only an admin can set this. Whoever runs me knows who that is, and can add you (KAM_ADMINS).",
        "只有管理员能设置。谁是管理员，问负责运行我的同事；他也可以把你加进去（KAM_ADMINS）。",
    ),
    "own_boss": Text("Nobody can be their own boss, not even by a detour.", "不能做自己的上级，绕一圈也不行。"),
}
