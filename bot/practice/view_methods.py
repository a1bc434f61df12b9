"""The methods about views, and the validator Slack offers to everyone."""

from typing import Any

from bot.practice import limits
from bot.practice.records import Payload, SlackError, View
from bot.practice.workspace import Workspace


def as_slack(space: Workspace, view: View) -> Payload:
    """A view as the API and payloads show it, with its state."""
    body = view.body
    return {
        "id": view.id,
        "team_id": space.team_id,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": space.app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": space.team_id,
        "bot_id": space.bot_id,
    }


def checked(space: Workspace, where: str, body: Any, surface: str, own: View | None = None) -> Payload:
    """A view's body, fit to be shown."""
    if body is None:
        said = ["[ERROR] missing required field: view"]
        raise SlackError("invalid_arguments", response_metadata={"messages": said})
    refuse_view(space, where, limits.check_view(body, surface), body)
    if limits.too_large(body):
        space.refuse(where, "view_too_large", [], {"view": body})
        raise SlackError("view_too_large")
    external = body.get("external_id")
    others = [view for view in space.views.values() if view.open and view is not own]
    if external and any(view.body.get("external_id") == external for view in others):
        raise SlackError("duplicate_external_id")
    checked_body: Payload = body
    return checked_body


def refuse_view(space: Workspace, where: str, findings: list[Payload], body: Any) -> None:
    """SlackError `invalid_arguments` with Slack's messages, when there is anything to refuse."""
    if not findings:
        return
    pointed = [{**finding, "pointer": f"/view{finding['pointer']}"} for finding in findings]
    space.refuse(where, "invalid_arguments", pointed, {"view": body})
    messages = [f"[ERROR] {finding['message']} [json-pointer:{finding['pointer']}]" for finding in pointed]
    raise SlackError("invalid_arguments", response_metadata={"messages": messages})


def views_open(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        body = checked(space, "views.open", args.get("view"), "modal")
        trigger = space.spend_trigger(args.get("trigger_id"))
        return {"view": as_slack(space, space.open_modal(trigger.user, body))}


def views_push(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        body = checked(space, "views.push", args.get("view"), "modal")
        trigger = space.spend_trigger(args.get("trigger_id"))
        if trigger.view_id is None:
            raise SlackError("not_found")
        return {"view": as_slack(space, space.push_modal(trigger.user, body))}


def _hash_agrees(view: View, given: Any) -> None:
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def views_update(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        view = space.views.get(str(args.get("view_id", "")))
        if view is None and args.get("external_id"):
            named = [held for held in space.views.values() if held.body.get("external_id") == args["external_id"]]
            view = named[-1] if named else None
        if view is None or not view.open:
            raise SlackError("not_found")
        body = checked(space, "views.update", args.get("view"), view.kind, view)
        _hash_agrees(view, args.get("hash"))
        space.replace_view(view, body)
        return {"view": as_slack(space, view)}


def views_publish(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        user = str(args.get("user_id", ""))
        space.member(user)
        held = space.home(user)
        body = checked(space, "views.publish", args.get("view"), "home", held)
        if held is not None:
            _hash_agrees(held, args.get("hash"))
        return {"view": as_slack(space, space.publish_home(user, body))}


def blocks_validate(space: Workspace, args: Payload) -> Payload:
    given = [key for key in ("blocks", "message", "view") if args.get(key) is not None]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    kind, value = given[0], args[given[0]]
    if kind == "blocks":
        findings = limits.check_blocks(value)
    else:
        findings = limits.check_message(value) if kind == "message" else limits.check_view(value)
    if findings:
        raise SlackError(f"invalid_{kind}", errors=findings)
    return {}
