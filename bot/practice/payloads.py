"""What Slack sends to an app when a person types, clicks, submits: payloads as plain dicts."""

from typing import Any

from bot.practice import message_methods, view_methods
from bot.practice.records import Channel, Message, NotPossibleError, Payload, View
from bot.practice.workspace import Workspace

ResponseUrls = str


def _common(space: Workspace, kind: str, user: str) -> Payload:
    member = space.member(user)
    name = member.name.lower().replace(" ", ".")
    return {
        "type": kind,
        "team": {"id": space.team_id, "domain": "practice"},
        "user": {"id": user, "username": name, "name": name, "team_id": member.home_team or space.team_id},
        "api_app_id": space.app_id,
        "token": "practice-verification",
        "enterprise": {"id": space.enterprise_id, "name": space.enterprise_name} if space.enterprise_id else None,
        "is_enterprise_install": space.org_installed,
    }


def slash(space: Workspace, user: str, command: str, text: str, channel: Channel, hooks: ResponseUrls) -> Payload:
    """A slash command: all strings, no thread, and the text as typed."""
    above = {"enterprise_id": space.enterprise_id, "enterprise_name": space.enterprise_name}
    return {
        **(above if space.enterprise_id else {}),
        "token": "practice-verification",
        "team_id": space.team_id,
        "team_domain": "practice",
        "channel_id": channel.id,
        "channel_name": "privategroup" if channel.kind == "private" else channel.name,
        "user_id": user,
        "user_name": space.member(user).name.lower().replace(" ", "."),
        "command": command,
        "text": text,
        "api_app_id": space.app_id,
        "is_enterprise_install": str(space.org_installed).lower(),
        "response_url": hooks + space.new_response_url(user, channel.id),
        "trigger_id": space.new_trigger(user),
    }


