"""`kam advise`: which plays answer a question; one, or a file of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import errors
from bot.cli import tell
from bot.core import advice
from bot.core.account import Language, OrderPhase, Stage
from bot.core.advice import Facts
from bot.core.library import Library
from bot.core.matching import Weights


def facts(stage: str | None, order_phase: str | None, open_problem: bool | None, lang: str | None, text: str) -> Facts:
    """The facts as given; the language is that of the text where none is given. Raises BadInput."""
    try:
        language = Language(lang) if lang else _language_of(text)
        return Facts(
            stage=Stage(stage) if stage else None,
            order_phase=OrderPhase(order_phase) if order_phase else None,
            open_problem=open_problem,
            language=language,
        )
    except ValueError as error:
        raise errors.BadInput(
            f"{error}.", repair="Stages, order phases and languages: see docs/glossary.md."
        ) from error


def _language_of(text: str) -> Language:
    return Language.ZH if any("一" <= c <= "鿿" for c in text) else Language.EN


def one(library: Library, weights: Weights, text: str, known: Facts) -> dict[str, object]:
    return advice.as_json(advice.advise(library, weights, text, known), library, known.language)


def batch(library: Library, weights: Weights, file: Path) -> int:
    """Answers each line of a JSON-lines file; a bad line is named, the run goes on and ends with 1."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
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
        return {"id": question_id, **one(library, weights, text, known)}, False
    except (ValueError, errors.BadInput, RecursionError) as error:
        print(f"Line {number}: {error}", file=sys.stderr)
        return {"id": question_id, "error": str(error)}, True


def _object(line: str) -> dict[str, Any]:
    question = json.loads(line)
    if not isinstance(question, dict):
        raise errors.BadInput("a line holds one JSON object")
    return question


def _text(question: dict[str, Any]) -> str:
    text, is_open = question.get("text"), question.get("open_problem")
    if not isinstance(text, str) or "id" not in question:
        raise errors.BadInput("`id` and `text` are needed")
    if not isinstance(is_open, bool | None):
        raise errors.BadInput("`open_problem` is true, false or null")
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
