"""Texts of credit: whose work at the client it was, and the note to that person's boss."""

from typing import Final

from bot.core.wording import Text

FORM: Final = Text("Give credit", "把功劳给对方")
INTRO: Final = Text(
    "Whose work at the client made this possible? The note to their boss names them, not us.",
    "客户那边，这事是靠谁办成的？给他领导的便条只提他，不提我们。",
)
ACCOUNT: Final = Text("Account", "客户")
WHO: Final = Text("Their name", "他的名字")
DID: Final = Text("What they did, in one sentence", "他做了什么，一句话")
DID_HINT: Final = Text(
    "In the client's language: it goes into the note as you write it.", "用客户的语言写，原样放进便条。"
)
BOSS: Final = Text("Their boss", "他的领导")
BOSS_HINT: Final = Text("Left open, I look among your contacts.", "空着的话，我到你的联系人里找。")
MAKE: Final = Text("Write the note", "写便条")

# The note, in the client's language.
DEAR: Final = Text("Dear {boss},", "{boss}，您好！")
HELLO: Final = Text("Hello,", "您好！")
NOTE: Final = Text(
    "I would like you to know whose work this was: {who}. What made the difference: {did}. "
    "It is good to work with {who}.",
    "想跟您说一声，这次事情办得顺，靠的是{who}：{did}。跟{who}一起做事，心里踏实。",
)

HEADING: Final = Text("{account}: credit for {who}", "{account}：功劳是{who}的")
FOR: Final = Text("A note to {boss}", "给{boss}的便条")
FOR_NOBODY: Final = Text("A note to their boss", "给他领导的便条")
NO_BOSS: Final = Text(
    "I don't know whom {who} reports to. Next time: /kam contact add {account} {who}, boss <name>",
    "还不知道{who}的领导是谁。补上：/kam contact add {account} {who}，上级<名字>",
)
ASK_FIRST: Final = Text(
    "Ask {who} first whether it is welcome: some like it quiet.", "发之前先问问{who}：有人不喜欢张扬。"
)
FLAGGED: Final = Text(
    "This praises us: {words}. Say what {who} did instead.", "这几处在夸我们自己：{words}。换成{who}做了什么。"
)
CHANGE: Final = Text("Change the words", "改改措辞")
SENT: Final = Text("I sent it", "已经发了")
CHANGE_FORM: Final = Text("Change the words", "改改措辞")
CHANGE_LABEL: Final = Text("The note", "便条")
SENT_DONE: Final = Text(
    "Good. Coming from their own boss, it will mean more to {who}. Noted as contact with {account}.",
    "好。{who}从自己领导那儿听到，分量不一样。已记为与{account}的一次联系。",
)
LOGGED: Final = Text("The praise is written down at {account}.", "这次表扬已记在{account}名下。")

REFUSALS: Final = {
    "credit_sent": Text("That note is marked as sent already.", "这张便条已经标记为发出了。"),
}
