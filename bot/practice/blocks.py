"""Every block type of Block Kit: what it must and may hold, and on which surfaces it may stand."""

import json
from typing import Any

from bot.practice import elements, rules
from bot.practice.elements import ID, Shape
from bot.practice.rules import Judge, Rule

MESSAGE = frozenset({"message"})

_SELECTS = tuple(name for name in elements.ELEMENTS if name.endswith("select"))
_SINGLE_SELECTS = tuple(name for name in _SELECTS if not name.startswith("multi_"))
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
ACCESSORY = elements.element("button", "workflow_button", "overflow", "image", *_SELECTS, *_PICKERS)
ACTION = elements.element("button", "workflow_button", "overflow", "datetimepicker", *_SINGLE_SELECTS, *_PICKERS)
INPUT = elements.element(
    "plain_text_input",
    "rich_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
    "datetimepicker",
    *_SELECTS,
    *_PICKERS,
)


def _context_part(judge: Judge, value: Any) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        elements.judge_shape(judge, value, elements.ELEMENTS, None)
    else:
        rules.text(3000)(judge, value)


def _ids_once(judge: Judge, value: Any) -> None:
    """Action ids are unique inside their block."""
    seen: set[str] = set()
    for part in value.get("elements") or []:
        name = part.get("action_id") if isinstance(part, dict) else None
        if isinstance(name, str) and name in seen:
            judge.note("failed_constraint", f"`action_id` {name} already exists")
        elif isinstance(name, str):
            seen.add(name)


def _something(*keys: str) -> Rule:
    def check(judge: Judge, value: Any) -> None:
        if not any(value.get(key) for key in keys):
            judge.note("missing_field", f"at least one of {', '.join(keys)} must be given")

    return check


def _rich_part(judge: Judge, value: Any) -> None:
    if not isinstance(value, dict):
        judge.note("invalid_type", "must be an object")
        return
    kind = value.get("type")
    if kind not in ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"):
        judge.note("unsupported_type", f"unsupported type: {kind}")
    for key, rule in (("indent", rules.integer(0, 8)), ("border", rules.integer(0, 1))):
        if key in value:
            with judge.at(key):
                rule(judge, value[key])
    inner = _rich_part if kind == "rich_text_list" else _rich_leaf
    with judge.at("elements"):
        rules.items(inner, 0, 10_000)(judge, value.get("elements"))


_RICH_LEAVES = ("text", "emoji", "link", "user", "channel", "usergroup", "date", "broadcast", "color", "team")


def _rich_leaf(judge: Judge, value: Any) -> None:
    if not isinstance(value, dict) or value.get("type") not in _RICH_LEAVES:
        judge.note("unsupported_type", "unsupported rich text element")
    elif value["type"] == "text" and not (isinstance(value.get("text"), str) and value["text"]):
        judge.note("too_short", "text must be more than 0 characters")


def _row(judge: Judge, value: Any) -> None:
    kinds = rules.fields(
        {"type": rules.choice("raw_text", "raw_number", "rich_text")},
        {"text": rules.string(10_000), "elements": rules.items(_rich_part, 1, 100), "value": rules.anything},
    )
    rules.items(kinds, 1, 20)(judge, value)


def _cells_fit(judge: Judge, value: Any) -> None:
    rows = value.get("rows") or []
    if len(json.dumps([cell for row in rows for cell in row], ensure_ascii=False)) > 20_000:
        judge.note("too_long", "all cells together must be less than 10001 characters")


def _card_button(judge: Judge, value: Any) -> None:
    elements.element("button")(judge, value)


def _child(judge: Judge, value: Any) -> None:
    if isinstance(value, dict) and value.get("type") in ("container", "card", "carousel", "markdown"):
        judge.note("unsupported_type", f"{value['type']} cannot stand in a container")
    else:
        block(judge, value)


_CARD = Shape(
    {},
    {
        "hero_image": rules.mapping(),
        "icon": rules.mapping(),
        "title": rules.text(150),
        "subtitle": rules.text(150),
        "body": rules.text(200),
        "actions": rules.items(_card_button, 1, 3),
    },
    MESSAGE | {"home"},
    _something("hero_image", "title", "actions", "body"),
)


def _card(judge: Judge, value: Any) -> None:
    elements.judge_shape(judge, value, {"card": _CARD}, None)


BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {},
        {
            "text": rules.text(3000),
            "fields": rules.items(rules.text(2000), 1, 10),
            "accessory": ACCESSORY,
            "expand": rules.boolean,
        },
        also=_something("text", "fields"),
    ),
    "header": Shape({"text": rules.plain(150)}, {}),
    "context": Shape({"elements": rules.items(_context_part, 1, 10)}, {}),
    "divider": Shape({}, {}),
    "actions": Shape({"elements": rules.items(ACTION, 1, 25)}, {}, also=_ids_once),
    "image": Shape(
        {"alt_text": rules.string(2000)},
        {"image_url": rules.url(), "slack_file": rules.mapping(), "title": rules.plain(2000)},
        also=elements.IMAGE.also,
    ),
    "input": Shape(
        {"label": rules.plain(2000), "element": INPUT},
        {"hint": rules.plain(2000), "optional": rules.boolean, "dispatch_action": rules.boolean},
    ),
    "rich_text": Shape({"elements": rules.items(_rich_part, 1, 1000)}, {}),
    "video": Shape(
        {
            "alt_text": rules.string(2000),
            "title": rules.plain(199),
            "thumbnail_url": rules.url(),
            "video_url": rules.url(),
        },
        {
            "author_name": rules.string(49),
            "description": rules.plain(200),
            "provider_icon_url": rules.url(),
            "provider_name": rules.string(100),
            "title_url": rules.url(),
        },
    ),
    "markdown": Shape({"text": rules.string(12_000)}, {}, MESSAGE),
    "context_actions": Shape(
        {"elements": rules.items(elements.element("feedback_buttons", "icon_button"), 1, 5)},
        {},
        MESSAGE,
        _ids_once,
    ),
    "table": Shape(
        {"rows": rules.items(_row, 1, 100)},
        {"column_settings": rules.items(rules.anything, 0, 20)},
        MESSAGE,
        _cells_fit,
    ),
    "data_table": Shape(
        {"caption": rules.string(2000), "rows": rules.items(_row, 2, 101)},
        {"page_size": rules.integer(1, 100), "column_settings": rules.items(rules.anything, 0, 20)},
        MESSAGE,
        _cells_fit,
    ),
    "data_visualization": Shape({"title": rules.string(50), "chart": rules.mapping()}, {}, MESSAGE),
    "card": _CARD,
    "carousel": Shape({"elements": rules.items(_card, 1, 10)}, {}, MESSAGE | {"home"}),
    "container": Shape(
        {"child_blocks": rules.items(_child, 1, 10)},
        {
            "title": rules.plain(150),
            "rich_text_title": rules.mapping(),
            "subtitle": rules.plain(150),
            "width": rules.choice("narrow", "standard", "wide", "full"),
            "is_collapsible": rules.boolean,
            "default_collapsed": rules.boolean,
        },
        MESSAGE,
        _something("title", "rich_text_title"),
    ),
    "alert": Shape(
        {"text": rules.text(200)},
        {"level": rules.choice("default", "info", "warning", "error", "success")},
        elements.MODAL,
    ),
    "task_card": Shape(
        {
            "task_id": rules.string(255),
            "title": rules.string(300),
            "status": rules.choice("in_progress", "complete", "error"),
        },
        {
            "details": rules.mapping(),
            "output": rules.mapping(),
            "sources": rules.items(rules.mapping(), 0, 50),
        },
        MESSAGE,
    ),
    "plan": Shape({"title": rules.string(300)}, {"tasks": rules.items(rules.mapping(), 0, 50)}, MESSAGE),
}
BLOCKS = {
    name: Shape(shape.required, {**shape.optional, "block_id": ID}, shape.surfaces, shape.also)
    for name, shape in BLOCKS.items()
}


def block(judge: Judge, value: Any) -> None:
    """Note what is wrong with one block where the judge stands."""
    elements.judge_shape(judge, value, BLOCKS, None)
    block_id = value.get("block_id") if isinstance(value, dict) else None
    if isinstance(block_id, str):
        if block_id in judge.block_ids:
            with judge.at("block_id"):
                judge.note("failed_constraint", f"`block_id` {block_id} already exists")
        judge.block_ids.add(block_id)
