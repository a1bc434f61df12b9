"""Texts about what is stored: the export, being forgotten, the pause."""

from typing import Final

from bot.core.wording import Text

# --- what each table holds: in the export, in the receipt, in docs/privacy.md -----------------------------------------

NAMES: Final = {
    "account": Text("accounts", "客户"),
    "advice": Text("questions you asked", "你问过的问题"),
    "asked": Text("how many forms I asked you to fill in", "我请你填过几次表单"),
    "commitment": Text('"I\'ll do it" taps', "“我来做”的选择"),
    "contact": Text("contacts", "联系人"),
    "contact_log": Text("notes of who reached out", "联系记录"),
    "credit_note": Text("notes that give credit", "功劳便条"),
    "dialogue": Text("talks with the coach", "和我的对话"),
    "event_link": Text("answers about calendar events", "对日程的回答"),
    "feed": Text("calendar addresses", "日历地址"),
    "feedback": Text('"this is wrong" notes', "“这条不对”的说明"),
    "nudge": Text("messages of mine", "我发过或要发的提醒"),
    "picture": Text("two-year pictures", "两年图景"),
    "problem": Text("problems", "问题"),
    "problem_step": Text("steps of problems", "问题的步骤"),
    "promise": Text("promises", "承诺"),
    "promise_change": Text("changes of promises", "承诺的变动"),
    "record": Text("notes on accounts", "客户情况记录"),
    "rehearsal": Text("rehearsals", "排练"),
    "rep": Text("your settings", "你的设置"),
    "role": Text("who your manager is", "你的经理是谁"),
    "snooze": Text("quiet times", "暂不提醒的设置"),
    "stage_change": Text("stages of accounts", "客户阶段的变化"),
    "undo": Text("changes of the last minute", "最近一分钟的改动"),
    "visit": Text("visits", "拜访"),
}
HOLDS: Final = {
    "account": Text(
        "The firms you keep: name, stage, order, what matters to them.", "你负责的客户：名称、阶段、订单、看重什么。"
    ),
    "advice": Text("What you asked me, and which plays answered.", "你问我的话，以及我给出的打法。"),
    "asked": Text("How many forms a day I asked you to fill in; nobody is timed.", "每天请你填了几次表单，不计时。"),
    "commitment": Text("What you said you would do, and how it went.", "你说要做的事，以及结果。"),
    "contact": Text("People at your accounts, with role and boss.", "客户那边的人、职务和上级。"),
    "contact_log": Text("When somebody reached out, and which side.", "什么时候、哪一方主动联系。"),
    "credit_note": Text("Notes to a boss at the client about whose work it was.", "写给客户领导的便条：功劳是谁的。"),
    "dialogue": Text("Short talks with what you answered in them.", "简短对话和你的回答。"),
    "event_link": Text("Which account a calendar event is about, as you said.", "你说过的：某个日程是哪个客户。"),
    "feed": Text("Addresses of your calendars. Keep them to yourself.", "你的日历地址，请勿外传。"),
    "feedback": Text("What you said was wrong with a card.", "你指出的卡片错误。"),
    "nudge": Text(
        "Every message I planned or sent you: why, when, what you tapped.",
        "每条计划或发出的提醒：原因、时间、你点了什么。",
    ),
    "picture": Text("Where an account shall be in two years, in your words.", "你描绘的客户两年后的样子。"),
    "problem": Text("Bad days at your accounts, in your words.", "客户出过的问题，用你的话。"),
    "problem_step": Text("When each step of a problem was taken.", "问题每一步的时间。"),
    "promise": Text("What was promised, by whom, for when.", "谁答应了什么，什么时候。"),
    "promise_change": Text("How a promise was moved, kept or broken.", "承诺改期、兑现或没做到的经过。"),
    "record": Text("Praise, complaints, requests, reviews that you noted.", "你记下的表扬、抱怨、请求和回顾。"),
    "rehearsal": Text("Scenes that you rehearsed.", "你排练过的场景。"),
    "rep": Text(
        "Your name as colleagues see it, time zone, language, hours, days off and pauses.",
        "同事看到的你的名字、时区、语言、工作时间、休息日和暂停。",
    ),
    "role": Text("Your manager, as an admin set it.", "管理员设置的你的经理。"),
    "snooze": Text("What you asked me to be quiet about.", "你让我暂时别提的事。"),
    "stage_change": Text("Which stage an account was in, from when.", "客户什么时候进入哪个阶段。"),
    "undo": Text("How to take back your last change.", "怎样撤销你最近的改动。"),
    "visit": Text("Visits planned and made.", "约好的和去过的拜访。"),
}

