"""Texts around the plays: cards, checks, nudges, advice."""

from typing import Final

from bot.core.wording import Text

DO: Final = Text("Do", "做")
SAY: Final = Text("Say", "说")
NOT: Final = Text("Not", "别")

VISIT_HEADING: Final = Text("{account} · {when}", "{account} · {when}")
VISIT_SUMMARY: Final = Text("Your visit to {account} {when}: one point", "{when}拜访{account}：记一点")
VISITS_SUMMARY: Final = Text("{count} visits {day}, a line each", "{day}有 {count} 个拜访，每个一条")
OTHER_VISIT: Final = Text("{account} · {when}: {title}", "{account} · {when}：{title}")
OPEN_VISIT: Final = Text("Open", "展开")
NO_POINT: Final = Text("Nothing is due at {account}. Go and listen.", "{account}没有待办。多听，少说。")
NUDGE_HEADING: Final = Text("{account}: {title}", "{account}：{title}")

ABOUT_PROMISE: Final = Text("Due {day}: {text}", "{day}到期：{text}")
ABOUT_OPENED: Final = Text("Open since {day}", "{day}起未解决")
ABOUT_FIXED: Final = Text("Fixed {day}", "{day}处理好")

COMMIT: Final = Text("I'll do it", "我来做")
ANOTHER: Final = Text("Another", "换一个")
SKIP: Final = Text("Not this time", "这次不用")
MORE_WHY: Final = Text("Why this?", "为什么是这条？")
MORE_LATER: Final = Text("Later…", "晚点再说……")
MORE_WRONG: Final = Text("This is wrong", "这条不对")
MORE_STOP: Final = Text("Stop these", "别再发这类")
MORE_DIALOGUE: Final = Text("Think it through", "一起想一想")
STEPS_BUTTON: Final = Text("Show the steps", "看步骤")

COMMITTED: Final = Text("When I am at {account}, I do it.", "到了{account}，我就这么做。")
COMMITTED_NO_VISIT: Final = Text("Good. It's yours.", "好，交给你了。")
SKIPPED: Final = Text("Fine, not this time.", "好，这次跳过。")
NO_OTHER: Final = Text("That was all I have for this one.", "这次就这些了。")

CHECK_HEADING: Final = Text("{account}: how did it go?", "{account}：怎么样？")
CHECK_COMMITMENT: Final = Text("You meant to: {do}", "你打算：{do}")
CHECK_SUMMARY: Final = Text("{account}: one tap on how it went", "{account}：点一下，说说结果")
CHECK_DONE: Final = Text("Done", "做了")
CHECK_CHANGED: Final = Text("Did it differently", "换了做法")
CHECK_NOT: Final = Text("Not this time", "没做成")
CHECK_NO_VISIT: Final = Text("No visit", "没去成")
CHECKED_DONE: Final = Text("Noted: done.", "记下了：做了。")
CHECKED_CHANGED: Final = Text("Noted: done your own way.", "记下了：用你的办法做了。")
CHECKED_REVIEW: Final = Text("What did they say?", "客户怎么说？")
CHECKED_NOT: Final = Text("Noted. There will be a better moment.", "记下了，还有更合适的时候。")
CHECKED_NO_VISIT: Final = Text(
    "Noted: the visit did not take place. A new date: /kam visit {account} <when>",
    "记下了：拜访没成。改期：/kam visit {account} <时间>",
)

SOURCE: Final = Text("{article}, section {section}", "{article}第 {section} 节")
WHY_HEADING: Final = Text("Why this?", "为什么是这条？")
WHY_RULE: Final = Text("Came up because: {cue}", "这次的由头：{cue}")
WHY_FACTS: Final = Text("Facts: {facts}", "依据：{facts}")
WHY_OFF: Final = Text("It stops when: {off}", "什么时候不再发：{off}")
WHY_OFF_FACT: Final = Text(
    'the fact changes, or you tap "Stop these" in the card\'s menu', "情况变了，或你在卡片菜单里点“别再发这类”"
)
WHY_OFF_STEP: Final = Text("the step is taken, or the client says it is over", "这一步做了，或客户说问题了结")
WHY_HELD: Final = Text("Held back: {play}, because {rule}", "没有提：{play}，因为{rule}")
WHY_MATCHED: Final = Text("Your words: {words}", "从你的话里看到：{words}")
WHY_EVIDENCE: Final = Text("Evidence: {text} ({caveat})", "例证：{text}（{caveat}）")
WHY_NONE: Final = Text("I have not sent you anything yet.", "我还没给你发过提醒。")

LATER_HEADING: Final = Text("When shall I come back to {account}?", "{account}的事，什么时候再提？")
LATER_AFTERNOON: Final = Text("This afternoon", "今天下午")
LATER_TOMORROW: Final = Text("Tomorrow 9:00", "明天 9:00")
LATER_AFTER_VISIT: Final = Text("After the visit", "拜访之后")
LATER_NEVER: Final = Text("Not for this account", "这个客户不用")
SNOOZED: Final = Text("Quiet on {account} until {when}.", "{when}之前不再提{account}。")
SNOOZED_FOR_GOOD: Final = Text("Quiet on {account} until you say otherwise.", "不再提{account}，除非你改主意。")
SNOOZE_UNDO: Final = Text("Undo", "撤销")
SNOOZE_LIFTED: Final = Text("Undone: you will hear about {account} as before.", "已撤销，{account}照常提醒。")
STOPPED: Final = Text(
    'No more "{title}" from me. /kam settings brings it back.', "不再发“{title}”。想恢复：/kam settings"
)

