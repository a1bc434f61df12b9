"""How commands answer: text for people, JSON for machines, exit codes as in the docs."""

import json
import sys
from typing import NoReturn

import typer

from bot import errors
from bot.core.message import Bullets, Heading, Message, Paragraph, Part, Small

DONE, WRONG, CALLED_WRONGLY, INTERNAL = 0, 1, 2, 3


def document(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def line(value: object) -> None:
    """One JSON line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def fail(error: errors.KamError, as_json: bool) -> NoReturn:
    """Says what is wrong and how to mend it; 1 for what cannot be done, 2 for what was called wrongly."""
    code = WRONG if isinstance(error, errors.Refused | errors.Unavailable) else CALLED_WRONGLY
    if as_json:
        document({"error": {"code": error.code, "message": error.message, "repair": error.repair}})
    print(f"{error.message} {error.repair}".strip(), file=sys.stderr)
    raise typer.Exit(code)


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
