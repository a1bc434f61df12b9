"""Texts of the team view and of the weekly digest: what a manager sees, and a rep of themselves."""

from typing import Final

from bot.core.problem import Step
from bot.core.team import Age
from bot.core.wording import Text

HEADING: Final = Text("Your team", "你的团队")
HEADING_ME: Final = Text("What your manager sees of you", "你的经理能看到你的哪些情况")
ME_NOBODY: Final = Text(
    "Nobody is set as your manager. If somebody were, they would see this.",
    "还没有人被设为你的经理。设了以后，经理看到的就是这些。",
)
ME_NEVER: Final = Text(
    "No manager sees what you ask me, what you answer or tap, or when you pause. Figures of plays are told for five "
    "reps and more, never for one.",
    "你问了什么、答了什么、点了什么、什么时候暂停，经理都看不到。打法的数字至少五个人合在一起才给看，不会单看你一个人。",
)

# --- problems -------------------------------------------------------------------------------------------------------

PROBLEMS: Final = Text("Open problems ({count})", "未解决的问题（{count}）")
NO_PROBLEM: Final = Text("No problem is open.", "没有未解决的问题。")
AGES: Final = {
    Age.LONG: Text("Open for more than a week", "一周以上"),
    Age.DAYS: Text("Open for two to seven days", "两天到一周"),
    Age.NEW: Text("New since yesterday", "昨天和今天的"),
}
PROBLEM: Final = Text("{account} ({rep}), {span}. Next: {step}", "{account}（{rep}），{span}。下一步：{step}")
SPAN_TODAY: Final = Text("since today", "今天出的")
SPAN_DAY: Final = Text("1 day", "1 天")
SPAN_DAYS: Final = Text("{count} days", "{count} 天")
STEPS: Final = {
    Step.OWNED: Text("somebody takes it on", "有人负责"),
    Step.CLIENT_HEARD: Text("the client knows that we heard them", "告诉客户我们听到了"),
    Step.BOSS_TOLD: Text("the boss knows", "报告上级"),
    Step.PLAN_MADE: Text("a plan", "定方案"),
    Step.CLIENT_TOLD: Text("the client hears the plan", "把方案告诉客户"),
    Step.FIXED: Text("the fix", "解决"),
    Step.CONFIRMED: Text("the client says it is over", "请客户确认"),
}
MORE_PROBLEMS: Final = Text("and {count} more", "还有 {count} 个")

# --- reps -----------------------------------------------------------------------------------------------------------

REPS: Final = Text("Each rep, by name: the last 90 days", "每个人，按姓名排：最近 90 天")
NAME: Final = Text("{name}:", "{name}：")
REPS_ONE: Final = Text("The last 90 days", "最近 90 天")
REVIEWS: Final = Text("Reviews: {held} held, {due} due.", "回顾：开了 {held} 次，该开未开 {due} 次。")
PROMISES: Final = Text(
    "Promises: {kept} kept, {open} open, {broken} broken.",
    "承诺：兑现 {kept} 个，进行中 {open} 个，没兑现 {broken} 个。",
)
NEITHER: Final = Text("No review due, no promise made.", "没有该开的回顾，也没有承诺。")
ASKED: Final = Text(
    "Time I asked for: {last} seconds last week; the weeks before {earlier}.",
    "我占用的时间：上周 {last} 秒，再往前各周 {earlier} 秒。",
)
SECONDS: Final = Text("Seconds come from a fixed table; nobody is timed.", "秒数按固定的表折算，没有人被计时。")
PAGE: Final = Text("{first} to {last} of {count}", "第 {first}–{last} 位，共 {count} 位")
MORE: Final = Text("More", "下一页")
BACK: Final = Text("Back", "上一页")

# --- plays ----------------------------------------------------------------------------------------------------------

SHOW_PLAYS: Final = Text("Figures of plays", "打法的数字")
PLAYS: Final = Text("Plays in your team: the last 90 days, by title", "团队用打法的情况：最近 90 天，按名称排")
PLAY: Final = Text(
    "{title}: shown {shown}, taken up {committed}, done {done}, wrong {wrong}, ignored {ignored}",
    "{title}：发出 {shown}，答应做 {committed}，做了 {done}，说不对 {wrong}，没回应 {ignored}",
)
PLAYS_NONE: Final = Text(
    "Nothing to show yet. A play's figures appear once five of your reps have seen it: a figure shall never point at "
    "one person.",
    "暂时没有可看的。一条打法至少有五个人看到过，才会显示数字，这样数字不会指向某一个人。",
)

# --- the Home tab ---------------------------------------------------------------------------------------------------

HOME: Final = Text("Your team ({count})", "你的团队（{count} 人）")
SHOW: Final = Text("Show my team", "看看团队")

# --- the weekly digest ----------------------------------------------------------------------------------------------

CHART: Final = Text("Open problems at the end of each week", "每周末还没解决的问题")
CHART_SHORT: Final = Text("for up to a week", "一周以内")
CHART_LONG: Final = Text("for more than a week", "超过一周")
CHART_BAR: Final = Text(
    "{label} {count}, {long} of them for more than a week", "{label} {count} 个，其中 {long} 个超过一周"
)
CHART_WORDS: Final = Text("{title}: {told}.", "{title}：{told}。")
CHART_CAPTION: Final = Text(
    "Open problems at the end of each of the last {weeks} weeks. Dark: open for more than a week.",
    "最近 {weeks} 周，每周末还没解决的问题。深色：超过一周的。",
)
DIGEST: Final = Text("Your team", "你的团队")
DIGEST_OPEN: Final = Text(
    "Problems open now: {count}; for more than a week: {long}.",
    "现在没解决的问题 {count} 个，其中超过一周的 {long} 个。",
)
DIGEST_WEEK: Final = Text("Last week: {what}.", "上周：{what}。")
DIGEST_NOTHING: Final = Text("Last week brought nothing else.", "上周没有别的变化。")
BROUGHT: Final = {
    "opened": Text("new problems {count}", "新出问题 {count} 个"),
    "closed": Text("problems closed {count}", "了结问题 {count} 个"),
    "held": Text("reviews held {count}", "开回顾 {count} 次"),
    "kept": Text("promises kept {count}", "兑现承诺 {count} 个"),
    "broken": Text("promises broken {count}", "没兑现的承诺 {count} 个"),
}
DIGEST_QUIET: Final = Text(
    "A quiet week in your team: nothing open, nothing to tell.", "你的团队上周很平静，没有要说的。"
)
DIGEST_STOP: Final = Text(
    "Comes on Mondays. To stop it: /kam settings digest off", "每周一发一次。不想收：/kam settings digest off"
)
DIGEST_ON: Final = Text("The Monday digest on your team is on.", "周一的团队小结开着。")
DIGEST_OFF: Final = Text(
    "The Monday digest on your team is off. On again: /kam settings digest on",
    "周一的团队小结已关。重新打开：/kam settings digest on",
)
DIGEST_WHY: Final = Text(
    "Why: a new week began, and you are somebody's manager.\nWhat would stop it: /kam settings digest off",
    "原因：新的一周开始了，你是团队的经理。\n不想再收：/kam settings digest off",
)
