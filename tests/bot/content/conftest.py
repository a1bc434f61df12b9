import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.content import loader
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.core import retold
from bot.core.account import Language

SAMPLE = Path(__file__).parent / "sample"


@dataclass
class Sample:
    """A small playbook tree that is all right, to be spoiled."""

    folder: Path

    def path(self, name: str) -> Path:
        """A file by its short name: "play", "cases", "playbook", "cadence", or as it is called in the tree."""
        inner = self.folder / "credit-the-client"
        known = {
            "play": inner / "thank-the-receivers.yaml",
            "cases": inner / "thank-the-receivers.cases.yaml",
            "playbook": inner / "playbook.yaml",
            "cadence": self.folder / "cadence.yaml",
        }
        return known.get(name, self.folder / name)

    def edit(self, name: str, old: str, new: str, count: int = 1) -> int:
        """Replaces a text that is there, the first time it stands; returns its line."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.path(name).write_text(text.replace(old, new, count), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def line_of(self, name: str, part: str) -> int:
        """The first line of a file that holds a text."""
        text = self.path(name).read_text(encoding="utf-8")
        return text[: text.index(part)].count("\n") + 1

    def add_play(self, play: str) -> None:
        """A second play that says what the first says."""
        for suffix in (".yaml", ".cases.yaml"):
            text = (self.folder / f"credit-the-client/thank-the-receivers{suffix}").read_text(encoding="utf-8")
            text = text.replace("thank-the-receivers", play)
            (self.folder / f"credit-the-client/{play}{suffix}").write_text(text, encoding="utf-8")

    def move_to(self, playbook: str) -> None:
        """Makes the tree's one playbook another one."""
        (self.folder / "credit-the-client").rename(self.folder / playbook)
        text = (self.folder / playbook / "playbook.yaml").read_text(encoding="utf-8")
        (self.folder / playbook / "playbook.yaml").write_text(
            text.replace("id: credit-the-client", f"id: {playbook}"), encoding="utf-8"
        )

    def load(self, today: date | None = None, cache: Path | None = None) -> Loaded:
        return loader.load(self.folder, today=today, cache=cache)

    def findings(self, today: date | None = None) -> list[Finding]:
        """All findings but the hint that there are few asks."""
        return [f for f in self.load(today).findings if "`asks` in" not in f.message]

    def errors(self) -> list[Finding]:
        return [f for f in self.findings() if f.severity == "error"]


@pytest.fixture(autouse=True)
def _findings_are_known_in_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every error that any of these tests makes is one that an owner who reads Chinese can read."""
    made: list[str] = []
    make = Finding.__init__

    def noted(self: Finding, **values: Any) -> None:
        make(self, **values)
        if self.severity == "error":
            made.extend((self.message, self.repair))

    monkeypatch.setattr(Finding, "__init__", noted)
    yield
    short = {sentence for sentence in made if len(sentence) <= retold.LONGEST}
    assert [sentence for sentence in sorted(short) if retold.in_language(sentence, Language.ZH) == sentence] == []


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    folder = tmp_path / "playbooks"
    shutil.copytree(SAMPLE, folder)
    return Sample(folder)
