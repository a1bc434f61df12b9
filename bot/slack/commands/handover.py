"""`/kam handover`: what the next rep should know of an account, and handing it over."""

import re

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import handover, offers

SOMEBODY = re.compile(r"\s*(?:<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>|@\S.*)\s*$")


def handle(act: Act) -> Reply:
    """The pack; with somebody named, the window to choose them: Slack does not say whom a typed name means."""
    named = SOMEBODY.search(act.text)
    if named is None:
        return handover.pack(act.base, act.rep, act.text, act.now)
    account = handover.find(act.base, act.rep, act.text[: named.start()])
    if named["id"]:
        return offers.give(act.base, act.rep, f"account|{account.id}", named["id"], act.now)
    return offers.give_form(act.base, act.rep, account.id)


COMMAND = Subcommand(
    name="handover",
    aliases=("移交", "交接"),
    usage=Text("handover acme, or handover acme @colleague", "handover 博远，或 handover 博远 @同事"),
    summary=Text("what the next one should know; give an account to a colleague", "接手的人要知道的；把客户交给同事"),
    handle=handle,
)
