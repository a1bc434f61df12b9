"""The methods that post, change, delete and read messages."""

import base64
from typing import Any

from bot.practice import limits
from bot.practice.records import Channel, Message, NotPossibleError, Payload, SlackError
from bot.practice.workspace import Workspace

HISTORY_MOST = 999


def flag(value: Any) -> bool:
    return value is True or str(value).lower() in ("1", "true", "t")


def conversation(space: Workspace, args: Payload) -> Channel:
    """The conversation an argument names, as far as the app may know of it."""
    found = space.channels.get(str(args.get("channel", "")))
    if found is None or (found.kind in ("private", "mpim") and space.bot_user not in found.members):
        raise SlackError("channel_not_found")
    return found


def _target(space: Workspace, args: Payload) -> Channel:
    """Where to post; a person's id opens their conversation with the app."""
    name = str(args.get("channel", ""))
    if name in space.members:
        if name == space.bot_user or space.members[name].is_bot:
            raise SlackError("channel_not_found")
        channel = space.dm_channel(name)
    else:
        channel = conversation(space, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    if space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    person = space.members.get(channel.members[0])
    if space.deactivated_error and channel.kind == "im" and person is not None and person.deleted:
        raise SlackError(space.deactivated_error)
    return channel


def refuse_findings(space: Workspace, where: str, findings: list[Payload], args: Payload) -> None:
    """SlackError as Slack words refused blocks, when there is anything to refuse."""
    if not findings:
        return
    word = "invalid_blocks"
    if all(finding["pointer"] == "/text" for finding in findings):
        word = "msg_too_long"
    elif all(finding["pointer"].startswith("/attachments") for finding in findings):
        word = "invalid_attachments"
    kept = {key: value for key, value in args.items() if not key.startswith("_")}
    space.refuse(where, word, findings, kept)
    messages = [f"{finding['message']} [json-pointer:{finding['pointer']}]" for finding in findings]
    raise SlackError(word, errors=messages, response_metadata={"messages": [f"[ERROR] {words}" for words in messages]})


def checked(space: Workspace, where: str, args: Payload, text_limit: int = limits.POST_TEXT) -> Payload:
    """A message's content, fit to be stored: text, blocks, attachments, metadata, thread_ts."""
    text = args.get("text") or ""
    if not (str(text).strip() or args.get("blocks") or args.get("attachments") or args.get("markdown_text")):
        raise SlackError("no_text")
    refuse_findings(space, where, limits.check_message({**args, "text": text}, text_limit), args)
    if args.get("metadata") is not None:
        word = limits.check_metadata(args["metadata"])
        if word:
            space.refuse(where, word, [], {"metadata": args["metadata"]})
            raise SlackError(word)
    return {
        "text": str(text or args.get("markdown_text") or ""),
        "blocks": args.get("blocks") or [],
        "attachments": args.get("attachments") or [],
        "metadata": args.get("metadata"),
    }


def _keep_the_rate(space: Workspace, channel: Channel) -> None:
    now = space.now()
    if space.enforce_rates and channel.posted_at and (now - channel.posted_at).total_seconds() < 1:
        raise SlackError("ratelimited", retry_after=1)
    channel.posted_at = now


def post_message(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        channel = _target(space, args)
        content = checked(space, "chat.postMessage", args)
        thread = args.get("thread_ts")
        if thread is not None and not any(held.ts == thread for held in channel.messages):
            raise SlackError("thread_not_found")
        _keep_the_rate(space, channel)
        message = Message(
            channel.id,
            space.new_ts(channel),
            user=space.bot_user,
            bot_id=space.bot_id,
            thread_ts=thread,
            **content,
        )
        space.store(message)
        return {"channel": channel.id, "ts": message.ts, "message": as_slack(space, message)}


def post_ephemeral(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        channel = _target(space, args)
        user = str(args.get("user", ""))
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        content = checked(space, "chat.postEphemeral", {**args, "metadata": None})
        message = Message(
            channel.id,
            space.new_ts(channel),
            user=space.bot_user,
            bot_id=space.bot_id,
            ephemeral_to=user,
            thread_ts=args.get("thread_ts"),
            **content,
        )
        space.store(message)
        return {"message_ts": message.ts}


def _own_message(space: Workspace, args: Payload, not_own: str) -> Message:
    channel = conversation(space, args)
    try:
        message = space.find_message(channel.id, str(args.get("ts", "")))
    except NotPossibleError:
        raise SlackError("message_not_found") from None
    if message.ephemeral_to:
        raise SlackError("message_not_found")
    if message.bot_id != space.bot_id:
        raise SlackError(not_own)
    return message


def update(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        message = _own_message(space, args, "cant_update_message")
        kept = {**args, "metadata": args.get("metadata") or None}
        fields = checked(space, "chat.update", kept, limits.UPDATE_TEXT)
        if args.get("metadata") is None:
            fields["metadata"] = message.metadata
        if args.get("blocks") is not None and args.get("text") is None:
            fields["text"] = message.text
        if not fields["blocks"]:
            fields["edited"] = space.new_ts(space.channels[message.channel])
        space.rewrite(message, fields)
        return {
            "channel": message.channel,
            "ts": message.ts,
            "text": message.text,
            "message": as_slack(space, message),
        }


def delete(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        message = _own_message(space, args, "cant_delete_message")
        space.remove(message)
        return {"channel": message.channel, "ts": message.ts}


def as_slack(space: Workspace, message: Message, *, all_metadata: bool = True) -> Payload:
    """A message as the API and payloads show it; without `all_metadata` only the event type of its metadata."""
    shown: Payload = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": space.app_id, "team": space.team_id}
    for key in ("blocks", "attachments", "thread_ts", "files"):
        if getattr(message, key):
            shown[key] = getattr(message, key)
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    if message.metadata:
        kept = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        shown["metadata"] = kept
    return shown


def _page(args: Payload) -> tuple[int, str | None]:
    limit = int(args.get("limit") or 100)
    cursor = args.get("cursor")
    if not cursor:
        return min(limit, HISTORY_MOST), None
    try:
        return min(limit, HISTORY_MOST), base64.b64decode(str(cursor)).decode().removeprefix("next_ts:")
    except ValueError:
        raise SlackError("invalid_cursor") from None


def _readable(space: Workspace, args: Payload) -> Channel:
    channel = conversation(space, args)
    if space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    kinds = {"im": "im", "mpim": "mpim", "channel": "channels", "private": "groups"}
    needed = f"{kinds[channel.kind]}:history"
    if needed not in space.scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(space.scopes)))
    return channel


def conversations_history(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        channel = _readable(space, args)
        messages = [message for message in channel.messages if message.thread_ts in (None, message.ts)]
        return _listed(space, messages, args)


def conversations_replies(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        channel = _readable(space, args)
        root = str(args.get("ts", ""))
        messages = [message for message in channel.messages if root in (message.ts, message.thread_ts)]
        if not messages:
            raise SlackError("thread_not_found")
        return _listed(space, messages, args)


def _listed(space: Workspace, messages: list[Message], args: Payload) -> Payload:
    limit, before = _page(args)
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    inclusive = flag(args.get("inclusive"))
    newest_known = space.now().timestamp() - float(args.get("_lag") or 0) if args.get("_lag") else None
    found = []
    for message in reversed(messages):
        at = float(message.ts)
        inside = oldest <= at <= latest if inclusive else oldest < at < latest
        hidden = message.deleted or message.ephemeral_to or (newest_known is not None and at > newest_known)
        if inside and not hidden and (before is None or at <= float(before)):
            found.append(message)
    page, rest = found[:limit], found[limit:]
    all_metadata = flag(args.get("include_all_metadata"))
    answer: Payload = {
        "messages": [as_slack(space, message, all_metadata=all_metadata) for message in page],
        "has_more": bool(rest),
        "pin_count": 0,
    }
    if rest:
        cursor = base64.b64encode(f"next_ts:{rest[0].ts}".encode()).decode()
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer
