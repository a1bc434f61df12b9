"""What the coach answers to commands, and what it refuses, kindly."""

from typing import Final

from bot.core.texts import (
    cards,
    credit,
    feedback,
    holdout,
    installing,
    picture,
    play_report,
    privacy,
    promises,
    rehearsal,
    roles,
    stand_in,
)
from bot.core.wording import Text

# --- first words ----------------------------------------------------------------------------------------------------

WELCOME: Final = Text(
    "Hello, I coach key-account work: a card before each visit, one tap after it, and advice when you ask.",
    "你好，我陪你做大客户：拜访前一张卡片，拜访后点一下；想商量的时候，随时问我。",
)
WELCOME_STORED: Final = Text(
    "I keep what you tell me about your accounts, your visits and your taps. You see all of it; your manager sees "
    "open problems and figures, never your private answers: /kam team. /kam settings changes or stops my messages.",
    "我会记下你告诉我的客户、拜访和你点过的选择。这些你都能看到；经理能看到未解决的问题和数字，看不到你的个人回答：/kam team。"
    "想调整或停止提醒：/kam settings",
)
WELCOME_START: Final = Text("Start with your first account:", "先加第一个客户吧：")
WELCOME_KNOWN: Final = Text(
    "Your accounts are here already ({count}). One is missing?", "你的客户已经在这里了（{count} 个）。还差哪个？"
)
WELCOME_ADD: Final = Text("Add an account", "添加客户")
WELCOME_TRY: Final = Text(
    "Or ask right away: /kam advice the client is angry about a late delivery",
    "也可以直接问：/kam advice 交货晚了，客户很生气",
)
ZONE_ASK: Final = Text(
    "Slack does not tell me your time zone, so I send nothing until I know it. Where do you work?",
    "Slack 没有告诉我你的时区，在知道之前我不会发提醒。你在哪里工作？",
)
ZONE_ASK_HINT: Final = Text(
    "Another place: /kam settings timezone Europe/Berlin", "其他地方：/kam settings timezone Asia/Shanghai"
)

HELP_HEADING: Final = Text("What I can do", "我能做什么")
HELP_LINE: Final = Text("/kam {usage}: {summary}", "/kam {usage}：{summary}")
HELP_DM: Final = Text("You can also just write to me here, in your own words.", "也可以直接在这里用自己的话写给我。")
UNKNOWN_COMMAND: Final = Text(
    'I do not know "{word}". If that was a question, I read it like this:',
    "没有“{word}”这个命令。如果你是在提问，我是这样理解的：",
)

FAILED: Final = Text(
    "That went wrong on my side; nothing was lost. Try again, or tell your admin this reference: {reference}",
    "我这边出了点问题，你的内容没有丢。请再试一次，或把这个编号告诉管理员：{reference}",
)
NO_RECORDS: Final = Text(
    "I cannot get at my records just now, so I could not do that. Please try again in a minute.",
    "我这会儿打不开自己的记录，刚才这一步没做成。请过一分钟再试一次。",
)
FORM_NOT_OPENED: Final = Text(
    "Slack did not open the window this time. Please try again.", "Slack 这次没有打开窗口，请再试一次。"
)

# --- accounts -------------------------------------------------------------------------------------------------------

