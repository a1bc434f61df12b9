"""What the app asks of a workspace: its manifest, for Socket Mode and for HTTP, from this one source.

Every scope has its reason and names what it is for; a test holds that against the code, both ways.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot import errors

Payload = dict[str, Any]
Mode = Literal["socket", "http"]

COMMAND = "/kam"
EVENTS_PATH = "/slack/events"
REDIRECT_PATH = "/slack/oauth_redirect"
EXAMPLE_URL = "https://kam.example.com"
FILES: dict[str, Mode] = {"manifest.json": "socket", "manifest.http.json": "http"}


@dataclass(frozen=True, slots=True)
class Scope:
    """One bot scope: `methods` are the SDK's names of the calls that need it, `events` what is heard through it."""

    name: str
    reason: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`kind` is `global` or `message`; the name starts with a verb."""

    callback_id: str
    name: str
    description: str
    kind: Literal["global", "message"] = "global"


SCOPES = (
    Scope("commands", f"{COMMAND} and shortcuts"),
    Scope(
        "chat:write", "advice, visit cards and their checks, in each rep's own DM", ("chat_postMessage", "chat_update")
    ),
    Scope(
        "im:history",
        "a rep types to the bot in a DM; a nudge whose sending broke is looked up there before it is sent again",
        ("conversations_history",),
        ("message.im",),
    ),
    Scope("im:write", "the DM to look that nudge up in, before the bot ever wrote there", ("conversations_open",)),
    Scope("mpim:write", "the group with the boss that a rep opens on a bad day", ("conversations_open",)),
    Scope("users:read", "a rep's time zone and language; guests are left alone", ("users_info",), ("user_change",)),
    Scope("files:write", "a rep's own data, a manager's Monday chart: each into their own DM", ("files_upload_v2",)),
    Scope("dnd:read", "nothing is sent in a rep's do-not-disturb hours", ("dnd_teamInfo",)),
)
FREE_EVENTS = ("app_home_opened",)
LEAVING = ("app_uninstalled", "team_access_granted", "team_access_revoked", "tokens_revoked")
SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("log_problem", "Log a client problem", "Open a problem from this message, with its clock", "message"),
    Shortcut("log_problem_anywhere", "Log a client problem", "Open a problem at one of your accounts", "global"),
    Shortcut("give_credit", "Give credit", "Tell their boss whose work it was, from this message", "message"),
    Shortcut("add_account", "Add an account", "Add one of the accounts you keep", "global"),
)

DESCRIPTION = "Prepares key-account visits: one point, one ready sentence."
LONG_DESCRIPTION = (
    "For B2B sales reps who keep a few large clients for years. Ask /kam advice in English or Chinese and get what to "
    "do, a sentence to say and the trap to avoid. Before each visit one card comes by direct message, and after it one "
    "question that a tap answers. Nothing is sent in quiet hours, on days off or while a rep has paused. It writes to "
    "each rep in direct messages and, when a rep taps for it on a bad day, to a group with the boss. It reads no "
    "channels and runs without any AI service."
)


def manifest(mode: Mode = "socket", url: str | None = None, *, many: bool = False) -> Payload:
    """The manifest to paste at api.slack.com; for HTTP, `url` is the app's public address (https, without a path).

    With `many`, workspaces and organisations install the app themselves. BadInput: the address is not one, or `many`
    is wanted in Socket Mode.
    """
    if many and mode == "socket":
        raise errors.BadInput("Workspaces install the app over HTTP only.", repair=f"Add --url {EXAMPLE_URL}.")
    request = None if mode == "socket" else _request_url(url or EXAMPLE_URL)
    return {
        "display_information": {
            "name": "Key-account coach",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": _features(request),
        "oauth_config": _oauth(request if many else None),
        "settings": {
            "event_subscriptions": {**_at(request), "bot_events": events(many)},
            "interactivity": {"is_enabled": True, **_at(request)},
            "org_deploy_enabled": many,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": many,
        },
    }


def events(many: bool = False) -> list[str]:
    """The names of all events that the app hears, sorted."""
    return sorted({*FREE_EVENTS, *(LEAVING if many else ()), *(event for scope in SCOPES for event in scope.events)})


def stale(root: Path) -> list[Path]:
    """The manifest files below a folder that are missing or not what `write` would write."""
    return [path for path, text in _texts(root) if not path.is_file() or path.read_text("utf-8") != text]


def write(root: Path) -> list[Path]:
    """The manifest files, written into a folder."""
    for path, text in _texts(root):
        path.write_text(text, "utf-8")
    return [root / name for name in FILES]


def _texts(root: Path) -> Sequence[tuple[Path, str]]:
    return [
        (root / name, json.dumps(manifest(mode), ensure_ascii=False, indent=2) + "\n") for name, mode in FILES.items()
    ]


def _features(request: str | None) -> Payload:
    command = {
        "command": COMMAND,
        **({"url": request} if request else {}),
        "description": "Advice, visits and accounts",
        "usage_hint": "advice <what happened> | visit <account> <when> | account | help",
        "should_escape": False,
    }
    features: Payload = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "kam", "always_online": True},
        "slash_commands": [command],
    }
    if SHORTCUTS:
        features["shortcuts"] = [
            {"name": each.name, "type": each.kind, "callback_id": each.callback_id, "description": each.description}
            for each in SHORTCUTS
        ]
    return features


def _oauth(request: str | None) -> Payload:
    scopes: Payload = {"scopes": {"bot": sorted(scope.name for scope in SCOPES)}}
    if request is None:
        return scopes
    return {"redirect_urls": [request.removesuffix(EVENTS_PATH) + REDIRECT_PATH], **scopes}


def _at(request: str | None) -> Payload:
    return {"request_url": request} if request else {}


def _request_url(url: str) -> str:
    base = url.rstrip("/").removesuffix(EVENTS_PATH)
    if not base.startswith("https://") or base == "https://":
        raise errors.BadInput(
            f"Slack calls apps by https only, not at {url!r}.",
            repair=f"Give the app's public address, such as {EXAMPLE_URL}.",
            code="bad_url",
        )
    return base + EVENTS_PATH
