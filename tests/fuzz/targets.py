"""What strangers' bytes are given to, one function each. It returns, or the bytes were refused by an error of ours."""

import csv
import gzip
import io
import tarfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import errors
from bot.connectors import archive, calendar, files
from bot.connectors.git_host import Commit
from bot.connectors.good_copy import GoodCopy
from bot.content import loader, yaml_reader
from bot.core import when
from bot.core.message import Actions, Bullets, Button, Form, Heading, Input, Menu, Message, Option, Paragraph, Small
from bot.practice import limits, render
from bot.slack import blocks, modals

Give = Callable[[bytes], None]
Make = Callable[[Path, ExitStack], Give]

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SAMPLE = Path(__file__).parents[1] / "bot" / "content" / "sample"
PLAY = "thank-the-receivers.yaml"
LONGEST_TEXT = 40_000


def text_of(data: bytes) -> str:
    """Bytes as text; what is none becomes lone surrogates, which JSON can carry."""
    return data.decode("utf-8", "surrogateescape")


# --- files ----------------------------------------------------------------------------------------------------------


def ics(_folder: Path, _stack: ExitStack) -> Give:
    def give(data: bytes) -> None:
        with suppress(errors.KamError):
            feed = calendar.read(
                data, window_from=NOW - timedelta(days=7), window_to=NOW + timedelta(days=60), default_zone=BERLIN
            )
            assert all(event.at.tzinfo is not None and event.at <= event.end for event in feed.events)

    return give


def portfolio(_folder: Path, _stack: ExitStack) -> Give:
    before = csv.field_size_limit()

    def give(data: bytes) -> None:
        with suppress(errors.KamError):
            found = files.read(data, fallback=BERLIN)
            assert all(row.account and row.rep for row in found.rows)
        assert csv.field_size_limit() == before, "a setting of the whole process was left changed"

    return give


def playbook(folder: Path, _stack: ExitStack) -> Give:
    """One play of a whole folder is the stranger's; the others are the sample's."""
    home = folder / "plays" / "credit-the-client"
    home.mkdir(parents=True)
    for file in SAMPLE.rglob("*.yaml"):
        (home.parent / file.relative_to(SAMPLE)).write_bytes(file.read_bytes())

    def give(data: bytes) -> None:
        document = yaml_reader.read(data, "play.yaml")
        assert document.data is not None or document.findings or not data.strip() or yaml_is_empty(data)
        (home / PLAY).write_bytes(data)
        with suppress(errors.KamError):
            loader.load(home.parent)

    return give


def yaml_is_empty(data: bytes) -> bool:
    """True for what says nothing: `null`, comments, `---`."""
    return yaml_reader.read(b"x: " + data.strip().splitlines()[-1], "x").data in (None, {"x": None})


def git_archive(folder: Path, _stack: ExitStack) -> Give:
    """The bytes are those of a tar; they come packed, as from a git host."""
    copies = GoodCopy(folder / "data" / "playbooks", "here")
    made = Commit("ab" * 20, "", None, "")

    def give(data: bytes) -> None:
        with suppress(errors.KamError):
            archive.read(data)
        with suppress(errors.KamError):
            copies.use(copies.keep(archive.read(gzip.compress(data, 1)), made, "plays"))
        outside = [p for p in folder.iterdir() if p.name not in ("data", "fuzz")]
        assert not outside, outside

    return give


# --- texts ----------------------------------------------------------------------------------------------------------


def dates(_folder: Path, _stack: ExitStack) -> Give:
    def give(data: bytes) -> None:
        text = text_of(data)[:LONGEST_TEXT]
        for zone in (BERLIN, ZoneInfo("Pacific/Apia")):
            when.read(text, NOW, zone)
            name, _ = when.split(text, NOW, zone)
            assert len(name) <= len(text)

    return give


def foreign_text(_folder: Path, _stack: ExitStack) -> Give:
    """Whatever a stranger wrote, in every place of a message and of a form: nothing is mentioned, nothing is parsed."""

    def give(data: bytes) -> None:
        text = text_of(data)[:LONGEST_TEXT]
        half = text[: len(text) // 2]
        button = Button("card:commit", text, half)
        menu = Menu("card:more", ((text, half), (half, text)))
        parts = (Heading(text), Paragraph(text, half, button), Bullets((text, half)), Small(text))
        shown = blocks.render(Message(text, (*parts, Actions((button,), menu))))
        assert render.mentions(shown["text"], shown["blocks"]) == []
        assert "<" not in shown["text"]
        assert "mrkdwn" not in kinds(shown["blocks"])
        assert limits.check_message(shown, limits.UPDATE_TEXT) == []
        fields = (Input("a", text, "lines", initial=text), Input("b", half, "choice", (Option(text, text),)))
        with suppress(errors.Refused):  # its subject is too long
            view = modals.render(Form("x", text, half, text, fields, text, half))
            assert limits.check_view(view) == []
            assert "mrkdwn" not in kinds(view)
            assert modals.subject(view) == half

    return give


def kinds(value: object) -> set[object]:
    """Every type named anywhere in blocks."""
    if isinstance(value, list):
        return {kind for item in value for kind in kinds(item)}
    if isinstance(value, dict):
        return {value.get("type")} | {kind for item in value.values() for kind in kinds(item)}
    return set()


# --- where each begins ------------------------------------------------------------------------------------------------


def packed(names: Mapping[str, str]) -> bytes:
    """A tar with these files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, text in names.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20260305T100000\r\n"
    b"DTEND;TZID=Europe/Berlin:20260305T110000\r\nRRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TH\r\nSUMMARY:Visit Nordhaus\r\n"
    b"EXDATE;TZID=Europe/Berlin:20260312T100000\r\nATTENDEE;CN=A:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CSV = "account,rep,stage,stage_since,order_phase,important,contacts\nNordhaus,U1,middle,2025-03-01,in_use,yes,王强\n"

SEEDS: dict[str, tuple[bytes, ...]] = {
    "archive": (packed({"t/cadence.yaml": "a: 1\n", "t/own/" + "x" * 120 + ".yaml": "id: a\n", "t/世.md": "x"}),),
    "calendar": (ICS,),
    "dates": tuple(
        map(str.encode, ("acme thu 10:00", "next friday at 3pm", "明天华为下午3点", "3/4 15h", "in 2 weeks"))
    ),
    "foreign_text": (b"<!channel> &lt;@U1> *b*", "<https://evil.example|bank> 👩‍👩‍👧".encode()),
    "playbook": tuple(file.read_bytes() for file in (SAMPLE / "credit-the-client").glob("thank-the-receivers.yaml")),
    "portfolio": (CSV.encode(),),
}
