"""How commands answer: text for people, JSON for machines, exit codes as in the docs."""

import json
import sys
from typing import NoReturn

import typer

from bot import errors
from bot.core.account import Language
from bot.core.message import Bullets, Heading, Message, Paragraph, Part, Small
from bot.core.texts import talk

DONE, WRONG, CALLED_WRONGLY, INTERNAL = 0, 1, 2, 3


def document(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def line(value: object) -> None:
    """One JSON line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def fail(error: errors.KamError, as_json: bool) -> NoReturn:
    """Says what is wrong and how to mend it, and ends the command."""
    raise typer.Exit(say(error, as_json))


def say(error: errors.KamError, as_json: bool) -> int:
    """The exit code, after it was said what is wrong: 1 for what cannot be done, 2 for what was called wrongly."""
    refusal = _refusal(error)
    if as_json:
        document({"error": {"code": error.code, "message": error.message, "repair": error.repair or refusal}})
    print(refusal or f"{_ended(error.message)} {_begun(error.repair)}".strip(), file=sys.stderr)
    return WRONG if isinstance(error, errors.Refused | errors.Unavailable) else CALLED_WRONGLY


def _refusal(error: errors.KamError) -> str:
    """What a rep reads in Slack for the same refusal: it says what to do next. Empty where the error says so itself."""
    text = talk.REFUSALS.get(error.code)
    return text.of(Language.EN, **error.params) if text is not None and not error.repair else ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def message(shown: Message, as_json: bool) -> None:
    """A message as a rep would read it, without its buttons."""
    lines = [text for part in shown.parts for text in _lines(part)]
    if as_json:
        document({"text": "\n".join(lines)})
    else:
        print("\n".join(lines))


def _lines(part: Part) -> list[str]:
    match part:
        case Heading(text=text) | Small(text=text):
            return [text]
        case Paragraph(text=text, label=label):
            return [f"{label}: {text}" if label and text else label or text]
        case Bullets(lines=lines):
            return [f"- {line}" for line in lines]
        case _:
            return []
