"""The methods about people, conversations and the workspace itself."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.practice.message_methods import conversation, flag
from bot.practice.records import Channel, Member, Payload, SlackError
from bot.practice.workspace import Workspace

NEVER = 1


def auth_test(space: Workspace, args: Payload) -> Payload:
    return {
        "url": args["_base_url"],
        "team": space.team_name,
        "user": space.bot_name,
        "team_id": space.team_id,
        "user_id": space.bot_user,
        "bot_id": space.bot_id,
        "is_enterprise_install": False,
    }


def team_info(space: Workspace, args: Payload) -> Payload:
    team = {
        "id": space.team_id,
        "name": space.team_name,
        "domain": "practice",
        "email_domain": "",
        "icon": {},
    }
    return {"team": team}


def bots_info(space: Workspace, args: Payload) -> Payload:
    if args.get("bot") not in (None, space.bot_id):
        raise SlackError("bot_not_found")
    bot = {
        "id": space.bot_id,
        "deleted": False,
        "name": space.bot_name,
        "app_id": space.app_id,
        "user_id": space.bot_user,
    }
    return {"bot": bot}


def as_slack(space: Workspace, member: Member, *, locale: bool = False) -> Payload:
    """A member as `users.info` tells of them: no zone for the deactivated and for those who have none."""
    shown: Payload = {
        "id": member.id,
        "team_id": space.team_id,
        "name": member.name.lower().replace(" ", "."),
        "deleted": member.deleted,
        "real_name": member.name,
        "profile": {
            "real_name": member.name,
            "display_name": member.name,
            "title": member.title,
            "team": space.team_id,
        },
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if member.email and "users:read.email" in space.scopes:
        shown["profile"]["email"] = member.email
    if member.is_stranger:
        shown["is_stranger"] = True
    if member.deleted:
        return shown
    for key in ("is_admin", "is_restricted", "is_ultra_restricted"):
        shown[key] = getattr(member, key)
    shown |= {"is_owner": False, "is_primary_owner": False}
    if member.tz:
        local = space.now().astimezone(ZoneInfo(member.tz))
        offset = local.utcoffset() or timedelta()
        shown |= {"tz": member.tz, "tz_label": local.tzname(), "tz_offset": int(offset.total_seconds())}
    if locale and member.locale:
        shown["locale"] = member.locale
    return shown


def users_info(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        member = space.member(str(args.get("user", "")))
        return {"user": as_slack(space, member, locale=flag(args.get("include_locale")))}


def users_list(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        everyone = sorted(space.members.values(), key=lambda member: member.id)
        start = int(args.get("cursor") or 0)
        limit = int(args.get("limit") or 1000)
        locale = flag(args.get("include_locale"))
        page = everyone[start : start + limit]
        more = str(start + limit) if start + limit < len(everyone) else ""
        return {
            "members": [as_slack(space, member, locale=locale) for member in page],
            "cache_ts": int(space.now().timestamp()),
            "response_metadata": {"next_cursor": more},
        }


def _quiet(now: datetime, member: Member) -> tuple[int, int] | None:
    """The current or next do-not-disturb span of a member, in Unix seconds."""
    if not (member.dnd_start and member.dnd_end):
        return None
    zone = ZoneInfo(member.tz or "UTC")
    local = now.astimezone(zone)
    start, end = time.fromisoformat(member.dnd_start), time.fromisoformat(member.dnd_end)
    for days in (-1, 0, 1):
        date = local.date() + timedelta(days=days)
        begins = datetime.combine(date, start, zone)
        ends = datetime.combine(date + timedelta(days=1 if end <= start else 0), end, zone)
        if ends > local:
            return int(begins.timestamp()), int(ends.timestamp())
    return None


def dnd_info(space: Workspace, args: Payload) -> Payload:
    """Snoozing is left out: Slack shows it only to the person themselves."""
    with space.lock:
        span = _quiet(space.now(), space.member(str(args.get("user", ""))))
        begins, ends = span or (NEVER, NEVER)
        return {"dnd_enabled": span is not None, "next_dnd_start_ts": begins, "next_dnd_end_ts": ends}


def dnd_team_info(space: Workspace, args: Payload) -> Payload:
    """The same of fifty people at most; one whom the app cannot see spoils the whole question."""
    given: Any = args.get("users") or ""
    users = [user for user in (given if isinstance(given, list) else str(given).split(",")) if user]
    if not users:
        raise SlackError("no_users_provided")
    if len(users) > 50:
        raise SlackError("too_many_users")
    with space.lock:
        if any(user not in space.members for user in users):
            raise SlackError("user_not_visible")
        return {"users": {user: dnd_info(space, {"user": user}) for user in users}}


def conversations_open(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        if args.get("channel"):
            return {"channel": _opened(conversation(space, args))}
        given: Any = args.get("users") or ""
        users = [user for user in (given if isinstance(given, list) else str(given).split(",")) if user]
        if not users:
            raise SlackError("users_list_not_supplied")
        needed = "im:write" if len(users) == 1 else "mpim:write"
        if needed not in space.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(space.scopes)))
        if len(users) > 8:
            raise SlackError("too_many_users")
        if any(space.member(user).deleted for user in users):
            raise SlackError("user_disabled")
        if any(space.member(user).is_bot for user in users):
            raise SlackError("cannot_dm_bot")
        channel = space.dm_channel(users[0]) if len(users) == 1 else space.group_dm(users)
        return {"no_op": True, "already_open": True, "channel": _opened(channel)}


def _opened(channel: Channel) -> Payload:
    return {"id": channel.id}


def conversations_info(space: Workspace, args: Payload) -> Payload:
    with space.lock:
        channel = conversation(space, args)
        shown: Payload = {
            "id": channel.id,
            "is_im": channel.kind == "im",
            "is_mpim": channel.kind == "mpim",
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "private",
            "is_private": channel.kind != "channel",
            "is_archived": channel.is_archived,
            "is_ext_shared": False,
            "is_shared": False,
            "context_team_id": space.team_id,
        }
        if channel.kind == "im":
            shown["user"] = next(user for user in channel.members if user != space.bot_user)
        else:
            shown |= {"name": channel.name, "is_member": space.bot_user in channel.members}
        return {"channel": shown}
