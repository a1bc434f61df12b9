"""`/kam settings`: zone, language, card time, hours, days off, pauses; for admins roles and the hold-out."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import holdouts, monday_taps, people, roles, stand_ins, team_digest

NAMES = {
    "时区": "timezone",
    "语言": "language",
    "卡片": "card",
    "工作时间": "hours",
    "休息": "off",
    "暂停": "pause",
    "恢复": "resume",
    "tz": "timezone",
    "lang": "language",
}
STAND_IN = ("standin", "stand-in", "代班", "代班同事")
ROLES = ("roles", "role", "角色", "上级")
DIGEST = ("digest", "小结", "周报")
LIST = ("list", "monday", "清单", "周一清单")
HOLDOUT = ("holdout", "hold-out", "对照")


def handle(act: Act) -> Reply:
    word, rest = first_word(act.text)
    if not word:
        return Reply(people.settings(act.base, act.rep, act.now))
    if word.casefold() in ROLES:
        return roles.form(act.base, act.rep)
    if word.casefold() in DIGEST:
        return Reply(team_digest.setting(act.base, act.rep, rest, act.now))
    if word.casefold() in LIST:
        return Reply(monday_taps.setting(act.base, act.rep, rest, act.now))
    if word.casefold() in HOLDOUT:
        return Reply(holdouts.setting(act.base, act.rep, rest, act.now))
    if word.casefold() in STAND_IN:
        return stand_ins.by_text(act.base, act.rep, rest, act.now)
    name = NAMES.get(word.casefold(), word.casefold())
    return Reply(people.change(act.base, act.rep, name, rest, act.now))


COMMAND = Subcommand(
    name="settings",
    aliases=("setting", "设置"),
    usage=Text("settings, or settings card morning", "settings，或 settings card morning"),
    summary=Text("time zone, language, card time, working hours, stand-in", "时区、语言、卡片时间、工作时间、代班同事"),
    handle=handle,
    words=tuple(word for word in (*NAMES.values(), *NAMES, *STAND_IN, *ROLES, *LIST, *HOLDOUT) if word.isascii()),
)
