"""What would change: `kam effect` of two playbook trees for the sample portfolio, as cards for the practice page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot import errors
from bot.cli import effect
from bot.cli.effect_output import as_document
from bot.core import wording
from bot.core.account import Language

Payload = dict[str, Any]
DAYS = 30  # so that it takes seconds; `kam effect` plays more
MOST = 60
KINDS = ("appear", "vanish", "move", "reword")


@dataclass(frozen=True)
class Preview:
    """Compares for the accounts of a portfolio, from a first day on; `name_of` gives the name of a rep."""

    accounts: Path
    start: date
    playbooks: Path
    cache: Path
    name_of: Callable[[str], str]

    def of(self, wish: Payload) -> Payload:
        """The cards of going from `base` to `head`: folders or git revisions; without a head, to what is in use."""
        call = effect.Call(
            base=str(wish.get("base") or "HEAD"),
            head=str(wish.get("head") or self.playbooks),
            accounts=self.accounts,
            start=self.start,
            days=DAYS,
            playbooks=self.playbooks,
            cache=self.cache,
        )
        try:
            document = as_document(effect.compare(call, lambda _what, _share: None))
        except errors.KamError as error:
            return {"error": f"{error.message} {error.repair}", "cards": []}
        cards = [*_wrong(document), *self._cards(document)]
        return {"days": DAYS, "counts": {kind: len(_listed(document, kind)) for kind in KINDS}, "cards": cards[:MOST]}

    def _cards(self, document: Payload) -> Iterator[Payload]:
        for kind in KINDS:
            for change in _listed(document, kind):
                yield self._card(kind, change)
        for answer in _listed(document, "advice"):
            yield {
                "kind": "advice",
                "title": answer["question"],
                "who": "",
                "before": str(answer["before"] or ""),
                "after": str(answer["after"] or ""),
            }
        for full in _listed(document, "overflow"):
            title = f"{self.name_of(full['rep'])}, {full['week']}: {full['planned']} > {full['cap']}"
            yield {"kind": "overflow", "title": title, "who": "", "before": "", "after": ""}

    def _card(self, kind: str, change: Payload) -> Payload:
        before, after = change["before"], change["after"]
        held = after or before
        days = " → ".join(dict.fromkeys(_day(state) for state in (before, after) if state))
        moved = kind == "move"
        return {
            "kind": kind,
            "title": f"{change['account']}: {held['title'] or change['play']}",
            "who": f"{self.name_of(change['rep'])}, {days}",
            "before": _day(before) if moved else _words(before),
            "after": _day(after) if moved else _words(after),
        }


def _wrong(document: Payload) -> Iterator[Payload]:
    """What is wrong in the head, and therefore was not compared."""
    for finding in document.get("findings", []):
        title = f"{finding['file']}:{finding['line']}"
        yield {"kind": "error", "title": title, "who": "", "before": finding["message"], "after": finding["repair"]}


def _listed(document: Payload, kind: str) -> list[Payload]:
    found: list[Payload] = document[kind]
    return found


def _day(state: Payload | None) -> str:
    if state is None:
        return ""
    due = datetime.fromisoformat(state["due_at"])
    return wording.moment(due, Language.EN, due)


def _words(state: Payload | None) -> str:
    return "" if state is None else "\n".join(str(state[part]) for part in ("do", "say", "not") if state[part])
