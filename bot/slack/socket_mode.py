"""Socket Mode: an open line to Slack."""

import socket
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk.errors import SlackClientError

from bot import errors
from bot.slack.messenger import BROKEN

LEAVE_SECONDS = 3


class Line:
    """The line over which Slack delivers and is answered. Raises Unavailable where Slack does not open it."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token)
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except (SlackClientError, *BROKEN) as error:
            raise errors.Unavailable(
                f"Slack does not open a socket ({type(error).__name__}).",
                repair="Check KAM_SLACK_APP_TOKEN (xapp-…, connections:write), and that Socket Mode is switched on.",
            ) from error

    def is_open(self) -> bool:
        return bool(self._handler.client.is_connected())

    def close(self) -> None:
        """Leaves at once. The client alone would sleep until its next ping (10 s) before it saw that it is closed."""
        client = self._handler.client
        client.closed = True
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        session, runner = client.current_session, client.current_session_runner
        held = session.sock.sock if session is not None and session.sock is not None else None
        if session is not None and held is not None:
            session.keep_running = False
            runner.event.set()
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it; closing it would not
            runner.thread.join(LEAVE_SECONDS)
        client.message_queue.put("")  # or it waits a second for the next message
        self._handler.close()  # type: ignore[no-untyped-call]
