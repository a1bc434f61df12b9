"""Texts of the report on plays, for their owners and for managers."""

from typing import Final

from bot.core.estimate import TooLittle
from bot.core.play_report import Ground, Proposal
from bot.core.wording import Text

HEADING: Final = Text("Your plays, {month}", "{month}，你的打法")
SUMMARY_SOME: Final = Text("Your plays: {count} need a decision", "你的打法：有 {count} 条等你定")
SUMMARY_ONE: Final = Text("Your plays: one needs a decision", "你的打法：有 1 条等你定")
SUMMARY_NONE: Final = Text("Your plays: nothing needs a decision", "你的打法：这个月没有要定的")
SPAN: Final = Text(
    "Figures of the whole team, {since} to {until}. A play that fewer than five reps saw has none.",
    "全队数字，{since}至{until}。不到五位销售看过的打法不给数字。",
)
LINE: Final = Text("{title}: {reason}", "{title}：{reason}")
REST: Final = Text("{count} more need a decision.", "另外还有 {count} 条要定。")
REST_ONE: Final = Text("One more needs a decision.", "另外还有 1 条要定。")
KEPT: Final = Text("{count} can stay as they are.", "其余 {count} 条照旧就好。")
KEPT_ONE: Final = Text("One can stay as it is.", "其余 1 条照旧就好。")
ALL: Final = Text("Show all", "看全部")
ALL_HEADING: Final = Text("What the plays do", "打法用得怎么样")
FEW: Final = Text("Fewer than five reps saw", "不到五位销售看过的")
OVERALL: Final = Text("Hold-out: {result}", "对照：{result}")

REFUSALS: Final = {
    "no_play_report": Text(
        "This report is for managers, admins and owners of plays. What is said of you: /kam team me",
        "这份报告给经理、管理员和打法的负责人看。想看关于你自己的：/kam team 我",
    ),
}

PROPOSALS: Final = {
    Proposal.PROMOTE: Text("Promote", "转正"),
    Proposal.MEND: Text("Mend", "改一改"),
    Proposal.RETIRE: Text("Retire", "停用"),
    Proposal.KEEP: Text("Keep", "保留"),
}

GROUNDS: Final = {
    Ground.HURTS: Text(
        "what it is for followed less often with the nudge, by {low} to {high} points.",
        "发了提醒，见效反而少了 {low} 到 {high} 个百分点。",
    ),
    Ground.WRONG: Text("{wrong} of {seen} times a rep called it wrong.", "看过 {seen} 次，有 {wrong} 次被说不对。"),
    Ground.UNUSED: Text(
        "{ignored} of {shown} cards got no answer, and {committed} a yes.",
        "发了 {shown} 张卡片，{ignored} 张没人理，只有 {committed} 张有人接。",
    ),
    Ground.NOT_DONE: Text(
        "{not_done} of {finished} who meant to do it did not. Is it too much to ask?",
        "说了要做的 {finished} 次里，{not_done} 次没做成。是不是要求太高？",
    ),
    Ground.IGNORED: Text(
        "{ignored} of {shown} cards got no answer. Is it the moment, or the words?",
        "发了 {shown} 张卡片，{ignored} 张没人理。是时机不对，还是话不对？",
    ),
    Ground.HELPS: Text(
        "what it is for followed more often with the nudge, by {low} to {high} points.",
        "发了提醒，见效多了 {low} 到 {high} 个百分点。",
    ),
    Ground.DONE_WELL: Text(
        "{done} of {finished} who meant to do it did, {wrong} of {seen} called it wrong.",
        "说了要做的 {finished} 次里做成 {done} 次；看过 {seen} 次，被说不对 {wrong} 次。",
    ),
    Ground.UNSEEN: Text(
        "nobody saw it, and its review date was {review}.", "没人看到过，复查日期是{review}，已经过了。"
    ),
    Ground.REVIEW_OVER: Text(
        "its review date was {review}. Read it once more and set a new one.",
        "复查日期是{review}，已经过了。再看一遍，定个新日期。",
    ),
    Ground.WORKS: Text(
        "seen {seen} times; {committed} said yes, {wrong} called it wrong.",
        "看过 {seen} 次，{committed} 次有人接，{wrong} 次被说不对。",
    ),
    Ground.FEW_REPS: Text("fewer than five reps saw it.", "看过的销售不到五位。"),
    Ground.LITTLE_USE: Text("seen {seen} times: too few to say.", "只看过 {seen} 次，还说不准。"),
}

EFFECT: Final = Text(
    "what it is for followed in {nudged} of 100 cases with the nudge, in {held_out} without. "
    "The difference lies somewhere from {low} to {high} points: {verdict}",
    "发了提醒，100 次里有 {nudged} 次见效；没发，也有 {held_out} 次。真实差别在 {low} 到 {high} 个百分点之间：{verdict}",
)
HELPS: Final = Text("it helps.", "提醒有用。")
HURTS: Final = Text("it does harm.", "提醒反而不好。")
NOTHING: Final = Text("no difference is shown so far.", "目前还看不出差别。")
TOO_LITTLE: Final = {
    TooLittle.FEW_REPS: Text("too little data: fewer than five reps.", "数据太少：不到五位销售。"),
    TooLittle.FEW_PAIRS: Text(
        "too little data: fewer than ten accounts with or without it.", "数据太少：发的或没发的客户不到十组。"
    ),
    TooLittle.WIDE: Text(
        "too little data: it could be anything within 60 points.", "数据太少：上下能差出 60 个百分点。"
    ),
}