ACCOUNT_FORM: Final = Text("Add an account", "添加客户")
ACCOUNT_FORM_EDIT: Final = Text("Change the account", "修改客户")
ACCOUNT_NAME: Final = Text("Name", "名称")
ACCOUNT_NAME_HINT: Final = Text("As you call it", "平时怎么叫就怎么写")
ACCOUNT_STAGE: Final = Text("Where the relationship stands", "关系到了哪一步")
ACCOUNT_PHASE: Final = Text("Where the order stands", "订单到了哪一步")
ACCOUNT_ALIASES: Final = Text("Other names, e-mail domains", "别名、邮箱域名")
ACCOUNT_ALIASES_HINT: Final = Text(
    "Separated by commas. I use them to recognise calendar events.", "用逗号分开，我靠它们认出日历里的拜访。"
)
ACCOUNT_LANGUAGE: Final = Text("The client's language", "客户用的语言")
ACCOUNT_IMPORTANT: Final = Text("What matters most to them", "客户最看重的事")
ACCOUNT_IMPORTANT_HINT: Final = Text(
    "Separated by commas; I never suggest to go slow on these.", "用逗号分开，这些事我绝不会建议放慢。"
)
ENGLISH: Final = Text("English", "英文")
CHINESE: Final = Text("Chinese", "中文")
SAVE: Final = Text("Save", "保存")
CANCEL: Final = Text("Cancel", "取消")
ACCOUNT_ADDED: Final = Text("{account} is in.", "已添加{account}。")
ACCOUNT_SAVED: Final = Text("{account}: saved.", "{account}：已保存。")
ACCOUNT_NEXT: Final = Text(
    "When do you see them next? /kam visit {account} thu 10:00", "下次什么时候去？/kam visit {account} 周四上午十点"
)
ACCOUNT_STAGE_NEXT: Final = Text(
    "Tell me the stage and I can be more to the point: /kam account set {account} stage middle",
    "告诉我阶段，我能说得更准：/kam account set {account} stage 中期",
)
ACCOUNT_STAGE_SET: Final = Text("{account} is now at: {stage}.", "{account}现在是：{stage}。")
ACCOUNT_PHASE_SET: Final = Text("{account}'s order is now: {phase}.", "{account}的订单现在是：{phase}。")
ACCOUNT_RENAMED: Final = Text(
    "{old} is now {new}. The old name still finds it.", "{old}改名为{new}，旧名字也还能找到。"
)
ACCOUNT_ALIASED: Final = Text("{account} is also known as: {names}.", "{account}也叫：{names}。")
ACCOUNT_ARCHIVED: Final = Text(
    "{account} is put away. Nothing is deleted; /kam account restore {account} brings it back.",
    "{account}已收起，什么都没删。恢复：/kam account restore {account}",
)
ACCOUNT_RESTORED: Final = Text("{account} is back.", "{account}回来了。")
ACCOUNTS_HEADING: Final = Text("Your accounts ({count})", "你的客户（{count}）")
ACCOUNTS_NONE: Final = Text("You have no accounts yet.", "你还没有客户。")
ACCOUNT_LINE: Final = Text("{account}: {facts}", "{account}：{facts}")
ACCOUNTS_MORE: Final = Text("and {count} more: /kam account show <name>", "还有 {count} 个：/kam account show <名称>")
FACT_SINCE: Final = Text("{what} since {day}", "{what}（{day}起）")
FACT_LAST_CONTACT: Final = Text("last contact {day}", "最近联系：{day}")
FACT_NEXT_VISIT: Final = Text("next visit {when}", "下次拜访：{when}")
FACT_NO_VISIT: Final = Text("no visit planned", "还没约拜访")
FACT_PROBLEM: Final = Text("problem open since {day}", "{day}起有问题未解决")
FACT_PROMISE: Final = Text("promised by {day}: {text}", "{day}前要兑现：{text}")
FACT_IMPORTANT: Final = Text("matters to them: {text}", "客户看重：{text}")
FACT_CONTACT: Final = Text("{name}{role}{boss}", "{name}{role}{boss}")
CONTACT_ROLE: Final = Text(", {role}", "，{role}")
CONTACT_BOSS: Final = Text(", reports to {boss}", "，上级{boss}")
FACT_ALIASES: Final = Text("also known as {names}", "也叫{names}")

CONTACT_ADDED: Final = Text("{name} at {account}: noted.", "记下了：{account}的{name}。")
CONTACTS_NONE: Final = Text(
    "No contacts at {account} yet: /kam contact add {account} Wang Li, purchasing, boss Zhao Min",
    "{account}还没有联系人：/kam contact add {account} 王丽，采购，上级赵敏",
)
CONTACTS_HEADING: Final = Text("Contacts at {account}", "{account}的联系人")
CONTACT_LOGGED_US: Final = Text("Noted: you reached out to {account}.", "记下了：你联系了{account}。")
CONTACT_LOGGED_THEM: Final = Text("Noted: {account} reached out to you.", "记下了：{account}主动联系了你。")

PROBLEM_NEXT: Final = Text("{account}: next, {step}.", "{account}：下一步，{step}。")
PROBLEM_CLOSED: Final = Text("{account}: closed, the client has confirmed.", "{account}：客户已确认，问题关闭。")
PROMISE_MADE: Final = Text(
    "{account}, by {day}: {text}. I'll remind you in time.", "{account}，{day}前：{text}。我会提前提醒。"
)
PROMISE_KEPT: Final = Text("{account}: kept. {text}", "{account}：已兑现。{text}")

