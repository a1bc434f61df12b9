"""What a rep wrote down about a client is said to the client only where it is fit to be said."""

import pytest

from bot.core import speakable
from bot.core.account import Language

NAMES = ("Hallmann Pumpenbau", "江澜水务")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("two pallets wet, nobody called.", Language.EN),
        ("the wrong valves came", Language.EN),
        ("到货少了两箱", Language.ZH),
        ("3 号泵站停了 2 台泵", Language.ZH),
    ],
)
def test_what_happened_is_said(line: str, language: Language) -> None:
    assert speakable.may_be_said(line, language, NAMES)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("", Language.EN),
        ("Hallmann rang: two pumps leak since Friday", Language.EN),
        ("Jörg is furious about the two pumps", Language.EN),
        ("they say nobody told them", Language.EN),
        ("see https://ours.example/1", Language.EN),
        ("two pumps leak\nand one is hot", Language.EN),
        ("two pumps leak " * 10, Language.EN),
        ("到货少了两箱", Language.EN),
        ("two pumps leak", Language.ZH),
        ("江澜水务停了两台泵", Language.ZH),
        ("客户说晚了两周", Language.ZH),
        ("何厂长发火了", Language.ZH),
    ],
)
def test_what_is_about_the_client_or_in_another_language_is_not(line: str, language: Language) -> None:
    assert not speakable.may_be_said(line, language, NAMES)
