"""`kam check`: says what is wrong with a playbook folder, where, and how to mend it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot import errors
from bot.content import loader
from bot.content.findings import Finding
from bot.content.loader import Loaded
from bot.core.account import Language
from bot.core.case import Cases

DEFAULT = Path("playbooks")
Strays = Callable[[Loaded], Iterable[tuple[str, str, str]]]
STYLES = {"error": "bold red", "warning": "yellow"}


def command(today: Callable[[], date]) -> Callable[..., None]:
    """The typer command; `today` tells which reviews are past."""

    def check(
        folder: Annotated[Path, typer.Argument(help="The folder with the playbooks.")] = DEFAULT,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
        github: Annotated[bool, typer.Option("--github", help="Annotations for a pull request.")] = False,
    ) -> None:
        """Check playbooks: every error at once, with file, line and repair."""
        raise typer.Exit(run(folder, as_json, github, today()))

    return check


def run(folder: Path, as_json: bool, github: bool, today: date, strays: Strays | None = None) -> int:
    """Prints what is wrong in a folder; 0 for nothing or warnings only, 1 for errors, 2 if it cannot be read.

    `strays` finds the asks that are nearer to another play than to their own; without it none are told.
    """
    try:
        loaded = loader.load(folder, today=today)
    except errors.BadInput as error:
        _say_unreadable(error, as_json)
        return 2
    if strays is not None and loaded.library.plays:
        loaded = replace(loaded, findings=tuple(sorted({*loaded.findings, *_strayed(loaded, strays(loaded))})))
    if as_json:
        print(json.dumps(as_document(loaded), ensure_ascii=False, indent=2))
    elif github:
        for finding in loaded.findings:
            print(annotation(finding, folder))
    else:
        _show(loaded, folder)
    return 0 if loaded.ok else 1


def _strayed(loaded: Loaded, strays: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    for play_id, ask, nearer in strays:
        entry, play = loaded.entries[play_id], loaded.library.by_id[play_id]
        language = "en" if ask in play.asks.en else "zh"
        place = ("asks", language, play.asks.of(Language(language)).index(ask))
        yield entry.finding(
            place,
            f"This ask is nearer to `{nearer}` than to its own play: {ask}",
            f"Say what sets it apart, or move it to `{nearer}`",
            "warning",
        )


def as_document(loaded: Loaded) -> dict[str, object]:
    """What `--json` prints: whether all is well, how many plays and cases hold, and the findings."""
    return {
        "ok": loaded.ok,
        "plays": len(loaded.library.plays),
        "cases": count(loaded.cases),
        "findings": [finding.as_json() for finding in loaded.findings],
    }


def count(cases: Mapping[str, Cases]) -> int:
    """How many examples, dialogues, sentences and questions there are."""
    parts = (part for c in cases.values() for part in (c.fits, c.does_not_fit, c.dialogues, c.says, c.asked))
    return sum(map(len, parts))


def annotation(finding: Finding, folder: Path) -> str:
    """The line that GitHub shows beside the file of a pull request."""
    place = f"file={_property(_path(finding, folder))},line={finding.line}"
    return f"::{finding.severity} {place}::{_data(f'{finding.message}. {_sentence(finding.repair)}')}"


def _path(finding: Finding, folder: Path) -> str:
    return (folder.parent / finding.file).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _say_unreadable(error: errors.KamError, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": {"code": error.code, "message": error.message, "repair": error.repair}}))
    else:
        said = Text(f"{_sentence(error.message)}. {_sentence(error.repair)}.")
        Console(stderr=True, soft_wrap=True).print(said)


def _show(loaded: Loaded, folder: Path) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for file, found in groupby(loaded.findings, key=lambda finding: finding.file):
        console.print(Text((folder.parent / file).as_posix(), style="bold"))
        _show_file(console, found)
    console.print(Text(_summary(loaded), style="green" if loaded.ok else "bold red"))


def _show_file(console: Console, found: Iterable[Finding]) -> None:
    for finding in found:
        line = Text(f"  {finding.line:>4}  ")
        line.append(finding.severity, style=STYLES[finding.severity])
        line.append(f"  {_sentence(finding.message)}.")
        console.print(line)
        console.print(Text(f"        → {_sentence(finding.repair)}", style="cyan"))


def _summary(loaded: Loaded) -> str:
    wrong = sum(f.severity == "error" for f in loaded.findings)
    warned = len(loaded.findings) - wrong
    found = ", ".join((_several(wrong, "error"), _several(warned, "warning")))
    held = f"{_several(len(loaded.library.plays), 'play')} and {_several(count(loaded.cases), 'case')} hold"
    return f"{held}; {found}"


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
