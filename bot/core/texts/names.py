"""Words for stages, order phases, articles and rules."""

from typing import Final

from bot.core.account import OrderPhase, Stage
from bot.core.nudge import Rule
from bot.core.playbook import Article
from bot.core.problem import RaisedBy, Step
from bot.core.wording import Text

STAGES: Final = {
    Stage.WINNING: Text("winning", "业务获得"),
    Stage.INTRODUCTION: Text("introduction", "导入期"),
    Stage.EARLY: Text("early", "初期"),
    Stage.MIDDLE: Text("middle", "中期"),
    Stage.PLATEAU: Text("plateau", "平台期"),
    Stage.MATURE: Text("mature", "长期伙伴"),
}

STAGE_HINTS: Final = {
    Stage.WINNING: Text("no order yet, or the first is being won", "还没有订单，或正在争取第一单"),
    Stage.INTRODUCTION: Text("first small orders, doubt on both sides", "头几张小单，双方都还不踏实"),
    Stage.EARLY: Text("regular orders, trust not formed yet", "订单开始稳定，信任还没建立"),
    Stage.MIDDLE: Text("calm water; pushing harder is not faster", "关系平稳，用力不等于更快"),
    Stage.PLATEAU: Text("less praise, more complaints, and it lasts", "夸得少了，抱怨多了，而且持续"),
    Stage.MATURE: Text("two years and more, real trust", "合作两年以上，真正互信"),
}

PHASES: Final = {
    OrderPhase.DELIVERING: Text("delivering", "交付中"),
    OrderPhase.DELIVERED: Text("delivered", "已交付"),
    OrderPhase.IN_USE: Text("in use", "使用中"),
    OrderPhase.RENEWING: Text("renewing", "待续约"),
}

STEPS: Final = {
    Step.OWNED: Text("take it on", "接手负责"),
    Step.CLIENT_HEARD: Text(
        "tell the client you heard them, and when they hear next", "告诉客户听到了，下次什么时候回话"
    ),
    Step.BOSS_TOLD: Text("tell your boss", "报告上级"),
    Step.PLAN_MADE: Text("make a plan that holds", "定出可行方案"),
    Step.CLIENT_TOLD: Text("tell the client the plan, in person where it is grave", "把方案告诉客户，严重的当面说"),
    Step.FIXED: Text("fix it", "解决问题"),
    Step.CONFIRMED: Text("have the client confirm", "请客户确认"),
}

ARTICLES: Final = {
    Article.THREE_STEPS: Text("Three steps", "《三步维护》"),
    Article.FIVE_HABITS: Text("Five habits", "《五个习惯》"),
}

RULES: Final = {
    Rule.OPEN_PROBLEM: Text("a problem is open on this account", "这个客户还有问题没解决"),
    Rule.FRESH_PROBLEM: Text("a problem was closed less than two weeks ago", "问题刚解决，还不到两周"),
    Rule.TRUST_NOT_FORMED: Text("trust is not formed yet at this stage", "这个阶段信任还没建立"),
    Rule.IMPORTANT_MATTER: Text("the client calls a matter here important", "客户很看重这里的某件事"),
    Rule.SLOWS_SERVICE: Text("the client is waiting for something from us", "客户正在等我们的答复、交付或承诺"),
    Rule.CAP_DAY: Text("one nudge a day is enough", "一天一条提醒就够了"),
    Rule.CAP_WEEK: Text("three nudges a week are enough", "一周三条提醒就够了"),
    Rule.CAP_ACCOUNT: Text("you had one on this account within seven days", "七天内已就这个客户提醒过"),
    Rule.QUIET_HOURS: Text("it is outside your working hours", "现在不在你的工作时间"),
    Rule.DAY_OFF: Text("it is a day off", "今天休息"),
    Rule.DO_NOT_DISTURB: Text("Slack says do not disturb", "你在 Slack 设了勿扰"),
    Rule.SNOOZED: Text("you asked to hear about it later", "你说过晚点再提"),
    Rule.PAUSED: Text("nudges are paused", "提醒已暂停"),
    Rule.IGNORED_THREE: Text("the last three went unanswered", "前三条都没有回应"),
    Rule.RECENT_CONTACT: Text("you were in touch in the meantime", "这期间你们已经联系过"),
    Rule.SAID_BEFORE: Text("you have read this advice lately", "这条建议你最近看过"),
    Rule.TOO_LATE: Text("its moment has passed", "时机已过"),
    Rule.PLAY_CHANGED: Text("its play was changed or taken out", "这条打法已修改或撤下"),
    Rule.OUTRANKED: Text("something more pressing goes first", "有更要紧的事在前"),
    Rule.HOLDOUT: Text("left out on purpose, to see whether such nudges help", "有意不发，好看看这类提醒到底有没有用"),
}

RAISED_BY: Final = {
    RaisedBy.CLIENT: Text("the client", "客户"),
    RaisedBy.US: Text("us", "我们"),
    RaisedBy.BOTH: Text("both sides", "双方"),
}
