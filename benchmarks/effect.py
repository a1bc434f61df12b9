"""How long `kam effect` takes for 500 accounts and 90 days: `python -m benchmarks.effect [--accounts N] [--days N]`.

The portfolio is generated from the sample, the same each time. The head differs in what costs most: a cue's number, so
that all days are played twice, and the first wording of a play in both languages, so that advice is learned twice.
"""

import argparse
import csv
import io
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.cli import effect
from bot.cli.effect import Call

ROOT = Path(__file__).parents[1]
PLAYBOOKS = ROOT / "playbooks"
SAMPLE = PLAYBOOKS / "examples" / "portfolio.csv"
REPS_SHARE = 8  # accounts of one rep
START = date(2026, 3, 2)
LIMIT = 30  # seconds, on two cores
EDITED = "keep-courting/as-before-the-deal.yaml"


def portfolio(accounts: int) -> str:
    """A file of so many accounts: the rows of the sample over and over, under other names and on other days."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=rows[0])
    writer.writeheader()
    for number in range(accounts):
        row = rows[number % len(rows)]
        rep = f"{row['rep']}-{number // (REPS_SHARE * 5)}"
        writer.writerow({**_later(row, number // len(rows)), "account": f"{row['account']} {number}", "rep": rep})
    return out.getvalue()


def _later(row: dict[str, str], days: int) -> dict[str, str]:
    return {name: _moved(cell, days) for name, cell in row.items()}


def _moved(cell: str, days: int) -> str:
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    form = "%Y-%m-%d" if len(cell) == len("2026-03-02") else "%Y-%m-%d %H:%M"
    return (at + timedelta(days=days % 9 - 4)).strftime(form)


def edited(folder: Path) -> Path:
    """A copy of the playbooks with the edits that cost most."""
    head = folder / "playbooks"
    shutil.copytree(PLAYBOOKS, head)
    play = head / EDITED
    text = play.read_text(encoding="utf-8")
    text = text.replace("days: 21", "days: 14", 1).replace('    - do: "', '    - do: "First: ')
    play.write_text(text, encoding="utf-8")
    return head


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--days", type=int, default=90)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "accounts.csv"
        file.write_text(portfolio(given.accounts), encoding="utf-8")
        call = Call(
            base=str(PLAYBOOKS),
            head=str(edited(folder)),
            accounts=file,
            start=START,
            days=given.days,
            playbooks=PLAYBOOKS,
            cache=folder / "cache",
        )
        print(f"kam effect, {given.accounts} accounts, {given.days} days; limit {LIMIT} s on two cores")
        _timed("nothing learned before", lambda: _compared(call))
        _timed("again", lambda: _compared(call))
        _timed("equal playbooks", lambda: _compared(replace(call, head=call.base)))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    memory = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) // 1024
    print(f"  largest process: {memory} MB")


def _compared(call: Call) -> str:
    found = effect.compare(call, lambda _what, _share: None).effect
    return f"{len(found.changes)} nudges, {len(found.overflow)} weeks, {len(found.advice)} questions"


def _timed(what: str, job: Callable[[], str]) -> None:
    began, used = time.perf_counter(), _processor()
    found = job()
    print(f"  {what}: {time.perf_counter() - began:.1f} s ({_processor() - used:.1f} s of processor), {found}")


def _processor() -> float:
    """Seconds of processor that this process and those it waited for have used."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main()
