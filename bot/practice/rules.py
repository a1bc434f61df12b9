"""How one value of a Block Kit payload is judged: small checks that the tables of `limits` are made of.

A rule takes the judge and a value; what it finds wrong is noted at the judge's place in the payload.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Payload = dict[str, Any]
Rule = Callable[["Judge", Any], None]


class Judge:
    """What is wrong with one payload, as Slack's validator words it: pointer, code, message."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.findings: list[Payload] = []
        self.place: list[str] = []
        self.block_ids: set[str] = set()
        self.focused = 0

    def note(self, code: str, message: str) -> None:
        pointer = "".join(f"/{part}" for part in self.place)
        self.findings.append({"pointer": pointer, "code": code, "message": message})

    @contextmanager
    def at(self, *parts: object) -> Iterator[None]:
        self.place.extend(str(part) for part in parts)
        try:
            yield
        finally:
            del self.place[len(self.place) - len(parts) :]


def string(high: int, low: int = 1) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, str):
            judge.note("invalid_type", "must be a string")
        elif len(value) < low:
            judge.note("too_short", f"must be more than {low - 1} characters")
        elif len(value) > high:
            judge.note("too_long", f"must be less than {high + 1} characters")

    return check


def url(high: int = 3000) -> Rule:
    inner = string(high)

    def check(judge: Judge, value: Any) -> None:
        inner(judge, value)
        if isinstance(value, str) and not re.match(r"(https?://|mailto:|slack://)\S+$", value):
            judge.note("invalid_url", "must be a valid URL")

    return check


def matching(pattern: str, words: str) -> Rule:
    compiled = re.compile(pattern)

    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            judge.note("invalid_format", f"must be {words}")

    return check


def boolean(judge: Judge, value: Any) -> None:
    if not isinstance(value, bool):
        judge.note("invalid_type", "must be a boolean")


def focus(judge: Judge, value: Any) -> None:
    boolean(judge, value)
    if value is True:
        judge.focused += 1
        if judge.focused > 1:
            judge.note("failed_constraint", "only one element may have focus_on_load")


def integer(low: int, high: int) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            judge.note("invalid_type", "must be an integer")
        elif not low <= value <= high:
            judge.note("failed_constraint", f"must be between {low} and {high}")

    return check


def number_text(judge: Judge, value: Any) -> None:
    try:
        float(value)
    except (TypeError, ValueError):
        judge.note("invalid_type", "must be a number in a string")


def choice(*allowed: str) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if value not in allowed:
            judge.note("failed_constraint", f"must be one of {', '.join(allowed)}")

    return check


def anything(judge: Judge, value: Any) -> None:
    """Nothing is checked: Slack takes what is there."""


def mapping(high: int | None = None) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, dict):
            judge.note("invalid_type", "must be an object")
        elif high is not None and len(json.dumps(value, ensure_ascii=False)) > high:
            judge.note("too_long", f"must be less than {high + 1} characters")

    return check


def items(rule: Rule, low: int, high: int) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, list):
            judge.note("invalid_type", "must be a list")
            return
        if len(value) < low:
            judge.note("too_few", f"no fewer than {low} items allowed")
        if len(value) > high:
            judge.note("too_many", f"no more than {high} items allowed")
        for index, item in enumerate(value):
            with judge.at(index):
                rule(judge, item)

    return check


def fields(required: dict[str, Rule], optional: dict[str, Rule]) -> Rule:
    """A rule for an object with exactly these keys."""

    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, dict):
            judge.note("invalid_type", "must be an object")
            return
        for key in required:
            if value.get(key) is None:
                judge.note("missing_field", f"missing required field: {key}")
        for key, item in value.items():
            rule = required.get(key) or optional.get(key)
            with judge.at(key):
                if rule is None:
                    judge.note("invalid_additional_property", f"invalid additional property: {key}")
                elif item is not None:
                    rule(judge, item)

    return check


def shown_length(value: Payload) -> int:
    """The length Slack counts: plain text is escaped on its way in, and its entities count."""
    words = value.get("text", "")
    if not isinstance(words, str):
        return 0
    return len(html.escape(words, quote=False)) if value.get("type") == "plain_text" else len(words)


def text(high: int = 3000, low: int = 1, plain_only: bool = False) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if not isinstance(value, dict):
            judge.note("invalid_type", "must be a text object")
            return
        kind = value.get("type")
        if kind not in (("plain_text",) if plain_only else ("plain_text", "mrkdwn")):
            with judge.at("type"):
                judge.note("failed_constraint", f"unsupported text type: {kind}")
        optional: dict[str, Rule] = {"emoji": boolean} if kind == "plain_text" else {"verbatim": boolean}
        fields({"type": anything, "text": string(10**9, low=0)}, optional)(judge, value)
        with judge.at("text"):
            length = shown_length(value)
            if length < low:
                judge.note("too_short", f"must be more than {low - 1} characters")
            elif length > high:
                judge.note("too_long", f"must be less than {high + 1} characters")

    return check


def plain(high: int) -> Rule:
    return text(high, plain_only=True)
