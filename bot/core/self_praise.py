"""Self-praise in a note that should give the credit away: the words that point at us, in both languages.

It flags what claims the work (our team saved, thanks to our product, 多亏我们); thanks, thanks owed, help received
and what we could not do stay as they are.
"""

import re

_THINGS = (
    r"team|people|product|products|company|firm|solution|system|software|platform|technology|machines?|equipment|"
    r"engineers?|experts?|specialists?|colleagues?|staff|crew|service|support|service team|support team"
)
_MERITS = (
    r"success|achievements?|efforts?|hard work|expertise|know-how|experience|dedication|commitment|professionalism|"
    r"excellence|leadership|innovation|quality|results?"
)
_DEEDS = (
    r"saved?|saves|made|makes|solved|solves|fixed|fixes|delivered|delivers|achieved|achieves|rescued|enabled|enables|"
    r"ensured|ensures|managed|turned|pulled|built|created|cut|reduced|improved|increased|doubled|halved|finished|"
    r"completed|handled|led|drove|won|worked|did|does|went|stepped|outperformed|exceeded|brought|kept|got|helped|"
    r"provided|supported|carried|moved|proved|performed"
)
# What the client did with us stays: "helped us", 帮我们.
_BEFORE_US = r"(?<![帮教替给跟和与同让陪带对为助向请])(?<!配合)(?<!支持)(?<!感谢)(?<!协助)(?<!提醒)(?<!指导)"
_ZH_THINGS = r"团队|产品|公司|系统|方案|设备|技术|工程师|同事|服务|平台|软件|师傅|专家"
_ZH_DEEDS = (
    r"解决|完成|保证|确保|做到|做成|做出|救|省下|节省|拿下|搞定|克服|实现|提升|攻克|付出|立了?功|打造|领先|扭转|挽回|"
    r"突破|兑现|加了?.{0,3}班|熬了?.{0,4}夜|超额|提前交|顺利交|出色|优秀|努力"
)

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:thanks to|because of|due to|owing to|credit to) (?:us\b(?! all)|our (?!talks|meeting|contract)[a-z-]+)",
        r"\bwith(?:out)? (?:our help|our support|us\b)",
        rf"\bour (?:[a-z-]+ )?(?:{_THINGS})(?: (?:really|also|again|truly|even|has|have))* (?:{_DEEDS})\b",
        rf"\bour (?:(?!own fault)[a-z-]+ )?(?:{_MERITS})\b",
        r"\b(?:proud of (?:our|what we|us|ourselves|my)|we(?: are|'re|’re) (?:very |really |so )?(?:proud|the best))\b",
        rf"\bwe(?:['’]ve| have| had)? (?:(?:really|all|even|also|just|again) )*(?:{_DEEDS})\b(?! (?:not|mistakes?|a "
        r"mistake|late|wrong|to wait|it late|(?:you|them|her|him) (?:wait(?:ing)?|late)|(?:closely |well )?with)\b)",
        rf"\bI(?:['’]ve| have)? (?:(?:really|personally|even|also|just) )*(?:{_DEEDS})\b(?! (?:not|a mistake|with)\b)",
        r"(?:多亏|幸亏|幸好有|全靠|都靠|归功于|得益于|亏得|离不开)了?(?:我们|我司|本公司|咱们公司)",
        r"在(?:我们|我司|本公司)的?[^，。；！？,.;!?]{0,6}(?:下|之下)",
        rf"{_BEFORE_US}(?:我们|我司|本公司|咱们公司)(?:公司)?的?(?:{_ZH_THINGS})(?!也?都?(?:很|非常|十分|真心|衷心|想|"
        r"向|要|应该|都)?(?:感谢|谢谢|感激|佩服|敬佩|学|受益|受教|致谢|欠))",
        r"(?:我们|我司|本公司|咱们公司)(?:大家)?的(?:功劳|努力|成绩|实力|专业|付出|优势|经验|贡献|成果|口碑|质量)",
        rf"{_BEFORE_US}(?:我们|我司|本公司|咱们公司)(?!也?没)[^，。；！？,.;!?没不难未]{{0,6}}(?:{_ZH_DEEDS})(?!不|得不)",
        rf"(?<!\w)我(?:亲自|一手|个人)[^，。；！？,.;!?没不]{{0,6}}(?:{_ZH_DEEDS}|推动|促成)",
    )
)


def findings(text: str) -> tuple[str, ...]:
    """The stretches that praise us, in the order in which they stand; none lies inside another."""
    found = sorted((m.span() for p in _PATTERNS for m in p.finditer(text)), key=lambda span: (span[0], -span[1]))
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(text[start:end] for start, end in kept)