TOO_OLD: Final = Text("That card is over: {what}.", "这张卡片已经结束：{what}。")
OVER_VISIT: Final = Text("the visit has begun or is past", "拜访已经开始或结束")
OVER_CANCELLED: Final = Text("the visit was called off", "拜访已取消")
NOT_YOURS: Final = Text("This card is for somebody else, so I left it as it is.", "这张卡片是给别人的，我没有动它。")
ALREADY: Final = Text("You answered this one before: {what}.", "这条你已经回过：{what}。")
GONE: Final = Text(
    "I no longer know this card. Ask again with /kam advice.", "这张卡片我已经找不到了，请再问一次：/kam advice"
)
ANSWERS: Final = {
    "commit": Text("you'll do it", "你来做"),
    "skip": Text("not this time", "这次不用"),
    "later": Text("later", "晚点再说"),
    "stop": Text("stop these", "别再发"),
    "done": Text("done", "做了"),
    "changed": Text("done differently", "换了做法"),
    "not": Text("not this time", "没做成"),
    "no_visit": Text("no visit", "没去成"),
    "kept": Text("kept", "兑现了"),
    "moved": Text("a new date", "改了日子"),
    "broken": Text("can't keep it", "兑现不了"),
    "still_true": Text("still true", "还作数"),
    "changed_it": Text("changed it", "改过了"),
}

# --- advice ---------------------------------------------------------------------------------------------------------

ADVICE_SUMMARY: Final = Text("{title}: {do}", "{title}：{do}")
ADVICE_ALSO: Final = Text("Or:", "或者：")
ASK_WHICH: Final = Text("Which is closer?", "更接近哪一种？")
ASK_NONE: Final = Text("None of these", "都不是")
ABSTAINED: Final = Text(
    "I have no play for that, so I won't guess. I know about:", "这件事我没有现成的打法，就不乱说了。我懂的有："
)
ABSTAINED_HINT: Final = Text(
    "Say what happened at the client: /kam advice the shipment will be late and they don't know yet",
    "说说客户那边发生了什么：/kam advice 货要晚到，客户还不知道",
)
TAP_HEADING: Final = Text("Before that one: {title}", "先确认一下：{title}")
TAP_YES: Final = Text("Yes, all clear", "都确认了")
TAP_NO: Final = Text("No", "不是")
TAP_STAGE: Final = Text(
    "Which stage is it? This play is for middle, plateau and mature only.",
    "现在是哪个阶段？这条只用于中期、平台期和长期伙伴。",
)
TAP_REFUSED: Final = Text("Then not this one: {rule}. Instead:", "那就不用这条：{rule}。换成：")
TAP_REFUSED_PLAIN: Final = Text(
    "Then don't slow down. Settle what is open first.", "那就别放慢，先把手上没办完的事办好。"
)
TODAY_HEADING: Final = Text("Today, worst first", "今天，先急后缓")
TODAY_NOTHING: Final = Text(
    "Nothing presses today. A good moment to look two years ahead with one account: /kam picture",
    "今天没有急事，正好挑一个客户，想想两年后：/kam picture",
)
TODAY_NO_ACCOUNTS: Final = Text(
    "You have no accounts yet. Add the first: /kam account add", "你还没有客户。先加一个：/kam account add"
)
TODAY_PROBLEM: Final = Text("problem open since {day}", "问题从{day}起还没了")
TODAY_PROMISE: Final = Text("promise due {day}: {text}", "{day}要兑现：{text}")
TODAY_PROMISE_PAST: Final = Text("promise was due {day}: {text}", "{day}就该兑现：{text}")
TODAY_VISIT: Final = Text("visit {when}", "{when}拜访")
TODAY_DUE: Final = Text("{title}", "{title}")
STAGE_FACT: Final = Text("stage: {stage}", "阶段：{stage}")
PROBLEM_FACT: Final = Text("problem open", "有问题未解决")
ADVICE_STEPS: Final = Text("{title}: step by step", "{title}：一步一步来")
STEP_LINE: Final = Text("{who}: {what} ({by})", "{who}：{what}（{by}）")
DIALOGUE_GONE: Final = Text("That talk is over. Start again from the card.", "这段对话已经结束，可以从卡片重新开始。")
DIALOGUE_WRITE: Final = Text("Write", "写一句")
DIALOGUE_SAVE: Final = Text("Done", "好了")
DIALOGUE_NONE: Final = Text("There is no talk for this one.", "这条没有对话。")

# --- three in a row without an answer -------------------------------------------------------------------------------

IGNORED: Final = Text(
    "My last three nudges did not help, so I stopped them. Visit cards and promises still come. What suits you?",
    "前三条提醒好像没帮上忙，我先停了。拜访卡片和承诺提醒照常。你想怎么安排？",
)
IGNORED_KEEP: Final = Text("Keep them", "继续发")
IGNORED_LATER: Final = Text("Ask me in two weeks", "两周后再问我")
IGNORED_STOP: Final = Text("Stop them", "不用再发")
IGNORED_KEPT: Final = Text("Good, they go on.", "好，继续。")
IGNORED_WAITS: Final = Text("Good, quiet for two weeks.", "好，安静两周。")
IGNORED_STOPPED: Final = Text("Stopped. /kam settings resume brings them back.", "已停。想恢复：/kam settings resume")