def message_action(space: Workspace, user: str, message: Message, action: Payload, hooks: ResponseUrls) -> Payload:
    """A click in a message; an ephemeral message's content is not sent along."""
    channel = space.channels[message.channel]
    ephemeral = message.ephemeral_to is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    payload = _common(space, "block_actions", user) | {
        "container": container,
        "trigger_id": space.new_trigger(user),
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": message.state},
        "response_url": hooks + space.new_response_url(user, channel.id, message.ts),
        "actions": [action],
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    if not ephemeral:
        payload["message"] = message_methods.as_slack(space, message)
    return payload


def view_action(space: Workspace, user: str, view: View, action: Payload) -> Payload:
    return _common(space, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": space.new_trigger(user, view.id if view.kind == "modal" else None),
        "view": view_methods.as_slack(space, view),
        "actions": [action],
    }


def view_submission(space: Workspace, user: str, view: View) -> Payload:
    return _common(space, "view_submission", user) | {
        "trigger_id": space.new_trigger(user, view.id),
        "view": view_methods.as_slack(space, view),
        "response_urls": [],
    }


def view_closed(space: Workspace, user: str, view: View, cleared: bool) -> Payload:
    shown = view_methods.as_slack(space, view)
    return _common(space, "view_closed", user) | {"view": shown, "is_cleared": cleared}


def shortcut(space: Workspace, user: str, callback_id: str) -> Payload:
    return _common(space, "shortcut", user) | {
        "callback_id": callback_id,
        "trigger_id": space.new_trigger(user),
        "action_ts": f"{space.now().timestamp():.6f}",
    }


def message_shortcut(space: Workspace, user: str, callback_id: str, message: Message, hooks: ResponseUrls) -> Payload:
    channel = space.channels[message.channel]
    return _common(space, "message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": space.new_trigger(user),
        "action_ts": f"{space.now().timestamp():.6f}",
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message_methods.as_slack(space, message),
        "response_url": hooks + space.new_response_url(user, channel.id),
    }


def event(space: Workspace, kind: str, fields: Payload) -> Payload:
    """The envelope of one event, with an id of its own."""
    with space.lock:
        stamp = f"{space.now().timestamp():.6f}"
        return {
            "token": "practice-verification",
            "team_id": space.team_id,
            "api_app_id": space.app_id,
            "event": {"type": kind, "event_ts": stamp, **fields},
            "type": "event_callback",
            "event_id": space.new_id("Ev"),
            "event_time": int(space.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": space.enterprise_id,
                    "team_id": None if space.org_installed else space.team_id,
                    "user_id": space.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": space.org_installed,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{space.random.getrandbits(64):016x}",
        }


# --- which part was clicked, and what it says


def _parts(blocks: list[Payload]) -> list[tuple[Payload, Payload]]:
    found = []
    for block in blocks:
        for part in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
            if isinstance(part, dict) and part.get("action_id"):
                found.append((block, part))
    return found


_CHOSEN_FROM = ("overflow", "static_select", "radio_buttons")


def find_part(
    blocks: list[Payload], action_id: str | None, value: Any, label: str | None
) -> tuple[Payload, Payload, Payload | None]:
    """The block, the element and the chosen option a person means, by action id, by value or by what it shows.

    NotPossibleError: nothing there can be clicked so.
    """
    for block, part in _parts(blocks):
        if action_id is not None and part["action_id"] != action_id:
            continue
        options = _options(part)
        if label is not None:
            chosen = [option for option in options if option["text"]["text"] == label]
            if chosen:
                return block, part, chosen[0]
            if part.get("text", {}).get("text") == label:
                return block, part, None
            continue
        if options and isinstance(value, str):
            chosen = [option for option in options if option.get("value") == value]
            if chosen:
                return block, part, chosen[0]
            continue
        if part["type"] in _CHOSEN_FROM and value is None:
            continue
        if part["type"] == "button" and value is not None and part.get("value") != value:
            continue
        return block, part, None
    raise NotPossibleError(f"nothing to click: action_id={action_id!r} value={value!r} label={label!r}")


def _options(part: Payload) -> list[Payload]:
    grouped = [option for group in part.get("option_groups") or [] for option in group["options"]]
    options: list[Payload] = part.get("options") or []
    return [*options, *grouped]


def element_state(part: Payload, value: Any, option: Payload | None = None) -> Payload:
    """What an element holds once a person chose or typed `value`: as in `actions` and `state.values`."""
    kind = part["type"]
    if isinstance(value, dict) and "type" in value:
        return value
    if kind in ("static_select", "radio_buttons", "overflow", "external_select"):
        return {"type": kind, "selected_option": option or option_of(part, value)}
    if kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        values = value if isinstance(value, list) else [value] if value is not None else []
        return {"type": kind, "selected_options": [option_of(part, each) for each in values]}
    names = {
        "datepicker": "selected_date",
        "timepicker": "selected_time",
        "datetimepicker": "selected_date_time",
        "users_select": "selected_user",
        "channels_select": "selected_channel",
        "conversations_select": "selected_conversation",
        "multi_users_select": "selected_users",
        "multi_channels_select": "selected_channels",
        "multi_conversations_select": "selected_conversations",
        "rich_text_input": "rich_text_value",
        "file_input": "files",
    }
    return {"type": kind, names.get(kind, "value"): value}


def option_of(part: Payload, value: Any) -> Payload | None:
    """The option with that value, or text; None for no choice. NotPossibleError: there is none."""
    if value is None or isinstance(value, dict):
        return value
    if part["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    for option in _options(part):
        if value in (option.get("value"), option["text"]["text"]):
            return option
    raise NotPossibleError(f"no option {value!r} in {part.get('action_id')}")


def initial_state(part: Payload) -> Payload:
    """What an element holds before anyone touched it."""
    kind = part["type"]
    if kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        return {"type": kind, "selected_options": part.get("initial_options") or []}
    if kind in ("static_select", "radio_buttons", "external_select"):
        return {"type": kind, "selected_option": part.get("initial_option")}
    keys = {
        "datepicker": "initial_date",
        "timepicker": "initial_time",
        "datetimepicker": "initial_date_time",
        "users_select": "initial_user",
        "channels_select": "initial_channel",
        "conversations_select": "initial_conversation",
        "multi_users_select": "initial_users",
    }
    return element_state(part, part.get(keys.get(kind, "initial_value")))


_STATELESS = ("button", "overflow", "image", "workflow_button", "icon_button", "feedback_buttons")


def fill_initial(blocks: list[Payload], state: Payload) -> None:
    """Every element that holds a value is in the state, as Slack sends it."""
    for block, part in _parts(blocks):
        if part["type"] not in _STATELESS:
            state.setdefault(block["block_id"], {}).setdefault(part["action_id"], initial_state(part))


def action(block: Payload, part: Payload, value: Any, option: Payload | None, stamp: str) -> Payload:
    """One entry of a payload's `actions`."""
    entry: Payload = {"action_id": part["action_id"], "block_id": block["block_id"], "action_ts": stamp}
    if part["type"] in ("button", "icon_button", "workflow_button"):
        entry |= {"type": "button", "text": part.get("text")}
        if part.get("value") is not None:
            entry["value"] = part["value"]
        return entry
    entry |= element_state(part, value, option)
    if part.get("placeholder"):
        entry["placeholder"] = part["placeholder"]
    return entry
