"""The parts that stand inside blocks (buttons, selects, inputs) and what they are made of, with limits."""

from dataclasses import dataclass
from typing import Any

from bot.practice import rules
from bot.practice.rules import Judge, Payload, Rule

EVERYWHERE = frozenset({"message", "modal", "home"})
MODAL = frozenset({"modal"})


@dataclass(frozen=True)
class Shape:
    """What one type of block or element may hold, where it may stand, and what its fields owe each other."""

    required: dict[str, Rule]
    optional: dict[str, Rule]
    surfaces: frozenset[str] = EVERYWHERE
    also: Rule = rules.anything


def judge_shape(judge: Judge, value: Any, shapes: dict[str, Shape], allowed: frozenset[str] | None) -> None:
    """Note what is wrong with one typed object of a table."""
    if not isinstance(value, dict):
        judge.note("invalid_type", "must be an object")
        return
    kind = value.get("type")
    shape = shapes.get(kind) if isinstance(kind, str) else None
    if shape is None or (allowed is not None and kind not in allowed):
        with judge.at("type"):
            judge.note("unsupported_type", f"unsupported type: {kind}")
        return
    if judge.surface not in shape.surfaces:
        with judge.at("type"):
            judge.note("unsupported_type", f"unsupported type: {kind} cannot stand in a {judge.surface}")
    rules.fields({"type": rules.anything, **shape.required}, shape.optional)(judge, value)
    shape.also(judge, value)


def element(*allowed: str) -> Rule:
    names = frozenset(allowed)

    def check(judge: Judge, value: Any) -> None:
        judge_shape(judge, value, ELEMENTS, names)

    return check


CONFIRM = rules.fields(
    {"title": rules.plain(100), "text": rules.text(300), "confirm": rules.plain(30), "deny": rules.plain(30)},
    {"style": rules.choice("primary", "danger")},
)
_OPTION_REST = {"description": rules.plain(75)}
OPTION = rules.fields({"text": rules.plain(75), "value": rules.string(150)}, _OPTION_REST)
RICH_OPTION = rules.fields({"text": rules.text(75), "value": rules.string(150)}, {"description": rules.text(75)})
OVERFLOW_OPTION = rules.fields(
    {"text": rules.plain(75), "value": rules.string(150)}, {**_OPTION_REST, "url": rules.url()}
)
OPTION_GROUP = rules.fields({"label": rules.plain(75), "options": rules.items(OPTION, 1, 100)}, {})
DISPATCH = rules.fields(
    {}, {"trigger_actions_on": rules.items(rules.choice("on_enter_pressed", "on_character_entered"), 1, 2)}
)
DATE = rules.matching(r"\d{4}-\d{2}-\d{2}", "a date like 2026-06-01")
TIME = rules.matching(r"([01]\d|2[0-3]):[0-5]\d", "a time like 09:30")
ID = rules.string(255)
PLACEHOLDER = rules.plain(150)


def _option_values(value: Payload) -> list[Any]:
    groups = [group for group in value.get("option_groups") or [] if isinstance(group, dict)]
    options = (value.get("options") or []) + [option for group in groups for option in group.get("options") or []]
    return [option.get("value") for option in options if isinstance(option, dict)]


def _options_once(judge: Judge, value: Any) -> None:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        judge.note("failed_constraint", "exactly one of options and option_groups must be given")
    _initial_known(judge, value)


def _initial_known(judge: Judge, value: Any) -> None:
    known = _option_values(value)
    initial = value.get("initial_options") or [value.get("initial_option")]
    for option in initial:
        if isinstance(option, dict) and option.get("value") not in known:
            judge.note("failed_constraint", "initial option must be one of the options")
    if len(set(known)) != len(known):
        judge.note("failed_constraint", "option values must be unique")


def _select(own: dict[str, Rule], multi: bool, also: Rule = rules.anything) -> Shape:
    rest: dict[str, Rule] = {
        "action_id": ID,
        "placeholder": PLACEHOLDER,
        "confirm": CONFIRM,
        "focus_on_load": rules.focus,
    }
    if multi:
        rest["max_selected_items"] = rules.integer(1, 100)
    return Shape({}, {**rest, **own}, also=also)


def _selects() -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for prefix, multi in (("", False), ("multi_", True)):
        initial = "initial_options" if multi else "initial_option"
        one = rules.items(OPTION, 1, 100) if multi else OPTION
        own = {
            "options": rules.items(OPTION, 1, 100),
            "option_groups": rules.items(OPTION_GROUP, 1, 100),
            initial: one,
        }
        found[f"{prefix}static_select"] = _select(own, multi, _options_once)
        query = {"min_query_length": rules.integer(0, 100), initial: one}
        found[f"{prefix}external_select"] = _select(query, multi)
        for noun in ("user", "conversation", "channel"):
            ids = rules.items(rules.string(30), 0, 100) if multi else rules.string(30)
            key = f"initial_{noun}s" if multi else f"initial_{noun}"
            more: dict[str, Rule] = {key: ids}
            if noun == "conversation":
                more |= {"default_to_current_conversation": rules.boolean, "filter": rules.mapping()}
            if noun != "user" and not multi:
                more["response_url_enabled"] = rules.boolean
            found[f"{prefix}{noun}s_select"] = _select(more, multi)
    return found


