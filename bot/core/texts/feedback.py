"""Texts around "this is wrong": what the rep is asked, what the owner of the play gets, how it ended."""

from typing import Final

from bot.core.complaint import Wrong
from bot.core.wording import Text

# --- what the rep is asked ------------------------------------------------------------------------------------------

TITLE: Final = Text("This is wrong", "这条不对")
INTRO: Final = Text(
    "It goes to whoever looks after this play, else to your admins. Your name stays out, and so should names of clients.",
    "会发给负责这条打法的人，没有的话就发给管理员。不带你的名字，也请别写客户的名字。",
)
WHICH: Final = Text("What is wrong?", "哪里不对？")
CHOICES: Final = {
    Wrong.WORDING: Text("It should have said something else", "话不该这么说"),
    Wrong.MOMENT: Text("It should not have come here, now", "这时候、这个客户，不该提"),
    Wrong.PLAY: Text("Another play would have been right", "该用另一条打法"),
}
WISH: Final = Text("What would you say instead?", "换了你会怎么说？")
WISH_HINT: Final = Text("One sentence, as you would say it to a client.", "一句话就行，就像当面对客户说。")
RIGHT: Final = Text("Which play would have been right?", "该用哪一条？")
NAMED: Final = Text("Your name", "你的名字")
NAMED_TICK: Final = Text("Tell them it was me, so that they can ask", "告诉对方是我说的，方便来问")
SEND: Final = Text("Send", "提交")
THANKS: Final = Text(
    "Thank you. I pass it on, and tell you if it changes the play.", "谢谢，我会转达。打法要是因此改了，我告诉你一声。"
)
THANKS_LATER: Final = Text(
    "Thank you, it is kept. I pass on {most} a day from each of you, so that every one is read with care; this one follows "
    "in the next days.",
    "谢谢，记下了。每个人的意见我一天转达 {most} 条，好让对方条条都看仔细；这条过几天就转。",
)

UNNAMED_TITLE: Final = Text("Without names", "去掉名字")
UNNAMED_INTRO: Final = Text(
    "There is a name in it, and others will read this. Is it still right like this?",
    "里面有名字，而别人会看到。改成这样还对吗？",
)
UNNAMED_WISH: Final = Text("Your sentence", "你的话")
UNNAMED_QUESTION: Final = Text("What you had asked", "你当时的问题")

# --- what the owner gets --------------------------------------------------------------------------------------------

