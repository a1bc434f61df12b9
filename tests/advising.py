"""A small library with asks in both languages, and its weights."""

from functools import cache

from bot.content import training
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.playbook import Play
from tests.factories import AS_BEFORE, CLOSE_THE_LOOP, COMPLAINT, STEP_BACK, a_library, a_play

ASKS: dict[str, dict[str, tuple[str, ...]]] = {
    "complaint-received": {
        "en": (
            "the client is shouting at me about the leaking drums",
            "they are furious, the line stopped because of our valve",
            "angry mail from the plant manager, he wants answers today",
            "what do I say to a client who is yelling",
            "the buyer threatens to throw us out over the broken pumps",
        ),
        "zh": (
            "客户在电话里骂我,说我们的桶漏了",
            "客户发火了,产线因为我们的阀门停了",
            "厂长来信大骂,今天就要说法",
            "客户正在气头上,我先说什么",
            "采购说再出毛病就换掉我们",
        ),
    },
    "close-the-loop": {
        "en": (
            "the pump is repaired, do I go back and ask",
            "it is fixed, nobody confirmed it at the client",
            "we replaced the valve last week, who should hear it from me",
            "ticket closed, what do I tell the operators who suffered",
            "the repair is done, is a mail enough",
        ),
        "zh": (
            "泵修好了,要不要再去问问",
            "问题解决了,客户那边没人确认",
            "阀门上周换好了,该告诉谁",
            "工单关了,跟受影响的操作工说什么",
            "修完了,发个邮件够不够",
        ),
    },
    "step-back": {
        "en": (
            "I call them too often, should I go quiet for a week",
            "always me who calls, never them, should I step back",
            "I visit every week and they are bored of me",
            "would a little absence do good, nothing is open",
            "they take us for granted because we are always there",
        ),
        "zh": (
            "我联系得太勤了,要不要冷一个星期",
            "每次都是我找他们,要不要退一步",
            "我每周都去,人家都烦了",
            "手头没事,消失几天好不好",
            "天天在那儿晃,人家觉得理所当然",
        ),
    },
    "as-before-the-deal": {
        "en": (
            "since they signed I have not visited them once",
            "no contact for three months, how do I pick it up again",
            "the contract is signed and our attention dropped",
            "I neglected an old account, what now",
            "how often should I visit a client after the deal",
        ),
        "zh": (
            "签完合同我一次没去过",
            "三个月没联系了,怎么重新捡起来",
            "合同签了,我们就没那么上心了",
            "冷落了一个老客户,怎么办",
            "成交以后多久去一次合适",
        ),
    },
    "faster-than-they-expect": {
        "en": (
            "a new client asked for a quote, how fast should we reply",
            "they want a sample, our standard is five days",
            "how quickly must I answer a request of a new account",
            "request came in at five, send the data sheet tonight?",
            "their last supplier took a week to reply",
        ),
        "zh": (
            "新客户要报价,多快回合适",
            "他们要样品,我们规定五天",
            "新客户的请求要多久回复",
            "五点来要参数表,今晚发吗",
            "以前那家供应商要等一周才回",
        ),
    },
}
OUT_OF_SCOPE = {
    "en": [
        "what is the weather like tomorrow",
        "tell me a joke",
        "my printer is jammed",
        "how many vacation days are left",
        "write a python script",
        "book a flight to Vienna",
        "who won the match",
        "pizza near the office",
    ],
    "zh": ["明天天气怎么样", "讲个笑话", "打印机卡纸了", "我还剩几天年假", "写个脚本", "帮我订机票", "昨晚球赛谁赢了"],
}


def with_asks(play: Play) -> Play:
    """The play with its asks."""
    return Play.model_validate({**play.model_dump(by_alias=True), "asks": ASKS[play.id]})


@cache
def some_library() -> Library:
    """Five plays, one of them pacing."""
    faster = a_play("faster-than-they-expect", "patient-and-fast", fits={"stages": ["introduction", "early"]})
    return a_library(*map(with_asks, (COMPLAINT, CLOSE_THE_LOOP, STEP_BACK, AS_BEFORE, faster)))


@cache
def some_weights() -> Weights:
    """The weights of that library."""
    return training.train(some_library(), OUT_OF_SCOPE)
