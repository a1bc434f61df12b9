"""What is left after a run: the workspace's ledger, the database, and the bots' logs."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, select

from storage.tables import NudgeRow
from tests.chaos.checker import Row, Stored


def stored(ledger: Path, team_id: str) -> list[Stored]:
    """Every message that the workspace stored, in order."""
    found = []
    with ledger.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if entry["kind"] == "stored":
                found.append(_stored(entry["message"], team_id))
    return found


def _stored(message: dict[str, object], team_id: str) -> Stored:
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    ts, channel = str(message["ts"]), str(message["channel"])
    return Stored(
        nudge_id=str(payload["id"]) if isinstance(payload, dict) else f"no nudge: {channel} {ts}",
        team_id=team_id,
        rep_id=f"U{channel[1:]}",
        ts=ts,
        at=datetime.fromtimestamp(float(ts), UTC),
    )


def rows(session: Session) -> list[Row]:
    """Every nudge as the database holds it."""
    names = Row.__dataclass_fields__
    return [Row(**{name: getattr(row, name) for name in names}) for row in session.exec(select(NudgeRow))]


def complaints(logs: Iterable[Path]) -> Counter[str]:
    """The events that were logged as errors, and lines that are no log lines at all."""
    found: Counter[str] = Counter()
    for log in logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                found[f"plain: {line[:80]}"] += 1
                continue
            if entry.get("level") in ("error", "critical"):
                found[str(entry.get("event"))[:80]] += 1
    return found