# --- export -----------------------------------------------------------------------------------------------------------

EXPORT_SOON: Final = Text(
    "I put everything I keep about you into one file. It comes here, to our DM, in a moment.",
    "我把关于你的全部内容整理成一个文件，马上发到我们的私信里。",
)
EXPORT_COMMENT: Final = Text(
    "All that I keep about you, as of {when}: {count} entries. Each part says what it is.",
    "截至{when}我保存的关于你的全部内容：{count} 条，每一部分都有说明。",
)
EXPORT_FAILED: Final = Text(
    "Slack did not take the file. Try again in a while, or ask your admin for it: kam export",
    "Slack 没有收下文件。过一会儿再试，或请管理员运行 kam export。",
)

# --- forget -----------------------------------------------------------------------------------------------------------

FORGET_FORM: Final = Text("Forget me", "忘掉我")
FORGET_INTRO: Final = Text(
    "I delete all I keep about you, at once and for good: {what}. What you read in our DM stays in Slack. If you "
    "write to me later, we start anew.",
    "我会立刻、永久删除关于你的一切：{what}。私信里已有的消息留在 Slack。以后你再找我，我们从头认识。",
)
FORGET_NOTHING_MORE: Final = Text("your settings", "你的设置")
FORGET_TYPE: Final = Text('To confirm, type "forget me"', "确认请输入“忘掉我”")
FORGET_ACCOUNTS: Final = Text("Your accounts, with visits, problems and promises", "你的客户，连同拜访、问题和承诺")
FORGET_KEEP: Final = Text("Stay with the firm: offered to my manager", "留给公司：交给我的经理")
FORGET_DELETE: Final = Text("Delete them too", "一起删除")
FORGET_SEND: Final = Text("Delete", "删除")
RECEIPT: Final = Text("Forgotten on {when}. Receipt {reference}.", "{when}已全部忘掉。回执 {reference}。")
RECEIPT_GONE: Final = Text("Deleted", "已删除")
RECEIPT_KEPT: Final = Text("Stayed with the firm, without your name", "留在公司、不带你名字的")
RECEIPT_LINE: Final = Text("{what}: {count}", "{what}：{count}")
RECEIPT_BYE: Final = Text(
    "Backups made before today are the only copies; your admin deletes them on schedule.",
    "只有此前的备份里还有，管理员会按期清除。",
)

# --- pause ------------------------------------------------------------------------------------------------------------

PAUSED: Final = Text("Quiet until {when}. Ask me any time all the same.", "到{when}之前我不打扰，你随时可以问我。")
PAUSED_OPEN: Final = Text("Quiet until you call me back: /kam pause off", "在你叫我之前我都不打扰：/kam pause off")
PAUSE_ASK: Final = Text("How long shall I be quiet?", "安静多久？")
PAUSE_NOW: Final = Text("Nudges are on.", "提醒开着。")
PAUSE_THREE_DAYS: Final = Text("3 days", "3天")
PAUSE_WEEK: Final = Text("A week", "一周")
PAUSE_OPEN: Final = Text("Until I say so", "等我叫你")
PAUSE_OFF: Final = Text("Nudges on again", "恢复提醒")
RESUMED: Final = Text("I am back: nudges are on.", "好，提醒已恢复。")

REFUSALS: Final = {
    "forget_word": Text('Please type "forget me", so that it is no accident.', "请输入“忘掉我”，以免误删。"),
    "forget_what": Text("Did you mean /kam forget me?", "你是想说 /kam forget me 吗？"),
    "pause_value": Text(
        'I cannot read "{value}" as a time. Try /kam pause 3 days, until fri, or off.',
        "看不懂“{value}”。试试：/kam pause 3天、到周五，或 off。",
    ),
    "pause_past": Text("{when} is over already. Until when shall I be quiet?", "{when}已经过了。安静到什么时候？"),
}
