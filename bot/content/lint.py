"""Everything that the form of the files alone cannot rule out: what plays say, when they speak, how they agree."""

from collections.abc import Collection, Iterable
from datetime import date

from bot.content import dialogues, effects, rules, sentences
from bot.content.entry import Entry
from bot.content.findings import Finding


def findings(entries: Iterable[Entry], today: date | None = None, files: Collection[str] = ()) -> tuple[Finding, ...]:
    """Errors and warnings about these plays, by file and line; `today` tells which reviews are past.

    Where two plays clash, the later one (by file) is told. `files` are the ids of plays that have a file of their own
    and are wrong in themselves: what names them is not wrong for that.
    """
    entries = sorted(entries, key=lambda entry: entry.document.name)
    found = [f for one in entries for f in (*rules.findings(one, today), *dialogues.findings(one))]
    found += effects.findings(entries, files)
    return tuple(sorted([*found, *_same_ids(entries), *sentences.findings(entries)]))


def _same_ids(entries: Iterable[Entry]) -> Iterable[Finding]:
    first: dict[str, Entry] = {}
    for one in entries:
        other = first.setdefault(one.play.id, one)
        if other is not one:
            message = f"the id `{one.play.id}` is taken by {other.document.name}"
            yield one.finding(("id",), message, "give this play another id, and its files that name")