# --- visits ---------------------------------------------------------------------------------------------------------

VISIT_ADDED: Final = Text("{account}, {when}. You get a card {card}.", "{account}，{when}。{card}给你卡片。")
VISIT_ADDED_REVIEW: Final = Text(
    "Review at {account}, {when}. You get a card {card}.", "{account}回顾会，{when}。{card}给你卡片。"
)
CARD_NOW: Final = Text("at once", "马上")
CARD_NEVER: Final = Text("once you are back at work", "等你上班了")
VISIT_SHIFTED: Final = Text(
    "The clocks change that night and skip that hour, so I wrote down {when}.",
    "那天夜里调整时钟，正好跳过这个钟点，我记成了{when}。",
)
VISIT_MOVED: Final = Text("Moved: {account}, now {when}.", "已改期：{account}，{when}。")
VISIT_SAME: Final = Text("{account}, {when}: I had that already.", "{account}，{when}：已经记过了。")
VISIT_CANCELLED: Final = Text("Cancelled: {account}, {when}.", "已取消：{account}，{when}。")
VISITS_HEADING: Final = Text("Your next visits", "接下来的拜访")
VISITS_NONE: Final = Text(
    "No visits ahead. /kam visit acme thu 10:00, or /kam calendar add <address>",
    "接下来没有拜访。/kam visit 博远 周四上午十点，或 /kam calendar add <日历地址>",
)
VISIT_LINE: Final = Text("{when}: {account}{title}", "{when}：{account}{title}")
VISIT_TITLE: Final = Text(" ({title})", "（{title}）")
VISIT_WHICH: Final = Text("Which {account} visit?", "{account}的哪次拜访？")
WHEN_WHICH: Final = Text('"{text}" can mean two things. Which one?', "“{text}”有两种可能，是哪个？")

# --- calendar -------------------------------------------------------------------------------------------------------

CALENDAR_ADDED: Final = Text(
    "Your calendar is connected. Visits found: {visits}. Events I could not place: {unknown}.",
    "日历已连接：找到 {visits} 个拜访，还有 {unknown} 个日程认不出客户。",
)
CALENDAR_LEFT_OUT: Final = Text(
    "Left out, because they do not look like client visits: {count}.",
    "另有 {count} 个日程看着不像客户拜访，没有记。",
)
CALENDAR_READING: Final = Text(
    "I'm reading your calendar. That takes a moment; I'll tell you here.",
    "正在读你的日历，要一小会儿，读完在这里告诉你。",
)
CALENDAR_FILE: Final = Text(
    "The file is read. Visits found: {visits}. Events I could not place: {unknown}.",
    "文件读完了：找到 {visits} 个拜访，还有 {unknown} 个日程认不出客户。",
)
CALENDAR_LIST: Final = Text("{host}: last read {when}", "{host}：最近读取 {when}")
CALENDAR_BROKEN: Final = Text(
    "I cannot read {host} just now: {error}. I go on with what I read {when}.",
    "{host} 暂时读不到：{error}。先用{when}读到的内容。",
)
CALENDAR_HEADING: Final = Text("Your calendars", "你的日历")
CALENDAR_REMOVE: Final = Text("Disconnect", "断开")
CALENDAR_NEVER: Final = Text("never", "从未")
CALENDAR_NONE: Final = Text(
    "No calendar yet. Copy its private iCal address and send: /kam calendar add <address>",
    "还没有连接日历。复制日历的私密 iCal 地址，发送：/kam calendar add <地址>",
)
CALENDAR_REMOVED: Final = Text(
    "Disconnected. The visits I read stay; /kam visit list shows them.", "已断开。已读到的拜访还在：/kam visit list"
)
CALENDAR_BAD_EVENTS: Final = Text(
    "{count} events in it cannot be read and were left out.", "其中 {count} 个日程读不出来，已跳过。"
)
EVENT_ASK: Final = Text(
    'Which account is "{summary}" on {when} about? I ask once and remember.',
    "{when}的“{summary}”是哪个客户？我只问一次，会记住。",
)
EVENT_PICK: Final = Text("Choose an account", "选择客户")
EVENT_NONE: Final = Text("Not a client visit", "不是客户拜访")
EVENT_LINKED: Final = Text("Got it: {account}. I'll remember.", "好，是{account}，我记住了。")
EVENT_IGNORED: Final = Text("Got it: no visit. I'll remember.", "好，不是拜访，我记住了。")

