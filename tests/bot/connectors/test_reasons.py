"""Why an address or a calendar cannot be read: every such sentence of the connectors is known in Chinese."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from bot.connectors import calendar_lines, client
from bot.core import retold
from bot.core.account import Language

RAISED = {name for name, made in vars(client).items() if isinstance(made, type) and issubclass(made, client.FetchError)}


def reasons(module: ModuleType) -> Iterator[str]:
    """The sentence of every error that a module makes, with something for each value filled in."""
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            if call.func.id in RAISED:
                yield _sentence(call.args[0])
            elif call.func.id == "_error":
                yield _sentence(call.args[1])


def _sentence(written: ast.expr) -> str:
    if isinstance(written, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "12" for part in written.values)
    assert isinstance(written, ast.Constant)
    return str(written.value)


MADE = [*reasons(client), *reasons(calendar_lines)]


def test_the_reasons_are_found() -> None:
    assert len(MADE) > 20


@pytest.mark.parametrize("reason", MADE)
def test_a_reason_is_known_in_both_languages(reason: str) -> None:
    assert retold.in_language(reason, Language.EN) == reason
    assert retold.in_language(reason, Language.ZH) != reason