def _chosen(kind_of_option: Rule, high: int) -> Shape:
    return Shape(
        {"options": rules.items(kind_of_option, 1, high)},
        {
            "action_id": ID,
            "initial_option": kind_of_option,
            "initial_options": rules.items(kind_of_option, 1, high),
            "confirm": CONFIRM,
            "focus_on_load": rules.focus,
        },
        also=_initial_known,
    )


def _typed(own: dict[str, Rule], surfaces: frozenset[str] = MODAL) -> Shape:
    rest: dict[str, Rule] = {
        "action_id": ID,
        "placeholder": PLACEHOLDER,
        "dispatch_action_config": DISPATCH,
        "focus_on_load": rules.focus,
        "initial_value": rules.string(3000),
    }
    return Shape({}, {**rest, **own}, surfaces)


def _lengths_agree(judge: Judge, value: Any) -> None:
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        judge.note("failed_constraint", "min_length must not be more than max_length")
    initial = value.get("initial_value")
    if isinstance(initial, str) and isinstance(high, int) and len(initial) > high:
        judge.note("failed_constraint", "initial_value must not be longer than max_length")


def _picker(initial: str, rule: Rule, surfaces: frozenset[str] = EVERYWHERE, **own: Rule) -> Shape:
    optional: dict[str, Rule] = {
        "action_id": ID,
        initial: rule,
        "confirm": CONFIRM,
        "focus_on_load": rules.focus,
    }
    return Shape({}, {**optional, **own}, surfaces)


BUTTON_STYLE = rules.choice("primary", "danger")
FEEDBACK = rules.fields(
    {"text": rules.plain(75), "value": rules.string(2000)}, {"accessibility_label": rules.string(75)}
)


def _image_source(judge: Judge, value: Any) -> None:
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        judge.note("failed_constraint", "exactly one of image_url and slack_file must be given")


IMAGE = Shape(
    {"alt_text": rules.string(2000)},
    {"image_url": rules.url(), "slack_file": rules.mapping()},
    also=_image_source,
)

ELEMENTS: dict[str, Shape] = {
    **_selects(),
    "button": Shape(
        {"text": rules.plain(75)},
        {
            "action_id": ID,
            "value": rules.string(2000),
            "url": rules.url(),
            "style": BUTTON_STYLE,
            "confirm": CONFIRM,
            "accessibility_label": rules.string(75),
            "agent_prompt": rules.string(4000),
            "visible_to_user_ids": rules.items(rules.string(30), 1, 10),
        },
    ),
    "workflow_button": Shape(
        {"text": rules.plain(75), "workflow": rules.mapping()},
        {"action_id": ID, "style": BUTTON_STYLE, "accessibility_label": rules.string(75)},
        frozenset({"message"}),
    ),
    "icon_button": Shape(
        {"icon": rules.choice("trash"), "text": rules.plain(75)},
        {
            "action_id": ID,
            "value": rules.string(2000),
            "confirm": CONFIRM,
            "accessibility_label": rules.string(75),
            "visible_to_user_ids": rules.items(rules.string(30), 1, 10),
        },
        frozenset({"message"}),
    ),
    "feedback_buttons": Shape(
        {"positive_button": FEEDBACK, "negative_button": FEEDBACK},
        {"action_id": ID},
        frozenset({"message"}),
    ),
    "overflow": Shape({"options": rules.items(OVERFLOW_OPTION, 1, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    "checkboxes": _chosen(RICH_OPTION, 10),
    "radio_buttons": _chosen(RICH_OPTION, 10),
    "datepicker": _picker("initial_date", DATE, placeholder=PLACEHOLDER),
    "timepicker": _picker("initial_time", TIME, placeholder=PLACEHOLDER, timezone=rules.string(100)),
    "datetimepicker": _picker("initial_date_time", rules.integer(10**9, 10**10), frozenset({"message", "modal"})),
    "plain_text_input": Shape(
        {},
        {
            "action_id": ID,
            "initial_value": rules.string(3000, low=0),
            "multiline": rules.boolean,
            "min_length": rules.integer(0, 3000),
            "max_length": rules.integer(1, 3000),
            "dispatch_action_config": DISPATCH,
            "focus_on_load": rules.focus,
            "placeholder": PLACEHOLDER,
        },
        also=_lengths_agree,
    ),
    "rich_text_input": _typed(
        {
            "initial_value": rules.mapping(),
            "min_lines": rules.integer(1, 100),
            "max_lines": rules.integer(1, 100),
        },
        frozenset({"modal", "home"}),
    ),
    "email_text_input": _typed({}),
    "url_text_input": _typed({}),
    "number_input": Shape(
        {"is_decimal_allowed": rules.boolean},
        {
            "action_id": ID,
            "placeholder": PLACEHOLDER,
            "dispatch_action_config": DISPATCH,
            "focus_on_load": rules.focus,
            "initial_value": rules.number_text,
            "min_value": rules.number_text,
            "max_value": rules.number_text,
        },
        MODAL,
    ),
    "file_input": Shape(
        {},
        {
            "action_id": ID,
            "filetypes": rules.items(rules.string(20), 1, 100),
            "max_files": rules.integer(1, 10),
        },
        MODAL,
    ),
    "image": IMAGE,
}
