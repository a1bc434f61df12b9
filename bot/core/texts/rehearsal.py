"""Texts of rehearsals."""

from typing import Final

from bot.core.wording import Text

HEADING: Final = Text("Rehearse a talk", "排练一段对话")
INTRO: Final = Text("Two minutes. Only you see how it goes.", "两分钟，结果只有你自己看到。")
LINE: Final = Text("{title} ({play})", "{title}（{play}）")
START: Final = Text("Start", "开始")
HOW: Final = Text("Or say which: /kam rehearse angry client", "也可以直接说：/kam rehearse 客户发火")
NOT_FOUND: Final = Text("I have no scene for that. These I have:", "这个我没有现成的场景，有这些：")
MENU: Final = Text("Rehearse it", "排练一下")
CLIENT: Final = Text("The client", "客户")
YOU: Final = Text("You", "你")
POINTS: Final = Text("+{points}", "+{points} 分")
BETTER: Final = Text("Stronger", "更好的说法")
END: Final = Text("{points} of {most} points", "{points} 分，满分 {most} 分")
AGAIN: Final = Text("Once more", "再来一遍")

REFUSALS: Final = {
    "rehearsal_over": Text(
        "That turn is over. Go on in the newest message, or start anew: /kam rehearse",
        "这一轮已经过去了。在最新的消息里接着来，或重新开始：/kam rehearse",
    ),
}
