"""Messages as Slack blocks, cut to Slack's limits, with no foreign text that could format or mention.

Only `plain_text` and `rich_text` are used: Slack parses nothing in them, so nothing needs escaping but the fallback.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from bot.core.message import Actions, Bullets, Button, Divider, Heading, Menu, Message, Paragraph, Part, Small

Payload = dict[str, Any]

MESSAGE_BLOCKS = 50
HOME_BLOCKS = 100
MESSAGE_TEXT = 12_000  # all blocks of a message together; Slack names no number for `msg_blocks_too_long`
FALLBACK = 4_000
HEADER = 150
TEXT = 3_000
LABEL = 75
BUTTON_VALUE = 2_000
URL = 3_000
OPTION_VALUE = 150
ELEMENTS = 25
OPTIONS = 5
MORE = "…"

_ESCAPED = {"&": 5, "<": 4, ">": 4}
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127))
_NUMBERED = re.compile(r":[0-9]+\Z")


def render(message: Message) -> Payload:
    """A message as `text` (what a notification shows) and `blocks`."""
    return {"text": fallback(message.summary), "blocks": _within(_blocks(message.parts), MESSAGE_BLOCKS, MESSAGE_TEXT)}


def home(message: Message) -> Payload:
    """A message as the view of a Home tab."""
    return {"type": "home", "blocks": _within(_blocks(message.parts), HOME_BLOCKS)}


def fallback(text: str) -> str:
    """A text fit for the top-level `text` of a message: escaped, never empty, never cut inside an entity."""
    return html.escape(cut(clean(text).strip(), FALLBACK), quote=False) or MORE


def action_of(action_id: str) -> str:
    """The action that an action id stands for: without the number that made it unique in its block."""
    return _NUMBERED.sub("", action_id)


# --- texts within limits --------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """The text without what JSON or Slack cannot take: lone surrogates and control characters."""
    return text.encode("utf-8", "replace").decode().translate(_CONTROLS)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where its size is more than `most`."""
    if size(text) <= most:
        return text
    return text[: _reach(text, most - size(MORE))].rstrip() + MORE


def plain(text: str, most: int) -> Payload:
    """A plain text object of one line; never empty, for Slack refuses that."""
    return {"type": "plain_text", "text": cut(one_line(text), most) or MORE}


def _cost(char: str) -> int:
    return _ESCAPED.get(char, 2 if ord(char) > 0xFFFF else 1)


def size(text: str) -> int:
    """The length that Slack may count: UTF-16 units, escaped."""
    units = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return units + sum(text.count(char) * (cost - 1) for char, cost in _ESCAPED.items())


def _reach(text: str, most: int) -> int:
    """How many characters of the text fit."""
    for index, char in enumerate(text):
        most -= _cost(char)
        if most < 0:
            return index
    return len(text)


