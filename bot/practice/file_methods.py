"""The methods that upload a file: ask for an address, send the bytes there, complete."""

from typing import Any

from bot.practice.message_methods import conversation
from bot.practice.records import Message, Payload, SlackError
from bot.practice.workspace import Workspace

LONGEST_ALT = 1000


def get_upload_url(space: Workspace, args: Payload) -> Payload:
    name, length = str(args.get("filename") or ""), int(args.get("length") or 0)
    if not name or length <= 0:
        raise SlackError("missing_argument")
    if len(str(args.get("alt_txt") or "")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    with space.change():
        file_id = space.new_id("F")
        space.files[file_id] = {"id": file_id, "name": name, "size": length, "content": None, "done": False}
        space.files[file_id]["alt_txt"] = str(args.get("alt_txt") or "")
    root = str(args["_base_url"]).removesuffix("api/")
    return {"file_id": file_id, "upload_url": f"{root}upload/v1/{file_id}"}


def receive(space: Workspace, file_id: str, content: bytes) -> tuple[int, str]:
    """The HTTP status and body for the bytes of a file."""
    with space.change():
        held = space.files.get(file_id)
        if held is None or held["content"] is not None:
            return 404, "not found"
        if len(content) != held["size"]:
            return 400, "length does not match"
        held["content"] = content
    return 200, f"OK - {len(content)}"


def complete_upload(space: Workspace, args: Payload) -> Payload:
    given: list[Any] = args.get("files") or []
    if not given:
        raise SlackError("invalid_arguments")
    with space.change():
        done = []
        for item in given:
            held = space.files.get(str(item.get("id")))
            if held is None or held["content"] is None or held["done"]:
                raise SlackError("file_not_found")
            held |= {"done": True, "title": item.get("title") or held["name"]}
            shown = ("id", "name", "title", "size", "alt_txt")
            done.append({key: held[key] for key in shown})
        channels = [args["channel_id"]] if args.get("channel_id") else str(args.get("channels") or "").split(",")
        for channel_id in filter(None, channels):
            _share(space, str(channel_id), done, args)
        return {"files": done}


def _share(space: Workspace, channel_id: str, files: list[Payload], args: Payload) -> None:
    channel = conversation(space, {"channel": channel_id})
    if space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    message = Message(
        channel.id,
        space.new_ts(channel),
        text=str(args.get("initial_comment") or ""),
        user=space.bot_user,
        bot_id=space.bot_id,
        files=files,
        thread_ts=args.get("thread_ts"),
    )
    space.store(message)