# --- settings -------------------------------------------------------------------------------------------------------

SETTINGS_HEADING: Final = Text("Your settings", "你的设置")
SETTINGS_LINES: Final = Text(
    "Time zone: {zone}\nLanguage: {language}\nCard before a visit: {card}\nWorking hours: {start} to {end}\n"
    "Days off: {days_off}\nNudges: {paused}\nStand-in: {stand_in}",
    "时区：{zone}\n语言：{language}\n拜访卡片：{card}\n工作时间：{start} 到 {end}\n休息日：{days_off}\n提醒：{paused}\n代班同事：{stand_in}",
)
SETTINGS_EVE: Final = Text("on the eve", "前一天")
SETTINGS_MORNING: Final = Text("in the morning", "当天早上")
SETTINGS_ON: Final = Text("on", "开")
SETTINGS_PAUSED: Final = Text("paused until {when}", "暂停到{when}")
SETTINGS_STOPPED: Final = Text("Stopped: {plays}", "已停：{plays}")
SETTINGS_NO_ZONE: Final = Text("not known", "未知")
SETTINGS_NONE: Final = Text("weekends and holidays", "周末和节假日")
SETTINGS_HOW: Final = Text(
    "Change one: /kam settings timezone Europe/Berlin · language en · card morning · hours 9-18 · off 2026-05-04 · "
    "pause 3 days · resume · standin @colleague",
    "修改：/kam settings timezone Asia/Shanghai · language zh · card morning · hours 9-18 · off 2026-05-04 · "
    "pause 3天 · resume · standin @同事",
)
SETTINGS_SAVED: Final = Text("Saved.", "已保存。")
SNOOZES_HEADING: Final = Text("Quiet for now", "暂不提醒")
SNOOZE_LINE: Final = Text("{what} until {when}", "{what}，到{when}")
SNOOZE_LINE_OPEN: Final = Text("{what}, until you lift it", "{what}，直到你恢复")
EVERYTHING: Final = Text("everything", "全部")
ROUTINE_NUDGES: Final = Text("nudges (visit cards and promises still come)", "日常提醒（拜访卡片和承诺照常）")

# --- refusals: the code of an error, and what the asker reads ---------------------------------------------------------

