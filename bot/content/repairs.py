"""Turns what pydantic says about a file into findings that a manager understands."""

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content import document as doc
from bot.content import schema
from bot.content.document import Document, Place
from bot.content.findings import Finding

SEVERAL_KINDS = frozenset({"cue", "due", "until"})  # keys whose `type` decides which other keys they have
IN_QUOTES = re.compile(r"'([^']*)'")
SHOWN = 40  # characters of a wrong value that are repeated

Model = TypeVar("Model", bound=BaseModel)
Said = tuple[str, str]  # message, repair


def validate(
    model: type[Model], document: Document, play: str = "", **known: str
) -> tuple[Model | None, list[Finding]]:
    """The value that a document holds, with the keys that are `known` from elsewhere, or all that is wrong with it."""
    if document.data is None:
        return None, []
    if not isinstance(document.data, dict):
        message, repair = "the file is not a list of `key: value` lines", "begin with `id:`; see playbooks/README.md"
        return None, [document.finding((), message, repair, play=play)]
    reported = {f.line for f in document.findings}
    findings = [_known(document, key, play) for key in known if key in document.data]
    try:
        return model.model_validate_json(json.dumps({**document.data, **known}), strict=True), findings
    except ValidationError as error:
        details = error.errors(include_url=False)
    found = (_finding(model, document, play, detail) for detail in details)
    return None, findings + [f for f in found if f.line not in reported]


def _known(document: Document, key: str, play: str) -> Finding:
    return document.finding((key,), f"`{key}` is said by the folder's name", f"delete the line `{key}: …`", play=play)


def _finding(model: type[BaseModel], document: Document, play: str, error: ErrorDetails) -> Finding:
    place, tags = place_of(error["loc"])
    message, repair = _explain(model, document, place, tags, error)
    return document.finding(place, message, repair, play=play)


def place_of(location: Iterable[str | int]) -> tuple[Place, tuple[tuple[Place, str], ...]]:
    """The place in the file, without the name of the chosen kind that pydantic puts in; and those names."""
    place: list[str | int] = []
    tags: list[tuple[Place, str]] = []
    chosen = False
    for part in location:
        if place and place[-1] in SEVERAL_KINDS and not chosen:
            tags.append((tuple(place), str(part)))
            chosen = True
        else:
            place.append(part)
            chosen = False
    return tuple(place), tuple(tags)


def _explain(
    model: type[BaseModel],
    document: Document,
    place: Place,
    tags: tuple[tuple[Place, str], ...],
    error: ErrorDetails,
) -> Said:
    name = doc.dotted(place)
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"`{name}` is missing", f"add `{place[-1]}: …` {_where(place)}"
        case "extra_forbidden":
            allowed = schema.keys_at(model, place[:-1], tags)
            given = doc.value_at(document.data, place[:-1])
            free = [key for key in allowed if not isinstance(given, dict) or key not in given]
            return f"`{name}` is not a key that can stand here", _instead(str(place[-1]), free)
        case "literal_error" | "enum":
            return _one_of(name, error["input"], _words(context["expected"]))
        case "union_tag_invalid":
            return _one_of(f"{name}.type", context["tag"], _words(context["expected_tags"]))
        case "union_tag_not_found":
            return f"`{name}` does not say its `type`", f"write `{place[-1]}: {{type: …}}`; see playbooks/README.md"
        case _:
            return _about_value(name, error, context)


def _where(place: Place) -> str:
    return f"under `{doc.dotted(place[:-1])}`" if len(place) > 1 else "to the file"


def _about_value(name: str, error: ErrorDetails, context: dict[str, Any]) -> Said:
    given = _short(error["input"])
    match error["type"]:
        case "string_type":
            return f"`{name}` is {given}, not a text", 'write a text, in double quotes: "…"'
        case "string_too_short":
            return f"`{name}` is empty", "write the text"
        case "string_too_long":
            return f"`{name}` is too long", f"keep it to {context['max_length']} characters"
        case "string_pattern_mismatch":
            return f"`{name}` is {given}", "use small letters, digits and single hyphens: first-visit"
        case "too_short":
            return f"`{name}` holds {context['actual_length']}", f"write at least {context['min_length']}"
        case "too_long":
            return f"`{name}` holds too many", f"keep {context['max_length']}"
        case "int_type" | "int_from_float" | "float_type":
            return f"`{name}` is {given}, not a number", "write a number without quotes: 14"
        case "bool_type":
            return f"`{name}` is {given}", "write true or false, without quotes"
        case "date_type" | "date_from_datetime_parsing" | "date_from_datetime_inexact" | "date_parsing":
            return f"`{name}` is {given}, not a date", "write year-month-day: 2027-05-31"
        case "time_type" | "time_parsing":
            return f"`{name}` is {given}, not a time of day", 'write hours and minutes: "10:00"'
        case "tuple_type" | "list_type":
            return f"`{name}` is {given}, not a list", "write a list: one item a line, each after `- `"
        case "model_type" | "model_attributes_type" | "dict_type" | "union_type":
            return (
                f"`{name}` is {given}, where keys belong",
                "write `key: value` lines under it; see playbooks/README.md",
            )
        case kind if kind.startswith(("greater_than", "less_than")):
            return f"`{name}` is {given}", f"write a number that is {_bound(context)}"
        case _:
            return f"`{name}` is {given}: {error['msg']}", "see playbooks/README.md for what can stand here"


def _bound(context: dict[str, Any]) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return " and ".join(f"{words[key]} {value:g}" for key, value in context.items() if key in words)


def _one_of(name: str, given: object, allowed: list[str]) -> Said:
    return f"`{name}` is {_short(given)}", _instead(str(given), allowed)


def _words(expected: str) -> list[str]:
    return IN_QUOTES.findall(expected)


def _instead(given: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(given, allowed, n=1)
    guess = f"did you mean `{near[0]}`? " if near else ""
    if not allowed:
        return "delete it"
    if len(allowed) == 1:
        return f"write `{allowed[0]}` instead"
    return f"{guess}write one of: {', '.join(allowed)}"


def _short(value: object) -> str:
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "several keys"
    return f"`{text[:SHOWN]}…`" if len(text) > SHOWN else f"`{text}`"
