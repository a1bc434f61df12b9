"""What happened in the practice workspace: what was stored, called, seen and refused, and the ids handed out."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.practice.records import (
    Delivery,
    Message,
    Payload,
    Refusal,
    ResponseUrl,
    Seen,
    SeenKind,
    SlackError,
    Trigger,
    View,
)

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_TIME = timedelta(minutes=30)


class Ledger:
    """The workspace's lock, clock, log and tickets; every change tells those who wait for one."""

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 0,
        log_path: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now, self.monotonic = now, monotonic
        self.random = random.Random(seed)  # noqa: S311 - ids and the choice of a socket, nothing secret
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.refusals: list[Refusal] = []
        self.deliveries: list[Delivery] = []
        self.log: list[Payload] = []
        self.version = 0
        self._seen: list[Seen] = []
        self._log_file = log_path.open("a", encoding="utf-8") if log_path else None
        self._counts: dict[str, int] = {}

    def seen(self, user: str | None = None) -> list[Seen]:
        """Everything people saw so far, in order; only one person's share when `user` is given."""
        with self.lock:
            return [entry for entry in self._seen if user in (None, entry.to)]

    def seen_count(self) -> int:
        with self.lock:
            return len(self._seen)

    def seen_since(self, count: int, user: str | None = None) -> list[Seen]:
        with self.lock:
            return [entry for entry in self._seen[count:] if user in (None, entry.to)]

    def stored(self) -> list[Payload]:
        """The log's lines on stored messages: what a checker counts for lost and doubled ones."""
        with self.lock:
            return [line for line in self.log if line["kind"] == "stored"]

    def calls(self, method: str | None = None) -> list[Payload]:
        """The log's lines on Web API calls, in order."""
        with self.lock:
            return [line for line in self.log if line["kind"] == "call" and method in (None, line.get("method"))]

    def wait_for(self, holds: Callable[[], Any], timeout: float = 5.0) -> bool:
        """True as soon as `holds()` is true, asked again after every change; False after `timeout` seconds."""
        with self.changed:
            return bool(self.changed.wait_for(holds, timeout))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Holds the lock for a change and tells those who wait for one."""
        with self.changed:
            yield
            self.version += 1
            self.changed.notify_all()

    def new_id(self, prefix: str) -> str:
        with self.lock:
            count = self._counts[prefix] = self._counts.get(prefix, 0) + 1
            return f"{prefix}{count:05d}{self.random.getrandbits(24):06X}"

    def new_trigger(self, user: str, view_id: str | None = None) -> str:
        with self.lock:
            stamp = self.random.getrandbits(40)
            key = f"{len(self.triggers) + 1}.{stamp}.{self.random.getrandbits(64):016x}"
            self.triggers[key] = Trigger(key, user, self.monotonic(), view_id=view_id)
            return key

    def spend_trigger(self, key: object) -> Trigger:
        with self.lock:
            trigger = self.triggers.get(str(key))
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self.monotonic() - trigger.born > TRIGGER_SECONDS:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger

    def new_response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        with self.lock:
            key = f"{self.random.getrandbits(96):024x}"
            self.response_urls[key] = ResponseUrl(key, user, channel, self.now(), message_ts)
            return key

    def spend_response_url(self, key: str) -> ResponseUrl:
        with self.lock:
            found = self.response_urls.get(key)
            if found is None:
                raise SlackError("no_active_hooks")
            if self.now() - found.born > RESPONSE_TIME:
                raise SlackError("expired_url")
            if found.uses >= RESPONSE_USES:
                raise SlackError("used_url")
            found.uses += 1
            return found

    def note(self, kind: str, **fields: Any) -> None:
        """Append one line to the log (and to its file)."""
        with self.change():
            line = {"at": self.now().isoformat(), "kind": kind, **fields}
            self.log.append(line)
            if self._log_file is not None:
                self._log_file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
                self._log_file.flush()

    def refuse(self, where: str, error: str, findings: list[Payload], payload: Payload) -> None:
        with self.change():
            self.refusals.append(Refusal(self.now(), where, error, findings, payload))
            self.note("refused", where=where, error=error, findings=findings)

    def show(
        self, to: str, kind: SeenKind, text: str, *, message: Message | None = None, view: View | None = None
    ) -> None:
        """Note that a person sees something."""
        with self.change():
            blocks = message.blocks if message else view.blocks if view else []
            self._seen.append(
                Seen(
                    self.now(),
                    to,
                    message.channel if message else None,
                    message.ts if message else None,
                    kind,
                    text,
                    blocks,
                    message.metadata if message else None,
                    view.id if view else None,
                )
            )

    def close(self) -> None:
        """Close the log's file."""
        if self._log_file is not None:
            self._log_file.close()
            self._log_file = None
