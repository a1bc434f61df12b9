"""The headless demo: the whole app over real HTTP and WebSocket, played by simulated reps."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

KINDS = {"welcome", "visit_card", "check", "nudge", "digest", "problem", "promise", "answer"}
MANAGER = "U0MEILIN"
FIELDS = ["at", "to", "kind", "account", "play", "text"]


def played(folder: Path, *wish: str) -> tuple[str, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "bot", "demo", "--headless", "--json", *wish]
    environment = {**os.environ, "KAM_DATA_DIR": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_same_days_give_the_same_bytes_and_every_kind_of_message(tmp_path: Path) -> None:
    first, lines = played(tmp_path, "--days", "5")
    again, _ = played(tmp_path, "--days", "5")
    assert first == again
    assert all(list(line) == FIELDS for line in lines)
    assert {line["kind"] for line in lines} <= KINDS
    assert {"welcome", "visit_card", "check", "nudge", "problem", "promise", "answer"} <= {li["kind"] for li in lines}
    assert Counter(line["to"] for line in lines if line["kind"] == "welcome").most_common(1)[0][1] == 1
    days = {(line["to"], line["at"][:10]) for line in lines if line["kind"] == "nudge"}
    assert len(days) == sum(1 for line in lines if line["kind"] == "nudge"), "a rep had two routine nudges in a day"


def test_whoever_answers_none_of_three_is_asked_once_what_suits_them(tmp_path: Path) -> None:
    _, lines = played(tmp_path, "--days", "10", "--ignore-all")
    asked = Counter(line["to"] for line in lines if line["kind"] == "digest" and line["to"] != MANAGER)
    assert set(asked.values()) == {1}
    for rep in asked:
        nudges = [line["at"] for line in lines if line["to"] == rep and line["kind"] == "nudge"]
        assert len(nudges) == 3
    of_manager = [line["text"].splitlines()[0] for line in lines if line["to"] == MANAGER and line["kind"] == "digest"]
    assert of_manager == ["Your team", "Your team"], "a digest on each of two Mondays"
    settled = [line["text"] for line in lines if line["kind"] == "answer" and line["to"] in ("U0ANNA", "U0JAMES")]
    assert any("Chinese operating manual: now by Fri 20 Mar" in text for text in settled), "moved when it was warned of"
    asked_about = [line["text"] for line in lines if line["kind"] == "promise" and "was it kept?" in line["text"]]
    assert len(asked_about) == 1
    assert any(text.startswith("✓ Harbor & Pine Hotels, sample rooms") for text in settled), "answered when asked"


def test_a_rep_whose_accounts_were_imported_is_not_told_to_start_with_the_first(tmp_path: Path) -> None:
    _, lines = played(tmp_path, "--days", "1")
    welcomes = {line["to"]: line["text"] for line in lines if line["kind"] == "welcome"}
    assert "Your accounts are here already (8)." in welcomes["U0ANNA"]
    assert "你的客户已经在这里了（8 个）。" in welcomes["U0LIWEI"]
