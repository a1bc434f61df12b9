"""Names taken out before others read a text."""

import pytest

from bot.core import unnamed
from bot.core.account import Language

EN, ZH = Language.EN, Language.ZH
FIRMS = ["Nordhaus GmbH", "Redwillow Paper", "北屏轨道交通", "Kolb & Söhne AG"]
PEOPLE = ["Rosa Weber", "王强"]


@pytest.mark.parametrize(
    ("text", "language", "given"),
    [
        ("Nordhaus GmbH wants it tomorrow.", EN, "The client wants it tomorrow."),
        ("Ask nordhaus gmbh, then Kolb & Söhne.", EN, "Ask the client, then the client."),
        ("Nordhaus's dock was full", EN, "The client's dock was full"),
        ("Rosa Weber of Redwillow Paper", EN, "The client of the client"),
        ("先给北屏轨道交通打电话", ZH, "先给客户打电话"),
        ("找王强问问", ZH, "找客户问问"),
        ("Their paper was wet, May I come by?", EN, "Their paper was wet, May I come by?"),
    ],
)
def test_a_full_name_goes_with_or_without_its_legal_form(text: str, language: Language, given: str) -> None:
    assert unnamed.without(text, [*FIRMS, *PEOPLE], language) == given


@pytest.mark.parametrize(
    ("text", "language", "given"),
    [
        ("Ring Rosa first.", EN, "Ring the client first."),
        ("Redwillow was late; their paper was wet.", EN, "The client was late; their paper was wet."),
        ("Ms Weber at Nordhaus said: “Nordhaus waits.”", EN, "Ms the client at the client said: “the client waits.”"),
        ("北屏的王总说不行", ZH, "客户的客户说不行"),
        ("You can hold us to these three things.", EN, "You can hold us to these three things."),
    ],
)
def test_what_may_stand_for_a_name_is_offered_without(text: str, language: Language, given: str) -> None:
    assert unnamed.without_any(text, FIRMS, PEOPLE, language) == given


def test_a_text_without_names_stays_as_it_is_to_the_letter() -> None:
    text = "  Two  spaces,\nthe client the client "
    assert unnamed.without_any(text, FIRMS, PEOPLE, EN) == text
    assert unnamed.without(text, FIRMS, ZH) == text