HEADING: Final = Text("“{title}”: a rep says", "“{title}”：销售有话说")
SUMMARY: Final = Text("A rep on “{title}”", "销售谈“{title}”")
WHO: Final = Text("A rep", "一位销售")
SAID: Final = {
    Wrong.WORDING: Text("{who}: it should have said something else.", "{who}：话不该这么说。"),
    Wrong.MOMENT: Text("{who}: it should not have come there, then.", "{who}：那时候、那个客户，不该提。"),
    Wrong.PLAY: Text("{who}: another play would have been right.", "{who}：该用另一条打法。"),
}
UNKNOWN_PLAY: Final = Text("a message without a play", "一条没有打法的消息")
WORDS: Final = Text("Their words", "原话")
SITUATION: Final = Text("Where", "情形")
WANTED: Final = Text("Wanted", "想要的是")
ASKED: Final = Text("Asked", "当时问的是")
CHANGE: Final = Text("Change", "改动")
WORDING_CHANGE: Final = Text(
    "wording {number} says to the client “{after}” instead of “{before}”",
    "第 {number} 种说法，对客户说的话由“{before}”改为“{after}”",
)
STAGE_CHANGE: Final = Text("no longer for clients at this stage: {value}", "这个阶段的客户不再提：{value}")
PHASE_CHANGE: Final = Text("no longer while the order is: {value}", "订单在这一步时不再提：{value}")
EXCEPTION_CHANGE: Final = Text(
    "not any more where stage and order are: {stage}, {phase}", "{stage}、订单{phase}的客户不再提"
)
CUE_CHANGE: Final = Text(
    "when it comes up ({cue}): {name} {before} → {after}", "什么时候提（{cue}）：{name} {before} → {after}"
)
VISITS_CHANGE: Final = Text("it is no longer the point of a visit card", "不再做拜访卡片上的要点")
ASK_CHANGE: Final = Text("this question would get “{title}” first", "这样问，先给“{title}”")
TRIED: Final = Text(
    "Tried out: its new example fails today and passes with the change; all other examples pass, and kam check is clean.",
    "试过了：新加的例子现在通不过，改了就通过；其他例子照旧，kam check 没有错误。",
)
APPLY: Final = Text("In your checkout: git apply {name}", "在你的代码目录里执行：git apply {name}")
DRAFT: Final = Text("What I tried is in the file, for you to finish.", "我试改的内容在文件里，供你接着改。")
NOTE: Final = Text("Why there is no finished change", "为什么没有现成的改动")
REASONS: Final = {
    "gone": Text("there is no such play any more", "这条打法已经没有了"),
    "no_words": Text("they did not write what it should say", "没有写该怎么说"),
    "no_facts": Text("it was about no account, so there is no example to try it on", "没有说是哪个客户，没法举例来试"),
    "nothing_to_change": Text("nobody had asked, so there is no question to learn from", "不是问出来的，没有问题可学"),
    "holds_already": Text("the play does so already", "打法现在已经是这样"),
    "nothing_narrows": Text(
        "every way to leave this situation out would silence an example that must stay, or a problem or promise",
        "怎么收窄，都会让该提的例子、问题或承诺也不提了",
    ),
    "praises_us": Text(
        "the sentence claims the credit, and this play gives it away: {detail}",
        "这条打法要把功劳让出去，这句话却揽了功：{detail}",
    ),
    "still_another": Text(
        "even with this question added another play comes first; two or three more like it may turn it",
        "加上这一句，先给的还是另一条；同样的问法再加两三句也许就行",
    ),
    "check": Text("kam check says: {detail}", "kam check 报告：{detail}"),
    "unread": Text("the playbooks cannot be read just now", "打法文件这会儿读不出来"),
}
PROPOSE: Final = Text("Make the pull request", "提交合并请求")
LEAVE: Final = Text("Not now", "先不改")
UNDER_WAY: Final = Text("On its way.", "正在提交。")
PROPOSED: Final = Text("It is a pull request now: {url}", "合并请求已提交：{url}")
OPEN: Final = Text("Open it", "打开")
LEFT: Final = Text("Left as it is.", "先不改。")
NOT_TAKEN: Final = Text(
    "The git host did not take it: {message} {repair} The file below holds the same change.",
    "没能提交：{message}{repair}下面的文件里是同样的改动。",
)
SETTLED: Final = {
    "left": Text("somebody left it as it is", "有人选了先不改"),
    "proposed": Text("it is a pull request: {url}", "已经提交合并请求：{url}"),
    "proposing": Text("it is on its way to the git host", "正在提交"),
}
GONE: Final = Text(
    "The playbooks have changed since, and this change does not fit them any more.", "打法后来改过，这个改动对不上了。"
)

# --- how it ended ---------------------------------------------------------------------------------------------------

IN: Final = Text("What you said about “{title}” is in: it has changed.", "你对“{title}”提的意见用上了，打法已经改了。")

REFUSALS: Final = {
    "wish_missing": Text("Please write how you would say it, in one sentence.", "请写一句，换了你会怎么说。"),
    "right_missing": Text("Please choose the play that would have been right.", "请选一条该用的打法。"),
    "patch_settled": Text("This one is settled: {what}.", "这条已经有结果了：{what}。"),
    "not_yours_to_settle": Text(
        "This is for the owner of the play, so I left it as it is.", "这是给打法负责人的，我没有动它。"
    ),
}