def _pieces(text: str, first: int) -> list[str]:
    """The text in pieces that fit a block each, parted at line ends or spaces where there are any."""
    found: list[str] = []
    room = first
    while size(text) > room:
        end = _reach(text, room)
        gaps = (text.rfind(gap, end // 2, end) for gap in ("\n", " "))
        end = next((gap for gap in gaps if gap > 0), end)
        found.append(text[:end].rstrip())
        text, room = text[end:].lstrip(), TEXT
    return [*found, text]


# --- blocks ---------------------------------------------------------------------------------------------------------


def _blocks(parts: Iterable[Part]) -> list[Payload]:
    return [block for part in parts for block in _part(part)]


def _part(part: Part) -> list[Payload]:
    match part:
        case Heading(text=text):
            return [{"type": "header", "text": plain(text, HEADER)}] if one_line(text) else []
        case Paragraph():
            return _paragraph(part)
        case Bullets(lines=lines):
            return _bullets(lines)
        case Small(text=text):
            return [{"type": "context", "elements": [_words(text)]}] if clean(text).strip() else []
        case Actions():
            return _actions(part.buttons, part.menu)
        case Divider():
            return [{"type": "divider"}]
    assert_never(part)


def _words(text: str) -> Payload:
    """A plain text object that keeps its lines."""
    return {"type": "plain_text", "text": cut(clean(text).strip(), TEXT) or MORE}


def _paragraph(part: Paragraph) -> list[Payload]:
    text, label = clean(part.text).strip(), cut(one_line(part.label), TEXT // 2)
    lead = label + _joint(label) if label and text else label
    if part.button is not None:
        if not lead + text:
            return _actions((part.button,), None)
        [button] = _elements((part.button,))
        return [{"type": "section", "text": _words(lead + text), "accessory": button}]
    if not lead + text:
        return []
    first, *rest = _pieces(text, TEXT - size(lead))
    bold = [{"type": "text", "text": lead, "style": {"bold": True}}] if lead else []
    return [_rich([_section([*bold, *_leaves(first)])]), *(_rich([_section(_leaves(piece))]) for piece in rest)]


def _joint(label: str) -> str:
    """What stands between a label and its text: a colon, wide after Chinese; none after other punctuation."""
    last = label[-1]
    wide = unicodedata.east_asian_width(last) in "WF"
    if unicodedata.category(last).startswith("P"):
        return "" if wide else " "
    return "：" if wide else ": "


def _bullets(lines: Sequence[str]) -> list[Payload]:
    items = [_section(_leaves(cut(line, TEXT))) for line in map(one_line, lines) if line]
    return [_rich([{"type": "rich_text_list", "style": "bullet", "elements": items}])] if items else []


def _rich(elements: list[Payload]) -> Payload:
    return {"type": "rich_text", "elements": elements}


def _section(leaves: list[Payload]) -> Payload:
    return {"type": "rich_text_section", "elements": leaves}


def _leaves(text: str) -> list[Payload]:
    return [{"type": "text", "text": text}] if text else []


def _actions(buttons: Sequence[Button], menu: Menu | None) -> list[Payload]:
    elements = _elements(buttons, menu)
    rows = [elements[start : start + ELEMENTS] for start in range(0, len(elements), ELEMENTS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _elements(buttons: Sequence[Button], menu: Menu | None = None) -> list[Payload]:
    menus = [menu] if menu is not None and menu.options else []
    ids = _unique([*(button.action for button in buttons), *(menu.action for menu in menus)])
    shown = [_button(button, name) for button, name in zip(buttons, ids, strict=False)]
    return shown + [_overflow(menu, ids[-1]) for menu in menus]


def _unique(actions: Iterable[str]) -> list[str]:
    """Action ids for one block: an action that occurs again, or ends like one that does, bears a number."""
    met: Counter[str] = Counter()
    found: list[str] = []
    for action in actions:
        found.append(f"{action}:{met[action]}" if met[action] or _NUMBERED.search(action) else action)
        met[action] += 1
    return found


def _button(button: Button, action_id: str) -> Payload:
    shown: Payload = {"type": "button", "action_id": action_id, "text": plain(button.label, LABEL)}
    if value := clean(button.value)[:BUTTON_VALUE]:
        shown["value"] = value
    if button.primary:
        shown["style"] = "primary"
    if button.url.startswith("https://") and size(button.url) <= URL:
        shown["url"] = button.url
    return shown


def _overflow(menu: Menu, action_id: str) -> Payload:
    options = [
        {"text": plain(label, LABEL), "value": clean(value)[:OPTION_VALUE] or MORE} for label, value in menu.options
    ]
    return {"type": "overflow", "action_id": action_id, "options": options[:OPTIONS]}


# --- the whole ------------------------------------------------------------------------------------------------------


def _within(blocks: list[Payload], most: int, longest: int | None = None) -> list[Payload]:
    """The blocks that Slack takes in one message or view; a last line says that there was more."""
    kept, room = min(len(blocks), most), longest
    for index, block in enumerate(blocks[:most]):
        room = room - _written(block) if room is not None else None
        if room is not None and room < 0:
            kept = index
            break
    if kept == len(blocks):
        return blocks
    return [*blocks[: min(kept, most - 1)], {"type": "context", "elements": [_words(MORE)]}]


def _written(value: Any) -> int:
    """How much text stands in a block."""
    if isinstance(value, list):
        return sum(map(_written, value))
    if not isinstance(value, dict):
        return 0
    text = value.get("text")
    return (size(text) if isinstance(text, str) else 0) + sum(map(_written, value.values()))
