"""`/kam help`: what there is, a line each."""

from bot.core.message import Bullets, Heading, Message, Reply, Small
from bot.core.texts import talk
from bot.core.wording import Text
from bot.slack.commands import (
    account,
    advice,
    calendar,
    contact,
    credit,
    export,
    forget,
    handover,
    note,
    pause,
    picture,
    playbooks,
    problem,
    promise,
    rehearse,
    settings,
    team,
    visit,
    why,
    why_not,
)
from bot.slack.commands.base import Act, Subcommand


def handle(act: Act) -> Reply:
    language = act.rep.language
    heading = talk.HELP_HEADING.of(language)
    lines = tuple(
        talk.HELP_LINE.of(language, usage=c.usage.of(language), summary=c.summary.of(language)) for c in COMMANDS
    )
    return Reply(Message(heading, (Heading(heading), Bullets(lines), Small(talk.HELP_DM.of(language)))))


COMMAND = Subcommand(
    name="help",
    aliases=("?", "帮助"),
    usage=Text("help", "help"),
    summary=Text("this list", "这张清单"),
    handle=handle,
)

COMMANDS: tuple[Subcommand, ...] = (
    advice.COMMAND,
    visit.COMMAND,
    problem.COMMAND,
    promise.COMMAND,
    credit.COMMAND,
    picture.COMMAND,
    rehearse.COMMAND,
    account.COMMAND,
    contact.COMMAND,
    note.COMMAND,
    calendar.COMMAND,
    why.COMMAND,
    why_not.COMMAND,
    team.COMMAND,
    pause.COMMAND,
    playbooks.COMMAND,
    handover.COMMAND,
    export.COMMAND,
    forget.COMMAND,
    settings.COMMAND,
    COMMAND,
)
