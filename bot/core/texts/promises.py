"""Texts of promises: what we owe, and what we may ask of the client."""

from typing import Final

from bot.core.promise import What
from bot.core.wording import Text

# --- writing one down -------------------------------------------------------------------------------------------------

FORM: Final = Text("Write down a promise", "记一个承诺")
FORM_ACCOUNT: Final = Text("Account", "客户")
FORM_BY: Final = Text("Who owes it?", "谁答应谁的？")
FORM_BY_US: Final = Text("We owe it to them", "我们答应客户的")
FORM_BY_THEM: Final = Text("They owe it to us", "客户答应我们的")
FORM_TEXT: Final = Text("What, in a few words", "什么事，几个字就行")
FORM_DUE: Final = Text("By which day?", "哪天之前？")
MADE_US: Final = Text(
    "{account}, by {day}: {text}. I'll remind you while there is still time to move it.",
    "{account}，{day}前：{text}。我会赶在还来得及商量的时候提醒你。",
)
MADE_THEM: Final = Text(
    "{account} owes us by {day}: {text}. On the day it stands in your list for today.",
    "{account}答应我们，{day}前：{text}。到那天它会在你的今日清单里。",
)
SAME: Final = Text("{account}, by {day}: {text}. I had that already.", "{account}，{day}前：{text}。已经记过了。")
WHICH_DAY: Final = Text('"{text}" can mean two days. Which one?', "“{text}”有两种可能，是哪天？")

# --- the list ---------------------------------------------------------------------------------------------------------

LIST_HEADING: Final = Text("Promises", "承诺")
LIST_HEADING_ONE: Final = Text("Promises: {account}", "{account}的承诺")
LIST_US: Final = Text("We owe", "我们欠客户的")
LIST_THEM: Final = Text("We may ask for", "可以问客户要的")
LIST_ENDED: Final = Text("Lately", "最近了结的")
LINE: Final = Text("{account}, by {day}: {text}", "{account}，{day}前：{text}")
LINE_LATE: Final = Text("{account}, was due {day}: {text}", "{account}，{day}已到期：{text}")
LINE_KEPT: Final = Text("{account}: {text}, kept {day}", "{account}：{text}，{day}兑现")
LINE_CAME: Final = Text("{account}: {text}, came {day}", "{account}：{text}，{day}收到")
LINE_BROKEN: Final = Text("{account}: {text}, given up {day}", "{account}：{text}，{day}作罢")
NOTHING: Final = Text("Nothing is promised, either way.", "双方都没有没了的承诺。")
HOW: Final = Text(
    "A new one: /kam promise <account> by fri: <what>. What they owe: /kam promise <account> them by fri: <what>",
    "新承诺：/kam promise <客户> 周五前：<什么事>。客户欠我们的：/kam promise <客户> 对方 周五前：<什么事>",
)
OPEN_ONE: Final = Text("Open", "展开")
TODAY_ASK: Final = Text("ask for what they promised by {day}: {text}", "问一声，对方答应{day}前给的：{text}")

# --- one promise and its buttons --------------------------------------------------------------------------------------

DUE_US: Final = Text("We owe it by {day}", "{day}前要兑现")
DUE_THEM: Final = Text("They owe it by {day}", "对方答应{day}前给")
KEPT: Final = Text("Kept", "兑现了")
CAME: Final = Text("It came", "收到了")
MOVE: Final = Text("New date…", "改日子……")
BREAK: Final = Text("Can't keep it", "兑现不了")
DROP: Final = Text("Let it go", "不要了")
KEPT_DONE: Final = Text("{account}, {text}: kept. Well done.", "{account}，{text}：兑现了，做得好。")
CAME_DONE: Final = Text("{account}, {text}: it came.", "{account}，{text}：收到了。")

MOVE_FORM: Final = Text("A new date", "改日子")
MOVE_DAY: Final = Text("Which day will hold for certain?", "哪天一定拿得出来？")
MOVE_DAY_THEM: Final = Text("Which day did you agree on?", "跟对方重新约在哪天？")
MOVED_US: Final = Text(
    "{account}, {text}: now by {day}, before {old}. Tell them today, not on the day.",
    "{account}，{text}：从{old}改到{day}。今天就告诉客户，别等到那天。",
)
MOVED_THEM: Final = Text("{account}, {text}: now by {day}, before {old}.", "{account}，{text}：从{old}改到{day}。")
SAY: Final = Text("Say", "说")
# Said to the client, in the client's language.
MOVED_SAY: Final = Text(
    "I said {old}, and that won't hold; I am sorry. The new day is {day}, and I am watching it myself: {text}.",
    "{text}的事，上回跟您说的是{old}，赶不上了，对不住。{day}一定给您，我亲自盯着。",
)

