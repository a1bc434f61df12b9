"""Every refusal that a rep can meet has a sentence in both languages, and all that the sentence names."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.core.texts import talk

CODE = Path(bot.__file__).parent
AT_THE_COMMAND_LINE = {"unknown_rep"}  # no rep reads these
ON_THE_INSTALL_PAGES = {"not_a_bot"}  # they say one thing of all that goes wrong, with a reference
NAMED = {"name", "nearest", "example", "value", "choices", "text", "account", "when", "what", "usage", "reason"}


def refusals() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where a refusal is raised, its code, and the names that it fills in (None where that cannot be read)."""
    for folder in ("usecases", "slack"):
        for file in sorted((CODE / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Refused"):
                    given = {k.arg: k.value for k in call.keywords}
                    code = given.get("code")
                    if isinstance(code, ast.Constant):
                        yield f"{file.relative_to(CODE)}:{call.lineno}", str(code.value), _names(given.get("params"))


def _names(params: ast.expr | None) -> set[str] | None:
    if params is None:
        return set()
    if isinstance(params, ast.Dict):
        return {str(k.value) for k in params.keys if isinstance(k, ast.Constant)}
    return None


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_refusal_has_its_sentence() -> None:
    told = {*talk.REFUSALS, *AT_THE_COMMAND_LINE, *ON_THE_INSTALL_PAGES}
    missing = [(place, code) for place, code, _ in refusals() if code not in told]
    assert missing == []


def test_every_sentence_gets_the_names_that_it_needs() -> None:
    wrong = [
        (place, code, needed - given)
        for place, code, given in refusals()
        if given is not None and code in talk.REFUSALS and (needed := named(talk.REFUSALS[code].en)) - given
    ]
    assert wrong == []


def test_both_languages_name_the_same() -> None:
    for text in talk.REFUSALS.values():
        assert named(text.zh) <= named(text.en) | NAMED
        assert named(text.en) <= named(text.zh) | NAMED
