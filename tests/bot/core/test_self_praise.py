"""What a note that gives credit must not say, and what it may."""

import pytest

from bot.core import self_praise

PRAISES_US = [
    ("Our team saved your season.", "Our team saved"),
    ("It went well thanks to our product.", "thanks to our product"),
    ("Thanks to us the line ran.", "Thanks to us"),
    ("We saved four months for you.", "We saved"),
    ("We've delivered every pallet on time.", "We've delivered"),
    ("We have really improved your throughput.", "We have really improved"),
    ("We are proud of the result.", "We are proud"),
    ("I'm proud of what we did.", "proud of what we"),
    ("This shows our expertise.", "our expertise"),
    ("It is due to our engineers that it ran.", "due to our engineers"),
    ("Without us it would have failed.", "Without us"),
    ("With our help Dana made it.", "With our help"),
    ("Our engineers have even fixed the old line.", "Our engineers have even fixed"),
    ("Our hard work paid off.", "Our hard work"),
    ("I personally made sure it ran.", "I personally made"),
    ("Our software cut the waiting time.", "Our software cut"),
    ("多亏我们的设备，一小时都没停。", "多亏我们"),
    ("我们团队连夜把问题解决了。", "我们团队"),
    ("这次能成，全靠我们公司支持。", "全靠我们"),
    ("在我们的努力下，项目按时上线。", "在我们的努力下"),
    ("我们加了不少班。", "我们加了不少班"),
    ("这是我们的功劳。", "我们的功劳"),
    ("我们提前完成了交付。", "我们提前完成"),
    ("我司产品质量过硬。", "我司产品"),
    ("我亲自推动了这件事。", "我亲自推动"),
    ("我们的专业大家有目共睹。", "我们的专业"),
]

GIVES_CREDIT = [
    "We thank Dana for two night shifts.",
    "We sincerely thank your team.",
    "We owe this to Dana, who ran two night shifts herself.",
    "We could not have done it without Dana.",
    "We would like you to know whose work it was.",
    "We learned a lot from your planners.",
    "We are grateful to Dana.",
    "Dana helped us and moved the whole line in a night.",
    "Your team saved us twice.",
    "Dana taught our team how your plant works.",
    "Dana worked with our engineers day and night.",
    "When we met, Dana had the plan ready.",
    "We worked with Dana every week.",
    "We were late, and Dana kept the line running.",
    "We made a mistake, and Dana caught it.",
    "We kept you waiting, and Dana stayed calm.",
    "Thanks to Dana not one hour was lost.",
    "Because of your planners it ran.",
    "I would like you to know whose work this was: Dana. What made the difference: she ran two night shifts.",
    "It is good to work with Dana.",
    "The answer is in the power of your own people.",
    "我们感谢小郑连着熬了两个通宵。",
    "我们团队非常感谢小郑。",
    "多亏您这边的小郑。",
    "全靠小郑带着人熬了两个通宵。",
    "小郑帮我们解决了进场的难题。",
    "没有小郑，我们做不到。",
    "我们没能按时完成，是小郑顶上来的。",
    "小郑教我们团队怎么跟车间配合。",
    "小郑跟我们的工程师一起守了两夜。",
    "这是小郑的功劳。",
    "我们从小郑身上学到很多。",
    "想跟您说一声，这次事情办得顺，靠的是小郑：带着人熬了两个通宵。跟小郑一起做事，心里踏实。",
    "",
]


@pytest.mark.parametrize(("text", "words"), PRAISES_US)
def test_words_that_praise_us_are_found(text: str, words: str) -> None:
    found = self_praise.findings(text)
    assert len(found) == 1
    assert found[0].startswith(words)


@pytest.mark.parametrize("text", GIVES_CREDIT)
def test_thanks_and_credit_given_are_left_alone(text: str) -> None:
    assert self_praise.findings(text) == ()


def test_several_are_told_in_their_order_and_none_twice() -> None:
    text = "Thanks to our product and our hard work it ran; 我们团队解决了问题。"
    assert self_praise.findings(text) == ("Thanks to our product", "our hard work", "我们团队解决")
