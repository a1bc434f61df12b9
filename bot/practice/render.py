"""What a person reads: messages and views as plain text.

Buttons show as `[label]`, selects as `[placeholder ▾]`, an overflow menu as `[…: a / b / c]`.
"""

import html
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.practice.records import Payload

NameOf = Callable[[str], str]
_ANGLED = re.compile(r"<([^<>]*)>")
_MARKS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")


def message(text: str, blocks: list[Payload], *, zone: str | None = None, name_of: NameOf = str) -> str:
    """All that is shown of a message: its blocks, or its text when it has none."""
    if blocks:
        return _lines(_block(block, zone, name_of) for block in blocks)
    return mrkdwn(text, zone=zone, name_of=name_of)


def view(body: Payload, *, zone: str | None = None, name_of: NameOf = str) -> str:
    """All that is shown of a modal or a Home tab, title first and its buttons last."""
    parts = [_words(body.get("title"), zone, name_of)]
    parts += [_block(block, zone, name_of) for block in body.get("blocks", [])]
    parts += [f"[{_words(body[key], zone, name_of)}]" for key in ("submit", "close") if body.get(key)]
    return _lines(parts)


def mrkdwn(text: str, *, zone: str | None = None, name_of: NameOf = str) -> str:
    """Slack's markup as it is read: mentions, links and dates spelt out, entities unescaped, marks gone."""
    shown = _ANGLED.sub(lambda found: _angled(found.group(1), zone, name_of), text)
    previous = None
    while previous != shown:
        previous, shown = shown, _MARKS.sub(r"\2", shown)
    return html.unescape(shown.replace("&nbsp;", "&amp;nbsp;")) if "&" in shown else shown


def _angled(inside: str, zone: str | None, name_of: NameOf) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return date(target, label, zone)
    if target.startswith("@"):
        return f"@{label or name_of(target[1:])}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!subteam^"):
        return label or "@group"
    if target.startswith("!"):
        return f"@{target[1:]}"
    return label or target


