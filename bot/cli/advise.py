"""`kam advise`: which plays answer a question; one, or a file of them."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot import errors
from bot.cli import tell
from bot.core import advice
from bot.core.account import Language, OrderPhase, Stage
from bot.core.advice import Facts
from bot.core.library import Library
from bot.core.matching import Weights

Word = TypeVar("Word", bound=StrEnum)
SHOWN = 60  # characters of a wrong value


def facts(stage: object, order_phase: object, open_problem: bool | None, lang: object, text: str) -> Facts:
    """The facts as given (None or empty: not known); the language is that of the text where none is given.

    Raises BadInput.
    """
    return Facts(
        stage=_one_of(Stage, stage, "stage"),
        order_phase=_one_of(OrderPhase, order_phase, "order phase"),
        open_problem=open_problem,
        language=_one_of(Language, lang, "language") or _language_of(text),
    )


def _one_of(words: type[Word], value: object, what: str) -> Word | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value in set(words):
        return words(value)
    raise errors.BadInput(
        f"There is no {what} {str(value)[:SHOWN]!r}.", repair=f"One of: {', '.join(words)}.", code="unknown_value"
    )


def _language_of(text: str) -> Language:
    return Language.ZH if any("一" <= c <= "鿿" for c in text) else Language.EN


def one(library: Library, weights: Weights, text: str, known: Facts) -> dict[str, object]:
    return advice.as_json(advice.advise(library, weights, text, known), library, known.language)


def check_call(text: str | None, file: Path | None) -> None:
    """Raises BadInput unless there is either a text or a file."""
    if (text is None) == (file is None):
        said = "Neither a text nor a file is given." if text is None else "Both a text and a file are given."
        raise errors.BadInput(
            said, repair='Write kam advise "what happened", or kam advise --batch FILE.', code="usage"
        )


def batch(library: Library, weights: Weights, file: Path) -> int:
    """Answers each line of a JSON-lines file; a bad line is named, the run goes on and ends with 1."""
    try:
        # Not `splitlines`: it also parts lines at characters that may stand inside a JSON string.
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.BadInput(f"{file} cannot be read.", repair="Give a UTF-8 file of JSON lines.") from error
    code = tell.DONE
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        answer, wrong = _answer(library, weights, line, number)
        tell.line(answer)
        code = tell.WRONG if wrong else code
    return code


def _answer(library: Library, weights: Weights, line: str, number: int) -> tuple[dict[str, object], bool]:
    question_id: object = None
    try:
        question = _object(line)
        question_id = question.get("id")
        text = _text(question)
        known = facts(
            question.get("stage"), question.get("order_phase"), question.get("open_problem"), question.get("lang"), text
        )
    except errors.BadInput as error:
        said = f"{error.message} {error.repair}".strip()
        print(f"Line {number}: {said}", file=sys.stderr)
        return {"id": question_id, "error": said}, True
    return {"id": question_id, **one(library, weights, text, known)}, False


def _object(line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
        json.dumps(question, ensure_ascii=False, allow_nan=False).encode()  # what is echoed can be written
    except (ValueError, RecursionError) as error:
        raise errors.BadInput(f"This is not JSON: {error}.", repair='Write {"id": …, "text": …}.') from error
    if not isinstance(question, dict):
        raise errors.BadInput("This is not a JSON object.", repair='Write {"id": …, "text": …}.')
    return question


def _text(question: dict[str, Any]) -> str:
    text, is_open = question.get("text"), question.get("open_problem")
    if not isinstance(text, str) or "id" not in question:
        raise errors.BadInput("`id` and `text` are needed.", repair="`text` is a string.")
    if not isinstance(is_open, bool | None):
        raise errors.BadInput("`open_problem` is true, false or null.")
    return text


def show(found: dict[str, Any]) -> Iterator[str]:
    """The answer as a person reads it."""
    if found["abstained"]:
        yield "No play for that. Topics: " + "; ".join(found["topics"])
    if found["ask"]:
        yield "Which is closer? " + " / ".join(found["ask"])
    for play in found["plays"]:
        tap = " (asks first)" if play["needs_tap"] else ""
        yield f"{play['id']} {play['score']:.2f}{tap}"
        yield f"  do:  {play['do']}"
        yield f"  say: {play['say']}"
        yield f"  not: {play['not']}   [{play['source']}]"
    for held in found["held"]:
        yield f"held: {held['id']} ({held['rule']})"
