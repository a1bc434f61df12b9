"""Findings: what is wrong with a playbook tree, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

from bot import errors

Severity = Literal["error", "warning"]


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong in one place; ordered by file and line. Empty strings stand for "does not apply".

    `step` is the step of a dialogue, the turn of a scene, the name of a case, or the place inside the file. `repair`
    says what to write.
    """

    severity: Severity = "error"
    file: str
    line: int
    play: str = ""
    step: str = ""
    message: str
    repair: str

    def as_json(self) -> dict[str, str | int | None]:
        """The finding as `kam check --json` prints it."""
        return {
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "play": self.play or None,
            "step": self.step or None,
            "message": self.message,
            "repair": self.repair,
        }

    def __lt__(self, other: "Finding") -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, str, str, str, str]:
        return (self.file, self.line, self.severity, self.step, self.message, self.repair)


class Unsound(errors.BadContent):
    """A playbook tree with errors, where none are tolerated; `findings` are all there are, warnings too."""

    code = "playbooks_unsound"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        wrong = [f for f in self.findings if f.severity == "error"]
        first = f"{wrong[0].file}:{wrong[0].line}: {wrong[0].message}"
        super().__init__(f"{len(wrong)} errors in the playbooks; the first: {first}", repair=wrong[0].repair)