def date(target: str, fallback: str, zone: str | None) -> str:
    """A `!date^…` token as a device in that zone shows it; the fallback when it cannot be read."""
    try:
        _, stamp, pattern, *_ = target.split("^")
        local = datetime.fromtimestamp(int(stamp), tz=ZoneInfo(zone) if zone else UTC)
    except ValueError:
        return fallback
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(local.day % 10 if local.day // 10 != 1 else 0, "th")
    clock = f"{local.hour % 12 or 12}:{local:%M}"
    forms = {
        "date_num": f"{local:%Y-%m-%d}",
        "date_slash": f"{local:%m/%d/%Y}",
        "date_short": f"{local:%b} {local.day}, {local.year}",
        "date_long": f"{local:%A}, {local:%B} {local.day}{suffix}, {local.year}",
        "date": f"{local:%B} {local.day}{suffix}, {local.year}",
        "time_secs": f"{clock}:{local:%S} {local:%p}",
        "time": f"{clock} {local:%p}",
    }
    return re.sub(r"\{(\w+)\}", lambda found: forms.get(found[1].removesuffix("_pretty"), found[0]), pattern)


def _words(value: Any, zone: str | None, name_of: NameOf) -> str:
    if not isinstance(value, dict):
        return ""
    words = str(value.get("text", ""))
    return mrkdwn(words, zone=zone, name_of=name_of) if value.get("type") == "mrkdwn" else words


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def _block(block: Payload, zone: str | None, name_of: NameOf) -> str:
    def words(value: Any) -> str:
        return _words(value, zone, name_of)

    kind = block.get("type")
    if kind == "rich_text":
        return _lines(_rich(part, name_of) for part in block.get("elements", []))
    if kind == "divider":
        return "———"
    if kind == "image":
        return f"[image: {block.get('alt_text', '')}]"
    if kind == "input":
        star = "" if block.get("optional") else " *"
        return _lines([words(block.get("label")) + star, element(block.get("element") or {}), words(block.get("hint"))])
    if kind in ("actions", "context_actions"):
        return " ".join(element(part) for part in block.get("elements", []))
    if kind == "context":
        return " ".join(words(part) or f"[image: {part.get('alt_text')}]" for part in block.get("elements", []))
    if kind in ("table", "data_table"):
        rows = [" | ".join(str(cell.get("text", cell.get("value", ""))) for cell in row) for row in block["rows"]]
        return _lines([str(block.get("caption", "")), *rows])
    if kind == "markdown":
        return str(block.get("text", ""))
    parts = [words(block.get(key)) for key in ("title", "subtitle", "text", "body")]
    parts += [words(part) for part in block.get("fields", [])]
    parts += [element(block["accessory"])] if block.get("accessory") else []
    parts += [element(part) for part in block.get("actions", [])]
    return _lines(parts)


def element(part: Payload) -> str:
    """One button, select or input as it is read."""
    kind = str(part.get("type"))
    options = [_words(option.get("text"), None, str) for option in part.get("options") or []]
    hint = _words(part.get("placeholder"), None, str)
    if kind in ("button", "workflow_button", "icon_button"):
        return f"[{_words(part.get('text'), None, str)}]"
    if kind == "overflow":
        return f"[…: {' / '.join(options)}]"
    if kind in ("checkboxes", "radio_buttons"):
        return " ".join(f"({'◯' if kind == 'radio_buttons' else '☐'} {option})" for option in options)
    if kind == "image":
        return f"[image: {part.get('alt_text', '')}]"
    if kind == "feedback_buttons":
        return " ".join(f"[{_words(part[key]['text'], None, str)}]" for key in ("positive_button", "negative_button"))
    if kind.endswith(("select", "picker")):
        return f"[{_chosen(part) or hint or 'Select'} ▾]"
    return f"[{part.get('initial_value') or hint or ' '} ]".replace(" ]", "]")


def _chosen(part: Payload) -> str:
    if part.get("initial_option"):
        return _words(part["initial_option"].get("text"), None, str)
    if part.get("initial_options"):
        return ", ".join(_words(option.get("text"), None, str) for option in part["initial_options"])
    return str(part.get("initial_date") or part.get("initial_time") or part.get("initial_user") or "")


def _rich(part: Payload, name_of: NameOf) -> str:
    kind = part.get("type")
    inner = part.get("elements", [])
    if kind == "rich_text_list":
        marks = (f"{number}. " if part.get("style") == "ordered" else "• " for number in range(1, len(inner) + 1))
        return "\n".join(mark + _rich(item, name_of) for mark, item in zip(marks, inner, strict=True))
    prefix = "> " if kind == "rich_text_quote" else ""
    return prefix + "".join(_leaf(leaf, name_of) for leaf in inner)


def _leaf(leaf: Payload, name_of: NameOf) -> str:
    kind = leaf.get("type")
    if kind == "user":
        return f"@{name_of(str(leaf.get('user_id')))}"
    if kind == "broadcast":
        return f"@{leaf.get('range')}"
    if kind == "emoji":
        return f":{leaf.get('name')}:"
    if kind == "channel":
        return f"#{leaf.get('channel_id')}"
    return str(leaf.get("text") or leaf.get("url") or leaf.get("fallback") or "")


def mentions(text: str, blocks: list[Payload]) -> list[str]:
    """Everyone a message would notify: `channel`, `here`, `everyone` and member ids, in order.

    Bare `@here`, `@channel` and `@everyone` count in mrkdwn objects that are not verbatim: Slack parses them.
    """
    found: list[str] = []
    for words, parsed in [(text, False), *_mrkdwn_objects(blocks)]:
        found += re.findall(r"<!(channel|here|everyone)(?:\|[^>]*)?>", words)
        found += re.findall(r"<@([UW]\w+)(?:\|[^>]*)?>", words)
        if parsed:
            found += re.findall(r"(?<![\w<!@])@(channel|here|everyone)\b", words)
    return found


def _mrkdwn_objects(value: Any) -> list[tuple[str, bool]]:
    if isinstance(value, list):
        return [pair for item in value for pair in _mrkdwn_objects(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [(str(value.get("text", "")), not value.get("verbatim"))]
    if value.get("type") == "broadcast":
        return [(f"<!{value.get('range')}>", False)]
    if value.get("type") == "user" and value.get("user_id"):
        return [(f"<@{value['user_id']}>", False)]
    return [pair for item in value.values() for pair in _mrkdwn_objects(item)]
