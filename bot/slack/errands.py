"""Errands: slow work behind a command. Slack waits three seconds for its acknowledgement, and for nothing after it."""

from collections.abc import Callable
from concurrent.futures import Future

from bot.core.message import Reply
from bot.slack import turnstile

SOON = 1.0  # seconds: what is done by then is the answer itself


def run(
    later: Callable[[Callable[[], None]], None], work: Callable[[], Reply], follow: Callable[[Reply], None]
) -> Reply | None:
    """What `work`, which raises nothing, comes back with; None where it takes long, and `follow` gets it then."""
    answer: Future[Reply] = Future()
    later(lambda: answer.set_result(work()))
    with turnstile.aside():
        try:
            return answer.result(SOON)
        except TimeoutError:
            answer.add_done_callback(lambda done: follow(done.result()))
            return None


def whole(reply: Reply) -> Reply:
    """The reply with its slow part done, for where nobody waits for an acknowledgement."""
    return Reply(reply.then()) if reply.then is not None else reply
