"""Forms as Slack modals, and what somebody filled in read back."""

import json
import re
from collections.abc import Sequence
from datetime import date

from bot import errors
from bot.core.message import Filled, Form, Input, Message, Option
from bot.slack import blocks
from bot.slack.blocks import Payload

VALUE = "value"  # the action id of every field; its block id is the input's id
TICKED = "yes"
TITLE = 24
LONG = 2_000
PLACEHOLDER = 150
TYPED = 3_000
PRIVATE = 3_000
GROUP = 100
RADIOS = 10
BLOCKS = 100
OK = "OK"

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def render(form: Form, private: Payload | None = None) -> Payload:
    """A form as a modal; `private` comes back with it, unseen.

    Refused (`card_gone`): what it is about is longer than anything that we ever put on a button.
    """
    fields = [_field(each) for each in form.inputs]
    intro = [{"type": "section", "text": _intro(form.intro)}] if form.intro.strip() else []
    view = _modal(form.title, [*intro, *fields][:BLOCKS], form.close)
    view |= {"callback_id": form.name, "private_metadata": _packed(form.subject, private or {})}
    if form.submit or fields:
        view["submit"] = blocks.plain(form.submit or OK, TITLE)
    return view


def loading(title: str, text: str = blocks.MORE) -> Payload:
    """A modal to be opened at once, while what it shall show is still looked up."""
    return _modal(title, [{"type": "section", "text": _intro(text)}])


def notice(title: str, message: Message, close: str) -> Payload:
    """A modal that only tells something."""
    return _modal(
        title, blocks.render(message)["blocks"] or [{"type": "section", "text": _intro(message.summary)}], close
    )


def filled(view: Payload) -> Filled:
    """What was filled in, by input id; what was left open is empty.

    Several choices are joined by commas; a tick is its option's value, or `yes` where the form gave none.
    """
    values = _dict(_dict(view.get("state")).get("values"))
    return Filled({name: _read(_dict(_dict(fields).get(VALUE))) for name, fields in values.items()})


def subject(view: Payload) -> str:
    """What the form was about; empty where the view does not say."""
    return str(_unpacked(view).get("subject") or "")


def private(view: Payload) -> Payload:
    """What was sent along unseen."""
    return _dict(_unpacked(view).get("private"))


# --- the view -------------------------------------------------------------------------------------------------------


def _modal(title: str, parts: list[Payload], close: str = "") -> Payload:
    view: Payload = {"type": "modal", "title": blocks.plain(title, TITLE), "blocks": parts}
    if close:
        view["close"] = blocks.plain(close, TITLE)
    return view


def _intro(text: str) -> Payload:
    return {"type": "plain_text", "text": blocks.cut(blocks.clean(text).strip(), blocks.TEXT) or blocks.MORE}


def _packed(about: str, unseen: Payload) -> str:
    packed = json.dumps({"subject": about, "private": unseen}, ensure_ascii=False, separators=(",", ":"))
    if len(packed) > PRIVATE:
        raise errors.Refused(f"A form carries {PRIVATE} characters unseen, not {len(packed)}.", code="card_gone")
    return packed


def _unpacked(view: Payload) -> Payload:
    try:
        return _dict(json.loads(str(view.get("private_metadata") or "{}")))
    except (ValueError, RecursionError):
        return {}


def _field(field: Input) -> Payload:
    block: Payload = {
        "type": "input",
        "block_id": field.id,
        "label": blocks.plain(field.label, LONG),
        "element": {"action_id": VALUE, **_element(field)},
        "optional": field.optional or field.kind == "tick",  # or one could not leave it open
    }
    if field.hint.strip():
        block["hint"] = blocks.plain(field.hint, LONG)
    return block


def _element(field: Input) -> Payload:
    match field.kind:
        case "choice" | "choices" if shown := _shown(field.options):
            return _select(field, shown)
        case "radio" if shown := _shown(field.options):
            return _radio(field, list(shown.values())[:RADIOS])
        case "date":
            return {"type": "datepicker", **_placeholder(field), **_initial_date(field.initial)}
        case "time":
            initial = {"initial_time": field.initial} if _CLOCK.fullmatch(field.initial) else {}
            return {"type": "timepicker", **_placeholder(field), **initial}
        case "tick":
            return _tick(field)
        case "people":
            chosen = [user for user in field.initial.split(",") if user]
            initial_users = {"initial_users": chosen} if chosen else {}
            return {"type": "multi_users_select", **_placeholder(field), **initial_users}
        case _:
            return _typed(field)


