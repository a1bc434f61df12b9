"""What the page shows to one person: who there is, their conversations, and a window on the one that is open."""

from bisect import bisect_right
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.practice import message_methods, view_methods
from bot.practice.records import Channel, Message, Payload, View

if TYPE_CHECKING:
    from bot.practice.server import Server

WINDOW = 80
MANY = 99


def of(srv: "Server", user: str, channel: str = "", end: str = "", thread: str = "") -> Payload:
    """All the page shows to a person; of the open conversation the window of messages up to `end`.

    `end` is a message's time; with a plus before it, the window ends half a window later; empty: with the newest.
    """
    space, hooks = srv.space, srv.page
    with space.lock:
        people = [member for member in space.members.values() if not (member.is_bot or member.deleted)]
        chosen = next((member for member in people if member.id == user), people[0] if people else None)
        if chosen is None:
            return {"version": space.version, "boot": srv.boot, "now": space.now().isoformat(), "people": []}
        space.dm_channel(chosen.id)
        held = [one for one in space.channels.values() if chosen.id in one.members]
        opened = next((one for one in held if one.id == channel), None)
        modal, home = space.modal(chosen.id), space.home(chosen.id)
        shown = {
            "version": space.version,
            "boot": srv.boot,
            "now": space.now().isoformat(),
            "connected": srv.connected() or srv.uses_http,
            "team": space.team_name,
            "bot": {"id": space.bot_user, "name": space.bot_name},
            "user": chosen.id,
            "people": [asdict(member) | {"unread": _unread_of(srv, member.id)} for member in people],
            "channels": [_channel(srv, one, chosen.id) for one in held],
            "open": _window(srv, opened, chosen.id, end) if opened else None,
            "thread": _thread(srv, opened, chosen.id, thread) if opened and thread else None,
            "modal": _view(srv, modal) if modal else None,
            "home": _view(srv, home) if home else None,
        }
    return shown | {
        "clock": _clock(srv),
        "guide": hooks.guide(chosen.locale or "en-US") if hooks.guide else {"commands": [], "tries": []},
        "shortcuts": hooks.shortcuts() if hooks.shortcuts else [],
        "playbooks": hooks.playbooks() if hooks.playbooks else None,
        "effect": hooks.effect is not None,
    }


def _clock(srv: "Server") -> Payload:
    due = srv.page.next_due() if srv.page.next_due else None
    return {
        "moves": srv.space.advance is not None,
        "busy": srv.moving,
        "stops": srv.page.stop is not None,
        "next": due.isoformat() if due else None,
    }


def _is_shown(message: Message, user: str) -> bool:
    return not message.deleted and message.ephemeral_to in (None, user)


def _unread(srv: "Server", channel: Channel, user: str) -> int:
    """How many messages of others a person has not seen, up to many."""
    mark, count = srv.space.read.get((user, channel.id), ""), 0
    for message in reversed(channel.messages):
        if count > MANY or float(message.ts) <= float(mark or 0):
            break
        count += _is_shown(message, user) and message.user != user
    return count


def _unread_of(srv: "Server", user: str) -> int:
    return sum(_unread(srv, channel, user) for channel in srv.space.channels.values() if user in channel.members)


def _channel(srv: "Server", channel: Channel, user: str) -> Payload:
    others = [srv.space.name_of(one) for one in channel.members if one not in (user, srv.space.bot_user)]
    names = {"im": srv.space.bot_name, "mpim": ", ".join([*others, srv.space.bot_name])}
    return {
        "id": channel.id,
        "kind": channel.kind,
        "name": names.get(channel.kind, channel.name),
        "members": len(channel.members),
        "unread": _unread(srv, channel, user),
    }


def _window(srv: "Server", channel: Channel, user: str, end: str) -> Payload:
    roots = [
        message for message in channel.messages if message.thread_ts in (None, message.ts) and _is_shown(message, user)
    ]
    stop = len(roots)
    if end:
        further = WINDOW // 2 if end.startswith("+") else 0
        stop = bisect_right(roots, float(end), key=lambda message: float(message.ts)) + further
        stop = min(max(stop, WINDOW), len(roots))
    start = max(0, stop - WINDOW)
    replies: dict[str, int] = {}
    for message in channel.messages:
        if message.thread_ts not in (None, message.ts) and _is_shown(message, user):
            replies[str(message.thread_ts)] = replies.get(str(message.thread_ts), 0) + 1
    return {
        "id": channel.id,
        "earlier": start,
        "later": len(roots) - stop,
        "newest": channel.messages[-1].ts if channel.messages else "",
        "messages": [_message(srv, message) | {"replies": replies.get(message.ts, 0)} for message in roots[start:stop]],
    }


def _thread(srv: "Server", channel: Channel, user: str, root: str) -> list[Payload]:
    return [
        _message(srv, message)
        for message in channel.messages
        if root in (message.ts, message.thread_ts) and _is_shown(message, user)
    ]


def _message(srv: "Server", message: Message) -> Payload:
    shown = message_methods.as_slack(srv.space, message)
    return shown | {
        "author": srv.space.name_of(str(message.user)),
        "app": message.bot_id is not None,
        "ephemeral": message.ephemeral_to is not None,
        "thread_ts": message.thread_ts,
        "state": message.state,
    }


def _view(srv: "Server", view: View) -> Payload:
    return view_methods.as_slack(srv.space, view) | {"errors": view.errors, "depth": _depth(srv, view)}


def _depth(srv: "Server", view: View) -> int:
    return len(srv.space.stacks.get(view.user) or [])
