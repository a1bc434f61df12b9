"""The portfolio file: accounts of several reps as comma-separated values, read whole, bad rows told apart.

What spoils the whole file (its encoding, its header, its quoting, its size) raises BadInput; what spoils one row is a
BadRow, and the others are read.
"""

import codecs
import csv
import difflib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import errors
from bot.connectors import file_cells
from bot.connectors.file_cells import Unreadable
from bot.core import portfolio
from bot.core.account import Language
from bot.core.portfolio import CLEAR, BadRow, Portfolio, PortfolioRow

LARGEST = 10_000_000  # bytes
MOST_ROWS = 20_000
REQUIRED = ("account", "rep")
COLUMNS = (*REQUIRED, "timezone", "language", *file_cells.readers(ZoneInfo("UTC")))


def load(path: Path, *, fallback: ZoneInfo | None = None, zones: Mapping[str, ZoneInfo] | None = None) -> Portfolio:
    """The portfolio in a file; see `read`. Raises BadInput where there is no such file or it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise errors.BadInput(
            f"cannot read {path}: {error.strerror or error}",
            repair="give the path of a CSV file that you may read",
            code="portfolio_unreadable",
        ) from error
    return read(content, fallback=fallback, zones=zones)


def read(
    content: bytes | str, *, fallback: ZoneInfo | None = None, zones: Mapping[str, ZoneInfo] | None = None
) -> Portfolio:
    """The rows of a portfolio file and what is wrong with the others.

    `zones` are the reps' zones that are known from elsewhere and win; `fallback` serves where nothing tells one.
    Raises BadInput for what cannot be read at all.
    """
    records = _records(_decoded(content))
    _, header = next(records, (0, []))
    columns = _columns(header)
    lines = list(_lines(records, columns))
    straight = [line for line in lines if not line.bad]
    reps = _reps(straight, fallback, zones or {})
    rows: list[PortfolioRow] = []
    seen: dict[tuple[str, str], int] = {}
    for line in straight:
        row = _row(line, reps)
        if row is None:
            continue
        key = (row.rep, portfolio.name_key(row.account))
        if key in seen:
            message = f"{row.account} of {row.rep} stands in line {seen[key]} already"
            line.bad.append(BadRow(row.line, "account", message, "keep one of the two lines"))
            continue
        seen[key] = row.line
        rows.append(row)
    return Portfolio(tuple(rows), tuple(bad for line in lines for bad in line.bad))


# --- from bytes to cells ------------------------------------------------------------------------------------------


def _decoded(content: bytes | str) -> str:
    if len(content) > LARGEST:
        raise _refused("the file is larger than 10 MB", "split it, or leave out what is not needed", "portfolio_large")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content[:1000]:
        raise _refused("the file is UTF-16, not UTF-8", _SAVE_AS, "portfolio_encoding")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        looks = ", it looks like GBK" if _is_gbk(content) else ""
        raise _refused(f"the file is not UTF-8 (line {line}){looks}", _SAVE_AS, "portfolio_encoding") from error


_SAVE_AS = 'save it as "CSV UTF-8" (in Excel or WPS: Save As, file type CSV UTF-8)'


def _is_gbk(content: bytes) -> bool:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line on which it begins; blank ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    began, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MOST_ROWS + 1:
                    raise _refused("the file has more than 20,000 rows", "split it", "portfolio_large")
                yield began, cells
            began = reader.line_num + 1
    except csv.Error as error:
        raise _refused(
            f"the quoting breaks at line {began}: {error}",
            'put a cell that holds a comma or a quote into "…" and double the quotes inside it',
            "portfolio_quoting",
        ) from error


def _columns(header: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in header]
    if not names:
        raise _refused("the file is empty", f"its first line names the columns: {', '.join(REQUIRED)}, …", "no_header")
    if len(names) == 1 and (other := next((c for c in ";\t，" if c in names[0]), None)) is not None:
        raise _refused(f"the cells are parted by {other!r}", "part them by commas", "portfolio_delimiter")
    for at, name in enumerate(names):
        if name not in COLUMNS:
            raise _unknown_column(name, at)
        if name in names[:at]:
            raise _refused(f"the column {name} stands there twice", "keep one of them", "repeated_column")
    for name in REQUIRED:
        if name not in names:
            raise _refused(f"the column {name} is missing", f"add {name} to the first line", "missing_column")
    return names


def _unknown_column(name: str, at: int) -> errors.BadInput:
    if not name:
        return _refused(f"column {at + 1} has no name", "name it in the first line, or remove it", "unknown_column")
    near = difflib.get_close_matches(name, COLUMNS, n=1)
    repair = f"did you mean {near[0]}? Else remove it" if near else f"remove it; known are {', '.join(COLUMNS)}"
    return _refused(f"unknown column {name[:60]!r}", repair, "unknown_column")


def _refused(message: str, repair: str, code: str) -> errors.BadInput:
    return errors.BadInput(message, repair=repair, code=code)


# --- from cells to rows -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    number: int
    cells: dict[str, str]
    bad: list[BadRow] = field(default_factory=list)

    def refuse(self, column: str, problem: Unreadable) -> None:
        self.bad.append(BadRow(self.number, column, problem.message, problem.repair))

    def read(self, column: str, reader: Callable[[str], Any]) -> Any:
        """The value of a cell: None if it is empty or cannot be read (told in `bad`), CLEAR for `-`."""
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            if text == CLEAR.value and column not in REQUIRED:
                return CLEAR
            return reader(text)
        except Unreadable as problem:
            self.refuse(column, problem)
            return None


@dataclass(frozen=True, slots=True)
class _RepSays:
    """What the file says of one rep, and where it says it first."""

    zone: ZoneInfo | None = None
    zone_line: int = 0
    language: Language | None = None
    language_line: int = 0


def _lines(records: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[_Line]:
    for number, cells in records:
        line = _Line(number, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})
        if any(cell.strip() for cell in cells[len(columns) :]):
            message = f"the row has {len(cells)} cells, the header {len(columns)}"
            line.refuse(columns[-1], Unreadable(message, 'put a cell that holds a comma into "…"'))
        yield line


def _reps(lines: list[_Line], fallback: ZoneInfo | None, zones: Mapping[str, ZoneInfo]) -> dict[str, _RepSays]:
    """What holds for each rep. A row that says otherwise than the first to speak is bad."""
    reps: dict[str, _RepSays] = {}
    for line in lines:
        name = line.read("rep", file_cells.name) or ""
        said = reps.setdefault(name, _RepSays())
        zone = portfolio.known(line.read("timezone", file_cells.zone_named))
        language = portfolio.known(line.read("language", file_cells.language))
        if zone is not None and said.zone is not None and zone.key != said.zone.key:
            line.refuse("timezone", _disagrees(name, zone.key, said.zone.key, said.zone_line))
        elif zone is not None and said.zone is None:
            reps[name] = said = replace(said, zone=zone, zone_line=line.number)
        if language is not None and said.language is not None and language is not said.language:
            line.refuse("language", _disagrees(name, language, said.language, said.language_line))
        elif language is not None and said.language is None:
            reps[name] = replace(said, language=language, language_line=line.number)
    return {name: replace(said, zone=zones.get(name) or said.zone or fallback) for name, said in reps.items()}


def _disagrees(rep: str, here: str, there: str, line: int) -> Unreadable:
    return Unreadable(f"{rep} has {here} here and {there} in line {line}", "give the same in all rows of one rep")


def _row(line: _Line, reps: Mapping[str, _RepSays]) -> PortfolioRow | None:
    """The row of a line; None where something is wrong, which the line then tells."""
    for column in REQUIRED:
        if line.cells.get(column, "") in ("", CLEAR.value):
            line.refuse(column, Unreadable(f"{column} is empty", f"every row needs {' and '.join(REQUIRED)}"))
    name = " ".join(line.cells.get("rep", "").split())
    says = reps.get(name, _RepSays())
    account = line.read("account", file_cells.name)
    zone = says.zone
    if zone is None and not any(bad.column in ("timezone", "rep") for bad in line.bad):
        line.refuse("timezone", Unreadable(f"no time zone is known for {name}", "give one such as Asia/Shanghai"))
    # Without the rep's zone the other cells are read all the same, so that everything wrong is told at once.
    values = {
        column: line.read(column, reader) for column, reader in file_cells.readers(zone or ZoneInfo("UTC")).items()
    }
    _parts_of_a_whole(line, values)
    if line.bad or zone is None:
        return None
    return PortfolioRow(
        line=line.number,
        account=account,
        rep=name,
        zone=zone,
        rep_language=says.language or Language.EN,
        timezone=line.read("timezone", file_cells.zone_named),
        language=line.read("language", file_cells.language),
        next_visit_all_day=file_cells.is_bare_date(line.cells.get("next_visit", "")),
        **values,
    )


def _parts_of_a_whole(line: _Line, values: Mapping[str, Any]) -> None:
    for part, whole in (("promise_text", "promise_due"), ("contact_boss", "contact")):
        if portfolio.known(values[part]) is not None and not line.cells.get(whole, ""):
            line.refuse(part, Unreadable(f"{part} stands there without {whole}", f"give {whole} too"))
