"""What the app answers: acknowledgement bodies and `response_url` payloads, held against Slack's limits."""

import json
from typing import Any

from bot.practice import limits, message_methods
from bot.practice.records import Delivery, Message, NotPossibleError, Payload, ResponseUrl, SlackError, View
from bot.practice.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


def _said(space: Workspace, where: str, payload: Payload) -> Payload | None:
    """The message content of an answer, or None when Slack would not show it."""
    try:
        return message_methods.checked(space, where, payload)
    except SlackError as refused:
        if not space.refusals or space.refusals[-1].where != where:
            space.refuse(where, refused.error, [], payload)
        return None


def _place(space: Workspace, url_or_delivery: tuple[str, str], content: Payload, payload: Payload) -> Message:
    user, channel_id = url_or_delivery
    channel = space.channels[channel_id]
    public = payload.get("response_type") == "in_channel"
    message = Message(
        channel_id,
        space.new_ts(channel),
        user=space.bot_user,
        bot_id=space.bot_id,
        ephemeral_to=None if public else user,
        thread_ts=payload.get("thread_ts"),
        **content,
    )
    return space.store(message)


def take_command_ack(space: Workspace, delivery: Delivery) -> None:
    """Show what a slash command was answered with: an ephemeral message, or one for all."""
    body = delivery.body
    payload = {"text": body} if isinstance(body, str) else body
    if not payload:
        return
    if not isinstance(payload, dict):
        space.refuse("ack", "invalid_payload", [], {"body": payload})
        return
    content = _said(space, "ack", payload)
    if content is None:
        _command_failed(space, delivery, "invalid_command_response")
        return
    _place(space, (delivery.payload["user_id"], delivery.payload["channel_id"]), content, payload)


def _command_failed(space: Workspace, delivery: Delivery, word: str) -> None:
    delivery.error = word
    command = delivery.payload["command"]
    space.show(delivery.payload["user_id"], "error", f'{command} failed with the error "{word}"')


def take_failure(space: Workspace, delivery: Delivery, word: str) -> None:
    """Show what a person sees when the app did not acknowledge in time, or wrongly."""
    delivery.error = word
    space.note("failed", envelope=delivery.envelope_id, type=delivery.kind, error=word)
    if delivery.kind == "slash_commands":
        _command_failed(space, delivery, word)
    elif delivery.payload.get("type") == "view_submission":
        view = space.views[delivery.payload["view"]["id"]]
        view.errors = {"": TROUBLE}
        space.show(view.user, "error", TROUBLE, view=view)
    elif delivery.kind == "interactive" and delivery.user and delivery.payload["type"] != "view_closed":
        space.show(delivery.user, "error", "This app did not respond. Try again.")


def take_submission_ack(space: Workspace, delivery: Delivery) -> None:
    """Do with the modals what the app asks for: close, show errors, update, push or clear."""
    view = space.views[delivery.payload["view"]["id"]]
    body = delivery.body
    if not body:
        view.errors = {}
        if view.open:
            space.close_top(view.user)
        return
    try:
        _respond(space, view, body)
    except SlackError as refused:
        if not space.refusals or space.refusals[-1].payload != {"view": body.get("view")}:
            space.refuse("ack", refused.error, [], {"body": body})
        take_failure(space, delivery, refused.error)


def _respond(space: Workspace, view: View, body: Any) -> None:
    kind = body.get("response_action") if isinstance(body, dict) else None
    if kind == "clear":
        space.close_all(view.user)
    elif kind == "errors":
        _show_errors(space, view, body.get("errors"))
    elif kind in ("update", "push"):
        wanted = _fit(space, body.get("view"), view if kind == "update" else None)
        if kind == "update":
            space.replace_view(view, wanted)
        else:
            space.push_modal(view.user, wanted)
    else:
        raise SlackError("invalid_response_action")


def _fit(space: Workspace, body: Any, own: View | None) -> Payload:
    findings = limits.check_view(body, "modal")
    if findings:
        space.refuse("ack", "invalid_view", findings, {"view": body})
        raise SlackError("invalid_view")
    found: Payload = body
    return found


def _show_errors(space: Workspace, view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("unknown_block_id")
    with space.change():
        view.errors = {str(block_id): str(words) for block_id, words in errors.items()}
        space.show(view.user, "error", "\n".join(view.errors.values()), view=view)


def take_response_url(space: Workspace, key: str, raw: bytes) -> tuple[int, str]:
    """The HTTP status and body for what was posted to a response url."""
    with space.lock:
        try:
            url = space.spend_response_url(key)
        except SlackError as refused:
            space.refuse("response_url", refused.error, [], {})
            return 404, json.dumps({"ok": False, "error": refused.error})
        try:
            payload = json.loads(raw)
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            space.refuse("response_url", "invalid_payload", [], {})
            return 400, "invalid_payload"
        word = _apply(space, url, payload)
    return (200, "ok") if word is None else (400, json.dumps({"ok": False, "error": word}))


def _apply(space: Workspace, url: ResponseUrl, payload: Payload) -> str | None:
    """Slack's error word, or None once the answer is done."""
    space.note("response_url", user=url.user, channel=url.channel, use=url.uses)
    original = _original(space, url)
    if payload.get("delete_original"):
        if original is None:
            space.refuse("response_url", "message_not_found", [], payload)
            return "message_not_found"
        space.remove(original)
        return None
    before = len(space.refusals)
    content = _said(space, "response_url", payload)
    if content is None:
        return space.refusals[-1].error if len(space.refusals) > before else "no_text"
    if payload.get("replace_original") and original is not None:
        space.rewrite(original, {**content, "metadata": content["metadata"] or original.metadata})
    else:
        message = _place(space, (url.user, url.channel), content, payload)
        if url.message_ts is None and payload.get("response_type") != "in_channel":
            url.message_ts = message.ts
    return None


def _original(space: Workspace, url: ResponseUrl) -> Message | None:
    if url.message_ts is None:
        return None
    try:
        return space.find_message(url.channel, url.message_ts)
    except NotPossibleError:
        return None
