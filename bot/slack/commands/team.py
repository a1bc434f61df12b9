"""`/kam team`: a manager's team; for everybody else, what a manager sees of them."""

from bot.core.message import Reply
from bot.core.wording import Text
from bot.slack.commands.base import Act, Subcommand
from bot.usecases import team


def handle(act: Act) -> Reply:
    return team.open_(act.base, act.rep, act.text, act.now)


COMMAND = Subcommand(
    name="team",
    aliases=("团队",),
    usage=Text("team, or team me", "team，或 team 我"),
    summary=Text(
        "open problems, reviews and promises of your team; or what your manager sees of you",
        "团队的问题、回顾和承诺；或者你的经理能看到你什么",
    ),
    handle=handle,
)