BREAK_FORM: Final = Text("Can't keep it", "兑现不了")
DROP_FORM: Final = Text("Let it go", "不要了")
BREAK_WHY: Final = Text("What stands in the way? One line is enough.", "卡在哪儿？写一句就够。")
DROP_WHY: Final = Text("Why? One line is enough.", "为什么？写一句就够。")
BROKEN_US: Final = Text(
    "{account}, {text}: written down as not kept ({why}). The client should hear it from you, and first. "
    "Do they know yet?",
    "{account}，{text}：记为没有兑现（{why}）。这话要你先说，别让客户从别处听到。客户知道了吗？",
)
BROKEN_THEM: Final = Text("{account}, {text}: off the list ({why}).", "{account}，{text}：已划掉（{why}）。")
NOT_YET: Final = Text("They don't know yet", "还不知道")
ANGRY: Final = Text("They know, and are upset", "知道了，不高兴")

# --- once its day has passed ------------------------------------------------------------------------------------------

ASK_US: Final = Text("{account}: was it kept?", "{account}：兑现了吗？")
ASK_THEM: Final = Text("{account}: did it come?", "{account}：对方给了吗？")
ASK_DUE_US: Final = Text("We said by {day}: {text}", "我们答应{day}前：{text}")
ASK_DUE_THEM: Final = Text("They said by {day}: {text}", "对方答应{day}前：{text}")
ASK_MANY: Final = Text("{count} promises whose day has passed", "{count} 个承诺的日子过了")
ASK_LINE_US: Final = Text("{account}, by {day}: {text}", "{account}，{day}前：{text}")
ASK_LINE_THEM: Final = Text("{account}, theirs by {day}: {text}", "{account}，对方{day}前：{text}")
AGREED: Final = Text("New date agreed…", "另约了日子……")
NOT_KEPT: Final = Text("Not kept", "没兑现")
ASK_FOR_IT: Final = Text("Ask them", "去问一声")
# Said to the client, in the client's language.
ASK_SAY: Final = Text(
    "You had {day} in mind for this: {text}. Where does it stand, and do you need anything from us for it?",
    "{text}的事，您说过{day}前给我们，现在到哪一步了？要我们配合什么，您说一声。",
)
UNNAMED: Final = Text("what we agreed", "上次说好")  # in such a sentence, for what cannot be said to the client
AGREED_US: Final = Text(
    "{account}, {text}: now by {day}. I'll remind you in time.", "{account}，{text}：改到{day}前，到时候我提醒你。"
)
AGREED_THEM: Final = Text("{account}, {text}: now by {day}.", "{account}，{text}：改到{day}前。")
MISSED: Final = Text("{account}, {text}: not kept.", "{account}，{text}：没兑现。")
MISSED_NEXT: Final = Text(
    "It happens. Best they hear from you, before they have to ask.", "难免的事。别等客户来问，先跟他们说一声。"
)
# Said to the client, in the client's language.
MISSED_SAY: Final = Text(
    "I promised you this by {day}, and I did not keep it: {text}. I am sorry. You hear from me today what you get, "
    "and when.",
    "{text}的事，我答应您{day}前办好，没做到，对不住。今天之内，我一定给您一个准日子。",
)
MISSED_SAY_WHAT: Final = Text("What to say", "怎么说")
LET_GO: Final = Text("{account}, {text}: off the list.", "{account}，{text}：已划掉。")
PROMISE_ANEW: Final = Text("Promise a new day…", "重新答应一个日子……")
ASK_STOPS: Final = Text("what became of promises", "承诺到期后的询问")

# --- history ----------------------------------------------------------------------------------------------------------

HISTORY: Final = {
    What.MADE: Text("{at}: promised for {after}", "{at}：答应{after}前"),
    What.MOVED: Text("{at}: moved from {before} to {after}", "{at}：从{before}改到{after}"),
    What.KEPT: Text("{at}: kept", "{at}：兑现"),
    What.BROKEN: Text("{at}: not kept ({note})", "{at}：没兑现（{note}）"),
}

HISTORY_MISSED: Final = Text("{at}: not kept", "{at}：没兑现")  # where nobody asked why

REFUSALS: Final = {
    "promise_what": Text(
        "What was promised? For example: /kam promise {account} by fri: spare parts list",
        "答应了什么？例如：/kam promise {account} 周五前：备件清单",
    ),
    "promise_when": Text(
        "By which day? For example: /kam promise {account} by fri: {text}",
        "哪天之前？例如：/kam promise {account} 周五前：{text}",
    ),
    "promise_past": Text("{day} is past. Which day did you mean?", "{day}已经过去了，你想说哪一天？"),
    "promise_same_day": Text(
        "It is due on that day already. Choose another day, or close this.", "本来就是这一天。请另选一天，或关掉窗口。"
    ),
    "promise_far": Text(
        "That is more than two years away. Please check the year.", "那是两年多以后了，请看看年份对不对。"
    ),
    "promise_over": Text("That one is settled already: {what}.", "这条已经了结：{what}。"),
}
OVER: Final = {
    What.KEPT: Text("kept {day}", "{day}兑现"),
    What.BROKEN: Text("given up {day}", "{day}作罢"),
}