REFUSALS: Final = {
    "unknown_account": Text(
        'I know no account "{name}". Did you mean {nearest}? New: /kam account add {name}',
        "没有叫“{name}”的客户。你是说{nearest}吗？新客户：/kam account add {name}",
    ),
    "no_such_account": Text(
        'I know no account "{name}" yet. Add it: /kam account add {name}',
        "还没有叫“{name}”的客户。添加：/kam account add {name}",
    ),
    "ambiguous_account": Text(
        '"{name}" could be {nearest}. Please write the full name.', "“{name}”可能是{nearest}，请写全名。"
    ),
    "account_exists": Text(
        "You have {name} already: /kam account show {name}", "{name}已经在了：/kam account show {name}"
    ),
    "archived_account": Text(
        "{name} is put away. /kam account restore {name} brings it back.",
        "{name}已收起。恢复：/kam account restore {name}",
    ),
    "name_missing": Text("Which account? For example: {example}", "哪个客户？例如：{example}"),
    "name_too_long": Text(
        "That name is too long. Please keep it under 80 characters.", "名字太长了，请不要超过 80 个字。"
    ),
    "unknown_stage": Text('I know no stage "{value}". One of: {choices}.', "没有“{value}”这个阶段。可选：{choices}。"),
    "unknown_phase": Text(
        'I know no order phase "{value}". One of: {choices}.', "没有“{value}”这个订单状态。可选：{choices}。"
    ),
    "unknown_archive": Text('"{value}" is not one of won, lost, other.', "“{value}”不对，可选：赢了、丢了、其他。"),
    "when_missing": Text(
        "When? For example: /kam visit {account} thu 10:00", "什么时候？例如：/kam visit {account} 周四上午十点"
    ),
    "when_not_understood": Text(
        'I cannot read "{text}" as a time. Try "thu 10:00", "12 March 14:00" or "下周四上午十点".',
        "看不懂“{text}”是什么时候。试试“周四上午十点”“3月12日14:00”或“thu 10:00”。",
    ),
    "when_past": Text(
        "{when} is over. Which day did you mean? For a visit that took place: /kam contact log {account} us",
        "{when}已经过去了，你想说哪一天？补记已发生的拜访：/kam contact log {account} us",
    ),
    "when_too_far": Text(
        "{when} is more than a year and a half away. Please check the year.", "{when}还有一年半以上，请看看年份对不对。"
    ),
    "zone_missing": Text(
        "I need your time zone first: /kam settings timezone Europe/Berlin",
        "先告诉我你的时区：/kam settings timezone Asia/Shanghai",
    ),
    "unknown_zone": Text(
        'I know no time zone "{value}". Write it like Europe/Berlin or Asia/Shanghai.',
        "没有“{value}”这个时区，请写成 Asia/Shanghai 这样。",
    ),
    "unknown_note": Text('"{value}" is none of {choices}.', "“{value}”不在这些里面：{choices}。"),
    "no_problem": Text("No problem is open at {account}.", "{account}没有未解决的问题。"),
    "no_promise": Text("I find no such promise to {account}.", "没有找到对{account}的这个承诺。"),
    "no_visit": Text("There is no visit to {account} ahead.", "{account}接下来没有拜访。"),
    "visit_gone": Text("That visit is no longer planned.", "这次拜访已经不在计划里了。"),
    "near_subcommand": Text('I do not know "{word}" here. Did you mean: {usage}', "没有“{word}”。你是想说：{usage}"),
    "unknown_subcommand": Text("Use it like this: {usage}", "用法：{usage}"),
    "contact_missing": Text(
        "Who? For example: /kam contact add {account} Wang Li, purchasing, boss Zhao Min",
        "是谁？例如：/kam contact add {account} 王丽，采购，上级赵敏",
    ),
    "calendar_address": Text(
        "That is not a calendar address I can read. It starts with https:// and often ends in .ics.",
        "这不是我能读的日历地址。地址以 https:// 开头，通常以 .ics 结尾。",
    ),
    "calendar_silent": Text(
        "I cannot read that calendar: {reason}. Nothing was changed; please check the address.",
        "这个日历读不了：{reason}。什么都没改，请检查地址。",
    ),
    "calendar_known": Text("That calendar is connected already.", "这个日历已经连接了。"),
    "calendar_many": Text(
        "I read {most} calendars of each of you at most. Remove one first: /kam calendar",
        "每个人最多连 {most} 个日历。请先断开一个：/kam 日历",
    ),
    "calendar_busy": Text(
        "Others are connecting theirs at this moment. Please try again in half a minute.",
        "这会儿正好有别人在连日历，请过半分钟再试。",
    ),
    "settings_value": Text(
        'I cannot read "{value}". For example: /kam settings {name} {example}',
        "看不懂“{value}”。例如：/kam settings {name} {example}",
    ),
    "not_a_rep": Text(
        "Only people of this workspace can use me; guests ask their host.",
        "只有本工作区的成员能用我，访客请找邀请你的人。",
    ),
    "boss_outside": Text(
        "{name} is a guest, an app or from another firm, and this is for colleagues. Please pick somebody else.",
        "{name} 是访客、应用或别家公司的人，这些话只给同事看。请换一位。",
    ),
    "card_gone": cards.GONE,
    "dialogue_over": cards.DIALOGUE_GONE,
    "card_over": cards.TOO_OLD,
    "not_yours": cards.NOT_YOURS,
    "already_answered": cards.ALREADY,
    "too_long": Text(
        "That is a lot at once. Please keep it under 3,000 characters.", "内容太长了，请不要超过 3000 字。"
    ),
    **privacy.REFUSALS,
    **roles.REFUSALS,
    **feedback.REFUSALS,
    **stand_in.REFUSALS,
    "refused": Text("That cannot be done.", "这件事做不了。"),
    "no_workday": Text(
        "Your days off leave no working day for more than a year. Change them: /kam settings",
        "按你的休息日，一年多都没有工作日。改一下：/kam settings",
    ),
    **promises.REFUSALS,
    **credit.REFUSALS,
    **picture.REFUSALS,
    **rehearsal.REFUSALS,
    **holdout.REFUSALS,
    **play_report.REFUSALS,
    **installing.REFUSALS,
}
