"""Texts of the two-year picture."""

from typing import Final

from bot.core.picture import Part
from bot.core.wording import Text

FORM: Final = Text("Two years from now", "两年后的样子")
INTRO: Final = Text(
    "{account}: start at the far end and step back to this month.", "{account}：先看两年后，再一步步退回到这个月。"
)
QUESTIONS: Final = {
    Part.TWO_YEARS: Text(
        "In 24 months, on a good day: what are they glad to have us for?",
        "24个月后，合作顺当的一天：他们为什么庆幸有我们？",
    ),
    Part.YEAR: Text("So in 12 months: which results must they have seen?", "那么12个月后：他们得看到哪些实效？"),
    Part.HALF: Text(
        "So in 6 months: which people and agreements do we need?", "那么6个月后：人手和约定，我们要备齐哪些？"
    ),
    Part.QUARTER: Text("So this quarter: which one result?", "那么这个季度：非有不可的一个结果是什么？"),
    Part.MONTH: Text("So this month: which one step?", "那么这个月：走哪一步？"),
}
MONTH_HINT: Final = Text("Short: it stands on your cards.", "写短些，会放在你的卡片上。")
LABELS: Final = {
    Part.TWO_YEARS: Text("In two years", "两年后"),
    Part.YEAR: Text("In a year", "一年后"),
    Part.HALF: Text("In six months", "半年后"),
    Part.QUARTER: Text("This quarter", "这个季度"),
    Part.MONTH: Text("This month", "这个月"),
}
HEADING: Final = Text("{account} in two years", "{account}：两年后的样子")
DRAWN: Final = Text("Drawn {day}", "{day}画的")
CONFIRMED: Final = Text("Drawn {day}, confirmed {confirmed}", "{day}画的，{confirmed}确认过")
KEPT: Final = Text(
    "Kept. I ask once a quarter whether it still holds. Put this month's step into your calendar, with a day.",
    "记下了，每季度我问一次还作不作数。这个月的一步，现在就写进日程，定好哪天。",
)
ASK: Final = Text("Is it still true?", "这幅图还作数吗？")
STILL: Final = Text("Still true", "还作数")
CHANGE: Final = Text("Change it", "改一改")
STILL_DONE: Final = Text(
    "Good, it stands. Is this month's step still the right one? If not: Change it.",
    "好，图不变。这个月的那一步还对吗？不对就改一改。",
)
DRAW: Final = Text("Draw it", "画一幅")
LIST_HEADING: Final = Text("Two-year pictures", "两年图")
LIST_NONE: Final = Text("You have not drawn one yet.", "你还没有画过。")
LINE: Final = Text("{account}: {step}", "{account}：{step}")
LINE_NONE: Final = Text("{account}: not drawn yet", "{account}：还没画")
OPEN_ONE: Final = Text("Open", "展开")
HOW: Final = Text("One account: /kam picture <account>", "看一家：/kam picture <客户>")
STEP_MONTH: Final = Text("This month: {step}", "这个月：{step}")
STEP_NEXT: Final = Text("Your next step: {step}", "你的下一步：{step}")

REFUSALS: Final = {
    "picture_changed": Text(
        "The picture was changed meanwhile. Here is where to see it: /kam picture {account}",
        "这幅图后来改过了，看这里：/kam picture {account}",
    ),
}