def _typed(field: Input) -> Payload:
    """A box to type into; what stands there already always fits, however short the box was meant to be."""
    multiline = field.kind == "lines"
    tidy = blocks.clean if multiline else blocks.one_line
    initial = blocks.cut(tidy(field.initial), TYPED)
    longest = min(max(field.longest, blocks.size(initial), 1), TYPED)
    element = {"type": "plain_text_input", "multiline": multiline, "max_length": longest, **_placeholder(field)}
    return {**element, "initial_value": initial} if initial else element


def _placeholder(field: Input) -> Payload:
    return {"placeholder": blocks.plain(field.placeholder, PLACEHOLDER)} if field.placeholder.strip() else {}


def _initial_date(text: str) -> Payload:
    try:
        return {"initial_date": date.fromisoformat(text).isoformat()}
    except ValueError:
        return {}


def _tick(field: Input) -> Payload:
    shown = list(_shown(field.options).values())
    option = shown[0] if shown else _option(Option(TICKED, field.placeholder or field.label))
    element: Payload = {"type": "checkboxes", "options": [option]}
    return {**element, "initial_options": [option]} if field.initial else element


def _radio(field: Input, options: list[Payload]) -> Payload:
    element: Payload = {"type": "radio_buttons", "options": options}
    initial = next((option for option in options if option["value"] == field.initial), None)
    return {**element, "initial_option": initial} if initial is not None else element


def _shown(options: Sequence[Option]) -> dict[str, Payload]:
    """The options that Slack takes, by value: each value once, none empty."""
    found: dict[str, Payload] = {}
    for option in options:
        shown = _option(option)
        if shown["value"]:
            found.setdefault(shown["value"], shown)
    return found


def _option(option: Option) -> Payload:
    return {
        "text": blocks.plain(option.label, blocks.LABEL),
        "value": blocks.clean(option.value)[: blocks.OPTION_VALUE],
    }


def _select(field: Input, shown: dict[str, Payload]) -> Payload:
    multi = field.kind == "choices"
    wanted = [value.strip() for value in field.initial.split(",")] if multi else [field.initial]
    initial = [shown[value] for value in dict.fromkeys(wanted) if value in shown]
    kind = "multi_static_select" if multi else "static_select"
    element: Payload = {"type": kind, **_choices(list(shown.values())), **_placeholder(field)}
    if initial:
        element |= {"initial_options": initial} if multi else {"initial_option": initial[0]}
    return element


def _choices(options: list[Payload]) -> Payload:
    """Up to a hundred options as they are; more of them in groups, each named by its first and last."""
    if len(options) <= GROUP:
        return {"options": options}
    groups = [options[start : start + GROUP] for start in range(0, len(options), GROUP)]
    return {"option_groups": [{"label": _span(group), "options": group} for group in groups[:GROUP]]}


def _span(group: list[Payload]) -> Payload:
    first, last = (str(group[index]["text"]["text"]) for index in (0, -1))
    half = (blocks.LABEL - 3) // 2
    return blocks.plain(f"{blocks.cut(first, half)} – {blocks.cut(last, half)}", blocks.LABEL)


# --- what came back -------------------------------------------------------------------------------------------------


def _read(state: Payload) -> str:
    if "selected_options" in state:
        return ",".join(_text(_dict(option).get("value")) for option in _list(state["selected_options"]))
    if "selected_users" in state:
        return ",".join(map(_text, _list(state["selected_users"])))
    if "selected_option" in state:
        return _text(_dict(state["selected_option"]).get("value"))
    return _text(state.get("value") or state.get("selected_date") or state.get("selected_time"))


def _text(value: object) -> str:
    """A value as a database can keep it."""
    return blocks.clean(str(value or ""))


def _dict(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
