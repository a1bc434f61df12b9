"""Texts of the problem clock: steps, drafts in the client's language, the brief for the boss."""

from typing import Final

from bot.core.problem import RaisedBy, Step
from bot.core.wording import Text

OPENED: Final = Text(
    "Opened. It is yours until {account} says it is over.", "已记下。{account}说好了才算完，在那之前由你负责。"
)
HEADING: Final = Text("{account}: {what}", "{account}：{what}")
UNNAMED: Final = Text("a problem", "有问题")
UNNAMED_OF: Final = Text("the problem of {day}", "{day}的问题")
STATE: Final = Text("Open since {since} · {done} of {all} steps done", "{since}起 · {all} 步走了 {done} 步")
NEXT: Final = Text("Next", "下一步")
NEXT_BY: Final = Text("{step}, by {when}", "{step}，{when}前")
NEXT_NOW: Final = Text("{step} (due now)", "{step}，现在该办了")
SAY: Final = Text("Say", "说")
SEND: Final = Text("Tell your boss", "对上级说")
DONE: Final = Text("Done", "做了")
BOSS: Final = Text("Bring the boss in", "请上级一起")
THINK: Final = Text("Think it through", "一起想一想")
STEPS: Final = Text("Show the steps", "看步骤")
WORDS: Final = Text("Change the words", "改写问题")
NOT_OURS: Final = Text("Opened by mistake", "记错了")
MEANWHILE: Final = Text(
    "Until it is over I keep quiet about {account}, but for this.", "这件事了结之前，{account}的其他提醒我都先不发。"
)
CLOSED: Final = Text(
    "{account}: over, the client has confirmed. Well carried.", "{account}：客户已确认，事情了结，辛苦了。"
)
WORDS_WRITE: Final = Text("Their words", "客户的原话")
WORDS_LABEL: Final = Text("What upset them most? Their words.", "他们最窝火的是什么？照原话写。")
LESSON_ASK: Final = Text("What will you do differently next time? One line is enough.", "下次会怎么做？写一句就够。")
LESSON_WRITE: Final = Text("Write it down", "写下来")
LESSON_KEPT: Final = Text(
    "Kept. I'll bring it back at the next delivery review with {account}.",
    "记下了，下次和{account}做交付回顾时我再拿出来。",
)
LESSON: Final = Text("Last time's lesson: {text}", "上次的教训：{text}")
AGAIN_ASK: Final = Text("Two weeks on: did it come back?", "过了两周，问题有没有再出现？")
STAYED_AWAY: Final = Text("It stayed away", "没再出现")
CAME_BACK: Final = Text("It came back", "又出现了")
GOOD: Final = Text("Good. I take it off the list.", "好，这件事就划掉了。")
REOPENED: Final = Text(
    "Open again, from the start. {account} should hear from you first.",
    "重新打开，从头走一遍。先让{account}听到你的声音。",
)
WITHDRAWN: Final = Text("Taken back: no problem at {account}.", "已撤回：{account}没有问题。")
NONE_OPEN: Final = Text("No problem is open. Long may it last.", "没有未解决的问题，真好。")
LIST_HEADING: Final = Text("Open problems", "未解决的问题")
LIST_LINE: Final = Text("{account}: {what}. Next: {step}", "{account}：{what}。下一步：{step}")
OPEN_ONE: Final = Text("Open", "展开")
HOW: Final = Text("A new one: /kam problem <account> <what happened>", "新问题：/kam problem <客户> <发生了什么>")

FORM: Final = Text("Log a client problem", "记录客户问题")
FORM_ACCOUNT: Final = Text("Account", "客户")
FORM_WHAT: Final = Text("What happened, in one line", "一句话：发生了什么")
FORM_WHO: Final = Text("Who found it?", "谁先发现的？")
FORM_OPEN: Final = Text("Open", "记下")
WHO: Final = {
    RaisedBy.CLIENT: Text("The client told us", "客户告诉我们的"),
    RaisedBy.US: Text("We know, the client does not yet", "我们知道，客户还不知道"),
    RaisedBy.BOTH: Text("Both sides share the fault", "双方都有责任"),
}

BOSS_FORM: Final = Text("Bring the boss in", "请上级一起")
BOSS_PEOPLE: Final = Text("Who should be in the group?", "拉谁进群？")
BOSS_BRIEF: Final = Text("What they read first", "他们先看到的")
BOSS_OPEN: Final = Text("Start the group", "建群")
BOSS_FROM: Final = Text("{name} asks you in.", "{name}请各位一起来。")
BOSS_TIMES: Final = Text("Times are those of {zone}.", "时间按 {zone} 算。")
BOSS_DONE: Final = Text("The group is open, the brief is in it.", "群建好了，情况说明已发。")
BOSS_FAILED: Final = Text(
    "Slack did not open the group. Call your boss now and try again later.",
    "Slack 没能建群。先给上级打电话，稍后再试。",
)

# What is said to the client stands in the client's language; {what} is the rep's line.
CLIENT_DRAFTS: Final = {
    Step.CLIENT_HEARD: Text(
        "We heard you: {what}. I am on it now, and you hear from me again by {next}.",
        "{what}，我们听到了。我现在就在处理，{next}前一定再跟您说。",
    ),
    Step.CLIENT_TOLD: Text(
        "This is what happened: {what}. I am sorry for the trouble it makes you. Here is our plan, step by step. "
        "Until it is mended I report to you every day, also when nothing is new.",
        "事情是这样的：{what}。给您添了麻烦，非常抱歉。处理方案我一步一步跟您说；没办好之前我天天向您汇报，没有新进展也说一声。",
    ),
    Step.CONFIRMED: Text(
        "It is mended on our side. Is it over for you, and what is left?",
        "我们这边处理好了。您那边还有问题吗？还差什么？",
    ),
}
# The same where the rep wrote no line, or one that is about the client: neither is a thing to say to them.
UNNAMED_DRAFTS: Final = {
    Step.CLIENT_HEARD: Text(
        "We heard you. I am on it now, and you hear from me again by {next}.",
        "您说的，我们听到了。我现在就在处理，{next}前一定再跟您说。",
    ),
    Step.CLIENT_TOLD: Text(
        "I am sorry for the trouble this makes you. This is what happened, and here is our plan, step by step. "
        "Until it is mended I report to you every day, also when nothing is new.",
        "给您添了麻烦，非常抱歉。事情的经过和处理方案，我一步一步跟您说；没办好之前我天天向您汇报，没有新进展也说一声。",
    ),
}
BOSS_BRIEF_TEXT: Final = Text(
    "{account}: {what}. Open since {since}. Next word to the client: {next}. What I need from you: people, money or a "
    "call to their boss.",
    "{account}：{what}。{since}起。下次给客户回话：{next}。需要您支持：人手、费用，或给对方领导打个电话。",
)
PLAN_DRAFT: Final = Text(
    "Each part of the plan: one person, one hour. Which work can move, what can be borrowed or rented, who can come "
    "from elsewhere?",
    "方案每一块：一个人、一个时间。哪些工作能挪，什么能借能租，哪里能调人？",
)
